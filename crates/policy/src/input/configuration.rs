//! The `configuration` of a plan: which expressions set an attribute, and which resources stand behind them.

use std::collections::{BTreeSet, HashMap};

use crate::Value;
use crate::path::{AttributePath, Step};

/// Steps from expression to expression that are followed; real configurations need a handful.
const MAX_STEPS: usize = 32;

/// The configuration by module.
#[derive(Debug, Default)]
pub(crate) struct Configuration {
    /// Names of the module calls from the root, joined by `.`.
    modules: HashMap<String, Module>,
}

#[derive(Debug, Default)]
struct Module {
    /// `aws_kms_key.main`, `data.aws_ami.linux` -> its block.
    resources: HashMap<String, Value>,
    calls: HashMap<String, Value>,
    outputs: Option<Value>,
}

/// An instance of a module: its address, and the names of the calls that lead to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Instance {
    steps: Vec<(String, String)>,
}

impl Instance {
    /// Takes `module.a["x"].module.b` apart. Keys may hold dots, brackets and escaped quotes.
    fn parse(address: &str) -> Self {
        let mut steps = Vec::new();
        let mut rest = address;
        while let Some(after) = rest.strip_prefix("module.") {
            let end = end_of_step(after);
            let (step, tail) = after.split_at(end);
            let name = step.split('[').next().unwrap_or_default();
            steps.push((name.to_owned(), format!("module.{step}")));
            rest = tail.strip_prefix('.').unwrap_or(tail);
        }
        Self { steps }
    }

    fn key(&self) -> String {
        self.steps.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(".")
    }

    fn address_of(&self, local: &str) -> String {
        let steps = self.steps.iter().map(|(_, step)| step.as_str());
        steps.chain([local]).collect::<Vec<_>>().join(".")
    }

    fn parent(&self) -> Option<(Self, &str)> {
        let ((name, _), rest) = self.steps.split_last()?;
        Some((Self { steps: rest.to_vec() }, name))
    }

    fn child(&self, name: &str, step: &str) -> Self {
        let mut steps = self.steps.clone();
        steps.push((name.to_owned(), format!("module.{step}")));
        Self { steps }
    }
}

/// Length of a name with its instance key.
fn end_of_step(text: &str) -> usize {
    let (mut in_string, mut escaped, mut in_brackets) = (false, false, false);
    for (position, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            _ if in_string => {}
            '[' => in_brackets = true,
            ']' => in_brackets = false,
            '.' if !in_brackets => return position,
            _ => {}
        }
    }
    text.len()
}

/// Addresses behind an expression, and references that lead nowhere in a plan (`local.x`).
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sources {
    pub(crate) resources: BTreeSet<String>,
    pub(crate) locals: BTreeSet<String>,
}

impl Configuration {
    /// Indexes the decoded `configuration` of a plan.
    pub(crate) fn new(value: Value) -> Self {
        let mut configuration = Self::default();
        let mut todo = vec![(String::new(), value["root_module"].clone())];
        while let Some((path, block)) = todo.pop() {
            let mut module = Module { outputs: Some(block["outputs"].clone()), ..Module::default() };
            if let Ok(resources) = block["resources"].as_array() {
                for resource in resources.iter() {
                    if let Ok(address) = resource["address"].as_string() {
                        module.resources.insert(address.to_string(), resource.clone());
                    }
                }
            }
            if let Ok(calls) = block["module_calls"].as_object() {
                for (name, call) in calls.iter() {
                    let Ok(name) = name.as_string() else { continue };
                    let inner = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
                    // Terraform limits the depth of modules by the file system; a hostile plan by the JSON decoder.
                    todo.push((inner, call["module"].clone()));
                    module.calls.insert(name.to_string(), call.clone());
                }
            }
            configuration.modules.insert(path, module);
        }
        configuration
    }

    /// The `expressions` of a resource, or of a module call.
    pub(crate) fn expressions(&self, module: &str, local: &str) -> Option<Value> {
        let module = self.modules.get(&Instance::parse(module).key())?;
        let block = match local.strip_prefix("module.") {
            Some(call) => module.calls.get(call)?,
            None => module.resources.get(local)?,
        };
        Some(block["expressions"].clone()).filter(|value| !matches!(value, Value::Undefined))
    }

