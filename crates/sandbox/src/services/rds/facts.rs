//! What RDS has to know of other services before it can answer.

use std::collections::BTreeSet;

use super::model::{Store, Subnet, arn};
use crate::protocol::query::Params;
use crate::services::Call;

/// What a call asks about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wants {
    /// Subnets by id.
    pub subnets: Vec<String>,
    /// A key, by id, ARN or alias.
    pub key: Option<String>,
    /// The VPC whose default security group is needed; `Some(None)` is the default VPC.
    pub vpc: Option<Option<String>>,
}

/// The answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// The subnets that exist.
    pub subnets: Vec<Subnet>,
    /// ARN of the key; `None` when it does not exist or is not usable.
    pub key: Option<String>,
    /// The VPC.
    pub vpc: Option<String>,
    /// Its default security group.
    pub security_group: Option<String>,
    /// Regions that are cut off from the others.
    pub dark: BTreeSet<String>,
}

/// What `call` asks about.
#[must_use]
pub fn wants(store: &Store, call: &Call, params: &Params) -> Wants {
    let mut wants = Wants::default();
    match call.operation.as_str() {
        "CreateDBSubnetGroup" | "ModifyDBSubnetGroup" => wants.subnets = params.texts("SubnetIds"),
        "CopyDBSnapshot" => wants.key = params.text("KmsKeyId"),
        "CreateDBInstance" | "CreateDBInstanceReadReplica" | "CreateDBCluster" | "RestoreDBInstanceFromDBSnapshot" => {
            wants.key = params.text("KmsKeyId");
            let group = params
                .text("DBSubnetGroupName")
                .map(|name| arn(&call.region, &call.account, "subgrp", &name.to_lowercase()));
            let vpc = group.and_then(|group| store.subnet_groups.get(&group)).map(|group| group.vpc.clone());
            wants.vpc = Some(vpc);
        }
        _ => {}
    }
    wants
}

impl Facts {
    /// What is assumed where there is no service to ask: everything a call names exists.
    #[must_use]
    pub fn assumed(wants: &Wants, call: &Call) -> Self {
        let vpc = || "vpc-0000000000000000a".to_owned();
        let subnet = |(index, id): (usize, &String)| Subnet {
            id: id.clone(),
            zone: format!("{}{}", call.region, ["a", "b", "c"].get(index % 3).copied().unwrap_or("a")),
            vpc: vpc(),
        };
        let key = wants.key.as_ref().map(|key| {
            if key.starts_with("arn:") {
                key.clone()
            } else {
                format!("arn:aws:kms:{}:{}:key/{key}", call.region, call.account)
            }
        });
        Self {
            subnets: wants.subnets.iter().enumerate().map(subnet).collect(),
            key,
            vpc: wants.vpc.clone().map(|named| named.unwrap_or_else(vpc)),
            security_group: wants.vpc.is_some().then(|| "sg-0000000000000000a".to_owned()),
            dark: BTreeSet::new(),
        }
    }
}
