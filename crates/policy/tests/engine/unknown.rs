//! What is known only after apply is neither a violation nor silently a pass.

use parapet_policy::{AttributePath, Engine, EngineOptions, Resource, Value, Verdict};
use serde_json::json;

use crate::plan_file::{assert_balanced, change, check, create, lines, plan, policies, rule};

const ENCRYPTED: &str =
    "deny contains {\"path\": [\"encrypted\"], \"message\": \"m\"} if not input.resource.values.encrypted";

fn verdict(body: &str, after: serde_json::Value, unknown: serde_json::Value) -> String {
    let report = check(&[rule("r", "", body)], &plan(vec![create("aws_t.a", after, unknown)]));
    assert_balanced(&report);
    assert!(report.exit_code() < 2, "{:#?}", report.findings);
    if report.findings.is_empty() { "pass".to_owned() } else { lines(&report).join("; ").replace(" aws_t.a", "") }
}

#[test]
fn the_path_of_a_finding_decides() {
    for (after, unknown, expected) in [
        (json!({"encrypted": true}), json!({}), "pass"),
        (json!({"encrypted": false}), json!({}), "fail encrypted"),
        (json!({}), json!({}), "fail encrypted"),
        (json!({"encrypted": null}), json!({}), "fail encrypted"),
        (json!({}), json!({"encrypted": true}), "undetermined encrypted"),
        (json!({}), json!({"encrypted": {"deep": true}}), "fail encrypted"),
        (json!({"encrypted": false}), json!({"arn": true}), "fail encrypted"),
        (json!({"encrypted": true}), json!({"arn": true}), "pass"),
        (json!({}), json!(true), "undetermined encrypted"),
    ] {
        assert_eq!(verdict(ENCRYPTED, after.clone(), unknown.clone()), expected, "{after} {unknown}");
    }
}

#[test]
fn what_lies_below_the_path_counts_when_it_is_read() {
    let body = "deny contains {\"path\": [\"ingress\", i], \"message\": \"m\"} if {\n\tsome i, rule in input.resource.values.ingress\n\trule.cidr == \"0.0.0.0/0\"\n}";
    for (after, unknown, expected) in [
        (json!([{"cidr": "0.0.0.0/0"}]), json!([{}]), "fail ingress[0]"),
        (json!([{"cidr": "0.0.0.0/0"}]), json!([{"description": true}]), "fail ingress[0]"),
        (json!([{"cidr": "10.0.0.0/8"}]), json!([{"description": true}]), "pass"),
        (json!([{}]), json!([{"cidr": true}]), "undetermined ingress[0].cidr"),
        (json!([{"cidr": "0.0.0.0/0"}, {}]), json!([{}, {"cidr": true}]), "fail ingress[0]"),
        (json!([null]), json!([true]), "undetermined ingress[0]"),
    ] {
        let (after, unknown) = (json!({"ingress": after}), json!({"ingress": unknown}));
        assert_eq!(verdict(body, after.clone(), unknown.clone()), expected, "{after} {unknown}");
    }
    assert_eq!(verdict(body, json!({}), json!({"ingress": true})), "undetermined ingress");
}

