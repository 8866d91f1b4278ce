//! The provider's schema as JSON, in the format of `terraform providers schema -json`.

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};
use tfplugin::proto::tfplugin6 as pb;
use tfplugin::proto::tfplugin6::schema::nested_block::NestingMode as BlockNesting;
use tfplugin::proto::tfplugin6::schema::object::NestingMode as ObjectNesting;

use crate::provider::{SOURCE, identities, schema};

/// What Terraform prints of the provider. Descriptions are plain text or Markdown as the provider says.
///
/// # Errors
/// The provider does not answer, or names a type that is not one.
pub fn json() -> Result<Value> {
    let answer = schema()?;
    let mut provider = Map::new();
    if let Some(schema) = &answer.provider {
        provider.insert("provider".to_owned(), versioned(schema)?);
    }
    for (key, schemas) in [
        ("resource_schemas", &answer.resource_schemas),
        ("data_source_schemas", &answer.data_source_schemas),
        ("list_resource_schemas", &answer.list_resource_schemas),
    ] {
        if !schemas.is_empty() {
            let schemas = schemas.iter().map(|(name, schema)| Ok((name.clone(), versioned(schema)?)));
            provider.insert(key.to_owned(), Value::Object(sorted(schemas)?));
        }
    }
    let functions = answer.functions.iter().map(|(name, it)| Ok((name.clone(), function(it)?)));
    let answered = identities()?;
    let identities = answered.identity_schemas.iter().map(|(name, it)| Ok((name.clone(), identity(it)?)));
    let actions = answer.action_schemas.iter().map(|(name, it)| Ok((name.clone(), action(it)?)));
    for (key, found) in [
        ("functions", sorted(functions)?),
        ("resource_identity_schemas", sorted(identities)?),
        ("action_schemas", sorted(actions)?),
    ] {
        if !found.is_empty() {
            provider.insert(key.to_owned(), Value::Object(found));
        }
    }
    let address = format!("registry.terraform.io/{SOURCE}");
    Ok(json!({ "format_version": "1.0", "provider_schemas": { address: provider } }))
}

/// The wire's maps come in any order.
fn sorted(entries: impl Iterator<Item = Result<(String, Value)>>) -> Result<Map<String, Value>> {
    let mut entries = entries.collect::<Result<Vec<_>>>()?;
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(entries.into_iter().collect())
}

fn versioned(schema: &pb::Schema) -> Result<Value> {
    let block_of = schema.block.as_ref().context("a schema without a block")?;
    Ok(json!({ "version": schema.version, "block": block(block_of)? }))
}

/// An action has no version: nothing of it is stored.
fn action(action: &pb::ActionSchema) -> Result<Value> {
    let block_of = action.schema.as_ref().and_then(|schema| schema.block.as_ref());
    Ok(json!({ "block": block(block_of.context("an action without a schema")?)? }))
}

