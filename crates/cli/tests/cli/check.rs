//! `parapet check`: verdicts, exit codes, inputs and formats.

use std::process::Stdio;

use super::{Sandbox, plan};

#[test]
fn a_violation_is_exit_code_1() {
    let out = Sandbox::new().check(&["bad.json"]).exits(1);
    assert_eq!(out.stderr, "");
    out.prints("HIGH  house-s3-named  Buckets have a name")
        .prints("aws_s3_bucket.a  bucket: the bucket has no name")
        .prints("Fix: Set `bucket`.")
        .prints("FAIL: 1 violation at or above medium");
}

#[test]
fn a_pass_is_exit_code_0() {
    Sandbox::new().check(&["good.json"]).exits(0).prints("PASS: no violation at or above medium");
}

#[test]
fn fail_on_moves_the_threshold() {
    let sandbox = Sandbox::new();
    sandbox.check(&["bad.json", "--fail-on", "critical"]).exits(0).prints("1 below");
    sandbox.check(&["pod.yaml"]).exits(0).prints("LOW  house-pods-team").prints("Pod/ns/p");
    sandbox.check(&["pod.yaml", "--fail-on", "low"]).exits(1);
    sandbox
        .check(&["pod.yaml", "--fail-on", "severe"])
        .exits(2)
        .says("possible values: info, low, medium, high, critical");
}

