//! The way of a call: who calls what, whether a fault strikes, who answers, and what is noted of it.

mod own;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response};

use crate::clock::wall;
use crate::control::Control;
use crate::events::Outcome;
use crate::faults::{Blackout, FaultEffect, Silence};
use crate::protocol::query::Params;
use crate::protocol::{self, Answer, ApiError};
use crate::proxy::{Body, Proxy, ProxyError, full};
use crate::services::{Call, eks};
use crate::sigv4::{DEFAULT_ACCOUNT, Scope};

/// A body that has to be read before anybody knows what it asks for is no larger.
const LARGEST_FORM: usize = 32 * 1024 * 1024;

/// The connection is to be dropped without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is dropped on purpose")]
pub(crate) struct Dropped;

/// Answers calls of AWS.
#[derive(Debug)]
pub(crate) struct Dispatcher {
    control: Arc<Control>,
    proxy: Proxy,
    accounts: Mutex<BTreeMap<String, String>>,
}

/// A request, read as far as it has to be.
struct Asked {
    parts: Parts,
    params: Option<Params>,
    body: Given,
    account: Option<String>,
}

enum Given {
    Read(Bytes),
    Streams(Incoming),
}

impl Given {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Read(bytes) => bytes,
            Self::Streams(_) => &[],
        }
    }
}

/// What strikes a call.
enum Strike {
    Blackout(Blackout),
    Fault(FaultEffect),
}

impl Dispatcher {
    pub(crate) fn new(control: Arc<Control>, proxy: Proxy) -> Self {
        Self { control, proxy, accounts: Mutex::new(BTreeMap::new()) }
    }

    pub(crate) fn control(&self) -> &Control {
        &self.control
    }

    pub(crate) fn proxy(&self) -> &Proxy {
        &self.proxy
    }

    /// Answers a call, or says that the connection is to be dropped.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Result<Response<Body>, Dropped> {
        let (parts, body) = request.into_parts();
        let scope = Scope::of(&parts.headers, parts.uri.query());
        let service = scope.as_ref().map_or_else(String::new, |scope| scope.service.clone());
        let form = parts
            .headers
            .get(CONTENT_TYPE)
            .is_some_and(|it| it.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
        let body = if form || own::SERVICES.contains(&service.as_str()) {
            Given::Read(Limited::new(body, LARGEST_FORM).collect().await.map_err(|_| Dropped)?.to_bytes())
        } else {
            Given::Streams(body)
        };
        let in_query = parts.uri.query().filter(|query| parts.method == Method::GET && query.contains("Action="));
        let params = if form {
            Some(Params::parse(body.bytes()))
        } else {
            in_query.map(|query| Params::parse(query.as_bytes()))
        };
        let protocol = protocol::protocol(&parts.headers, scope.as_ref(), params.is_some());
        let path = parts.uri.path();
        let named = (service == "eks").then(|| eks::Route::of(&parts.method, path)).flatten();
        let operation = named.map(|route| route.operation.to_owned()).unwrap_or_else(|| {
            protocol::operation(protocol, &parts.method, path, parts.uri.query(), &parts.headers, params.as_ref())
        });
        let known = scope.as_ref().and_then(Scope::account).map(str::to_owned);
        let mut call = Call {
            account: self.account(scope.as_ref(), &parts).await,
            region: scope.map_or_else(|| "us-east-1".to_owned(), |scope| scope.region),
            service,
            operation,
            protocol,
            request_id: uuid::Uuid::new_v4().to_string(),
            now: self.control.now(),
            wall: wall(),
        };
        let reads_only = protocol::reads_only(protocol, &parts.method, &call.operation);
        let asked = Asked { parts, params, body, account: known };
        let mut drop_after = false;
        match self.strike(&call) {
            None => {}
            Some(Strike::Blackout(blackout)) => {
                self.control.state().record(&call, reads_only, &Outcome::BlackedOut);
                if let Silence::Hang(milliseconds) = blackout.mode {
                    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                }
                return Err(Dropped);
            }
            Some(Strike::Fault(FaultEffect::DropBefore)) => {
                self.control.state().record(&call, reads_only, &Outcome::DroppedBefore);
                return Err(Dropped);
            }
            Some(Strike::Fault(FaultEffect::Throttle)) => {
                let error = protocol::throttled(call.protocol, &call.service);
                return Ok(self.refused(&call, reads_only, &error));
            }
            Some(Strike::Fault(FaultEffect::Error { status, code, message })) => {
                let message =
                    if message.is_empty() { "An error was injected into this call.".to_owned() } else { message };
                return Ok(self.refused(&call, reads_only, &ApiError { code, message, status }));
            }
            Some(Strike::Fault(FaultEffect::Latency(milliseconds))) => {
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            }
            Some(Strike::Fault(FaultEffect::DropAfter)) => drop_after = true,
        }
        call.wall = wall();
        let answer = self.carry_out(&mut call, asked, reads_only, drop_after).await;
        if drop_after { Err(Dropped) } else { Ok(answer) }
    }

