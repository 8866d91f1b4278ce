//! A working directory with the fixture provider, behind a guard that has rules about its notes.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};
use parapet_tests::process::Run;
use parapet_tests::provider::Provider;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::guarded::guarded;

const FIXTURE: &str = env!("CARGO_BIN_EXE_terraform-provider-fixture");
const ADDRESS: &str = "registry.terraform.io/parapet-tests/fixture";

/// What a note may say, that kept ones stay, and how many there may be.
const RULES: [(&str, &str); 3] = [
    (
        "polite.rego",
        r#"# METADATA
# title: Notes are polite
# custom:
#   severity: high
#   resources: [fixture_note]
#   controls: {soc2: [CC6.1]}
#   remediation: Say something else.
package parapet.fixture.note.polite

import rego.v1

deny contains {"path": ["text"], "message": "the note is rude"} if input.resource.values.text == "rude"
"#,
    ),
    (
        "kept.rego",
        r#"# METADATA
# title: Notes that are to be kept stay
# custom:
#   severity: critical
#   resources: [fixture_note]
#   actions: [delete]
#   controls: {soc2: [CC6.1]}
#   remediation: Keep it.
package parapet.fixture.note.kept

import rego.v1

deny contains {"message": "the note is to be kept"} if input.resource.prior.text == "keep me"
"#,
    ),
    (
        "few.rego",
        r#"# METADATA
# title: There are few notes
# custom:
#   severity: medium
#   scope: plan
#   resources: [fixture_note]
#   controls: {soc2: [CC6.1]}
#   remediation: Write less.
package parapet.fixture.note.few

import rego.v1

deny contains {"message": "there are more than two notes"} if count(input.plan.by_type.fixture_note) > 2
"#,
    ),
];

/// A working directory, with the guard and without.
pub(crate) struct Notes {
    /// Its Terraform is behind the guard.
    pub(crate) workspace: Workspace,
    directory: TempDir,
    _guard: TempDir,
}

impl Notes {
    /// One with this configuration, initialised. `options` are further ones of the guard; `AUDIT` in them is the file that
    /// [`Self::decisions`] reads.
    pub(crate) fn new(terraform: &Terraform, options: &str, resources: &str) -> Result<Self> {
        Self::with(terraform, options, resources, Ok)
    }

    /// As [`Self::new`], with a workspace that `change` changes before it is initialised.
    pub(crate) fn with(
        terraform: &Terraform,
        options: &str,
        resources: &str,
        change: impl FnOnce(Workspace) -> Result<Workspace>,
    ) -> Result<Self> {
        let directory = tempfile::tempdir()?;
        let policies = directory.path().join("policies");
        fs::create_dir(&policies)?;
        for (name, text) in RULES {
            fs::write(policies.join(name), text)?;
        }
        let options = options.replace("AUDIT", &audit(directory.path()).display().to_string());
        let selected = format!("--no-settings --no-builtin-packs --policies '{}' {options}", policies.display());
        let (guard, behind) = guarded(terraform, &selected)?;
        let either = Terraform { program: directory.path().join("terraform"), ..behind.clone() };
        let script = format!(
            "#!/bin/sh\nif [ -e '{}' ]; then exec '{}' \"$@\"; else exec '{}' \"$@\"; fi\n",
            switch(directory.path()).display(),
            terraform.program.display(),
            behind.program.display()
        );
        fs::write(&either.program, script)?;
        fs::set_permissions(&either.program, fs::Permissions::from_mode(0o755))?;
        let fixture = Provider::new("parapet-tests/fixture", FIXTURE);
        let workspace = change(Workspace::new(&either)?.with_provider(&fixture)?)?;
        fs::create_dir(workspace.path().join("objects"))?;
        workspace.write("provider.tf", PROVIDER)?;
        workspace.write("main.tf", resources)?;
        workspace.init()?.succeeds();
        Ok(Self { workspace, directory, _guard: guard })
    }

    /// Runs Terraform in the same directory without the guard.
    pub(crate) fn unguarded(&self, args: &[&str]) -> Result<Run> {
        let off = switch(self.directory.path());
        fs::write(&off, "")?;
        let run = self.workspace.run(args)?;
        fs::remove_file(&off)?;
        Ok(run)
    }

    /// What a note says in the world outside; `None` if there is none.
    pub(crate) fn text_of(&self, name: &str) -> Option<String> {
        let text = fs::read_to_string(self.object(name)).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// Makes or changes a note without Terraform.
    pub(crate) fn say(&self, name: &str, text: &str) -> Result<()> {
        Ok(fs::write(self.object(name), json!(text).to_string())?)
    }

    fn object(&self, name: &str) -> PathBuf {
        self.workspace.path().join(format!("objects/note-{name}-1.json"))
    }

    /// The lines of the audit log.
    pub(crate) fn decisions(&self) -> Result<Vec<Value>> {
        let text = fs::read_to_string(audit(self.directory.path()))?;
        text.lines().map(|line| serde_json::from_str(line).with_context(|| format!("no JSON: {line}"))).collect()
    }
}

fn audit(directory: &Path) -> PathBuf {
    directory.join("audit.jsonl")
}

/// While this file is there, the guard is not in the way.
fn switch(directory: &Path) -> PathBuf {
    directory.join("unguarded")
}

const PROVIDER: &str = r#"
terraform {
  required_providers {
    fixture = { source = "parapet-tests/fixture" }
  }
}

provider "fixture" {
  directory = "${path.root}/objects"
}
"#;

/// A note in HCL, whose shelf is its name.
pub(crate) fn note(name: &str, text: &str) -> String {
    format!("resource \"fixture_note\" \"{name}\" {{\n  shelf = \"{name}\"\n  place = 1\n  text  = \"{text}\"\n}}\n")
}

/// The fixture provider, started by somebody else, as under a debugger.
pub(crate) struct Running {
    child: Child,
    _temporary: TempDir,
    /// The value of `TF_REATTACH_PROVIDERS` that leads to it.
    pub(crate) reattach: String,
}

impl Running {
    pub(crate) fn start(directory: &Path) -> Result<Self> {
        let temporary = tempfile::tempdir()?;
        let mut command = Command::new(FIXTURE);
        command
            .env("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
            .env("PLUGIN_PROTOCOL_VERSIONS", "6")
            .env("TMPDIR", temporary.path())
            .env_remove("PLUGIN_CLIENT_CERT")
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let child = command.spawn()?;
        let mut running = Self { child, _temporary: temporary, reattach: String::new() };
        let mut line = String::new();
        BufReader::new(running.child.stdout.as_mut().context("no standard output")?).read_line(&mut line)?;
        let socket = line.trim_end().split('|').nth(3).with_context(|| format!("no address in {line:?}"))?;
        let entry = json!({
            "Protocol": "grpc",
            "ProtocolVersion": 6,
            "Pid": running.child.id(),
            "Test": true,
            "Addr": {"Network": "unix", "String": socket},
        });
        running.reattach = json!({ADDRESS: entry}).to_string();
        Ok(running)
    }

    /// Whether it still runs.
    pub(crate) fn runs(&mut self) -> Result<bool> {
        Ok(self.child.try_wait()?.is_none())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped = self.child.wait();
    }
}
