//! Changing an accelerator: only what differs from what AWS has, and never a traffic dial of a group that exists.

use std::collections::BTreeSet;
use std::future::Future;

use aws_sdk_globalaccelerator::Client;
use aws_sdk_globalaccelerator::config::http::HttpResponse;
use aws_sdk_globalaccelerator::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_globalaccelerator::types::{Accelerator, AcceleratorStatus};
use tfplugin::prelude::*;

use super::model::{Attributes, GlobalAccelerator, Listener};
use super::pairing::{Identity, order};
use super::remote::{self, GONE, RemoteListener, to_sdk_ranges, to_sdk_tags};
use crate::aws::{AwsResult, Deadline, Look, Progress, TagChanges, Tags, accepted, until};
use crate::provider::Clients;

/// One accelerator being changed.
pub(super) struct Changes<'a> {
    pub(super) cx: &'a Context<Clients>,
    pub(super) client: &'a Client,
    pub(super) arn: &'a str,
    pub(super) deadline: Deadline,
}

impl<'a> Changes<'a> {
    pub(super) fn new(cx: &'a Context<Clients>, client: &'a Client, arn: &'a str, deadline: Deadline) -> Self {
        Self { cx, client, arn, deadline }
    }

    /// Makes a change as soon as AWS has finished the one before, or what `busy` names besides.
    pub(super) async fn once_free<T, E, F>(
        &self,
        busy: &[&str],
        change: impl FnMut() -> F,
    ) -> Result<std::result::Result<T, SdkError<E, HttpResponse>>>
    where
        E: ProvideErrorMetadata,
        F: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
    {
        let what = format!("accelerator {} to take another change", self.arn);
        let is_busy = |code: &str, _: &str| code == "TransactionInProgressException" || busy.contains(&code);
        accepted(self.cx, self.deadline, &what, is_busy, change).await
    }

    /// Waits until every change is carried out.
    pub(super) async fn deployed(&self) -> Result<Accelerator> {
        self.settled().await?.ok_or_else(|| moved_on(self.arn))
    }

    /// As [`deployed`](Self::deployed), but `None` when the accelerator is gone.
    pub(super) async fn settled(&self) -> Result<Option<Accelerator>> {
        let what = format!("accelerator {} to be deployed", self.arn);
        until(self.cx, self.deadline, &what, || async {
            let request = self.client.describe_accelerator().accelerator_arn(self.arn).send();
            let answer = request.await.look_unless(GONE, "reading the accelerator")?;
            let Some(found) = answer.and_then(|answer| answer.accelerator) else { return Ok(Progress::Done(None)) };
            match &found.status {
                Some(AcceleratorStatus::Deployed) => Ok(Progress::Done(Some(found))),
                status => Ok(Progress::Waiting(status.as_ref().map_or("unknown", |status| status.as_str()).to_owned())),
            }
        })
        .await
    }

    pub(super) async fn tags(&self) -> Result<Tags> {
        remote::tags(self.client, self.arn).await
    }

    pub(super) async fn set_tags(&self, current: &Tags, wanted: &Tags) -> Result<()> {
        let changes = TagChanges::new(current, wanted);
        if !changes.remove.is_empty() {
            let request = self.client.untag_resource().resource_arn(self.arn).set_tag_keys(Some(changes.remove)).send();
            request.await.doing("removing tags from the accelerator")?;
        }
        if !changes.set.is_empty() {
            let tags = to_sdk_tags(&changes.set);
            let request = self.client.tag_resource().resource_arn(self.arn).set_tags(Some(tags)).send();
            request.await.doing("tagging the accelerator")?;
        }
        Ok(())
    }

    pub(super) async fn set_accelerator(&self, plan: &GlobalAccelerator) -> Result<()> {
        let request = self
            .client
            .update_accelerator()
            .accelerator_arn(self.arn)
            .name(&plan.name)
            .ip_address_type(plan.ip_address_type.as_str().into())
            .enabled(plan.enabled);
        self.once_free(&[], || request.clone().send()).await?.doing("changing the accelerator")?;
        Ok(())
    }

    /// Flow logs; off without a block.
    pub(super) async fn set_attributes(&self, attributes: Option<&Attributes>) -> Result<()> {
        let attributes = attributes.cloned().unwrap_or_default();
        let request = self
            .client
            .update_accelerator_attributes()
            .accelerator_arn(self.arn)
            .flow_logs_enabled(attributes.flow_logs_enabled)
            .set_flow_logs_s3_bucket(attributes.flow_logs_s3_bucket)
            .set_flow_logs_s3_prefix(attributes.flow_logs_s3_prefix);
        self.once_free(&[], || request.clone().send()).await?.doing("setting the accelerator's flow logs")?;
        Ok(())
    }

