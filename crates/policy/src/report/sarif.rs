//! SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>), as code scanning services read it.
//!
//! A finding is at its argument, else its block, with the module calls that lead there as related locations; where the
//! input has no source, the input itself is the location and has no region. What a waiver covers is a suppressed result;
//! open questions have the kind `open` and do not count as failures.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::{Run, markdown};
use crate::finding::{Finding, SourceRange};
use crate::ledger::RuleSummary;
use crate::severity::{Severity, Verdict};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const HOME: &str = "https://github.com/parapet-io/parapet";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [RunView<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RunView<'a> {
    tool: Json,
    invocations: [Json; 1],
    column_kind: &'static str,
    results: Vec<ResultView<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultView<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    kind: &'static str,
    level: &'static str,
    message: Json,
    locations: [Json; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Json>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Json>,
    properties: Json,
}

/// Writes the report, indented by two spaces and ended by a newline.
///
/// # Errors
/// What writing to `out` returns.
pub fn write(run: &Run<'_>, mut out: impl Write) -> std::io::Result<()> {
    let report = run.report;
    let positions: BTreeMap<&str, usize> =
        report.policies.rules.iter().enumerate().map(|(index, rule)| (rule.id.as_str(), index)).collect();
    let settings = report.policies.settings.as_deref();
    let rules: Vec<Json> = report.policies.rules.iter().map(rule).collect();
    let problems = run.problems.iter().map(|problem| {
        json!({
            "level": "error",
            "message": { "text": problem.message },
            "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(&problem.document) } } }],
        })
    });
    let waivers = report.failing_waivers().map(|waiver| {
        let text = format!("{}: the waiver of {} is {}", waiver.place, waiver.rule, waiver.state.as_str());
        json!({ "level": "error", "message": { "text": text } })
    });
    let log = Log {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [RunView {
            tool: json!({ "driver": {
                "name": "parapet",
                "informationUri": HOME,
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
                "properties": { "policiesDigest": format!("sha256:{}", report.policies.digest) },
            } }),
            invocations: [json!({
                "executionSuccessful": run.verdict() != Verdict::Error,
                "exitCode": run.exit_code(),
                "toolExecutionNotifications": problems.chain(waivers).collect::<Vec<_>>(),
            })],
            column_kind: "unicodeCodePoints",
            results: report.findings.iter().map(|finding| result(finding, &positions, settings)).collect(),
        }],
    };
    serde_json::to_writer_pretty(&mut out, &log)?;
    out.write_all(b"\n")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// The score code scanning services sort by: the middle of the range of the CVSS rating of that name.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}

fn rule(rule: &RuleSummary) -> Json {
    let described = if rule.description.is_empty() { &rule.title } else { &rule.description };
    let controls = |(framework, ids): (&String, &Vec<String>)| -> Vec<String> {
        ids.iter().map(|id| format!("{framework}/{id}")).collect()
    };
    let tags: Vec<String> =
        std::iter::once("security".to_owned()).chain(rule.controls.iter().flat_map(controls)).collect();
    let help = [described.as_str(), rule.remediation.as_str()].map(str::trim).join("\n\n");
    let help_markdown = [described.clone(), super::remedy(&rule.remediation)].join("\n\n");
    json!({
        "id": rule.id,
        "name": rule.id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": described },
        "help": { "text": help.trim(), "markdown": help_markdown.trim() },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": {
            "tags": tags,
            "severity": rule.severity.as_str(),
            "security-severity": security_severity(rule.severity),
            "aliases": rule.aliases,
        },
    })
}

fn result<'a>(finding: &'a Finding, positions: &BTreeMap<&str, usize>, settings: Option<&str>) -> ResultView<'a> {
    let (kind, level) = match finding.verdict {
        Verdict::Undetermined => ("open", "none"),
        Verdict::Error => ("fail", "error"),
        _ if finding.warning => ("fail", "warning"),
        _ => ("fail", level(finding.severity)),
    };
    let suppressions = finding.waived.iter().map(|waived| {
        let until = waived.expires.as_ref().map(|day| format!(", until {day}")).unwrap_or_default();
        let owner = if waived.owner.is_empty() { String::new() } else { format!(" ({}{until})", waived.owner) };
        // Written beside the code, or in the settings.
        let external =
            settings.is_some_and(|file| waived.place.rsplit_once(':').is_some_and(|(place, _)| place == file));
        let kind = if external { "external" } else { "inSource" };
        json!({ "kind": kind, "status": "accepted", "justification": format!("{}{owner}", waived.reason) })
    });
    let calls = finding.calls.iter().enumerate().map(|(index, call)| {
        json!({
            "id": index + 1,
            "physicalLocation": physical(&call.file, Some(call)),
            "message": { "text": "the module is called here" },
        })
    });
    ResultView {
        rule_id: &finding.rule,
        rule_index: positions.get(finding.rule.as_str()).copied(),
        kind,
        level,
        message: json!({ "text": markdown::sentence(finding) }),
        locations: [location(finding)],
        related_locations: calls.collect(),
        partial_fingerprints: BTreeMap::from([("parapet/v1", finding.fingerprint())]),
        suppressions: suppressions.collect(),
        properties: json!({
            "address": finding.subject.address,
            "verdict": finding.verdict.as_str(),
            "severity": finding.severity.as_str(),
            "attribute": finding.path.as_ref().map(ToString::to_string),
            "cause": finding.cause,
        }),
    }
}

