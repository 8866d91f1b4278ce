//! What Terraform is answered: the provider's answer with more in it, or one in the provider's place.

use bytes::Bytes;
use parapet_policy::planned::{PathStep, Told};
use prost::Message as _;

use super::messages::{ApplyRequest, ApplyResponse, Diagnostic, DiagnosticSeverity, Path, Selector, Step};
use crate::inspect::Provider;

/// Protobuf reads a repeated field from wherever it stands: an answer stays as it is, byte for byte, and gets more of it.
pub(super) fn appended(response: Bytes, more: Vec<u8>) -> Bytes {
    if more.is_empty() { response } else { Bytes::from([response.as_ref(), &more].concat()) }
}

pub(super) fn refuse(request: &Bytes, provider: &Provider, problem: Diagnostic) -> Bytes {
    refusal(ApplyRequest::decode(request.clone()).unwrap_or_default(), provider.protocol, vec![problem])
}

/// The answer of a provider that did nothing: the state is what it was.
pub(super) fn refusal(request: ApplyRequest, protocol: u8, diagnostics: Vec<Diagnostic>) -> Bytes {
    let answer = ApplyResponse {
        new_state: Some(request.prior_state),
        private: request.planned_private,
        diagnostics,
        // Providers of protocol 5 are mostly made with the SDK that sets this; it only asks Terraform to be lenient.
        legacy_type_system: protocol == 5,
        new_identity: request.planned_identity,
    };
    answer.encode_to_vec().into()
}

pub(super) fn diagnostic(told: Told) -> Diagnostic {
    let severity = if told.stops { DiagnosticSeverity::Error } else { DiagnosticSeverity::Warning };
    let steps: Vec<Step> = told.path.into_iter().map(step).collect();
    Diagnostic {
        severity: severity.into(),
        summary: told.summary,
        detail: told.detail,
        attribute: (!steps.is_empty()).then_some(Path { steps }),
    }
}

fn step(step: PathStep) -> Step {
    let selector = match step {
        PathStep::Attribute(name) => Selector::AttributeName(name),
        PathStep::Key(key) => Selector::ElementKeyString(key),
        PathStep::Index(index) => Selector::ElementKeyInt(i64::try_from(index).unwrap_or(i64::MAX)),
    };
    Step { selector: Some(selector) }
}
