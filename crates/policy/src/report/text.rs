//! The report for people: what is wrong, most severe first, and at the end whether the run can be trusted.

use std::collections::BTreeSet;

use anstyle::{AnsiColor, Color, Style};

use super::{Run, files};
use crate::finding::Finding;
use crate::ledger::{Report, WaiverState};
use crate::severity::{Severity, Verdict};

mod lines;
mod summary;

use lines::Lines;
pub(super) use lines::{count, thousands};

/// Undetermined findings shown before the rest is folded into one line.
const UNDETERMINED_SHOWN: usize = 10;

/// How to write the report.
#[derive(Debug, Clone, Copy)]
pub struct TextOptions {
    /// Columns to wrap at. Words longer than a line are never broken: an address must stay copyable.
    pub width: usize,
    /// Whether to colour, with ANSI escape codes.
    pub colour: bool,
    /// Show every undetermined finding rather than the first ten.
    pub all: bool,
    /// Leave out undetermined findings, warnings and the summary: nothing is written about a run that passes.
    pub quiet: bool,
}

impl Default for TextOptions {
    fn default() -> Self {
        Self { width: 100, colour: false, all: false, quiet: false }
    }
}

/// Writes a report as text. The text is empty or ends with a newline.
pub fn render(run: &Run<'_>, options: &TextOptions) -> String {
    let mut out = Lines::new(options);
    let of = |verdict: Verdict, warning: bool| -> Vec<&Finding> {
        let wanted = |f: &&Finding| f.verdict == verdict && f.warning == warning && f.waived.is_none();
        run.report.findings.iter().filter(wanted).collect()
    };

    let several = files(run.report).len() > 1;
    problems(&mut out, run);
    for group in groups(of(Verdict::Error, false)) {
        errors(&mut out, several, &group);
    }
    for group in groups(of(Verdict::Fail, false)) {
        violations(&mut out, several, &group);
    }
    waivers(&mut out, run.report);
    if !options.quiet {
        for group in groups(of(Verdict::Fail, true)) {
            warnings(&mut out, several, &group);
        }
        let mut open = of(Verdict::Undetermined, true);
        open.extend(of(Verdict::Undetermined, false));
        let open: Vec<&Finding> = groups(open).concat();
        undetermined(&mut out, several, &open, options.all);
        let accepted = run.report.findings.iter().filter(|f| f.waived.is_some()).collect();
        waived(&mut out, several, accepted, options.all);
        summary::write(&mut out, run);
    }
    out.finish()
}

/// The waivers that fail the run.
fn waivers(out: &mut Lines, report: &Report) {
    for waiver in report.failing_waivers() {
        let (what, todo) = match &waiver.expires {
            Some(day) if waiver.state == WaiverState::Expired => {
                (format!("held until {day}, and covers nothing any more"), "Put the finding right, or decide anew.")
            }
            _ => ("covers no finding".to_owned(), "Remove it: what it was made for is gone."),
        };
        out.heading(YELLOW, "WAIVER", &waiver.place, &format!("The waiver of {} {what}", waiver.rule));
        let address = if waiver.address.is_empty() { String::new() } else { format!("{}: ", waiver.address) };
        out.wrapped(1, &format!("{address}{} ({})", waiver.reason, waiver.owner));
        out.labelled("Fix", todo);
    }
}

fn waived(out: &mut Lines, several: bool, accepted: Vec<&Finding>, all: bool) {
    if accepted.is_empty() {
        return;
    }
    let fold = !all && accepted.len() > UNDETERMINED_SHOWN + 1;
    let shown = if fold { UNDETERMINED_SHOWN } else { accepted.len() };
    let are = if accepted.len() == 1 { "is" } else { "are" };
    out.heading(CYAN, "WAIVED", "", &format!("{} {are} accepted for now", count(accepted.len(), "finding")));
    let left = accepted.len() - shown;
    for group in groups(accepted.into_iter().take(shown).collect()) {
        let Some(first) = group.first() else { continue };
        out.wrapped(1, &first.rule);
        for finding in group {
            let Some(waived) = &finding.waived else { continue };
            let until = waived.expires.as_deref().map(|day| format!("until {day}")).unwrap_or_default();
            let by = [until.as_str(), waived.owner.as_str(), waived.place.as_str()];
            let by: Vec<&str> = by.into_iter().filter(|part| !part.is_empty()).collect();
            out.items(2, &subject(several, finding), &[format!("{} ({})", waived.reason, by.join(", "))]);
        }
    }
    if fold {
        out.wrapped(1, &format!("... and {left} more; `--all` shows them"));
    }
}

