//! Which resources a rule sees, and how.

use parapet_policy::{Engine, EngineOptions, Severity, Verdict};
use serde_json::json;

use crate::plan_file::{assert_balanced, change, check, create, documents, lines, plan, policies, rule};

fn open(custom: &str) -> Vec<String> {
    let body = "deny contains {\"path\": [\"open\"], \"message\": sprintf(\"open is %v\", [input.resource.values.open])} if input.resource.values.open";
    vec![rule("open", custom, body)]
}

#[test]
fn a_violation_names_rule_resource_attribute_and_remedy() {
    let report =
        check(&open(""), &plan(vec![create("module.a[\"x.y\"].aws_t.b[0]", json!({"open": true}), json!({}))]));
    let [finding] = report.findings.as_slice() else { panic!("{:#?}", report.findings) };
    assert_eq!(finding.rule, "test-open");
    assert_eq!(finding.subject.address, "module.a[\"x.y\"].aws_t.b[0]");
    assert_eq!(finding.subject.kind, "aws_t");
    assert_eq!(finding.subject.document, "plan.json");
    assert_eq!(finding.message, "open is true");
    assert_eq!(finding.remediation, "Mend it.");
    assert_eq!((finding.verdict, finding.severity), (Verdict::Fail, Severity::High));
    assert_eq!(report.exit_code(), 1);
    assert_balanced(&report);
}

