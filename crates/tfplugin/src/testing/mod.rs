//! A Terraform in miniature: plans, applies, refreshes, imports and lists resources and invokes actions in the test's own process, without a Terraform binary.
//!
//! It merges configuration and state as Terraform does, calls the provider through the protocol's messages, and holds it to the rules
//! Terraform enforces: a plan keeps what the configuration says, an apply keeps what the plan said, nothing unknown remains.
//!
//! Configurations are JSON; [`UNKNOWN`] stands for a value known only after apply.

mod invoke;
mod list;
mod proposed;
mod state;
mod verify;

pub use invoke::Invoked;
pub use list::{Listing, Object};
pub use state::State;

use std::sync::Arc;

use serde_json::Value as Json;
use tonic::Request;

use crate::diagnostics::{Diagnostic, Error, Severity};
use crate::function::FunctionError;
use crate::path::{Path, Step};
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::provider_server::Provider as ProviderCalls;
use crate::provider::Provider;
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
    identity: Box<Value>,
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

    fn broke(summary: &str, detail: String) -> Self {
        Self::of(vec![Diagnostic::error(summary).detail(detail)])
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
        let none = State::none();
        // As Terraform does: what is tainted is planned as if there had been nothing.
        let before = prior.filter(|state| !state.tainted || config.is_null()).unwrap_or(&none);
        let mut planned = self.plan_once(type_name, before, &config).await?;
        if planned.action == Action::Create && prior.is_some() {
            planned.action = Action::Replace;
        }
        if planned.action == Action::Update && !planned.replace.is_empty() {
            // Likewise for the new object, whose warnings Terraform takes for repetitions.
            let (replace, shown) = (planned.replace, planned.warnings);
            let fresh = State { private: planned.private, ..State::none() };
            let again = self.plan_once(type_name, &fresh, &config).await?;
            planned = Planned { action: Action::Replace, replace, warnings: shown, ..again };
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
                self.apply_once(type_name, &State::none(), planned).await
            }
            _ => self.apply_once(type_name, prior.unwrap_or(&State::none()), planned).await,
        }
    }

    /// Plans and applies the end of a resource.
    pub async fn destroy(&self, type_name: &str, state: &State) -> Outcome<()> {
        let planned = self.plan(type_name, Some(state), None).await?;
        self.apply_once(type_name, state, planned).await.map(|_| ())
    }

    /// Upgrades and refreshes the state; `None` when the object is gone.
    pub async fn refresh(&self, type_name: &str, state: &State) -> Outcome<Option<State>> {
        let (_, ty) = self.resource(type_name)?;
        let request = pb::read_resource::Request {
            type_name: type_name.to_owned(),
            current_state: Some(wire::to_dynamic(&state.value, &ty)),
            private: state.private.clone(),
            current_identity: self.identity_data(type_name, &state.identity)?,
            ..Default::default()
        };
        let response = answer(self.server.read_resource(Request::new(request)).await)?;
        check(response.diagnostics)?;
        let value = decode(response.new_state.as_ref(), &ty)?;
        let identity = self.identity_of(type_name, response.new_identity.as_ref())?;
        verify::identity(&state.identity, &identity).map_err(Failure::of)?;
        let tainted = state.tainted;
        Ok((!value.is_null()).then_some(State { value, private: response.private, tainted, identity }))
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

    async fn plan_once(&self, type_name: &str, before: &State, config: &Value) -> Outcome<Planned> {
        let (schema, ty) = self.resource(type_name)?;
        let prior = &before.value;
        let merged = if config.is_null() { Value::Null } else { proposed::merge(&schema.block, prior, config) };
        let request = pb::plan_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: Some(wire::to_dynamic(prior, &ty)),
            proposed_new_state: Some(wire::to_dynamic(&merged, &ty)),
            config: Some(wire::to_dynamic(config, &ty)),
            prior_private: before.private.clone(),
            prior_identity: self.identity_data(type_name, &before.identity)?,
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
        let replace: Vec<Path> = response.requires_replace.iter().map(path).collect();
        let identity = self.identity_of(type_name, response.planned_identity.as_ref())?;
        if replace.is_empty() {
            verify::identity(&before.identity, &identity).map_err(Failure::of)?;
        }
        let (config, private) = (config.clone(), response.planned_private);
        Ok(Planned { action, value, replace, warnings, config, private, identity })
    }

    async fn apply_once(&self, type_name: &str, before: &State, planned: Planned) -> Outcome<State> {
        let (_, ty) = self.resource(type_name)?;
        let prior = &before.value;
        let request = pb::apply_resource_change::Request {
            type_name: type_name.to_owned(),
            prior_state: Some(wire::to_dynamic(prior, &ty)),
            planned_state: Some(wire::to_dynamic(&planned.value, &ty)),
            config: Some(wire::to_dynamic(&planned.config, &ty)),
            planned_private: planned.private,
            planned_identity: self.identity_data(type_name, &planned.identity)?,
            ..Default::default()
        };
        let response = answer(self.server.apply_resource_change(Request::new(request)).await)?;
        let value = decode(response.new_state.as_ref(), &ty)?;
        let result = check(response.diagnostics);
        let identity = self.identity_of(type_name, response.new_identity.as_ref())?;
        let tainted = prior.is_null() && result.is_err();
        let state = State { value, private: response.private, tainted, identity };
        if let Err(mut failure) = result {
            failure.state = (!state.value.is_null()).then_some(state);
            return Err(failure);
        }
        verify::apply(&planned.value, &state.value, &ty).map_err(Failure::of)?;
        if !state.value.is_null() {
            verify::identity(&planned.identity, &state.identity).map_err(Failure::of)?;
        }
        Ok(state)
    }

    fn resource(&self, type_name: &str) -> Outcome<(Schema, Type)> {
        self.server.resource_shape(type_name).map_err(failed)
    }

    fn data_source(&self, type_name: &str) -> Outcome<(Schema, Type)> {
        self.server.data_source_shape(type_name).map_err(failed)
    }
}

fn failed(error: Error) -> Failure {
    Failure::of(error.into_diagnostics())
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
