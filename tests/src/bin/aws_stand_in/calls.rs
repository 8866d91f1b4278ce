//! The calls of the protocol.

use std::env;
use std::sync::{PoisonError, RwLock};

use tfplugin::diagnostics::Diagnostic;
use tfplugin::path::Path;
use tfplugin::proto::tfplugin6 as pb;
use tfplugin::proto::tfplugin6::provider_server::Provider;
use tfplugin::types::Type;
use tfplugin::value::Value;
use tfplugin::wire;
use tonic::{Request, Response, Status};

use crate::account::Account;
use crate::schemas::{Schema, Schemas};
use crate::{data, plan};

type Answer<T> = Result<Response<T>, Status>;

/// The provider process.
pub(crate) struct StandIn {
    schemas: Schemas,
    settings: RwLock<Settings>,
}

/// What the provider block says.
#[derive(Clone, Default)]
struct Settings {
    region: String,
    default_tags: Value,
}

impl StandIn {
    pub(crate) fn new(schemas: Schemas) -> Self {
        Self { schemas, settings: RwLock::default() }
    }

    fn resource(&self, type_name: &str) -> Result<&Schema, Status> {
        self.schemas.resources.get(type_name).ok_or_else(|| missing("resource", type_name))
    }

    fn data_source(&self, type_name: &str) -> Result<&Schema, Status> {
        self.schemas.data_sources.get(type_name).ok_or_else(|| missing("data source", type_name))
    }

    fn settings(&self) -> Settings {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The region a resource or data source names, else that of the provider.
    fn region(&self, config: &Value) -> String {
        if let Value::String(region) = config.attribute("region") { region.clone() } else { self.settings().region }
    }
}

fn missing(kind: &str, type_name: &str) -> Status {
    Status::not_found(format!("the schemas of the stand-in for hashicorp/aws have no {kind} {type_name}"))
}

fn decoded(value: Option<&pb::DynamicValue>, ty: &Type) -> Result<Value, Status> {
    let bad = |error: wire::WireError| Status::invalid_argument(format!("a value Terraform sent: {error}"));
    match value {
        Some(value) if !value.msgpack.is_empty() => wire::decode(&value.msgpack, ty).map_err(bad),
        Some(value) if !value.json.is_empty() => wire::decode_json(&value.json, ty).map_err(bad),
        _ => Ok(Value::Null),
    }
}

fn encoded(value: &Value, ty: &Type) -> Option<pb::DynamicValue> {
    Some(pb::DynamicValue { msgpack: wire::encode(value, ty).into(), ..Default::default() })
}

/// As the plugin SDK of the real provider words it.
fn unconfigurable(schema: &Schema, config: &Value) -> Vec<pb::Diagnostic> {
    plan::set_by_configuration(&schema.block, config, &Path::root())
        .into_iter()
        .map(|at| {
            let detail = format!("{at} is set by the provider, and cannot be configured.");
            Diagnostic::error("Value for unconfigurable attribute").detail(detail).at(at).to_proto()
        })
        .collect()
}

#[tonic::async_trait]
impl Provider for StandIn {
    async fn get_provider_schema(
        &self,
        _: Request<pb::get_provider_schema::Request>,
    ) -> Answer<pb::get_provider_schema::Response> {
        let schemas = &self.schemas;
        Ok(Response::new(pb::get_provider_schema::Response {
            provider: Some(schemas.provider.to_proto()),
            resource_schemas: schemas.resources.iter().map(|(name, it)| (name.clone(), it.to_proto())).collect(),
            data_source_schemas: schemas.data_sources.iter().map(|(name, it)| (name.clone(), it.to_proto())).collect(),
            ..Default::default()
        }))
    }

    async fn validate_provider_config(
        &self,
        _: Request<pb::validate_provider_config::Request>,
    ) -> Answer<pb::validate_provider_config::Response> {
        Ok(Response::new(pb::validate_provider_config::Response::default()))
    }

