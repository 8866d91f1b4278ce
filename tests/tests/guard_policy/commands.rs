//! Every command that is guarded, and every way to say where it works.

use std::fs;

use anyhow::{Context as _, Result};
use parapet_tests::process::Run;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::{SAVED_PLAN, Workspace};
use serde_json::{Value, json};

use crate::fixture::{Notes, Running, note};

const POLITE: &str = "fixture-note-polite";

/// The guard denied what `address` says, and said where.
fn rude(run: Run, address: &str) -> Run {
    run.fails().says(POLITE).says(&format!("with {address}")).says("the note is rude").says("parapet: denied")
}

/// The text of a note in the state.
fn in_state(workspace: &Workspace, address: &str) -> Result<Option<String>> {
    let state = workspace.show_state()?;
    let resources = state.pointer("/values/root_module/resources").and_then(Value::as_array);
    let found = resources.into_iter().flatten().find(|it| it.get("address").and_then(Value::as_str) == Some(address));
    Ok(found.and_then(|it| it.pointer("/values/text")).and_then(Value::as_str).map(str::to_owned))
}

pub(crate) fn refresh(terraform: &Terraform) -> Result<()> {
    let notes = Notes::new(terraform, "", &note("a", "fine"))?;
    notes.workspace.apply(&[])?.succeeds().says("nothing to deny");
    notes.say("a", "rude")?;
    // What has become of the world is read; what would be made of it is planned, and fine.
    let run = notes.workspace.run(["refresh", "-input=false", "-no-color"])?.succeeds();
    run.says("1 resource judged").says("nothing to deny");
    assert_eq!(in_state(&notes.workspace, "fixture_note.a")?.as_deref(), Some("rude"));
    notes.workspace.plan(&[])?.succeeds().says("1 to change");
    // Terraform plans to refresh, and keeps nothing of a plan with errors.
    notes.workspace.write("main.tf", &note("a", "rude"))?;
    notes.say("a", "something else")?;
    rude(notes.workspace.run(["refresh", "-input=false", "-no-color"])?, "fixture_note.a");
    assert_eq!(in_state(&notes.workspace, "fixture_note.a")?.as_deref(), Some("rude"));
    Ok(())
}

pub(crate) fn import(terraform: &Terraform) -> Result<()> {
    let notes = Notes::new(terraform, "", &note("a", "rude"))?;
    notes.say("a", "rude")?;
    notes.workspace.import("fixture_note.a", "a/1")?.succeeds().says("Import successful");
    assert_eq!(in_state(&notes.workspace, "fixture_note.a")?.as_deref(), Some("rude"));
    rude(notes.workspace.plan(&[])?, "fixture_note.a");
    notes.workspace.import("fixture_note.none", "a/1")?.fails().says("fixture_note.none");
    Ok(())
}

pub(crate) fn test(terraform: &Terraform) -> Result<()> {
    let configuration =
        format!("variable \"text\" {{\n  type = string\n}}\n{}", note("a", "TEXT")).replace("\"TEXT\"", "var.text");
    let notes = Notes::new(terraform, "", &configuration)?;
    let of = |text: &str, command: &str| {
        format!(
            "run \"it\" {{\n  command = {command}\n  variables {{\n    text = \"{text}\"\n  }}\n  assert {{\n    \
             condition     = fixture_note.a.text == \"{text}\"\n    error_message = \"another text\"\n  }}\n}}\n"
        )
    };
    let with = |text: &str, command: &str| -> Result<Run> {
        notes.workspace.write("tests/it.tftest.hcl", &of(text, command))?;
        notes.workspace.run(["test", "-no-color"])
    };
    with("fine", "plan")?.succeeds().says("1 passed, 0 failed").says("nothing to deny");
    with("fine", "apply")?.succeeds().says("1 passed, 0 failed").says("nothing to deny");
    assert_eq!(notes.text_of("a"), None, "what a test makes it removes");
    for command in ["plan", "apply"] {
        with("rude", command)?.fails().says(POLITE).says("0 passed, 1 failed").says("parapet: denied");
        assert_eq!(notes.text_of("a"), None);
    }
    Ok(())
}