    /// The provider configuration that a resource has, as a plan names it: `aws`, `aws.west`.
    pub(super) fn provider(&self, module: &str, local: &str) -> Option<String> {
        let block = self.modules.get(&Instance::parse(module).key())?.resources.get(local)?;
        block["provider_config_key"].as_string().ok().map(|key| key.to_string())
    }

    /// Whether the configuration says anything of the value at a path; yes when there is no configuration to tell.
    pub(super) fn writes(&self, module: &str, local: &str, path: &AttributePath) -> bool {
        let Some(expressions) = self.expressions(module, local) else { return true };
        !matches!(expression_at(&expressions, &path.0), Value::Undefined)
    }

    /// What stands behind an attribute of a resource. Empty when no expression sets it.
    pub(crate) fn sources(&self, module: &str, local: &str, path: &AttributePath) -> Sources {
        let instance = Instance::parse(module);
        let mut sources = Sources::default();
        let Some(expressions) = self.expressions(module, local) else { return sources };
        let mut references = BTreeSet::new();
        collect_references(expression_at(&expressions, &path.0), &mut references);
        let mut todo: Vec<(Instance, Option<String>, String)> =
            references.into_iter().map(|r| (instance.clone(), Some(local.to_owned()), r)).collect();
        let mut seen = BTreeSet::new();
        while let Some((instance, owner, reference)) = todo.pop() {
            if seen.len() < MAX_STEPS * MAX_STEPS && seen.insert((instance.key(), owner.clone(), reference.clone())) {
                self.follow(&instance, owner, &reference, &mut sources, &mut todo);
            }
        }
        sources
    }

    /// One reference: to a resource, or onwards to the expressions it stands for.
    fn follow(
        &self,
        instance: &Instance,
        owner: Option<String>,
        reference: &str,
        sources: &mut Sources,
        todo: &mut Vec<(Instance, Option<String>, String)>,
    ) {
        let (first, rest) = split_step(reference);
        let mut references = BTreeSet::new();
        match first {
            "var" => {
                let (variable, _) = split_step(rest);
                let Some((parent, call)) = instance.parent() else { return };
                if let Some(call) = self.modules.get(&parent.key()).and_then(|m| m.calls.get(call)) {
                    collect_references(&call["expressions"][plain(variable)], &mut references);
                    todo.extend(references.into_iter().map(|r| (parent.clone(), None, r)));
                }
            }
            "each" | "count" => {
                let module = self.modules.get(&instance.key());
                if let Some(block) = owner.as_ref().and_then(|owner| module?.resources.get(owner)) {
                    collect_references(&block["for_each_expression"], &mut references);
                    collect_references(&block["count_expression"], &mut references);
                    todo.extend(references.into_iter().map(|r| (instance.clone(), owner.clone(), r)));
                }
            }
            "local" => drop(sources.locals.insert(format!("local.{}", plain(split_step(rest).0)))),
            "module" => {
                let (call, rest) = split_step(rest);
                let child = instance.child(plain(call), call);
                let (output, _) = split_step(rest);
                let outputs = self.modules.get(&child.key()).and_then(|m| m.outputs.as_ref());
                if let Some(outputs) = outputs.filter(|_| !output.is_empty()) {
                    collect_references(&outputs[plain(output)]["expression"], &mut references);
                    todo.extend(references.into_iter().map(|r| (child.clone(), None, r)));
                }
            }
            "path" | "terraform" | "self" => {}
            _ => {
                let (kind, rest) = if first == "data" { split_step(rest) } else { (first, rest) };
                let (name, _) = split_step(rest);
                if !name.is_empty() {
                    let prefix = if first == "data" { "data." } else { "" };
                    sources.resources.insert(instance.address_of(&format!("{prefix}{kind}.{name}")));
                }
            }
        }
    }
}

fn split_step(reference: &str) -> (&str, &str) {
    let (step, rest) = reference.split_at(end_of_step(reference));
    (step, rest.strip_prefix('.').unwrap_or(rest))
}

/// A name without its instance key.
fn plain(step: &str) -> &str {
    step.split('[').next().unwrap_or_default()
}

