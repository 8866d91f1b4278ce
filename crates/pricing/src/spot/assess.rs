//! Each candidate held against each requirement.

use rust_decimal::Decimal;

use super::candidate::{Candidate, SpotPrice};
use super::mean::{Window, time_weighted};
use super::requirements::{Generation, GpuNeed, Requirements};
use super::selection::{GroupShape, Reason};
use crate::money::Money;
use crate::source::{Price, Quote};

/// A set of reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Reasons(u32);

impl Reasons {
    pub(super) fn of(reasons: &[Reason]) -> Self {
        Self(reasons.iter().fold(0, |set, reason| set | 1 << *reason as u8))
    }

    fn add_if(&mut self, condition: bool, reason: Reason) {
        if condition {
            self.0 |= 1 << reason as u8;
        }
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Without those of another set.
    pub(super) fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn first(self) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| self.0 & (1 << *reason as u8) != 0)
    }
}

/// A candidate with what follows from it.
#[derive(Debug)]
pub(super) struct Assessed<'a> {
    pub(super) candidate: &'a Candidate,
    /// Why it does not fit; empty when it does.
    pub(super) reasons: Reasons,
    /// The mean.
    pub(super) spot: Price,
    /// In percent.
    pub(super) savings: Option<Decimal>,
    /// Of the group's zones, those that offer it.
    pub(super) zones: Option<usize>,
}

impl Assessed<'_> {
    pub(super) fn name(&self) -> &str {
        self.candidate.instance_type.as_str()
    }

    pub(super) fn family(&self) -> &str {
        self.candidate.instance_type.family()
    }

    pub(super) fn group(&self) -> GroupShape {
        let shape = &self.candidate.shape;
        GroupShape {
            vcpu: shape.vcpu,
            memory_mib: shape.memory_mib,
            architecture: shape.architecture,
            gpus: shape.gpu.as_ref().map_or(0, |gpu| gpu.count),
        }
    }

    pub(super) fn spot_amount(&self) -> Option<Decimal> {
        self.spot.known().map(|quote| quote.money.amount)
    }

    pub(super) fn on_demand_amount(&self) -> Option<Decimal> {
        self.candidate.on_demand.known().map(|quote| quote.money.amount)
    }
}

/// Percent that the second is below the first.
pub(super) fn savings(on_demand: Decimal, spot: Decimal) -> Option<Decimal> {
    (on_demand - spot).checked_mul(Decimal::ONE_HUNDRED)?.checked_div(on_demand)
}

