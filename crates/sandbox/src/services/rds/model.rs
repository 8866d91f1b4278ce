//! What RDS remembers.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;
use crate::services::timeline::Timeline;

/// Everything, of every account and region, by ARN.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Store {
    /// DB instances.
    pub instances: BTreeMap<String, Instance>,
    /// Aurora clusters.
    pub clusters: BTreeMap<String, Cluster>,
    /// Aurora global clusters.
    pub global_clusters: BTreeMap<String, GlobalCluster>,
    /// Subnet groups.
    pub subnet_groups: BTreeMap<String, SubnetGroup>,
    /// Snapshots of instances.
    pub snapshots: BTreeMap<String, Snapshot>,
    /// Quotas that the admin API sets, by `ACCOUNT/REGION/NAME`.
    #[serde(default)]
    pub quotas: BTreeMap<String, u64>,
}

/// What happens to an instance when a status ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// The replica accepts writes, though it still names its source.
    Writable,
    /// The replica has no source any more.
    Promoted,
    /// Pending values are in force.
    Modified,
    /// The instance is gone.
    Deleted,
}

/// A DB instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    /// Twelve digits.
    pub account: String,
    /// Where it is.
    pub region: String,
    /// In lower case.
    pub id: String,
    /// `arn:aws:rds:REGION:ACCOUNT:db:ID`
    pub arn: String,
    /// Its status.
    pub status: Timeline<Effect>,
    /// ARN of the instance it replicates.
    pub source: Option<String>,
    /// How replication is: `replicating`, `error` or `terminated`.
    pub replication: String,
    /// Whether it accepts writes while it is up.
    pub writable: bool,
    /// What it shares with everything that was ever replicated from or to it: of one family at most one writer may be open.
    pub family: String,
    /// When it was created, on the clock on the wall.
    pub created: i64,
    /// The Aurora cluster it is in.
    pub cluster: Option<String>,
    /// What can be chosen.
    pub settings: Settings,
    /// Changes that are not in force yet.
    pub pending: Pending,
    /// Key to value.
    pub tags: BTreeMap<String, String>,
}

/// What can be chosen of an instance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    pub(super) class: String,
    pub(super) engine: String,
    pub(super) engine_version: String,
    pub(super) username: Option<String>,
    pub(super) db_name: Option<String>,
    pub(super) port: u32,
    pub(super) allocated_storage: u32,
    pub(super) max_allocated_storage: Option<u32>,
    pub(super) storage_type: String,
    pub(super) iops: Option<u32>,
    pub(super) throughput: Option<u32>,
    pub(super) encrypted: bool,
    pub(super) kms_key: Option<String>,
    pub(super) backup_retention: u32,
    pub(super) backup_window: String,
    pub(super) maintenance_window: String,
    /// Ids of VPC security groups.
    pub security_groups: Vec<String>,
    pub(super) subnet_group: Option<String>,
    pub(super) vpc: Option<String>,
    pub(super) zone: Option<String>,
    pub(super) multi_az: bool,
    pub(super) public: bool,
    pub(super) auto_minor: bool,
    pub(super) parameter_group: Option<String>,
    pub(super) option_group: Option<String>,
    pub(super) license: Option<String>,
    pub(super) character_set: Option<String>,
    pub(super) ca: Option<String>,
    pub(super) copy_tags: bool,
    pub(super) monitoring_interval: u32,
    pub(super) monitoring_role: Option<String>,
    pub(super) iam_auth: bool,
    pub(super) insights: bool,
    pub(super) insights_key: Option<String>,
    pub(super) insights_retention: Option<u32>,
    pub(super) log_exports: Vec<String>,
    pub(super) deletion_protection: bool,
    pub(super) promotion_tier: Option<u32>,
}

/// Changes of an instance that need its maintenance window, or `ApplyImmediately`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    pub(super) class: Option<String>,
    pub(super) allocated_storage: Option<u32>,
    pub(super) password: bool,
    pub(super) port: Option<u32>,
    pub(super) backup_retention: Option<u32>,
    pub(super) multi_az: Option<bool>,
    pub(super) engine_version: Option<String>,
    pub(super) license: Option<String>,
    pub(super) iops: Option<u32>,
    pub(super) throughput: Option<u32>,
    pub(super) storage_type: Option<String>,
    pub(super) ca: Option<String>,
    /// The maintenance window they wait for.
    pub(super) window: Option<Moment>,
}

