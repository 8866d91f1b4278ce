//! What providers say of their resources: learned from the schema as it passes.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use bytes::Bytes;
use parapet_policy::planned::{Field, Shape};
use prost::{DecodeError, Message as _};

use super::messages::{Attribute5, Attribute6, Block, NestedType, Nesting, Schema, SchemaResponse, TypeName};
use crate::inspect::Provider;
use crate::saved::Names;

/// The schemas of providers, by their source address.
#[derive(Debug, Default)]
pub(super) struct Schemas(RwLock<HashMap<String, Learned>>);

#[derive(Debug)]
struct Learned {
    /// The types that rules are about. Of the hundreds there are, a stack uses a few: the others stay as they came.
    types: HashMap<String, Schematic>,
    /// The answer as it came: Terraform asks every process of a provider for the same. None that comes with a problem is kept.
    answer: Option<(String, Bytes)>,
}

/// The schema of one type, read when a resource of it comes.
#[derive(Debug)]
struct Schematic {
    encoded: Bytes,
    protocol: u8,
    shape: OnceLock<Arc<Shape>>,
}

impl Schematic {
    /// One that cannot be read says nothing.
    fn shape(&self) -> Arc<Shape> {
        Arc::clone(self.shape.get_or_init(|| Arc::new(shape_of(&self.encoded, self.protocol).unwrap_or_default())))
    }
}

impl Schemas {
    /// Takes what is needed from the answer to `method`. One that cannot be read teaches nothing: its resources are judged without.
    pub(super) fn learn(&self, provider: &Provider, method: &str, response: &Bytes, wanted: &HashSet<String>) {
        if self.0.read().unwrap_or_else(PoisonError::into_inner).contains_key(&provider.source) {
            return;
        }
        let Ok(decoded) = SchemaResponse::decode(response.clone()) else { return };
        let entries = decoded.resource_schemas.into_iter().filter(|entry| wanted.contains(&entry.type_name));
        let types = entries.map(|entry| {
            let schematic = Schematic { encoded: entry.schema, protocol: provider.protocol, shape: OnceLock::new() };
            (entry.type_name, schematic)
        });
        let answer = decoded.diagnostics.is_empty().then(|| (method.to_owned(), response.clone()));
        let learned = Learned { types: types.collect(), answer };
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(provider.source.clone(), learned);
    }

    /// The shape of a type; [`Shape::Any`] when no schema was seen.
    pub(super) fn shape(&self, provider: &Provider, kind: &str) -> Arc<Shape> {
        let learned = self.0.read().unwrap_or_else(PoisonError::into_inner);
        learned.get(&provider.source).and_then(|it| it.types.get(kind)).map(Schematic::shape).unwrap_or_default()
    }

    /// The answer to `method` as the provider gave it before.
    pub(super) fn answer(&self, provider: &Provider, method: &str) -> Option<Bytes> {
        let learned = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let (asked, answer) = learned.get(&provider.source)?.answer.as_ref()?;
        (asked == method).then(|| answer.clone())
    }
}

/// An answer without the resource types and data sources that a plan does not name; all else in it as it came. `None` when it
/// is none that this understands.
pub(super) fn trimmed(answer: &Bytes, names: &Names) -> Option<Bytes> {
    /// Field numbers of the maps of resource types and of data sources; both protocols have the same.
    const OF_TYPES: [u64; 2] = [2, 3];
    /// Wire type of messages.
    const MESSAGE: u64 = 2;
    let mut kept = Vec::new();
    let mut rest: &[u8] = answer;
    while !rest.is_empty() {
        let field = rest;
        let tag = prost::encoding::decode_varint(&mut rest).ok().filter(|tag| tag & 7 == MESSAGE)?;
        let length = usize::try_from(prost::encoding::decode_varint(&mut rest).ok()?).ok()?;
        let (content, after) = rest.split_at_checked(length)?;
        rest = after;
        if OF_TYPES.contains(&(tag >> 3)) && !names.contains(&TypeName::decode(content).ok()?.name) {
            continue;
        }
        kept.extend_from_slice(field.strip_suffix(after)?);
    }
    Some(kept.into())
}

