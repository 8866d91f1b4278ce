//! `crates/policy/src/input/hcl/schema/aws.json`: what hashicorp/aws does with the resource types that the packs and examples name.
//!
//! Types, computed and sensitive marks come from `terraform providers schema -json`. Defaults and computed blocks are in no schema:
//! they are read from plans, where an argument that is not written has a value. What earlier plans showed is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Map, Value, json};

use crate::checkout;

const FILE: &str = "crates/policy/src/input/hcl/schema/aws.json";

/// Where types are named.
const NAMING: [&str; 3] = ["policies", "examples", "modules"];

/// Bytes that a type may take: nested statements of web ACLs would take more than all other types together.
const MOST_BYTES: usize = 50_000;

/// From what the file is made.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Output of `terraform providers schema -json` with hashicorp/aws
    schemas: PathBuf,

    /// Plan (`terraform show -json`) that shows defaults; may be repeated
    #[arg(long = "plan", value_name = "FILE")]
    plans: Vec<PathBuf>,
}

/// Writes the file; answers how many types it holds.
///
/// # Errors
/// An input cannot be read or is not what it should be, or the file cannot be written.
pub fn run(args: &Args) -> Result<usize> {
    let schemas = json_file(&args.schemas)?;
    let providers = schemas.get("provider_schemas").and_then(Value::as_object).context("no provider_schemas")?;
    let aws = providers.iter().find(|(name, _)| name.ends_with("/hashicorp/aws")).context("no hashicorp/aws")?.1;
    let resources = aws.get("resource_schemas").and_then(Value::as_object).context("no resource_schemas")?;
    let file = checkout::root().join(FILE);
    let before: BTreeMap<String, Value> = serde_json::from_str(&checkout::read(&file)?)?;

    let mut made = BTreeMap::new();
    for kind in named()? {
        let Some(schema) = resources.get(&kind).and_then(|schema| schema.get("block")) else { continue };
        let mut short = block(schema)?;
        if let Some(before) = before.get(&kind) {
            keep(&mut short, before);
        }
        if short.to_string().len() <= MOST_BYTES {
            made.insert(kind, short);
        }
    }
    for plan in &args.plans {
        learn(&mut made, &json_file(plan)?)?;
    }
    ensure!(!made.is_empty(), "{} knows none of the types that are named", args.schemas.display());
    let lines: Vec<String> = made.iter().map(|(kind, short)| format!("{}:{short}", json!(kind))).collect();
    checkout::write(&file, format!("{{\n{}\n}}\n", lines.join(",\n")))?;
    Ok(made.len())
}

fn json_file(path: &Path) -> Result<Value> {
    serde_json::from_str(&checkout::read(path)?).with_context(|| format!("{} is not JSON", path.display()))
}

/// Every `aws_...` that stands in a policy, example or module.
fn named() -> Result<BTreeSet<String>> {
    let mut kinds = BTreeSet::new();
    let mut todo: Vec<PathBuf> = NAMING.iter().map(|directory| checkout::root().join(directory)).collect();
    while let Some(path) = todo.pop() {
        if path.is_dir() {
            let entries = std::fs::read_dir(&path).with_context(|| format!("cannot read {}", path.display()))?;
            for entry in entries {
                todo.push(entry?.path());
            }
        } else if path.extension().is_some_and(|end| end == "rego" || end == "tf") {
            let text = checkout::read(&path)?;
            let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            kinds.extend(words.filter(|word| word.starts_with("aws_")).map(str::to_owned));
        }
    }
    Ok(kinds)
}

