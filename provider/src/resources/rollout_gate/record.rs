//! What is written down of a rollout while it runs: evidence, and the place from which an interrupted one goes on.

use std::path::Path;

use parapet_analysis::Verdict;
use parapet_evidence::{Entry, Journal};
use serde_json::{Map, Value, json};
use tfplugin::prelude::*;

use super::model::RolloutGate;
use crate::resources::failover::clock::Clock;
use crate::resources::failover::evidence::continued;

/// Events from which an interrupted rollout is continued.
const STARTED: &str = "started";
const STEP: &str = "step";
const STEP_DONE: &str = "step_done";
const DECIDED: &str = "decided";

/// How far an interrupted rollout came. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Progress {
    pub(crate) started_at: i64,
    /// Index of the step that was under way, and when it began.
    pub(crate) stage: usize,
    pub(crate) stage_started_at: Option<i64>,
    /// Steps that were passed.
    pub(crate) completed: usize,
    /// The end of the last window that was judged, when the release was to be promoted.
    pub(crate) promoted_at: Option<i64>,
}

/// The journal of one rollout.
#[derive(Debug)]
pub(crate) struct Record {
    journal: Journal,
    clock: Clock,
}

impl Record {
    /// Begins the journal of a release, or continues the one that an interrupted apply has left.
    pub(crate) fn open(gate: &RolloutGate, release: &str) -> Result<(Self, Option<Progress>)> {
        let directory = gate.report.as_ref().and_then(|it| it.directory.as_deref());
        let journal = match directory {
            None => Journal::new(),
            Some(directory) => continued(Path::new(directory), &file_name(&gate.name, release)).map_err(|error| {
                Error::new("Evidence cannot be written").detail(error.to_string()).at(RolloutGate::paths().report)
            })?,
        };
        let progress = progress(journal.text(), release);
        let clock = Clock::after(journal.last_at());
        Ok((Self { journal, clock }, progress))
    }

    /// The file, where there is one.
    pub(crate) fn path(&self) -> Option<String> {
        self.journal.path().map(|path| path.display().to_string())
    }

    pub(crate) fn started(&mut self, release: &str, started_at: i64, data: Value) -> Result<()> {
        self.write(STARTED, json!({ "release": release, "started_at": started_at, "settings": data }))
    }

    pub(crate) fn step(&mut self, index: usize, weight: i64, at: i64) -> Result<()> {
        self.write(STEP, json!({ "step": index, "weight": weight, "started_at": at }))
    }

    pub(crate) fn step_done(&mut self, index: usize, data: Value) -> Result<()> {
        self.write(STEP_DONE, json!({ "step": index, "judged": data }))
    }

    /// `at` is the end of the last window that was judged.
    pub(crate) fn decided(&mut self, verdict: Verdict, reasons: &[String], at: i64) -> Result<()> {
        self.write(DECIDED, json!({ "verdict": verdict.as_str(), "reasons": reasons, "at": at }))
    }

    /// Adds an entry.
    pub(crate) fn write(&mut self, event: &str, data: Value) -> Result<()> {
        self.journal.record(&self.clock.now(), event, object(data)).during("writing evidence")
    }

    /// Adds the last entry, and answers the digest of all.
    pub(crate) fn close(&mut self, data: Value) -> Result<String> {
        self.journal.close(&self.clock.now(), object(data)).during("writing evidence")
    }
}

/// Name of the files of a rollout, less the extension: a release may be any text.
pub(crate) fn file_name(gate: &str, release: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    format!("{gate}-{}", release.chars().map(plain).collect::<String>())
}

fn object(data: Value) -> Map<String, Value> {
    match data {
        Value::Object(data) => data,
        other => Map::from_iter([("value".to_owned(), other)]),
    }
}

/// How far the journal says that the rollout of a release came; `None` when it says nothing.
fn progress(text: &str, release: &str) -> Option<Progress> {
    let mut found: Option<Progress> = None;
    for line in text.lines() {
        let Ok(Entry { event, data, .. }) = serde_json::from_str::<Entry>(line) else { continue };
        let number = |name: &str| data.get(name).and_then(Value::as_i64);
        let index = |name: &str| number(name).and_then(|it| usize::try_from(it).ok());
        if event == STARTED {
            let is_ours = data.get("release").and_then(Value::as_str) == Some(release);
            found = number("started_at").filter(|_| is_ours).map(|started_at| Progress {
                started_at,
                stage: 0,
                stage_started_at: None,
                completed: 0,
                promoted_at: None,
            });
        }
        let Some(progress) = &mut found else { continue };
        match event.as_str() {
            STEP => {
                progress.stage = index("step").unwrap_or(progress.stage);
                progress.stage_started_at = number("started_at");
            }
            STEP_DONE => {
                progress.completed = index("step").map_or(progress.completed, |it| it + 1);
                progress.stage = progress.completed;
                progress.stage_started_at = None;
            }
            DECIDED => {
                let promoted = data.get("verdict").and_then(Value::as_str) == Some(Verdict::Promote.as_str());
                progress.promoted_at = number("at").filter(|_| promoted);
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::rollout_gate::model::Report;

    fn gate(directory: &Path) -> RolloutGate {
        let directory = directory.to_str().map(str::to_owned);
        let report = Some(Report { directory, pushgateway_url: None, committed_at: None });
        RolloutGate { report, ..RolloutGate::imported("shop") }
    }

    #[test]
    fn an_interrupted_rollout_is_found_at_its_step() {
        let directory = tempfile::tempdir().unwrap();
        let gate = gate(directory.path());
        let (mut record, none) = Record::open(&gate, "v2/β").unwrap();
        assert_eq!(none, None);
        record.started("v2/β", 100, json!({})).unwrap();
        record.step(0, 1, 100).unwrap();
        record.step_done(0, json!({})).unwrap();
        let (mut record, found) = Record::open(&gate, "v2/β").unwrap();
        let begun = Progress { started_at: 100, stage: 1, stage_started_at: None, completed: 1, promoted_at: None };
        assert_eq!(found, Some(begun.clone()));
        record.step(1, 5, 160).unwrap();
        let (mut record, found) = Record::open(&gate, "v2/β").unwrap();
        assert_eq!(found, Some(Progress { stage_started_at: Some(160), ..begun.clone() }));
        record.decided(Verdict::Promote, &[], 220).unwrap();
        let (mut record, found) = Record::open(&gate, "v2/β").unwrap();
        assert_eq!(found.and_then(|it| it.promoted_at), Some(220));
        record.close(json!({})).unwrap();
        // A rollout that ended is over; the same release again is another one.
        let (record, found) = Record::open(&gate, "v2/β").unwrap();
        assert_eq!((found, record.path().unwrap().ends_with("shop-v2---2.jsonl")), (None, true), "{:?}", record.path());
        let (_, found) = Record::open(&gate, "v3").unwrap();
        assert_eq!(found, None);
    }
}
