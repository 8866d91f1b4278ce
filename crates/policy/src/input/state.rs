//! States: what exists, from `terraform show -json` without a plan, or a state file of version 4.
//!
//! A state becomes a plan that changes nothing: rules about resources and about plans run on it as on any other.

use serde_json::{Map, Value as Json, json};

use crate::error::InputError;

/// The plan that changes nothing about a state, as text. The format was recognised before.
///
/// # Errors
/// [`InputError::Structure`] when its parts are not what the format says, or it is a version that is not read.
pub(super) fn as_plan(name: &str, text: &str) -> Result<String, InputError> {
    let fault = |place: &str, message: &str| InputError::Structure {
        name: name.to_owned(),
        place: place.to_owned(),
        message: format!("{message}; make the file anew with `terraform show -json`"),
    };
    let state: Json = serde_json::from_str(text).map_err(|error| super::plan_json::syntax(name, text, &error))?;
    let mut changes = Vec::new();
    if state.get("lineage").is_some() {
        if state.get("version").and_then(Json::as_u64) != Some(4) {
            return Err(fault("version", "only state files of version 4 are read"));
        }
        let resources = state.get("resources").and_then(Json::as_array);
        let resources = resources.ok_or_else(|| fault("resources", "this is not a list"))?;
        for (index, resource) in resources.iter().enumerate() {
            let place = || format!("resource {}", index + 1);
            instances(resource, &mut changes).ok_or_else(|| fault(&place(), "it is not complete"))?;
        }
    } else {
        let mut todo: Vec<&Json> = state.pointer("/values/root_module").into_iter().collect();
        while let Some(module) = todo.pop() {
            let list = |key: &str| module.get(key).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
            todo.extend(list("child_modules"));
            let address = module.get("address").and_then(Json::as_str).unwrap_or_default();
            for (index, resource) in list("resources").iter().enumerate() {
                let place = || format!("{address} resource {}", index + 1).trim_start().to_owned();
                let change = shown(resource, address).ok_or_else(|| fault(&place(), "it is not complete"))?;
                changes.push(change);
            }
        }
    }
    let version = state.get("terraform_version").cloned().unwrap_or(Json::Null);
    Ok(json!({"format_version": "1.2", "terraform_version": version, "resource_changes": changes}).to_string())
}

fn change(
    address: &str,
    module: &str,
    resource: &Json,
    provider: &str,
    values: &Json,
    sensitive: Json,
) -> Option<Json> {
    let mut change = json!({
        "address": address,
        "mode": resource.get("mode")?,
        "type": resource.get("type")?.as_str()?,
        "name": resource.get("name")?.as_str()?,
        "provider_name": provider,
        "change": {
            "actions": ["no-op"],
            "before": values,
            "after": values,
            "after_unknown": {},
            "before_sensitive": sensitive.clone(),
            "after_sensitive": sensitive,
        },
    });
    if let (Json::Object(fields), false) = (&mut change, module.is_empty()) {
        fields.insert("module_address".to_owned(), json!(module));
    }
    Some(change)
}

/// A resource of `terraform show -json`.
fn shown(resource: &Json, module: &str) -> Option<Json> {
    let provider = resource.get("provider_name").and_then(Json::as_str).unwrap_or_default();
    let sensitive = resource.get("sensitive_values").cloned().unwrap_or_else(|| json!({}));
    let address = resource.get("address")?.as_str()?;
    let mut change = change(address, module, resource, provider, resource.get("values")?, sensitive)?;
    if let (Some(key), Json::Object(fields)) = (resource.get("deposed_key"), &mut change) {
        fields.insert("deposed".to_owned(), key.clone());
    }
    Some(change)
}

