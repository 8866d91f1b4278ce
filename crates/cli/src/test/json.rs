//! The results of `parapet test --format json`.

use std::io::{self, Write};

use parapet_policy::unit::{TestResult, TestStatus, UnitReport};
use serde_json::{Value, json};

/// Version of the format, with the meaning of that of reports.
const FORMAT_VERSION: &str = "1.0";

pub(super) fn write(report: &UnitReport, out: &mut dyn Write) -> io::Result<()> {
    let counts = report.counts();
    let root = json!({
        "format_version": FORMAT_VERSION,
        "tool": {"name": "parapet", "version": env!("CARGO_PKG_VERSION")},
        "counts": {
            "passed": counts.passed,
            "failed": counts.failed,
            "errors": counts.errors,
            "todo": counts.todo,
            "filtered_out": report.filtered_out,
        },
        "tests": report.tests.iter().map(test).collect::<Vec<_>>(),
        "coverage": report.coverage.as_ref().map(|files| json!({
            "percent": report.coverage_percent(),
            "files": files.iter().map(|file| json!({
                "file": file.file,
                "percent": file.percent(),
                "covered": file.covered,
                "not_covered": file.not_covered,
            })).collect::<Vec<_>>(),
        })),
        "warnings": report.warnings.iter().map(|warning| json!({
            "file": warning.file,
            "line": warning.line,
            "message": warning.message,
        })).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &root)?;
    out.write_all(b"\n")
}

fn test(test: &TestResult) -> Value {
    let (status, message) = match &test.status {
        TestStatus::Passed => ("passed", None),
        TestStatus::Failed { value, reached } => {
            let message = match reached {
                Some(line) => format!("is {value}; the last line reached is {line}"),
                None => format!("is {value}"),
            };
            ("failed", Some(message))
        }
        TestStatus::Error { message } => ("error", Some(message.clone())),
        TestStatus::Todo => ("todo", None),
    };
    json!({
        "name": test.name,
        "file": test.file,
        "line": test.line,
        "status": status,
        "message": message,
        "printed": test.printed,
        "seconds": test.duration.as_secs_f64(),
    })
}
