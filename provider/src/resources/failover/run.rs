//! A failover, step by step. Each step looks before it acts, so that running all of them again repeats nothing that cannot be undone.

use std::time::{Duration, Instant};

use serde_json::json;
use tfplugin::prelude::*;

use super::checks::{Preflight, preflight, reason};
use super::coordination::{Coordinator, Lease, Record, Status};
use super::database::{self, Database, Mark, Seen};
use super::evidence::{Evidence, now};
use super::fencing::Fence;
use super::lag::Lag;
use super::model::{Failover, Site};
use super::traffic;
use crate::aws::{Aws, Deadline};

/// Longest time for a failover when the configuration names none.
const DEFAULT_LIMIT: Duration = Duration::from_secs(60 * 60);

/// What a failover has led to.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) epoch: i64,
    pub(crate) steps: Vec<String>,
    pub(crate) lag: Option<f64>,
    pub(crate) rto_seconds: f64,
    pub(crate) evidence_sha256: String,
}

/// A failover under way. On failure, `steps` and `lag` say how far it came.
#[derive(Debug)]
pub(crate) struct Run<'a, C> {
    cx: &'a Context<C>,
    aws: &'a Aws,
    plan: &'a Failover,
    old: &'a Site,
    new: &'a Site,
    started: Instant,
    deadline: Deadline,
    pub(crate) steps: Vec<String>,
    pub(crate) lag: Option<f64>,
}

impl<'a, C> Run<'a, C> {
    pub(crate) fn new(cx: &'a Context<C>, aws: &'a Aws, plan: &'a Failover, from: &str) -> Result<Self> {
        let missing = |region: &str| Error::new(format!("No `region` block for {region}")).at(Failover::paths().region);
        let old = plan.site(from).ok_or_else(|| missing(from).detail("A failover needs the region it leaves, too."))?;
        let new = plan.site(&plan.active_region).ok_or_else(|| missing(&plan.active_region))?;
        let limit = plan.timeouts.as_ref().and_then(|timeouts| timeouts.update.as_ref());
        let deadline = Deadline::of(limit, DEFAULT_LIMIT)?;
        Ok(Self { cx, aws, plan, old, new, started: Instant::now(), deadline, steps: Vec::new(), lag: None })
    }

    /// Fails over. `epoch` is that of the state: the failover gets the next one.
    pub(crate) async fn fail_over(&mut self, epoch: i64) -> Result<Outcome> {
        let mut looked = preflight(self.aws, self.plan, self.old, self.new).await?;
        if self.is_promoting(&looked, epoch) {
            // An earlier run asked for the promotion and ended before it was through.
            database::settled(self.cx, self.aws, self.new, self.deadline).await?;
            looked = preflight(self.aws, self.plan, self.old, self.new).await?;
        }
        let resumed = self.is_promoted_by_us(&looked, epoch);
        if !resumed {
            self.refuse_obstacles(&looked)?;
        }
        let lease = self.lock(epoch).await?;
        let record = lease.record().await;
        let mut evidence = Evidence::open(self.plan, record.epoch)?;
        let began = json!({ "group": self.plan.name, "epoch": record.epoch, "from": self.old.name, "to": self.new.name, "holder": record.holder });
        evidence.record(if evidence.is_continued() || resumed { "resumed" } else { "started" }, began)?;
        evidence.record("preflight", json!({ "checks": checks_json(&looked), "promoted_before": resumed }))?;
        self.done(&lease, "preflight").await?;

        if !resumed {
            self.promote(&lease, &mut evidence, &looked, record.epoch).await?;
        }
        self.done(&lease, "promote").await?;
        self.strengthen(&mut evidence).await?;
        self.done(&lease, "post_promotion").await?;
        self.move_traffic(&lease, &mut evidence).await?;
        self.done(&lease, "traffic").await?;

        let mark = Mark { complete: true, ..self.mark(record.epoch) };
        if let Seen::There(promoted) = database::look(self.aws, self.new).await? {
            database::mark(self.aws, &self.new.name, &promoted.arn, &mark).await?;
        }
        let rto = self.elapsed(&record);
        let objective = self.plan.rto_minutes.saturating_mul(60);
        let end = json!({
            "measured_rto_seconds": rto, "rto_objective_seconds": objective,
            "estimated_rpo_seconds": self.lag, "rpo_objective_seconds": self.plan.rpo_seconds, "steps": self.steps,
        });
        let evidence_sha256 = evidence.close(self.aws, &self.new.name, end).await?;
        lease.end(Status::Complete).await?;
        Ok(Outcome { epoch: record.epoch, steps: self.steps.clone(), lag: self.lag, rto_seconds: rto, evidence_sha256 })
    }

