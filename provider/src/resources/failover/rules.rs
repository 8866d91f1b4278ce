//! Rules between the arguments of a failover, and of what rehearses or gives one up. Checked as far as values are known: ARNs are not
//! while the stack is planned for the first time.

use tfplugin::model::Model;
use tfplugin::path::Field;
use tfplugin::prelude::*;
use tfplugin::value::Value;

use super::model::{CoordinationPaths, EvidenceTarget, Failover, Fencing, Site, SitePaths, Traffic};

pub(super) fn check(config: View<'_, Failover>, problems: &mut Problems) {
    let paths = Failover::paths();
    regions(config, &paths.region, Some(&paths.active_region), problems);
    traffic(config, &paths.traffic, &paths.region, problems);
    fencing(config, &paths.fencing, &paths.region, problems);
    if config.get(&paths.coordination) != Known::Null {
        coordination(config, &paths.coordination.fields(), problems);
    }
    evidence(config, &paths.evidence, problems);
}

/// Paths of the `region` blocks; none while it is not known how many there are.
fn blocks<M: Model>(config: View<'_, M>, region: &Field<Vec<Site>>) -> Vec<SitePaths> {
    match config.raw(region.path()) {
        Value::List(items) => (0..items.len()).map(|index| region.index(index).fields()).collect(),
        _ => Vec::new(),
    }
}

/// Every region once, each with one database, all of a kind; the active one among them.
pub(crate) fn regions<M: Model>(
    config: View<'_, M>,
    region: &Field<Vec<Site>>,
    active: Option<&Field<String>>,
    problems: &mut Problems,
) {
    let blocks = blocks(config, region);
    let mut names: Vec<Known<String>> = Vec::new();
    let (mut instances, mut clusters) = (0_usize, 0_usize);
    for site in &blocks {
        let name = config.get(&site.name);
        if let Known::Value(name) = &name
            && names.iter().any(|other| *other == Known::Value(name.clone()))
        {
            let detail = format!("{name} stands in another `region` block.");
            problems.error(&site.name, "Two blocks for one region", detail);
        }
        names.push(name);
        let given = |field: &Field<Option<String>>| config.get(field) != Known::Null;
        match (given(&site.db_instance_identifier), given(&site.db_cluster_arn)) {
            (true, false) => instances += 1,
            (false, true) => clusters += 1,
            _ => problems.error(
                &site.name,
                "A region has one database",
                "Set exactly one of `db_instance_identifier` and `db_cluster_arn`.",
            ),
        }
    }
    if instances > 0 && clusters > 0 {
        problems.error(
            region,
            "Instances and clusters do not mix",
            "All regions name an RDS instance, or all an Aurora cluster.",
        );
    }
    let Some(active) = active else { return };
    if let Known::Value(named) = config.get(active) {
        let may_be = |name: &Known<String>| *name == Known::Unknown || *name == Known::Value(named.clone());
        if !blocks.is_empty() && !names.iter().any(may_be) {
            problems.error(active, "No such region", format!("There is no `region` block with name = {named:?}."));
        }
    }
}

/// Dials that rise to 100, and endpoint groups to turn them at.
pub(crate) fn traffic<M: Model>(
    config: View<'_, M>,
    traffic: &Field<Option<Traffic>>,
    region: &Field<Vec<Site>>,
    problems: &mut Problems,
) {
    if config.get(traffic) == Known::Null {
        return;
    }
    let fields = traffic.fields();
    if let Known::Value(steps) = config.get(&fields.dial_steps) {
        let rising = steps.windows(2).all(|pair| matches!(pair, [a, b] if a < b));
        if !rising || steps.last() != Some(&100) || steps.first().is_none_or(|first| *first < 1) {
            problems.error(
                &fields.dial_steps,
                "Dial steps that do not lead to 100",
                "Give rising percentages from 1 on that end with 100, such as [10, 50, 100].",
            );
        }
    }
    need_endpoint_groups(config, region, "No traffic to move", "`traffic`", problems);
}

/// A fence that can be put up in every region.
pub(crate) fn fencing<M: Model>(
    config: View<'_, M>,
    fencing: &Field<Option<Fencing>>,
    region: &Field<Vec<Site>>,
    problems: &mut Problems,
) {
    let fields = fencing.fields();
    let mode = config.get(&fields.mode);
    if mode == Known::Value("none".to_owned()) && config.get(&fields.required) == Known::Value(true) {
        problems.error(
            &fields.required,
            "No fence is required and required",
            "Choose a `mode`, or set `required = false`.",
        );
    }
    if mode == Known::Value("remove_endpoints".to_owned()) {
        need_endpoint_groups(config, region, "No endpoints to remove", "The fence `remove_endpoints`", problems);
    }
}

fn need_endpoint_groups<M: Model>(
    config: View<'_, M>,
    region: &Field<Vec<Site>>,
    summary: &str,
    who: &str,
    problems: &mut Problems,
) {
    let blocks = blocks(config, region);
    for site in blocks.iter().filter(|site| config.get(&site.endpoint_group_arn) == Known::Null) {
        problems.error(&site.name, summary, format!("{who} needs `endpoint_group_arn` in every region."));
    }
}

/// One place for records.
pub(crate) fn coordination<M: Model>(config: View<'_, M>, fields: &CoordinationPaths, problems: &mut Problems) {
    one_place(config, [&fields.dynamodb_table, &fields.s3_bucket], ["dynamodb_table", "s3_bucket"], problems);
}

/// One place for evidence, where there is to be any.
pub(crate) fn evidence<M: Model>(
    config: View<'_, M>,
    evidence: &Field<Option<EvidenceTarget>>,
    problems: &mut Problems,
) {
    if config.get(evidence) != Known::Null {
        let fields = evidence.fields();
        one_place(config, [&fields.path, &fields.s3_bucket], ["path", "s3_bucket"], problems);
    }
}

/// Exactly one of two arguments is set.
fn one_place<M: Model>(
    config: View<'_, M>,
    fields: [&Field<Option<String>>; 2],
    names: [&str; 2],
    problems: &mut Problems,
) {
    let [first, second] = fields;
    let given = [config.get(first), config.get(second)];
    // What is not known yet may be either: Terraform validates with variables and resources unknown.
    if given.contains(&Known::Unknown) {
        return;
    }
    let [is_first, is_second] = given.map(|value| value != Known::Null);
    if is_first == is_second {
        let [one, other] = names;
        problems.error(first, "One place is needed", format!("Set exactly one of `{one}` and `{other}`."));
    }
}
