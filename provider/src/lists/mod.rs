//! Lists: what exists, for `terraform query` (Terraform 1.14 and newer).

mod database_replicas;
mod failovers;
mod global_accelerators;
mod spot_node_groups;

pub(crate) use database_replicas::DatabaseReplicas;
pub(crate) use failovers::Failovers;
pub(crate) use global_accelerators::GlobalAccelerators;
pub(crate) use spot_node_groups::SpotNodeGroups;
