//! `parapet.hcl`: found upward, overridden by the command line, and every mistake named with its place.

use super::Sandbox;

fn with(settings: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("parapet.hcl", settings);
    sandbox
}

#[test]
fn settings_count_and_the_command_line_overrides_them() {
    let sandbox = with("policy_dirs = [\"policies\"]\npacks = [\"house\"]\nfail_on = \"critical\"\n");
    sandbox.run(&["check", "bad.json"]).exits(0).prints("HIGH  house-s3-named").prints("2 rules,");
    sandbox.run(&["check", "bad.json", "--fail-on", "high"]).exits(1);
    sandbox.run(&["check", "bad.json", "--packs", "kubernetes"]).exits(0);
    sandbox.run(&["check", "bad.json", "--no-settings", "--packs", "house"]).exits(2).says("no policy pack `house`");
    sandbox.run(&["rules"]).exits(0).prints("house-s3-named").prints("2 rules");
}

#[test]
fn severities_and_off_reach_the_report() {
    let sandbox = with(
        "policy_dirs = [\"policies\"]\npacks = [\"house\"]\nrule \"house-s3-named\" {\n  severity = \"low\"\n}\nrule \"house-pods-*\" {\n  severity = \"off\"\n}\n",
    );
    let out = sandbox.run(&["check", "bad.json", "pod.yaml"]).exits(0).prints("LOW  house-s3-named");
    assert!(!out.stdout.contains("house-pods-team  Pods name"), "{}", out.stdout);
    let report = sandbox.run(&["check", "bad.json", "--format", "json"]).exits(0).json();
    assert_eq!(report["policies"]["off"], serde_json::json!(["house-pods-team"]));
    assert_eq!(report["policies"]["rules"][0]["declared_severity"], "high");
    assert_eq!(report["policies"]["settings"], "parapet.hcl");
}

#[test]
fn they_are_found_above_the_working_directory() {
    let sandbox = with("policy_dirs = [\"policies\"]\npacks = [\"house\"]\n");
    std::fs::create_dir(sandbox.path().join("stack")).unwrap();
    let mut command = sandbox.command(&["check", "../bad.json"]);
    let output = command.current_dir(sandbox.path().join("stack")).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_mistake_is_exit_code_2_with_its_place() {
    with("fail_on = \"hgih\"\n")
        .run(&["check", "bad.json"])
        .exits(2)
        .says("parapet.hcl:1:11: `hgih` is not a severity")
        .says("1 | fail_on = \"hgih\"");
    with("rule \"aws-s3-acces-logging\" {\n  severity = \"off\"\n}\n")
        .run(&["rules"])
        .exits(2)
        .says("parapet.hcl:1:6: no rule matches")
        .says("did you mean `aws-s3-access-logging`?");
    let sandbox = Sandbox::new();
    sandbox.run(&["check", "--settings", "nowhere.hcl", "bad.json"]).exits(2).says("nowhere.hcl: the settings cannot");
    sandbox.file("parapet.hcl", "packs = []\n");
    sandbox.run(&["check", "bad.json"]).exits(2).says("no rule is left");
}
