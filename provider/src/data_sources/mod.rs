//! Data sources.

mod admission_review;
mod policy_check;

pub(crate) use admission_review::AdmissionReview;
pub(crate) use policy_check::PolicyCheck;
