//! Amazon EKS: managed node groups and updates, in REST JSON. Clusters are moto's, which makes node groups that are active at once,
//! checks little of what it is given, and has no updates.
//!
//! Shapes, limits and error codes are those of the service's model (2017-11-01); messages are those that EKS is known to say.

mod advance;
mod checks;
mod create;
mod facts;
mod model;
mod route;
mod shapes;
mod updates;

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::{Call, page};
use crate::protocol::{Answer, ApiError, json as wire};

pub use facts::{Cluster, Facts, Template, Wants, wants};
pub use model::{
    Effect, Failure, Issue, LaunchTemplate, Made, NodeGroup, Scaling, Settings, Step, Store, Taint, Update,
    UpdateConfig, key,
};
pub use route::Route;
pub use updates::of_cluster;

/// Kubernetes of a cluster that is assumed to exist.
const DEFAULT_VERSION: &str = "1.33";
/// Simulated seconds until the last node is gone.
const DELETE: u32 = 150;

type Result<T> = std::result::Result<T, ApiError>;

/// Answers a call that is the sandbox's own.
///
/// # Errors
/// As the service's.
pub fn handle(
    store: &mut Store,
    call: &Call,
    route: &Route,
    query: &[(String, String)],
    body: &[u8],
    facts: &Facts,
) -> Result<Answer> {
    let of = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let paging = Paging { most: of("maxResults").map(str::to_owned), next: of("nextToken").map(str::to_owned) };
    let (cluster_name, name) = (route.cluster.as_str(), route.name.as_str());
    if !cluster_name.is_empty() {
        cluster(cluster_name, facts)?;
    }
    let value = match route.operation {
        "CreateNodegroup" => create::create(store, call, cluster_name, read(body)?, facts)?,
        "DescribeNodegroup" => json!({ "nodegroup": shapes::node_group(group(store, call, cluster_name, name)?) }),
        "ListNodegroups" => {
            let own = store.groups.values().filter(|it| is_in(it, call, cluster_name));
            paging.answer("nodegroups", own.map(|it| json!(it.name)).collect())?
        }
        "DeleteNodegroup" => delete(store, call, cluster_name, name)?,
        "UpdateNodegroupConfig" => updates::config(store, call, cluster_name, name, read(body)?)?,
        "UpdateNodegroupVersion" => updates::version(store, call, cluster_name, name, read(body)?, facts)?,
        "DescribeUpdate" => updates::describe(store, call, cluster_name, of("nodegroupName"), name)?,
        "ListUpdates" => {
            if let Some(name) = of("nodegroupName") {
                group(store, call, cluster_name, name)?;
            }
            updates::list(store, call, cluster_name, of("nodegroupName"), &paging)?
        }
        "ListTagsForResource" => json!({ "tags": tagged(store, call, name)?.tags }),
        "TagResource" => {
            let given: BTreeMap<String, BTreeMap<String, String>> = read(body)?;
            let mut tags = tagged(store, call, name)?.tags.clone();
            tags.extend(given.get("tags").cloned().unwrap_or_default());
            checks::tags(&tags)?;
            tagged(store, call, name)?.tags = tags;
            json!({})
        }
        "UntagResource" => {
            let gone: Vec<&str> =
                query.iter().filter(|(key, _)| key == "tagKeys").map(|(_, value)| value.as_str()).collect();
            tagged(store, call, name)?.tags.retain(|key, _| !gone.contains(&key.as_str()));
            json!({})
        }
        other => return Err(error("InvalidRequestException", format!("The sandbox does not implement EKS's {other}"))),
    };
    let mut answer = wire::answer(&value);
    answer.headers = Answer::ok("application/json", Vec::new()).headers;
    Ok(answer)
}

/// What stands in the way of deleting a cluster, which is moto's: its node groups.
///
/// # Errors
/// `ResourceInUseException` while it has any.
pub fn check_delete_cluster(store: &Store, call: &Call, cluster: &str) -> Result<()> {
    if store.groups.values().any(|it| is_in(it, call, cluster)) {
        return Err(in_use("Cluster has nodegroups attached"));
    }
    Ok(())
}

