//! CloudWatch: the replication lag of RDS, as the admin API sets it, metrics that were put, and metric math over both. Every other
//! metric is moto's.
//!
//! Times here are of the clock on the wall: callers ask for a window that ends at their own now.

mod expression;
mod lag;
mod math;
mod metrics;
mod samples;
mod search;
pub mod usage;
mod wire;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::Call;
use super::rds;
use crate::protocol::query::Params;
use crate::protocol::{Answer, ApiError};
use samples::Bucket;

pub use lag::Lag;

/// Samples of replication lag are a minute apart, as RDS publishes them.
const MINUTE: i64 = 60_000;

/// What the sandbox itself keeps.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Store {
    lags: lag::Lags,
    metrics: metrics::Metrics,
}

impl Store {
    /// Sets the lag of a replica at a time of the clock on the wall.
    pub fn set(&mut self, arn: &str, lag: Lag, wall: i64) {
        self.lags.set(arn, lag, wall);
    }

    /// `PutMetricData`.
    ///
    /// # Errors
    /// The request cannot be read, or AWS would refuse it; nothing is kept then.
    pub fn put(&mut self, call: &Call, params: Option<&Params>, body: &[u8]) -> Result<Answer, ApiError> {
        let request = wire::read(call, params, body)?;
        self.metrics.put(call, &request)?;
        Ok(wire::answer(call, &json!({})))
    }
}

/// A call, in one form for every protocol.
#[derive(Debug, Clone, PartialEq)]
pub struct Request(Value);

impl Request {
    /// Reads `GetMetricData` or `GetMetricStatistics`; `None` for another operation.
    ///
    /// # Errors
    /// The request cannot be read.
    pub fn read(call: &Call, params: Option<&Params>, body: &[u8]) -> Result<Option<Self>, ApiError> {
        if !matches!(call.operation.as_str(), "GetMetricData" | "GetMetricStatistics") {
            return Ok(None);
        }
        wire::read(call, params, body).map(|value| Some(Self(value)))
    }

    /// What of it moto has to answer: `None` when nothing, the whole when it asks for nothing that the sandbox keeps. Moto evaluates no
    /// expressions.
    #[must_use]
    pub fn for_moto(&self) -> Option<Value> {
        let Some(queries) = self.queries() else {
            return (!is_lag(&self.0)).then(|| self.0.clone());
        };
        if queries.iter().any(is_expression) {
            return None;
        }
        let others: Vec<Value> = queries.iter().filter(|query| !is_lag_query(query)).cloned().collect();
        if others.is_empty() {
            return None;
        }
        let mut request = self.0.clone();
        if let Some(map) = request.as_object_mut() {
            map.insert("MetricDataQueries".to_owned(), Value::Array(others));
        }
        Some(request)
    }

    /// Whether it asks for nothing that the sandbox keeps.
    #[must_use]
    pub fn is_all_for_moto(&self) -> bool {
        match self.queries() {
            Some(queries) => !queries.iter().any(|query| is_lag_query(query) || is_expression(query)),
            None => !is_lag(&self.0),
        }
    }

    fn queries(&self) -> Option<&Vec<Value>> {
        self.0.get("MetricDataQueries").and_then(Value::as_array)
    }

    /// Answers; `others` is what moto said to [`for_moto`](Self::for_moto).
    ///
    /// # Errors
    /// The request is not valid.
    pub fn answer(
        &self,
        call: &Call,
        store: &Store,
        rds: &rds::Store,
        others: Option<Value>,
    ) -> Result<Answer, ApiError> {
        let value = match self.queries() {
            Some(queries) => data(&self.0, queries, call, store, rds, others)?,
            None => statistics(&self.0, call, store, rds)?,
        };
        Ok(wire::answer(call, &value))
    }
}

/// Whether an object names a metric of replication lag.
fn is_lag(metric: &Value) -> bool {
    let text = |name: &str| metric.get(name).and_then(Value::as_str).unwrap_or_default();
    text("Namespace") == "AWS/RDS" && lag::unit(text("MetricName")).is_some()
}

fn is_lag_query(query: &Value) -> bool {
    query.pointer("/MetricStat/Metric").is_some_and(is_lag)
}

fn is_expression(query: &Value) -> bool {
    query.get("Expression").is_some()
}

