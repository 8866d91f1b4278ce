//! Evaluation of rules that relate Kubernetes objects to each other, namespace by namespace.
//!
//! All objects of a run count as one set, whatever the files they are in. Two things are kept apart in it: namespaces, and
//! variants of the same objects (an overlay for testing and one for production), which are told by their directories.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use rayon::prelude::*;

use super::document::{known, subject_of};
use super::object;
use super::outcome::{self, Outcome, Said};
use super::worker::Worker;
use super::{Engine, say};
use crate::Value;
use crate::finding::Subject;
use crate::input::json::drop_nulls;
use crate::input::{Document, KubernetesObject};
use crate::ledger::Ledger;
use crate::rules::{Program, Rule, Scope};

/// Kinds that belong to no namespace and say something about each of them.
const CLUSTER_WIDE: [&str; 7] = [
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
    "CiliumClusterwideNetworkPolicy",
    "ClusterPolicy",
    "ClusterRole",
    "ClusterRoleBinding",
    "GlobalNetworkPolicy",
];

/// Objects that are deployed together.
struct Group<'a> {
    /// Empty for objects that name no namespace.
    namespace: &'a str,
    objects: Vec<&'a KubernetesObject>,
    /// The namespace itself is among the objects, so that what it holds can be expected to be as well.
    complete: bool,
}

/// Evaluates the rules about namespaces, and adds what they give to the outcome of all others.
pub(super) fn evaluate(
    engine: &Engine,
    documents: &[Document],
    outcome: Outcome,
    mut ledger: Ledger,
) -> (Outcome, Ledger) {
    let rules: Vec<(&Rule, &Program)> = engine.rules_of_scope(Scope::Namespace).collect();
    if rules.is_empty() {
        return (outcome, ledger);
    }
    // As a rule most objects are in one namespace: its rules are shared among the threads, and its objects are made once for all.
    let groups: Vec<(Group<'_>, Vec<Value>)> = groups(documents)
        .into_par_iter()
        .map(|group| {
            let objects = group.objects.par_iter().map(|object| value_of(object)).collect();
            (group, objects)
        })
        .collect();
    let of_group = |(group, objects)| {
        let concerned = rules.iter().filter(move |(rule, _)| concerns(rule, group));
        concerned.map(move |(rule, program)| (group, objects, *rule, *program))
    };
    let jobs: Vec<(&Group<'_>, &Vec<Value>, &Rule, &Program)> =
        groups.iter().map(|(group, objects)| (group, objects)).flat_map(of_group).collect();
    ledger.evaluations_expected += u64::try_from(jobs.len()).unwrap_or(u64::MAX);
    let found = jobs
        .par_iter()
        .map_init(
            || engine.worker(),
            |worker, (group, objects, rule, program)| evaluate_rule(worker, group, objects, rule, program),
        )
        .reduce(Outcome::default, Outcome::add);
    ledger.evaluations_done += found.done;
    (outcome.add(found), ledger)
}

fn wants(rule: &Rule, kind: &str) -> bool {
    rule.kinds.iter().any(|wanted| wanted == kind || wanted == "*")
}

fn concerns(rule: &Rule, group: &Group<'_>) -> bool {
    group.objects.iter().any(|object| wants(rule, &object.kind))
}

fn text<'a>(object: &'a KubernetesObject, field: &str) -> &'a str {
    object.object["metadata"][field].as_string().map_or("", |text| text.as_ref())
}

