//! Which lines of the policies the tests evaluate.

use std::collections::{BTreeMap, BTreeSet};

use regorus::unstable::{Expr, Rule as AstRule, RuleHead, Span};

use super::discover::{Policy, Suite};
use crate::rules::modules::visit_rule;

/// Coverage of one file. Lines count from 1; only lines with something to evaluate appear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileCoverage {
    /// File.
    pub file: String,
    /// Lines that some test evaluates.
    pub covered: Vec<u32>,
    /// Lines that no test evaluates.
    pub not_covered: Vec<u32>,
}

impl FileCoverage {
    /// Covered share of the lines in percent; `None` when there is no line to evaluate.
    pub fn percent(&self) -> Option<f64> {
        percent(self.covered.len(), self.not_covered.len())
    }
}

/// `covered` of `covered + missed` in percent.
pub(super) fn percent(covered: usize, missed: usize) -> Option<f64> {
    let exact = |number: usize| u32::try_from(number).ok().map(f64::from);
    let all = exact(covered.checked_add(missed)?)?;
    (all > 0.0).then_some(())?;
    Some(exact(covered)? / all * 100.0)
}

/// Lines by file: evaluated ones, and all that could be.
#[derive(Default)]
pub(super) struct Lines(BTreeMap<String, (BTreeSet<u32>, BTreeSet<u32>)>);

impl Lines {
    pub(super) fn add(&mut self, file: String, covered: BTreeSet<u32>, all: BTreeSet<u32>) {
        let entry = self.0.entry(file).or_default();
        entry.0.extend(covered);
        entry.1.extend(all);
    }

    pub(super) fn merge(&mut self, other: Self) {
        for (file, (covered, all)) in other.0 {
            self.add(file, covered, all);
        }
    }

    /// The evaluated lines of a file.
    pub(super) fn of(&self, file: &str) -> impl Iterator<Item = u32> + use<'_> {
        self.0.get(file).into_iter().flat_map(|(covered, _)| covered.iter().copied())
    }
}

/// Coverage of the policy files of a directory, also of those no test comes near.
pub(super) fn of(suite: &Suite, lines: Lines) -> Vec<FileCoverage> {
    let mut lines = lines.0;
    let files = suite.policies.iter().map(|policy| {
        let (covered, all) = lines.remove(&policy.file).unwrap_or_else(|| (BTreeSet::new(), coverable(policy)));
        FileCoverage {
            file: policy.file.clone(),
            not_covered: all.difference(&covered).copied().collect(),
            covered: covered.into_iter().collect(),
        }
    });
    let mut files: Vec<FileCoverage> = files.collect();
    files.sort_by(|a, b| a.file.cmp(&b.file));
    files
}

/// The lines the engine would count had it evaluated anything of the file: values and bodies of rules, without the
/// names and arguments in their heads and without the values of `else` branches.
fn coverable(policy: &Policy) -> BTreeSet<u32> {
    let mut lines = BTreeSet::new();
    for rule in &policy.ast.policy {
        let mut outside: Vec<&Span> = Vec::new();
        match rule.as_ref() {
            AstRule::Spec { head, bodies, .. } => {
                match head {
                    RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. } => outside.push(refr.span()),
                    RuleHead::Func { refr, args, .. } => {
                        outside.push(refr.span());
                        outside.extend(args.iter().map(|arg| arg.span()));
                    }
                }
                outside.extend(bodies.iter().filter_map(|body| body.assign.as_ref()).map(|assign| assign.value.span()));
            }
            AstRule::Default { args, .. } => outside.extend(args.iter().map(|arg| arg.span())),
        }
        visit_rule(rule, &mut |expr: &Expr| {
            let span = expr.span();
            if !outside.iter().any(|outer| outer.start <= span.start && span.end <= outer.end) {
                lines.insert(span.line);
            }
        });
    }
    lines
}
