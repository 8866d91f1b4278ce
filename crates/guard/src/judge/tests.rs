use std::path::Path;

use parapet_policy::{EngineOptions, Policies};
use tfplugin::types::Type;
use tfplugin::value::Value;
use tfplugin::wire;

use super::messages::{
    ApplyRequest, ApplyResponse, Attribute6, Block, DynamicValue, Schema, SchemaEntry, SchemaResponse,
};
use super::*;
use crate::inspect::Inspector as _;

const RULES: &str = r#"# METADATA
# title: Disks are encrypted
# custom:
#   severity: high
#   resources: [a_disk]
#   controls: {soc2: [CC6.1]}
#   remediation: Set `encrypted = true`.
package parapet.a.disk.encrypted

import rego.v1

deny contains {"path": ["encrypted"], "message": sprintf("not encrypted, token %v", [object.get(input.resource.values, "token", "none")])} if {
	not input.resource.values.encrypted
}
"#;
const MILD: &str = r#"# METADATA
# title: Disks are named
# custom:
#   severity: low
#   resources: [a_disk]
#   controls: {soc2: [CC6.1]}
#   remediation: Set `label`.
package parapet.a.disk.named

import rego.v1

deny contains {"path": ["label"], "message": "has no label"} if {
	not input.resource.values.label
	not input.resource.config.label
}
"#;
const DELETION: &str = r#"# METADATA
# title: Disks stay
# custom:
#   severity: critical
#   resources: [a_disk]
#   actions: [delete]
#   controls: {soc2: [CC6.1]}
#   remediation: Keep it.
package parapet.a.disk.kept

import rego.v1

deny contains {"message": sprintf("%s is deleted", [input.resource.prior.label])} if input.resource.prior.label
"#;

fn judge_with(mode: Mode, audit: Option<Audit>) -> Judge {
    let mut builder = Policies::builder().embedded(false);
    for (name, text) in [("disk/encrypted.rego", RULES), ("disk/named.rego", MILD), ("disk/kept.rego", DELETION)] {
        builder = builder.module(name, text);
    }
    let policies = builder.build().unwrap();
    let options = EngineOptions { threads: Some(1), ..EngineOptions::default() };
    Judge::new(Engine::new(&policies, options).unwrap(), Severity::Medium, mode, audit)
}

fn provider() -> Provider {
    Provider { source: "registry.terraform.io/a/a".to_owned(), version: "1.0.0".to_owned(), protocol: 6 }
}

fn disk() -> Type {
    Type::object([("encrypted", Type::Bool), ("label", Type::String), ("token", Type::String)])
}

/// A disk as an encoded `DynamicValue`.
fn state(encrypted: Value, label: Value, token: Value) -> Bytes {
    let value = Value::Map(
        [("encrypted".to_owned(), encrypted), ("label".to_owned(), label), ("token".to_owned(), token)].into(),
    );
    dynamic(&value)
}

fn dynamic(value: &Value) -> Bytes {
    DynamicValue { msgpack: wire::encode(value, &disk()).into(), json: Bytes::new() }.encode_to_vec().into()
}

fn null() -> Bytes {
    dynamic(&Value::Null)
}

fn good() -> Bytes {
    state(Value::from(true), Value::from("data"), Value::Null)
}

