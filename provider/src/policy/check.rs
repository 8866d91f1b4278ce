//! A check as the data sources make it: judge, show what was found, answer what the state holds.

use std::collections::BTreeMap;

use tfplugin::path::Path;
use tfplugin::prelude::*;

use super::judge::{Judged, Selection, judge};
use super::result::{Enforcement, FindingItem, counts, items, report_problems};
use crate::provider::Clients;

/// What is to be judged, by what, and how strictly.
#[derive(Debug)]
pub(crate) struct Check<'a> {
    pub(crate) judged: Judged,
    /// The attribute it stands in.
    pub(crate) at: Path,
    pub(crate) selection: Selection,
    /// Values of `fail_on` and `enforcement`.
    pub(crate) fail_on: Option<&'a str>,
    pub(crate) enforcement: &'a str,
}

/// The computed attributes of a check.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) passed: Computed<bool>,
    pub(crate) findings: Computed<Vec<FindingItem>>,
    pub(crate) counts: Computed<BTreeMap<String, i64>>,
}

impl Check<'_> {
    /// Judges. Mandatory violations are errors, everything else that was found is a warning.
    pub(crate) async fn run(self, cx: &Context<Clients>) -> Result<Answer> {
        let report = judge(
            self.judged,
            self.selection.priced(cx.price_book().cloned()),
            self.fail_on.map(str::parse).transpose()?,
        )
        .await?;
        report_problems(cx, &report, Enforcement::named(self.enforcement), &self.at)?;
        Ok(Answer {
            passed: (report.exit_code() == 0).into(),
            findings: items(&report).into(),
            counts: counts(&report).into(),
        })
    }
}
