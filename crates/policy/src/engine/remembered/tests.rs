//! What is remembered is what would have been said.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::*;
use crate::input::{self, Document};
use crate::{Engine, EngineOptions, Finding, Severity};

fn engine(policies: &Policies) -> Engine {
    Engine::new(policies, EngineOptions { threads: Some(1), ..EngineOptions::default() }).unwrap()
}

/// A rule about disks, with this body.
fn disk_rule(body: &str) -> Policies {
    let text = format!(
        "# METADATA\n# title: Disks\n# custom:\n#   severity: high\n#   resources: [a_disk]\n#   controls: {{soc2: [CC6.1]}}\n\
         #   remediation: Mend it.\npackage parapet.a.disk.it\n\nimport rego.v1\n\n{body}\n"
    );
    Policies::builder().embedded(false).module("disk/it.rego", text).build().unwrap()
}

/// Whether the rule holds two disks for equal.
fn alike(body: &str, one: Json, other: Json) -> bool {
    let policies = disk_rule(body);
    let dependence =
        dependence_of(&policies.inner.modules, &key(&["parapet", "a", "disk", "it"].map(String::from), "deny"), false);
    let Some(looks) = dependence.and_then(|dependence| Looks::of(&dependence)) else { return false };
    let seen = |values: Json| {
        let input = json!({"resource": {"values": values, "name": "it"}});
        looks.seen(&Value::from_json_str(&input.to_string()).unwrap()).unwrap()
    };
    seen(one) == seen(other)
}

#[test]
fn what_a_rule_does_not_look_at_makes_no_difference() {
    let body = r#"deny contains {"message": "wrong"} if not input.resource.values.encrypted"#;
    assert!(alike(body, json!({"encrypted": true, "size": 1}), json!({"encrypted": true, "size": 2, "tags": {}})));
    for other in [json!({"encrypted": false}), json!({}), json!({"encrypted": null}), json!({"encrypted": "true"})] {
        assert!(!alike(body, json!({"encrypted": true}), other));
    }
}

