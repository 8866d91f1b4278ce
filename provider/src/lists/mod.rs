//! Lists: what exists, for `terraform query` (Terraform 1.14 and newer).

mod database_replicas;
mod failovers;
mod global_accelerators;

pub(crate) use database_replicas::DatabaseReplicas;
pub(crate) use failovers::Failovers;
pub(crate) use global_accelerators::GlobalAccelerators;
