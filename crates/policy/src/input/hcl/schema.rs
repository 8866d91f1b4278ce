//! What providers do with resources: types of arguments, which of them the provider decides, and defaults.
//!
//! `schema/aws.json` holds the resource types that the packs are about, shortened from `terraform providers schema -json`
//! (hashicorp/aws 5.100.0, with what 6.47.0 adds and computes since): `a` attributes with type `t`, computed `c`, sensitive `s`, default `d`; `b` nested blocks with
//! nesting `n`, computed `c` and schema `s`. `cargo xtask aws-schema` makes it. Defaults and computed blocks are not part of a provider's schema; they are those
//! that plans of the rules' examples show. `region`, which 6 adds to every type, is left out: unless it is written it is that of the provider.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::LazyLock;

use serde_json::Value as Json;

use super::value::{Cause, Val};

/// A block: the resource itself, or one nested in it.
#[derive(Debug, Default, serde::Deserialize)]
pub(super) struct Schema {
    #[serde(default, rename = "a")]
    attributes: BTreeMap<String, Attribute>,
    #[serde(default, rename = "b")]
    blocks: BTreeMap<String, Nested>,
}

#[derive(Debug, serde::Deserialize)]
struct Attribute {
    #[serde(rename = "t")]
    kind: Json,
    /// The provider decides it when it is not written.
    #[serde(default, rename = "c")]
    computed: bool,
    #[serde(default, rename = "s")]
    sensitive: bool,
    /// What a plan shows when it is not written.
    #[serde(default, rename = "d")]
    default: Option<Json>,
}

#[derive(Debug, serde::Deserialize)]
struct Nested {
    #[serde(rename = "n")]
    nesting: String,
    /// The provider decides it when it is not written.
    #[serde(default, rename = "c")]
    computed: bool,
    #[serde(rename = "s")]
    schema: Schema,
}

static AWS: LazyLock<BTreeMap<String, Schema>> = LazyLock::new(|| {
    // A test holds that it can be read; nothing is known of any type otherwise.
    serde_json::from_str(include_str!("schema/aws.json")).unwrap_or_default()
});

/// The schema of a resource type, when it is known.
pub(super) fn of(kind: &str) -> Option<&'static Schema> {
    AWS.get(kind)
}

impl Schema {
    /// What a plan shows of a resource with these arguments.
    pub(super) fn planned(&self, mut written: BTreeMap<String, Val>, decided: &Cause) -> Val {
        let mut fields = BTreeMap::new();
        for (name, attribute) in &self.attributes {
            let value = written.remove(name).filter(|value| *value != Val::Null);
            let value = match (value, &attribute.default) {
                (Some(value), _) => typed(value, &attribute.kind),
                (None, Some(default)) => Val::from_json(default),
                (None, None) if attribute.computed => Val::Unknown(decided.clone()),
                (None, None) => Val::Null,
            };
            fields.insert(name.clone(), value);
        }
        for (name, nested) in &self.blocks {
            let single = matches!(nested.nesting.as_str(), "single" | "group");
            let value = match written.remove(name) {
                None if nested.computed => Val::Unknown(decided.clone()),
                None if single => Val::Null,
                None => Val::list(Vec::new()),
                Some(value) => nested.planned(value, single, decided),
            };
            fields.insert(name.clone(), value);
        }
        // Of another version of the provider.
        fields.extend(written);
        Val::map(fields)
    }

    /// Whether the provider adds the tags of its own configuration to those of the resource.
    pub(super) fn has_all_tags(&self) -> bool {
        self.attributes.contains_key("tags_all")
    }

    /// Whether positions of this block or attribute say nothing about the order in which they are written.
    pub(super) fn is_set(&self, name: &str) -> bool {
        let attribute = self.attributes.get(name).and_then(|attribute| attribute.kind.get(0)?.as_str());
        let block = self.blocks.get(name).map(|nested| nested.nesting.as_str());
        attribute == Some("set") || block == Some("set")
    }

    /// The schema of a nested block.
    pub(super) fn nested(&self, name: &str) -> Option<&Self> {
        self.blocks.get(name).map(|nested| &nested.schema)
    }

    /// Paths of what must not be printed, as a mask beside the values.
    pub(super) fn sensitive(&self) -> BTreeMap<String, Json> {
        let attributes = self.attributes.iter().filter(|(_, attribute)| attribute.sensitive);
        attributes.map(|(name, _)| (name.clone(), Json::Bool(true))).collect()
    }
}

