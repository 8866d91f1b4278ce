//! Managed resources: one directory or file for each.

pub(crate) mod compute_optimizer_enrollment;
pub(crate) mod cost_policy;
pub(crate) mod database_replica;
pub(crate) mod failover;
pub(crate) mod global_accelerator;
pub(crate) mod rollout_gate;
pub(crate) mod spot_node_group;

pub(crate) use compute_optimizer_enrollment::ComputeOptimizerEnrollment;
pub(crate) use cost_policy::CostPolicy;
pub(crate) use database_replica::DatabaseReplica;
pub(crate) use failover::Failover;
pub(crate) use global_accelerator::GlobalAccelerator;
pub(crate) use rollout_gate::RolloutGate;
pub(crate) use spot_node_group::SpotNodeGroup;
