//! Directories of Terraform configuration from the outside: the same stack as source and as its plan, places of findings,
//! what stays open, and what cannot be read.
//!
//! `stack.plan.json` is what Terraform 1.11.4 and hashicorp/aws 5.100.0 planned for `stack/`, without the parts that are not
//! read. After a change of the stack it is made anew with `terraform plan -refresh=false -out=tfplan` and `terraform show
//! -json tfplan`.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod calls;
mod open;
mod places;

use std::fs;
use std::path::{Path, PathBuf};

use parapet_policy::input::hcl::{self, Configured, Variables};
use parapet_policy::{Engine, EngineOptions, Finding, Policies, Report, Severity, input};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hcl").join(path)
}

fn engine() -> Engine {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let policies = Policies::builder().embedded(false).directory(packs).build().unwrap();
    Engine::new(&policies, EngineOptions { threads: Some(1), ..EngineOptions::default() }).unwrap()
}

/// A directory with these files.
fn directory(files: &[(&str, &str)]) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    directory
}

fn read(directory: &Path) -> Configured {
    hcl::read(directory, &Variables::default()).unwrap()
}

/// The report of a configuration, its findings with their places.
fn judged(engine: &Engine, configured: Configured) -> Report {
    let name = configured.document.name().to_owned();
    let mut report = engine.check(&[configured.document], Severity::Info);
    configured.source.doubt(&mut report.findings, &name);
    configured.source.locate(&mut report.findings, &name, false);
    report
}

fn line(finding: &Finding) -> String {
    let path = finding.path.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{} {} {} {path}: {}", finding.verdict, finding.rule, finding.subject.address, finding.message)
}

fn lines(report: &Report) -> Vec<String> {
    let mut lines: Vec<String> = report.findings.iter().map(line).collect();
    lines.sort();
    lines
}

#[test]
fn a_stack_and_its_plan_give_the_same_findings() {
    let engine = engine();
    let configured = read(&here("stack"));
    assert!(configured.problems.is_empty(), "{:?}", configured.problems);
    assert_eq!(configured.notes, Vec::<String>::new());
    let from_source = judged(&engine, configured);
    let plan = input::read("plan.json", fs::read(here("stack.plan.json")).unwrap()).unwrap();
    let from_plan = engine.check(&plan, Severity::Info);
    assert_eq!(from_source.ledger.resources_planned, from_plan.ledger.resources_planned);
    assert_eq!(from_source.passed, from_plan.passed);
    assert!(from_plan.findings.len() > 30, "the plan has something to find");
    assert_eq!(lines(&from_source), lines(&from_plan));
    assert!(from_source.findings.iter().all(|finding| finding.source.is_some()), "every finding has a place");
}

#[test]
fn sensitive_values_are_not_printed() {
    let report = judged(&engine(), read(&here("stack")));
    assert!(!serde_json::to_string(&report.findings).unwrap().contains("correct-horse"));
}

#[test]
fn every_example_can_be_read() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    let mut todo = vec![examples];
    let mut read_ones = 0;
    while let Some(directory) = todo.pop() {
        let inner = fs::read_dir(&directory).unwrap().flatten().map(|entry| entry.path());
        todo.extend(inner.filter(|path| path.is_dir() && !path.ends_with(".terraform")));
        if hcl::is_module(&directory) {
            let configured = read(&directory);
            assert!(configured.problems.is_empty(), "{}: {:?}", directory.display(), configured.problems);
            read_ones += 1;
        }
    }
    assert!(read_ones > 10, "only {read_ones} examples were found");
}

#[test]
fn the_reference_stack_is_judged() {
    let stack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/region-stack.tf");
    let Ok(text) = fs::read_to_string(stack) else {
        eprintln!("skipped: the reference stack is not here");
        return;
    };
    let directory = directory(&[("main.tf", text.as_str())]);
    let configured = read(directory.path());
    assert!(configured.problems.is_empty(), "{:?}", configured.problems);
    let report = judged(&engine(), configured);
    assert!(report.ledger.resources_planned > 0);
    assert!(report.findings.iter().all(|finding| finding.source.is_some()));
}