impl Nested {
    fn planned(&self, value: Val, single: bool, decided: &Cause) -> Val {
        let one = |item: &Val| match item {
            Val::Map(fields) | Val::Open(fields, _) => self.schema.planned((**fields).clone(), decided),
            other => other.clone(),
        };
        match value {
            Val::List(items) | Val::Set(items) if single => items.first().map_or(Val::Null, one),
            Val::List(items) | Val::Set(items) => Val::list(items.iter().map(one).collect()),
            // JSON syntax writes a single block as an object.
            value @ (Val::Map(_) | Val::Open(..)) if single => one(&value),
            value @ (Val::Map(_) | Val::Open(..)) => Val::list(vec![one(&value)]),
            other => other,
        }
    }
}

/// Converts a value to a type in the notation of schemas. What does not fit stays as it is.
fn typed(value: Val, kind: &Json) -> Val {
    let (name, of) = match kind {
        Json::String(name) => (name.as_str(), &Json::Null),
        Json::Array(parts) => match parts.as_slice() {
            [Json::String(name), of] => (name.as_str(), of),
            _ => return value,
        },
        _ => return value,
    };
    match (name, &value) {
        (_, Val::Null | Val::Unknown(_)) => value,
        ("string", _) => value.text().map_or(value, Val::String),
        ("number", _) => value.to_number().map_or(value, Val::Number),
        ("bool", _) => value.to_bool().map_or(value, Val::Bool),
        ("list", Val::List(items) | Val::Set(items)) => {
            Val::list(items.iter().map(|item| typed(item.clone(), of)).collect())
        }
        ("set", Val::List(items) | Val::Set(items)) => {
            // In the order in which they are written, so that their positions lead back to the source.
            let mut kept: Vec<Val> = Vec::new();
            for item in items.iter().map(|item| typed(item.clone(), of)) {
                if item.cause().is_some() || !kept.contains(&item) {
                    kept.push(item);
                }
            }
            Val::list(kept)
        }
        // An attribute that is written as a block.
        ("list" | "set", Val::Map(_) | Val::Open(..)) => Val::list(vec![typed(value, of)]),
        ("map", Val::Map(fields)) => {
            Val::map(fields.iter().map(|(key, item)| (key.clone(), typed(item.clone(), of))).collect())
        }
        ("object", Val::Map(fields) | Val::Open(fields, _)) => {
            let Json::Object(types) = of else { return value };
            let is_block = matches!(value, Val::Open(..));
            let field = |(name, of): (&String, &Json)| {
                let absent = || if is_block { zero(of) } else { Val::Null };
                let value = fields.get(name).cloned().unwrap_or_else(absent);
                (name.clone(), typed(value, of))
            };
            Val::Map(Rc::new(types.iter().map(field).collect()))
        }
        _ => value,
    }
}

/// What a plan shows of an argument that is not written in an attribute that is written as a block.
fn zero(kind: &Json) -> Val {
    match kind {
        Json::String(name) if name == "bool" => Val::Bool(false),
        Json::String(name) if name == "string" => Val::from(""),
        Json::Array(parts) if matches!(parts.first().and_then(Json::as_str), Some("list" | "set")) => {
            Val::list(Vec::new())
        }
        _ => Val::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_provider_decides_is_unknown() {
        let schema = of("aws_db_instance").expect("the schema can be read");
        let written =
            [("storage_encrypted".to_owned(), Val::from("true")), ("allocated_storage".to_owned(), Val::from("20"))];
        let planned = schema.planned(written.into(), &"later".into());
        let Val::Map(fields) = planned else { panic!("an object") };
        assert_eq!(fields.get("storage_encrypted"), Some(&Val::Bool(true)));
        assert_eq!(fields.get("allocated_storage"), Some(&Val::number(20)));
        assert_eq!(fields.get("kms_key_id"), Some(&Val::unknown("later")));
        assert_eq!(fields.get("backup_target"), Some(&Val::unknown("later")));
        assert_eq!(fields.get("performance_insights_enabled"), Some(&Val::Bool(false)));
        assert_eq!(fields.get("multi_az"), Some(&Val::unknown("later")));
        assert_eq!(fields.get("deletion_protection"), Some(&Val::Null));
        assert_eq!(fields.get("s3_import").map(Val::to_json), Some(serde_json::json!([])));
        assert!(schema.sensitive().contains_key("password"));
    }
}