/// A block in short: `a` attributes, `b` nested blocks.
fn block(schema: &Value) -> Result<Value> {
    let mut short = Map::new();
    let fields = |name: &str| schema.get(name).and_then(Value::as_object).into_iter().flatten();
    let is = |of: &Value, name: &str| of.get(name) == Some(&Value::Bool(true));
    let mut attributes = Map::new();
    for (name, attribute) in fields("attributes") {
        let mut one = Map::from_iter([("t".to_owned(), attribute.get("type").cloned().unwrap_or(json!("dynamic")))]);
        for (mark, long) in [("c", "computed"), ("s", "sensitive")] {
            if is(attribute, long) {
                one.insert(mark.to_owned(), true.into());
            }
        }
        attributes.insert(name.clone(), one.into());
    }
    let mut blocks = Map::new();
    for (name, nested) in fields("block_types") {
        let inner = block(nested.get("block").with_context(|| format!("{name} has no block"))?)?;
        blocks.insert(name.clone(), json!({"n": nested.get("nesting_mode"), "s": inner}));
    }
    for (key, value) in [("a", attributes), ("b", blocks)] {
        if !value.is_empty() {
            short.insert(key.to_owned(), value.into());
        }
    }
    Ok(short.into())
}

/// Takes over the defaults and computed blocks that the file has had.
fn keep(short: &mut Value, before: &Value) {
    for (name, attribute) in fields(before, "a") {
        if let (Some(default), Some(one)) = (attribute.get("d"), short.pointer_mut(&format!("/a/{name}"))) {
            set(one, "d", default.clone());
        }
    }
    for (name, nested) in fields(before, "b") {
        let Some(one) = short.pointer_mut(&format!("/b/{name}")) else { continue };
        if nested.get("c") == Some(&Value::Bool(true)) {
            set(one, "c", true.into());
        }
        if let (Some(inner), Some(before)) = (one.get_mut("s"), nested.get("s")) {
            keep(inner, before);
        }
    }
}

fn fields<'a>(of: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> {
    of.get(name).and_then(Value::as_object).into_iter().flatten()
}

fn set(of: &mut Value, name: &str, value: Value) {
    if let Some(fields) = of.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
}

/// What a plan shows where nothing is written. A value that another resource of the plan contradicts is no default.
fn learn(made: &mut BTreeMap<String, Value>, plan: &Value) -> Result<()> {
    let changes = plan.get("resource_changes").and_then(Value::as_array).context("the plan has no resource_changes")?;
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for change in changes {
        let text = |name: &str| change.get(name).and_then(Value::as_str).unwrap_or_default();
        let Some(short) = made.get(text("type")).filter(|_| text("mode") == "managed") else { continue };
        let expressions = expressions(plan, text("module_address"), &format!("{}.{}", text("type"), text("name")));
        let Some(expressions) = expressions else { continue };
        let (after, unknown) = (change.pointer("/change/after"), change.pointer("/change/after_unknown"));
        look(short, after, unknown, expressions, &format!("/{}", text("type")), &mut seen);
    }
    for (path, values) in seen {
        let (Some(value), 1) = (values.first(), values.len()) else { continue };
        let (kind, pointer) = path.trim_start_matches('/').split_once('/').unwrap_or_default();
        let Some(one) = made.get_mut(kind).and_then(|short| short.pointer_mut(&format!("/{pointer}"))) else {
            continue;
        };
        let block = pointer.rsplit('/').nth(1) == Some("b");
        match value.as_str() {
            "unknown" if block => set(one, "c", true.into()),
            "unknown" | "null" => {}
            known if !block => set(one, "d", serde_json::from_str(known)?),
            _ => {}
        }
    }
    Ok(())
}

/// The arguments of a resource as they are written, in its module.
fn expressions<'a>(plan: &'a Value, module: &str, address: &str) -> Option<&'a Value> {
    let mut at = plan.pointer("/configuration/root_module")?;
    for call in module.split('.').filter(|step| !step.is_empty() && *step != "module") {
        let name = call.split('[').next().unwrap_or(call);
        at = at.get("module_calls")?.get(name)?.get("module")?;
    }
    let resource =
        at.get("resources")?.as_array()?.iter().find(|resource| resource.get("address") == Some(&json!(address)))?;
    resource.get("expressions")
}