/// Each body reads `a` (or something below it) in its own way, and never `b`.
#[test]
fn a_rule_that_reads_something_unknown_has_not_passed() {
    let bodies = [
        "deny contains {\"message\": \"m\"} if input.resource.values.a == \"bad\"",
        "deny contains {\"message\": \"m\"} if input.resource.values[\"a\"] == \"bad\"",
        "deny contains {\"message\": \"m\"} if input[\"resource\"].values.a == \"bad\"",
        "values := input.resource.values\ndeny contains {\"message\": \"m\"} if values.a == \"bad\"",
        "deny contains {\"message\": \"m\"} if { v := input.resource.values; w := v.a; w == \"bad\" }",
        "deny contains {\"message\": \"m\"} if { some attribute in [\"a\", \"c\"]; input.resource.values[attribute] == \"bad\" }",
        "names := {\"a\"}\ndeny contains {\"message\": \"m\"} if { some name in names; input.resource.values[name] == \"bad\" }",
        "bad(v) if v.a == \"bad\"\ndeny contains {\"message\": \"m\"} if bad(input.resource.values)",
        "get(v, k) := v[k]\ndeny contains {\"message\": \"m\"} if get(input.resource.values, \"a\") == \"bad\"",
        "bad if { x := input.resource.values.a; x == \"bad\" }\ndeny contains {\"message\": \"m\"} if bad",
        "deny contains {\"message\": \"m\"} if count([x | x := input.resource.values.a; x == \"bad\"]) > 0",
        "deny contains {\"message\": \"m\"} if object.get(input.resource.values, \"a\", \"good\") == \"bad\"",
        "deny contains {\"message\": \"m\"} if object.get(input, [\"resource\", \"values\", \"a\"], \"good\") == \"bad\"",
        "deny contains {\"message\": sprintf(\"is %s\", [input.resource.values.a])} if input.resource.name",
        "deny contains {\"message\": \"m\"} if \"bad\" in {input.resource.values.a}",
        "deny contains {\"message\": \"m\"} if startswith(input.resource.values.a, \"bad\")",
        "deny contains {\"message\": \"m\"} if { wrapped := {\"inner\": input.resource.values}; wrapped.inner.a == \"bad\" }",
        "deny contains {\"message\": \"m\"} if not fine\nfine if input.resource.values.a != \"bad\"\nfine if not input.resource.values.a",
        "deny contains {\"message\": \"m\"} if { every v in [input.resource.values.a] { v == \"bad\" } }",
        "import input.resource.values as v\ndeny contains {\"message\": \"m\"} if v.a == \"bad\"",
        "import data.parapet.lib.t\ndeny contains {\"message\": \"m\"} if t.bad(input.resource.values.a)",
        "import data.parapet.lib.t\ndeny contains {\"message\": \"m\"} if { some p in t.pairs(input.resource.values); p.value == \"bad\" }",
        "deny contains {\"message\": \"m\"} if data.parapet.lib.t.current == \"bad\"",
        "default level := \"good\"\nlevel := input.resource.values.a\ndeny contains {\"message\": \"m\"} if level == \"bad\"",
        "level := \"x\" if { input.resource.values.b2 } else := input.resource.values.a\ndeny contains {\"message\": \"m\"} if level == \"bad\"",
        "parts[k] := v if { some k in [\"a\"]; v := input.resource.values[k] }\ndeny contains {\"message\": \"m\"} if parts.a == \"bad\"",
    ];
    let lib = "package parapet.lib.t\nimport rego.v1\nbad(x) if x == \"bad\"\npairs(v) := [{\"name\": \"a\", \"value\": v.a}]\ncurrent := input.resource.values.a";
    for body in bodies {
        let modules = [rule("r", "", body), lib.to_owned()];
        let judge = |after: serde_json::Value, unknown: serde_json::Value| {
            let report = check(&modules, &plan(vec![create("aws_t.a", after, unknown)]));
            assert_balanced(&report);
            report.findings.first().map(|f| (f.verdict, f.path.as_ref().map(ToString::to_string)))
        };
        let open = |path: &str| Some((Verdict::Undetermined, Some(path.to_owned())));
        assert_eq!(judge(json!({"b": 1}), json!({"a": true})), open("a"), "{body}");
        // `sprintf` is the one body that finds something for a known value that is good.
        let known = judge(json!({"a": "good"}), json!({"b": true, "c2": {"d": true}}));
        assert!(known.is_none() || body.contains("sprintf"), "{body}: {known:?}");
        assert_ne!(known.map(|k| k.0), Some(Verdict::Undetermined), "{body}");
        let bad = judge(json!({"a": "bad"}), json!({"b": true})).map(|found| found.0);
        assert_eq!(bad, Some(Verdict::Fail), "{body}");
    }
}

#[test]
fn what_cannot_be_traced_counts_as_everything() {
    for body in [
        "deny contains {\"message\": \"m\"} if json.marshal(input.resource.values) == \"x\"",
        "deny contains {\"message\": \"m\"} if { some k; input.resource.values[k] == \"x\" }",
        "deny contains {\"message\": \"m\"} if { walk(input, [p, v]); v == \"x\"; count(p) > 9 }",
        "deny contains {\"message\": \"m\"} if { k := input.resource.values.key; input.resource.values[k] == \"x\" }",
    ] {
        assert_eq!(verdict(body, json!({}), json!({"any": {"thing": true}})), "undetermined any.thing", "{body}");
        assert_eq!(verdict(body, json!({"key": "k"}), json!({})), "pass", "{body}");
    }
}

