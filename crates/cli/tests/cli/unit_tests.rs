//! `parapet test`.

use super::Sandbox;

const TESTS: &str = r#"package parapet.house.s3.named_test

import rego.v1

import data.parapet.house.s3.named

test_named if {
	count(named.deny) == 0 with input as {"resource": {"values": {"bucket": "b"}}}
}

test_without_a_name if {
	print("looking")
	count(named.deny) == 2 with input as {"resource": {"values": {}}}
}

todo_test_later if false
"#;

fn sandbox(tests: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("policies/house/named_test.rego", tests);
    sandbox
}

#[test]
fn failures_show_where_and_what_was_printed() {
    let out = sandbox(TESTS).run(&["test", "policies"]).exits(1);
    assert_eq!(out.stderr, "");
    out.prints("FAIL  policies/house/named_test.rego:11  parapet.house.s3.named_test.test_without_a_name")
        .prints("is undefined; the last line reached is 13")
        .prints("printed: policies/house/named_test.rego:12: looking")
        .prints("TODO  policies/house/named_test.rego:16")
        .prints("FAIL: 1 passed, 1 failed, 0 errors, 1 to do in ");
}

#[test]
fn a_pass_is_one_line() {
    let out =
        sandbox(&TESTS.replace("== 2", "== 1").replace("todo_test_later", "later")).run(&["test", "policies"]).exits(0);
    assert!(out.stdout.starts_with("PASS: 2 passed, 0 failed, 0 errors in "), "{}", out.stdout);
    assert_eq!(out.stdout.lines().count(), 1);
}

#[test]
fn the_filter_and_no_tests() {
    let sandbox = sandbox(TESTS);
    sandbox.run(&["test", "policies", "--filter", "test_named"]).exits(0).prints("1 passed").prints("2 filtered out");
    sandbox.run(&["test", "policies", "--filter", "nothing"]).exits(2).says("none of the 3 tests");
    std::fs::remove_file(sandbox.path().join("policies/house/named_test.rego")).unwrap();
    sandbox.run(&["test", "policies"]).exits(2).says("policies: there are no tests");
    sandbox.run(&["test", "nowhere"]).exits(2).says("nowhere");
}

#[test]
fn coverage_has_a_threshold() {
    let sandbox = sandbox(&TESTS.replace("== 2", "== 1"));
    sandbox
        .run(&["test", "policies", "--coverage"])
        .exits(0)
        .prints("100.0%  policies/house/named.rego\n")
        .prints("  0.0%  policies/house/team.rego  not covered: 11-12");
    sandbox.run(&["test", "policies", "--coverage-threshold", "40"]).exits(0);
    sandbox.run(&["test", "policies", "--coverage-threshold", "90"]).exits(1).says("90% are asked for");
    sandbox.run(&["test", "policies", "--coverage", "--min-coverage", "95"]).exits(1).says("95% are asked for");
    sandbox.run(&["test", "policies", "--coverage-threshold", "900"]).exits(2).says("is not a percentage");
}

#[test]
fn json_is_valid() {
    let out = sandbox(TESTS).run(&["test", "policies", "--format", "json", "--coverage"]).exits(1);
    let report = out.json();
    assert_eq!(
        report["counts"],
        serde_json::json!({"passed": 1, "failed": 1, "errors": 0, "todo": 1, "filtered_out": 0})
    );
    assert_eq!(report["tests"][1]["status"], "failed");
    assert_eq!(report["tests"][1]["line"], 11);
    assert_eq!(report["coverage"]["files"].as_array().unwrap().len(), 2);
}

/// Every field of a JSON value as `tests[].name`; of `tool` only the field itself.
fn fields(value: &serde_json::Value, at: &str, into: &mut std::collections::BTreeSet<String>) {
    if let Some(object) = value.as_object().filter(|_| at != "tool") {
        for (name, value) in object {
            let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            into.insert(path.clone());
            fields(value, &path, into);
        }
    }
    for item in value.as_array().into_iter().flatten() {
        fields(item, &format!("{at}[]"), into);
    }
}

#[test]
fn every_field_of_the_json_is_documented() {
    let sandbox = sandbox(TESTS);
    sandbox.file("policies/house/lost.rego", "package lost\nimport rego.v1\ntest_lost if true\n");
    let report = sandbox.run(&["test", "policies", "--format", "json", "--coverage"]).exits(1).json();
    let mut written = std::collections::BTreeSet::new();
    fields(&report, "", &mut written);
    assert!(written.contains("warnings[].message") && written.contains("coverage.files[].not_covered"), "{written:?}");
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/testing-rules.md");
    let page = std::fs::read_to_string(page).unwrap();
    let documented =
        page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | ")).map(|(field, _)| field);
    assert_eq!(written, documented.map(str::to_owned).filter(|field| !field.contains(' ')).collect());
}

#[test]
fn an_error_in_one_test_is_exit_code_2_and_hides_nothing() {
    let broken = TESTS.replace("== 2", "== 1")
        + "\ntest_conflict if {\n\tx := {\"a\": y | some y in [1, 2]}\n\tcount(x) == 1\n}\n";
    let out = sandbox(&broken).run(&["test", "policies"]).exits(2);
    out.prints("ERROR  policies/house/named_test.rego:18").prints("2 passed, 0 failed, 1 error,");
}

#[test]
fn slow_rego_is_warned_about() {
    let sandbox = sandbox(&TESTS.replace("== 2", "== 1"));
    let rule = super::BUCKET_RULE
        .replace("house.s3.named", "house.s3.unique")
        .replace("#   severity", "#   scope: plan\n#   severity")
        .replace(
            "\tnot input.resource.values.bucket",
            "\tsome a in input.plan.resources\n\tsome b in input.plan.resources\n\ta.address != b.address",
        );
    sandbox.file("policies/house/unique.rego", rule);
    sandbox.run(&["test", "policies"]).exits(0).says("warning: policies/house/unique.rego:16: two loops over the plan");
}

#[test]
fn watching_tests_again_after_a_change() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;
    use std::sync::mpsc;
    use std::time::Duration;

    let passing = TESTS.replace("== 2", "== 1");
    let sandbox = sandbox(&passing);
    let mut command = sandbox.command(&["test", "--watch", "policies"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (sender, lines) = mpsc::channel();
    let stdout = BufReader::new(child.stdout.take().unwrap());
    let reader = std::thread::spawn(move || {
        for line in stdout.lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    let next = |what: &str| loop {
        let line = lines.recv_timeout(Duration::from_secs(60)).unwrap_or_else(|error| panic!("no `{what}`: {error}"));
        if line.starts_with(what) {
            break;
        }
    };
    next("PASS: 2 passed");
    sandbox.file("policies/house/named_test.rego", TESTS);
    next("FAIL: 1 passed, 1 failed");
    sandbox.file("policies/house/named_test.rego", "package x\n\ny if {\n");
    std::thread::sleep(Duration::from_millis(700));
    sandbox.file("policies/house/named_test.rego", passing);
    next("PASS: 2 passed");
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
}
