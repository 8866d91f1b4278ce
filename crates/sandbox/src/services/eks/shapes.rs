//! How node groups and updates are written.

use serde_json::{Map, Value, json};

use super::model::{NodeGroup, Update};

/// Seconds since 1970, as REST JSON writes times.
fn seconds(milliseconds: i64) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this millennium have 53 bits to spare")]
    let seconds = milliseconds as f64 / 1000.0;
    json!(seconds)
}

pub(super) fn node_group(it: &NodeGroup) -> Value {
    let (made, settings) = (&it.made, &it.settings);
    let id = it.arn.rsplit('/').next().unwrap_or_default();
    let mut resources = json!({ "autoScalingGroups": [{ "name": format!("eks-{}-{id}", it.name) }] });
    let mut shape = Map::new();
    let mut put = |name: &str, value: Value| shape.insert(name.to_owned(), value);
    put("nodegroupName", json!(it.name));
    put("nodegroupArn", json!(it.arn));
    put("clusterName", json!(it.cluster));
    put("version", json!(settings.version));
    put("releaseVersion", json!(settings.release));
    put("createdAt", seconds(it.created));
    put("modifiedAt", seconds(it.modified));
    put("status", json!(it.status.status()));
    put("capacityType", json!(made.capacity_type));
    put("scalingConfig", json!(settings.scaling));
    // An empty list is told from none: a launch template then names the type.
    put("instanceTypes", if made.instance_types.is_empty() { Value::Null } else { json!(made.instance_types) });
    put("subnets", json!(made.subnets));
    if let Some(access) = &made.remote_access {
        put("remoteAccess", access.clone());
        if access.get("sourceSecurityGroups").is_none()
            && let Some(map) = resources.as_object_mut()
        {
            let group = format!("sg-{}", crate::services::digest(&it.arn, 17));
            map.insert("remoteAccessSecurityGroup".to_owned(), json!(group));
        }
    }
    put("amiType", json!(made.ami_type));
    put("nodeRole", json!(made.role));
    put("labels", json!(settings.labels));
    put("taints", if settings.taints.is_empty() { Value::Null } else { json!(settings.taints) });
    put("resources", resources);
    put("diskSize", json!(made.disk_size));
    put("health", json!({ "issues": it.issues }));
    put("updateConfig", json!(settings.update_config));
    put("nodeRepairConfig", json!(settings.repair));
    put("launchTemplate", json!(settings.template));
    put("tags", json!(it.tags));
    shape.retain(|_, value| !value.is_null());
    Value::Object(shape)
}

pub(super) fn update(it: &Update) -> Value {
    let params: Vec<Value> = it.params.iter().map(|(kind, value)| json!({ "type": kind, "value": value })).collect();
    let errors: Vec<Value> = it
        .errors
        .iter()
        .map(|error| {
            json!({ "errorCode": error.code, "errorMessage": error.message, "resourceIds": error.resource_ids })
        })
        .collect();
    json!({
        "id": it.id,
        "status": it.status,
        "type": it.kind,
        "params": params,
        "createdAt": seconds(it.created),
        "errors": errors,
    })
}
