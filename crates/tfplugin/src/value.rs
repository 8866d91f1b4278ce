//! Terraform values: what travels between the wire and typed models.

use std::collections::BTreeMap;
use std::fmt;

use crate::number::Number;
use crate::path::{Path, Step};
use crate::types::Type;

/// A Terraform value.
///
/// Lists, sets and tuples are [`Value::List`]; maps and objects are [`Value::Map`]. Which of them is meant is known from the
/// [`Type`] beside the value, as on the wire.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    /// Absent.
    #[default]
    Null,
    /// Known only after apply.
    Unknown(Unknown),
    /// True or false.
    Bool(bool),
    /// A number of any size.
    Number(Number),
    /// A string.
    String(String),
    /// Elements of a list, set or tuple.
    List(Vec<Value>),
    /// Elements of a map, or attributes of an object.
    Map(BTreeMap<String, Value>),
    /// A value in a place whose schema type is dynamic, together with the type it has there.
    Dynamic(Box<Typed>),
}

/// A value and its type, as found in dynamic places.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    /// The concrete type.
    pub ty: Type,
    /// The value, never [`Value::Dynamic`].
    pub value: Value,
}

/// A value that is not known yet, with what Terraform already knows of it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Unknown {
    /// Refinements as MessagePack, exactly as received: Terraform compares them when a plan is checked, so they are handed back
    /// unchanged. Empty without refinements.
    pub(crate) refinements: Vec<u8>,
}

impl Unknown {
    /// Whether Terraform has said that the value will not be null.
    pub fn is_not_null(&self) -> bool {
        crate::wire::refinement_says_not_null(&self.refinements)
    }
}

impl Value {
    /// An unknown value of which nothing more is known.
    pub fn unknown() -> Self {
        Self::Unknown(Unknown::default())
    }

    /// Null, also inside a dynamic place.
    pub fn is_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Dynamic(typed) => typed.value.is_null(),
            _ => false,
        }
    }

    /// Unknown itself; what it contains is not looked at.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Unknown(_) => true,
            Self::Dynamic(typed) => typed.value.is_unknown(),
            _ => false,
        }
    }

    /// Neither unknown nor containing anything unknown.
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::Dynamic(typed) => typed.value.is_wholly_known(),
            Self::List(items) => items.iter().all(Self::is_wholly_known),
            Self::Map(entries) => entries.values().all(Self::is_wholly_known),
            _ => true,
        }
    }

    /// The value at `path`; `None` where the path leaves the value. A null or unknown parent is returned in place of what would be
    /// inside it: a part of an unknown object is unknown.
    pub fn get(&self, path: &Path) -> Option<&Value> {
        let mut here = self;
        for step in path.steps() {
            if let Self::Dynamic(typed) = here {
                here = &typed.value;
            }
            here = match (here, step) {
                (Self::Null | Self::Unknown(_), _) => return Some(here),
                (Self::Map(entries), Step::Attribute(name) | Step::Key(name)) => entries.get(name)?,
                (Self::List(items), Step::Index(index)) => items.get(*index)?,
                _ => return None,
            };
        }
        Some(here)
    }

    /// Puts `value` at `path`. Answers false, changing nothing, where the parents do not exist.
    pub fn set(&mut self, path: &Path, value: Value) -> bool {
        let mut here = self;
        for step in path.steps() {
            let inner = match here {
                Self::Dynamic(typed) => &mut typed.value,
                other => other,
            };
            here = match (inner, step) {
                (Self::Map(entries), Step::Attribute(name) | Step::Key(name)) => {
                    entries.entry(name.clone()).or_insert(Self::Null)
                }
                (Self::List(items), Step::Index(index)) => match items.get_mut(*index) {
                    Some(item) => item,
                    None => return false,
                },
                _ => return false,
            };
        }
        *here = value;
        true
    }

    /// The attribute `name` of an object: null when it is not there, unknown when the whole object is.
    pub fn attribute(&self, name: &str) -> &Value {
        const NULL: &Value = &Value::Null;
        const UNKNOWN: &Value = &Value::Unknown(Unknown { refinements: Vec::new() });
        match self {
            Self::Unknown(_) => UNKNOWN,
            Self::Map(entries) => entries.get(name).unwrap_or(NULL),
            Self::Dynamic(typed) => typed.value.attribute(name),
            _ => NULL,
        }
    }

    /// The type a literal of this value has: lists are tuples and maps are objects, as in HCL.
    pub fn implied_type(&self) -> Type {
        match self {
            Self::Null | Self::Unknown(_) => Type::Dynamic,
            Self::Bool(_) => Type::Bool,
            Self::Number(_) => Type::Number,
            Self::String(_) => Type::String,
            Self::List(items) => Type::Tuple(items.iter().map(Self::implied_type).collect()),
            Self::Map(entries) => {
                Type::object(entries.iter().map(|(name, value)| (name.clone(), value.implied_type())))
            }
            Self::Dynamic(typed) => typed.ty.clone(),
        }
    }

    /// Every unknown inside becomes null: what may be stored once nothing can become known any more.
    pub fn without_unknowns(mut self) -> Self {
        self.forget_unknowns();
        self
    }

    /// In place: the answer of a data source may be large.
    fn forget_unknowns(&mut self) {
        match self {
            Self::Unknown(_) => *self = Self::Null,
            Self::List(items) => items.iter_mut().for_each(Self::forget_unknowns),
            Self::Map(entries) => entries.values_mut().for_each(Self::forget_unknowns),
            Self::Dynamic(typed) => {
                typed.value.forget_unknowns();
                if typed.value == Self::Null {
                    *self = Self::Null;
                }
            }
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::String(_) => {}
        }
    }

    /// Equality as Terraform sees it: sets have no order, and a number is its value.
    pub fn same(&self, other: &Self, ty: &Type) -> bool {
        match (self, other, ty) {
            (Self::List(a), Self::List(b), Type::Set(element)) => {
                a.len() == b.len() && same_members(a, b, |x, y| x.same(y, element))
            }
            (Self::List(a), Self::List(b), Type::List(element)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(x, y)| x.same(y, element))
            }
            (Self::Map(a), Self::Map(b), Type::Map(element)) => {
                a.len() == b.len() && a.iter().all(|(key, x)| b.get(key).is_some_and(|y| x.same(y, element)))
            }
            (Self::Map(_), Self::Map(_), Type::Object(object)) => object
                .attributes
                .iter()
                .all(|(name, element)| self.attribute(name).same(other.attribute(name), element)),
            _ => self == other,
        }
    }
}

