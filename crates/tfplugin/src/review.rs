//! Planned changes, as a provider that judges its own sees them.

use crate::path::Path;
use crate::schema::Schema;
use crate::value::Value;

/// A planned change of one resource, for [`crate::provider::Provider::review`]. Values may be unknown.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// Resource type, with the provider's prefix.
    pub type_name: &'a str,
    /// Schema of the resource: which attributes are sensitive, for one.
    pub schema: &'a Schema,
    /// What would be done.
    pub kind: ChangeKind,
    /// The state; null on create.
    pub prior: &'a Value,
    /// The state after apply; null on destroy.
    pub planned: &'a Value,
    /// The configuration; null on destroy.
    pub config: &'a Value,
    /// Why the object would be replaced.
    pub replace: &'a [Path],
}

/// What a planned change does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// Nothing: state and plan agree.
    NoOp,
    /// Creates an object, one that takes the place of a tainted object among them.
    Create,
    /// Changes the object in place.
    Update,
    /// Destroys the object and creates another.
    Replace,
    /// Destroys the object.
    Destroy,
}

impl ChangeKind {
    pub(crate) fn of(prior: &Value, planned: &Value, replaces: bool, same: bool) -> Self {
        match (prior.is_null(), planned.is_null()) {
            (_, true) => Self::Destroy,
            (true, false) => Self::Create,
            _ if replaces => Self::Replace,
            _ if same => Self::NoOp,
            _ => Self::Update,
        }
    }
}
