//! Reports: a [`crate::Report`] written for people ([`text`], [`markdown`], [`html`]), for programs ([`json`], [`csv`]), and for
//! what shows findings to people ([`sarif`], [`junit`], [`github`]).

use std::collections::BTreeMap;

use crate::ledger::{DocumentSummary, Report};
use crate::severity::Verdict;

pub mod csv;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod sarif;
pub mod text;

#[cfg(test)]
pub(crate) mod sample;

/// An input that could not be read. The others are checked all the same, and the run ends as an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// File name; `-` for standard input.
    pub document: String,
    /// What is wrong with it and what to do, in one line.
    pub message: String,
}

/// What a report is written of: the result of the engine, and the inputs that never reached it.
#[derive(Debug, Clone, Copy)]
pub struct Run<'a> {
    /// Result of the inputs that could be read.
    pub report: &'a Report,
    /// The inputs that could not be read.
    pub problems: &'a [Problem],
}

impl Run<'_> {
    /// The verdict of the run: an error as soon as one input could not be read.
    pub fn verdict(&self) -> Verdict {
        if self.problems.is_empty() { self.report.verdict() } else { Verdict::Error }
    }

    /// 0: nothing at or above `fail_on`; 1: violations; 2: an input, a policy or an evaluation failed.
    pub fn exit_code(&self) -> u8 {
        if self.problems.is_empty() { self.report.exit_code() } else { 2 }
    }
}

/// `Fix: ...`, or nothing when there is nothing to say.
fn remedy(remediation: &str) -> String {
    if remediation.is_empty() { String::new() } else { format!("Fix: {remediation}") }
}

/// The inputs as the reader knows them: the objects of one file are one input.
fn files(report: &Report) -> Vec<DocumentSummary> {
    let mut files: Vec<DocumentSummary> = Vec::new();
    let mut places: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for document in &report.documents {
        let place = *places.entry((&document.name, &document.kind)).or_insert(files.len());
        match files.get_mut(place) {
            Some(file) => file.resources += document.resources,
            None => files.push(document.clone()),
        }
    }
    files
}
