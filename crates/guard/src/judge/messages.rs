//! The parts of Terraform's messages that are read, protocols 5 and 6 alike. Fields that are not named here are passed
//! over, so that a later version of the protocol changes nothing; states are kept as they came, to be handed back.

use bytes::Bytes;
use prost::Message;

/// A state or configuration.
#[derive(Clone, PartialEq, Message)]
pub(super) struct DynamicValue {
    #[prost(bytes = "bytes", tag = "1")]
    pub(super) msgpack: Bytes,
    #[prost(bytes = "bytes", tag = "2")]
    pub(super) json: Bytes,
}

/// `PlanResourceChange.Request`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct PlanRequest {
    #[prost(string, tag = "1")]
    pub(super) type_name: String,
    #[prost(bytes = "bytes", tag = "2")]
    pub(super) prior_state: Bytes,
    #[prost(bytes = "bytes", tag = "4")]
    pub(super) config: Bytes,
}

/// `PlanResourceChange.Response`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct PlanResponse {
    #[prost(bytes = "bytes", optional, tag = "1")]
    pub(super) planned_state: Option<Bytes>,
    #[prost(bytes = "bytes", repeated, tag = "2")]
    pub(super) requires_replace: Vec<Bytes>,
    #[prost(message, repeated, tag = "4")]
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// `ApplyResourceChange.Request`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ApplyRequest {
    #[prost(string, tag = "1")]
    pub(super) type_name: String,
    #[prost(bytes = "bytes", tag = "2")]
    pub(super) prior_state: Bytes,
    #[prost(bytes = "bytes", tag = "3")]
    pub(super) planned_state: Bytes,
    #[prost(bytes = "bytes", tag = "4")]
    pub(super) config: Bytes,
    #[prost(bytes = "bytes", tag = "5")]
    pub(super) planned_private: Bytes,
    #[prost(bytes = "bytes", optional, tag = "7")]
    pub(super) planned_identity: Option<Bytes>,
}

/// `ApplyResourceChange.Response`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ApplyResponse {
    #[prost(bytes = "bytes", optional, tag = "1")]
    pub(super) new_state: Option<Bytes>,
    #[prost(bytes = "bytes", tag = "2")]
    pub(super) private: Bytes,
    #[prost(message, repeated, tag = "3")]
    pub(super) diagnostics: Vec<Diagnostic>,
    #[prost(bool, tag = "4")]
    pub(super) legacy_type_system: bool,
    #[prost(bytes = "bytes", optional, tag = "5")]
    pub(super) new_identity: Option<Bytes>,
}

/// A problem for Terraform to show.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Diagnostic {
    #[prost(enumeration = "DiagnosticSeverity", tag = "1")]
    pub(super) severity: i32,
    #[prost(string, tag = "2")]
    pub(super) summary: String,
    #[prost(string, tag = "3")]
    pub(super) detail: String,
    #[prost(message, optional, tag = "4")]
    pub(super) attribute: Option<Path>,
}

/// Whether a problem stops the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum DiagnosticSeverity {
    Invalid = 0,
    Error = 1,
    Warning = 2,
}

/// Where in a value something is.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Path {
    #[prost(message, repeated, tag = "1")]
    pub(super) steps: Vec<Step>,
}

/// One step of a [`Path`].
#[derive(Clone, PartialEq, Message)]
pub(super) struct Step {
    #[prost(oneof = "Selector", tags = "1, 2, 3")]
    pub(super) selector: Option<Selector>,
}

/// What a [`Step`] selects.
#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Selector {
    #[prost(string, tag = "1")]
    AttributeName(String),
    #[prost(string, tag = "2")]
    ElementKeyString(String),
    #[prost(int64, tag = "3")]
    ElementKeyInt(i64),
}

/// `GetSchema.Response` (protocol 5), `GetProviderSchema.Response` (6).
#[derive(Clone, PartialEq, Message)]
pub(super) struct SchemaResponse {
    #[prost(message, repeated, tag = "2")]
    pub(super) resource_schemas: Vec<SchemaEntry>,
    #[prost(message, repeated, tag = "4")]
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// The schema of one type, still encoded: of most types nothing is needed.
#[derive(Clone, PartialEq, Message)]
pub(super) struct SchemaEntry {
    #[prost(string, tag = "1")]
    pub(super) type_name: String,
    #[prost(bytes = "bytes", tag = "2")]
    pub(super) schema: Bytes,
}

/// The name in a [`SchemaEntry`].
#[derive(Clone, PartialEq, Message)]
pub(super) struct TypeName {
    #[prost(string, tag = "1")]
    pub(super) name: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Schema {
    #[prost(message, optional, tag = "2")]
    pub(super) block: Option<Block>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Block {
    /// [`Attribute5`] or [`Attribute6`]: the protocols number their fields differently.
    #[prost(bytes = "bytes", repeated, tag = "2")]
    pub(super) attributes: Vec<Bytes>,
    #[prost(message, repeated, tag = "3")]
    pub(super) block_types: Vec<NestedBlock>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct NestedBlock {
    #[prost(string, tag = "1")]
    pub(super) type_name: String,
    #[prost(message, optional, tag = "2")]
    pub(super) block: Option<Block>,
    #[prost(enumeration = "Nesting", tag = "3")]
    pub(super) nesting: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Attribute5 {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(bytes = "bytes", tag = "2")]
    pub(super) ty: Bytes,
    #[prost(bool, tag = "7")]
    pub(super) sensitive: bool,
    #[prost(bool, tag = "10")]
    pub(super) write_only: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Attribute6 {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(bytes = "bytes", tag = "2")]
    pub(super) ty: Bytes,
    #[prost(bool, tag = "7")]
    pub(super) sensitive: bool,
    #[prost(message, optional, tag = "10")]
    pub(super) nested: Option<NestedType>,
    #[prost(bool, tag = "11")]
    pub(super) write_only: bool,
}

/// Attributes inside an attribute; protocol 6 alone has them.
#[derive(Clone, PartialEq, Message)]
pub(super) struct NestedType {
    #[prost(message, repeated, tag = "1")]
    pub(super) attributes: Vec<Attribute6>,
    #[prost(enumeration = "Nesting", tag = "3")]
    pub(super) nesting: i32,
}

/// How nested objects are grouped; blocks and attributes number them alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, prost::Enumeration)]
#[repr(i32)]
pub(super) enum Nesting {
    Invalid = 0,
    Single = 1,
    List = 2,
    Set = 3,
    Map = 4,
    Group = 5,
}
