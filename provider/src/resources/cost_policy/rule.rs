//! What a policy looks for: types of rules, and the arguments that each takes.

use parapet_pricing::Decimal;
use parapet_pricing::recommend::{Action, LEAST_DAYS, Limits, kind};
use parapet_remediation::Category;
use tfplugin::number::Number;
use tfplugin::prelude::*;

use super::model::{CostPolicy, percent};
use crate::cost::decimal;

/// The most days that metrics are read for.
const MOST_DAYS: i64 = 90;

/// What to look for. Some rules need nothing but configuration and prices; others read the account, in the regions of `scope` and else
/// that of the provider, and what bears a tag of `scope`.
///
/// The account is read on create, when its rules or the scope change, and at every refresh.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Rule {
    /// In the configuration: `gp2_volumes`: volumes that cost less as gp3 with the same IOPS and throughput. `io1_volumes`: volumes that
    /// cost less as gp3 or io2. `rds_gp2_storage`: gp2 storage of RDS. `previous_generation`: instance types with a newer one of the same
    /// shape. `graviton`: databases and caches that run on Arm for less.
    ///
    /// In the account: `rightsizing`: instances and databases that a smaller type carries, by the 95th percentile and the maximum of
    /// their use. `idle_instances`, `idle_databases`, `idle_load_balancers`, `idle_nat_gateways`: what nobody uses. `unattached_volumes`,
    /// `unused_addresses`: what belongs to nothing. `old_snapshots`: those that no image and no lifecycle needs.
    #[attr(name = "type", validate = one_of(RULES))]
    pub(crate) kind: String,
    /// Least saving in USD a month that is a finding. Everything that saves is one when left out, and what saves an unknown amount
    /// always.
    #[attr(validate = percent(0))]
    pub(crate) threshold: Option<Number>,
    /// Days of metrics that are looked at; 14 when left out, or `grace_period_days` of `unattached_volumes` where those are more. For
    /// `rightsizing`, `unattached_volumes` and the `idle_*`.
    #[attr(validate = range(14..=90))]
    pub(crate) lookback_days: Option<i64>,
    /// Samples that a judgement about use needs; 336 when left out, one an hour for 14 days. For `rightsizing`, `idle_instances` and
    /// `idle_databases`.
    #[attr(validate = range(1..=100_000))]
    pub(crate) min_datapoints: Option<i64>,
    /// Days that a volume has to have been unattached (14 when left out, at most 90), that a load balancer or a NAT gateway has to have
    /// existed (14), after which a snapshot is old (365). For `unattached_volumes`, `idle_load_balancers`, `idle_nat_gateways` and
    /// `old_snapshots`.
    #[attr(validate = range(0..=3650))]
    pub(crate) grace_period_days: Option<i64>,
}

/// Names of the rules.
pub(super) const RULES: &[&str] = &[
    "gp2_volumes",
    "io1_volumes",
    "rds_gp2_storage",
    "previous_generation",
    "graviton",
    "rightsizing",
    "idle_instances",
    "idle_databases",
    "unattached_volumes",
    "idle_load_balancers",
    "idle_nat_gateways",
    "unused_addresses",
    "old_snapshots",
];

/// A rule about the account: which recommendations are its findings, and on what they rest.
#[derive(Debug, PartialEq)]
pub(super) struct Live {
    name: &'static str,
    pub(super) action: Action,
    pub(super) kinds: &'static [&'static str],
    /// Takes `lookback_days`.
    metrics: bool,
    /// Takes `min_datapoints`.
    samples: bool,
    /// Takes `grace_period_days`.
    grace: bool,
}

