//! From the fence to the promotion: until the promotion is asked for, a failure takes everything back.

use serde_json::json;
use tfplugin::prelude::*;

use super::Run;
use crate::resources::failover::checks::{Preflight, reason};
use crate::resources::failover::coordination::{Lease, Status};
use crate::resources::failover::database::{self, Seen};
use crate::resources::failover::evidence::Evidence;
use crate::resources::failover::fencing::Fence;
use crate::resources::failover::lag::{self, Lag};
use crate::resources::failover::model::Failover;

impl Run<'_> {
    /// Fence, lag, promotion. Until the promotion, a failure takes the fence down again.
    pub(super) async fn promote(
        &mut self,
        lease: &Lease,
        evidence: &mut Evidence,
        looked: &Preflight,
        epoch: i64,
    ) -> Result<()> {
        let Seen::There(replica) = &looked.new else { return Err(Error::new("The replica is gone")) };
        let fence = Box::pin(self.fence(lease, evidence)).await?;
        self.done(lease, "fence").await?;
        let before_promotion = async {
            self.judge_lag(lease, evidence).await?;
            self.done(lease, "rpo").await?;
            database::mark(self.aws, &self.new.name, &replica.arn, &self.mark(epoch)).await?;
            // The last moment at which nothing is lost by stopping.
            lease.promoting().await
        };
        if let Err(error) = before_promotion.await {
            self.give_up(lease, evidence, fence.as_ref(), &error).await?;
            return Err(error);
        }
        let planned = matches!(looked.old, Seen::There(_)) && !self.plan.allow_data_loss;
        let retention = self.plan.post_promotion.as_ref().and_then(|wanted| wanted.backup_retention_period);
        evidence.record("promote", json!({ "database": replica.arn, "planned": planned }))?;
        // An answer that was lost must not lead to a second promotion: what happened is seen by looking.
        self.reached.promoting = true;
        let asked = database::promote(self.aws, self.new, replica, retention, planned).await;
        if let Err(error) = asked {
            let begun = matches!(database::look(self.aws, self.new).await, Ok(Seen::There(now)) if now.is_writer() || now.status != "available");
            if !begun {
                self.reached.promoting = false;
                self.give_up(lease, evidence, fence.as_ref(), &error).await?;
                return Err(error);
            }
        }
        let promoted = database::promoted(self.cx, self.aws, self.new, self.deadline).await?;
        evidence.record("promoted", json!({ "database": promoted.arn, "status": promoted.status }))
    }

    async fn fence(&self, lease: &Lease, evidence: &mut Evidence) -> Result<Option<Fence>> {
        let raised = async {
            let Some(planned) = Fence::planned(self.aws, self.plan, self.old).await? else { return Ok(None) };
            let fence = lease.fencing(&self.old.name, &planned).await?;
            fence.put_up(self.cx, self.aws, self.old).await?;
            Ok(Some(fence))
        };
        match raised.await {
            Ok(fence) => {
                let result = fence.as_ref().map_or_else(|| "no fence".to_owned(), Fence::describe);
                evidence.record("fence", json!({ "mode": self.plan.fencing_mode(), "result": result }))?;
                Ok(fence)
            }
            Err(error) if self.plan.fencing_required() => {
                // Half a fence comes down again, too.
                let begun = lease.record().await.fenced.get(&self.old.name).cloned();
                self.give_up(lease, evidence, begun.as_ref(), &error).await?;
                Err(Error::new("The old writer cannot be fenced").detail(format!(
                    "{} Fencing is required, so that nothing was promoted. If {} is surely gone, set \
                     `fencing {{ required = false }}`.",
                    reason(&error),
                    self.old.name
                )))
            }
            Err(error) => {
                evidence.record("fence", json!({ "mode": self.plan.fencing_mode(), "failed": reason(&error) }))?;
                self.cx.warn(Diagnostic::warning("The old writer is not fenced").detail(reason(&error)));
                Ok(None)
            }
        }
    }

    /// Before the promotion nothing is lost by stopping: the old writer is opened again and the lease given back.
    async fn give_up(&self, lease: &Lease, evidence: &mut Evidence, fence: Option<&Fence>, why: &Error) -> Result<()> {
        evidence.record("stopped", json!({ "reason": reason(why) }))?;
        if let Some(fence) = fence {
            let down = fence.take_down(self.cx, self.aws, self.old).await;
            evidence.record("fence_down", json!({ "error": down.as_ref().err().map(reason) }))?;
            down.map_err(|error| {
                Error::new("The failover has stopped, and the fence is still up").detail(format!(
                    "It stopped because: {} The fence could not be taken down: {} Nothing was promoted. Apply again, or abort it.",
                    reason(why),
                    reason(&error)
                ))
            })?;
            lease.unfenced(&self.old.name).await?;
        }
        lease.end(Status::Aborted).await
    }

    async fn judge_lag(&mut self, lease: &Lease, evidence: &mut Evidence) -> Result<()> {
        let lag = lag::look(self.aws, self.new, self.plan.replica_lag_window_seconds).await?;
        self.reached.lag = lag.seconds();
        lease.measured(self.reached.lag).await?;
        #[expect(clippy::cast_precision_loss, reason = "seconds of a day at most")]
        let objective = self.plan.rpo_seconds as f64;
        let within = lag.seconds().is_some_and(|seconds| seconds <= objective);
        evidence.record("rpo", json!({ "lag": lag.to_string(), "objective_seconds": objective, "within": within, "allow_data_loss": self.plan.allow_data_loss }))?;
        if within || self.plan.allow_data_loss {
            return Ok(());
        }
        let (summary, path) = match &lag {
            Lag::Known(_) => ("The replica is too far behind", Failover::paths().rpo_seconds.into()),
            Lag::Unknown(_) => (
                "How much data would be lost is unknown",
                tfplugin::path::Path::from(Failover::paths().replica_lag_window_seconds),
            ),
        };
        Err(Error::new(summary).at(path).detail(format!(
            "The highest replication lag of the last {} s is {lag}; at most {} s of data may be lost. Nothing was promoted. Wait for the replica, \
             or accept the loss with `allow_data_loss = true`.",
            self.plan.replica_lag_window_seconds, self.plan.rpo_seconds
        )))
    }
}