fn shape_of(schema: &Bytes, protocol: u8) -> Result<Shape, DecodeError> {
    let schema = Schema::decode(schema.clone())?;
    schema.block.map_or_else(|| Ok(Shape::Any), |block| of_block(&block, protocol))
}

fn of_block(block: &Block, protocol: u8) -> Result<Shape, DecodeError> {
    let mut fields = BTreeMap::new();
    for attribute in &block.attributes {
        let (name, field) = if protocol == 5 {
            let it = Attribute5::decode(attribute.clone())?;
            let field = Field { shape: of_type_bytes(&it.ty), sensitive: it.sensitive || it.write_only, block: false };
            (it.name, field)
        } else {
            of_attribute(Attribute6::decode(attribute.clone())?)
        };
        fields.insert(name, field);
    }
    for nested in &block.block_types {
        let inner = nested.block.as_ref().map_or_else(|| Ok(Shape::Any), |block| of_block(block, protocol))?;
        let field = Field { shape: grouped(nested.nesting(), inner), sensitive: false, block: true };
        fields.insert(nested.type_name.clone(), field);
    }
    Ok(Shape::Object(fields))
}

fn of_attribute(attribute: Attribute6) -> (String, Field) {
    let shape = match attribute.nested {
        Some(nested) => of_nested(nested),
        None => of_type_bytes(&attribute.ty),
    };
    (attribute.name, Field { shape, sensitive: attribute.sensitive || attribute.write_only, block: false })
}

fn of_nested(nested: NestedType) -> Shape {
    let nesting = nested.nesting();
    grouped(nesting, Shape::Object(nested.attributes.into_iter().map(of_attribute).collect()))
}

fn grouped(nesting: Nesting, inner: Shape) -> Shape {
    match nesting {
        Nesting::Single | Nesting::Group | Nesting::Invalid => inner,
        Nesting::List => Shape::List(Box::new(inner)),
        Nesting::Set => Shape::Set(Box::new(inner)),
        Nesting::Map => Shape::Map(Box::new(inner)),
    }
}

fn of_type_bytes(bytes: &[u8]) -> Shape {
    serde_json::from_slice(bytes).map_or(Shape::Any, |notation| Shape::of_type(&notation))
}

#[cfg(test)]
mod tests {
    use super::super::messages::{NestedBlock, SchemaEntry};
    use super::*;

    fn learned(protocol: u8, attributes: Vec<Bytes>) -> Arc<Shape> {
        let inner = Block { attributes: attributes.clone(), block_types: Vec::new() };
        let nested = NestedBlock { type_name: "disk".to_owned(), block: Some(inner), nesting: Nesting::List.into() };
        let schema = Schema { block: Some(Block { attributes, block_types: vec![nested] }) };
        let entry = |name: &str| SchemaEntry { type_name: name.to_owned(), schema: schema.encode_to_vec().into() };
        let response =
            SchemaResponse { resource_schemas: vec![entry("a_thing"), entry("a_other")], diagnostics: Vec::new() };
        let response = Bytes::from(response.encode_to_vec());
        let provider = Provider { source: "example.com/a/a".to_owned(), version: "1.0.0".to_owned(), protocol };
        let schemas = Schemas::default();
        schemas.learn(&provider, "GetSchema", &response, &HashSet::from(["a_thing".to_owned()]));
        assert_eq!(*schemas.shape(&provider, "a_other"), Shape::Any, "nothing is kept of types that no rule is about");
        assert_eq!(schemas.answer(&provider, "GetSchema"), Some(response));
        assert_eq!(schemas.answer(&provider, "GetProviderSchema"), None);
        schemas.shape(&provider, "a_thing")
    }

    fn field(shape: Shape, sensitive: bool, block: bool) -> Field {
        Field { shape, sensitive, block }
    }

