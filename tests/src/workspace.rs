//! A working directory of its own for one Terraform, cut off from the machine's settings and from the network.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::checkout;
use crate::process::{self, Run, Running};
use crate::provider::Provider;
use crate::tools::Terraform;

/// The name under which [`Workspace::plan`] saves the plan.
pub const SAVED_PLAN: &str = "saved.tfplan";

/// A temporary working directory, removed at the end unless the environment variable `PARAPET_KEEP` is set.
#[derive(Debug)]
pub struct Workspace {
    dir: TempDir,
    terraform: Terraform,
    mirrors: Vec<PathBuf>,
    variables: Vec<(String, String)>,
    limit: Duration,
}

impl Workspace {
    /// An empty one, with no provider to be had and two minutes for every command.
    ///
    /// # Errors
    /// The directory cannot be made.
    pub fn new(terraform: &Terraform) -> Result<Self> {
        let parent = checkout::e2e().join("work");
        fs::create_dir_all(&parent).with_context(|| format!("cannot create {}", parent.display()))?;
        let keep = env::var_os("PARAPET_KEEP").is_some();
        let dir = tempfile::Builder::new().prefix("run-").disable_cleanup(keep).tempdir_in(&parent)?;
        if keep {
            writeln!(std::io::stderr(), "keeping {}", dir.path().display())?;
        }
        for sub in ["stack", "home"] {
            fs::create_dir(dir.path().join(sub))?;
        }
        let workspace = Self {
            dir,
            terraform: terraform.clone(),
            mirrors: Vec::new(),
            variables: Vec::new(),
            limit: Duration::from_secs(120),
        };
        workspace.configure()?;
        Ok(workspace)
    }

    /// Makes `provider` available to `init`.
    ///
    /// # Errors
    /// It cannot be installed.
    pub fn with_provider(self, provider: &Provider) -> Result<Self> {
        let own = self.dir.path().join("mirror");
        provider.install(&own)?;
        if self.mirrors.contains(&own) { Ok(self) } else { self.with_mirror(&own) }
    }

    /// Makes the providers of a filesystem mirror available to `init`.
    ///
    /// # Errors
    /// The configuration cannot be written.
    pub fn with_mirror(mut self, mirror: &Path) -> Result<Self> {
        self.mirrors.push(mirror.to_owned());
        self.configure()?;
        Ok(self)
    }

