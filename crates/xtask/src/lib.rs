//! Developer tasks of this repository; `cargo xtask` runs them, tests call them.

pub mod aws_schema;
pub mod bench;
pub mod build;
pub mod checkout;
pub mod docs;
pub mod package;
pub mod provider;
pub mod schema;
