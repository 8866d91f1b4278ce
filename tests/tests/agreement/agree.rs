//! The same stack, checked as configuration and as its plan: wherever both know the values, the findings are the same.
//!
//! No difference is excused by name. Configuration alone may leave open what only a plan reads: then the finding is undetermined
//! and says which data source that is, and the plan has to have read it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use parapet_tests::{checkout, process, provider, recorded};
use serde_json::Value;

use crate::stack::VARIABLES;

/// A rule about every resource of some types: it counts them.
const EVERY: &str = r#"# METADATA
# title: No resource is left out
# description: Names every resource that is evaluated.
# custom:
#   severity: info
#   resources:RESOURCES
#   remediation: There is nothing to mend.
package parapet.inventory.every

import rego.v1

deny contains {"path": [], "message": "it is evaluated"}
"#;

/// Id of that rule.
const COUNTED: &str = "inventory-every";

/// What is found about a resource by one rule.
#[derive(Debug, Default, PartialEq)]
struct Found {
    verdicts: BTreeSet<String>,
    /// Why what is undetermined is.
    causes: BTreeSet<String>,
}

impl Found {
    fn decided(&self) -> BTreeSet<&str> {
        self.verdicts.iter().map(String::as_str).filter(|verdict| *verdict != "undetermined").collect()
    }

    fn is_open(&self) -> bool {
        self.verdicts.contains("undetermined")
    }
}

/// Findings by rule and address.
type Findings = BTreeMap<(String, String), Found>;

/// The stack in a directory gives the findings that its plan gives, and every resource is counted on both sides.
pub(crate) fn holds(directory: &Path, plan: &Value) -> Result<()> {
    let place = tempfile::tempdir()?;
    let file = place.path().join("plan.json");
    fs::write(&file, plan.to_string())?;
    let policies = place.path().join("policies/inventory");
    fs::create_dir_all(&policies)?;
    let planned = planned(plan)?;
    // A rule is about at least one type; this one is the type of nothing.
    let kinds: BTreeSet<&str> = planned.values().map(String::as_str).chain(["none"]).collect();
    let kinds: String = kinds.iter().map(|kind| format!("\n#     - {kind}")).collect();
    fs::write(policies.join("every.rego"), EVERY.replace("RESOURCES", &kinds))?;
    let policies = place.path().join("policies");

    let configuration = findings(directory, &policies)?;
    let plan_findings = findings(&file, &policies)?;
    let addresses = |of: &Findings| -> BTreeSet<String> {
        of.keys().filter(|(rule, _)| rule == COUNTED).map(|(_, address)| address.clone()).collect()
    };
    let counted = addresses(&plan_findings);
    let all: BTreeSet<String> = planned.keys().cloned().collect();
    ensure!(counted == all, "the plan has {all:#?}\nand evaluated were {counted:#?}");

    let read = read_by(plan);
    let mut differences = Vec::new();
    for key in configuration.keys().chain(plan_findings.keys()).collect::<BTreeSet<_>>() {
        let none = Found::default();
        let ours = configuration.get(key).or_else(|| whole(&configuration, key)).unwrap_or(&none);
        let theirs = plan_findings.get(key).unwrap_or(&none);
        // What the source leaves open the plan may decide; everything else has to be the same.
        let explained = ours.is_open() && ours.causes.iter().all(|cause| is_only_planned(cause, &read));
        let invented = ours.decided().difference(&theirs.decided()).count() > 0;
        let same = ours.verdicts == theirs.verdicts;
        if !same && (invented || !explained) {
            differences.push(format!("{} {}: configuration {ours:?}, plan {theirs:?}", key.0, key.1));
        }
    }
    ensure!(differences.is_empty(), "{}: {}", directory.display(), differences.join("\n"));
    Ok(())
}

/// The stack of the recorded plan of the real provider agrees with it.
pub(crate) fn recorded() -> Result<()> {
    let text = fs::read_to_string(recorded::aws_plan())?;
    holds(&checkout::fixture("aws-stack"), &serde_json::from_str(&text)?)
}

/// Address and type of everything that is created, changed or read.
fn planned(plan: &Value) -> Result<BTreeMap<String, String>> {
    let changes = plan.get("resource_changes").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let one = |change: &Value| {
        let text = |name: &str| change.get(name).and_then(Value::as_str).with_context(|| format!("no {name}"));
        let prefix = if text("mode")? == "data" { "data." } else { "" };
        Ok((text("address")?.to_owned(), format!("{prefix}{}", text("type")?)))
    };
    changes.iter().map(one).collect()
}

/// Addresses of the data sources that were read for the plan.
fn read_by(plan: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut todo: Vec<&Value> = plan.pointer("/prior_state/values/root_module").into_iter().collect();
    while let Some(module) = todo.pop() {
        let of = |name: &str| module.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        todo.extend(of("child_modules"));
        let data = of("resources").iter().filter(|it| it.get("mode").and_then(Value::as_str) == Some("data"));
        found.extend(data.filter_map(|it| it.get("address")?.as_str().map(str::to_owned)));
    }
    found
}

/// Whether only a plan can know: because it read a data source, or because the provider says what an argument is.
fn is_only_planned(cause: &str, read: &BTreeSet<String>) -> bool {
    let waits = cause.split("unknown until ").nth(1).and_then(|rest| rest.strip_suffix(" is read"));
    waits.is_some_and(|address| read.contains(address))
        || cause.ends_with("only a plan shows what the provider puts there")
}

/// What is found about a resource of which the configuration does not know how many there are.
fn whole<'a>(configuration: &'a Findings, (rule, address): &(String, String)) -> Option<&'a Found> {
    let of_all = without_keys(address);
    let open = |(key, found): (&(String, String), &'a Found)| {
        (key.0 == *rule && found.is_open() && key.1 != *address && without_keys(&key.1) == of_all).then_some(found)
    };
    configuration.iter().find_map(open)
}

fn without_keys(address: &str) -> String {
    let parts = address.split('[').map(|part| part.rsplit_once(']').map_or(part, |(_, rest)| rest));
    parts.collect()
}

/// What `parapet check` finds about the resources of one input, with all packs.
fn findings(input: &Path, policies: &Path) -> Result<Findings> {
    let mut command = Command::new(provider::built("parapet")?);
    command.args(["check", "--no-settings", "--format", "json", "--policies"]).arg(policies).arg(input);
    command.envs(VARIABLES);
    let run = process::run(command, Duration::from_secs(120))?;
    ensure!(matches!(run.status.code(), Some(0 | 1)), "{run}");
    let report: Value = serde_json::from_str(&run.stdout).with_context(|| format!("no report from {run}"))?;
    let skipped = report.pointer("/ledger/skipped").and_then(Value::as_object).context("no ledger")?;
    let uncounted = skipped.keys().find(|why| why.contains("about its type") || why.contains("data source"));
    ensure!(uncounted.is_none(), "{}: resources that its plan does not have: {skipped:?}", input.display());
    let name = input.display().to_string();
    let mut found = Findings::new();
    for finding in report.get("findings").and_then(Value::as_array).context("no findings")? {
        let text = |field: &str| finding.get(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        if text("document") != name {
            continue;
        }
        let entry = found.entry((text("rule"), text("address"))).or_default();
        entry.verdicts.insert(text("verdict"));
        if text("verdict") == "undetermined" {
            entry.causes.insert(text("cause"));
        }
    }
    Ok(found)
}
