//! Schemas out of the output of `terraform providers schema -json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::Value as Json;
use tfplugin::proto::tfplugin6 as pb;
use tfplugin::schema::Nesting;
use tfplugin::types::Type;

/// Where the file names the provider.
const ADDRESS: &str = "registry.terraform.io/hashicorp/aws";

/// Everything the provider offers.
pub(crate) struct Schemas {
    pub(crate) provider: Schema,
    pub(crate) resources: BTreeMap<String, Schema>,
    pub(crate) data_sources: BTreeMap<String, Schema>,
}

/// One resource, data source or provider block.
pub(crate) struct Schema {
    pub(crate) version: i64,
    pub(crate) block: Block,
    pub(crate) ty: Type,
}

/// What a block may contain.
pub(crate) struct Block {
    pub(crate) attributes: BTreeMap<String, Attribute>,
    pub(crate) blocks: BTreeMap<String, Nested>,
    deprecated: bool,
}

/// An argument, or what the provider sets.
pub(crate) struct Attribute {
    ty: Type,
    required: bool,
    pub(crate) optional: bool,
    pub(crate) computed: bool,
    pub(crate) write_only: bool,
    sensitive: bool,
    deprecated: bool,
}

/// Blocks in a block.
pub(crate) struct Nested {
    pub(crate) nesting: Nesting,
    pub(crate) block: Block,
    min_items: i64,
    max_items: i64,
}

impl Schemas {
    /// Reads the file.
    pub(crate) fn read(file: &Path) -> Result<Self> {
        let at = || format!("cannot read the schemas of hashicorp/aws from {}", file.display());
        let json: Json = serde_json::from_slice(&fs::read(file).with_context(at)?).with_context(at)?;
        let offer = json
            .get("provider_schemas")
            .and_then(|all| all.get(ADDRESS))
            .with_context(|| format!("{} has no schemas of {ADDRESS}", file.display()))?;
        Ok(Self {
            provider: Schema::from_json(field(offer, "provider")?)?,
            resources: all(field(offer, "resource_schemas")?)?,
            data_sources: all(field(offer, "data_source_schemas")?)?,
        })
    }
}

fn all(schemas: &Json) -> Result<BTreeMap<String, Schema>> {
    let one = |(name, json): (&String, &Json)| Ok((name.clone(), Schema::from_json(json).context(name.clone())?));
    schemas.as_object().context("schemas are an object")?.iter().map(one).collect()
}

fn field<'a>(json: &'a Json, name: &str) -> Result<&'a Json> {
    json.get(name).with_context(|| format!("no {name:?} in the schema"))
}

fn flag(json: &Json, name: &str) -> bool {
    json.get(name).and_then(Json::as_bool).unwrap_or(false)
}

impl Schema {
    fn from_json(json: &Json) -> Result<Self> {
        let block = Block::from_json(field(json, "block")?)?;
        let version = json.get("version").and_then(Json::as_i64).unwrap_or(0);
        Ok(Self { version, ty: block.ty(), block })
    }

    pub(crate) fn to_proto(&self) -> pb::Schema {
        pb::Schema { version: self.version, block: Some(self.block.to_proto()) }
    }
}

impl Block {
    fn from_json(json: &Json) -> Result<Self> {
        let mut block =
            Self { attributes: BTreeMap::new(), blocks: BTreeMap::new(), deprecated: flag(json, "deprecated") };
        for (name, attribute) in json.get("attributes").and_then(Json::as_object).into_iter().flatten() {
            let attribute = Attribute::from_json(attribute).with_context(|| format!("attribute {name}"))?;
            block.attributes.insert(name.clone(), attribute);
        }
        for (name, nested) in json.get("block_types").and_then(Json::as_object).into_iter().flatten() {
            block.blocks.insert(name.clone(), Nested::from_json(nested).with_context(|| format!("block {name}"))?);
        }
        Ok(block)
    }

    fn ty(&self) -> Type {
        let attributes = self.attributes.iter().map(|(name, attribute)| (name.clone(), attribute.ty.clone()));
        let blocks = self.blocks.iter().map(|(name, nested)| (name.clone(), nested.nesting.of(nested.block.ty())));
        Type::object(attributes.chain(blocks))
    }

    fn to_proto(&self) -> pb::schema::Block {
        pb::schema::Block {
            attributes: self.attributes.iter().map(|(name, attribute)| attribute.to_proto(name)).collect(),
            block_types: self.blocks.iter().map(|(name, nested)| nested.to_proto(name)).collect(),
            deprecated: self.deprecated,
            ..Default::default()
        }
    }
}

impl Attribute {
    fn from_json(json: &Json) -> Result<Self> {
        let ty = Type::from_bytes(field(json, "type")?.to_string().as_bytes())?;
        Ok(Self {
            ty,
            required: flag(json, "required"),
            optional: flag(json, "optional"),
            computed: flag(json, "computed"),
            write_only: flag(json, "write_only"),
            sensitive: flag(json, "sensitive"),
            deprecated: flag(json, "deprecated"),
        })
    }

    fn to_proto(&self, name: &str) -> pb::schema::Attribute {
        pb::schema::Attribute {
            name: name.to_owned(),
            r#type: self.ty.to_bytes(),
            required: self.required,
            optional: self.optional,
            computed: self.computed,
            write_only: self.write_only,
            sensitive: self.sensitive,
            deprecated: self.deprecated,
            ..Default::default()
        }
    }
}

impl Nested {
    fn from_json(json: &Json) -> Result<Self> {
        let nesting = match field(json, "nesting_mode")?.as_str() {
            Some("single") => Nesting::Single,
            Some("list") => Nesting::List,
            Some("set") => Nesting::Set,
            Some("map") => Nesting::Map,
            other => bail!("nesting mode {other:?} is not known"),
        };
        let items = |name: &str| json.get(name).and_then(Json::as_i64).unwrap_or(0);
        let block = Block::from_json(field(json, "block")?)?;
        Ok(Self { nesting, block, min_items: items("min_items"), max_items: items("max_items") })
    }

    fn to_proto(&self, name: &str) -> pb::schema::NestedBlock {
        use pb::schema::nested_block::NestingMode;
        let nesting = match self.nesting {
            Nesting::Single => NestingMode::Single,
            Nesting::List => NestingMode::List,
            Nesting::Set => NestingMode::Set,
            Nesting::Map => NestingMode::Map,
        };
        pb::schema::NestedBlock {
            type_name: name.to_owned(),
            block: Some(self.block.to_proto()),
            nesting: nesting.into(),
            min_items: self.min_items,
            max_items: self.max_items,
        }
    }
}
