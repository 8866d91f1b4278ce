//! The databases of a failover group: RDS instances with cross-region replicas, or members of an Aurora global cluster.

use std::time::{Duration, Instant};

use tfplugin::prelude::*;

use super::model::Site;
use crate::aws::{Aws, AwsResult, Deadline, FENCED, Progress, Setback, is_unreachable, until};

/// Tag that marks a database while a failover to it is under way, and afterwards which one it was.
const TAG: &str = "parapet:failover";

/// What can be said of something in a region.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Seen<T> {
    /// It is there.
    There(T),
    /// The region answers, and it is not there.
    Gone,
    /// The region does not answer.
    Unreachable(String),
}

impl<T> Seen<T> {
    pub(crate) fn there(&self) -> Option<&T> {
        if let Self::There(thing) = self { Some(thing) } else { None }
    }
}

/// One database as AWS describes it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Database {
    pub(crate) arn: String,
    /// `available`, `backing-up`, `modifying`, ...
    pub(crate) status: String,
    /// What it replicates: identifier or ARN; none for a writer.
    pub(crate) source: Option<String>,
    pub(crate) class: String,
    pub(crate) engine_version: String,
    pub(crate) kms_key_id: Option<String>,
    pub(crate) subnet_group: Option<String>,
    pub(crate) security_groups: Vec<String>,
    pub(crate) vpc_id: Option<String>,
    pub(crate) multi_az: bool,
    pub(crate) backup_retention_period: i32,
    /// Changes that are not in effect yet.
    pub(crate) pending: bool,
    /// Value of [`TAG`].
    pub(crate) mark: Option<Mark>,
    /// Security groups from before a fence that is up, where a fence has noted them.
    pub(crate) fenced: Vec<String>,
    /// Global cluster it belongs to. Aurora only.
    pub(crate) global_cluster: Option<String>,
}

impl Database {
    pub(crate) fn is_writer(&self) -> bool {
        self.source.is_none()
    }
}

/// The mark a failover leaves on the database it promotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) epoch: i64,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) complete: bool,
}

impl Mark {
    fn text(&self) -> String {
        let state = if self.complete { "complete" } else { "running" };
        format!("epoch={} from={} to={} state={state}", self.epoch, self.from, self.to)
    }

    fn parse(text: &str) -> Option<Self> {
        let part = |name: &str| text.split(' ').find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        Some(Self {
            epoch: part("epoch")?.parse().ok()?,
            from: part("from")?.to_owned(),
            to: part("to")?.to_owned(),
            complete: part("state")? == "complete",
        })
    }
}

/// Looks at the database of a site.
pub(crate) async fn look(aws: &Aws, site: &Site) -> Result<Seen<Database>> {
    match (&site.db_instance_identifier, &site.db_cluster_arn) {
        (Some(identifier), _) => instance(aws, &site.name, identifier).await,
        (None, Some(arn)) => cluster(aws, &site.name, arn).await,
        (None, None) => Err(Error::new(format!("Region {} names no database", site.name))),
    }
}

async fn instance(aws: &Aws, region: &str, identifier: &str) -> Result<Seen<Database>> {
    let answer = aws.rds(region).describe_db_instances().db_instance_identifier(identifier).send().await;
    let described = match answer {
        Err(error) if is_unreachable(&error) => return Ok(Seen::Unreachable(format!("{region} does not answer"))),
        answer => answer.unless(&["DBInstanceNotFound", "DBInstanceNotFoundFault"], "reading the database")?,
    };
    let Some(found) = described.and_then(|answer| answer.db_instances.unwrap_or_default().into_iter().next()) else {
        return Ok(Seen::Gone);
    };
    let pending = found.pending_modified_values().is_some_and(|pending| {
        pending.multi_az.is_some() || pending.backup_retention_period.is_some() || pending.db_instance_class.is_some()
    });
    Ok(Seen::There(Database {
        arn: found.db_instance_arn().unwrap_or_default().to_owned(),
        status: found.db_instance_status().unwrap_or_default().to_owned(),
        source: found
            .read_replica_source_db_instance_identifier()
            .filter(|source| !source.is_empty())
            .map(str::to_owned),
        class: found.db_instance_class().unwrap_or_default().to_owned(),
        engine_version: found.engine_version().unwrap_or_default().to_owned(),
        kms_key_id: found.kms_key_id().map(str::to_owned),
        subnet_group: found.db_subnet_group().and_then(|group| group.db_subnet_group_name()).map(str::to_owned),
        security_groups: found
            .vpc_security_groups()
            .iter()
            .filter_map(|group| group.vpc_security_group_id())
            .map(str::to_owned)
            .collect(),
        vpc_id: found.db_subnet_group().and_then(|group| group.vpc_id()).map(str::to_owned),
        multi_az: found.multi_az().unwrap_or_default(),
        backup_retention_period: found.backup_retention_period().unwrap_or_default(),
        pending,
        mark: mark_in(found.tag_list()),
        fenced: fenced_in(found.tag_list()),
        global_cluster: None,
    }))
}

