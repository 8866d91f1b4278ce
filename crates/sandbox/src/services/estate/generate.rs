//! Estates that are made up: the same in every run, from how many of each there are to be.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Estate, Instance, Level, Snapshot, Tags, Volume};

/// Numbers of what is made up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Generate {
    /// EC2 instances, with metrics; of ten, six are busy, two could be smaller, one is idle and one is stopped.
    pub instances: u32,
    /// EBS volumes; of twenty, one is attached to nothing, and of five one is gp2.
    pub volumes: u32,
    /// EBS snapshots.
    pub snapshots: u32,
}

impl Generate {
    pub(super) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

const TYPES: [&str; 8] =
    ["m5.2xlarge", "c7g.xlarge", "m4.xlarge", "r6g.large", "t3.large", "m6g.4xlarge", "c6i.2xlarge", "m7g.xlarge"];
const TEAMS: [&str; 4] = ["orders", "search", "data", "platform"];

/// Mean, 95th percentile and maximum of the processor.
const BUSY: (f64, f64, f64) = (46.0, 78.0, 97.0);
const EASY: (f64, f64, f64) = (9.0, 19.0, 34.0);
const IDLE: (f64, f64, f64) = (0.4, 0.9, 1.8);

impl Estate {
    /// Makes up what [`generate`](Self::generate) asks for, once.
    pub(super) fn generate(&mut self, region: &str) {
        let Generate { instances, volumes, snapshots } = std::mem::take(&mut self.generate);
        for number in 0..instances {
            let instance = instance(number);
            if instance.state == "running" {
                self.metrics.insert(instance.id.clone(), metrics(number));
            }
            self.instances.push(instance);
        }
        for number in 0..volumes {
            let volume = volume(number, instances);
            if volume.instance.is_some() {
                let attached = BTreeMap::from([("AWS/EBS/VolumeIdleTime".to_owned(), level((60.0, 60.0, 60.0)))]);
                self.metrics.insert(volume.id.clone(), attached);
            }
            self.volumes.push(volume);
        }
        for number in 0..snapshots {
            self.snapshots.push(Snapshot {
                id: format!("snap-{number:017x}"),
                volume: format!("vol-{:017x}", number % volumes.max(1)),
                size: 100,
                full_bytes: Some(40 << 30),
                age_days: 30 + number % 700,
                tags: tags(region, number),
            });
        }
    }
}

/// One of a list, over and over.
fn nth<'a>(all: &[&'a str], number: u32) -> &'a str {
    all.iter().copied().cycle().nth(number as usize % all.len().max(1)).unwrap_or_default()
}

fn tags(name: &str, number: u32) -> Tags {
    BTreeMap::from([
        ("Name".to_owned(), format!("{name}-{number}")),
        ("team".to_owned(), nth(&TEAMS, number).to_owned()),
    ])
}

fn instance(number: u32) -> Instance {
    Instance {
        id: format!("i-{number:017x}"),
        instance_type: nth(&TYPES, number).to_owned(),
        state: if number % 10 == 9 { "stopped" } else { "running" }.to_owned(),
        platform: if number % 11 == 10 { "Windows" } else { "Linux/UNIX" }.to_owned(),
        spot: false,
        detailed_monitoring: false,
        age_days: 60 + number % 300,
        tags: tags("server", number),
    }
}

fn level((mean, p95, max): (f64, f64, f64)) -> Level {
    Level { mean, p95, max, min: mean / 2.0, samples: 288, from_days_ago: None, until_days_ago: None }
}

fn metrics(number: u32) -> BTreeMap<String, Level> {
    let cpu = match number % 10 {
        0..6 => BUSY,
        6 | 7 => EASY,
        _ => IDLE,
    };
    // Bytes and operations in the five minutes of a sample.
    let scaled = |by: f64| level((cpu.0 * by, cpu.1 * by, cpu.2 * by));
    // What is idle says little: a few hundred bytes in five minutes.
    let bytes = if cpu == IDLE { 1_000.0 } else { 1_000_000.0 };
    let mut metrics = BTreeMap::from([
        ("AWS/EC2/CPUUtilization".to_owned(), level(cpu)),
        ("AWS/EC2/NetworkIn".to_owned(), scaled(2.0 * bytes)),
        ("AWS/EC2/NetworkOut".to_owned(), scaled(4.0 * bytes)),
        ("AWS/EC2/EBSReadOps".to_owned(), scaled(300.0)),
        ("AWS/EC2/EBSWriteOps".to_owned(), scaled(600.0)),
        ("AWS/EC2/EBSReadBytes".to_owned(), scaled(3_000_000.0)),
        ("AWS/EC2/EBSWriteBytes".to_owned(), scaled(6_000_000.0)),
    ]);
    if number.is_multiple_of(2) {
        metrics.insert("CWAgent/mem_used_percent".to_owned(), level((20.0, 30.0, 35.0)));
    }
    metrics
}

fn volume(number: u32, instances: u32) -> Volume {
    let gp2 = number.is_multiple_of(5);
    let size = 50 + number % 10 * 50;
    let attached = instances > 0 && number % 20 != 19;
    Volume {
        id: format!("vol-{number:017x}"),
        kind: if gp2 { "gp2" } else { "gp3" }.to_owned(),
        size,
        // gp2 has three for each GiB, and at least 100.
        iops: Some(if gp2 { (size * 3).max(100) } else { 3000 }),
        throughput: (!gp2).then_some(125),
        instance: attached.then(|| format!("i-{:017x}", number % instances)),
        age_days: 90,
        tags: tags("disk", number),
    }
}
