//! Comma-separated values (RFC 4180): one line for each finding, for spreadsheets.

use super::Run;
use crate::finding::Finding;

const HEADER: [&str; 19] = [
    "rule",
    "title",
    "severity",
    "verdict",
    "warning",
    "blocking",
    "document",
    "address",
    "kind",
    "attribute",
    "message",
    "cause",
    "remediation",
    "controls",
    "file",
    "line",
    "waived_until",
    "waived_reason",
    "fingerprint",
];

/// Writes a header and the findings.
pub fn render(run: &Run<'_>) -> String {
    let mut out = line(HEADER.map(str::to_owned));
    for finding in &run.report.findings {
        out.push_str(&line(fields(finding, run.report.is_blocking(finding))));
    }
    out
}

fn fields(finding: &Finding, blocking: bool) -> [String; 19] {
    let controls: Vec<String> =
        finding.controls.iter().map(|(framework, ids)| format!("{framework} {}", ids.join(" "))).collect();
    let source = finding.source.as_ref();
    let waived = finding.waived.as_ref();
    [
        finding.rule.clone(),
        finding.title.clone(),
        finding.severity.to_string(),
        finding.verdict.to_string(),
        finding.warning.to_string(),
        blocking.to_string(),
        finding.subject.document.clone(),
        finding.subject.address.clone(),
        finding.subject.kind.clone(),
        finding.path.as_ref().map(ToString::to_string).unwrap_or_default(),
        finding.message.clone(),
        finding.cause.clone().unwrap_or_default(),
        finding.remediation.clone(),
        controls.join("; "),
        source.map(|source| source.file.clone()).unwrap_or_default(),
        source.map(|source| source.line.to_string()).unwrap_or_default(),
        waived.map(|waived| waived.expires.clone().unwrap_or_else(|| "no date".to_owned())).unwrap_or_default(),
        waived.map(|waived| waived.reason.clone()).unwrap_or_default(),
        finding.fingerprint(),
    ]
}

/// Fields as one line, quoted where they need it; a spreadsheet takes none of them for a formula.
pub fn line<const N: usize>(fields: [String; N]) -> String {
    fields.map(|field| quoted(&field)).join(",") + "\r\n"
}

fn quoted(field: &str) -> String {
    // A spreadsheet runs what looks like a formula; an apostrophe makes it text.
    let text = if field.starts_with(['=', '+', '-', '@', '\t', '\r']) && field.len() > 1 {
        format!("'{field}")
    } else {
        field.to_owned()
    };
    if text.contains([',', '"', '\n', '\r', ';']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_report_of_everything() {
        insta::assert_snapshot!(render(&Run { report: &sample::waived(), problems: &[] }).replace("\r\n", "\n"));
    }

    #[test]
    fn fields_are_quoted_and_no_formula_runs() {
        for (field, expected) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=cmd()", "'=cmd()"),
            ("-", "-"),
        ] {
            assert_eq!(quoted(field), expected);
        }
    }
}
