use serde_json::json;

use super::*;
use crate::clock::Moment;
use crate::protocol::Protocol;
use crate::services::rds::{Facts, Store as Rds, handle, wants};

const COPY: &str = "arn:aws:rds:eu-west-1:123456789012:db:copy";
/// A full minute.
const NOW: i64 = 1_700_000_040_000;

fn call(protocol: Protocol, region: &str, service: &str, operation: &str) -> Call {
    Call {
        account: "123456789012".to_owned(),
        region: region.to_owned(),
        service: service.to_owned(),
        operation: operation.to_owned(),
        protocol,
        request_id: "id".to_owned(),
        now: Moment(0),
        wall: NOW,
    }
}

fn replicated() -> Rds {
    let mut rds = Rds::default();
    for (region, form) in [
        (
            "us-east-1",
            "Action=CreateDBInstance&DBInstanceIdentifier=main&Engine=mysql&DBInstanceClass=db.t3.medium&AllocatedStorage=20\
             &MasterUsername=app&MasterUserPassword=long-enough",
        ),
        (
            "eu-west-1",
            "Action=CreateDBInstanceReadReplica&DBInstanceIdentifier=copy\
             &SourceDBInstanceIdentifier=arn:aws:rds:us-east-1:123456789012:db:main",
        ),
    ] {
        let params = Params::parse(form.as_bytes());
        let call = call(Protocol::Query, region, "rds", params.get("Action").unwrap());
        let facts = Facts::assumed(&wants(&rds, &call, &params), &call);
        handle(&mut rds, &call, &params, &facts).unwrap();
        while let Some(at) = rds.due() {
            rds.advance(at);
        }
    }
    rds
}

fn request() -> Value {
    json!({
        "StartTime": NOW / 1000 - 300, "EndTime": NOW / 1000 + 1, "ScanBy": "TimestampAscending",
        "MetricDataQueries": [{ "Id": "lag", "MetricStat": { "Period": 60, "Stat": "Maximum", "Metric": {
            "Namespace": "AWS/RDS", "MetricName": "ReplicaLag",
            "Dimensions": [{ "Name": "DBInstanceIdentifier", "Value": "copy" }],
        } } }],
    })
}

fn values(lag: Option<Lag>) -> Vec<f64> {
    let mut store = Store::default();
    if let Some(lag) = lag {
        store.set(COPY, lag, NOW);
    }
    let call = call(Protocol::Json, "eu-west-1", "monitoring", "GetMetricData");
    let request = Request::read(&call, None, request().to_string().as_bytes()).unwrap().unwrap();
    let answer = request.answer(&call, &store, &replicated(), None).unwrap();
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    answer["MetricDataResults"][0]["Values"].as_array().unwrap().iter().map(|it| it.as_f64().unwrap()).collect()
}

#[test]
fn every_kind_of_lag_shows() {
    assert_eq!(values(None), [0.0; 6]);
    assert_eq!(values(Some(Lag::Value(12.5))), [12.5; 6]);
    assert_eq!(values(Some(Lag::Value(-1.0))), [-1.0; 6]);
    assert!(values(Some(Lag::Missing)).is_empty());
    assert_eq!(values(Some(Lag::Stale { value: 2.0, age: 240 })), [2.0; 2]);
    assert_eq!(values(Some(Lag::Series(vec![Some(9.0), None, Some(3.0)]))), [9.0, 3.0]);
}

#[test]
fn a_primary_has_no_lag() {
    let call = call(Protocol::Json, "us-east-1", "monitoring", "GetMetricData");
    let body = request().to_string().replace("copy", "main");
    let request = Request::read(&call, None, body.as_bytes()).unwrap().unwrap();
    let answer = request.answer(&call, &Store::default(), &replicated(), None).unwrap();
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(answer["MetricDataResults"][0]["Values"], json!([]));
}

