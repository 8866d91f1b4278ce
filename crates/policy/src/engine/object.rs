//! The input objects that rules see.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::Value;

/// The parts of `input.resource`.
pub(super) struct Parts<'a> {
    pub(super) address: &'a str,
    /// With `data.` before it for data sources.
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    pub(super) provider: &'a str,
    pub(super) module: &'a str,
    pub(super) actions: &'a [String],
    pub(super) values: Value,
    pub(super) prior: Value,
    pub(super) config: Value,
}

/// Keys of `input.resource`, made once: a large plan needs them for every resource.
static KEYS: LazyLock<[Value; 9]> = LazyLock::new(|| {
    ["address", "type", "name", "provider", "module", "actions", "values", "prior", "config"].map(Value::from)
});

/// `input.resource`.
pub(super) fn resource(parts: &Parts<'_>) -> Value {
    let values = [
        Value::from(parts.address),
        Value::from(parts.kind.strip_prefix("data.").unwrap_or(parts.kind)),
        Value::from(parts.name),
        Value::from(parts.provider),
        Value::from(parts.module),
        Value::from(parts.actions.iter().map(|action| Value::from(action.as_str())).collect::<Vec<_>>()),
        parts.values.clone(),
        parts.prior.clone(),
        parts.config.clone(),
    ];
    Value::from(KEYS.iter().cloned().zip(values).collect::<BTreeMap<_, _>>())
}

/// An object of the given fields.
pub(super) fn of<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::from(fields.into_iter().map(|(key, value)| (Value::from(key), value)).collect::<BTreeMap<_, _>>())
}
