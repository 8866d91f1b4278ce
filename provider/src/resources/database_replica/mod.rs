//! `parapet_database_replica`

mod instance;
mod model;
mod modification;
mod observe;
mod planning;
mod validation;

#[cfg(test)]
mod tests;

use std::time::Duration;

use aws_sdk_rds::types::DbInstance;
use tfplugin::prelude::*;

use crate::aws::{AwsResult, is_unreachable, wanted_tags};
use crate::provider::Clients;
use instance::{GONE, Instance};
pub(crate) use model::DatabaseReplica;
use modification::Modification;

/// How long a refresh waits for a region that may be down.
const REFRESH_PATIENCE: Duration = Duration::from_secs(20);

impl Resource for DatabaseReplica {
    type Clients = Clients;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        validation::check(config, problems);
    }

    async fn plan(cx: &Context<Clients>, plan: &mut Plan<'_, Self>) -> Result<()> {
        planning::plan(cx, plan).await
    }

    async fn plan_destroy(_cx: &Context<Clients>, prior: View<'_, Self>) -> Result<()> {
        planning::destroy(prior)
    }

    async fn create(cx: &Context<Clients>, mut plan: Self, saved: &mut Saved<Self>) -> Result<Self> {
        let aws = cx.aws().await?;
        let identifier = plan.identifier.clone();
        let instance =
            Instance { cx, client: aws.rds(&plan.region), identifier: &identifier, deadline: plan.create_deadline()? };
        let tags = wanted_tags(aws, plan.tags.as_ref());
        let created = instance.create(&plan, &tags).await?;
        plan.tags_all = Computed::Known(tags);
        // From here on there is an instance that costs money, and waiting for it may be interrupted.
        let mut so_far = plan.clone();
        if let Some(created) = &created {
            observe::complete(&mut so_far, created);
        }
        saved.checkpoint(&so_far);

        let mut found = instance.available(false).await?;
        // Backups and a few other settings cannot be ordered together with a replica.
        if instance.modify(Modification::new(&plan, &found, None), true).await? {
            found = instance.available(true).await?;
        }
        observe::complete(&mut plan, &found);
        Ok(plan)
    }

    async fn read(cx: &Context<Clients>, key: &Key<Self>, prior: Option<&Self>) -> Result<Option<Self>> {
        let aws = cx.aws().await?;
        let client = aws.rds(&key.region);
        let request = client.describe_db_instances().db_instance_identifier(&key.identifier).send();
        let answer = match (tokio::time::timeout(REFRESH_PATIENCE, request).await, prior) {
            (Ok(Err(error)), Some(prior)) if is_unreachable(&error) => return Ok(Some(out_of_sight(cx, prior))),
            (Err(_), Some(prior)) => return Ok(Some(out_of_sight(cx, prior))),
            (Err(_), None) => {
                return Err(Error::new(format!("{} does not answer", key.region))
                    .detail("An instance can be imported when its region answers again."));
            }
            (Ok(answer), _) => answer.unless(GONE, "reading the instance")?,
        };
        let found: Option<DbInstance> =
            answer.and_then(|answer| answer.db_instances.unwrap_or_default().into_iter().next());
        Ok(found.map(|found| observe::replica(&found, key, prior, &aws.tags(None))))
    }

    async fn update(cx: &Context<Clients>, prior: Self, mut plan: Self, _saved: &mut Saved<Self>) -> Result<Self> {
        let aws = cx.aws().await?;
        let identifier = plan.identifier.clone();
        let instance =
            Instance { cx, client: aws.rds(&plan.region), identifier: &identifier, deadline: plan.update_deadline()? };
        let mut found = instance::find(&instance.client, &identifier).await?.ok_or_else(|| {
            Error::new(format!("Instance {identifier} is gone")).detail("Plan again, so that it is created anew.")
        })?;
        let tags = wanted_tags(aws, plan.tags.as_ref());
        instance.set_tags(&found, &tags).await?;
        plan.tags_all = Computed::Known(tags);
        if instance.modify(Modification::new(&plan, &found, Some(&prior)), plan.apply_immediately).await? {
            found = instance.available(plan.apply_immediately).await?;
            warn_of_pending(cx, &found);
        }
        observe::complete(&mut plan, &found);
        Ok(plan)
    }

    async fn delete(cx: &Context<Clients>, prior: Self) -> Result<()> {
        let client = cx.aws().await?.rds(&prior.region);
        let deadline = prior.delete_deadline()?;
        Instance { cx, client, identifier: &prior.identifier, deadline }.delete(&prior).await
    }
}

/// The last that was known of an instance whose region does not answer: a failover must be possible without it.
fn out_of_sight(cx: &Context<Clients>, prior: &DatabaseReplica) -> DatabaseReplica {
    cx.warn(Diagnostic::warning(format!("{} does not answer", prior.region)).detail(format!(
        "The state of instance {} is the last that was known of it; its status is `unknown` until the region answers again.",
        prior.identifier,
    )));
    DatabaseReplica { status: Computed::Known("unknown".to_owned()), ..prior.clone() }
}

fn warn_of_pending(cx: &Context<Clients>, found: &DbInstance) {
    let pending = observe::pending(found);
    if !pending.is_empty() {
        cx.warn(Diagnostic::warning("Changes wait for the maintenance window").detail(format!(
            "AWS changes {} of {} in the next maintenance window. Set `apply_immediately = true` to change it at once.",
            pending.join(", "),
            found.db_instance_identifier().unwrap_or_default(),
        )));
    }
}
