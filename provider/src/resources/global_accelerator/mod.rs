//! `parapet_global_accelerator`

mod alike;
mod changes;
mod end;
mod groups;
mod leftover;
mod model;
mod observe;
mod pairing;
mod planning;
mod remote;
mod validation;

#[cfg(test)]
mod tests;

use aws_sdk_globalaccelerator::Client;
use aws_sdk_globalaccelerator::types::Accelerator;
use tfplugin::prelude::*;

use crate::aws::{AwsResult, Tags, fenced_regions, plan_all_tags, wanted_tags};
use crate::provider::Clients;
use changes::Changes;
pub(crate) use model::GlobalAccelerator;
use remote::Remote;

/// An accelerator that has just come into being, or that a killed run has left.
struct Made {
    accelerator: Option<Accelerator>,
    is_leftover: bool,
}

impl Made {
    async fn by(cx: &Context<Clients>, client: &Client, plan: &GlobalAccelerator, tags: &Tags) -> Result<Self> {
        // One at a time: what another resource of this process has just created is nobody's leftover.
        let mut known = cx.accelerators_made().lock().await;
        let owner = leftover::owner(&plan.name);
        let found = leftover::find(client, &plan.name, &owner, &known).await?;
        let is_leftover = found.is_some();
        let accelerator = match found {
            Some(found) => Some(found),
            None => {
                let mut tags = tags.clone();
                tags.insert(leftover::CREATING.to_owned(), owner);
                let request = client
                    .create_accelerator()
                    .name(&plan.name)
                    .ip_address_type(plan.ip_address_type.as_str().into())
                    .enabled(plan.enabled)
                    .set_tags(Some(remote::to_sdk_tags(&tags)))
                    .send();
                request.await.doing("creating the accelerator")?.accelerator
            }
        };
        known.extend(accelerator.as_ref().and_then(|it| it.accelerator_arn.clone()));
        Ok(Self { accelerator, is_leftover })
    }
}

impl Resource for GlobalAccelerator {
    type Clients = Clients;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        validation::check(config, problems);
    }

    async fn plan(cx: &Context<Clients>, plan: &mut Plan<'_, Self>) -> Result<()> {
        let paths = Self::paths();
        planning::keep_arns(plan);
        if !plan.is_create() && plan.is_changed(&paths.ip_address_type) {
            plan.set_unknown(&paths.ip_addresses);
        }
        plan_all_tags(cx.aws().await?, plan, &paths.tags, &paths.tags_all);
        alike::tell(cx, plan);
        Ok(())
    }

    async fn create(cx: &Context<Clients>, mut plan: Self, saved: &mut Saved<Self>) -> Result<Self> {
        let aws = cx.aws().await?;
        let deadline = plan.deadline(|timeouts| timeouts.create.as_ref())?;
        let tags = wanted_tags(aws, plan.tags.as_ref());
        let made = Made::by(cx, aws.global_accelerator(), &plan, &tags).await?;
        plan.tags_all = Computed::Known(tags.clone());
        plan.describe(made.accelerator.as_ref());
        // From here on there is an accelerator that costs money.
        saved.checkpoint(&plan);

        let arn = plan.known_arn()?.to_owned();
        let changes = Changes::new(cx, aws.global_accelerator(), &arn, deadline);
        if made.is_leftover {
            cx.warn(
                Diagnostic::warning("An accelerator that an interrupted run had created is used")
                    .detail(format!("{arn} was in no state. It is made as this configuration says.")),
            );
            changes.empty().await?;
            changes.set_tags(&changes.tags().await?, &tags).await?;
            changes.set_accelerator(&plan).await?;
            changes.set_attributes(plan.attributes.as_ref()).await?;
        } else if let Some(attributes) = &plan.attributes {
            changes.set_attributes(Some(attributes)).await?;
        }
        changes.listeners(&[], &mut plan.listener, &Default::default()).await?;
        changes.finished().await?;
        plan.describe(Some(&changes.deployed().await?));
        Ok(plan)
    }

    async fn read(cx: &Context<Clients>, key: &Key<Self>, prior: Option<&Self>) -> Result<Option<Self>> {
        let aws = cx.aws().await?;
        let remote = Remote::read(aws.global_accelerator(), &key.arn).await?;
        Ok(remote.map(|remote| observe::accelerator(&remote, prior, &aws.tags(None))))
    }

    async fn update(cx: &Context<Clients>, prior: Self, mut plan: Self, _saved: &mut Saved<Self>) -> Result<Self> {
        let aws = cx.aws().await?;
        let deadline = plan.deadline(|timeouts| timeouts.update.as_ref())?;
        let arn = plan.known_arn()?.to_owned();
        let changes = Changes::new(cx, aws.global_accelerator(), &arn, deadline);
        // Read now, not from the state: a failover may have fenced a region since.
        let tags = changes.tags().await?;
        let fenced = fenced_regions(&tags);
        let wanted = wanted_tags(aws, plan.tags.as_ref());
        changes.set_tags(&tags, &wanted).await?;
        plan.tags_all = Computed::Known(wanted);
        if (&plan.name, plan.enabled, &plan.ip_address_type) != (&prior.name, prior.enabled, &prior.ip_address_type) {
            changes.set_accelerator(&plan).await?;
        }
        if plan.attributes != prior.attributes {
            changes.set_attributes(plan.attributes.as_ref()).await?;
        }
        changes.listeners(&prior.listener, &mut plan.listener, &fenced).await?;
        plan.describe(Some(&changes.deployed().await?));
        Ok(plan)
    }

    async fn delete(cx: &Context<Clients>, prior: Self) -> Result<()> {
        let deadline = prior.deadline(|timeouts| timeouts.delete.as_ref())?;
        let arn = prior.known_arn()?;
        Changes::new(cx, cx.aws().await?.global_accelerator(), arn, deadline).delete().await
    }
}