    /// Brings listeners and endpoint groups from `prior` to `plan`, and fills in the ARNs of new ones. Endpoints in `fenced` regions
    /// are left alone.
    pub(super) async fn listeners(
        &self,
        prior: &[Listener],
        plan: &mut [Listener],
        fenced: &BTreeSet<String>,
    ) -> Result<()> {
        let remote = remote::listeners(self.client, self.arn).await?;
        let kept: Vec<&str> = plan.iter().filter_map(|listener| listener.arn.known()).map(String::as_str).collect();
        let planned_away =
            |arn: &str| !kept.contains(&arn) && prior.iter().any(|prior| prior.arn.known().is_some_and(|it| it == arn));
        for gone in remote.iter().filter(|listener| planned_away(listener.arn())) {
            self.delete_listener(gone).await?;
        }
        self.update_listeners(&remote, plan).await?;
        for listener in plan {
            match listener.arn.known().cloned() {
                Some(arn) => {
                    let found = remote.iter().find(|remote| remote.arn() == arn).ok_or_else(|| moved_on(&arn))?;
                    let before = prior.iter().find(|prior| prior.arn == listener.arn);
                    self.groups(&arn, found, before, listener, fenced).await?;
                }
                None => self.create_listener(listener, fenced).await?,
            }
        }
        Ok(())
    }

    /// Ports, protocol and affinity of listeners that stay.
    async fn update_listeners(&self, remote: &[RemoteListener], plan: &[Listener]) -> Result<()> {
        let mut pairs = Vec::new();
        for listener in plan {
            let Some(arn) = listener.arn.known() else { continue };
            pairs.push((listener, remote.iter().find(|remote| remote.arn() == arn).ok_or_else(|| moved_on(arn))?));
        }
        let current = pairs.iter().map(|(_, remote)| Identity::new(remote.protocol(), remote.ranges())).collect();
        let wanted: Vec<_> = pairs.iter().map(|(listener, _)| Identity::of(listener)).collect();
        for position in order(current, &wanted) {
            let Some((listener, remote)) = pairs.get(position) else { continue };
            let same_ports = Identity::new(remote.protocol(), remote.ranges()) == Identity::of(listener);
            if same_ports && listener.client_affinity == remote.client_affinity() {
                continue;
            }
            let request = self
                .client
                .update_listener()
                .listener_arn(remote.arn())
                .set_port_ranges(Some(to_sdk_ranges(&listener.port_range)))
                .protocol(listener.protocol.as_str().into())
                .client_affinity(listener.client_affinity.as_str().into());
            self.once_free(&[], || request.clone().send()).await?.doing("changing a listener")?;
        }
        Ok(())
    }

    async fn create_listener(&self, listener: &mut Listener, fenced: &BTreeSet<String>) -> Result<()> {
        let request = self
            .client
            .create_listener()
            .accelerator_arn(self.arn)
            .set_port_ranges(Some(to_sdk_ranges(&listener.port_range)))
            .protocol(listener.protocol.as_str().into())
            .client_affinity(listener.client_affinity.as_str().into());
        let created = self.once_free(&[], || request.clone().send()).await?.doing("creating a listener")?.listener;
        listener.arn = created.and_then(|created| created.listener_arn).into();
        let Some(arn) = listener.arn.known().cloned() else {
            return Err(Error::new("AWS did not say the listener's ARN"));
        };
        for position in 0..listener.endpoint_group.len() {
            self.create_group(&arn, listener, position, fenced).await?;
        }
        Ok(())
    }

    /// A listener and all endpoint groups in it.
    pub(super) async fn delete_listener(&self, listener: &RemoteListener) -> Result<()> {
        for group in &listener.groups {
            self.delete_group(group.endpoint_group_arn().unwrap_or_default()).await?;
        }
        let request = self.client.delete_listener().listener_arn(listener.arn());
        let answer = self.once_free(&["AssociatedEndpointGroupFoundException"], || request.clone().send()).await?;
        answer.unless(&["ListenerNotFoundException"], "deleting a listener")?;
        Ok(())
    }
}

/// What was planned for is not there any more.
pub(super) fn moved_on(arn: &str) -> Error {
    Error::new("The accelerator has changed since the plan was made")
        .detail(format!("{arn} is gone. Plan again, so that it is created anew."))
}
