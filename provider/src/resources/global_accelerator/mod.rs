//! `parapet_global_accelerator`

mod changes;
mod end;
mod groups;
mod model;
mod observe;
mod pairing;
mod planning;
mod remote;
mod validation;

#[cfg(test)]
mod tests;

use tfplugin::prelude::*;

use crate::aws::{AwsResult, fenced_regions, plan_all_tags, wanted_tags};
use crate::provider::Clients;
use changes::Changes;
pub(crate) use model::GlobalAccelerator;
use remote::Remote;

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
        Ok(())
    }

    async fn create(cx: &Context<Clients>, mut plan: Self, saved: &mut Saved<Self>) -> Result<Self> {
        let aws = cx.aws().await?;
        let deadline = plan.deadline(|timeouts| timeouts.create.as_ref())?;
        let tags = wanted_tags(aws, plan.tags.as_ref());
        let request = aws
            .global_accelerator()
            .create_accelerator()
            .name(&plan.name)
            .ip_address_type(plan.ip_address_type.as_str().into())
            .enabled(plan.enabled)
            .set_tags((!tags.is_empty()).then(|| remote::to_sdk_tags(&tags)))
            .send();
        let created = request.await.doing("creating the accelerator")?.accelerator;
        plan.tags_all = Computed::Known(tags);
        plan.describe(created.as_ref());
        // From here on there is an accelerator that costs money.
        saved.checkpoint(&plan);

        let arn = plan.known_arn()?.to_owned();
        let changes = Changes::new(cx, aws.global_accelerator(), &arn, deadline);
        if let Some(attributes) = &plan.attributes {
            changes.set_attributes(Some(attributes)).await?;
        }
        changes.listeners(&[], &mut plan.listener, &Default::default()).await?;
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
