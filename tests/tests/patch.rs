//! `parapet cost patch` on the stacks of `crates/remediation/tests/stacks`: what a real Terraform with the real hashicorp/aws
//! plans afterwards is what it planned before and the intended changes, in place, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use parapet_tests::suite::Suite;
use parapet_tests::tools::{self, Terraform};
use parapet_tests::workspace::Workspace;
use parapet_tests::{checkout, process, provider};
use serde_json::Value;

/// Plans without an account: nothing is asked of AWS.
const OFFLINE: &str = "provider \"aws\" {
  skip_credentials_validation = true
  skip_get_ec2_platforms      = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  skip_requesting_account_id  = true
}
";

fn main() -> ExitCode {
    let terraform = Terraform::all().into_iter().next().map(|(_, terraform)| terraform);
    let needs = terraform
        .unwrap_or_else(|| Err(tools::Skip("there is no Terraform".to_owned())))
        .and_then(|terraform| Ok((terraform, tools::aws_mirror()?)));
    let stacks = stacks();
    let suite = Suite::new().test("there_are_stacks", {
        let count = stacks.len();
        move || {
            ensure!(count >= 20, "{count} stacks");
            Ok(())
        }
    });
    let with = |suite: Suite, stack: PathBuf| {
        let name = stack.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        suite.needing(&format!("stack::{name}"), needs.clone(), move |(terraform, mirror)| {
            round_trip(terraform, mirror, &stack).with_context(|| stack.display().to_string())
        })
    };
    stacks.into_iter().fold(suite, with).run()
}

/// The stacks that can be planned; one reads what only AWS knows.
fn stacks() -> Vec<PathBuf> {
    let all = fs::read_dir(checkout::root().join("crates/remediation/tests/stacks"));
    let mut all: Vec<PathBuf> = all.into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    all.retain(|stack| options(stack).get("plan") != Some(&Value::Bool(false)));
    all.sort();
    all
}

fn options(stack: &Path) -> Value {
    let text = fs::read_to_string(stack.join("options.json")).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

struct Stack {
    workspace: Workspace,
    /// Directory of the root module, below the workspace's.
    root: String,
    values: Vec<String>,
}

impl Stack {
    fn run(&self, args: &[&str]) -> Result<process::Run> {
        let root = format!("-chdir={}", self.root);
        self.workspace.run([root.as_str()].iter().chain(args))
    }

    fn plan(&self) -> Result<Value> {
        let values: Vec<String> = self.values.iter().map(|file| format!("-var-file={file}")).collect();
        let mut args = vec!["plan", "-input=false", "-no-color", "-refresh=false", "-out=saved.tfplan"];
        args.extend(values.iter().map(String::as_str));
        let _ = self.run(&args)?.succeeds();
        let shown = self.run(&["show", "-json", "saved.tfplan"])?.succeeds();
        fs::remove_file(self.workspace.path().join(&self.root).join("saved.tfplan"))?;
        Ok(serde_json::from_str(&shown.stdout)?)
    }
}

fn round_trip(terraform: &Terraform, mirror: &Path, home: &Path) -> Result<()> {
    let options = options(home);
    let workspace = Workspace::new(terraform)?
        .with_mirror(mirror)?
        .with_variable("AWS_ACCESS_KEY_ID", "none")
        .with_variable("AWS_SECRET_ACCESS_KEY", "none");
    workspace.copy(&home.join("before"))?;
    let text = |name: &str| options.get(name).and_then(Value::as_str).unwrap_or(".").to_owned();
    let list = options.get("var_files").and_then(Value::as_array).cloned().unwrap_or_default();
    let values = list.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let stack = Stack { root: text("root"), values, workspace };
    let root = stack.workspace.path().join(&stack.root);
    fs::write(root.join("offline_override.tf"), OFFLINE)?;
    fs::copy(home.join("state.json"), root.join("terraform.tfstate"))?;
    let _ = stack.run(&["init", "-input=false", "-no-color"])?.succeeds();

    let formatted =
        |stack: &Stack| -> Result<bool> { Ok(stack.workspace.run(["fmt", "-check", "-recursive"])?.status.success()) };
    let was_formatted = formatted(&stack)?;
    let before = changes(&stack.plan()?);
    let patch = patch(&stack, &root, &options)?;
    ensure!(formatted(&stack)? == was_formatted, "the layout has changed");
    let _ = stack.run(&["validate", "-no-color"])?.succeeds();
    let plan = stack.plan()?;
    let after = changes(&plan);

    let applied = patch.get("applied").and_then(Value::as_array).context("no `applied`")?;
    let mut intended = BTreeSet::new();
    for recommendation in applied {
        let address = recommendation.get("address").and_then(Value::as_str).unwrap_or_default();
        let resource = resource(&plan, address).with_context(|| format!("{address} is not in the plan"))?;
        let actions = resource.pointer("/change/actions");
        ensure!(actions == Some(&serde_json::json!(["update"])), "{address}: {actions:?}");
        for change in recommendation.get("changes").and_then(Value::as_array).into_iter().flatten() {
            let steps = change.get("path").and_then(Value::as_array).cloned().unwrap_or_default();
            let steps = steps.iter().map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned));
            let pointer: String = steps.map(|step| format!("/{step}")).collect();
            let planned = resource.pointer(&format!("/change/after{pointer}"));
            ensure!(planned == change.get("to"), "{address} {pointer}: {planned:?}");
            intended.insert((address.to_owned(), pointer));
        }
    }
    let unexpected: Vec<_> = after.difference(&before).filter(|change| !intended.contains(*change)).collect();
    ensure!(unexpected.is_empty(), "also planned: {unexpected:#?}");
    let gone: Vec<_> = before.difference(&after).filter(|change| !intended.contains(*change)).collect();
    ensure!(gone.is_empty(), "no longer planned: {gone:#?}");
    Ok(())
}

