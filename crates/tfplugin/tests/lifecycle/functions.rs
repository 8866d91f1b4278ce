//! The provider block, data sources and functions.

use serde_json::{Value as Json, json};
use tfplugin::function::FunctionError;
use tfplugin::testing::{Harness, UNKNOWN};

use crate::cloud::Cloud;
use crate::provider::Test;
use crate::started;

async fn configured(config: Json) -> Result<Cloud, String> {
    let cloud = Cloud::default();
    let started = Harness::start(Test(cloud.clone()), &config).await;
    started.map(|_| cloud).map_err(|failure| failure.text())
}

#[tokio::test]
async fn the_provider_block_has_defaults_rules_and_unknowns() {
    let cloud = configured(json!({ "account": "acme" })).await.unwrap();
    assert_eq!(cloud.get("configured"), Some(json!({ "area": "eu" })));
    configured(json!({})).await.unwrap();
    for (config, expected) in [
        (json!({ "account": "acme", "area": "mars" }), "area: Invalid value: area must be one of \"eu\", \"us\""),
        (json!({ "account": "" }), "account: No account: The account is empty."),
        (json!({ "account": UNKNOWN }), "account: The account must be known while planning"),
        (
            json!({ "account": "panic" }),
            "The provider crashed: This is a bug in the provider. What it said: no such account",
        ),
    ] {
        let text = configured(config).await.unwrap_err();
        assert!(text.contains(expected), "{text}");
    }
}

#[tokio::test]
async fn a_data_source_has_defaults_and_warnings() {
    let (harness, cloud) = started().await;
    cloud.put("x", json!("it"));
    let (data, warnings) =
        harness.read_data("test_lookup", &json!({ "name": "x", "subject": [1, null] })).await.unwrap();
    assert_eq!(data, json!({ "name": "x", "tries": 3, "subject": [1, null], "found": "\"it\"" }));
    assert_eq!(warnings.len(), 1);
}

#[tokio::test]
async fn a_data_source_names_what_is_to_blame() {
    let (harness, _) = started().await;
    for (config, expected) in [
        (json!({ "name": "nothing", "tries": 4 }), "name: Nothing found: Looked 4 times.\n"),
        (json!({ "name": "" }), "name: Invalid value: name must be 1 to 10 long, but is \"\".\n"),
        (json!({ "name": "x", "tries": 0.5 }), "tries: Unexpected value: tries must be a whole number, but is 0.5.\n"),
    ] {
        assert_eq!(harness.read_data("test_lookup", &config).await.unwrap_err().text(), expected);
    }
    let text = harness.read_data("test_lookup", &json!({ "name": "panic" })).await.unwrap_err().text();
    assert!(text.contains("The provider crashed") && text.contains("cannot look"), "{text}");
}

#[tokio::test]
async fn functions_take_null_and_name_the_argument_to_blame() {
    let (harness, _) = started().await;
    assert_eq!(harness.call("divide", &[json!(9), json!(2)]).await, Ok(json!(4.5)));
    assert_eq!(harness.call("divide", &[json!(9), Json::Null]).await, Ok(json!(9)));
    let by_zero = FunctionError::new("nothing can be divided by zero").argument(1);
    assert_eq!(harness.call("divide", &[json!(9), json!(0)]).await, Err(by_zero));
    let fraction = FunctionError::new("argument must be a whole number, but is 0.5.").argument(0);
    assert_eq!(harness.call("divide", &[json!(0.5), json!(1)]).await, Err(fraction));
    let missing = FunctionError::new("argument must be a whole number, but is null.").argument(0);
    assert_eq!(harness.call("divide", &[Json::Null, json!(1)]).await, Err(missing));
    let few = harness.call("divide", &[json!(1)]).await.unwrap_err();
    assert_eq!((few.text.as_str(), few.argument), ("divide takes 2 arguments, got 1", None));
    let crashed = harness.call("divide", &[json!(1), json!(13)]).await.unwrap_err();
    assert_eq!(crashed.text, "divide crashed; this is a bug in the provider");
    assert!(harness.call("multiply", &[]).await.is_err());
}

#[tokio::test]
async fn dynamic_arguments_and_results_keep_their_values() {
    let (harness, _) = started().await;
    for value in [json!(1), json!("x"), json!([1, "two", null, { "a": [] }]), json!({ "a": { "b": false } })] {
        assert_eq!(harness.call("pair", std::slice::from_ref(&value)).await, Ok(json!([value, value])));
    }
    assert!(harness.call("pair", &[Json::Null]).await.is_err());
}
