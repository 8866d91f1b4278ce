//! The provider block, and everything the provider offers.

use tfplugin::prelude::*;

use crate::{data_sources, functions};

/// The provider.
#[derive(Debug)]
pub struct Parapet;

/// Parapet judges infrastructure with Rego policies while Terraform plans it. It needs no configuration.
#[derive(Debug, Model)]
pub struct Configuration {}

/// What data sources and resources work with.
#[derive(Debug)]
pub struct Clients;

impl Provider for Parapet {
    type Config = Configuration;
    type Clients = Clients;
    const NAME: &'static str = "parapet";

    fn register(registry: &mut Registry<Clients>) {
        registry
            .data_source::<data_sources::PolicyCheck>()
            .data_source::<data_sources::AdmissionReview>()
            .function(functions::findings())
            .function(functions::rego());
    }

    async fn configure(&self, _cx: &Context<()>, _config: View<'_, Configuration>) -> Result<Clients> {
        Ok(Clients)
    }
}
