//! The report of a run and the proof that it is complete.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::finding::Finding;
use crate::rules::Scope;
use crate::severity::{Severity, Verdict};

/// What was there to do and what was done. The two are counted independently of each other: the expectation while
/// the work is laid out, the rest by the evaluations themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Ledger {
    /// Planned resources and Kubernetes objects in the input.
    pub resources_planned: u64,
    /// Of these, the ones that at least one evaluation was laid out for and that were decoded.
    pub resources_evaluated: u64,
    /// Of these, the ones no selected rule is about, or that will not exist after the plan.
    pub resources_skipped: u64,
    /// Reason -> number of resources skipped for it; sums up to `resources_skipped`.
    pub skipped: BTreeMap<String, u64>,
    /// Evaluations laid out: rules times the resources, objects, plans and documents they apply to.
    pub evaluations_expected: u64,
    /// Evaluations that came to a conclusion, an error included.
    pub evaluations_done: u64,
}

impl Ledger {
    /// Whether everything laid out was done: every planned resource is evaluated or skipped for a reason, and every
    /// expected evaluation was done.
    pub fn balanced(&self) -> bool {
        self.resources_planned == self.resources_evaluated + self.resources_skipped
            && self.resources_skipped == self.skipped.values().sum::<u64>()
            && self.evaluations_expected == self.evaluations_done
    }

    pub(crate) fn skip(&mut self, reason: &str, count: u64) {
        if count > 0 {
            self.resources_skipped += count;
            *self.skipped.entry(reason.to_owned()).or_default() += count;
        }
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.resources_planned += other.resources_planned;
        self.resources_evaluated += other.resources_evaluated;
        self.resources_skipped += other.resources_skipped;
        self.evaluations_expected += other.evaluations_expected;
        self.evaluations_done += other.evaluations_done;
        for (reason, count) in &other.skipped {
            *self.skipped.entry(reason.clone()).or_default() += count;
        }
    }
}

/// One input as the report sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DocumentSummary {
    /// File name; `-` for standard input.
    pub name: String,
    /// `plan`, `kubernetes` or `admission-review`.
    pub kind: String,
    /// Planned resources or objects in it.
    pub resources: u64,
}

/// One rule as the report sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleSummary {
    /// Id of the rule.
    pub id: String,
    /// Title of the rule.
    pub title: String,
    /// Why it matters. May be empty.
    pub description: String,
    /// Severity of the rule: as the settings say, else as its author says.
    pub severity: Severity,
    /// Severity its author gave it.
    pub declared_severity: Severity,
    /// What the rule is evaluated on.
    pub scope: Scope,
    /// How to put a violation right. May be empty.
    pub remediation: String,
    /// Framework -> controls.
    pub controls: BTreeMap<String, Vec<String>>,
    /// Ids of the same check in other tools.
    pub aliases: Vec<String>,
    /// Evaluations of the rule that came to a conclusion.
    pub evaluated: u64,
    /// Of these, those without any finding.
    pub passed: u64,
}

/// What became of a waiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WaiverState {
    /// It covers at least one finding.
    Used,
    /// Its last day is over: it covers nothing, and fails the run.
    Expired,
    /// It covers nothing although its rules were evaluated: it fails the run.
    Unused,
    /// None of its rules was evaluated in this run.
    Idle,
}

impl WaiverState {
    /// The lower-case name, as it is written in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Expired => "expired",
            Self::Unused => "unused",
            Self::Idle => "idle",
        }
    }

    /// Whether it fails the run.
    pub fn fails(self) -> bool {
        matches!(self, Self::Expired | Self::Unused)
    }
}

/// A waiver as the report sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WaiverSummary {
    /// Rule, or pattern of rules.
    pub rule: String,
    /// Address or pattern of addresses; empty for a comment, which is about what it stands at.
    pub address: String,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Last day on which it holds, as `2027-03-31`. `None` for a comment made for another tool.
    pub expires: Option<String>,
    /// Where it is written: `parapet.hcl:12`.
    pub place: String,
    /// What became of it.
    pub state: WaiverState,
    /// Findings it covers.
    pub findings: u64,
}

