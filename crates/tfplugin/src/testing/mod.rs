//! A Terraform in miniature: plans, applies, refreshes and imports resources in the test's own process, without a Terraform binary.
//!
//! It merges configuration and state as Terraform does, calls the provider through the protocol's messages, and holds it to the rules
//! Terraform enforces: a plan keeps what the configuration says, an apply keeps what the plan said, nothing unknown remains.
//!
//! Configurations are JSON; [`UNKNOWN`] stands for a value known only after apply.

mod proposed;
mod verify;

use std::sync::Arc;

use serde_json::Value as Json;
use tonic::Request;

use crate::diagnostics::{Diagnostic, Severity};
use crate::function::FunctionError;
use crate::path::{Path, Step};
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::provider_server::Provider as ProviderCalls;
use crate::provider::Provider;
use crate::resource::MoveSource;
use crate::schema::Schema;
use crate::server::ProviderServer;
use crate::types::Type;
use crate::value::Value;
use crate::wire;

/// Stands for an unknown value in a configuration.
pub const UNKNOWN: &str = "(known after apply)";

/// A configured provider. Clones share it.
pub struct Harness<P: Provider> {
    server: Arc<ProviderServer<P>>,
}

impl<P: Provider> Clone for Harness<P> {
    fn clone(&self) -> Self {
        Self { server: Arc::clone(&self.server) }
    }
}

/// The stored state of one resource.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    value: Value,
    private: Vec<u8>,
    /// Whether the create that made it failed: the next apply replaces it.
    pub tainted: bool,
}

impl State {
    /// The attributes as JSON.
    pub fn json(&self) -> Json {
        Json::try_from(&self.value).unwrap_or(Json::Null)
    }
}

/// What a plan would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    NoOp,
    /// Create.
    Create,
    /// Change in place.
    Update,
    /// Destroy and create.
    Replace,
    /// Destroy.
    Delete,
}

/// A plan for one resource.
#[derive(Clone, Debug)]
pub struct Planned {
    /// What it would do.
    pub action: Action,
    /// The value after apply.
    pub value: Value,
    /// Why the object is replaced.
    pub replace: Vec<Path>,
    /// Warnings.
    pub warnings: Vec<Diagnostic>,
    config: Value,
    private: Vec<u8>,
}

/// Why an operation failed: the provider's diagnostics, or a rule of Terraform's that it broke.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// What was shown.
    pub diagnostics: Vec<Diagnostic>,
    /// What is stored all the same.
    pub state: Option<State>,
}

impl Failure {
    fn of(diagnostics: Vec<Diagnostic>) -> Self {
        Self { diagnostics, state: None }
    }

    /// All diagnostics in one text, for assertions.
    pub fn text(&self) -> String {
        self.diagnostics.iter().map(|d| format!("{}: {}: {}\n", d.path, d.summary, d.detail)).collect()
    }
}

type Outcome<T> = Result<T, Failure>;

impl<P: Provider> Harness<P> {
    /// Starts the provider with a provider block.
    pub async fn start(provider: P, config: &Json) -> Outcome<Self> {
        let server = Arc::new(ProviderServer::new(provider));
        let value = proposed::configuration(config, server.config_schema());
        let dynamic = Some(wire::to_dynamic(&value, server.config_type()));
        let request = pb::validate_provider_config::Request { config: dynamic.clone() };
        check(answer(server.validate_provider_config(Request::new(request)).await)?.diagnostics)?;
        let request = pb::configure_provider::Request { config: dynamic, ..Default::default() };
        check(answer(server.configure_provider(Request::new(request)).await)?.diagnostics)?;
        Ok(Self { server })
    }

    /// Asks running operations to stop, as Ctrl-C does.
    pub fn stop(&self) {
        self.server.stop();
    }

    /// Validates and plans; `config` of `None` is a destroy.
    pub async fn plan(&self, type_name: &str, prior: Option<&State>, config: Option<&Json>) -> Outcome<Planned> {
        let (schema, ty) = self.resource(type_name)?;
        let config = config.map_or(Value::Null, |config| proposed::configuration(config, &schema));
        let mut warnings = Vec::new();
        if !config.is_null() {
            let request = pb::validate_resource_config::Request {
                type_name: type_name.to_owned(),
                config: Some(wire::to_dynamic(&config, &ty)),
                client_capabilities: Some(pb::ClientCapabilities {
                    write_only_attributes_allowed: true,
                    ..Default::default()
                }),
            };
            warnings = check(answer(self.server.validate_resource_config(Request::new(request)).await)?.diagnostics)?;
        }
        let prior_value = prior.map_or(Value::Null, |state| state.value.clone());
        let private = prior.map(|state| state.private.clone()).unwrap_or_default();
        let mut planned = self.plan_once(type_name, &prior_value, &config, private).await?;
        if planned.action == Action::Update && (!planned.replace.is_empty() || prior.is_some_and(|state| state.tainted))
        {
            // As Terraform does: the new object is planned as if there had been none.
            let replace = std::mem::take(&mut planned.replace);
            planned = self.plan_once(type_name, &Value::Null, &config, Vec::new()).await?;
            planned.action = Action::Replace;
            planned.replace = replace;
        }
        planned.warnings.splice(..0, warnings);
        Ok(planned)
    }

