//! The resources of a plan with their values, for those who do something else with a plan than judge it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value as Json;

use super::plan_json::{Change, Plan};
use crate::error::InputError;
use crate::path::AttributePath;

/// What a plan does to one resource.
#[derive(Debug, Clone)]
pub struct ListedResource {
    /// Terraform address.
    pub address: String,
    /// Address before the plan moves it.
    pub previous_address: Option<String>,
    /// Address of the module instance; empty for the root module.
    pub module: String,
    /// Type.
    pub kind: String,
    /// Name in the configuration.
    pub name: String,
    /// `create`, `update`, `delete`, `no-op`, `forget`; both of a replacement.
    pub actions: Vec<String>,
    /// Values before the plan; none for a resource that is new.
    pub before: Option<Json>,
    /// Planned values without the unknown ones; none for a resource that goes.
    pub after: Option<Json>,
    /// What the configuration sets, and is known only after apply. Empty paths stand for the whole resource: whether it is there
    /// at all is not known.
    pub unknown: Vec<UnknownValue>,
    /// Region of its provider, where the configuration says it.
    pub region: Option<String>,
}

/// A value that is not known yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownValue {
    /// Where it is.
    pub path: AttributePath,
    /// Why it is not known, where evaluation of the source found that: `var.size is given no value`.
    pub cause: Option<String>,
}

/// The parts of a plan that say where its providers work.
#[derive(Default, Deserialize)]
struct Providers {
    #[serde(default)]
    variables: BTreeMap<String, Given>,
    #[serde(default)]
    configuration: Configured,
}

#[derive(Default, Deserialize)]
struct Given {
    #[serde(default)]
    value: Json,
}

#[derive(Default, Deserialize)]
struct Configured {
    #[serde(default)]
    provider_config: BTreeMap<String, Json>,
}

impl Providers {
    /// The region of a provider that is written out, or is a variable of the root module.
    fn region(&self, key: &str) -> Option<String> {
        let expression = self.configuration.provider_config.get(key)?.pointer("/expressions/region")?;
        if let Some(region) = expression.get("constant_value") {
            return region.as_str().map(str::to_owned);
        }
        let references = expression.get("references")?.as_array()?;
        let [Json::String(reference)] = references.as_slice() else { return None };
        self.variables.get(reference.strip_prefix("var.")?)?.value.as_str().map(str::to_owned)
    }
}

impl Plan {
    /// Every managed resource with its values, in the order of the plan. Objects that were deposed are left out: they go whatever
    /// the plan says.
    ///
    /// # Errors
    /// Values that cannot be read.
    pub fn resources(&self) -> Result<Vec<ListedResource>, InputError> {
        let providers: Providers = serde_json::from_str(self.text()).unwrap_or_default();
        let managed = self.changes().iter().filter(|change| change.is_managed() && !change.is_deposed);
        managed.map(|change| self.listed(change, &providers)).collect()
    }

    /// The calls of modules that could not be read, with their arguments as values: what they make is not among the resources.
    ///
    /// # Errors
    /// Values that cannot be read.
    pub fn unread_module_calls(&self) -> Result<Vec<ListedResource>, InputError> {
        let calls = self.changes().iter().filter(|change| change.is_call);
        calls.map(|change| self.listed(change, &Providers::default())).collect()
    }

    fn listed(&self, change: &Change, providers: &Providers) -> Result<ListedResource, InputError> {
        let fault = |message: String| InputError::Structure {
            name: self.name.clone(),
            place: change.address.clone(),
            message: format!("{message}; make the file anew with `terraform show -json`"),
        };
        let (before, after) =
            self.both_sides(change).map_err(|error| fault(format!("its values cannot be read: {error}")))?;
        let unknown = self.unknown(change).map_err(fault)?;
        let local = format!("{}.{}", change.kind, change.name);
        let written = |path: &AttributePath| self.configuration().writes(&change.module, &local, path);
        let with_cause =
            |path: AttributePath| UnknownValue { cause: self.cause(&change.address, &path).map(str::to_owned), path };
        let region = match self.evaluated_region(&change.address) {
            Some(region) => Some(region.to_owned()),
            None => self.configuration().provider(&change.module, &local).and_then(|key| providers.region(&key)),
        };
        Ok(ListedResource {
            address: change.address.clone(),
            previous_address: change.previous_address.clone(),
            module: change.module.clone(),
            kind: change.kind.clone(),
            name: change.name.clone(),
            actions: change.actions.clone(),
            before,
            after,
            unknown: unknown.into_iter().filter(written).map(with_cause).collect(),
            region,
        })
    }

    /// Addresses of the resources behind an attribute, without the keys of their instances.
    pub fn references(&self, resource: &ListedResource, attribute: &str) -> Vec<String> {
        let path = AttributePath(vec![attribute.into()]);
        let local = format!("{}.{}", resource.kind, resource.name);
        self.configuration().sources(&resource.module, &local, &path).resources.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Document;
    use serde_json::json;

    fn plan(variables: Json) -> Plan {
        let change = |address: &str, module: &str| {
            json!({"address": address, "module_address": module, "mode": "managed", "type": "aws_t", "name": "a",
                "provider_name": "registry.terraform.io/hashicorp/aws", "change": {"actions": ["create"], "before": null,
                "after": {"size": 0.1, "list": [{"on": true}]}, "after_unknown": {"size": false, "key": true, "kept": true, "list": [{"at": true}]}}})
        };
        let resource = |key: &str| {
            json!({"address": "aws_t.a", "provider_config_key": key, "expressions": {
                "key": {"references": ["aws_k.k.arn", "aws_k.k"]}, "list": [{"at": {"references": ["aws_k.k.arn", "aws_k.k"]}}]}})
        };
        let text = json!({"format_version": "1.2", "variables": variables,
            "resource_changes": [change("aws_t.a", ""), change("module.m.aws_t.a", "module.m")],
            "configuration": {
                "provider_config": {"aws": {"expressions": {"region": {"constant_value": "eu-west-1"}}},
                    "aws.far": {"expressions": {"region": {"references": ["var.far"]}}}},
                "root_module": {"resources": [resource("aws")], "module_calls": {"m": {"module": {"resources": [resource("aws.far")]}}}}}});
        match crate::input::read("plan.json", text.to_string().into_bytes()).unwrap().pop() {
            Some(Document::Plan(plan)) => plan,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn regions_are_those_of_the_providers() {
        let regions = |variables| -> Vec<Option<String>> {
            plan(variables).resources().unwrap().into_iter().map(|it| it.region).collect()
        };
        let (west, south) = (Some("eu-west-1".to_owned()), Some("eu-south-1".to_owned()));
        assert_eq!(regions(json!({"far": {"value": "eu-south-1"}})), [west.clone(), south]);
        assert_eq!(regions(json!({})), [west, None]);
    }

    #[test]
    fn only_what_is_written_is_unknown() {
        let plan = plan(json!({}));
        let resources = plan.resources().unwrap();
        let unknown: Vec<String> = resources[0].unknown.iter().map(|it| it.path.to_string()).collect();
        assert_eq!(unknown, ["key", "list[0].at"]);
        assert_eq!(plan.references(&resources[0], "key"), ["aws_k.k"]);
        assert_eq!(plan.references(&resources[1], "key"), ["module.m.aws_k.k"]);
        assert_eq!(resources[0].after.as_ref().unwrap()["size"].to_string(), "0.1");
    }
}
