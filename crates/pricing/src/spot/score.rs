//! How good a type is within its group. The formula is told at [`super::Chosen::score`].

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::assess::{Assessed, mean};

/// Points for the price, a low interruption rate, the placement score and the zones.
const PRICE: u16 = 500;
const STABILITY: u16 = 250;
const PLACEMENT: u16 = 150;
const ZONES: u16 = 100;

/// Points lost for each range of interruption rates above the lowest.
const RANGE: u16 = STABILITY / 4;

/// Which price counts when types and groups are compared: one for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Basis {
    Spot,
    OnDemand,
}

impl Basis {
    /// Spot prices when all are known.
    pub(super) fn of(assessed: &[&Assessed<'_>]) -> Self {
        if assessed.iter().all(|it| it.spot_amount().is_some()) { Self::Spot } else { Self::OnDemand }
    }

    pub(super) fn price(self, of: &Assessed<'_>) -> Option<Decimal> {
        match self {
            Self::Spot => of.spot_amount(),
            Self::OnDemand => of.on_demand_amount(),
        }
    }

    /// The mean of those that are known; none when none is.
    pub(super) fn mean<'a>(self, of: impl Iterator<Item = &'a Assessed<'a>>) -> Option<Decimal> {
        mean(&of.filter_map(|it| self.price(it)).collect::<Vec<_>>())
    }
}

/// Each type with its score, the best first; equal scores by price, then name.
pub(super) fn ranked<'a>(group: &[&'a Assessed<'a>], basis: Basis) -> Vec<(&'a Assessed<'a>, u16)> {
    let cheapest = group.iter().filter_map(|it| basis.price(it)).min();
    let widest = group.iter().filter_map(|it| it.zones).max().unwrap_or_default();
    let mut ranked: Vec<_> = group.iter().map(|it| (*it, score(it, basis, cheapest, widest))).collect();
    ranked.sort_by(|(a, a_score), (b, b_score)| {
        // An unknown price comes after every known one.
        let price = |it: &Assessed<'_>| basis.price(it).unwrap_or(Decimal::MAX);
        b_score.cmp(a_score).then_with(|| price(a).cmp(&price(b))).then_with(|| a.name().cmp(b.name()))
    });
    ranked
}

fn score(it: &Assessed<'_>, basis: Basis, cheapest: Option<Decimal>, widest: usize) -> u16 {
    let price = cheapest
        .zip(basis.price(it))
        .and_then(|(cheapest, price)| cheapest.checked_mul(PRICE.into())?.checked_div(price)?.round().to_u16());
    let stability = it.candidate.interruption.as_ref().map(|it| STABILITY - it.bucket as u16 * RANGE);
    let placement = it.candidate.placement_score.map(|score| u16::from(score.min(10)) * PLACEMENT / 10);
    let zones =
        it.zones.filter(|_| widest > 0).and_then(|zones| u16::try_from(zones * usize::from(ZONES) / widest).ok());
    [price, stability, placement, zones].into_iter().flatten().sum()
}
