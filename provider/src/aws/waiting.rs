//! Waiting for AWS: until something is in a state, and until a change is accepted.

use std::future::Future;
use std::time::Duration;

use aws_sdk_rds::config::http::HttpResponse;
use aws_sdk_rds::error::{ProvideErrorMetadata, SdkError};
use tfplugin::prelude::*;
use tfplugin::validate::Validator;
use tokio::time::Instant;

use super::AwsResult;
use crate::duration;

/// Pause after the first look.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// Longest pause between two looks.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// What a look may take when the time is all but over.
const LAST_LOOK: Duration = Duration::from_secs(5);

/// How long operations may take, as `30m` or `1h30m`.
#[derive(Clone, Debug, Default, PartialEq, Model)]
pub(crate) struct Timeouts {
    /// Longest time for creating it.
    #[attr(validate = crate::aws::duration_text())]
    pub(crate) create: Option<String>,
    /// Longest time for changing it.
    #[attr(validate = crate::aws::duration_text())]
    pub(crate) update: Option<String>,
    /// Longest time for deleting it.
    #[attr(validate = crate::aws::duration_text())]
    pub(crate) delete: Option<String>,
}

/// A rule for a string that is a duration.
pub(crate) fn duration_text() -> Validator {
    Validator::new(
        "a duration such as \"90s\", \"30m\" or \"1h30m\"",
        |value| matches!(value, tfplugin::value::Value::String(text) if duration::parse(text).is_ok()),
    )
}

/// When an operation has to be done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    at: Instant,
    limit: Duration,
}

impl Deadline {
    /// From now on, `limit`.
    pub(crate) fn after(limit: Duration) -> Self {
        let now = Instant::now();
        // Nobody waits for longer than a year, and an instant has an end.
        let limit = limit.min(Duration::from_secs(365 * 24 * 3600));
        Self { at: now + limit, limit }
    }

    /// From now on, what a `timeouts` block says or else `default`.
    pub(crate) fn of(configured: Option<&String>, default: Duration) -> Result<Self> {
        configured.map_or(Ok(default), |text| duration::parse(text)).map(Self::after)
    }

    fn left(&self) -> Duration {
        self.at.saturating_duration_since(Instant::now())
    }

    fn passed(&self, what: &str, seen: &Seen) -> Error {
        Error::new(format!("Gave up waiting for {what}")).detail(format!(
            "Waited {}. {seen} AWS may still get there: look at it, then run the same command again, or allow more time in the \
             `timeouts` block.",
            spelled(self.limit),
        ))
    }
}

/// What a look has shown.
#[derive(Debug)]
pub(crate) enum Progress<T> {
    /// It is there.
    Done(T),
    /// Not yet: the state it is in.
    Waiting(String),
}

/// Why a look has shown nothing.
#[derive(Debug)]
pub(crate) enum Setback {
    /// Throttled, a server fault, no connection: the next look may succeed.
    Transient(String),
    /// Looking again will not help.
    Final(Error),
}

impl From<Error> for Setback {
    fn from(error: Error) -> Self {
        Self::Final(error)
    }
}

/// Turns the SDK result of a look into ours.
pub(crate) trait Look<T> {
    /// Says what was being done when the look failed.
    fn look(self, doing: &str) -> Result<T, Setback>;

    /// As [`look`](Self::look), but `None` for an error with one of these codes.
    fn look_unless(self, codes: &[&str], doing: &str) -> Result<Option<T>, Setback>;
}

impl<T, E> Look<T> for std::result::Result<T, SdkError<E, HttpResponse>>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    fn look(self, doing: &str) -> Result<T, Setback> {
        match self {
            Err(error) if is_transient(&error) => Err(Setback::Transient(reason(&error))),
            other => other.doing(doing).map_err(Setback::Final),
        }
    }

    fn look_unless(self, codes: &[&str], doing: &str) -> Result<Option<T>, Setback> {
        match self {
            Err(error) if error.code().is_some_and(|code| codes.contains(&code)) => Ok(None),
            other => other.look(doing).map(Some),
        }
    }
}

