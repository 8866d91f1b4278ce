//! The shape of configuration: what a resource, data source or provider block may contain.
//!
//! `#[derive(Model)]` calls these builders; nothing stops anyone from calling them by hand.

mod to_proto;

pub(crate) use to_proto::{schema_to_proto, string_kind};

use crate::diagnostics::Result;
use crate::model::FieldType;
use crate::path::Path;
use crate::types::Type;
use crate::validate::Validator;
use crate::value::Value;

/// A versioned block: what a resource, data source or provider block looks like.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Version of the stored state; raised when the shape changes in a way old state does not fit.
    pub version: i64,
    /// The shape.
    pub block: Block,
}

/// Attributes and nested blocks.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// What it is for, in Markdown.
    pub description: String,
    /// `name = value` arguments, in the order of declaration.
    pub attributes: Vec<Attribute>,
    /// `name { ... }` blocks, in the order of declaration.
    pub blocks: Vec<NestedBlock>,
    /// Why and in favour of what it is deprecated.
    pub deprecated: Option<String>,
}

/// Who sets an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The configuration, always.
    Required,
    /// The configuration, or nobody.
    Optional,
    /// The provider.
    Computed,
    /// The configuration, else the provider.
    OptionalComputed,
}

impl Presence {
    /// Whether the provider may set it.
    pub fn is_computed(self) -> bool {
        matches!(self, Self::Computed | Self::OptionalComputed)
    }
}

/// The type of an attribute, or the attributes nested in it.
#[derive(Clone, Debug)]
pub enum Shape {
    /// A plain type.
    Type(Type),
    /// Objects with attributes of their own, each with its own rules.
    Nested {
        /// One object, or a collection of them.
        nesting: Nesting,
        /// The shape of each object.
        object: Block,
    },
}

impl Shape {
    /// The type of values of this shape.
    pub fn implied_type(&self) -> Type {
        match self {
            Self::Type(ty) => ty.clone(),
            Self::Nested { nesting, object } => nesting.of(object.implied_type()),
        }
    }
}

/// How nested objects or blocks are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// One.
    Single,
    /// In order.
    List,
    /// Without order.
    Set,
    /// By key.
    Map,
}

impl Nesting {
    /// The type of the collection, given the type of one element.
    pub fn of(self, element: Type) -> Type {
        match self {
            Self::Single => element,
            Self::List => Type::list(element),
            Self::Set => Type::set(element),
            Self::Map => Type::map(element),
        }
    }
}

/// An argument, or a value the provider sets.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Name in HCL.
    pub name: String,
    /// Type.
    pub shape: Shape,
    /// Who sets it.
    pub presence: Presence,
    /// Meaning, unit and default, in Markdown.
    pub description: String,
    /// Never shown by Terraform.
    pub sensitive: bool,
    /// Sent to the provider and never stored (Terraform 1.11 and newer).
    pub write_only: bool,
    /// Why and in favour of what it is deprecated.
    pub deprecated: Option<String>,
    /// Value when the configuration says nothing.
    pub default: Option<Value>,
    /// Rules for known values.
    pub validators: Vec<Validator>,
    /// The stored value stays through updates instead of becoming unknown.
    pub keep: bool,
    /// A change replaces the object.
    pub replace: bool,
    /// Part of what identifies the object.
    pub key: bool,
    /// Reads a value as the attribute's Rust type, which may ask for more than the type of the schema says: a whole number.
    pub(crate) decodes: fn(&Value, &Path) -> Result<()>,
}

/// A block inside a block.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// Name in HCL.
    pub name: String,
    /// One block, or a collection of them.
    pub nesting: Nesting,
    /// The shape of each block.
    pub block: Block,
    /// Fewest blocks.
    pub min_items: i64,
    /// Most blocks; 0 is no limit.
    pub max_items: i64,
}

impl Block {
    /// An empty block with its description.
    pub fn new(description: impl Into<String>) -> Self {
        Self { description: description.into(), ..Self::default() }
    }

