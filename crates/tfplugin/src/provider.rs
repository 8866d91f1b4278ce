//! A provider: its configuration and everything it offers.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

use crate::action::Action;
use crate::context::Context;
use crate::data_source::DataSource;
use crate::diagnostics::{Diagnostic, Problems, Result};
use crate::function::Function;
use crate::lifecycle::{AnyAction, AnyDataSource, AnyList, AnyResource, Of, ResourceOf};
use crate::list::List;
use crate::model::{Model, View};
use crate::resource::Resource;
use crate::review::Change;

/// A provider. Its binary calls [`crate::server::serve`] with it.
pub trait Provider: Send + Sync + 'static {
    /// The provider block.
    type Config: Model;
    /// What operations work with.
    type Clients: Send + Sync + 'static;
    /// Local name, and the prefix of every type name.
    const NAME: &'static str;

    /// Registers everything the provider offers.
    fn register(registry: &mut Registry<Self::Clients>);

    /// Checks rules between attributes of the provider block.
    fn validate(_config: View<'_, Self::Config>, _problems: &mut Problems) {}

    /// Makes the clients. During a plan the configuration may still be unknown in parts.
    fn configure(
        &self,
        cx: &Context<()>,
        config: View<'_, Self::Config>,
    ) -> impl Future<Output = Result<Self::Clients>> + Send;

    /// Judges a planned change of any of the provider's resources; errors stop the plan. Called after every plan that succeeded,
    /// also where nothing changes.
    ///
    /// A replacement is planned twice, as Terraform does it: first as a change of the object that is there
    /// ([`crate::review::ChangeKind::Replace`], with everything the provider sets unknown), then as a create, of which Terraform
    /// shows warnings only together with errors.
    fn review(_clients: &Self::Clients, _change: Change<'_>) -> Vec<Diagnostic> {
        Vec::new()
    }
}

/// What a provider offers. Type names are the provider's name and the model's, joined by `_`.
pub struct Registry<C> {
    prefix: &'static str,
    pub(crate) resources: BTreeMap<String, Arc<dyn AnyResource<C>>>,
    pub(crate) data_sources: BTreeMap<String, Arc<dyn AnyDataSource<C>>>,
    pub(crate) functions: BTreeMap<String, Arc<Function>>,
    pub(crate) lists: BTreeMap<String, Arc<dyn AnyList<C>>>,
    pub(crate) actions: BTreeMap<String, Arc<dyn AnyAction<C>>>,
}

impl<C: Send + Sync + 'static> Registry<C> {
    pub(crate) fn of<P: Provider<Clients = C>>() -> Self {
        let mut registry = Self {
            prefix: P::NAME,
            resources: BTreeMap::new(),
            data_sources: BTreeMap::new(),
            functions: BTreeMap::new(),
            lists: BTreeMap::new(),
            actions: BTreeMap::new(),
        };
        P::register(&mut registry);
        registry
    }

    /// Adds a resource.
    pub fn resource<R: Resource<Clients = C>>(&mut self) -> &mut Self {
        self.resources.insert(self.type_name(R::NAME), Arc::new(ResourceOf::<R>::new()));
        self
    }

    /// Adds a resource whose objects `terraform query` can list with `L`; [`Registry::resource`] is then not needed.
    pub fn listed<R: Resource<Clients = C>, L: List<R>>(&mut self) -> &mut Self {
        self.lists.insert(self.type_name(R::NAME), Arc::new(Of::<(R, L)>::shaped::<L>()));
        self.resource::<R>()
    }

    /// Adds an action.
    pub fn action<A: Action<Clients = C>>(&mut self) -> &mut Self {
        self.actions.insert(self.type_name(A::NAME), Arc::new(Of::<A>::shaped::<A>()));
        self
    }

    /// Adds a data source.
    pub fn data_source<D: DataSource<Clients = C>>(&mut self) -> &mut Self {
        self.data_sources.insert(self.type_name(D::NAME), Arc::new(Of::<D>::shaped::<D>()));
        self
    }

    /// Adds a function.
    pub fn function(&mut self, function: Function) -> &mut Self {
        self.functions.insert(function.name.clone(), Arc::new(function));
        self
    }

    fn type_name(&self, name: &str) -> String {
        format!("{}_{name}", self.prefix)
    }
}
