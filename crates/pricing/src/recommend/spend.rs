//! What Cost Explorer says: the bills of past months, commitments, and what of it could not be read.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::money::Currency;
use crate::source::Date;

/// The bills of an account, month by month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spend {
    /// Currency of all amounts (`Unit` of Cost Explorer). Amounts of another one are left out and said in the failures.
    pub currency: Currency,
    /// The tag by which [`Month::by_tag`] splits; none when nobody asked for it.
    pub tag: Option<String>,
    /// Months, the earliest first.
    pub months: Vec<Month>,
}

/// One month (`UnblendedCost`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Month {
    /// Its first day.
    pub start: Date,
    /// It is not over, or Cost Explorer calls its figures `Estimated`.
    pub estimated: bool,
    /// Amount by service, in Cost Explorer's names (`Amazon Elastic Compute Cloud - Compute`). May be below zero: credits.
    pub by_service: BTreeMap<String, Decimal>,
    /// Amount by the value of the tag; the empty string is what has no such tag.
    pub by_tag: BTreeMap<String, Decimal>,
}

/// How far commitments cover what runs. What was not read is none or empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Commitments {
    /// `GetSavingsPlansCoverage`: compute that a Savings Plan could cover.
    pub savings_plans: Option<Coverage>,
    /// `GetReservationCoverage` by service, in Cost Explorer's names. EC2 stays out: Savings Plans take its place.
    pub reservations: BTreeMap<String, Coverage>,
}

/// Coverage by a commitment over the lookback, as amounts of a month (30 days' worth of the lookback's).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// On-demand USD of a month that no commitment covers (`OnDemandCost`).
    pub on_demand_usd: Decimal,
    /// Percent of the usage that is covered, 0 to 100.
    pub covered_percent: Decimal,
    /// What Cost Explorer itself would buy (`GetSavingsPlansPurchaseRecommendation`, `GetReservationPurchaseRecommendation`), for a
    /// year without paying in advance; none when it was not asked or proposes nothing.
    pub offer: Option<Offer>,
}

/// A purchase that Cost Explorer proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What to buy, in words: `Compute Savings Plan, 1.25 USD an hour`.
    pub what: String,
    /// `EstimatedMonthlySavingsAmount`.
    pub monthly_savings_usd: Decimal,
}

/// Something of AWS that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Failure {
    /// The service: `EC2`, `CloudWatch`, `Cost Explorer`, ...
    pub service: String,
    /// The operation: `DescribeVolumes`.
    pub operation: String,
    /// Where; none for what is read once for the account.
    pub region: Option<String>,
    /// Why, and what to do.
    pub reason: String,
    /// The IAM action that is missing, when that is the reason: `ec2:DescribeVolumes`.
    pub permission: Option<String>,
}