/// The instances of a resource of a state file.
fn instances(resource: &Json, into: &mut Vec<Json>) -> Option<()> {
    let module = resource.get("module").and_then(Json::as_str).unwrap_or_default();
    let prefix = if module.is_empty() { String::new() } else { format!("{module}.") };
    let data = if resource.get("mode")?.as_str()? == "data" { "data." } else { "" };
    let base = format!("{prefix}{data}{}.{}", resource.get("type")?.as_str()?, resource.get("name")?.as_str()?);
    // `module.a.provider["registry.terraform.io/hashicorp/aws"].west`
    let provider = resource.get("provider").and_then(Json::as_str).unwrap_or_default();
    let provider = provider.split('"').nth(1).unwrap_or_default();
    for instance in resource.get("instances")?.as_array()? {
        let address = match instance.get("index_key") {
            None | Some(Json::Null) => base.clone(),
            Some(key) => format!("{base}[{key}]"),
        };
        let mut sensitive = json!({});
        for path in instance.get("sensitive_attributes").and_then(Json::as_array).into_iter().flatten() {
            mark(&mut sensitive, path.as_array()?);
        }
        let mut change = change(&address, module, resource, provider, instance.get("attributes")?, sensitive)?;
        if let (Some(key), Json::Object(fields)) = (instance.get("deposed"), &mut change) {
            fields.insert("deposed".to_owned(), key.clone());
        }
        into.push(change);
    }
    Some(())
}

/// Marks the attribute a path leads to. A path into a list marks all of it.
fn mark(mask: &mut Json, path: &[Json]) {
    let Some((step, rest)) = path.split_first() else {
        *mask = json!(true);
        return;
    };
    let name = step.get("value").and_then(|value| value.as_str().or_else(|| value.get("value")?.as_str()));
    match (name, mask) {
        (Some(name), Json::Object(fields)) => {
            mark(fields.entry(name).or_insert_with(|| Json::Object(Map::new())), rest);
        }
        (_, mask) => *mask = json!(true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_state_become_the_same_plan() {
        let shown = json!({"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {
            "resources": [{"address": "aws_t.a[\"x\"]", "mode": "managed", "type": "aws_t", "name": "a", "index": "x",
                "provider_name": "registry.terraform.io/hashicorp/aws", "values": {"open": true, "pass": "p"},
                "sensitive_values": {"pass": true}}],
            "child_modules": [{"address": "module.m", "resources": [{"address": "module.m.data.aws_d.b[0]", "mode": "data",
                "type": "aws_d", "name": "b", "index": 0, "provider_name": "registry.terraform.io/hashicorp/aws",
                "values": {}, "sensitive_values": {}}]}]}}});
        let file = json!({"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "l", "resources": [
            {"mode": "managed", "type": "aws_t", "name": "a", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
             "instances": [{"index_key": "x", "attributes": {"open": true, "pass": "p"},
                "sensitive_attributes": [[{"type": "get_attr", "value": "pass"}]]}]},
            {"module": "module.m", "mode": "data", "type": "aws_d", "name": "b",
             "provider": "provider[\"registry.terraform.io/hashicorp/aws\"].west",
             "instances": [{"index_key": 0, "attributes": {}}]}]});
        let plans = [shown, file].map(|state| as_plan("s", &state.to_string()).unwrap());
        assert_eq!(plans[0], plans[1]);
        let plan: Json = serde_json::from_str(&plans[0]).unwrap();
        assert_eq!(plan["resource_changes"][0]["change"]["after_sensitive"], json!({"pass": true}));
        assert_eq!(plan["resource_changes"][1]["address"], "module.m.data.aws_d.b[0]");
    }

    #[test]
    fn what_is_not_complete_is_named() {
        for state in [
            json!({"version": 3, "lineage": "l", "resources": []}),
            json!({"version": 4, "lineage": "l"}),
            json!({"version": 4, "lineage": "l", "resources": [{"type": "aws_t"}]}),
            json!({"format_version": "1.0", "values": {"root_module": {"resources": [{}]}}}),
        ] {
            assert!(as_plan("s", &state.to_string()).is_err(), "{state}");
        }
    }
}