/// What a baseline took out of a report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BaselineSummary {
    /// The file.
    pub file: String,
    /// Findings that it knows: they are not in the report.
    pub known: u64,
    /// Of these, findings about resources that have moved since.
    pub moved: u64,
    /// Findings that it knows and that are there no longer.
    pub gone: u64,
}

/// Which policies a report was made with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PoliciesSummary {
    /// SHA-256 over the selected rules, their libraries and data, and the severities that settings change; lower-case
    /// hex. Equal digests mean equal policies.
    pub digest: String,
    /// The selected rules, by id.
    pub rules: Vec<RuleSummary>,
    /// Ids of the rules that would be selected, had the settings not switched them off.
    pub off: Vec<String>,
    /// The settings file.
    pub settings: Option<String>,
}

/// Numbers of findings. A finding is counted once in `total` and once under its verdict.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Evaluations without any finding.
    pub passed: u64,
    /// Findings that are violations, warnings and waived ones excluded.
    pub failed: u64,
    /// Of `failed`, those at or above `fail_on`: they decide the exit code.
    pub failed_at_or_above: u64,
    /// Findings that stay open: what they depend on is not known.
    pub undetermined: u64,
    /// Findings that only warn, whatever their verdict.
    pub warnings: u64,
    /// Evaluations that failed.
    pub errors: u64,
    /// Findings that a waiver covers, whatever their verdict.
    pub waived: u64,
    /// Violations by severity, warnings and waived ones excluded.
    pub by_severity: BTreeMap<Severity, u64>,
}

/// The result of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Findings in a stable order: errors, violations, undetermined; most severe first.
    pub findings: Vec<Finding>,
    /// Evaluations without any finding.
    pub passed: u64,
    /// The proof of completeness.
    pub ledger: Ledger,
    /// The policies that were applied.
    pub policies: PoliciesSummary,
    /// Violations of this severity or a higher one fail the run.
    pub fail_on: Severity,
    /// The inputs, in the order given.
    pub documents: Vec<DocumentSummary>,
    /// The waivers, in the order written; comments last.
    pub waivers: Vec<WaiverSummary>,
    /// What a baseline took out.
    pub baseline: Option<BaselineSummary>,
}

impl Report {
    /// Whether this finding fails the run.
    pub fn is_blocking(&self, finding: &Finding) -> bool {
        finding.verdict == Verdict::Fail
            && !finding.warning
            && finding.waived.is_none()
            && finding.severity >= self.fail_on
    }

    /// The waivers that fail the run.
    pub fn failing_waivers(&self) -> impl Iterator<Item = &WaiverSummary> {
        self.waivers.iter().filter(|waiver| waiver.state.fails())
    }

    /// The verdict of the run: an error before a violation at or above `fail_on` or a waiver that is expired or unused,
    /// before an open question.
    pub fn verdict(&self) -> Verdict {
        if !self.ledger.balanced() || self.findings.iter().any(|f| f.verdict == Verdict::Error) {
            Verdict::Error
        } else if self.findings.iter().any(|f| self.is_blocking(f)) || self.failing_waivers().next().is_some() {
            Verdict::Fail
        } else if self.findings.iter().any(|f| f.verdict == Verdict::Undetermined && f.waived.is_none()) {
            Verdict::Undetermined
        } else {
            Verdict::Pass
        }
    }

    /// 0: nothing at or above `fail_on`; 1: violations, or a waiver that is expired or unused; 2: an evaluation failed or the ledger does not balance.
    pub fn exit_code(&self) -> u8 {
        match self.verdict() {
            Verdict::Pass | Verdict::Undetermined => 0,
            Verdict::Fail => 1,
            Verdict::Error => 2,
        }
    }

    /// Numbers of findings by verdict and severity.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { passed: self.passed, ..Counts::default() };
        for finding in &self.findings {
            match finding.verdict {
                Verdict::Error => counts.errors += 1,
                _ if finding.waived.is_some() => counts.waived += 1,
                _ if finding.warning => counts.warnings += 1,
                Verdict::Undetermined => counts.undetermined += 1,
                Verdict::Fail => {
                    counts.failed += 1;
                    counts.failed_at_or_above += u64::from(self.is_blocking(finding));
                    *counts.by_severity.entry(finding.severity).or_default() += 1;
                }
                Verdict::Pass => {}
            }
        }
        counts
    }
}