    async fn validate_resource_config(
        &self,
        request: Request<pb::validate_resource_config::Request>,
    ) -> Answer<pb::validate_resource_config::Response> {
        let request = request.get_ref();
        let schema = self.resource(&request.type_name)?;
        let diagnostics = unconfigurable(schema, &decoded(request.config.as_ref(), &schema.ty)?);
        Ok(Response::new(pb::validate_resource_config::Response { diagnostics }))
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<pb::validate_data_resource_config::Request>,
    ) -> Answer<pb::validate_data_resource_config::Response> {
        let request = request.get_ref();
        let schema = self.data_source(&request.type_name)?;
        let diagnostics = unconfigurable(schema, &decoded(request.config.as_ref(), &schema.ty)?);
        Ok(Response::new(pb::validate_data_resource_config::Response { diagnostics }))
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Answer<pb::upgrade_resource_state::Response> {
        let request = request.get_ref();
        let schema = self.resource(&request.type_name)?;
        let json = request.raw_state.as_ref().map(|state| state.json.as_slice()).unwrap_or_default();
        let state = wire::decode_json(json, &schema.ty).map_err(|error| Status::invalid_argument(error.to_string()))?;
        let upgraded_state = encoded(&state, &schema.ty);
        Ok(Response::new(pb::upgrade_resource_state::Response { upgraded_state, diagnostics: Vec::new() }))
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Answer<pb::configure_provider::Response> {
        let config = decoded(request.get_ref().config.as_ref(), &self.schemas.provider.ty)?;
        let region = match config.attribute("region") {
            Value::String(region) => region.clone(),
            _ => env::var("AWS_REGION").unwrap_or_else(|_| "us-east-1".to_owned()),
        };
        let default_tags = match config.attribute("default_tags") {
            Value::List(blocks) => blocks.first().map(|block| block.attribute("tags").clone()).unwrap_or_default(),
            _ => Value::Null,
        };
        *self.settings.write().unwrap_or_else(PoisonError::into_inner) = Settings { region, default_tags };
        Ok(Response::new(pb::configure_provider::Response::default()))
    }

    async fn read_resource(&self, request: Request<pb::read_resource::Request>) -> Answer<pb::read_resource::Response> {
        let request = request.into_inner();
        Ok(Response::new(pb::read_resource::Response {
            new_state: request.current_state,
            private: request.private,
            ..Default::default()
        }))
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Answer<pb::plan_resource_change::Response> {
        let request = request.get_ref();
        let schema = self.resource(&request.type_name)?;
        let proposed = decoded(request.proposed_new_state.as_ref(), &schema.ty)?;
        let mut planned = plan::planned(&schema.block, &proposed);
        plan::keep_elements(&schema.block, &mut planned, &decoded(request.prior_state.as_ref(), &schema.ty)?);
        let settings = self.settings();
        plan::settle(&schema.block, &mut planned, &settings.region, &settings.default_tags);
        let planned_state = encoded(&planned, &schema.ty);
        Ok(Response::new(pb::plan_resource_change::Response { planned_state, ..Default::default() }))
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> Answer<pb::apply_resource_change::Response> {
        let request = request.get_ref();
        let schema = self.resource(&request.type_name)?;
        let planned = decoded(request.planned_state.as_ref(), &schema.ty)?;
        let region = self.region(&planned);
        let mut state = plan::applied(&request.type_name, &region, &planned, &schema.ty);
        let created = decoded(request.prior_state.as_ref(), &schema.ty)?.is_null() && !planned.is_null();
        if let Some(account) = Account::of_environment(&region).filter(|_| created) {
            match tokio::task::block_in_place(|| account.create(&request.type_name, &planned)) {
                Ok(made) => {
                    for (name, value) in made.into_iter().filter(|(name, _)| planned.attribute(name).is_unknown()) {
                        state.set(&Path::root().attribute(name), value);
                    }
                }
                Err(error) => {
                    let diagnostics = vec![Diagnostic::error(format!("{error:#}")).to_proto()];
                    return Ok(Response::new(pb::apply_resource_change::Response {
                        diagnostics,
                        ..Default::default()
                    }));
                }
            }
        }
        Ok(Response::new(pb::apply_resource_change::Response {
            new_state: encoded(&state, &schema.ty),
            ..Default::default()
        }))
    }

    async fn read_data_source(
        &self,
        request: Request<pb::read_data_source::Request>,
    ) -> Answer<pb::read_data_source::Response> {
        let request = request.get_ref();
        let schema = self.data_source(&request.type_name)?;
        let mut state = decoded(request.config.as_ref(), &schema.ty)?;
        let region = self.region(&state);
        let answer = match data::answer(&request.type_name, &state, &region) {
            Ok(answer) => answer,
            Err(error) => {
                let diagnostics = vec![Diagnostic::error(format!("{error:#}")).to_proto()];
                return Ok(Response::new(pb::read_data_source::Response { diagnostics, ..Default::default() }));
            }
        };
        for (name, value) in answer {
            state.set(&Path::root().attribute(&name), value);
        }
        if schema.block.attributes.contains_key("region") {
            state.set(&Path::root().attribute("region"), region.into());
        }
        Ok(Response::new(pb::read_data_source::Response {
            state: encoded(&state.without_unknowns(), &schema.ty),
            ..Default::default()
        }))
    }

    async fn stop_provider(&self, _: Request<pb::stop_provider::Request>) -> Answer<pb::stop_provider::Response> {
        Ok(Response::new(pb::stop_provider::Response::default()))
    }
}