    /// Plans and applies.
    pub async fn apply(&self, type_name: &str, prior: Option<&State>, config: &Json) -> Outcome<State> {
        let planned = self.plan(type_name, prior, Some(config)).await?;
        match planned.action {
            Action::NoOp => prior.cloned().ok_or_else(|| Failure::of(vec![Diagnostic::error("nothing to apply")])),
            Action::Replace => {
                if let Some(prior) = prior {
                    self.destroy(type_name, prior).await?;
                }
                self.apply_once(type_name, &Value::Null, planned).await
            }
            _ => {
                let prior = prior.map_or(Value::Null, |state| state.value.clone());
                self.apply_once(type_name, &prior, planned).await
            }
        }
    }

    /// Plans and applies the end of a resource.
    pub async fn destroy(&self, type_name: &str, state: &State) -> Outcome<()> {
        let planned = self.plan(type_name, Some(state), None).await?;
        self.apply_once(type_name, &state.value, planned).await.map(|_| ())
    }

    /// Upgrades and refreshes the state; `None` when the object is gone.
    pub async fn refresh(&self, type_name: &str, state: &State) -> Outcome<Option<State>> {
        let (_, ty) = self.resource(type_name)?;
        let request = pb::read_resource::Request {
            type_name: type_name.to_owned(),
            current_state: Some(wire::to_dynamic(&state.value, &ty)),
            private: state.private.clone(),
            ..Default::default()
        };
        let response = answer(self.server.read_resource(Request::new(request)).await)?;
        check(response.diagnostics)?;
        let value = decode(response.new_state.as_ref(), &ty)?;
        Ok((!value.is_null()).then_some(State { value, private: response.private, tainted: state.tainted }))
    }

    /// Imports by id and reads the object.
    pub async fn import(&self, type_name: &str, id: &str) -> Outcome<State> {
        let (_, ty) = self.resource(type_name)?;
        let request = pb::import_resource_state::Request {
            type_name: type_name.to_owned(),
            id: id.to_owned(),
            ..Default::default()
        };
        let response = answer(self.server.import_resource_state(Request::new(request)).await)?;
        check(response.diagnostics)?;
        let imported = response.imported_resources.into_iter().next().unwrap_or_default();
        let stub = State { value: decode(imported.state.as_ref(), &ty)?, private: imported.private, tainted: false };
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
        Ok(State { value: decode(response.upgraded_state.as_ref(), &ty)?, private: Vec::new(), tainted: false })
    }

    /// Validates and reads a data source.
    pub async fn read_data(&self, type_name: &str, config: &Json) -> Outcome<(Json, Vec<Diagnostic>)> {
        let (schema, ty) = self.data_source(type_name)?;
        let config = Some(wire::to_dynamic(&proposed::configuration(config, &schema), &ty));
        let request =
            pb::validate_data_resource_config::Request { type_name: type_name.to_owned(), config: config.clone() };
        check(answer(self.server.validate_data_resource_config(Request::new(request)).await)?.diagnostics)?;
        let request = pb::read_data_source::Request { type_name: type_name.to_owned(), config, ..Default::default() };
        let response = answer(self.server.read_data_source(Request::new(request)).await)?;
        let warnings = check(response.diagnostics)?;
        let value = decode(response.state.as_ref(), &ty)?;
        Ok((Json::try_from(&value).unwrap_or(Json::Null), warnings))
    }

    /// Moves the state of another resource type, stored as JSON, to this one.
    pub async fn move_from(&self, type_name: &str, source: &MoveSource) -> Outcome<State> {
        let (_, ty) = self.resource(type_name)?;
        let request = pb::move_resource_state::Request {
            source_provider_address: source.provider.clone(),
            source_type_name: source.type_name.clone(),
            source_schema_version: source.schema_version,
            source_state: Some(pb::RawState { json: source.state.to_string().into_bytes(), ..Default::default() }),
            target_type_name: type_name.to_owned(),
            ..Default::default()
        };
        let response = answer(self.server.move_resource_state(Request::new(request)).await)?;
        check(response.diagnostics)?;
        let value = decode(response.target_state.as_ref(), &ty)?;
        Ok(State { value, private: response.target_private, tainted: false })
    }