/// The findings by rule, most severe rule first.
fn groups(mut findings: Vec<&Finding>) -> Vec<Vec<&Finding>> {
    // Stable: within a rule the order of the report is kept.
    findings.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.rule.cmp(&b.rule)));
    findings.chunk_by(|a, b| a.rule == b.rule).map(<[_]>::to_vec).collect()
}

fn problems(out: &mut Lines, run: &Run<'_>) {
    if run.problems.is_empty() {
        return;
    }
    out.heading(ERROR, "ERROR", "", &format!("{} could not be read", count(run.problems.len(), "input")));
    for problem in run.problems {
        out.wrapped(1, &problem.message);
    }
}

fn errors(out: &mut Lines, several: bool, group: &[&Finding]) {
    let Some(first) = group.first() else { return };
    out.heading(ERROR, "ERROR", &first.rule, &first.title);
    for finding in group {
        let message = match &finding.cause {
            Some(cause) if *cause != finding.message => format!("{}: {cause}", finding.message),
            _ => finding.message.clone(),
        };
        out.items(1, &subject(several, finding), &[message]);
    }
}

fn violations(out: &mut Lines, several: bool, group: &[&Finding]) {
    let Some(first) = group.first() else { return };
    out.heading(style(first.severity), &first.severity.as_str().to_uppercase(), &first.rule, &first.title);
    items(out, several, group);
    out.labelled("Fix", &first.remediation);
    let controls: Vec<String> =
        first.controls.iter().map(|(framework, ids)| format!("{framework} {}", ids.join(", "))).collect();
    out.labelled("Controls", &controls.join("; "));
}

fn warnings(out: &mut Lines, several: bool, group: &[&Finding]) {
    let Some(first) = group.first() else { return };
    out.heading(YELLOW, "WARNING", &first.rule, &first.title);
    items(out, several, group);
    out.labelled("Fix", &first.remediation);
}

fn items(out: &mut Lines, several: bool, group: &[&Finding]) {
    // Of a whole document the line is all that tells one from another.
    let is_same =
        |a: &&Finding, b: &&Finding| a.subject == b.subject && (!a.subject.address.is_empty() || a.source == b.source);
    for same in group.chunk_by(is_same) {
        let Some(first) = same.first() else { continue };
        let said = same.iter().map(|finding| said(finding, &finding.message));
        out.items(1, &subject(several, first), &said.collect::<Vec<_>>());
    }
}

/// `attribute: message`
fn said(finding: &Finding, message: &str) -> String {
    match finding.path.as_ref().filter(|path| !path.is_empty()) {
        Some(path) => format!("{path}: {message}"),
        None => message.to_owned(),
    }
}

fn undetermined(out: &mut Lines, several: bool, open: &[&Finding], all: bool) {
    if open.is_empty() {
        return;
    }
    // A fold of one line would be no shorter than the line itself.
    let fold = !all && open.len() > UNDETERMINED_SHOWN + 1;
    let shown = if fold { UNDETERMINED_SHOWN } else { open.len() };
    let title = format!("{} on what is not known", count_depend(open.len()));
    out.heading(CYAN, "UNDETERMINED", "", &title);
    for group in groups(open.iter().take(shown).copied().collect()) {
        let Some(first) = group.first() else { continue };
        out.wrapped(1, &first.rule);
        for finding in group {
            let cause = finding.cause.as_deref().unwrap_or(&finding.message);
            let warning = if finding.warning { " (warning)" } else { "" };
            let subject = format!("{}{warning}", subject(several, finding));
            out.items(2, &subject, &[said(finding, cause)]);
        }
    }
    if fold {
        let rest: Vec<&&Finding> = open.iter().skip(shown).collect();
        let rules: BTreeSet<&str> = rest.iter().map(|f| f.rule.as_str()).collect();
        let more = format!("... and {} more of {}; `--all` shows them", rest.len(), count(rules.len(), "rule"));
        out.wrapped(1, &more);
    }
}

