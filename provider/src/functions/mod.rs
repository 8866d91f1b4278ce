//! Functions: `provider::parapet::<name>(...)`.

mod canary_verdict;
mod findings;
mod rego;

pub(crate) use canary_verdict::canary_verdict;
pub(crate) use findings::findings;
pub(crate) use rego::rego;
