//! A comment for a pull request, in GitHub's Markdown: the verdict and the worst findings on one screen, the rest folded.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Run;
use crate::finding::Finding;
use crate::severity::{Severity, Verdict};

/// Findings in the table that is always open.
const SHOWN: usize = 8;
/// Findings in the folded table. GitHub cuts a comment at 65,536 characters; what is left out is counted.
const FOLDED: usize = 150;
/// Characters of a comment: below GitHub's limit of 65,536, with room for the end.
const MAX_CHARS: usize = 60_000;

/// Writes the comment; ends with a newline.
pub fn render(run: &Run<'_>) -> String {
    let report = run.report;
    let counts = report.counts();
    let mut out = String::new();
    let verdict = match run.verdict() {
        Verdict::Error => "❌ Parapet could not check everything",
        Verdict::Fail => "❌ Parapet found violations",
        Verdict::Undetermined => "✅ Parapet: nothing that fails, some answers are open",
        Verdict::Pass => "✅ Parapet: nothing that fails",
    };
    // Writing into a string cannot fail.
    let _ = writeln!(out, "### {verdict}\n");
    let by_severity: Vec<String> = Severity::ALL
        .into_iter()
        .rev()
        .filter_map(|severity| counts.by_severity.get(&severity).map(|number| format!("**{number}** {severity}")))
        .collect();
    let severities = if by_severity.is_empty() { "no violations".to_owned() } else { by_severity.join(", ") };
    let mut parts = vec![severities, format!("{} undetermined", counts.undetermined)];
    parts.extend((counts.errors > 0).then(|| format!("{} errors", counts.errors)));
    parts.extend((counts.waived > 0).then(|| format!("{} waived", counts.waived)));
    parts.extend(report.baseline.as_ref().map(|baseline| format!("{} known from the baseline", baseline.known)));
    let _ = writeln!(
        out,
        "{} · {} resources, {} rules · fails at `{}`\n",
        parts.join(" · "),
        report.ledger.resources_planned,
        report.policies.rules.len(),
        report.fail_on
    );
    for problem in run.problems {
        let _ = writeln!(out, "- ❌ {}", text(&problem.message));
    }
    for waiver in report.failing_waivers() {
        let _ = writeln!(
            out,
            "- ❌ `{}`: the waiver of `{}` is {}",
            code(&waiver.place),
            code(&waiver.rule),
            waiver.state.as_str()
        );
    }
    if !run.problems.is_empty() || report.failing_waivers().next().is_some() {
        out.push('\n');
    }

    let shown = |f: &&Finding| f.waived.is_none() && f.verdict != Verdict::Undetermined && !f.warning;
    let violations: Vec<&Finding> = report.findings.iter().filter(shown).collect();
    table(&mut out, violations.iter().take(SHOWN).copied());
    let rest: Vec<&Finding> = violations.iter().skip(SHOWN).copied().collect();
    fold(&mut out, &format!("{} more findings", rest.len()), &rest);
    let of = |wanted: fn(&Finding) -> bool| -> Vec<&Finding> {
        report.findings.iter().filter(|finding| wanted(finding)).collect()
    };
    let warnings = of(|f| f.waived.is_none() && f.warning && f.verdict != Verdict::Undetermined);
    fold(&mut out, &format!("{} warning{}", warnings.len(), if warnings.len() == 1 { "" } else { "s" }), &warnings);
    let open = of(|f| f.waived.is_none() && f.verdict == Verdict::Undetermined);
    fold(&mut out, &format!("{} undetermined, depending on what is not known", open.len()), &open);
    let waived = of(|f| f.waived.is_some());
    fold(&mut out, &format!("{} waived", waived.len()), &waived);
    remedies(&mut out, &violations);
    let _ = writeln!(out, "<sub>policy digest {}</sub>", report.policies.digest.chars().take(12).collect::<String>());
    out
}

fn table<'a>(out: &mut String, findings: impl Iterator<Item = &'a Finding>) {
    let mut rows = findings.peekable();
    if rows.peek().is_none() {
        return;
    }
    out.push_str("| | where | what |\n|---|---|---|\n");
    for finding in rows {
        out.push_str(&row(finding));
    }
    out.push('\n');
}

