//! Updates of node groups, and what is said about updates.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::checks::{self, GivenScaling};
use super::model::{Effect, LaunchTemplate, NodeGroup, Settings, Step, Store, Taint, Update, UpdateConfig};
use super::{Facts, Paging, Result, error, in_use, invalid, missing, release, shapes};
use crate::services::Call;

/// Simulated seconds.
const CONFIG: u32 = 30;
const VERSION: u32 = 300;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Labels {
    add_or_update_labels: BTreeMap<String, String>,
    remove_labels: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Taints {
    add_or_update_taints: Vec<Taint>,
    remove_taints: Vec<Taint>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Config {
    labels: Option<Labels>,
    taints: Option<Taints>,
    scaling_config: Option<GivenScaling>,
    update_config: Option<UpdateConfig>,
    node_repair_config: Option<Value>,
}

pub(super) fn config(store: &mut Store, call: &Call, cluster: &str, name: &str, given: Config) -> Result<Value> {
    let group = updatable(store, call, cluster, name)?;
    let mut new = group.settings.clone();
    let mut params = Vec::new();
    let mut param = |kind: &str, value: String| params.push((kind.to_owned(), value));
    if let Some(labels) = given.labels {
        checks::labels(&labels.add_or_update_labels)?;
        if let Some(both) = labels.remove_labels.iter().find(|key| labels.add_or_update_labels.contains_key(*key)) {
            return Err(invalid(format!("Label {both} is both added and removed")));
        }
        if !labels.add_or_update_labels.is_empty() {
            param("LabelsToAdd", json!(labels.add_or_update_labels).to_string());
        }
        if !labels.remove_labels.is_empty() {
            param("LabelsToRemove", json!(labels.remove_labels).to_string());
        }
        new.labels.retain(|key, _| !labels.remove_labels.contains(key));
        new.labels.extend(labels.add_or_update_labels);
    }
    if let Some(taints) = given.taints {
        let same = |a: &Taint, b: &Taint| a.key == b.key && a.effect == b.effect;
        if !taints.add_or_update_taints.is_empty() {
            param("TaintsToAdd", json!(taints.add_or_update_taints).to_string());
        }
        if !taints.remove_taints.is_empty() {
            param("TaintsToRemove", json!(taints.remove_taints).to_string());
        }
        new.taints.retain(|it| {
            let gone = taints.remove_taints.iter().any(|other| same(it, other));
            !gone && !taints.add_or_update_taints.iter().any(|other| same(it, other))
        });
        new.taints.extend(taints.add_or_update_taints);
        checks::taints(&new.taints)?;
    }
    if let Some(scaling) = given.scaling_config {
        new.scaling = scaling.update(group.settings.scaling)?;
        for (kind, number) in
            [("MinSize", scaling.min_size), ("MaxSize", scaling.max_size), ("DesiredSize", scaling.desired_size)]
        {
            if let Some(number) = number {
                param(kind, number.to_string());
            }
        }
    }
    if let Some(update) = given.update_config {
        new.update_config = checks::update_config(&update)?;
        for (kind, number) in [
            ("MaxUnavailable", update.max_unavailable),
            ("MaxUnavailablePercentage", update.max_unavailable_percentage),
        ] {
            if let Some(number) = number {
                param(kind, number.to_string());
            }
        }
    }
    if let Some(repair) = given.node_repair_config {
        let enabled = repair.get("enabled").and_then(Value::as_bool).unwrap_or(false);
        param("NodeRepairEnabled", enabled.to_string());
        new.repair = Some(repair);
    }
    if params.is_empty() {
        return Err(invalid("No changes needed for the node group configuration"));
    }
    begin(store, call, (cluster, name), new, ("ConfigUpdate", params), CONFIG)
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Version {
    version: Option<String>,
    release_version: Option<String>,
    launch_template: Option<LaunchTemplate>,
    force: bool,
}

pub(super) fn version(
    store: &mut Store,
    call: &Call,
    cluster: &str,
    name: &str,
    given: Version,
    facts: &Facts,
) -> Result<Value> {
    let known = super::cluster(cluster, facts)?.version.clone();
    let group = updatable(store, call, cluster, name)?;
    let custom = group.made.ami_type == "CUSTOM";
    let mut new = group.settings.clone();
    let mut params = Vec::new();
    let mut param = |kind: &str, value: &str| params.push((kind.to_owned(), value.to_owned()));
    if custom && (given.version.is_some() || given.release_version.is_some()) {
        return Err(error(
            "InvalidRequestException",
            "You cannot specify the field kubernetesVersion or releaseVersion when using custom AMIs.",
        ));
    }
    if let Some(named) = &given.launch_template {
        super::template_named(named)?;
        let template = facts.template.as_ref().ok_or_else(|| super::no_template(named))?;
        let Some(before) = &new.template else {
            return Err(invalid("Cannot specify a launch template for a node group that was not created with one"));
        };
        if before.id != template.which.id {
            return Err(invalid("You cannot change the launch template of a node group, only its version"));
        }
        param("LaunchTemplateName", template.which.name.as_deref().unwrap_or_default());
        param("LaunchTemplateVersion", template.which.version.as_deref().unwrap_or_default());
        new.template = Some(template.which.clone());
    }
    if !custom {
        let version = given.version.clone().unwrap_or_else(|| known.clone());
        let numbers = checks::version(&version)?;
        if numbers > checks::version(&known)? || numbers < checks::version(&new.version)? {
            return Err(invalid(format!(
                "Requested Nodegroup version {version} not valid for cluster version {known}"
            )));
        }
        new.release = match given.release_version.clone() {
            Some(release) if !release.starts_with(&format!("{version}.")) => {
                return Err(invalid(format!(
                    "Requested release version {release} is not valid for kubernetes version {version}"
                )));
            }
            Some(release) => release,
            None => release(&version, &group.made.ami_type, None),
        };
        param("Version", &version);
        param("ReleaseVersion", &new.release);
        new.version = version;
    }
    if given.force {
        param("Force", "true");
    }
    begin(store, call, (cluster, name), new, ("VersionUpdate", params), VERSION)
}

/// The node group, if it can be updated now.
fn updatable<'a>(store: &'a mut Store, call: &Call, cluster: &str, name: &str) -> Result<&'a mut NodeGroup> {
    let group = super::group(store, call, cluster, name)?;
    match group.status.status() {
        "ACTIVE" | "DEGRADED" => Ok(group),
        "UPDATING" => Err(in_use(format!(
            "Nodegroup cannot be updated as it has the update {} in progress",
            group.update.as_deref().unwrap_or_default()
        ))),
        _ => {
            Err(error("InvalidRequestException", "Nodegroup cannot be updated as it is currently not in Active State"))
        }
    }
}

fn begin(
    store: &mut Store,
    call: &Call,
    (cluster, name): (&str, &str),
    new: Settings,
    (kind, params): (&str, Vec<(String, String)>),
    seconds: u32,
) -> Result<Value> {
    let failing = store.strike(cluster, name, Step::Update);
    let update = note(store, call, cluster, Some(name), kind, params);
    let group = super::group(store, call, cluster, name)?;
    // What an update takes away is gone at once; what it brings is there when it ends.
    group.nodes = group.nodes.min(new.scaling.desired_size);
    if kind == "VersionUpdate" && new.update_config.update_strategy.as_deref() == Some("MINIMAL") {
        let share = new.update_config.max_unavailable_percentage.map(|share| (group.nodes * share).div_ceil(100));
        let away = share.or(new.update_config.max_unavailable).unwrap_or(1);
        group.nodes = group.nodes.saturating_sub(away);
    }
    group.before = Some(std::mem::replace(&mut group.settings, new));
    group.modified = call.wall;
    group.update = Some(update.id.clone());
    let end = failing.map_or(Effect::Updated, |issues| Effect::Failed(Step::Update, issues));
    group.status.go(call.now, [("UPDATING", seconds, Some(end))], "ACTIVE");
    Ok(json!({ "update": shapes::update(&update) }))
}

/// Remembers a new update.
fn note(
    store: &mut Store,
    call: &Call,
    cluster: &str,
    group: Option<&str>,
    kind: &str,
    params: Vec<(String, String)>,
) -> Update {
    let id = store.id(&format!("update/{cluster}"));
    let update = Update {
        account: call.account.clone(),
        region: call.region.clone(),
        cluster: cluster.to_owned(),
        group: group.map(str::to_owned),
        id: id.clone(),
        status: "InProgress".to_owned(),
        kind: kind.to_owned(),
        params,
        errors: Vec::new(),
        created: call.wall,
        number: store.made,
    };
    store.updates.insert(id, update.clone());
    update
}

/// The update that an `UpdateClusterConfig` carried out elsewhere is answered with: it is over at once.
///
/// What was given is named by its kind, the first that EKS has.
pub fn of_cluster(store: &mut Store, call: &Call, cluster: &str, body: &[u8]) -> Value {
    let given: BTreeMap<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    let kind = match () {
        () if given.contains_key("logging") => "LoggingUpdate",
        () if given.contains_key("accessConfig") => "AccessConfigUpdate",
        () if given.contains_key("resourcesVpcConfig") => "VpcConfigUpdate",
        () => "ConfigUpdate",
    };
    let params = given.into_iter().filter(|(name, _)| name != "clientRequestToken");
    let params = params.map(|(name, value)| (name, value.to_string())).collect();
    let mut update = note(store, call, cluster, None, kind, params);
    let answer = json!({ "update": shapes::update(&update) });
    "Successful".clone_into(&mut update.status);
    store.updates.insert(update.id.clone(), update);
    answer
}

fn here(it: &Update, call: &Call, cluster: &str, group: Option<&str>) -> bool {
    (it.account.as_str(), it.region.as_str(), it.cluster.as_str(), it.group.as_deref())
        == (&call.account, &call.region, cluster, group)
}

pub(super) fn describe(store: &Store, call: &Call, cluster: &str, group: Option<&str>, id: &str) -> Result<Value> {
    let found = store.updates.get(id).filter(|it| here(it, call, cluster, group));
    let found = found.ok_or_else(|| missing(format!("No update found for ID: {id}")))?;
    Ok(json!({ "update": shapes::update(found) }))
}

pub(super) fn list(store: &Store, call: &Call, cluster: &str, group: Option<&str>, paging: &Paging) -> Result<Value> {
    let mut found: Vec<&Update> = store.updates.values().filter(|it| here(it, call, cluster, group)).collect();
    found.sort_by_key(|it| std::cmp::Reverse(it.number));
    paging.answer("updateIds", found.into_iter().map(|it| json!(it.id)).collect())
}
