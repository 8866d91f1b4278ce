//! Working directories that can be used with the guard and without.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use parapet_tests::provider::{self, Provider};
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use crate::guarded::guarded;

/// A working directory, and a switch for the guard.
pub(crate) struct Stack {
    pub(crate) workspace: Workspace,
    switch: PathBuf,
    _programs: [TempDir; 2],
    leftovers: Leftovers,
}

/// A directory whose provider processes are ended, whatever becomes of the test.
struct Leftovers(PathBuf);

impl Drop for Leftovers {
    fn drop(&mut self) {
        for provider in providers(&self.0).unwrap_or_default() {
            let _ended_already = kill_process(provider, Signal::KILL);
        }
    }
}

/// Options of the guard with which it has no rules at all.
const NO_RULES: &str = "--no-settings --no-builtin-packs --policies";

impl Stack {
    /// An empty one. The guard, which has no rules, is off.
    pub(crate) fn new(terraform: &Terraform) -> Result<Self> {
        let programs = tempfile::tempdir()?;
        let none = programs.path().join("none");
        fs::create_dir(&none)?;
        fs::write(none.join("empty.rego"), "package nothing\n")?;
        let (directory, behind) = guarded(terraform, &format!("{NO_RULES} '{}'", none.display()))?;
        let switch = programs.path().join("on");
        let program = programs.path().join("terraform");
        let script = format!(
            "#!/bin/sh\nif [ -e '{}' ]; then exec '{}' \"$@\"; else exec '{}' \"$@\"; fi\n",
            switch.display(),
            behind.program.display(),
            terraform.program.display()
        );
        fs::write(&program, script)?;
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755))?;
        let workspace = Workspace::new(&Terraform { version: terraform.version.clone(), program })?;
        // The guard's sockets and files are to be found, and found gone.
        let temporary = workspace.path().join("t");
        fs::create_dir(&temporary)?;
        let workspace = workspace.with_variable("TMPDIR", &temporary.display().to_string());
        let leftovers = Leftovers(workspace.path().parent().context("the stack has no parent")?.to_owned());
        Ok(Self { workspace, switch, _programs: [directory, programs], leftovers })
    }

    /// One with the fixture provider and these resources, initialised. Objects are files in `objects`. The guard is on.
    pub(crate) fn fixture(terraform: &Terraform, resources: &str) -> Result<Self> {
        let fixture = Provider::new("parapet-tests/fixture", env!("CARGO_BIN_EXE_terraform-provider-fixture"));
        let mut stack = Self::new(terraform)?;
        stack.workspace = stack.workspace.with_provider(&fixture)?;
        fs::create_dir(stack.workspace.path().join("objects"))?;
        stack.workspace.write("provider.tf", PROVIDER)?;
        stack.workspace.write("main.tf", resources)?;
        stack.workspace.init()?.succeeds();
        stack.guard(true)?;
        Ok(stack)
    }

    /// Puts the guard in the way, or takes it out again.
    pub(crate) fn guard(&self, on: bool) -> Result<()> {
        if on {
            fs::write(&self.switch, "")?
        } else {
            fs::remove_file(&self.switch)?
        }
        Ok(())
    }

    /// Names of the objects that exist.
    pub(crate) fn objects(&self) -> Result<Vec<String>> {
        names(&self.workspace.path().join("objects"))
    }

    /// Waits until an object exists.
    pub(crate) fn wait_for_object(&self, name: &str) -> Result<()> {
        awaited(Duration::from_secs(90), &format!("{name} is not created"), || {
            Ok(self.objects()?.iter().any(|object| object == name))
        })
    }

    /// Provider processes of this directory.
    pub(crate) fn providers(&self) -> Result<Vec<Pid>> {
        providers(&self.leftovers.0)
    }

    /// The guard that runs in this directory.
    pub(crate) fn guard_process(&self) -> Result<Pid> {
        let (parapet, directory) = (provider::built("parapet")?, self.workspace.path());
        let found = processes(|program, at| program == parapet && at == directory)?;
        found.first().copied().context("no guard is running")
    }

    /// Fails unless everything the guard started or made is gone.
    pub(crate) fn is_clean(&self) -> Result<()> {
        awaited(Duration::from_secs(10), "providers are left behind", || Ok(self.providers()?.is_empty()))?;
        awaited(Duration::from_secs(5), "a directory of the guard's is left behind", || {
            Ok(!names(&self.workspace.path().join("t"))?.iter().any(|name| name.starts_with("parapet-")))
        })
    }
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

/// A note in HCL.
pub(crate) fn note(name: &str, text: &str) -> String {
    format!("resource \"fixture_note\" \"{name}\" {{\n  shelf = \"{name}\"\n  place = 1\n  text  = \"{text}\"\n}}\n")
}

/// Something in HCL that takes a minute to make, after the note `first`.
pub(crate) fn slow_after_note() -> String {
    let slow = "resource \"fixture_slow\" \"it\" {\n  name    = fixture_note.first.shelf\n  seconds = 60\n}\n";
    format!("{}{slow}", note("first", "kept"))
}

/// Waits until `check` holds.
pub(crate) fn awaited(limit: Duration, otherwise: &str, check: impl Fn() -> Result<bool>) -> Result<()> {
    let started = Instant::now();
    while !check()? {
        ensure!(started.elapsed() < limit, "{otherwise} after {limit:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

fn names(directory: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Processes whose programs are below a directory.
fn providers(above: &Path) -> Result<Vec<Pid>> {
    processes(|program, _| program.starts_with(above))
}

/// Processes by their program and working directory.
fn processes(wanted: impl Fn(&Path, &Path) -> bool) -> Result<Vec<Pid>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let entry = entry?;
        let pid = entry.file_name().to_str().and_then(|name| name.parse().ok()).and_then(Pid::from_raw);
        let links = (fs::read_link(entry.path().join("exe")), fs::read_link(entry.path().join("cwd")));
        // Other people's processes, and those that have just ended, have no links to read.
        if let (Some(pid), (Ok(program), Ok(directory))) = (pid, links)
            && wanted(&program, &directory)
        {
            found.push(pid);
        }
    }
    Ok(found)
}
