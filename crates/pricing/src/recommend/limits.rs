//! From when on something is worth a recommendation.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::inventory::Tags;
use super::output::Action;
use crate::spot::InterruptionBucket;

/// The thresholds of the rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Days with values that a judgement about use needs. Below 14 nothing is judged by its use, whatever is said here.
    pub min_days: u32,
    /// Samples ([`Series::datapoints`](super::Series)) that it needs.
    pub min_datapoints: u32,
    /// Days that something has to have been without use, or to exist, before it is called unused.
    pub grace_period_days: u32,
    /// Days after which a snapshot is old.
    pub snapshot_age_days: u32,
    /// Highest 95th percentile of processor use that the smaller type may come to, in percent.
    pub cpu_p95_percent: f64,
    /// Highest processor use that it may come to, in percent.
    pub cpu_max_percent: f64,
    /// Highest use of memory that it may come to, in percent.
    pub memory_max_percent: f64,
    /// Highest use of a type's network and EBS ceilings, in percent.
    pub ceiling_percent: f64,
    /// The Spot price has to be below so many times the on-demand price.
    pub spot_price_ratio: Decimal,
    /// The range of interruption rates that is still accepted.
    pub max_interruption: InterruptionBucket,
    /// Tags of which an instance needs one to be proposed for Spot: key, and the value it needs (any when none). With an empty list
    /// nothing is.
    pub spot_tags: BTreeMap<String, Option<String>>,
    /// Tags that a resource needs, all of them and each with one of the values, to be looked at. Commitments have no tags and are left
    /// out where there are some.
    pub tag_filters: BTreeMap<String, Vec<String>>,
    /// The [kinds](super::kind) of resources that are looked for; all when empty.
    pub kinds: Vec<&'static str>,
    /// The actions that are looked for; all when empty.
    pub actions: Vec<Action>,
    /// Percent of usage that commitments should cover.
    pub commitment_percent: Decimal,
}

/// No judgement about use rests on less than two weeks: it would miss what happens at the weekend or once a fortnight.
pub const LEAST_DAYS: u32 = 14;

impl Default for Limits {
    /// 14 days; 336 samples, one an hour; headroom as in AWS Compute Optimizer's defaults (20%) and more for processors; Spot below
    /// 0.7 of on-demand and at most 10% interrupted, for instances tagged `interruptible = true`.
    fn default() -> Self {
        Self {
            min_days: LEAST_DAYS,
            min_datapoints: 336,
            grace_period_days: 14,
            snapshot_age_days: 365,
            cpu_p95_percent: 70.0,
            cpu_max_percent: 90.0,
            memory_max_percent: 80.0,
            ceiling_percent: 80.0,
            spot_price_ratio: Decimal::new(7, 1),
            max_interruption: InterruptionBucket::From5To10,
            spot_tags: BTreeMap::from([("interruptible".to_owned(), Some("true".to_owned()))]),
            tag_filters: BTreeMap::new(),
            kinds: Vec::new(),
            actions: Vec::new(),
            commitment_percent: Decimal::new(80, 0),
        }
    }
}

impl Limits {
    /// Days with values that a judgement needs.
    #[must_use]
    pub fn days(&self) -> u32 {
        self.min_days.max(LEAST_DAYS)
    }

    /// Whether an action is looked for.
    #[must_use]
    pub fn wants(&self, action: Action) -> bool {
        self.actions.is_empty() || self.actions.contains(&action)
    }

    /// Whether a kind of resources is looked for.
    #[must_use]
    pub fn wants_kind(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    /// Whether a resource with such tags is looked at.
    #[must_use]
    pub fn looks_at(&self, tags: &Tags) -> bool {
        let has = |(key, values): (&String, &Vec<String>)| tags.get(key).is_some_and(|value| values.contains(value));
        self.tag_filters.iter().all(has)
    }
}