    /// Calls a function with JSON arguments.
    pub async fn call(&self, name: &str, arguments: &[Json]) -> Result<Json, FunctionError> {
        let failed = |failure: Failure| FunctionError::new(failure.text());
        let function = self.server.function(name).ok_or_else(|| FunctionError::new(format!("no function {name:?}")))?;
        let arguments = arguments
            .iter()
            .zip(&function.parameters)
            .map(|(argument, parameter)| wire::to_dynamic(&proposed::conform(argument, &parameter.ty), &parameter.ty));
        let request = pb::call_function::Request { name: name.to_owned(), arguments: arguments.collect() };
        let response = answer(self.server.call_function(Request::new(request)).await).map_err(failed)?;
        if let Some(error) = response.error {
            let argument = error.function_argument.and_then(|index| usize::try_from(index).ok());
            return Err(FunctionError { text: error.text, argument });
        }
        let value = decode(response.result.as_ref(), &function.returns).map_err(failed)?;
        Json::try_from(&value).map_err(|error| FunctionError::new(error.to_string()))
    }

    async fn plan_once(&self, type_name: &str, prior: &Value, config: &Value, private: Vec<u8>) -> Outcome<Planned> {
        let (schema, ty) = self.resource(type_name)?;
        let merged = if config.is_null() { Value::Null } else { proposed::merge(&schema.block, prior, config) };
        let request = pb::plan_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: Some(wire::to_dynamic(prior, &ty)),
            proposed_new_state: Some(wire::to_dynamic(&merged, &ty)),
            config: Some(wire::to_dynamic(config, &ty)),
            prior_private: private,
            ..Default::default()
        };
        let response = answer(self.server.plan_resource_change(Request::new(request)).await)?;
        let warnings = check(response.diagnostics)?;
        let value = decode(response.planned_state.as_ref(), &ty)?;
        verify::plan(&schema.block, prior, config, &value).map_err(Failure::of)?;
        let action = match (prior.is_null(), value.is_null()) {
            (_, true) => Action::Delete,
            (true, false) => Action::Create,
            (false, false) if value.same(prior, &ty) => Action::NoOp,
            (false, false) => Action::Update,
        };
        let replace = response.requires_replace.iter().map(path).collect();
        Ok(Planned { action, value, replace, warnings, config: config.clone(), private: response.planned_private })
    }

    async fn apply_once(&self, type_name: &str, prior: &Value, planned: Planned) -> Outcome<State> {
        let (_, ty) = self.resource(type_name)?;
        let request = pb::apply_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: Some(wire::to_dynamic(prior, &ty)),
            planned_state: Some(wire::to_dynamic(&planned.value, &ty)),
            config: Some(wire::to_dynamic(&planned.config, &ty)),
            planned_private: planned.private,
            ..Default::default()
        };
        let response = answer(self.server.apply_resource_change(Request::new(request)).await)?;
        let value = decode(response.new_state.as_ref(), &ty)?;
        let result = check(response.diagnostics);
        let state = State { value, private: response.private, tainted: prior.is_null() && result.is_err() };
        if let Err(mut failure) = result {
            failure.state = (!state.value.is_null()).then_some(state);
            return Err(failure);
        }
        verify::apply(&planned.value, &state.value, &ty).map_err(Failure::of)?;
        Ok(state)
    }

    fn resource(&self, type_name: &str) -> Outcome<(Schema, Type)> {
        self.server.resource_shape(type_name).map_err(|error| Failure::of(error.into_diagnostics()))
    }

    fn data_source(&self, type_name: &str) -> Outcome<(Schema, Type)> {
        self.server.data_source_shape(type_name).map_err(|error| Failure::of(error.into_diagnostics()))
    }
}

fn answer<T>(answer: Result<tonic::Response<T>, tonic::Status>) -> Outcome<T> {
    answer.map(tonic::Response::into_inner).map_err(|status| Failure::of(vec![Diagnostic::error(status.to_string())]))
}

fn decode(value: Option<&pb::DynamicValue>, ty: &Type) -> Outcome<Value> {
    wire::from_dynamic(value, ty).map_err(|error| Failure::of(vec![Diagnostic::error(error.to_string())]))
}

/// Errors fail; warnings are returned.
fn check(diagnostics: Vec<pb::Diagnostic>) -> Outcome<Vec<Diagnostic>> {
    let diagnostics: Vec<Diagnostic> = diagnostics.into_iter().map(diagnostic).collect();
    if diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        return Err(Failure::of(diagnostics));
    }
    Ok(diagnostics)
}

fn diagnostic(message: pb::Diagnostic) -> Diagnostic {
    let severity =
        if message.severity() == pb::diagnostic::Severity::Warning { Severity::Warning } else { Severity::Error };
    let path = message.attribute.as_ref().map(path).unwrap_or_default();
    Diagnostic { severity, summary: message.summary, detail: message.detail, path }
}

fn path(message: &pb::AttributePath) -> Path {
    use pb::attribute_path::step::Selector;
    let steps = message.steps.iter().filter_map(|step| step.selector.as_ref());
    steps
        .map(|selector| match selector {
            Selector::AttributeName(name) => Step::Attribute(name.clone()),
            Selector::ElementKeyString(key) => Step::Key(key.clone()),
            Selector::ElementKeyInt(index) => Step::Index(usize::try_from(*index).unwrap_or(usize::MAX)),
        })
        .collect()
}
