//! A failover, step by step. Each step looks before it acts, so that running all of them again repeats nothing that cannot be undone.

mod lock;
mod promote;

use std::time::{Duration, Instant};

use serde_json::json;
use tfplugin::prelude::*;

use super::checks::{Preflight, preflight};
use super::coordination::{Lease, Status};
use super::database::{self, Database, Mark, Seen};
use super::evidence::Evidence;
use super::fencing::Fence;
use super::model::{Failover, Site};
use super::traffic;
use crate::aws::{Aws, Deadline};
use crate::policy::Judges;
use crate::provider::Clients;

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

/// How far a failover came.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Reached {
    /// Steps that are done.
    pub(crate) steps: Vec<String>,
    /// Replication lag before the promotion, where it was known.
    pub(crate) lag: Option<f64>,
    /// Whether the promotion was asked for: from then on there is no way back.
    pub(crate) promoting: bool,
}

impl Reached {
    /// Whether the new database writes.
    pub(crate) fn is_promoted(&self) -> bool {
        self.steps.iter().any(|step| step == PROMOTED)
    }
}

/// The step after which the new database writes.
const PROMOTED: &str = "promote";

/// A failover under way.
#[derive(Debug)]
pub(crate) struct Run<'a> {
    cx: &'a Context<Clients>,
    aws: &'a Aws,
    plan: &'a Failover,
    old: &'a Site,
    new: &'a Site,
    judges: Judges,
    started: Instant,
    /// Seconds that earlier runs of this failover took, and the time between them.
    before: f64,
    deadline: Deadline,
    /// How far it is; on failure, how far it came.
    pub(crate) reached: Reached,
}

impl<'a> Run<'a> {
    /// A failover from the region `from` to the active one of `plan`. `reached` is how far the state says that an interrupted one came.
    pub(crate) fn new(
        cx: &'a Context<Clients>,
        aws: &'a Aws,
        plan: &'a Failover,
        from: &str,
        reached: Reached,
    ) -> Result<Self> {
        let missing = |region: &str| Error::new(format!("No `region` block for {region}")).at(Failover::paths().region);
        let old = plan.site(from).ok_or_else(|| missing(from).detail("A failover needs the region it leaves, too."))?;
        let new = plan.site(&plan.active_region).ok_or_else(|| missing(&plan.active_region))?;
        let limit = plan.timeouts.as_ref().and_then(|timeouts| timeouts.update.as_ref());
        let deadline = Deadline::of(limit, DEFAULT_LIMIT)?;
        let (judges, started) = (cx.judges()?, Instant::now());
        Ok(Self { cx, aws, plan, old, new, judges, started, before: 0.0, deadline, reached })
    }

