//! Packages made for other tools run unchanged.

use std::fs;

use flate2::Compression;
use flate2::write::GzEncoder;
use parapet_policy::{Engine, EngineOptions, Policies, PoliciesBuilder, Report, Severity, Verdict, input};
use serde_json::json;

use crate::plan_file::{assert_balanced, create, plan};

fn run(builder: PoliciesBuilder, text: &str) -> Report {
    let policies = builder.build().unwrap_or_else(|e| panic!("{e}"));
    let documents = input::read("in", text.as_bytes().to_vec()).unwrap();
    let report = Engine::new(&policies, EngineOptions::default()).unwrap().check(&documents, Severity::Medium);
    assert_balanced(&report);
    report
}

fn own() -> PoliciesBuilder {
    Policies::builder().embedded(false)
}

fn messages(report: &Report) -> Vec<String> {
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

fn bundle(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, path, text.as_bytes()).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

#[test]
fn opa_bundles() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bundle.tar.gz");
    let main = "package main\nimport rego.v1\ndeny contains data.texts.deny if input.format_version in data.versions";
    let files = [
        (".manifest", "{\"roots\": [\"\"]}"),
        ("main/main.rego", main),
        ("main/main_test.rego", "package main_test\nthis is not read"),
        ("data.json", r#"{"versions": ["1.2"]}"#),
        ("texts/data.yaml", "deny: from the bundle\n"),
    ];
    fs::write(&path, bundle(&files)).unwrap();
    let report = run(own().directory(&path), &plan(vec![]).to_string());
    assert_eq!(messages(&report), ["fail main: from the bundle"]);
}

#[test]
fn hostile_bundles_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("b.tar.gz");
    let refuse = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        own().directory(&path).build().unwrap_err().to_string()
    };
    assert!(refuse(b"not gzip").contains("not a gzipped tar archive"));
    assert!(refuse(b"").contains("b.tar.gz: "));
    let whole = bundle(&[("a.rego", "package a\ndeny := false")]);
    let error = refuse(&whole[..whole.len() / 2]);
    assert!(error.contains("b.tar.gz"), "{error}");
    assert!(refuse(&bundle(&[("a.rego", "package a"), ("data.json", "[1]")])).contains("data files hold an object"));
    // 80 MiB of zeros are small when compressed.
    let zeros = "\0".repeat(1 << 20);
    let names: Vec<String> = (0..80).map(|index| format!("{index}.bin")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), zeros.as_str())).collect();
    assert!(refuse(&bundle(&files)).contains("more than 64 MiB"));
}
