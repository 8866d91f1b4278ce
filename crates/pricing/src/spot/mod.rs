//! The choice of instance types on the Spot market. Pure: equal input gives an equal answer, in whatever order it comes.
//!
//! ```
//! use parapet_pricing::{Book, spot};
//! use spot::{Bounds, Requirements, SpotPrice, Window};
//!
//! let requirements = Requirements {
//!     vcpu_count: Bounds::exactly(4),
//!     memory_mib: Bounds::exactly(16 * 1024),
//!     min_savings_percent: None, // the book has no Spot prices
//!     ..Requirements::default()
//! };
//! let candidates = Book::reference().candidates("us-east-1");
//! let selection = spot::select(&requirements, &candidates, None)?;
//! assert!(selection.chosen.len() >= 10);
//! # Ok::<(), Box<spot::Infeasible>>(())
//! ```
//!
//! # How types are chosen
//! 1. [`Requirements`] leave out what does not fit. A figure that a requirement is about and that is not known leaves the
//!    type out as well, with a reason of its own. The savings floor is compared exactly, type by type, with the mean of the
//!    zones' **time-weighted** mean prices ([`mean`]): a dip an hour ago is no bargain.
//! 2. What is left is grouped by vCPU, memory, architecture and number of GPUs: Cluster Autoscaler takes every node of a
//!    group to be like the first one, and EKS boots one image per group.
//! 3. Types of a group are ordered by [`score`]; the best one of each family comes first until there are `min_families`,
//!    then the best of the rest until there are `min_instance_types`. Further ones are taken, up to `max_instance_types`,
//!    while they are worth it: the n+1st may cost up to 2/n above the mean of the n before it (20% at ten types), since each
//!    further pool is one more that has to run dry at once, and counts less the more there are.
//! 4. Among groups that fulfil the requirements the one with the lowest mean price per vCPU wins, where a group of p pools
//!    (types times zones) counts as dearer by the factor 1 + 1/p; Spot prices count when all are known, else on-demand
//!    prices. Then more types, less memory, fewer vCPU, and x86_64 after arm64.
//!
//! [`score`]: Chosen::score

mod assess;
mod candidate;
mod infeasible;
mod mean;
mod requirements;
mod reselection;
mod score;
mod select;
mod selection;
mod split;

pub use candidate::{Candidate, Interruption, InterruptionBucket, SpotPoint, SpotPrice};
pub use infeasible::{Infeasible, Relaxation};
pub use mean::{Window, time_weighted};
pub use requirements::{Bounds, Generation, GpuNeed, Inclusion, Requirements, RequirementsError};
pub use reselection::{Breach, Decision, Prior, Reselection, reselect};
pub use select::select;
pub use selection::{Chosen, GroupShape, Reason, Selection, hash};
pub use split::{OnDemandShare, Scaling, Split, SplitError, split};
