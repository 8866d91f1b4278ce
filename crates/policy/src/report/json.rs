//! The report for programs. The format is documented in `docs/report-json.md` and `docs/schemas/report-1.1.json`.
//!
//! The structs here are the format. They repeat the fields of [`crate::Report`] on purpose: renaming a field of the
//! engine must not change what programs read.

use std::collections::BTreeMap;
use std::io::Write;

use serde::Serialize;

use super::{Run, files};
use crate::finding::{Finding, SourceRange};
use crate::ledger::{BaselineSummary, Counts, DocumentSummary, Ledger, RuleSummary, WaiverState, WaiverSummary};
use crate::path::AttributePath;
use crate::rules::Scope;
use crate::severity::{Severity, Verdict};

/// Version of the format. The second number grows when fields are added, the first when fields change or go.
pub const FORMAT_VERSION: &str = "1.1";

#[derive(Serialize)]
struct Root<'a> {
    format_version: &'static str,
    tool: Tool,
    verdict: Verdict,
    exit_code: u8,
    fail_on: Severity,
    counts: CountsView,
    ledger: LedgerView<'a>,
    policies: PoliciesView<'a>,
    documents: Vec<DocumentView<'a>>,
    input_errors: Vec<ProblemView<'a>>,
    waivers: Vec<WaiverView<'a>>,
    baseline: Option<BaselineView<'a>>,
    findings: Vec<FindingView<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct CountsView {
    passed: u64,
    failed: u64,
    failed_at_or_above_fail_on: u64,
    failed_by_severity: BTreeMap<Severity, u64>,
    warnings: u64,
    undetermined: u64,
    errors: u64,
    waived: u64,
    input_errors: u64,
}

impl CountsView {
    fn of(counts: Counts, input_errors: usize) -> Self {
        let mut failed_by_severity: BTreeMap<Severity, u64> = Severity::ALL.map(|severity| (severity, 0)).into();
        failed_by_severity.extend(counts.by_severity);
        Self {
            passed: counts.passed,
            failed: counts.failed,
            failed_at_or_above_fail_on: counts.failed_at_or_above,
            failed_by_severity,
            warnings: counts.warnings,
            undetermined: counts.undetermined,
            errors: counts.errors,
            waived: counts.waived,
            input_errors: u64::try_from(input_errors).unwrap_or(u64::MAX),
        }
    }
}

#[derive(Serialize)]
struct LedgerView<'a> {
    balanced: bool,
    resources_planned: u64,
    resources_evaluated: u64,
    resources_skipped: u64,
    skipped: &'a BTreeMap<String, u64>,
    evaluations_expected: u64,
    evaluations_done: u64,
}

impl<'a> LedgerView<'a> {
    fn of(ledger: &'a Ledger) -> Self {
        Self {
            balanced: ledger.balanced(),
            resources_planned: ledger.resources_planned,
            resources_evaluated: ledger.resources_evaluated,
            resources_skipped: ledger.resources_skipped,
            skipped: &ledger.skipped,
            evaluations_expected: ledger.evaluations_expected,
            evaluations_done: ledger.evaluations_done,
        }
    }
}

#[derive(Serialize)]
struct PoliciesView<'a> {
    digest: String,
    rules: Vec<RuleView<'a>>,
    off: &'a [String],
    settings: Option<&'a str>,
}

#[derive(Serialize)]
struct RuleView<'a> {
    id: &'a str,
    title: &'a str,
    severity: Severity,
    declared_severity: Severity,
    scope: Scope,
    evaluated: u64,
    passed: u64,
}

impl<'a> RuleView<'a> {
    fn of(rule: &'a RuleSummary) -> Self {
        Self {
            id: &rule.id,
            title: &rule.title,
            severity: rule.severity,
            declared_severity: rule.declared_severity,
            scope: rule.scope,
            evaluated: rule.evaluated,
            passed: rule.passed,
        }
    }
}