fn schema() -> Bytes {
    let attribute = |name: &str, ty: &'static str, sensitive| {
        let it = Attribute6 { name: name.to_owned(), ty: ty.into(), sensitive, ..Attribute6::default() };
        Bytes::from(it.encode_to_vec())
    };
    let attributes = vec![
        attribute("encrypted", r#""bool""#, false),
        attribute("label", r#""string""#, false),
        attribute("token", r#""string""#, true),
    ];
    let schema = Schema { block: Some(Block { attributes, block_types: Vec::new() }) };
    let entry = SchemaEntry { type_name: "a_disk".to_owned(), schema: schema.encode_to_vec().into() };
    SchemaResponse { resource_schemas: vec![entry], diagnostics: Vec::new() }.encode_to_vec().into()
}

fn learned(judge: &Judge) {
    let response = schema();
    assert_eq!(judge.response(&provider(), "GetProviderSchema", &Bytes::new(), response.clone()), response);
}

fn plan(judge: &Judge, prior: Bytes, planned: Bytes, replaces: bool) -> PlanResponse {
    let config = if planned == null() { null() } else { planned.clone() };
    let request = PlanRequest { type_name: "a_disk".to_owned(), prior_state: prior, config };
    let requires_replace = if replaces { vec![Bytes::from_static(b"\x0a\x00")] } else { Vec::new() };
    let response = PlanResponse { planned_state: Some(planned), requires_replace, diagnostics: Vec::new() };
    // A field of a later protocol stays where it is.
    let sent = Bytes::from([response.encode_to_vec(), vec![0xfa, 0x3f, 0x01, 0x2a]].concat());
    let received = judge.response(&provider(), "PlanResourceChange", &request.encode_to_vec().into(), sent.clone());
    assert!(received.starts_with(&sent), "the provider's own answer is not touched");
    PlanResponse::decode(received).unwrap()
}

fn shown(diagnostics: &[Diagnostic]) -> Vec<String> {
    let told = diagnostics.iter().map(|it| {
        let path: Vec<String> =
            it.attribute.iter().flat_map(|path| &path.steps).map(|step| format!("{:?}", step.selector)).collect();
        format!("{:?} {} [{}]", it.severity(), it.summary, path.join(" "))
    });
    told.collect()
}

const ENCRYPTED: &str = r#"Error Disks are encrypted (a-disk-encrypted, high) [Some(AttributeName("encrypted"))]"#;

#[test]
fn a_violation_joins_the_answer_where_it_is() {
    let judge = judge_with(Mode::Enforce, None);
    learned(&judge);
    let answer = plan(&judge, null(), state(Value::from(false), Value::Null, Value::from("s3cret-token")), false);
    let expected = [ENCRYPTED, r#"Warning Disks are named (a-disk-named, low) [Some(AttributeName("label"))]"#];
    assert_eq!(shown(&answer.diagnostics), expected);
    let detail = &answer.diagnostics[0].detail;
    assert!(detail.contains("Set `encrypted = true`.") && detail.contains("(sensitive value)"), "{detail}");
    assert!(!detail.contains("s3cret"), "{detail}");
    let tally = judge.tally();
    assert_eq!((tally.resources, tally.denied, tally.warnings, tally.evaluations), (1, 1, 1, 2));
    assert!(plan(&judge, null(), good(), false).diagnostics.is_empty());
}

#[test]
fn without_a_schema_nothing_is_printed_that_could_be_secret() {
    let judge = judge_with(Mode::Enforce, None);
    let answer = plan(&judge, null(), state(Value::from(false), Value::from("x"), Value::from("s3cret-token")), false);
    assert!(!answer.diagnostics[0].detail.contains("s3cret"), "{}", answer.diagnostics[0].detail);
}

#[test]
fn what_is_unknown_stays_open_and_is_decided_before_the_provider_is_asked() {
    let judge = judge_with(Mode::Enforce, None);
    learned(&judge);
    let answer = plan(&judge, null(), state(Value::unknown(), Value::unknown(), Value::Null), false);
    assert!(answer.diagnostics.is_empty(), "{:?}", shown(&answer.diagnostics));
    assert_eq!(judge.tally().open_by_rule().into_iter().collect::<Vec<_>>(), [("a-disk-encrypted", 1)]);

    judge.enter(Stage::Apply);
    let prior = state(Value::from(true), Value::from("old"), Value::Null);
    let request = |prior: &Bytes, encrypted| ApplyRequest {
        type_name: "a_disk".to_owned(),
        prior_state: prior.clone(),
        planned_state: state(Value::from(encrypted), Value::from("x"), Value::Null),
        config: state(Value::from(encrypted), Value::from("x"), Value::Null),
        planned_private: Bytes::from_static(b"kept"),
        planned_identity: None,
    };
    let apply =
        |request: &ApplyRequest| judge.request(&provider(), "ApplyResourceChange", &request.encode_to_vec().into());
    assert_eq!(apply(&request(&null(), true)), None, "the provider makes it");
    for prior in [null(), prior] {
        let denial = ApplyResponse::decode(apply(&request(&prior, false)).unwrap()).unwrap();
        assert_eq!(shown(&denial.diagnostics), [ENCRYPTED]);
        assert_eq!(denial.new_state, Some(prior), "the state is what it was");
        assert_eq!((denial.private, denial.legacy_type_system), (Bytes::from_static(b"kept"), false));
    }
    assert_eq!((judge.tally().denied, judge.tally().changes), (2, 3));
}

#[test]
fn what_only_the_provider_knew_is_told_when_it_is_made() {
    let judge = judge_with(Mode::Enforce, None);
    learned(&judge);
    let request = ApplyRequest {
        type_name: "a_disk".to_owned(),
        prior_state: null(),
        planned_state: state(Value::unknown(), Value::from("x"), Value::Null),
        config: state(Value::Null, Value::from("x"), Value::Null),
        ..ApplyRequest::default()
    };
    let request = Bytes::from(request.encode_to_vec());
    assert_eq!(judge.request(&provider(), "ApplyResourceChange", &request), None);
    let made = |encrypted| {
        let new_state = Some(state(Value::from(encrypted), Value::from("x"), Value::Null));
        let response = ApplyResponse { new_state, ..ApplyResponse::default() }.encode_to_vec().into();
        let answer = judge.response(&provider(), "ApplyResourceChange", &request, response);
        shown(&ApplyResponse::decode(answer).unwrap().diagnostics)
    };
    assert_eq!(made(true), Vec::<String>::new());
    // An error would taint what is there.
    assert_eq!(made(false), [ENCRYPTED.replace("Error", "Warning")]);
    assert_eq!(judge.tally().late, 1);
}

#[test]
fn deletions_and_replacements_are_seen() {
    let judge = judge_with(Mode::Enforce, None);
    learned(&judge);
    let kept = "Error Disks stay (a-disk-kept, critical) []";
    assert_eq!(shown(&plan(&judge, good(), null(), false).diagnostics), [kept]);
    let unnamed = state(Value::from(true), Value::Null, Value::Null);
    // The warning about the new object comes with the second request.
    assert_eq!(shown(&plan(&judge, good(), unnamed.clone(), true).diagnostics), [kept]);
    assert_eq!(plan(&judge, null(), unnamed, false).diagnostics.len(), 1);
    assert!(plan(&judge, good(), good(), false).diagnostics.is_empty(), "nothing is deleted");
    assert!(plan(&judge, null(), null(), false).diagnostics.is_empty());
}

#[test]
fn nothing_is_denied_in_mode_warn() {
    let judge = judge_with(Mode::Warn, None);
    learned(&judge);
    let bad = state(Value::from(false), Value::from("x"), Value::Null);
    assert_eq!(shown(&plan(&judge, null(), bad.clone(), false).diagnostics), [ENCRYPTED.replace("Error", "Warning")]);
    let request = ApplyRequest {
        type_name: "a_disk".to_owned(),
        prior_state: null(),
        planned_state: bad.clone(),
        config: bad,
        ..ApplyRequest::default()
    };
    assert_eq!(judge.request(&provider(), "ApplyResourceChange", &request.encode_to_vec().into()), None);
    assert_eq!(judge.tally().denied, 0);
}

#[test]
fn errors_of_the_provider_are_left_alone() {
    let judge = judge_with(Mode::Enforce, None);
    let request = PlanRequest { type_name: "a_disk".to_owned(), prior_state: null(), config: null() };
    let diagnostics = vec![Diagnostic { severity: DiagnosticSeverity::Error.into(), ..Diagnostic::default() }];
    let planned_state = Some(state(Value::from(false), Value::Null, Value::Null));
    let response = Bytes::from(PlanResponse { planned_state, diagnostics, ..PlanResponse::default() }.encode_to_vec());
    let answer = judge.response(&provider(), "PlanResourceChange", &request.encode_to_vec().into(), response.clone());
    assert_eq!(answer, response);
}

#[test]
fn what_cannot_be_read_is_denied() {
    let judge = judge_with(Mode::Enforce, None);
    let broken = DynamicValue { msgpack: Bytes::from_static(&[0x81, 0xa1]), json: Bytes::new() }.encode_to_vec().into();
    let answer = plan(&judge, null(), broken, false);
    assert_eq!(shown(&answer.diagnostics), ["Error Parapet cannot read this change []"]);
    let request = ApplyRequest {
        type_name: "a_disk".to_owned(),
        prior_state: null(),
        planned_state: Bytes::from_static(&[0xff]),
        ..ApplyRequest::default()
    };
    let denial = judge.request(&provider(), "ApplyResourceChange", &request.encode_to_vec().into()).unwrap();
    assert_eq!(ApplyResponse::decode(denial).unwrap().new_state, Some(null()));
}

#[test]
fn only_what_is_judged_is_read() {
    let judge = judge_with(Mode::Enforce, None);
    assert!(judge.reads("PlanResourceChange") && judge.reads("GetSchema") && !judge.reads("ReadResource"));
    let policies = Policies::builder().embedded(false).build().unwrap();
    let engine = Engine::new(&policies, EngineOptions { threads: Some(1), ..EngineOptions::default() }).unwrap();
    let idle = Judge::new(engine, Severity::Medium, Mode::Enforce, None);
    assert!(!idle.reads("PlanResourceChange") && !idle.reads("GetProviderSchema") && !idle.may_want_whole_plan(true));
}

#[test]
fn every_decision_is_written_down() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("audit.jsonl");
    std::fs::write(&file, "before\n").unwrap();
    let judge = judge_with(Mode::Enforce, Some(Audit::open(&file).unwrap()));
    learned(&judge);
    plan(&judge, null(), state(Value::from(false), Value::from("s3cret-token"), Value::Null), false);
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().skip(1).map(|line| serde_json::from_str(line).unwrap()).collect();
    let said: Vec<(&str, &str, bool)> = lines
        .iter()
        .map(|line| {
            assert_eq!((line["type"].as_str(), line["stage"].as_str()), (Some("a_disk"), Some("plan")));
            assert_eq!(line["policies"].as_str().unwrap().len(), 64);
            (line["rule"].as_str().unwrap(), line["verdict"].as_str().unwrap(), line["denied"].as_bool().unwrap())
        })
        .collect();
    assert_eq!(said, [("a-disk-encrypted", "fail", true), ("a-disk-named", "pass", false)]);
    assert!(text.starts_with("before\n"), "what was there stays");
    let error = Audit::open(Path::new("/nowhere/at/all")).unwrap_err().to_string();
    assert!(error.contains("/nowhere/at/all") && error.contains("Nothing was run"), "{error}");
}

#[test]
fn a_rule_that_reads_a_name_waits_for_the_finished_plan() {
    let text = r#"deny contains {"message": sprintf("%q is no name", [input.resource.name])} if {
	not startswith(input.resource.name, "disk_")
}
"#;
    let text = format!("{}{text}", MILD.split("deny").next().unwrap().replace("severity: low", "severity: high"));
    let policies = Policies::builder().embedded(false).module("disk/named.rego", text).build().unwrap();
    let options = EngineOptions { threads: Some(1), ..EngineOptions::default() };
    let judge = Judge::new(Engine::new(&policies, options).unwrap(), Severity::Medium, Mode::Enforce, None);
    learned(&judge);
    assert!(judge.may_want_whole_plan(true) && !judge.wants_whole_plan(true), "nothing is planned yet");
    assert!(plan(&judge, null(), good(), false).diagnostics.is_empty(), "no name is known");
    assert!(judge.wants_whole_plan(true));
    assert_eq!(judge.tally().evaluations, 0, "it counts when it is asked");
    let named = |name: &str| {
        serde_json::json!({
            "format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {},
            "resource_changes": [{
                "address": format!("a_disk.{name}"), "mode": "managed", "type": "a_disk", "name": name,
                "provider_name": "registry.terraform.io/a/a",
                "change": {"actions": ["create"], "before": null, "after": {"encrypted": true}, "after_unknown": {}},
            }],
        })
        .to_string()
        .into_bytes()
    };
    assert!(!judge.whole_plan(named("disk_data")).unwrap().denied);
    let whole = judge.whole_plan(named("data")).unwrap();
    assert!(whole.denied);
    assert_eq!(whole.report.findings[0].message, r#""data" is no name"#);
}

#[test]
fn a_finished_plan_is_judged_for_what_terraform_has_not_shown() {
    let judge = judge_with(Mode::Enforce, None);
    learned(&judge);
    let plan_of = |encrypted: bool| {
        serde_json::json!({
            "format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {},
            "resource_changes": [{
                "address": "a_disk.main", "mode": "managed", "type": "a_disk", "name": "main",
                "provider_name": "registry.terraform.io/a/a",
                "change": {"actions": ["create"], "before": null, "after": {"encrypted": encrypted}, "after_unknown": {}},
            }],
        })
        .to_string()
        .into_bytes()
    };
    let whole = judge.whole_plan(plan_of(false)).unwrap();
    assert!(whole.denied);
    assert_eq!(whole.report.findings[0].subject.address, "a_disk.main");
    assert_eq!(judge.tally().denied, 1);
    let again = judge.whole_plan(plan_of(false)).unwrap();
    assert!(again.report.findings.is_empty() && again.denied, "shown once, denied always");
    assert!(judge.whole_plan(b"{}".to_vec()).is_err());
}

#[test]
fn a_plan_over_its_budget_is_denied_and_one_without_a_budget_is_not_read() {
    let judge_of = |settings: &str| {
        let settings = parapet_policy::Settings::parse(Path::new("parapet.hcl"), settings).unwrap();
        let policies = Policies::builder().packs(["cost"]).rules(["cost-budget-*"]).settings(Some(settings)).build();
        let options = EngineOptions { threads: Some(1), ..EngineOptions::default() };
        Judge::new(Engine::new(&policies.unwrap(), options).unwrap(), Severity::Medium, Mode::Enforce, None)
    };
    let plan = || {
        serde_json::json!({
            "format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {},
            "resource_changes": [{
                "address": "aws_instance.web", "mode": "managed", "type": "aws_instance", "name": "web",
                "provider_name": "registry.terraform.io/hashicorp/aws",
                "change": {"actions": ["create"], "before": null, "after_unknown": {},
                    "after": {"instance_type": "m5.xlarge", "availability_zone": "us-east-1a"}},
            }],
        })
        .to_string()
        .into_bytes()
    };
    let over = judge_of("cost { monthly_budget_usd = 100 }");
    assert!(over.may_want_whole_plan(true) && over.wants_whole_plan(true));
    let whole = over.whole_plan(plan()).unwrap();
    assert!(whole.denied);
    let said = &whole.report.findings[0];
    assert_eq!(said.rule, "cost-budget-monthly-budget");
    assert!(said.message.starts_with("$140.16 a month is more than the budget of $100.00"), "{}", said.message);
    assert!(!judge_of("cost { monthly_budget_usd = 200 }").whole_plan(plan()).unwrap().denied);
    let without = judge_of("");
    assert!(!without.may_want_whole_plan(true) && !without.wants_whole_plan(true));
}
