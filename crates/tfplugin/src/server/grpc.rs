//! The protocol's calls, translated: decode, hand to the lifecycle, encode.

use std::sync::{Arc, PoisonError, RwLock};

use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status};

use crate::context::Context;
use crate::diagnostics::{Diagnostic, Error, Problems};
use crate::function::Function;
use crate::lifecycle::{AnyDataSource, AnyResource, ApplyInput, PlanInput, check_block};
use crate::model::{Model, View};
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::provider_server::Provider as ProviderCalls;
use crate::provider::{Provider, Registry};
use crate::resource::MoveSource;
use crate::schema::{Schema, schema_to_proto};
use crate::types::Type;
use crate::value::Value;
use crate::wire;

/// Serves a [`Provider`] over the protocol. [`super::serve`] makes one; tests may call it directly.
pub struct ProviderServer<P: Provider> {
    provider: P,
    config_schema: Schema,
    config_type: Type,
    registry: Registry<P::Clients>,
    clients: RwLock<Option<Arc<P::Clients>>>,
    stop: CancellationToken,
}

type Answer<T> = Result<Response<T>, Status>;

impl<P: Provider> ProviderServer<P> {
    /// A server for one process.
    pub fn new(provider: P) -> Self {
        let config_schema = P::Config::schema();
        Self {
            provider,
            config_type: config_schema.block.implied_type(),
            config_schema,
            registry: Registry::of::<P>(),
            clients: RwLock::default(),
            stop: CancellationToken::new(),
        }
    }

    /// Asks running operations to end soon.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// The shape of the provider block.
    pub fn config_schema(&self) -> &Schema {
        &self.config_schema
    }

    /// The type of the provider block.
    pub fn config_type(&self) -> &Type {
        &self.config_type
    }

    /// Schema and type of a resource.
    pub fn resource_shape(&self, type_name: &str) -> Result<(Schema, Type), Error> {
        self.resource(type_name).map(|resource| (resource.schema().clone(), resource.ty().clone()))
    }

    /// Schema and type of a data source.
    pub fn data_source_shape(&self, type_name: &str) -> Result<(Schema, Type), Error> {
        self.data_source(type_name).map(|data_source| (data_source.schema().clone(), data_source.ty().clone()))
    }

    /// A function.
    pub fn function(&self, name: &str) -> Option<Arc<Function>> {
        self.registry.functions.get(name).cloned()
    }

    fn resource(&self, type_name: &str) -> Result<Arc<dyn AnyResource<P::Clients>>, Error> {
        self.registry.resources.get(type_name).cloned().ok_or_else(|| unknown_type("resource", type_name))
    }

    fn data_source(&self, type_name: &str) -> Result<Arc<dyn AnyDataSource<P::Clients>>, Error> {
        self.registry.data_sources.get(type_name).cloned().ok_or_else(|| unknown_type("data source", type_name))
    }

    fn context(&self) -> Result<Arc<Context<P::Clients>>, Error> {
        let clients = self.clients.read().unwrap_or_else(PoisonError::into_inner).clone();
        let clients = clients.ok_or_else(|| Error::new("The provider has not been configured yet"))?;
        Ok(Arc::new(Context::new(clients, self.stop.clone())))
    }

    fn capabilities() -> pb::ServerCapabilities {
        pb::ServerCapabilities {
            plan_destroy: true,
            get_provider_schema_optional: true,
            move_resource_state: true,
            generate_resource_config: false,
        }
    }

    fn functions(&self) -> std::collections::HashMap<String, pb::Function> {
        self.registry.functions.iter().map(|(name, function)| (name.clone(), function.to_proto())).collect()
    }

    async fn plan(&self, request: pb::plan_resource_change::Request) -> Result<pb::plan_resource_change::Response, Error> {
        let resource = self.resource(&request.type_name)?;
        let ty = resource.ty();
        let input = PlanInput {
            prior: read(request.prior_state.as_ref(), ty)?,
            proposed: read(request.proposed_new_state.as_ref(), ty)?,
            config: read(request.config.as_ref(), ty)?,
        };
        let cx = self.context()?;
        let output = guarded(resource.plan(Arc::clone(&cx), input)).await?;
        Ok(pb::plan_resource_change::Response {
            planned_state: Some(wire::to_dynamic(&output.planned, ty)),
            requires_replace: output.replace.iter().filter_map(crate::path::Path::to_proto).collect(),
            planned_private: request.prior_private,
            diagnostics: diagnostics(output.problems, Some(&cx)),
            ..Default::default()
        })
    }

