//! Conversations with RDS about one instance.

use aws_sdk_rds::Client;
use aws_sdk_rds::types::{DbInstance, Tag};
use tfplugin::prelude::*;

use super::model::{DatabaseReplica, PRIMARY, REPLICA};
use super::modification::{Modification, whole};
use super::observe::{all_tags, pending, role};
use super::planning::no_snapshot;
use crate::aws::{AwsResult, Deadline, Look, Progress, Setback, TagChanges, Tags, accepted, until};
use crate::provider::Clients;

/// What RDS answers about an instance that is not there.
pub(super) const GONE: &[&str] = &["DBInstanceNotFound", "DBInstanceNotFoundFault"];

/// States in which an instance can be changed.
const READY: &[&str] = &["available", "storage-optimization"];

/// One instance in the making.
pub(super) struct Instance<'a> {
    pub(super) cx: &'a Context<Clients>,
    pub(super) client: Client,
    pub(super) identifier: &'a str,
    pub(super) deadline: Deadline,
}

impl Instance<'_> {
    /// Orders the replica; it does not exist for a long time yet.
    pub(super) async fn create(&self, plan: &DatabaseReplica, tags: &Tags) -> Result<Option<DbInstance>> {
        let groups: Option<Vec<String>> = plan.vpc_security_group_ids.known().map(|ids| ids.iter().cloned().collect());
        let request = self
            .client
            .create_db_instance_read_replica()
            .db_instance_identifier(self.identifier)
            .source_db_instance_identifier(&plan.source_db_instance_arn)
            .set_db_instance_class(plan.instance_class.known().cloned())
            .set_kms_key_id(plan.kms_key_id.known().cloned())
            .set_db_subnet_group_name(plan.db_subnet_group_name.known().cloned())
            .set_vpc_security_group_ids(groups.filter(|groups| !groups.is_empty()))
            .multi_az(plan.multi_az)
            .set_port(plan.port.known().copied().map(whole))
            .monitoring_interval(whole(plan.monitoring_interval))
            .set_monitoring_role_arn(plan.monitoring_role_arn.clone().filter(|_| plan.monitoring_interval > 0))
            .enable_performance_insights(plan.performance_insights_enabled)
            .set_performance_insights_kms_key_id(plan.performance_insights_kms_key_id.clone())
            .set_performance_insights_retention_period(plan.performance_insights_retention_period.map(whole))
            .deletion_protection(plan.deletion_protection)
            .auto_minor_version_upgrade(plan.auto_minor_version_upgrade)
            .set_db_parameter_group_name(plan.parameter_group_name.known().cloned())
            .set_storage_type(plan.storage_type.known().cloned())
            .set_tags((!tags.is_empty()).then(|| to_sdk_tags(tags)));
        if find(&self.client, self.identifier).await?.is_some() {
            return Err(taken(plan));
        }
        let what = format!("{} to be ready to be replicated", plan.source_db_instance_arn);
        // A source that is being backed up or changed will be ready; one without backups will not.
        let busy = |code: &str, message: &str| {
            code == "InvalidDBInstanceState" && !message.to_ascii_lowercase().contains("automated backup")
        };
        let answer = accepted(self.cx, self.deadline, &what, busy, || request.clone().send()).await?;
        if let Some(created) = answer.unless(&["DBInstanceAlreadyExists"], "creating the replica")? {
            return Ok(created.db_instance);
        }
        // It did not exist a moment ago: the answer to a request got lost, and its repetition found what the request had made.
        let found = find(&self.client, self.identifier).await?;
        match found.filter(|found| is_replica_of(found, &plan.source_db_instance_arn)) {
            Some(found) => Ok(Some(found)),
            None => Err(taken(plan)),
        }
    }

    /// Changes what differs from the plan. Answers whether anything did.
    pub(super) async fn modify(&self, modification: Modification, immediately: bool) -> Result<bool> {
        if modification.is_empty() {
            return Ok(false);
        }
        let request = self.client.modify_db_instance().db_instance_identifier(self.identifier);
        let request = modification.fill(request.apply_immediately(immediately));
        let what = format!("instance {} to be ready for a change", self.identifier);
        let busy = |code: &str, _: &str| code == "InvalidDBInstanceState";
        let answer = accepted(self.cx, self.deadline, &what, busy, || request.clone().send()).await?;
        answer.doing("changing the instance")?;
        Ok(true)
    }

    /// Waits until the instance is available and, with `settled`, nothing is left to be changed.
    pub(super) async fn available(&self, settled: bool) -> Result<DbInstance> {
        let what = format!("instance {} to be available", self.identifier);
        until(self.cx, self.deadline, &what, || async {
            let Some(found) = self.look().await? else {
                return Err(Setback::Final(
                    Error::new(format!("Instance {} is gone", self.identifier))
                        .detail("It was deleted while it was waited for. Apply again to create it anew."),
                ));
            };
            let status = found.db_instance_status().unwrap_or("unknown").to_owned();
            let left = if settled { pending(&found) } else { Vec::new() };
            if is_broken(&status) {
                return Err(Setback::Final(broken(self.identifier, &status)));
            }
            if READY.contains(&status.as_str()) && left.is_empty() {
                return Ok(Progress::Done(found));
            }
            let changing = if left.is_empty() { String::new() } else { format!(", changing {}", left.join(", ")) };
            Ok(Progress::Waiting(format!("{status}{changing}")))
        })
        .await
    }

    async fn look(&self) -> std::result::Result<Option<DbInstance>, Setback> {
        let request = self.client.describe_db_instances().db_instance_identifier(self.identifier).send();
        let answer = request.await.look_unless(GONE, "reading the instance")?;
        Ok(answer.and_then(|answer| answer.db_instances.unwrap_or_default().into_iter().next()))
    }

    pub(super) async fn set_tags(&self, remote: &DbInstance, wanted: &Tags) -> Result<()> {
        let changes = TagChanges::new(&all_tags(remote), wanted);
        let arn = remote.db_instance_arn().unwrap_or_default();
        if !changes.remove.is_empty() {
            let request = self.client.remove_tags_from_resource().resource_name(arn);
            request.set_tag_keys(Some(changes.remove)).send().await.doing("removing tags from the instance")?;
        }
        if !changes.set.is_empty() {
            let request = self.client.add_tags_to_resource().resource_name(arn);
            request.set_tags(Some(to_sdk_tags(&changes.set))).send().await.doing("tagging the instance")?;
        }
        Ok(())
    }

    /// Deletes the instance and waits until it is gone.
    pub(super) async fn delete(&self, prior: &DatabaseReplica) -> Result<()> {
        let Some(found) = find(&self.client, self.identifier).await? else { return Ok(()) };
        if found.db_instance_status() != Some("deleting") {
            self.order_delete(prior, &found).await?;
        }
        let what = format!("instance {} to be deleted", self.identifier);
        until(self.cx, self.deadline, &what, || async {
            Ok(match self.look().await? {
                None => Progress::Done(()),
                Some(found) => Progress::Waiting(found.db_instance_status.unwrap_or_default()),
            })
        })
        .await
    }

    async fn order_delete(&self, prior: &DatabaseReplica, found: &DbInstance) -> Result<()> {
        let is_primary = role(found) == PRIMARY;
        if is_primary && prior.role.known().is_some_and(|role| role == REPLICA) {
            return Err(Error::new("The replica has been promoted since the state was read").detail(format!(
                "Instance {} takes writes now. Run `terraform plan` again, and see whether it is still to be deleted.",
                self.identifier,
            )));
        }
        let snapshot = prior.final_snapshot_identifier.as_ref().filter(|_| is_primary && !prior.skip_final_snapshot);
        if is_primary && !prior.skip_final_snapshot && snapshot.is_none() {
            return Err(no_snapshot());
        }
        // AWS takes no final snapshot of a replica, and refuses to be asked for one.
        let request = self
            .client
            .delete_db_instance()
            .db_instance_identifier(self.identifier)
            .skip_final_snapshot(snapshot.is_none())
            .set_final_db_snapshot_identifier(snapshot.cloned());
        let what = format!("instance {} to be ready for deletion", self.identifier);
        let busy = |code: &str, _: &str| code == "InvalidDBInstanceState";
        let answer = accepted(self.cx, self.deadline, &what, busy, || request.clone().send()).await?;
        answer.unless(GONE, "deleting the instance")?;
        Ok(())
    }
}

