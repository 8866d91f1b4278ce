//! The policy engine of Parapet: inputs are read into [`Document`]s, [`Policies`] are loaded and validated once,
//! an [`Engine`] evaluates them and returns a [`Report`] of [`Finding`]s.
//!
//! A rule says what is wrong and where; the engine does the rest: which resources a rule sees, what is unknown
//! until apply, which error belongs to which rule, and the proof that nothing was left out ([`Ledger`]).
//!
//! Flow: `input` -> [`Document`] -> `engine` -> [`Finding`] -> `report`. The crate knows no gRPC and no AWS.

pub mod engine;
pub mod error;
pub mod finding;
pub mod frameworks;
pub mod input;
pub mod ledger;
pub mod path;
pub mod report;
pub mod rules;
pub mod severity;
pub mod unit;

pub use engine::{Engine, EngineOptions};
pub use error::{EngineError, InputError, PolicyError};
pub use finding::{Finding, SourceRange, Subject, Waived};
pub use input::{Document, KubernetesObject, Plan, Resource};
pub use ledger::{Counts, DocumentSummary, Ledger, PoliciesSummary, Report, RuleSummary};
pub use path::{AttributePath, Step};
pub use rules::{OnUnknown, Policies, PoliciesBuilder, Rule, Scope};
pub use severity::{Severity, Verdict};

/// The value type of inputs and rules: JSON, MessagePack and YAML are decoded straight into it.
pub use regorus::Value;
