//! The stacks of the examples, each planned once.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::{Backend, Options, Sandbox};
use parapet_tests::checkout;
use parapet_tests::provider::Provider;
use parapet_tests::stand_in;
use parapet_tests::tools::{Skip, Terraform};
use parapet_tests::workspace::{SAVED_PLAN, Workspace};
use serde_json::Value;

/// What the variables without a default are, in every stack that has them.
pub(crate) const VARIABLES: [(&str, &str); 8] = [
    ("TF_VAR_on_call", "platform@example.com"),
    ("TF_VAR_database_password", "only-for-this-test"),
    ("TF_VAR_redis_auth_token", "only-for-this-test"),
    (
        "TF_VAR_certificate_arns",
        r#"{"eu-west-1": "arn:aws:acm:eu-west-1:123456789012:certificate/1", "eu-central-1": "arn:aws:acm:eu-central-1:123456789012:certificate/2"}"#,
    ),
    ("TF_VAR_prometheus_url", "http://127.0.0.1:9"),
    // examples/quickstart is wrong on purpose, and such a plan fails.
    ("TF_VAR_storage_encrypted", "true"),
    ("TF_VAR_backup_days", "7"),
    ("TF_VAR_privileged", "false"),
];

/// Every stack of the examples and of the modules' examples, relative to the checkout.
pub(crate) fn all() -> Result<Vec<PathBuf>> {
    let mut stacks = directories(Path::new("examples"))?;
    for module in directories(Path::new("modules"))? {
        if checkout::root().join(&module).join("examples").is_dir() {
            stacks.extend(directories(&module.join("examples"))?);
        }
    }
    stacks.retain(|stack| checkout::root().join(stack).join("main.tf").is_file());
    ensure!(stacks.len() > 5, "hardly any stack was found: {stacks:?}");
    Ok(stacks)
}

fn directories(parent: &Path) -> Result<Vec<PathBuf>> {
    let absolute = checkout::root().join(parent);
    let mut found = Vec::new();
    for entry in fs::read_dir(&absolute).with_context(|| format!("cannot read {}", absolute.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.push(parent.join(entry.file_name()));
        }
    }
    found.sort();
    Ok(found)
}

/// Whether the stand-in knows every type of a stack.
pub(crate) fn is_known(stack: &Path) -> Result<(), Skip> {
    let unreadable = |path: &Path, error: std::io::Error| Skip(format!("{}: {error}", path.display()));
    let file = stand_in::schema_file();
    let schemas = fs::read_to_string(&file).map_err(|error| unreadable(&file, error))?;
    let directory = checkout::root().join(stack);
    for entry in fs::read_dir(&directory).map_err(|error| unreadable(&directory, error))?.flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|end| end != "tf") {
            continue;
        }
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
        let declared = text.lines().filter_map(|line| line.strip_prefix("resource \"")?.split('"').next());
        let mut unknown =
            declared.filter(|kind| kind.starts_with("aws_") && !schemas.contains(&format!("\"{kind}\":")));
        if let Some(kind) = unknown.next() {
            return Err(Skip(format!("{}: the stand-in has no schema of {kind}", stack.display())));
        }
    }
    Ok(())
}

/// A stack, and what Terraform plans of it.
pub(crate) struct Planned {
    /// Where it was planned; its modules stand beside it.
    pub(crate) directory: PathBuf,
    pub(crate) plan: Value,
    _workspace: Workspace,
}

impl Planned {
    pub(crate) fn new(terraform: &Terraform, aws: &Provider, stack: &Path) -> Result<Self> {
        let sandbox = Sandbox::start(Options { moto: Backend::None, ..Options::default() })?;
        let mut workspace = Workspace::new(terraform)?
            .with_provider(&Provider::parapet()?)?
            .with_provider(aws)?
            .with_variable("AWS_ACCESS_KEY_ID", "test")
            .with_variable("AWS_SECRET_ACCESS_KEY", "test")
            .with_variable("AWS_ENDPOINT_URL", &sandbox.endpoint);
        for (name, value) in VARIABLES {
            workspace = workspace.with_variable(name, value);
        }
        let name = stack.display().to_string();
        workspace.copy_into(&checkout::root().join("modules"), "modules")?;
        workspace.copy_into(&checkout::root().join(stack), &name)?;
        let there = format!("-chdir={name}");
        workspace.run([&there, "init", "-input=false", "-no-color"])?.succeeds();
        workspace.run([&there, "plan", "-input=false", "-no-color", "-out", SAVED_PLAN])?.succeeds();
        let plan = workspace.json(&[&there, "show", "-json", SAVED_PLAN])?;
        Ok(Self { directory: workspace.path().join(stack), plan, _workspace: workspace })
    }
}
