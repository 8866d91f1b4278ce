//! The protocol's calls: each answers in its own message, with errors as diagnostics in it.

use tonic::{Request, Response, Status};

use tonic::codegen::BoxStream;

use super::operations::{ProviderServer, at_once, failed, shown};
use crate::lifecycle::caught;
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::provider_server::Provider as ProviderCalls;
use crate::provider::Provider;
use crate::schema::schema_to_proto;

type Answer<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl<P: Provider> ProviderCalls for ProviderServer<P> {
    async fn get_metadata(&self, _: Request<pb::get_metadata::Request>) -> Answer<pb::get_metadata::Response> {
        use pb::get_metadata::{
            ActionMetadata, DataSourceMetadata, FunctionMetadata, ListResourceMetadata, ResourceMetadata,
        };
        let registry = &self.registry;
        let (resources, data_sources) = (registry.resources.keys().cloned(), registry.data_sources.keys().cloned());
        let (lists, actions) = (registry.lists.keys().cloned(), registry.actions.keys().cloned());
        let functions = registry.functions.keys().cloned();
        Ok(Response::new(pb::get_metadata::Response {
            server_capabilities: Some(Self::capabilities()),
            resources: resources.map(|type_name| ResourceMetadata { type_name }).collect(),
            data_sources: data_sources.map(|type_name| DataSourceMetadata { type_name }).collect(),
            functions: functions.map(|name| FunctionMetadata { name }).collect(),
            list_resources: lists.map(|type_name| ListResourceMetadata { type_name }).collect(),
            actions: actions.map(|type_name| ActionMetadata { type_name }).collect(),
            ..Default::default()
        }))
    }

    async fn get_provider_schema(
        &self,
        _: Request<pb::get_provider_schema::Request>,
    ) -> Answer<pb::get_provider_schema::Response> {
        let (resources, data_sources) = (&self.registry.resources, &self.registry.data_sources);
        let (lists, actions) = (&self.registry.lists, &self.registry.actions);
        Ok(Response::new(pb::get_provider_schema::Response {
            provider: Some(schema_to_proto(self.config_schema())),
            resource_schemas: resources.iter().map(|(name, r)| (name.clone(), schema_to_proto(r.schema()))).collect(),
            data_source_schemas: data_sources
                .iter()
                .map(|(name, d)| (name.clone(), schema_to_proto(d.schema())))
                .collect(),
            list_resource_schemas: lists.iter().map(|(name, l)| (name.clone(), schema_to_proto(l.schema()))).collect(),
            action_schemas: actions
                .iter()
                .map(|(name, a)| (name.clone(), pb::ActionSchema { schema: Some(schema_to_proto(a.schema())) }))
                .collect(),
            server_capabilities: Some(Self::capabilities()),
            functions: self.functions(),
            ..Default::default()
        }))
    }

    async fn validate_provider_config(
        &self,
        request: Request<pb::validate_provider_config::Request>,
    ) -> Answer<pb::validate_provider_config::Response> {
        let diagnostics = shown(at_once(|| self.validate_provider(request.get_ref().config.as_ref())).await);
        Ok(Response::new(pb::validate_provider_config::Response { diagnostics }))
    }

    async fn validate_resource_config(
        &self,
        request: Request<pb::validate_resource_config::Request>,
    ) -> Answer<pb::validate_resource_config::Response> {
        let diagnostics = shown(at_once(|| self.validate_resource(request.get_ref())).await);
        Ok(Response::new(pb::validate_resource_config::Response { diagnostics }))
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<pb::validate_data_resource_config::Request>,
    ) -> Answer<pb::validate_data_resource_config::Response> {
        let diagnostics = shown(at_once(|| self.validate_data_source(request.get_ref())).await);
        Ok(Response::new(pb::validate_data_resource_config::Response { diagnostics }))
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<pb::upgrade_resource_state::Request>,
    ) -> Answer<pb::upgrade_resource_state::Response> {
        let (upgraded_state, diagnostics) = match at_once(|| self.upgrade(request.get_ref())).await {
            Ok(state) => (Some(state), Vec::new()),
            Err(error) => (None, failed(error)),
        };
        Ok(Response::new(pb::upgrade_resource_state::Response { upgraded_state, diagnostics }))
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<pb::get_resource_identity_schemas::Request>,
    ) -> Answer<pb::get_resource_identity_schemas::Response> {
        let resources = self.registry.resources.iter();
        let identity_schemas = resources.map(|(name, r)| (name.clone(), r.identity().to_proto())).collect();
        Ok(Response::new(pb::get_resource_identity_schemas::Response { identity_schemas, diagnostics: Vec::new() }))
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<pb::upgrade_resource_identity::Request>,
    ) -> Answer<pb::upgrade_resource_identity::Response> {
        let (upgraded_identity, diagnostics) = match at_once(|| self.upgrade_identity(request.get_ref())).await {
            Ok(identity) => (identity, Vec::new()),
            Err(error) => (None, failed(error)),
        };
        Ok(Response::new(pb::upgrade_resource_identity::Response { upgraded_identity, diagnostics }))
    }

    async fn configure_provider(
        &self,
        request: Request<pb::configure_provider::Request>,
    ) -> Answer<pb::configure_provider::Response> {
        let diagnostics = shown(caught(self.configure(request.get_ref())).await.flatten());
        Ok(Response::new(pb::configure_provider::Response { diagnostics }))
    }

    async fn read_resource(&self, request: Request<pb::read_resource::Request>) -> Answer<pb::read_resource::Response> {
        let request = request.into_inner();
        let (current, private) = (request.current_state.clone(), request.private.clone());
        let identity = request.current_identity.clone();
        Ok(Response::new(self.refresh(request).await.unwrap_or_else(|error| pb::read_resource::Response {
            new_state: current,
            private,
            new_identity: identity,
            diagnostics: failed(error),
            ..Default::default()
        })))
    }

    async fn plan_resource_change(
        &self,
        request: Request<pb::plan_resource_change::Request>,
    ) -> Answer<pb::plan_resource_change::Response> {
        let request = request.into_inner();
        let (prior, identity) = (request.prior_state.clone(), request.prior_identity.clone());
        Ok(Response::new(self.plan(request).await.unwrap_or_else(|error| pb::plan_resource_change::Response {
            planned_state: prior,
            planned_identity: identity,
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
        let imported = at_once(|| self.import(request.into_inner())).await;
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
        let moved = at_once(|| self.move_state(request.into_inner())).await;
        Ok(Response::new(moved.unwrap_or_else(|error| pb::move_resource_state::Response {
            diagnostics: failed(error),
            ..Default::default()
        })))
    }

    async fn read_data_source(
        &self,
        request: Request<pb::read_data_source::Request>,
    ) -> Answer<pb::read_data_source::Response> {
        Ok(Response::new(self.read_data(request.into_inner()).await.unwrap_or_else(|error| {
            pb::read_data_source::Response { diagnostics: failed(error), ..Default::default() }
        })))
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<pb::validate_list_resource_config::Request>,
    ) -> Answer<pb::validate_list_resource_config::Response> {
        let diagnostics = shown(at_once(|| self.validate_list(request.get_ref())).await);
        Ok(Response::new(pb::validate_list_resource_config::Response { diagnostics }))
    }

    async fn list_resource(
        &self,
        request: Request<pb::list_resource::Request>,
    ) -> Answer<BoxStream<pb::list_resource::Event>> {
        Ok(Response::new(self.list(&request.into_inner())))
    }

    async fn validate_action_config(
        &self,
        request: Request<pb::validate_action_config::Request>,
    ) -> Answer<pb::validate_action_config::Response> {
        let diagnostics = shown(at_once(|| self.validate_action(request.get_ref())).await);
        Ok(Response::new(pb::validate_action_config::Response { diagnostics }))
    }

    async fn plan_action(&self, request: Request<pb::plan_action::Request>) -> Answer<pb::plan_action::Response> {
        let diagnostics = self.plan_action_config(&request.into_inner()).await.unwrap_or_else(failed);
        Ok(Response::new(pb::plan_action::Response { diagnostics, deferred: None }))
    }

    async fn invoke_action(
        &self,
        request: Request<pb::invoke_action::Request>,
    ) -> Answer<BoxStream<pb::invoke_action::Event>> {
        Ok(Response::new(self.invoke(&request.into_inner())))
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
