//! Plans made of the examples beside the rules, without Terraform: attributes become values, nested blocks lists of
//! objects, references to what does not exist yet unknown values.

use hcl::expr::{ObjectKey, TemplateExpr, Traversal, TraversalOperator};
use hcl::{Attribute, Block, Body, Expression};
use serde_json::{Map, Value as Json, json};

/// Arguments of Terraform itself, not of the resource.
const META: [&str; 6] = ["count", "for_each", "provider", "depends_on", "lifecycle", "provisioner"];
/// Attributes that the provider decides, whatever the type.
const COMPUTED: [&str; 2] = ["arn", "id"];

/// What the provider fills in where the configuration says nothing, so that it is known in a plan.
fn defaults(kind: &str) -> Json {
    match kind {
        "aws_kms_key" => json!({"enable_key_rotation": false, "is_enabled": true, "key_usage": "ENCRYPT_DECRYPT",
            "customer_master_key_spec": "SYMMETRIC_DEFAULT"}),
        "aws_cloudtrail" => json!({"enable_logging": true, "include_global_service_events": true,
            "is_multi_region_trail": false, "enable_log_file_validation": false}),
        // Rules are attributes written as blocks: all their arguments are in the plan.
        "aws_security_group/ingress" | "aws_security_group/egress" => json!({"cidr_blocks": [], "description": "",
            "ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [], "self": false}),
        _ => json!({}),
    }
}

fn fill_in(kind: &str, after: &mut Map<String, Json>, unknown: &Map<String, Json>) {
    if let Json::Object(defaults) = defaults(kind) {
        for (name, value) in defaults.into_iter().filter(|(name, _)| !unknown.contains_key(name)) {
            after.entry(name).or_insert(value);
        }
    }
}

/// The plan for a configuration.
pub(crate) fn plan(text: &str) -> Result<Json, String> {
    let body: Body = hcl::parse(text).map_err(|error| error.to_string())?;
    let (mut changes, mut calls) = (Vec::new(), Vec::new());
    let mut blocks = Vec::new();
    for block in body.blocks() {
        if let ("module", [name]) = (block.identifier(), block.labels()) {
            calls.push(call(name.as_str(), block, &body));
            continue;
        }
        let prefix = match block.identifier() {
            "resource" => "",
            "data" => "data.",
            _ => continue,
        };
        let [kind, name] = block.labels() else { return Err(format!("{} needs two labels", block.identifier())) };
        let address = format!("{prefix}{}.{}", kind.as_str(), name.as_str());
        let (mut after, mut unknown, config) = contents(kind.as_str(), block.body(), &body);
        for attribute in COMPUTED {
            if after.get(attribute).is_none() {
                unknown.insert(attribute.to_owned(), json!(true));
            }
        }
        after.retain(|_, value| !value.is_null());
        blocks.push(json!({"address": address, "expressions": config}));
        changes.push(json!({
            "address": address, "mode": if prefix.is_empty() { "managed" } else { "data" }, "type": kind.as_str(),
            "name": name.as_str(), "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {"actions": [if prefix.is_empty() { "create" } else { "read" }],
                "before": null, "after": after, "after_unknown": unknown, "after_sensitive": {}}
        }));
    }
    Ok(json!({"format_version": "1.2", "resource_changes": changes, "unread_module_calls": calls,
        "configuration": {"root_module": {"resources": blocks}}}))
}

/// The call of a module, which no example has beside it.
fn call(name: &str, block: &Block, all: &Body) -> Json {
    let (after, unknown, _) = contents("module", block.body(), all);
    json!({"address": format!("module.{name}"), "mode": "managed", "type": "module", "name": name, "provider_name": "",
        "change": {"actions": ["create"], "before": null, "after": after, "after_unknown": unknown, "after_sensitive": {}}})
}

/// Makes resources that another plan creates there before this one, which updates them.
pub(crate) fn existed(plan: &mut Json, earlier: &Json) {
    for change in plan["resource_changes"].as_array_mut().expect("changes") {
        let before = earlier["resource_changes"].as_array().expect("changes").iter();
        if let Some(before) = before.clone().find(|it| it["address"] == change["address"]) {
            change["change"]["before"] = before["change"]["after"].clone();
            change["change"]["actions"] = json!(["update"]);
        }
    }
}

/// Values, which of them are unknown, and the configuration of a block.
fn contents(kind: &str, block: &Body, all: &Body) -> (Map<String, Json>, Map<String, Json>, Map<String, Json>) {
    let (mut after, mut unknown, mut config) = (Map::new(), Map::new(), Map::new());
    for Attribute { key, expr } in block.attributes() {
        if META.contains(&key.as_str()) {
            continue;
        }
        let (value, open) = evaluate(expr, all);
        let mut references = Vec::new();
        refer(expr, &mut references);
        let expression =
            if references.is_empty() { json!({"constant_value": value}) } else { json!({"references": references}) };
        config.insert(key.to_string(), expression);
        if open != json!(true) {
            after.insert(key.to_string(), value);
        }
        if open != json!(false) {
            unknown.insert(key.to_string(), open);
        }
    }
    for inner in block.blocks().filter(|inner| !META.contains(&inner.identifier())) {
        if inner.identifier() == "dynamic" {
            let name = inner.labels().first().map(|label| label.as_str().to_owned()).unwrap_or_default();
            unknown.insert(name, json!(true));
            continue;
        }
        let (values, open, expressions) = contents(&format!("{kind}/{}", inner.identifier()), inner.body(), all);
        for (map, part) in [(&mut after, values), (&mut unknown, open), (&mut config, expressions)] {
            let list = map.entry(inner.identifier()).or_insert_with(|| json!([]));
            if let Some(list) = list.as_array_mut() {
                list.push(Json::Object(part));
            }
        }
    }
    fill_in(kind, &mut after, &unknown);
    (after, unknown, config)
}

/// A value and the mask of what is unknown in it.
fn evaluate(expr: &Expression, all: &Body) -> (Json, Json) {
    match expr {
        Expression::Null => (Json::Null, json!(false)),
        Expression::Bool(value) => (json!(value), json!(false)),
        Expression::Number(number) => (serde_json::to_value(number).expect("a number"), json!(false)),
        Expression::String(text) => (json!(text), json!(false)),
        Expression::Parenthesis(inner) => evaluate(inner, all),
        Expression::Array(items) => {
            let (values, masks): (Vec<_>, Vec<_>) = items.iter().map(|item| evaluate(item, all)).unzip();
            let open = masks.iter().any(|mask| *mask != json!(false));
            (Json::Array(values), if open { Json::Array(masks) } else { json!(false) })
        }
        Expression::Object(fields) => {
            let (mut values, mut masks) = (Map::new(), Map::new());
            for (key, value) in fields.iter() {
                let key = match key {
                    ObjectKey::Identifier(name) => name.to_string(),
                    ObjectKey::Expression(key) => match evaluate(key, all).0 {
                        Json::String(key) => key,
                        other => other.to_string(),
                    },
                    other => panic!("a new kind of key: {other:?}"),
                };
                let (value, mask) = evaluate(value, all);
                if mask != json!(true) {
                    values.insert(key.clone(), value);
                }
                if mask != json!(false) {
                    masks.insert(key, mask);
                }
            }
            let mask = if masks.is_empty() { json!(false) } else { Json::Object(masks) };
            (Json::Object(values), mask)
        }
        Expression::TemplateExpr(template) => match template.as_ref() {
            TemplateExpr::QuotedString(text) if !text.contains("${") => (json!(text), json!(false)),
            TemplateExpr::Heredoc(heredoc) if !heredoc.template.contains("${") => {
                (json!(heredoc.template), json!(false))
            }
            _ => (Json::Null, json!(true)),
        },
        Expression::FuncCall(call) if call.name.name.as_str() == "jsonencode" => {
            let (value, mask) = call.args.first().map(|arg| evaluate(arg, all)).unwrap_or((Json::Null, json!(true)));
            if mask == json!(false) { (json!(value.to_string()), json!(false)) } else { (Json::Null, json!(true)) }
        }
        Expression::FuncCall(call) if call.name.name.as_str() == "merge" => {
            let (mut values, mut masks) = (Map::new(), Map::new());
            for arg in &call.args {
                match evaluate(arg, all) {
                    (Json::Object(fields), mask) => {
                        values.extend(fields);
                        masks.extend(mask.as_object().cloned().unwrap_or_default());
                    }
                    _ => return (Json::Null, json!(true)),
                }
            }
            let mask = if masks.is_empty() { json!(false) } else { Json::Object(masks) };
            (Json::Object(values), mask)
        }
        Expression::Traversal(traversal) if path_of(traversal).first().is_some_and(|root| root == "local") => {
            let path = path_of(traversal);
            let locals =
                all.blocks().filter(|block| block.identifier() == "locals").flat_map(|b| b.body().attributes());
            let local = locals.into_iter().find(|local| path.len() == 2 && local.key.as_str() == path[1]);
            local.map_or((Json::Null, json!(true)), |local| evaluate(&local.expr, all))
        }
        // What the configuration of another resource says literally is known already.
        Expression::Traversal(traversal) => {
            literal(traversal, all).map_or((Json::Null, json!(true)), |value| (value, json!(false)))
        }
        _ => (Json::Null, json!(true)),
    }
}

fn literal(traversal: &Traversal, all: &Body) -> Option<Json> {
    let path = path_of(traversal);
    let [kind, name, attribute] = path.as_slice() else { return None };
    let block = all.blocks().find(|block: &&Block| {
        let labels: Vec<&str> = block.labels().iter().map(|label| label.as_str()).collect();
        block.identifier() == "resource" && labels == [kind.as_str(), name.as_str()]
    })?;
    let expr = &block.body().attributes().find(|a| a.key.as_str() == attribute)?.expr;
    let (value, mask) = evaluate(expr, all);
    (mask == json!(false)).then_some(value)
}

fn path_of(traversal: &Traversal) -> Vec<String> {
    let Expression::Variable(root) = &traversal.expr else { return Vec::new() };
    let steps = traversal.operators.iter().map_while(|operator| match operator {
        TraversalOperator::GetAttr(name) => Some(name.to_string()),
        _ => None,
    });
    [root.to_string()].into_iter().chain(steps).collect()
}

/// References as a plan lists them: each longest first, down to the resource.
fn refer(expr: &Expression, found: &mut Vec<String>) {
    match expr {
        Expression::Traversal(traversal) => {
            let path = path_of(traversal);
            let shortest = if path.first().is_some_and(|root| root == "data") { 3 } else { 2 };
            for length in (shortest.min(path.len())..=path.len()).rev().filter(|length| *length > 0) {
                found.push(path[..length].join("."));
            }
        }
        Expression::Variable(name) => found.push(name.to_string()),
        Expression::Parenthesis(inner) => refer(inner, found),
        Expression::Array(items) => items.iter().for_each(|item| refer(item, found)),
        Expression::Object(fields) => fields.iter().for_each(|(_, value)| refer(value, found)),
        Expression::FuncCall(call) => call.args.iter().for_each(|arg| refer(arg, found)),
        Expression::TemplateExpr(template) => {
            let text = match template.as_ref() {
                TemplateExpr::QuotedString(text) => text,
                TemplateExpr::Heredoc(heredoc) => &heredoc.template,
            };
            for part in text.split("${").skip(1) {
                let reference: Vec<&str> = part.split('}').next().unwrap_or_default().split('.').collect();
                for length in (2.min(reference.len())..=reference.len()).rev() {
                    found.push(reference[..length].join("."));
                }
            }
        }
        _ => {}
    }
}

#[test]
fn examples_become_plans() {
    let plan = plan(
        r#"
        resource "aws_kms_key" "main" { description = "d" }
        resource "aws_t" "a" {
          count  = 2
          name   = "n"
          key    = aws_kms_key.main.arn
          text   = aws_kms_key.main.description
          policy = jsonencode({ Statement = [{ Action = "*" }] })
          secret = jsonencode({ key = aws_kms_key.main.arn })
          list   = ["x", aws_kms_key.main.id]
          ingress {
            port = 22
            sg   = [aws_kms_key.main.id]
          }
          ingress { port = 80 }
        }"#,
    )
    .unwrap();
    insta::assert_json_snapshot!(plan["resource_changes"][1]["change"]);
    insta::assert_json_snapshot!("references", plan["configuration"]["root_module"]["resources"][1]["expressions"]);
}