    /// Whether the new database carries the mark of an earlier run of this failover.
    fn is_marked_by_us(&self, looked: &Preflight, epoch: i64) -> bool {
        let mark = looked.new.there().and_then(|database| database.mark.as_ref());
        mark.is_some_and(|mark| mark.epoch > epoch && mark.from == self.old.name && mark.to == self.new.name)
    }

    /// Whether the new database is a writer because an earlier run of this failover made it one.
    fn is_promoted_by_us(&self, looked: &Preflight, epoch: i64) -> bool {
        self.is_marked_by_us(looked, epoch) && looked.new.there().is_some_and(Database::is_writer)
    }

    /// Whether the new database is being changed, and by an earlier run of this failover.
    fn is_promoting(&self, looked: &Preflight, epoch: i64) -> bool {
        let changing =
            |database: &Database| matches!(database.status.as_str(), "modifying" | "rebooting" | "promoting");
        self.is_marked_by_us(looked, epoch) && looked.new.there().is_some_and(changing)
    }

    fn refuse_obstacles(&self, looked: &Preflight) -> Result<()> {
        let obstacles = looked.obstacles();
        if obstacles.is_empty() {
            return Ok(());
        }
        let list: Vec<String> = obstacles.iter().map(|check| format!("- {}: {}", check.name, check.detail)).collect();
        Err(Error::new(format!("{} is not ready to take over", self.new.name))
            .detail(format!("Nothing has been changed. In the way:\n{}", list.join("\n")))
            .at(Failover::paths().active_region))
    }

    async fn lock(&self, epoch: i64) -> Result<Lease> {
        let coordinator = Coordinator::of(self.aws, self.plan, &self.new.name);
        let seconds = self.plan.coordination.as_ref().map_or(30, |settings| settings.lease_seconds);
        let lease = Duration::from_secs(u64::try_from(seconds).unwrap_or(30));
        let mut found = coordinator.load().await?;
        if let Some(running) = found.take_if(|found| found.record.status == Status::Running) {
            let Record { from, to, epoch, .. } = &running.record;
            if *from != self.old.name || *to != self.new.name {
                return Err(Error::new("Another failover of this group is unfinished").detail(format!(
                    "The one from {from} to {to} (epoch {epoch}) must be finished (active_region = {to:?}) or aborted first.",
                )));
            }
            found = Some(coordinator.abandoned(self.cx, running, lease).await?);
        }
        let before = found.as_ref();
        let resumed = before.filter(|found| found.record.status == Status::Running);
        let record = Record {
            epoch: resumed.map_or_else(
                || before.map_or(epoch, |found| found.record.epoch.max(epoch)) + 1,
                |found| found.record.epoch,
            ),
            from: self.old.name.clone(),
            to: self.new.name.clone(),
            status: Status::Running,
            holder: format!("process {} since {}", std::process::id(), now()),
            beat: 0,
            steps: resumed.map(|found| found.record.steps.clone()).unwrap_or_default(),
            started_at: resumed.map_or_else(now, |found| found.record.started_at.clone()),
            fenced: before.map(|found| found.record.fenced.clone()).unwrap_or_default(),
        };
        let version = found.as_ref().map(|found| found.version.clone());
        Lease::take(coordinator, record, version.as_deref(), lease).await
    }

