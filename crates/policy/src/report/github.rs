//! Annotations of GitHub Actions: workflow commands on standard output, shown at the line in the pull request.
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>

use std::fmt::Write as _;

use super::Run;
use super::markdown::sentence;
use crate::finding::Finding;
use crate::severity::{Severity, Verdict};

/// Writes one command for each finding that is a violation, an open question or an error, most important first; GitHub
/// shows the first ten of each kind.
pub fn render(run: &Run<'_>) -> String {
    let mut out = String::new();
    for problem in run.problems {
        command(&mut out, "error", &[("title", "An input could not be read")], &problem.message);
    }
    for waiver in run.report.failing_waivers() {
        let (file, line) = waiver.place.rsplit_once(':').unwrap_or((&waiver.place, "1"));
        let message = format!("the waiver of {} is {}", waiver.rule, waiver.state.as_str());
        command(&mut out, "error", &[("file", file), ("line", line), ("title", "Waiver")], &message);
    }
    for finding in run.report.findings.iter().filter(|finding| finding.waived.is_none()) {
        annotate(&mut out, run, finding);
    }
    out
}

fn annotate(out: &mut String, run: &Run<'_>, finding: &Finding) {
    let kind = match finding.verdict {
        Verdict::Error => "error",
        Verdict::Undetermined => "notice",
        _ if run.report.is_blocking(finding) => "error",
        _ if finding.severity >= Severity::Medium => "warning",
        _ => "notice",
    };
    let title = format!("{} ({}, {})", finding.title, finding.rule, finding.severity);
    let mut message = sentence(finding);
    if !finding.subject.address.is_empty() {
        message = format!("{}\n{message}", finding.subject.address);
    }
    if !finding.remediation.is_empty() && finding.verdict == Verdict::Fail {
        message.push_str(&format!("\n{}", finding.remediation));
    }
    match &finding.source {
        Some(source) => {
            let numbers = [source.line, source.end_line, source.column, source.end_column].map(|n| n.to_string());
            let [line, end_line, column, end_column] = &numbers;
            let mut place = vec![("file", source.file.as_str()), ("line", line), ("endLine", end_line)];
            // Columns are read on a single line only.
            if source.line == source.end_line {
                place.extend([("col", column.as_str()), ("endColumn", end_column)]);
            }
            place.push(("title", &title));
            command(out, kind, &place, &message);
        }
        None => command(out, kind, &[("title", &title)], &message),
    }
}

fn command(out: &mut String, kind: &str, properties: &[(&str, &str)], message: &str) {
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    // Writing into a string cannot fail.
    let _ = writeln!(out, "::{kind} {}::{}", properties.join(","), data(message));
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_report_of_everything() {
        let problems = sample::problems();
        insta::assert_snapshot!(render(&Run { report: &sample::waived(), problems: &problems }));
    }

    #[test]
    fn a_message_cannot_end_the_command() {
        let mut out = String::new();
        command(&mut out, "error", &[("title", "a,b::c")], "x\n::error::y");
        assert_eq!(out, "::error title=a%2Cb%3A%3Ac::x%0A::error::y\n");
    }
}
