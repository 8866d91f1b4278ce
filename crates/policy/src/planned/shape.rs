//! What a provider's schema says of a resource: types, and what must not be printed.

use std::collections::BTreeMap;

use super::{PathStep, PlannedValue};
use crate::Value;
use crate::path::{AttributePath, Step};

/// The shape of a value, out of a provider's schema.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Shape {
    /// Nothing is known of it: no schema was seen, or the place takes any type.
    #[default]
    Any,
    /// A string or a bool.
    Plain,
    /// A number, which may be text on the wire.
    Number,
    /// Elements in order.
    List(Box<Shape>),
    /// Elements without order. They have no address: a path ends at the set.
    Set(Box<Shape>),
    /// Elements by key.
    Map(Box<Shape>),
    /// Elements in order, each with a shape of its own.
    Tuple(Vec<Shape>),
    /// Attributes and blocks.
    Object(BTreeMap<String, Field>),
}

/// An attribute or block of an object.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Field {
    /// Shape of its value.
    pub shape: Shape,
    /// Its value is never printed: marked sensitive or write-only.
    pub sensitive: bool,
    /// Written as `name { ... }` instead of `name = ...`.
    pub block: bool,
}

impl Field {
    /// Whether a secret may stand in the source of it. Of a block only its first line is shown.
    fn is_shown_with_secrets(&self) -> bool {
        self.sensitive || !self.block && self.shape.holds_secrets()
    }
}

impl Shape {
    /// The shape of a type in Terraform's notation: `"string"`, `["list", "number"]`, `["object", {"a": "bool"}]`. Of a notation
    /// that is not understood nothing is known.
    pub fn of_type(notation: &serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match notation {
            Json::String(name) => match name.as_str() {
                "string" | "bool" => Self::Plain,
                "number" => Self::Number,
                _ => Self::Any,
            },
            Json::Array(parts) => match (parts.first().and_then(Json::as_str), parts.get(1)) {
                (Some("list"), Some(element)) => Self::List(Box::new(Self::of_type(element))),
                (Some("set"), Some(element)) => Self::Set(Box::new(Self::of_type(element))),
                (Some("map"), Some(element)) => Self::Map(Box::new(Self::of_type(element))),
                (Some("tuple"), Some(Json::Array(elements))) => {
                    Self::Tuple(elements.iter().map(Self::of_type).collect())
                }
                (Some("object"), Some(Json::Object(attributes))) => {
                    let field = |ty: &Json| Field { shape: Self::of_type(ty), ..Field::default() };
                    Self::Object(attributes.iter().map(|(name, ty)| (name.clone(), field(ty))).collect())
                }
                _ => Self::Any,
            },
            _ => Self::Any,
        }
    }

    fn of_element(&self, index: usize) -> &Self {
        match self {
            Self::List(element) | Self::Set(element) => element,
            Self::Tuple(elements) => elements.get(index).unwrap_or(&Self::Any),
            _ => &Self::Any,
        }
    }

    /// Numbers that are text on the wire, as those that no float holds exactly are, become numbers.
    pub(super) fn typed(&self, value: Value) -> Value {
        match (self, value) {
            (Self::Number, Value::String(text)) => Value::from_numeric_string(&text).unwrap_or(Value::String(text)),
            (Self::List(_) | Self::Set(_) | Self::Tuple(_), Value::Array(items)) if self.holds_numbers() => {
                let typed = items.iter().enumerate().map(|(index, item)| self.of_element(index).typed(item.clone()));
                Value::from(typed.collect::<Vec<_>>())
            }
            (Self::Map(element), Value::Object(fields)) if element.holds_numbers() => {
                let typed = fields.iter().map(|(key, item)| (key.clone(), element.typed(item.clone())));
                Value::from(typed.collect::<BTreeMap<_, _>>())
            }
            (Self::Object(known), Value::Object(fields)) => {
                let typed = fields.iter().map(|(key, item)| {
                    let field = key.as_string().ok().and_then(|name| known.get(name.as_ref()));
                    (key.clone(), field.map_or_else(|| item.clone(), |field| field.shape.typed(item.clone())))
                });
                Value::from(typed.collect::<BTreeMap<_, _>>())
            }
            (_, value) => value,
        }
    }

    fn holds_numbers(&self) -> bool {
        match self {
            Self::Number => true,
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.holds_numbers(),
            Self::Tuple(elements) => elements.iter().any(Self::holds_numbers),
            Self::Object(fields) => fields.values().any(|field| field.shape.holds_numbers()),
            Self::Any | Self::Plain => false,
        }
    }

    /// Places of a value that must not be printed. All of it when nothing is known of its shape.
    pub(super) fn secrets(&self, value: &Value, found: &mut Vec<AttributePath>) {
        if *self == Self::Any {
            found.push(AttributePath::default());
        } else {
            self.secrets_below(value, &mut Vec::new(), found);
        }
    }

