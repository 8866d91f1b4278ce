//! A rollout under way: steps, looks, and what follows from them.

mod begin;
mod end;
mod watch;

use parapet_analysis::{Report, Trained, Verdict};
use serde_json::json;
use tfplugin::prelude::*;

use super::model::RolloutGate;
use super::record::{Progress, Record};
use super::results;
use super::settings::Settings;
use super::source::Watcher;
use super::stages::Until;
use super::traffic::Mover;
use crate::provider::Clients;

/// How far a rollout came, and how it stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reached {
    /// When it began, in seconds since 1970; `None` while nothing has been changed.
    pub(crate) started_at: Option<i64>,
    /// Share of the traffic that the new release has, in percent, where it was moved.
    pub(crate) weight: Option<i64>,
    /// Steps that were passed.
    pub(crate) completed: usize,
    /// The latest look, and the end of its last window.
    pub(crate) report: Option<Report>,
    pub(crate) judged_until: Option<i64>,
    /// Its end; `None` while it can be gone on with.
    pub(crate) verdict: Option<Verdict>,
    /// File of the evidence, and its digest once it is complete.
    pub(crate) evidence: Option<String>,
    pub(crate) evidence_sha256: Option<String>,
}

/// What the looks of a rollout lead to.
#[derive(Debug)]
pub(crate) enum Decision {
    /// The release may have all traffic.
    Promote,
    /// It may not.
    Fail { verdict: Verdict, why: String },
    /// A person is to decide; the traffic stays where it is.
    Hold { why: String },
}

/// A rollout of the release that a plan names.
pub(crate) struct Run<'a> {
    cx: &'a Context<Clients>,
    gate: &'a RolloutGate,
    settings: Settings,
    traffic: Mover<'a>,
    watcher: Watcher,
    record: Record,
    /// How far it is; on failure, how far it came.
    pub(crate) reached: Reached,
}

impl Run<'_> {
    /// Rolls out. An error says why the release is not promoted; what has become of the traffic is in [`Self::reached`].
    pub(crate) async fn roll_out(&mut self, interrupted: Option<Progress>) -> Result<()> {
        let from = self.begin(interrupted).await?;
        self.reached.started_at = Some(from.started_at);
        self.reached.completed = from.completed;
        let trained = self.learn(from.started_at).await?;
        let decision = match from.promoted_at {
            // Decided, and interrupted before all traffic was moved.
            Some(at) => {
                self.look(&trained, from.started_at, at).await?;
                Decision::Promote
            }
            None => Box::pin(self.climb(&from, &trained)).await?,
        };
        if self.reached.report.is_none() {
            // Nobody ever answered: the report says so for each metric.
            let nothing = parapet_analysis::Observations::default();
            self.reached.report = Some(trained.judge(&nothing).during("judging nothing")?);
        }
        match decision {
            Decision::Promote => Box::pin(self.promote()).await,
            Decision::Fail { verdict, why } => Err(Box::pin(self.fail(verdict, why)).await),
            Decision::Hold { why } => Err(self.hold(&why)),
        }
    }

    /// Step by step up to the decision.
    async fn climb(&mut self, from: &Progress, trained: &Trained) -> Result<Decision> {
        let stages = self.settings.stages.clone();
        for (index, stage) in stages.iter().enumerate().skip(from.stage) {
            if stage.until == Until::Open {
                break;
            }
            let resumed = from.stage_started_at.filter(|_| index == from.stage);
            if resumed.is_none() {
                self.record.step(index, stage.weight, now())?;
            }
            self.shift(stage.weight).await?;
            let begun = resumed.unwrap_or_else(now);
            self.log(&format!("step {} of {}: {}%", index + 1, stages.len(), stage.weight));
            if let Some(decision) = Box::pin(self.watch(stage, begun, from.started_at, trained)).await? {
                return Ok(decision);
            }
            self.reached.completed = index + 1;
            let judged = self.reached.report.as_ref().map(results::progress);
            self.record.step_done(index, json!(judged))?;
        }
        Ok(Decision::Promote)
    }

    /// Moves traffic where the strategy does.
    async fn shift(&mut self, weight: i64) -> Result<()> {
        // Known before it is asked for: an answer that is lost has moved it all the same.
        self.reached.weight = Some(weight);
        if self.gate.strategy != "shadow" {
            self.traffic.shift(self.cx, weight).await?;
        }
        Ok(())
    }

    fn log(&self, what: &str) {
        tracing::info!(gate = self.gate.name, release = self.gate.release_id, "rollout: {what}");
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}
