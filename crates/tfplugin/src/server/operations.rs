//! One provider and what each call does with it: decode, hand to the lifecycle, encode.

use std::sync::{Arc, PoisonError, RwLock};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::context::Context;
use crate::diagnostics::{Diagnostic, Error, Problems, Severity};
use crate::function::Function;
use crate::lifecycle::{
    AnyDataSource, AnyResource, ApplyInput, ImportBy, Pending, PlanInput, as_replaced, caught, check_block,
};
use crate::model::{Model, View};
use crate::proto::tfplugin6 as pb;
use crate::provider::{Provider, Registry};
use crate::resource::MoveSource;
use crate::review::{Change, ChangeKind};
use crate::schema::Schema;
use crate::types::Type;
use crate::value::Value;
use crate::wire;

/// Serves a [`Provider`] over the protocol. [`super::serve`] makes one; tests may call it directly.
pub struct ProviderServer<P: Provider> {
    provider: P,
    config_schema: Schema,
    config_type: Type,
    pub(super) registry: Registry<P::Clients>,
    clients: RwLock<Option<Arc<P::Clients>>>,
    stop: CancellationToken,
    running: TaskTracker,
}

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
            running: TaskTracker::new(),
        }
    }

    /// How to end what is running when nobody waits for it any more.
    pub(super) fn under_way(&self) -> UnderWay {
        UnderWay { stop: self.stop.clone(), running: self.running.clone() }
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

    /// The type of the identities of a resource.
    pub fn identity_type(&self, type_name: &str) -> Result<Type, Error> {
        self.resource(type_name).map(|resource| resource.identity().ty().clone())
    }

    /// A function.
    pub fn function(&self, name: &str) -> Option<Arc<Function>> {
        self.registry.functions.get(name).cloned()
    }

    pub(super) fn resource(&self, type_name: &str) -> Result<Arc<dyn AnyResource<P::Clients>>, Error> {
        self.registry.resources.get(type_name).cloned().ok_or_else(|| unknown_type("resource", type_name))
    }

    fn data_source(&self, type_name: &str) -> Result<Arc<dyn AnyDataSource<P::Clients>>, Error> {
        self.registry.data_sources.get(type_name).cloned().ok_or_else(|| unknown_type("data source", type_name))
    }

    pub(super) fn context(&self) -> Result<Arc<Context<P::Clients>>, Error> {
        let clients = self.clients.read().unwrap_or_else(PoisonError::into_inner).clone();
        let clients = clients.ok_or_else(|| Error::new("The provider has not been configured yet"))?;
        Ok(Arc::new(Context::new(clients, self.stop.clone())))
    }

    pub(super) fn capabilities() -> pb::ServerCapabilities {
        pb::ServerCapabilities {
            plan_destroy: true,
            get_provider_schema_optional: true,
            move_resource_state: true,
            generate_resource_config: false,
        }
    }

    pub(super) fn functions(&self) -> std::collections::HashMap<String, pb::Function> {
        self.registry.functions.iter().map(|(name, function)| (name.clone(), function.to_proto())).collect()
    }

    pub(super) async fn plan(
        &self,
        request: pb::plan_resource_change::Request,
    ) -> Result<pb::plan_resource_change::Response, Error> {
        let resource = self.resource(&request.type_name)?;
        let (ty, identity) = (resource.ty(), resource.identity());
        let prior = read(request.prior_state.as_ref(), ty)?;
        let config = read(request.config.as_ref(), ty)?;
        let proposed = read(request.proposed_new_state.as_ref(), ty)?;
        let input = PlanInput { prior: prior.clone(), proposed, config: config.clone() };
        let cx = self.context()?;
        let mut output = self.guarded(resource.plan(Arc::clone(&cx), input)).await?;
        if !output.problems.iter().any(|problem| problem.severity == Severity::Error) {
            let schema = resource.schema();
            let same = output.planned.same(&prior, ty);
            let kind = ChangeKind::of(&prior, &output.planned, !output.replace.is_empty(), same);
            let mut planned = output.planned.clone();
            if kind == ChangeKind::Replace {
                as_replaced(&schema.block, &config, &mut planned);
            }
            let (type_name, replace) = (request.type_name.as_str(), output.replace.as_slice());
            let change = Change { type_name, schema, kind, prior: &prior, planned: &planned, config: &config, replace };
            let judged = at_once(|| Ok(P::review(&cx, change))).await?;
            output.problems.extend(judged);
        }
        // An object that goes keeps its identity to the end.
        let planned_identity = match identity.to_data(&identity.within(&output.planned)) {
            None if output.planned.is_null() => request.prior_identity,
            planned => planned,
        };
        Ok(pb::plan_resource_change::Response {
            planned_identity,
            planned_state: Some(wire::to_dynamic(&output.planned, ty)),
            requires_replace: output.replace.iter().filter_map(crate::path::Path::to_proto).collect(),
            planned_private: request.prior_private,
            diagnostics: diagnostics(output.problems, Some(&cx)),
            ..Default::default()
        })
    }

    pub(super) async fn apply(
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
        let outcome = self.guarded(resource.apply(Arc::clone(&cx), input)).await?;
        let identity = resource.identity();
        Ok(pb::apply_resource_change::Response {
            new_identity: identity.to_data(&identity.within(&outcome.state)),
            new_state: Some(wire::to_dynamic(&outcome.state, ty)),
            private: request.planned_private,
            diagnostics: diagnostics(outcome.problems, Some(&cx)),
            ..Default::default()
        })
    }

    pub(super) async fn refresh(
        &self,
        request: pb::read_resource::Request,
    ) -> Result<pb::read_resource::Response, Error> {
        let resource = self.resource(&request.type_name)?;
        let ty = resource.ty();
        let current = read(request.current_state.as_ref(), ty)?;
        let cx = self.context()?;
        let outcome = self.guarded(resource.read(Arc::clone(&cx), current)).await?;
        let identity = resource.identity();
        Ok(pb::read_resource::Response {
            new_identity: identity.to_data(&identity.within(&outcome.state)).or(request.current_identity),
            new_state: Some(wire::to_dynamic(&outcome.state, ty)),
            private: request.private,
            diagnostics: diagnostics(outcome.problems, Some(&cx)),
            ..Default::default()
        })
    }

    pub(super) async fn read_data(
        &self,
        request: pb::read_data_source::Request,
    ) -> Result<pb::read_data_source::Response, Error> {
        let data_source = self.data_source(&request.type_name)?;
        let ty = data_source.ty();
        let config = read(request.config.as_ref(), ty)?;
        let cx = self.context()?;
        let outcome = self.guarded(data_source.read(Arc::clone(&cx), config)).await?;
        Ok(pb::read_data_source::Response {
            state: Some(wire::to_dynamic(&outcome.state, ty)),
            diagnostics: diagnostics(outcome.problems, Some(&cx)),
            ..Default::default()
        })
    }

    pub(super) async fn configure(&self, request: &pb::configure_provider::Request) -> Result<Vec<Diagnostic>, Error> {
        let config = read(request.config.as_ref(), &self.config_type)?;
        let mut with_defaults = config.clone();
        crate::lifecycle::apply_defaults(&self.config_schema.block, &config, &mut with_defaults);
        let cx = Context::new(Arc::new(()), self.stop.clone());
        let clients = self.provider.configure(&cx, View::new(&with_defaults)).await?;
        *self.clients.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(clients));
        Ok(cx.take_warnings())
    }

    pub(super) fn validate_provider(&self, config: Option<&pb::DynamicValue>) -> Result<Vec<Diagnostic>, Error> {
        let config = read(config, &self.config_type)?;
        let mut problems = Problems::default();
        check_block(&self.config_schema.block, &config, true, &mut problems);
        P::validate(View::new(&config), &mut problems);
        Ok(problems.into_vec())
    }

    pub(super) fn validate_resource(
        &self,
        request: &pb::validate_resource_config::Request,
    ) -> Result<Vec<Diagnostic>, Error> {
        let write_only_allowed =
            request.client_capabilities.as_ref().is_some_and(|client| client.write_only_attributes_allowed);
        let resource = self.resource(&request.type_name)?;
        Ok(resource.validate(&read(request.config.as_ref(), resource.ty())?, write_only_allowed))
    }

    pub(super) fn validate_data_source(
        &self,
        request: &pb::validate_data_resource_config::Request,
    ) -> Result<Vec<Diagnostic>, Error> {
        let data_source = self.data_source(&request.type_name)?;
        Ok(data_source.validate(&read(request.config.as_ref(), data_source.ty())?))
    }

    pub(super) fn import(
        &self,
        request: pb::import_resource_state::Request,
    ) -> Result<pb::import_resource_state::ImportedResource, Error> {
        let resource = self.resource(&request.type_name)?;
        let identity = resource.identity();
        let by = match identity.read(request.identity.as_ref())? {
            Value::Null => ImportBy::Id(request.id),
            given => ImportBy::Identity(given),
        };
        let imported = resource.import(&by)?;
        Ok(pb::import_resource_state::ImportedResource {
            type_name: request.type_name,
            state: Some(wire::to_dynamic(&imported, resource.ty())),
            private: Vec::new(),
            identity: identity.to_data(&identity.within(&imported)),
        })
    }

    pub(super) fn upgrade(&self, request: &pb::upgrade_resource_state::Request) -> Result<pb::DynamicValue, Error> {
        let resource = self.resource(&request.type_name)?;
        let json = request.raw_state.as_ref().map(|raw| raw.json.as_slice()).unwrap_or_default();
        if json.is_empty() {
            return Err(Error::new("State of a Terraform older than 0.12")
                .detail("The state is in a format that Terraform 0.12 replaced. Upgrade it with that version first."));
        }
        Ok(wire::to_dynamic(&resource.upgrade(request.version, json)?, resource.ty()))
    }

    pub(super) fn upgrade_identity(
        &self,
        request: &pb::upgrade_resource_identity::Request,
    ) -> Result<Option<pb::ResourceIdentityData>, Error> {
        let resource = self.resource(&request.type_name)?;
        let json = request.raw_identity.as_ref().map(|raw| raw.json.as_slice()).unwrap_or_default();
        Ok(resource.identity().to_data(&resource.upgrade_identity(request.version, json)?))
    }

    pub(super) fn move_state(
        &self,
        request: pb::move_resource_state::Request,
    ) -> Result<pb::move_resource_state::Response, Error> {
        let resource = self.resource(&request.target_type_name)?;
        let json = request.source_state.map(|raw| raw.json).unwrap_or_default();
        let identity = request.source_identity.map(|raw| raw.json).unwrap_or_default();
        let source = MoveSource {
            provider: request.source_provider_address,
            type_name: request.source_type_name,
            schema_version: request.source_schema_version,
            state: serde_json::from_slice(&json)?,
            identity: if identity.is_empty() { serde_json::Value::Null } else { serde_json::from_slice(&identity)? },
            identity_version: request.source_identity_schema_version,
        };
        let moved = resource.move_from(&source)?.ok_or_else(|| {
            Error::new("Unsupported move").detail(format!(
                "{} cannot take over the state of {} from {}.",
                request.target_type_name, source.type_name, source.provider
            ))
        })?;
        let identity = resource.identity();
        Ok(pb::move_resource_state::Response {
            target_state: Some(wire::to_dynamic(&moved, resource.ty())),
            target_private: request.source_private,
            target_identity: identity.to_data(&identity.within(&moved)),
            diagnostics: Vec::new(),
        })
    }

    /// Runs an operation to its end, even should Terraform no longer wait for it.
    pub(super) async fn guarded<T: Send + 'static>(&self, operation: Pending<T>) -> Result<T, Error> {
        self.running.spawn(caught(operation)).await?
    }

    /// [`ProviderServer::guarded`], without waiting for the end.
    pub(super) fn start(&self, operation: impl Future<Output = ()> + Send + 'static) {
        self.running.spawn(operation);
    }
}

