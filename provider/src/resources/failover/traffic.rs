//! Traffic: endpoint groups of a Global Accelerator, their health and their dials.

use std::time::Duration;

use aws_sdk_globalaccelerator::types::{AcceleratorStatus, EndpointDescription, HealthState};
use tfplugin::prelude::*;

use crate::aws::{Aws, AwsResult, Deadline, Look, Progress, until};

/// Longest wait for a change of the accelerator to be deployed.
const DEPLOYMENT_LIMIT: Duration = Duration::from_secs(20 * 60);

/// An endpoint group as AWS describes it.
#[derive(Clone, Debug)]
pub(crate) struct EndpointGroup {
    pub(crate) dial: f64,
    pub(crate) endpoints: Vec<EndpointDescription>,
}

impl EndpointGroup {
    /// Whether traffic sent here would be answered.
    pub(crate) fn is_healthy(&self) -> bool {
        self.endpoints.iter().any(|endpoint| endpoint.health_state() == Some(&HealthState::Healthy))
    }

    /// `2 endpoints: 1 healthy, 1 unhealthy`
    pub(crate) fn describe(&self) -> String {
        let count = |state: &HealthState| self.endpoints.iter().filter(|e| e.health_state() == Some(state)).count();
        format!(
            "{} endpoints: {} healthy, {} unhealthy",
            self.endpoints.len(),
            count(&HealthState::Healthy),
            count(&HealthState::Unhealthy)
        )
    }
}

/// Reads an endpoint group.
pub(crate) async fn endpoint_group(aws: &Aws, arn: &str) -> Result<EndpointGroup> {
    let answer = aws.global_accelerator().describe_endpoint_group().endpoint_group_arn(arn).send().await;
    let group = answer.doing("reading the endpoint group")?.endpoint_group;
    let group = group.ok_or_else(|| Error::new(format!("There is no endpoint group {arn}")))?;
    Ok(EndpointGroup {
        dial: f64::from(group.traffic_dial_percentage().unwrap_or(100.0)),
        endpoints: group.endpoint_descriptions.unwrap_or_default(),
    })
}

/// Sets the dial of an endpoint group. Its endpoints are left as they are.
pub(crate) async fn dial(aws: &Aws, arn: &str, percent: i64) -> Result<()> {
    #[expect(clippy::cast_precision_loss, reason = "percentages")]
    let percent = percent.clamp(0, 100) as f32;
    let request = aws.global_accelerator().update_endpoint_group().endpoint_group_arn(arn);
    request.traffic_dial_percentage(percent).send().await.doing("setting the traffic dial")?;
    Ok(())
}

/// Waits until the last change of the accelerator is in effect everywhere.
pub(crate) async fn deployed<C>(cx: &Context<C>, aws: &Aws, accelerator: &str) -> Result<()> {
    let look = || async {
        let answer = aws.global_accelerator().describe_accelerator().accelerator_arn(accelerator).send().await;
        let status = answer.look("reading the accelerator")?.accelerator.and_then(|accelerator| accelerator.status);
        match status {
            Some(AcceleratorStatus::Deployed) => Ok(Progress::Done(())),
            status => {
                Ok(Progress::Waiting(status.map_or_else(|| "none".to_owned(), |status| status.as_str().to_owned())))
            }
        }
    };
    until(cx, Deadline::after(DEPLOYMENT_LIMIT), "the accelerator to be deployed", look).await
}

/// The accelerator an endpoint group belongs to: the front part of its ARN.
pub(crate) fn accelerator_of(endpoint_group: &str) -> Option<&str> {
    endpoint_group.split_once("/listener/").map(|(accelerator, _)| accelerator)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_group_names_its_accelerator() {
        let arn = "arn:aws:globalaccelerator::123456789012:accelerator/abc/listener/def/endpoint-group/ghi";
        assert_eq!(accelerator_of(arn), Some("arn:aws:globalaccelerator::123456789012:accelerator/abc"));
        assert_eq!(accelerator_of("nonsense"), None);
    }
}
