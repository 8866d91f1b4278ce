//! Functions: `provider::parapet::<name>(...)`.

mod findings;
mod rego;

pub(crate) use findings::findings;
pub(crate) use rego::rego;