/// The periods of a metric in a window, of what the sandbox keeps.
fn buckets(
    metric: &Value,
    window: (i64, i64),
    period: i64,
    call: &Call,
    store: &Store,
    rds: &rds::Store,
) -> Vec<Bucket> {
    let samples = if is_lag(metric) {
        lag::samples(metric, window, call, &store.lags, rds)
    } else {
        store.metrics.named(call, metric).into_iter().flat_map(|it| it.samples(window)).collect()
    };
    samples::by_period(samples, period)
}

fn data(
    request: &Value,
    queries: &[Value],
    call: &Call,
    store: &Store,
    rds: &rds::Store,
    others: Option<Value>,
) -> Result<Value, ApiError> {
    let descending = request.get("ScanBy").and_then(Value::as_str) != Some("TimestampAscending");
    let others = others.unwrap_or_default();
    let others = others.get("MetricDataResults").and_then(Value::as_array);
    let math = math::Math { queries, window: window(request)?, call, store, rds };
    let mut results = Vec::new();
    for query in queries {
        let id = query.get("Id").cloned().unwrap_or_default();
        // What moto was not asked for is of the sandbox.
        if let Some(others) = others.filter(|_| !is_lag_query(query)) {
            results.extend(others.iter().filter(|result| result.get("Id") == Some(&id)).cloned());
            continue;
        }
        if query.get("ReturnData") == Some(&Value::Bool(false)) {
            continue;
        }
        for (label, points) in math.results(query)? {
            let label = query.get("Label").cloned().unwrap_or(Value::String(label));
            let mut points: Vec<(i64, f64)> = points.into_iter().collect();
            if descending {
                points.reverse();
            }
            let (stamps, values): (Vec<i64>, Vec<f64>) = points.into_iter().unzip();
            results.push(
                json!({ "Id": id, "Label": label, "Timestamps": stamps, "Values": values, "StatusCode": "Complete" }),
            );
        }
    }
    Ok(json!({ "MetricDataResults": results, "Messages": [] }))
}

fn statistics(request: &Value, call: &Call, store: &Store, rds: &rds::Store) -> Result<Value, ApiError> {
    let wanted: Vec<&str> =
        request.get("Statistics").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    if wanted.is_empty() {
        return Err(ApiError::new("MissingParameter", "Must specify either Statistics or ExtendedStatistics."));
    }
    let name = request.get("MetricName").and_then(Value::as_str).unwrap_or_default();
    let unit = lag::unit(name).map_or("None", |unit| unit.name);
    let buckets = buckets(request, window(request)?, period(request.get("Period"))?, call, store, rds);
    let mut points = Vec::new();
    for bucket in buckets {
        let mut point = Map::new();
        point.insert("Timestamp".to_owned(), json!(bucket.start()));
        for stat in &wanted {
            point.insert((*stat).to_owned(), json!(bucket.statistic(stat)?));
        }
        point.insert("Unit".to_owned(), json!(unit));
        points.push(Value::Object(point));
    }
    Ok(json!({ "Label": name, "Datapoints": points }))
}

/// Start and end, in milliseconds since 1970.
fn window(request: &Value) -> Result<(i64, i64), ApiError> {
    let time = |name: &str| {
        let seconds = request.get(name).and_then(Value::as_f64);
        let seconds =
            seconds.ok_or_else(|| ApiError::new("MissingParameter", format!("The parameter {name} is required.")))?;
        // A saturating cast: a year that is out of range has no data points either.
        Ok::<i64, ApiError>((seconds * 1000.0) as i64)
    };
    let (start, end) = (time("StartTime")?, time("EndTime")?);
    if start >= end {
        return Err(ApiError::new(
            "InvalidParameterValue",
            "The parameter StartTime must be less than the parameter EndTime.",
        ));
    }
    Ok((start, end))
}

fn period(given: Option<&Value>) -> Result<i64, ApiError> {
    given
        .and_then(Value::as_i64)
        .filter(|period| matches!(period, 1 | 5 | 10 | 30) || (*period > 0 && period % 60 == 0))
        .ok_or_else(|| {
            ApiError::new("InvalidParameterValue", "The parameter Period must be 1, 5, 10, 30 or a multiple of 60.")
        })
}

#[cfg(test)]
mod tests;