/// Whether each element of `a` can be paired with another one of `b`.
fn same_members(a: &[Value], b: &[Value], same: impl Fn(&Value, &Value) -> bool) -> bool {
    let mut free: Vec<&Value> = b.iter().collect();
    a.iter().all(|x| match free.iter().position(|y| same(x, y)) {
        Some(index) => {
            free.swap_remove(index);
            true
        }
        None => false,
    })
}

/// A value that holds something unknown cannot be shown as JSON.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the value is not known yet")]
pub struct NotKnown;

impl TryFrom<&Value> for serde_json::Value {
    type Error = NotKnown;

    /// Numbers that neither `i64`, `u64` nor `f64` holds exactly become the nearest `f64`.
    fn try_from(value: &Value) -> Result<Self, NotKnown> {
        Ok(match value {
            Value::Null => Self::Null,
            Value::Unknown(_) => return Err(NotKnown),
            Value::Bool(flag) => Self::Bool(*flag),
            Value::Number(number) => number.to_json(),
            Value::String(text) => Self::String(text.clone()),
            Value::List(items) => Self::Array(items.iter().map(Self::try_from).collect::<Result<_, _>>()?),
            Value::Map(entries) => Self::Object(
                entries
                    .iter()
                    .map(|(name, value)| Ok((name.clone(), Self::try_from(value)?)))
                    .collect::<Result<_, NotKnown>>()?,
            ),
            Value::Dynamic(typed) => Self::try_from(&typed.value)?,
        })
    }
}

impl From<serde_json::Value> for Value {
    fn from(json: serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(flag) => Self::Bool(flag),
            serde_json::Value::Number(number) => Self::Number(Number::from_json(&number)),
            serde_json::Value::String(text) => Self::String(text),
            serde_json::Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            serde_json::Value::Object(entries) => {
                Self::Map(entries.into_iter().map(|(name, value)| (name, Self::from(value))).collect())
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(Number::from(number))
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(Number::from(number))
    }
}

impl fmt::Display for Value {
    /// For messages: short, one line, unknown parts as `(known after apply)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Unknown(_) => f.write_str("(known after apply)"),
            Self::Bool(flag) => write!(f, "{flag}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::String(text) => write!(f, "{text:?}"),
            Self::List(items) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Self::Map(entries) => {
                f.write_str("{")?;
                for (index, (name, value)) in entries.iter().enumerate() {
                    write!(f, "{}{name} = {value}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
            Self::Dynamic(typed) => typed.value.fmt(f),
        }
    }
}
