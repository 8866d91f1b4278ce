//! Actions, planned and invoked.

use serde_json::Value as Json;
use tokio_stream::StreamExt;
use tonic::Request;

use super::{Failure, Harness, Outcome, answer, check, failed, proposed};
use crate::diagnostics::Diagnostic;
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::invoke_action::event::Type as EventType;
use crate::proto::tfplugin6::provider_server::Provider as ProviderCalls;
use crate::provider::Provider;
use crate::wire;

/// How an action went.
#[derive(Clone, Debug, PartialEq)]
pub struct Invoked {
    /// What it said, in order.
    pub progress: Vec<String>,
    /// Its warnings, or why it failed.
    pub outcome: Result<Vec<Diagnostic>, Failure>,
}

impl<P: Provider> Harness<P> {
    /// Validates and plans an action; answers warnings.
    pub async fn plan_action(&self, action_type: &str, config: &Json) -> Outcome<Vec<Diagnostic>> {
        let action_type = action_type.to_owned();
        let config = Some(self.action_config(&action_type, config)?);
        let request = pb::validate_action_config::Request { action_type: action_type.clone(), config: config.clone() };
        let mut warnings = check(answer(self.server.validate_action_config(Request::new(request)).await)?.diagnostics)?;
        let request = pb::plan_action::Request { action_type, config, client_capabilities: None };
        warnings.extend(check(answer(self.server.plan_action(Request::new(request)).await)?.diagnostics)?);
        Ok(warnings)
    }

    /// Plans and invokes an action.
    pub async fn invoke(&self, action_type: &str, config: &Json) -> Outcome<Invoked> {
        self.plan_action(action_type, config).await?;
        let request = pb::invoke_action::Request {
            action_type: action_type.to_owned(),
            config: Some(self.action_config(action_type, config)?),
            client_capabilities: None,
        };
        let mut events = answer(self.server.invoke_action(Request::new(request)).await)?;
        let (mut progress, mut outcome) = (Vec::new(), None);
        while let Some(event) = events.next().await {
            match answer(event.map(tonic::Response::new))?.r#type {
                Some(EventType::Progress(said)) if outcome.is_none() => progress.push(said.message),
                Some(EventType::Completed(completed)) if outcome.is_none() => {
                    outcome = Some(check(completed.diagnostics))
                }
                other => return Err(Failure::broke("Unexpected event", format!("{other:?}"))),
            }
        }
        let outcome = outcome.ok_or_else(|| Failure::broke("The action never ended", String::new()))?;
        Ok(Invoked { progress, outcome })
    }

    fn action_config(&self, action_type: &str, config: &Json) -> Outcome<pb::DynamicValue> {
        let (schema, ty) = self.server.action_shape(action_type).map_err(failed)?;
        Ok(wire::to_dynamic(&proposed::configuration(config, &schema), &ty))
    }
}
