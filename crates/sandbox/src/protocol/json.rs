//! JSON 1.0 and 1.1.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Answer, ApiError};

/// Reads a request; an empty body is an empty object.
///
/// # Errors
/// The body is no JSON of that shape; answered as `invalid`, the service's code for it.
pub fn read<T: DeserializeOwned>(body: &[u8], invalid: &str) -> Result<T, ApiError> {
    let body = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|e| ApiError::new(invalid, format!("The request is not valid: {e}")))
}

/// Writes an answer.
pub fn answer(value: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(value).unwrap_or_else(|e| e.to_string().into_bytes());
    Answer::ok("application/x-amz-json-1.1", body)
}

/// `Message` is the member in the models of Global Accelerator, `message` in those of most others; SDKs read either.
pub(super) fn error(error: &ApiError) -> Vec<u8> {
    #[derive(Serialize)]
    struct Body<'a> {
        __type: &'a str,
        #[serde(rename = "Message")]
        upper: &'a str,
        message: &'a str,
    }
    let body = Body { __type: &error.code, upper: &error.message, message: &error.message };
    serde_json::to_vec(&body).unwrap_or_default()
}
