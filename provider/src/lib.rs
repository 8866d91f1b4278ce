//! The Parapet provider for Terraform, as a library: the binary serves it, `cargo xtask docs` reads its schemas.
//!
//! One file for each data source, list and function; `provider.rs` registers them.

mod actions;
mod aws;
mod configuration;
mod cost;
mod data_sources;
mod duration;
mod functions;
mod lists;
mod policy;
mod price_book;
mod provider;
mod resources;

pub use provider::Parapet;
