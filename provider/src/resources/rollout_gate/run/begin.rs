//! What comes before the first step: where a rollout stands, what has to hold, what equal releases look like.

use parapet_analysis::{Observations, Trained};
use parapet_metrics::Range;
use serde_json::json;
use tfplugin::prelude::*;

use super::{Reached, Run, now};
use crate::provider::Clients;
use crate::resources::rollout_gate::checks;
use crate::resources::rollout_gate::model::RolloutGate;
use crate::resources::rollout_gate::record::{Progress, Record};
use crate::resources::rollout_gate::settings::Settings;
use crate::resources::rollout_gate::source::{CloudWatchSource, Connection, Of, Watcher};
use crate::resources::rollout_gate::traffic::Mover;

impl<'a> Run<'a> {
    /// A rollout as it is configured, and how far the journal says that an interrupted apply has brought it.
    pub(crate) async fn new(cx: &'a Context<Clients>, gate: &'a RolloutGate) -> Result<(Self, Option<Progress>)> {
        let settings = Settings::of(gate)?;
        let queries = settings.judging.queries.clone();
        let watcher = match (&gate.prometheus, &gate.cloudwatch) {
            (Some(block), _) => Watcher::new(Connection::from(block).open(true)?, queries),
            (None, Some(block)) => Watcher::new(CloudWatchSource::new(cx, block).await?, queries),
            (None, None) => return Err(Error::new("There is no place for metrics")),
        };
        let traffic = Mover::of(cx, gate).await?;
        let (record, progress) = Record::open(gate, &gate.release_id)?;
        let reached = Reached { evidence: record.path(), ..Reached::default() };
        Ok((Self { cx, gate, settings, traffic, watcher, record, reached }, progress))
    }

    /// Where to begin. Nothing has been changed when this fails.
    pub(super) async fn begin(&mut self, interrupted: Option<Progress>) -> Result<Progress> {
        let weight = self.traffic.weight().await?;
        if let Some(progress) = interrupted {
            self.reached.weight = weight;
            let step = progress.stage + 1;
            self.log(&format!("goes on with step {step} of {}", self.settings.stages.len()));
            self.record.write("resumed", json!({ "weight": weight, "step": progress.stage }))?;
            return Ok(progress);
        }
        let stage = self.stage_of(weight.unwrap_or(0))?;
        let failed = checks::run(self.cx, self.gate, &self.watcher, "before").await?;
        if !failed.is_empty() {
            return Err(Error::new(format!("{} is not ready to be rolled out", self.gate.release_id))
                .detail(format!("Nothing has been changed. What does not hold:\n- {}", failed.join("\n- ")))
                .at(RolloutGate::paths().check));
        }
        // Whoever cannot be asked now cannot be asked later: better to find out before any traffic is moved.
        let judging = &self.settings.judging;
        let end = (now() - self.settings.delay) / judging.window * judging.window;
        let range = Range { start: end, end, step: judging.window };
        self.watcher.observe(self.cx, Of::Rollout, range).await.map_err(|error| {
            let problem = error.diagnostics().first().map(|it| it.detail.clone()).unwrap_or_default();
            Error::new("Metrics cannot be had").detail(format!("Nothing has been changed. {problem}"))
        })?;
        let started_at = now();
        let settings = json!({
            "strategy": self.gate.strategy, "weights": self.settings.stages.iter().map(|it| it.weight).collect::<Vec<_>>(),
            "false_positive_rate": self.gate.false_positive_rate, "window_seconds": judging.window,
        });
        self.record.started(&self.gate.release_id, started_at, settings)?;
        Ok(Progress { started_at, stage, stage_started_at: None, completed: stage, promoted_at: None })
    }

    /// The step that fits the weight of the new release: the first, unless an apply was killed whose record is lost.
    fn stage_of(&self, weight: i64) -> Result<usize> {
        if weight >= 100 {
            return Err(Error::new("The new release already has all traffic")
                .detail(
                    "What was promoted last is the stable release now: swap the two in `traffic`, so that the new release is rolled out \
                     to the one without traffic.",
                )
                .at(RolloutGate::paths().traffic));
        }
        let fits = self.settings.stages.iter().rposition(|stage| stage.weight > 0 && stage.weight <= weight);
        let Some(stage) = fits.filter(|_| weight > 0) else { return Ok(0) };
        self.cx.warn(Diagnostic::warning(format!("The rollout goes on with {weight}% of the traffic")).detail(
            "The new release has it already: a gate failed with `rollback_on_failure = false`, or an apply was killed and left no record. The \
             false-positive rate counts from now on. With `report.directory` a rollout that was killed goes on with everything it has seen.",
        ));
        Ok(stage)
    }

    /// Learns from the time before the rollout.
    pub(super) async fn learn(&self, started_at: i64) -> Result<Trained> {
        let judging = &self.settings.judging;
        let history = if judging.history > 0 {
            self.log("learns from history what equal releases look like");
            let end = started_at / judging.window * judging.window;
            self.watcher.observe(self.cx, Of::History, Range::of_windows(judging.history, end, judging.window)).await?
        } else {
            Observations::default()
        };
        Trained::new(&judging.analysis, &history).during("learning from history")
    }
}