fn delete(store: &mut Store, call: &Call, cluster: &str, name: &str) -> Result<Value> {
    let status = group(store, call, cluster, name)?.status.status().to_owned();
    if matches!(status.as_str(), "CREATING" | "UPDATING" | "DELETING") {
        return Err(in_use(format!("Nodegroup {name} cannot be deleted while it is {status}")));
    }
    let failing = store.strike(cluster, name, Step::Delete);
    let group = group(store, call, cluster, name)?;
    // Its nodes are drained from now on: none of them counts any more.
    group.nodes = 0;
    group.modified = call.wall;
    match failing {
        None => group.status.go(call.now, [("DELETING", DELETE, Some(Effect::Deleted))], "DELETED"),
        Some(issues) => {
            let failed = Effect::Failed(Step::Delete, issues);
            group.status.go(call.now, [("DELETING", DELETE, Some(failed))], "DELETE_FAILED");
        }
    }
    Ok(json!({ "nodegroup": shapes::node_group(group) }))
}

fn is_in(it: &NodeGroup, call: &Call, cluster: &str) -> bool {
    (it.account.as_str(), it.region.as_str(), it.cluster.as_str()) == (&call.account, &call.region, cluster)
}

fn group<'a>(store: &'a mut Store, call: &Call, cluster: &str, name: &str) -> Result<&'a mut NodeGroup> {
    let found = store.groups.get_mut(&key(&call.account, &call.region, cluster, name));
    found.ok_or_else(|| missing(format!("No node group found for name: {name}.")))
}

/// The node group of an ARN.
fn tagged<'a>(store: &'a mut Store, call: &Call, arn: &str) -> Result<&'a mut NodeGroup> {
    let here = |it: &&mut NodeGroup| it.arn == arn && it.region == call.region && it.account == call.account;
    store
        .groups
        .values_mut()
        .find(here)
        .ok_or_else(|| error("NotFoundException", format!("No resource found for ARN {arn}")).with_status(404))
}

fn cluster<'a>(name: &str, facts: &'a Facts) -> Result<&'a Cluster> {
    facts.cluster.as_ref().ok_or_else(|| missing(format!("No cluster found for name: {name}.")))
}

/// Refuses a launch template that is not named in one way alone.
fn template_named(template: &LaunchTemplate) -> Result<()> {
    if template.id.is_some() == template.name.is_some() {
        return Err(invalid(
            "You must specify either the launch template name or the launch template ID, but not both",
        ));
    }
    Ok(())
}

fn no_template(template: &LaunchTemplate) -> ApiError {
    let named = template.name.as_deref().or(template.id.as_deref()).unwrap_or_default();
    let version = template.version.as_deref().map(|version| format!(" version {version}")).unwrap_or_default();
    invalid(format!("Launch template {named}{version} does not exist"))
}

/// The release of an image for a version of Kubernetes; a round date, since there is no image.
fn release(version: &str, ami_type: &str, template: Option<&Template>) -> String {
    match template {
        // With an image of one's own EKS answers the id of the image.
        Some(template) if template.has_image => "ami-00000000000000000".to_owned(),
        _ if ami_type.starts_with("BOTTLEROCKET") => "1.50.0-00000000".to_owned(),
        _ => format!("{version}.0-20261101"),
    }
}

/// `maxResults` and `nextToken`, as they were given.
struct Paging {
    most: Option<String>,
    next: Option<String>,
}

impl Paging {
    /// The page of `items` under `name`.
    fn answer(&self, name: &str, items: Vec<Value>) -> Result<Value> {
        let most = match &self.most {
            None => Some(100),
            Some(text) => text.parse().ok().filter(|most| (1..=100).contains(most)),
        };
        let most = most.ok_or_else(|| invalid("maxResults must be between 1 and 100"))?;
        let (items, next) = page(items, self.next.as_deref().filter(|token| !token.is_empty()), most)
            .ok_or_else(|| invalid("nextToken is not valid"))?;
        let mut answer = Map::new();
        answer.insert(name.to_owned(), Value::Array(items));
        if let Some(next) = next {
            answer.insert("nextToken".to_owned(), Value::String(next));
        }
        Ok(Value::Object(answer))
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    wire::read(body, "InvalidParameterException")
}

fn error(code: &str, message: impl Into<String>) -> ApiError {
    ApiError::new(code, message)
}

fn invalid(message: impl Into<String>) -> ApiError {
    error("InvalidParameterException", message)
}

fn in_use(message: impl Into<String>) -> ApiError {
    error("ResourceInUseException", message).with_status(409)
}

fn missing(message: impl Into<String>) -> ApiError {
    error("ResourceNotFoundException", message).with_status(404)
}

#[cfg(test)]
mod tests;
