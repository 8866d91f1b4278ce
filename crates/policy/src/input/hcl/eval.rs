//! Evaluation of expressions over values of which any part may be unknown.

use std::collections::BTreeMap;

use bigdecimal::{BigDecimal, ToPrimitive};
use hcl_edit::expr::{Expression, ForExpr, Object, ObjectKey, Traversal, TraversalOperator};

use super::functions;
use super::operators;
use super::reference;
use super::scope::Scope;
use super::template;
use super::value::{Val, parse_number};

/// A value, or why Terraform would refuse the expression.
pub(super) type Answer = Result<Val, String>;

/// Elements that one expression may make.
const MAX_ELEMENTS: usize = 200_000;

/// Evaluates an expression.
pub(super) fn eval(expression: &Expression, scope: &Scope) -> Answer {
    match expression {
        Expression::Null(_) => Ok(Val::Null),
        Expression::Bool(value) => Ok(Val::Bool(*value.value())),
        Expression::Number(number) => {
            let text = number.value().to_string();
            parse_number(&text).map(Val::Number).ok_or_else(|| format!("{text} is not a number"))
        }
        Expression::String(text) => Ok(Val::from(text.value().as_str())),
        Expression::Array(items) => {
            Ok(Val::list(items.iter().map(|item| eval(item, scope)).collect::<Result<_, _>>()?))
        }
        Expression::Object(object) => eval_object(object, scope, eval),
        Expression::StringTemplate(text) => template::eval(text.iter(), scope),
        Expression::HeredocTemplate(heredoc) => template::eval(heredoc.template.iter(), scope),
        Expression::Parenthesis(inner) => eval(inner.inner(), scope),
        Expression::Variable(name) => reference::name(name.as_str(), scope),
        Expression::Conditional(conditional) => match eval(&conditional.cond_expr, scope)? {
            Val::Unknown(cause) => Ok(Val::Unknown(cause)),
            condition if condition.to_bool()? => eval(&conditional.true_expr, scope),
            _ => eval(&conditional.false_expr, scope),
        },
        Expression::FuncCall(call) => functions::call(call, scope),
        Expression::Traversal(traversal) => eval_traversal(traversal, scope),
        Expression::UnaryOp(op) => operators::unary(*op.operator.value(), &eval(&op.expr, scope)?),
        Expression::BinaryOp(op) => {
            operators::binary(*op.operator.value(), &eval(&op.lhs_expr, scope)?, || eval(&op.rhs_expr, scope))
        }
        Expression::ForExpr(expression) => eval_for(expression, scope),
    }
}

/// The value of an argument. What cannot be evaluated is unknown, for the reason that it cannot: of what is written as a
/// list or an object, that element alone.
pub(super) fn eval_argument(expression: &Expression, scope: &Scope) -> Val {
    let value = match expression {
        Expression::Array(items) => Ok(Val::list(items.iter().map(|item| eval_argument(item, scope)).collect())),
        Expression::Object(object) => eval_object(object, scope, |value, scope| Ok(eval_argument(value, scope))),
        Expression::Parenthesis(inner) => Ok(eval_argument(inner.inner(), scope)),
        other => eval(other, scope),
    };
    value.unwrap_or_else(|message| Val::unknown(format!("it cannot be evaluated: {message}")))
}

/// An object, its values evaluated by `value_of`.
fn eval_object(object: &Object, scope: &Scope, value_of: impl Fn(&Expression, &Scope) -> Answer) -> Answer {
    let mut fields = BTreeMap::new();
    let mut open = None;
    for (key, value) in object.iter() {
        let key = match key {
            ObjectKey::Ident(name) => Val::from(name.as_str()),
            // A bare name is a key; in parentheses it is a reference.
            ObjectKey::Expression(Expression::Variable(name)) => Val::from(name.as_str()),
            ObjectKey::Expression(key) => eval(key, scope)?,
        };
        if let Val::Unknown(cause) = key {
            open.get_or_insert(cause);
            continue;
        }
        fields.insert(key.text()?.to_string(), value_of(value.expr(), scope)?);
    }
    Ok(open.map_or_else(|| Val::map(fields), Val::Unknown))
}

fn eval_traversal(traversal: &Traversal, scope: &Scope) -> Answer {
    let (value, used) = match &traversal.expr {
        Expression::Variable(name) => reference::resolve(name.as_str(), &traversal.operators, scope)?,
        other => (eval(other, scope)?, 0),
    };
    let operators: Vec<&TraversalOperator> =
        traversal.operators.iter().skip(used).map(|operator| operator.value()).collect();
    follow(value, &operators, scope)
}

