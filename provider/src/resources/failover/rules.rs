//! Rules between the arguments of a failover.

use tfplugin::prelude::*;

use super::model::{Failover, FailoverPaths};

pub(super) fn check(config: View<'_, Failover>, problems: &mut Problems) {
    let paths = Failover::paths();
    if let Known::Value(regions) = config.get(&paths.region) {
        for (index, site) in regions.iter().enumerate() {
            let fields = paths.region.index(index).fields();
            if regions.iter().take(index).any(|other| other.name == site.name) {
                problems.error(
                    &fields.name,
                    "Two blocks for one region",
                    format!("{} stands in another `region` block.", site.name),
                );
            }
            match (&site.db_instance_identifier, &site.db_cluster_arn) {
                (Some(_), None) | (None, Some(_)) => {}
                _ => problems.error(
                    &fields.name,
                    "A region has one database",
                    "Set exactly one of `db_instance_identifier` and `db_cluster_arn`.",
                ),
            }
        }
        let instances = regions.iter().filter(|site| site.db_instance_identifier.is_some()).count();
        if instances != 0 && instances != regions.len() {
            problems.error(
                &paths.region,
                "Instances and clusters do not mix",
                "All regions name an RDS instance, or all an Aurora cluster.",
            );
        }
        if let Known::Value(active) = config.get(&paths.active_region)
            && !regions.iter().any(|site| site.name == active)
        {
            problems.error(
                &paths.active_region,
                "No such region",
                format!("There is no `region` block with name = {active:?}."),
            );
        }
    }
    check_traffic(config, &paths, problems);
    check_targets(config, &paths, problems);
}

fn check_traffic(config: View<'_, Failover>, paths: &FailoverPaths, problems: &mut Problems) {
    let traffic = paths.traffic.fields();
    if let Known::Value(steps) = config.get(&traffic.dial_steps) {
        let rising = steps.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        if !rising || steps.last() != Some(&100) || steps.first().is_none_or(|first| *first < 1) {
            problems.error(
                &traffic.dial_steps,
                "Dial steps that do not lead to 100",
                "Give rising percentages from 1 on that end with 100, such as [10, 50, 100].",
            );
        }
    }
    let fencing = paths.fencing.fields();
    let mode = config.get(&fencing.mode);
    if mode == Known::Value("none".to_owned()) && config.get(&fencing.required) == Known::Value(true) {
        problems.error(
            &fencing.required,
            "No fence is required and required",
            "Choose a `mode`, or set `required = false`.",
        );
    }
    if mode == Known::Value("remove_endpoints".to_owned())
        && let Known::Value(regions) = config.get(&paths.region)
    {
        for (index, _) in regions.iter().enumerate().filter(|(_, site)| site.endpoint_group_arn.is_none()) {
            problems.error(
                &paths.region.index(index).fields().name,
                "No endpoints to remove",
                "The fence `remove_endpoints` needs `endpoint_group_arn` in every region.",
            );
        }
    }
}

/// Blocks in which exactly one of two arguments is set.
fn check_targets(config: View<'_, Failover>, paths: &FailoverPaths, problems: &mut Problems) {
    let (coordination, evidence) = (paths.coordination.fields(), paths.evidence.fields());
    let count = |fields: [&tfplugin::path::Field<Option<String>>; 2]| {
        fields.into_iter().filter(|field| config.get(field) != Known::Null).count()
    };
    let recorded = config.get(&paths.coordination) != Known::Null;
    if recorded && count([&coordination.dynamodb_table, &coordination.s3_bucket]) != 1 {
        problems.error(
            &coordination.dynamodb_table,
            "One place is needed",
            "Set exactly one of `dynamodb_table` and `s3_bucket`.",
        );
    }
    let witnessed = config.get(&paths.evidence) != Known::Null;
    if witnessed && count([&evidence.path, &evidence.s3_bucket]) != 1 {
        problems.error(&evidence.path, "One place is needed", "Set exactly one of `path` and `s3_bucket`.");
    }
}
