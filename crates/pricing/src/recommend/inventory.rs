//! What one region of an account holds, and how it was used: the input of [`recommend`](super::recommend()).
//!
//! Whoever has the clients fills it in. What could not be read is said as such, and never looks like something idle: a [`Gauge`] and
//! a [`Counter`] tell "not read" from "no values", and [`Inventory::failures`] names what AWS refused.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::spend::{Commitments, Failure};
use crate::instance::InstanceType;
use crate::source::Price;
use crate::spot::Interruption;

/// Tags of a resource.
pub type Tags = BTreeMap<String, String>;

/// One region of an account.
#[derive(Debug, Clone)]
pub struct Inventory {
    /// Account id, 12 digits.
    pub account: String,
    /// Region, such as `eu-west-1`.
    pub region: String,
    /// When it was read; ages are counted from here.
    pub read_at: Timestamp,
    /// Days before `read_at` that gauges and counters cover.
    pub lookback_days: u32,
    /// EC2 instances, those that are terminated or shutting down left out.
    pub instances: Vec<Instance>,
    /// EBS volumes.
    pub volumes: Vec<Volume>,
    /// EBS snapshots that the account owns.
    pub snapshots: Vec<Snapshot>,
    /// Elastic IP addresses.
    pub addresses: Vec<Address>,
    /// NAT gateways in the state `available`.
    pub nat_gateways: Vec<NatGateway>,
    /// Load balancers.
    pub load_balancers: Vec<LoadBalancer>,
    /// RDS and Aurora instances.
    pub databases: Vec<Database>,
    /// What instance types can carry, by `ec2:DescribeInstanceTypes`. Best asked for all types of the families in use, and of those
    /// that [`counterparts`](super::counterparts) names; a type that is missing lowers the confidence.
    pub ceilings: BTreeMap<InstanceType, Ceilings>,
    /// The Spot market of the types in use.
    pub spot: BTreeMap<InstanceType, SpotMarket>,
    /// Reserved capacity and Savings Plans of this region.
    pub commitments: Commitments,
    /// What could not be read. The rest is reported.
    pub failures: Vec<Failure>,
}

impl Inventory {
    /// A region in which nothing has been read yet.
    #[must_use]
    pub fn empty(account: &str, region: &str, read_at: Timestamp, lookback_days: u32) -> Self {
        Self {
            account: account.to_owned(),
            region: region.to_owned(),
            read_at,
            lookback_days,
            instances: Vec::new(),
            volumes: Vec::new(),
            snapshots: Vec::new(),
            addresses: Vec::new(),
            nat_gateways: Vec::new(),
            load_balancers: Vec::new(),
            databases: Vec::new(),
            ceilings: BTreeMap::new(),
            spot: BTreeMap::new(),
            commitments: Commitments::default(),
            failures: Vec::new(),
        }
    }
}

/// A series of values over the lookback in four figures. All are finite and not negative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Series {
    /// Mean.
    pub mean: f64,
    /// 95th percentile. Where CloudWatch was asked for it day by day, the highest of the days: the percentile of the whole lies
    /// below.
    pub p95: f64,
    /// Highest value: the statistic `Maximum`, never the highest of means.
    pub max: f64,
    /// Samples behind the figures: the sum of CloudWatch's `SampleCount`. 288 a day with basic monitoring of EC2.
    pub datapoints: u32,
    /// Days of the lookback with at least one sample.
    pub days: u32,
}

/// A metric that is a level: percent, bytes a second.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Gauge {
    /// Nobody asked, or CloudWatch did not answer.
    #[default]
    NotRead,
    /// CloudWatch has no values in the lookback, such as memory without the agent.
    Silent,
    /// Its values.
    Values(Series),
}

impl Gauge {
    /// The figures, when there are some.
    #[must_use]
    pub fn values(&self) -> Option<&Series> {
        match self {
            Self::Values(series) => Some(series),
            Self::NotRead | Self::Silent => None,
        }
    }
}

