//! Passing calls on to moto, and asking it for what the sandbox's own services have to know.

mod ec2;
mod eks;
mod rds;

use std::net::SocketAddr;

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, EXPECT, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use thiserror::Error;

use crate::moto::{Moto, MotoError};
use crate::services::Call;

/// Any body.
pub type Body = BoxBody<Bytes, hyper::Error>;

/// A body that is there already.
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed()
}

/// Why moto gave no answer.
#[derive(Debug, Error)]
pub enum ProxyError {
    /// There is none.
    #[error("the sandbox runs without moto and does not implement this call; start it with --moto")]
    NoMoto,
    /// It does not run.
    #[error(transparent)]
    Moto(#[from] MotoError),
    /// The connection to it failed.
    #[error("moto_server gave no answer: {0}")]
    Connection(String),
    /// It said what cannot be understood.
    #[error("moto_server answered {0} with what cannot be understood")]
    Answer(String),
}

/// The way to moto.
#[derive(Debug)]
pub struct Proxy {
    moto: Option<Moto>,
    client: Client<HttpConnector, Body>,
    known: ec2::Known,
}

impl Proxy {
    /// The way to this moto.
    #[must_use]
    pub fn new(moto: Option<Moto>) -> Self {
        // moto closes every connection after its answer: a pool would only hold dead ones.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http();
        Self { moto, client, known: ec2::Known::default() }
    }

    /// Whether there is a moto.
    #[must_use]
    pub fn has_moto(&self) -> bool {
        self.moto.is_some()
    }

    /// Moto's address, once it answers.
    ///
    /// # Errors
    /// There is none, or it does not run.
    pub async fn address(&self) -> Result<SocketAddr, ProxyError> {
        Ok(self.moto.as_ref().ok_or(ProxyError::NoMoto)?.address().await?)
    }

    /// Passes a request on as it is; `account` is told to moto, which does not read it from the access key.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn forward(
        &self,
        mut parts: Parts,
        body: Body,
        account: Option<&str>,
    ) -> Result<Response<hyper::body::Incoming>, ProxyError> {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        parts.uri = self.uri(path).await?;
        // What concerns one connection is not for the next.
        for name in [CONNECTION, EXPECT] {
            parts.headers.remove(name);
        }
        if let Some(account) = account.and_then(|account| HeaderValue::from_str(account).ok()) {
            parts.headers.insert(HeaderName::from_static("x-moto-account-id"), account);
        }
        parts.version = hyper::Version::HTTP_11;
        let answer = self.client.request(Request::from_parts(parts, body)).await;
        answer.map_err(|e| ProxyError::Connection(e.to_string()))
    }

    /// Passes on a request of which the body is another than the one that came.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn call(
        &self,
        call: &Call,
        service: &str,
        headers: &[(&'static str, &str)],
        path: &str,
        body: Vec<u8>,
    ) -> Result<Response<Bytes>, ProxyError> {
        self.ask(call, Method::POST, service, headers, path, body).await
    }

    async fn ask(
        &self,
        call: &Call,
        method: Method,
        service: &str,
        headers: &[(&'static str, &str)],
        path: &str,
        body: Vec<u8>,
    ) -> Result<Response<Bytes>, ProxyError> {
        let scope = format!("Credential=sandbox/20200101/{}/{service}/aws4_request", call.region);
        let mut request = Request::builder()
            .method(method)
            .uri(self.uri(path).await?)
            .header("authorization", format!("AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=0"))
            .header("x-moto-account-id", &call.account)
            .header(CONTENT_LENGTH, body.len());
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(full(body)).map_err(|e| ProxyError::Connection(e.to_string()))?;
        let answer = self.client.request(request).await.map_err(|e| ProxyError::Connection(e.to_string()))?;
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.map_err(|e| ProxyError::Connection(e.to_string()))?.to_bytes();
        Ok(Response::from_parts(parts, body))
    }

    /// Empties moto.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn reset(&self) -> Result<(), ProxyError> {
        let request = Request::post(self.uri("/moto-api/reset").await?).header(CONTENT_LENGTH, 0);
        let request = request.body(full("")).map_err(|e| ProxyError::Connection(e.to_string()))?;
        self.client.request(request).await.map(|_| ()).map_err(|e| ProxyError::Connection(e.to_string()))
    }

    async fn uri(&self, path: &str) -> Result<Uri, ProxyError> {
        let uri = format!("http://{}{path}", self.address().await?);
        uri.parse().map_err(|_| ProxyError::Connection(format!("{path} is no path")))
    }

    /// The account that moto knows for the access key of a request.
    ///
    /// # Errors
    /// There is no answer.
    pub async fn account(&self, authorization: &HeaderValue) -> Result<Option<String>, ProxyError> {
        let body = b"Action=GetCallerIdentity&Version=2011-06-15".to_vec();
        let request = Request::post(self.uri("/").await?)
            .header("authorization", restated(authorization, "sts"))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(CONTENT_LENGTH, body.len())
            .body(full(body))
            .map_err(|e| ProxyError::Connection(e.to_string()))?;
        let answer = self.client.request(request).await.map_err(|e| ProxyError::Connection(e.to_string()))?;
        let body = answer.into_body().collect().await.map_err(|e| ProxyError::Connection(e.to_string()))?.to_bytes();
        let text = String::from_utf8_lossy(&body);
        let document = parse(&text, "GetCallerIdentity")?;
        Ok(document
            .descendants()
            .find(|node| node.has_tag_name("Account"))
            .and_then(|node| node.text())
            .map(str::to_owned))
    }
}

fn parse<'a>(text: &'a str, operation: &str) -> Result<roxmltree::Document<'a>, ProxyError> {
    roxmltree::Document::parse(text).map_err(|_| ProxyError::Answer(operation.to_owned()))
}

/// The credential of a signature, for another service.
fn restated(authorization: &HeaderValue, service: &str) -> String {
    let text = authorization.to_str().unwrap_or_default();
    let credential =
        text.split("Credential=").nth(1).and_then(|rest| rest.split([',', ' ']).next()).unwrap_or_default();
    let key = credential.split('/').next().unwrap_or_default();
    format!(
        "AWS4-HMAC-SHA256 Credential={key}/20200101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    )
}