    #[test]
    fn marks_and_types_of_protocol_5() {
        let attribute = |name: &str, ty: &'static str, sensitive, write_only| {
            Attribute5 { name: name.to_owned(), ty: ty.into(), sensitive, write_only }.encode_to_vec().into()
        };
        let shape = learned(
            5,
            vec![
                attribute("size", r#""number""#, false, false),
                attribute("token", r#""string""#, true, false),
                attribute("key", r#""string""#, false, true),
            ],
        );
        let own = BTreeMap::from([
            ("size".to_owned(), field(Shape::Number, false, false)),
            ("token".to_owned(), field(Shape::Plain, true, false)),
            ("key".to_owned(), field(Shape::Plain, true, false)),
        ]);
        let mut all = own.clone();
        all.insert("disk".to_owned(), field(Shape::List(Box::new(Shape::Object(own))), false, true));
        assert_eq!(*shape, Shape::Object(all));
    }

    #[test]
    fn attributes_inside_attributes_of_protocol_6() {
        let secret =
            Attribute6 { name: "pin".to_owned(), ty: r#""string""#.into(), write_only: true, ..Default::default() };
        let nested = NestedType { attributes: vec![secret], nesting: Nesting::Map.into() };
        let users = Attribute6 { name: "users".to_owned(), nested: Some(nested), ..Default::default() };
        let Shape::Object(fields) = &*learned(6, vec![users.encode_to_vec().into()]) else { panic!("no object") };
        let pin = BTreeMap::from([("pin".to_owned(), field(Shape::Plain, true, false))]);
        assert_eq!(fields.get("users"), Some(&field(Shape::Map(Box::new(Shape::Object(pin))), false, false)));
    }

    #[test]
    fn an_answer_keeps_the_types_that_are_named_and_whatever_else_is_in_it() {
        #[derive(Clone, PartialEq, prost::Message)]
        struct Answer {
            #[prost(bytes, tag = "1")]
            provider: Vec<u8>,
            #[prost(message, repeated, tag = "2")]
            resources: Vec<SchemaEntry>,
            #[prost(message, repeated, tag = "3")]
            data_sources: Vec<SchemaEntry>,
            #[prost(message, repeated, tag = "7")]
            functions: Vec<SchemaEntry>,
        }
        let entries = |names: &[&str]| {
            let entry =
                |name: &&str| SchemaEntry { type_name: (*name).to_owned(), schema: Bytes::from_static(b"schema") };
            names.iter().map(entry).collect::<Vec<_>>()
        };
        let answer = Answer {
            provider: b"provider".to_vec(),
            resources: entries(&["a_thing", "a_things", "a_other"]),
            data_sources: entries(&["a_other", "a_seen"]),
            functions: entries(&["f"]),
        };
        let mut names = Names::default();
        names.add(b"resource \"a_thing\" \"it\" {}\ndata \"a_seen\" \"it\" {}");
        let sent = trimmed(&answer.encode_to_vec().into(), &names).unwrap();
        let expected =
            Answer { resources: entries(&["a_thing"]), data_sources: entries(&["a_seen"]), ..answer.clone() };
        assert_eq!(Answer::decode(sent).unwrap(), expected);
        assert_eq!(trimmed(&Bytes::from_static(&[0x08, 0x01]), &names), None, "a field that is no message");
        assert_eq!(trimmed(&Bytes::from_static(&[0x12, 0x7f, 0x01]), &names), None, "an answer that is cut off");
    }

    #[test]
    fn a_schema_that_cannot_be_read_teaches_nothing() {
        let provider = Provider { source: "s".to_owned(), version: "1".to_owned(), protocol: 6 };
        let schemas = Schemas::default();
        schemas.learn(&provider, "GetSchema", &Bytes::from_static(&[0xff, 0xff]), &HashSet::new());
        assert_eq!(*schemas.shape(&provider, "a_thing"), Shape::Any);
        assert_eq!(schemas.answer(&provider, "GetSchema"), None);
    }
}
