//! Lists on the wire: a stream of what is found.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;
use tonic::codegen::BoxStream;

use super::operations::{ProviderServer, diagnostics, failed, read, unknown_type};
use crate::diagnostics::{Diagnostic, Error};
use crate::lifecycle::{AnyList, AnyResource, ListRequest, Listed, finish};
use crate::proto::tfplugin6 as pb;
use crate::provider::Provider;
use crate::schema::Schema;
use crate::types::Type;
use crate::value::Value;
use crate::wire;

/// Objects found ahead of what Terraform has taken.
const AHEAD: usize = 16;

impl<P: Provider> ProviderServer<P> {
    fn list_of(&self, type_name: &str) -> Result<Arc<dyn AnyList<P::Clients>>, Error> {
        self.registry.lists.get(type_name).cloned().ok_or_else(|| unknown_type("list of", type_name))
    }

    /// Schema and type of the `config` block of a list.
    pub fn list_shape(&self, type_name: &str) -> Result<(Schema, Type), Error> {
        self.list_of(type_name).map(|list| (list.schema().clone(), list.ty().clone()))
    }

    pub(super) fn validate_list(
        &self,
        request: &pb::validate_list_resource_config::Request,
    ) -> Result<Vec<Diagnostic>, Error> {
        let list = self.list_of(&request.type_name)?;
        Ok(list.validate(&read(request.config.as_ref(), list.ty())?))
    }

    pub(super) fn list(&self, request: &pb::list_resource::Request) -> BoxStream<pb::list_resource::Event> {
        self.listing(request).unwrap_or_else(|error| {
            let event = pb::list_resource::Event { diagnostic: failed(error), ..Default::default() };
            Box::pin(tokio_stream::once(Ok(event)))
        })
    }

    fn listing(&self, request: &pb::list_resource::Request) -> Result<BoxStream<pb::list_resource::Event>, Error> {
        let (list, resource) = (self.list_of(&request.type_name)?, self.resource(&request.type_name)?);
        let (events, found) = mpsc::channel(AHEAD);
        let config = read(request.config.as_ref(), list.ty())?;
        let (wants_objects, limit) = (request.include_resource_object, request.limit);
        self.start(list.list(self.context()?, ListRequest { config, wants_objects, limit, events }));
        Ok(Box::pin(ReceiverStream::new(found).map(move |listed| Ok(event(resource.as_ref(), listed)))))
    }
}

fn event<C>(resource: &dyn AnyResource<C>, listed: Listed) -> pb::list_resource::Event {
    let Listed { name, identity, object, mut problems } = listed;
    let object = object.map(|object| {
        let outcome = finish(&resource.schema().block, object, &Value::Null);
        problems.extend(outcome.problems);
        wire::to_dynamic(&outcome.state, resource.ty())
    });
    pb::list_resource::Event {
        identity: resource.identity().to_data(&identity),
        display_name: name,
        resource_object: object,
        diagnostic: diagnostics::<()>(problems, None),
    }
}
