//! What happens as time passes.

use super::model::{Effect, Instance, Store};
use crate::clock::Moment;

/// Simulated seconds a change in the maintenance window takes.
const MAINTENANCE: u32 = 300;

/// A resource that changed by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub arn: String,
    /// Its status now.
    pub status: String,
}

impl Store {
    /// When the next change is due.
    #[must_use]
    pub fn due(&self) -> Option<Moment> {
        let instances = self.instances.values().flat_map(|it| [it.status.due(), waiting(it)]);
        let clusters = self.clusters.values().map(|it| it.status.due());
        let global = self
            .global_clusters
            .values()
            .flat_map(|it| [it.status.due(), it.resync.values().min().map(|at| Moment(*at))]);
        let snapshots = self.snapshots.values().map(|it| it.status.due());
        instances.chain(clusters).chain(global).chain(snapshots).flatten().min()
    }

    /// Makes the changes that are due at `now`.
    pub fn advance(&mut self, now: Moment) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut effects = Vec::new();
        for instance in self.instances.values_mut() {
            if waiting(instance).is_some_and(|at| at <= now) {
                instance.pending.window = None;
                instance.status.go(now, [("modifying", MAINTENANCE, Some(Effect::Modified))], "available");
                changes.push(Change { arn: instance.arn.clone(), status: "modifying".to_owned() });
            }
            while let Some(effect) = instance.status.step(now) {
                changes.push(Change { arn: instance.arn.clone(), status: instance.status.status().to_owned() });
                effects.extend(effect.map(|effect| (instance.arn.clone(), effect)));
            }
        }
        for cluster in self.clusters.values_mut() {
            while let Some(effect) = cluster.status.step(now) {
                changes.push(Change { arn: cluster.arn.clone(), status: cluster.status.status().to_owned() });
                effects.extend(effect.map(|effect| (cluster.arn.clone(), effect)));
            }
        }
        for global in self.global_clusters.values_mut() {
            global.resync.retain(|_, until| *until > now.0);
            while let Some(effect) = global.status.step(now) {
                changes.push(Change { arn: global.arn.clone(), status: global.status.status().to_owned() });
                effects.extend(effect.map(|effect| (global.arn.clone(), effect)));
            }
        }
        for snapshot in self.snapshots.values_mut() {
            while snapshot.status.step(now).is_some() {
                changes.push(Change { arn: snapshot.arn.clone(), status: snapshot.status.status().to_owned() });
            }
        }
        for (arn, effect) in effects {
            self.apply(&arn, effect, now);
        }
        changes
    }

    fn apply(&mut self, arn: &str, effect: Effect, now: Moment) {
        if effect == Effect::Deleted {
            if let Some(gone) = self.instances.remove(arn) {
                self.orphan(&gone);
            }
            self.clusters.remove(arn);
            self.global_clusters.remove(arn);
            return;
        }
        if let Some(global) = self.global_clusters.get_mut(arn) {
            global.moved(now);
            return;
        }
        let Some(instance) = self.instances.get_mut(arn) else { return };
        match effect {
            Effect::Writable => instance.writable = true,
            Effect::Promoted => instance.source = None,
            Effect::Modified => instance.apply_pending(),
            Effect::Deleted => {}
        }
    }

    /// Replicas of an instance that is gone: in its region they become instances of their own, elsewhere their replication ends
    /// and they wait to be promoted.
    fn orphan(&mut self, gone: &Instance) {
        for replica in self.instances.values_mut().filter(|it| it.source.as_ref() == Some(&gone.arn)) {
            if replica.region == gone.region {
                replica.source = None;
                replica.writable = true;
            } else {
                "terminated".clone_into(&mut replica.replication);
            }
        }
    }
}

/// The maintenance window an instance waits for, while nothing else happens to it.
fn waiting(instance: &Instance) -> Option<Moment> {
    instance.pending.window.filter(|_| instance.is_available())
}

/// When a weekly window, such as `sun:05:00-sun:05:30`, opens next.
pub(super) fn next_window(window: &str, now: Moment) -> Moment {
    const DAYS: [&str; 7] = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"];
    const MINUTE: i64 = 60_000;
    const WEEK: i64 = 7 * 24 * 60 * MINUTE;
    let mut parts = window.split(['-', ':']);
    let day = parts.next().and_then(|name| DAYS.iter().position(|day| *day == name)).unwrap_or(0);
    let mut number = || parts.next().and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    let (hour, minute) = (number(), number());
    // 1 January 1970 was a Thursday, where DAYS begins.
    let offset = ((i64::try_from(day).unwrap_or(0) * 24 + hour) * 60 + minute) * MINUTE;
    let week = now.0 - now.0.rem_euclid(WEEK);
    let opens = week + offset;
    Moment(if opens > now.0 { opens } else { opens + WEEK })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_window_is_found() {
        // Monday 2026-11-23T13:00:00Z
        let now = Moment(1_795_438_800_000);
        assert_eq!(next_window("sun:05:00-sun:05:30", now).to_string(), "2026-11-29T05:00:00Z");
        assert_eq!(next_window("mon:14:30-mon:15:00", now).to_string(), "2026-11-23T14:30:00Z");
        assert_eq!(next_window("mon:12:30-mon:13:00", now).to_string(), "2026-11-30T12:30:00Z");
    }
}
