//! What a group looks like from outside, for refresh and adoption. Nothing here changes anything, and a region that does not answer is no
//! error: the rest is still worth knowing.

use tfplugin::prelude::*;

use super::FAILING_OVER;
use super::database::{self, Database, Seen};
use super::model::{Failover, Site};
use super::traffic;
use crate::aws::Aws;

/// What was seen.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Observation {
    /// Region that writes, where it can be told.
    pub(super) writer: Option<String>,
    /// Value of `status`.
    pub(super) status: &'static str,
    /// Value of `status_reason`.
    pub(super) reason: String,
    /// Region that was made the writer by somebody else: drift of `active_region`.
    pub(super) failed_over_by_hand: Option<String>,
    /// Epoch of the failover that did so, where it was one of Parapet's that the state knows nothing of.
    pub(super) epoch: Option<i64>,
}

/// Looks at the databases of all regions, and where more than one could write, at the traffic.
pub(super) async fn observe(aws: &Aws, group: &Failover) -> Result<Observation> {
    let mut sites = Vec::new();
    for site in &group.region {
        sites.push((site, database::look(aws, site).await?));
    }
    let epoch = group.epoch.known().copied().unwrap_or(1);
    let several = sites.iter().filter(|(_, seen)| is_writer(seen)).count() > 1;
    let busiest = if several { busiest(aws, &group.region).await } else { None };
    Ok(judge(&group.active_region, epoch, &sites, busiest.as_deref()))
}

fn is_writer(seen: &Seen<Database>) -> bool {
    seen.there().is_some_and(Database::is_writer)
}

/// The region with the highest dial, where one is higher than all others.
async fn busiest(aws: &Aws, sites: &[Site]) -> Option<String> {
    let mut dials: Vec<(f64, &str)> = Vec::new();
    for site in sites {
        let group = traffic::endpoint_group(aws, site.endpoint_group_arn.as_deref()?).await.ok()?;
        dials.push((group.dial, &site.name));
    }
    dials.sort_by(|a, b| b.0.total_cmp(&a.0));
    match dials.as_slice() {
        [(first, region), (second, _), ..] if first > second => Some((*region).to_owned()),
        _ => None,
    }
}

