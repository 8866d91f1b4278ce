//! Taking the lock: a failover gets an epoch of its own, or goes on with the one that was interrupted.

use std::time::Duration;

use tfplugin::prelude::*;

use super::Run;
use crate::resources::failover::clock::{self, before_this_run};
use crate::resources::failover::coordination::{Coordinator, Lease, Record, Status};

impl Run<'_> {
    /// `epoch` is that of the state, and `promoted` says that an earlier run of this failover has made the new database the writer.
    pub(super) async fn lock(&mut self, epoch: i64, promoted: bool) -> Result<Lease> {
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
        // One that was killed after its last step is complete, and Terraform does not know.
        let is_finished = |record: &Record| {
            promoted && record.status == Status::Complete && record.epoch > epoch && record.to == self.new.name
        };
        let resumed = before.map(|found| &found.record).filter(|it| it.status == Status::Running || is_finished(it));
        if let Some(record) = resumed {
            self.before = before_this_run(&record.started_at, record.elapsed_seconds);
            self.reached.steps.clone_from(&record.steps);
            self.reached.lag = record.lag_seconds.or(self.reached.lag);
        }
        let record = Record {
            epoch: resumed
                .map_or_else(|| before.map_or(epoch, |found| found.record.epoch.max(epoch)) + 1, |record| record.epoch),
            from: self.old.name.clone(),
            to: self.new.name.clone(),
            status: Status::Running,
            holder: format!("process {} since {}", std::process::id(), clock::now()),
            beat: 0,
            steps: self.reached.steps.clone(),
            promoting: resumed.is_some_and(|record| record.promoting),
            lag_seconds: self.reached.lag,
            started_at: resumed.map_or_else(clock::now, |record| record.started_at.clone()),
            elapsed_seconds: self.before,
            fenced: before.map(|found| found.record.fenced.clone()).unwrap_or_default(),
        };
        let version = found.as_ref().map(|found| found.version.clone());
        Lease::take(coordinator, record, version.as_deref(), lease).await
    }
}