#[test]
fn how_deep_a_look_goes() {
    let after = || json!({"block": [{"arn": null, "on": true}]});
    let unknown = || json!({"block": [{"arn": true}]});
    for (condition, expected) in [
        ("not input.resource.values.block", "pass"),
        ("count(input.resource.values.block) == 0", "pass"),
        ("input.resource.values.block[0].on == false", "pass"),
        ("input.resource.values.block[_].on == false", "pass"),
        ("input.resource.values.block == []", "undetermined block[0].arn"),
        ("input.resource.values.block[0].arn == \"x\"", "undetermined block[0].arn"),
        ("count(json.marshal(input.resource.values.block)) == 0", "undetermined block[0].arn"),
    ] {
        let body = format!("deny contains {{\"message\": \"m\"}} if {condition}");
        assert_eq!(verdict(&body, after(), unknown()), expected, "{condition}");
    }
}

#[test]
fn a_known_violation_stands_whatever_else_is_unknown() {
    let key = "deny contains {\"path\": [\"key\"], \"message\": \"m\"} if not input.resource.values.key";
    let body = format!("{ENCRYPTED}\n{key}");
    assert_eq!(verdict(&body, json!({"encrypted": false}), json!({"key": true})), "fail encrypted; undetermined key");
    let body = "deny contains {\"path\": [\"a\"], \"message\": \"m\"} if { input.resource.values.a == 1; not input.resource.values.b }";
    assert_eq!(verdict(body, json!({"a": 1}), json!({"c": true})), "fail a");
}

#[test]
fn a_rule_that_reads_the_configuration_answers_for_unknown_values() {
    let body = "keys contains name if { name := input.resource.values.bucket; name != \"x\" }\nkeys contains r if some r in input.resource.config.bucket.references\ndeny contains {\"message\": \"m\"} if count(keys) == 0";
    let mut input = plan(vec![create("aws_t.a", json!({}), json!({"bucket": true}))]);
    input["configuration"]["root_module"]["resources"] =
        json!([{"address": "aws_t.a", "expressions": {"bucket": {"references": ["aws_b.x.id", "aws_b.x"]}}}]);
    assert_eq!(lines(&check(&[rule("r", "", body)], &input)), Vec::<String>::new());
    // Of an attribute that is known in part, the configuration says nothing about the rest.
    input["resource_changes"][0]["change"]["after_unknown"] = json!({"bucket": [true]});
    input["resource_changes"][0]["change"]["after"] = json!({"bucket": [null]});
    assert_eq!(lines(&check(&[rule("r", "", body)], &input)), ["undetermined aws_t.a bucket[0]"]);
}

#[test]
fn on_unknown_says_what_becomes_of_it() {
    let input = plan(vec![create("aws_t.a", json!({}), json!({"encrypted": true}))]);
    for (custom, verdict, warning, exit_code) in [
        ("", Verdict::Undetermined, false, 0),
        ("on_unknown: defer", Verdict::Undetermined, false, 0),
        ("on_unknown: warn", Verdict::Undetermined, true, 0),
        ("on_unknown: deny", Verdict::Fail, false, 1),
    ] {
        let report = check(&[rule("r", custom, ENCRYPTED)], &input);
        let finding = &report.findings[0];
        assert_eq!((finding.verdict, finding.warning, report.exit_code()), (verdict, warning, exit_code), "{custom}");
        assert!(finding.cause.is_some());
    }
}

#[test]
fn in_a_plan_rule_each_resource_is_judged_by_itself() {
    let body = "deny contains {\"address\": r.address, \"path\": [\"encrypted\"], \"message\": \"m\"} if { some r in input.plan.by_type.aws_t; not r.values.encrypted }";
    let input = plan(vec![
        create("aws_t.bad", json!({"encrypted": false}), json!({"arn": true})),
        create("aws_t.good", json!({"encrypted": true}), json!({"arn": true})),
        create("aws_t.open", json!({}), json!({"encrypted": true})),
    ]);
    let report = check(&[rule("r", "scope: plan", body)], &input);
    assert_eq!(lines(&report), ["fail aws_t.bad encrypted", "undetermined aws_t.open encrypted"]);
    let silent = "deny contains {\"address\": r.address, \"message\": \"m\"} if { some r in input.plan.resources; r.values.kind == \"bad\" }";
    let input = plan(vec![
        create("aws_t.a", json!({"kind": "good"}), json!({"arn": true})),
        create("aws_t.b", json!({}), json!({"kind": true})),
    ]);
    assert_eq!(lines(&check(&[rule("r", "scope: plan", silent)], &input)), ["undetermined aws_t.b kind"]);
}

