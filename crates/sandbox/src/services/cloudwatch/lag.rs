//! Replication lag and its samples.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::MINUTE;
use super::samples::Sample;
use crate::services::{Call, rds};

/// The lag of a replica, in seconds. In JSON: `{"value": 12.5}`, `"missing"`, `{"stale": {"value": 1, "age": 900}}` or
/// `{"series": [3, null, 1]}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lag {
    /// Always the same, as long as anyone looks back. RDS says -1 when replication is not active.
    Value(f64),
    /// No data points at all.
    Missing,
    /// Data points until `age` seconds before this was set, and none after.
    Stale {
        /// What they said.
        value: f64,
        /// Seconds.
        age: u32,
    },
    /// One a minute, the last of them now; `null` is a data point that is missing, and before the first there are none.
    Series(Vec<Option<f64>>),
}

/// What was set, by ARN of the instance or cluster; one that nothing was set for has no lag.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Lags(BTreeMap<String, (Lag, i64)>);

impl Lags {
    pub(super) fn set(&mut self, arn: &str, lag: Lag, wall: i64) {
        self.0.insert(arn.to_owned(), (lag, wall));
    }

    fn sample(&self, arn: &str, at: i64, now: i64) -> Option<f64> {
        match self.0.get(arn) {
            None => Some(0.0),
            Some((Lag::Value(value), _)) => Some(*value),
            Some((Lag::Missing, _)) => None,
            Some((Lag::Stale { value, age }, set)) => (at <= set - i64::from(*age) * 1000).then_some(*value),
            Some((Lag::Series(values), _)) => {
                let ago = usize::try_from((now - at) / MINUTE).ok()?;
                values.iter().rev().nth(ago).copied().flatten()
            }
        }
    }
}

/// The unit of a metric of lag.
pub(super) struct Unit {
    pub(super) name: &'static str,
    per_second: f64,
    dimension: &'static str,
}

pub(super) fn unit(metric: &str) -> Option<Unit> {
    match metric {
        "ReplicaLag" => Some(Unit { name: "Seconds", per_second: 1.0, dimension: "DBInstanceIdentifier" }),
        "AuroraGlobalDBReplicationLag" | "AuroraGlobalDBRPOLag" => {
            Some(Unit { name: "Milliseconds", per_second: 1000.0, dimension: "DBClusterIdentifier" })
        }
        _ => None,
    }
}

/// The samples of a metric in a window, in the order of time.
pub(super) fn samples(
    metric: &Value,
    (start, end): (i64, i64),
    call: &Call,
    lags: &Lags,
    rds: &rds::Store,
) -> Vec<Sample> {
    let unit = metric.get("MetricName").and_then(Value::as_str).and_then(unit);
    let Some((arn, unit)) = unit.and_then(|unit| Some((replica(metric, unit.dimension, call, rds)?, unit))) else {
        return Vec::new();
    };
    let mut samples = Vec::new();
    let mut at = start.div_euclid(MINUTE) * MINUTE;
    if at < start {
        at += MINUTE;
    }
    while at < end && at <= call.wall {
        if let Some(lag) = lags.sample(&arn, at, call.wall) {
            // No lag is -1, not -1000 milliseconds.
            samples.push(Sample::of(at, if lag < 0.0 { lag } else { lag * unit.per_second }));
        }
        at += MINUTE;
    }
    samples
}

/// The replica that a metric's dimensions name, if it replicates now.
fn replica(metric: &Value, dimension: &str, call: &Call, rds: &rds::Store) -> Option<String> {
    let dimensions = metric.get("Dimensions")?.as_array()?;
    let named = dimensions.iter().find(|it| it.get("Name").and_then(Value::as_str) == Some(dimension))?;
    let id = named.get("Value")?.as_str()?.to_lowercase();
    if dimension == "DBInstanceIdentifier" {
        let mut here = rds.instances.values().filter(|it| it.account == call.account && it.region == call.region);
        return here.find(|it| it.id == id && it.source.is_some() && it.is_up()).map(|it| it.arn.clone());
    }
    let mut here = rds.clusters.values().filter(|it| it.account == call.account && it.region == call.region);
    here.find(|it| it.id == id && rds.follows(it)).map(|it| it.arn.clone())
}