    /// Fails over. `epoch` is that of the state: the failover gets the next one.
    pub(crate) async fn fail_over(&mut self, epoch: i64) -> Result<Outcome> {
        let mut looked = Box::pin(preflight(self.aws, self.plan, self.old, self.new)).await?;
        if self.is_promoting(&looked, epoch) {
            // An earlier run asked for the promotion and ended before it was through.
            database::settled(self.cx, self.aws, self.new, self.deadline).await?;
            looked = Box::pin(preflight(self.aws, self.plan, self.old, self.new)).await?;
        }
        let mut resumed = self.is_promoted_by_us(&looked, epoch);
        if resumed {
            self.reached.promoting = true;
        } else {
            self.refuse_obstacles(&looked)?;
            self.reached = Reached::default();
        }
        let lease = self.lock(epoch, resumed).await?;
        let record = lease.record().await;
        if record.promoting && !resumed && database::shows_promotion(self.cx, self.aws, self.new).await? {
            // An earlier run was killed while it asked for the promotion, and AWS had taken it.
            self.reached.promoting = true;
            database::promoted(self.cx, self.aws, self.new, self.deadline).await?;
            resumed = true;
        }
        let mut evidence = Evidence::open(self.plan, record.epoch)?;
        let began = json!({ "group": self.plan.name, "epoch": record.epoch, "from": self.old.name, "to": self.new.name, "holder": record.holder });
        evidence.record(if evidence.is_continued() || resumed { "resumed" } else { "started" }, began)?;
        evidence.judged_by(&self.judges)?;
        evidence.record("preflight", json!({ "checks": checks_json(&looked), "promoted_before": resumed }))?;
        self.done(&lease, "preflight").await?;

        if !resumed {
            Box::pin(self.promote(&lease, &mut evidence, &looked, record.epoch)).await?;
        }
        self.done(&lease, PROMOTED).await?;
        Box::pin(self.strengthen(&mut evidence)).await?;
        self.done(&lease, "post_promotion").await?;
        Box::pin(self.move_traffic(&lease, &mut evidence)).await?;
        self.reopen(&lease, &mut evidence).await?;
        self.done(&lease, "traffic").await?;

        let rto = self.elapsed();
        let objective = self.plan.rto_minutes.saturating_mul(60);
        let end = json!({
            "measured_rto_seconds": rto, "rto_objective_seconds": objective,
            "estimated_rpo_seconds": self.reached.lag, "rpo_objective_seconds": self.plan.rpo_seconds,
            "steps": self.reached.steps,
        });
        let evidence_sha256 = evidence.close(self.aws, &self.new.name, end).await?;
        lease.end(Status::Complete).await?;
        // Last of all: as long as the mark says `running`, a run that is killed here is taken up again by the next.
        if let Seen::There(promoted) = database::look(self.aws, self.new).await? {
            let mark = Mark { complete: true, ..self.mark(record.epoch) };
            database::mark(self.aws, &self.new.name, &promoted.arn, &mark).await?;
        }
        let Reached { steps, lag, .. } = self.reached.clone();
        Ok(Outcome { epoch: record.epoch, steps, lag, rto_seconds: rto, evidence_sha256 })
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
        let changing = |database: &Database| database::is_changing(&database.status);
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

    async fn strengthen(&self, evidence: &mut Evidence) -> Result<()> {
        let Some(wanted) = &self.plan.post_promotion else { return Ok(()) };
        let promoted = database::promoted(self.cx, self.aws, self.new, self.deadline).await?;
        let settings = (wanted.backup_retention_period, wanted.multi_az);
        database::strengthen(self.cx, self.aws, self.new, &promoted, settings, self.deadline).await?;
        evidence.record("post_promotion", json!({ "backup_retention_period": settings.0, "multi_az": settings.1 }))
    }

    /// A cluster of an Aurora global database follows the new writer by itself. Its fence has done its work, and the way back is open.
    async fn reopen(&self, lease: &Lease, evidence: &mut Evidence) -> Result<()> {
        let record = lease.record().await;
        let Some(fence) = record.fenced.get(&self.old.name) else { return Ok(()) };
        if matches!(fence, Fence::Endpoints(_)) && self.plan.traffic.is_none() {
            // Nobody has turned the old region's traffic away.
            return Ok(());
        }
        let looked = database::look(self.aws, self.old).await?;
        if looked.there().is_none_or(Database::is_writer) {
            return Ok(());
        }
        fence.take_down(self.cx, self.aws, self.old).await?;
        lease.unfenced(&self.old.name).await?;
        evidence.record("fence_down", json!({ "region": self.old.name, "result": fence.describe() }))
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
        lease.step(step, self.elapsed()).await?;
        if !self.reached.steps.iter().any(|done| done == step) {
            self.reached.steps.push(step.to_owned());
        }
        Ok(())
    }

    /// Seconds since the failover began, an interrupted apply and the time until the next included. This run measures itself with a
    /// clock that nobody sets.
    fn elapsed(&self) -> f64 {
        let seconds = self.before + self.started.elapsed().as_secs_f64();
        (seconds * 1000.0).round() / 1000.0
    }
}

/// The checks as evidence.
pub(crate) fn checks_json(looked: &Preflight) -> serde_json::Value {
    looked.checks.iter().map(|check| json!({ "name": check.name, "passed": check.passed, "blocking": check.blocking, "detail": check.detail })).collect()
}
