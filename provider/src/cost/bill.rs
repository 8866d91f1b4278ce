//! The part of an estimate that counts, added up.

use std::collections::BTreeMap;

use parapet_pricing::Decimal;
use parapet_pricing::estimate::{Estimate, Missing, Reason, ResourceCost};
use parapet_pricing::money::MoneyError;
use tfplugin::number::Number;
use tfplugin::prelude::*;

use super::number;

/// What something costs in a month, and what is missing in that.
#[derive(Debug)]
pub(crate) struct Bill {
    /// USD of what has a figure.
    pub(crate) monthly: Decimal,
    /// The same before the plan; none where there is no before.
    pub(crate) previous: Option<Decimal>,
    /// By the service that bills it.
    pub(crate) by_service: BTreeMap<&'static str, Decimal>,
    /// What counts, by address.
    pub(crate) resources: Vec<ResourceCost>,
    /// Lines without a figure.
    pub(crate) missing: Vec<Missing>,
    /// Resources of types that have no price here; how many of which.
    pub(crate) not_covered: BTreeMap<String, usize>,
    /// Who says the prices, and when.
    pub(crate) sources: Vec<String>,
}

impl Bill {
    /// Adds up what `covers` lets count.
    pub(super) fn of(estimate: Estimate, covers: impl Fn(&ResourceCost) -> bool) -> Result<Self> {
        let resources: Vec<ResourceCost> = estimate.resources.into_iter().filter(|it| covers(it)).collect();
        let sum = |amount: fn(&ResourceCost) -> Decimal| {
            resources.iter().try_fold(Decimal::ZERO, |sum, it| sum.checked_add(amount(it)).ok_or(MoneyError::Overflow))
        };
        let monthly = sum(|it| it.monthly_usd)?;
        let previous = if estimate.compares { Some(sum(|it| it.previous_monthly_usd)?) } else { None };
        let mut by_service: BTreeMap<&'static str, Decimal> = BTreeMap::new();
        let mut sources = Vec::new();
        for it in &resources {
            let service = by_service.entry(it.service).or_default();
            *service = service.checked_add(it.monthly_usd).ok_or(MoneyError::Overflow)?;
            let lines = it.components.iter().chain(&it.previous_components);
            sources.extend(lines.filter_map(|line| line.source.as_ref()).map(ToString::to_string));
        }
        sources.sort();
        sources.dedup();
        let counts = |missing: &Missing| resources.iter().any(|it| it.address == missing.address);
        let missing = estimate.unpriced.into_iter().chain(estimate.not_estimated).filter(counts).collect();
        Ok(Self { monthly, previous, by_service, missing, not_covered: estimate.not_covered, sources, resources })
    }

    /// Lines that ought to have a price and have none; usage that nobody stated is not among them.
    pub(crate) fn unpriced(&self) -> usize {
        self.missing.iter().filter(|it| it.gap.reason != Reason::UsageNotGiven).count()
    }

    /// Lines that depend on usage nobody stated.
    pub(crate) fn without_usage(&self) -> usize {
        self.missing.len() - self.unpriced()
    }

    /// The costliest resources, the costliest first.
    pub(crate) fn costliest(&self, most: usize) -> Vec<&ResourceCost> {
        let mut all: Vec<&ResourceCost> = self.resources.iter().filter(|it| !it.monthly_usd.is_zero()).collect();
        all.sort_by(|a, b| b.monthly_usd.cmp(&a.monthly_usd).then_with(|| a.address.cmp(&b.address)));
        all.truncate(most);
        all
    }

    /// [`Self::by_service`] for Terraform.
    pub(crate) fn services(&self) -> Result<BTreeMap<String, Number>> {
        self.by_service.iter().map(|(service, amount)| Ok(((*service).to_owned(), number(*amount)?))).collect()
    }

    /// [`Self::not_covered`] for Terraform.
    pub(crate) fn kinds_not_covered(&self) -> BTreeMap<String, i64> {
        self.not_covered.iter().map(|(kind, count)| (kind.clone(), whole(*count))).collect()
    }
}

/// A count for Terraform.
pub(super) fn whole(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// What one resource costs.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct ResourceItem {
    /// Address in the configuration.
    address: Computed<String>,
    /// Service that bills it.
    service: Computed<String>,
    /// Region; null where it is not known.
    region: Computed<String>,
    /// USD a month, of what is known.
    monthly_usd: Computed<Number>,
    /// Whether every line of its bill has a figure.
    complete: Computed<bool>,
}

impl ResourceItem {
    pub(crate) fn of(resource: &ResourceCost) -> Result<Self> {
        Ok(Self {
            address: resource.address.clone().into(),
            service: resource.service.to_owned().into(),
            region: resource.region.clone().into(),
            monthly_usd: number(resource.monthly_usd)?.into(),
            complete: (resource.gaps() == 0).into(),
        })
    }
}

/// What has no figure, and why.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct MissingItem {
    /// Address of the resource.
    address: Computed<String>,
    /// Line of its bill.
    component: Computed<String>,
    /// `usage_not_given`, `price_not_known`, `value_not_known`, `region_not_known` or `module_not_read`.
    reason: Computed<String>,
    /// What is missing, and what to say about it.
    message: Computed<String>,
}

impl From<&Missing> for MissingItem {
    fn from(missing: &Missing) -> Self {
        let reason = match missing.gap.reason {
            Reason::UsageNotGiven => "usage_not_given",
            Reason::PriceNotKnown => "price_not_known",
            Reason::ValueNotKnown => "value_not_known",
            Reason::RegionNotKnown => "region_not_known",
            Reason::ModuleNotRead => "module_not_read",
        };
        Self {
            address: missing.address.clone().into(),
            component: missing.component.clone().into(),
            reason: reason.to_owned().into(),
            message: missing.gap.message.clone().into(),
        }
    }
}
