//! What is refused before EKS is asked, at its place.

use serde_json::{Value as Json, json};
use tfplugin::testing::{Harness, UNKNOWN};

use crate::Parapet;

pub(super) const TYPE: &str = "parapet_spot_node_group";

/// The provider, with an AWS that nobody can reach.
async fn offline() -> Harness<Parapet> {
    let nobody = "http://127.0.0.1:1";
    let config = json!({
        "region": "eu-west-1", "access_key": "a", "secret_key": "s", "max_retries": 0,
        "policy": { "packs": [] },
        "endpoints": { "ec2": nobody, "eks": nobody, "pricing": nobody, "s3": nobody },
    });
    Harness::start(Parapet, &config).await.unwrap()
}

pub(super) fn config(more: Json) -> Json {
    let mut config = json!({
        "cluster_name": "main", "name": "workers", "node_role_arn": "arn:aws:iam::123456789012:role/nodes",
        "subnet_ids": ["subnet-1"], "scaling": { "min": 1, "max": 3 },
        "instance_requirements": { "vcpu_count": { "min": 4, "max": 4 } }, "min_savings_percent": 0,
    });
    let object = config.as_object_mut().unwrap();
    object.extend(more.as_object().unwrap().clone());
    // What is null is left out: a block that is not there is not one that is empty.
    object.retain(|_, value| !value.is_null());
    config
}

#[tokio::test]
async fn mistakes_are_found_at_their_place() {
    let harness = offline().await;
    let many: Vec<Json> = (0..51).map(|n| json!({ "key": format!("k{n}"), "effect": "NO_SCHEDULE" })).collect();
    let types: Vec<String> = (0..21).map(|n| format!("m{n}.large")).collect();
    let taint = json!({ "key": "a", "effect": "NO_SCHEDULE" });
    for (more, expected) in [
        (json!({ "name": "-x" }), "name: Invalid value"),
        (json!({ "name": "x".repeat(46) }), "name: Invalid value"),
        (json!({ "node_role_arn": "nodes" }), "node_role_arn: Invalid value"),
        (json!({ "subnet_ids": [] }), "subnet_ids: Invalid value"),
        (json!({ "scaling": { "min": 4, "max": 3 } }), "scaling.max: The most is below the fewest"),
        (json!({ "scaling": { "min": 0, "max": 451 } }), "scaling.max: Invalid value"),
        (json!({ "scaling": { "min": 1, "max": 3, "desired_initial": 0 } }), "scaling.desired_initial: Outside"),
        (json!({ "instance_types": ["m5.large"] }), "instance_types: Exactly one of two arguments"),
        (json!({ "instance_requirements": null }), "instance_types: Exactly one of two arguments"),
        (json!({ "instance_requirements": null, "instance_types": types }), "instance_types: Invalid value"),
        (json!({ "instance_requirements": null, "instance_types": ["m5"] }), "instance_types: Invalid value"),
        (
            json!({ "instance_requirements": { "vcpu_count": { "min": 8, "max": 4 } } }),
            "instance_requirements.vcpu_count.max: The highest is below the lowest",
        ),
        (
            json!({ "instance_requirements": { "excluded_instance_types": ["m5.*", "M6"] } }),
            "instance_requirements.excluded_instance_types[1]: Invalid value",
        ),
        (json!({ "min_instance_types": 12, "max_instance_types": 11 }), "min_instance_types: More than the most"),
        (json!({ "labels": { "k8s.io/x": "y" } }), "labels[\"k8s.io/x\"]: Reserved label"),
        (
            json!({ "labels": { "node-role.kubernetes.io/web": "y" } }),
            "io/web\"]: Reserved label: The nodes would never",
        ),
        (json!({ "labels": { "a": "" } }), "labels[\"a\"]: Invalid label"),
        (json!({ "labels": { (format!("{}.example.com/a", "p".repeat(50))): "y" } }), "Invalid label"),
        (json!({ "labels": { "a b": "y" } }), "labels[\"a b\"]: Invalid label"),
        (json!({ "labels": { "a": "v".repeat(64) } }), "labels[\"a\"]: Invalid label"),
        (json!({ "taints": many }), "taints: Too many taints"),
        (json!({ "taints": [taint, taint] }), "taints[1]: The same taint twice"),
        (json!({ "taints": [{ "key": "a", "effect": "NoSchedule" }] }), "taints[0].effect: Invalid value"),
        (json!({ "taints": [{ "key": "/a", "effect": "NO_SCHEDULE" }] }), "taints[0].key: Invalid value"),
        (json!({ "update_config": {} }), "update_config: Exactly one of two arguments"),
        (json!({ "launch_template": { "version": "1" } }), "launch_template: Exactly one of two arguments"),
        (json!({ "launch_template": { "id": "lt-1", "version": "$Latest" } }), "launch_template.version: The version"),
        (json!({ "launch_template": { "id": "lt-1", "version": "1" }, "disk_size": 50 }), "disk_size: A disk beside"),
        (json!({ "ami_type": "AL3" }), "ami_type: Invalid value"),
        (json!({ "ami_type": "CUSTOM" }), "ami_type: No image of one's own"),
        (json!({ "tags": { "parapet:x": "y" } }), "tags[\"parapet:x\"]: Reserved tag"),
        (json!({ "on_breach": "ignore" }), "on_breach: Invalid value"),
        (json!({ "max_interruption_rate_percent": 1 }), "max_interruption_rate_percent: Invalid value"),
    ] {
        let text = harness.plan(TYPE, None, Some(&config(more.clone()))).await.unwrap_err().text();
        assert!(text.contains(expected), "{more}: {text}");
    }
}