fn identity(identity: &pb::ResourceIdentitySchema) -> Result<Value> {
    let attributes = identity.identity_attributes.iter().map(|attribute| {
        let mut out = Map::new();
        out.insert("type".to_owned(), type_of(&attribute.r#type)?);
        if !attribute.description.is_empty() {
            out.insert("description".to_owned(), attribute.description.clone().into());
        }
        flag(&mut out, "required_for_import", attribute.required_for_import);
        flag(&mut out, "optional_for_import", attribute.optional_for_import);
        Ok((attribute.name.clone(), Value::Object(out)))
    });
    Ok(json!({ "version": identity.version, "attributes": sorted(attributes)? }))
}

fn block(block_of: &pb::schema::Block) -> Result<Value> {
    let mut out = Map::new();
    if !block_of.attributes.is_empty() {
        out.insert("attributes".to_owned(), attributes(&block_of.attributes)?);
    }
    if !block_of.block_types.is_empty() {
        let blocks = block_of.block_types.iter().map(|it| Ok((it.type_name.clone(), nested_block(it)?)));
        out.insert("block_types".to_owned(), Value::Object(sorted(blocks)?));
    }
    describe(&mut out, &block_of.description, block_of.description_kind);
    flag(&mut out, "deprecated", block_of.deprecated);
    Ok(Value::Object(out))
}

fn nested_block(nested: &pb::schema::NestedBlock) -> Result<Value> {
    let mut out = Map::new();
    let nesting = match nested.nesting() {
        BlockNesting::Invalid => anyhow::bail!("block {} has no nesting", nested.type_name),
        BlockNesting::Single => "single",
        BlockNesting::List => "list",
        BlockNesting::Set => "set",
        BlockNesting::Map => "map",
        BlockNesting::Group => "group",
    };
    out.insert("nesting_mode".to_owned(), nesting.into());
    out.insert("block".to_owned(), block(nested.block.as_ref().context("a nested block without a block")?)?);
    for (key, count) in [("min_items", nested.min_items), ("max_items", nested.max_items)] {
        if count > 0 {
            out.insert(key.to_owned(), count.into());
        }
    }
    Ok(Value::Object(out))
}

fn attributes(list: &[pb::schema::Attribute]) -> Result<Value> {
    Ok(Value::Object(sorted(list.iter().map(|it| Ok((it.name.clone(), attribute(it)?))))?))
}

fn attribute(attribute: &pb::schema::Attribute) -> Result<Value> {
    let mut out = Map::new();
    match &attribute.nested_type {
        Some(object) => {
            let nesting = match object.nesting() {
                ObjectNesting::Invalid => anyhow::bail!("attribute {} has no nesting", attribute.name),
                ObjectNesting::Single => "single",
                ObjectNesting::List => "list",
                ObjectNesting::Set => "set",
                ObjectNesting::Map => "map",
            };
            let nested = json!({ "attributes": attributes(&object.attributes)?, "nesting_mode": nesting });
            out.insert("nested_type".to_owned(), nested);
        }
        None => {
            out.insert("type".to_owned(), type_of(&attribute.r#type)?);
        }
    }
    describe(&mut out, &attribute.description, attribute.description_kind);
    for (key, holds) in [
        ("required", attribute.required),
        ("optional", attribute.optional),
        ("computed", attribute.computed),
        ("sensitive", attribute.sensitive),
        ("write_only", attribute.write_only),
        ("deprecated", attribute.deprecated),
    ] {
        flag(&mut out, key, holds);
    }
    Ok(Value::Object(out))
}

fn function(function: &pb::Function) -> Result<Value> {
    let parameter = |it: &pb::function::Parameter| {
        let mut out = Map::new();
        out.insert("name".to_owned(), it.name.clone().into());
        out.insert("type".to_owned(), type_of(&it.r#type)?);
        out.insert("description".to_owned(), it.description.clone().into());
        flag(&mut out, "is_nullable", it.allow_null_value);
        Ok(Value::Object(out))
    };
    let returned = function.r#return.as_ref().context("a function without a result")?;
    let mut out = Map::new();
    out.insert("description".to_owned(), function.description.clone().into());
    out.insert("summary".to_owned(), function.summary.clone().into());
    out.insert("return_type".to_owned(), type_of(&returned.r#type)?);
    out.insert("parameters".to_owned(), function.parameters.iter().map(parameter).collect::<Result<_>>()?);
    if let Some(variadic) = &function.variadic_parameter {
        out.insert("variadic_parameter".to_owned(), parameter(variadic)?);
    }
    Ok(Value::Object(out))
}

fn type_of(bytes: &[u8]) -> Result<Value> {
    serde_json::from_slice(bytes).with_context(|| format!("not a type: {}", String::from_utf8_lossy(bytes)))
}

fn describe(out: &mut Map<String, Value>, description: &str, kind: i32) {
    if !description.is_empty() {
        out.insert("description".to_owned(), description.into());
    }
    let kind = if kind == i32::from(pb::StringKind::Markdown) { "markdown" } else { "plain" };
    out.insert("description_kind".to_owned(), kind.into());
}

fn flag(out: &mut Map<String, Value>, key: &str, holds: bool) {
    if holds {
        out.insert(key.to_owned(), true.into());
    }
}
