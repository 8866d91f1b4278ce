//! The schema that `#[derive(Model)]` makes of every option a field can have, as Terraform is told.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use tfplugin::number::Number;
use tfplugin::prelude::*;
use tfplugin::proto::tfplugin6::provider_server::Provider as _;
use tfplugin::proto::tfplugin6::{self as pb, schema};
use tfplugin::server::ProviderServer;

use crate::cloud::Cloud;
use crate::provider::Test;

/// Every option of an attribute.
///
/// With a second paragraph.
#[derive(Debug, Model)]
#[model(name = "every", version = 7, deprecated = "Use test_machine.")]
pub(crate) struct Every {
    /// The key, in *Markdown*.
    #[attr(key)]
    name: String,
    #[attr(key)]
    made_key: Computed<String>,
    #[attr(name = "type")]
    kind: String,
    r#match: Option<bool>,
    whole: Option<i64>,
    fraction: Option<f64>,
    big: Option<Number>,
    list: Vec<String>,
    set: Option<Set<i64>>,
    map: Option<BTreeMap<String, bool>>,
    deep: Option<Vec<BTreeMap<String, Set<f64>>>>,
    any: Option<Dynamic>,
    nested: Inner,
    nested_list: Option<Vec<Inner>>,
    nested_set: Option<Set<Inner>>,
    nested_map: Option<BTreeMap<String, Inner>>,
    nested_computed: Computed<Inner>,
    /// A list of maps of objects is a plain type.
    nested_deep: Option<Vec<BTreeMap<String, Inner>>>,
    #[attr(default = "x")]
    defaulted: String,
    #[attr(optional)]
    optional_computed: Computed<i64>,
    #[attr(sensitive)]
    sensitive: Option<String>,
    #[attr(write_only, sensitive)]
    write_only: Option<String>,
    #[attr(deprecated = "Use name.")]
    old: Option<String>,
    #[attr(block)]
    required_block: Leaf,
    #[attr(block)]
    optional_block: Option<Leaf>,
    /// Blocks in order.
    #[attr(block, min_items = 1, max_items = 3, name = "listed")]
    list_block: Vec<Outer>,
    #[attr(block, deprecated = "No longer read.")]
    set_block: Set<Leaf>,
}

#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Inner {
    required: String,
    #[attr(default = 1)]
    defaulted: i64,
    made: Computed<String>,
    leaf: Option<Leaf>,
}

/// A leaf.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Leaf {
    value: Option<String>,
}

#[derive(Clone, Debug, Model)]
pub(crate) struct Outer {
    #[attr(block)]
    leaf: Vec<Leaf>,
}

impl Resource for Every {
    type Clients = Cloud;

    async fn create(_cx: &Context<Cloud>, plan: Self, _saved: &mut Saved<Self>) -> Result<Self> {
        Ok(plan)
    }

    async fn read(_cx: &Context<Cloud>, _key: &Key<Self>, _prior: Option<&Self>) -> Result<Option<Self>> {
        Ok(None)
    }

    async fn update(_cx: &Context<Cloud>, _prior: Self, plan: Self, _saved: &mut Saved<Self>) -> Result<Self> {
        Ok(plan)
    }

    async fn delete(_cx: &Context<Cloud>, _prior: Self) -> Result<()> {
        Ok(())
    }
}

async fn schemas() -> pb::get_provider_schema::Response {
    let server = ProviderServer::new(Test(Cloud::default()));
    let request = tonic::Request::new(pb::get_provider_schema::Request::default());
    server.get_provider_schema(request).await.unwrap().into_inner()
}

/// What differs from an empty message.
fn set(entries: impl IntoIterator<Item = (&'static str, Json)>) -> Json {
    let empty = [Json::Null, json!(""), json!(false), json!(0), json!([]), json!({})];
    Json::Object(
        entries
            .into_iter()
            .filter(|(_, it)| !empty.contains(it))
            .map(|(key, it)| (key.to_owned(), it))
            .collect::<Map<_, _>>(),
    )
}

fn block(block: &schema::Block) -> Json {
    set([
        ("version", block.version.into()),
        ("description", block.description.as_str().into()),
        ("deprecated", block.deprecated.into()),
        ("deprecation_message", block.deprecation_message.as_str().into()),
        ("attributes", attributes(&block.attributes)),
        ("blocks", block.block_types.iter().map(|it| (it.type_name.clone(), nested(it))).collect()),
    ])
}

fn nested(nested: &schema::NestedBlock) -> Json {
    set([
        ("nesting", nested.nesting().as_str_name().into()),
        ("min_items", nested.min_items.into()),
        ("max_items", nested.max_items.into()),
        ("block", block(nested.block.as_ref().unwrap())),
    ])
}

fn attributes(attributes: &[schema::Attribute]) -> Json {
    attributes.iter().map(|it| (it.name.clone(), attribute(it))).collect()
}

fn attribute(it: &schema::Attribute) -> Json {
    let nested = it.nested_type.as_ref();
    let nested = nested.map(|of| json!({ of.nesting().as_str_name(): attributes(&of.attributes) }));
    set([
        ("type", serde_json::from_slice(&it.r#type).unwrap_or_default()),
        ("nested", nested.unwrap_or_default()),
        ("description", it.description.as_str().into()),
        ("required", it.required.into()),
        ("optional", it.optional.into()),
        ("computed", it.computed.into()),
        ("sensitive", it.sensitive.into()),
        ("write_only", it.write_only.into()),
        ("deprecated", it.deprecated.into()),
        ("deprecation_message", it.deprecation_message.as_str().into()),
    ])
}

#[tokio::test]
async fn every_option_of_an_attribute() {
    let schemas = schemas().await;
    let every = schemas.resource_schemas.get("test_every").unwrap();
    assert_eq!(every.version, 7);
    insta::assert_json_snapshot!("every", block(every.block.as_ref().unwrap()));
}

#[tokio::test]
async fn the_provider_block_and_what_it_offers() {
    let schemas = schemas().await;
    let provider = schemas.provider.unwrap();
    insta::assert_json_snapshot!("provider", block(provider.block.as_ref().unwrap()));
    let mut names: Vec<_> = schemas.resource_schemas.keys().collect();
    names.sort();
    assert_eq!(names, ["test_every", "test_machine", "test_volume"]);
    assert_eq!(schemas.data_source_schemas.keys().collect::<Vec<_>>(), ["test_lookup"]);
    assert_eq!(schemas.functions.len(), 2);
    let divide = schemas.functions.get("divide").unwrap();
    let nullable: Vec<bool> = divide.parameters.iter().map(|it| it.allow_null_value).collect();
    assert_eq!(nullable, [false, true]);
    assert!(divide.parameters.iter().all(|it| !it.allow_unknown_values));
}

#[tokio::test]
async fn keys_are_listed_in_order() {
    assert_eq!(<Every as Keyed>::KEY_FIELDS, ["name", "made_key"]);
    let paths = Every::paths();
    assert_eq!(paths.kind.path().to_string(), "type");
    assert_eq!(paths.r#match.path().to_string(), "match");
    assert_eq!(paths.list_block.index(2).fields().leaf.index(0).path().to_string(), "listed[2].leaf[0]");
    assert_eq!(paths.nested_map.path().key("a\"b").to_string(), r#"nested_map["a\"b"]"#);
}