pub(crate) fn destroy(terraform: &Terraform) -> Result<()> {
    let notes = Notes::new(terraform, "", &format!("{}{}", note("a", "fine"), note("b", "keep me")))?;
    notes.workspace.apply(&[])?.succeeds().says("2 added");
    for denied in [notes.workspace.destroy(&[])?, notes.workspace.apply(&["-destroy"])?] {
        denied.fails().says("fixture-note-kept").says("the note is to be kept").says("parapet: denied");
        assert_eq!((notes.text_of("a"), notes.text_of("b")), (Some("fine".to_owned()), Some("keep me".to_owned())));
    }
    // Without anybody who says yes, nothing is destroyed either.
    let asked = notes.workspace.run(["destroy", "-no-color", "-target=fixture_note.a"])?.fails();
    asked.says("Do you really want to destroy all resources?").says("nobody to ask");
    assert!(notes.text_of("a").is_some());
    notes.workspace.destroy(&["-target=fixture_note.a"])?.succeeds().says("1 destroyed");
    notes.workspace.write("main.tf", &note("b", "not any more"))?;
    notes.workspace.apply(&[])?.succeeds().says("1 changed");
    notes.workspace.destroy(&[])?.succeeds().says("1 destroyed");
    assert_eq!((notes.text_of("a"), notes.text_of("b")), (None, None));
    Ok(())
}

pub(crate) fn elsewhere(terraform: &Terraform) -> Result<()> {
    // Where what `init` installs is kept.
    let notes =
        Notes::with(terraform, "", &note("a", "rude"), |workspace| Ok(workspace.with_variable("TF_DATA_DIR", "kept")))?;
    let stack = notes.workspace.path();
    assert!(stack.join("kept/providers").is_dir() && !stack.join(".terraform").exists());
    rude(notes.workspace.plan(&[])?, "fixture_note.a");

    // Where the stack is, seen from where the command is run.
    let notes = Notes::new(terraform, "", "")?;
    notes.workspace.write("inner/provider.tf", &fs::read_to_string(notes.workspace.path().join("provider.tf"))?)?;
    notes.workspace.write("inner/main.tf", &note("a", "rude"))?;
    fs::create_dir(notes.workspace.path().join("inner/objects"))?;
    let inner = |args: &[&str]| notes.workspace.run(["-chdir=inner"].iter().chain(args));
    inner(&["plan", "-input=false", "-no-color"])?.fails().says("terraform init");
    inner(&["init", "-input=false", "-no-color"])?.succeeds().never_says("parapet:");
    rude(inner(&["plan", "-input=false", "-no-color"])?, "fixture_note.a");
    rude(inner(&["apply", "-input=false", "-no-color", "-auto-approve"])?, "fixture_note.a");
    notes.workspace.write("inner/main.tf", &note("a", "fine"))?;
    inner(&["apply", "-input=false", "-no-color", "-auto-approve"])?.succeeds().says("1 added");
    assert!(notes.workspace.path().join("inner/objects/note-a-1.json").is_file());
    inner(&["plan", "-input=false", "-no-color", "-out=p"])?.succeeds();
    inner(&["apply", "-input=false", "-no-color", "p"])?.succeeds();
    Ok(())
}

pub(crate) fn detailed(terraform: &Terraform) -> Result<()> {
    let notes = Notes::new(terraform, "", &note("a", "fine"))?;
    notes.workspace.plan_changes(&[])?.exits(2).says("1 to add").says("nothing to deny");
    notes.workspace.apply(&[])?.succeeds();
    notes.workspace.plan_changes(&[])?.exits(0).says("No changes");
    notes.workspace.write("main.tf", &note("a", "rude"))?;
    rude(notes.workspace.plan_changes(&[])?, "fixture_note.a");
    // By a rule about the plan, which Terraform itself has found nothing wrong with.
    notes.workspace.write("main.tf", &["a", "b", "c"].map(|name| note(name, "fine")).concat())?;
    notes.workspace.plan_changes(&[])?.exits(1).says("2 to add").says("fixture-note-few");
    Ok(())
}

