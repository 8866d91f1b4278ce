//! What is priced: resources with their values, whoever read them.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::Value;

use super::usage::Stated;
use crate::money;

/// The kind of a module that could not be read. It costs what nobody knows.
pub const MODULE: &str = "module";

/// A resource of a plan, a configuration or a state.
#[derive(Debug, Clone, Default)]
pub struct Planned {
    /// Terraform address.
    pub address: String,
    /// Address of the module instance; empty for the root module.
    pub module: String,
    /// Type; [`MODULE`] for a module that could not be read.
    pub kind: String,
    /// Name in the configuration.
    pub name: String,
    /// `create`, `update`, `delete`, `no-op`; both of a replacement.
    pub actions: Vec<String>,
    /// Values before; none for a resource that is new.
    pub before: Option<Value>,
    /// Values after, without those that are not known yet; none for a resource that goes.
    pub after: Option<Value>,
    /// Paths (`scaling_config[0].desired_size`) of what the configuration sets and is known only after apply. An empty path
    /// stands for all: whether the resource is there is not known.
    pub unknown: Vec<String>,
    /// Why what is unknown is so, by path, where that is known: `var.size is given no value`.
    pub causes: BTreeMap<String, String>,
    /// Region of its provider, when that is known.
    pub region: Option<String>,
    /// For the attributes of [`links_of`](super::links_of): addresses of the resources behind them, with or without the keys of
    /// their instances.
    pub links: BTreeMap<String, Vec<String>>,
}

/// A value as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Read<T> {
    Known(T),
    /// Nobody set it: the default holds.
    Absent,
    /// It is set, and known only after apply.
    Unknown,
}

impl<T> Read<T> {
    pub(super) fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn or(self, default: T) -> Self {
        match self {
            Self::Absent => Self::Known(default),
            other => other,
        }
    }

    pub(super) fn and_then<U>(self, next: impl FnOnce(T) -> Option<U>) -> Read<U> {
        match self {
            Self::Known(value) => next(value).map_or(Read::Absent, Read::Known),
            Self::Absent => Read::Absent,
            Self::Unknown => Read::Unknown,
        }
    }
}

/// The values of a resource or of a block in it.
#[derive(Debug, Clone)]
pub(super) struct View<'a> {
    values: &'a Value,
    unknown: &'a [String],
    /// Path of the block; empty for the resource.
    path: String,
    /// What the usage file says of the resource, which stands in for what is not known of it.
    stated: Stated<'a>,
}

impl<'a> View<'a> {
    pub(super) fn new(values: &'a Value, unknown: &'a [String], stated: Stated<'a>) -> Self {
        Self { values, unknown, path: String::new(), stated }
    }

    fn path_of(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    fn is_unknown(&self, name: &str) -> bool {
        let path = self.path_of(name);
        self.unknown.iter().any(|unknown| {
            path.strip_prefix(unknown.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        })
    }

    /// Whether something under the attribute is set and not known.
    fn holds_unknown(&self, name: &str) -> bool {
        let path = self.path_of(name);
        let below = |unknown: &String| unknown.strip_prefix(&path).is_some_and(|rest| rest.starts_with(['.', '[']));
        self.is_unknown(name) || self.unknown.iter().any(below)
    }

    fn read<T>(&self, name: &str, convert: impl Fn(&'a Value) -> Option<T>) -> Read<T> {
        match self.values.get(name).filter(|value| !value.is_null()).and_then(convert) {
            Some(value) => Read::Known(value),
            None if self.is_unknown(name) => Read::Unknown,
            None => Read::Absent,
        }
    }

    /// Text; an empty one is as good as none.
    pub(super) fn text(&self, name: &str) -> Read<&'a str> {
        let written = self.read(name, |value| value.as_str().filter(|text| !text.is_empty()));
        match (written, self.path.is_empty()) {
            (Read::Known(text), _) => Read::Known(text),
            (other, false) => other,
            (other, true) => self.stated.text(name).map_or(other, Read::Known),
        }
    }

    pub(super) fn number(&self, name: &str) -> Read<Decimal> {
        let written = self.read(name, number);
        match (written, self.path.is_empty()) {
            (Read::Known(amount), _) => Read::Known(amount),
            (other, false) => other,
            (other, true) => self.stated.number(name).map_or(other, Read::Known),
        }
    }

    /// What is written of an attribute, of use or not.
    pub(super) fn written(&self, name: &str) -> Option<&'a Value> {
        self.values.get(name).filter(|value| !value.is_null())
    }

    pub(super) fn flag(&self, name: &str) -> Read<bool> {
        self.read(name, |value| value.as_bool().or_else(|| value.as_str()?.parse().ok()))
    }

    /// Texts of a list or set; unknown as soon as one of them is.
    pub(super) fn texts(&self, name: &str) -> Read<Vec<&'a str>> {
        if self.holds_unknown(name) {
            return Read::Unknown;
        }
        self.read(name, |value| Some(value.as_array()?.iter().filter_map(Value::as_str).collect::<Vec<_>>()))
            .and_then(|texts: Vec<&str>| Some(texts).filter(|texts| !texts.is_empty()))
    }

