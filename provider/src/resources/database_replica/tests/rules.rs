use serde_json::json;
use tfplugin::testing::UNKNOWN;

use super::{SOURCE, TYPE, config, offline};

#[tokio::test]
async fn mistakes_are_found_at_their_place() {
    let harness = offline().await;
    for (more, expected) in [
        (json!({ "identifier": "Orders" }), "identifier: Invalid value"),
        (json!({ "source_db_instance_arn": "orders" }), "source_db_instance_arn: Invalid value"),
        (json!({ "region": "eu-west-1" }), "region: The replica is in the region of its source"),
        (
            json!({ "kms_key_id": "arn:aws:kms:eu-west-1:123456789012:key/1234" }),
            "kms_key_id: The key is in another region: The key is in eu-west-1, but the replica in us-east-2",
        ),
        (json!({ "instance_class": "r6g.large" }), "instance_class: Invalid value"),
        (json!({ "backup_retention_period": 0 }), "backup_retention_period: Invalid value"),
        (json!({ "backup_retention_period": 36 }), "backup_retention_period: Invalid value"),
        (json!({ "monitoring_interval": 20, "monitoring_role_arn": "r" }), "monitoring_interval: Invalid value"),
        (json!({ "monitoring_interval": 60 }), "monitoring_role_arn: Enhanced monitoring without a role"),
        (
            json!({ "performance_insights_retention_period": 7 }),
            "performance_insights_retention_period: Performance Insights is off",
        ),
        (
            json!({ "performance_insights_enabled": true, "performance_insights_retention_period": 30 }),
            "performance_insights_retention_period: Invalid value",
        ),
        (json!({ "port": 80 }), "port: Invalid value"),
        (json!({ "final_snapshot_identifier": "last-" }), "final_snapshot_identifier: Invalid value"),
        (json!({ "tags": { "aws:x": "y" } }), "tags[\"aws:x\"]: Reserved tag"),
        (json!({ "timeouts": { "update": "1d" } }), "timeouts.update: Invalid value"),
    ] {
        let text = harness.plan(TYPE, None, Some(&config(more.clone()))).await.unwrap_err().text();
        assert!(text.contains(expected), "{more}: {text}");
        assert_eq!(text.lines().count(), 1, "{text}");
    }
}

#[tokio::test]
async fn a_plan_needs_no_source_that_can_be_read() {
    let harness = offline().await;
    for more in [
        json!({ "source_db_instance_arn": SOURCE }),
        json!({ "source_db_instance_arn": UNKNOWN, "kms_key_id": UNKNOWN, "monitoring_interval": UNKNOWN }),
        json!({ "monitoring_interval": 60, "monitoring_role_arn": UNKNOWN, "kms_key_id": "alias/orders" }),
        json!({ "performance_insights_enabled": UNKNOWN, "performance_insights_retention_period": 62 }),
    ] {
        harness.plan(TYPE, None, Some(&config(more))).await.unwrap();
    }
}
