//! Types of variables, and the conversions they ask for.

use std::collections::BTreeMap;

use hcl_edit::expr::{Expression, FuncCall, ObjectKey};

use super::eval::Answer;
use super::value::Val;

/// Converts a value to a type as Terraform writes it: `list(object({ name = string, port = optional(number, 80) }))`.
pub(super) fn convert(value: &Val, constraint: &Expression) -> Answer {
    match (value, constraint) {
        (Val::Null | Val::Unknown(_), _) => Ok(value.clone()),
        (value, Expression::Variable(name)) => match name.as_str() {
            "string" => value.text().map(Val::String),
            "number" => value.to_number().map(Val::Number),
            "bool" => value.to_bool().map(Val::Bool),
            "any" | "dynamic" => Ok(value.clone()),
            // `list` and `map` alone, as Terraform 0.11 wrote them.
            _ => Ok(value.clone()),
        },
        // "string" in quotation marks, as Terraform 0.11 wrote it.
        (value, Expression::String(name)) => match name.value().as_str() {
            "string" => value.text().map(Val::String),
            _ => Ok(value.clone()),
        },
        (value, Expression::FuncCall(call)) => compound(value, call),
        (value, Expression::Parenthesis(inner)) => convert(value, inner.inner()),
        (value, _) => Ok(value.clone()),
    }
}

fn compound(value: &Val, call: &FuncCall) -> Answer {
    let of = call.args.get(0);
    let element = |item: &Val| of.map_or_else(|| Ok(item.clone()), |of| convert(item, of));
    match (call.name.name.as_str(), value) {
        (_, Val::Open(..)) => Ok(value.clone()),
        ("list", value) => Ok(Val::list(value.items()?.iter().map(element).collect::<Result<_, _>>()?)),
        ("set", value) => Ok(Val::set(value.items()?.iter().map(element).collect::<Result<_, _>>()?)),
        ("map", value) => {
            let fields = value.fields()?.iter().map(|(key, item)| Ok((key.clone(), element(item)?)));
            Ok(Val::map(fields.collect::<Result<_, String>>()?))
        }
        ("tuple", value) => {
            let Some(Expression::Array(types)) = of else { return Ok(value.clone()) };
            let items = value.items()?;
            if items.len() != types.len() {
                return Err(format!("a tuple of {} is needed, this has {} elements", types.len(), items.len()));
            }
            let converted = items.iter().zip(types.iter()).map(|(item, constraint)| convert(item, constraint));
            Ok(Val::list(converted.collect::<Result<_, _>>()?))
        }
        ("object", value) => object(value.fields()?, of),
        _ => Ok(value.clone()),
    }
}

/// Attributes that the type does not name are dropped; optional ones that are missing or null get their default.
fn object(given: &BTreeMap<String, Val>, of: Option<&Expression>) -> Answer {
    let Some(Expression::Object(types)) = of else { return Ok(Val::map(given.clone())) };
    let mut fields = BTreeMap::new();
    for (key, constraint) in types.iter() {
        let name = match key {
            ObjectKey::Ident(name) => name.as_str(),
            ObjectKey::Expression(Expression::Variable(name)) => name.as_str(),
            ObjectKey::Expression(key) => key.as_str().unwrap_or_default(),
        };
        let optional = match constraint.expr() {
            Expression::FuncCall(call) if call.name.name.as_str() == "optional" => Some(call),
            _ => None,
        };
        let constraint = optional.map_or(Some(constraint.expr()), |call| call.args.get(0));
        let default = optional.and_then(|call| call.args.get(1));
        let value = match (given.get(name), default) {
            (Some(Val::Null) | None, Some(default)) => literal(default)?,
            (Some(value), _) => value.clone(),
            (None, None) if optional.is_some() => Val::Null,
            (None, None) => return Err(format!("the attribute \"{name}\" is missing")),
        };
        let value = constraint.map_or_else(|| Ok(value.clone()), |constraint| convert(&value, constraint))?;
        fields.insert(name.to_owned(), value);
    }
    Ok(Val::map(fields))
}

/// A default within a type: only literals may stand there.
fn literal(expression: &Expression) -> Answer {
    match expression {
        Expression::Null(_) => Ok(Val::Null),
        Expression::Bool(value) => Ok(Val::Bool(*value.value())),
        Expression::Number(number) => Val::from(number.value().to_string()).to_number().map(Val::Number),
        Expression::String(text) => Ok(Val::from(text.value().as_str())),
        Expression::Array(items) => Ok(Val::list(items.iter().map(literal).collect::<Result<_, _>>()?)),
        Expression::Object(object) => {
            let fields = object.iter().map(|(key, value)| {
                let name = match key {
                    ObjectKey::Ident(name) => name.to_string(),
                    ObjectKey::Expression(Expression::Variable(name)) => name.to_string(),
                    ObjectKey::Expression(key) => literal(key)?.text()?.to_string(),
                };
                Ok((name, literal(value.expr())?))
            });
            Ok(Val::map(fields.collect::<Result<_, String>>()?))
        }
        Expression::UnaryOp(op) => super::operators::unary(*op.operator.value(), &literal(&op.expr)?),
        Expression::FuncCall(call) if call.name.name.as_str() == "tomap" => {
            call.args.get(0).map_or_else(|| Err("tomap needs a value".to_owned()), literal)
        }
        Expression::Parenthesis(inner) => literal(inner.inner()),
        _ => Ok(Val::unknown("the default of an optional attribute is no literal")),
    }
}

/// The text of `-var` or of the environment: taken as it is for a variable of type string, or without a type; else an
/// expression of literals.
pub(super) fn from_text(text: &str, constraint: Option<&Expression>) -> Answer {
    let plain = match constraint {
        None => true,
        Some(Expression::Variable(name)) => ["string", "any"].contains(&name.as_str()),
        Some(Expression::String(_)) => true,
        Some(_) => false,
    };
    match constraint {
        None => Ok(Val::from(text)),
        Some(constraint) if plain => convert(&Val::from(text), constraint),
        Some(constraint) => {
            let parsed = hcl_edit::parser::parse_expr(text)
                .map_err(|error| format!("\"{text}\" is no expression: {}", error.message()))?;
            match literal(&parsed)? {
                Val::Unknown(_) => Err(format!("`{text}` is no value: write a literal, texts in double quotes")),
                value => convert(&value, constraint),
            }
        }
    }
}

/// A value written in a file of variables.
pub(super) fn written(expression: &Expression) -> Answer {
    literal(expression)
}

/// Makes elements alike, as the elements of a list, set or map are: text when one of them is text.
pub(super) fn unified(items: Vec<Val>) -> Vec<Val> {
    let primitive = |item: &Val| matches!(item, Val::String(_) | Val::Number(_) | Val::Bool(_));
    let mixed =
        items.iter().filter(|item| primitive(item)).map(Val::type_name).collect::<std::collections::BTreeSet<_>>();
    if mixed.len() < 2 {
        return items;
    }
    items.into_iter().map(|item| item.text().map_or(item, Val::String)).collect()
}
