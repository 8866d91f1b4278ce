//! How a rollout ends: all traffic for one of the two releases, and what is left behind.

use std::path::Path;
use std::time::Duration;

use parapet_analysis::Verdict;
use parapet_analysis::delivery::{Rollout, RolloutReport};
use parapet_metrics::{Access, push};
use serde_json::json;
use tfplugin::prelude::*;

use super::{Run, now};
use crate::resources::rollout_gate::model::RolloutGate;
use crate::resources::rollout_gate::record::file_name;
use crate::resources::rollout_gate::source::asked;
use crate::resources::rollout_gate::stages::Until;
use crate::resources::rollout_gate::{checks, results};

impl Run<'_> {
    /// Gives the new release all traffic, where the strategy does, and looks whether that holds.
    pub(super) async fn promote(&mut self) -> Result<()> {
        let judged_until = self.reached.judged_until.unwrap_or_else(now);
        self.record.decided(Verdict::Promote, &[], judged_until)?;
        let last = self.settings.stages.last().filter(|it| it.until == Until::Open).cloned();
        if let Some(stage) = &last {
            self.log("promoted: all traffic goes to the new release");
            self.shift(stage.weight).await?;
        }
        if self.gate.check.iter().any(|it| it.when.as_deref() == Some("after")) {
            let pause = last.map_or(0, |it| u64::try_from(it.min_duration).unwrap_or_default());
            self.cx.sleep(Duration::from_secs(pause)).await?;
            let failed = checks::run(self.cx, self.gate, &self.watcher, "after").await?;
            if !failed.is_empty() {
                return Err(Box::pin(self.fail(Verdict::Rollback, failed.join("; "))).await);
            }
        }
        self.reached.completed = self.settings.stages.len();
        self.finish(Verdict::Promote, None).await
    }

    /// Moves all traffic back. The error says why, and where the traffic is.
    pub(super) async fn fail(&mut self, verdict: Verdict, why: String) -> Error {
        let release = &self.gate.release_id;
        let mut reasons = vec![why.clone()];
        reasons.extend(self.reached.report.iter().flat_map(results::lines));
        self.log(&format!("{verdict}: {why}"));
        let judged_until = self.reached.judged_until.unwrap_or_else(now);
        let paths = RolloutGate::paths();
        if let Err(error) = self.record.decided(verdict, &reasons, judged_until) {
            self.cx.warn(Diagnostic::warning("Evidence is incomplete").detail(first(&error)));
        }
        let moved = self.gate.strategy != "shadow";
        let mut restored_at = None;
        let place = if !moved {
            "No traffic was moved.".to_owned()
        } else if self.gate.rollback_on_failure {
            let before = self.reached.weight;
            if let Err(error) = self.shift(0).await {
                self.reached.weight = before;
                return Error::new(format!("{release} failed, and the traffic could not be moved back")).detail(format!(
                    "{} of the traffic may still go to it. {}\nApply again to try again, or move the traffic by hand. Why it failed:\n- {}",
                    before.map_or_else(|| "A part".to_owned(), |it| format!("{it}%")),
                    first(&error),
                    reasons.join("\n- ")
                ));
            }
            restored_at = Some(now());
            "All traffic goes to the stable release again.".to_owned()
        } else {
            let weight = self.reached.weight.unwrap_or_default();
            let next = if weight < 100 {
                "Apply again to go on from there, or move the traffic back by hand."
            } else {
                "Move the traffic back by hand."
            };
            format!("`rollback_on_failure` is false: {weight}% of the traffic still goes to it. {next}")
        };
        let restored_at = restored_at.filter(|_| verdict == Verdict::Rollback);
        if let Err(error) = self.finish(verdict, restored_at).await {
            self.cx.warn(Diagnostic::warning("The report of the rollout is incomplete").detail(first(&error)));
        }
        let summary = match verdict {
            Verdict::Inconclusive => format!("{release} was not promoted: inconclusive"),
            Verdict::Rollback | Verdict::Promote => format!("{release} was not promoted: rollback"),
        };
        let detail = format!("{place} The state keeps the last good release.\n- {}", reasons.join("\n- "));
        Error::new(summary).detail(detail).at(paths.release_id)
    }

    /// Stops where it is, until a person has looked.
    pub(super) fn hold(&mut self, why: &str) -> Error {
        self.log(&format!("held: {why}"));
        let weight = self.reached.weight.unwrap_or_default();
        if let Err(error) = self.record.write("held", json!({ "why": why, "weight": weight })) {
            self.cx.warn(Diagnostic::warning("Evidence is incomplete").detail(first(&error)));
        }
        let lines = self.reached.report.iter().flat_map(results::lines).collect::<Vec<_>>();
        Error::new(format!("The rollout of {} is held: inconclusive", self.gate.release_id))
            .detail(format!(
                "{weight}% of the traffic goes to it. Apply again to go on, or set `release_id` back to take it back.\n- {why}\n- {}",
                lines.join("\n- ")
            ))
            .at(RolloutGate::paths().release_id)
    }

    /// Closes the evidence, and tells whoever is to know.
    async fn finish(&mut self, verdict: Verdict, restored_at: Option<i64>) -> Result<()> {
        self.reached.verdict = Some(verdict);
        let finished_at = now();
        let end = json!({ "verdict": verdict.as_str(), "weight": self.reached.weight, "restored_at": restored_at });
        self.reached.evidence_sha256 = Some(self.record.close(end)?);
        let Some(target) = &self.gate.report else { return Ok(()) };
        let committed_at = target.committed_at.as_ref().and_then(|it| it.parse::<jiff::Timestamp>().ok());
        let started_at = self.reached.started_at.unwrap_or(finished_at);
        let rollout = Rollout {
            release: self.gate.release_id.clone(),
            service: self.gate.name.clone(),
            verdict,
            started_at,
            finished_at,
            committed_at: committed_at.map(jiff::Timestamp::as_second),
            restored_at,
        };
        if let Err(problem) = rollout.validate() {
            let detail = format!("{problem}: `report.committed_at` is left out of the report.");
            self.cx.warn(Diagnostic::warning("The times of the rollout contradict each other").detail(detail));
        }
        let committed_at = rollout.committed_at.filter(|at| *at <= finished_at);
        let rollout = Rollout { committed_at, ..rollout };
        if let (Some(directory), Some(report)) = (&target.directory, &self.reached.report) {
            let name = file_name(&self.gate.name, &self.gate.release_id);
            let path = Path::new(directory).join(format!("{name}-{started_at}.json"));
            let text = serde_json::to_vec_pretty(&RolloutReport::new(&rollout, report))?;
            if let Err(error) = std::fs::write(&path, text) {
                let detail = format!("{}: {error}.", path.display());
                self.cx.warn(Diagnostic::warning("The report of the rollout cannot be written").detail(detail));
            }
        }
        if let Some(gateway) = target.pushgateway_url.clone() {
            let told =
                asked(self.cx, "The Pushgateway was not told", move || push(&gateway, &Access::default(), &rollout));
            // The rollout is what it is, whoever could not be told of it.
            if let Err(error) = told.await {
                self.cx.warn(Diagnostic::warning("The Pushgateway was not told of the rollout").detail(first(&error)));
            }
        }
        Ok(())
    }
}

fn first(error: &Error) -> String {
    error.diagnostics().first().map(|it| format!("{} {}", it.summary, it.detail)).unwrap_or_default()
}
