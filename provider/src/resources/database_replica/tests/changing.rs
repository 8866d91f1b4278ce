use aws_sdk_rds::types::{DbInstance, PendingModifiedValues, Tag, VpcSecurityGroupMembership};
use tfplugin::model::{Computed, Set};

use super::{DatabaseReplica, SOURCE, observed, remote};
use crate::resources::database_replica::modification::Modification;

fn groups(ids: &[&str]) -> Computed<Set<String>> {
    Computed::Known(ids.iter().map(|&id| id.to_owned()).collect())
}

fn member(id: &str) -> VpcSecurityGroupMembership {
    VpcSecurityGroupMembership::builder().vpc_security_group_id(id).build()
}

/// What would be sent, as text.
fn sent(plan: &DatabaseReplica, remote: &DbInstance, prior: &DatabaseReplica) -> String {
    let modification = Modification::new(plan, remote, Some(prior));
    if modification.is_empty() { "nothing".to_owned() } else { format!("{modification:?}") }
}

#[test]
fn an_import_and_a_second_look_agree() {
    for role in ["replica", "primary"] {
        let remote = remote(role, |builder| builder.monitoring_interval(60).monitoring_role_arn("r"));
        let imported = observed(&remote, None);
        assert_eq!(imported.role, Computed::Known(role.to_owned()));
        assert_eq!(imported.source_db_instance_arn, if role == "replica" { SOURCE } else { "" });
        assert_eq!(imported.endpoint.known().unwrap(), "orders-replica.x.us-east-2.rds.amazonaws.com:5432");
        assert_eq!(format!("{:?}", observed(&remote, Some(&imported))), format!("{imported:?}"));
        assert_eq!(sent(&imported, &remote, &imported), "nothing");
    }
}

#[test]
fn a_promotion_changes_the_role_alone() {
    let prior = observed(&remote("replica", |builder| builder), None);
    let raised = remote("primary", |builder| builder.backup_retention_period(30).multi_az(true));
    let seen = observed(&raised, Some(&prior));
    let expected = DatabaseReplica { role: Computed::Known("primary".to_owned()), ..prior.clone() };
    assert_eq!(format!("{seen:?}"), format!("{expected:?}"));
    // A change of something else does not take back what was raised either.
    let mut plan = seen.clone();
    plan.instance_class = Computed::Known("db.r6g.xlarge".to_owned());
    let change = sent(&plan, &raised, &seen);
    assert!(change.contains("db.r6g.xlarge") && change.contains("backup_retention_period: None"), "{change}");
    assert!(change.contains("multi_az: None"), "{change}");
    // What the configuration raises further is sent; what was seen may be lowered.
    plan.backup_retention_period = 35;
    assert!(sent(&plan, &raised, &seen).contains("backup_retention_period: Some(35)"));
    let agreed = DatabaseReplica { backup_retention_period: 30, multi_az: true, ..seen };
    plan.backup_retention_period = 7;
    let change = sent(&plan, &raised, &agreed);
    assert!(
        change.contains("backup_retention_period: Some(7)") && change.contains("multi_az: Some(false)"),
        "{change}"
    );
}

#[test]
fn drift_of_a_replica_and_lower_values_of_a_primary_are_seen() {
    let prior = observed(&remote("replica", |builder| builder), None);
    for (role, days, expected) in [("replica", 30, 30), ("replica", 1, 1), ("primary", 30, 7), ("primary", 0, 0)] {
        let seen = observed(&remote(role, |builder| builder.backup_retention_period(days)), Some(&prior));
        assert_eq!(seen.backup_retention_period, expected, "{role} {days}");
    }
    let moved = remote("replica", |builder| builder.read_replica_source_db_instance_identifier("arn:other"));
    assert_eq!(observed(&moved, Some(&prior)).source_db_instance_arn, "arn:other");
    let short = remote("replica", |builder| builder.read_replica_source_db_instance_identifier("orders"));
    assert_eq!(observed(&short, Some(&prior)).source_db_instance_arn, SOURCE);
}

