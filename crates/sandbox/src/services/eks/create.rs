//! A new node group.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::checks::{self, GivenScaling};
use super::facts::{Cluster, Template};
use super::model::{Effect, LaunchTemplate, Made, NodeGroup, Settings, Step, Store, Taint, UpdateConfig, key};
use super::{Facts, Result, error, in_use, invalid, release, shapes};
use crate::services::Call;
use crate::services::timeline::Timeline;

/// Simulated seconds until the first nodes have joined.
const CREATE: u32 = 120;
/// Node groups of a cluster, the default quota.
const MOST: usize = 30;

const AMI_TYPES: [&str; 21] = [
    "AL2_x86_64",
    "AL2_x86_64_GPU",
    "AL2_ARM_64",
    "CUSTOM",
    "BOTTLEROCKET_ARM_64",
    "BOTTLEROCKET_x86_64",
    "BOTTLEROCKET_ARM_64_FIPS",
    "BOTTLEROCKET_x86_64_FIPS",
    "BOTTLEROCKET_ARM_64_NVIDIA",
    "BOTTLEROCKET_x86_64_NVIDIA",
    "WINDOWS_CORE_2019_x86_64",
    "WINDOWS_FULL_2019_x86_64",
    "WINDOWS_CORE_2022_x86_64",
    "WINDOWS_FULL_2022_x86_64",
    "AL2023_x86_64_STANDARD",
    "AL2023_ARM_64_STANDARD",
    "AL2023_x86_64_NEURON",
    "AL2023_x86_64_NVIDIA",
    "AL2023_ARM_64_NVIDIA",
    "BOTTLEROCKET_ARM_64_NVIDIA_FIPS",
    "BOTTLEROCKET_x86_64_NVIDIA_FIPS",
];

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Create {
    nodegroup_name: Option<String>,
    scaling_config: GivenScaling,
    disk_size: Option<u32>,
    subnets: Vec<String>,
    instance_types: Vec<String>,
    ami_type: Option<String>,
    remote_access: Option<Value>,
    node_role: Option<String>,
    labels: BTreeMap<String, String>,
    taints: Vec<Taint>,
    tags: BTreeMap<String, String>,
    client_request_token: Option<String>,
    launch_template: Option<LaunchTemplate>,
    update_config: UpdateConfig,
    node_repair_config: Option<Value>,
    capacity_type: Option<String>,
    version: Option<String>,
    release_version: Option<String>,
}

pub(super) fn create(store: &mut Store, call: &Call, cluster: &str, given: Create, facts: &Facts) -> Result<Value> {
    let found = super::cluster(cluster, facts)?;
    let name = given.nodegroup_name.clone().unwrap_or_default();
    checks::name(&name)?;
    let key = key(&call.account, &call.region, cluster, &name);
    if let Some(same) = store.groups.get(&key) {
        if same.made.token.is_some() && same.made.token == given.client_request_token {
            return Ok(json!({ "nodegroup": shapes::node_group(same) }));
        }
        return Err(in_use(format!("NodeGroup already exists with name {name} and cluster name {cluster}")));
    }
    if found.status != "ACTIVE" {
        return Err(error("InvalidRequestException", format!("Cluster '{cluster}' is not in ACTIVE status")));
    }
    let here = store.groups.values().filter(|it| {
        (it.account.as_str(), it.region.as_str(), it.cluster.as_str()) == (&call.account, &call.region, cluster)
    });
    if here.count() >= MOST {
        return Err(error(
            "ResourceLimitExceededException",
            format!("Nodegroup limit exceeded: the cluster {cluster} has {MOST}"),
        ));
    }
    let template = template(&given, facts)?;
    let made = made(&given, template, facts)?;
    let settings = settings(&given, template, found, &made.ami_type)?;
    checks::tags(&given.tags)?;
    let id = store.id(&key);
    let mut group = NodeGroup {
        account: call.account.clone(),
        region: call.region.clone(),
        cluster: cluster.to_owned(),
        arn: format!("arn:aws:eks:{}:{}:nodegroup/{cluster}/{name}/{id}", call.region, call.account),
        status: Timeline::at("CREATING"),
        nodes: 0,
        created: call.wall,
        modified: call.wall,
        made,
        settings,
        before: None,
        update: None,
        issues: Vec::new(),
        tags: given.tags,
        name,
    };
    match store.strike(cluster, &group.name, Step::Create) {
        None => group.status.go(call.now, [("CREATING", CREATE, Some(Effect::Created))], "ACTIVE"),
        Some(issues) => {
            let failed = Effect::Failed(Step::Create, issues);
            group.status.go(call.now, [("CREATING", CREATE, Some(failed))], "CREATE_FAILED");
        }
    }
    let answer = json!({ "nodegroup": shapes::node_group(&group) });
    store.groups.insert(key, group);
    Ok(answer)
}

/// The launch template, when one is given and may be used.
fn template<'a>(given: &Create, facts: &'a Facts) -> Result<Option<&'a Template>> {
    let Some(named) = &given.launch_template else { return Ok(None) };
    super::template_named(named)?;
    let template = facts.template.as_ref().ok_or_else(|| super::no_template(named))?;
    let refuse = |message: &str| Err(error("InvalidRequestException", message));
    if given.remote_access.is_some() {
        return refuse("Remote access configuration cannot be specified with a launch template.");
    }
    if given.disk_size.is_some() {
        return refuse("Disk size must be specified within the launch template.");
    }
    if template.instance_type.is_some() && !given.instance_types.is_empty() {
        return refuse("Cannot specify instance types in launch template and API request");
    }
    if let Some(what) = template.forbidden.first() {
        return refuse(&format!("Launch template {} should not specify {what}.", named_as(named)));
    }
    if template.has_image {
        if given.ami_type.as_deref().is_some_and(|ami| ami != "CUSTOM") {
            return refuse(
                "You cannot specify an AMI Type other than CUSTOM, when specifying an image id in your launch template.",
            );
        }
        if given.version.is_some() || given.release_version.is_some() {
            return refuse("You cannot specify the field kubernetesVersion or releaseVersion when using custom AMIs.");
        }
    }
    Ok(Some(template))
}

