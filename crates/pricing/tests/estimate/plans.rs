//! What a plan changes.

use parapet_pricing::estimate::Planned;
use parapet_pricing::money::{decimal, digits};
use serde_json::{Value, json};

use super::{created, estimated};

fn changed(address: &str, actions: &[&str], before: Value, after: Option<Value>) -> Planned {
    Planned {
        actions: actions.iter().map(|it| (*it).to_owned()).collect(),
        before: Some(before),
        after,
        ..created(address, json!({}))
    }
}

fn volume(size: u32) -> Value {
    json!({"type": "gp2", "size": size})
}

#[test]
fn both_sides_are_billed() {
    let estimate = estimated(
        &[
            created("aws_ebs_volume.new", volume(10)),
            changed("aws_ebs_volume.grown", &["update"], volume(10), Some(volume(30))),
            changed("aws_ebs_volume.replaced", &["delete", "create"], volume(50), Some(volume(20))),
            changed("aws_ebs_volume.gone", &["delete"], volume(100), None),
            changed("aws_ebs_volume.kept", &["no-op"], volume(1000), Some(volume(1000))),
            changed("aws_ebs_volume.forgotten", &["forget"], volume(9999), None),
        ],
        "",
    );
    let changes: Vec<(&str, String)> =
        estimate.resources.iter().map(|it| (it.address.as_str(), digits(it.change_usd))).collect();
    let expected = [
        ("aws_ebs_volume.gone", "-10"),
        ("aws_ebs_volume.grown", "2"),
        ("aws_ebs_volume.kept", "0"),
        ("aws_ebs_volume.new", "1"),
        ("aws_ebs_volume.replaced", "-3"),
    ];
    assert_eq!(changes, expected.map(|(address, change)| (address, change.to_owned())));
    let sums = [estimate.previous_monthly_usd, estimate.monthly_usd, estimate.change_usd].map(digits);
    assert_eq!(sums, ["116", "106", "-10"]);
    assert!(estimate.change_known);
    assert_eq!(estimate.forgotten_count, 1, "what is forgotten goes on costing");
    assert_eq!(estimate.change_percent().unwrap().round_dp(2), decimal("-8.62").unwrap());
}

#[test]
fn an_empty_plan_costs_nothing_and_has_no_percent() {
    let estimate = estimated(&[], "");
    assert_eq!((digits(estimate.monthly_usd), estimate.change_percent()), ("0".to_owned(), None));
    assert!(estimate.resources.is_empty() && estimate.sources.is_empty() && estimate.change_known);
}

#[test]
fn a_plan_that_only_deletes_saves() {
    let gone = changed("aws_nat_gateway.main", &["delete"], json!({}), None);
    let estimate = estimated(&[gone], "default \"aws_nat_gateway\" { data_processed_gb = 100 }");
    assert_eq!([estimate.monthly_usd, estimate.change_usd].map(digits), ["0", "-37.35"]);
    assert_eq!((estimate.unpriced_count, estimate.not_estimated_count), (0, 0));
}

#[test]
fn every_instance_is_counted() {
    let volumes: Vec<Planned> = (0..3)
        .map(|index| Planned {
            address: format!("aws_ebs_volume.v[{index}]"),
            ..created("aws_ebs_volume.v", volume(10))
        })
        .collect();
    assert_eq!(digits(estimated(&volumes, "").monthly_usd), "3");
}

#[test]
fn a_gap_on_one_side_leaves_the_change_unknown() {
    let moved = Planned {
        unknown: vec!["size".to_owned()],
        ..changed("aws_ebs_volume.v", &["update"], volume(100), Some(json!({"type": "gp2"})))
    };
    let estimate = estimated(&[moved], "");
    assert!(!estimate.change_known && !estimate.resources[0].change_known);
    assert_eq!(estimate.unpriced_count, 1);
}

#[test]
fn an_attached_volume_is_billed_once() {
    let instance = json!({"instance_type": "t3.medium", "root_block_device": [{"volume_type": "gp3", "volume_size": 10}],
        "ebs_block_device": [{"device_name": "/dev/sdb", "volume_id": "vol-1", "volume_type": "gp2", "volume_size": 100},
            {"device_name": "/dev/sdc", "volume_id": "vol-2", "volume_type": "gp2", "volume_size": 10}]});
    let own = json!({"id": "vol-1", "type": "gp2", "size": 100});
    let estimate = estimated(&[created("aws_instance.web", instance), created("aws_ebs_volume.data", own)], "");
    // 30.368 for the instance, 0.80 and 1 for its volumes, 10 for the other.
    assert_eq!(digits(estimate.monthly_usd), "42.168");
}

#[test]
fn quantities_beyond_all_measure_are_none() {
    for size in [json!(-5), json!(1e30), json!("99999999999999999999999999"), json!("much")] {
        let estimate = estimated(&[created("aws_ebs_volume.v", json!({"size": size}))], "");
        assert_eq!((estimate.unpriced_count, digits(estimate.monthly_usd)), (1, "0".to_owned()));
    }
    let usage =
        "default \"aws_lambda_function\" {\n  requests_millions = 1000000000\n  average_duration_ms = 1000000000\n}\n";
    let estimate = estimated(&[created("aws_lambda_function.f", json!({"memory_size": 1_000_000_000}))], usage);
    // 1e9 million requests of 1e6 seconds with 1e9 / 1024 GB each, and the requests themselves.
    assert_eq!(digits(estimate.monthly_usd), "16276074218750200000000");
}
