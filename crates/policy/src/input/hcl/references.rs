//! The `configuration` part of a plan, made from the source: which expressions set an argument.

use hcl_edit::expr::{Expression, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::structure::{Block, Body, Structure};
use hcl_edit::template::{Directive, Element, Template};
use serde_json::{Map, Value as Json, json};

use super::module::Module;
use super::resource::META;

/// A module, as a plan has it.
pub(super) fn module(module: &Module) -> Json {
    let resources: Vec<Json> = module
        .resources
        .iter()
        .map(|(address, item)| {
            let mut resource = Map::new();
            let local = address.trim_start_matches("data.");
            let (kind, name) = local.split_once('.').unwrap_or((local, ""));
            resource.insert("address".to_owned(), json!(address));
            resource.insert("mode".to_owned(), json!(if address.starts_with("data.") { "data" } else { "managed" }));
            resource.insert("type".to_owned(), json!(kind));
            resource.insert("name".to_owned(), json!(name));
            resource.insert("expressions".to_owned(), body(&item.block.body, true));
            repetition(&item.block, &mut resource);
            Json::Object(resource)
        })
        .collect();
    let outputs: Map<String, Json> = module
        .outputs
        .iter()
        .filter_map(|(name, item)| {
            let value = item.block.body.get_attribute("value")?;
            Some((name.clone(), json!({"expression": expression(&value.value)})))
        })
        .collect();
    let calls: Map<String, Json> = module.calls.iter().map(|(name, call)| (name.clone(), self::call(call))).collect();
    json!({"resources": resources, "outputs": outputs, "module_calls": calls})
}

fn call(call: &super::module::Call) -> Json {
    let block = &call.item.block;
    let mut out = Map::new();
    if let Some(source) = block.body.get_attribute("source").and_then(|a| a.value.as_str()) {
        out.insert("source".to_owned(), json!(source));
    }
    let meta = ["source", "version", "providers"];
    let mut arguments = body(&block.body, true);
    if let Json::Object(fields) = &mut arguments {
        fields.retain(|name, _| !meta.contains(&name.as_str()));
    }
    out.insert("expressions".to_owned(), arguments);
    repetition(block, &mut out);
    if let Ok(inner) = &call.module {
        out.insert("module".to_owned(), module(inner));
    }
    Json::Object(out)
}

fn repetition(block: &Block, into: &mut Map<String, Json>) {
    for name in ["count", "for_each"] {
        if let Some(attribute) = block.body.get_attribute(name) {
            into.insert(format!("{name}_expression"), expression(&attribute.value));
        }
    }
}

fn body(body: &Body, is_top: bool) -> Json {
    let mut fields: Map<String, Json> = Map::new();
    for structure in body {
        match structure {
            Structure::Attribute(attribute) if is_top && META.contains(&attribute.key.as_str()) => {}
            Structure::Attribute(attribute) => {
                fields.insert(attribute.key.to_string(), expression(&attribute.value));
            }
            Structure::Block(block) if is_top && META.contains(&block.ident.as_str()) => {}
            Structure::Block(block) if block.ident.as_str() == "dynamic" => {
                // A plan shows of a dynamic block only what it refers to.
                let name = block.labels.first().map(|label| label.as_str().to_owned()).unwrap_or_default();
                let mut found = Vec::new();
                collect_body(&block.body, &mut vec![name.clone()], &mut found);
                fields.insert(name, json!({"references": found}));
            }
            Structure::Block(block) => {
                let inner = self::body(&block.body, false);
                let list = fields.entry(block.ident.to_string()).or_insert_with(|| json!([]));
                if let Some(list) = list.as_array_mut() {
                    list.push(inner);
                }
            }
        }
    }
    Json::Object(fields)
}

fn collect_body(body: &Body, bound: &mut Vec<String>, found: &mut Vec<String>) {
    for structure in body {
        match structure {
            Structure::Attribute(attribute) => collect(&attribute.value, bound, found),
            Structure::Block(block) => collect_body(&block.body, bound, found),
        }
    }
}

fn expression(expression: &Expression) -> Json {
    if let Some(value) = constant(expression) {
        return json!({"constant_value": value});
    }
    let mut found = Vec::new();
    collect(expression, &mut Vec::new(), &mut found);
    if found.is_empty() { json!({}) } else { json!({"references": found}) }
}

fn constant(expression: &Expression) -> Option<Json> {
    Some(match expression {
        Expression::Null(_) => Json::Null,
        Expression::Bool(value) => json!(*value.value()),
        Expression::Number(number) => serde_json::from_str(&number.value().to_string()).ok()?,
        Expression::String(text) => json!(text.value()),
        Expression::Array(items) => items.iter().map(constant).collect::<Option<Vec<_>>>()?.into(),
        Expression::Object(object) => {
            let field = |(key, value): (&ObjectKey, &hcl_edit::expr::ObjectValue)| {
                let key = match key {
                    ObjectKey::Ident(name) => name.to_string(),
                    ObjectKey::Expression(Expression::Variable(name)) => name.to_string(),
                    ObjectKey::Expression(key) => key.as_str()?.to_owned(),
                };
                Some((key, constant(value.expr())?))
            };
            Json::Object(object.iter().map(field).collect::<Option<_>>()?)
        }
        Expression::Parenthesis(inner) => constant(inner.inner())?,
        Expression::HeredocTemplate(heredoc) => match heredoc.template.iter().collect::<Vec<_>>().as_slice() {
            [Element::Literal(text)] => json!(text.value()),
            _ => return None,
        },
        _ => return None,
    })
}

/// All references of an expression, the longest of each first. Names bound within it are none.
pub(super) fn collect(expression: &Expression, bound: &mut Vec<String>, found: &mut Vec<String>) {
    match expression {
        Expression::Traversal(traversal) => collect_traversal(traversal, bound, found),
        Expression::Array(items) => items.iter().for_each(|item| collect(item, bound, found)),
        Expression::Object(object) => {
            for (key, value) in object.iter() {
                if let ObjectKey::Expression(key) = key
                    && !matches!(key, Expression::Variable(_))
                {
                    collect(key, bound, found);
                }
                collect(value.expr(), bound, found);
            }
        }
        Expression::StringTemplate(text) => text.iter().for_each(|element| collect_element(element, bound, found)),
        Expression::HeredocTemplate(heredoc) => collect_template(&heredoc.template, bound, found),
        Expression::Parenthesis(inner) => collect(inner.inner(), bound, found),
        Expression::Conditional(conditional) => {
            for part in [&conditional.cond_expr, &conditional.true_expr, &conditional.false_expr] {
                collect(part, bound, found);
            }
        }
        Expression::FuncCall(call) => call.args.iter().for_each(|argument| collect(argument, bound, found)),
        Expression::UnaryOp(op) => collect(&op.expr, bound, found),
        Expression::BinaryOp(op) => {
            collect(&op.lhs_expr, bound, found);
            collect(&op.rhs_expr, bound, found);
        }
        Expression::ForExpr(each) => {
            collect(&each.intro.collection_expr, bound, found);
            let before = bound.len();
            bound.push(each.intro.value_var.to_string());
            bound.extend(each.intro.key_var.iter().map(|name| name.to_string()));
            let parts = [each.key_expr.as_ref(), Some(&each.value_expr), each.cond.as_ref().map(|cond| &cond.expr)];
            parts.into_iter().flatten().for_each(|part| collect(part, bound, found));
            bound.truncate(before);
        }
        Expression::Null(_)
        | Expression::Bool(_)
        | Expression::Number(_)
        | Expression::String(_)
        | Expression::Variable(_) => {}
    }
}

fn collect_template(template: &Template, bound: &mut Vec<String>, found: &mut Vec<String>) {
    template.iter().for_each(|element| collect_element(element, bound, found));
}

fn collect_element(element: &Element, bound: &mut Vec<String>, found: &mut Vec<String>) {
    match element {
        Element::Literal(_) => {}
        Element::Interpolation(part) => collect(&part.expr, bound, found),
        Element::Directive(directive) => match directive.as_ref() {
            Directive::If(part) => {
                collect(&part.if_expr.cond_expr, bound, found);
                collect_template(&part.if_expr.template, bound, found);
                if let Some(other) = &part.else_expr {
                    collect_template(&other.template, bound, found);
                }
            }
            Directive::For(part) => {
                collect(&part.for_expr.collection_expr, bound, found);
                let before = bound.len();
                bound.push(part.for_expr.value_var.to_string());
                bound.extend(part.for_expr.key_var.iter().map(|name| name.to_string()));
                collect_template(&part.for_expr.template, bound, found);
                bound.truncate(before);
            }
        },
    }
}

fn collect_traversal(traversal: &Traversal, bound: &mut Vec<String>, found: &mut Vec<String>) {
    for operator in &traversal.operators {
        if let TraversalOperator::Index(key) = operator.value() {
            collect(key, bound, found);
        }
    }
    let Expression::Variable(root) = &traversal.expr else { return collect(&traversal.expr, bound, found) };
    if bound.iter().any(|name| name == root.as_str()) {
        return;
    }
    let mut steps = vec![root.to_string()];
    for operator in &traversal.operators {
        let step = match operator.value() {
            TraversalOperator::GetAttr(name) => format!(".{}", name.as_str()),
            TraversalOperator::Index(Expression::Number(number)) => format!("[{}]", number.value()),
            TraversalOperator::Index(Expression::String(text)) => {
                format!("[{}]", serde_json::to_string(text.value()).unwrap_or_default())
            }
            _ => break,
        };
        steps.push(step);
    }
    let least = if root.as_str() == "data" { 3 } else { 2 };
    let longest = if matches!(root.as_str(), "var" | "local" | "each" | "count") { 2 } else { steps.len() };
    for length in (least.min(steps.len())..=longest.min(steps.len())).rev() {
        let reference = steps.iter().take(length).map(String::as_str).collect::<String>();
        if !found.contains(&reference) {
            found.push(reference);
        }
    }
}
