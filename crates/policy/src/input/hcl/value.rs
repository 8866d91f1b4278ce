//! Values of expressions, of which any part may be unknown.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::rc::Rc;

use bigdecimal::{BigDecimal, FromPrimitive, Zero};
use serde_json::{Map, Value as Json};

/// Why a value is unknown: `unknown until aws_kms_key.main is created`.
pub(super) type Cause = Rc<str>;

/// A value, or what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Val {
    Null,
    Bool(bool),
    Number(BigDecimal),
    String(Rc<str>),
    /// List or tuple.
    List(Rc<Vec<Val>>),
    /// Sorted, without duplicates.
    Set(Rc<Vec<Val>>),
    /// Map or object.
    Map(Rc<BTreeMap<String, Val>>),
    /// An object of which only some attributes are known; the others are unknown for this cause.
    Open(Rc<BTreeMap<String, Val>>, Cause),
    Unknown(Cause),
}

impl Val {
    pub(super) fn unknown(cause: impl AsRef<str>) -> Self {
        Self::Unknown(Rc::from(cause.as_ref()))
    }

    pub(super) fn list(items: Vec<Self>) -> Self {
        Self::List(Rc::new(items))
    }

    pub(super) fn map(fields: BTreeMap<String, Self>) -> Self {
        Self::Map(Rc::new(fields))
    }

    /// A set of these elements. What is unknown among them may be equal to another: then nothing is known of the set.
    pub(super) fn set(mut items: Vec<Self>) -> Self {
        if let Some(cause) = items.iter().find_map(Self::cause) {
            return Self::Unknown(cause);
        }
        items.sort_by(Self::order);
        items.dedup();
        Self::Set(Rc::new(items))
    }

    pub(super) fn number(value: impl Into<BigDecimal>) -> Self {
        Self::Number(value.into())
    }

    pub(super) fn length(length: usize) -> Self {
        Self::Number(BigDecimal::from_usize(length).unwrap_or_default())
    }

    /// The name of its type in messages.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Number(_) => "number",
            Self::String(_) => "string",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::Map(_) | Self::Open(..) => "object",
            Self::Unknown(_) => "unknown value",
        }
    }

    /// Why a part of the value is unknown; `None` when all of it is known.
    pub(super) fn cause(&self) -> Option<Cause> {
        match self {
            Self::Unknown(cause) | Self::Open(_, cause) => Some(cause.clone()),
            Self::List(items) | Self::Set(items) => items.iter().find_map(Self::cause),
            Self::Map(fields) => fields.values().find_map(Self::cause),
            _ => None,
        }
    }

    /// Why nothing is known of the value but perhaps its type.
    pub(super) fn wholly_unknown(&self) -> Option<Cause> {
        match self {
            Self::Unknown(cause) | Self::Open(_, cause) => Some(cause.clone()),
            _ => None,
        }
    }

    /// The text of a string, number or bool, as Terraform converts it.
    pub(super) fn text(&self) -> Result<Rc<str>, String> {
        match self {
            Self::String(text) => Ok(text.clone()),
            Self::Number(number) => Ok(number_text(number).into()),
            Self::Bool(value) => Ok(if *value { "true" } else { "false" }.into()),
            other => Err(format!("a string is needed, this is a {}", other.type_name())),
        }
    }

    pub(super) fn to_number(&self) -> Result<BigDecimal, String> {
        match self {
            Self::Number(number) => Ok(number.clone()),
            Self::String(text) => parse_number(text).ok_or_else(|| format!("\"{text}\" is not a number")),
            other => Err(format!("a number is needed, this is a {}", other.type_name())),
        }
    }

    pub(super) fn to_bool(&self) -> Result<bool, String> {
        match self {
            Self::Bool(value) => Ok(*value),
            Self::String(text) if &**text == "true" => Ok(true),
            Self::String(text) if &**text == "false" => Ok(false),
            other => Err(format!("a bool is needed, this is a {}", other.type_name())),
        }
    }

    /// The elements of a list, tuple or set.
    pub(super) fn items(&self) -> Result<&[Self], String> {
        match self {
            Self::List(items) | Self::Set(items) => Ok(items),
            other => Err(format!("a list is needed, this is a {}", other.type_name())),
        }
    }

    pub(super) fn fields(&self) -> Result<&BTreeMap<String, Self>, String> {
        match self {
            Self::Map(fields) => Ok(fields),
            other => Err(format!("a map is needed, this is a {}", other.type_name())),
        }
    }

    /// The order of the elements of a set.
    fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::String(a), Self::String(b)) => a.cmp(b),
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            _ => self.to_json().to_string().cmp(&other.to_json().to_string()),
        }
    }

    /// The known part as JSON: what is unknown is null in lists, and left out of objects.
    pub(super) fn to_json(&self) -> Json {
        match self {
            Self::Null | Self::Unknown(_) => Json::Null,
            Self::Bool(value) => Json::Bool(*value),
            Self::Number(number) => number_json(number),
            Self::String(text) => Json::String(text.to_string()),
            Self::List(items) | Self::Set(items) => items.iter().map(Self::to_json).collect(),
            Self::Map(fields) | Self::Open(fields, _) => {
                let known = fields.iter().filter(|(_, value)| !matches!(value, Self::Unknown(_)));
                known.map(|(key, value)| (key.clone(), value.to_json())).collect::<Map<_, _>>().into()
            }
        }
    }

    pub(super) fn from_json(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => parse_number(&number.to_string()).map_or(Self::Null, Self::Number),
            Json::String(text) => Self::from(text.as_str()),
            Json::Array(items) => Self::list(items.iter().map(Self::from_json).collect()),
            Json::Object(fields) => {
                Self::map(fields.iter().map(|(key, value)| (key.clone(), Self::from_json(value))).collect())
            }
        }
    }
}

impl From<&str> for Val {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for Val {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

/// A number as Terraform converts it to a string: without exponent and without needless zeros.
pub(super) fn number_text(number: &BigDecimal) -> String {
    if number.is_zero() { "0".to_owned() } else { number.normalized().to_plain_string() }
}

pub(super) fn parse_number(text: &str) -> Option<BigDecimal> {
    // BigDecimal takes underscores, Terraform does not; a huge exponent would become a huge text.
    let plain = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    let exponent = text.split(['e', 'E']).nth(1).map_or(Some(0), |e| e.parse::<i32>().ok())?;
    (plain && exponent.abs() < 400).then(|| text.parse().ok())?
}

fn number_json(number: &BigDecimal) -> Json {
    let text = number_text(number);
    text.parse::<i64>()
        .map(Json::from)
        .or_else(|_| text.parse::<u64>().map(Json::from))
        .unwrap_or_else(|_| text.parse::<f64>().map_or(Json::Null, Json::from))
}
