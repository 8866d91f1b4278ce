//! What the end-to-end tests stand on: real Terraforms, real providers, and working directories to run them in.
//!
//! Everything is kept under `target/e2e` of the checkout. What the machine cannot provide is a [`tools::Skip`]: the
//! test is then listed as ignored, with the reason, and never counted as passed.

pub mod calls;
pub mod checkout;
pub mod process;
pub mod provider;
pub mod recorded;
pub mod stand_in;
pub mod suite;
pub mod tools;
pub mod workspace;
