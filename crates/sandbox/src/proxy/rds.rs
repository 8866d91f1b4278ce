//! What RDS has to know: subnets, keys and security groups.

use serde_json::Value;

use super::{Proxy, ProxyError, parse};
use crate::services::Call;
use crate::services::rds::{Facts, Subnet, Wants};

impl Proxy {
    /// What RDS wants to know.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn rds_facts(&self, call: &Call, wants: &Wants) -> Result<Facts, ProxyError> {
        if !self.has_moto() {
            return Ok(Facts::assumed(wants, call));
        }
        let mut facts = Facts::default();
        if !wants.subnets.is_empty() {
            facts.subnets = self.subnets(call, &wants.subnets).await?;
        }
        if let Some(key) = &wants.key {
            facts.key = self.key(call, key).await?;
        }
        if let Some(vpc) = &wants.vpc {
            facts.vpc = match vpc {
                Some(vpc) => Some(vpc.clone()),
                None => self.texts(call, "DescribeVpcs", &[("is-default", "true")], "vpcId").await?.into_iter().next(),
            };
            if let Some(vpc) = &facts.vpc {
                let filters = [("vpc-id", vpc.as_str()), ("group-name", "default")];
                let groups = self.texts(call, "DescribeSecurityGroups", &filters, "groupId").await?;
                facts.security_group = groups.into_iter().next();
            }
        }
        Ok(facts)
    }

    /// Whether a security group lets anybody in; one that does not exist lets nobody in.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn lets_in(&self, call: &Call, group: &str) -> Result<bool, ProxyError> {
        let text = self.ec2(call, "DescribeSecurityGroups", &[("group-id", group)]).await?;
        let document = parse(&text, "DescribeSecurityGroups")?;
        // AWS lets the members of a VPC's default group reach each other; moto gives it no rule that says so.
        if document.descendants().any(|node| node.has_tag_name("groupName") && node.text() == Some("default")) {
            return Ok(true);
        }
        let mut permissions = document.descendants().filter(|node| node.has_tag_name("ipPermissions"));
        Ok(permissions.any(|node| node.children().any(|child| child.has_tag_name("item"))))
    }

    pub(super) async fn subnets(&self, call: &Call, ids: &[String]) -> Result<Vec<Subnet>, ProxyError> {
        // As a filter: named outright, one that does not exist would hide the others.
        let filters: Vec<(&str, &str)> = ids.iter().map(|id| ("subnet-id", id.as_str())).collect();
        let text = self.ec2(call, "DescribeSubnets", &filters).await?;
        let document = parse(&text, "DescribeSubnets")?;
        let set = document.descendants().find(|node| node.has_tag_name("subnetSet"));
        let items = set.into_iter().flat_map(|set| set.children()).filter(|node| node.has_tag_name("item"));
        let text = |node: roxmltree::Node<'_, '_>, name: &str| {
            node.children()
                .find(|child| child.has_tag_name(name))
                .and_then(|child| child.text())
                .unwrap_or_default()
                .to_owned()
        };
        Ok(items
            .map(|item| Subnet {
                id: text(item, "subnetId"),
                zone: text(item, "availabilityZone"),
                vpc: text(item, "vpcId"),
            })
            .collect())
    }

    async fn key(&self, call: &Call, key: &str) -> Result<Option<String>, ProxyError> {
        let headers = [("x-amz-target", "TrentService.DescribeKey"), ("content-type", "application/x-amz-json-1.1")];
        let body = serde_json::json!({ "KeyId": key }).to_string().into_bytes();
        let answer = self.call(call, "kms", &headers, "/", body).await?;
        if !answer.status().is_success() {
            return Ok(None);
        }
        let value: Value =
            serde_json::from_slice(answer.body()).map_err(|_| ProxyError::Answer("DescribeKey".to_owned()))?;
        let metadata = value.get("KeyMetadata").cloned().unwrap_or_default();
        let arn = metadata.get("Arn").and_then(Value::as_str).unwrap_or_default();
        let usable =
            metadata.get("Enabled") != Some(&Value::Bool(false)) && arn.contains(&format!(":{}:", call.region));
        Ok(usable.then(|| arn.to_owned()))
    }

    pub(super) async fn texts(
        &self,
        call: &Call,
        operation: &str,
        filters: &[(&str, &str)],
        name: &str,
    ) -> Result<Vec<String>, ProxyError> {
        let text = self.ec2(call, operation, filters).await?;
        let document = parse(&text, operation)?;
        let nodes = document.descendants().filter(|node| node.has_tag_name(name));
        Ok(nodes.filter_map(|node| node.text()).map(str::to_owned).collect())
    }
}
