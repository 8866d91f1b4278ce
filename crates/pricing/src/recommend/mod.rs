//! What an account could save: rules over what it holds and how that was used.
//!
//! [`recommend`] takes one region of an account ([`Inventory`]), thresholds ([`Limits`]) and prices ([`Book`]), and does no I/O. It
//! never acts on a mean alone: a judgement about use needs the 95th percentile **and** the maximum of at least 14 days.
//!
//! # Savings
//! The difference between two on-demand bills of a month, in decimal USD; discounts of the account and commitments that already cover
//! a resource are not in them. A recommendation that would not lower the bill is not made. Where a price is not known its savings are
//! unknown, and counted ([`Recommendations::unpriced_count`]), never 0.
//!
//! Recommendations for one resource exclude each other: a smaller instance, a Graviton one and one on Spot all save the same money. All
//! are shown, and the total counts the one that saves most ([`Recommendation::counted_savings_usd`]). A commitment counts for the
//! share of the on-demand spend that is left after all other recommendations.

mod commitments;
mod cost;
mod database;
mod draft;
mod family;
mod fit;
mod idle;
mod instance;
mod inventory;
pub mod kind;
mod limits;
mod output;
mod report;
mod snapshot;
mod spend;
mod volume;

pub use database::runs_on_graviton;
pub use family::counterparts;
pub use inventory::{
    Address, Ceilings, Counter, Database, Gauge, Instance, Inventory, LastUse, Lifecycle, LoadBalancer,
    LoadBalancerKind, NatGateway, Platform, Series, Snapshot, SpotMarket, Tags, Volume,
};
pub use limits::{LEAST_DAYS, Limits};
pub use output::{Action, Confidence, Recommendation, Recommendations};
pub use report::{Bill, Report};
pub use spend::{Commitments, Coverage, Failure, Month, Offer, Spend};
pub use volume::gp3_for_gp2;

use crate::book::Book;
use crate::money::MoneyError;

/// Finds what can be saved in one region. [`Recommendations::merged`] makes one of several regions.
///
/// # Errors
/// Sums beyond 28 digits.
pub fn recommend(inventory: &Inventory, limits: &Limits, book: &Book) -> Result<Recommendations, MoneyError> {
    let mut desk = draft::Desk::new(inventory, limits, book);
    instance::all(&mut desk);
    database::all(&mut desk);
    volume::all(&mut desk);
    snapshot::all(&mut desk);
    idle::all(&mut desk);
    desk.count_once();
    commitments::all(&mut desk);
    Recommendations::of(desk.found())
}
