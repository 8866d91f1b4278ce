//! A report as Terraform shows and stores it.

use std::collections::BTreeMap;
use std::fmt::Write;

use parapet_policy::planned::{circumstances, explanation};
use parapet_policy::{Finding, Report, Scope, Step, Verdict, Waived, WaiverState};
use tfplugin::path::Path;
use tfplugin::prelude::*;

/// Most findings shown one by one; the rest is counted. Terraform prints a source excerpt for each.
const MOST_SHOWN: usize = 30;

/// What a violation does to the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Enforcement {
    /// Stops it.
    Mandatory,
    /// Is shown as a warning.
    Advisory,
}

impl Enforcement {
    /// As `enforcement` takes them.
    pub(crate) const NAMES: &[&str] = &["mandatory", "advisory"];

    /// Its name among [`Self::NAMES`].
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Mandatory => "mandatory",
            Self::Advisory => "advisory",
        }
    }

    /// One of [`Self::NAMES`]; validation has let nothing else through.
    pub(crate) fn named(name: &str) -> Self {
        if name == "advisory" { Self::Advisory } else { Self::Mandatory }
    }
}

/// One violation, or one question that stays open.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct FindingItem {
    /// Id of the rule, such as `aws-rds-storage-encrypted`.
    rule: Computed<String>,
    /// Title of the rule: what should hold.
    title: Computed<String>,
    /// `info`, `low`, `medium`, `high` or `critical`.
    severity: Computed<String>,
    /// `fail`, `undetermined` (depends on what is not known: a value until apply, a price) or `error` (the rule could not be evaluated).
    verdict: Computed<String>,
    /// Address of the resource or object; empty for the input as a whole.
    address: Computed<String>,
    /// Resource type, Kubernetes kind, or kind of document.
    kind: Computed<String>,
    /// Attribute to blame, such as `ingress[0].cidr_blocks`; null when the rule names none.
    path: Computed<String>,
    /// What is wrong.
    message: Computed<String>,
    /// How to put it right.
    remediation: Computed<String>,
    /// Why the finding is undetermined, or what the engine said; else null.
    cause: Computed<String>,
    /// File the argument to blame is written in, for an input with a source; else null.
    file: Computed<String>,
    /// Line in it.
    line: Computed<i64>,
    /// Reason, owner and last day of the waiver that covers the finding; null without one. A waived finding stops no plan.
    waived: Computed<String>,
    /// Compliance framework to the controls that the rule supports, such as `soc2` to `["CC6.1"]`.
    controls: Computed<BTreeMap<String, Vec<String>>>,
}

impl From<&Finding> for FindingItem {
    fn from(finding: &Finding) -> Self {
        Self {
            rule: finding.rule.clone().into(),
            title: finding.title.clone().into(),
            severity: finding.severity.to_string().into(),
            verdict: finding.verdict.to_string().into(),
            address: finding.subject.address.clone().into(),
            kind: finding.subject.kind.clone().into(),
            path: finding.path.as_ref().map(ToString::to_string).into(),
            message: finding.message.clone().into(),
            remediation: finding.remediation.clone().into(),
            cause: finding.cause.clone().into(),
            file: finding.source.as_ref().map(|source| source.file.clone()).into(),
            line: finding.source.as_ref().map(|source| i64::from(source.line)).into(),
            waived: finding.waived.as_ref().map(waiver).into(),
            controls: finding.controls.clone().into(),
        }
    }
}

/// The findings for the state.
pub(crate) fn items(report: &Report) -> Vec<FindingItem> {
    report.findings.iter().map(FindingItem::from).collect()
}

fn waiver(waived: &Waived) -> String {
    let until = waived.expires.as_deref().map(|date| format!(", until {date}")).unwrap_or_default();
    format!("{} ({}{until}; {})", waived.reason, waived.owner, waived.place)
}

/// Failed and undetermined findings by severity and verdict, waived ones, and what was looked at.
pub(crate) fn counts(report: &Report) -> BTreeMap<String, i64> {
    let mut counts: BTreeMap<String, i64> =
        ["critical", "high", "medium", "low", "info", "undetermined", "error"].map(|name| (name.to_owned(), 0)).into();
    for finding in report.findings.iter().filter(|finding| finding.waived.is_none()) {
        let name =
            if finding.verdict == Verdict::Fail { finding.severity.to_string() } else { finding.verdict.to_string() };
        *counts.entry(name).or_default() += 1;
    }
    let waived = report.findings.iter().filter(|finding| finding.waived.is_some()).count();
    counts.insert("waived".to_owned(), i64::try_from(waived).unwrap_or(i64::MAX));
    let evaluated = i64::try_from(report.ledger.resources_evaluated).unwrap_or(i64::MAX);
    counts.insert("resources_evaluated".to_owned(), evaluated);
    counts
}

