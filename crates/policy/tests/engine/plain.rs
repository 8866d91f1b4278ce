//! Packages made for other tools run unchanged.

use parapet_policy::{Engine, EngineOptions, Policies, PoliciesBuilder, Report, Severity, Verdict, input};
use serde_json::json;

use crate::plan_file::{assert_balanced, create, plan};

pub(crate) fn run(builder: PoliciesBuilder, text: &str) -> Report {
    let policies = builder.build().unwrap_or_else(|e| panic!("{e}"));
    let documents = input::read("in", text.as_bytes().to_vec()).unwrap();
    let report = Engine::new(&policies, EngineOptions::default()).unwrap().check(&documents, Severity::Medium);
    assert_balanced(&report);
    report
}

pub(crate) fn own() -> PoliciesBuilder {
    Policies::builder().embedded(false)
}

pub(crate) fn messages(report: &Report) -> Vec<String> {
    let line = |f: &parapet_policy::Finding| {
        format!("{}{} {}: {}", f.verdict, if f.warning { " (warning)" } else { "" }, f.rule, f.message)
    };
    let mut lines: Vec<String> = report.findings.iter().map(line).collect();
    lines.sort();
    lines
}

const CONFTEST_V0: &str = r#"package main

deny[msg] {
  r := input.resource_changes[_]
  r.type == "aws_s3_bucket"
  not r.change.after.tags.Owner
  msg := sprintf("%s has no owner", [r.address])
}

violation[{"msg": msg, "details": {}}] {
  input.format_version == "1.2"
  msg := "format"
}

warn_old[msg] {
  input.terraform_version
  msg = "warned"
}

deny_never[msg] { false; msg := "" }
"#;

#[test]
fn conftest_packages_on_plans() {
    let input = plan(vec![create("aws_s3_bucket.a", json!({"tags": {}}), json!({}))]).to_string();
    let report = run(own().module("main.rego", CONFTEST_V0), &input);
    assert_eq!(
        messages(&report),
        ["fail (warning) main: warned", "fail main: aws_s3_bucket.a has no owner", "fail main: format"]
    );
    assert_eq!(report.exit_code(), 1);
    assert_eq!(report.counts().warnings, 1);

    let v1 = "package main\nimport rego.v1\ndeny contains {\"msg\": \"v1\"} if input.format_version\n";
    assert_eq!(messages(&run(own().module("m", v1), &input)), ["fail main: v1"]);
    let only_warning = "package main\nwarn[msg] { msg := \"w\" }";
    assert_eq!(run(own().module("m", only_warning), &input).exit_code(), 0);
    let boolean = "package main\nimport rego.v1\ndefault deny := false\ndeny if input.format_version == \"1.2\"";
    assert_eq!(messages(&run(own().module("m", boolean), &input)), ["fail main: package main"]);
}

#[test]
fn one_package_may_be_spread_over_files() {
    let a = "package main\nimport rego.v1\ndeny contains \"a\" if input.format_version";
    let b = "package main\ndeny[msg] { input.format_version; msg := \"b\" }";
    let report = run(own().module("a", a).module("b", b), &plan(vec![]).to_string());
    assert_eq!(messages(&report), ["fail main: a", "fail main: b"]);
}

#[test]
fn admission_packages_on_reviews_and_manifests() {
    let admission = "package kubernetes.admission\ndeny[msg] {\n  input.request.kind.kind == \"Pod\"\n  image := input.request.object.spec.containers[_].image\n  not startswith(image, \"good/\")\n  msg := sprintf(\"image %v\", [image])\n}\n";
    let manifest =
        "package main\ndeny[msg] { input.kind == \"Pod\"; input.spec.hostNetwork; msg := \"host network\" }\n";
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"},
        "spec": {"hostNetwork": true, "containers": [{"image": "bad/x"}]}});
    let review = json!({"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
        "request": {"uid": "1", "operation": "CREATE", "kind": {"kind": "Pod"}, "object": pod}});
    let both = || own().module("a.rego", admission).module("m.rego", manifest);
    assert_eq!(messages(&run(both(), &review.to_string())), ["fail kubernetes-admission: image bad/x"]);
    let report = run(both(), &pod.to_string());
    assert_eq!(messages(&report), ["fail main: host network"]);
    assert_eq!(report.findings[0].subject.address, "Pod/p");
}

#[test]
fn one_broken_rule_does_not_hide_its_neighbour() {
    let source = "package main\nimport rego.v1\nx := 1 if input.format_version\nx := 2 if input.format_version\ndeny contains \"d\" if x == 1\nviolation contains \"v\" if true";
    let report = run(own().module("m.rego", source), &plan(vec![]).to_string());
    assert!(messages(&report).contains(&"fail main: v".to_owned()), "{:#?}", report.findings);
    assert!(report.findings.iter().any(|f| f.verdict == Verdict::Error));
    assert_eq!(report.exit_code(), 2);
}
