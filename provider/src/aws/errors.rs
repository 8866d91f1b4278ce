//! What AWS errors mean.

use aws_sdk_rds::error::{ProvideErrorMetadata, SdkError};
use tfplugin::prelude::*;

/// Turns an SDK result into ours, keeping AWS's code and message.
pub(crate) trait AwsResult<T> {
    /// Says what was being done when the call failed.
    fn doing(self, doing: &str) -> Result<T>;

    /// As [`doing`](Self::doing), but `None` for an error with one of these codes.
    fn unless(self, codes: &[&str], doing: &str) -> Result<Option<T>>;
}

impl<T, E, R> AwsResult<T> for std::result::Result<T, SdkError<E, R>>
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug + 'static,
{
    fn doing(self, doing: &str) -> Result<T> {
        self.map_err(|error| failed(&error, doing))
    }

    fn unless(self, codes: &[&str], doing: &str) -> Result<Option<T>> {
        match self {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.code().is_some_and(|code| codes.contains(&code)) => Ok(None),
            Err(error) => Err(failed(&error, doing)),
        }
    }
}

/// Names the permissions that an operation needs, where AWS has refused it for want of them.
pub(crate) fn needing<T>(result: Result<T>, permissions: &str) -> Result<T> {
    result.map_err(|error| {
        let explained = error.into_diagnostics().into_iter().map(|mut problem| {
            if problem.detail.contains("AccessDenied") || problem.detail.contains("UnauthorizedOperation") {
                problem.detail.push_str(&format!("\nIt needs these permissions: {permissions}."));
            }
            problem
        });
        Error::all(explained)
    })
}

fn failed<E, R>(error: &SdkError<E, R>, doing: &str) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug + 'static,
{
    let summary = format!("Failed while {doing}");
    match (error.code(), error.message()) {
        (Some(code), Some(message)) => Error::new(summary).detail(format!("AWS says {code}: {message}")),
        (Some(code), None) => Error::new(summary).detail(format!("AWS says {code}.")),
        _ => {
            let cause = Error::from(std::io::Error::other(causes(error)));
            let text = cause.diagnostics().first().map(|problem| problem.summary.clone()).unwrap_or_default();
            Error::new(summary).detail(format!("AWS could not be reached: {text}"))
        }
    }
}

fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// The region did not answer, or only with server faults: nothing is known about what is in it.
pub(crate) fn is_unreachable<E, R>(error: &SdkError<E, R>) -> bool
where
    E: ProvideErrorMetadata,
{
    match error {
        SdkError::TimeoutError(_) | SdkError::DispatchFailure(_) | SdkError::ResponseError(_) => true,
        SdkError::ServiceError(_) => {
            matches!(
                error.code(),
                Some("InternalFailure" | "InternalError" | "ServiceUnavailable" | "InternalServiceError")
            )
        }
        _ => false,
    }
}
