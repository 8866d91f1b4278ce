//! What an estimate says.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::money;
use crate::source::Source;

/// Why there is no figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It depends on usage, and nobody said how much.
    UsageNotGiven,
    /// No price book has a price.
    PriceNotKnown,
    /// An attribute is known only after apply.
    ValueNotKnown,
    /// The region is not known.
    RegionNotKnown,
    /// A module could not be read: what it makes is not known.
    ModuleNotRead,
}

impl Reason {
    /// The reason in words.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::UsageNotGiven => "usage not given",
            Self::PriceNotKnown => "price not known",
            Self::ValueNotKnown => "value not known yet",
            Self::RegionNotKnown => "region not known",
            Self::ModuleNotRead => "module not read",
        }
    }
}

/// That there is no figure, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The kind of reason.
    pub reason: Reason,
    /// What is missing, and what to say about it.
    pub message: String,
}

/// One line of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Component {
    /// What is paid for.
    pub name: String,
    /// How much of it in a month, in [`Component::unit`]s; none when that is not known.
    #[serde(serialize_with = "optional")]
    pub quantity: Option<Decimal>,
    /// What the price is for: `hour`, `GB-month`, ...
    pub unit: String,
    /// The price of one.
    #[serde(serialize_with = "optional")]
    pub unit_price_usd: Option<Decimal>,
    /// Quantity times price.
    #[serde(serialize_with = "optional")]
    pub monthly_usd: Option<Decimal>,
    /// Rests on an assumption, or on a price derived from another.
    pub estimated: bool,
    /// Who says the price, and when.
    #[serde(serialize_with = "optional_source")]
    pub source: Option<Arc<Source>>,
    /// Why there is no figure.
    pub gap: Option<Gap>,
}

/// What one resource costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ResourceCost {
    /// Terraform address.
    pub address: String,
    /// Address of the module instance; empty for the root module.
    pub module: String,
    /// Type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Name in the configuration.
    pub name: String,
    /// The AWS service that bills it.
    pub service: &'static str,
    /// Where; none when that is not known.
    pub region: Option<String>,
    /// What the plan does to it.
    pub actions: Vec<String>,
    /// Its tags, those of the provider among them.
    pub tags: BTreeMap<String, String>,
    /// Sum of the figures after the plan.
    #[serde(serialize_with = "amount")]
    pub monthly_usd: Decimal,
    /// Sum of the figures before it.
    #[serde(serialize_with = "amount")]
    pub previous_monthly_usd: Decimal,
    /// The difference.
    #[serde(serialize_with = "amount")]
    pub change_usd: Decimal,
    /// Whether the difference says how the bill changes: not where one side has a gap that the other has not.
    pub change_known: bool,
    /// The bill after the plan; empty when the resource goes.
    pub components: Vec<Component>,
    /// The bill before the plan; empty when the resource is new.
    pub previous_components: Vec<Component>,
}

impl ResourceCost {
    /// How many components have no figure: after the plan, or before it for a resource that goes.
    #[must_use]
    pub fn gaps(&self) -> usize {
        self.counted().iter().filter(|component| component.gap.is_some()).count()
    }

    /// Whether no component has a figure although there are some: its cost is not known at all.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        let counted = self.counted();
        !counted.is_empty() && counted.iter().all(|component| component.gap.is_some())
    }

    /// Whether nothing can be said of the change: nothing is known of one side, and the other is known better.
    #[must_use]
    pub fn is_change_unknown(&self) -> bool {
        let dark = |side: &[Component]| !side.is_empty() && side.iter().all(|component| component.gap.is_some());
        !self.change_known && (dark(&self.components) || dark(&self.previous_components))
    }

    /// The components that are counted and shown: those after the plan, or those before it for a resource that goes.
    #[must_use]
    pub fn counted(&self) -> &[Component] {
        if self.components.is_empty() { &self.previous_components } else { &self.components }
    }
}

/// A component without a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    /// Address of the resource.
    pub address: String,
    /// Name of the component.
    pub component: String,
    /// Why.
    #[serde(flatten)]
    pub gap: Gap,
}

/// What infrastructure costs in a month; the module says what each part means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Estimate {
    /// Always USD.
    pub currency: &'static str,
    /// Hours that a month is counted with.
    pub hours_per_month: u32,
    /// Whether there is a before to compare with.
    pub compares: bool,
    /// Sum of all figures after the plan.
    #[serde(serialize_with = "amount")]
    pub monthly_usd: Decimal,
    /// Sum of all figures before it.
    #[serde(serialize_with = "amount")]
    pub previous_monthly_usd: Decimal,
    /// The difference.
    #[serde(serialize_with = "amount")]
    pub change_usd: Decimal,
    /// Whether it is known of all resources that are covered.
    pub change_known: bool,
    /// Length of `unpriced`.
    pub unpriced_count: usize,
    /// Length of `not_estimated`.
    pub not_estimated_count: usize,
    /// Resources of types that cost nothing by themselves.
    pub free_count: usize,
    /// Resources that the plan takes out of the state and leaves running (`forget`): they go on costing, outside of every sum.
    pub forgotten_count: usize,
    /// Resources of types that are not covered.
    pub not_covered_count: usize,
    /// How many of which type.
    pub not_covered: BTreeMap<String, usize>,
    /// Resources that cost something, by address.
    pub resources: Vec<ResourceCost>,
    /// What ought to have a price, and has none.
    pub unpriced: Vec<Missing>,
    /// What depends on usage that nobody stated.
    pub not_estimated: Vec<Missing>,
    /// All sources of prices, once each.
    #[serde(serialize_with = "sources")]
    pub sources: Vec<Arc<Source>>,
}

impl Estimate {
    /// How much more it costs than before, in percent; none when it cost nothing.
    #[must_use]
    pub fn change_percent(&self) -> Option<Decimal> {
        let share = self.change_usd.checked_div(self.previous_monthly_usd)?;
        share.checked_mul(Decimal::ONE_HUNDRED)
    }

    /// How many components have no price, by reason; usage that nobody stated among them.
    #[must_use]
    pub fn gaps_by_reason(&self) -> BTreeMap<Reason, usize> {
        let mut counts = BTreeMap::new();
        for missing in self.unpriced.iter().chain(&self.not_estimated) {
            *counts.entry(missing.gap.reason).or_default() += 1;
        }
        counts
    }

    /// What it costs after the plan, by service.
    #[must_use]
    pub fn by_service(&self) -> BTreeMap<&'static str, Decimal> {
        let mut sums = BTreeMap::new();
        for resource in &self.resources {
            *sums.entry(resource.service).or_default() += resource.monthly_usd;
        }
        sums
    }

    /// What it costs after the plan, by the value of a tag; none is the part without it.
    #[must_use]
    pub fn by_tag(&self, tag: &str) -> BTreeMap<Option<&str>, Decimal> {
        let mut sums = BTreeMap::new();
        for resource in &self.resources {
            *sums.entry(resource.tags.get(tag).map(String::as_str)).or_default() += resource.monthly_usd;
        }
        sums
    }
}

fn amount<S: Serializer>(amount: &Decimal, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&money::digits(*amount))
}

fn optional<S: Serializer>(amount: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
    amount.map(money::digits).serialize(serializer)
}

fn optional_source<S: Serializer>(source: &Option<Arc<Source>>, serializer: S) -> Result<S::Ok, S::Error> {
    source.as_deref().serialize(serializer)
}

fn sources<S: Serializer>(sources: &[Arc<Source>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(sources.iter().map(AsRef::as_ref))
}