    /// Fence, lag, promotion. Until the promotion, a failure takes the fence down again.
    async fn promote(&mut self, lease: &Lease, evidence: &mut Evidence, looked: &Preflight, epoch: i64) -> Result<()> {
        let Seen::There(replica) = &looked.new else { return Err(Error::new("The replica is gone")) };
        let fence = self.fence(lease, evidence).await?;
        self.done(lease, "fence").await?;
        let before_promotion = async {
            self.judge_lag(evidence).await?;
            self.done(lease, "rpo").await?;
            database::mark(self.aws, &self.new.name, &replica.arn, &self.mark(epoch)).await?;
            // The last moment at which nothing is lost by stopping.
            lease.confirm().await
        };
        if let Err(error) = before_promotion.await {
            self.give_up(lease, evidence, fence.as_ref(), &error).await?;
            return Err(error);
        }
        let planned = matches!(looked.old, Seen::There(_)) && !self.plan.allow_data_loss;
        let retention = self.plan.post_promotion.as_ref().and_then(|wanted| wanted.backup_retention_period);
        evidence.record("promote", json!({ "database": replica.arn, "planned": planned }))?;
        // An answer that was lost must not lead to a second promotion: what happened is seen by looking.
        let asked = database::promote(self.aws, self.new, replica, retention, planned).await;
        if let Err(error) = asked {
            let begun = matches!(database::look(self.aws, self.new).await, Ok(Seen::There(now)) if now.is_writer() || now.status != "available");
            if !begun {
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

    async fn judge_lag(&mut self, evidence: &mut Evidence) -> Result<()> {
        let lag = database::lag(self.aws, self.new, self.plan.replica_lag_window_seconds).await?;
        self.lag = lag.seconds();
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

    async fn strengthen(&self, evidence: &mut Evidence) -> Result<()> {
        let Some(wanted) = &self.plan.post_promotion else { return Ok(()) };
        let promoted = database::promoted(self.cx, self.aws, self.new, self.deadline).await?;
        let settings = (wanted.backup_retention_period, wanted.multi_az);
        database::strengthen(self.cx, self.aws, self.new, &promoted, settings, self.deadline).await?;
        evidence.record("post_promotion", json!({ "backup_retention_period": settings.0, "multi_az": settings.1 }))
    }

    async fn move_traffic(&mut self, lease: &Lease, evidence: &mut Evidence) -> Result<()> {
        let (Some(traffic), Some(group)) = (&self.plan.traffic, &self.new.endpoint_group_arn) else { return Ok(()) };
        if let Some(fence @ Fence::Endpoints(_)) = lease.record().await.fenced.get(&self.new.name) {
            fence.take_down(self.cx, self.aws, self.new).await?;
            lease.unfenced(&self.new.name).await?;
        }
        let current = traffic::endpoint_group(self.aws, group).await?.dial;
        for percent in traffic.steps() {
            #[expect(clippy::cast_precision_loss, reason = "percentages")]
            if current > percent as f64 {
                // An earlier run came further than this.
                continue;
            }
            lease.confirm().await?;
            traffic::dial(self.aws, group, percent).await?;
            if let Some(old) = &self.old.endpoint_group_arn {
                traffic::dial(self.aws, old, 100 - percent).await?;
            }
            traffic::deployed(self.cx, self.aws, &traffic.accelerator_arn).await?;
            if percent < 100 {
                self.cx
                    .sleep(Duration::from_secs(u64::try_from(traffic.step_interval_seconds).unwrap_or_default()))
                    .await?;
            }
            let endpoints = traffic::endpoint_group(self.aws, group).await?;
            evidence.record(
                "dial",
                json!({ "region": self.new.name, "percent": percent, "endpoints": endpoints.describe() }),
            )?;
            if !endpoints.is_healthy() {
                return Err(Error::new("The new region's endpoints are not healthy").detail(format!(
                    "The database is promoted and {percent}% of the traffic goes to {}: {}. Mend the endpoints and apply again; the failover \
                     goes on from here.",
                    self.new.name,
                    endpoints.describe()
                )));
            }
            self.done(lease, &format!("dial_{percent}")).await?;
        }
        Ok(())
    }

    fn mark(&self, epoch: i64) -> Mark {
        Mark { epoch, from: self.old.name.clone(), to: self.new.name.clone(), complete: false }
    }

    async fn done(&mut self, lease: &Lease, step: &str) -> Result<()> {
        lease.step(step).await?;
        if !self.steps.iter().any(|done| done == step) {
            self.steps.push(step.to_owned());
        }
        Ok(())
    }

    /// Seconds since the failover began, an interrupted apply included. A clock that went backwards never makes it shorter than this run.
    fn elapsed(&self, record: &Record) -> f64 {
        let here = self.started.elapsed().as_secs_f64();
        let began: Option<jiff::Timestamp> = record.started_at.parse().ok();
        let since = began.map_or(0.0, |began| jiff::Timestamp::now().duration_since(began).as_secs_f64());
        (here.max(since) * 1000.0).round() / 1000.0
    }
}

/// The checks as evidence.
pub(crate) fn checks_json(looked: &Preflight) -> serde_json::Value {
    looked.checks.iter().map(|check| json!({ "name": check.name, "passed": check.passed, "blocking": check.blocking, "detail": check.detail })).collect()
}