#[test]
fn an_unknown_value_is_undetermined() {
    let sandbox = Sandbox::new();
    sandbox.file("unknown.json", plan(&[("aws_s3_bucket.a", "aws_s3_bucket", "{}", r#"{"bucket": true}"#)]));
    sandbox.check(&["unknown.json"]).exits(0).prints("UNDETERMINED").prints("1 undetermined").prints("PASS");
}

#[test]
fn standard_input_is_an_input() {
    let sandbox = Sandbox::new();
    let bad = std::fs::read_to_string(sandbox.path().join("bad.json")).unwrap();
    let args = ["check", "--no-builtin-packs", "--policies", "policies", "-", "pod.yaml"];
    sandbox.run_with(&args, &bad).exits(1).prints("aws_s3_bucket.a (standard input)").prints("Pod/ns/p (pod.yaml:3)");
    sandbox.run_with(&args, "").exits(2).prints("-: the input is empty");
}

#[test]
fn a_directory_is_searched_and_what_is_not_recognised_is_noted() {
    let sandbox = Sandbox::new();
    sandbox.file("in/b/pod.yml", "apiVersion: v1\nkind: Pod\nmetadata: {name: q}\n");
    sandbox.file("in/a.json", std::fs::read(sandbox.path().join("bad.json")).unwrap());
    sandbox.file("in/package.json", r#"{"name": "web", "version": "1.0.0"}"#);
    sandbox.file("in/readme.txt", "not looked at");
    sandbox.file("in/.git/x.json", "not looked at");
    let out = sandbox
        .check(&["in"])
        .exits(1)
        .says("note: skipped in/package.json: ")
        .prints("Pod/q")
        .prints("aws_s3_bucket.a");
    assert!(!out.stderr.contains("readme") && !out.stderr.contains(".git"), "{}", out.stderr);
    let quiet = sandbox.check(&["in", "--quiet"]).exits(1);
    assert_eq!(quiet.stderr, "");
}

#[test]
fn nothing_to_check_is_an_error() {
    let sandbox = Sandbox::new();
    sandbox.check(&[]).exits(2).says("PATH");
    sandbox.file("empty/readme.txt", "");
    sandbox.check(&["empty"]).exits(2).says("no .tf, .json, .yaml or .yml file is in this directory");
    sandbox.file("other/package.json", r#"{"name": "web"}"#);
    sandbox.check(&["other"]).exits(2).says("there is nothing to check");
    sandbox.file("comments.yaml", "# nothing\n---\n");
    sandbox.check(&["comments.yaml"]).exits(2).says("comments.yaml: ");
}

#[test]
fn quiet_is_silent_about_a_pass() {
    let sandbox = Sandbox::new();
    let pass = sandbox.check(&["good.json", "--quiet"]).exits(0);
    assert_eq!((pass.stdout.as_str(), pass.stderr.as_str()), ("", ""));
    let fail = sandbox.check(&["bad.json", "-q"]).exits(1).prints("house-s3-named");
    assert!(!fail.stdout.contains("resources:"), "{}", fail.stdout);
}

#[test]
fn json_is_valid_and_alone_on_standard_output() {
    let sandbox = Sandbox::new();
    let out = sandbox.check(&["bad.json", "pod.yaml", "--format", "json"]).exits(1);
    assert_eq!(out.stderr, "");
    let report = out.json();
    assert_eq!(report["format_version"], "1.1");
    assert_eq!(report["verdict"], "fail");
    assert_eq!(report["exit_code"], 1);
    assert_eq!(report["ledger"]["balanced"], true);
    assert_eq!(report["findings"][0]["rule"], "house-s3-named");
    assert_eq!(report["findings"][0]["path"], serde_json::json!(["bucket"]));
    assert_eq!(report["documents"].as_array().unwrap().len(), 2);
}

#[test]
fn one_bad_file_does_not_hide_the_others() {
    let sandbox = Sandbox::new();
    sandbox.file("broken.json", "{\"format_version\": ");
    let text = sandbox.check(&["broken.json", "bad.json"]).exits(2);
    text.prints("broken.json:1:")
        .prints("house-s3-named")
        .prints("ERROR: 1 input could not be read. This is not a pass.");
    let json = sandbox.check(&["broken.json", "bad.json", "--format", "json"]).exits(2).says("error: broken.json:1:");
    let report = json.json();
    assert_eq!((&report["verdict"], &report["exit_code"]), (&"error".into(), &2.into()));
    assert_eq!(report["input_errors"][0]["document"], "broken.json");
    assert_eq!(report["findings"][0]["rule"], "house-s3-named");
}

#[test]
fn rules_and_packs_are_selected() {
    let sandbox = Sandbox::new();
    sandbox.check(&["bad.json", "--rule", "house-pods-*"]).exits(0).prints("1 rule,");
    sandbox.check(&["bad.json", "--rule", "house-pods-team", "--rule", "*-named"]).exits(1).prints("2 rules,");
    sandbox.check(&["bad.json", "--packs", "house"]).exits(1);
}

#[test]
fn a_file_named_twice_is_checked_once() {
    Sandbox::new().check(&["bad.json", "./bad.json"]).exits(1).prints("1 violation (1 high)");
}

#[test]
fn colour_is_for_terminals_and_for_those_who_force_it() {
    let sandbox = Sandbox::new();
    assert!(!sandbox.check(&["bad.json"]).stdout.contains('\u{1b}'));
    let args = ["check", "--no-builtin-packs", "--policies", "policies", "bad.json"];
    let forced = sandbox.command(&args).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(forced.stdout.contains(&0x1b));
    let forbidden = sandbox.command(&args).env("CLICOLOR_FORCE", "0").env("NO_COLOR", "1").output().unwrap();
    assert!(!forbidden.stdout.contains(&0x1b));
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let sandbox = Sandbox::new();
    let names: Vec<String> = (0..2_000).map(|number| format!("aws_s3_bucket.bucket_{number}")).collect();
    let resources: Vec<(&str, &str, &str, &str)> =
        names.iter().map(|name| (name.as_str(), "aws_s3_bucket", "{}", "{}")).collect();
    sandbox.file("large.json", plan(&resources));
    let args = ["check", "--no-builtin-packs", "--policies", "policies", "large.json", "--format", "json"];
    let mut child = sandbox.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(1), "the verdict stands");
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error() {
    let sandbox = Sandbox::new();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let args = ["check", "--no-builtin-packs", "--policies", "policies", "good.json"];
    let output = sandbox.command(&args).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(stderr.starts_with("error: standard output cannot be written: "), "{stderr}");
}

#[test]
fn help_teaches() {
    let sandbox = Sandbox::new();
    sandbox.run(&["--help"]).exits(0).prints("Examples:").prints("terraform show -json");
    sandbox
        .run(&["check", "--help"])
        .exits(0)
        .prints("Exit codes:")
        .prints("[default: that of parapet.hcl, else medium]")
        .prints("`-` is standard input");
    sandbox.run(&["check", "-h"]).exits(0).prints("Examples:");
    sandbox.run(&["--version"]).exits(0).prints(&format!("parapet {}", env!("CARGO_PKG_VERSION")));
    sandbox.run(&["chekc"]).exits(2).says("check");
}

#[test]
fn a_profile_names_the_slowest_rules_and_leaves_the_report_alone() {
    let sandbox = Sandbox::new();
    let report = sandbox.check(&["bad.json"]).exits(1).stdout;
    let out = sandbox.check(&["bad.json", "--profile"]).exits(1);
    assert_eq!(out.stdout, report);
    out.says("1 rules took").says("evaluations").says("house-s3-named");
}