#[tokio::test]
async fn without_aws_the_price_book_is_used_and_named() {
    let harness = offline().await;
    let planned = harness.plan(TYPE, None, Some(&config(json!({ "labels": UNKNOWN })))).await.unwrap();
    let types = format!("{}", planned.value.attribute("selected_instance_types"));
    assert!(types.contains("on demand: "), "{types}");
    assert!(!types.contains("Spot: "), "nobody knows Spot prices here: {types}");
    assert!(planned.value.attribute("estimated_monthly_usd").is_null(), "unknown is not zero");
    let warnings = format!("{:?}", planned.warnings);
    assert!(warnings.contains("On-demand prices are those of the price book"), "{warnings}");
    // With a floor, what is not known does not pass.
    let refused = harness.plan(TYPE, None, Some(&config(json!({ "min_savings_percent": 30 })))).await.unwrap_err();
    assert!(refused.text().contains("Spot price unknown"), "{}", refused.text());
}

#[tokio::test]
async fn a_choice_that_waits_for_something_is_unknown() {
    let harness = offline().await;
    let either = json!({ "instance_requirements": { "burstable": "included" }, "instance_types": UNKNOWN });
    let types = json!({ "instance_requirements": null, "instance_types": UNKNOWN });
    for more in [json!({ "subnet_ids": UNKNOWN }), types, either] {
        let planned = harness.plan(TYPE, None, Some(&config(more.clone()))).await.unwrap();
        let unknown = |name: &str| planned.value.attribute(name).is_unknown();
        assert!(unknown("selected_instance_types") && unknown("selection_hash") && unknown("ami_type"), "{more}");
        assert_eq!(planned.value.attribute("generation").to_string(), "1");
    }
}

#[tokio::test]
async fn named_types_are_taken_as_they_are() {
    let harness = offline().await;
    let named = |types: &[&str]| config(json!({ "instance_requirements": null, "instance_types": types }));
    let planned = harness.plan(TYPE, None, Some(&named(&["m5.xlarge", "m6i.xlarge"]))).await.unwrap();
    let rows = planned.value.attribute("selected_instance_types").to_string();
    assert!(rows.contains("m5.xlarge") && rows.contains("m6i.xlarge") && !rows.contains("m7i"), "{rows}");
    let refused = harness.plan(TYPE, None, Some(&named(&["m5.xlarge", "c5.xlarge"]))).await.unwrap_err().text();
    assert!(refused.contains("equal vCPU, memory"), "{refused}");
    let refused = harness.plan(TYPE, None, Some(&named(&["m5.xlarge", "m99.xlarge"]))).await.unwrap_err().text();
    assert!(refused.contains("No instance types fulfil the requirements"), "{refused}");
}
