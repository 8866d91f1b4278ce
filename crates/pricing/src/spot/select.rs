//! The choice itself. Its steps are told in [the module above](super).

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::assess::{Assessed, assess, mean};
use super::candidate::Candidate;
use super::infeasible::{Infeasible, diagnose};
use super::mean::Window;
use super::requirements::Requirements;
use super::score::{Basis, ranked};
use super::selection::{Chosen, GroupShape, Reason, Selection, hash};
use crate::money::Money;

/// The further type may cost this divided by the number already chosen above their mean.
const TOLERANCE: u32 = 2;

/// Chooses instance types. `window` is the time Spot price histories are averaged over; without one their prices are unknown.
///
/// # Errors
/// [`Infeasible`] when no group of types fulfils the requirements, or these contradict themselves: which one to relax, how
/// far, and what that would bring.
pub fn select(
    requirements: &Requirements,
    candidates: &[Candidate],
    window: Option<Window>,
) -> Result<Selection, Box<Infeasible>> {
    requirements.check().map_err(|error| Box::new(Infeasible::contradiction(error)))?;
    let assessed = assessed(requirements, candidates, window);
    let fitting: Vec<&Assessed<'_>> = assessed.iter().filter(|it| it.reasons.is_empty()).collect();
    let basis = Basis::of(&fitting);
    let best = groups(fitting.iter().copied())
        .into_iter()
        .filter(|(_, group)| suffices(group, requirements.min_instance_types, requirements.min_families))
        .map(|(shape, group)| (shape, pick(requirements, &group, basis)))
        .min_by_key(|(shape, picked)| preference(*shape, picked, basis));
    let Some((shape, picked)) = best else {
        return Err(Box::new(diagnose(requirements, &assessed)));
    };

    let mut left_out = BTreeMap::new();
    for it in &assessed {
        let reason =
            it.reasons.first().unwrap_or(if it.group() == shape { Reason::Enough } else { Reason::OtherShape });
        if !picked.iter().any(|(taken, ..)| taken.name() == it.name()) {
            *left_out.entry(reason).or_insert(0) += 1;
        }
    }
    let all = |amount: fn(&Assessed<'_>) -> Option<Decimal>| {
        let amounts: Option<Vec<Decimal>> = picked.iter().map(|(it, ..)| amount(it)).collect();
        amounts.as_deref().and_then(mean).map(Money::usd)
    };
    Ok(Selection {
        shape,
        mean_on_demand: all(|it| it.on_demand_amount()),
        mean_spot: all(|it| it.spot_amount()),
        hash: hash(picked.iter().map(|(it, ..)| it.name())),
        considered: assessed.len(),
        left_out,
        chosen: picked.into_iter().map(|(it, score, why)| chosen(it, score, why)).collect(),
    })
}

/// Each type once, by name.
pub(super) fn assessed<'a>(
    requirements: &Requirements,
    candidates: &'a [Candidate],
    window: Option<Window>,
) -> Vec<Assessed<'a>> {
    let mut sorted: Vec<&Candidate> = candidates.iter().collect();
    sorted.sort_by_key(|it| &it.instance_type);
    sorted.dedup_by_key(|it| &it.instance_type);
    sorted.into_iter().map(|it| assess(requirements, it, window)).collect()
}

pub(super) fn groups<'a>(
    assessed: impl Iterator<Item = &'a Assessed<'a>>,
) -> BTreeMap<GroupShape, Vec<&'a Assessed<'a>>> {
    let mut groups: BTreeMap<GroupShape, Vec<_>> = BTreeMap::new();
    for it in assessed {
        groups.entry(it.group()).or_default().push(it);
    }
    groups
}

pub(super) fn suffices(group: &[&Assessed<'_>], types: usize, families: usize) -> bool {
    group.len() >= types && group.iter().map(|it| it.family()).collect::<BTreeSet<_>>().len() >= families
}

type Picked<'a> = (&'a Assessed<'a>, u16, &'static str);

fn pick<'a>(requirements: &Requirements, group: &[&'a Assessed<'a>], basis: Basis) -> Vec<Picked<'a>> {
    let mut rest = ranked(group, basis);
    let mut families = BTreeSet::new();
    let mut picked: Vec<Picked<'a>> = Vec::new();
    rest.retain(|(it, score)| {
        let first = families.len() < requirements.min_families && families.insert(it.family());
        if first {
            picked.push((it, *score, "the best of its family"));
        }
        !first
    });
    for (it, score) in rest {
        if picked.len() < requirements.min_instance_types {
            picked.push((it, score, "among the best"));
        } else if picked.len() < requirements.max_instance_types && worth(it, &picked, basis) {
            picked.push((it, score, "one more pool at little cost"));
        }
    }
    picked.sort_by(|(a, a_score, _), (b, b_score, _)| b_score.cmp(a_score).then_with(|| a.name().cmp(b.name())));
    picked
}

/// Whether a further pool is worth its price.
fn worth(it: &Assessed<'_>, picked: &[Picked<'_>], basis: Basis) -> bool {
    let Some(mean) = basis.mean(picked.iter().map(|(it, ..)| *it)) else {
        // Nothing speaks against it when no price is known.
        return true;
    };
    let count = Decimal::from(picked.len());
    let above = Decimal::from(TOLERANCE).checked_mul(mean);
    // price <= mean + mean * TOLERANCE / count
    basis.price(it).zip(above).is_some_and(|(price, above)| (price - mean) * count <= above)
}

/// The group to prefer comes first.
fn preference(
    shape: GroupShape,
    picked: &[Picked<'_>],
    basis: Basis,
) -> (bool, Decimal, std::cmp::Reverse<usize>, u64, u32, GroupShape) {
    let pools: usize = picked.iter().map(|(it, ..)| it.zones.unwrap_or(1)).sum();
    let per_vcpu = basis.mean(picked.iter().map(|(it, ..)| *it)).and_then(|mean| {
        let thin = Decimal::ONE + Decimal::ONE.checked_div(Decimal::from(pools))?;
        mean.checked_mul(thin)?.checked_div(Decimal::from(shape.vcpu))
    });
    let unknown = per_vcpu.is_none();
    let price = per_vcpu.unwrap_or_default();
    (unknown, price, std::cmp::Reverse(picked.len()), shape.memory_mib, shape.vcpu, shape)
}

fn chosen(it: &Assessed<'_>, score: u16, why: &'static str) -> Chosen {
    Chosen {
        instance_type: it.candidate.instance_type.clone(),
        vcpu: it.candidate.shape.vcpu,
        memory_mib: it.candidate.shape.memory_mib,
        on_demand: it.candidate.on_demand.clone(),
        spot: it.spot.clone(),
        savings_percent: it.savings,
        interruption: it.candidate.interruption.clone(),
        placement_score: it.candidate.placement_score,
        zones: it.zones,
        score,
        why,
    }
}
