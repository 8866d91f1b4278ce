//! Data sources, as their authors write them.

use std::future::Future;

use crate::context::Context;
use crate::diagnostics::{Problems, Result};
use crate::model::{Model, View};

/// Something Terraform reads. While any argument is unknown, Terraform itself puts the read off until apply.
pub trait DataSource: Model {
    /// What [`crate::provider::Provider::configure`] returns.
    type Clients: Send + Sync + 'static;

    /// Checks rules between attributes while values may be unknown.
    fn validate(_config: View<'_, Self>, _problems: &mut Problems) {}

    /// Answers the configuration with every computed value known. Computed fields of `config` are null.
    fn read(cx: &Context<Self::Clients>, config: Self) -> impl Future<Output = Result<Self>> + Send;
}
