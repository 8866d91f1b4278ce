//! CloudWatch: the replication lag of RDS, as the admin API sets it. Every other metric is moto's.
//!
//! Times here are of the clock on the wall: callers ask for a window that ends at their own now.

mod lag;
mod wire;

use serde_json::{Map, Value, json};

use super::Call;
use super::rds;
use crate::protocol::query::Params;
use crate::protocol::{Answer, ApiError};

pub use lag::{Lag, Store};

/// Samples are a minute apart, as RDS publishes them.
const MINUTE: i64 = 60_000;

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

    /// What of it moto has to answer: `None` when nothing, the whole when it asks for no replication lag.
    #[must_use]
    pub fn for_moto(&self) -> Option<Value> {
        let Some(queries) = self.queries() else {
            return (!is_lag(&self.0)).then(|| self.0.clone());
        };
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

    /// Whether it asks for no replication lag at all.
    #[must_use]
    pub fn is_all_for_moto(&self) -> bool {
        match self.queries() {
            Some(queries) => !queries.iter().any(is_lag_query),
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

fn data(
    request: &Value,
    queries: &[Value],
    call: &Call,
    store: &Store,
    rds: &rds::Store,
    others: Option<Value>,
) -> Result<Value, ApiError> {
    if queries.iter().any(|query| query.get("Expression").is_some()) {
        return Err(ApiError::new(
            "ValidationError",
            "The sandbox evaluates no expressions together with replication lag: ask for the metric alone.",
        ));
    }
    let descending = request.get("ScanBy").and_then(Value::as_str) != Some("TimestampAscending");
    let others = others.unwrap_or_default();
    let others = others.get("MetricDataResults").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut results = Vec::new();
    for query in queries {
        let id = query.get("Id").cloned().unwrap_or_default();
        if !is_lag_query(query) {
            results.extend(others.iter().filter(|result| result.get("Id") == Some(&id)).cloned());
            continue;
        }
        if query.get("ReturnData") == Some(&Value::Bool(false)) {
            continue;
        }
        let stat = query.pointer("/MetricStat/Stat").and_then(Value::as_str).unwrap_or_default();
        let metric = query.pointer("/MetricStat/Metric").cloned().unwrap_or_default();
        let period = period(query.pointer("/MetricStat/Period"))?;
        let mut buckets = lag::buckets(&metric, window(request)?, period, call, store, rds);
        if descending {
            buckets.reverse();
        }
        let values = buckets.iter().map(|bucket| bucket.statistic(stat)).collect::<Result<Vec<_>, _>>()?;
        let stamps: Vec<f64> = buckets.iter().map(|bucket| bucket.seconds()).collect();
        let label = query.get("Label").cloned().or_else(|| metric.get("MetricName").cloned()).unwrap_or_default();
        results.push(
            json!({ "Id": id, "Label": label, "Timestamps": stamps, "Values": values, "StatusCode": "Complete" }),
        );
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
    let buckets = lag::buckets(request, window(request)?, period(request.get("Period"))?, call, store, rds);
    let mut points = Vec::new();
    for bucket in buckets {
        let mut point = Map::new();
        point.insert("Timestamp".to_owned(), json!(bucket.seconds()));
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