fn follow(mut value: Val, operators: &[&TraversalOperator], scope: &Scope) -> Answer {
    let mut rest = operators;
    while let Some((operator, tail)) = rest.split_first() {
        rest = tail;
        value = match operator {
            TraversalOperator::GetAttr(name) => attribute(&value, name.as_str())?,
            TraversalOperator::Index(key) => index(&value, &eval(key, scope)?)?,
            TraversalOperator::LegacyIndex(position) => {
                index(&value, &Val::number(BigDecimal::from(*position.value())))?
            }
            TraversalOperator::FullSplat(_) => {
                return each(&value, |item| follow(item.clone(), tail, scope));
            }
            TraversalOperator::AttrSplat(_) => {
                // Only the names that follow belong to the splat; an index is about its result.
                let names =
                    tail.iter().take_while(|operator| matches!(operator, TraversalOperator::GetAttr(_))).count();
                let (inner, after) = tail.split_at(names);
                let all = each(&value, |item| follow(item.clone(), inner, scope))?;
                return follow(all, after, scope);
            }
        };
    }
    Ok(value)
}

/// A splat: null is an empty list, and what is no list a list of one.
fn each(value: &Val, of_item: impl Fn(&Val) -> Answer) -> Answer {
    match value {
        Val::Unknown(cause) => Ok(Val::Unknown(cause.clone())),
        Val::Null => Ok(Val::list(Vec::new())),
        Val::List(items) | Val::Set(items) => Ok(Val::list(items.iter().map(of_item).collect::<Result<_, _>>()?)),
        single => Ok(Val::list(vec![of_item(single)?])),
    }
}

/// An attribute of an object, or an element of a map.
pub(super) fn attribute(value: &Val, name: &str) -> Answer {
    match value {
        Val::Unknown(cause) => Ok(Val::Unknown(cause.clone())),
        Val::Open(fields, cause) => Ok(fields.get(name).cloned().unwrap_or_else(|| Val::Unknown(cause.clone()))),
        Val::Map(fields) => fields.get(name).cloned().ok_or_else(|| format!("there is no attribute \"{name}\"")),
        // `list.0`, as Terraform 0.11 wrote it.
        Val::List(_) if name.bytes().all(|byte| byte.is_ascii_digit()) => index(value, &Val::from(name)),
        other => Err(format!("a {} has no attribute \"{name}\"", other.type_name())),
    }
}

pub(super) fn index(value: &Val, key: &Val) -> Answer {
    match (value, key) {
        (Val::Unknown(cause), _) | (_, Val::Unknown(cause)) => Ok(Val::Unknown(cause.clone())),
        (Val::Map(_) | Val::Open(..), key) => attribute(value, &key.text()?),
        (Val::List(items), key) => {
            let position = key.to_number()?.to_usize();
            let item = position.and_then(|position| items.get(position));
            item.cloned().ok_or_else(|| format!("the list of {} has no such position", items.len()))
        }
        (Val::Set(_), _) => Err("the elements of a set have no position".to_owned()),
        (other, _) => Err(format!("a {} has no elements", other.type_name())),
    }
}

fn eval_for(expression: &ForExpr, scope: &Scope) -> Answer {
    let collection = eval(&expression.intro.collection_expr, scope)?;
    let entries: Vec<(Val, Val)> = match &collection {
        Val::Unknown(cause) | Val::Open(_, cause) => return Ok(Val::Unknown(cause.clone())),
        Val::List(items) => items.iter().enumerate().map(|(at, item)| (Val::length(at), item.clone())).collect(),
        Val::Set(items) => items.iter().map(|item| (item.clone(), item.clone())).collect(),
        Val::Map(fields) => fields.iter().map(|(key, item)| (Val::from(key.as_str()), item.clone())).collect(),
        other => return Err(format!("`for` cannot go through a {}", other.type_name())),
    };
    if entries.len() > MAX_ELEMENTS {
        return Ok(Val::unknown(format!("a `for` over {} elements is not evaluated", entries.len())));
    }
    let mut list = Vec::new();
    let mut fields: BTreeMap<String, Val> = BTreeMap::new();
    let mut groups: BTreeMap<String, Vec<Val>> = BTreeMap::new();
    for (key, value) in entries {
        let mut inner = scope.with(expression.intro.value_var.as_str(), value);
        if let Some(name) = &expression.intro.key_var {
            inner = inner.with(name.as_str(), key);
        }
        if let Some(condition) = &expression.cond {
            match eval(&condition.expr, &inner)? {
                Val::Unknown(cause) => return Ok(Val::Unknown(cause)),
                condition if !condition.to_bool()? => continue,
                _ => {}
            }
        }
        let value = eval(&expression.value_expr, &inner)?;
        let Some(key) = &expression.key_expr else {
            list.push(value);
            continue;
        };
        let key = match eval(key, &inner)? {
            Val::Unknown(cause) => return Ok(Val::Unknown(cause)),
            key => key.text()?.to_string(),
        };
        if expression.grouping {
            groups.entry(key).or_default().push(value);
        } else if fields.insert(key.clone(), value).is_some() {
            return Err(format!("`for` makes the key \"{key}\" twice"));
        }
    }
    Ok(match &expression.key_expr {
        None => Val::list(list),
        Some(_) if expression.grouping => {
            Val::map(groups.into_iter().map(|(key, values)| (key, Val::list(values))).collect())
        }
        Some(_) => Val::map(fields),
    })
}
