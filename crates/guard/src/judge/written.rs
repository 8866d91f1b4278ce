//! The configuration behind a plan: where in it findings are, and which comments in it waive them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use parapet_policy::input::hcl::{self, Source};
use parapet_policy::waiver::{self, CommentError, Comments, Syntax};
use parapet_policy::{Engine, Finding, Rule, Scope, Severity, WaiverState};

/// The files of a configuration.
#[derive(Debug)]
pub(super) struct Written {
    source: Source,
    comments: Comments,
    /// Ids of the rules that a comment may waive.
    commented: BTreeSet<String>,
}

impl Written {
    /// Reads the configuration in a directory; `None` when there is none. What is wrong with it Terraform says itself.
    pub(super) fn read(directory: &Path, engine: &Engine) -> Option<Self> {
        if !hcl::is_module(directory) {
            return None;
        }
        let (source, _told_by_terraform) = hcl::open(directory);
        let owner = engine.policies().settings().and_then(|settings| settings.default_owner.as_deref());
        let rules: Vec<&Rule> = engine.policies().rules().iter().filter(|rule| rule.scope == Scope::Resource).collect();
        let mut comments = Comments::default();
        let mut commented = BTreeSet::new();
        for file in source.files() {
            let (Some(syntax), Ok(text)) = (Syntax::of(file), fs::read_to_string(file)) else { continue };
            comments.read(file, &text, syntax, owner);
            let text = text.to_ascii_uppercase();
            let mentioned = rules.iter().filter(|rule| rule.aliases.iter().any(|alias| text.contains(&bare(alias))));
            commented.extend(mentioned.map(|rule| rule.id.clone()));
        }
        commented.extend(named(engine, &comments, &rules));
        Some(Self { source, comments, commented })
    }

    /// Ids of the rules that a comment may waive. Which resource it stands at is known when the plan is finished.
    pub(super) fn commented(&self) -> &BTreeSet<String> {
        &self.commented
    }

    /// Comments that are not complete; they waive nothing.
    pub(super) fn errors(&self) -> &[CommentError] {
        self.comments.errors()
    }

    /// The comments, once the findings about a document have their place.
    pub(super) fn locate(&self, findings: &mut [Finding], document: &str) -> &Comments {
        self.source.locate(findings, document, true);
        &self.comments
    }
}

/// Trivy writes its ids with and without `AVD-`.
fn bare(alias: &str) -> String {
    let alias = alias.to_ascii_uppercase();
    alias.strip_prefix("AVD-").map(str::to_owned).unwrap_or(alias)
}

/// The rules that comments of our own name, by id or pattern. A waiver is called unused when its rule was evaluated and it covers
/// nothing: so each rule is asked for alone.
fn named(engine: &Engine, comments: &Comments, rules: &[&Rule]) -> BTreeSet<String> {
    let mut report = engine.check(&[], Severity::Medium);
    let today = waiver::today();
    waiver::apply(&mut report, None, comments, today);
    let mut named = BTreeSet::new();
    if report.waivers.is_empty() {
        return named;
    }
    for rule in rules {
        for summary in &mut report.policies.rules {
            summary.evaluated = u64::from(summary.id == rule.id);
        }
        waiver::apply(&mut report, None, comments, today);
        if report.waivers.iter().any(|waiver| waiver.state == WaiverState::Unused) {
            named.insert(rule.id.clone());
        }
    }
    named
}