/// A metric that counts: requests, bytes in all of the lookback.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Counter {
    /// Nobody asked, or CloudWatch did not answer.
    #[default]
    NotRead,
    /// The sum over the lookback. 0 too when CloudWatch was asked and has no values: it writes none where nothing happened.
    Total(f64),
}

impl Counter {
    /// The sum, when it was read.
    #[must_use]
    pub fn total(&self) -> Option<f64> {
        match self {
            Self::Total(sum) => Some(*sum),
            Self::NotRead => None,
        }
    }
}

/// What an EC2 instance runs, as far as the price depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Platform {
    /// `PlatformDetails` is `Linux/UNIX`.
    Linux,
    /// `PlatformDetails` begins with `Windows`.
    Windows,
    /// Another one, as `PlatformDetails` has it: `Red Hat Enterprise Linux`, ...
    Other(String),
}

/// How an instance is bought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifecycle {
    /// On demand, perhaps covered by a commitment.
    OnDemand,
    /// On the Spot market (`InstanceLifecycle` is `spot`).
    Spot,
    /// `scheduled`, `capacity-block`.
    Other,
}

/// An EC2 instance.
#[derive(Debug, Clone)]
pub struct Instance {
    /// `i-...`
    pub id: String,
    /// Its type.
    pub instance_type: InstanceType,
    /// Running, and so paid for; false for a stopped one.
    pub running: bool,
    /// What it runs.
    pub platform: Platform,
    /// How it is bought.
    pub lifecycle: Lifecycle,
    /// On shared hardware: tenancy `default`. Prices of others are not known.
    pub shared_tenancy: bool,
    /// When it was last started.
    pub launched: Timestamp,
    /// Auto Scaling group it belongs to (tag `aws:autoscaling:groupName`).
    pub auto_scaling_group: Option<String>,
    /// Its tags.
    pub tags: Tags,
    /// `CPUUtilization`, percent of all processors.
    pub cpu_percent: Gauge,
    /// The agent's `mem_used_percent`, percent of all memory. [`Gauge::Silent`] without the agent.
    pub memory_percent: Gauge,
    /// Bytes a second in the busier direction, of `NetworkIn` and `NetworkOut`: a sum divided by the seconds it covers.
    pub network_bytes_per_second: Gauge,
    /// Operations a second on EBS: `EBSReadOps` and `EBSWriteOps` together.
    pub ebs_iops: Gauge,
    /// Bytes a second from and to EBS: `EBSReadBytes` and `EBSWriteBytes` together.
    pub ebs_bytes_per_second: Gauge,
}

/// What an instance type can carry all day: the baseline, not the burst. None where EC2 does not say.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Ceilings {
    /// `EbsInfo.EbsOptimizedInfo.BaselineIops`.
    pub ebs_iops: Option<f64>,
    /// `EbsInfo.EbsOptimizedInfo.BaselineThroughputInMBps`, in bytes a second (1 MB/s is 1,000,000).
    pub ebs_bytes_per_second: Option<f64>,
    /// Sum of `NetworkInfo.NetworkCards[].BaselineBandwidthInGbps`, in bytes a second (1 Gbps is 125,000,000).
    pub network_bytes_per_second: Option<f64>,
}

/// What a type costs on the Spot market, and how often it is taken back.
#[derive(Debug, Clone)]
pub struct SpotMarket {
    /// USD per hour, the mean of the lookback in the dearest of the zones in use.
    pub price: Price,
    /// How often instances were taken back in the last month; none when that is not known.
    pub interruption: Option<Interruption>,
}

/// When something was last seen in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LastUse {
    /// Nobody asked, or CloudWatch did not answer.
    #[default]
    NotRead,
    /// Not in the lookback.
    NotInLookback,
    /// Then.
    At(Timestamp),
}

