//! The last lines of a report: what was found, what was looked at, with which rules, and the verdict.

use anstyle::{AnsiColor, Style};

use super::lines::{Lines, count, thousands};
use super::{ERROR, Run, readable};
use crate::ledger::{BaselineSummary, DocumentSummary, Report};
use crate::report::files;
use crate::severity::{Severity, Verdict};

const GREEN: Style = AnsiColor::Green.on_default().bold();
const RED: Style = AnsiColor::Red.on_default().bold();

/// Hex digits of the policy digest shown; enough to tell two policies apart at a glance.
const DIGEST_SHOWN: usize = 12;

/// Documents named one by one; more are only counted.
const DOCUMENTS_NAMED: usize = 3;

pub(super) fn write(out: &mut Lines, run: &Run<'_>) {
    let report = run.report;
    out.gap();
    let files = files(report);
    if !files.is_empty() {
        out.wrapped(0, &documents(&files));
    }
    out.wrapped(0, &findings(report));
    out.wrapped(0, &ledger(report));
    let digest: String = report.policies.digest.chars().take(DIGEST_SHOWN).collect();
    let off = match report.policies.off.len() {
        0 => String::new(),
        number => format!(", {} switched off", thousands(u64::try_from(number).unwrap_or(u64::MAX))),
    };
    let settings = report.policies.settings.as_ref().map(|file| format!(", settings of {file}")).unwrap_or_default();
    let rules = count(report.policies.rules.len(), "rule");
    out.wrapped(0, &format!("{rules}, policy digest {digest}{off}{settings}"));
    if let Some(baseline) = &report.baseline {
        out.wrapped(0, &known(baseline));
    }
    verdict(out, run);
}

fn known(baseline: &BaselineSummary) -> String {
    let mut text = format!("baseline {}: {} known and not shown", baseline.file, count(baseline.known, "finding"));
    if baseline.moved > 0 {
        text.push_str(&format!(", {} of them moved (write it anew)", thousands(baseline.moved)));
    }
    if baseline.gone > 0 {
        text.push_str(&format!(", {} gone (write it anew)", thousands(baseline.gone)));
    }
    text
}

fn documents(files: &[DocumentSummary]) -> String {
    if files.len() > DOCUMENTS_NAMED {
        return count(files.len(), "input");
    }
    let named: Vec<String> = files
        .iter()
        .map(|document| {
            let noun = if document.kind == "plan" { "resource" } else { "object" };
            format!("{} ({}, {})", readable(&document.name), document.kind, count(document.resources, noun))
        })
        .collect();
    named.join("; ")
}

fn findings(report: &Report) -> String {
    let counts = report.counts();
    let by_severity: Vec<String> = Severity::ALL
        .into_iter()
        .rev()
        .filter_map(|severity| Some(format!("{} {severity}", thousands(*counts.by_severity.get(&severity)?))))
        .collect();
    let mut parts = vec![count(counts.failed, "violation")];
    if let (Some(first), false) = (parts.first_mut(), by_severity.is_empty()) {
        first.push_str(&format!(" ({})", by_severity.join(", ")));
    }
    if counts.warnings > 0 {
        parts.push(count(counts.warnings, "warning"));
    }
    parts.push(format!("{} undetermined", thousands(counts.undetermined)));
    if counts.errors > 0 {
        parts.push(count(counts.errors, "error"));
    }
    if counts.waived > 0 {
        parts.push(format!("{} waived", thousands(counts.waived)));
    }
    parts.push(format!("{} passed", thousands(counts.passed)));
    parts.join(", ")
}

fn ledger(report: &Report) -> String {
    let ledger = &report.ledger;
    let reasons: Vec<String> =
        ledger.skipped.iter().map(|(reason, number)| format!("{} {reason}", thousands(*number))).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
    format!(
        "{}: {} evaluated, {} skipped{reasons}; {} of {} done",
        count(ledger.resources_planned, "resource"),
        thousands(ledger.resources_evaluated),
        thousands(ledger.resources_skipped),
        thousands(ledger.evaluations_done),
        count(ledger.evaluations_expected, "rule evaluation"),
    )
}

fn verdict(out: &mut Lines, run: &Run<'_>) {
    let report = run.report;
    let counts = report.counts();
    let fail_on = report.fail_on;
    match run.verdict() {
        Verdict::Error => {
            let mut why = Vec::new();
            if !run.problems.is_empty() {
                why.push(format!("{} could not be read", count(run.problems.len(), "input")));
            }
            if counts.errors > 0 {
                why.push(format!("{} failed", count(counts.errors, "rule evaluation")));
            }
            if !report.ledger.balanced() {
                why.push("the run is incomplete: the numbers above do not add up; please report this".to_owned());
            }
            out.verdict(ERROR, "ERROR", &format!("{}. This is not a pass.", why.join("; ")));
        }
        Verdict::Fail => {
            let mut why = Vec::new();
            if counts.failed_at_or_above > 0 {
                why.push(format!("{} at or above {fail_on}", count(counts.failed_at_or_above, "violation")));
            }
            let waivers = report.failing_waivers().count();
            if waivers > 0 {
                why.push(format!("{} expired or unused", count(waivers, "waiver")));
            }
            out.verdict(RED, "FAIL", &why.join("; "));
        }
        Verdict::Undetermined | Verdict::Pass => {
            let mut text = format!("no violation at or above {fail_on}");
            if counts.failed > 0 {
                text.push_str(&format!("; {} below", thousands(counts.failed)));
            }
            if counts.undetermined > 0 {
                text.push_str(&format!("; {} undetermined", thousands(counts.undetermined)));
            }
            out.verdict(GREEN, "PASS", &text);
        }
    }
}