    async fn apply(
        &self,
        request: pb::apply_resource_change::Request,
    ) -> Result<pb::apply_resource_change::Response, Error> {
        let resource = self.resource(&request.type_name)?;
        let ty = resource.ty();
        let input = ApplyInput {
            prior: read(request.prior_state.as_ref(), ty)?,
            planned: read(request.planned_state.as_ref(), ty)?,
            config: read(request.config.as_ref(), ty)?,
        };
        let cx = self.context()?;
        let outcome = guarded(resource.apply(Arc::clone(&cx), input)).await?;
        Ok(pb::apply_resource_change::Response {
            new_state: Some(wire::to_dynamic(&outcome.state, ty)),
            private: request.planned_private,
            diagnostics: diagnostics(outcome.problems, Some(&cx)),
            ..Default::default()
        })
    }

    async fn refresh(&self, request: pb::read_resource::Request) -> Result<pb::read_resource::Response, Error> {
        let resource = self.resource(&request.type_name)?;
        let ty = resource.ty();
        let current = read(request.current_state.as_ref(), ty)?;
        let cx = self.context()?;
        let outcome = guarded(resource.read(Arc::clone(&cx), current)).await?;
        Ok(pb::read_resource::Response {
            new_state: Some(wire::to_dynamic(&outcome.state, ty)),
            private: request.private,
            diagnostics: diagnostics(outcome.problems, Some(&cx)),
            ..Default::default()
        })
    }

    async fn read_data(&self, request: pb::read_data_source::Request) -> Result<pb::read_data_source::Response, Error> {
        let data_source = self.data_source(&request.type_name)?;
        let ty = data_source.ty();
        let config = read(request.config.as_ref(), ty)?;
        let cx = self.context()?;
        let outcome = guarded(data_source.read(Arc::clone(&cx), config)).await?;
        Ok(pb::read_data_source::Response {
            state: Some(wire::to_dynamic(&outcome.state, ty)),
            diagnostics: diagnostics(outcome.problems, Some(&cx)),
            ..Default::default()
        })
    }

    async fn configure(&self, request: &pb::configure_provider::Request) -> Result<Vec<Diagnostic>, Error> {
        let config = read(request.config.as_ref(), &self.config_type)?;
        let mut with_defaults = config.clone();
        crate::lifecycle::apply_defaults(&self.config_schema.block, &config, &mut with_defaults);
        let cx = Context::new(Arc::new(()), self.stop.clone());
        let clients = self.provider.configure(&cx, View::new(&with_defaults)).await?;
        *self.clients.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(clients));
        Ok(cx.take_warnings())
    }

    fn validate_provider(&self, config: Option<&pb::DynamicValue>) -> Result<Vec<Diagnostic>, Error> {
        let config = read(config, &self.config_type)?;
        let mut problems = Problems::default();
        check_block(&self.config_schema.block, &config, true, &mut problems);
        P::validate(View::new(&config), &mut problems);
        Ok(problems.into_vec())
    }

    fn upgrade(&self, request: &pb::upgrade_resource_state::Request) -> Result<pb::DynamicValue, Error> {
        let resource = self.resource(&request.type_name)?;
        let json = request.raw_state.as_ref().map(|raw| raw.json.as_slice()).unwrap_or_default();
        if json.is_empty() {
            return Err(Error::new("State of a Terraform older than 0.12")
                .detail("The state is in a format that Terraform 0.12 replaced. Upgrade it with that version first."));
        }
        Ok(wire::to_dynamic(&resource.upgrade(request.version, json)?, resource.ty()))
    }

    fn move_state(&self, request: pb::move_resource_state::Request) -> Result<pb::DynamicValue, Error> {
        let resource = self.resource(&request.target_type_name)?;
        let json = request.source_state.map(|raw| raw.json).unwrap_or_default();
        let source = MoveSource {
            provider: request.source_provider_address,
            type_name: request.source_type_name,
            schema_version: request.source_schema_version,
            state: serde_json::from_slice(&json)?,
        };
        let moved = resource.move_from(&source)?.ok_or_else(|| {
            Error::new("Unsupported move").detail(format!(
                "{} cannot take over the state of {} from {}.",
                request.target_type_name, source.type_name, source.provider
            ))
        })?;
        Ok(wire::to_dynamic(&moved, resource.ty()))
    }
}

/// Runs an operation so that a panic in it becomes an error, with everything else left running.
async fn guarded<T: Send + 'static>(operation: crate::lifecycle::Pending<T>) -> Result<T, Error> {
    tokio::spawn(operation).await.map_err(|failure| {
        let message = failure.try_into_panic().ok().and_then(|panic| {
            let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
            text.or_else(|| panic.downcast_ref::<String>().cloned())
        });
        Error::new("The provider crashed").detail(format!(
            "This is a bug in the provider. What it said: {}",
            message.unwrap_or_else(|| "nothing".to_owned())
        ))
    })
}

