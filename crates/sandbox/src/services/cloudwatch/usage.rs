//! How the things of an account that was seeded are used: `GetMetricData` and `ListMetrics` of thousands of them, with the pages
//! and limits of the API (2010-08-01).
//!
//! Every period of a metric is like any other, so that what comes of it can be told by heart.

use serde_json::{Value, json};

use super::{period, window, wire};
use crate::protocol::query::Params;
use crate::protocol::{Answer, ApiError, Protocol, cbor, json as json_protocol};
use crate::services::estate::{DAY, Estate, Level};
use crate::services::{Call, page};

/// Queries of one call.
const QUERIES: usize = 500;
/// Data points of one answer.
const POINTS: usize = 100_800;
/// Metrics of one page of `ListMetrics`.
const METRICS: usize = 500;

/// Answers a call; `None` for another operation.
///
/// # Errors
/// The request is not valid.
pub fn handle(estate: &Estate, call: &Call, params: Option<&Params>, body: &[u8]) -> Option<Result<Answer, ApiError>> {
    match call.operation.as_str() {
        "GetMetricData" => {
            let answered = wire::read(call, params, body).and_then(|request| data(estate, call, &request));
            Some(answered.map(|value| wire::answer(call, &value)))
        }
        "ListMetrics" if call.protocol != Protocol::Query => {
            let request = if call.protocol == Protocol::Cbor {
                cbor::read(body)
            } else {
                json_protocol::read(body, "SerializationException")
            };
            Some(request.and_then(|request| list(estate, &request)).map(|value| wire::answer(call, &value)))
        }
        _ => None,
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new("ValidationError", message)
}

fn data(estate: &Estate, call: &Call, request: &Value) -> Result<Value, ApiError> {
    let queries = request.get("MetricDataQueries").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if queries.len() > QUERIES {
        return Err(invalid(format!("The collection MetricDataQueries must not have a size greater than {QUERIES}.")));
    }
    let most = request.get("MaxDatapoints").and_then(Value::as_u64).and_then(|it| usize::try_from(it).ok());
    let most = most.unwrap_or(POINTS).min(POINTS);
    let window = window(request)?;
    let descending = text(request, "ScanBy") != "TimestampAscending";
    let first: usize = match request.get("NextToken").and_then(Value::as_str) {
        None => 0,
        Some(token) => {
            let number = token.strip_prefix("query-").and_then(|number| number.parse().ok());
            number.ok_or_else(|| ApiError::new("InvalidNextToken", "The token is not valid."))?
        }
    };
    let (mut results, mut points, mut next) = (Vec::new(), 0, None);
    for (number, query) in queries.iter().enumerate().skip(first) {
        let stat =
            query.get("MetricStat").ok_or_else(|| invalid("The sandbox evaluates no expressions of metrics."))?;
        let metric = stat.get("Metric").cloned().unwrap_or_default();
        let period = period(stat.get("Period"))? * 1000;
        let (mut stamps, mut values) = match level(estate, &metric) {
            Some(level) => series(&level, estate, call.wall, text(stat, "Stat"), window, period)?,
            None => (Vec::new(), Vec::new()),
        };
        points += values.len();
        if points > most && number > first {
            next = Some(format!("query-{number}"));
            break;
        }
        if descending {
            stamps.reverse();
            values.reverse();
        }
        let label = query.get("Label").or_else(|| metric.get("MetricName")).cloned().unwrap_or_default();
        results.push(json!({
            "Id": text(query, "Id"), "Label": label, "Timestamps": stamps, "Values": values, "StatusCode": "Complete",
        }));
    }
    let mut answer = json!({ "MetricDataResults": results, "Messages": [] });
    if let (Some(next), Some(map)) = (next, answer.as_object_mut()) {
        map.insert("NextToken".to_owned(), json!(next));
    }
    Ok(answer)
}

/// The metric of what a dimension names.
fn level(estate: &Estate, metric: &Value) -> Option<Level> {
    let name = format!("{}/{}", text(metric, "Namespace"), text(metric, "MetricName"));
    let mut dimensions = metric.get("Dimensions").and_then(Value::as_array)?.iter();
    dimensions.find_map(|it| estate.metrics.get(text(it, "Value"))?.get(&name).copied())
}

/// Times, in seconds since 1970, and values of the periods that have any.
fn series(
    level: &Level,
    estate: &Estate,
    now: i64,
    stat: &str,
    (start, end): (i64, i64),
    period: i64,
) -> Result<(Vec<f64>, Vec<f64>), ApiError> {
    let samples = (f64::from(level.samples) * period as f64 / DAY as f64).max(1.0);
    let value = match stat {
        "Average" => level.mean,
        "Sum" => level.mean * samples,
        "Minimum" => level.min,
        "Maximum" => level.max,
        "SampleCount" => samples,
        "p95" => level.p95,
        other => return Err(invalid(format!("The sandbox has no statistic '{other}' of what was seeded."))),
    };
    let ago = |days: u32| estate.seeded - i64::from(days) * DAY;
    let from = level.from_days_ago.map_or(i64::MIN, ago);
    let until = level.until_days_ago.map_or(now, ago);
    let periods = (start.div_euclid(period)..).map(|number| number * period).take_while(|at| *at < end);
    let stamps: Vec<f64> =
        periods.filter(|at| *at + period > from && *at < until).map(|at| at as f64 / 1000.0).collect();
    let values = vec![value; stamps.len()];
    Ok((stamps, values))
}

/// The metrics of a namespace, with the dimension that the agent writes by default.
fn list(estate: &Estate, request: &Value) -> Result<Value, ApiError> {
    let wanted = format!("{}/{}", text(request, "Namespace"), text(request, "MetricName"));
    let of = estate.metrics.iter().filter(|(_, metrics)| metrics.contains_key(&wanted)).map(|(id, _)| id);
    let token = request.get("NextToken").and_then(Value::as_str);
    let (found, next) = page(of.collect(), token, METRICS)
        .ok_or_else(|| ApiError::new("InvalidNextToken", "The token is not valid."))?;
    let found: Vec<Value> = found
        .iter()
        .map(|id| {
            let dimensions = json!([{ "Name": "InstanceId", "Value": id }]);
            json!({ "Namespace": text(request, "Namespace"), "MetricName": text(request, "MetricName"), "Dimensions": dimensions })
        })
        .collect();
    let mut answer = json!({ "Metrics": found });
    if let (Some(next), Some(map)) = (next, answer.as_object_mut()) {
        map.insert("NextToken".to_owned(), json!(next));
    }
    Ok(answer)
}
