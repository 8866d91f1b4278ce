//! The admin API, under `/_sandbox/`: JSON in, JSON out.

use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::clock::{timestamp, wall};
use crate::control::Control;
use crate::dispatch::Dispatcher;
use crate::faults::{Blackout, Fault};
use crate::proxy::{Body, full};
use crate::services::cloudwatch::Lag;
use crate::services::ec2::{Amount, SetPrice};
use crate::services::eks;
use crate::services::estate::Estate;
use crate::services::global_accelerator::Health;
use crate::sigv4::DEFAULT_ACCOUNT;
use crate::state::State;

/// Where it is.
pub(crate) const PREFIX: &str = "/_sandbox/";

const LARGEST: usize = 256 * 1024 * 1024;

type Refusal = (StatusCode, String);

/// Answers a request to the admin API.
pub(crate) async fn answer(dispatcher: &Dispatcher, request: Request<Incoming>) -> Response<Body> {
    let (status, value) = match route(dispatcher, request).await {
        Ok(value) => (StatusCode::OK, value),
        Err((status, message)) => (status, json!({ "error": message })),
    };
    let mut response = Response::new(full(value.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[derive(Deserialize)]
struct Time {
    /// Seconds of simulated time.
    #[serde(default)]
    advance: Option<f64>,
    #[serde(default)]
    speed: Option<f64>,
    #[serde(default)]
    settle: bool,
}

#[derive(Deserialize)]
struct Replica {
    arn: String,
    #[serde(default)]
    lag: Option<Lag>,
    #[serde(default)]
    replication: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Quota {
    #[serde(default)]
    account: Option<String>,
    region: String,
    name: String,
    max: u64,
}

#[derive(Deserialize)]
struct Seed {
    #[serde(default)]
    account: Option<String>,
    region: String,
    #[serde(flatten)]
    estate: serde_json::Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpotPrice {
    #[serde(default)]
    region: Option<String>,
    #[serde(default)]
    zone: Option<String>,
    instance_type: String,
    #[serde(default)]
    price: Option<f64>,
    #[serde(default)]
    share: Option<f64>,
    /// Since when the price is what it is, in seconds of the clock on the wall.
    #[serde(default)]
    seconds_ago: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NodeGroup {
    cluster: String,
    node_group: String,
    #[serde(default)]
    issues: Option<Vec<eks::Issue>>,
    #[serde(default)]
    desired: Option<u32>,
}

#[derive(Deserialize)]
struct EndpointHealth {
    endpoint: String,
    #[serde(flatten)]
    health: Health,
}

async fn route(dispatcher: &Dispatcher, request: Request<Incoming>) -> Result<Value, Refusal> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, LARGEST).collect().await.map_err(|e| (StatusCode::BAD_REQUEST, e.to_string()))?;
    let body = body.to_bytes();
    let control = dispatcher.control();
    let path = parts.uri.path().trim_start_matches(PREFIX).trim_end_matches('/');
    let (first, rest) = path.split_once('/').unwrap_or((path, ""));
    match (&parts.method, first, rest) {
        (&Method::GET, "ready", "") => {
            if dispatcher.proxy().has_moto() {
                let waited = dispatcher.proxy().address().await;
                waited.map_err(|e| (StatusCode::SERVICE_UNAVAILABLE, e.to_string()))?;
            }
            Ok(json!({ "ready": true, "moto": dispatcher.proxy().has_moto() }))
        }
        (&Method::GET, "clock", "") => Ok(clock(control)),
        (&Method::POST, "clock", "") => {
            let time: Time = read(&body)?;
            if let Some(speed) = time.speed {
                control.set_speed(speed).map_err(bad)?;
            }
            if let Some(seconds) = time.advance {
                control.advance(Duration::try_from_secs_f64(seconds).map_err(bad)?);
            }
            if time.settle {
                control.settle();
            }
            Ok(clock(control))
        }
        (&Method::PUT, "replicas", "") => {
            let replica: Replica = read(&body)?;
            if let Some(lag) = replica.lag {
                control.set_lag(&replica.arn, lag).map_err(bad)?;
            }
            if let Some(status) = replica.replication {
                control.set_replication(&replica.arn, &status).map_err(bad)?;
            }
            Ok(json!({}))
        }
        (&Method::PUT, "quotas", "") => {
            let it: Quota = read(&body)?;
            let account = it.account.as_deref().unwrap_or(DEFAULT_ACCOUNT);
            control.set_quota(account, &it.region, &it.name, it.max).map_err(bad)?;
            Ok(json!({}))
        }
        (&Method::PUT, "estates", "") => {
            let it: Seed = read(&body)?;
            let account = it.account.as_deref().unwrap_or(DEFAULT_ACCOUNT);
            let estate: Estate = serde_json::from_value(Value::Object(it.estate)).map_err(bad)?;
            control.seed(account, &it.region, estate);
            Ok(json!({}))
        }
        (&Method::PUT, "health", "") => {
            let it: EndpointHealth = read(&body)?;
            control.set_health(&it.endpoint, it.health);
            Ok(json!({}))
        }
        (&Method::GET, "node-groups", "") => Ok(json!(control.node_groups())),
        (&Method::GET, "node-groups", cluster) => Ok(json!(control.capacity(cluster))),
        (&Method::PUT, "node-groups", "") => {
            let it: NodeGroup = read(&body)?;
            if let Some(issues) = it.issues {
                control.set_issues(&it.cluster, &it.node_group, issues).map_err(bad)?;
            }
            if let Some(desired) = it.desired {
                control.scale(&it.cluster, &it.node_group, desired).map_err(bad)?;
            }
            Ok(json!({}))
        }
        (&Method::POST, "failures", "") => {
            control.fail(read::<eks::Failure>(&body)?);
            Ok(json!({}))
        }
        (&Method::PUT, "spot-prices", "") => {
            let it: SpotPrice = read(&body)?;
            let price = match (it.price, it.share) {
                (Some(price), None) => Amount::Price(price),
                (None, Some(share)) => Amount::Share(share),
                _ => return Err(bad("give either `price`, in USD per hour, or `share`, of the on-demand price")),
            };
            let set = SetPrice { region: it.region, zone: it.zone, instance_type: it.instance_type, price, since: 0 };
            let ago = Duration::try_from_secs_f64(it.seconds_ago).map_err(bad)?;
            control.set_spot_price(set, ago).map_err(bad)?;
            Ok(json!({}))
        }
        (&Method::DELETE, "spot-prices", "") => {
            control.clear_spot_prices();
            Ok(json!({}))
        }
        (&Method::PUT, "placement-scores", "") => {
            control.set_placement_score(read(&body)?).map_err(bad)?;
            Ok(json!({}))
        }
        (&Method::GET, "blackouts", "") => Ok(json!(control.state().blackouts)),
        (&Method::PUT, "blackouts", region) if !region.is_empty() => {
            let blackout: Blackout = read(if body.is_empty() { b"{}" } else { &body })?;
            control.black_out(region, blackout);
            Ok(json!({}))
        }
        (&Method::DELETE, "blackouts", region) if !region.is_empty() => {
            control.heal(region);
            Ok(json!({}))
        }
        (&Method::GET, "faults", "") => Ok(json!(control.state().faults)),
        (&Method::POST, "faults", "") => {
            let fault: Fault = read(&body)?;
            control.inject(fault);
            Ok(json!({}))
        }
        (&Method::DELETE, "faults", "") => {
            control.clear_faults();
            Ok(json!({}))
        }
        (&Method::GET, "events", "") => {
            let since = parts.uri.query().and_then(|query| query.strip_prefix("since="));
            let since = since.map_or(Ok(0), str::parse).map_err(bad)?;
            Ok(json!({ "events": control.events(since) }))
        }
        (&Method::GET, "writers", "") => {
            let state = control.state();
            Ok(json!({ "open": state.events.open(), "overlaps": state.events.overlaps() }))
        }
        (&Method::GET, "calls", "") => Ok(json!(control.calls())),
        (&Method::DELETE, "calls", "") => {
            control.state().calls.clear();
            Ok(json!({}))
        }
        (&Method::GET, "state", "") => Ok(json!(*control.state())),
        (&Method::PUT, "state", "") => {
            control.replace(read::<State>(&body)?);
            Ok(json!({}))
        }
        (&Method::DELETE, "state", "") => {
            control.replace(State::default());
            if dispatcher.proxy().has_moto() {
                dispatcher.proxy().reset().await.map_err(|e| (StatusCode::SERVICE_UNAVAILABLE, e.to_string()))?;
            }
            Ok(json!({}))
        }
        _ => Err((StatusCode::NOT_FOUND, format!("the admin API has no {} {}", parts.method, parts.uri.path()))),
    }
}

fn clock(control: &Control) -> Value {
    json!({
        "now": control.now().to_string(),
        "milliseconds": control.now(),
        "wall": timestamp(wall()),
        "speed": control.speed(),
    })
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(bad)
}

fn bad(error: impl std::fmt::Display) -> Refusal {
    (StatusCode::BAD_REQUEST, error.to_string())
}