pub(crate) fn saved(terraform: &Terraform) -> Result<()> {
    let notes = Notes::new(terraform, "", &note("a", "rude"))?;
    let out = format!("-out={SAVED_PLAN}");
    notes.unguarded(&["plan", "-input=false", "-no-color", &out])?.succeeds();
    notes.workspace.apply_saved()?.fails().says(POLITE).says("fixture_note.a").says("parapet: denied");
    assert_eq!(notes.text_of("a"), None);
    // What nobody guards is made.
    notes.unguarded(&["apply", "-input=false", "-no-color", SAVED_PLAN])?.succeeds();
    assert_eq!(notes.text_of("a").as_deref(), Some("rude"));
    // One that passes is applied as it was saved.
    notes.workspace.write("main.tf", &note("a", "better"))?;
    notes.workspace.plan(&[])?.succeeds();
    notes.workspace.apply_saved()?.succeeds().says("1 changed").says("nothing to deny");
    assert_eq!(notes.text_of("a").as_deref(), Some("better"));
    notes.workspace.run(["apply", "-no-color", "no-such-plan"])?.fails().says("no-such-plan");
    Ok(())
}

pub(crate) fn warned(terraform: &Terraform) -> Result<()> {
    let many = ["a", "b", "c"].map(|name| note(name, "rude")).concat();
    let notes = Notes::new(terraform, "--mode warn --audit 'AUDIT'", &many)?;
    let run = notes.workspace.apply(&[])?.succeeds().says("3 added").says("nothing to deny");
    let run = run.says("Warning: Notes are polite (fixture-note-polite, high)").says("fixture-note-few");
    run.says("4 warnings");
    assert_eq!(notes.text_of("c").as_deref(), Some("rude"));
    let decisions = notes.decisions()?;
    assert!(decisions.iter().all(|it| it.get("denied") == Some(&json!(false))), "{decisions:?}");
    assert!(decisions.iter().any(|it| it.get("verdict") == Some(&json!("fail"))), "{decisions:?}");
    Ok(())
}

pub(crate) fn recorded(terraform: &Terraform) -> Result<()> {
    let notes = Notes::new(terraform, "--audit 'AUDIT'", &format!("{}{}", note("a", "fine"), note("b", "rude")))?;
    rude(notes.workspace.apply(&[])?, "fixture_note.b");
    let mut first = notes.decisions()?;
    first.sort_by_key(|it| it.get("verdict").map(ToString::to_string));
    let [fail, pass] = first.as_slice() else { anyhow::bail!("one decision for each note: {first:?}") };
    let digest = fail.get("policies").and_then(Value::as_str).context("no digest")?;
    assert!(digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()), "{digest}");
    for (line, verdict, path) in [(fail, "fail", json!("text")), (pass, "pass", Value::Null)] {
        let mut line = line.clone();
        let time = line.as_object_mut().and_then(|line| line.remove("time")).context("no time")?;
        let time = time.as_str().unwrap_or_default();
        assert!(time.len() >= 20 && time.starts_with("20") && time.ends_with('Z'), "{time}");
        let expected = json!({
            "stage": "plan",
            "provider": "registry.terraform.io/parapet-tests/fixture",
            "type": "fixture_note",
            "address": null,
            "actions": ["create"],
            "rule": POLITE,
            "severity": "high",
            "verdict": verdict,
            "path": path,
            "denied": verdict == "fail",
            "policies": digest,
        });
        assert_eq!(line, expected);
    }
    // Appended to: planned, whole, and judged once more before it is made.
    notes.workspace.write("main.tf", &note("a", "fine"))?;
    notes.workspace.apply(&[])?.succeeds();
    let all = notes.decisions()?;
    let stages: Vec<&str> = all.iter().skip(2).filter_map(|it| it.get("stage").and_then(Value::as_str)).collect();
    for stage in ["plan", "whole-plan", "apply"] {
        assert!(stages.contains(&stage), "{stage} is not in {stages:?}");
    }
    assert!(all.iter().all(|it| it.get("policies").and_then(Value::as_str) == Some(digest)));
    Ok(())
}