#[test]
fn whatever_decides_a_result_makes_a_difference() {
    let values = "input.resource.values";
    for (condition, one, other) in [
        (format!("count({values}.ports) > 1"), json!({"ports": [1]}), json!({"ports": [1, 2]})),
        // Equal elements of a set are one.
        (
            format!("count({{port | some port in {values}.ports}}) > 1"),
            json!({"ports": [{"n": 1}, {"n": 1}]}),
            json!({"ports": [{"n": 1}, {"n": 2}]}),
        ),
        (
            format!("count({{port.a | some port in {values}.ports}}) > 1"),
            json!({"ports": [{"a": [1]}, {"a": [1]}]}),
            json!({"ports": [{"a": [1]}, {"a": [2]}]}),
        ),
        // A key that is a path.
        (
            format!(r#"path := ["a", "b"]; not object.get({values}, path, false)"#),
            json!({"a": {"b": true}}),
            json!({"a": {"b": false}}),
        ),
        (format!("[_, _] := {values}.ports"), json!({"ports": [1]}), json!({"ports": [1, 2]})),
        (format!("some [_, [_]] in {values}.ports"), json!({"ports": [[1, []]]}), json!({"ports": [[1, [2]]]})),
        (format!(r#"some "a", _ in {values}.tags"#), json!({"tags": {"a": 1}}), json!({"tags": {"b": 1}})),
        (format!("{values}.tags[_] == 2"), json!({"tags": {"a": 1}}), json!({"tags": {"a": 2}})),
        (format!("known[{values}.size]"), json!({"size": 1}), json!({"size": 3})),
        (format!("data.known[{values}.size]"), json!({"size": 1}), json!({"size": 3})),
        (
            format!("one({values}.ports)"),
            json!({"ports": [{"a": 1}, {"a": 1}]}),
            json!({"ports": [{"a": 1}, {"a": 2}]}),
        ),
        (
            format!("{values}.a in blocks"),
            json!({"a": {"x": 1}, "b": [{"x": 1}]}),
            json!({"a": {"x": 1}, "b": [{"x": 2}]}),
        ),
        (format!("every port in {values}.ports {{ port > 1 }}"), json!({"ports": [2]}), json!({"ports": [1]})),
        (format!("walk({values}.a, [_, 2])"), json!({"a": {"b": [1]}}), json!({"a": {"b": [2]}})),
        (format!("is_string({values}.a)"), json!({"a": {}}), json!({"a": []})),
    ] {
        let body = format!(
            "known := {{1: true, 2: true}}\n\none(list) := item if some item in list\n\nblocks contains block if some block in {values}.b\n\n\
             deny contains {{\"message\": \"wrong\"}} if {{\n\t{condition}\n}}"
        );
        assert!(!alike(&body, one.clone(), other), "{condition}");
        assert!(alike(&body, one.clone(), one), "{condition}");
    }
}

#[test]
fn what_a_message_calls_a_container_decides_nothing() {
    let of = |condition: &str| {
        let body = format!(
            "deny contains {{\"message\": message}} if {{\n\tsome container in input.pod.containers\n\t{condition}\n\tmessage := sprintf(\"%s\", [container.label])\n}}"
        );
        let policies = disk_rule(&body);
        let dependence = dependence_of(
            &policies.inner.modules,
            &key(&["parapet", "a", "disk", "it"].map(String::from), "deny"),
            true,
        );
        let looks = Looks::of(&dependence.unwrap()).unwrap();
        assert!(looks.says_more, "what it said of one container is not said of another");
        let seen = |label: &str| {
            let container = json!({"label": label, "security": {}});
            looks
                .seen(&Value::from_json_str(&json!({"pod": {"containers": [container]}}).to_string()).unwrap())
                .unwrap()
        };
        seen("container \"a\"") == seen("container \"b\"")
    };
    assert!(of("not container.security.privileged"));
    assert!(!of("contains(container.label, \"a\")"));
}

#[test]
fn a_rule_that_depends_on_chance_or_on_everything_is_always_evaluated() {
    for condition in ["rand.intn(\"x\", 2) == 1", "time.now_ns() > 1", "input == 1", "data[input.resource.name].deny"] {
        let body = format!("deny contains {{\"message\": \"wrong\"}} if {condition}");
        assert!(!alike(&body, json!({}), json!({})), "{condition}");
    }
}

/// Findings without what differs from run to run.
fn findings(engine: &Engine, documents: &[Document]) -> Vec<Finding> {
    engine.check(documents, Severity::Low).findings
}

/// The example manifests of all rules, each with every value in it taken away, emptied and replaced, one at a time.
fn manifests() -> Vec<Json> {
    let policies = Policies::builder().build().unwrap();
    let examples = policies.rules().iter().flat_map(|rule| policies.examples(rule));
    let texts = examples.filter(|it| it.name.ends_with(".yaml")).map(|it| it.text);
    let mut objects = Vec::new();
    for text in texts {
        for document in input::read("it.yaml", text.into_bytes()).into_iter().flatten() {
            let Document::Kubernetes(object) = document else { continue };
            objects.push(serde_json::from_str(&object.object.to_json_str().unwrap()).unwrap());
        }
    }
    objects
}

fn pointers(value: &Json, at: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Json)> = match value {
        Json::Object(fields) => {
            fields.iter().map(|(name, field)| (name.replace('~', "~0").replace('/', "~1"), field)).collect()
        }
        Json::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        let below = format!("{at}/{name}");
        pointers(child, &below, found);
        found.push(below);
    }
}

fn variants(object: &Json) -> Vec<Json> {
    let mut all = Vec::new();
    pointers(object, "", &mut all);
    let instead = [json!(null), json!(false), json!({}), json!([]), json!("other"), json!(7)];
    let varied =
        all.iter().filter(|at| !["/kind", "/apiVersion"].contains(&at.as_str())).enumerate().map(|(index, at)| {
            let mut varied = object.clone();
            if let Some(value) = varied.pointer_mut(at) {
                *value = instead[index % instead.len()].clone();
            }
            varied
        });
    varied.collect()
}

#[test]
fn manifests_are_judged_the_same_with_what_was_said_of_others() {
    let policies = Policies::builder().build().unwrap();
    // One that measures evaluates every time.
    let (remembering, evaluating) = (engine(&policies), engine(&policies).profiled());
    let mut rules_seen = BTreeSet::new();
    let mut compared = 0;
    for object in manifests() {
        for variant in variants(&object).into_iter().step_by(3) {
            let Ok(documents) = input::read("it.json", variant.to_string().into_bytes()) else { continue };
            let expected = findings(&evaluating, &documents);
            assert_eq!(findings(&remembering, &documents), expected, "{variant}");
            rules_seen.extend(expected.into_iter().map(|finding| finding.rule));
            compared += 1;
        }
    }
    assert!(compared > 200 && rules_seen.len() > 50, "{compared} manifests, {} rules", rules_seen.len());
    let answered: u32 = remembering.remembered.0.values().map(|rule| rule.answered.load(Ordering::Relaxed)).sum();
    assert!(answered > compared, "{answered} of the evaluations of {compared} manifests were spared");
}

/// A recorded plan of many resources, with values in them changed.
fn plans() -> Vec<Json> {
    let recorded =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/plans/aws-3.39.0-stack.json");
    let plan: Json = serde_json::from_slice(&std::fs::read(recorded).unwrap()).unwrap();
    let turns = 0..40;
    let varied = turns.map(|turn| {
        let mut varied = plan.clone();
        for change in varied["resource_changes"].as_array_mut().unwrap() {
            let after = &change["change"]["after"];
            if !after.is_object() {
                continue;
            }
            let mut variants = variants(after);
            let chosen = (turn * 7) % variants.len().max(1);
            if let Some(after) = variants.get_mut(chosen) {
                change["change"]["after"] = after.take();
            }
        }
        varied
    });
    varied.collect()
}

#[test]
fn resources_are_judged_the_same_with_what_was_said_of_others() {
    let policies = Policies::builder().build().unwrap();
    let (remembering, evaluating) = (engine(&policies), engine(&policies).profiled());
    let mut found = 0;
    for plan in plans() {
        let documents = input::read("plan.json", plan.to_string().into_bytes()).unwrap();
        let expected = findings(&evaluating, &documents);
        assert_eq!(findings(&remembering, &documents), expected);
        found += expected.len();
    }
    let answered: u32 = remembering.remembered.0.values().map(|rule| rule.answered.load(Ordering::Relaxed)).sum();
    assert!(found > 100 && answered > 100, "{found} findings, {answered} evaluations were spared");
}
