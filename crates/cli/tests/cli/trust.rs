//! Waivers, baselines, and reports in several formats.

use super::{Sandbox, plan};

const WAIVER: &str = "waiver \"house-*\" {\n  address = \"aws_s3_bucket.a\"\n  reason  = \"moves to the new account\"\n  owner   = \"storage\"\n  expires = \"2999-12-31\"\n}\n";

fn with_settings(settings: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("parapet.hcl", settings);
    sandbox
}

#[test]
fn a_waiver_is_reported_and_fails_nothing() {
    let sandbox = with_settings(WAIVER);
    sandbox
        .check(&["bad.json"])
        .exits(0)
        .prints("WAIVED  1 finding is accepted for now")
        .prints("moves to the new account (until 2999-12-31, storage, parapet.hcl:1)")
        .prints("1 waived");
    let report = sandbox.check(&["bad.json", "--format", "json"]).exits(0).json();
    assert_eq!(report["findings"][0]["waived"]["owner"], "storage");
    assert_eq!(report["waivers"][0]["state"], "used");
}

#[test]
fn a_waiver_that_is_unused_or_expired_fails_the_run() {
    let sandbox = with_settings(WAIVER);
    sandbox.check(&["good.json"]).exits(1).prints("WAIVER  parapet.hcl:1").prints("FAIL: 1 waiver expired or unused");
    sandbox.check(&["good.json", "--rule", "house-pods-team"]).exits(0);
    let sandbox = with_settings(&WAIVER.replace("2999", "2020"));
    sandbox
        .check(&["bad.json"])
        .exits(1)
        .prints("held until 2020-12-31")
        .prints("1 violation at or above medium; 1 waiver");
}

#[test]
fn comments_in_manifests_waive_what_they_stand_at() {
    let sandbox = with_settings("default_owner = \"platform\"\n");
    let pod =
        |comment: &str| format!("{comment}\napiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  labels:\n    app: x\n");
    sandbox.file("p.yaml", pod("# parapet:ignore house-pods-team until=2999-12-31 reason=\"a test\""));
    sandbox.check(&["p.yaml", "--fail-on", "low"]).exits(0).prints("a test (until 2999-12-31, platform, p.yaml:1)");
    sandbox.file("p.yaml", pod(""));
    sandbox.check(&["p.yaml", "--fail-on", "low"]).exits(1).prints("Pod/p (p.yaml:6)");
    sandbox.file("p.yaml", pod("# parapet:ignore house-pods-team until=2020-12-31 reason=\"a test\""));
    sandbox.check(&["p.yaml", "--fail-on", "low"]).exits(1).prints("WAIVER  p.yaml:1");
    sandbox.file("p.yaml", pod("# parapet:ignore house-pods-team reason=\"a test\""));
    sandbox.check(&["p.yaml"]).exits(2).prints("p.yaml:1:1: `until` is missing");
}

#[test]
fn a_baseline_leaves_only_what_is_new() {
    let sandbox = Sandbox::new();
    sandbox.check(&["bad.json", "--write-baseline", "base.json"]).exits(0).prints("1 finding known and not shown");
    sandbox.check(&["bad.json", "--baseline", "base.json"]).exits(0).prints("1 finding known and not shown");
    std::fs::rename(sandbox.path().join("bad.json"), sandbox.path().join("renamed.json")).unwrap();
    sandbox.check(&["renamed.json", "--baseline", "base.json"]).exits(0);

    let more = [("aws_s3_bucket.a", "aws_s3_bucket", "{}", "{}"), ("aws_s3_bucket.b", "aws_s3_bucket", "{}", "{}")];
    sandbox.file("more.json", plan(&more));
    let out = sandbox.check(&["more.json", "--baseline", "base.json"]).exits(1).prints("aws_s3_bucket.b");
    assert!(!out.stdout.contains("aws_s3_bucket.a"), "{}", out.stdout);

    let moved = plan(&[("module.x.aws_s3_bucket.a", "aws_s3_bucket", "{}", "{}")]);
    sandbox.file("moved.json", moved.replace("\"mode\"", "\"previous_address\": \"aws_s3_bucket.a\", \"mode\""));
    sandbox.check(&["moved.json", "--baseline", "base.json"]).exits(0).prints("1 of them moved");

    sandbox.check(&["bad.json", "--baseline", "none.json"]).exits(2).says("none.json: the baseline cannot be read");
    sandbox.file("broken.json", "{");
    sandbox.check(&["broken.json", "good.json", "--write-baseline", "new.json"]).exits(2).says("new.json: not written");
    assert!(!sandbox.path().join("new.json").exists());
}

#[test]
fn several_reports_at_once() {
    let sandbox = Sandbox::new();
    sandbox
        .check(&["bad.json", "--format", "sarif=out.sarif,junit=out.xml,markdown=out.md,csv=out.csv,text"])
        .exits(1)
        .prints("HIGH  house-s3-named");
    let read = |name: &str| std::fs::read_to_string(sandbox.path().join(name)).unwrap();
    let sarif: serde_json::Value = serde_json::from_str(&read("out.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "house-s3-named");
    assert!(read("out.xml").contains("<failure type=\"high\""));
    assert!(read("out.md").starts_with("### ❌ Parapet found violations"));
    assert!(read("out.csv").starts_with("rule,title,"));
    sandbox.check(&["bad.json", "--format", "github"]).exits(1).prints("::error title=Buckets have a name");
    let left: Vec<_> = std::fs::read_dir(sandbox.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name.to_string_lossy().starts_with(".parapet-")), "{left:?}");
}

#[test]
fn formats_that_do_not_exist_or_collide_are_errors() {
    let sandbox = Sandbox::new();
    sandbox.check(&["bad.json", "--format", "sarf"]).exits(2).says("there is no format `sarf`: use text, json, sarif");
    sandbox.check(&["bad.json", "--format", "text,json"]).exits(2).says("give one of them a file");
    sandbox.check(&["bad.json", "--format", "csv=no/where.csv"]).exits(2).says("no/where.csv: cannot be written");
}