/// Runs the command, and holds what it wrote against what is expected.
fn patch(stack: &Stack, root: &Path, options: &Value) -> Result<Value> {
    let mut command = Command::new(provider::built("parapet")?);
    command.current_dir(root).args(["cost", "patch", "--state", "terraform.tfstate", "--source", "."]);
    command.args(["--write", "--format", "json"]);
    for file in &stack.values {
        command.args(["--var-file", file]);
    }
    if options.get("graviton") == Some(&Value::Bool(true)) {
        command.arg("--graviton");
    }
    if let Some(days) = options.get("log_retention_days") {
        command.args(["--log-retention-days", &days.to_string()]);
    }
    let run = process::run(command, Duration::from_secs(60))?.succeeds();
    Ok(serde_json::from_str(&run.stdout)?)
}

fn resources(plan: &Value) -> impl Iterator<Item = &Value> {
    plan.get("resource_changes").and_then(Value::as_array).into_iter().flatten()
}

fn resource<'a>(plan: &'a Value, address: &str) -> Option<&'a Value> {
    resources(plan).find(|resource| resource.get("address").and_then(Value::as_str) == Some(address))
}

/// Address and path of every value that a plan changes to one that is known.
fn changes(plan: &Value) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    for resource in resources(plan) {
        let address = resource.get("address").and_then(Value::as_str).unwrap_or_default();
        let side = |name: &str| resource.pointer(&format!("/change/{name}")).cloned().unwrap_or_default();
        let mut paths = Vec::new();
        different(&side("before"), &side("after"), &side("after_unknown"), "", &mut paths);
        found.extend(paths.into_iter().map(|path| (address.to_owned(), path)));
    }
    found
}

fn different(before: &Value, after: &Value, unknown: &Value, at: &str, found: &mut Vec<String>) {
    // The provider decides it: versions of a launch template.
    if before == after || unknown == &Value::Bool(true) {
        return;
    }
    match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for name in names {
                let below = |value: &Value| value.get(name).cloned().unwrap_or_default();
                different(&below(before), &below(after), &below(unknown), &format!("{at}/{name}"), found);
            }
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            for (position, (old, new)) in old.iter().zip(new).enumerate() {
                let unknown = unknown.get(position).cloned().unwrap_or_default();
                different(old, new, &unknown, &format!("{at}/{position}"), found);
            }
        }
        _ => found.push(at.to_owned()),
    }
}