#[test]
fn the_ledger_accounts_for_every_resource() {
    let yes = || json!({"open": true});
    let no = json!(null);
    let mut deposed = change("aws_t.deposed", &["delete"], yes(), no.clone(), json!({}));
    deposed["deposed"] = json!("abcd1234");
    let input = plan(vec![
        create("aws_t.create", yes(), json!({})),
        change("aws_t.update", &["update"], json!({}), yes(), json!({})),
        change("aws_t.replace", &["delete", "create"], yes(), yes(), json!({})),
        change("aws_t.replace_first", &["create", "delete"], yes(), yes(), json!({})),
        change("aws_t.same", &["no-op"], yes(), yes(), json!({})),
        change("aws_t.gone", &["delete"], yes(), no.clone(), json!({})),
        change("aws_t.forgotten", &["forget"], yes(), no.clone(), json!({})),
        change("data.aws_t.read", &["read"], no, yes(), json!({})),
        create("aws_other.x", yes(), json!({})),
        deposed,
    ]);
    let report = check(&open(""), &input);
    assert_eq!(
        lines(&report),
        [
            "fail aws_t.create open",
            "fail aws_t.replace open",
            "fail aws_t.replace_first open",
            "fail aws_t.same open",
            "fail aws_t.update open"
        ]
    );
    assert_balanced(&report);
    insta::assert_json_snapshot!(report.ledger, @r#"
    {
      "resources_planned": 10,
      "resources_evaluated": 5,
      "resources_skipped": 5,
      "skipped": {
        "data source, no selected rule is about it": 1,
        "deleted by the plan": 1,
        "deposed object, deleted by the plan": 1,
        "forgotten by the plan": 1,
        "no selected rule is about its type": 1
      },
      "evaluations_expected": 5,
      "evaluations_done": 5
    }
    "#);
}

#[test]
fn rules_may_ask_for_deletions_and_data_sources() {
    let input = plan(vec![
        change("aws_t.gone", &["delete"], json!({"open": true}), json!(null), json!({})),
        change("aws_t.swapped", &["create", "delete"], json!({"open": true}), json!({}), json!({})),
        create("aws_t.new", json!({}), json!({})),
        change("data.aws_t.read", &["read"], json!(null), json!({"open": true}), json!({})),
    ]);
    let body =
        "deny contains {\"message\": \"gone\"} if { \"delete\" in input.resource.actions; input.resource.prior.open }";
    let deletions = rule("deletion", "actions: [delete]", body);
    let data = open("resources: [data.aws_t]").remove(0);
    let report = check(&[deletions, data], &input);
    assert_eq!(lines(&report), ["fail aws_t.gone", "fail aws_t.swapped", "fail data.aws_t.read open"]);
    assert_balanced(&report);
}

#[test]
fn rules_see_the_documented_input() {
    let spy = rule("spy", "", "deny contains {\"message\": json.marshal(input)} if input.resource.config");
    let mut input = plan(vec![change(
        "module.m[0].aws_t.a[0]",
        &["update"],
        json!({"x": 1, "n": null}),
        json!({"x": 2, "n": null, "list": [null, {"n": null, "deep": 1}]}),
        json!({"list": [false, {}]}),
    )]);
    input["configuration"] = json!({"root_module": {"module_calls": {"m": {"module": {"resources": [
        {"address": "aws_t.a", "expressions": {"x": {"references": ["var.x"]}}}]}}}}});
    let report = check(&[spy], &input);
    insta::assert_snapshot!(report.findings[0].message);
}

#[test]
fn plan_rules_join_resources_and_name_addresses() {
    let body = "versioned := {v.values.bucket | some v in input.plan.by_type.aws_v}\ndeny contains {\"address\": b.address, \"path\": [\"bucket\"], \"message\": \"no versioning\"} if {\n\tsome b in input.plan.by_type.aws_b\n\tnot b.values.bucket in versioned\n}\ndeny contains {\"message\": \"too many\"} if count(input.plan.resources) > 3";
    let join = rule("join", "scope: plan\nresources: [aws_b, aws_v]", body);
    let input = plan(vec![
        create("aws_b.one", json!({"bucket": "one"}), json!({})),
        create("aws_b.two", json!({"bucket": "two"}), json!({})),
        create("aws_v.one", json!({"bucket": "one"}), json!({})),
        create("aws_c.unseen", json!({}), json!({})),
        change("aws_b.gone", &["delete"], json!({"bucket": "gone"}), json!(null), json!({})),
    ]);
    let report = check(std::slice::from_ref(&join), &input);
    assert_eq!(lines(&report), ["fail aws_b.two bucket"]);
    assert_eq!((report.ledger.evaluations_expected, report.ledger.resources_evaluated), (1, 3));
    assert_balanced(&report);

    let many = (0..5).map(|i| create(&format!("aws_v.v{i}"), json!({"bucket": "x"}), json!({}))).collect();
    let report = check(&[join], &plan(many));
    assert_eq!(report.findings[0].subject.kind, "plan");
    assert_eq!(report.findings[0].message, "too many");
}

#[test]
fn document_rules_see_the_whole_document() {
    let source = "# METADATA\n# title: T\n# custom:\n#   severity: low\n#   documents: [plan]\n#   remediation: R\npackage parapet.test.doc\nimport rego.v1\ndeny contains {\"message\": \"old Terraform\"} if input.document.terraform_version == \"1.15.5\"";
    let report = check(&[source.to_owned()], &plan(vec![]));
    assert_eq!(lines(&report), ["fail"]);
    assert_eq!(report.exit_code(), 0, "low is below medium");
    assert_balanced(&report);
}

#[test]
fn sensitive_values_are_seen_but_never_printed() {
    let body = "deny contains {\"path\": [\"password\"], \"message\": sprintf(\"password %s of %s\", [input.resource.values.password, input.resource.values.user])} if true";
    let leak = rule("leak", "", body);
    let mut leaking = create("aws_t.a", json!({"password": "correct horse", "user": "root"}), json!({}));
    leaking["change"]["after_sensitive"] = json!({"password": true});
    let plain = "package main\nimport rego.v1\ndeny contains msg if { some r in input.resource_changes; msg := sprintf(\"leak %v %v\", [r.change.after.password, input.variables.token.value]) }";
    let mut input = plan(vec![leaking]);
    input["variables"] = json!({"token": {"value": "t0k3n-value"}});
    input["configuration"]["root_module"]["variables"] = json!({"token": {"sensitive": true}});
    let report = check(&[leak, plain.to_owned()], &input);
    let printed = serde_json::to_string(&report).unwrap();
    assert!(!printed.contains("correct horse") && !printed.contains("t0k3n"), "{printed}");
    assert!(printed.contains("password (sensitive value) of root"), "{printed}");
    assert!(printed.contains("leak (sensitive value) (sensitive value)"), "{printed}");
}

#[test]
fn reports_do_not_depend_on_threads() {
    let resource = |i: usize| {
        create(&format!("aws_t.r[{i}]"), json!({"open": i.is_multiple_of(3)}), json!({"x": i.is_multiple_of(7)}))
    };
    let documents = documents(&plan((0..500).map(resource).collect()));
    let run = |threads| {
        let options = EngineOptions { threads: Some(threads), ..EngineOptions::default() };
        Engine::new(&policies(&open("")), options).unwrap().check(&documents, Severity::Low)
    };
    let (one, four) = (run(1), run(4));
    assert_eq!(one, four);
    assert_eq!(one.findings.len(), 167);
    assert_eq!(one.passed, 333);
}

#[test]
fn a_plan_without_changes_is_fine() {
    for input in [json!({"format_version": "1.0", "planned_values": {}}), plan(vec![])] {
        let report = check(&open(""), &input);
        assert_eq!((report.exit_code(), report.ledger.resources_planned), (0, 0));
        assert_balanced(&report);
    }
}