const fn deletes(name: &'static str, kinds: &'static [&'static str]) -> Live {
    Live { name, action: Action::Delete, kinds, metrics: false, samples: false, grace: false }
}

const UNATTACHED: &str = "unattached_volumes";
const SNAPSHOTS: &str = "old_snapshots";

const LIVE: &[Live] = &[
    Live {
        action: Action::Rightsize,
        metrics: true,
        samples: true,
        ..deletes("rightsizing", &[kind::INSTANCE, kind::DATABASE])
    },
    Live { action: Action::Stop, metrics: true, samples: true, ..deletes("idle_instances", &[kind::INSTANCE]) },
    Live { metrics: true, samples: true, ..deletes("idle_databases", &[kind::DATABASE]) },
    Live { metrics: true, grace: true, ..deletes(UNATTACHED, &[kind::VOLUME]) },
    Live { metrics: true, grace: true, ..deletes("idle_load_balancers", &[kind::LOAD_BALANCER]) },
    Live { metrics: true, grace: true, ..deletes("idle_nat_gateways", &[kind::NAT_GATEWAY]) },
    deletes("unused_addresses", &[kind::ADDRESS]),
    Live { grace: true, ..deletes(SNAPSHOTS, &[kind::SNAPSHOT]) },
];

impl Rule {
    /// What it looks for in the configuration; none for a rule about the account.
    pub(super) fn category(&self) -> Option<Category> {
        Some(match self.kind.as_str() {
            "gp2_volumes" => Category::Gp3,
            "io1_volumes" => Category::Io1,
            "rds_gp2_storage" => Category::RdsGp3,
            "previous_generation" => Category::PreviousGeneration,
            "graviton" => Category::Graviton,
            _ => return None,
        })
    }

    /// What it looks for in the account; none for a rule about the configuration.
    pub(super) fn live(&self) -> Option<&'static Live> {
        LIVE.iter().find(|it| it.name == self.kind)
    }

    /// Whether such a saving is worth a finding.
    pub(super) fn is_worth(&self, saving: Option<Decimal>) -> bool {
        match (saving, self.threshold.as_ref().and_then(|it| decimal(it).ok())) {
            (Some(saving), Some(least)) => saving >= least,
            _ => true,
        }
    }

    /// Days of metrics that it rests on.
    pub(super) fn lookback_days(&self) -> u32 {
        // What was seen for fewer days than the grace period says nothing about all of that.
        let least = if self.kind == UNATTACHED { self.grace_period_days.unwrap_or_default() } else { 0 };
        self.lookback_days.map_or_else(|| days(least).max(LEAST_DAYS), days)
    }

    /// The thresholds of [`parapet_pricing::recommend`] that it stands for.
    pub(super) fn limits(&self, live: &Live) -> Limits {
        let usual = Limits::default();
        let grace = self.grace_period_days.map(days);
        let (of_snapshots, of_others) = if self.kind == SNAPSHOTS { (grace, None) } else { (None, grace) };
        Limits {
            actions: vec![live.action],
            kinds: live.kinds.to_vec(),
            min_datapoints: self.min_datapoints.map_or(usual.min_datapoints, days),
            snapshot_age_days: of_snapshots.unwrap_or(usual.snapshot_age_days),
            grace_period_days: of_others.unwrap_or(usual.grace_period_days),
            ..usual
        }
    }

    /// Arguments that its type does not take, and days that contradict each other.
    pub(super) fn check(&self, index: usize, problems: &mut Problems) {
        let at = CostPolicy::paths().rule.index(index).fields();
        let live = self.live();
        let given = [
            (&at.lookback_days, "lookback_days", self.lookback_days, (|it| it.metrics) as fn(&Live) -> bool),
            (&at.min_datapoints, "min_datapoints", self.min_datapoints, |it| it.samples),
            (&at.grace_period_days, "grace_period_days", self.grace_period_days, |it| it.grace),
        ];
        for (field, name, value, takes) in given {
            if value.is_some() && !live.is_some_and(takes) {
                let of: Vec<&str> = LIVE.iter().filter(|it| takes(it)).map(|it| it.name).collect();
                let detail = format!(
                    "Nothing that a rule of type {:?} looks at depends on `{name}`; it is for {}. Leave it out.",
                    self.kind,
                    of.join(", ")
                );
                problems.error(field, "An argument of other rules", detail);
            }
        }
        if self.kind != UNATTACHED {
            return;
        }
        let Some(grace) = self.grace_period_days else { return };
        if grace > MOST_DAYS {
            let detail = format!(
                "When a volume was last attached is known from its metrics, which are read for at most {MOST_DAYS} days."
            );
            problems.error(&at.grace_period_days, "A grace period that nothing can show", detail);
        } else if self.lookback_days.is_some_and(|lookback| lookback < grace) {
            let detail = format!(
                "Metrics of fewer days cannot show that a volume was attached to nothing for {grace}. Say at least {grace}, or leave it \
                 out."
            );
            problems.error(&at.lookback_days, "Fewer days than the grace period", detail);
        }
    }
}

/// Validation has let nothing else through.
fn days(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(kind: &str) -> Rule {
        let kind = kind.to_owned();
        Rule { kind, threshold: None, lookback_days: None, min_datapoints: None, grace_period_days: None }
    }

    #[test]
    fn each_type_looks_in_one_place() {
        for name in RULES {
            let it = rule(name);
            assert!(it.category().is_some() != it.live().is_some(), "{name}");
        }
        assert!(LIVE.iter().all(|it| RULES.contains(&it.name)));
    }

    #[test]
    fn the_arguments_are_the_thresholds_of_the_recommendations() {
        let of = |it: &Rule| it.limits(it.live().unwrap());
        let usual = Limits::default();
        let snapshots = of(&Rule { grace_period_days: Some(90), ..rule("old_snapshots") });
        assert_eq!((snapshots.snapshot_age_days, snapshots.grace_period_days), (90, usual.grace_period_days));
        let gateways = of(&Rule { grace_period_days: Some(30), ..rule("idle_nat_gateways") });
        assert_eq!((gateways.snapshot_age_days, gateways.grace_period_days), (usual.snapshot_age_days, 30));
        assert_eq!(of(&Rule { min_datapoints: Some(1000), ..rule("rightsizing") }).min_datapoints, 1000);
        assert_eq!(of(&rule("rightsizing")).min_datapoints, usual.min_datapoints);
    }

    #[test]
    fn metrics_cover_the_grace_period_of_volumes() {
        assert_eq!(rule("unattached_volumes").lookback_days(), 14);
        assert_eq!(Rule { grace_period_days: Some(60), ..rule("unattached_volumes") }.lookback_days(), 60);
        assert_eq!(Rule { grace_period_days: Some(60), ..rule("idle_load_balancers") }.lookback_days(), 14);
        assert_eq!(Rule { lookback_days: Some(30), ..rule("rightsizing") }.lookback_days(), 30);
    }
}
