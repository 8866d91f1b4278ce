use serde_json::json;

use super::*;
use crate::clock::Moment;
use crate::protocol::query::Params;
use crate::protocol::{Protocol, json as wire};
use crate::services::{Call, cloudwatch, cost_explorer, ec2, load_balancing};

const NOW: i64 = 1_795_438_800_000;

fn call(service: &str, operation: &str, protocol: Protocol) -> Call {
    Call {
        account: "123456789012".to_owned(),
        region: "eu-west-1".to_owned(),
        service: service.to_owned(),
        operation: operation.to_owned(),
        protocol,
        request_id: "id".to_owned(),
        now: Moment(0),
        wall: NOW,
    }
}

fn seeded(estate: Value) -> Store {
    let mut store = Store::default();
    store.seed("123456789012", "eu-west-1", serde_json::from_value(estate).unwrap(), NOW);
    store
}

fn described(store: &Store, form: &str) -> std::result::Result<String, String> {
    let params = Params::parse(form.as_bytes());
    let call = call("ec2", params.get("Action").unwrap(), Protocol::Ec2);
    let estate = store.get(&call.account, &call.region).unwrap();
    match ec2::owned(estate, &call, &params).unwrap() {
        Ok(answer) => Ok(String::from_utf8(answer.body).unwrap()),
        Err(error) => Err(error.code),
    }
}

fn token(answer: &str) -> &str {
    answer.split_once("<nextToken>").unwrap().1.split_once('<').unwrap().0
}

#[test]
fn large_accounts_come_in_pages() {
    let store = seeded(json!({ "generate": { "instances": 1500, "volumes": 700 } }));
    let first = described(&store, "Action=DescribeInstances&MaxResults=1000").unwrap();
    assert_eq!(first.matches("<instanceId>").count(), 1000);
    let second = described(&store, &format!("Action=DescribeInstances&NextToken={}", token(&first))).unwrap();
    assert_eq!((second.matches("<instanceId>").count(), token(&second)), (500, ""));
    // However many are asked for.
    let volumes = described(&store, "Action=DescribeVolumes&MaxResults=1000").unwrap();
    assert_eq!(volumes.matches("<volumeType>").count(), 500);
    assert_eq!(described(&store, "Action=DescribeInstances&MaxResults=1001").unwrap_err(), "InvalidParameterValue");
    assert_eq!(described(&store, "Action=DescribeVolumes&NextToken=x").unwrap_err(), "InvalidNextToken");
    let free = "Action=DescribeVolumes&Filter.1.Name=status&Filter.1.Value.1=available";
    assert_eq!(described(&store, free).unwrap().matches("<volumeType>").count(), 35);
    let none = "Action=DescribeVolumes&Filter.1.Name=colour&Filter.1.Value.1=red";
    assert_eq!(described(&store, none).unwrap_err(), "InvalidParameterValue");
}

#[test]
fn what_was_not_seeded_is_not_answered_for() {
    let store = seeded(json!({}));
    assert!(store.get("123456789012", "us-east-1").is_none() && store.costs("210987654321").is_none());
    assert!(described(&store, "Action=DescribeVolumes").unwrap().contains("<volumeSet></volumeSet>"));
    let misspelt = serde_json::from_value::<Estate>(json!({ "volume": [] }));
    assert!(misspelt.unwrap_err().to_string().contains("unknown field `volume`"));
}

