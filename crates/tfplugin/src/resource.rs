//! Managed resources, as their authors write them.

use std::future::Future;
use std::marker::PhantomData;

use crate::context::Context;
use crate::diagnostics::{Error, Problems, Result};
use crate::model::{FieldType, Key, Keyed, Known, Model, View};
use crate::path::{Field, Path};
use crate::value::Value;

/// A managed resource. The framework does what is the same for all of them (see the `lifecycle` module); what is left is the conversation with
/// the remote side.
///
/// An operation that fails leaves in the state what it has saved with [`Saved::checkpoint`]; a create that fails after that is
/// tainted instead of lost.
pub trait Resource: Keyed {
    /// What [`crate::provider::Provider::configure`] returns.
    type Clients: Send + Sync + 'static;
    /// Version of the stored identity; raised when the key fields change in a way an old identity does not fit.
    const IDENTITY_VERSION: i64 = 0;
    /// What stands between the key fields of an import id.
    const IMPORT_SEPARATOR: char = '/';

    /// Checks rules between attributes while values may be unknown. Rules for one attribute stand on the attribute.
    fn validate(_config: View<'_, Self>, _problems: &mut Problems) {}

    /// Refines the plan after the framework has made it: fills in what is known already, asks for replacement.
    fn plan(_cx: &Context<Self::Clients>, _plan: &mut Plan<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// May refuse or warn of a planned destroy, which a replacement is too.
    fn plan_destroy(_cx: &Context<Self::Clients>, _prior: View<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Creates the object and returns it with every computed value known.
    fn create(
        cx: &Context<Self::Clients>,
        plan: Self,
        saved: &mut Saved<Self>,
    ) -> impl Future<Output = Result<Self>> + Send;

    /// Reads the object; `None` when it is gone. `prior` is what the state holds, `None` right after an import.
    fn read(
        cx: &Context<Self::Clients>,
        key: &Key<Self>,
        prior: Option<&Self>,
    ) -> impl Future<Output = Result<Option<Self>>> + Send;

    /// Changes the object from `prior` to `plan` and returns it with every computed value known.
    fn update(
        cx: &Context<Self::Clients>,
        prior: Self,
        plan: Self,
        saved: &mut Saved<Self>,
    ) -> impl Future<Output = Result<Self>> + Send;

    /// Deletes the object; one that is gone already is no error.
    fn delete(cx: &Context<Self::Clients>, prior: Self) -> impl Future<Output = Result<()>> + Send;

    /// Brings state of an older schema version, as JSON, to the current shape.
    fn upgrade(version: i64, _state: serde_json::Value) -> Result<serde_json::Value> {
        Err(Error::new("State of an unknown version").detail(format!(
            "The state was written with schema version {version}, which this provider cannot upgrade. Use the provider version that \
             wrote it, or remove the resource from the state and import it again.",
        )))
    }

    /// Brings an identity of an older version, as JSON, to the current key fields.
    fn upgrade_identity(version: i64, _identity: serde_json::Value) -> Result<serde_json::Value> {
        Err(Error::new("Identity of an unknown version").detail(format!(
            "The identity was written with version {version}, which this provider cannot upgrade. Use the provider version that wrote \
             it, or remove the resource from the state and import it again.",
        )))
    }

    /// Takes over the state of another resource type (a `moved` block); `None` when it cannot.
    fn move_from(_source: &MoveSource) -> Result<Option<Self>> {
        Ok(None)
    }
}

/// State of another resource type that is to become this one.
#[derive(Clone, Debug, Default)]
pub struct MoveSource {
    /// Provider address, such as `registry.terraform.io/hashicorp/null`.
    pub provider: String,
    /// Resource type, such as `null_resource`.
    pub type_name: String,
    /// Schema version of the state.
    pub schema_version: i64,
    /// The state.
    pub state: serde_json::Value,
    /// The identity; null where none is stored.
    pub identity: serde_json::Value,
    /// Version of the identity.
    pub identity_version: i64,
}

/// What to keep should the operation fail from here on.
#[derive(Debug)]
pub struct Saved<R> {
    state: Option<Value>,
    of: PhantomData<fn() -> R>,
}

impl<R: Model> Saved<R> {
    pub(crate) fn new() -> Self {
        Self { state: None, of: PhantomData }
    }

    /// From here a failure leaves `state` behind: what is unknown in it is stored as null. Call it as soon as the remote side has
    /// done something that must not be forgotten.
    pub fn checkpoint(&mut self, state: &R) {
        self.state = Some(state.to_value().without_unknowns());
    }

    pub(crate) fn into_state(self) -> Option<Value> {
        self.state
    }
}

/// A plan in the making. Values may be unknown, so that they are read through typed paths.
#[derive(Debug)]
pub struct Plan<'a, R> {
    pub(crate) prior: &'a Value,
    pub(crate) config: &'a Value,
    pub(crate) planned: &'a mut Value,
    pub(crate) replace: &'a mut Vec<Path>,
    pub(crate) of: PhantomData<fn() -> R>,
}

impl<R: Model> Plan<'_, R> {
    /// Nothing exists yet, or what exists will be replaced.
    pub fn is_create(&self) -> bool {
        self.prior.is_null()
    }

    /// The state before; everything in it is null on create.
    pub fn prior(&self) -> View<'_, R> {
        View::new(self.prior)
    }

    /// The configuration.
    pub fn config(&self) -> View<'_, R> {
        View::new(self.config)
    }

    /// What is planned for a field.
    pub fn get<T: FieldType>(&self, field: &Field<T>) -> Known<T::Inner> {
        View::<R>::new(self.planned).get(field)
    }

    /// Whether the planned value differs from the state.
    pub fn is_changed<T: FieldType>(&self, field: &Field<T>) -> bool {
        let (planned, prior) = (View::<R>::new(self.planned), View::<R>::new(self.prior));
        !planned.raw(field.path()).same(prior.raw(field.path()), &T::shape().implied_type())
    }

    /// Plans a value for a computed field. Terraform refuses a value for anything the configuration sets.
    pub fn set<T: FieldType>(&mut self, field: &Field<T>, value: T::Inner) {
        self.put(field.path(), value.encode());
    }

    /// Plans that a computed field has no value.
    pub fn set_null<T>(&mut self, field: &Field<T>) {
        self.put(field.path(), Value::Null);
    }

    /// Leaves a computed field to be known after apply.
    pub fn set_unknown<T>(&mut self, field: &Field<T>) {
        self.put(field.path(), Value::unknown());
    }

    /// Replaces the object because of this field. Without effect on create.
    pub fn replace<T>(&mut self, field: &Field<T>) {
        if !self.is_create() {
            self.replace.push(field.path().clone());
        }
    }

    fn put(&mut self, path: &Path, value: Value) {
        // A path of the model always exists in a planned value, unless a parent is null: then there is nothing to plan in it.
        self.planned.set(path, value);
    }
}
