//! With no rules, Terraform says the same with the guard and without.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result};
use parapet_tests::checkout;
use parapet_tests::provider::Provider;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::SAVED_PLAN;
use serde_json::Value;

use crate::stack::{Stack, note};

pub(crate) fn fixture(terraform: &Terraform) -> Result<()> {
    let resources = format!(
        "{}{}resource \"fixture_everything\" \"it\" {{\n  name = \"one\"\n  old_title = \"x\"\n}}\n",
        note("plain", "text"),
        note("minded", "mind me")
    );
    let stack = Stack::fixture(terraform, &resources)?;
    same(&stack, 0)?;
    // Something to read, to change and to destroy.
    stack.workspace.apply(&[])?.succeeds().says("3 added");
    stack.workspace.write("main.tf", &format!("{}{}", note("plain", "changed"), note("other", "new")))?;
    same(&stack, 0)?;
    stack.workspace.write("main.tf", &note("refused", "never"))?;
    same(&stack, 1)?;
    stack.is_clean()
}

pub(crate) fn own(terraform: &Terraform) -> Result<()> {
    let mut stack = Stack::new(terraform)?;
    stack.workspace = stack.workspace.with_provider(&Provider::parapet()?)?;
    stack.workspace.copy(&checkout::root().join("examples/quickstart"))?;
    stack.workspace.init()?.succeeds();
    stack.guard(true)?;
    same(&stack, 1)?;
    std::fs::copy(stack.workspace.path().join("corrected.tfvars"), stack.workspace.path().join("a.auto.tfvars"))?;
    same(&stack, 0)?;
    stack.is_clean()
}

pub(crate) fn aws(terraform: &Terraform, mirror: &Path) -> Result<()> {
    let mut stack = Stack::new(terraform)?;
    stack.workspace = stack.workspace.with_mirror(mirror)?.with_limit(Duration::from_secs(300));
    stack.workspace.copy(&checkout::fixture("aws-stack"))?;
    stack.workspace.init()?.succeeds();
    stack.guard(true)?;
    same(&stack, 0)?;
    // An error of the provider itself, which protocol 5 tells in its own way.
    stack.workspace.write("wrong.tf", "resource \"aws_vpc\" \"wrong\" {\n  cidr_block = \"10.0.0.0/99\"\n}\n")?;
    same(&stack, 1)?;
    stack.is_clean()
}

pub(crate) fn large(terraform: &Terraform) -> Result<()> {
    let mut stack = Stack::fixture(terraform, &note("plain", "text"))?;
    stack.workspace = stack.workspace.with_limit(Duration::from_secs(300)).with_variable(SIZE, "60");
    same(&stack, 0)?;
    // Terraform has a limit of its own, and the guard none: it is Terraform that refuses, in its own words.
    stack.workspace = stack.workspace.with_variable(SIZE, "100");
    stack.guard(false)?;
    let code = i32::from(!stack.workspace.plan(&[])?.status.success());
    stack.guard(true)?;
    same(&stack, code)?;
    if code == 1 {
        stack.workspace.plan(&[])?.fails().says("received message larger than max");
    }
    stack.is_clean()
}

/// Mebibytes by which the fixture provider's schema grows.
const SIZE: &str = "FIXTURE_SCHEMA_MIB";

/// Compares `plan -json`, and the plan it saves, with the guard and without. Leaves the guard on.
fn same(stack: &Stack, code: i32) -> Result<()> {
    let out = format!("-out={SAVED_PLAN}");
    let mut seen = Vec::new();
    for on in [false, true] {
        stack.guard(on)?;
        let planned = stack.workspace.run(["plan", "-input=false", "-json", &out])?.exits(code);
        let shown = match code {
            0 => without_time(&stack.workspace.run(["show", "-json", SAVED_PLAN])?.succeeds().stdout)?,
            _ => (Value::Null, 0),
        };
        seen.push((events(&planned.stdout)?, shown));
    }
    let [plain, guarded] = seen.as_slice() else { anyhow::bail!("planned once only") };
    assert_eq!(plain.0, guarded.0, "plan -json");
    assert!(plain.1 == guarded.1, "show -json\n--- without\n{:?}\n--- with\n{:?}", plain.1, guarded.1);
    Ok(())
}

/// The lines of `plan -json` without what differs from run to run: their time, and the order of what happens at once.
fn events(stdout: &str) -> Result<Vec<String>> {
    let mut lines = Vec::new();
    for line in stdout.lines() {
        let mut event: Value = serde_json::from_str(line).with_context(|| format!("no event: {line}"))?;
        for (at, field) in [("", "@timestamp"), ("/hook", "elapsed_seconds")] {
            if let Some(fields) = event.pointer_mut(at).and_then(Value::as_object_mut) {
                fields.remove(field);
            }
        }
        if let Some(Value::String(message)) = event.get_mut("@message")
            && let Some((before, rest)) = message.split_once(" after ")
            && let Some((_, after)) = rest.split_once('s')
        {
            *message = format!("{before} after some time{after}");
        }
        lines.push(event.to_string());
    }
    lines.sort();
    Ok(lines)
}

/// A plan as `show -json` prints it, without the time it was made, and its length in bytes. Terraform lists child modules,
/// references and relevant attributes as they come out of a hash map, in another order at every run.
fn without_time(shown: &str) -> Result<(Value, usize)> {
    let mut plan: Value = serde_json::from_str(shown)?;
    let time = plan.as_object_mut().and_then(|plan| plan.remove("timestamp")).context("the plan has no timestamp")?;
    in_order(&mut plan);
    Ok((plan, shown.trim_end().len() - time.to_string().len()))
}

fn in_order(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                in_order(field);
                if let ("child_modules" | "references" | "relevant_attributes", Value::Array(list)) =
                    (name.as_str(), field)
                {
                    list.sort_by_key(Value::to_string);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(in_order),
        _ => {}
    }
}
