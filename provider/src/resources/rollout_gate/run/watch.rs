//! One step: a look after each window.

use std::time::Duration;

use parapet_analysis::{Observations, Trained, Verdict};
use parapet_metrics::Range;
use tfplugin::prelude::*;

use super::{Decision, Run, now};
use crate::resources::rollout_gate::results;
use crate::resources::rollout_gate::settings::{MOST_WINDOWS, Reaction};
use crate::resources::rollout_gate::source::Of;
use crate::resources::rollout_gate::stages::{Stage, Until};

/// Windows for which nobody may answer: a Prometheus that restarts costs nothing.
const BLIND_WINDOWS: i64 = 5;
/// Whole windows of a step without data before that counts: one that a scrape has missed is no reason.
const EMPTY_WINDOWS: i64 = 3;
/// A scrape takes a moment to arrive.
const SCRAPE_DELAY: i64 = 1;

impl Run<'_> {
    /// Looks until the step is over; `Some` when that decides about the rollout. Times are seconds since 1970.
    pub(super) async fn watch(
        &mut self,
        stage: &Stage,
        begun: i64,
        started_at: i64,
        trained: &Trained,
    ) -> Result<Option<Decision>> {
        let (window, delay) = (self.settings.judging.window, self.settings.delay);
        let mut blind_since: Option<i64> = None;
        loop {
            let end = (now() - delay) / window * window + window;
            self.wait_until(end + delay + SCRAPE_DELAY).await?;
            let (unsure, reaction) = match self.look(trained, started_at, end).await {
                Err(error) if self.cx.is_stopped() => return Err(error),
                Err(error) => {
                    let since = *blind_since.get_or_insert(end - window);
                    let problem = error.diagnostics().first().map(|it| it.detail.clone()).unwrap_or_default();
                    self.log(&format!("no look at the window that ended at {end}: {problem}"));
                    if end - since < BLIND_WINDOWS * window {
                        (None, Reaction::Extend)
                    } else {
                        let why = format!("nobody has answered for {} s: {problem}", end - since);
                        (Some(why), self.settings.on_no_data)
                    }
                }
                Ok(seen) => {
                    blind_since = None;
                    let seen = seen.since(begun);
                    let Some(report) = &self.reached.report else { continue };
                    if report.verdict == Verdict::Rollback {
                        let why = "the new release is worse than allowed".to_owned();
                        return Ok(Some(Decision::Fail { verdict: Verdict::Rollback, why }));
                    }
                    let counts = report.metrics.iter().any(|it| it.test.is_some());
                    let is_over = end - begun >= stage.min_duration;
                    if !is_over || seen.windows == 0 && end - begun < (EMPTY_WINDOWS + 1) * window {
                        (None, Reaction::Extend)
                    } else if seen.windows == 0 {
                        let why = format!("no window of the step at {}% has data of both releases", stage.weight);
                        (Some(why), self.settings.on_no_data)
                    } else if counts && seen.canary_requests < stage.min_requests as f64 {
                        let (found, needed) = (seen.canary_requests, stage.min_requests);
                        (Some(format!("{found} of at least {needed} requests in this step")), Reaction::Extend)
                    } else if stage.until == Until::Decided && report.verdict == Verdict::Promote
                        || stage.until == Until::Calm && !report.is_suspicious()
                    {
                        return Ok(None);
                    } else {
                        (Some("data do not decide".to_owned()), self.settings.on_inconclusive)
                    }
                }
            };
            let why = unsure.unwrap_or_else(|| "it was not over".to_owned());
            match reaction {
                Reaction::Hold => return Ok(Some(Decision::Hold { why })),
                Reaction::RollBack => return Ok(Some(Decision::Fail { verdict: Verdict::Inconclusive, why })),
                Reaction::Extend if end - started_at >= self.settings.max_duration => {
                    let why = format!("`max_duration` ({}) is over: {why}", self.gate.max_duration);
                    return Ok(Some(Decision::Fail { verdict: Verdict::Inconclusive, why }));
                }
                Reaction::Extend => {}
            }
        }
    }

    /// Judges every window from the beginning of the rollout to `end`.
    pub(super) async fn look(&mut self, trained: &Trained, started_at: i64, end: i64) -> Result<Observations> {
        let window = self.settings.judging.window;
        // The first window that begins after the rollout has.
        let origin = started_at.div_euclid(window) * window + if started_at % window == 0 { 0 } else { window };
        let windows = ((end - origin) / window).min(MOST_WINDOWS);
        let seen = if windows > 0 {
            self.watcher.observe(self.cx, Of::Rollout, Range::of_windows(windows, end, window)).await?
        } else {
            Observations::default()
        };
        let report = trained.judge(&seen).during("judging the rollout")?;
        self.log(&format!("window {windows}: {}", results::progress(&report)));
        self.reached.report = Some(report);
        self.reached.judged_until = Some(end);
        Ok(seen)
    }

    async fn wait_until(&self, time: i64) -> Result<()> {
        let left = time - now();
        if left > 0 {
            // Up to the beginning of that second.
            self.cx.sleep(Duration::from_secs(u64::try_from(left).unwrap_or_default())).await?;
        }
        Ok(())
    }
}