    /// Adds an attribute.
    #[must_use]
    pub fn attribute(mut self, attribute: Attribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// Adds a nested block.
    #[must_use]
    pub fn block(mut self, block: NestedBlock) -> Self {
        self.blocks.push(block);
        self
    }

    /// Marks the whole block as deprecated.
    #[must_use]
    pub fn deprecated(mut self, message: impl Into<String>) -> Self {
        self.deprecated = Some(message.into());
        self
    }

    /// The type of values of this block.
    pub fn implied_type(&self) -> Type {
        let attributes = self.attributes.iter().map(|attribute| (attribute.name.clone(), attribute.implied_type()));
        let blocks = self.blocks.iter().map(|block| (block.name.clone(), block.nesting.of(block.block.implied_type())));
        Type::object(attributes.chain(blocks))
    }
}

impl Attribute {
    /// An attribute whose type and presence are those of the Rust type `T`.
    pub fn of<T: FieldType>(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            shape: T::shape(),
            presence: T::PRESENCE,
            description: String::new(),
            sensitive: false,
            write_only: false,
            deprecated: None,
            default: None,
            validators: Vec::new(),
            keep: false,
            replace: false,
            key: false,
            decodes: |value, at| T::decode(value, at).map(drop),
        }
    }

    /// Sets the description.
    #[must_use]
    pub fn describe(mut self, description: &str) -> Self {
        description.clone_into(&mut self.description);
        self
    }

    /// The configuration may set it, else the provider does.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.presence = if self.presence.is_computed() { Presence::OptionalComputed } else { Presence::Optional };
        self
    }

    /// Never shown by Terraform.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Sent to the provider and never stored.
    #[must_use]
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// Marks it as deprecated.
    #[must_use]
    pub fn deprecated(mut self, message: &str) -> Self {
        self.deprecated = Some(message.to_owned());
        self
    }

    /// Value when the configuration says nothing. Terraform lets only the provider fill in a value, so that the attribute becomes
    /// optional and computed.
    #[must_use]
    pub fn default<T: FieldType>(mut self, value: T) -> Self {
        self.default = Some(value.encode());
        self.presence = Presence::OptionalComputed;
        self
    }

    /// Adds a rule for known values.
    #[must_use]
    pub fn validate(mut self, validator: Validator) -> Self {
        self.validators.push(validator);
        self
    }

    /// The stored value stays through updates instead of becoming unknown.
    #[must_use]
    pub fn keep(mut self) -> Self {
        self.keep = true;
        self
    }

    /// A change replaces the object.
    #[must_use]
    pub fn replace(mut self) -> Self {
        self.replace = true;
        self
    }

    /// Part of what identifies the object: set by the configuration, a change replaces it; set by the provider, it is kept.
    #[must_use]
    pub fn key(mut self) -> Self {
        self.key = true;
        if self.presence == Presence::Computed { self.keep() } else { self.replace() }
    }

    /// The type of values of this attribute.
    pub fn implied_type(&self) -> Type {
        self.shape.implied_type()
    }
}

impl NestedBlock {
    /// A block whose nesting and shape are those of the Rust type `T`: a model, or an option, list, set or map of models. A type
    /// without nested attributes makes an empty block.
    pub fn of<T: FieldType>(name: &str) -> Self {
        let (nesting, block) = match T::shape() {
            Shape::Nested { nesting, object } => (nesting, object),
            Shape::Type(_) => (Nesting::Single, Block::default()),
        };
        // Terraform wants both counts of a single block to be alike: 1 when it is required.
        let count = i64::from(nesting == Nesting::Single && T::PRESENCE == Presence::Required);
        Self { name: name.to_owned(), nesting, block, min_items: count, max_items: count }
    }

    /// Sets the description, unless the block's own type has one.
    #[must_use]
    pub fn describe(mut self, description: &str) -> Self {
        if !description.is_empty() {
            description.clone_into(&mut self.block.description);
        }
        self
    }

    /// Fewest blocks.
    #[must_use]
    pub fn min_items(mut self, count: i64) -> Self {
        self.min_items = count;
        self
    }

    /// Most blocks.
    #[must_use]
    pub fn max_items(mut self, count: i64) -> Self {
        self.max_items = count;
        self
    }

    /// Marks it as deprecated.
    #[must_use]
    pub fn deprecated(mut self, message: &str) -> Self {
        self.block.deprecated = Some(message.to_owned());
        self
    }
}
