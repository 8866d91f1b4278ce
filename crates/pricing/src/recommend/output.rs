//! What is recommended.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::report::{amount, optional, read_amount, read_optional};
use crate::money::MoneyError;

/// What to do, by the names of AWS Cost Optimization Hub; it has no name for moving to Spot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Action {
    /// Take a smaller one.
    Rightsize,
    /// Stop what is idle.
    Stop,
    /// Take a newer generation or kind.
    Upgrade,
    /// Delete what nobody uses.
    Delete,
    /// Move to Arm processors.
    MigrateToGraviton,
    /// Commit to an hourly spend.
    PurchaseSavingsPlans,
    /// Reserve capacity.
    PurchaseReservedInstances,
    /// Buy on the Spot market.
    MigrateToSpot,
}

impl Action {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 8] = [
        Self::Delete,
        Self::Stop,
        Self::Rightsize,
        Self::Upgrade,
        Self::MigrateToGraviton,
        Self::MigrateToSpot,
        Self::PurchaseSavingsPlans,
        Self::PurchaseReservedInstances,
    ];

    /// The name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rightsize => "Rightsize",
            Self::Stop => "Stop",
            Self::Upgrade => "Upgrade",
            Self::Delete => "Delete",
            Self::MigrateToGraviton => "MigrateToGraviton",
            Self::PurchaseSavingsPlans => "PurchaseSavingsPlans",
            Self::PurchaseReservedInstances => "PurchaseReservedInstances",
            Self::MigrateToSpot => "MigrateToSpot",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Action {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|it| it.as_str() == text).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|it| it.as_str()).collect();
            format!("`{text}` is not an action; write one of {}", names.join(", "))
        })
    }
}

/// How sure a recommendation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Something that matters was not seen: look before you act.
    Low,
    /// It rests on what was seen, and something else may depend on it.
    Medium,
    /// Everything that matters was seen.
    High,
}

impl Confidence {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Confidence {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Low, Self::Medium, Self::High];
        let found = all.into_iter().find(|it| it.as_str() == text);
        found.ok_or_else(|| format!("`{text}` is not a confidence; they are low, medium and high"))
    }
}

/// One recommendation. `parapet_cost_recommendations` has an attribute of the same name for each field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recommendation {
    /// What to do.
    pub action: Action,
    /// Kind of the resource, as Cost Optimization Hub has it: `Ec2Instance`, `EbsVolume`, `RdsDbInstance`, ... and in its manner for
    /// what it does not know: `EbsSnapshot`, `ElasticIp`, `LoadBalancer`.
    pub resource_type: String,
    /// ARN. Of a purchase, of which there is no resource yet, `arn:<partition>:<service>:<region>:<account>`.
    pub resource_arn: String,
    /// Id within its kind: `i-...`, `vol-...`, a name.
    pub resource_id: String,
    /// Account id.
    pub account: String,
    /// Region.
    pub region: String,
    /// Tags of the resource.
    pub tags: BTreeMap<String, String>,
    /// What there is: `m5.2xlarge`, `gp2, 500 GiB`.
    pub current: String,
    /// What to have instead.
    pub recommended: String,
    /// What it costs now in a month, at on-demand prices; none when that is not known.
    #[serde(serialize_with = "optional", deserialize_with = "read_optional")]
    pub current_monthly_usd: Option<Decimal>,
    /// What would be saved in a month, alone; none when a price is not known.
    #[serde(serialize_with = "optional", deserialize_with = "read_optional")]
    pub monthly_savings_usd: Option<Decimal>,
    /// What of it the total counts: nothing where another recommendation for the same resource saves more.
    #[serde(serialize_with = "amount", deserialize_with = "read_amount")]
    pub counted_savings_usd: Decimal,
    /// Why the savings are not known; empty when they are.
    pub savings_unknown: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// Why it is that sure.
    pub confidence_reason: String,
    /// Why it is recommended, in one sentence.
    pub reason: String,
    /// The figures it rests on, by their names.
    pub evidence: BTreeMap<String, String>,
    /// How to do it.
    pub remediation: String,
    /// Who says the prices, and when.
    pub sources: Vec<String>,
}

/// All that is recommended, the largest savings first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Recommendations {
    /// Sum of [`Recommendation::counted_savings_usd`]: no saving is counted twice.
    #[serde(serialize_with = "amount", deserialize_with = "read_amount")]
    pub total_monthly_savings_usd: Decimal,
    /// Recommendations whose savings are not known.
    pub unpriced_count: usize,
    /// The recommendations.
    pub recommendations: Vec<Recommendation>,
}

impl Recommendations {
    /// What is recommended in several regions, as one.
    ///
    /// # Errors
    /// A sum beyond 28 digits.
    pub fn merged(all: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        Self::of(all.into_iter().flat_map(|it| it.recommendations).collect())
    }

    /// Sorts, adds and counts.
    pub(super) fn of(mut recommendations: Vec<Recommendation>) -> Result<Self, MoneyError> {
        recommendations.sort_by(|a, b| {
            let key = |it: &Recommendation| (it.counted_savings_usd, it.monthly_savings_usd);
            key(b)
                .cmp(&key(a))
                .then_with(|| (a.action, &a.region, &a.resource_id).cmp(&(b.action, &b.region, &b.resource_id)))
        });
        let mut counted = recommendations.iter().map(|it| it.counted_savings_usd);
        let total = counted.try_fold(Decimal::ZERO, |sum, it| sum.checked_add(it).ok_or(MoneyError::Overflow))?;
        let unpriced_count = recommendations.iter().filter(|it| it.monthly_savings_usd.is_none()).count();
        Ok(Self { total_monthly_savings_usd: total, unpriced_count, recommendations })
    }
}