#[test]
fn query_and_cbor_say_the_same_as_json() {
    let mut store = Store::default();
    store.set(COPY, Lag::Value(4.0), NOW);
    let form = Params::parse(
        b"Action=GetMetricStatistics&Namespace=AWS/RDS&MetricName=ReplicaLag&Dimensions.member.1.Name=DBInstanceIdentifier\
          &Dimensions.member.1.Value=copy&StartTime=2023-11-14T22:13:00Z&EndTime=2023-11-14T22:14:00Z&Period=60\
          &Statistics.member.1=Maximum&Statistics.member.2=SampleCount",
    );
    let query = call(Protocol::Query, "eu-west-1", "monitoring", "GetMetricStatistics");
    let answer = Request::read(&query, Some(&form), b"").unwrap().unwrap().answer(&query, &store, &replicated(), None);
    let answer = String::from_utf8(answer.unwrap().body).unwrap();
    assert!(
        answer.contains(
            "<Datapoints><member><Maximum>4.0</Maximum><SampleCount>1.0</SampleCount><Timestamp>2023-11-14T22:13:00Z</Timestamp>"
        ),
        "{answer}"
    );
    let cbor = call(Protocol::Cbor, "eu-west-1", "monitoring", "GetMetricData");
    let mut body = Vec::new();
    ciborium::into_writer(&request(), &mut body).unwrap();
    let answer =
        Request::read(&cbor, None, &body).unwrap().unwrap().answer(&cbor, &store, &replicated(), None).unwrap();
    let read = crate::protocol::cbor::read(&answer.body).unwrap();
    assert_eq!(read["MetricDataResults"][0]["Values"], json!([4.0, 4.0, 4.0, 4.0, 4.0, 4.0]));
}

#[test]
fn what_is_not_lag_is_left_to_moto() {
    let call = call(Protocol::Json, "eu-west-1", "monitoring", "GetMetricData");
    let mut both = request();
    let other = json!({ "Id": "cpu", "MetricStat": { "Period": 60, "Stat": "Average", "Metric": { "Namespace": "AWS/RDS", "MetricName": "CPUUtilization" } } });
    both["MetricDataQueries"].as_array_mut().unwrap().push(other.clone());
    let request = Request::read(&call, None, both.to_string().as_bytes()).unwrap().unwrap();
    assert!(!request.is_all_for_moto());
    assert_eq!(request.for_moto().unwrap()["MetricDataQueries"], json!([other]));
    let answer = json!({ "MetricDataResults": [{ "Id": "cpu", "Values": [7] }] });
    let answer = request.answer(&call, &Store::default(), &replicated(), Some(answer)).unwrap();
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(answer["MetricDataResults"][1]["Values"], json!([7]));
}

/// A store with the requests of two load balancers, half a minute apart, and their times.
fn put(protocol: Protocol) -> Store {
    let mut store = Store::default();
    let call = call(protocol, "eu-west-1", "monitoring", "PutMetricData");
    let seconds = NOW / 1000;
    let datum = |balancer: &str, at: i64, value: f64| {
        let dimensions =
            json!([{ "Name": "TargetGroup", "Value": "blue" }, { "Name": "LoadBalancer", "Value": balancer }]);
        json!({ "MetricName": "RequestCount", "Dimensions": dimensions, "Timestamp": at, "Value": value, "StorageResolution": 1 })
    };
    let data = [
        datum("a", seconds - 90, 3.0),
        datum("a", seconds - 30, 4.0),
        datum("b", seconds - 60, 5.0),
        json!({ "MetricName": "Latency", "Timestamp": seconds - 60, "Values": [0.1, 0.25, 0.4], "Counts": [7, 2, 1] }),
    ];
    let body = json!({ "Namespace": "Shop", "MetricData": data });
    let body = if protocol == Protocol::Cbor {
        let mut bytes = Vec::new();
        ciborium::into_writer(&body, &mut bytes).unwrap();
        bytes
    } else {
        body.to_string().into_bytes()
    };
    store.put(&call, None, &body).unwrap();
    store
}

fn asked(store: &Store, queries: Value) -> Result<Value, ApiError> {
    let call = call(Protocol::Json, "eu-west-1", "monitoring", "GetMetricData");
    let seconds = NOW / 1000;
    let body = json!({ "StartTime": seconds - 300, "EndTime": seconds, "ScanBy": "TimestampAscending", "MetricDataQueries": queries });
    let request = Request::read(&call, None, body.to_string().as_bytes())?.unwrap();
    let answer = request.answer(&call, store, &Rds::default(), None)?;
    Ok(serde_json::from_slice::<Value>(&answer.body).unwrap()["MetricDataResults"].clone())
}