#[derive(Serialize)]
struct DocumentView<'a> {
    name: &'a str,
    kind: &'a str,
    resources: u64,
}

impl<'a> DocumentView<'a> {
    fn of(document: &'a DocumentSummary) -> Self {
        Self { name: &document.name, kind: &document.kind, resources: document.resources }
    }
}

#[derive(Serialize)]
struct ProblemView<'a> {
    document: &'a str,
    message: &'a str,
}

#[derive(Serialize)]
struct WaiverView<'a> {
    rule: &'a str,
    address: &'a str,
    reason: &'a str,
    owner: &'a str,
    expires: Option<&'a str>,
    place: &'a str,
    state: WaiverState,
    findings: u64,
}

impl<'a> WaiverView<'a> {
    fn of(waiver: &'a WaiverSummary) -> Self {
        Self {
            rule: &waiver.rule,
            address: &waiver.address,
            reason: &waiver.reason,
            owner: &waiver.owner,
            expires: waiver.expires.as_deref(),
            place: &waiver.place,
            state: waiver.state,
            findings: waiver.findings,
        }
    }
}

#[derive(Serialize)]
struct BaselineView<'a> {
    file: &'a str,
    known: u64,
    moved: u64,
    gone: u64,
}

impl<'a> BaselineView<'a> {
    fn of(baseline: &'a BaselineSummary) -> Self {
        Self { file: &baseline.file, known: baseline.known, moved: baseline.moved, gone: baseline.gone }
    }
}

#[derive(Serialize)]
struct RangeView<'a> {
    file: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

impl<'a> RangeView<'a> {
    fn of(range: &'a SourceRange) -> Self {
        Self {
            file: &range.file,
            line: range.line,
            column: range.column,
            end_line: range.end_line,
            end_column: range.end_column,
        }
    }
}

#[derive(Serialize)]
struct WaivedView<'a> {
    reason: &'a str,
    owner: &'a str,
    expires: Option<&'a str>,
    place: &'a str,
}

#[derive(Serialize)]
struct FindingView<'a> {
    rule: &'a str,
    title: &'a str,
    severity: Severity,
    verdict: Verdict,
    warning: bool,
    blocking: bool,
    document: &'a str,
    address: &'a str,
    kind: &'a str,
    actions: &'a [String],
    attribute: Option<String>,
    path: Option<&'a AttributePath>,
    message: &'a str,
    remediation: &'a str,
    controls: &'a BTreeMap<String, Vec<String>>,
    cause: Option<&'a str>,
    fingerprint: String,
    source: Option<RangeView<'a>>,
    calls: Vec<RangeView<'a>>,
    waived: Option<WaivedView<'a>>,
}

impl<'a> FindingView<'a> {
    fn of(finding: &'a Finding, blocking: bool) -> Self {
        Self {
            rule: &finding.rule,
            title: &finding.title,
            severity: finding.severity,
            verdict: finding.verdict,
            warning: finding.warning,
            blocking,
            document: &finding.subject.document,
            address: &finding.subject.address,
            kind: &finding.subject.kind,
            actions: &finding.subject.actions,
            attribute: finding.path.as_ref().map(ToString::to_string),
            path: finding.path.as_ref(),
            message: &finding.message,
            remediation: &finding.remediation,
            controls: &finding.controls,
            cause: finding.cause.as_deref(),
            fingerprint: finding.fingerprint(),
            source: finding.source.as_ref().map(RangeView::of),
            calls: finding.calls.iter().map(RangeView::of).collect(),
            waived: finding.waived.as_ref().map(|waived| WaivedView {
                reason: &waived.reason,
                owner: &waived.owner,
                expires: waived.expires.as_deref(),
                place: &waived.place,
            }),
        }
    }
}

