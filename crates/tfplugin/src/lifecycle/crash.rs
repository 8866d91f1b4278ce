//! Panics as errors: an operation that breaks takes nothing else with it.

use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::diagnostics::{Error, Result};

/// Runs `future`; a panic in it becomes an error. What the future has written elsewhere by then stays.
pub(crate) async fn caught<T>(future: impl Future<Output = T>) -> Result<T> {
    let mut future = pin!(future);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Ok),
        // It is not polled again.
        Err(panic) => Poll::Ready(Err(crash(panic.as_ref()))),
    })
    .await
}

fn crash(panic: &(dyn Any + Send)) -> Error {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    Error::new("The provider crashed")
        .detail(format!("This is a bug in the provider. What it said: {}", text.unwrap_or("nothing")))
}
