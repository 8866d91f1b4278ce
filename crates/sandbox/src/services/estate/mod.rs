//! What an account has had for a long time, put there in one call of the admin API and not one by one: thousands of instances and
//! volumes, and how they were used.
//!
//! It is read by the services it belongs to: EC2, Elastic Load Balancing, CloudWatch and Cost Explorer answer of a region that was
//! seeded from here alone, with the pages and limits of the real APIs; nothing of it can be changed by calls.

mod generate;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use generate::Generate;

/// A day in milliseconds.
pub const DAY: i64 = 24 * 3600 * 1000;

/// What was seeded, by `ACCOUNT/REGION`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Store(BTreeMap<String, Estate>);

impl Store {
    /// Puts `estate` in the place of what the account had in the region, at a time of the clock on the wall.
    pub fn seed(&mut self, account: &str, region: &str, mut estate: Estate, wall: i64) {
        estate.generate(region);
        estate.seeded = wall;
        self.0.insert(format!("{account}/{region}"), estate);
    }

    /// What the account has in the region; `None` where nothing was seeded, not even that there is nothing.
    #[must_use]
    pub fn get(&self, account: &str, region: &str) -> Option<&Estate> {
        self.0.get(&format!("{account}/{region}"))
    }

    /// What Cost Explorer answers an account, by operation; `None` where the account has nothing that was seeded.
    #[must_use]
    pub fn costs(&self, account: &str) -> Option<BTreeMap<&str, &Value>> {
        let mut of = self.0.iter().filter(|(key, _)| key.split('/').next() == Some(account)).peekable();
        of.peek()?;
        Some(of.flat_map(|(_, estate)| &estate.cost_explorer).map(|(name, answer)| (name.as_str(), answer)).collect())
    }
}

/// What an account has in a region. Ages are of the moment of seeding, on the clock on the wall.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Estate {
    /// How many to make up beside those that are named.
    #[serde(skip_serializing_if = "Generate::is_nothing")]
    pub generate: Generate,
    /// EC2 instances.
    pub instances: Vec<Instance>,
    /// EBS volumes.
    pub volumes: Vec<Volume>,
    /// EBS snapshots.
    pub snapshots: Vec<Snapshot>,
    /// Images.
    pub images: Vec<Image>,
    /// Elastic IP addresses.
    pub addresses: Vec<Address>,
    /// NAT gateways.
    pub nat_gateways: Vec<NatGateway>,
    /// Load balancers (v2).
    pub load_balancers: Vec<LoadBalancer>,
    /// How things are used: by the value of the dimension that names one (an instance id, `app/NAME/ID`, the identifier of a
    /// database), then by namespace and metric, such as `AWS/EC2/CPUUtilization`.
    pub metrics: BTreeMap<String, BTreeMap<String, Level>>,
    /// What Cost Explorer answers, by operation; of one that is missing it has no data.
    pub cost_explorer: BTreeMap<String, Value>,
    /// When this was seeded, in milliseconds since 1970.
    pub seeded: i64,
}

/// Tags of a resource.
pub type Tags = BTreeMap<String, String>;

/// An EC2 instance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// `i-...`
    pub id: String,
    /// For example `m5.xlarge`.
    pub instance_type: String,
    /// `running` or `stopped`.
    #[serde(default = "running")]
    pub state: String,
    /// `PlatformDetails`.
    #[serde(default = "linux")]
    pub platform: String,
    /// Bought on the Spot market.
    #[serde(default)]
    pub spot: bool,
    /// A sample a minute, not one in five.
    #[serde(default)]
    pub detailed_monitoring: bool,
    /// Days since it was launched.
    #[serde(default = "old")]
    pub age_days: u32,
    /// Its tags.
    #[serde(default)]
    pub tags: Tags,
}

/// An EBS volume.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// `vol-...`
    pub id: String,
    /// `gp2`, `gp3`, ...
    pub kind: String,
    /// GiB.
    pub size: u32,
    /// As EC2 says them; none for kinds without.
    #[serde(default)]
    pub iops: Option<u32>,
    /// MiB/s; none for kinds without.
    #[serde(default)]
    pub throughput: Option<u32>,
    /// The instance it is attached to.
    #[serde(default)]
    pub instance: Option<String>,
    /// Days since it was made.
    #[serde(default = "old")]
    pub age_days: u32,
    /// Its tags.
    #[serde(default)]
    pub tags: Tags,
}

/// An EBS snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    /// `snap-...`
    pub id: String,
    /// What it was made of.
    #[serde(default = "no_volume")]
    pub volume: String,
    /// GiB.
    pub size: u32,
    /// `FullSnapshotSizeInBytes`.
    #[serde(default)]
    pub full_bytes: Option<u64>,
    /// Days since it was begun.
    #[serde(default = "old")]
    pub age_days: u32,
    /// Its tags.
    #[serde(default)]
    pub tags: Tags,
}

/// An image.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    /// `ami-...`
    pub id: String,
    /// Snapshots that back it.
    pub snapshots: Vec<String>,
}

/// An Elastic IP address.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// `eipalloc-...`
    pub id: String,
    /// The address.
    pub ip: String,
    /// The instance it is associated with.
    #[serde(default)]
    pub instance: Option<String>,
    /// Its tags.
    #[serde(default)]
    pub tags: Tags,
}

/// A NAT gateway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NatGateway {
    /// `nat-...`
    pub id: String,
    /// Days since it was made.
    #[serde(default = "old")]
    pub age_days: u32,
    /// Its tags.
    #[serde(default)]
    pub tags: Tags,
}

/// A load balancer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadBalancer {
    /// Its name.
    pub name: String,
    /// `application`, `network` or `gateway`.
    #[serde(default = "application")]
    pub kind: String,
    /// Ids of its targets.
    #[serde(default)]
    pub targets: Vec<String>,
    /// Days since it was made.
    #[serde(default = "old")]
    pub age_days: u32,
    /// Its tags.
    #[serde(default)]
    pub tags: Tags,
}

/// A metric that is the same all day, every day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// Mean of the samples.
    pub mean: f64,
    /// 95th percentile.
    #[serde(default)]
    pub p95: f64,
    /// Highest.
    #[serde(default)]
    pub max: f64,
    /// Lowest.
    #[serde(default)]
    pub min: f64,
    /// Samples a day.
    #[serde(default = "basic")]
    pub samples: u32,
    /// Days before the seeding from which on there are samples; since ever when absent.
    #[serde(default)]
    pub from_days_ago: Option<u32>,
    /// Days before the seeding from which on there are none any more.
    #[serde(default)]
    pub until_days_ago: Option<u32>,
}

impl LoadBalancer {
    /// The short name of its kind, as ARNs have it.
    fn short(&self) -> &'static str {
        match self.kind.as_str() {
            "network" => "net",
            "gateway" => "gwy",
            _ => "app",
        }
    }

    /// The value of the dimension `LoadBalancer`, and the end of the ARN.
    #[must_use]
    pub fn dimension(&self) -> String {
        format!("{}/{}/{}", self.short(), self.name, super::digest(&self.name, 16))
    }
}

fn running() -> String {
    "running".to_owned()
}

fn linux() -> String {
    "Linux/UNIX".to_owned()
}

fn application() -> String {
    "application".to_owned()
}

fn no_volume() -> String {
    "vol-ffffffff".to_owned()
}

fn old() -> u32 {
    400
}

fn basic() -> u32 {
    288
}

#[cfg(test)]
mod tests;
