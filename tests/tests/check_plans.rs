//! `parapet check` on plans that real Terraform made: the right addresses, nothing invented, nothing secret.

#![expect(clippy::unwrap_used, reason = "what these helpers cannot do fails the test that asked")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use parapet_tests::process::{self, Run};
use parapet_tests::{checkout, provider, recorded};
use serde_json::Value;

fn check(args: &[&str], plan: &Path) -> Run {
    let mut command = Command::new(provider::built("parapet").unwrap());
    command.arg("check").args(args).arg(plan);
    process::run(command, Duration::from_secs(60)).unwrap()
}

fn report(plan: &Path) -> Value {
    let run = check(&["--packs", "aws", "--format", "json"], plan).fails();
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}\n{run}"))
}

fn text<'a>(finding: &'a Value, field: &str) -> &'a str {
    finding.get(field).and_then(Value::as_str).unwrap_or_else(|| panic!("no {field} in {finding:#}"))
}

fn findings<'a>(report: &'a Value, verdict: &'a str) -> impl Iterator<Item = &'a Value> {
    let all = report.get("findings").and_then(Value::as_array).unwrap();
    all.iter().filter(move |finding| text(finding, "verdict") == verdict)
}

/// What a section of the stack's README names in backquotes.
fn listed(section: &str) -> Vec<String> {
    let readme = std::fs::read_to_string(checkout::fixture("aws-stack/README.md")).unwrap();
    let section = readme.split("\n## ").find(|part| part.starts_with(section)).unwrap();
    let quoted = section.split('`').skip(1).step_by(2);
    quoted.filter(|it| it.starts_with("aws_") || it.starts_with("module.")).map(str::to_owned).collect()
}

#[test]
fn every_mistake_of_the_aws_stack_is_found_at_its_address() {
    let report = report(&recorded::aws_plan());
    let found: BTreeSet<&str> = findings(&report, "fail").map(|finding| text(finding, "address")).collect();
    let wrong = listed("Wrong");
    assert!(wrong.len() > 10, "{wrong:?}");
    let missed: Vec<&String> = wrong.iter().filter(|address| !found.contains(address.as_str())).collect();
    assert!(missed.is_empty(), "nothing was found at {missed:#?}\nonly at {found:#?}");
}

#[test]
fn nothing_serious_is_found_where_the_aws_stack_is_right() {
    let report = report(&recorded::aws_plan());
    let right = listed("Right");
    assert!(right.len() > 8, "{right:?}");
    let invented: Vec<String> = findings(&report, "fail")
        .filter(|finding| right.iter().any(|address| address == text(finding, "address")))
        .filter(|finding| matches!(text(finding, "severity"), "high" | "critical"))
        .map(|finding| format!("{}: {}", text(finding, "address"), text(finding, "rule")))
        .collect();
    assert!(invented.is_empty(), "{invented:#?}");
}

#[test]
fn what_is_unknown_is_undetermined_with_its_cause() {
    let report = report(&recorded::aws_plan());
    let undetermined: BTreeSet<(&str, &str, &str)> = findings(&report, "undetermined")
        .map(|finding| (text(finding, "address"), text(finding, "attribute"), text(finding, "cause")))
        .collect();
    for question in [
        ("module.audit.aws_cloudtrail.main", "kms_key_id", "unknown until aws_kms_key.main is created"),
        (
            "module.audit.aws_iam_role_policy.trail",
            "policy",
            "unknown until module.audit.aws_cloudwatch_log_group.trail is created",
        ),
    ] {
        assert!(undetermined.contains(&question), "{question:?} is not in {undetermined:#?}");
    }
    let violations: BTreeSet<(&str, &str)> = findings(&report, "fail")
        .filter_map(|it| Some((text(it, "address"), it.get("attribute").and_then(Value::as_str)?)))
        .collect();
    let both: Vec<_> = undetermined.iter().filter(|(at, path, _)| violations.contains(&(*at, *path))).collect();
    assert!(both.is_empty(), "unknown, and yet violations: {both:#?}");
    let planned = report.pointer("/ledger/resources_planned").and_then(Value::as_u64);
    assert_eq!((planned, report.pointer("/ledger/balanced")), (Some(55), Some(&Value::Bool(true))));
}

#[test]
fn sensitive_values_are_in_no_report() {
    for (plan, secret) in [
        (recorded::aws_plan(), "correct-horse-battery-staple"),
        (recorded::lifecycle_plan(), "made-up-token-of-the-lifecycle-fixture"),
    ] {
        assert!(std::fs::read_to_string(&plan).unwrap().contains(secret), "the plan no longer holds its secret");
        for format in ["text", "json"] {
            let run = check(&["--format", format], &plan);
            assert!(matches!(run.status.code(), Some(0 | 1)), "{run}");
            run.never_says(secret);
        }
    }
}
