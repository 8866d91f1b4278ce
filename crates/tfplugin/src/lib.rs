//! A framework for Terraform providers in Rust: plugin protocol 6 on the wire, typed resources on the other side.
//!
//! A resource is a struct and a handful of functions. The field's type is its constraint (`T` required, `Option<T>` optional,
//! [`model::Computed<T>`] computed), the rest stands in `#[attr(...)]` (see [`Model`]), doc comments become descriptions:
//!
//! ```
//! use tfplugin::prelude::*;
//!
//! /// A note on a shelf.
//! #[derive(Debug, Model)]
//! #[model(name = "note")]
//! struct Note {
//!     /// Shelf the note lies on.
//!     #[attr(key)]
//!     shelf: String,
//!     /// What it says.
//!     #[attr(default = "hello", validate = length(1..=80))]
//!     text: String,
//!     /// When it was last written, in seconds since 1970.
//!     written_at: Computed<i64>,
//! }
//!
//! impl Resource for Note {
//!     type Clients = ();
//!
//!     async fn create(_cx: &Context<()>, plan: Self, _saved: &mut Saved<Self>) -> Result<Self> {
//!         Ok(Self { written_at: Computed::Known(0), ..plan })
//!     }
//!
//!     async fn read(_cx: &Context<()>, key: &Key<Self>, prior: Option<&Self>) -> Result<Option<Self>> {
//!         let text = prior.map(|prior| prior.text.clone()).unwrap_or_default();
//!         Ok(Some(Self { shelf: key.shelf.clone(), text, written_at: Computed::Known(0) }))
//!     }
//!
//!     async fn update(_cx: &Context<()>, _prior: Self, plan: Self, _saved: &mut Saved<Self>) -> Result<Self> {
//!         Ok(Self { written_at: Computed::Known(1), ..plan })
//!     }
//!
//!     async fn delete(_cx: &Context<()>, _prior: Self) -> Result<()> {
//!         Ok(())
//!     }
//! }
//! ```
//!
//! The flow of a call: [`server`] (handshake, TLS, gRPC) -> [`wire`] (MessagePack) -> `lifecycle` -> the typed resource.

pub mod action;
pub mod context;
pub mod data_source;
pub mod diagnostics;
pub mod function;
mod lifecycle;
pub mod list;
pub mod model;
pub mod number;
pub mod path;
pub mod provider;
pub mod resource;
pub mod review;
pub mod schema;
pub mod server;
pub mod testing;
pub mod types;
pub mod validate;
pub mod value;
pub mod wire;

pub use tfplugin_derive::Model;

/// The wire messages, generated from `proto/`.
#[expect(
    missing_docs,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    reason = "generated; documented in the .proto files"
)]
pub mod proto {
    /// Terraform's plugin protocol 6.
    pub mod tfplugin6 {
        tonic::include_proto!("tfplugin6");
    }
    /// The plugin host's own services.
    pub mod plugin {
        tonic::include_proto!("plugin");
    }
}

/// What an author of resources needs.
pub mod prelude {
    pub use crate::Model;
    pub use crate::action::{Action, Progress};
    pub use crate::context::Context;
    pub use crate::data_source::DataSource;
    pub use crate::diagnostics::{Diagnostic, During, Error, Problems, Result};
    pub use crate::function::{Function, FunctionError};
    pub use crate::list::{Found, List};
    pub use crate::model::{Computed, Dynamic, Key, Keyed, Known, Model, Set, View};
    pub use crate::provider::{Provider, Registry};
    pub use crate::resource::{MoveSource, Plan, Resource, Saved};
    pub use crate::review::{Change, ChangeKind};
}
