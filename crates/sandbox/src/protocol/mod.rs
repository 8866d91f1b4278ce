//! The wire: which protocol a request speaks, what it calls, and how an answer or an error is written in it.

pub mod cbor;
pub mod json;
pub mod query;
pub mod xml;

use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use thiserror::Error;

use crate::sigv4::Scope;

/// A protocol of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Form parameters in, XML out: RDS, STS, IAM.
    Query,
    /// As [`Query`](Self::Query), with errors of another shape: EC2.
    Ec2,
    /// JSON with the operation in `X-Amz-Target`: Global Accelerator, DynamoDB, KMS.
    Json,
    /// CBOR with the operation in the path: CloudWatch.
    Cbor,
    /// REST with JSON: EKS.
    RestJson,
    /// REST with XML: S3, Route 53.
    RestXml,
}

/// An error as AWS answers it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{code}: {message}")]
pub struct ApiError {
    /// The code on the wire, for example `DBInstanceNotFound`.
    pub code: String,
    /// For a person.
    pub message: String,
    /// HTTP status.
    pub status: u16,
}

impl ApiError {
    /// An error with HTTP status 400.
    pub fn new(code: &str, message: impl Into<String>) -> Self {
        Self { code: code.to_owned(), message: message.into(), status: 400 }
    }

    /// The same with another HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    fn fault(&self) -> &'static str {
        if self.status < 500 { "Sender" } else { "Receiver" }
    }
}

/// An answer ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers, the request id not among them.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body.
    pub body: Vec<u8>,
    /// The error's code, for the event log.
    pub error: Option<String>,
}

impl Answer {
    /// A body of a content type.
    #[must_use]
    pub fn ok(content_type: &'static str, body: Vec<u8>) -> Self {
        let headers = vec![(CONTENT_TYPE, HeaderValue::from_static(content_type))];
        Self { status: StatusCode::OK, headers, body, error: None }
    }

    fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((HeaderName::from_static(name), value));
        }
        self
    }
}

/// The protocol a request speaks; `form` is its body if that is a form.
#[must_use]
pub fn protocol(headers: &HeaderMap, scope: Option<&Scope>, form: bool) -> Protocol {
    let service = scope.map_or("", |scope| scope.service.as_str());
    if headers.get("smithy-protocol").is_some_and(|value| value == "rpc-v2-cbor") {
        Protocol::Cbor
    } else if headers.contains_key("x-amz-target") {
        Protocol::Json
    } else if service == "ec2" {
        Protocol::Ec2
    } else if form {
        Protocol::Query
    } else if matches!(service, "s3" | "route53" | "cloudfront") {
        Protocol::RestXml
    } else {
        Protocol::RestJson
    }
}

/// The operation a request calls. REST says it in method and path, and only S3's are told apart by name here; of another
/// REST service the operation is `METHOD /path`.
#[must_use]
pub fn operation(
    protocol: Protocol,
    method: &Method,
    path: &str,
    query: Option<&str>,
    headers: &HeaderMap,
    params: Option<&query::Params>,
) -> String {
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    match protocol {
        Protocol::Json => target.and_then(|target| target.rsplit('.').next()).unwrap_or("Unknown").to_owned(),
        Protocol::Cbor => path.rsplit('/').next().unwrap_or("Unknown").to_owned(),
        Protocol::Query | Protocol::Ec2 => {
            params.and_then(|params| params.get("Action")).unwrap_or("Unknown").to_owned()
        }
        Protocol::RestXml => s3_operation(method, path, query.unwrap_or_default()),
        Protocol::RestJson => format!("{method} {path}"),
    }
}

fn s3_operation(method: &Method, path: &str, query: &str) -> String {
    let object = path.trim_start_matches('/').split_once('/').is_some_and(|(_, key)| !key.is_empty());
    let what = if object { "Object" } else { "Bucket" };
    let sub = query.split('&').next().and_then(|pair| pair.split('=').next()).unwrap_or_default();
    let verb = match *method {
        Method::GET if !object && (sub.is_empty() || sub == "list-type" || sub == "prefix") => {
            return if path == "/" { "ListBuckets".to_owned() } else { "ListObjects".to_owned() };
        }
        Method::GET => "Get",
        Method::HEAD => "Head",
        Method::DELETE => "Delete",
        Method::PUT if object => "Put",
        Method::PUT if sub.is_empty() => "Create",
        _ => "Put",
    };
    // `x-id=PutObject` only repeats the operation's name.
    if sub.is_empty() || sub.starts_with("x-id") || sub.starts_with("X-Amz") {
        format!("{verb}{what}")
    } else {
        format!("{verb}{what}?{sub}")
    }
}