/// Shows what was found. `input` is the attribute the findings are about.
///
/// Violations at or above the threshold are errors when mandatory; what could not be evaluated, or was judged by no policy at all,
/// always is.
pub(crate) fn report_problems<C>(
    cx: &Context<C>,
    report: &Report,
    enforcement: Enforcement,
    input: &Path,
) -> Result<()> {
    if report.ledger.evaluations_expected == 0 {
        return nothing_applies(cx, report, input);
    }
    let mut errors = Vec::new();
    let mut left_out = 0;
    let mut undetermined = Vec::new();
    for (index, finding) in report.findings.iter().filter(|finding| finding.waived.is_none()).enumerate() {
        let stops =
            finding.verdict == Verdict::Error || (report.is_blocking(finding) && enforcement == Enforcement::Mandatory);
        match finding.verdict {
            Verdict::Undetermined => undetermined.push(finding),
            _ if index >= MOST_SHOWN && !(stops && errors.is_empty()) => left_out += 1,
            _ if stops => errors.push(diagnostic(Diagnostic::error, report, finding, input)),
            _ => cx.warn(diagnostic(Diagnostic::warning, report, finding, input)),
        }
    }
    if left_out > 0 {
        cx.warn(
            Diagnostic::warning(format!("{left_out} more findings are not shown"))
                .detail("`parapet check` on the same input shows all of them.")
                .at(input),
        );
    }
    if let Some(summary) = summary_of_undetermined(&undetermined) {
        cx.warn(summary.at(input));
    }
    errors.extend(report.failing_waivers().map(|waiver| {
        let what = if waiver.state == WaiverState::Expired { "expired" } else { "covers nothing" };
        Diagnostic::error(format!("A waiver of {} {what}", waiver.rule))
            .detail(format!("{}: remove it, or decide anew. It said: {}", waiver.place, waiver.reason))
            .at(input)
    }));
    if report.exit_code() == 2 && errors.is_empty() {
        errors.push(
            Diagnostic::error("The policy check is incomplete")
                .detail("Fewer rules were evaluated than apply to the input, so that nothing is said about it. This is a bug in Parapet.")
                .at(input),
        );
    }
    if errors.is_empty() { Ok(()) } else { Err(Error::all(errors)) }
}

/// A check without rules is a mistake where a person chose the value to judge; of a Kubernetes object or a plan it may be right.
fn nothing_applies<C>(cx: &Context<C>, report: &Report, input: &Path) -> Result<()> {
    let any_value = report.documents.iter().any(|document| document.kind == "value");
    let summary = "No policy is about this input";
    if any_value {
        return Err(Error::new(summary)
            .detail(
                "The input is neither a plan nor a Kubernetes object, so that no pack is about it, and there are no policies of your \
                 own. Give `policies` or `policy_dirs`, or another input.",
            )
            .at(input));
    }
    let kinds: Vec<&str> = report.documents.iter().map(|document| document.kind.as_str()).collect();
    let detail = format!("Read as: {}. None of the selected rules is about what is in it.", kinds.join(", "));
    cx.warn(Diagnostic::warning(summary).detail(detail).at(input));
    Ok(())
}

fn diagnostic(kind: fn(String) -> Diagnostic, report: &Report, finding: &Finding, input: &Path) -> Diagnostic {
    // A package made for other tools has no title: what it says is the headline.
    let plain = report.policies.rules.iter().any(|rule| rule.id == finding.rule && rule.scope == Scope::Plain);
    let title = if plain { &finding.message } else { &finding.title };
    let detail = if plain { circumstances(finding) } else { explanation(finding) };
    let summary = match finding.verdict {
        Verdict::Error => format!("Policy {} could not be evaluated", finding.rule),
        _ => format!("{} ({}, {})", title, finding.rule, finding.severity),
    };
    kind(summary).detail(detail).at(place(finding, input))
}

/// The line of the argument that is to blame, as near as Terraform can find it: it looks one key into an object that is written out.
fn place(finding: &Finding, input: &Path) -> Path {
    match finding.path.as_ref().and_then(|path| path.0.first()) {
        Some(Step::Key(key)) => input.key(key),
        _ => input.clone(),
    }
}

/// One warning for all open questions: the reader cannot answer them.
fn summary_of_undetermined(findings: &[&Finding]) -> Option<Diagnostic> {
    const MOST_NAMED: usize = 5;
    if findings.is_empty() {
        return None;
    }
    let mut detail = String::from("What they depend on is not known:\n");
    for finding in findings.iter().take(MOST_NAMED) {
        let cause = finding.cause.as_deref().unwrap_or_default();
        let _infallible = writeln!(detail, "- {} {}: {cause}", finding.rule, finding.subject.address);
    }
    if findings.len() > MOST_NAMED {
        let _infallible = writeln!(detail, "- and {} more, in the attribute `findings`", findings.len() - MOST_NAMED);
    }
    let count = findings.len();
    Some(Diagnostic::warning(format!("{count} policy questions are undetermined")).detail(detail.trim_end()))
}
