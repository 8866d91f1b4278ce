//! One planned resource, as the provider and the guard hand it to the engine.

use crate::Value;
use crate::path::AttributePath;

/// A planned resource with decoded values.
#[derive(Debug, Clone)]
pub struct Resource {
    /// File name of the plan, or what stands for it in messages.
    pub document: String,
    /// Terraform address.
    pub address: String,
    /// Type; with `data.` before it for data sources.
    pub kind: String,
    /// Name in the configuration.
    pub name: String,
    /// Address of the module instance; empty for the root module.
    pub module: String,
    /// Source address of the provider: `registry.terraform.io/hashicorp/aws`.
    pub provider: String,
    /// `create`, `update`, `delete`, `read`, `no-op`; both of a replacement.
    pub actions: Vec<String>,
    /// Planned values. Null attributes may be present; values that are unknown must not be.
    pub values: Value,
    /// Paths of the values that are known only after apply.
    pub unknown: Vec<AttributePath>,
    /// Paths of the values that are never to be printed.
    pub sensitive: Vec<AttributePath>,
    /// Values before the plan; an empty object for a resource that is new.
    pub prior: Value,
    /// Configuration expressions of the resource, as a plan has them; an empty object when they are not known.
    pub config: Value,
}