fn count_depend(number: usize) -> String {
    if number == 1 { "1 answer depends".to_owned() } else { format!("{} depend", count(number, "answer")) }
}

/// The address and where it is written; the file alone when that is all there is, and it tells something.
fn subject(several: bool, finding: &Finding) -> String {
    let subject = &finding.subject;
    if let Some(source) = &finding.source {
        let place = format!("{}:{}", source.file, source.line);
        return if subject.address.is_empty() { place } else { format!("{} ({place})", subject.address) };
    }
    let document = readable(&subject.document);
    if subject.address.is_empty() {
        document.to_owned()
    } else if several {
        format!("{} ({document})", subject.address)
    } else {
        subject.address.clone()
    }
}

fn readable(document: &str) -> &str {
    if document == "-" { "standard input" } else { document }
}

const ERROR: Style =
    Style::new().fg_color(Some(Color::Ansi(AnsiColor::White))).bg_color(Some(Color::Ansi(AnsiColor::Red))).bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default().bold();

fn style(severity: Severity) -> Style {
    match severity {
        Severity::Critical => AnsiColor::Magenta.on_default().bold(),
        Severity::High => AnsiColor::Red.on_default().bold(),
        Severity::Medium => YELLOW,
        Severity::Low => AnsiColor::Blue.on_default().bold(),
        Severity::Info => Style::new().bold(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Problem, sample};

    fn text(report: &Report, problems: &[Problem], options: TextOptions) -> String {
        render(&Run { report, problems }, &options)
    }

    #[test]
    fn a_report_of_everything() {
        insta::assert_snapshot!(text(&sample::everything(), &sample::problems(), TextOptions::default()));
    }

    #[test]
    fn a_narrow_terminal_wraps_but_never_breaks_an_address() {
        let narrow = text(&sample::everything(), &[], TextOptions { width: 50, ..TextOptions::default() });
        insta::assert_snapshot!(narrow);
        assert!(
            narrow.contains("module.storage.module.replica[\"eu-west-1\"].aws_s3_bucket.customer_documents_archive")
        );
    }

    #[test]
    fn all_shows_every_undetermined_finding() {
        let report = sample::everything();
        let folded = text(&report, &[], TextOptions::default());
        let all = text(&report, &[], TextOptions { all: true, ..TextOptions::default() });
        assert!(folded.contains("... and 3 more of 1 rule; `--all` shows them"), "{folded}");
        assert!(!folded.contains("logs[12]") && all.contains("logs[12]") && !all.contains("--all"), "{all}");
    }

    #[test]
    fn colour_is_off_unless_asked_for_and_changes_nothing_else() {
        let report = sample::everything();
        let plain = text(&report, &[], TextOptions::default());
        let coloured = text(&report, &[], TextOptions { colour: true, ..TextOptions::default() });
        assert!(!plain.contains('\u{1b}'), "the escape code in an address must not reach the terminal");
        assert!(coloured.contains('\u{1b}'));
        let mut stripped = String::new();
        let mut rest = coloured.as_str();
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            stripped.push_str(before);
            rest = after.split_once('m').unwrap().1;
        }
        stripped.push_str(rest);
        assert_eq!(stripped, plain);
    }

    #[test]
    fn a_clean_run_says_what_was_done() {
        insta::assert_snapshot!(text(&sample::clean(), &[], TextOptions::default()));
    }

    #[test]
    fn waived_findings_and_failing_waivers_are_shown() {
        insta::assert_snapshot!(text(&sample::waived(), &[], TextOptions::default()));
    }

    #[test]
    fn quiet_says_nothing_about_a_clean_run() {
        let quiet = TextOptions { quiet: true, ..TextOptions::default() };
        assert_eq!(text(&sample::clean(), &[], quiet), "");
        let some = text(&sample::example(), &[], quiet);
        assert!(some.starts_with("HIGH  aws-rds-storage-encrypted") && !some.contains("UNDETERMINED"), "{some}");
    }

    #[test]
    fn a_ledger_that_does_not_balance_is_an_error() {
        let mut report = sample::clean();
        report.ledger.evaluations_done -= 1;
        let text = text(&report, &[], TextOptions::default());
        assert!(text.contains("ERROR: the run is incomplete"), "{text}");
    }
}
