//! What both the admin API and the library offer: the switches of the sandbox, and what it saw.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use thiserror::Error;

use crate::clock::{Clock, Moment, wall};
use crate::events::{Capacity, Event, GroupState, Happening, Overlap};
use crate::faults::{Blackout, Fault};
use crate::services::cloudwatch::Lag;
use crate::services::ec2::{Amount, SetPrice, SetScore};
use crate::services::eks;
use crate::services::estate::Estate;
use crate::services::global_accelerator::Health;
use crate::services::rds;
use crate::state::{Count, State};

/// Settling goes no further than this into the future: what is later, such as a maintenance window, is meant to be waited for.
const SOON: i64 = 6 * 3600 * 1000;

/// Why a switch could not be turned.
#[derive(Debug, Error)]
pub enum ControlError {
    /// Nothing of that name.
    #[error("there is no DB instance or cluster {0}; name one by its ARN, once it is created")]
    NoReplica(String),
    /// Nothing of that name.
    #[error("there is no node group {0}; name one as CLUSTER/NAME, once it is created")]
    NoNodeGroup(String),
    /// A size that the node group does not allow.
    #[error("{wanted} nodes are not between the {min} and {max} of node group {name}")]
    Size {
        /// Which.
        name: String,
        /// What was wanted.
        wanted: u32,
        /// Fewest.
        min: u32,
        /// Most.
        max: u32,
    },
    /// Nothing of that name.
    #[error("RDS has no quota {0}; name one as DescribeAccountAttributes does, such as DBInstances")]
    NoQuota(String),
    /// A number that makes no sense.
    #[error("{0} is no Spot price; give USD per hour, or a share of the on-demand price, above 0")]
    Price(f64),
    /// A number that makes no sense.
    #[error("{0} is no placement score; give 1 to 10")]
    Score(u32),
    /// A number that makes no sense.
    #[error("{0} is no speed; give a number that is not negative")]
    Speed(f64),
    /// A state that cannot be read or written.
    #[error("cannot use the state file {}: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

/// The sandbox's state and clock, and the switches on them.
#[derive(Debug)]
pub struct Control {
    state: Mutex<State>,
    clock: Mutex<Clock>,
}

impl Control {
    /// A sandbox that goes on from `state`.
    #[must_use]
    pub fn new(state: State, speed: f64) -> Self {
        let base = if state.now == Moment::default() { Moment(wall()) } else { state.now };
        Self { state: Mutex::new(state), clock: Mutex::new(Clock::new(base, speed)) }
    }

    /// The state as it is now: everything that was due has happened.
    pub fn state(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.advance(self.clock().now());
        state
    }

    fn clock(&self) -> MutexGuard<'_, Clock> {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Simulated time.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.clock().now()
    }

