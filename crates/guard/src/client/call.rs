//! One call: a message there, a message back.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::header::HeaderMap;
use hyper::{Request, Response, body::Incoming};

use super::{ClientError, bytes_of};
use crate::launch::{BoxError, Instance};
use crate::message::Message;

/// Calls a method of the provider service.
///
/// # Errors
/// The connection breaks, the provider answers with a status of its own, or with bytes that are not the message.
pub(super) async fn unary<Q: prost::Message, A: prost::Message + Default>(
    instance: &Instance,
    call: &'static str,
    request: &Q,
) -> Result<A, ClientError> {
    let failed = |message: String| ClientError::Call { call, message };
    let (content, headers) =
        send(instance, call, bytes_of(request)).await.map_err(|error| failed(error.to_string()))?;
    match headers.get("grpc-status").and_then(|it| it.to_str().ok()) {
        Some("0") => {}
        status => {
            let message = headers.get("grpc-message").and_then(|it| it.to_str().ok()).unwrap_or("it says nothing more");
            return Err(failed(format!("status {}: {}", status.unwrap_or("missing"), readable(message))));
        }
    }
    let message = Message::read(&content, &headers).map_err(failed)?;
    A::decode(message.content).map_err(|error| failed(format!("its answer cannot be read: {error}")))
}

/// The body, and headers and trailers together: a status without a body stands in the headers.
async fn send(instance: &Instance, call: &str, content: Bytes) -> Result<(Bytes, HeaderMap), BoxError> {
    let body = Full::new(Message::frame(&content)).map_err(|never| match never {}).boxed_unsync();
    let request = Request::post(format!("http://localhost/tfplugin6.Provider/{call}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(body)?;
    let mut client = instance.client();
    client.ready().await?;
    let answer: Response<Incoming> = client.send_request(request).await?;
    let (head, body) = answer.into_parts();
    let collected = body.collect().await?;
    let mut headers = head.headers;
    headers.extend(collected.trailers().cloned().unwrap_or_default());
    Ok((collected.to_bytes(), headers))
}

/// gRPC writes messages percent-encoded.
fn readable(message: &str) -> String {
    let mut out = Vec::with_capacity(message.len());
    let mut rest = message.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let encoded = (*first == b'%').then(|| after.get(..2)).flatten();
        let byte = encoded.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        rest = match byte {
            Some(_) => after.get(2..).unwrap_or_default(),
            None => after,
        };
        out.push(byte.unwrap_or(*first));
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_decoded() {
        for (text, expected) in
            [("plain", "plain"), ("50%25 of %22it%22", "50% of \"it\""), ("100%", "100%"), ("%zz%", "%zz%")]
        {
            assert_eq!(readable(text), expected);
        }
    }
}