fn read(value: Option<&pb::DynamicValue>, ty: &Type) -> Result<Value, Error> {
    wire::from_dynamic(value, ty).map_err(|error| {
        Error::new("Unreadable value from Terraform").detail(format!("{error}. The provider and Terraform disagree about the schema."))
    })
}

fn unknown_type(kind: &str, name: &str) -> Error {
    Error::new(format!("This provider has no {kind} {name:?}"))
}

fn diagnostics<C>(problems: Vec<Diagnostic>, cx: Option<&Context<C>>) -> Vec<pb::Diagnostic> {
    let warnings = cx.map(Context::take_warnings).unwrap_or_default();
    warnings.iter().chain(&problems).map(Diagnostic::to_proto).collect()
}

fn failed(error: Error) -> Vec<pb::Diagnostic> {
    diagnostics::<()>(error.into_diagnostics(), None)
}

fn shown(result: Result<Vec<Diagnostic>, Error>) -> Vec<pb::Diagnostic> {
    diagnostics::<()>(result.unwrap_or_else(Error::into_diagnostics), None)
}

#[tonic::async_trait]
impl<P: Provider> ProviderCalls for ProviderServer<P> {
    async fn get_metadata(&self, _: Request<pb::get_metadata::Request>) -> Answer<pb::get_metadata::Response> {
        use pb::get_metadata::{DataSourceMetadata, FunctionMetadata, ResourceMetadata};
        let names = |names: Vec<&String>| names.into_iter().cloned().collect::<Vec<_>>();
        let (resources, data_sources, functions) = (
            names(self.registry.resources.keys().collect()),
            names(self.registry.data_sources.keys().collect()),
            names(self.registry.functions.keys().collect()),
        );
        Ok(Response::new(pb::get_metadata::Response {
            server_capabilities: Some(Self::capabilities()),
            resources: resources.into_iter().map(|type_name| ResourceMetadata { type_name }).collect(),
            data_sources: data_sources.into_iter().map(|type_name| DataSourceMetadata { type_name }).collect(),
            functions: functions.into_iter().map(|name| FunctionMetadata { name }).collect(),
            ..Default::default()
        }))
    }

