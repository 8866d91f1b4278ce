//! Lists, as `terraform query` asks for them.

use serde_json::Value as Json;
use tokio_stream::StreamExt;
use tonic::Request;

use super::{Failure, Harness, Outcome, answer, check, decode, failed, proposed};
use crate::diagnostics::Diagnostic;
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::provider_server::Provider as ProviderCalls;
use crate::provider::Provider;
use crate::wire;

/// What a list found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    /// In the order in which they came.
    pub objects: Vec<Object>,
    /// Warnings.
    pub warnings: Vec<Diagnostic>,
}

/// One object that a list found.
#[derive(Clone, Debug, PartialEq)]
pub struct Object {
    /// Its name for a person.
    pub name: String,
    /// Its identity.
    pub identity: Json,
    /// The whole object, where it was asked for.
    pub object: Option<Json>,
}

impl<P: Provider> Harness<P> {
    /// Validates and lists at most `limit` objects; with `objects` also what each looks like.
    pub async fn list(&self, type_name: &str, config: &Json, limit: i64, objects: bool) -> Outcome<Listing> {
        let (schema, ty) = self.server.list_shape(type_name).map_err(failed)?;
        let (_, object_type) = self.resource(type_name)?;
        let config = Some(wire::to_dynamic(&proposed::configuration(config, &schema), &ty));
        let type_name = type_name.to_owned();
        let request = pb::validate_list_resource_config::Request {
            type_name: type_name.clone(),
            config: config.clone(),
            ..Default::default()
        };
        let mut found = Listing::default();
        let validated = answer(self.server.validate_list_resource_config(Request::new(request)).await)?;
        found.warnings.extend(check(validated.diagnostics)?);

        let include_resource_object = objects;
        let request =
            pb::list_resource::Request { type_name: type_name.clone(), config, include_resource_object, limit };
        let mut events = answer(self.server.list_resource(Request::new(request)).await)?;
        while let Some(event) = events.next().await {
            let event = answer(event.map(tonic::Response::new))?;
            let warnings = check(event.diagnostic)?;
            let identity = self.identity_of(&type_name, event.identity.as_ref())?;
            if identity.is_null() && warnings.is_empty() {
                return Err(Failure::broke("Missing identity", format!("{:?} has none", event.display_name)));
            }
            found.warnings.extend(warnings);
            if identity.is_null() {
                continue;
            }
            let object = event.resource_object.as_ref().map(|object| decode(Some(object), &object_type)).transpose()?;
            found.objects.push(Object {
                name: event.display_name,
                identity: Json::try_from(&*identity).unwrap_or(Json::Null),
                object: object.map(|object| Json::try_from(&object).unwrap_or(Json::Null)),
            });
        }
        Ok(found)
    }
}
