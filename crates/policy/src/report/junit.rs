//! JUnit XML, as continuous integration reads it: one suite for each input, one test for each finding and for each rule
//! that passed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::markdown::sentence;
use super::{Run, remedy};
use crate::finding::Finding;
use crate::severity::Verdict;

/// Writes the report; ends with a newline.
pub fn render(run: &Run<'_>) -> String {
    let report = run.report;
    let mut suites: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        suites.entry(&finding.subject.document).or_default().push(finding);
    }
    let failing: Vec<_> = report.failing_waivers().collect();
    let passed: Vec<_> = report
        .policies
        .rules
        .iter()
        .filter(|rule| rule.evaluated > 0)
        .filter(|rule| rule.passed == rule.evaluated)
        .collect();
    let fails = |finding: &&Finding| report.is_blocking(finding);
    let failures = report.findings.iter().filter(fails).count() + failing.len();
    let errors = report.findings.iter().filter(|f| f.verdict == Verdict::Error).count() + run.problems.len();
    let tests = report.findings.len() + failing.len() + passed.len() + run.problems.len();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    // Writing into a string cannot fail.
    let _ =
        writeln!(out, "<testsuites name=\"parapet\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">");
    for (document, findings) in &suites {
        let failures = findings.iter().copied().filter(|finding| fails(finding)).count();
        let errors = findings.iter().filter(|finding| finding.verdict == Verdict::Error).count();
        let skipped = findings.iter().filter(|finding| is_skipped(finding)).count();
        suite(&mut out, document, findings.len(), failures, errors, skipped);
        findings.iter().for_each(|finding| case(&mut out, run, finding));
        out.push_str("  </testsuite>\n");
    }
    if !run.problems.is_empty() {
        suite(&mut out, "inputs that cannot be read", run.problems.len(), 0, run.problems.len(), 0);
        for problem in run.problems {
            let (name, message) = (escape(&problem.document), escape(&problem.message));
            let _ = writeln!(out, "    <testcase name=\"{name}\" classname=\"parapet.input\">");
            let _ = writeln!(out, "      <error message=\"{message}\"/>\n    </testcase>");
        }
        out.push_str("  </testsuite>\n");
    }
    if !failing.is_empty() {
        suite(&mut out, "waivers", failing.len(), failing.len(), 0, 0);
        for waiver in failing {
            let (name, place, state) = (escape(&waiver.rule), escape(&waiver.place), waiver.state.as_str());
            let _ = writeln!(out, "    <testcase name=\"{name}\" classname=\"{place}\">");
            let _ = writeln!(out, "      <failure message=\"the waiver is {state}\"/>\n    </testcase>");
        }
        out.push_str("  </testsuite>\n");
    }
    if !passed.is_empty() {
        suite(&mut out, "rules without findings", passed.len(), 0, 0, 0);
        for rule in passed {
            let (id, title) = (escape(&rule.id), escape(&rule.title));
            let _ = writeln!(out, "    <testcase name=\"{title}\" classname=\"{id}\"/>");
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(out: &mut String, name: &str, tests: usize, failures: usize, errors: usize, skipped: usize) {
    let name = escape(name);
    let _ = writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\">"
    );
}

fn is_skipped(finding: &Finding) -> bool {
    finding.waived.is_some() || finding.verdict == Verdict::Undetermined
}

fn case(out: &mut String, run: &Run<'_>, finding: &Finding) {
    let about = if finding.subject.address.is_empty() { &finding.subject.document } else { &finding.subject.address };
    let _ = write!(out, "    <testcase name=\"{}\" classname=\"{}\"", escape(about), escape(&finding.rule));
    if let Some(source) = &finding.source {
        let _ = write!(out, " file=\"{}\" line=\"{}\"", escape(&source.file), source.line);
    }
    out.push_str(">\n");
    let message = escape(&sentence(finding));
    if let Some(waived) = &finding.waived {
        let until = waived.expires.as_deref().unwrap_or("no date");
        let why = escape(&format!("waived until {until} by {}: {}", waived.owner, waived.reason));
        let _ = writeln!(out, "      <skipped message=\"{why}\"/>");
    } else if finding.verdict == Verdict::Undetermined {
        let _ = writeln!(out, "      <skipped message=\"undetermined: {message}\"/>");
    } else if finding.verdict == Verdict::Error {
        let _ = writeln!(out, "      <error message=\"{message}\"/>");
    } else if run.report.is_blocking(finding) {
        let fix = escape(&remedy(&finding.remediation));
        let severity = finding.severity;
        let _ = writeln!(out, "      <failure type=\"{severity}\" message=\"{message}\">{fix}</failure>");
    } else {
        let _ = writeln!(out, "      <system-out>{}: {message}</system-out>", finding.severity);
    }
    out.push_str("    </testcase>\n");
}

/// Text in an attribute or an element. Characters that XML 1.0 cannot hold are shown as their number.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_report_of_everything() {
        let problems = sample::problems();
        insta::assert_snapshot!(render(&Run { report: &sample::everything(), problems: &problems }));
    }

    #[test]
    fn waived_findings_are_skipped_tests() {
        insta::assert_snapshot!(render(&Run { report: &sample::waived(), problems: &[] }));
    }

    #[test]
    fn the_numbers_of_the_suites_add_up() {
        let text = render(&Run { report: &sample::waived(), problems: &sample::problems() });
        let number = |line: &str, name: &str| -> usize {
            line.split(&format!(" {name}=\"")).nth(1).and_then(|rest| rest.split('"').next()).unwrap().parse().unwrap()
        };
        let suites: Vec<&str> = text.lines().filter(|line| line.trim_start().starts_with("<testsuite ")).collect();
        let head = text.lines().nth(1).unwrap();
        for name in ["tests", "failures", "errors"] {
            assert_eq!(suites.iter().map(|line| number(line, name)).sum::<usize>(), number(head, name), "{name}");
        }
        assert_eq!(text.matches("<testcase ").count(), number(head, "tests"));
    }
}