    fn strike(&self, call: &Call) -> Option<Strike> {
        let mut state = self.control.state();
        if let Some(blackout) = state.blackouts.get(&call.region) {
            return Some(Strike::Blackout(blackout.clone()));
        }
        state.faults.strike(call).map(Strike::Fault)
    }

    fn refused(&self, call: &Call, reads_only: bool, error: &ApiError) -> Response<Body> {
        let answer = protocol::error(call.protocol, &call.service, error, &call.request_id);
        self.control.state().record(call, reads_only, &Outcome::Failed { code: error.code.clone() });
        response(call, answer)
    }

    async fn pass_on(&self, call: &Call, asked: Asked, reads_only: bool, dropped: bool) -> Response<Body> {
        let body = match asked.body {
            Given::Read(bytes) => full(bytes),
            Given::Streams(body) => body.boxed(),
        };
        let answer = match self.proxy.forward(asked.parts, body, asked.account.as_deref()).await {
            Ok(answer) => answer,
            Err(error) => return response(call, self.noted(call, Err(unavailable(&error)), reads_only, dropped)),
        };
        let (parts, body) = answer.into_parts();
        let (outcome, body) = if parts.status.is_success() || parts.status.is_redirection() {
            (Outcome::Succeeded, body.boxed())
        } else {
            let bytes = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
            (Outcome::Failed { code: error_code(&parts.headers, &bytes, parts.status.as_u16()) }, full(bytes))
        };
        let outcome = if dropped { Outcome::DroppedAfter } else { outcome };
        self.control.state().record(call, reads_only, &outcome);
        if !reads_only && call.service == "ec2" && call.operation.contains("SecurityGroup") {
            self.look_at_groups(call).await;
        }
        Response::from_parts(parts, body)
    }

    async fn account(&self, scope: Option<&Scope>, parts: &Parts) -> String {
        let default = || DEFAULT_ACCOUNT.to_owned();
        let Some(scope) = scope else { return default() };
        if let Some(account) = scope.account() {
            return account.to_owned();
        }
        let ours = own::SERVICES.contains(&scope.service.as_str());
        let Some(authorization) = parts.headers.get(AUTHORIZATION).filter(|_| ours && scope.issued_by_moto()) else {
            return default();
        };
        let known = |accounts: &Mutex<BTreeMap<String, String>>| {
            accounts.lock().unwrap_or_else(PoisonError::into_inner).get(&scope.access_key).cloned()
        };
        if let Some(account) = known(&self.accounts) {
            return account;
        }
        let Ok(Some(account)) = self.proxy.account(authorization).await else { return default() };
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        accounts.insert(scope.access_key.clone(), account.clone());
        account
    }
}

fn unavailable(error: &ProxyError) -> ApiError {
    let (code, status) = match error {
        // Callers try again after a 503, and not after a 501.
        ProxyError::NoMoto => ("NotImplemented", 501),
        _ => ("ServiceUnavailable", 503),
    };
    ApiError::new(code, error.to_string()).with_status(status)
}

fn response(call: &Call, answer: Answer) -> Response<Body> {
    let mut response = Response::new(full(answer.body));
    *response.status_mut() = answer.status;
    response.headers_mut().extend(answer.headers);
    if let Ok(id) = HeaderValue::from_str(&call.request_id) {
        response.headers_mut().insert(HeaderName::from_static("x-amzn-requestid"), id);
    }
    response
}

/// The code of an error that moto answered, wherever its protocol puts it.
fn error_code(headers: &hyper::HeaderMap, body: &[u8], status: u16) -> String {
    let header = headers.get("x-amzn-errortype").and_then(|value| value.to_str().ok());
    let text = String::from_utf8_lossy(body);
    let between = |start: &str, end: &str| Some(text.split_once(start)?.1.split_once(end)?.0.trim().to_owned());
    let found = header
        .map(str::to_owned)
        .or_else(|| between("<Code>", "</Code>"))
        .or_else(|| between("\"__type\": \"", "\""))
        .or_else(|| between("\"__type\":\"", "\""));
    found.and_then(|code| code.rsplit('#').next().map(str::to_owned)).unwrap_or_else(|| format!("HTTP {status}"))
}
