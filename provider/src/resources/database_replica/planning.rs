//! Planning: what replaces a replica, what must not replace a primary, and what AWS would refuse later.

use std::time::Duration;

use aws_sdk_rds::types::DbInstance;
use tfplugin::model::FieldType;
use tfplugin::path::Field;
use tfplugin::prelude::*;

use super::model::{DatabaseReplica, InstanceArn, PRIMARY};
use super::observe::{is_alias, same_key};
use crate::aws::{Aws, plan_all_tags};

/// How long a plan waits for a region that may be down.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) async fn plan(cx: &Context<crate::provider::Clients>, plan: &mut Plan<'_, DatabaseReplica>) -> Result<()> {
    let aws = cx.aws().await?;
    let paths = DatabaseReplica::paths();
    plan_all_tags(aws, plan, &paths.tags, &paths.tags_all);
    if plan.is_create() {
        return check_source(aws, plan).await;
    }
    let is_primary = plan.prior().get(&paths.role) == Known::Value(PRIMARY.to_owned());
    if plan.is_changed(&paths.source_db_instance_arn) {
        if is_primary {
            cx.warn(
                Diagnostic::warning("The instance follows no source any more")
                    .detail("It has been promoted: another source is noted in the state and has no other effect.")
                    .at(&paths.source_db_instance_arn),
            );
        } else {
            plan.replace(&paths.source_db_instance_arn);
        }
    }
    replace_on(plan, &paths.db_subnet_group_name, is_primary)?;
    if another_key(aws, plan).await {
        replace_on(plan, &paths.kms_key_id, is_primary)?;
    }
    if is_primary {
        for key in [&paths.region, &paths.identifier] {
            if plan.is_changed(key) {
                return Err(irreplaceable(key));
            }
        }
    }
    if plan.is_changed(&paths.port) {
        plan.set_unknown(&paths.endpoint);
    }
    Ok(())
}

/// Replaces a replica because of a configured field that cannot change in place.
fn replace_on<T: FieldType>(plan: &mut Plan<'_, DatabaseReplica>, field: &Field<T>, is_primary: bool) -> Result<()> {
    if matches!(plan.config().get(field), Known::Null) || !plan.is_changed(field) {
        return Ok(());
    }
    if is_primary {
        return Err(irreplaceable(field));
    }
    plan.replace(field);
    Ok(())
}

fn irreplaceable<T>(field: &Field<T>) -> Error {
    Error::new("A primary is not replaced")
        .detail(format!(
            "The instance has been promoted and takes writes. A change of {} would delete it together with its data. Undo the \
             change; to do it all the same, take the resource out of the state with `terraform state rm` and create another one.",
            field.path(),
        ))
        .at(field)
}

/// Whether the configured key is another one than the instance has.
async fn another_key(aws: &Aws, plan: &Plan<'_, DatabaseReplica>) -> bool {
    let paths = DatabaseReplica::paths();
    let (Known::Value(region), Known::Value(wanted), Known::Value(has)) =
        (plan.get(&paths.region), plan.get(&paths.kms_key_id), plan.prior().get(&paths.kms_key_id))
    else {
        return true;
    };
    if same_key(&wanted, &has) {
        return false;
    }
    if !is_alias(&wanted) && !is_alias(&has) {
        return true;
    }
    let kms = aws.kms(&region);
    let resolve = async |key: &str| {
        let answer = tokio::time::timeout(PATIENCE, kms.describe_key().key_id(key).send()).await.ok()?.ok()?;
        Some(answer.key_metadata?.key_id)
    };
    let (wanted, has) = (resolve(&wanted).await, resolve(&has).await);
    wanted.is_none() || wanted != has
}

/// Refuses what AWS would refuse when the replica is created, as far as the source can be read.
async fn check_source(aws: &Aws, plan: &Plan<'_, DatabaseReplica>) -> Result<()> {
    let paths = DatabaseReplica::paths();
    let Known::Value(arn) = plan.get(&paths.source_db_instance_arn) else { return Ok(()) };
    let Some(source) = InstanceArn::parse(&arn) else { return Ok(()) };
    let request = aws.rds(source.region).describe_db_instances().db_instance_identifier(source.identifier).send();
    // A source that does not exist yet, or whose region is down, is no reason to refuse the plan.
    let Ok(Ok(answer)) = tokio::time::timeout(PATIENCE, request).await else { return Ok(()) };
    match answer.db_instances().first() {
        Some(source) => check_against(source, &arn, plan.config()),
        None => Ok(()),
    }
}

/// What a source asks of the configuration.
pub(super) fn check_against(source: &DbInstance, arn: &str, config: View<'_, DatabaseReplica>) -> Result<()> {
    let paths = DatabaseReplica::paths();
    let encrypted = source.storage_encrypted.unwrap_or_default();
    match config.get(&paths.kms_key_id) {
        Known::Null if encrypted => {
            return Err(Error::new("A replica of an encrypted source needs a key")
                .detail(format!("{arn} is encrypted. Set `kms_key_id` to a KMS key of the replica's own region."))
                .at(paths.kms_key_id));
        }
        Known::Value(_) if !encrypted => {
            return Err(Error::new("A replica of an unencrypted source cannot be encrypted")
                .detail(format!(
                    "{arn} is not encrypted. Leave `kms_key_id` out, or restore the source from an encrypted copy of a snapshot first."
                ))
                .at(paths.kms_key_id));
        }
        _ => {}
    }
    if source.backup_retention_period == Some(0) {
        return Err(Error::new("The source has no automated backups")
            .detail(format!(
                "RDS replicates only what it backs up. Set the backup retention period of {arn} to 1 or more."
            ))
            .at(paths.source_db_instance_arn));
    }
    Ok(())
}

/// Refuses a destroy that AWS would refuse, or that would lose a primary's data.
pub(super) fn destroy(prior: View<'_, DatabaseReplica>) -> Result<()> {
    let paths = DatabaseReplica::paths();
    if prior.get(&paths.deletion_protection) == Known::Value(true) {
        return Err(Error::new("The instance is protected against deletion")
            .detail("Set `deletion_protection = false`, apply, and destroy then.")
            .at(paths.deletion_protection));
    }
    let unsaved = prior.get(&paths.skip_final_snapshot) != Known::Value(true)
        && prior.get(&paths.final_snapshot_identifier) == Known::Null;
    if prior.get(&paths.role) == Known::Value(PRIMARY.to_owned()) && unsaved {
        return Err(no_snapshot());
    }
    Ok(())
}

/// A primary that is to be deleted without saying what becomes of its data.
pub(super) fn no_snapshot() -> Error {
    Error::new("A primary is deleted with a final snapshot")
        .detail(
            "The instance has been promoted and holds data of its own. Set `final_snapshot_identifier`, or \
             `skip_final_snapshot = true` to lose the data; apply, and destroy then.",
        )
        .at(DatabaseReplica::paths().final_snapshot_identifier)
}
