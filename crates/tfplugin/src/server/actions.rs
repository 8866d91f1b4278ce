//! Actions on the wire: a stream of progress that ends with the outcome.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::UnboundedReceiverStream;
use tonic::codegen::BoxStream;

use super::operations::{ProviderServer, diagnostics, failed, read, unknown_type};
use crate::action::Progress;
use crate::diagnostics::{Diagnostic, Error};
use crate::lifecycle::AnyAction;
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::invoke_action::Event;
use crate::proto::tfplugin6::invoke_action::event::{self, Type as EventType};
use crate::provider::Provider;
use crate::schema::Schema;
use crate::types::Type;

impl<P: Provider> ProviderServer<P> {
    fn action_of(&self, name: &str) -> Result<Arc<dyn AnyAction<P::Clients>>, Error> {
        self.registry.actions.get(name).cloned().ok_or_else(|| unknown_type("action", name))
    }

    /// Schema and type of an action.
    pub fn action_shape(&self, name: &str) -> Result<(Schema, Type), Error> {
        self.action_of(name).map(|action| (action.schema().clone(), action.ty().clone()))
    }

    pub(super) fn validate_action(
        &self,
        request: &pb::validate_action_config::Request,
    ) -> Result<Vec<Diagnostic>, Error> {
        let action = self.action_of(&request.action_type)?;
        Ok(action.validate(&read(request.config.as_ref(), action.ty())?))
    }

    pub(super) async fn plan_action_config(
        &self,
        request: &pb::plan_action::Request,
    ) -> Result<Vec<pb::Diagnostic>, Error> {
        let action = self.action_of(&request.action_type)?;
        let config = read(request.config.as_ref(), action.ty())?;
        let cx = self.context()?;
        let result = self.guarded(action.plan(Arc::clone(&cx), config)).await?;
        Ok(diagnostics(result.err().map(Error::into_diagnostics).unwrap_or_default(), Some(&cx)))
    }

    pub(super) fn invoke(&self, request: &pb::invoke_action::Request) -> BoxStream<Event> {
        self.invocation(request).unwrap_or_else(|error| Box::pin(tokio_stream::once(Ok(completed(failed(error))))))
    }

    fn invocation(&self, request: &pb::invoke_action::Request) -> Result<BoxStream<Event>, Error> {
        let action = self.action_of(&request.action_type)?;
        let config = read(request.config.as_ref(), action.ty())?;
        let cx = self.context()?;
        let (messages, said) = mpsc::unbounded_channel();
        let (outcome, ended) = mpsc::unbounded_channel();
        let invocation = action.invoke(Arc::clone(&cx), config, Progress::new(messages));
        self.start(async move {
            let problems = invocation.await.err().map(Error::into_diagnostics).unwrap_or_default();
            // With Terraform gone nobody is there to be told.
            let _unread = outcome.send(completed(diagnostics(problems, Some(&cx))));
        });
        // What was said comes before the outcome: the first stream ends when the action has dropped its end of it.
        let said = UnboundedReceiverStream::new(said).map(progress);
        Ok(Box::pin(said.chain(UnboundedReceiverStream::new(ended)).map(Ok)))
    }
}

fn progress(message: String) -> Event {
    Event { r#type: Some(EventType::Progress(event::Progress { message })) }
}

fn completed(diagnostics: Vec<pb::Diagnostic>) -> Event {
    Event { r#type: Some(EventType::Completed(event::Completed { diagnostics })) }
}
