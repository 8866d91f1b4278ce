//! Actions: things to do that are no resource, such as a drill or a restart (Terraform 1.14 and newer).

use std::future::Future;

use tokio::sync::mpsc;

use crate::context::Context;
use crate::diagnostics::{Problems, Result};
use crate::model::{Model, View};

/// Something that can be done, by `terraform apply -invoke` or when a resource with an `action_trigger` changes. The model is what
/// stands in the `config` block of an `action` block.
///
/// ```
/// # use tfplugin::prelude::*;
/// /// Rings a bell.
/// #[derive(Debug, Model)]
/// #[model(name = "ring")]
/// struct Ring {
///     /// How often.
///     #[attr(default = 1, validate = range(1..=12))]
///     times: i64,
/// }
///
/// impl Action for Ring {
///     type Clients = ();
///
///     async fn invoke(cx: &Context<()>, config: Self, progress: &Progress) -> Result<()> {
///         for time in 1..=config.times {
///             progress.say(format!("ring {time} of {}", config.times));
///             cx.sleep(std::time::Duration::from_secs(1)).await?;
///         }
///         Ok(())
///     }
/// }
/// ```
pub trait Action: Model {
    /// What [`crate::provider::Provider::configure`] returns.
    type Clients: Send + Sync + 'static;

    /// Checks rules between arguments while values may be unknown. Rules for one argument stand on the argument.
    fn validate(_config: View<'_, Self>, _problems: &mut Problems) {}

    /// May refuse or warn while Terraform plans, when values may be unknown.
    fn plan(_cx: &Context<Self::Clients>, _config: View<'_, Self>) -> impl Future<Output = Result<()>> + Send {
        async { Ok(()) }
    }

    /// Does it. Runs to its end even should Terraform be gone; an action that takes long heeds [`Context::stopped`], as
    /// [`Context::sleep`] does.
    fn invoke(
        cx: &Context<Self::Clients>,
        config: Self,
        progress: &Progress,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// Shows a person what an action is doing.
#[derive(Debug)]
pub struct Progress {
    messages: mpsc::UnboundedSender<String>,
}

impl Progress {
    pub(crate) fn new(messages: mpsc::UnboundedSender<String>) -> Self {
        Self { messages }
    }

    /// Shows a line at once.
    pub fn say(&self, message: impl Into<String>) {
        // Without anybody to read it the action goes on all the same.
        let _unread = self.messages.send(message.into());
    }
}
