//! `count` and `for_each`: how often a block is there, and under which keys.

use std::fmt;

use bigdecimal::ToPrimitive;
use hcl_edit::structure::Block;

use super::eval::eval;
use super::scope::Scope;
use super::value::{Cause, Val};

/// Instances of one block that are laid out; the providers and Terraform itself give up far below it.
const MAX_INSTANCES: usize = 50_000;

/// Key of an instance.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Key {
    Index(usize),
    Text(String),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Index(index) => write!(f, "[{index}]"),
            Self::Text(key) => {
                let escaped = key.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
                write!(f, "[\"{}\"]", escaped.replace("${", "$${").replace("%{", "%%{"))
            }
        }
    }
}

/// How often a block is there.
#[derive(Debug, Clone)]
pub(super) enum Expansion {
    /// Once, without a key.
    Single,
    Count(usize),
    /// Keys and values of `for_each`.
    Each(Vec<(String, Val)>),
    Unknown(Cause),
}

impl Expansion {
    /// Key and value of each instance; nothing when they are unknown.
    pub(super) fn keys(&self) -> Vec<(Option<Key>, Option<Val>)> {
        match self {
            Self::Single => vec![(None, None)],
            Self::Count(count) => (0..*count).map(|index| (Some(Key::Index(index)), None)).collect(),
            Self::Each(entries) => {
                entries.iter().map(|(key, value)| (Some(Key::Text(key.clone())), Some(value.clone()))).collect()
            }
            Self::Unknown(_) => Vec::new(),
        }
    }
}

/// How often a resource or module is there.
pub(super) fn of(block: &Block, scope: &Scope) -> Expansion {
    let unknown = |what: &str, why: &str| Expansion::Unknown(format!("`{what}` is not known: {why}").into());
    if let Some(count) = block.body.get_attribute("count") {
        return match eval(&count.value, scope) {
            Ok(Val::Unknown(cause)) => unknown("count", &cause),
            Ok(value) => match value.to_number().map(|number| number.to_usize()) {
                Ok(Some(count)) if count <= MAX_INSTANCES => Expansion::Count(count),
                Ok(_) => unknown("count", &format!("it is not a number from 0 to {MAX_INSTANCES}")),
                Err(message) => unknown("count", &message),
            },
            Err(message) => unknown("count", &message),
        };
    }
    let Some(for_each) = block.body.get_attribute("for_each") else { return Expansion::Single };
    match eval(&for_each.value, scope).and_then(|value| entries(&value)) {
        Ok(Ok(entries)) if entries.len() <= MAX_INSTANCES => Expansion::Each(entries),
        Ok(Ok(entries)) => unknown("for_each", &format!("it has {} elements", entries.len())),
        Ok(Err(cause)) => unknown("for_each", &cause),
        Err(message) => unknown("for_each", &message),
    }
}

/// Keys and values of a map or a set of strings; the cause when its keys are unknown.
fn entries(value: &Val) -> Result<Result<Vec<(String, Val)>, Cause>, String> {
    match value {
        Val::Unknown(cause) | Val::Open(_, cause) => Ok(Err(cause.clone())),
        Val::Map(fields) => Ok(Ok(fields.iter().map(|(key, value)| (key.clone(), value.clone())).collect())),
        Val::Set(items) => {
            let texts = items.iter().map(|item| item.text().map(|text| (text.to_string(), item.clone())));
            Ok(Ok(texts.collect::<Result<_, _>>()?))
        }
        other => Err(format!("a map or a set of strings is needed, this is a {}", other.type_name())),
    }
}

/// Whether an argument is literally `true`.
pub(super) fn flag(block: &Block, name: &str) -> bool {
    block.body.get_attribute(name).and_then(|attribute| attribute.value.as_bool()) == Some(true)
}
