//! State, and the ways to it other than by apply: import, upgrade, move.

use serde_json::Value as Json;
use tonic::Request;

use super::{Failure, Harness, Outcome, answer, check, decode, failed, proposed};
use crate::diagnostics::Diagnostic;
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::provider_server::Provider as ProviderCalls;
use crate::provider::Provider;
use crate::resource::MoveSource;
use crate::value::Value;
use crate::wire;

/// The stored state of one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub(super) value: Value,
    pub(super) private: Vec<u8>,
    /// Boxed, so that a failure, which holds a state, stays small.
    pub(super) identity: Box<Value>,
    /// Whether the create that made it failed: the next apply replaces it.
    pub tainted: bool,
}

impl State {
    /// Where there is nothing.
    pub(super) fn none() -> Self {
        Self { value: Value::Null, private: Vec::new(), identity: Box::default(), tainted: false }
    }

    /// The identity as JSON; null where the key is not known.
    pub fn identity(&self) -> Json {
        Json::try_from(&*self.identity).unwrap_or(Json::Null)
    }

    /// The attributes as JSON.
    pub fn json(&self) -> Json {
        Json::try_from(&self.value).unwrap_or(Json::Null)
    }
}

impl<P: Provider> Harness<P> {
    /// Imports by id and reads the object.
    pub async fn import(&self, type_name: &str, id: &str) -> Outcome<State> {
        let request = pb::import_resource_state::Request { id: id.to_owned(), ..Default::default() };
        self.import_with(type_name, request).await
    }

    /// Imports by identity, given as JSON, and reads the object.
    pub async fn import_identity(&self, type_name: &str, identity: &Json) -> Outcome<State> {
        let ty = self.server.identity_type(type_name).map_err(failed)?;
        let data = self.identity_data(type_name, &proposed::conform(identity, &ty))?;
        let request = pb::import_resource_state::Request { identity: data, ..Default::default() };
        self.import_with(type_name, request).await
    }

    async fn import_with(&self, type_name: &str, request: pb::import_resource_state::Request) -> Outcome<State> {
        let (_, ty) = self.resource(type_name)?;
        let request = pb::import_resource_state::Request { type_name: type_name.to_owned(), ..request };
        let response = answer(self.server.import_resource_state(Request::new(request)).await)?;
        check(response.diagnostics)?;
        let imported = response.imported_resources.into_iter().next().unwrap_or_default();
        let identity = self.identity_of(type_name, imported.identity.as_ref())?;
        let value = decode(imported.state.as_ref(), &ty)?;
        let stub = State { value, private: imported.private, tainted: false, identity };
        let gone = || Failure::of(vec![Diagnostic::error("Cannot import non-existent remote object")]);
        self.refresh(type_name, &stub).await?.ok_or_else(gone)
    }

    /// Upgrades stored state of another schema version.
    pub async fn upgrade(&self, type_name: &str, version: i64, stored: &Json) -> Outcome<State> {
        let (_, ty) = self.resource(type_name)?;
        let raw_state = Some(pb::RawState { json: stored.to_string().into_bytes(), ..Default::default() });
        let request = pb::upgrade_resource_state::Request { type_name: type_name.to_owned(), version, raw_state };
        let response = answer(self.server.upgrade_resource_state(Request::new(request)).await)?;
        check(response.diagnostics)?;
        Ok(State { value: decode(response.upgraded_state.as_ref(), &ty)?, ..State::none() })
    }

    /// Upgrades a stored identity of another version.
    pub async fn upgrade_identity(&self, type_name: &str, version: i64, stored: &Json) -> Outcome<Json> {
        let raw_identity = Some(pb::RawState { json: stored.to_string().into_bytes(), ..Default::default() });
        let request = pb::upgrade_resource_identity::Request { type_name: type_name.to_owned(), version, raw_identity };
        let response = answer(self.server.upgrade_resource_identity(Request::new(request)).await)?;
        check(response.diagnostics)?;
        let identity = self.identity_of(type_name, response.upgraded_identity.as_ref())?;
        Ok(Json::try_from(&*identity).unwrap_or(Json::Null))
    }

    /// Moves the state of another resource type, stored as JSON, to this one.
    pub async fn move_from(&self, type_name: &str, source: &MoveSource) -> Outcome<State> {
        let (_, ty) = self.resource(type_name)?;
        let request = pb::move_resource_state::Request {
            source_provider_address: source.provider.clone(),
            source_type_name: source.type_name.clone(),
            source_schema_version: source.schema_version,
            source_state: Some(pb::RawState { json: source.state.to_string().into_bytes(), ..Default::default() }),
            source_identity: (!source.identity.is_null())
                .then(|| pb::RawState { json: source.identity.to_string().into_bytes(), ..Default::default() }),
            source_identity_schema_version: source.identity_version,
            target_type_name: type_name.to_owned(),
            ..Default::default()
        };
        let response = answer(self.server.move_resource_state(Request::new(request)).await)?;
        check(response.diagnostics)?;
        let value = decode(response.target_state.as_ref(), &ty)?;
        let identity = self.identity_of(type_name, response.target_identity.as_ref())?;
        Ok(State { value, private: response.target_private, tainted: false, identity })
    }

    pub(super) fn identity_data(&self, type_name: &str, identity: &Value) -> Outcome<Option<pb::ResourceIdentityData>> {
        let ty = self.server.identity_type(type_name).map_err(failed)?;
        let data = || pb::ResourceIdentityData { identity_data: Some(wire::to_dynamic(identity, &ty)) };
        Ok((!identity.is_null()).then(data))
    }

    pub(super) fn identity_of(&self, type_name: &str, data: Option<&pb::ResourceIdentityData>) -> Outcome<Box<Value>> {
        let ty = self.server.identity_type(type_name).map_err(failed)?;
        decode(data.and_then(|data| data.identity_data.as_ref()), &ty).map(Box::new)
    }
}
