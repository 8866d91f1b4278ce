//! What EKS refuses, found before it takes minutes to say so. Limits are those of the API reference of `CreateNodegroup`, of Kubernetes'
//! names, and of the labels that a kubelet may give its own node.

use std::collections::BTreeSet;

use parapet_pricing::spot::Generation;
use parapet_pricing::{Glob, InstanceType};
use tfplugin::path::Field;
use tfplugin::prelude::*;
use tfplugin::validate::Validator;
use tfplugin::value::Value;

use super::model::{Bounds, SpotNodeGroup};
use super::sizes;
use crate::aws::check_tags;

/// Characters of an EKS node group's name, less what `-spot-` and a generation of up to twelve digits take.
const LONGEST_NAME: usize = 45;
/// Characters of the key of a label or taint, and of a value. EKS counts the prefix of a key with it, and Kubernetes does not.
const LONGEST: usize = 63;
/// Taints of a node group.
const MOST_TAINTS: usize = 50;
/// Tags of an AWS resource; three are Parapet's own.
const MOST_TAGS: usize = 47;
/// Label prefixes that EKS refuses.
const RESERVED: [&str; 3] = ["kubernetes.io", "k8s.io", "eks.amazonaws.com"];
/// Domains of labels that are Kubernetes' own; with one of these a kubelet does not start.
const KUBERNETES: [&str; 2] = ["kubernetes.io", "k8s.io"];
/// What of them a kubelet may set.
const KUBELETS: [&str; 2] = ["kubelet.kubernetes.io", "node.kubernetes.io"];

/// Images that EKS knows beside `CUSTOM`, which a launch template makes.
const AMI_TYPES: &[&str] = &[
    "AL2_x86_64",
    "AL2_x86_64_GPU",
    "AL2_ARM_64",
    "BOTTLEROCKET_ARM_64",
    "BOTTLEROCKET_x86_64",
    "BOTTLEROCKET_ARM_64_FIPS",
    "BOTTLEROCKET_x86_64_FIPS",
    "BOTTLEROCKET_ARM_64_NVIDIA",
    "BOTTLEROCKET_x86_64_NVIDIA",
    "BOTTLEROCKET_ARM_64_NVIDIA_FIPS",
    "BOTTLEROCKET_x86_64_NVIDIA_FIPS",
    "WINDOWS_CORE_2019_x86_64",
    "WINDOWS_FULL_2019_x86_64",
    "WINDOWS_CORE_2022_x86_64",
    "WINDOWS_FULL_2022_x86_64",
    "WINDOWS_CORE_2025_x86_64",
    "WINDOWS_FULL_2025_x86_64",
    "AL2023_x86_64_STANDARD",
    "AL2023_ARM_64_STANDARD",
    "AL2023_x86_64_NEURON",
    "AL2023_x86_64_NVIDIA",
    "AL2023_ARM_64_NVIDIA",
    "CUSTOM",
];

fn text_rule(expectation: &str, fits: impl Fn(&str) -> bool + Send + Sync + 'static) -> Validator {
    Validator::new(expectation, move |value| matches!(value, Value::String(text) if fits(text)))
}

pub(super) fn group_name() -> Validator {
    text_rule("1 to 45 letters, digits, hyphens and underscores, with a letter or digit first", |text| {
        text.len() <= LONGEST_NAME
            && text.starts_with(|first: char| first.is_ascii_alphanumeric())
            && text.chars().all(|it| it.is_ascii_alphanumeric() || it == '-' || it == '_')
    })
}

pub(super) fn arn_of_role() -> Validator {
    text_rule("the ARN of a role, such as \"arn:aws:iam::123456789012:role/nodes\"", |text| {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        matches!(parts.as_slice(), ["arn", _, "iam", "", account, role]
            if account.len() == 12 && role.strip_prefix("role/").is_some_and(|name| !name.is_empty()))
    })
}

pub(super) fn most_types() -> Validator {
    Validator::new("1 to 20 instance types such as \"m7i.xlarge\"", |value| match value {
        Value::List(items) => (1..=20).contains(&items.len()),
        _ => false,
    })
}

pub(super) fn ami_type() -> Validator {
    tfplugin::validate::one_of(AMI_TYPES)
}

