//! What planned infrastructure costs in a month, and how a plan changes that.
//!
//! [`estimate`] takes resources ([`Planned`]: values before and after, from a plan, a configuration or a state), prices
//! ([`Book`](crate::Book)) and what configuration cannot tell ([`Usage`], a `usage.hcl` file). Nothing is guessed in silence: each
//! [`Component`] has a figure with its source and date, or a [`Gap`] that says why there is none. What has a gap counts as
//! nothing in the sums, and is counted instead.
//!
//! # Shape of the JSON
//! [`Estimate`] serialises as below. Amounts are strings: a number of JSON would become a binary float where it is read.
//!
//! ```json
//! {
//!   "currency": "USD", "hours_per_month": 730, "compares": true,
//!   "monthly_usd": "130.368", "previous_monthly_usd": "100", "change_usd": "30.368", "change_known": true,
//!   "unpriced_count": 1, "not_estimated_count": 2, "free_count": 12, "forgotten_count": 0, "not_covered_count": 1,
//!   "not_covered": {"aws_redshift_cluster": 1},
//!   "resources": [{
//!     "address": "module.a.aws_instance.web[0]", "module": "module.a", "type": "aws_instance", "name": "web",
//!     "service": "EC2", "region": "us-east-1", "actions": ["update"], "tags": {"team": "shop"},
//!     "monthly_usd": "30.368", "previous_monthly_usd": "0", "change_usd": "30.368", "change_known": true,
//!     "components": [{
//!       "name": "t3.medium, Linux, on demand", "quantity": "730", "unit": "hour", "unit_price_usd": "0.0416",
//!       "monthly_usd": "30.368", "estimated": false,
//!       "source": {"kind": "reference_book", "name": "Parapet reference book", "date": "2026-07-20"}, "gap": null
//!     }],
//!     "previous_components": []
//!   }],
//!   "unpriced": [{"address": "aws_instance.gpu", "component": "p9.large, Linux, on demand",
//!                 "reason": "price_not_known", "message": "no price book has p9.large in us-east-1"}],
//!   "not_estimated": [{"address": "aws_nat_gateway.main", "component": "Data processed",
//!                      "reason": "usage_not_given", "message": "say `data_processed_gb` in the usage file"}],
//!   "sources": [{"kind": "reference_book", "name": "Parapet reference book", "date": "2026-07-20"}]
//! }
//! ```
//!
//! `monthly_usd` is what the infrastructure costs after the plan and `previous_monthly_usd` before it; `compares` is false for a
//! configuration or a state by itself. `change_known` is false where one side has a gap that the other has not: then `change_usd` is
//! the difference of what is known. `unpriced` is what ought to have a price and has none; `not_estimated` depends on usage
//! that nobody stated. `estimated` figures rest on an assumption, or on a price derived from another.

mod aws;
mod catalogue;
mod input;
mod output;
mod sheet;
mod total;
mod usage;

pub use catalogue::{covered, links_of};
pub use input::{MODULE, Planned};
pub use output::{Component, Estimate, Gap, Missing, Reason, ResourceCost};
pub use total::{Assumptions, estimate};
pub use usage::{Usage, UsageError};