/// Looks again and again, less and less often, until it is done. `what` completes "waiting for ...".
///
/// Ends at once when Terraform is interrupted. Transient failures do not end it, the deadline does.
pub(crate) async fn until<C, T, F>(
    cx: &Context<C>,
    deadline: Deadline,
    what: &str,
    mut look: impl FnMut() -> F,
) -> Result<T>
where
    F: Future<Output = Result<Progress<T>, Setback>>,
{
    let mut seen = Seen::default();
    let mut pauses = Pauses::new();
    loop {
        let looked = tokio::select! {
            looked = look() => looked,
            stopped = cx.sleep(deadline.left().max(LAST_LOOK)) => {
                stopped?;
                return Err(deadline.passed(what, &seen));
            }
        };
        match looked {
            Ok(Progress::Done(value)) => return Ok(value),
            Ok(Progress::Waiting(state)) => seen = Seen { state: Some(state), trouble: None },
            Err(Setback::Transient(reason)) => seen.trouble = Some(reason),
            Err(Setback::Final(error)) => return Err(error),
        }
        pauses.wait(cx, deadline, what, &seen).await?;
    }
}

/// Makes a change, again and again while AWS answers that something else has to be finished first: `busy` knows such answers by
/// their code and message. `what` completes "waiting for ...".
///
/// A request under way is not broken off when Terraform is interrupted: its outcome would not be known.
pub(crate) async fn accepted<C, T, E, F>(
    cx: &Context<C>,
    deadline: Deadline,
    what: &str,
    busy: impl Fn(&str, &str) -> bool,
    mut change: impl FnMut() -> F,
) -> Result<std::result::Result<T, SdkError<E, HttpResponse>>>
where
    E: ProvideErrorMetadata,
    F: Future<Output = std::result::Result<T, SdkError<E, HttpResponse>>>,
{
    let mut pauses = Pauses::new();
    loop {
        let error = match change().await {
            Err(error) if busy(error.code().unwrap_or_default(), error.message().unwrap_or_default()) => error,
            answer => return Ok(answer),
        };
        let seen = Seen { state: None, trouble: Some(reason(&error)) };
        pauses.wait(cx, deadline, what, &seen).await?;
    }
}

/// What is known when waiting ends in vain.
#[derive(Debug, Default)]
struct Seen {
    state: Option<String>,
    trouble: Option<String>,
}

impl std::fmt::Display for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.state {
            Some(state) => write!(f, "The last state seen was {state}.")?,
            None => f.write_str("No state was seen.")?,
        }
        match &self.trouble {
            Some(trouble) => write!(f, " The last answer was {trouble}."),
            None => Ok(()),
        }
    }
}

/// Pauses that grow.
#[derive(Debug)]
struct Pauses(Duration);

impl Pauses {
    fn new() -> Self {
        Self(FIRST_PAUSE)
    }

    /// Waits until the next look, or fails when the time is over.
    async fn wait<C>(&mut self, cx: &Context<C>, deadline: Deadline, what: &str, seen: &Seen) -> Result<()> {
        let left = deadline.left();
        if left.is_zero() {
            return Err(deadline.passed(what, seen));
        }
        let pause = self.0.min(left);
        self.0 = self.0.mul_f64(1.5).min(LONGEST_PAUSE);
        cx.sleep(pause).await
    }
}

/// Whether the same request may well succeed a little later.
pub(crate) fn is_transient<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    match error {
        SdkError::TimeoutError(_) | SdkError::ResponseError(_) => true,
        // A connection that failed; not credentials or settings that are wrong.
        SdkError::DispatchFailure(failure) => failure.is_io() || failure.is_timeout(),
        SdkError::ServiceError(service) => {
            let status = service.raw().status().as_u16();
            status == 429 || status >= 500 || error.code().is_some_and(is_throttling)
        }
        _ => false,
    }
}

fn is_throttling(code: &str) -> bool {
    code.starts_with("Throttl") || matches!(code, "RequestLimitExceeded" | "TooManyRequestsException" | "SlowDown")
}

fn reason<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> String {
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => format!("{code} ({})", message.trim_end_matches('.')),
        (Some(code), None) => code.to_owned(),
        _ => match error {
            SdkError::TimeoutError(_) => "none within the time for one request".to_owned(),
            SdkError::DispatchFailure(_) => "none: no connection".to_owned(),
            _ => "not understood".to_owned(),
        },
    }
}

/// A duration as the `timeouts` block has it.
fn spelled(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let parts = [(seconds / 3600, 'h'), (seconds / 60 % 60, 'm'), (seconds % 60, 's')];
    let text: String =
        parts.into_iter().filter(|(amount, _)| *amount > 0).map(|(amount, unit)| format!("{amount}{unit}")).collect();
    if text.is_empty() { format!("{} ms", duration.as_millis()) } else { text }
}

#[cfg(test)]
mod tests;
