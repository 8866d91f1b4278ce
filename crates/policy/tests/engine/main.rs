//! The engine from the outside: rules and inputs in, reports out.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test stops at the first surprise"
)]

mod bundles;
mod cost;
mod hostile;
mod loading;
mod namespaces;
mod plain;
mod plan;
mod plan_file;
mod resilience;
mod unknown;
