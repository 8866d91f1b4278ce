//! Rules: what they are, and how they are loaded from the binary, directories, bundles and strings.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::severity::Severity;

/// What a rule is evaluated on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Once per planned resource of its types; input `input.resource`.
    Resource,
    /// Once per plan; input `input.plan.resources` and `input.plan.by_type`.
    Plan,
    /// Once per Kubernetes object of its kinds; input `input.object`.
    Object,
    /// Once per document of its kinds; input `input.document`.
    Document,
    /// A package made for other tools: once per document, which is the input as it came.
    Plain,
}

impl Scope {
    /// The lower-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Plan => "plan",
            Self::Object => "object",
            Self::Document => "document",
            Self::Plain => "plain",
        }
    }
}

/// What becomes of a finding that depends on a value known only after apply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnUnknown {
    /// Undetermined; decided at apply.
    #[default]
    Defer,
    /// Undetermined, and shown as a warning.
    Warn,
    /// A violation.
    Deny,
}

/// A rule: its METADATA and where it is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// `aws-rds-storage-encrypted`: the package without `parapet.`, words joined by `-`.
    pub id: String,
    /// `parapet.aws.rds.storage_encrypted`.
    pub package: String,
    /// Second component of the package: `aws`. For plain packages the first.
    pub pack: String,
    /// One line, says what holds when the rule passes.
    pub title: String,
    /// Why it matters. May be empty.
    pub description: String,
    /// How bad a violation is.
    pub severity: Severity,
    /// What the rule is evaluated on.
    pub scope: Scope,
    /// Resource types the rule is about (`data.aws_iam_policy_document` for a data source). With plan scope: the types
    /// it needs, or none for all of them.
    pub resources: Vec<String>,
    /// Kubernetes kinds the rule is about.
    pub kinds: Vec<String>,
    /// Kinds of documents the rule is about.
    pub documents: Vec<String>,
    /// Actions the rule is about. Empty: every resource that exists after the plan.
    pub actions: Vec<String>,
    /// Framework -> controls.
    pub controls: BTreeMap<String, Vec<String>>,
    /// How to put a violation right. Empty for plain packages.
    pub remediation: String,
    /// What becomes of findings that depend on unknown values.
    pub on_unknown: OnUnknown,
    /// File the rule is defined in.
    pub file: String,
    /// Line of its METADATA block, or of its package; from 1.
    pub line: u32,
}
