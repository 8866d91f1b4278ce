//! Which provider processes there are behind the guard.

use std::fs;

use anyhow::{Context as _, Result};
use parapet_tests::tools::Terraform;

use crate::stack::{Stack, note};

pub(crate) fn aliases(terraform: &Terraform) -> Result<()> {
    let resources = r#"
provider "fixture" {
  alias     = "other"
  directory = "${path.root}/others"
}

resource "fixture_note" "here" {
  count = 5
  shelf = "here"
  place = count.index
  text  = "x"
}

resource "fixture_note" "there" {
  count    = 5
  provider = fixture.other
  shelf    = "there"
  place    = count.index
  text     = "x"
}
"#;
    let stack = Stack::fixture(terraform, resources)?;
    let others = stack.workspace.path().join("others");
    fs::create_dir(&others)?;
    stack.workspace.apply(&[])?.succeeds().says("10 added");
    assert_eq!((stack.objects()?.len(), fs::read_dir(&others)?.count()), (5, 5));
    assert!(stack.objects()?.iter().all(|name| name.starts_with("note-here-")), "{:?}", stack.objects()?);
    stack.workspace.plan_changes(&[])?.succeeds().says("No changes");
    stack.workspace.destroy(&[])?.succeeds().says("10 destroyed");
    assert_eq!((stack.objects()?.len(), fs::read_dir(&others)?.count()), (0, 0));
    stack.is_clean()
}

pub(crate) fn overridden(terraform: &Terraform) -> Result<()> {
    let stack = Stack::fixture(terraform, &note("plain", "text"))?;
    let above = stack.workspace.path().parent().context("the stack has no parent")?.to_owned();
    let development = above.join("development");
    fs::create_dir(&development)?;
    let program = development.join("terraform-provider-fixture");
    fs::copy(env!("CARGO_BIN_EXE_terraform-provider-fixture"), program)?;
    let configuration = format!(
        "provider_installation {{\n  dev_overrides {{\n    \"parapet-tests/fixture\" = \"{}\"\n  }}\n  direct {{}}\n}}\n",
        development.display()
    );
    fs::write(above.join("terraform.tfrc"), configuration)?;
    // The installed one would not pass: nothing but the override can have been used.
    break_package(&stack)?;
    stack.workspace.apply(&[])?.succeeds().says("1 added").says("development overrides").never_says("is not guarded");
    stack.is_clean()
}

/// Changes the installed provider, in this directory only.
pub(crate) fn break_package(stack: &Stack) -> Result<()> {
    let mirror = stack.workspace.path().parent().context("the stack has no parent")?.join("mirror");
    let mut at = mirror;
    while at.is_dir() {
        at = fs::read_dir(&at)?.next().with_context(|| format!("{} is empty", at.display()))??.path();
    }
    // It shares its content with the one that was built.
    let mut bytes = fs::read(&at)?;
    bytes.push(0);
    let mode = fs::metadata(&at)?.permissions();
    fs::remove_file(&at)?;
    fs::write(&at, bytes)?;
    Ok(fs::set_permissions(&at, mode)?)
}

pub(crate) fn parallel(terraform: &Terraform) -> Result<()> {
    let stacks = [Stack::fixture(terraform, &note("one", "x"))?, Stack::fixture(terraform, &note("two", "x"))?];
    let args = ["apply", "-input=false", "-no-color", "-auto-approve"];
    let runs = [stacks[0].workspace.start(args)?, stacks[1].workspace.start(args)?];
    for run in runs {
        run.wait()?.succeeds().says("1 added");
    }
    for (stack, name) in stacks.iter().zip(["note-one-1.json", "note-two-1.json"]) {
        assert_eq!(stack.objects()?, [name]);
        stack.is_clean()?;
    }
    Ok(())
}