pub(super) fn assess<'a>(
    requirements: &Requirements,
    candidate: &'a Candidate,
    window: Option<Window>,
) -> Assessed<'a> {
    let shape = &candidate.shape;
    let name = candidate.instance_type.as_str();
    let mut reasons = Reasons::default();
    let allowed = &requirements.allowed_instance_types;
    reasons.add_if(!allowed.is_empty() && !allowed.iter().any(|glob| glob.matches(name)), Reason::NotAllowed);
    reasons.add_if(requirements.excluded_instance_types.iter().any(|glob| glob.matches(name)), Reason::Excluded);
    let architectures = &requirements.architectures;
    reasons.add_if(!architectures.is_empty() && !architectures.contains(&shape.architecture), Reason::Architecture);
    reasons.add_if(!requirements.vcpu_count.contain(shape.vcpu), Reason::VcpuCount);
    reasons.add_if(!requirements.memory_mib.contain(shape.memory_mib), Reason::MemoryMib);
    reasons.add_if(!gpu_fits(&requirements.gpu, candidate), Reason::Gpu);
    reasons.add_if(!requirements.burstable.accepts(shape.burstable), Reason::Burstable);
    reasons.add_if(!requirements.bare_metal.accepts(shape.bare_metal), Reason::BareMetal);
    reasons.add_if(!generation_fits(requirements, candidate), Reason::Generation);

    let zones = candidate.zones.as_ref().map(|offered| match requirements.zones.len() {
        0 => offered.len(),
        _ => offered.intersection(&requirements.zones).count(),
    });
    reasons.add_if(zones.is_some_and(|zones| zones < requirements.min_availability_zones.max(1)), Reason::Zones);
    reasons.add_if(zones.is_none() && requirements.min_availability_zones > 1, Reason::ZonesUnknown);

    let spot = mean_spot(requirements, candidate, window);
    let on_demand = candidate.on_demand.known().map(|quote| quote.money);
    let paid = spot.known().map(|quote| quote.money);
    let comparable = on_demand.zip(paid).filter(|(list, paid)| list.currency == paid.currency);
    if let Some(floor) = requirements.min_savings_percent {
        reasons.add_if(on_demand.is_none(), Reason::OnDemandUnknown);
        reasons.add_if(paid.is_none() || (on_demand.is_some() && comparable.is_none()), Reason::SpotUnknown);
        // Without a division, whose result would be rounded.
        let saves = |(list, paid): (Money, Money)| {
            let most = list.amount.checked_mul(Decimal::ONE_HUNDRED - floor);
            paid.amount.checked_mul(Decimal::ONE_HUNDRED).zip(most).is_some_and(|(paid, most)| paid <= most)
        };
        reasons.add_if(comparable.is_some_and(|prices| !saves(prices)), Reason::Savings);
    }
    if let Some(ceiling) = requirements.max_interruption_rate_percent {
        let rate = candidate.interruption.as_ref().map(|it| it.bucket.at_most());
        reasons.add_if(rate.is_none(), Reason::InterruptionUnknown);
        reasons.add_if(rate.is_some_and(|rate| rate > ceiling), Reason::Interruption);
    }
    if let Some(floor) = requirements.min_placement_score {
        reasons.add_if(candidate.placement_score.is_none(), Reason::PlacementUnknown);
        reasons.add_if(candidate.placement_score.is_some_and(|score| score < floor), Reason::Placement);
    }
    let savings = comparable.and_then(|(list, paid)| savings(list.amount, paid.amount));
    Assessed { candidate, reasons, spot, savings, zones }
}

/// The mean of the zones' means, of the group's zones only.
fn mean_spot(requirements: &Requirements, candidate: &Candidate, window: Option<Window>) -> Price {
    let (zones, source) = match &candidate.spot {
        SpotPrice::Quoted(price) => return price.clone(),
        SpotPrice::History { zones, source } => (zones, source),
    };
    let Some(window) = window else { return Price::unknown("no time to average over was given") };
    let wanted = |zone: &String| requirements.zones.is_empty() || requirements.zones.contains(zone);
    let means: Option<Vec<Decimal>> = zones
        .iter()
        .filter(|(zone, points)| wanted(zone) && points.iter().any(|point| point.at < window.until))
        .map(|(_, points)| time_weighted(points, window))
        .collect();
    match means.as_deref().and_then(mean) {
        Some(amount) => Price::Known(Quote { money: Money::usd(amount), source: source.clone(), estimated: false }),
        None => Price::unknown("the Spot price history has nothing of it in these zones and this time"),
    }
}

/// The mean; none of nothing.
pub(super) fn mean(amounts: &[Decimal]) -> Option<Decimal> {
    let sum = amounts.iter().try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(*amount))?;
    sum.checked_div(Decimal::from(amounts.len()))
}

fn gpu_fits(need: &GpuNeed, candidate: &Candidate) -> bool {
    let gpu = candidate.shape.gpu.as_ref();
    let among = |names: &std::collections::BTreeSet<String>, name: &str| {
        names.is_empty() || names.iter().any(|it| it.eq_ignore_ascii_case(name))
    };
    match need {
        GpuNeed::Any => true,
        GpuNeed::Without => gpu.is_none() && !candidate.instance_type.has_other_accelerator(),
        GpuNeed::With { count, names, manufacturers } => gpu.is_some_and(|gpu| {
            count.contain(gpu.count) && among(names, &gpu.name) && among(manufacturers, &gpu.manufacturer)
        }),
    }
}

fn generation_fits(requirements: &Requirements, candidate: &Candidate) -> bool {
    let current = candidate.shape.current_generation;
    let wanted = &requirements.generations;
    wanted.is_empty()
        || wanted.iter().any(|generation| match generation {
            Generation::Current => current,
            Generation::Previous => !current,
            Generation::Number(number) => candidate.instance_type.generation() == Some(*number),
        })
}
