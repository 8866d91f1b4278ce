//! Examples and modules in real Terraforms. Nothing but outputs is made, and the state is local.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use parapet_tests::checkout;
use parapet_tests::provider::Provider;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::Value;

use crate::snapshot;

/// Tests of a module plan a dozen times.
const LIMIT: Duration = Duration::from_secs(300);

/// An example with its module, initialised.
pub(crate) fn example(terraform: &Terraform, name: &str) -> Result<Workspace> {
    let workspace = stack(terraform, name)?;
    let from = checkout::root().join("examples").join(name);
    workspace.copy(&from)?;
    let main = fs::read_to_string(from.join("main.tf"))?;
    ensure!(main.contains("\"../../modules/"), "{name} uses no module");
    workspace.write("main.tf", &main.replace("\"../../modules/", "\"./modules/"))?;
    workspace.init()?.succeeds();
    Ok(workspace)
}

/// A workspace with the module of this name, and nothing that uses it.
pub(crate) fn stack(terraform: &Terraform, module: &str) -> Result<Workspace> {
    let workspace = Workspace::new(terraform)?.with_provider(&Provider::parapet()?)?.with_limit(LIMIT);
    workspace.copy_into(&modules().join(module), &format!("modules/{module}"))?;
    Ok(workspace)
}

fn modules() -> std::path::PathBuf {
    checkout::root().join("modules")
}

/// Rendered, reviewed, stable, and nothing is left.
pub(crate) fn renders(terraform: &Terraform, name: &str) -> Result<()> {
    let workspace = example(terraform, name)?;
    workspace.validate()?.succeeds();
    workspace.plan(&[])?.succeeds().never_says("Warning");
    workspace.apply_saved()?.succeeds();
    workspace.plan_changes(&[])?.succeeds().says("No changes");
    let outputs = workspace.outputs()?;
    for (part, text) in rendered(outputs.get("yaml").context("no output `yaml`")?) {
        snapshot::hold(&[name].into_iter().chain(part).collect::<Vec<_>>().join("-"), text);
    }
    if let Some(Value::Object(services)) = outputs.get("files") {
        for (service, files) in services {
            let text = |file: &str| files[file].as_str().with_context(|| format!("{service} has no {file}"));
            snapshot::hold(&format!("{name}-{service}-kustomization"), text("kustomization.yaml")?);
            let applied = outputs["yaml"][service].as_str().unwrap_or_default();
            ensure!(applied.starts_with(text("delivery.yaml")?), "{service}: the file and the output are not the same");
        }
    }
    workspace.destroy(&[])?.succeeds();
    Ok(())
}

/// A text by itself, or each of several by its name.
fn rendered(output: &Value) -> Vec<(Option<&str>, &str)> {
    match output {
        Value::Object(several) => {
            several.iter().filter_map(|(name, text)| Some((Some(name.as_str()), text.as_str()?))).collect()
        }
        one => one.as_str().map(|text| (None, text)).into_iter().collect(),
    }
}

/// `terraform test` of a module.
pub(crate) fn tested(terraform: &Terraform, module: &str) -> Result<()> {
    let workspace = Workspace::new(terraform)?.with_provider(&Provider::parapet()?)?.with_limit(LIMIT);
    let from = modules().join(module);
    workspace.copy(&from)?;
    workspace.init()?.succeeds();
    let runs = runs(&from.join("tests"))?;
    ensure!(runs > 0, "{module} has no tests");
    workspace.run(["test", "-no-color"])?.succeeds().says(&format!("{runs} passed, 0 failed"));
    Ok(())
}

/// How many runs the test files of a module have.
fn runs(tests: &Path) -> Result<usize> {
    let mut runs = 0;
    for entry in fs::read_dir(tests).with_context(|| tests.display().to_string())? {
        runs += fs::read_to_string(entry?.path())?.lines().filter(|line| line.starts_with("run \"")).count();
    }
    Ok(runs)
}