pub(crate) fn attached(terraform: &Terraform) -> Result<()> {
    let mut started = None;
    let notes = Notes::with(terraform, "", &note("a", "rude"), |workspace| {
        let running = Running::start(&workspace.path())?;
        let workspace = workspace.with_variable("TF_REATTACH_PROVIDERS", &running.reattach);
        started = Some(running);
        Ok(workspace)
    })?;
    let mut running = started.context("not started")?;
    assert!(!notes.workspace.path().join(".terraform.lock.hcl").exists(), "it is not installed: only one can be used");
    rude(notes.workspace.plan(&[])?.never_says("is not guarded"), "fixture_note.a");
    notes.workspace.write("main.tf", &note("a", "fine"))?;
    notes.workspace.apply(&[])?.succeeds().says("1 added").says("nothing to deny");
    assert_eq!(notes.text_of("a").as_deref(), Some("fine"));
    assert!(running.runs()?, "whoever started it ends it");
    notes.workspace.destroy(&[])?.succeeds().says("1 destroyed");
    assert!(running.runs()?);
    Ok(())
}

pub(crate) fn unlocked(terraform: &Terraform) -> Result<()> {
    let notes = Notes::new(terraform, "", &note("a", "fine"))?;
    let lock = |hashes: &str| {
        let provider = "provider \"registry.terraform.io/parapet-tests/fixture\"";
        let version = env!("CARGO_PKG_VERSION");
        notes.workspace.write(".terraform.lock.hcl", &format!("{provider} {{\n  version = \"{version}\"\n{hashes}}}\n"))
    };
    let plan = ["plan", "-input=false", "-no-color"];
    // The guard says what Terraform says: of `zh:` nothing can be compared with an unpacked package.
    lock(&format!("  hashes = [\"zh:{}\"]\n", "0".repeat(64)))?;
    notes.unguarded(&plan)?.fails().says("does not match any of the checksums");
    notes.workspace.run(plan)?.fails().says("does not match the dependency lock file").says("an h1: checksum");
    lock("  hashes = []\n")?;
    notes.unguarded(&plan)?.fails().says("\"hashes\" argument must either be omitted");
    notes.workspace.run(plan)?.fails().says("`hashes` of").says("is empty");
    lock("")?;
    notes.unguarded(&plan)?.succeeds();
    notes.workspace.run(plan)?.succeeds().says("nothing to deny");
    Ok(())
}

pub(crate) fn commented(terraform: &Terraform) -> Result<()> {
    let ignored = |name: &str, until: &str| {
        let comment = format!("# parapet:ignore {POLITE} until={until} reason=\"a quotation\" owner=press");
        note(name, "rude").replace("  text", &format!("  {comment}\n  text"))
    };
    let both = format!("{}{}", ignored("a", "2999-12-31"), note("b", "rude"));
    let notes = Notes::new(terraform, "", &both)?;
    // One comment is about one note: which, the finished plan knows.
    let run = notes.workspace.plan(&[])?.fails().says("the note is rude").says("fixture_note.b");
    run.never_says("fixture_note.a (").says("on main.tf line 10").says("1 waived").says("parapet: denied");
    notes.workspace.apply(&[])?.fails().says("1 waived");
    assert_eq!((notes.text_of("a"), notes.text_of("b")), (None, None));
    notes.workspace.write("main.tf", &ignored("a", "2999-12-31"))?;
    notes.workspace.apply(&[])?.succeeds().says("1 added").says("1 waived").says("nothing to deny");
    assert_eq!(notes.text_of("a").as_deref(), Some("rude"));
    // Its last day is over, or it is not complete.
    for (until, said) in [("2020-01-01", "the note is rude"), ("soon", "`soon` is not a date")] {
        notes.workspace.write("main.tf", &ignored("c", until))?;
        rude(notes.workspace.plan(&[])?.says(said), "fixture_note.c");
    }
    Ok(())
}
