//! What a rule said about a resource.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::path::AttributePath;
use crate::severity::{Severity, Verdict};

/// What a finding is about: a planned resource, a Kubernetes object, or a whole document.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Subject {
    /// File name the input was read from; `-` for standard input.
    pub document: String,
    /// Terraform address (`module.a.aws_s3_bucket.b[0]`), `Kind/namespace/name` of a Kubernetes object, or empty for
    /// the document as a whole.
    pub address: String,
    /// Resource type (`aws_s3_bucket`), Kubernetes kind (`Deployment`), or kind of document (`plan`).
    pub kind: String,
    /// What is going to happen to it: `create`, `update`, `delete`, `read`, `no-op`; both of a replacement. Empty when
    /// the input does not say.
    pub actions: Vec<String>,
    /// Address it had before the plan, when the plan moves it.
    pub previous_address: Option<String>,
}

/// A stretch of a source file: an argument, or the block it should stand in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SourceRange {
    /// File name, relative to where the command was run where that is possible.
    pub file: String,
    /// First line, from 1.
    pub line: u32,
    /// Column of the first character on its line, from 1, in characters.
    pub column: u32,
    /// Last line, from 1.
    pub end_line: u32,
    /// Column after the last character on its line, from 1, in characters.
    pub end_column: u32,
}

/// The decision that a finding is accepted for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Waived {
    /// Why.
    pub reason: String,
    /// Who answers for it. Empty only for a comment made for another tool, which knows no owner.
    pub owner: String,
    /// Last day on which it holds, as `2027-03-31`. `None` only for a comment made for another tool.
    pub expires: Option<String>,
    /// Where it is written: `parapet.hcl:12`.
    pub place: String,
}

/// One violation, one question that stays open, or one evaluation that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Id of the rule: `aws-rds-storage-encrypted`.
    pub rule: String,
    /// Title of the rule.
    pub title: String,
    /// Severity of the rule.
    pub severity: Severity,
    /// Never [`Verdict::Pass`].
    pub verdict: Verdict,
    /// What the finding is about.
    pub subject: Subject,
    /// The attribute to blame, when the rule names one. For an undetermined finding the unknown attribute.
    pub path: Option<AttributePath>,
    /// What is wrong, without values that Terraform marks sensitive.
    pub message: String,
    /// How to put it right. Empty for plain packages.
    pub remediation: String,
    /// Framework -> controls: `soc2 -> [CC6.1]`.
    pub controls: BTreeMap<String, Vec<String>>,
    /// Why the finding is undetermined ("unknown until aws_kms_key.main is created"), or what the engine said.
    pub cause: Option<String>,
    /// To be shown as a warning: it never decides the exit code. Set for an undetermined finding of a rule with
    /// `on_unknown: warn`, and for the `warn` rules of plain packages.
    pub warning: bool,
    /// Where the argument to blame is written, else its block. `None` when the input has no source: a line is never
    /// guessed.
    pub source: Option<SourceRange>,
    /// The module calls that lead to `source`, the outermost first. Empty in the root module.
    pub calls: Vec<SourceRange>,
    /// Set when a waiver covers the finding: it is reported, and never decides the exit code.
    pub waived: Option<Waived>,
}

impl Finding {
    /// The order of findings in a report: by document, most important verdict and severity first, then by subject and
    /// rule. Total, so that a report does not depend on how the work was spread over threads.
    pub(crate) fn report_order(&self, other: &Self) -> std::cmp::Ordering {
        let key = |f: &Self| (std::cmp::Reverse(f.verdict), std::cmp::Reverse(f.severity));
        key(self)
            .cmp(&key(other))
            .then_with(|| self.subject.document.cmp(&other.subject.document))
            .then_with(|| self.subject.address.cmp(&other.subject.address))
            .then_with(|| self.rule.cmp(&other.rule))
            .then_with(|| self.path.cmp(&other.path))
            .then_with(|| self.message.cmp(&other.message))
    }
}
