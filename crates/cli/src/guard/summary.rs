//! What the guard says of itself, on standard error.

use parapet_guard::judge::{Judge, Tally, WholePlan};
use parapet_policy::{Finding, SourceRange, Verdict};

use crate::output;

/// Open questions named one by one; the rest is counted.
const MOST_NAMED: usize = 5;

/// The findings that Terraform has not shown.
pub(super) fn whole_plan(whole: &WholePlan) {
    for finding in whole.report.findings.iter().filter(|it| it.verdict != Verdict::Undetermined) {
        let stops = whole.denied && (whole.report.is_blocking(finding) || finding.verdict == Verdict::Error);
        if stops { output::error(&told(finding)) } else { output::warning(&told(finding)) }
    }
    if !whole.report.ledger.balanced() {
        output::error(
            "the plan was not judged completely: fewer rules were evaluated than apply to it; this is a bug in Parapet",
        );
    }
}

fn told(finding: &Finding) -> String {
    let explained = parapet_policy::planned::explanation(finding);
    let indented: Vec<String> = explained.lines().map(|line| format!("  {line}")).collect();
    let place = |it: &SourceRange| format!("\n  on {} line {}", it.file.trim_start_matches("./"), it.line);
    let place = finding.source.as_ref().map(place).unwrap_or_default();
    format!("{} ({}, {}){place}\n{}", finding.title, finding.rule, finding.severity, indented.join("\n"))
}

/// What was judged, and what came of it.
pub(super) fn of(tally: &Tally, judge: &Judge, denied: bool) {
    let verdict = match () {
        () if tally.denied > 0 || denied => format!("denied, {}", count(tally.denied, "violation")),
        () if tally.late > 0 => {
            format!("{} in what was made, by values that only the provider knew", count(tally.late, "violation"))
        }
        () => "nothing to deny".to_owned(),
    };
    let again = if tally.changes > 0 { format!(", {} again before being made", tally.changes) } else { String::new() };
    let waived = if tally.waived > 0 { format!(", {} waived", tally.waived) } else { String::new() };
    output::note(&format!(
        "parapet: {verdict}; {}, {} undetermined{waived}; {} judged{again}; {}, {}, {:.1} ms of policy time",
        count(tally.warnings, "warning"),
        tally.open.len(),
        count(tally.resources, "resource"),
        count(u64::try_from(judge.rules().len()).unwrap_or(u64::MAX), "rule"),
        count(tally.evaluations, "evaluation"),
        tally.time.as_secs_f64() * 1e3,
    ));
    for open in tally.open.iter().take(MOST_NAMED) {
        let cause = if open.cause.is_empty() { "unknown until apply" } else { &open.cause };
        let path = if open.path.is_empty() { String::new() } else { format!(" `{}`", open.path) };
        output::note(&format!("undetermined: {} {}{path}: {cause}", open.rule, open.subject));
    }
    if tally.open.len() > MOST_NAMED {
        let rest = tally.open.len() - MOST_NAMED;
        output::note(&format!("and {rest} more that are undetermined"));
    }
}

fn count(number: u64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
