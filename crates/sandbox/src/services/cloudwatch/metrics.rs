//! Metrics that were put: `PutMetricData`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::MINUTE;
use super::samples::Sample;
use crate::protocol::ApiError;
use crate::services::Call;

/// How far from now the time of a sample may be, in milliseconds: two weeks before, two hours after.
const OLDEST: i64 = 14 * 24 * 60 * MINUTE;
const NEWEST: i64 = 120 * MINUTE;
/// Most metrics in one call, and most values of one of them.
const MOST_METRICS: usize = 1000;
const MOST_VALUES: usize = 150;

/// All metrics that were put, by everything that tells them apart.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Metrics(BTreeMap<String, Metric>);

/// One metric, with its samples in the order of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Metric {
    place: (String, String),
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) dimensions: BTreeMap<String, String>,
    samples: Vec<Sample>,
}

impl Metric {
    /// Its samples from a time on, and before another, in milliseconds since 1970.
    pub(super) fn samples(&self, (start, end): (i64, i64)) -> impl Iterator<Item = Sample> + '_ {
        self.samples.iter().copied().filter(move |it| (start..end).contains(&it.at))
    }
}

fn invalid(problem: impl Into<String>) -> ApiError {
    ApiError::new("InvalidParameterValue", problem)
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn dimensions(metric: &Value) -> BTreeMap<String, String> {
    let all = metric.get("Dimensions").and_then(Value::as_array).into_iter().flatten();
    all.filter_map(|it| Some((text(it, "Name")?.to_owned(), text(it, "Value")?.to_owned()))).collect()
}

fn key(call: &Call, namespace: &str, name: &str, dimensions: &BTreeMap<String, String>) -> String {
    let mut key = format!("{}/{} {namespace} {name}", call.account, call.region);
    for (name, value) in dimensions {
        key.push_str(&format!(" {name}={value}"));
    }
    key
}

/// The samples of one datum.
fn samples(datum: &Value, wall: i64) -> Result<Vec<Sample>, ApiError> {
    // A saturating cast: what is out of range is refused below.
    let at = datum.get("Timestamp").and_then(Value::as_f64).map_or(wall, |seconds| (seconds * 1000.0) as i64);
    if !(wall - OLDEST..=wall + NEWEST).contains(&at) {
        return Err(invalid("The parameter MetricData.Timestamp must be at most two weeks ago and two hours ahead."));
    }
    let is_fine = datum.get("StorageResolution").and_then(Value::as_i64) == Some(1);
    let resolution = if is_fine { 1000 } else { MINUTE };
    let at = at.div_euclid(resolution) * resolution;
    let number = |from: &Value, name: &str| from.get(name).and_then(Value::as_f64);
    if let Some(value) = number(datum, "Value") {
        return Ok(vec![Sample::of(at, value)]);
    }
    if let Some(set) = datum.get("StatisticValues") {
        let of = |name: &str| {
            number(set, name).ok_or_else(|| invalid(format!("The parameter StatisticValues.{name} is required.")))
        };
        let (count, sum) = (of("SampleCount")?, of("Sum")?);
        return Ok(vec![Sample { at, count, sum, minimum: of("Minimum")?, maximum: of("Maximum")? }]);
    }
    let list = |name: &str| datum.get(name).and_then(Value::as_array).cloned();
    let values = list("Values").ok_or_else(|| invalid("A datum needs Value, Values or StatisticValues."))?;
    let counts = list("Counts").unwrap_or_else(|| vec![Value::from(1.0); values.len()]);
    if values.len() != counts.len() || values.len() > MOST_VALUES {
        return Err(invalid(format!("Values and Counts are of one length, and at most {MOST_VALUES}.")));
    }
    let pairs = values.iter().zip(&counts).map(|(value, count)| value.as_f64().zip(count.as_f64()));
    pairs
        .map(|pair| {
            let (value, count) = pair.ok_or_else(|| invalid("Values and Counts are numbers."))?;
            Ok(Sample { at, count, sum: value * count, minimum: value, maximum: value })
        })
        .collect()
}

impl Metrics {
    /// Adds what a `PutMetricData` says: all of it, or nothing.
    pub(super) fn put(&mut self, call: &Call, request: &Value) -> Result<(), ApiError> {
        let required = |name: &str| ApiError::new("MissingParameter", format!("The parameter {name} is required."));
        let namespace = text(request, "Namespace").ok_or_else(|| required("Namespace"))?;
        let data = request.get("MetricData").and_then(Value::as_array).ok_or_else(|| required("MetricData"))?;
        if data.len() > MOST_METRICS {
            return Err(invalid(format!(
                "The collection MetricData must not have a size greater than {MOST_METRICS}."
            )));
        }
        let mut read = Vec::new();
        for datum in data {
            let name = text(datum, "MetricName").ok_or_else(|| required("MetricData.member.1.MetricName"))?;
            read.push((name, dimensions(datum), samples(datum, call.wall)?));
        }
        for (name, dimensions, samples) in read {
            let metric = self.0.entry(key(call, namespace, name, &dimensions)).or_insert_with(|| Metric {
                place: (call.account.clone(), call.region.clone()),
                namespace: namespace.to_owned(),
                name: name.to_owned(),
                dimensions,
                samples: Vec::new(),
            });
            metric.samples.extend(samples);
            metric.samples.sort_by_key(|it| it.at);
        }
        Ok(())
    }

    /// The metric that a request names, with exactly its dimensions.
    pub(super) fn named(&self, call: &Call, metric: &Value) -> Option<&Metric> {
        let key = key(call, text(metric, "Namespace")?, text(metric, "MetricName")?, &dimensions(metric));
        self.0.get(&key)
    }

    /// Every metric of the caller's account and region.
    pub(super) fn here<'a>(&'a self, call: &'a Call) -> impl Iterator<Item = &'a Metric> + 'a {
        self.0.values().filter(|it| it.place.0 == call.account && it.place.1 == call.region)
    }
}
