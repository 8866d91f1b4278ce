//! Checks of calls when policies are loaded: every function exists, and none needs itself. The engine would notice the
//! first only when the call is reached, and would end the process on the second.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{BUILTINS, Expr};

use super::modules::{Modules, rule_name, static_path, visit_rule};
use crate::error::PolicyError;

/// Why a builtin that OPA has is not there, and what to do instead.
fn hint(function: &str) -> &'static str {
    match function.split('.').next().unwrap_or_default() {
        "http" => {
            "`http.send` is switched off: policies make no network calls; put the data in a data.json beside the policy"
        }
        "io" | "crypto" | "providers" => {
            "the engine has no cryptographic builtins; do the check before the policy runs"
        }
        "rego" => "the engine offers no `rego.*` reflection; write the value out",
        "opa" => "the engine does not disclose its runtime to policies",
        _ => "check the spelling, the import, and that the file that defines it is loaded",
    }
}

/// Checks all calls of all modules.
///
/// # Errors
/// [`PolicyError::UnknownFunction`] or [`PolicyError::Recursion`], the first one found.
pub(super) fn check(modules: &Modules, extensions: &[&str]) -> Result<(), PolicyError> {
    let mut graph: BTreeMap<String, (usize, u32, BTreeSet<String>)> = BTreeMap::new();
    for (index, module) in modules.list.iter().enumerate() {
        for rule in &module.ast.policy {
            let mut unknown = None;
            let mut calls = BTreeSet::new();
            visit_rule(rule, &mut |expr| {
                let Expr::Call { span, fcn, .. } = expr else { return };
                let Some(path) = static_path(fcn) else { return };
                if let Some(definition) = modules.resolve(index, &path) {
                    calls.insert(definition.key);
                    return;
                }
                let name = path.join(".");
                if name != "print" && !extensions.contains(&name.as_str()) && !BUILTINS.contains_key(name.as_str()) {
                    unknown.get_or_insert((span.line, name));
                }
            });
            if let Some((line, function)) = unknown {
                let hint = hint(&function).to_owned();
                return Err(PolicyError::UnknownFunction { file: module.file.clone(), line, function, hint });
            }
            if let Some(name) = rule_name(rule).first() {
                let entry = graph
                    .entry(super::modules::key(&module.package, name))
                    .or_insert_with(|| (index, rule.span().line, BTreeSet::new()));
                entry.2.append(&mut calls);
            }
        }
    }
    no_cycle(modules, &graph)
}

fn no_cycle(modules: &Modules, graph: &BTreeMap<String, (usize, u32, BTreeSet<String>)>) -> Result<(), PolicyError> {
    let mut finished = BTreeSet::new();
    for start in graph.keys() {
        // Depth first, without recursion: (node, callees still to visit).
        let mut trail: Vec<(&String, Vec<&String>)> = Vec::new();
        let mut next = Some(start);
        loop {
            if let Some(node) = next.take()
                && !finished.contains(node)
            {
                if let Some(back) = trail.iter().position(|(seen, _)| *seen == node) {
                    let (module, line, _) =
                        graph.get(node).map_or((0, 1, ()), |(module, line, _)| (*module, *line, ()));
                    let cycle = trail.iter().skip(back).map(|(key, _)| readable(key)).chain([readable(node)]);
                    return Err(PolicyError::Recursion {
                        file: modules.list.get(module).map(|m| m.file.clone()).unwrap_or_default(),
                        line,
                        rule: readable(node),
                        cycle: cycle.collect::<Vec<_>>().join(" -> "),
                    });
                }
                let callees = graph.get(node).map(|(_, _, calls)| calls.iter().collect()).unwrap_or_default();
                trail.push((node, callees));
            }
            let Some((node, callees)) = trail.last_mut() else { break };
            next = callees.pop();
            if next.is_none() {
                finished.insert(*node);
                trail.pop();
            }
        }
    }
    Ok(())
}

fn readable(key: &str) -> String {
    key.replace(['\u{1f}', '\u{1e}'], ".")
}
