//! From JSON to what a schema asks for, and back.

use serde_json::{Map, Value as Json};
use tfplugin::proto::tfplugin6 as pb;
use tfplugin::types::{ObjectType, Type};
use tfplugin::wire;

use super::{ClientError, json};

type Nesting = pb::schema::nested_block::NestingMode;
type ObjectNesting = pb::schema::object::NestingMode;

/// Arguments as a configuration: what is not given is null, a block of which there is none is empty.
///
/// # Errors
/// An argument that the schema does not have, or of another type.
pub(super) fn encoded(
    block: &pb::schema::Block,
    what: &str,
    arguments: &Map<String, Json>,
) -> Result<pb::DynamicValue, ClientError> {
    let ty = of_block(block)?;
    let Type::Object(ObjectType { attributes, .. }) = &ty else { return Err(unreadable("a block is no object")) };
    if let Some(stray) = arguments.keys().find(|name| !attributes.contains_key(*name)) {
        return Err(ClientError::Schema(format!("{what} has no argument `{stray}`")));
    }
    let mut all = arguments.clone();
    for nested in &block.block_types {
        if matches!(nested.nesting(), Nesting::List | Nesting::Set) && !all.contains_key(&nested.type_name) {
            all.insert(nested.type_name.clone(), Json::Array(Vec::new()));
        }
    }
    let text = Json::Object(all).to_string();
    let value = wire::decode_json(text.as_bytes(), &ty)
        .map_err(|error| ClientError::Schema(format!("the arguments of {what} are not of its types: {error}")))?;
    Ok(pb::DynamicValue { msgpack: wire::encode(&value, &ty).into(), ..Default::default() })
}

/// An object of the wire as JSON.
///
/// # Errors
/// Bytes that are not of the schema's type.
pub(super) fn decoded(
    block: &pb::schema::Block,
    value: Option<&pb::DynamicValue>,
) -> Result<Map<String, Json>, ClientError> {
    let ty = of_block(block)?;
    let value = value.ok_or_else(|| unreadable("there is no value"))?;
    let decoded =
        if value.msgpack.is_empty() { wire::decode_json(&value.json, &ty) } else { wire::decode(&value.msgpack, &ty) };
    match json::of(&decoded.map_err(|error| unreadable(&error.to_string()))?) {
        Json::Object(attributes) => Ok(attributes),
        _ => Err(unreadable("it is null")),
    }
}

fn unreadable(why: &str) -> ClientError {
    ClientError::Schema(format!("the answer of the provider cannot be read: {why}"))
}

fn of_block(block: &pb::schema::Block) -> Result<Type, ClientError> {
    let mut fields = Vec::new();
    for attribute in &block.attributes {
        fields.push((attribute.name.clone(), of_attribute(attribute)?));
    }
    for nested in &block.block_types {
        let inner = of_block(nested.block.as_ref().unwrap_or(&pb::schema::Block::default()))?;
        let ty = match nested.nesting() {
            Nesting::List => Type::list(inner),
            Nesting::Set => Type::set(inner),
            Nesting::Map => Type::map(inner),
            Nesting::Single | Nesting::Group | Nesting::Invalid => inner,
        };
        fields.push((nested.type_name.clone(), ty));
    }
    Ok(Type::object(fields))
}

fn of_attribute(attribute: &pb::schema::Attribute) -> Result<Type, ClientError> {
    let Some(nested) = &attribute.nested_type else {
        return Type::from_bytes(&attribute.r#type)
            .map_err(|error| unreadable(&format!("the type of `{}`: {error}", attribute.name)));
    };
    let fields = nested.attributes.iter().map(|it| Ok((it.name.clone(), of_attribute(it)?)));
    let inner = Type::object(fields.collect::<Result<Vec<_>, ClientError>>()?);
    Ok(match nested.nesting() {
        ObjectNesting::List => Type::list(inner),
        ObjectNesting::Set => Type::set(inner),
        ObjectNesting::Map => Type::map(inner),
        ObjectNesting::Single | ObjectNesting::Invalid => inner,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn attribute(name: &str, ty: &str) -> pb::schema::Attribute {
        pb::schema::Attribute { name: name.to_owned(), r#type: ty.as_bytes().to_vec(), ..Default::default() }
    }

    fn block() -> pb::schema::Block {
        let nested = |name: &str, nesting: Nesting| pb::schema::NestedBlock {
            type_name: name.to_owned(),
            block: Some(pb::schema::Block { attributes: vec![attribute("x", "\"string\"")], ..Default::default() }),
            nesting: nesting.into(),
            ..Default::default()
        };
        let rows = pb::schema::Attribute {
            name: "rows".to_owned(),
            nested_type: Some(pb::schema::Object {
                attributes: vec![attribute("usd", "\"number\"")],
                nesting: ObjectNesting::List.into(),
                ..Default::default()
            }),
            ..Default::default()
        };
        pb::schema::Block {
            attributes: vec![attribute("days", "\"number\""), attribute("regions", "[\"set\",\"string\"]"), rows],
            block_types: vec![nested("list", Nesting::List), nested("single", Nesting::Single)],
            ..Default::default()
        }
    }

    fn arguments(value: Json) -> Map<String, Json> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn what_is_not_given_is_null_and_blocks_are_empty() {
        let given = arguments(json!({"days": 14, "rows": [{"usd": 12.5}, {"usd": null}]}));
        let encoded = encoded(&block(), "it", &given).unwrap();
        let read = decoded(&block(), Some(&encoded)).unwrap();
        let expected =
            json!({"days": 14, "regions": null, "rows": [{"usd": 12.5}, {"usd": null}], "list": [], "single": null});
        assert_eq!(Json::Object(read), expected);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let wrong = |value: Json| encoded(&block(), "data.it", &arguments(value)).unwrap_err().to_string();
        assert!(
            wrong(json!({"dayz": 1})).contains("data.it has no argument `dayz`; is the provider of the same version")
        );
        assert!(wrong(json!({"days": "soon"})).contains("the arguments of data.it are not of its types"));
        assert!(decoded(&block(), None).unwrap_err().to_string().contains("there is no value"));
    }
}
