//! The way of a call: who calls what, whether a fault strikes, who answers, and what is noted of it.

use std::collections::{BTreeMap, BTreeSet};
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
use crate::protocol::{self, Answer, ApiError, cbor};
use crate::proxy::{Body, Proxy, ProxyError, full};
use crate::services::{Call, cloudwatch, global_accelerator, rds};
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
        let body = if form || matches!(service.as_str(), "rds" | "globalaccelerator" | "monitoring") {
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
        let operation =
            protocol::operation(protocol, &parts.method, path, parts.uri.query(), &parts.headers, params.as_ref());
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

    async fn carry_out(&self, call: &mut Call, asked: Asked, reads_only: bool, dropped: bool) -> Response<Body> {
        let own = match call.service.as_str() {
            "globalaccelerator" => self.accelerate(call, asked.body.bytes(), reads_only, dropped),
            "rds" => match &asked.params {
                Some(params) if rds::owns(call, params) => self.database(call, params, reads_only, dropped).await,
                _ => return self.pass_on(call, asked, reads_only, dropped).await,
            },
            "monitoring" => match self.metrics(call, &asked).await {
                Ok(Some(answer)) => self.noted(call, Ok(answer), reads_only, dropped),
                Ok(None) => return self.pass_on(call, asked, reads_only, dropped).await,
                Err(error) => self.noted(call, Err(error), reads_only, dropped),
            },
            _ => return self.pass_on(call, asked, reads_only, dropped).await,
        };
        response(call, own)
    }

    /// Notes what came of a call that was answered here.
    fn noted(&self, call: &Call, result: Result<Answer, ApiError>, reads_only: bool, dropped: bool) -> Answer {
        let mut state = self.control.state();
        let answer = settle(call, result);
        state.record(call, reads_only, &outcome(&answer, dropped));
        answer
    }

    fn accelerate(&self, call: &mut Call, body: &[u8], reads_only: bool, dropped: bool) -> Answer {
        let mut state = self.control.state();
        call.now = state.now;
        let result = global_accelerator::handle(&mut state.global_accelerator, call, body);
        let answer = settle(call, result);
        state.record(call, reads_only, &outcome(&answer, dropped));
        answer
    }

    async fn database(&self, call: &mut Call, params: &Params, reads_only: bool, dropped: bool) -> Answer {
        let wants = rds::wants(&self.control.state().rds, call, params);
        let mut facts = match self.proxy.facts(call, &wants).await {
            Ok(facts) => facts,
            Err(error) => return self.noted(call, Err(unavailable(&error)), reads_only, dropped),
        };
        let answer = {
            let mut state = self.control.state();
            call.now = state.now;
            facts.dark = state.blackouts.keys().cloned().collect();
            let result = rds::handle(&mut state.rds, call, params, &facts);
            let answer = settle(call, result);
            state.record(call, reads_only, &outcome(&answer, dropped));
            answer
        };
        if !reads_only && answer.error.is_none() {
            self.look_at_groups(call).await;
        }
        answer
    }

    /// Answers what asks for replication lag, and what moto has no protocol for; `None` is all moto's.
    async fn metrics(&self, call: &Call, asked: &Asked) -> Result<Option<Answer>, ApiError> {
        let body = asked.body.bytes();
        let request = cloudwatch::Request::read(call, asked.params.as_ref(), body)?;
        if let Some(request) = request.filter(|request| !request.is_all_for_moto()) {
            let others = match request.for_moto() {
                Some(others) => Some(self.metrics_of_moto(call, &others).await?),
                None => None,
            };
            let state = self.control.state();
            return request.answer(call, &state.cloudwatch, &state.rds, others).map(Some);
        }
        if call.protocol != protocol::Protocol::Cbor {
            return Ok(None);
        }
        let value = self.metrics_of_moto(call, &cbor::read(body)?).await?;
        Ok(Some(cbor::answer(&value)))
    }

    /// A call of CloudWatch in JSON, which moto understands.
    async fn metrics_of_moto(&self, call: &Call, request: &serde_json::Value) -> Result<serde_json::Value, ApiError> {
        let target = format!("GraniteServiceVersion20100801.{}", call.operation);
        let headers = [("x-amz-target", target.as_str()), ("content-type", "application/x-amz-json-1.0")];
        let answer = self.proxy.call(call, "monitoring", &headers, "/", request.to_string().into_bytes()).await;
        let answer = answer.map_err(|error| unavailable(&error))?;
        let value: serde_json::Value = if answer.body().is_empty() {
            serde_json::json!({})
        } else {
            serde_json::from_slice(answer.body())
                .map_err(|_| unavailable(&ProxyError::Answer(call.operation.clone())))?
        };
        if answer.status().is_success() {
            return Ok(value);
        }
        let text = |name: &str| value.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
        let code = text("__type").rsplit('#').next().unwrap_or("InternalFailure").to_owned();
        Err(ApiError { code, message: text("message").to_owned(), status: answer.status().as_u16() })
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

    /// Finds out which security groups of databases let anybody in: it decides whether a writer is open.
    async fn look_at_groups(&self, call: &Call) {
        if !self.proxy.has_moto() {
            return;
        }
        let groups: BTreeSet<String> = {
            let state = self.control.state();
            let here = state.rds.instances.values().filter(|it| it.account == call.account && it.region == call.region);
            here.flat_map(|it| it.settings.security_groups.clone()).collect()
        };
        for group in groups {
            // Without an answer the last one holds: a group is open until it is known to be closed.
            if let Ok(open) = self.proxy.lets_in(call, &group).await {
                self.control.state().ingress.insert(format!("{}/{}/{group}", call.account, call.region), open);
            }
        }
        self.control.state().note_writers();
    }

    async fn account(&self, scope: Option<&Scope>, parts: &Parts) -> String {
        let default = || DEFAULT_ACCOUNT.to_owned();
        let Some(scope) = scope else { return default() };
        if let Some(account) = scope.account() {
            return account.to_owned();
        }
        let ours = matches!(scope.service.as_str(), "rds" | "globalaccelerator" | "monitoring");
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

fn settle(call: &Call, result: Result<Answer, ApiError>) -> Answer {
    result.unwrap_or_else(|error| protocol::error(call.protocol, &call.service, &error, &call.request_id))
}

fn outcome(answer: &Answer, dropped: bool) -> Outcome {
    match &answer.error {
        _ if dropped => Outcome::DroppedAfter,
        None => Outcome::Succeeded,
        Some(code) => Outcome::Failed { code: code.clone() },
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
