//! Modules and examples, copied to where Terraform may write beside them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::{Backend, Options, Sandbox};
use parapet_tests::checkout;
use parapet_tests::process::Run;
use parapet_tests::provider::Provider;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;

/// A replica takes its time on a sandbox that keeps time.
const LIMIT: Duration = Duration::from_secs(300);

/// What the variables without a default are, in every stack that has them.
const VARIABLES: [(&str, &str); 4] = [
    ("TF_VAR_on_call", "platform@example.com"),
    ("TF_VAR_database_password", "only-for-this-test"),
    ("TF_VAR_redis_auth_token", "only-for-this-test"),
    (
        "TF_VAR_certificate_arns",
        r#"{"eu-west-1": "arn:aws:acm:eu-west-1:123456789012:certificate/1", "eu-central-1": "arn:aws:acm:eu-central-1:123456789012:certificate/2"}"#,
    ),
];

/// Every module that uses hashicorp/aws, relative to the checkout; `tests/rendered` has the others.
pub(crate) fn modules() -> Result<Vec<PathBuf>> {
    let mut modules = directories(Path::new("modules"))?;
    modules.retain(|module| {
        let versions = checkout::root().join(module).join("versions.tf");
        fs::read_to_string(versions).is_ok_and(|text| text.contains("hashicorp/aws"))
    });
    ensure!(!modules.is_empty(), "no module uses hashicorp/aws");
    Ok(modules)
}

/// Every stack made of modules.
pub(crate) fn examples() -> Result<Vec<PathBuf>> {
    let mut examples = vec![PathBuf::from("examples/reference-platform")];
    for module in modules()? {
        let of_module = module.join("examples");
        if checkout::root().join(&of_module).is_dir() {
            examples.extend(directories(&of_module)?);
        }
    }
    Ok(examples)
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
    ensure!(!found.is_empty(), "nothing in {}", absolute.display());
    found.sort();
    Ok(found)
}

/// The modules and the examples, with the stand-in and our own provider, which asks a sandbox.
pub(crate) struct Stack {
    workspace: Workspace,
    sandbox: Sandbox,
}

impl Stack {
    /// On a sandbox without moto, which is enough to plan.
    pub(crate) fn new(terraform: &Terraform, aws: &Provider) -> Result<Self> {
        Self::on(terraform, aws, Sandbox::start(Options { moto: Backend::None, ..Options::default() })?)
    }

    pub(crate) fn on(terraform: &Terraform, aws: &Provider, sandbox: Sandbox) -> Result<Self> {
        let mut workspace = Workspace::new(terraform)?
            .with_provider(&Provider::parapet()?)?
            .with_provider(aws)?
            .with_variable("AWS_ACCESS_KEY_ID", "test")
            .with_variable("AWS_SECRET_ACCESS_KEY", "test")
            .with_variable("AWS_ENDPOINT_URL", &sandbox.endpoint)
            .with_limit(LIMIT);
        for (name, value) in VARIABLES {
            workspace = workspace.with_variable(name, value);
        }
        workspace.copy_into(&checkout::root().join("modules"), "modules")?;
        workspace.copy_into(&checkout::root().join("examples/reference-platform"), "examples/reference-platform")?;
        Ok(Self { workspace, sandbox })
    }

    /// What parapet asks AWS about is made in the sandbox, as if hashicorp/aws were the real one.
    pub(crate) fn with_objects_in_the_sandbox(mut self) -> Self {
        self.workspace = self.workspace.with_variable("STAND_IN_SANDBOX", &self.sandbox.endpoint);
        self
    }

    pub(crate) fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Where the copy of the checkout is.
    pub(crate) fn path(&self) -> PathBuf {
        self.workspace.path()
    }

    /// A command in a directory of the checkout.
    pub(crate) fn run(&self, directory: &Path, args: &[&str]) -> Result<Run> {
        let there = format!("-chdir={}", directory.display());
        self.workspace.run([there.as_str()].iter().chain(args))
    }

    pub(crate) fn init(&self, directory: &Path) -> Result<()> {
        self.run(directory, &["init", "-input=false", "-no-color"])?.succeeds();
        Ok(())
    }

    /// Makes a stack of its own, of one file.
    pub(crate) fn write(&self, directory: &Path, text: &str) -> Result<()> {
        self.workspace.write(&directory.join("main.tf").display().to_string(), text)?;
        self.init(directory)
    }
}
