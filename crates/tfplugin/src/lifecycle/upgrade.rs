//! Bringing stored state to the current schema version.

use crate::diagnostics::{During, Error, Result};
use crate::resource::Resource;
use crate::types::Type;
use crate::value::Value;
use crate::wire;

pub(crate) fn upgrade<R: Resource>(version: i64, json: &[u8], ty: &Type) -> Result<Value> {
    if version > R::VERSION {
        return Err(Error::new("State written by a newer provider").detail(format!(
            "The state has schema version {version}; this provider knows versions up to {}. Use the newer provider version that wrote \
             it.",
            R::VERSION,
        )));
    }
    if version == R::VERSION {
        return wire::decode_json(json, ty).during("reading stored state");
    }
    let state = serde_json::from_slice(json).during("reading stored state")?;
    let upgraded = R::upgrade(version, state)?;
    wire::decode_json(upgraded.to_string().as_bytes(), ty).during("reading upgraded state")
}
