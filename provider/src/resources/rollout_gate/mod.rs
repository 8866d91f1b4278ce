//! `parapet_rollout_gate`: a release that gets traffic while metrics allow it.

mod checks;
pub(crate) mod model;
mod record;
pub(crate) mod results;
pub(crate) mod rules;
mod run;
pub(crate) mod settings;
pub(crate) mod source;
mod stages;
mod traffic;

#[cfg(test)]
mod tests;

use serde_json::json;
use tfplugin::prelude::*;

use crate::provider::Clients;
use record::{Progress, Record};
use run::{Reached, Run};
use traffic::Mover;

pub(crate) use model::RolloutGate;

impl RolloutGate {
    /// Takes an existing setup under management: the release is the one that runs, and the stable one has the traffic.
    async fn adopt(self, cx: &Context<Clients>, is_new: bool) -> Result<Self> {
        settings::Settings::of(&self)?;
        let traffic = Mover::of(cx, &self).await?;
        let weight = traffic.weight().await?;
        let weight = match weight {
            Some(1..) if is_new && self.strategy != "shadow" => {
                if weight == Some(100) {
                    return Err(Error::new("The new release already has all traffic")
                        .detail("Swap the two in `traffic`: the stable release is the one that runs.")
                        .at(Self::paths().traffic));
                }
                traffic.shift(cx, 0).await?;
                Some(0)
            }
            other => other,
        };
        Ok(self.settled(weight))
    }

    /// Everything that no rollout has set yet.
    fn settled(self, weight: Option<i64>) -> Self {
        fn or_null<T>(value: Computed<T>) -> Computed<T> {
            if matches!(value, Computed::Unknown) { Computed::Null } else { value }
        }
        // What was planned stays, whatever somebody has done meanwhile: the next refresh shows it.
        let known = self.current_weight.known().copied();
        Self {
            verdict: or_null(self.verdict),
            anomaly_score: or_null(self.anomaly_score),
            metric_results: or_null(self.metric_results),
            current_weight: known.or(weight).unwrap_or(0).into(),
            steps_completed: or_null(self.steps_completed),
            pending_release_id: or_null(self.pending_release_id),
            started_at: or_null(self.started_at),
            evidence: or_null(self.evidence),
            evidence_sha256: or_null(self.evidence_sha256),
            ..self
        }
    }

    /// The state as a rollout leaves it; `pending` is a release that can be gone on with.
    fn after(self, reached: &Reached, pending: Option<&str>) -> Self {
        let report = reached.report.as_ref();
        let verdict = reached.verdict.or_else(|| report.map(|it| it.verdict));
        Self {
            verdict: verdict.map(|it| it.as_str().to_owned()).into(),
            anomaly_score: report.and_then(|it| it.anomaly_score).into(),
            metric_results: report.map(results::results).into(),
            current_weight: reached.weight.or(self.current_weight.known().copied()).unwrap_or(0).into(),
            steps_completed: i64::try_from(reached.completed).ok().into(),
            pending_release_id: pending.map(str::to_owned).into(),
            started_at: reached.started_at.into(),
            evidence: reached.evidence.clone().into(),
            evidence_sha256: reached.evidence_sha256.clone().into(),
            ..self
        }
    }

    /// How far the state says that the rollout of a release came.
    fn progress(&self, release: &str) -> Option<Progress> {
        if self.pending_release_id.known().map(String::as_str) != Some(release) {
            return None;
        }
        let completed = self.steps_completed.known().and_then(|it| usize::try_from(*it).ok()).unwrap_or_default();
        let started_at = *self.started_at.known()?;
        Some(Progress { started_at, stage: completed, stage_started_at: None, completed, promoted_at: None })
    }

    /// Takes back a rollout that was interrupted or held, of a release that is not wanted any more.
    async fn withdraw(&self, cx: &Context<Clients>, pending: &str) -> Result<()> {
        tracing::info!(gate = self.name, release = pending, "rollout: taken back");
        if self.strategy != "shadow" {
            Mover::of(cx, self).await?.shift(cx, 0).await?;
        }
        let (mut record, interrupted) = Record::open(self, pending)?;
        if interrupted.is_some() {
            record.close(json!({ "withdrawn": true, "weight": 0 }))?;
        }
        Ok(())
    }
}

