//! An accelerator as AWS has it.

use aws_sdk_globalaccelerator::Client;
use aws_sdk_globalaccelerator::types::{Accelerator, AcceleratorAttributes, EndpointGroup, Listener, PortRange, Tag};
use tfplugin::prelude::*;

use super::model;
use crate::aws::{AwsResult, Tags};

/// What AWS answers about an accelerator that is not there.
pub(super) const GONE: &[&str] = &["AcceleratorNotFoundException"];

/// An accelerator with everything in it.
#[derive(Debug)]
pub(super) struct Remote {
    pub(super) accelerator: Accelerator,
    pub(super) attributes: AcceleratorAttributes,
    pub(super) tags: Tags,
    pub(super) listeners: Vec<RemoteListener>,
}

/// A listener with its endpoint groups.
#[derive(Clone, Debug)]
pub(super) struct RemoteListener {
    pub(super) listener: Listener,
    pub(super) groups: Vec<EndpointGroup>,
}

impl Remote {
    /// `None` when there is no such accelerator.
    pub(super) async fn read(client: &Client, arn: &str) -> Result<Option<Self>> {
        let Some(accelerator) = accelerator(client, arn).await? else { return Ok(None) };
        let attributes = client
            .describe_accelerator_attributes()
            .accelerator_arn(arn)
            .send()
            .await
            .unless(GONE, "reading the accelerator's flow log settings")?;
        let Some(attributes) = attributes else { return Ok(None) };
        Ok(Some(Self {
            accelerator,
            attributes: attributes
                .accelerator_attributes
                .unwrap_or_else(|| AcceleratorAttributes::builder().flow_logs_enabled(false).build()),
            tags: tags(client, arn).await?,
            listeners: listeners(client, arn).await?,
        }))
    }
}

/// The accelerator itself; `None` when it is gone.
pub(super) async fn accelerator(client: &Client, arn: &str) -> Result<Option<Accelerator>> {
    let request = client.describe_accelerator().accelerator_arn(arn).send();
    Ok(request.await.unless(GONE, "reading the accelerator")?.and_then(|found| found.accelerator))
}

/// All its tags.
pub(super) async fn tags(client: &Client, arn: &str) -> Result<Tags> {
    let request = client.list_tags_for_resource().resource_arn(arn).send();
    let tags = request.await.unless(GONE, "reading the accelerator's tags")?.and_then(|found| found.tags);
    Ok(tags.unwrap_or_default().into_iter().map(|Tag { key, value, .. }| (key, value)).collect())
}

/// Its listeners with their endpoint groups. None when the accelerator is gone.
pub(super) async fn listeners(client: &Client, arn: &str) -> Result<Vec<RemoteListener>> {
    let pages = client.list_listeners().accelerator_arn(arn).into_paginator().items().send();
    let found: Option<Vec<Listener>> =
        pages.collect::<std::result::Result<_, _>>().await.unless(GONE, "listing the accelerator's listeners")?;
    let mut listeners = Vec::new();
    for listener in found.unwrap_or_default() {
        let pages = client
            .list_endpoint_groups()
            .set_listener_arn(listener.listener_arn.clone())
            .into_paginator()
            .items()
            .send();
        let groups: Option<Vec<EndpointGroup>> = pages
            .collect::<std::result::Result<_, _>>()
            .await
            .unless(&["ListenerNotFoundException"], "listing the listener's endpoint groups")?;
        if let Some(groups) = groups {
            listeners.push(RemoteListener { listener, groups });
        }
    }
    Ok(listeners)
}

impl RemoteListener {
    pub(super) fn arn(&self) -> &str {
        self.listener.listener_arn().unwrap_or_default()
    }

    pub(super) fn protocol(&self) -> &str {
        self.listener.protocol.as_ref().map_or("", |protocol| protocol.as_str())
    }

    pub(super) fn client_affinity(&self) -> &str {
        self.listener.client_affinity.as_ref().map_or("NONE", |affinity| affinity.as_str())
    }

    /// Lowest ports first.
    pub(super) fn ranges(&self) -> Vec<model::PortRange> {
        let port = |port: Option<i32>| port.map(i64::from).unwrap_or_default();
        let range =
            |range: &PortRange| model::PortRange { from_port: port(range.from_port), to_port: port(range.to_port) };
        let mut ranges: Vec<_> = self.listener.port_ranges().iter().map(range).collect();
        ranges.sort_unstable();
        ranges
    }
}

/// Tags as the SDK has them.
pub(super) fn to_sdk_tags(tags: &Tags) -> Vec<Tag> {
    // Key and value are all that a tag needs, so that it always builds.
    tags.iter().filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok()).collect()
}

/// Ports as the SDK has them.
pub(super) fn to_sdk_ranges(ranges: &[model::PortRange]) -> Vec<PortRange> {
    let range = |range: &model::PortRange| {
        PortRange::builder().from_port(whole(range.from_port)).to_port(whole(range.to_port)).build()
    };
    ranges.iter().map(range).collect()
}

/// A number that validation has bounded.
pub(super) fn whole(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