fn location(finding: &Finding) -> Json {
    let physical = match &finding.source {
        Some(source) => physical(&source.file, Some(source)),
        None => physical(&finding.subject.document, None),
    };
    let mut location = json!({ "physicalLocation": physical });
    if let (Some(object), false) = (location.as_object_mut(), finding.subject.address.is_empty()) {
        let logical = json!([{ "fullyQualifiedName": finding.subject.address, "kind": "resource" }]);
        object.insert("logicalLocations".to_owned(), logical);
    }
    location
}

fn physical(file: &str, range: Option<&SourceRange>) -> Json {
    let mut location = json!({ "artifactLocation": { "uri": uri(file) } });
    if let (Some(object), Some(range)) = (location.as_object_mut(), range) {
        let region = json!({
            "startLine": range.line,
            "startColumn": range.column,
            "endLine": range.end_line,
            "endColumn": range.end_column,
        });
        object.insert("region".to_owned(), region);
    }
    location
}

/// A file name as a URI reference: what is not allowed in one is percent-encoded.
fn uri(file: &str) -> String {
    let file = if file == "-" { "stdin" } else { file.strip_prefix("./").unwrap_or(file) };
    let mut out = if file.starts_with('/') { "file://".to_owned() } else { String::new() };
    for byte in file.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b'\\' => out.push('/'),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Problem, sample};

    fn rendered(report: &crate::Report, problems: &[Problem]) -> Json {
        let mut out = Vec::new();
        write(&Run { report, problems }, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn every_report_is_valid_sarif() {
        // The published schema has a bracket in one pattern that strict readers of regular expressions refuse.
        let schema = include_str!("schemas/sarif-2.1.0.json").replace("{2}]?$\"", "{2}$\"");
        let schema: Json = serde_json::from_str(&schema).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for report in [sample::everything(), sample::waived(), sample::clean()] {
            let log = rendered(&report, &sample::problems());
            let errors: Vec<String> =
                validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{errors:#?}");
        }
        assert!(!validator.is_valid(&json!({ "version": "2.1.0", "runs": [{ "tool": {} }] })));
    }

    #[test]
    fn a_finding_is_at_its_argument_with_the_calls_that_lead_there() {
        let log = rendered(&sample::waived(), &[]);
        let results = log["runs"][0]["results"].as_array().unwrap();
        let waived = results.iter().find(|result| result.get("suppressions").is_some()).unwrap();
        insta::assert_json_snapshot!(waived);
        let open = results.iter().find(|result| result["kind"] == "open").unwrap();
        assert_eq!(open["level"], "none");
        assert!(open["locations"][0]["physicalLocation"].get("region").is_none(), "a line is never guessed");
    }

    #[test]
    fn names_become_uris() {
        assert_eq!(uri("./a b/ä.tf"), "a%20b/%C3%A4.tf");
        assert_eq!(uri("/x/main.tf"), "file:///x/main.tf");
        assert_eq!(uri("-"), "stdin");
    }
}