fn judge(active: &str, epoch: i64, sites: &[(&Site, Seen<Database>)], busiest: Option<&str>) -> Observation {
    let silent: Vec<&str> = sites
        .iter()
        .filter(|(_, seen)| matches!(seen, Seen::Unreachable(_)))
        .map(|(site, _)| site.name.as_str())
        .collect();
    let writers: Vec<&str> =
        sites.iter().filter(|(_, seen)| is_writer(seen)).map(|(site, _)| site.name.as_str()).collect();
    let running = sites.iter().find_map(|(site, seen)| {
        let mark = seen.there()?.mark.as_ref()?;
        (mark.epoch > epoch && !mark.complete && mark.to == site.name && mark.from == active).then_some(mark)
    });
    let observation = |writer: Option<&str>, status, reason: String| Observation {
        writer: writer.map(str::to_owned),
        status,
        reason,
        failed_over_by_hand: None,
        epoch: None,
    };
    let elsewhere = |writer: &str, what: &str| {
        let mark = sites.iter().find(|(site, _)| site.name == writer).and_then(|(_, seen)| seen.there()?.mark.as_ref());
        let finished = mark.filter(|mark| mark.complete && mark.epoch > epoch && mark.to == writer);
        let how = finished.map_or_else(
            || "it was made the writer outside of Terraform".to_owned(),
            |mark| format!("failover {} made it the writer, which is not in this state", mark.epoch),
        );
        Observation {
            failed_over_by_hand: Some(writer.to_owned()),
            epoch: finished.map(|mark| mark.epoch),
            ..observation(Some(writer), "active", format!("{writer} {what}: {how}"))
        }
    };
    if let Some(mark) = running {
        let reason =
            format!("failover {} from {} to {} was interrupted: apply again to go on", mark.epoch, mark.from, mark.to);
        let writer = if writers.contains(&mark.to.as_str()) { Some(mark.to.as_str()) } else { Some(active) };
        return observation(writer, FAILING_OVER, reason);
    }
    if !silent.is_empty() {
        // The last values stay: what does not answer may be anything.
        return observation(None, "unknown", format!("no answer from {}", silent.join(", ")));
    }
    let others: Vec<&str> = writers.iter().copied().filter(|writer| *writer != active).collect();
    match (writers.contains(&active), others.as_slice()) {
        (true, []) => observation(Some(active), "active", format!("{active} writes")),
        (false, [only]) => elsewhere(only, "writes"),
        // After a failover the old writer is still a writer that nobody uses, until it is rebuilt as a replica.
        (true, _) if busiest.is_none_or(|region| region == active) => observation(
            Some(active),
            "active",
            format!("{active} writes; {} could write too and is to be rebuilt as a replica", others.join(", ")),
        ),
        (true, _) => match busiest.filter(|region| others.contains(region)) {
            Some(busiest) => elsewhere(busiest, "gets the traffic"),
            None => observation(
                None,
                "split",
                format!("{} could all write, and {} gets the traffic", writers.join(", "), busiest.unwrap_or_default()),
            ),
        },
        (false, []) => observation(None, "unknown", "no database of the group writes".to_owned()),
        (false, several) => observation(None, "split", format!("{} could all write", several.join(", "))),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::database::Mark;
    use super::*;

    fn site(name: &str) -> Site {
        Site {
            name: name.into(),
            db_instance_identifier: Some("db".into()),
            db_cluster_arn: None,
            endpoint_group_arn: None,
        }
    }

    pub(in super::super) fn database(source: Option<&str>) -> Seen<Database> {
        Seen::There(Database {
            arn: "arn".into(),
            status: "available".into(),
            source: source.map(str::to_owned),
            class: "db.r6g.large".into(),
            engine_version: "16.4".into(),
            kms_key_id: None,
            subnet_group: None,
            security_groups: vec![],
            vpc_id: None,
            multi_az: false,
            backup_retention_period: 7,
            pending: false,
            mark: None,
            fenced: vec![],
            global_cluster: None,
        })
    }

    fn marked(mark: Mark) -> Seen<Database> {
        match database(None) {
            Seen::There(database) => Seen::There(Database { mark: Some(mark), ..database }),
            other => other,
        }
    }

    fn judged(a: Seen<Database>, b: Seen<Database>, busiest: Option<&str>) -> Observation {
        let (site_a, site_b) = (site("a"), site("b"));
        judge("a", 1, &[(&site_a, a), (&site_b, b)], busiest)
    }

    #[test]
    fn the_writer_is_told_from_what_is_there() {
        let silent = || Seen::Unreachable("a does not answer".into());
        let ours = Mark { epoch: 2, from: "a".into(), to: "b".into(), complete: false };
        let cases = [
            (judged(database(None), database(Some("a")), None), Some("a"), "active", None),
            (judged(database(Some("b")), database(None), None), Some("b"), "active", Some("b")),
            (judged(silent(), database(Some("a")), None), None, "unknown", None),
            (judged(silent(), database(None), None), None, "unknown", None),
            (judged(database(None), database(None), None), Some("a"), "active", None),
            (judged(database(None), database(None), Some("a")), Some("a"), "active", None),
            (judged(database(None), database(None), Some("b")), Some("b"), "active", Some("b")),
            (judged(Seen::Gone, Seen::Gone, None), None, "unknown", None),
            (judged(database(None), marked(ours.clone()), Some("b")), Some("b"), "failing_over", None),
            (judged(silent(), marked(ours.clone()), None), Some("b"), "failing_over", None),
            (judged(database(None), marked(Mark { complete: true, ..ours.clone() }), None), Some("a"), "active", None),
        ];
        for (index, (observed, writer, status, by_hand)) in cases.into_iter().enumerate() {
            assert_eq!(observed.writer.as_deref(), writer, "case {index}");
            assert_eq!(observed.status, status, "case {index}");
            assert_eq!(observed.failed_over_by_hand.as_deref(), by_hand, "case {index}");
        }
    }

    #[test]
    fn a_failover_that_another_state_finished_has_its_epoch() {
        let complete = Mark { epoch: 2, from: "a".into(), to: "b".into(), complete: true };
        let seen = judged(database(None), marked(complete.clone()), Some("b"));
        assert_eq!((seen.failed_over_by_hand.as_deref(), seen.epoch), (Some("b"), Some(2)));
        let known = judged(database(None), marked(Mark { epoch: 1, ..complete }), Some("b"));
        assert_eq!((known.failed_over_by_hand.as_deref(), known.epoch), (Some("b"), None));
        // The traffic is somewhere that no database writes.
        let lost = judged(database(None), database(None), Some("c"));
        assert_eq!((lost.status, lost.failed_over_by_hand), ("split", None));
    }
}
