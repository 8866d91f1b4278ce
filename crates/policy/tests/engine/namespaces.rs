//! Rules about namespaces see objects together that are deployed together, and documents within objects are checked.

use parapet_policy::{Document, Engine, EngineOptions, Policies, Report, Severity, input};

const RULE: &str = r#"# METADATA
# title: Every Deployment has a Service of its name
# custom:
#   severity: medium
#   scope: namespace
#   kinds: [Deployment, Service, Namespace]
#   remediation: Add the Service.
package parapet.test.service

import rego.v1

deny contains {"address": deployment.address, "path": ["metadata", "name"], "message": message} if {
	some deployment in input.by_kind.Deployment
	name := deployment.object.metadata.name
	not name in {service.object.metadata.name | some service in input.by_kind.Service}
	message := sprintf("%q has no Service in %q, complete: %v", [name, input.namespace, input.complete])
}
"#;

fn object(kind: &str, namespace: &str, name: &str) -> String {
    let namespace = if namespace.is_empty() { String::new() } else { format!(", namespace: {namespace}") };
    format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: {name}{namespace}}}\n---\n")
}

fn check(rule: &str, files: &[(&str, String)]) -> Report {
    let policies = Policies::builder().embedded(false).module("r.rego", rule).build().unwrap();
    let engine = Engine::new(&policies, EngineOptions { threads: Some(2), ..EngineOptions::default() }).unwrap();
    let documents: Vec<Document> =
        files.iter().flat_map(|(name, text)| input::read(name, text.clone().into_bytes()).unwrap()).collect();
    let mut report = engine.check(&documents, Severity::Medium);
    assert!(report.ledger.balanced(), "{:?}", report.ledger);
    for (name, text) in files {
        input::locate_in_yaml(&mut report.findings, name, text);
    }
    report
}

fn found(files: &[(&str, String)]) -> Vec<String> {
    let report = check(RULE, files);
    let line = |f: &parapet_policy::Finding| f.source.as_ref().map_or(0, |source| source.line);
    report
        .findings
        .iter()
        .map(|f| format!("{}:{} {}: {}", f.subject.document, line(f), f.subject.address, f.message))
        .collect()
}

#[test]
fn objects_of_a_namespace_are_seen_together_whatever_their_files() {
    let deployment = ("a/deployment.yaml", object("Deployment", "shop", "orders"));
    let service = ("b/service.yaml", object("Service", "shop", "orders"));
    assert_eq!(found(&[deployment.clone(), service]), [""; 0]);
    let elsewhere = ("b/service.yaml", object("Service", "bank", "orders"));
    assert_eq!(
        found(&[deployment.clone(), elsewhere]),
        ["a/deployment.yaml:3 Deployment/shop/orders: \"orders\" has no Service in \"shop\", complete: false"]
    );
    let namespace = ("b/namespace.yaml", object("Namespace", "", "shop"));
    assert_eq!(
        found(&[deployment, namespace]),
        ["a/deployment.yaml:3 Deployment/shop/orders: \"orders\" has no Service in \"shop\", complete: true"]
    );
}

#[test]
fn variants_of_the_same_objects_are_kept_apart() {
    let file = |name: &'static str, kind: &str| (name, object(kind, "shop", "orders"));
    let namespace = ("base/namespace.yaml", object("Namespace", "", "shop"));
    assert_eq!(
        found(&[
            namespace.clone(),
            file("test/d.yaml", "Deployment"),
            file("test/s.yaml", "Service"),
            file("live/d.yaml", "Deployment"),
        ]),
        ["live/d.yaml:3 Deployment/shop/orders: \"orders\" has no Service in \"shop\", complete: false"]
    );
    let both =
        |name: &'static str| (name, object("Deployment", "shop", "orders") + &object("Service", "shop", "orders"));
    assert_eq!(found(&[namespace, both("test.yaml"), file("live.yaml", "Deployment")]).len(), 1);
}

#[test]
fn objects_without_a_namespace_belong_to_their_directory() {
    let deployment = ("a/d.yaml", object("Deployment", "", "orders"));
    assert_eq!(found(&[deployment.clone(), ("a/s.yaml", object("Service", "", "orders"))]), [""; 0]);
    assert_eq!(
        found(&[deployment, ("b/s.yaml", object("Service", "", "orders"))]),
        ["a/d.yaml:3 Deployment/orders: \"orders\" has no Service in \"\", complete: false"]
    );
}

#[test]
fn a_rule_is_not_evaluated_where_nothing_concerns_it() {
    let report = check(RULE, &[("a.yaml", object("Pod", "shop", "orders"))]);
    assert_eq!((report.ledger.evaluations_expected, report.ledger.resources_skipped), (0, 1));
}

#[test]
fn an_error_names_the_rule_and_fails_the_run() {
    let rule = RULE.replace(r#"["metadata", "name"]"#, r#""name""#);
    let report = check(&rule, &[("a.yaml", object("Deployment", "shop", "orders"))]);
    assert_eq!((report.findings.len(), report.exit_code()), (1, 2), "{:?}", report.findings);
}

#[test]
fn scope_namespace_needs_kinds() {
    let rule = RULE.replace("kinds: [Deployment, Service, Namespace]", "resources: [aws_instance]");
    let error = Policies::builder().embedded(false).module("r.rego", rule).build().unwrap_err().to_string();
    assert!(error.contains("`scope: namespace` does not go with `custom.resources`"), "{error}");
}

#[test]
fn a_document_within_an_object_is_found_at_its_line() {
    let rule = r#"# METADATA
# title: No debug exporter
# custom:
#   severity: low
#   documents: [otel_collector]
#   remediation: Take it out.
package parapet.test.debug

import rego.v1

deny contains {"path": ["exporters", "debug"], "message": "debug"} if input.document.exporters.debug
"#;
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: shop}\ndata:\n  c.yaml: |\n    receivers: {}\n    exporters:\n      debug: {x: 1}\n    service: {pipelines: {}}\n";
    let report = check(rule, &[("c.yaml", text.to_owned())]);
    let [finding] = report.findings.as_slice() else { panic!("{:?}", report.findings) };
    assert_eq!(finding.subject.address, "ConfigMap/shop/c");
    assert_eq!(finding.path.as_ref().unwrap().to_string(), r#"data["c.yaml"].exporters.debug"#);
    let source = finding.source.as_ref().unwrap();
    assert_eq!((source.line, source.column, source.end_column), (8, 7, 12));
    let plain = check("package main\n\ndeny contains input.kind if input", &[("c.yaml", text.to_owned())]);
    assert_eq!(plain.findings.len(), 1, "other tools see the object and not its parts again");
}
