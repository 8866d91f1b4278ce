//! The findings as the script of the page reads them: short names, and what repeats is said once.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::ledger::Report;
use crate::severity::{Severity, Verdict};

#[derive(Serialize)]
struct Data<'a> {
    documents: Vec<&'a str>,
    rules: Vec<RuleData<'a>>,
    waived: Vec<WaivedData<'a>>,
    findings: Vec<FindingData<'a>>,
}

#[derive(Serialize)]
struct RuleData<'a> {
    id: &'a str,
    title: &'a str,
    severity: Severity,
    controls: &'a BTreeMap<String, Vec<String>>,
}

#[derive(Serialize)]
struct WaivedData<'a> {
    reason: &'a str,
    owner: &'a str,
    expires: Option<&'a str>,
    place: &'a str,
}

/// r: rule, v: verdict, n: only warns, d: document, a: address, p: attribute, m: message, c: cause, s: source,
/// w: position of the waiver, from 1.
#[derive(Serialize)]
struct FindingData<'a> {
    r: usize,
    v: Verdict,
    n: bool,
    d: usize,
    a: &'a str,
    p: String,
    m: &'a str,
    c: &'a str,
    s: String,
    w: usize,
}

/// Position of each thing in the order of first use.
struct Positions<'a, T> {
    of: BTreeMap<&'a str, usize>,
    list: Vec<T>,
}

impl<'a, T> Positions<'a, T> {
    fn new() -> Self {
        Self { of: BTreeMap::new(), list: Vec::new() }
    }

    fn at(&mut self, key: &'a str, make: impl FnOnce() -> T) -> usize {
        let Self { of, list } = self;
        *of.entry(key).or_insert_with(|| {
            list.push(make());
            list.len() - 1
        })
    }
}

/// JSON that can stand in a `script` element.
pub(super) fn json(report: &Report) -> String {
    let mut documents = Positions::new();
    let mut rules = Positions::new();
    let mut waivers = Positions::new();
    for rule in &report.policies.rules {
        let (id, title) = (rule.id.as_str(), rule.title.as_str());
        rules.at(id, || RuleData { id, title, severity: rule.severity, controls: &rule.controls });
    }
    let findings = report.findings.iter().map(|finding| {
        let of_rule = || RuleData {
            id: &finding.rule,
            title: &finding.title,
            severity: finding.severity,
            controls: &finding.controls,
        };
        FindingData {
            r: rules.at(&finding.rule, of_rule),
            v: finding.verdict,
            n: finding.warning,
            d: documents.at(&finding.subject.document, || finding.subject.document.as_str()),
            a: &finding.subject.address,
            p: finding.path.as_ref().map(ToString::to_string).unwrap_or_default(),
            m: &finding.message,
            c: finding.cause.as_deref().unwrap_or_default(),
            s: finding.source.as_ref().map(|source| format!("{}:{}", source.file, source.line)).unwrap_or_default(),
            w: finding.waived.as_ref().map_or(0, |waived| {
                1 + waivers.at(&waived.place, || WaivedData {
                    reason: &waived.reason,
                    owner: &waived.owner,
                    expires: waived.expires.as_deref(),
                    place: &waived.place,
                })
            }),
        }
    });
    let findings = findings.collect();
    let data = Data { documents: documents.list, rules: rules.list, waived: waivers.list, findings };
    // All keys are strings, so this cannot fail. `<` could end the element, or begin a comment in it.
    serde_json::to_string(&data).unwrap_or_default().replace('<', "\\u003c")
}