/// The operations that run, whoever waits for them.
#[derive(Clone, Debug)]
pub(super) struct UnderWay {
    stop: CancellationToken,
    running: TaskTracker,
}

impl UnderWay {
    /// Asks all of them to stop and waits until the last has ended.
    pub(super) async fn end(&self) {
        self.stop.cancel();
        self.running.close();
        self.running.wait().await;
    }
}

pub(super) fn read(value: Option<&pb::DynamicValue>, ty: &Type) -> Result<Value, Error> {
    wire::from_dynamic(value, ty).map_err(|error| {
        Error::new("Unreadable value from Terraform")
            .detail(format!("{error}. The provider and Terraform disagree about the schema."))
    })
}

/// Calls what takes no time; a panic in it becomes an error too.
pub(super) async fn at_once<T>(call: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    caught(async { call() }).await.flatten()
}

pub(super) fn unknown_type(kind: &str, name: &str) -> Error {
    Error::new(format!("This provider has no {kind} {name:?}"))
}

pub(super) fn diagnostics<C>(problems: Vec<Diagnostic>, cx: Option<&Context<C>>) -> Vec<pb::Diagnostic> {
    let warnings = cx.map(Context::take_warnings).unwrap_or_default();
    warnings.iter().chain(&problems).map(Diagnostic::to_proto).collect()
}

pub(super) fn failed(error: Error) -> Vec<pb::Diagnostic> {
    diagnostics::<()>(error.into_diagnostics(), None)
}

pub(super) fn shown(result: Result<Vec<Diagnostic>, Error>) -> Vec<pb::Diagnostic> {
    diagnostics::<()>(result.unwrap_or_else(Error::into_diagnostics), None)
}
