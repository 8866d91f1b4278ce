//! Data sources.

mod admission_review;
mod canary_analysis;
mod cost_estimate;
mod cost_recommendations;
mod failover_readiness;
mod policy_check;
mod spot_advice;

pub(crate) use admission_review::AdmissionReview;
pub(crate) use canary_analysis::CanaryAnalysis;
pub(crate) use cost_estimate::CostEstimate;
pub(crate) use cost_recommendations::CostRecommendations;
pub(crate) use failover_readiness::FailoverReadiness;
pub(crate) use policy_check::PolicyCheck;
pub(crate) use spot_advice::SpotAdvice;
