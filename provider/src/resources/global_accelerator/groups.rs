//! Changing the endpoint groups of a listener.

use std::collections::BTreeSet;

use aws_sdk_globalaccelerator::types::EndpointGroup as RemoteGroup;
use aws_sdk_globalaccelerator::types::{EndpointConfiguration, EndpointDescription};
use tfplugin::prelude::*;

use super::changes::{Changes, moved_on};
use super::model::{Endpoint, EndpointGroup, Listener, PortRange};
use super::remote::{RemoteListener, whole};
use crate::aws::AwsResult;

/// Health checks of a group, with AWS's own choices spelled out: an update that leaves one out would keep the old one.
#[derive(Debug, PartialEq)]
struct HealthCheck {
    port: i64,
    protocol: String,
    path: Option<String>,
    interval: i64,
    threshold: i64,
}

impl HealthCheck {
    fn wanted(group: &EndpointGroup, ranges: &[PortRange]) -> Self {
        let is_http = group.health_check_protocol != "TCP";
        let first_port = ranges.first().map(|range| range.from_port).unwrap_or_default();
        Self {
            port: group.health_check_port.unwrap_or(first_port),
            protocol: group.health_check_protocol.clone(),
            path: is_http.then(|| group.health_check_path.clone().unwrap_or_else(|| "/".to_owned())),
            interval: group.health_check_interval_seconds,
            threshold: group.threshold_count,
        }
    }

    /// Whether AWS has it so already. Of several first ports, any will do where the configuration names none.
    fn is_met(&self, remote: &RemoteGroup, group: &EndpointGroup, ranges: &[PortRange]) -> bool {
        let port = remote.health_check_port.map(i64::from).unwrap_or_default();
        let any_first = group.health_check_port.is_none() && ranges.iter().any(|range| range.from_port == port);
        let path = remote.health_check_path.as_deref().filter(|path| !path.is_empty()).unwrap_or("/");
        (port == self.port || any_first)
            && remote.health_check_protocol.as_ref().map_or("TCP", |protocol| protocol.as_str()) == self.protocol
            && self.path.as_deref().is_none_or(|wanted| wanted == path)
            && remote.health_check_interval_seconds.map(i64::from) == Some(self.interval)
            && remote.threshold_count.map(i64::from) == Some(self.threshold)
    }
}

/// What to send for the endpoints of a group, given what AWS has. AWS replaces the whole list, so that a value the configuration leaves
/// to AWS is the one it has.
fn wanted_endpoints(wanted: &[Endpoint], remote: &[EndpointDescription]) -> Vec<EndpointConfiguration> {
    let configuration = |endpoint: &Endpoint| {
        let found = remote.iter().find(|found| found.endpoint_id() == Some(endpoint.endpoint_id.as_str()));
        let weight = endpoint.weight.map(whole).or(found.and_then(|found| found.weight));
        let keeps_address = endpoint.client_ip_preservation_enabled;
        EndpointConfiguration::builder()
            .endpoint_id(&endpoint.endpoint_id)
            .set_weight(weight)
            .set_client_ip_preservation_enabled(
                keeps_address.or(found.and_then(|found| found.client_ip_preservation_enabled)),
            )
            .build()
    };
    wanted.iter().map(configuration).collect()
}

fn same_endpoints(wanted: &[EndpointConfiguration], remote: &[EndpointDescription]) -> bool {
    let is_there = |wanted: &EndpointConfiguration| {
        remote.iter().any(|found| {
            found.endpoint_id == wanted.endpoint_id
                && found.weight == wanted.weight
                && found.client_ip_preservation_enabled == wanted.client_ip_preservation_enabled
        })
    };
    wanted.len() == remote.len() && wanted.iter().all(is_there)
}