    fn secrets_below(&self, value: &Value, at: &mut Vec<Step>, found: &mut Vec<AttributePath>) {
        match (self, value) {
            (Self::Object(fields), Value::Object(_)) => {
                for (name, field) in fields {
                    at.push(Step::Key(name.clone()));
                    if field.sensitive {
                        found.push(AttributePath(at.clone()));
                    } else {
                        field.shape.secrets_below(&value[name.as_str()], at, found);
                    }
                    at.pop();
                }
            }
            (Self::Map(element), Value::Object(entries)) => {
                for (key, inner) in entries.iter() {
                    at.push(Step::Key(key.as_string().map(ToString::to_string).unwrap_or_default()));
                    element.secrets_below(inner, at, found);
                    at.pop();
                }
            }
            (Self::List(_) | Self::Set(_) | Self::Tuple(_), Value::Array(items)) => {
                for (index, inner) in items.iter().enumerate() {
                    at.push(Step::Index(index));
                    self.of_element(index).secrets_below(inner, at, found);
                    at.pop();
                }
            }
            _ => {}
        }
    }

    fn holds_secrets(&self) -> bool {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => element.holds_secrets(),
            Self::Tuple(elements) => elements.iter().any(Self::holds_secrets),
            Self::Object(fields) => fields.values().any(|field| field.sensitive || field.shape.holds_secrets()),
            Self::Any | Self::Plain | Self::Number => false,
        }
    }

    /// A path of the engine as Terraform takes it, where attributes of objects, keys of maps and positions are different
    /// steps. It ends where Terraform has no address, where nothing is known of the shape, and before what must not be printed:
    /// Terraform shows the source of the place that a diagnostic names, where the secret may be written.
    pub fn path(&self, path: &AttributePath) -> Vec<PathStep> {
        let mut here = Vec::new();
        let mut shape = self;
        for step in &path.0 {
            shape = match (step, shape) {
                (Step::Key(name), Self::Object(fields)) => match fields.get(name) {
                    Some(field) if !field.is_shown_with_secrets() => {
                        here.push(PathStep::Attribute(name.clone()));
                        &field.shape
                    }
                    _ => return here,
                },
                (Step::Key(key), Self::Map(element)) => {
                    here.push(PathStep::Key(key.clone()));
                    element
                }
                (Step::Index(index), Self::List(_) | Self::Tuple(_)) => {
                    here.push(PathStep::Index(*index));
                    shape.of_element(*index)
                }
                // Of a resource without a schema one thing is certain: it is an object.
                (Step::Key(name), Self::Any) if here.is_empty() => {
                    here.push(PathStep::Attribute(name.clone()));
                    return here;
                }
                _ => return here,
            };
        }
        here
    }

    /// Which arguments are written, in the form of the `expressions` of a plan's configuration. A request does not tell
    /// what an argument refers to, nor whether a value is a literal: every expression is left empty.
    pub(super) fn written(&self, config: &PlannedValue) -> Value {
        let Self::Object(fields) = self else { return self.guessed(config) };
        let mut written = BTreeMap::new();
        for (name, value) in config.entries().into_iter().filter(|(_, value)| !value.is_null()) {
            let expression = match fields.get(name).filter(|field| field.block) {
                None => expression(),
                Some(Field { shape: Self::List(element) | Self::Set(element), .. }) => {
                    let blocks: Vec<Value> = value.elements().iter().map(|block| element.written(block)).collect();
                    match value {
                        PlannedValue::Unknown => expression(),
                        _ if blocks.is_empty() => continue,
                        _ => Value::from(blocks),
                    }
                }
                Some(Field { shape: Self::Map(element), .. }) => {
                    let blocks =
                        value.entries().into_iter().map(|(key, block)| (Value::from(key), element.written(&block)));
                    Value::from(blocks.collect::<BTreeMap<_, _>>())
                }
                Some(Field { shape, .. }) => shape.written(&value),
            };
            written.insert(Value::from(name), expression);
        }
        Value::from(written)
    }

    /// Without a schema, a list of objects is taken for blocks, and an empty list for blocks that are not written.
    fn guessed(&self, config: &PlannedValue) -> Value {
        let mut written = BTreeMap::new();
        for (name, value) in config.entries().into_iter().filter(|(_, value)| !value.is_null()) {
            let elements = value.elements();
            if matches!(&value, PlannedValue::Known(Value::Array(items)) if items.is_empty()) {
                continue;
            }
            let is_blocks = !elements.is_empty() && elements.iter().all(|element| !element.entries().is_empty());
            let expression = if is_blocks {
                Value::from(elements.iter().map(|block| self.guessed(block)).collect::<Vec<_>>())
            } else {
                expression()
            };
            written.insert(Value::from(name), expression);
        }
        Value::from(written)
    }
}