    /// How many elements a list or set has; they need not be known.
    pub(super) fn length(&self, name: &str) -> Read<usize> {
        let path = format!("{}[", self.path_of(name));
        let beyond =
            self.unknown.iter().filter_map(|it| it.strip_prefix(&path)?.split(']').next()?.parse::<usize>().ok());
        let beyond = beyond.map(|index| index + 1).max().unwrap_or(0);
        match self.read(name, |value| value.as_array().map(Vec::len)) {
            Read::Known(length) => Read::Known(length.max(beyond)),
            Read::Unknown => Read::Unknown,
            Read::Absent if beyond > 0 => Read::Known(beyond),
            Read::Absent => Read::Absent,
        }
    }

    /// Blocks of a name; an object is one block.
    pub(super) fn blocks(&self, name: &str) -> Vec<View<'a>> {
        let block = |values: &'a Value, suffix: String| View {
            values,
            unknown: self.unknown,
            path: format!("{}{suffix}", self.path_of(name)),
            stated: self.stated.clone(),
        };
        match self.values.get(name) {
            Some(Value::Array(items)) => {
                let objects = items.iter().enumerate().filter(|(_, item)| item.is_object());
                objects.map(|(index, item)| block(item, format!("[{index}]"))).collect()
            }
            Some(values @ Value::Object(_)) => vec![block(values, String::new())],
            _ => Vec::new(),
        }
    }

    /// The only block of a name.
    pub(super) fn block(&self, name: &str) -> Option<View<'a>> {
        self.blocks(name).into_iter().next()
    }

    /// Whether the number or the content of blocks is not known.
    pub(super) fn blocks_unknown(&self, name: &str) -> bool {
        self.is_unknown(name)
    }

    pub(super) fn stated(&self) -> &Stated<'a> {
        &self.stated
    }

    /// Every text in an attribute, however deep.
    pub(super) fn all_texts(&self, name: &str) -> Vec<&'a str> {
        let mut found = Vec::new();
        let mut todo: Vec<&'a Value> = self.values.get(name).into_iter().collect();
        while let Some(value) = todo.pop() {
            match value {
                Value::String(text) if !text.is_empty() => found.push(text.as_str()),
                Value::Array(items) => todo.extend(items),
                Value::Object(fields) => todo.extend(fields.values()),
                _ => {}
            }
        }
        found
    }
}

/// The largest quantity: far above any, and small enough that products of three stay exact.
pub(super) const LARGEST: Decimal = Decimal::from_parts(1_000_000_000, 0, 0, false, 0);

/// A quantity by its digits, never through a binary float's arithmetic; text that is one counts as well. What is below zero or
/// beyond all measure is none.
fn number(value: &Value) -> Option<Decimal> {
    let amount = match value {
        Value::Number(number) => money::decimal(&number.to_string()).ok(),
        Value::String(text) => money::decimal(text).ok(),
        _ => None,
    };
    amount.filter(|amount| *amount >= Decimal::ZERO && *amount <= LARGEST)
}

/// Tags of a resource, those of its provider among them.
pub(super) fn tags(values: &Value) -> BTreeMap<String, String> {
    let named = |name: &str| values.get(name).and_then(Value::as_object);
    let all = named("tags_all").filter(|tags| !tags.is_empty()).or_else(|| named("tags"));
    let text = |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
    all.into_iter().flatten().filter_map(text).collect()
}

/// The region a resource says it is in: its own attribute, its ARN or its zone.
pub(super) fn region_of(values: &Value) -> Option<String> {
    let text = |name: &str| values.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let of_arn = || text("arn")?.split(':').nth(3).filter(|region| !region.is_empty());
    // us-east-1a; local zones (us-east-1-bos-1a) are in their parent's region and have other prices.
    let of_zone = || text("availability_zone")?.strip_suffix(|c: char| c.is_ascii_lowercase());
    text("region").or_else(of_arn).or_else(of_zone).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_set_and_not_known_is_told_from_what_is_not_set() {
        let values = json!({"size": 0.1, "text": "", "count": "3", "list": ["a"], "block": [{"on": true}]});
        let unknown = ["kms".to_owned(), "block[0].at".to_owned(), "list[2]".to_owned()];
        let view = View::new(&values, &unknown, Stated::none());
        assert_eq!(view.number("size"), Read::Known("0.1".parse().unwrap()));
        assert_eq!(view.number("count"), Read::Known(Decimal::from(3)));
        assert_eq!(
            (view.text("kms"), view.text("text"), view.text("other")),
            (Read::Unknown, Read::Absent, Read::Absent)
        );
        assert_eq!((view.length("list"), view.texts("list")), (Read::Known(3), Read::Unknown));
        let block = view.block("block").unwrap();
        assert_eq!(
            (block.flag("on"), block.text("at"), block.text("to")),
            (Read::Known(true), Read::Unknown, Read::Absent)
        );
    }

    #[test]
    fn regions_are_read_from_what_there_is() {
        for (values, expected) in [
            (json!({"region": "eu-west-1", "arn": "arn:aws:s:us-east-1:1:x"}), Some("eu-west-1")),
            (json!({"arn": "arn:aws:ec2:us-east-1:1:x"}), Some("us-east-1")),
            (json!({"arn": "arn:aws:iam::1:role/x"}), None),
            (json!({"availability_zone": "eu-west-1b"}), Some("eu-west-1")),
            (json!({}), None),
        ] {
            assert_eq!(region_of(&values).as_deref(), expected, "{values}");
        }
    }
}
