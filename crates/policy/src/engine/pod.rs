//! `input.pod`: the pod of a workload, its annotations and what runs in it, found once for all rules about the object.
//!
//! Rego finds the same with `data.parapet.lib.kubernetes`; twenty rules that each do so take most of the time of a check.

use std::collections::{BTreeMap, BTreeSet};

use super::object;
use crate::Value;

/// Where each kind keeps its pod template; a Pod is its own.
const TEMPLATES: [(&str, &[&str]); 9] = [
    ("Pod", &[]),
    ("PodTemplate", &["template"]),
    ("Deployment", &["spec", "template"]),
    ("StatefulSet", &["spec", "template"]),
    ("DaemonSet", &["spec", "template"]),
    ("ReplicaSet", &["spec", "template"]),
    ("ReplicationController", &["spec", "template"]),
    ("Job", &["spec", "template"]),
    ("CronJob", &["spec", "jobTemplate", "spec", "template"]),
];

/// The lists of a pod, and what a message calls a container of each.
const LISTS: [(&str, &str); 3] =
    [("containers", "container"), ("initContainers", "init container"), ("ephemeralContainers", "ephemeral container")];

/// The pod of an object: `spec`, `annotations`, and `containers`, each with `list`, `path`, `label`, `spec` and `security`. `None` for an
/// object without one.
pub(super) fn of(workload: &Value) -> Option<Value> {
    let kind = workload["kind"].as_string().ok()?;
    let (_, template) = TEMPLATES.iter().find(|(name, _)| *name == kind.as_ref())?;
    let annotations = template.iter().chain(&["metadata", "annotations"]).fold(workload, |value, step| &value[*step]);
    let annotations = if annotations.as_object().is_ok() { annotations.clone() } else { Value::new_object() };
    let steps: Vec<Value> = template.iter().chain(&["spec"]).map(|step| Value::from(*step)).collect();
    let spec = steps.iter().fold(workload, |value, step| &value[step]);
    spec.as_object().ok()?;
    let mut containers = BTreeSet::new();
    for (list, noun) in LISTS {
        let Ok(items) = spec[list].as_array() else { continue };
        for (index, container) in items.iter().enumerate().filter(|(_, item)| item.as_object().is_ok()) {
            let mut path = steps.clone();
            path.extend([Value::from(list), Value::from(index as u64)]);
            let security = &container["securityContext"];
            let security = if security.as_object().is_ok() { security.clone() } else { Value::from(BTreeMap::new()) };
            containers.insert(object::of([
                ("list", Value::from(list)),
                ("path", Value::from(path)),
                ("label", Value::from(format!("{noun} {}", name(container, index)))),
                ("spec", container.clone()),
                ("security", security),
            ]));
        }
    }
    Some(object::of([("spec", spec.clone()), ("annotations", annotations), ("containers", Value::from(containers))]))
}

/// The quoted name of a container; one without is called by its position.
fn name(container: &Value, index: usize) -> String {
    match &container["name"] {
        Value::Undefined => format!("\"#{index}\""),
        name => match name.as_string() {
            Ok(name) => format!("\"{}\"", name.escape_debug()),
            Err(_) => name.to_json_str().unwrap_or_default(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Policies;

    /// What the library finds in an object that comes without `input.pod`.
    fn of_library(workload: &Value) -> Value {
        let policies = Policies::builder().build().unwrap();
        let mut engine = policies.inner.engine.clone();
        engine.set_input(object::of([("object", workload.clone())]));
        let mut ask = |query: &str| {
            let results = engine.eval_query(query.to_owned(), false).unwrap();
            results.result.first().map(|row| row.bindings["x"].clone())
        };
        let spec = ask("x := data.parapet.lib.kubernetes.pod_spec(input.object)");
        let containers = ask("x := data.parapet.lib.kubernetes.containers(input.object)");
        let annotations = ask("x := data.parapet.lib.kubernetes.pod_annotations(input.object)").unwrap_or(Value::Null);
        let containers = containers.unwrap_or(Value::Null);
        spec.map_or(Value::Null, |spec| {
            object::of([("spec", spec), ("annotations", annotations), ("containers", containers)])
        })
    }

    #[test]
    fn it_is_what_the_library_finds() {
        let pod = r#"{
            "containers": [{"name": "web", "securityContext": {"privileged": true}}, {"image": "x"}, "no container"],
            "initContainers": [{"name": "a \"b\"", "restartPolicy": "Always", "securityContext": 5}],
            "ephemeralContainers": {"not": "a list"}
        }"#;
        for object in [
            format!(r#"{{"kind": "Pod", "spec": {pod}}}"#),
            format!(r#"{{"kind": "PodTemplate", "template": {{"spec": {pod}}}}}"#),
            format!(r#"{{"kind": "Deployment", "spec": {{"template": {{"spec": {pod}}}}}}}"#),
            format!(
                r#"{{"kind": "CronJob", "spec": {{"jobTemplate": {{"spec": {{"template": {{"spec": {pod}}}}}}}}}}}"#
            ),
            format!(
                r#"{{"kind": "Job", "spec": {{"template": {{"metadata": {{"annotations": {{"a": "b"}}}}, "spec": {pod}}}}}}}"#
            ),
            format!(
                r#"{{"kind": "Job", "spec": {{"template": {{"metadata": {{"annotations": "none"}}, "spec": {pod}}}}}}}"#
            ),
            r#"{"kind": "Deployment", "spec": {"template": 5}}"#.to_owned(),
            r#"{"kind": "Service", "spec": {}}"#.to_owned(),
        ] {
            let object = Value::from_json_str(&object).unwrap();
            assert_eq!(of(&object).unwrap_or(Value::Null), of_library(&object), "{object}");
        }
    }

    #[test]
    fn every_kind_of_the_library_is_known() {
        let mut engine = Policies::builder().build().unwrap().inner.engine.clone();
        let paths = engine.eval_rule("data.parapet.lib.kubernetes.template_paths".to_owned()).unwrap();
        let own = TEMPLATES.map(|(kind, path)| {
            (Value::from(kind), Value::from(path.iter().map(|step| Value::from(*step)).collect::<Vec<_>>()))
        });
        assert_eq!(paths, Value::from(BTreeMap::from(own)));
    }
}
