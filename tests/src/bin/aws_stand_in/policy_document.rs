//! `aws_iam_policy_document`: blocks to the JSON that IAM reads.

use anyhow::{Context as _, Result};
use serde_json::{Map, Value as Json, json};
use tfplugin::value::Value;

/// The document of a configuration, with the documents it builds on: a statement replaces one with the same `Sid` before it.
pub(crate) fn render(config: &Value) -> Result<Json> {
    let mut statements: Vec<Json> = Vec::new();
    add(&mut statements, documents(config, "source_policy_documents")?);
    add(&mut statements, items(config.attribute("statement")).iter().map(statement).collect::<Result<_>>()?);
    add(&mut statements, documents(config, "override_policy_documents")?);
    Ok(json!({"Version": "2012-10-17", "Statement": statements}))
}

fn add(statements: &mut Vec<Json>, more: Vec<Json>) {
    for statement in more {
        let sid = statement.get("Sid").filter(|sid| sid.as_str().is_some_and(|sid| !sid.is_empty()));
        match statements.iter_mut().find(|other| sid.is_some() && other.get("Sid") == sid) {
            Some(other) => *other = statement,
            None => statements.push(statement),
        }
    }
}

fn documents(config: &Value, name: &str) -> Result<Vec<Json>> {
    let mut statements = Vec::new();
    for document in texts(config.attribute(name)) {
        let document: Json = serde_json::from_str(&document).with_context(|| format!("{name}: not a JSON document"))?;
        match document.get("Statement") {
            Some(Json::Array(several)) => statements.extend(several.iter().cloned()),
            Some(one) => statements.push(one.clone()),
            None => {}
        }
    }
    Ok(statements)
}

fn statement(block: &Value) -> Result<Json> {
    let mut statement = Map::new();
    if let Value::String(sid) = block.attribute("sid") {
        statement.insert("Sid".to_owned(), json!(sid));
    }
    let effect = if let Value::String(effect) = block.attribute("effect") { effect } else { "Allow" };
    statement.insert("Effect".to_owned(), json!(effect));
    let lists = [
        ("Action", "actions"),
        ("NotAction", "not_actions"),
        ("Resource", "resources"),
        ("NotResource", "not_resources"),
    ];
    for (key, name) in lists {
        let values = texts(block.attribute(name));
        if !values.is_empty() {
            statement.insert(key.to_owned(), one_or_many(values));
        }
    }
    for (key, name) in [("Principal", "principals"), ("NotPrincipal", "not_principals")] {
        let blocks = items(block.attribute(name));
        if !blocks.is_empty() {
            statement.insert(key.to_owned(), principals(blocks));
        }
    }
    let mut conditions = Map::new();
    for condition in items(block.attribute("condition")) {
        let test = texts(condition.attribute("test")).pop().context("a condition has no test")?;
        let variable = texts(condition.attribute("variable")).pop().context("a condition has no variable")?;
        let tests = conditions.entry(test).or_insert_with(|| json!({}));
        if let Json::Object(tests) = tests {
            tests.insert(variable, one_or_many(texts(condition.attribute("values"))));
        }
    }
    if !conditions.is_empty() {
        statement.insert("Condition".to_owned(), Json::Object(conditions));
    }
    Ok(Json::Object(statement))
}

fn principals(blocks: &[Value]) -> Json {
    let mut principals = Map::new();
    for block in blocks {
        let kind = texts(block.attribute("type")).pop().unwrap_or_default();
        let identifiers = texts(block.attribute("identifiers"));
        if kind == "*" {
            return json!("*");
        }
        principals.insert(kind, one_or_many(identifiers));
    }
    Json::Object(principals)
}

fn items(value: &Value) -> &[Value] {
    if let Value::List(items) = value { items } else { &[] }
}

/// `&{...}` stands for the policy variables of IAM, which Terraform would take for its own.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.replace("&{", "${")],
        Value::List(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn one_or_many(mut values: Vec<String>) -> Json {
    if values.len() == 1 { json!(values.pop()) } else { json!(values) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(config: Json) -> Json {
        render(&Value::from(config)).unwrap()
    }

    #[test]
    fn statements_are_what_iam_reads() {
        let document = rendered(json!({"statement": [{
            "sid": "Logs",
            "actions": ["logs:PutLogEvents"],
            "resources": ["a", "b/&{aws:username}"],
            "principals": [{"type": "Service", "identifiers": ["vpc-flow-logs.amazonaws.com"]}],
            "condition": [{"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1"]}],
        }]}));
        assert_eq!(
            document,
            json!({"Version": "2012-10-17", "Statement": [{
                "Sid": "Logs",
                "Effect": "Allow",
                "Action": "logs:PutLogEvents",
                "Resource": ["a", "b/${aws:username}"],
                "Principal": {"Service": "vpc-flow-logs.amazonaws.com"},
                "Condition": {"StringEquals": {"aws:SourceAccount": "1"}},
            }]})
        );
    }

    #[test]
    fn a_later_statement_replaces_one_of_its_sid() {
        let source = json!({"Statement": [{"Sid": "A", "Effect": "Deny"}, {"Effect": "Deny"}]}).to_string();
        let document = rendered(json!({
            "source_policy_documents": [source],
            "statement": [{"sid": "A", "actions": ["s3:*"]}],
        }));
        let statements = document.get("Statement").unwrap();
        assert_eq!(*statements, json!([{"Sid": "A", "Effect": "Allow", "Action": "s3:*"}, {"Effect": "Deny"}]));
    }
}
