//! Lists: finding objects that exist, for `terraform query` (Terraform 1.14 and newer).

use std::future::Future;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::context::Context;
use crate::diagnostics::{Error, Problems, Result};
use crate::lifecycle::{Listed, caught};
use crate::model::{Key, Keyed, Model, Object, View};
use crate::path::Path;
use crate::resource::Resource;
use crate::value::Value;

/// A way to list the objects of resource `R`. The model is what stands in the `config` block of a `list` block, and needs no name:
/// it is registered with [`crate::provider::Registry::listed`].
///
/// ```
/// # use tfplugin::prelude::*;
/// # /// A note.
/// # #[derive(Debug, Model)]
/// # #[model(name = "note")]
/// # struct Note {
/// #     /// Title.
/// #     #[attr(key)]
/// #     title: String,
/// # }
/// # impl Resource for Note {
/// #     type Clients = ();
/// #     async fn create(_cx: &Context<()>, plan: Self, _saved: &mut Saved<Self>) -> Result<Self> { Ok(plan) }
/// #     async fn read(_cx: &Context<()>, key: &Key<Self>, _prior: Option<&Self>) -> Result<Option<Self>> {
/// #         Ok(Some(Self { title: key.title.clone() }))
/// #     }
/// #     async fn update(_cx: &Context<()>, _prior: Self, plan: Self, _saved: &mut Saved<Self>) -> Result<Self> { Ok(plan) }
/// #     async fn delete(_cx: &Context<()>, _prior: Self) -> Result<()> { Ok(()) }
/// # }
/// /// Notes by the beginning of their title.
/// #[derive(Debug, Model)]
/// struct Notes {
///     /// What the title begins with.
///     prefix: Option<String>,
/// }
///
/// impl List<Note> for Notes {
///     async fn list(_cx: &Context<()>, config: Self, found: &mut Found<Note>) -> Result<()> {
///         for title in ["milk", "eggs"] {
///             if config.prefix.as_deref().is_none_or(|prefix| title.starts_with(prefix)) {
///                 // Terraform may have seen enough: `?` ends the list then.
///                 found.key(title, NoteKey { title: title.to_owned() }).await?;
///             }
///         }
///         Ok(())
///     }
/// }
/// ```
pub trait List<R: Resource>: Model {
    /// Checks rules between arguments while values may be unknown.
    fn validate(_config: View<'_, Self>, _problems: &mut Problems) {}

    /// Finds objects and hands each to `found`. It is dropped where it waits when a person asks Terraform to stop, so that it must
    /// change nothing.
    fn list(cx: &Context<R::Clients>, config: Self, found: &mut Found<R>) -> impl Future<Output = Result<()>> + Send;
}

/// Takes what a list finds on to Terraform, which shows each object as it comes.
pub struct Found<R: Resource> {
    cx: Arc<Context<R::Clients>>,
    events: mpsc::Sender<Listed>,
    wants_objects: bool,
    left: i64,
    /// Whether the list was told to end.
    ended: bool,
}

impl<R: Resource> Found<R> {
    pub(crate) fn new(
        cx: Arc<Context<R::Clients>>,
        events: mpsc::Sender<Listed>,
        wants_objects: bool,
        limit: i64,
    ) -> Self {
        Self { cx, events, wants_objects, left: limit, ended: limit <= 0 }
    }

    /// Whether Terraform asks for whole objects beside their identities, in order to show them or to write configuration for them.
    /// A list that has them at hand calls [`Found::object`]; for one that calls [`Found::key`] the framework reads each.
    pub fn wants_objects(&self) -> bool {
        self.wants_objects
    }

    /// How many more objects Terraform wants. Remote calls can ask for no more than that.
    pub fn wanted(&self) -> usize {
        usize::try_from(self.left).unwrap_or(0)
    }

    /// An object of which the key is known, under a name for a person. Where Terraform wants whole objects it is read, and passed
    /// over when it is gone.
    ///
    /// The error says that no more are wanted: pass it on with `?`.
    pub async fn key(&mut self, name: impl Into<String>, key: Key<R>) -> Result<()> {
        let identity = R::key_value(&key);
        let mut object = None;
        if self.wants_objects && !self.ended {
            let Some(read) = caught(R::read(&self.cx, &key, None)).await.flatten()? else { return Ok(()) };
            object = Some(read);
        }
        self.send(name.into(), identity, object).await
    }

    /// A whole object, under a name for a person.
    ///
    /// The error says that no more are wanted: pass it on with `?`.
    pub async fn object(&mut self, name: impl Into<String>, object: R) -> Result<()> {
        let value = object.to_value();
        let root = Path::root();
        let identity = <R as Keyed>::key_value(&R::key_of(&Object::new(&value, &root))?);
        let object = self.wants_objects.then_some(object);
        self.send(name.into(), identity, object).await
    }

    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    async fn send(&mut self, name: String, identity: Value, object: Option<R>) -> Result<()> {
        let event = Listed { name, identity, object: object.map(|object| object.to_value()), problems: Vec::new() };
        if self.left <= 0 || self.events.send(event).await.is_err() {
            self.ended = true;
        } else {
            self.left -= 1;
        }
        // Asked for here, so that a list never looks for an object that is then thrown away.
        if self.left <= 0 || self.ended {
            self.ended = true;
            return Err(Error::new("No more objects are wanted"));
        }
        Ok(())
    }
}
