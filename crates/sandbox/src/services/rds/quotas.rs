//! `DescribeAccountAttributes`: how much of everything an account may have in a region, and has.

use super::Result;
use super::model::{Instance, Store};
use super::resource::Resource;
use crate::protocol::ApiError;
use crate::protocol::xml::Xml;
use crate::services::Call;

/// The default quotas of a region, in the order the API lists them: names and numbers of the AWS General Reference.
const DEFAULTS: [(&str, u64); 15] = [
    ("DBInstances", 40),
    ("ReservedDBInstances", 40),
    ("AllocatedStorage", 100_000),
    ("DBSecurityGroups", 25),
    ("AuthorizationsPerDBSecurityGroup", 20),
    ("DBParameterGroups", 50),
    ("ManualSnapshots", 100),
    ("EventSubscriptions", 20),
    ("DBSubnetGroups", 50),
    ("OptionGroups", 20),
    ("SubnetsPerDBSubnetGroup", 20),
    ("ReadReplicasPerMaster", 15),
    ("DBClusters", 40),
    ("DBClusterParameterGroups", 50),
    ("DBClusterRoles", 5),
];

/// What is counted per resource shows the fullest one, as the API does.
pub(super) fn describe(store: &Store, call: &Call) -> Xml {
    let instances: Vec<&Instance> = store.instances.values().filter(|it| it.is_of(call)).collect();
    let here = |account: &str, region: &str| account == call.account && region == call.region;
    let most = |counts: &mut dyn Iterator<Item = usize>| counts.max().unwrap_or(0);
    let groups = || store.subnet_groups.values().filter(|it| here(&it.account, &it.region));
    let used = |name: &str| -> u64 {
        let count =
            match name {
                "DBInstances" => instances.len(),
                // The storage of Aurora belongs to no instance.
                "AllocatedStorage" => {
                    return instances
                        .iter()
                        .filter(|it| it.cluster.is_none())
                        .map(|it| u64::from(it.settings.allocated_storage))
                        .sum();
                }
                "ManualSnapshots" => {
                    store.snapshots.values().filter(|it| here(&it.account, &it.region) && it.kind == "manual").count()
                }
                "DBSubnetGroups" => groups().count(),
                "SubnetsPerDBSubnetGroup" => most(&mut groups().map(|it| it.subnets.len())),
                "ReadReplicasPerMaster" => most(&mut instances.iter().map(|it| {
                    store.instances.values().filter(|replica| replica.source.as_ref() == Some(&it.arn)).count()
                })),
                "DBClusters" => store.clusters.values().filter(|it| it.is_of(call)).count(),
                _ => 0,
            };
        count as u64
    };
    let mut xml = Xml::default();
    xml.list("AccountQuotas", "AccountQuota", DEFAULTS, |item, (name, _)| {
        item.text("AccountQuotaName", name).text("Used", used(name)).text("Max", max(store, call, name));
    });
    xml
}

fn max(store: &Store, call: &Call, name: &str) -> u64 {
    let default = DEFAULTS.iter().find(|(known, _)| *known == name).map_or(u64::MAX, |(_, default)| *default);
    store.quotas.get(&format!("{}/{}/{name}", call.account, call.region)).copied().unwrap_or(default)
}

/// Refuses one more instance than the account may have.
pub(super) fn check_instances(store: &Store, call: &Call) -> Result<()> {
    let most = max(store, call, "DBInstances");
    if (store.instances.values().filter(|it| it.is_of(call)).count() as u64) < most {
        return Ok(());
    }
    Err(ApiError::new("InstanceQuotaExceeded", format!("Cannot create more than {most} DB instances in this region.")))
}

/// Whether there is a quota of this name.
pub(crate) fn exists(name: &str) -> bool {
    DEFAULTS.iter().any(|(known, _)| *known == name)
}