/// Writes the report, indented by two spaces and ended by a newline.
///
/// # Errors
/// What writing to `out` returns.
pub fn write(run: &Run<'_>, mut out: impl Write) -> std::io::Result<()> {
    let report = run.report;
    let files = files(report);
    let root = Root {
        format_version: FORMAT_VERSION,
        tool: Tool { name: "parapet", version: env!("CARGO_PKG_VERSION") },
        verdict: run.verdict(),
        exit_code: run.exit_code(),
        fail_on: report.fail_on,
        counts: CountsView::of(report.counts(), run.problems.len()),
        ledger: LedgerView::of(&report.ledger),
        policies: PoliciesView {
            digest: format!("sha256:{}", report.policies.digest),
            rules: report.policies.rules.iter().map(RuleView::of).collect(),
            off: &report.policies.off,
            settings: report.policies.settings.as_deref(),
        },
        documents: files.iter().map(DocumentView::of).collect(),
        input_errors: run
            .problems
            .iter()
            .map(|problem| ProblemView { document: &problem.document, message: &problem.message })
            .collect(),
        waivers: report.waivers.iter().map(WaiverView::of).collect(),
        baseline: report.baseline.as_ref().map(BaselineView::of),
        findings: report.findings.iter().map(|f| FindingView::of(f, report.is_blocking(f))).collect(),
    };
    serde_json::to_writer_pretty(&mut out, &root)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde_json::Value as Json;

    use super::*;
    use crate::report::sample;

    fn rendered(report: &crate::Report, problems: &[crate::report::Problem]) -> String {
        let mut out = Vec::new();
        write(&Run { report, problems }, &mut out).unwrap();
        // The version of the tool changes with every release; the format does not.
        String::from_utf8(out).unwrap().replace(&format!("\"{}\"", env!("CARGO_PKG_VERSION")), "\"0.0.0\"")
    }

    fn docs(file: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(file);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    fn schema() -> Json {
        serde_json::from_str(&docs("schemas/report-1.1.json")).unwrap()
    }

    fn assert_valid(report: &str) {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        let report: Json = serde_json::from_str(report).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&report).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }

    #[test]
    fn a_report_of_everything() {
        let text = rendered(&sample::everything(), &sample::problems());
        assert_valid(&text);
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_report_without_findings() {
        let text = rendered(&sample::clean(), &[]);
        assert_valid(&text);
        insta::assert_snapshot!(text);
    }

    #[test]
    fn the_example_in_the_documentation_is_a_real_report() {
        let page = docs("report-json.md");
        let example = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
        assert_eq!(example, rendered(&sample::example(), &[]));
        assert_valid(example);
    }

    /// Every field of a report, as `findings[].rule`, with `*` for the keys of maps.
    fn fields(schema: &Json, at: &str, into: &mut Vec<String>) {
        let definition = match schema.get("$ref").and_then(Json::as_str) {
            Some(reference) => self::schema().pointer(reference.trim_start_matches('#')).unwrap().clone(),
            None => schema.clone(),
        };
        if let Some(properties) = definition.get("properties").and_then(Json::as_object) {
            for (name, property) in properties {
                let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                into.push(path.clone());
                fields(property, &path, into);
            }
        }
        if let Some(items) = definition.get("items") {
            fields(items, &format!("{at}[]"), into);
        }
    }

    #[test]
    fn every_field_is_documented_and_strict() {
        let page = docs("report-json.md");
        let mut all = Vec::new();
        fields(&schema(), "", &mut all);
        assert!(all.contains(&"findings[].rule".to_owned()), "{all:?}");
        let missing: Vec<&String> = all.iter().filter(|field| !page.contains(&format!("| `{field}` |"))).collect();
        assert!(missing.is_empty(), "not in docs/report-json.md: {missing:?}");

        let mut report: Json = serde_json::from_str(&rendered(&sample::clean(), &[])).unwrap();
        report.as_object_mut().unwrap().insert("surprise".into(), Json::Null);
        assert!(!jsonschema::is_valid(&schema(), &report), "the schema must refuse a field it does not know");
    }
}
