//! What the Parapet provider offers, read from its code.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use terraform_provider_parapet::Parapet;
use tfplugin::function::Function;
use tfplugin::proto::tfplugin6 as pb;
use tfplugin::proto::tfplugin6::provider_server::Provider as _;
use tfplugin::schema::Schema;
use tfplugin::server::ProviderServer;
use tonic::Request;

/// Local name of the provider, and the prefix of its type names.
pub const NAME: &str = <Parapet as tfplugin::provider::Provider>::NAME;
/// Source address, as `required_providers` takes it.
pub const SOURCE: &str = "parapet-io/parapet";

/// Everything the provider offers.
#[derive(Debug)]
pub struct Offer {
    /// The provider block.
    pub provider: Schema,
    /// Type name to schema.
    pub resources: BTreeMap<String, Schema>,
    /// Type name to schema.
    pub data_sources: BTreeMap<String, Schema>,
    /// Type name to schema.
    pub actions: BTreeMap<String, Schema>,
    /// Type name to schema of the `config` block of a `list` block.
    pub list_resources: BTreeMap<String, Schema>,
    /// Name to function.
    pub functions: BTreeMap<String, Arc<Function>>,
}

/// Asks the provider, in this process.
///
/// # Errors
/// The provider does not answer, or names what it has no schema of.
pub fn offer() -> Result<Offer> {
    runtime()?.block_on(async {
        let server = ProviderServer::new(Parapet);
        let answer = server.get_metadata(Request::new(pb::get_metadata::Request {})).await;
        let metadata = answer.context("the provider does not say what it offers")?.into_inner();
        let resources = metadata.resources.into_iter().map(|item| {
            let (schema, _) = server.resource_shape(&item.type_name).map_err(|error| said(&error))?;
            Ok((item.type_name, schema))
        });
        let data_sources = metadata.data_sources.into_iter().map(|item| {
            let (schema, _) = server.data_source_shape(&item.type_name).map_err(|error| said(&error))?;
            Ok((item.type_name, schema))
        });
        let actions = metadata.actions.into_iter().map(|item| {
            let (schema, _) = server.action_shape(&item.type_name).map_err(|error| said(&error))?;
            Ok((item.type_name, schema))
        });
        let list_resources = metadata.list_resources.into_iter().map(|item| {
            let (schema, _) = server.list_shape(&item.type_name).map_err(|error| said(&error))?;
            Ok((item.type_name, schema))
        });
        let functions = metadata.functions.into_iter().map(|item| {
            let function = server.function(&item.name).with_context(|| format!("no function {}", item.name))?;
            Ok((item.name, function))
        });
        Ok(Offer {
            provider: server.config_schema().clone(),
            resources: resources.collect::<Result<_>>()?,
            data_sources: data_sources.collect::<Result<_>>()?,
            actions: actions.collect::<Result<_>>()?,
            list_resources: list_resources.collect::<Result<_>>()?,
            functions: functions.collect::<Result<_>>()?,
        })
    })
}

/// The answer to `GetProviderSchema`, as Terraform gets it.
///
/// # Errors
/// The provider does not answer.
pub fn schema() -> Result<pb::get_provider_schema::Response> {
    runtime()?.block_on(async {
        let answer =
            ProviderServer::new(Parapet).get_provider_schema(Request::new(pb::get_provider_schema::Request {})).await;
        Ok(answer.context("the provider does not give its schema")?.into_inner())
    })
}

/// The answer to `GetResourceIdentitySchemas`, as Terraform 1.12 and newer get it.
///
/// # Errors
/// The provider does not answer.
pub fn identities() -> Result<pb::get_resource_identity_schemas::Response> {
    runtime()?.block_on(async {
        let request = Request::new(pb::get_resource_identity_schemas::Request {});
        let answer = ProviderServer::new(Parapet).get_resource_identity_schemas(request).await;
        Ok(answer.context("the provider does not give the schemas of its identities")?.into_inner())
    })
}

/// A runtime for calls that need no threads of their own.
///
/// # Errors
/// The operating system refuses.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().context("cannot start an async runtime")
}

fn said(error: &tfplugin::diagnostics::Error) -> anyhow::Error {
    let texts = error.diagnostics().iter().map(|problem| format!("{}: {}", problem.summary, problem.detail));
    anyhow::anyhow!(texts.collect::<Vec<_>>().join("; "))
}
