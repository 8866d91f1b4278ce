//! How many nodes a cluster had, over time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Event, Happening, Log};
use crate::clock::Moment;
use crate::services::eks::{NodeGroup, Scaling, Store};

/// A node group at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupState {
    /// Twelve digits.
    pub account: String,
    /// Where it is.
    pub region: String,
    /// The cluster's name.
    pub cluster: String,
    /// Its own.
    pub node_group: String,
    /// For example `ACTIVE`; `DELETED` once it is gone.
    pub status: String,
    /// `SPOT` or `ON_DEMAND`.
    pub capacity_type: String,
    /// What was asked for last.
    pub scaling: Scaling,
    /// How many nodes are ready. Those that an update or a deletion takes away are not, from its beginning; those that it
    /// brings are, from its end.
    pub nodes: u32,
}

/// The nodes of a cluster since a moment, until the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    /// Since when.
    pub at: Moment,
    /// Nodes that are ready, by node group.
    pub nodes: BTreeMap<String, u32>,
    /// Nodes that are ready in all.
    pub total: u32,
}

impl GroupState {
    pub(crate) fn of(it: &NodeGroup) -> Self {
        Self {
            account: it.account.clone(),
            region: it.region.clone(),
            cluster: it.cluster.clone(),
            node_group: it.name.clone(),
            status: it.status.status().to_owned(),
            capacity_type: it.made.capacity_type.clone(),
            scaling: it.settings.scaling,
            nodes: it.nodes,
        }
    }
}

impl Log {
    /// Logs the node groups that are not what they were before.
    pub fn node_groups(&mut self, at: Moment, store: &Store) {
        let gone: Vec<String> = self.groups.keys().filter(|key| !store.groups.contains_key(*key)).cloned().collect();
        for state in gone.iter().filter_map(|key| self.groups.remove(key)).collect::<Vec<_>>() {
            self.add(at, Happening::NodeGroup(GroupState { status: "DELETED".to_owned(), nodes: 0, ..state }));
        }
        for (key, group) in &store.groups {
            let state = GroupState::of(group);
            if self.groups.get(key) != Some(&state) {
                self.groups.insert(key.clone(), state.clone());
                self.add(at, Happening::NodeGroup(state));
            }
        }
    }

    /// The nodes of a cluster over time, one entry for every change; of one region and account, the first that has the cluster.
    #[must_use]
    pub fn capacity(&self, cluster: &str) -> Vec<Capacity> {
        let mut nodes: BTreeMap<String, u32> = BTreeMap::new();
        let mut timeline: Vec<Capacity> = Vec::new();
        let mut place = None;
        for Event { at, what, .. } in &self.entries {
            let Happening::NodeGroup(state) = what else { continue };
            let here = (&state.account, &state.region);
            if state.cluster != cluster || *place.get_or_insert(here) != here {
                continue;
            }
            if state.status == "DELETED" {
                nodes.remove(&state.node_group);
            } else {
                nodes.insert(state.node_group.clone(), state.nodes);
            }
            let entry = Capacity { at: *at, nodes: nodes.clone(), total: nodes.values().sum() };
            match timeline.last() {
                Some(last) if last.nodes == entry.nodes => {}
                _ => timeline.push(entry),
            }
        }
        timeline
    }
}