    /// How many times as fast as the clock on the wall simulated time runs.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.clock().speed()
    }

    /// Changes the speed; 0 stops time, which then only moves by [`advance`](Self::advance).
    ///
    /// # Errors
    /// The speed is negative or no number.
    pub fn set_speed(&self, speed: f64) -> Result<(), ControlError> {
        if !speed.is_finite() || speed < 0.0 {
            return Err(ControlError::Speed(speed));
        }
        self.clock().set_speed(speed);
        Ok(())
    }

    /// Moves simulated time forward.
    pub fn advance(&self, by: Duration) {
        self.clock().advance(by);
        drop(self.state());
    }

    /// Moves simulated time forward until nothing changes by itself any more.
    pub fn settle(&self) {
        loop {
            let state = self.state();
            let Some(at) = state.due().filter(|at| at.0 - state.now.0 < SOON) else { return };
            let by = u64::try_from(at.0.saturating_sub(state.now.0)).unwrap_or(0).max(1);
            drop(state);
            self.advance(Duration::from_millis(by));
        }
    }

    /// Sets the replication lag of a DB instance or Aurora cluster, by its ARN.
    ///
    /// # Errors
    /// There is none.
    pub fn set_lag(&self, arn: &str, lag: Lag) -> Result<(), ControlError> {
        let mut state = self.state();
        if !state.rds.instances.contains_key(arn) && !state.rds.clusters.contains_key(arn) {
            return Err(ControlError::NoReplica(arn.to_owned()));
        }
        let action = format!("lag of {arn}: {lag:?}");
        state.cloudwatch.set(arn, lag, wall());
        note(&mut state, action);
        Ok(())
    }

    /// Sets how replication of a DB instance is: `replicating`, `error`, `stopped` or `terminated`.
    ///
    /// # Errors
    /// There is no such instance.
    pub fn set_replication(&self, arn: &str, status: &str) -> Result<(), ControlError> {
        let mut state = self.state();
        let instance = state.rds.instances.get_mut(arn).ok_or_else(|| ControlError::NoReplica(arn.to_owned()))?;
        status.clone_into(&mut instance.replication);
        note(&mut state, format!("replication of {arn}: {status}"));
        Ok(())
    }

    /// Sets an account's quota of RDS in a region, by its name in `DescribeAccountAttributes`.
    ///
    /// # Errors
    /// There is no such quota.
    pub fn set_quota(&self, account: &str, region: &str, name: &str, max: u64) -> Result<(), ControlError> {
        if !rds::quotas::exists(name) {
            return Err(ControlError::NoQuota(name.to_owned()));
        }
        let mut state = self.state();
        state.rds.quotas.insert(format!("{account}/{region}/{name}"), max);
        note(&mut state, format!("quota {name} of {region}: {max}"));
        Ok(())
    }

    /// Puts what an account has in a region there in one go, in the place of what was seeded before.
    pub fn seed(&self, account: &str, region: &str, estate: Estate) {
        let mut state = self.state();
        state.estate.seed(account, region, estate, wall());
        note(&mut state, format!("the estate of {account} in {region} is seeded"));
    }

    /// Sets what health checks find of an endpoint, wherever it is used; it may be added later.
    pub fn set_health(&self, endpoint: &str, health: Health) {
        let mut state = self.state();
        let action = format!("health of {endpoint}: {:?}", health.state);
        state.global_accelerator.health.insert(endpoint.to_owned(), health);
        note(&mut state, action);
    }

    /// The node groups that exist.
    #[must_use]
    pub fn node_groups(&self) -> Vec<GroupState> {
        self.state().eks.groups.values().map(GroupState::of).collect()
    }

    /// The nodes of a cluster over time: what a test asks that wants to know whether there were ever too few.
    #[must_use]
    pub fn capacity(&self, cluster: &str) -> Vec<Capacity> {
        self.state().events.capacity(cluster)
    }

    /// Sets what ails a node group; with something it is `DEGRADED`, with nothing `ACTIVE` again.
    ///
    /// # Errors
    /// There is no such node group.
    pub fn set_issues(&self, cluster: &str, node_group: &str, issues: Vec<eks::Issue>) -> Result<(), ControlError> {
        let mut state = self.state();
        let action = format!("issues of {cluster}/{node_group}: {issues:?}");
        for group in state.eks.named(cluster, node_group)? {
            group.ail(issues.clone());
        }
        note(&mut state, action);
        Ok(())
    }

    /// Sets how many nodes a node group has, as an autoscaler does.
    ///
    /// # Errors
    /// There is no such node group, or it does not allow that many.
    pub fn scale(&self, cluster: &str, node_group: &str, desired: u32) -> Result<(), ControlError> {
        let mut state = self.state();
        for group in state.eks.named(cluster, node_group)? {
            let eks::Scaling { min_size: min, max_size: max, .. } = group.settings.scaling;
            if !(min..=max).contains(&desired) {
                return Err(ControlError::Size { name: group.name.clone(), wanted: desired, min, max });
            }
            group.settings.scaling.desired_size = desired;
            group.nodes = desired;
        }
        note(&mut state, format!("{cluster}/{node_group} scales to {desired}"));
        Ok(())
    }

    /// Sets the Spot price of instance types from a moment in the past on; it holds until it is set again.
    ///
    /// # Errors
    /// The price is not positive.
    pub fn set_spot_price(&self, price: SetPrice, ago: Duration) -> Result<(), ControlError> {
        let (Amount::Price(amount) | Amount::Share(amount)) = price.price;
        if !amount.is_finite() || amount <= 0.0 {
            return Err(ControlError::Price(amount));
        }
        let since = wall().saturating_sub(i64::try_from(ago.as_millis()).unwrap_or(i64::MAX));
        let mut state = self.state();
        let action = format!("Spot price of {}: {:?}", price.instance_type, price.price);
        state.ec2.prices.push(SetPrice { since, ..price });
        note(&mut state, action);
        Ok(())
    }

    /// Forgets every Spot price that was set.
    pub fn clear_spot_prices(&self) {
        let mut state = self.state();
        state.ec2.prices.clear();
        note(&mut state, "Spot prices are as they were".to_owned());
    }

    /// Sets the Spot placement score of a region or zone.
    ///
    /// # Errors
    /// It is none of 1 to 10.
    pub fn set_placement_score(&self, score: SetScore) -> Result<(), ControlError> {
        if !(1..=10).contains(&score.score) {
            return Err(ControlError::Score(score.score));
        }
        let mut state = self.state();
        let action = format!("placement score of {}: {}", score.region, score.score);
        state.ec2.scores.push(score);
        note(&mut state, action);
        Ok(())
    }

    /// Lets a step of node groups go wrong.
    pub fn fail(&self, failure: eks::Failure) {
        let mut state = self.state();
        let action = format!("failure: {failure:?}");
        state.eks.failures.push(failure);
        note(&mut state, action);
    }

    /// Makes a region unreachable.
    pub fn black_out(&self, region: &str, blackout: Blackout) {
        let mut state = self.state();
        state.blackouts.insert(region.to_owned(), blackout);
        note(&mut state, format!("blackout of {region}"));
    }

    /// Makes a region reachable again.
    pub fn heal(&self, region: &str) {
        let mut state = self.state();
        state.blackouts.remove(region);
        note(&mut state, format!("{region} is healed"));
    }

    /// Injects a fault.
    pub fn inject(&self, fault: Fault) {
        let mut state = self.state();
        let action = format!("fault: {fault:?}");
        state.faults.inject(fault);
        note(&mut state, action);
    }

    /// Removes every fault.
    pub fn clear_faults(&self) {
        let mut state = self.state();
        state.faults.clear();
        note(&mut state, "faults are cleared".to_owned());
    }

    /// The events with a number above `since`.
    #[must_use]
    pub fn events(&self, since: u64) -> Vec<Event> {
        self.state().events.since(since).to_vec()
    }

    /// Every time when a database had more than one open writer.
    #[must_use]
    pub fn overlaps(&self) -> Vec<Overlap> {
        self.state().events.overlaps()
    }

    /// How often each operation was called, by `SERVICE:OPERATION`.
    #[must_use]
    pub fn calls(&self) -> BTreeMap<String, Count> {
        self.state().calls.clone()
    }

    /// How often one operation was called.
    #[must_use]
    pub fn called(&self, service: &str, operation: &str) -> Count {
        self.state().calls.get(&format!("{service}:{operation}")).copied().unwrap_or_default()
    }

    /// Replaces the state; simulated time goes on from the later of the two.
    pub fn replace(&self, mut new: State) {
        let now = self.now();
        if new.now > now {
            let by = u64::try_from(new.now.0 - now.0).unwrap_or(0);
            self.clock().advance(Duration::from_millis(by));
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        new.now = new.now.max(Moment(1));
        *state = new;
    }

    /// Writes the state to a file.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), ControlError> {
        let failed = |why: String| ControlError::File { path: path.to_owned(), why };
        let text = serde_json::to_vec_pretty(&*self.state()).map_err(|e| failed(e.to_string()))?;
        // Beside it and renamed: an end half-way leaves the old file whole.
        let new = path.with_extension("new");
        std::fs::write(&new, text).and_then(|()| std::fs::rename(&new, path)).map_err(|e| failed(e.to_string()))
    }
}

/// Reads a state from a file; one that does not exist yet is empty.
///
/// # Errors
/// It cannot be read, or is no state.
pub(crate) fn load(path: &Path) -> Result<State, ControlError> {
    let failed = |why: String| ControlError::File { path: path.to_owned(), why };
    match std::fs::read(path) {
        Ok(text) => serde_json::from_slice(&text).map_err(|e| failed(e.to_string())),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(State::default()),
        Err(e) => Err(failed(e.to_string())),
    }
}

fn note(state: &mut State, action: String) {
    let now = state.now;
    state.events.add(now, Happening::Admin { action });
    state.note_changes();
}