#[test]
fn what_was_put_is_found_by_expressions() {
    let search =
        "SEARCH('{Shop,LoadBalancer,TargetGroup} MetricName=\"RequestCount\" TargetGroup=\"blue\"', 'Sum', 60)";
    let seconds = NOW / 1000;
    for protocol in [Protocol::Json, Protocol::Cbor] {
        let store = put(protocol);
        let sum = asked(&store, json!([{ "Id": "asked", "Expression": format!("SUM({search})") }])).unwrap();
        assert_eq!(
            (&sum[0]["Timestamps"], &sum[0]["Values"]),
            (&json!([seconds - 120, seconds - 60]), &json!([3.0, 9.0]))
        );
        let all = asked(&store, json!([{ "Id": "asked", "Expression": search }])).unwrap();
        assert_eq!((all.as_array().unwrap().len(), &all[1]["Label"]), (2, &json!("RequestCount b blue")));
    }
    let store = put(Protocol::Json);
    let none = asked(&store, json!([{ "Id": "x", "Expression": search.replace("blue", "green") }])).unwrap();
    assert_eq!(none, json!([]));
    // A query that is only named by another is not answered itself.
    let latency =
        |stat: &str| json!({ "Period": 60, "Stat": stat, "Metric": { "Namespace": "Shop", "MetricName": "Latency" } });
    let share = json!([
        { "Id": "slow", "MetricStat": latency("TC(0.25:)"), "ReturnData": false },
        { "Id": "all", "MetricStat": latency("SampleCount"), "ReturnData": false },
        { "Id": "share", "Expression": "100 * slow / all" },
    ]);
    assert_eq!(asked(&store, share).unwrap()[0]["Values"], json!([10.0]));
}

#[test]
fn what_is_no_time_series_is_refused() {
    let store = put(Protocol::Json);
    for (expression, says) in
        [("1 + 1", "the number 2"), ("own", "refers to itself"), ("FILL(own, 0)", "no function FILL")]
    {
        let error = asked(&store, json!([{ "Id": "own", "Expression": expression }])).unwrap_err();
        assert!(error.code == "ValidationError" && error.message.contains(says), "{error:?}");
    }
    let call = call(Protocol::Json, "eu-west-1", "monitoring", "PutMetricData");
    for (datum, says) in [
        (json!({ "Value": 1 }), "MetricName"),
        (json!({ "MetricName": "m" }), "needs Value"),
        (json!({ "MetricName": "m", "Value": 1, "Timestamp": NOW / 1000 + 8000 }), "two hours ahead"),
        (json!({ "MetricName": "m", "Values": [1, 2], "Counts": [1] }), "of one length"),
    ] {
        let body = json!({ "Namespace": "Shop", "MetricData": [datum] }).to_string();
        let error = Store::default().put(&call, None, body.as_bytes()).unwrap_err();
        assert!(error.message.contains(says), "{says}: {error:?}");
    }
}

#[test]
fn a_form_puts_the_same() {
    let form = Params::parse(
        b"Action=PutMetricData&Namespace=Shop&MetricData.member.1.MetricName=Latency&MetricData.member.1.Timestamp=2023-11-14T22:13:00Z\
          &MetricData.member.1.StatisticValues.SampleCount=4&MetricData.member.1.StatisticValues.Sum=10\
          &MetricData.member.1.StatisticValues.Minimum=1&MetricData.member.1.StatisticValues.Maximum=5",
    );
    let mut store = Store::default();
    store.put(&call(Protocol::Query, "eu-west-1", "monitoring", "PutMetricData"), Some(&form), b"").unwrap();
    let of = |stat: &str| {
        let metric = json!({ "Namespace": "Shop", "MetricName": "Latency" });
        let query = json!([{ "Id": "q", "MetricStat": { "Period": 60, "Stat": stat, "Metric": metric } }]);
        asked(&store, query).unwrap()[0]["Values"][0].as_f64().unwrap()
    };
    assert_eq!((of("Average"), of("Maximum"), of("TC(0:)")), (2.5, 5.0, 0.0));
}
