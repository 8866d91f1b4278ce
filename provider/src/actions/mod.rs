//! Actions: things to do that are no resource (Terraform 1.14 and newer).

mod failover_abort;
mod failover_drill;

pub(crate) use failover_abort::FailoverAbort;
pub(crate) use failover_drill::FailoverDrill;
