//! The life of resources, data sources, functions, lists and actions, from configuration to state, through the in-process harness.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod action;
mod apply;
mod cloud;
mod functions;
mod identity;
mod list;
mod machine;
mod plan;
mod provider;
mod review;
mod schema;
mod state;
mod validate;
mod volume;

use serde_json::{Value as Json, json};
use tfplugin::testing::{Harness, UNKNOWN};
use tfplugin::value::Value;

use cloud::Cloud;
use provider::Test;

/// A configured provider, and the cloud behind it.
async fn started() -> (Harness<Test>, Cloud) {
    let cloud = Cloud::default();
    let harness = Harness::start(Test(cloud.clone()), &json!({ "account": "acme" })).await.unwrap();
    (harness, cloud)
}

/// A value as JSON, with [`UNKNOWN`] for what is unknown.
fn shown(value: &Value) -> Json {
    match value {
        Value::Unknown(_) => UNKNOWN.into(),
        Value::List(items) => items.iter().map(shown).collect(),
        Value::Map(entries) => entries.iter().map(|(name, value)| (name.clone(), shown(value))).collect(),
        Value::Dynamic(typed) => shown(&typed.value),
        known => Json::try_from(known).unwrap(),
    }
}

/// `base` with the attributes of `more`.
fn with(base: &Json, more: Json) -> Json {
    let mut merged = base.clone();
    let (Json::Object(into), Json::Object(from)) = (&mut merged, more) else { return merged };
    into.extend(from);
    merged
}
