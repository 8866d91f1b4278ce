//! A request to a service itself.

use std::time::Duration;

use crate::MetricsError;
use crate::access::{Access, address, cause};

/// Largest body that is read.
const BODY_LIMIT: u64 = 1 << 20;

/// What a service answers to GET within `limit`: the status and the body.
///
/// # Errors
/// There is no answer in time, or its body is above 1 MiB.
pub fn probe(url: &str, access: &Access, limit: Duration) -> Result<(u16, String), MetricsError> {
    address(url)?;
    let mut request = access.agent()?.get(url).config().timeout_global(Some(limit)).build();
    for (name, value) in access.all_headers() {
        request = request.header(name, value);
    }
    let mut response =
        request.call().map_err(|error| MetricsError::Unreachable { address: url.to_owned(), cause: cause(&error) })?;
    let status = response.status().as_u16();
    let body = response
        .body_mut()
        .with_config()
        .limit(BODY_LIMIT)
        .lossy_utf8(true)
        .read_to_string()
        .map_err(|error| MetricsError::Unreadable { address: url.to_owned(), cause: error.to_string() })?;
    Ok((status, body))
}
