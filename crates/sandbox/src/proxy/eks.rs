//! What EKS has to know: clusters, subnets, instance types and launch templates.

use std::collections::{BTreeMap, BTreeSet};

use hyper::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::{Proxy, ProxyError, parse};
use crate::services::Call;
use crate::services::eks::{Cluster, Facts, LaunchTemplate, Template, Wants};

impl Proxy {
    /// What EKS wants to know.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn eks_facts(&self, call: &Call, wants: &Wants) -> Result<Facts, ProxyError> {
        if !self.has_moto() {
            return Ok(Facts::assumed(wants, call));
        }
        let mut facts = Facts::default();
        if let Some(name) = &wants.cluster {
            facts.cluster = self.cluster(call, name).await?;
        }
        if !wants.subnets.is_empty() {
            let found = self.subnets(call, &wants.subnets).await?;
            facts.subnets = found.into_iter().map(|subnet| (subnet.id, subnet.zone)).collect();
        }
        if !wants.instance_types.is_empty() {
            facts.instance_types = self.architectures(call, &wants.instance_types).await?;
        }
        if let Some(named) = &wants.template {
            facts.template = self.template(call, named).await?;
        }
        Ok(facts)
    }

    async fn cluster(&self, call: &Call, name: &str) -> Result<Option<Cluster>, ProxyError> {
        let path = format!("/clusters/{}", utf8_percent_encode(name, NON_ALPHANUMERIC));
        let answer = self.ask(call, Method::GET, "eks", &[], &path, Vec::new()).await?;
        if !answer.status().is_success() {
            return Ok(None);
        }
        let value: Value =
            serde_json::from_slice(answer.body()).map_err(|_| ProxyError::Answer("DescribeCluster".to_owned()))?;
        let cluster = value.get("cluster");
        let text =
            |name: &str| cluster.and_then(|it| it.get(name)).and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Some(Cluster { status: text("status"), version: text("version") }))
    }

    /// The architectures of those of `names` that the region of a call has.
    async fn architectures(&self, call: &Call, names: &[String]) -> Result<BTreeMap<String, Vec<String>>, ProxyError> {
        let filters: Vec<(&str, &str)> = names.iter().map(|name| ("instance-type", name.as_str())).collect();
        let offered = self.texts(call, "DescribeInstanceTypeOfferings", &filters, "instanceType").await?;
        let offered: BTreeSet<String> = offered.into_iter().collect();
        let text = self.ec2(call, "DescribeInstanceTypes", &filters).await?;
        let document = parse(&text, "DescribeInstanceTypes")?;
        let names = document.descendants().filter(|node| node.has_tag_name("instanceType"));
        let found = names.filter_map(|name| Some((name.text()?.to_owned(), name.parent()?)));
        let architectures = |item: roxmltree::Node<'_, '_>| {
            let set = item.descendants().find(|node| node.has_tag_name("supportedArchitectures"));
            let each = set.into_iter().flat_map(|set| set.children().filter_map(|it| it.text().map(str::to_owned)));
            each.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect()
        };
        Ok(found.filter(|(name, _)| offered.contains(name)).map(|(name, item)| (name, architectures(item))).collect())
    }

    async fn template(&self, call: &Call, named: &LaunchTemplate) -> Result<Option<Template>, ProxyError> {
        let Some(text) = self.ec2_form(call, versions(named)).await? else { return Ok(None) };
        let document = parse(&text, "DescribeLaunchTemplateVersions")?;
        let find = |name: &str| document.descendants().find(|node| node.has_tag_name(name));
        let text = |name: &str| find(name).and_then(|node| node.text()).map(str::to_owned);
        let Some(version) = text("versionNumber") else { return Ok(None) };
        let forbidden = [
            (
                "iamInstanceProfile",
                "an instance profile. The noderole in your request will be used to construct an instance profile",
            ),
            ("instanceMarketOptions", "instance market options. Use the capacityType of the node group"),
            ("subnetId", "subnets. Use the subnets of the node group"),
            ("hibernationOptions", "hibernation options"),
        ];
        let given = |name: &str| find(name).is_some_and(|node| node.has_children());
        Ok(Some(Template {
            which: LaunchTemplate {
                id: text("launchTemplateId"),
                name: text("launchTemplateName"),
                version: Some(version),
            },
            instance_type: text("instanceType"),
            has_image: given("imageId"),
            forbidden: forbidden.iter().filter(|(name, _)| given(name)).map(|(_, what)| *what).collect(),
        }))
    }
}

/// The form that asks for one version of a launch template.
fn versions(named: &LaunchTemplate) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", "DescribeLaunchTemplateVersions").append_pair("Version", "2016-11-15");
    if let Some(id) = &named.id {
        form.append_pair("LaunchTemplateId", id);
    }
    if let Some(name) = &named.name {
        form.append_pair("LaunchTemplateName", name);
    }
    form.append_pair("LaunchTemplateVersion.1", named.version.as_deref().unwrap_or("$Default"));
    form.finish()
}