pub(super) fn taint_key() -> Validator {
    text_rule(
        "a qualified name of Kubernetes: letters, digits, `-`, `_` and `.` after an optional prefix, up to 63 in all",
        is_qualified,
    )
}

pub(super) fn taint_value() -> Validator {
    text_rule("up to 63 letters, digits, `-`, `_` and `.`, with a letter or digit first and last", is_value)
}

fn is_value(text: &str) -> bool {
    let edge = |it: char| it.is_ascii_alphanumeric();
    text.len() <= LONGEST
        && text.chars().all(|it| edge(it) || matches!(it, '-' | '_' | '.'))
        && (text.is_empty() || (text.starts_with(edge) && text.ends_with(edge)))
}

fn is_qualified(key: &str) -> bool {
    let (prefix, name) = key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    let part = |part: &str| {
        !part.is_empty()
            && !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
    };
    key.len() <= LONGEST
        && prefix.is_none_or(|prefix| prefix.split('.').all(part))
        && !name.is_empty()
        && is_value(name)
}

/// Why nobody may give a node this label.
fn reserved(key: &str) -> Option<String> {
    let (prefix, _) = key.split_once('/')?;
    let within =
        |domain: &&str| prefix.strip_suffix(*domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    if RESERVED.contains(&prefix) {
        return Some(format!("EKS refuses labels that begin with `{prefix}/`."));
    }
    (KUBERNETES.iter().any(within) && !KUBELETS.iter().any(within)).then(|| {
        format!(
            "The nodes would never join: of the labels of Kubernetes a kubelet sets those of {} alone. Use a prefix of your own.",
            KUBELETS.join(" and ")
        )
    })
}

pub(super) fn check(config: View<'_, SpotNodeGroup>, problems: &mut Problems) {
    let paths = SpotNodeGroup::paths();
    check_tags(config, &paths.tags, problems);
    if let Value::Map(tags) = config.raw(paths.tags.path())
        && tags.len() > MOST_TAGS
    {
        let detail = format!("AWS takes 50 tags and Parapet sets three of its own; {} are given.", tags.len());
        problems.error(&paths.tags, "Too many tags", detail);
    }
    sizes::check(config, problems);
    check_types(config, problems);
    check_labels(config, problems);
    check_taints(config, problems);
    check_template(config, problems);
    if let Known::Value(update) = config.get(&paths.update_config)
        && update.max_unavailable.is_some() == update.max_unavailable_percentage.is_some()
    {
        problems.error(
            &paths.update_config,
            "Exactly one of two arguments",
            "Set either `max_unavailable` or `max_unavailable_percentage`.",
        );
    }
}

fn check_types(config: View<'_, SpotNodeGroup>, problems: &mut Problems) {
    let paths = SpotNodeGroup::paths();
    let (required, explicit) =
        (config.raw(paths.instance_requirements.path()), config.raw(paths.instance_types.path()));
    // What is unknown may turn out to be nothing, as it does in a module that offers both.
    if !required.is_unknown() && !explicit.is_unknown() && required.is_null() == explicit.is_null() {
        let detail =
            "Say what the types have to be in `instance_requirements { ... }`, or name them in `instance_types`.";
        problems.error(&paths.instance_types, "Exactly one of two arguments", detail);
    }
    if let Value::List(items) = config.raw(paths.instance_types.path()) {
        for text in items.iter().filter_map(|item| if let Value::String(text) = item { Some(text) } else { None }) {
            if let Err(error) = text.parse::<InstanceType>() {
                problems.error(&paths.instance_types, "Invalid value", format!("{error}."));
            }
        }
    }
    let fields = paths.instance_requirements.fields();
    let each = |field: &Field<Option<Vec<String>>>, check: &dyn Fn(&str) -> Option<String>, problems: &mut Problems| {
        let Value::List(items) = config.raw(field.path()) else { return };
        for (index, item) in items.iter().enumerate() {
            if let Value::String(text) = item
                && let Some(error) = check(text)
            {
                problems.error(field.path().index(index), "Invalid value", format!("{error}."));
            }
        }
    };
    let glob = |text: &str| text.parse::<Glob>().err();
    each(&fields.allowed_instance_types, &glob, problems);
    each(&fields.excluded_instance_types, &glob, problems);
    each(&fields.generations, &|text: &str| text.parse::<Generation>().err(), problems);
    check_bounds(config, &fields.vcpu_count, problems);
    check_bounds(config, &fields.memory_mib, problems);
    check_bounds(config, &fields.gpu.fields().count, problems);
    if let (Known::Value(min), Known::Value(max)) =
        (config.get(&paths.min_instance_types), config.get(&paths.max_instance_types))
        && min > max
    {
        let detail = format!("At least {min} and at most {max} types exclude each other.");
        problems.error(&paths.min_instance_types, "More than the most", detail);
    }
}

fn check_bounds(config: View<'_, SpotNodeGroup>, field: &Field<Option<Bounds>>, problems: &mut Problems) {
    if let Known::Value(Bounds { min: Some(min), max: Some(max) }) = config.get(field)
        && min > max
    {
        let detail = format!("At least {min} and at most {max} exclude each other.");
        problems.error(field.fields().max, "The highest is below the lowest", detail);
    }
}

fn check_labels(config: View<'_, SpotNodeGroup>, problems: &mut Problems) {
    let path = SpotNodeGroup::paths().labels;
    let Value::Map(labels) = config.raw(path.path()) else { return };
    for (key, value) in labels {
        let at = path.path().key(key);
        if let Some(detail) = reserved(key) {
            problems.error(at, "Reserved label", detail);
        } else if !is_qualified(key) {
            let detail = format!(
                "{key:?} is no label: write letters, digits, `-`, `_` and `.`, with a letter or digit first and last, after an optional \
                 prefix such as `example.com/`, up to {LONGEST} characters in all."
            );
            problems.error(at, "Invalid label", detail);
        } else if let Value::String(text) = value
            && (text.is_empty() || !is_value(text))
        {
            let detail = format!(
                "{text:?} is no value of a label in EKS: write 1 to {LONGEST} letters, digits, `-`, `_` and `.`, with a letter or digit first \
                 and last."
            );
            problems.error(at, "Invalid label", detail);
        }
    }
}

fn check_taints(config: View<'_, SpotNodeGroup>, problems: &mut Problems) {
    let path = SpotNodeGroup::paths().taints;
    let Value::List(taints) = config.raw(path.path()) else { return };
    if taints.len() > MOST_TAINTS {
        let detail = format!("EKS takes {MOST_TAINTS}, and {} are given.", taints.len());
        problems.error(&path, "Too many taints", detail);
    }
    let mut seen = BTreeSet::new();
    for (index, taint) in taints.iter().enumerate() {
        if let (Value::String(key), Value::String(effect)) = (taint.attribute("key"), taint.attribute("effect"))
            && !seen.insert((key, effect))
        {
            let detail = format!("There is another taint with key {key:?} and effect {effect:?}; EKS takes one.");
            problems.error(path.path().index(index), "The same taint twice", detail);
        }
    }
}

fn check_template(config: View<'_, SpotNodeGroup>, problems: &mut Problems) {
    let paths = SpotNodeGroup::paths();
    let template = paths.launch_template.fields();
    if let Known::Value(given) = config.get(&paths.launch_template) {
        if given.id.is_some() == given.name.is_some() {
            problems.error(&paths.launch_template, "Exactly one of two arguments", "Set either `id` or `name`.");
        }
        if given.version.is_empty() || !given.version.chars().all(|it| it.is_ascii_digit()) {
            let detail = "`$Latest` and `$Default` mean another version tomorrow; write the number, such as \
                          `aws_launch_template.nodes.latest_version`.";
            problems.error(template.version, "The version is not a number", detail);
        }
    }
    let has_template = !config.raw(paths.launch_template.path()).is_null();
    if has_template && matches!(config.get(&paths.disk_size), Known::Value(_)) {
        let detail = "EKS takes the disk from the launch template: set it in `block_device_mappings` there.";
        problems.error(&paths.disk_size, "A disk beside a launch template", detail);
    }
    if !has_template && config.get(&paths.ami_type) == Known::Value("CUSTOM".to_owned()) {
        let detail = "`CUSTOM` is the image that a launch template names; set `launch_template`, or leave this out.";
        problems.error(&paths.ami_type, "No image of one's own", detail);
    }
}
