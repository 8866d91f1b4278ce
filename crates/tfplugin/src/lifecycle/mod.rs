//! What is the same for every resource: how a typed resource becomes answers to Terraform's calls.
//!
//! One file for each step; this one joins them behind traits without type parameters, so that the server can keep all resources of
//! a provider in one table.

mod action;
mod apply;
mod crash;
mod identity;
mod import;
mod list;
mod plan;
mod read;
mod rules;
mod shape;
mod upgrade;
mod walk;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::context::Context;
use crate::data_source::DataSource;
use crate::diagnostics::{Diagnostic, Result};
use crate::path::Path;
use crate::resource::{MoveSource, Resource};
use crate::value::Value;

pub(crate) use action::AnyAction;
pub(crate) use apply::finish;
pub(crate) use crash::caught;
pub(crate) use identity::Identity;
pub(crate) use list::{AnyList, ListRequest, Listed};
pub(crate) use plan::{PlanInput, PlanOutput, apply_defaults, as_replaced};
pub(crate) use rules::check_block;
pub(crate) use shape::{Of, Shape, Shaped};

pub(crate) type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// The state after an operation, whether it failed or not.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) state: Value,
    pub(crate) problems: Vec<Diagnostic>,
}

/// A change to carry out.
#[derive(Debug)]
pub(crate) struct ApplyInput {
    pub(crate) prior: Value,
    pub(crate) planned: Value,
    pub(crate) config: Value,
}

/// What names the object to be imported.
#[derive(Clone, Debug)]
pub(crate) enum ImportBy {
    /// The key fields, joined by `/`.
    Id(String),
    /// The key fields, as an object.
    Identity(Value),
}

/// A [`Resource`] of any type.
pub(crate) trait AnyResource<C>: Shaped {
    fn validate(&self, config: &Value, write_only_allowed: bool) -> Vec<Diagnostic>;
    fn plan(&self, cx: Arc<Context<C>>, input: PlanInput) -> Pending<PlanOutput>;
    fn apply(&self, cx: Arc<Context<C>>, input: ApplyInput) -> Pending<Outcome>;
    fn read(&self, cx: Arc<Context<C>>, current: Value) -> Pending<Outcome>;
    fn identity(&self) -> &Identity;
    fn import(&self, by: &ImportBy) -> Result<Value>;
    fn upgrade(&self, version: i64, json: &[u8]) -> Result<Value>;
    fn upgrade_identity(&self, version: i64, json: &[u8]) -> Result<Value>;
    fn move_from(&self, source: &MoveSource) -> Result<Option<Value>>;
}

/// A [`DataSource`] of any type.
pub(crate) trait AnyDataSource<C>: Shaped {
    fn validate(&self, config: &Value) -> Vec<Diagnostic>;
    fn read(&self, cx: Arc<Context<C>>, config: Value) -> Pending<Outcome>;
}

pub(crate) struct ResourceOf<R> {
    of: Of<R>,
    identity: Identity,
}

impl<R: Resource> ResourceOf<R> {
    pub(crate) fn new() -> Self {
        let of = Of::shaped::<R>();
        Self { identity: Identity::of::<R>(&of.shape.schema.block), of }
    }
}

impl<R: Resource> Shaped for ResourceOf<R> {
    fn shape(&self) -> &Shape {
        self.of.shape()
    }
}

impl<R: Resource> AnyResource<R::Clients> for ResourceOf<R> {
    fn validate(&self, config: &Value, write_only_allowed: bool) -> Vec<Diagnostic> {
        self.shape().check(config, write_only_allowed, R::validate)
    }

    fn plan(&self, cx: Arc<Context<R::Clients>>, input: PlanInput) -> Pending<PlanOutput> {
        let shape = Arc::clone(&self.of.shape);
        Box::pin(async move { plan::plan::<R>(&cx, &shape.schema.block, &shape.ty, input).await })
    }

    fn apply(&self, cx: Arc<Context<R::Clients>>, input: ApplyInput) -> Pending<Outcome> {
        let shape = Arc::clone(&self.of.shape);
        Box::pin(async move { apply::apply::<R>(&cx, &shape.schema.block, input).await })
    }

    fn read(&self, cx: Arc<Context<R::Clients>>, current: Value) -> Pending<Outcome> {
        let shape = Arc::clone(&self.of.shape);
        Box::pin(async move { read::read::<R>(&cx, &shape.schema.block, current).await })
    }

    fn identity(&self) -> &Identity {
        &self.identity
    }

    fn import(&self, by: &ImportBy) -> Result<Value> {
        let block = &self.of.shape.schema.block;
        match by {
            ImportBy::Id(id) => import::by_id(block, R::KEY_FIELDS, R::IMPORT_SEPARATOR, id),
            ImportBy::Identity(identity) => import::by_identity(block, R::KEY_FIELDS, identity),
        }
    }

    fn upgrade(&self, version: i64, json: &[u8]) -> Result<Value> {
        upgrade::upgrade::<R>(version, json, &self.of.shape.ty)
    }

    fn upgrade_identity(&self, version: i64, json: &[u8]) -> Result<Value> {
        identity::upgrade::<R>(&self.identity, version, json)
    }

    fn move_from(&self, source: &MoveSource) -> Result<Option<Value>> {
        Ok(R::move_from(source)?.map(|moved| moved.to_value()))
    }
}

impl<D: DataSource> AnyDataSource<D::Clients> for Of<D> {
    fn validate(&self, config: &Value) -> Vec<Diagnostic> {
        self.shape.check(config, true, D::validate)
    }

    fn read(&self, cx: Arc<Context<D::Clients>>, config: Value) -> Pending<Outcome> {
        let shape = Arc::clone(&self.shape);
        Box::pin(async move {
            let with_defaults = shape.with_defaults(&config);
            let read = async { D::read(&cx, D::from_value(&with_defaults, &Path::root())?).await };
            match read.await {
                Ok(model) => {
                    let state = model.to_value();
                    // Of a large answer one copy is enough.
                    drop(model);
                    apply::finish(&shape.schema.block, state, &with_defaults)
                }
                Err(error) => Outcome { state: Value::Null, problems: error.into_diagnostics() },
            }
        })
    }
}
