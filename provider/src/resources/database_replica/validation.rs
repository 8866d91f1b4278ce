//! Rules between the arguments of a replica, checked while values may be unknown.

use tfplugin::prelude::*;

use super::model::{DatabaseReplica, InstanceArn};
use crate::aws::check_tags;

pub(super) fn check(config: View<'_, DatabaseReplica>, problems: &mut Problems) {
    let paths = DatabaseReplica::paths();
    check_tags(config, &paths.tags, problems);
    check_regions(config, problems);
    let monitored = matches!(config.get(&paths.monitoring_interval), Known::Value(seconds) if seconds > 0);
    if monitored && config.get(&paths.monitoring_role_arn) == Known::Null {
        problems.error(
            &paths.monitoring_role_arn,
            "Enhanced monitoring without a role",
            "Set `monitoring_role_arn` to a role that may write to CloudWatch, or `monitoring_interval` to 0.",
        );
    }
    let off = matches!(config.get(&paths.performance_insights_enabled), Known::Null | Known::Value(false));
    if off {
        let detail = "Set `performance_insights_enabled = true`, or leave this out.";
        if matches!(config.get(&paths.performance_insights_kms_key_id), Known::Value(_)) {
            problems.error(&paths.performance_insights_kms_key_id, "Performance Insights is off", detail);
        }
        if matches!(config.get(&paths.performance_insights_retention_period), Known::Value(_)) {
            problems.error(&paths.performance_insights_retention_period, "Performance Insights is off", detail);
        }
    }
    if let Known::Value(days) = config.get(&paths.performance_insights_retention_period)
        && !(days == 7 || days == 731 || days % 31 == 0)
    {
        problems.error(
            &paths.performance_insights_retention_period,
            "Invalid value",
            format!("Performance Insights keeps 7 days, a multiple of 31 days, or 731 days; {days} is none of these."),
        );
    }
}

fn check_regions(config: View<'_, DatabaseReplica>, problems: &mut Problems) {
    let paths = DatabaseReplica::paths();
    let Known::Value(region) = config.get(&paths.region) else { return };
    if let Known::Value(source) = config.get(&paths.source_db_instance_arn)
        && InstanceArn::parse(&source).is_some_and(|source| source.region == region)
    {
        problems.error(
            &paths.region,
            "The replica is in the region of its source",
            format!("{source} is in {region} as well. A replica that shall survive the region is in another one."),
        );
    }
    if let Known::Value(key) = config.get(&paths.kms_key_id)
        && let Some(of) = key.strip_prefix("arn:").and_then(|rest| rest.split(':').nth(2))
        && of != region
    {
        problems.error(
            &paths.kms_key_id,
            "The key is in another region",
            format!("The key is in {of}, but the replica in {region}. Use a key of {region}."),
        );
    }
}
