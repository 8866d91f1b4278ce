//! Everything that exists in a region, in every service that the stacks use: what is there after `destroy` and was not before is left behind.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use parapet_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::calls;

/// EC2 operations, and the element that holds the id of what they describe. Network ACLs are not among them: AWS deletes a VPC's
/// own one together with the VPC, and moto keeps it.
const EC2: [(&str, &str); 7] = [
    ("DescribeVpcs", "vpcId"),
    ("DescribeSubnets", "subnetId"),
    ("DescribeSecurityGroups", "groupId"),
    ("DescribeInternetGateways", "internetGatewayId"),
    ("DescribeRouteTables", "routeTableId"),
    ("DescribeNetworkInterfaces", "networkInterfaceId"),
    ("DescribeAddresses", "allocationId"),
];
/// The same for what RDS has.
const RDS: [(&str, &str); 5] = [
    ("DescribeDBInstances", "DBInstanceArn"),
    ("DescribeDBClusters", "DBClusterArn"),
    ("DescribeGlobalClusters", "GlobalClusterArn"),
    ("DescribeDBSnapshots", "DBSnapshotArn"),
    ("DescribeDBSubnetGroups", "DBSubnetGroupArn"),
];

/// The names of everything, each with its service.
pub(crate) fn take(sandbox: &Sandbox, regions: &[&str]) -> Result<BTreeSet<String>> {
    let endpoint = &sandbox.endpoint;
    let mut found = BTreeSet::new();
    let mut add = |service: &str, region: &str, names: Vec<String>| {
        found.extend(names.into_iter().map(|name| format!("{service} {region} {name}")));
    };
    for region in regions {
        for (operation, element) in EC2 {
            let answer = calls::form(endpoint, region, "ec2", &format!("Action={operation}&Version=2016-11-15"))?;
            add("ec2", region, elements(&answer, element));
        }
        for (operation, element) in RDS {
            let answer = calls::form(endpoint, region, "rds", &format!("Action={operation}&Version=2014-10-31"))?;
            add("rds", region, elements(&answer, element));
        }
        for (operation, element) in
            [("DescribeLoadBalancers", "LoadBalancerArn"), ("DescribeTargetGroups", "TargetGroupArn")]
        {
            let body = format!("Action={operation}&Version=2015-12-01");
            let answer = calls::form(endpoint, region, "elasticloadbalancing", &body)?;
            add("elasticloadbalancing", region, elements(&answer, element));
        }
        let tables = calls::dynamodb(endpoint, region, "ListTables", &json!({}))?;
        add("dynamodb", region, texts(&tables["TableNames"]));
        add("kms", region, keys(endpoint, region)?);
    }
    add("s3", "", elements(&calls::object(endpoint, "us-east-1", "", "")?, "Name"));
    let service = ("us-west-2", "globalaccelerator", "GlobalAccelerator_V20180706");
    let accelerators = calls::json(endpoint, service, "ListAccelerators", &json!({}))?;
    let all = accelerators["Accelerators"].as_array().context("no list of accelerators")?;
    add("globalaccelerator", "", all.iter().map(|it| it["AcceleratorArn"].to_string()).collect());
    Ok(found)
}

/// Keys that are not waiting to be deleted: AWS never deletes one at once.
fn keys(endpoint: &str, region: &str) -> Result<Vec<String>> {
    let service = (region, "kms", "TrentService");
    let listed = calls::json(endpoint, service, "ListKeys", &json!({}))?;
    let mut kept = Vec::new();
    for key in listed["Keys"].as_array().context("no list of keys")? {
        let described = calls::json(endpoint, service, "DescribeKey", &json!({ "KeyId": key["KeyId"] }))?;
        let key = &described["KeyMetadata"];
        if key["KeyState"] != json!("PendingDeletion") && key["KeyManager"] != json!("AWS") {
            kept.push(key["Arn"].to_string());
        }
    }
    Ok(kept)
}

fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The text of every element of a name.
fn elements(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    xml.split(&open).skip(1).filter_map(|rest| rest.split_once(&close)).map(|(text, _)| text.to_owned()).collect()
}