    /// Sets an environment variable for every command.
    #[must_use]
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Changes how long a command may take.
    #[must_use]
    pub fn with_limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// Where the `.tf` files are.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.dir.path().join("stack")
    }

    /// Writes a file of the stack, replacing it if it exists.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write(&self, name: &str, text: &str) -> Result<()> {
        let path = self.path().join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Copies a directory with everything in it into the stack.
    ///
    /// # Errors
    /// Something cannot be read or written.
    pub fn copy(&self, from: &Path) -> Result<()> {
        self.copy_into(from, "")
    }

    /// Copies a directory with everything in it into a directory of the stack, which is made.
    ///
    /// # Errors
    /// Something cannot be read or written.
    pub fn copy_into(&self, from: &Path, to: &str) -> Result<()> {
        copy_tree(from, &self.path().join(to)).with_context(|| format!("cannot copy {}", from.display()))
    }

    /// `terraform init`.
    ///
    /// # Errors
    /// Terraform cannot be started; so for all commands.
    pub fn init(&self) -> Result<Run> {
        self.run(["init", "-input=false", "-no-color"])
    }

    /// `terraform validate`.
    ///
    /// # Errors
    /// See [`init`](Self::init).
    pub fn validate(&self) -> Result<Run> {
        self.run(["validate", "-no-color"])
    }

    /// `terraform plan`, saved as [`SAVED_PLAN`]. `more` are further arguments.
    ///
    /// # Errors
    /// See [`init`](Self::init).
    pub fn plan(&self, more: &[&str]) -> Result<Run> {
        let out = format!("-out={SAVED_PLAN}");
        self.run(["plan", "-input=false", "-no-color", &out].iter().chain(more))
    }

    /// `terraform plan -detailed-exitcode`: 0 if nothing is to change, 2 if something is, 1 after an error.
    ///
    /// # Errors
    /// See [`init`](Self::init).
    pub fn plan_changes(&self, more: &[&str]) -> Result<Run> {
        self.run(["plan", "-input=false", "-no-color", "-detailed-exitcode"].iter().chain(more))
    }

    /// `terraform apply`, planning anew.
    ///
    /// # Errors
    /// See [`init`](Self::init).
    pub fn apply(&self, more: &[&str]) -> Result<Run> {
        self.run(["apply", "-input=false", "-no-color", "-auto-approve"].iter().chain(more))
    }

    /// `terraform apply` of the plan that [`plan`](Self::plan) saved.
    ///
    /// # Errors
    /// See [`init`](Self::init).
    pub fn apply_saved(&self) -> Result<Run> {
        self.run(["apply", "-input=false", "-no-color", SAVED_PLAN])
    }

    /// `terraform destroy`.
    ///
    /// # Errors
    /// See [`init`](Self::init).
    pub fn destroy(&self, more: &[&str]) -> Result<Run> {
        self.run(["destroy", "-input=false", "-no-color", "-auto-approve"].iter().chain(more))
    }

    /// `terraform import ADDRESS ID`.
    ///
    /// # Errors
    /// See [`init`](Self::init).
    pub fn import(&self, address: &str, id: &str) -> Result<Run> {
        self.run(["import", "-input=false", "-no-color", address, id])
    }

    /// `terraform show -json` of the saved plan, decoded.
    ///
    /// # Errors
    /// Terraform fails or prints something else than JSON.
    pub fn show_plan(&self) -> Result<serde_json::Value> {
        self.json(&["show", "-json", SAVED_PLAN])
    }

    /// `terraform show -json` of the state, decoded.
    ///
    /// # Errors
    /// Terraform fails or prints something else than JSON.
    pub fn show_state(&self) -> Result<serde_json::Value> {
        self.json(&["show", "-json"])
    }

    /// `terraform output -json`, decoded to name and value.
    ///
    /// # Errors
    /// Terraform fails or prints something else than JSON.
    pub fn outputs(&self) -> Result<serde_json::Map<String, serde_json::Value>> {
        let outputs = self.json(&["output", "-json"])?;
        let outputs = outputs.as_object().context("`terraform output -json` is no object")?;
        let value = |output: &serde_json::Value| output.get("value").cloned().unwrap_or_default();
        Ok(outputs.iter().map(|(name, output)| (name.clone(), value(output))).collect())
    }

    /// A command that prints JSON, decoded.
    ///
    /// # Errors
    /// Terraform fails or prints something else than JSON.
    pub fn json(&self, args: &[&str]) -> Result<serde_json::Value> {
        let run = self.run(args)?;
        ensure!(run.status.success(), "{run}");
        serde_json::from_str(&run.stdout).with_context(|| format!("no JSON from {run}"))
    }

    /// Any command, run to its end.
    ///
    /// # Errors
    /// Terraform cannot be started.
    pub fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Result<Run> {
        Ok(process::run(self.command(args), self.limit)?)
    }

    /// Any command, left running.
    ///
    /// # Errors
    /// Terraform cannot be started.
    pub fn start<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Result<Running> {
        Ok(process::start(self.command(args), self.limit)?)
    }

    fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(&self.terraform.program);
        command.args(args).current_dir(self.path());
        for (name, _) in env::vars_os() {
            if ["TF_", "AWS_", "PARAPET_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
                command.env_remove(name);
            }
        }
        command
            .env("HOME", self.dir.path().join("home"))
            .env("TF_CLI_CONFIG_FILE", self.cli_configuration())
            .env("TF_IN_AUTOMATION", "1")
            .env("CHECKPOINT_DISABLE", "1")
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    fn cli_configuration(&self) -> PathBuf {
        self.dir.path().join("terraform.tfrc")
    }

    /// Providers come from the mirrors and from nowhere else.
    fn configure(&self) -> Result<()> {
        let none = [self.dir.path().join("no-providers")];
        let mirrors = if self.mirrors.is_empty() { &none[..] } else { &self.mirrors[..] };
        let sources: String = mirrors
            .iter()
            .map(|mirror| format!("  filesystem_mirror {{\n    path = {:?}\n  }}\n", mirror.display().to_string()))
            .collect();
        let path = self.cli_configuration();
        fs::write(&path, format!("provider_installation {{\n{sources}}}\n"))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

fn copy_tree(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
