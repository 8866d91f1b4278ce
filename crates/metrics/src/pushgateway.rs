//! Telling a Pushgateway how a rollout ended.

use parapet_analysis::delivery::{Rollout, exposition};

use crate::MetricsError;
use crate::access::{Access, address, cause};

/// Puts the series of a rollout into the group `job="parapet"` of its service, in place of those of the rollout before.
///
/// # Errors
/// The Pushgateway does not answer, or refuses.
pub fn push(gateway: &str, access: &Access, rollout: &Rollout) -> Result<(), MetricsError> {
    let url = format!("{}/metrics/job/parapet/service/{}", address(gateway)?, rollout.service);
    let who = format!("the Pushgateway {url}");
    let mut request = access.agent()?.put(&url).header("Content-Type", "text/plain; version=0.0.4");
    for (name, value) in access.all_headers() {
        request = request.header(name, value);
    }
    let mut response = request
        .send(exposition(rollout))
        .map_err(|error| MetricsError::Unreachable { address: who.clone(), cause: cause(&error) })?;
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let said = response.body_mut().read_to_string().unwrap_or_default().trim().to_owned();
    Err(MetricsError::Refused { address: who, status: status.to_string(), passing: false, said, hint: "" })
}
