//! The guard stands between Terraform and any provider and asks the policies about every planned change.
//!
//! Two halves meet in [`inspect`]: one carries calls between Terraform and the real provider as raw bytes and knows
//! no policy; the other judges the few messages that matter and knows no network.

pub mod inspect;