/// The most specific expression that sets the value at `path`.
fn expression_at<'a>(mut expression: &'a Value, path: &[Step]) -> &'a Value {
    for step in path {
        if !matches!(expression["references"], Value::Undefined)
            || !matches!(expression["constant_value"], Value::Undefined)
        {
            break;
        }
        let below = match step {
            Step::Key(key) => &expression[key.as_str()],
            Step::Index(index) => match expression.as_array() {
                // A set has no positions: fall back on its only block, or on all of them.
                Ok(items) => {
                    items.get(*index).or(if items.len() == 1 { items.first() } else { None }).unwrap_or(expression)
                }
                Err(_) => expression,
            },
        };
        match below {
            Value::Undefined => return &Value::Undefined,
            below => expression = below,
        }
    }
    expression
}

/// All references in an expression or a block. Terraform lists `a.b.c` and then `a.b`: the shorter says nothing new.
fn collect_references(expression: &Value, found: &mut BTreeSet<String>) {
    if let Ok(references) = expression["references"].as_array() {
        let mut previous = String::new();
        for reference in references.iter().filter_map(|r| r.as_string().ok()) {
            let shorter = previous.strip_prefix(reference.as_ref()).is_some_and(|rest| rest.starts_with(['.', '[']));
            if !shorter {
                found.insert(reference.to_string());
                previous = reference.to_string();
            }
        }
        return;
    }
    match expression {
        Value::Object(fields) => fields.iter().for_each(|(_, value)| collect_references(value, found)),
        Value::Array(items) => items.iter().for_each(|value| collect_references(value, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configuration() -> Configuration {
        Configuration::new(
            Value::from_json_str(
                r#"{"root_module": {
                "resources": [
                    {"address": "aws_db_instance.a", "expressions": {
                        "kms_key_id": {"references": ["aws_kms_key.main.arn", "aws_kms_key.main"]},
                        "name": {"references": ["local.name"]},
                        "engine": {"constant_value": "pg"},
                        "tags": {"references": ["module.net[\"a.b\"].vpc", "module.net[\"a.b\"]", "module.net"]},
                        "access": [{"from": {"references": ["each.value"]}}, {"from": {"references": ["data.aws_ip.x.cidr", "data.aws_ip.x"]}}]},
                     "for_each_expression": {"references": ["aws_subnet.s"]}}],
                "module_calls": {"net": {
                    "expressions": {"key": {"references": ["aws_kms_key.main.arn", "aws_kms_key.main"]}},
                    "module": {
                        "outputs": {"vpc": {"expression": {"references": ["aws_vpc.v.id", "aws_vpc.v"]}}},
                        "resources": [{"address": "aws_sns_topic.t", "expressions": {"key": {"references": ["var.key"]}}}]}}}}}"#,
            )
            .unwrap(),
        )
    }

    fn sources(module: &str, local: &str, path: &[Step]) -> String {
        let sources = configuration().sources(module, local, &path.iter().cloned().collect());
        sources.resources.into_iter().chain(sources.locals).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn references_lead_to_resources() {
        let a = "aws_db_instance.a";
        for (module, local, path, expected) in [
            ("", a, vec!["kms_key_id".into()], "aws_kms_key.main"),
            ("", a, vec!["name".into()], "local.name"),
            ("", a, vec!["engine".into()], ""),
            ("", a, vec!["arn".into()], ""),
            ("", a, vec!["tags".into(), "Name".into()], "module.net[\"a.b\"].aws_vpc.v"),
            ("", a, vec!["access".into(), 0.into(), "from".into()], "aws_subnet.s"),
            ("", a, vec!["access".into(), 1.into(), "from".into()], "data.aws_ip.x"),
            ("module.net[\"a.b\"]", "aws_sns_topic.t", vec!["key".into()], "aws_kms_key.main"),
            ("", "aws_absent.x", vec!["key".into()], ""),
        ] {
            assert_eq!(sources(module, local, &path), expected, "{module} {local} {path:?}");
        }
    }

    #[test]
    fn module_addresses_come_apart() {
        let instance = Instance::parse(r#"module.a["x.module.y[\"]"].module.b[0]"#);
        assert_eq!(instance.key(), "a.b");
        assert_eq!(instance.address_of("t.n"), r#"module.a["x.module.y[\"]"].module.b[0].t.n"#);
    }
}
