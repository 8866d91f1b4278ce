//! What plans cost, for rules: `input.cost` of rules about plans, and `data.parapet.prices`.
//!
//! [`priced`] makes the resources of a plan those that [`parapet_pricing`] prices; a [`Basis`] says with which prices, what usage,
//! and against which budget. The engine computes the estimate of a plan once, and only when a selected rule reads it; the guide
//! `docs/guides/cost.md` documents what rules see.
//!
//! Amounts are decimals until here. Rego has binary floats only: what rules see of an estimate is rounded to
//! [`DECIMALS`] decimals, half away from zero, and becomes the nearest number; a unit price is not rounded.

mod basis;
mod estimated;
mod prices;
mod resources;

pub use basis::{Basis, Budget};
pub(crate) use estimated::input;
pub use estimated::{CostError, estimated};
pub(crate) use prices::{PATH, document};
pub use resources::priced;

use parapet_pricing::Decimal;
use parapet_pricing::money::digits;
use rust_decimal::RoundingStrategy;

use crate::Value;

/// Decimals of the amounts and percentages that rules see.
pub const DECIMALS: u32 = 4;

/// An amount or a percentage as rules see it.
fn rounded(amount: Decimal) -> Value {
    number(amount.round_dp_with_strategy(DECIMALS, RoundingStrategy::MidpointAwayFromZero))
}

/// The number of Rego that is nearest to a decimal.
fn number(amount: Decimal) -> Value {
    // A decimal has at most 29 digits, which are always a number.
    Value::from_numeric_string(&digits(amount)).unwrap_or(Value::Undefined)
}

/// An object of the fields that there are.
fn object<'a>(fields: impl IntoIterator<Item = (&'a str, Option<Value>)>) -> Value {
    let known = fields.into_iter().filter_map(|(key, value)| Some((Value::from(key), value?)));
    Value::from(known.collect::<std::collections::BTreeMap<_, _>>())
}
