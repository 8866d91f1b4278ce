//! `parapet_failover`: which region a service writes in.

pub(crate) mod abort;
mod checks;
pub(crate) mod clock;
pub(crate) mod coordination;
mod database;
mod estimate;
pub(crate) mod evidence;
mod fencing;
mod lag;
mod model;
mod observe;
pub(crate) mod readiness;
pub(crate) mod rehearsal;
pub(crate) mod rules;
mod run;
pub(crate) mod traffic;

#[cfg(test)]
mod tests;

use tfplugin::prelude::*;

use crate::aws::Aws;
use crate::provider::Clients;
use coordination::{Coordinator, Stored};
use database::Seen;
use fencing::Fence;
use observe::{Observation, observe};
use run::{Outcome, Reached, Run};

pub(crate) use model::{Coordination, EvidenceTarget, Failover, Fencing, PostPromotion, Site, Traffic};

/// Status of a group whose last failover was interrupted.
const FAILING_OVER: &str = "failing_over";

impl Failover {
    /// The state after a failover that succeeded.
    fn after(self, outcome: Outcome) -> Self {
        Self {
            observed_writer_region: self.active_region.clone().into(),
            epoch: outcome.epoch.into(),
            status: "active".to_owned().into(),
            status_reason: format!("{} writes since failover {}", self.active_region, outcome.epoch).into(),
            last_replica_lag_seconds: outcome.lag.into(),
            completed_steps: outcome.steps.into(),
            measured_rto_seconds: outcome.rto_seconds.into(),
            estimated_rpo_seconds: outcome.lag.into(),
            evidence_sha256: outcome.evidence_sha256.into(),
            ..self
        }
    }

    /// The state after a failover that stopped: what was asked for has not come about, so that the next plan shows all of it again,
    /// the confirmation included.
    fn interrupted(prior: Self, target: &str, reached: Reached, why: &Error) -> Self {
        let status_reason = checks::reason(why).into();
        if !reached.promoting {
            // Everything is as it was.
            return Self { status_reason, ..prior };
        }
        let writer = reached.is_promoted().then(|| target.to_owned().into());
        Self {
            observed_writer_region: writer.unwrap_or(prior.observed_writer_region),
            status: FAILING_OVER.to_owned().into(),
            status_reason,
            last_replica_lag_seconds: reached.lag.into(),
            completed_steps: reached.steps.into(),
            ..prior
        }
    }

    /// How far the state says that a failover came which was interrupted after it had asked for the promotion.
    fn reached(&self) -> Reached {
        if self.status.known().is_none_or(|status| status != FAILING_OVER) {
            return Reached::default();
        }
        Reached {
            steps: self.completed_steps.known().cloned().unwrap_or_default(),
            lag: self.last_replica_lag_seconds.known().copied(),
            promoting: true,
        }
    }

    /// Takes over what was observed.
    fn observed(mut self, seen: Observation) -> Self {
        if let Some(writer) = seen.writer {
            self.observed_writer_region = writer.into();
        } else if self.observed_writer_region == Computed::Unknown {
            self.observed_writer_region = Computed::Null;
        }
        self.status = seen.status.to_owned().into();
        self.status_reason = seen.reason.into();
        self
    }

    /// Everything that no failover has set yet.
    fn settled(self, epoch: i64) -> Self {
        fn or_null<T>(value: Computed<T>) -> Computed<T> {
            if matches!(value, Computed::Unknown) { Computed::Null } else { value }
        }
        Self {
            epoch: epoch.into(),
            last_replica_lag_seconds: or_null(self.last_replica_lag_seconds),
            completed_steps: self.completed_steps.into_known().unwrap_or_default().into(),
            measured_rto_seconds: or_null(self.measured_rto_seconds),
            estimated_rpo_seconds: or_null(self.estimated_rpo_seconds),
            evidence_sha256: or_null(self.evidence_sha256),
            ..self
        }
    }

    /// Takes an existing group under management: the writer must be where `active_region` says.
    async fn adopt(self, cx: &Context<Clients>) -> Result<Self> {
        let aws = cx.aws().await?;
        let seen = observe(aws, &self).await?;
        if let Some(writer) = seen.writer.as_ref().filter(|writer| **writer != self.active_region) {
            return Err(Error::new("The database writes in another region")
                .detail(format!(
                    "`active_region` is {}, but the database writes in {writer}. Set `active_region = {writer:?}` first; changing it afterwards \
                     fails over.",
                    self.active_region
                ))
                .at(Self::paths().active_region));
        }
        let record = Coordinator::of(aws, &self, &self.active_region).load().await?;
        self.lift_fences(cx, aws, record.as_ref()).await?;
        let known = self.epoch.known().copied().unwrap_or(1);
        let epoch = record.map_or(known, |stored| stored.record.epoch.max(known));
        Ok(self.observed(seen).settled(epoch))
    }
}