impl Resource for RolloutGate {
    type Clients = Clients;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        rules::check(config, problems);
    }

    async fn plan(cx: &Context<Clients>, plan: &mut Plan<'_, Self>) -> Result<()> {
        let paths = Self::paths();
        let from = plan.prior().get(&paths.release_id).value().unwrap_or_default();
        if plan.is_create() || from.is_empty() {
            return Ok(());
        }
        let pending = plan.prior().get(&paths.pending_release_id).value();
        let is_rollout = plan.is_changed(&paths.release_id);
        if !is_rollout && pending.is_none() {
            return Ok(());
        }
        for field in [&paths.verdict, &paths.pending_release_id, &paths.evidence, &paths.evidence_sha256] {
            plan.set_unknown(field);
        }
        for field in [&paths.current_weight, &paths.steps_completed, &paths.started_at] {
            plan.set_unknown(field);
        }
        plan.set_unknown(&paths.anomaly_score);
        plan.set_unknown(&paths.metric_results);
        let to = plan.get(&paths.release_id).value().unwrap_or_else(|| "a release that is not known yet".to_owned());
        let warning = match pending {
            Some(pending) if pending == to => format!("This plan goes on with the rollout of {to}"),
            Some(pending) if !is_rollout => format!("This plan takes the rollout of {pending} back"),
            _ => format!("This plan rolls out {to} in place of {from}"),
        };
        cx.warn(Diagnostic::warning(warning).at(paths.release_id));
        Ok(())
    }

    async fn create(cx: &Context<Clients>, plan: Self, _saved: &mut Saved<Self>) -> Result<Self> {
        plan.adopt(cx, true).await
    }

    async fn read(cx: &Context<Clients>, key: &Key<Self>, prior: Option<&Self>) -> Result<Option<Self>> {
        let Some(prior) = prior else {
            // After an import nothing but the name is known; the next apply takes the gate over as it is configured.
            return Ok(Some(Self::imported(&key.name)));
        };
        let mut state = prior.clone();
        match Mover::of(cx, prior).await?.weight().await {
            Ok(Some(weight)) if prior.strategy != "shadow" => state.current_weight = weight.into(),
            Ok(_) => {}
            Err(error) => {
                let detail = error.diagnostics().first().map(|it| format!("{}. {}", it.summary, it.detail));
                cx.warn(
                    Diagnostic::warning("The traffic of the rollout cannot be looked at")
                        .detail(detail.unwrap_or_default())
                        .at(Self::paths().traffic),
                );
            }
        }
        Ok(Some(state))
    }

    async fn update(cx: &Context<Clients>, prior: Self, plan: Self, saved: &mut Saved<Self>) -> Result<Self> {
        if prior.release_id.is_empty() {
            return plan.adopt(cx, false).await;
        }
        let pending = prior.pending_release_id.known().cloned();
        let mut prior = prior;
        if let Some(pending) = pending.filter(|it| *it != plan.release_id) {
            prior.withdraw(cx, &pending).await?;
            let reached = Reached { weight: Some(0), ..Reached::default() };
            prior = prior.after(&reached, None);
            saved.checkpoint(&prior);
        }
        if prior.release_id == plan.release_id {
            let weight = Mover::of(cx, &plan).await?.weight().await?;
            let known = prior.current_weight.known().copied();
            return Ok(plan.settled(weight.or(known)));
        }
        let (mut run, recorded) = Run::new(cx, &plan).await?;
        let interrupted = recorded.or_else(|| prior.progress(&plan.release_id));
        let result = Box::pin(run.roll_out(interrupted)).await;
        let reached = run.reached;
        match result {
            Ok(()) => Ok(plan.after(&reached, None)),
            Err(error) => {
                if reached.started_at.is_some() {
                    // What ended is over; what did not can be gone on with.
                    let pending = reached.verdict.is_none().then(|| plan.release_id.clone());
                    saved.checkpoint(&prior.after(&reached, pending.as_deref()));
                }
                Err(error)
            }
        }
    }

    async fn delete(cx: &Context<Clients>, prior: Self) -> Result<()> {
        match prior.pending_release_id.known().cloned() {
            Some(pending) => prior.withdraw(cx, &pending).await,
            // The traffic stays where it is.
            None => Ok(()),
        }
    }
}