fn groups(documents: &[Document]) -> Vec<Group<'_>> {
    let mut by_namespace: BTreeMap<&str, Vec<&KubernetesObject>> = BTreeMap::new();
    let mut everywhere = Vec::new();
    for document in documents {
        let Document::Kubernetes(object) = document else { continue };
        match object.kind.as_str() {
            "Namespace" => by_namespace.entry(text(object, "name")).or_default().push(object),
            kind if CLUSTER_WIDE.contains(&kind) => everywhere.push(object),
            _ => by_namespace.entry(text(object, "namespace")).or_default().push(object),
        }
    }
    let mut groups = Vec::new();
    for (namespace, objects) in by_namespace {
        // Objects without a namespace get one when they are deployed: nothing but their directory says which.
        let parts = if namespace.is_empty() || !distinct(&objects) { apart(&objects) } else { vec![objects] };
        let whole = parts.len() == 1 && !namespace.is_empty();
        groups.extend(parts.into_iter().map(|mut objects| {
            let complete = whole && objects.iter().any(|object| object.kind == "Namespace");
            objects.extend(everywhere.iter().copied());
            Group { namespace, objects, complete }
        }));
    }
    groups
}

/// Whether no object is there twice.
fn distinct(objects: &[&KubernetesObject]) -> bool {
    let mut seen = HashSet::new();
    objects.iter().all(|object| seen.insert(&object.address))
}

/// Objects by directory; those of a directory that has an object twice by file.
fn apart<'a>(objects: &[&'a KubernetesObject]) -> Vec<Vec<&'a KubernetesObject>> {
    let mut by_directory: BTreeMap<&Path, Vec<&KubernetesObject>> = BTreeMap::new();
    for object in objects {
        let directory = Path::new(&object.document).parent().unwrap_or(Path::new(""));
        by_directory.entry(directory).or_default().push(object);
    }
    let mut parts = Vec::new();
    for objects in by_directory.into_values() {
        if distinct(&objects) {
            parts.push(objects);
            continue;
        }
        let mut by_file: BTreeMap<&str, Vec<&KubernetesObject>> = BTreeMap::new();
        for object in objects {
            by_file.entry(&object.document).or_default().push(object);
        }
        parts.extend(by_file.into_values());
    }
    parts
}

fn evaluate_rule(
    worker: &mut Worker<'_>,
    group: &Group<'_>,
    objects: &[Value],
    rule: &Rule,
    program: &Program,
) -> Outcome {
    let mut outcome = Outcome::default();
    worker.allow_for(group.objects.len());
    worker.set_input(input(group, objects, rule));
    let findings = match say(worker, rule, program) {
        Ok(said) => said.into_iter().flat_map(|said| judge(group, rule, program, said)).collect(),
        Err(error) => vec![outcome::failed(rule, &whole(group), &error)],
    };
    outcome.conclude(rule, findings);
    outcome
}

/// An object as rules see it.
fn value_of(object: &KubernetesObject) -> Value {
    let address = Value::from(object.address.as_str());
    object::of([("address", address), ("object", drop_nulls(object.object.clone()))])
}

/// The input of a rule: the objects of the kinds it names.
fn input(group: &Group<'_>, objects: &[Value], rule: &Rule) -> Value {
    let mut by_kind: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (object, value) in group.objects.iter().zip(objects).filter(|(object, _)| wants(rule, &object.kind)) {
        by_kind.entry(&object.kind).or_default().push(value.clone());
    }
    let by_kind: BTreeMap<Value, Value> =
        by_kind.into_iter().map(|(kind, objects)| (Value::from(kind), Value::from(objects))).collect();
    object::of([
        ("namespace", Value::from(group.namespace)),
        ("complete", Value::from(group.complete)),
        ("by_kind", Value::from(by_kind)),
    ])
}

fn judge(group: &Group<'_>, rule: &Rule, program: &Program, said: Said) -> Vec<crate::Finding> {
    let named =
        said.address.as_ref().and_then(|address| group.objects.iter().find(|object| &object.address == address));
    let subject = named.map_or_else(|| whole(group), |object| subject_of(object));
    outcome::judge(rule, &program.reads, vec![said], &known(&subject))
}

/// The namespace as a whole, in the file of its first object.
fn whole(group: &Group<'_>) -> Subject {
    let document = group.objects.first().map(|object| object.document.clone()).unwrap_or_default();
    let address = if group.namespace.is_empty() { String::new() } else { format!("Namespace/{}", group.namespace) };
    Subject { document, address, kind: "Namespace".to_owned(), ..Subject::default() }
}