fn row(finding: &Finding) -> String {
    let label = match finding.verdict {
        Verdict::Error => "❌ error".to_owned(),
        Verdict::Undetermined => format!("❔ {}", finding.severity),
        _ => match finding.severity {
            Severity::Critical => "🟣 critical".to_owned(),
            Severity::High => "🔴 high".to_owned(),
            Severity::Medium => "🟠 medium".to_owned(),
            Severity::Low => "🔵 low".to_owned(),
            Severity::Info => "⚪ info".to_owned(),
        },
    };
    let mut place =
        code(if finding.subject.address.is_empty() { &finding.subject.document } else { &finding.subject.address });
    place = format!("`{place}`");
    if let Some(source) = &finding.source {
        place.push_str(&format!("<br>`{}:{}`", code(&source.file), source.line));
    }
    let mut what = format!("{}<br>`{}`", text(&sentence(finding)), code(&finding.rule));
    if let Some(waived) = &finding.waived {
        let until = waived.expires.as_deref().unwrap_or("no date");
        what.push_str(&format!("<br>_{} ({}, until {until})_", text(&waived.reason), text(&waived.owner)));
    }
    format!("| {label} | {place} | {what} |\n")
}

/// What is wrong, with the attribute and the cause.
pub(super) fn sentence(finding: &Finding) -> String {
    let path =
        finding.path.as_ref().filter(|path| !path.is_empty()).map(|path| format!("{path}: ")).unwrap_or_default();
    let cause = finding.cause.as_ref().filter(|cause| **cause != finding.message);
    let cause = cause.map(|cause| format!(" ({cause})")).unwrap_or_default();
    format!("{path}{}{cause}", finding.message)
}

fn fold(out: &mut String, title: &str, findings: &[&Finding]) {
    if findings.is_empty() || out.len() > MAX_CHARS {
        return;
    }
    let _ = writeln!(out, "<details><summary>{title}</summary>\n");
    let mut body = String::new();
    let mut written = 0;
    for finding in findings.iter().take(FOLDED) {
        let row = row(finding);
        if out.len() + body.len() + row.len() > MAX_CHARS {
            break;
        }
        body.push_str(&row);
        written += 1;
    }
    if written > 0 {
        out.push_str("| | where | what |\n|---|---|---|\n");
        out.push_str(&body);
    }
    if written < findings.len() {
        let _ = writeln!(out, "\n… and {} more", findings.len() - written);
    }
    out.push_str("\n</details>\n\n");
}

/// How to put the violations right, once for each rule.
fn remedies(out: &mut String, violations: &[&Finding]) {
    let remedies: BTreeMap<&str, &str> = violations
        .iter()
        .filter(|finding| !finding.remediation.is_empty() && finding.verdict == Verdict::Fail)
        .map(|finding| (finding.rule.as_str(), finding.remediation.as_str()))
        .collect();
    if remedies.is_empty() || out.len() > MAX_CHARS {
        return;
    }
    out.push_str("<details><summary>How to put it right</summary>\n\n");
    for (rule, remedy) in remedies {
        let _ = writeln!(out, "- `{}`: {}", code(rule), remedy.replace(['\n', '\r'], " "));
    }
    out.push_str("\n</details>\n\n");
}

/// Text in a table cell: nothing in it is markup.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.push(' '),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A mention or a link to an issue would notify people.
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '~' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Text in a code span of a table cell.
fn code(text: &str) -> String {
    let safe = text.chars().map(|c| if c == '`' || c.is_control() { '?' } else { c });
    safe.collect::<String>().replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_comment_of_everything() {
        let problems = sample::problems();
        insta::assert_snapshot!(render(&Run { report: &sample::everything(), problems: &problems }));
    }

    #[test]
    fn waivers_and_sources_are_shown() {
        insta::assert_snapshot!(render(&Run { report: &sample::waived(), problems: &[] }));
    }

    #[test]
    fn a_huge_report_fits_into_a_comment() {
        let mut report = sample::everything();
        let one = report.findings.remove(1);
        report.findings = vec![one; 5_000];
        let comment = render(&Run { report: &report, problems: &[] });
        assert!(comment.chars().count() < 65_536, "{}", comment.len());
        assert!(comment.contains("4992 more findings") && comment.contains("… and "), "{comment}");
    }

    #[test]
    fn nothing_in_a_message_is_markup() {
        assert_eq!(text("<b>|*@me #1\n"), "&lt;b&gt;\\|\\*&#64;me &#35;1 ");
        assert_eq!(code("a`b|c\u{1b}"), "a?b\\|c?");
    }
}
