//! Everything the sandbox remembers, in one place: what is saved and loaded.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::clock::{Moment, wall};
use crate::events::{Event, Happening, Log, Outcome};
use crate::faults::{Blackout, Faults};
use crate::services::{Call, budgets, cloudwatch, compute_optimizer, ec2, eks, estate, global_accelerator, rds};

/// The state of the sandbox's own services and of its switches; moto's is not part of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct State {
    /// Simulated time when this was saved.
    pub now: Moment,
    /// AWS Global Accelerator.
    pub global_accelerator: global_accelerator::Store,
    /// Amazon RDS.
    pub rds: rds::Store,
    /// AWS Budgets.
    pub budgets: budgets::Store,
    /// AWS Compute Optimizer.
    pub compute_optimizer: compute_optimizer::Store,
    /// What the admin API says of the Spot market.
    pub ec2: ec2::Store,
    /// What was put there in one call.
    pub estate: estate::Store,
    /// Amazon EKS.
    pub eks: eks::Store,
    /// Replication lag.
    pub cloudwatch: cloudwatch::Store,
    /// Regions that do not answer.
    pub blackouts: BTreeMap<String, Blackout>,
    /// Faults that wait for their calls.
    pub faults: Faults,
    /// What happened.
    pub events: Log,
    /// How often each operation was called.
    pub calls: BTreeMap<String, Count>,
    /// Whether a security group lets anybody in, by `ACCOUNT/REGION/ID`; a group that is not named does.
    pub ingress: BTreeMap<String, bool>,
}

/// How often an operation was called, by what came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Carried out.
    pub succeeded: u64,
    /// Answered with an error.
    pub failed: u64,
    /// Not answered: dropped before or after it was carried out, or lost in a blackout.
    pub unanswered: u64,
}

impl State {
    /// Lets everything happen that is due until `now`, each at its own time.
    pub fn advance(&mut self, now: Moment) {
        while let Some(at) = self.due().filter(|at| *at <= now) {
            // A loaded state may be older than the clock.
            let at = at.max(self.now);
            self.now = at;
            for (resource, status) in self.global_accelerator.advance(at) {
                self.events.add(at, Happening::Status { resource, status });
            }
            for change in self.rds.advance(at) {
                self.events.add(at, Happening::Status { resource: change.arn, status: change.status });
            }
            for (resource, status) in self.eks.advance(at) {
                self.events.add(at, Happening::Status { resource, status });
            }
            for (resource, status) in self.compute_optimizer.advance(at) {
                self.events.add(at, Happening::Status { resource, status });
            }
            self.note_changes();
        }
        self.now = self.now.max(now);
    }

    /// When the next thing happens by itself.
    #[must_use]
    pub fn due(&self) -> Option<Moment> {
        let own = [self.global_accelerator.due(), self.rds.due(), self.eks.due(), self.compute_optimizer.due()];
        own.into_iter().flatten().min()
    }

    /// Counts a call, and logs it if it changes anything or should have.
    pub fn record(&mut self, call: &Call, reads_only: bool, outcome: &Outcome) {
        let count = self.calls.entry(format!("{}:{}", call.service, call.operation)).or_default();
        match outcome {
            Outcome::Succeeded => count.succeeded += 1,
            Outcome::Failed { .. } => count.failed += 1,
            Outcome::DroppedBefore | Outcome::DroppedAfter | Outcome::BlackedOut => count.unanswered += 1,
        }
        if reads_only {
            return;
        }
        self.events.push(Event {
            number: 0,
            at: call.now,
            wall: wall(),
            what: Happening::Call {
                account: call.account.clone(),
                region: call.region.clone(),
                service: call.service.clone(),
                operation: call.operation.clone(),
                request_id: call.request_id.clone(),
                outcome: outcome.clone(),
            },
        });
        self.note_changes();
    }

    /// Logs which writers opened and closed, and which node groups changed, since the last time.
    pub fn note_changes(&mut self) {
        let open = self.open_writers();
        self.events.writers(self.now, open);
        self.events.node_groups(self.now, &self.eks);
    }

    /// The writers that accept writes from clients now, by family.
    ///
    /// A database writes when it is no replica and is up. Its clients reach it unless its region is blacked out altogether, each of
    /// its security groups lets nobody in, or an accelerator's endpoint group for its region has no endpoint.
    #[must_use]
    pub fn open_writers(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut open: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for it in self.rds.instances.values() {
            if it.writable && it.cluster.is_none() && it.is_up() && self.is_reachable(it) {
                open.entry(it.family.clone()).or_default().insert(it.arn.clone());
            }
        }
        for cluster in self.rds.clusters.values() {
            if self.rds.open_writer(cluster).is_some_and(|writer| self.is_reachable(writer)) {
                open.entry(cluster.family.clone()).or_default().insert(cluster.arn.clone());
            }
        }
        open
    }

    fn is_reachable(&self, it: &rds::Instance) -> bool {
        let blacked_out = self.blackouts.get(&it.region).is_some_and(|blackout| blackout.workloads);
        let traffic = self.global_accelerator.lets_in(&it.account, &it.region).unwrap_or(true);
        let groups = &it.settings.security_groups;
        let ingress = groups.is_empty()
            || groups
                .iter()
                .any(|id| *self.ingress.get(&format!("{}/{}/{id}", it.account, it.region)).unwrap_or(&true));
        !blacked_out && traffic && ingress
    }
}