fn look(
    short: &Value,
    after: Option<&Value>,
    unknown: Option<&Value>,
    written: &Value,
    at: &str,
    seen: &mut BTreeMap<String, BTreeSet<String>>,
) {
    let is_unknown = |name: &str| unknown.and_then(|unknown| unknown.get(name)) == Some(&Value::Bool(true));
    for (name, _) in fields(short, "a").filter(|(name, _)| written.get(name.as_str()).is_none()) {
        let value = after.and_then(|after| after.get(name)).unwrap_or(&Value::Null);
        let shown = if is_unknown(name) { "unknown".to_owned() } else { value.to_string() };
        seen.entry(format!("{at}/a/{name}")).or_default().insert(shown);
    }
    for (name, nested) in fields(short, "b") {
        let place = format!("{at}/b/{name}");
        let Some(written) = written.get(name) else {
            let shown = if is_unknown(name) { "unknown" } else { "null" };
            seen.entry(place).or_default().insert(shown.to_owned());
            continue;
        };
        // Several blocks of a set have no order to tell them apart by.
        let blocks = match written {
            Value::Array(blocks) if blocks.len() == 1 || nested.get("n") == Some(&json!("list")) => blocks.as_slice(),
            Value::Object(fields) if !fields.contains_key("references") => std::slice::from_ref(written),
            _ => continue,
        };
        for (index, written) in blocks.iter().enumerate() {
            let element = |of: Option<&'_ Value>| of.and_then(|of| of.get(name)?.get(index)).cloned();
            let (after, unknown) = (element(after), element(unknown));
            if let Some(inner) = nested.get("s") {
                look(inner, after.as_ref(), unknown.as_ref(), written, &format!("{place}/s"), seen);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema() -> Value {
        let rule = json!({"nesting_mode": "list", "block": {"attributes": {"days": {"type": "number"}}}});
        json!({
            "attributes": {
                "size": {"type": "number"},
                "arn": {"type": "string", "computed": true},
                "secret": {"type": "string", "sensitive": true},
            },
            "block_types": {"rule": rule, "status": {"nesting_mode": "single", "block": {}}},
        })
    }

    fn plan(after: &Value, written: &Value) -> Value {
        json!({
            "resource_changes": [{
                "mode": "managed", "type": "aws_x", "name": "it", "module_address": "module.a",
                "change": {"after": after, "after_unknown": {"arn": true, "status": true}},
            }],
            "configuration": {"root_module": {"module_calls": {"a": {"module": {"resources": [
                {"address": "aws_x.it", "expressions": written},
            ]}}}}},
        })
    }

    #[test]
    fn a_schema_is_shortened_and_plans_show_its_defaults() {
        let mut made = BTreeMap::from([("aws_x".to_owned(), block(&schema()).unwrap())]);
        let written = json!({"rule": [{}, {"days": {"constant_value": 9}}]});
        learn(&mut made, &plan(&json!({"size": 8, "rule": [{"days": 30}, {"days": 9}]}), &written)).unwrap();
        let expected = json!({
            "a": {"size": {"t": "number", "d": 8}, "arn": {"t": "string", "c": true}, "secret": {"t": "string", "s": true}},
            "b": {"rule": {"n": "list", "s": {"a": {"days": {"t": "number", "d": 30}}}}, "status": {"n": "single", "s": {}, "c": true}},
        });
        assert_eq!(made["aws_x"], expected);

        // Without a plan, what earlier ones showed stays.
        let mut again = block(&schema()).unwrap();
        keep(&mut again, &expected);
        assert_eq!(again, expected);
    }

    #[test]
    fn what_is_written_or_differs_is_no_default() {
        let mut made = BTreeMap::from([("aws_x".to_owned(), block(&schema()).unwrap())]);
        learn(&mut made, &plan(&json!({"size": 8}), &json!({"size": {"constant_value": 8}}))).unwrap();
        assert_eq!(made["aws_x"].pointer("/a/size/d"), None);
        let mut two = plan(&json!({"size": 8}), &json!({}));
        let mut other = two["resource_changes"][0].clone();
        other["change"]["after"]["size"] = json!(9);
        two["resource_changes"].as_array_mut().unwrap().push(other);
        learn(&mut made, &two).unwrap();
        assert_eq!(made["aws_x"].pointer("/a/size/d"), None);
    }
}
