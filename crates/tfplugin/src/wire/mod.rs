//! Values on the wire: MessagePack exactly as go-cty writes it, and JSON as it lies in state files.
//!
//! Every length is checked against the bytes that are there before anything is allocated, and nesting is bounded, so that hostile
//! bytes cost an error and nothing more.

mod decode;
mod encode;
mod json;

pub use decode::{decode, decode_untyped};
pub use encode::encode;
pub use json::decode_json;

use crate::proto::tfplugin6 as pb;
use crate::types::Type;
use crate::value::Value;

/// Deepest nesting accepted. Real schemas stay below 40.
pub const MAX_DEPTH: usize = 128;

/// MessagePack extension type of an unknown value without refinements.
const UNKNOWN: i8 = 0;
/// MessagePack extension type of an unknown value with refinements.
const REFINED_UNKNOWN: i8 = 12;

/// Bytes that are not a value of the expected type.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum WireError {
    /// The bytes end too early, or a length says there is more than there is.
    #[error("the value is truncated")]
    Truncated,
    /// More bytes than one value.
    #[error("{0} bytes follow the value")]
    Trailing(usize),
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("the value is nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// Another kind of value than the type asks for.
    #[error("expected {expected}, found {found}")]
    Mismatch {
        /// What the type asks for.
        expected: &'static str,
        /// What the bytes hold.
        found: String,
    },
    /// An object attribute that the type does not have.
    #[error("the type has no attribute {0:?}")]
    UnexpectedAttribute(String),
    /// A tuple of another length.
    #[error("expected a tuple of {expected} elements, found {found}")]
    TupleLength {
        /// Elements of the type.
        expected: usize,
        /// Elements in the bytes.
        found: usize,
    },
    /// Not UTF-8.
    #[error("a string is not UTF-8")]
    NotUtf8,
    /// Not a number.
    #[error("{0:?} is not a number")]
    InvalidNumber(String),
    /// A dynamic value with an unreadable type.
    #[error(transparent)]
    InvalidType(#[from] crate::types::InvalidType),
    /// Not JSON, or JSON of another shape.
    #[error("{0}")]
    Json(String),
}

/// Decodes what a message holds: MessagePack when there is any, else JSON, else null.
pub(crate) fn from_dynamic(dynamic: Option<&pb::DynamicValue>, ty: &Type) -> Result<Value, WireError> {
    match dynamic {
        Some(dynamic) if !dynamic.msgpack.is_empty() => decode(&dynamic.msgpack, ty),
        Some(dynamic) if !dynamic.json.is_empty() => decode_json(&dynamic.json, ty),
        _ => Ok(Value::Null),
    }
}

/// Encodes for a message, as MessagePack.
pub(crate) fn to_dynamic(value: &Value, ty: &Type) -> pb::DynamicValue {
    pb::DynamicValue { msgpack: encode(value, ty).into(), json: prost::bytes::Bytes::new() }
}

/// Whether refinements (a MessagePack map keyed by integers, 1 is nullness) promise a value that is not null.
pub(crate) fn refinement_says_not_null(mut refinements: &[u8]) -> bool {
    let Ok(len) = rmp::decode::read_map_len(&mut refinements) else { return false };
    // Keys are written in order, so that nullness comes first when it is there at all.
    len > 0
        && rmp::decode::read_int::<i64, _>(&mut refinements).is_ok_and(|key| key == 1)
        && rmp::decode::read_bool(&mut refinements).is_ok_and(|may_be_null| !may_be_null)
}
