//! The guard stands between Terraform and any provider and asks the policies about every planned change.
//!
//! Two halves meet in [`inspect`]: one carries calls between Terraform and the real provider as raw bytes and knows
//! no policy; the other judges the few messages that matter and knows no network.
//!
//! The carrying half is a [`Session`]: it verifies the locked providers, starts them, serves in their place, and runs one or
//! several Terraform commands behind them. [`run`] is a session with a single command.

mod carry;
pub mod client;
mod error;
pub mod inspect;
pub mod judge;
mod launch;
mod lock;
mod message;
mod outcome;
mod overrides;
mod package;
mod reattach;
mod running;
mod saved;
mod serve;
mod session;
mod signals;
mod sources;
mod watcher;
mod workdir;

pub use error::{GuardError, LaunchError};
pub use outcome::Outcome;
pub use saved::Names;
pub use session::{Options, Session, Unguarded, attend, run};
