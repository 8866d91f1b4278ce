//! The policy engine of Parapet: inputs are read into [`Document`]s, [`Policies`] are loaded and validated once,
//! an [`Engine`] evaluates them and returns a [`Report`] of [`Finding`]s.
//!
//! A rule says what is wrong and where; the engine does the rest: which resources a rule sees, what is unknown
//! until apply, which error belongs to which rule, and the proof that nothing was left out ([`Ledger`]).
//!
//! Flow: `input` -> [`Document`] -> `engine` -> [`Finding`] -> `report`. The crate knows no gRPC and no AWS.

pub mod baseline;
pub mod cost;
pub mod engine;
pub mod error;
pub mod finding;
pub mod frameworks;
pub mod input;
pub mod ledger;
pub mod path;
pub mod planned;
pub mod report;
pub mod rules;
pub mod settings;
pub mod severity;
pub mod sources;
pub mod unit;
pub mod waiver;

pub use baseline::{Baseline, BaselineError};
pub use engine::{Engine, EngineOptions, Judgement, RuleCost, Settled};
pub use error::{EngineError, InputError, PolicyError};
pub use finding::{Finding, SourceRange, Subject, Waived};
pub use input::{Document, KubernetesObject, Plan, Resource};
pub use ledger::{
    BaselineSummary, Counts, DocumentSummary, Ledger, PoliciesSummary, Report, RuleSummary, WaiverState, WaiverSummary,
};
pub use path::{AttributePath, Step};
pub use rules::{OnUnknown, Policies, PoliciesBuilder, Rule, Scope, Verification};
pub use settings::{Settings, SettingsError};
pub use severity::{Severity, Verdict};

/// The value type of inputs and rules: JSON, MessagePack and YAML are decoded straight into it.
pub use regorus::Value;