impl Failover {
    /// A fence has done its work once the old writer has been rebuilt as a replica: its endpoints come back.
    async fn lift_fences(&self, cx: &Context<Clients>, aws: &Aws, record: Option<&Stored>) -> Result<()> {
        let Some(fenced) = record.map(|stored| &stored.record.fenced) else { return Ok(()) };
        for site in self.region.iter().filter(|site| site.name != self.active_region) {
            let is_replica = database::look(aws, site).await?.there().is_some_and(|database| !database.is_writer());
            // A rebuilt database has security groups of its own.
            if let (true, Some(fence @ Fence::Endpoints(_))) = (is_replica, fenced.get(&site.name)) {
                fence.take_down(cx, aws, site).await?;
            }
        }
        Ok(())
    }
}

impl Resource for Failover {
    type Clients = Clients;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        rules::check(config, problems);
    }

    async fn plan(cx: &Context<Clients>, plan: &mut Plan<'_, Self>) -> Result<()> {
        let paths = Self::paths();
        let from = plan.prior().get(&paths.active_region).value().unwrap_or_default();
        if plan.is_create() || from.is_empty() {
            return Ok(());
        }
        if !plan.is_changed(&paths.active_region) {
            warn_of_unfinished(cx, plan, &from);
            return Ok(());
        }
        let Known::Value(to) = plan.get(&paths.active_region) else {
            return Err(Error::new("The region to fail over to is not known yet")
                .detail("Give `active_region` a value that is known while planning.")
                .at(paths.active_region));
        };
        if plan.get(&paths.confirm_region) != Known::Value(to.clone()) {
            return Err(Error::new(format!("The failover from {from} to {to} is not confirmed"))
                .detail(format!(
                    "`active_region` has changed. If that is meant, set `confirm_region = {to:?}` as well."
                ))
                .at(paths.confirm_region));
        }
        for field in [&paths.observed_writer_region, &paths.status, &paths.status_reason, &paths.evidence_sha256] {
            plan.set_unknown(field);
        }
        for field in [&paths.last_replica_lag_seconds, &paths.measured_rto_seconds, &paths.estimated_rpo_seconds] {
            plan.set_unknown(field);
        }
        plan.set_unknown(&paths.epoch);
        plan.set_unknown(&paths.completed_steps);
        if plan.get(&paths.coordination) == Known::Null {
            cx.warn(
                Diagnostic::warning("Only Terraform's state lock keeps failovers apart")
                    .detail("With `coordination`, two runs with different states cannot fail over at the same time.")
                    .at(paths.name),
            );
        }
        cx.warn(Diagnostic::warning(format!("This plan fails over from {from} to {to}")).at(paths.active_region));
        Ok(())
    }

    async fn create(cx: &Context<Clients>, plan: Self, _saved: &mut Saved<Self>) -> Result<Self> {
        plan.adopt(cx).await
    }

    async fn read(cx: &Context<Clients>, key: &Key<Self>, prior: Option<&Self>) -> Result<Option<Self>> {
        let Some(prior) = prior else {
            // After an import nothing but the name is known; the next apply takes the group over as it is configured.
            return Ok(Some(Self::imported(&key.name)));
        };
        let aws = cx.aws().await?;
        let seen = observe(aws, prior).await?;
        let (drifted, epoch) = (seen.failed_over_by_hand.clone(), seen.epoch);
        let mut state = prior.clone().observed(seen);
        if let Some(region) = drifted {
            state.active_region = region;
        }
        if let Some(epoch) = epoch {
            state.epoch = epoch.into();
        }
        Ok(Some(state))
    }

    async fn update(cx: &Context<Clients>, prior: Self, plan: Self, saved: &mut Saved<Self>) -> Result<Self> {
        if prior.active_region.is_empty() || prior.active_region == plan.active_region {
            return plan.adopt(cx).await;
        }
        let aws = cx.aws().await?;
        let epoch = prior.epoch.known().copied().unwrap_or(1);
        let mut run = Run::new(cx, aws, &plan, &prior.active_region, prior.reached())?;
        match Box::pin(run.fail_over(epoch)).await {
            Ok(outcome) => Ok(plan.after(outcome)),
            Err(error) => {
                let reached = run.reached;
                saved.checkpoint(&Self::interrupted(prior, &plan.active_region, reached, &error));
                Err(error)
            }
        }
    }

    async fn delete(cx: &Context<Clients>, prior: Self) -> Result<()> {
        let aws = cx.aws().await?;
        for site in &prior.region {
            match database::look(aws, site).await? {
                // What is left in a region that does not answer does no harm.
                Seen::Unreachable(_) => continue,
                Seen::There(database) if database.mark.is_some() => {
                    database::unmark(aws, &site.name, &database.arn).await?;
                }
                _ => {}
            }
            Coordinator::of(aws, &prior, &site.name).remove().await?;
        }
        Ok(())
    }
}

/// A failover that was interrupted after its promotion can only be finished: leaving `active_region` as it was does not undo it.
fn warn_of_unfinished(cx: &Context<Clients>, plan: &Plan<'_, Failover>, active: &str) {
    let paths = Failover::paths();
    if plan.prior().get(&paths.status).value().as_deref() != Some(FAILING_OVER) {
        return;
    }
    let reason = plan.prior().get(&paths.status_reason).value().unwrap_or_default();
    cx.warn(
        Diagnostic::warning(format!("A failover from {active} is unfinished, and this plan does not go on with it"))
            .detail(format!("{reason}. Set `active_region` and `confirm_region` to the region it goes to, and apply."))
            .at(paths.active_region),
    );
}