fn named_as(template: &LaunchTemplate) -> &str {
    template.name.as_deref().or(template.id.as_deref()).unwrap_or_default()
}

fn made(given: &Create, template: Option<&Template>, facts: &Facts) -> Result<Made> {
    let role = given.node_role.clone().unwrap_or_default();
    let account = role.strip_prefix("arn:aws:iam::").and_then(|rest| rest.split_once(":role/"));
    if !account.is_some_and(|(account, name)| account.len() == 12 && !name.is_empty()) {
        return Err(invalid(format!("Invalid Role Arn: '{role}'")));
    }
    if given.subnets.is_empty() {
        return Err(invalid("Subnets must not be empty"));
    }
    if let Some(missing) = given.subnets.iter().find(|id| !facts.subnets.contains_key(*id)) {
        return Err(invalid(format!("The subnet ID '{missing}' does not exist")));
    }
    let capacity_type = given.capacity_type.clone().unwrap_or_else(|| "ON_DEMAND".to_owned());
    if !["ON_DEMAND", "SPOT", "CAPACITY_BLOCK"].contains(&capacity_type.as_str()) {
        return Err(invalid(format!("capacityType {capacity_type} is not one of ON_DEMAND, SPOT, CAPACITY_BLOCK")));
    }
    let mut instance_types = given.instance_types.clone();
    if instance_types.len() > checks::MOST_TYPES {
        return Err(invalid(format!(
            "Cannot specify more than {} instance types, {} were given",
            checks::MOST_TYPES,
            instance_types.len()
        )));
    }
    for (index, name) in instance_types.iter().enumerate() {
        if instance_types.iter().skip(index + 1).any(|other| other == name) {
            return Err(invalid(format!("Duplicate instance type {name}")));
        }
    }
    let unknown: Vec<&str> =
        instance_types.iter().filter(|name| !facts.instance_types.contains_key(*name)).map(String::as_str).collect();
    if !unknown.is_empty() {
        return Err(invalid(format!("The following supplied instance types do not exist: [{}]", unknown.join(", "))));
    }
    let custom = template.is_some_and(|template| template.has_image);
    let ami_type = ami_type(given, &instance_types, custom, facts)?;
    if instance_types.is_empty() && template.is_none_or(|template| template.instance_type.is_none()) {
        instance_types = vec!["t3.medium".to_owned()];
    }
    let disk_size = match (given.disk_size, template) {
        (Some(0), _) => return Err(invalid("diskSize is not valid")),
        (Some(size), _) => Some(size),
        (None, Some(_)) => None,
        (None, None) => Some(if ami_type.starts_with("WINDOWS") { 50 } else { 20 }),
    };
    Ok(Made {
        capacity_type,
        instance_types,
        subnets: given.subnets.clone(),
        ami_type,
        role,
        disk_size,
        remote_access: given.remote_access.clone(),
        token: given.client_request_token.clone(),
    })
}

/// The kind of image: the one given, if the types can run it; otherwise the standard one for their architecture.
fn ami_type(given: &Create, types: &[String], custom: bool, facts: &Facts) -> Result<String> {
    if custom {
        return Ok("CUSTOM".to_owned());
    }
    let of = |name: &String| facts.instance_types.get(name).is_some_and(|all| all.iter().any(|one| one == "arm64"));
    let arm = types.first().is_some_and(of);
    let standard = if arm { "AL2023_ARM_64_STANDARD" } else { "AL2023_x86_64_STANDARD" };
    let ami = given.ami_type.clone().unwrap_or_else(|| standard.to_owned());
    if !AMI_TYPES.contains(&ami.as_str()) {
        return Err(invalid(format!("amiType {ami} is not one of {}", AMI_TYPES.join(", "))));
    }
    if ami == "CUSTOM" {
        return Err(invalid("You must specify an image id in the launch template when using the AMI type CUSTOM"));
    }
    let wrong: Vec<&str> = types.iter().filter(|name| of(name) != ami.contains("ARM_64")).map(String::as_str).collect();
    if !wrong.is_empty() {
        return Err(invalid(format!(
            "[{}] is not a valid instance type for requested amiType {ami}",
            wrong.join(", ")
        )));
    }
    Ok(ami)
}

fn settings(given: &Create, template: Option<&Template>, cluster: &Cluster, ami: &str) -> Result<Settings> {
    checks::labels(&given.labels)?;
    checks::taints(&given.taints)?;
    let version = given.version.clone().unwrap_or_else(|| cluster.version.clone());
    if checks::version(&version)? > checks::version(&cluster.version)? {
        return Err(invalid(format!(
            "Requested Nodegroup version {version} not valid for cluster version {}",
            cluster.version
        )));
    }
    Ok(Settings {
        scaling: given.scaling_config.create()?,
        labels: given.labels.clone(),
        taints: given.taints.clone(),
        update_config: checks::update_config(&given.update_config)?,
        repair: given.node_repair_config.clone(),
        release: given.release_version.clone().unwrap_or_else(|| release(&version, ami, template)),
        version,
        template: template.map(|template| template.which.clone()),
    })
}
