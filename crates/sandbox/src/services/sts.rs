//! AWS STS where there is no moto: who calls.

use super::Call;
use crate::protocol::Answer;
use crate::protocol::query::answer;
use crate::protocol::xml::Xml;

/// Answers `GetCallerIdentity`: a user named `sandbox` of the account that calls.
#[must_use]
pub fn caller_identity(call: &Call) -> Answer {
    let mut result = Xml::default();
    result
        .text("Arn", format!("arn:aws:iam::{}:user/sandbox", call.account))
        .text("UserId", "AIDASANDBOX")
        .text("Account", &call.account);
    answer("sts", &call.operation, Some(&result), &call.request_id)
}