impl Changes<'_> {
    /// Brings the endpoint groups of a listener that stays from `prior` to `plan`. New groups come before old ones go, so that there is
    /// always one that takes traffic.
    pub(super) async fn groups(
        &self,
        listener_arn: &str,
        remote: &RemoteListener,
        prior: Option<&Listener>,
        plan: &mut Listener,
        fenced: &BTreeSet<String>,
    ) -> Result<()> {
        for position in 0..plan.endpoint_group.len() {
            let Some(group) = plan.endpoint_group.get(position) else { continue };
            match group.arn.known() {
                Some(arn) => {
                    let has_arn = |found: &&RemoteGroup| found.endpoint_group_arn() == Some(arn);
                    let found = remote.groups.iter().find(has_arn).ok_or_else(|| moved_on(arn))?;
                    self.update_group(arn, found, group, &plan.port_range, fenced).await?;
                }
                None => self.create_group(listener_arn, plan, position, fenced).await?,
            }
        }
        let before = prior.map(|prior| prior.endpoint_group.as_slice()).unwrap_or_default();
        for gone in before.iter().filter_map(|group| group.arn.known()) {
            if !plan.endpoint_group.iter().any(|group| group.arn.known() == Some(gone)) {
                self.delete_group(gone).await?;
            }
        }
        Ok(())
    }

    async fn update_group(
        &self,
        arn: &str,
        remote: &RemoteGroup,
        plan: &EndpointGroup,
        ranges: &[PortRange],
        fenced: &BTreeSet<String>,
    ) -> Result<()> {
        let check = HealthCheck::wanted(plan, ranges);
        let endpoints = wanted_endpoints(&plan.endpoint, remote.endpoint_descriptions());
        // A fence stays up: whoever put it there takes it down.
        let endpoints = (!fenced.contains(&plan.region) && !same_endpoints(&endpoints, remote.endpoint_descriptions()))
            .then_some(endpoints);
        if endpoints.is_none() && check.is_met(remote, plan, ranges) {
            return Ok(());
        }
        let request = self
            .client
            .update_endpoint_group()
            .endpoint_group_arn(arn)
            .set_endpoint_configurations(endpoints)
            .health_check_port(whole(check.port))
            .health_check_protocol(check.protocol.as_str().into())
            .set_health_check_path(check.path)
            .health_check_interval_seconds(whole(check.interval))
            .threshold_count(whole(check.threshold));
        let doing = format!("changing the endpoint group of {}", plan.region);
        self.once_free(&[], || request.clone().send()).await?.doing(&doing)?;
        Ok(())
    }

    /// Creates the group at `position` of a listener.
    pub(super) async fn create_group(
        &self,
        listener_arn: &str,
        listener: &mut Listener,
        position: usize,
        fenced: &BTreeSet<String>,
    ) -> Result<()> {
        let Some(group) = listener.endpoint_group.get_mut(position) else { return Ok(()) };
        let check = HealthCheck::wanted(group, &listener.port_range);
        let endpoints: &[Endpoint] = if fenced.contains(&group.region) { &[] } else { &group.endpoint };
        #[expect(clippy::cast_possible_truncation, reason = "a percentage; AWS has it with the precision of f32")]
        let dial = group.initial_traffic_dial_percentage as f32;
        let request = self
            .client
            .create_endpoint_group()
            .listener_arn(listener_arn)
            .endpoint_group_region(&group.region)
            .set_endpoint_configurations(Some(wanted_endpoints(endpoints, &[])))
            .traffic_dial_percentage(dial)
            .health_check_port(whole(check.port))
            .health_check_protocol(check.protocol.as_str().into())
            .set_health_check_path(check.path)
            .health_check_interval_seconds(whole(check.interval))
            .threshold_count(whole(check.threshold));
        let doing = format!("creating the endpoint group of {}", group.region);
        let created = self.once_free(&[], || request.clone().send()).await?.doing(&doing)?.endpoint_group;
        group.arn = created.and_then(|created| created.endpoint_group_arn).into();
        Ok(())
    }

    pub(super) async fn delete_group(&self, arn: &str) -> Result<()> {
        let request = self.client.delete_endpoint_group().endpoint_group_arn(arn);
        let answer = self.once_free(&[], || request.clone().send()).await?;
        answer.unless(&["EndpointGroupNotFoundException"], "deleting an endpoint group")?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_globalaccelerator::types::HealthCheckProtocol;

    use super::*;

    fn endpoint(weight: Option<i64>) -> Endpoint {
        Endpoint { endpoint_id: "a".to_owned(), weight, client_ip_preservation_enabled: None }
    }

    fn described(weight: i32) -> EndpointDescription {
        EndpointDescription::builder().endpoint_id("a").weight(weight).client_ip_preservation_enabled(true).build()
    }

    #[test]
    fn endpoints_keep_what_is_left_to_aws() {
        for (wanted, has, sent, same) in
            [(Some(0), 128, 0, false), (None, 77, 77, true), (Some(128), 128, 128, true), (Some(255), 0, 255, false)]
        {
            let remote = [described(has)];
            let endpoints = wanted_endpoints(&[endpoint(wanted)], &remote);
            assert_eq!((endpoints[0].weight, endpoints[0].client_ip_preservation_enabled), (Some(sent), Some(true)));
            assert_eq!(same_endpoints(&endpoints, &remote), same, "{wanted:?} {has}");
        }
        let new = wanted_endpoints(&[endpoint(None), endpoint(Some(0))], &[]);
        assert_eq!((new[0].weight, new[1].weight), (None, Some(0)));
        assert!(!same_endpoints(&[], &[described(1)]) && same_endpoints(&[], &[]));
    }

    #[test]
    fn health_checks_are_compared_with_what_aws_would_choose() {
        let ranges = [PortRange { from_port: 443, to_port: 443 }, PortRange { from_port: 80, to_port: 90 }];
        let mut group = EndpointGroup {
            arn: Computed::Unknown,
            region: "eu-west-1".to_owned(),
            initial_traffic_dial_percentage: 100.0,
            health_check_port: None,
            health_check_protocol: "HTTP".to_owned(),
            health_check_path: None,
            health_check_interval_seconds: 30,
            threshold_count: 3,
            endpoint: Vec::new(),
        };
        let remote = |port: i32, path: &str| {
            RemoteGroup::builder()
                .health_check_port(port)
                .health_check_path(path)
                .health_check_protocol(HealthCheckProtocol::Http)
                .health_check_interval_seconds(30)
                .threshold_count(3)
                .build()
        };
        let is_met = |group: &EndpointGroup, port: i32, path: &str| {
            HealthCheck::wanted(group, &ranges).is_met(&remote(port, path), group, &ranges)
        };
        assert!(is_met(&group, 443, "/") && is_met(&group, 80, ""), "either first port");
        assert!(!is_met(&group, 85, "/") && !is_met(&group, 443, "/health"));
        assert_eq!(
            HealthCheck::wanted(&group, &ranges).port,
            443,
            "an own port that is taken away is AWS's choice again"
        );
        group.health_check_port = Some(8080);
        assert!(is_met(&group, 8080, "/") && !is_met(&group, 80, "/"));
        group.health_check_protocol = "TCP".to_owned();
        assert_eq!(HealthCheck::wanted(&group, &ranges).path, None);
    }
}
