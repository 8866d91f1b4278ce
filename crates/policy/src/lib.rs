//! crates/policy
