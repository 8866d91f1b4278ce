//! What an operation can reach: the configured clients, the stop signal, a place for warnings.

use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::diagnostics::{Diagnostic, Error, Result};

/// Handed to every operation. Dereferences to the provider's clients: `cx.eks()`.
#[derive(Debug)]
pub struct Context<C> {
    clients: Arc<C>,
    stop: CancellationToken,
    warnings: Mutex<Vec<Diagnostic>>,
}

impl<C> Context<C> {
    pub(crate) fn new(clients: Arc<C>, stop: CancellationToken) -> Self {
        Self { clients, stop, warnings: Mutex::default() }
    }

    /// Shows a warning with the result of the operation.
    pub fn warn(&self, warning: Diagnostic) {
        self.warnings.lock().unwrap_or_else(PoisonError::into_inner).push(warning);
    }

    /// Whether a person has asked Terraform to stop (Ctrl-C).
    pub fn is_stopped(&self) -> bool {
        self.stop.is_cancelled()
    }

    /// Ends when a person asks Terraform to stop.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    /// Waits, or fails at once when a person asks Terraform to stop: the way to poll a remote operation.
    pub async fn sleep(&self, duration: Duration) -> Result<()> {
        tokio::select! {
            () = tokio::time::sleep(duration) => Ok(()),
            () = self.stop.cancelled() => Err(interrupted()),
        }
    }

    pub(crate) fn take_warnings(&self) -> Vec<Diagnostic> {
        std::mem::take(&mut *self.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<C> Deref for Context<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.clients
    }
}

pub(crate) fn interrupted() -> Error {
    Error::new("Interrupted").detail(
        "Terraform was asked to stop. What had been done by then is in the state; run the same command again to go on from there.",
    )
}
