//! Functions of sets.

use super::Depth::Deep;
use super::{Answer, Depth, Function, argument};
use crate::input::hcl::operators::equal;
use crate::input::hcl::value::Val;

/// Combinations that are made.
const MAX_PRODUCT: usize = 100_000;

pub(super) const FUNCTIONS: &[(&str, Depth, Function)] = &[
    ("setunion", Deep, |a| {
        let all = a.iter().map(Val::items).collect::<Result<Vec<_>, _>>()?;
        Ok(Val::set(all.concat()))
    }),
    ("setintersection", Deep, |a| fold(a, true)),
    ("setsubtract", Deep, |a| fold(a, false)),
    ("setproduct", Deep, product),
];

fn has(items: &[Val], wanted: &Val) -> bool {
    items.iter().any(|item| equal(item, wanted))
}

fn fold(a: &[Val], keep_common: bool) -> Answer {
    let mut kept = argument(a, 0)?.items()?.to_vec();
    for other in a.iter().skip(1) {
        let other = other.items()?;
        kept.retain(|item| has(other, item) == keep_common);
    }
    Ok(Val::set(kept))
}

fn product(a: &[Val]) -> Answer {
    let mut rows: Vec<Vec<Val>> = vec![Vec::new()];
    for list in a {
        let items = list.items()?;
        if rows.len().saturating_mul(items.len()) > MAX_PRODUCT {
            return Err(format!("more than {MAX_PRODUCT} combinations"));
        }
        rows = rows
            .iter()
            .flat_map(|row| items.iter().map(|item| [row.as_slice(), std::slice::from_ref(item)].concat()))
            .collect();
    }
    let all_sets = a.iter().all(|value| matches!(value, Val::Set(_)));
    let rows: Vec<Val> = rows.into_iter().map(Val::list).collect();
    Ok(if all_sets { Val::set(rows) } else { Val::list(rows) })
}
