//! The JSON syntax of Terraform (`*.tf.json`) as the same blocks and expressions that the native syntax gives.

use hcl_edit::Ident;
use hcl_edit::expr::{Array, Expression, Object, ObjectKey, ObjectValue};
use hcl_edit::structure::{Attribute, Block, BlockLabel, Body};
use serde_json::{Map, Value as Json};

use crate::error::InputError;

/// Block types at the top of a module, and how many labels each has.
const BLOCKS: [(&str, usize); 12] = [
    ("resource", 2),
    ("data", 2),
    ("ephemeral", 2),
    ("module", 1),
    ("variable", 1),
    ("output", 1),
    ("provider", 1),
    ("check", 1),
    ("locals", 0),
    ("terraform", 0),
    ("moved", 0),
    ("import", 0),
];

/// Reads a file. Places in it are not kept: findings name the file's first line.
pub(super) fn body(name: &str, text: &str) -> Result<Body, InputError> {
    let json: Json = serde_json::from_str(text).map_err(|error| InputError::Syntax {
        name: name.to_owned(),
        line: error.line(),
        column: error.column(),
        message: format!("not valid JSON: {error}"),
        hint: "; nothing of this file was checked".to_owned(),
    })?;
    let wrong = |message: String| InputError::Structure {
        name: name.to_owned(),
        place: "Terraform configuration as JSON".to_owned(),
        message,
    };
    let fields = json.as_object().ok_or_else(|| wrong("an object is expected at the top".to_owned()))?;
    let mut body = Body::new();
    for (kind, content) in fields.iter().filter(|(kind, _)| !kind.starts_with("//")) {
        let labels = BLOCKS.iter().find(|(known, _)| known == kind).map(|(_, labels)| *labels);
        let labels = labels.ok_or_else(|| wrong(format!("`{kind}` is no block of a Terraform module")))?;
        blocks(kind, labels, &mut Vec::new(), content, &mut body).map_err(wrong)?;
    }
    Ok(body)
}

fn blocks(kind: &str, labels: usize, named: &mut Vec<String>, content: &Json, into: &mut Body) -> Result<(), String> {
    if let Json::Array(items) = content {
        return items.iter().try_for_each(|item| blocks(kind, labels, named, item, into));
    }
    let fields = content.as_object().ok_or_else(|| format!("`{kind}` holds no object"))?;
    if named.len() < labels {
        for (label, inner) in fields {
            named.push(label.clone());
            blocks(kind, labels, named, inner, into)?;
            named.pop();
        }
        return Ok(());
    }
    let mut block = Block::new(Ident::new(kind));
    block.labels = named.iter().map(|label| BlockLabel::from(label.as_str())).collect();
    let literal = matches!(kind, "variable");
    block.body = arguments(fields, literal, kind)?;
    into.push(block);
    Ok(())
}

fn arguments(fields: &Map<String, Json>, literal: bool, kind: &str) -> Result<Body, String> {
    let mut body = Body::new();
    for (name, value) in fields.iter().filter(|(name, _)| *name != "//") {
        let ident = Ident::try_new(name).map_err(|_| format!("`{name}` is no name of an argument"))?;
        // Blocks of Terraform itself; those of resources look like any other value.
        let is_block = matches!((kind, name.as_str()), ("terraform", "required_providers"))
            || matches!(kind, "resource" | "data") && name == "dynamic";
        if is_block {
            let labels = usize::from(name == "dynamic");
            blocks(name, labels, &mut Vec::new(), value, &mut body)?;
            continue;
        }
        if kind == "dynamic" && name == "content" {
            blocks(name, 0, &mut Vec::new(), value, &mut body)?;
            continue;
        }
        // A type is an expression within a text.
        let is_type = literal && name == "type";
        let value = match value {
            Json::String(text) if is_type => {
                hcl_edit::parser::parse_expr(text).map_err(|error| error.message().to_owned())?
            }
            value => expression(value, literal)?,
        };
        body.push(Attribute::new(ident, value));
    }
    Ok(body)
}

fn expression(json: &Json, literal: bool) -> Result<Expression, String> {
    Ok(match json {
        Json::Null => Expression::null(),
        Json::Bool(value) => Expression::from(*value),
        Json::Number(number) => {
            hcl_edit::parser::parse_expr(&number.to_string()).map_err(|error| error.message().to_owned())?
        }
        Json::String(text) if literal => Expression::from(text.as_str()),
        Json::String(text) => template(text)?,
        Json::Array(items) => {
            let items = items.iter().map(|item| expression(item, literal)).collect::<Result<Vec<_>, _>>()?;
            Expression::Array(items.into_iter().collect::<Array>())
        }
        Json::Object(fields) => {
            let mut object = Object::new();
            for (key, value) in fields.iter().filter(|(key, _)| *key != "//") {
                let key = if literal { Expression::from(key.as_str()) } else { template(key)? };
                object.insert(ObjectKey::Expression(key), ObjectValue::from(expression(value, literal)?));
            }
            Expression::Object(object)
        }
    })
}

/// Every text is a template.
fn template(text: &str) -> Result<Expression, String> {
    if !text.contains("${") && !text.contains("%{") {
        return Ok(Expression::from(text));
    }
    let quoted = serde_json::to_string(text).map_err(|error| error.to_string())?;
    // What stands within an interpolation is no JSON: its quotation marks must not be escaped.
    let parsed = hcl_edit::parser::parse_template(text).map_err(|error| format!("{quoted}: {}", error.message()))?;
    let mut string = hcl_edit::template::StringTemplate::new();
    parsed.iter().for_each(|element| string.push(element.clone()));
    Ok(Expression::StringTemplate(string))
}