#[test]
fn what_waits_for_the_maintenance_window_is_no_drift() {
    let prior = observed(&remote("replica", |builder| builder), None);
    let mut plan = prior.clone();
    plan.instance_class = Computed::Known("db.r6g.xlarge".to_owned());
    let pending = PendingModifiedValues::builder().db_instance_class("db.r6g.xlarge").build();
    let remote = remote("replica", |builder| builder.pending_modified_values(pending.clone()));
    let seen = observed(&remote, Some(&plan));
    assert_eq!(seen.instance_class, plan.instance_class);
    assert_eq!(sent(&plan, &remote, &prior), "nothing", "it has been asked for already");
}

#[test]
fn names_of_keys_are_kept_as_configured() {
    let prior = observed(&remote("replica", |builder| builder), None);
    for key in ["alias/orders", "1234"] {
        let configured = DatabaseReplica { kms_key_id: Computed::Known(key.to_owned()), ..prior.clone() };
        let seen = observed(&remote("replica", |builder| builder), Some(&configured));
        assert_eq!(seen.kms_key_id, configured.kms_key_id, "{key}");
    }
}

#[test]
fn performance_insights_are_shown_as_far_as_they_were_asked_for() {
    let with_insights = || {
        remote("replica", |builder| {
            builder
                .performance_insights_enabled(true)
                .performance_insights_kms_key_id("arn:aws:kms:us-east-2:1:key/5678")
                .performance_insights_retention_period(31)
        })
    };
    let mut prior = observed(&with_insights(), None);
    assert_eq!((&prior.performance_insights_kms_key_id, prior.performance_insights_retention_period), (&None, None));
    assert_eq!(sent(&prior, &with_insights(), &prior), "nothing");
    for (configured, shown) in
        [("5678", "5678"), ("alias/insights", "alias/insights"), ("other", "arn:aws:kms:us-east-2:1:key/5678")]
    {
        prior.performance_insights_kms_key_id = Some(configured.to_owned());
        prior.performance_insights_retention_period = Some(7);
        let seen = observed(&with_insights(), Some(&prior));
        assert_eq!(seen.performance_insights_kms_key_id.as_deref(), Some(shown));
        assert_eq!(seen.performance_insights_retention_period, Some(31));
    }
}

#[test]
fn only_what_differs_is_sent() {
    let prior = observed(&remote("replica", |builder| builder), None);
    let mut plan = prior.clone();
    plan.vpc_security_group_ids = groups(&["sg-1", "sg-2"]);
    plan.performance_insights_enabled = true;
    plan.monitoring_role_arn = Some("role".to_owned());
    let has = remote("replica", |builder| {
        builder
            .vpc_security_groups(member("sg-2"))
            .vpc_security_groups(member("sg-1"))
            .performance_insights_enabled(true)
    });
    assert_eq!(sent(&plan, &has, &prior), "nothing", "a role without monitoring is only noted");
    plan.monitoring_interval = 60;
    let change = sent(&plan, &has, &prior);
    assert!(change.contains("monitoring: Some((60, Some(\"role\")))") && change.contains("insights: None"), "{change}");
    plan.performance_insights_enabled = false;
    plan.vpc_security_group_ids = groups(&["sg-3"]);
    let change = sent(&plan, &has, &prior);
    assert!(change.contains("insights: Some(Insights { enabled: false, key: None, retention: None })"), "{change}");
    assert!(change.contains("security_groups: Some([\"sg-3\"])"), "{change}");
}

#[test]
fn a_fence_is_neither_seen_nor_taken_down() {
    let open = remote("primary", |builder| builder.vpc_security_groups(member("sg-1")));
    let prior = observed(&open, None);
    let tag = Tag::builder().key("parapet:fenced").value("us-east-2").build();
    let fenced = remote("primary", |builder| builder.vpc_security_groups(member("sg-fence")).tag_list(tag.clone()));
    let seen = observed(&fenced, Some(&prior));
    assert_eq!((&seen.vpc_security_group_ids, &seen.tags_all), (&prior.vpc_security_group_ids, &prior.tags_all));
    assert_eq!(sent(&prior, &fenced, &prior), "nothing");
    let drifted = remote("primary", |builder| builder.vpc_security_groups(member("sg-fence")));
    assert_eq!(observed(&drifted, Some(&prior)).vpc_security_group_ids, groups(&["sg-fence"]));
}
