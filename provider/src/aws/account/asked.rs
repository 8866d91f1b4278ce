//! Operations of AWS, and what it means when one fails.

use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use parapet_pricing::recommend::Failure;
use tfplugin::prelude::*;

use crate::aws::AwsResult;

/// Codes with which the services refuse who has no permission.
const DENIED: [&str; 5] =
    ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized", "UnauthorizedException"];
/// Codes with which they refuse who is too fast, in part.
const THROTTLED: [&str; 4] = ["Throttl", "RequestLimitExceeded", "TooManyRequests", "LimitExceeded"];

/// An operation as failures name it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Operation {
    service: &'static str,
    prefix: &'static str,
    name: &'static str,
}

impl Operation {
    /// An operation of a service, with the prefix of the service's IAM actions.
    pub(super) const fn new(service: &'static str, prefix: &'static str, name: &'static str) -> Self {
        Self { service, prefix, name }
    }

    /// An operation of EC2.
    pub(super) const fn ec2(name: &'static str) -> Self {
        Self::new("EC2", "ec2", name)
    }

    /// What it means that it failed.
    pub(super) fn failed<E, R>(self, region: Option<&str>, error: SdkError<E, R>) -> Failure
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
        R: std::fmt::Debug + 'static,
    {
        match Err::<(), _>(error).doing(self.name) {
            Err(error) => self.told(region, &error),
            Ok(()) => self.because(region, String::new()),
        }
    }

    /// As [`failed`](Self::failed), of an error that names AWS's code.
    pub(super) fn told(self, region: Option<&str>, error: &Error) -> Failure {
        let said = error.diagnostics().first();
        let said = said.map(|it| if it.detail.is_empty() { it.summary.clone() } else { it.detail.clone() });
        let said = said.unwrap_or_default();
        let code = said.strip_prefix("AWS says ").and_then(|rest| rest.split([':', '.']).next()).unwrap_or_default();
        let code = code.to_owned();
        let said = format!("{}.", said.trim_end_matches('.'));
        if DENIED.contains(&code.as_str()) {
            let permission = format!("{}:{}", self.prefix, self.name);
            let reason = format!("{said} Allow {permission} to who runs this.");
            return Failure { permission: Some(permission), ..self.because(region, reason) };
        }
        if THROTTLED.iter().any(|part| code.contains(part)) {
            let reason = format!(
                "{said} Every attempt was too fast for it: write `retry_mode = \"adaptive\"` or more `max_retries` into the \
                 provider block."
            );
            return self.because(region, reason);
        }
        self.because(region, said)
    }

    /// A failure for a reason of our own.
    pub(super) fn because(self, region: Option<&str>, reason: String) -> Failure {
        Failure {
            service: self.service.to_owned(),
            operation: self.name.to_owned(),
            region: region.map(str::to_owned),
            reason,
            permission: None,
        }
    }
}