    async fn get_provider_schema(
        &self,
        _: Request<pb::get_provider_schema::Request>,
    ) -> Answer<pb::get_provider_schema::Response> {
        let (resources, data_sources) = (&self.registry.resources, &self.registry.data_sources);
        Ok(Response::new(pb::get_provider_schema::Response {
            provider: Some(schema_to_proto(&self.config_schema)),
            resource_schemas: resources.iter().map(|(name, r)| (name.clone(), schema_to_proto(r.schema()))).collect(),
            data_source_schemas: data_sources.iter().map(|(name, d)| (name.clone(), schema_to_proto(d.schema()))).collect(),
            server_capabilities: Some(Self::capabilities()),
            functions: self.functions(),
            ..Default::default()
        }))
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Answer<pb::validate_provider_config::Response> {
        let diagnostics = shown(self.validate_provider(request.get_ref().config.as_ref()));
        Ok(Response::new(pb::validate_provider_config::Response { diagnostics }))
    }

    async fn validate_resource_config(
        &self,
        request: Request<pb::validate_resource_config::Request>,
    ) -> Answer<pb::validate_resource_config::Response> {
        let request = request.into_inner();
        let write_only_allowed = request.client_capabilities.is_some_and(|client| client.write_only_attributes_allowed);
        let diagnostics = shown(self.resource(&request.type_name).and_then(|resource| {
            Ok(resource.validate(&read(request.config.as_ref(), resource.ty())?, write_only_allowed))
        }));
        Ok(Response::new(pb::validate_resource_config::Response { diagnostics }))
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<pb::validate_data_resource_config::Request>,
    ) -> Answer<pb::validate_data_resource_config::Response> {
        let request = request.into_inner();
        let diagnostics = shown(
            self.data_source(&request.type_name)
                .and_then(|data_source| Ok(data_source.validate(&read(request.config.as_ref(), data_source.ty())?))),
        );
        Ok(Response::new(pb::validate_data_resource_config::Response { diagnostics }))
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Answer<pb::upgrade_resource_state::Response> {
        let (upgraded_state, diagnostics) = match self.upgrade(request.get_ref()) {
            Ok(state) => (Some(state), Vec::new()),
            Err(error) => (None, failed(error)),
        };
        Ok(Response::new(pb::upgrade_resource_state::Response { upgraded_state, diagnostics }))
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Answer<pb::configure_provider::Response> {
        let diagnostics = shown(self.configure(request.get_ref()).await);
        Ok(Response::new(pb::configure_provider::Response { diagnostics }))
    }

    async fn read_resource(&self, request: Request<pb::read_resource::Request>) -> Answer<pb::read_resource::Response> {
        let request = request.into_inner();
        let (current, private) = (request.current_state.clone(), request.private.clone());
        Ok(Response::new(self.refresh(request).await.unwrap_or_else(|error| pb::read_resource::Response {
            new_state: current,
            private,
            diagnostics: failed(error),
            ..Default::default()
        })))
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Answer<pb::plan_resource_change::Response> {
        let request = request.into_inner();
        let prior = request.prior_state.clone();
        Ok(Response::new(self.plan(request).await.unwrap_or_else(|error| pb::plan_resource_change::Response {
            planned_state: prior,
            diagnostics: failed(error),
            ..Default::default()
        })))
    }

    async fn apply_resource_change(
        &self,
        request: Request<pb::apply_resource_change::Request>,
    ) -> Answer<pb::apply_resource_change::Response> {
        let request = request.into_inner();
        let (prior, private) = (request.prior_state.clone(), request.planned_private.clone());
        Ok(Response::new(self.apply(request).await.unwrap_or_else(|error| pb::apply_resource_change::Response {
            new_state: prior,
            private,
            diagnostics: failed(error),
            ..Default::default()
        })))
    }

    async fn import_resource_state(
        &self,
        request: Request<pb::import_resource_state::Request>,
    ) -> Answer<pb::import_resource_state::Response> {
        let request = request.into_inner();
        let imported = self.resource(&request.type_name).and_then(|resource| {
            let state = wire::to_dynamic(&resource.import(&request.id)?, resource.ty());
            Ok(pb::import_resource_state::ImportedResource {
                type_name: request.type_name.clone(),
                state: Some(state),
                ..Default::default()
            })
        });
        let (imported_resources, diagnostics) = match imported {
            Ok(imported) => (vec![imported], Vec::new()),
            Err(error) => (Vec::new(), failed(error)),
        };
        Ok(Response::new(pb::import_resource_state::Response { imported_resources, diagnostics, deferred: None }))
    }

    async fn move_resource_state(
        &self,
        request: Request<pb::move_resource_state::Request>,
    ) -> Answer<pb::move_resource_state::Response> {
        let request = request.into_inner();
        let target_private = request.source_private.clone();
        let (target_state, diagnostics) = match self.move_state(request) {
            Ok(state) => (Some(state), Vec::new()),
            Err(error) => (None, failed(error)),
        };
        let answer = pb::move_resource_state::Response { target_state, diagnostics, target_private, target_identity: None };
        Ok(Response::new(answer))
    }

    async fn read_data_source(
        &self,
        request: Request<pb::read_data_source::Request>,
    ) -> Answer<pb::read_data_source::Response> {
        Ok(Response::new(self.read_data(request.into_inner()).await.unwrap_or_else(|error| {
            pb::read_data_source::Response { diagnostics: failed(error), ..Default::default() }
        })))
    }

    async fn get_functions(&self, _: Request<pb::get_functions::Request>) -> Answer<pb::get_functions::Response> {
        Ok(Response::new(pb::get_functions::Response { functions: self.functions(), diagnostics: Vec::new() }))
    }

    async fn call_function(&self, request: Request<pb::call_function::Request>) -> Answer<pb::call_function::Response> {
        let request = request.into_inner();
        let Some(function) = self.registry.functions.get(&request.name).cloned() else {
            let text = format!("this provider has no function {:?}", request.name);
            return Ok(Response::new(function_failed(text, None)));
        };
        // Functions compute; they must not hold up the calls that wait beside them.
        let result = tokio::task::spawn_blocking(move || function.run(&request.arguments)).await;
        Ok(Response::new(match result {
            Ok(Ok(result)) => pb::call_function::Response { result: Some(result), error: None },
            Ok(Err(error)) => function_failed(error.text, error.argument),
            Err(_) => function_failed(format!("{} crashed; this is a bug in the provider", request.name), None),
        }))
    }

    async fn stop_provider(&self, _: Request<pb::stop_provider::Request>) -> Answer<pb::stop_provider::Response> {
        tracing::info!("Terraform asked to stop");
        self.stop();
        Ok(Response::new(pb::stop_provider::Response::default()))
    }
}

fn function_failed(text: String, argument: Option<usize>) -> pb::call_function::Response {
    let function_argument = argument.and_then(|index| i64::try_from(index).ok());
    pb::call_function::Response { result: None, error: Some(pb::FunctionError { text, function_argument }) }
}