#[test]
fn metrics_have_the_values_they_were_given() {
    let store = seeded(json!({ "metrics": { "i-1": {
        "AWS/EC2/CPUUtilization": { "mean": 10, "p95": 30, "max": 80, "from_days_ago": 2 },
    } } }));
    let day = 86_400.0;
    let until = (NOW / 86_400_000) as f64 * day;
    let query = |id: &str, stat: &str| {
        json!({ "Id": id, "MetricStat": { "Period": 86_400, "Stat": stat, "Metric": {
            "Namespace": "AWS/EC2", "MetricName": "CPUUtilization",
            "Dimensions": [{ "Name": "InstanceId", "Value": "i-1" }],
        } } })
    };
    let ask = |queries: Vec<Value>, most: usize| {
        let request = json!({
            "StartTime": until - 14.0 * day, "EndTime": until, "MetricDataQueries": queries, "MaxDatapoints": most,
        });
        let call = call("monitoring", "GetMetricData", Protocol::Json);
        let estate = store.get(&call.account, &call.region).unwrap();
        let answer = cloudwatch::usage::handle(estate, &call, None, request.to_string().as_bytes()).unwrap();
        answer.map(|answer| wire::read::<Value>(&answer.body, "x").unwrap())
    };
    let answer = ask(vec![query("a", "Average"), query("b", "SampleCount")], 1000).unwrap();
    let results = answer["MetricDataResults"].as_array().unwrap();
    assert_eq!(results[0]["Values"], json!([10.0, 10.0]), "two days and a part: of {answer}");
    assert_eq!(results[1]["Values"], json!([288.0, 288.0]));
    let cut = ask(vec![query("a", "Average"), query("b", "p95")], 3).unwrap();
    assert_eq!((cut["NextToken"].as_str(), cut["MetricDataResults"].as_array().unwrap().len()), (Some("query-1"), 1));
    let many = (0..501).map(|number| query(&format!("q{number}"), "Sum")).collect();
    assert_eq!(ask(many, 1000).unwrap_err().code, "ValidationError");
}

#[test]
fn load_balancers_have_targets_and_tags() {
    let store =
        seeded(json!({ "load_balancers": [{ "name": "web", "targets": ["i-1", "i-2"], "tags": { "a": "b" } }] }));
    let ask = |operation: &str, form: &str| {
        let call = call("elasticloadbalancing", operation, Protocol::Query);
        let estate = store.get(&call.account, &call.region).unwrap();
        let answer = load_balancing::handle(estate, &call, &Params::parse(form.as_bytes())).unwrap();
        answer.map(|answer| String::from_utf8(answer.body).unwrap()).map_err(|error| error.code)
    };
    let between = |text: &str, tag: &str| {
        let rest = text.split_once(&format!("<{tag}>")).unwrap().1;
        rest.split_once('<').unwrap().0.to_owned()
    };
    let arn = between(&ask("DescribeLoadBalancers", "").unwrap(), "LoadBalancerArn");
    assert!(arn.starts_with("arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/"), "{arn}");
    let group = between(&ask("DescribeTargetGroups", "").unwrap(), "TargetGroupArn");
    let health = ask("DescribeTargetHealth", &format!("TargetGroupArn={group}")).unwrap();
    assert_eq!(health.matches("<Id>").count(), 2);
    assert!(ask("DescribeTags", &format!("ResourceArns.member.1={arn}")).unwrap().contains("<Value>b</Value>"));
    assert_eq!(ask("DescribeTags", "ResourceArns.member.1=x").unwrap_err(), "LoadBalancerNotFound");
}

#[test]
fn cost_explorer_says_what_it_was_given() {
    let store = seeded(json!({ "cost_explorer": { "GetReservationCoverage": { "CoveragesByTime": [1] } } }));
    let ask = |operation: &str, moto: bool| {
        let answer = cost_explorer::handle(&store, &call("ce", operation, Protocol::Json), moto)?;
        Some(String::from_utf8(answer.body).unwrap())
    };
    assert_eq!(ask("GetReservationCoverage", true).unwrap(), r#"{"CoveragesByTime":[1]}"#);
    assert_eq!(ask("GetSavingsPlansCoverage", true).unwrap(), r#"{"SavingsPlansCoverages":[]}"#);
    assert!(ask("GetCostAndUsage", true).is_none() && ask("GetCostAndUsage", false).is_some());
}
