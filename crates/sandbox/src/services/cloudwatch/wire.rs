//! The three protocols callers speak: CBOR (the SDKs of today), JSON (boto3) and Query (SDKs of yesterday).

use serde_json::{Map, Value, json};

use crate::clock::timestamp;
use crate::protocol::query::{self, Params};
use crate::protocol::xml::Xml;
use crate::protocol::{Answer, ApiError, Protocol, cbor, json as json_protocol};
use crate::services::Call;

pub(super) fn read(call: &Call, params: Option<&Params>, body: &[u8]) -> Result<Value, ApiError> {
    match (call.protocol, params) {
        (Protocol::Cbor, _) => cbor::read(body),
        (Protocol::Query, Some(params)) => from_query(call, params),
        _ => {
            let mut value: Value = json_protocol::read(body, "SerializationException")?;
            for name in ["StartTime", "EndTime"] {
                seconds(&mut value, name);
            }
            for datum in value.get_mut("MetricData").and_then(Value::as_array_mut).into_iter().flatten() {
                seconds(datum, "Timestamp");
            }
            Ok(value)
        }
    }
}

/// JSON writes a time as a number, but text is read as well.
fn seconds(value: &mut Value, name: &str) {
    let parsed = value.get(name).and_then(Value::as_str).and_then(parse);
    if let (Some(parsed), Some(map)) = (parsed, value.as_object_mut()) {
        map.insert(name.to_owned(), json!(parsed));
    }
}

fn parse(text: &str) -> Option<f64> {
    text.parse::<jiff::Timestamp>().ok().map(|at| at.as_millisecond() as f64 / 1000.0)
}

fn from_query(call: &Call, params: &Params) -> Result<Value, ApiError> {
    if call.operation == "PutMetricData" {
        let data = params.structures("MetricData").iter().map(datum).collect::<Result<Vec<_>, _>>()?;
        return Ok(json!({ "Namespace": params.get("Namespace"), "MetricData": data }));
    }
    let mut request = if call.operation == "GetMetricData" {
        let queries = params.structures("MetricDataQueries").iter().map(metric_query).collect::<Result<Vec<_>, _>>()?;
        json!({ "MetricDataQueries": queries })
    } else {
        let mut request = metric(params);
        if let Some(map) = request.as_object_mut() {
            map.insert("Statistics".to_owned(), json!(params.texts("Statistics")));
            map.insert("Period".to_owned(), json!(params.number("Period")?));
        }
        request
    };
    if let Some(map) = request.as_object_mut() {
        for name in ["StartTime", "EndTime"] {
            let text = params.required(name)?;
            let at = parse(&text)
                .ok_or_else(|| ApiError::new("InvalidParameterValue", format!("{name} '{text}' is no timestamp.")))?;
            map.insert(name.to_owned(), json!(at));
        }
        if let Some(order) = params.text("ScanBy") {
            map.insert("ScanBy".to_owned(), json!(order));
        }
    }
    Ok(request)
}

fn metric(params: &Params) -> Value {
    let dimensions: Vec<Value> = params
        .structures("Dimensions")
        .iter()
        .map(|it| json!({ "Name": it.get("Name"), "Value": it.get("Value") }))
        .collect();
    json!({ "Namespace": params.get("Namespace"), "MetricName": params.get("MetricName"), "Dimensions": dimensions })
}

fn datum(params: &Params) -> Result<Value, ApiError> {
    let mut datum = metric(params);
    let Some(map) = datum.as_object_mut() else { return Ok(datum) };
    if let Some(text) = params.text("Timestamp") {
        let at = parse(&text)
            .ok_or_else(|| ApiError::new("InvalidParameterValue", format!("Timestamp '{text}' is no timestamp.")))?;
        map.insert("Timestamp".to_owned(), json!(at));
    }
    if let Some(value) = params.decimal("Value")? {
        map.insert("Value".to_owned(), json!(value));
    }
    if let Some(resolution) = params.number("StorageResolution")? {
        map.insert("StorageResolution".to_owned(), json!(resolution));
    }
    for name in ["Values", "Counts"] {
        if params.has_list(name) {
            let numbers: Vec<Option<f64>> = params.texts(name).iter().map(|it| it.parse().ok()).collect();
            map.insert(name.to_owned(), json!(numbers));
        }
    }
    if params.has_list("StatisticValues") {
        let set = params.under("StatisticValues");
        let mut values = Map::new();
        for name in ["SampleCount", "Sum", "Minimum", "Maximum"] {
            values.insert(name.to_owned(), json!(set.decimal(name)?));
        }
        map.insert("StatisticValues".to_owned(), Value::Object(values));
    }
    Ok(datum)
}

fn metric_query(params: &Params) -> Result<Value, ApiError> {
    let mut query = Map::new();
    for name in ["Id", "Label", "Expression"] {
        if let Some(text) = params.text(name) {
            query.insert(name.to_owned(), json!(text));
        }
    }
    if let Some(period) = params.number("Period")? {
        query.insert("Period".to_owned(), json!(period));
    }
    if let Some(flag) = params.flag("ReturnData")? {
        query.insert("ReturnData".to_owned(), json!(flag));
    }
    if params.has_list("MetricStat") {
        let stat = params.under("MetricStat");
        let value = json!({
            "Metric": metric(&stat.under("Metric")), "Period": stat.number("Period")?, "Stat": stat.get("Stat"),
        });
        query.insert("MetricStat".to_owned(), value);
    }
    Ok(Value::Object(query))
}

pub(super) fn answer(call: &Call, value: &Value) -> Answer {
    match call.protocol {
        Protocol::Cbor => cbor::answer(value),
        Protocol::Query => {
            let mut xml = Xml::default();
            members(&mut xml, value);
            query::answer("monitoring", &call.operation, Some(&xml), &call.request_id)
        }
        _ => json_protocol::answer(value),
    }
}

/// Members in their names, lists as `member`, times as text.
fn members(xml: &mut Xml, value: &Value) {
    let Some(map) = value.as_object() else { return };
    for (name, value) in map {
        match value {
            Value::Array(items) => {
                xml.list(name, "member", items, |xml, item| match item {
                    Value::Object(_) => members(xml, item),
                    other => {
                        xml.content(scalar(name, other));
                    }
                });
            }
            Value::Object(_) => {
                xml.element(name, |inside| members(inside, value));
            }
            Value::Null => {}
            other => {
                xml.text(name, scalar(name, other));
            }
        }
    }
}

fn scalar(name: &str, value: &Value) -> String {
    match value {
        Value::Number(number) if name.starts_with("Timestamp") => {
            // A saturating cast: the times are those of samples made here.
            timestamp((number.as_f64().unwrap_or_default() * 1000.0) as i64)
        }
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
