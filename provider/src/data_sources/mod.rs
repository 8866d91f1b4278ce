//! Data sources.

mod admission_review;
mod failover_readiness;
mod policy_check;

pub(crate) use admission_review::AdmissionReview;
pub(crate) use failover_readiness::FailoverReadiness;
pub(crate) use policy_check::PolicyCheck;