/// Whether an operation changes nothing.
#[must_use]
pub fn reads_only(protocol: Protocol, method: &Method, operation: &str) -> bool {
    const READS: [&str; 10] =
        ["Describe", "Get", "List", "Head", "BatchGet", "Query", "Scan", "Search", "Lookup", "Decrypt"];
    match protocol {
        Protocol::RestJson => matches!(*method, Method::GET | Method::HEAD),
        _ => READS.iter().any(|prefix| operation.starts_with(prefix)),
    }
}

/// An error as `protocol` writes it.
#[must_use]
pub fn error(protocol: Protocol, service: &str, error: &ApiError, request_id: &str) -> Answer {
    let mut answer = match protocol {
        Protocol::Query => Answer::ok("text/xml", query::error(service, error, request_id)),
        Protocol::Ec2 => Answer::ok("text/xml;charset=UTF-8", query::ec2_error(error, request_id)),
        Protocol::RestXml => Answer::ok("application/xml", query::s3_error(error, request_id)),
        Protocol::Json | Protocol::RestJson => {
            Answer::ok("application/x-amz-json-1.1", json::error(error)).with("x-amzn-errortype", &error.code)
        }
        Protocol::Cbor => Answer::ok("application/cbor", cbor::error(error)).with("smithy-protocol", "rpc-v2-cbor"),
    };
    if service == "monitoring" && matches!(protocol, Protocol::Json | Protocol::Cbor) {
        answer = answer.with("x-amzn-query-error", &format!("{};{}", error.code, error.fault()));
    }
    answer.status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    answer.error = Some(error.code.clone());
    answer
}

/// What a service says to a caller who is too fast, and with which status.
#[must_use]
pub fn throttled(protocol: Protocol, service: &str) -> ApiError {
    let (code, status) = match (service, protocol) {
        ("ec2", _) => ("RequestLimitExceeded", 503),
        ("s3", _) => ("SlowDown", 503),
        ("eks", _) => ("TooManyRequestsException", 429),
        ("dynamodb", _) => ("ThrottlingException", 400),
        (_, Protocol::Query) => ("Throttling", 400),
        (_, Protocol::RestJson) => ("ThrottlingException", 429),
        _ => ("ThrottlingException", 400),
    };
    ApiError::new(code, "Rate exceeded").with_status(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_operations_are_named() {
        for (method, path, query, name) in [
            (Method::PUT, "/bucket", "", "CreateBucket"),
            (Method::PUT, "/bucket/key", "x-id=PutObject", "PutObject"),
            (Method::GET, "/bucket/a/b", "", "GetObject"),
            (Method::GET, "/bucket", "list-type=2", "ListObjects"),
            (Method::PUT, "/bucket", "versioning", "PutBucket?versioning"),
            (Method::DELETE, "/bucket/key", "", "DeleteObject"),
        ] {
            assert_eq!(s3_operation(&method, path, query), name);
        }
    }

    #[test]
    fn every_protocol_writes_its_own_errors() {
        let throttled = throttled(Protocol::Query, "rds");
        let answer = error(Protocol::Query, "rds", &throttled, "id-1");
        assert_eq!(
            String::from_utf8(answer.body).unwrap(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ErrorResponse xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\"><Error>\
             <Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>id-1</RequestId></ErrorResponse>"
        );
        let slow = super::throttled(Protocol::RestXml, "s3");
        assert_eq!((slow.code.as_str(), slow.status), ("SlowDown", 503));
        let answer = error(Protocol::Json, "globalaccelerator", &ApiError::new("A", "b\"c"), "id");
        assert_eq!(String::from_utf8(answer.body).unwrap(), r#"{"__type":"A","Message":"b\"c","message":"b\"c"}"#);
    }
}