impl Pending {
    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self { window: self.window, ..Self::default() }
    }
}

/// An Aurora cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// Twelve digits.
    pub account: String,
    /// Where it is.
    pub region: String,
    /// In lower case.
    pub id: String,
    /// `arn:aws:rds:REGION:ACCOUNT:cluster:ID`
    pub arn: String,
    /// Its status.
    pub status: Timeline<Effect>,
    /// See [`Instance::family`].
    pub family: String,
    /// When it was created, on the clock on the wall.
    pub created: i64,
    /// What can be chosen.
    pub settings: Settings,
    pub(super) zones: Vec<String>,
    pub(super) engine_mode: String,
    pub(super) parameter_group: String,
    pub(super) serverless: Option<(String, String)>,
    pub(super) http_endpoint: bool,
    pub(super) write_forwarding: bool,
    /// The instance that was made the writer by a failover; otherwise it is the oldest.
    pub(super) writer: Option<String>,
    /// Key to value.
    pub tags: BTreeMap<String, String>,
}

/// An Aurora global cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GlobalCluster {
    /// Twelve digits.
    pub account: String,
    /// In lower case.
    pub id: String,
    /// `arn:aws:rds::ACCOUNT:global-cluster:ID`
    pub arn: String,
    pub(super) engine: Option<String>,
    pub(super) engine_version: Option<String>,
    pub(super) database: Option<String>,
    pub(super) encrypted: bool,
    pub(super) deletion_protection: bool,
    pub(super) status: Timeline<Effect>,
    /// ARNs of clusters; the first is the writer.
    pub members: Vec<String>,
    pub(super) move_to: Option<Move>,
    /// Clusters that are rebuilt after a failover that lost data, and until when; in simulated milliseconds.
    pub(super) resync: BTreeMap<String, i64>,
    pub(super) tags: BTreeMap<String, String>,
}

/// A change of the writer that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Move {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) data_loss: bool,
}

/// A DB subnet group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubnetGroup {
    pub(super) account: String,
    pub(super) region: String,
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) description: String,
    pub(super) vpc: String,
    pub(super) subnets: Vec<Subnet>,
    pub(super) tags: BTreeMap<String, String>,
}

/// A subnet, as EC2 knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subnet {
    /// `subnet-…`
    pub id: String,
    /// Availability zone.
    pub zone: String,
    /// `vpc-…`
    pub vpc: String,
}

/// A snapshot of an instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    pub(super) account: String,
    pub(super) region: String,
    pub(super) id: String,
    pub(super) arn: String,
    pub(super) instance: String,
    pub(super) instance_created: i64,
    pub(super) created: i64,
    pub(super) status: Timeline<Effect>,
    pub(super) kind: String,
    pub(super) source: Option<String>,
    pub(super) settings: Settings,
    pub(super) tags: BTreeMap<String, String>,
}

/// The ARN of a regional resource.
pub(super) fn arn(region: &str, account: &str, kind: &str, id: &str) -> String {
    format!("arn:aws:rds:{region}:{account}:{kind}:{id}")
}

impl Instance {
    /// Whether it answers its clients.
    #[must_use]
    pub fn is_up(&self) -> bool {
        !matches!(self.status.status(), "creating" | "deleting" | "rebooting" | "stopped" | "failed")
    }

    /// Whether the API accepts a change now.
    pub(super) fn is_available(&self) -> bool {
        self.status.status() == "available" && self.status.is_settled()
    }

    /// Puts pending values in force.
    pub(super) fn apply_pending(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        let to = &mut self.settings;
        fn set<T>(to: &mut T, from: Option<T>) {
            if let Some(from) = from {
                *to = from;
            }
        }
        set(&mut to.class, pending.class);
        set(&mut to.allocated_storage, pending.allocated_storage);
        set(&mut to.port, pending.port);
        set(&mut to.backup_retention, pending.backup_retention);
        set(&mut to.multi_az, pending.multi_az);
        set(&mut to.engine_version, pending.engine_version);
        set(&mut to.storage_type, pending.storage_type);
        to.license = pending.license.or_else(|| to.license.take());
        to.iops = pending.iops.or(to.iops);
        to.throughput = pending.throughput.or(to.throughput);
        to.ca = pending.ca.or_else(|| to.ca.take());
    }
}
