//! What identifies an object (Terraform 1.12 and newer): its key fields, as a value of their own beside the state.

use std::collections::BTreeMap;

use crate::diagnostics::{During, Error, Result};
use crate::model::{Keyed, Model};
use crate::proto::tfplugin6 as pb;
use crate::resource::Resource;
use crate::schema::Block;
use crate::types::Type;
use crate::value::Value;
use crate::wire;

/// The shape of the identities of one resource.
#[derive(Debug)]
pub(crate) struct Identity {
    version: i64,
    attributes: Vec<Part>,
    ty: Type,
}

#[derive(Debug)]
struct Part {
    name: String,
    description: String,
    ty: Type,
}

impl Identity {
    pub(crate) fn of<R: Resource>(block: &Block) -> Self {
        let attributes: Vec<Part> = block
            .attributes
            .iter()
            .filter(|attribute| attribute.key)
            .map(|attribute| Part {
                name: attribute.name.clone(),
                description: attribute.description.clone(),
                ty: attribute.implied_type(),
            })
            .collect();
        let ty = Type::object(attributes.iter().map(|part| (part.name.clone(), part.ty.clone())));
        Self { version: R::IDENTITY_VERSION, attributes, ty }
    }

    pub(crate) fn ty(&self) -> &Type {
        &self.ty
    }

    /// Every part is needed to find the object again.
    pub(crate) fn to_proto(&self) -> pb::ResourceIdentitySchema {
        use pb::resource_identity_schema::IdentityAttribute;
        let attributes = self.attributes.iter().map(|part| IdentityAttribute {
            name: part.name.clone(),
            r#type: part.ty.to_bytes(),
            required_for_import: true,
            optional_for_import: false,
            description: part.description.clone(),
        });
        pb::ResourceIdentitySchema { version: self.version, identity_attributes: attributes.collect() }
    }

    /// The identity of the object whose state or plan `state` is; null where a part is absent or not known yet: Terraform takes an
    /// identity as a whole or not at all.
    pub(crate) fn within(&self, state: &Value) -> Value {
        let parts: BTreeMap<String, Value> =
            self.attributes.iter().map(|part| (part.name.clone(), state.attribute(&part.name).clone())).collect();
        let complete = parts.values().all(|part| !part.is_null() && part.is_wholly_known());
        if complete && !state.is_null() { Value::Map(parts) } else { Value::Null }
    }

    /// An identity for a message; nothing for null.
    pub(crate) fn to_data(&self, identity: &Value) -> Option<pb::ResourceIdentityData> {
        let data = || pb::ResourceIdentityData { identity_data: Some(wire::to_dynamic(identity, &self.ty)) };
        (!identity.is_null()).then(data)
    }

    /// An identity out of a message; null for none.
    pub(crate) fn read(&self, data: Option<&pb::ResourceIdentityData>) -> Result<Value> {
        let dynamic = data.and_then(|data| data.identity_data.as_ref());
        wire::from_dynamic(dynamic, &self.ty).during("reading the identity that Terraform sent")
    }
}

pub(crate) fn upgrade<R: Resource>(identity: &Identity, version: i64, json: &[u8]) -> Result<Value> {
    if version > R::IDENTITY_VERSION {
        return Err(Error::new("Identity written by a newer provider").detail(format!(
            "The identity has version {version}; this provider knows versions up to {}. Use the newer provider version that wrote it.",
            R::IDENTITY_VERSION,
        )));
    }
    let value = if version == R::IDENTITY_VERSION {
        wire::decode_json(json, &identity.ty).during("reading a stored identity")?
    } else {
        let upgraded = R::upgrade_identity(version, serde_json::from_slice(json).during("reading a stored identity")?)?;
        wire::decode_json(upgraded.to_string().as_bytes(), &identity.ty).during("reading an upgraded identity")?
    };
    match identity.within(&value) {
        Value::Null => Err(Error::new("Incomplete identity").detail(format!(
            "The stored identity of a {} does not have all of {}. Remove the resource from the state and import it again.",
            <R as Model>::NAME,
            <R as Keyed>::KEY_FIELDS.join(", "),
        ))),
        complete => Ok(complete),
    }
}