async fn cluster(aws: &Aws, region: &str, arn: &str) -> Result<Seen<Database>> {
    let answer = aws.rds(region).describe_db_clusters().db_cluster_identifier(arn).send().await;
    let described = match answer {
        Err(error) if is_unreachable(&error) => return Ok(Seen::Unreachable(format!("{region} does not answer"))),
        answer => answer.unless(&["DBClusterNotFoundFault", "DBClusterNotFound"], "reading the database cluster")?,
    };
    let Some(found) = described.and_then(|answer| answer.db_clusters.unwrap_or_default().into_iter().next()) else {
        return Ok(Seen::Gone);
    };
    let globals = aws.rds(region).describe_global_clusters().send().await.doing("reading the global database")?;
    let membership = globals.global_clusters().iter().find_map(|global| {
        let members = global.global_cluster_members();
        let member = members.iter().find(|member| member.db_cluster_arn() == Some(arn))?;
        let writer = members.iter().find(|member| member.is_writer() == Some(true)).and_then(|m| m.db_cluster_arn());
        Some((
            global.global_cluster_identifier()?.to_owned(),
            member.is_writer() == Some(true),
            writer.map(str::to_owned),
        ))
    });
    let (global_cluster, source) = match membership {
        Some((global, true, _)) => (Some(global), None),
        Some((global, false, writer)) => (Some(global), Some(writer.unwrap_or_else(|| "no writer".to_owned()))),
        None => (None, found.replication_source_identifier().filter(|source| !source.is_empty()).map(str::to_owned)),
    };
    Ok(Seen::There(Database {
        arn: arn.to_owned(),
        status: found.status().unwrap_or_default().to_owned(),
        source,
        class: found.db_cluster_instance_class().unwrap_or_default().to_owned(),
        engine_version: found.engine_version().unwrap_or_default().to_owned(),
        kms_key_id: found.kms_key_id().map(str::to_owned),
        subnet_group: found.db_subnet_group().map(str::to_owned),
        security_groups: found
            .vpc_security_groups()
            .iter()
            .filter_map(|group| group.vpc_security_group_id())
            .map(str::to_owned)
            .collect(),
        vpc_id: None,
        multi_az: found.multi_az().unwrap_or_default(),
        backup_retention_period: found.backup_retention_period().unwrap_or_default(),
        pending: false,
        mark: mark_in(found.tag_list()),
        fenced: fenced_in(found.tag_list()),
        global_cluster,
    }))
}

fn mark_in(tags: &[aws_sdk_rds::types::Tag]) -> Option<Mark> {
    tags.iter().find(|tag| tag.key() == Some(TAG)).and_then(|tag| Mark::parse(tag.value()?))
}

fn fenced_in(tags: &[aws_sdk_rds::types::Tag]) -> Vec<String> {
    let tag = tags.iter().find(|tag| tag.key() == Some(FENCED)).and_then(|tag| tag.value());
    tag.unwrap_or_default().split_whitespace().filter(|word| word.starts_with("sg-")).map(str::to_owned).collect()
}

/// Marks a database, so that an interrupted failover is recognised without any other record.
pub(crate) async fn mark(aws: &Aws, region: &str, arn: &str, mark: &Mark) -> Result<()> {
    let tag = aws_sdk_rds::types::Tag::builder().key(TAG).value(mark.text()).build();
    aws.rds(region).add_tags_to_resource().resource_name(arn).tags(tag).send().await.doing("marking the database")?;
    Ok(())
}

/// Takes the mark off.
pub(crate) async fn unmark(aws: &Aws, region: &str, arn: &str) -> Result<()> {
    aws.rds(region)
        .remove_tags_from_resource()
        .resource_name(arn)
        .tag_keys(TAG)
        .send()
        .await
        .doing("unmarking the database")?;
    Ok(())
}

/// Promotes the replica. `planned` is a change-over between two healthy regions; Aurora then loses nothing.
pub(crate) async fn promote(
    aws: &Aws,
    site: &Site,
    database: &Database,
    retention: Option<i64>,
    planned: bool,
) -> Result<()> {
    let rds = aws.rds(&site.name);
    if let Some(identifier) = &site.db_instance_identifier {
        let retention = retention.and_then(|days| i32::try_from(days).ok());
        rds.promote_read_replica()
            .db_instance_identifier(identifier)
            .set_backup_retention_period(retention)
            .send()
            .await
            .doing("promoting the replica")?;
        return Ok(());
    }
    let global = database.global_cluster.clone().ok_or_else(|| {
        Error::new("The cluster is in no global database").detail(format!("{} cannot be failed over to.", database.arn))
    })?;
    if planned {
        rds.switchover_global_cluster()
            .global_cluster_identifier(global)
            .target_db_cluster_identifier(&database.arn)
            .send()
            .await
            .doing("switching the global database over")?;
    } else {
        rds.failover_global_cluster()
            .global_cluster_identifier(global)
            .target_db_cluster_identifier(&database.arn)
            .allow_data_loss(true)
            .send()
            .await
            .doing("failing the global database over")?;
    }
    Ok(())
}

/// Longest time from a promotion that AWS has taken until the database shows it.
const PROMOTION_SHOWS: Duration = Duration::from_secs(30);

