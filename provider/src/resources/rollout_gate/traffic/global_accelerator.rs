//! Weights of endpoints in an endpoint group of a Global Accelerator.

use aws_sdk_globalaccelerator::types::{EndpointConfiguration, EndpointDescription};
use tfplugin::prelude::*;

use super::share;
use crate::aws::{Aws, AwsResult};
use crate::provider::Clients;
use crate::resources::failover::traffic::{accelerator_of, deployed, endpoint_group};
use crate::resources::rollout_gate::model::GlobalAccelerator;

/// What AWS gives an endpoint whose weight nobody has set.
const DEFAULT_WEIGHT: i32 = 128;

/// The endpoints of the group, both releases among them.
async fn endpoints(aws: &Aws, settings: &GlobalAccelerator) -> Result<Vec<EndpointDescription>> {
    let endpoints = endpoint_group(aws, &settings.endpoint_group_arn).await?.endpoints;
    for id in [&settings.stable_endpoint, &settings.canary_endpoint] {
        if !endpoints.iter().any(|it| it.endpoint_id() == Some(id)) {
            return Err(Error::new(format!("The endpoint {id} is not in the endpoint group")).detail(format!(
                "Traffic is moved between two endpoints of {}: add it there, or correct `traffic`.",
                settings.endpoint_group_arn
            )));
        }
    }
    let is_ours = |id: &str| id == settings.stable_endpoint || id == settings.canary_endpoint;
    let other = endpoints.iter().find(|it| weight_of(it) > 0 && it.endpoint_id().is_some_and(|id| !is_ours(id)));
    match other.and_then(|it| it.endpoint_id()) {
        Some(id) => Err(Error::new(format!("The endpoint {id} gets traffic, too"))
            .detail("Weights are shares of two releases: set the weight of every other endpoint of the group to 0.")),
        None => Ok(endpoints),
    }
}

fn weight_of(endpoint: &EndpointDescription) -> i64 {
    i64::from(endpoint.weight().unwrap_or(DEFAULT_WEIGHT))
}

pub(super) async fn weight(aws: &Aws, settings: &GlobalAccelerator) -> Result<i64> {
    let endpoints = endpoints(aws, settings).await?;
    let of = |id: &str| endpoints.iter().find(|it| it.endpoint_id() == Some(id)).map_or(0, weight_of);
    Ok(share(of(&settings.canary_endpoint), of(&settings.stable_endpoint)))
}

pub(super) async fn shift(cx: &Context<Clients>, aws: &Aws, settings: &GlobalAccelerator, percent: i64) -> Result<()> {
    let endpoints = endpoints(aws, settings).await?;
    let percent = i32::try_from(percent.clamp(0, 100)).unwrap_or(0);
    // The list replaces the one that is there: every endpoint has to be in it, as it is.
    let configurations = endpoints.iter().map(|endpoint| {
        let weight = match endpoint.endpoint_id() {
            Some(id) if id == settings.canary_endpoint => Some(percent),
            Some(id) if id == settings.stable_endpoint => Some(100 - percent),
            _ => endpoint.weight(),
        };
        EndpointConfiguration::builder()
            .set_endpoint_id(endpoint.endpoint_id().map(str::to_owned))
            .set_weight(weight)
            .set_client_ip_preservation_enabled(endpoint.client_ip_preservation_enabled())
            .build()
    });
    let request = aws.global_accelerator().update_endpoint_group().endpoint_group_arn(&settings.endpoint_group_arn);
    let request = request.set_endpoint_configurations(Some(configurations.collect()));
    request.send().await.doing("setting the weights of the endpoints")?;
    match accelerator_of(&settings.endpoint_group_arn) {
        Some(accelerator) => deployed(cx, aws, accelerator).await,
        None => Ok(()),
    }
}
