//! The programs the tests drive: obtained once, kept under `target/e2e`, checked cheaply by every test process.

mod aws;
mod debian;
mod npm;
mod once;
mod python;
mod schemas;
mod terraform;

use std::fmt;

pub use aws::{AWS_VERSION, aws_mirror};
pub use debian::debian;
pub use once::forget_failures;
pub use python::moto_server;
pub use schemas::{Schemas, kubernetes_schemas};
pub use terraform::Terraform;

/// Why something cannot be had on this machine: one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skip(pub String);

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Skip {
    /// A reason on one line: what was wanted, and the last thing said about why it failed.
    pub(crate) fn because(what: &str, why: impl fmt::Display) -> Self {
        let why = why.to_string();
        let last = why.lines().map(str::trim).rfind(|line| !line.is_empty()).unwrap_or("no reason given");
        Self(format!("{what}: {last}"))
    }
}