/// An instance; `None` when there is none.
pub(super) async fn find(client: &Client, identifier: &str) -> Result<Option<DbInstance>> {
    let request = client.describe_db_instances().db_instance_identifier(identifier).send();
    let answer = request.await.unless(GONE, "reading the instance")?;
    Ok(answer.and_then(|answer| answer.db_instances.unwrap_or_default().into_iter().next()))
}

fn is_replica_of(found: &DbInstance, source: &str) -> bool {
    found.read_replica_source_db_instance_identifier.as_deref() == Some(source)
}

/// The name is not free.
fn taken(plan: &DatabaseReplica) -> Error {
    let DatabaseReplica { region, identifier, .. } = plan;
    Error::new("There is an instance of this name already")
        .detail(format!(
            "{identifier} exists in {region}. If it is the replica, for example from a run that was killed, import it with the id \
             {region}/{identifier}.",
        ))
        .at(DatabaseReplica::paths().identifier)
}

/// States that waiting does not end.
fn is_broken(status: &str) -> bool {
    matches!(status, "failed" | "restore-error" | "inaccessible-encryption-credentials" | "insufficient-capacity")
        || status.starts_with("incompatible-")
}

fn broken(identifier: &str, status: &str) -> Error {
    Error::new(format!("Instance {identifier} is {status}"))
        .detail("AWS cannot go on by itself. See the events of the instance in the RDS console for the reason.")
}

fn to_sdk_tags(tags: &Tags) -> Vec<Tag> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}
