//! Baselines: the findings that were there already, so that a run reports only what is new.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::ledger::{BaselineSummary, Report};
use crate::severity::Verdict;

mod fingerprint;

#[cfg(test)]
mod tests;

/// Version of the format of the file.
const FORMAT_VERSION: &str = "1.0";

/// A baseline that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// The file cannot be read.
    #[error("{}: the baseline cannot be read: {source}; `--write-baseline` makes one", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file is no baseline.
    #[error("{}: this is no baseline of Parapet: {message}; make it anew with `--write-baseline`", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
}

/// Findings that are known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    format_version: String,
    findings: Vec<Known>,
}

/// One known finding. Only the fingerprint and the verdict count; the rest is there to be reviewed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    rule: String,
    address: String,
    attribute: Option<String>,
    document: String,
    verdict: Verdict,
    fingerprint: String,
}

impl Baseline {
    /// The baseline of a report. Evaluations that failed are not part of it: they are never accepted; nor is what a waiver
    /// covers.
    pub fn of(report: &Report) -> Self {
        let counted = report.findings.iter().filter(|f| f.verdict != Verdict::Error && f.waived.is_none());
        let mut findings: Vec<Known> = counted
            .map(|finding| Known {
                rule: finding.rule.clone(),
                address: finding.subject.address.clone(),
                attribute: finding.path.as_ref().filter(|path| !path.is_empty()).map(ToString::to_string),
                document: finding.subject.document.clone(),
                verdict: finding.verdict,
                fingerprint: finding.fingerprint(),
            })
            .collect();
        findings.sort();
        Self { format_version: FORMAT_VERSION.to_owned(), findings }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// [`BaselineError`] when it cannot be read, or is none.
    pub fn load(path: &Path) -> Result<Self, BaselineError> {
        let text = std::fs::read(path).map_err(|source| BaselineError::Read { path: path.to_owned(), source })?;
        let format = |message: String| BaselineError::Format { path: path.to_owned(), message };
        let baseline: Self = serde_json::from_slice(&text).map_err(|error| format(error.to_string()))?;
        if baseline.format_version.split('.').next() == FORMAT_VERSION.split('.').next() {
            Ok(baseline)
        } else {
            Err(format(format!("its format version is {}, {FORMAT_VERSION} is supported", baseline.format_version)))
        }
    }

    /// The text of the file: JSON, one finding after the other in a stable order, so that a change of it can be reviewed.
    ///
    /// # Errors
    /// None in practice; what the serialiser returns.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// Number of findings in it.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Takes what is known out of a report. A known finding stands for one finding: a second one with the same fingerprint
    /// is new. An open question that is known does not excuse the violation it may become.
    pub fn apply(&self, report: &mut Report, file: &str) {
        let mut open: BTreeMap<(String, Verdict), u64> = BTreeMap::new();
        for known in &self.findings {
            *open.entry((known.fingerprint.clone(), known.verdict)).or_default() += 1;
        }
        let mut take = |fingerprint: String, verdict: Verdict| match open.get_mut(&(fingerprint, verdict)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        };
        let mut summary = BaselineSummary { file: file.to_owned(), ..BaselineSummary::default() };
        report.findings.retain(|finding| {
            if finding.verdict == Verdict::Error || finding.waived.is_some() {
                return true;
            }
            let known = take(finding.fingerprint(), finding.verdict);
            let moved = !known && finding.previous_fingerprint().is_some_and(|before| take(before, finding.verdict));
            summary.known += u64::from(known || moved);
            summary.moved += u64::from(moved);
            !(known || moved)
        });
        summary.gone = open.values().sum();
        report.baseline = Some(summary);
    }
}