/// Whether a promotion that may have been asked for a moment ago was taken by AWS: looks until it shows, or would have.
pub(crate) async fn shows_promotion<C>(cx: &Context<C>, aws: &Aws, site: &Site) -> Result<bool> {
    let asked = Instant::now();
    loop {
        match look(aws, site).await? {
            Seen::There(database) if database.is_writer() || is_changing(&database.status) => return Ok(true),
            Seen::Unreachable(reason) => {
                return Err(Error::new("It cannot be told how far the failover is").detail(reason));
            }
            _ if asked.elapsed() >= PROMOTION_SHOWS => return Ok(false),
            _ => cx.sleep(Duration::from_millis(500)).await?,
        }
    }
}

/// States on the way from a replica to a writer, among others.
pub(crate) fn is_changing(status: &str) -> bool {
    matches!(status, "modifying" | "rebooting" | "promoting")
}

/// Waits until the database writes by itself: `available` alone is not enough, the source must be gone.
pub(crate) async fn promoted<C>(cx: &Context<C>, aws: &Aws, site: &Site, deadline: Deadline) -> Result<Database> {
    wait(cx, aws, site, deadline, "to be promoted", |database| database.is_writer() && database.status == "available")
        .await
}

/// Waits until nothing changes any more.
pub(crate) async fn settled<C>(cx: &Context<C>, aws: &Aws, site: &Site, deadline: Deadline) -> Result<Database> {
    wait(cx, aws, site, deadline, "to settle", |database| database.status == "available").await
}

/// Retention and standby of the new writer; waits until they are in effect.
pub(crate) async fn strengthen<C>(
    cx: &Context<C>,
    aws: &Aws,
    site: &Site,
    database: &Database,
    wanted: (Option<i64>, Option<bool>),
    deadline: Deadline,
) -> Result<()> {
    let (retention, multi_az) = wanted;
    let retention =
        retention.and_then(|days| i32::try_from(days).ok()).filter(|days| *days != database.backup_retention_period);
    let rds = aws.rds(&site.name);
    if let Some(identifier) = &site.db_instance_identifier {
        let multi_az = multi_az.filter(|multi_az| *multi_az != database.multi_az);
        if retention.is_none() && multi_az.is_none() {
            return Ok(());
        }
        rds.modify_db_instance()
            .db_instance_identifier(identifier)
            .set_backup_retention_period(retention)
            .set_multi_az(multi_az)
            .apply_immediately(true)
            .send()
            .await
            .doing("setting backups and standby of the new writer")?;
    } else if retention.is_some() {
        rds.modify_db_cluster()
            .db_cluster_identifier(&database.arn)
            .set_backup_retention_period(retention)
            .apply_immediately(true)
            .send()
            .await
            .doing("setting backups of the new writer")?;
    } else {
        return Ok(());
    }
    let in_effect = |now: &Database| {
        now.status == "available"
            && !now.pending
            && retention.is_none_or(|days| now.backup_retention_period == days)
            && multi_az.is_none_or(|multi_az| now.multi_az == multi_az || site.db_cluster_arn.is_some())
    };
    wait(cx, aws, site, deadline, "to take its new settings", in_effect).await.map(|_| ())
}

async fn wait<C>(
    cx: &Context<C>,
    aws: &Aws,
    site: &Site,
    deadline: Deadline,
    what: &str,
    done: impl Fn(&Database) -> bool,
) -> Result<Database> {
    let what = format!("the database in {} {what}", site.name);
    let look = || async {
        match look(aws, site).await {
            Ok(Seen::There(database)) if done(&database) => Ok(Progress::Done(database)),
            Ok(Seen::There(database)) => {
                let role = if database.is_writer() { "a writer" } else { "a replica" };
                Ok(Progress::Waiting(format!("{role}, {}", database.status)))
            }
            Ok(Seen::Gone) => {
                let gone =
                    Error::new("The database is gone").detail(format!("There is none in {} any more.", site.name));
                Err(Setback::Final(gone))
            }
            Ok(Seen::Unreachable(reason)) => Err(Setback::Transient(reason)),
            // A look that is refused is no reason to give up what is under way.
            Err(error) => Err(Setback::Transient(super::checks::reason(&error))),
        }
    };
    until(cx, deadline, &what, look).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_survives_being_a_tag() {
        let mark = Mark { epoch: 7, from: "eu-west-1".into(), to: "eu-central-1".into(), complete: false };
        assert_eq!(Mark::parse(&mark.text()), Some(mark));
        for text in ["", "epoch=x from=a to=b state=complete", "epoch=1 from=a", "something else"] {
            assert_eq!(Mark::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_fence_notes_the_security_groups_it_took() {
        let tag = |key: &str, value: &str| aws_sdk_rds::types::Tag::builder().key(key).value(value).build();
        assert_eq!(fenced_in(&[tag("app", "sg-1"), tag(FENCED, "sg-2 sg-3")]), ["sg-2", "sg-3"]);
        for tags in [vec![], vec![tag(FENCED, "fenced")], vec![tag(FENCED, "")]] {
            assert!(fenced_in(&tags).is_empty(), "{tags:?}");
        }
    }
}
