//! The event log: every call that changes something, every status that changes by itself, every writer that opens or closes,
//! every node group that changes.

mod capacity;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::clock::{Moment, wall};

pub use capacity::{Capacity, GroupState};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Counts up from 1.
    pub number: u64,
    /// When, in simulated time.
    pub at: Moment,
    /// When, on the clock on the wall, in milliseconds since 1970.
    pub wall: i64,
    /// What.
    #[serde(flatten)]
    pub what: Happening,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Happening {
    /// A call that changes something, or was to.
    Call {
        /// Whose.
        account: String,
        /// Where.
        region: String,
        /// The name the service is signed with.
        service: String,
        /// For example `PromoteReadReplica`.
        operation: String,
        /// The id the answer carries.
        request_id: String,
        /// What came of it.
        outcome: Outcome,
    },
    /// A resource whose status changed by itself.
    Status {
        /// Its ARN.
        resource: String,
        /// The status now.
        status: String,
    },
    /// A database that accepts writes from now on.
    WriterOpened {
        /// What it shares with its replicas.
        family: String,
        /// ARN of the instance or cluster.
        writer: String,
    },
    /// A database that accepts no writes any more.
    WriterClosed {
        /// What it shares with its replicas.
        family: String,
        /// ARN of the instance or cluster.
        writer: String,
    },
    /// A node group of which status, scaling or nodes are not what they were.
    NodeGroup(GroupState),
    /// A switch of the admin API.
    Admin {
        /// What was switched.
        action: String,
    },
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was carried out.
    Succeeded,
    /// It was answered with an error.
    Failed {
        /// The error's code.
        code: String,
    },
    /// The connection was dropped, and nothing was done.
    DroppedBefore,
    /// It was carried out, and the connection dropped instead of an answer.
    DroppedAfter,
    /// Its region did not answer.
    BlackedOut,
}

/// A time when more than one writer of a family was open: a split brain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlap {
    /// Since when.
    pub from: Moment,
    /// Until when; `None` when it lasts.
    pub to: Option<Moment>,
    /// The family.
    pub family: String,
    /// The writers.
    pub writers: BTreeSet<String>,
}

/// The log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    entries: Vec<Event>,
    open: BTreeMap<String, BTreeSet<String>>,
    /// Node groups as they were logged last.
    #[serde(default)]
    groups: BTreeMap<String, GroupState>,
}

impl Log {
    /// Adds an event and numbers it.
    pub fn push(&mut self, mut event: Event) {
        event.number = self.entries.len() as u64 + 1;
        self.entries.push(event);
    }

    /// Adds what happened at a simulated time.
    pub fn add(&mut self, at: Moment, what: Happening) {
        self.push(Event { number: 0, at, wall: wall(), what });
    }

    /// The events with a number above `since`, in order.
    #[must_use]
    pub fn since(&self, since: u64) -> &[Event] {
        let from = usize::try_from(since).unwrap_or(usize::MAX).min(self.entries.len());
        self.entries.get(from..).unwrap_or_default()
    }

    /// Logs the difference to the writers that were open before. Those that close come first: one that closes in the
    /// moment in which another opens makes no overlap.
    pub fn writers(&mut self, at: Moment, open: BTreeMap<String, BTreeSet<String>>) {
        let pairs = |of: &BTreeMap<String, BTreeSet<String>>| {
            of.iter()
                .flat_map(|(family, writers)| writers.iter().map(|writer| (family.clone(), writer.clone())))
                .collect::<BTreeSet<_>>()
        };
        let (before, after) = (pairs(&self.open), pairs(&open));
        for (family, writer) in before.difference(&after).cloned() {
            self.add(at, Happening::WriterClosed { family, writer });
        }
        for (family, writer) in after.difference(&before).cloned() {
            self.add(at, Happening::WriterOpened { family, writer });
        }
        self.open = open;
    }

    /// The writers that are open now, by family.
    #[must_use]
    pub fn open(&self) -> &BTreeMap<String, BTreeSet<String>> {
        &self.open
    }

    /// Every time when more than one writer of a family was open.
    #[must_use]
    pub fn overlaps(&self) -> Vec<Overlap> {
        let mut open: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        let mut overlaps: Vec<Overlap> = Vec::new();
        for event in &self.entries {
            let (family, writer, opens) = match &event.what {
                Happening::WriterOpened { family, writer } => (family, writer, true),
                Happening::WriterClosed { family, writer } => (family, writer, false),
                _ => continue,
            };
            for overlap in overlaps.iter_mut().filter(|it| it.to.is_none() && it.family == *family) {
                overlap.to = Some(event.at);
            }
            let writers = open.entry(family).or_default();
            if opens {
                writers.insert(writer.clone());
            } else {
                writers.remove(writer);
            }
            if writers.len() > 1 {
                overlaps.push(Overlap { from: event.at, to: None, family: family.clone(), writers: writers.clone() });
            }
        }
        overlaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writers(names: &[&str]) -> BTreeMap<String, BTreeSet<String>> {
        BTreeMap::from([("family".to_owned(), names.iter().map(|name| (*name).to_owned()).collect())])
    }

    #[test]
    fn an_overlap_is_found_and_a_handover_is_none() {
        let mut log = Log::default();
        log.writers(Moment(1), writers(&["a"]));
        log.writers(Moment(2), writers(&["b"]));
        assert_eq!(log.overlaps(), []);
        log.writers(Moment(3), writers(&["a", "b"]));
        log.writers(Moment(5), writers(&["a"]));
        let overlaps = log.overlaps();
        assert_eq!(overlaps.len(), 1);
        assert_eq!((overlaps[0].from, overlaps[0].to), (Moment(3), Some(Moment(5))));
        assert_eq!(log.since(4).len(), 1);
        assert_eq!(log.since(99).len(), 0);
    }
}