/// An EBS volume.
#[derive(Debug, Clone)]
pub struct Volume {
    /// `vol-...`
    pub id: String,
    /// `gp2`, `gp3`, `io1`, ...
    pub kind: String,
    /// Size in GiB.
    pub size_gib: u32,
    /// Provisioned or baseline IOPS, where EC2 says them.
    pub iops: Option<u32>,
    /// Throughput in MiB/s, where EC2 says it (gp3).
    pub throughput_mib: Option<u32>,
    /// Instances it is attached to; empty for one in the state `available`.
    pub attached_to: Vec<String>,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last attached: EBS writes metrics, such as `VolumeIdleTime`, of attached volumes only.
    pub last_attached: LastUse,
    /// Its tags.
    pub tags: Tags,
}

/// An EBS snapshot.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// `snap-...`
    pub id: String,
    /// The volume it was made of; EC2 gives `vol-ffffffff` for a copy.
    pub volume_id: String,
    /// Size of that volume in GiB.
    pub volume_size_gib: u32,
    /// `FullSnapshotSizeInBytes`: all blocks it refers to, those that other snapshots store among them.
    pub full_bytes: Option<u64>,
    /// In the tier `archive`, which has a price of its own.
    pub archived: bool,
    /// When it was begun.
    pub started: Timestamp,
    /// Images (AMIs) of the account that it backs; none when images could not be read.
    pub images: Option<Vec<String>>,
    /// Its tags.
    pub tags: Tags,
}

/// An Elastic IP address.
#[derive(Debug, Clone)]
pub struct Address {
    /// `eipalloc-...`
    pub allocation_id: String,
    /// The address.
    pub public_ip: String,
    /// `eipassoc-...` when it is associated with something.
    pub association_id: Option<String>,
    /// The instance it is associated with.
    pub instance_id: Option<String>,
    /// Its tags.
    pub tags: Tags,
}

/// A NAT gateway.
#[derive(Debug, Clone)]
pub struct NatGateway {
    /// `nat-...`
    pub id: String,
    /// When it was made.
    pub created: Timestamp,
    /// `BytesOutToDestination` and `BytesInFromDestination` together.
    pub bytes: Counter,
    /// Its tags.
    pub tags: Tags,
}

/// The kind of a load balancer; each has its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadBalancerKind {
    /// ALB
    Application,
    /// NLB
    Network,
    /// GWLB
    Gateway,
    /// CLB
    Classic,
}

/// A load balancer.
#[derive(Debug, Clone)]
pub struct LoadBalancer {
    /// ARN.
    pub arn: String,
    /// Name.
    pub name: String,
    /// Its kind.
    pub kind: LoadBalancerKind,
    /// When it was made.
    pub created: Timestamp,
    /// Registered targets or instances, whatever their health; none when they could not be read.
    pub targets: Option<u32>,
    /// `RequestCount` of an ALB and CLB, `ProcessedBytes` of an NLB and GWLB.
    pub traffic: Counter,
    /// Its tags.
    pub tags: Tags,
}

/// An RDS or Aurora instance.
#[derive(Debug, Clone)]
pub struct Database {
    /// ARN.
    pub arn: String,
    /// `DBInstanceIdentifier`.
    pub id: String,
    /// `db.m5.large`.
    pub class: String,
    /// `mysql`, `aurora-postgresql`, ...: `Engine` as RDS has it.
    pub engine: String,
    /// `EngineVersion`: `8.0.35`.
    pub engine_version: String,
    /// Has a standby, at twice the price.
    pub multi_az: bool,
    /// In the state `available`.
    pub available: bool,
    /// `StorageType` is `aurora-iopt1`, whose instances cost more.
    pub io_optimized: bool,
    /// Reads from another one (`ReadReplicaSourceDBInstanceIdentifier`).
    pub replica: bool,
    /// When it was made.
    pub created: Timestamp,
    /// `CPUUtilization`, percent.
    pub cpu_percent: Gauge,
    /// `DatabaseConnections`.
    pub connections: Gauge,
    /// Lowest `FreeableMemory` in the lookback, in bytes.
    pub least_free_bytes: Option<u64>,
    /// Its tags.
    pub tags: Tags,
}