fn expression() -> Value {
    Value::from(BTreeMap::from([(Value::from("references"), Value::new_array())]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(shape: Shape) -> Field {
        Field { shape, ..Field::default() }
    }

    fn object<const N: usize>(fields: [(&str, Field); N]) -> Shape {
        Shape::Object(fields.into_iter().map(|(name, field)| (name.to_owned(), field)).collect())
    }

    fn resource() -> Shape {
        let secret = Field { sensitive: true, ..field(Shape::Plain) };
        let disk = object([("encrypted", field(Shape::Plain)), ("token", secret.clone())]);
        object([
            ("password", secret.clone()),
            ("login", field(object([("name", field(Shape::Plain)), ("key", secret)]))),
            ("tags", field(Shape::Map(Box::new(Shape::Plain)))),
            ("share", field(Shape::Number)),
            ("cidrs", field(Shape::Set(Box::new(Shape::Plain)))),
            ("disk", Field { block: true, ..field(Shape::List(Box::new(disk.clone()))) }),
            ("other", Field { block: true, ..field(Shape::Set(Box::new(disk))) }),
        ])
    }

    fn value(json: &str) -> Value {
        Value::from_json_str(json).unwrap()
    }

    #[test]
    fn paths_follow_the_shape() {
        let path = |shape: &Shape, json: &str| {
            let steps = shape.path(&AttributePath::from_value(&value(json)).unwrap());
            steps.iter().map(|step| format!("{step:?}")).collect::<Vec<_>>().join(" ")
        };
        for (json, expected) in [
            (r#"["tags", "a"]"#, r#"Attribute("tags") Key("a")"#),
            (r#"["disk", 1, "encrypted"]"#, r#"Attribute("disk") Index(1) Attribute("encrypted")"#),
            (r#"["cidrs", 0]"#, r#"Attribute("cidrs")"#),
            (r#"["other", 0, "encrypted"]"#, r#"Attribute("other")"#),
            (r#"["nothing", 0]"#, ""),
            // The line where a secret is written is not shown.
            (r#"["password"]"#, ""),
            (r#"["disk", 1, "token"]"#, r#"Attribute("disk") Index(1)"#),
            (r#"["login", "name"]"#, ""),
        ] {
            assert_eq!(path(&resource(), json), expected, "{json}");
        }
        assert_eq!(path(&Shape::Any, r#"["disk", 1, "encrypted"]"#), r#"Attribute("disk")"#);
    }

    #[test]
    fn types_have_shapes() {
        let shape = |json: &str| Shape::of_type(&serde_json::from_str(json).unwrap());
        assert_eq!(shape(r#"["map", ["set", "number"]]"#), Shape::Map(Box::new(Shape::Set(Box::new(Shape::Number)))));
        let tuple = Shape::Tuple(vec![Shape::Plain, object([("a", field(Shape::Any))])]);
        assert_eq!(shape(r#"["tuple", ["bool", ["object", {"a": "dynamic"}, ["a"]]]]"#), tuple);
        for unknown in ["1", r#"["list"]"#, r#""new""#, r#"["object", 1]"#] {
            assert_eq!(shape(unknown), Shape::Any, "{unknown}");
        }
    }

    #[test]
    fn secrets_are_found_in_every_element() {
        let mut found = Vec::new();
        resource().secrets(&value(r#"{"disk": [{"token": "a"}, {}], "other": [{"token": "b"}]}"#), &mut found);
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, ["disk[0].token", "disk[1].token", "other[0].token", "password"]);
        let mut everything = Vec::new();
        Shape::Any.secrets(&value("{}"), &mut everything);
        assert_eq!(everything, [AttributePath::default()], "without a schema all may be secret");
    }

    #[test]
    fn numbers_that_are_text_on_the_wire_are_numbers() {
        let typed = resource().typed(value(r#"{"share": "0.1", "tags": {"n": "1"}, "password": "2"}"#));
        assert_eq!(typed, value(r#"{"share": 0.1, "tags": {"n": "1"}, "password": "2"}"#));
    }

    #[test]
    fn what_is_written_is_told_without_its_values() {
        let config = PlannedValue::object([
            ("password".to_owned(), PlannedValue::Unknown),
            ("share".to_owned(), PlannedValue::Known(Value::Null)),
            ("tags".to_owned(), PlannedValue::Known(value(r#"{"a": "b"}"#))),
            ("disk".to_owned(), PlannedValue::Known(value(r#"[{"encrypted": true, "token": null}]"#))),
            ("other".to_owned(), PlannedValue::Known(value("[]"))),
        ]);
        let expected = value(
            r#"{"password": {"references": []}, "tags": {"references": []}, "disk": [{"encrypted": {"references": []}}]}"#,
        );
        assert_eq!(resource().written(&config), expected);
        assert_eq!(Shape::Any.written(&config), expected, "the same is guessed without a schema");
    }
}