#[test]
fn the_cause_names_what_has_to_happen_first() {
    let mut input = plan(vec![
        create("aws_t.a", json!({}), json!({"encrypted": true})),
        create("module.m[\"x\"].aws_t.b[0]", json!({}), json!({"encrypted": true})),
        create("aws_t.c", json!({}), json!({"encrypted": true})),
        create("aws_t.d", json!({}), json!({"encrypted": true})),
        create("aws_t.e", json!({}), json!({"encrypted": true})),
        create("aws_k.main", json!({}), json!({})),
        change("aws_k.old", &["delete", "create"], json!({}), json!({}), json!({})),
        change("aws_k.same", &["no-op"], json!({}), json!({}), json!({})),
        change("data.aws_d.d", &["read"], json!(null), json!({}), json!({})),
    ]);
    // `aws_t.b` is the last resource whose address ends in an instance key of its own.
    input["resource_changes"][1]["module_address"] = json!("module.m[\"x\"]");
    input["resource_changes"][1]["type"] = json!("aws_t");
    input["resource_changes"][1]["name"] = json!("b");
    let refers = |to: &[&str]| json!({"encrypted": {"references": to}});
    let several = ["aws_k.old.arn", "aws_k.old", "data.aws_d.d.id", "data.aws_d.d", "aws_k.same.x", "aws_k.same"];
    input["configuration"] = json!({"root_module": {
        "resources": [
            {"address": "aws_t.a", "expressions": refers(&["aws_k.main.arn", "aws_k.main"])},
            {"address": "aws_t.c", "expressions": refers(&several)},
            {"address": "aws_t.e", "expressions": refers(&["local.secret"])},
        ],
        "module_calls": {"m": {
            "expressions": {"flag": {"references": ["aws_k.main.on", "aws_k.main"]}},
            "module": {"resources": [{"address": "aws_t.b", "expressions": refers(&["var.flag"])}]}}}}});
    let report = check(&[rule("r", "", ENCRYPTED)], &input);
    let line =
        |f: &parapet_policy::Finding| format!("{}: {}", f.subject.address, f.cause.as_deref().unwrap_or_default());
    let mut causes: Vec<_> = report.findings.iter().map(line).collect();
    causes.sort();
    insta::assert_snapshot!(causes.join("\n"));
}

#[test]
fn one_resource_for_the_provider_and_the_guard() {
    let engine = Engine::new(&policies(&[rule("r", "", ENCRYPTED)]), EngineOptions::default()).unwrap();
    let resource = |values: &str, unknown: Vec<AttributePath>| Resource {
        document: "plan".to_owned(),
        address: "aws_t.a".to_owned(),
        kind: "aws_t".to_owned(),
        name: "a".to_owned(),
        module: String::new(),
        provider: String::new(),
        actions: vec!["create".to_owned()],
        values: Value::from_json_str(values).unwrap(),
        unknown,
        sensitive: Vec::new(),
        prior: Value::new_object(),
        config: Value::new_object(),
    };
    let verdicts =
        |resource: Resource| engine.evaluate_resource(&resource).iter().map(|f| f.verdict).collect::<Vec<_>>();
    let path = || vec![AttributePath(vec!["encrypted".into()])];
    assert_eq!(verdicts(resource(r#"{"encrypted": true}"#, vec![])), []);
    assert_eq!(verdicts(resource(r#"{"encrypted": null}"#, vec![])), [Verdict::Fail]);
    assert_eq!(verdicts(resource("{}", path())), [Verdict::Undetermined]);
    assert_eq!(verdicts(Resource { actions: vec!["delete".to_owned()], ..resource("{}", vec![]) }), []);
    assert_eq!(verdicts(Resource { kind: "aws_other".to_owned(), ..resource("{}", vec![]) }), []);
}
