//! Loading the policies a configuration names, and judging documents with them.

use std::collections::BTreeMap;

use std::path::PathBuf;

use parapet_policy::cost::Basis;
use parapet_policy::sources::{self, Written};
use parapet_policy::{Document, Engine, EngineOptions, Policies, PolicyError, Report, Settings, Severity, waiver};
use parapet_pricing::Book;
use tfplugin::path::Path;
use tfplugin::prelude::*;

/// Which policies judge.
#[derive(Debug, Default)]
pub(crate) struct Selection {
    /// Packs by name; all of them when absent, none when empty.
    pub(crate) packs: Option<Vec<String>>,
    /// Rule ids or globs; all rules when absent.
    pub(crate) rules: Option<Vec<String>>,
    /// File name to Rego source.
    pub(crate) modules: BTreeMap<String, String>,
    /// Directories or OPA bundles.
    pub(crate) directories: Vec<String>,
    /// Prices that rules see, in the place of those that a settings file names.
    pub(crate) price_book: Option<Book>,
}

impl Selection {
    /// What the arguments of a data source or of the provider block say.
    pub(crate) fn configured(
        packs: Option<Vec<String>>,
        rules: Option<Vec<String>>,
        policies: Option<BTreeMap<String, String>>,
        policy_dirs: Option<Vec<String>>,
    ) -> Self {
        let (modules, directories) = (policies.unwrap_or_default(), policy_dirs.unwrap_or_default());
        Self { packs, rules, modules, directories, price_book: None }
    }

    /// With the prices of the provider block, where it names some.
    pub(crate) fn priced(mut self, price_book: Option<Book>) -> Self {
        self.price_book = price_book;
        self
    }

    /// Loads and compiles them; a settings file says what is not said here.
    pub(crate) fn load_with(&self, mut settings: Option<Settings>) -> Result<Policies, PolicyError> {
        if let (Some(settings), Some(_)) = (&mut settings, &self.packs) {
            settings.packs = None;
        }
        let basis = match &self.price_book {
            Some(book) => {
                let of_file = settings.as_ref().map(Basis::of).transpose()?.unwrap_or_default();
                Some(Basis { book: book.clone(), ..of_file })
            }
            None => None,
        };
        let mut builder = Policies::builder().settings(settings).cost(basis);
        match self.packs.as_deref() {
            Some([]) => builder = builder.embedded(false),
            Some(packs) => builder = builder.packs(packs),
            None => {}
        }
        for directory in &self.directories {
            builder = builder.directory(directory);
        }
        for (name, source) in &self.modules {
            builder = builder.module(name, source);
        }
        builder.rules(self.rules.as_deref().unwrap_or_default()).build()
    }
}

/// The attribute to blame for policies that cannot be used: all data sources name the parts of a [`Selection`] alike.
fn place(error: &PolicyError, selection: &Selection) -> Path {
    let at = |name: &str| Path::root().attribute(name);
    let module = |file: &str| selection.modules.contains_key(file).then(|| at("policies").key(file));
    match error {
        PolicyError::UnknownPack { .. } => at("packs"),
        PolicyError::UnknownRule { .. } | PolicyError::Pattern { .. } => at("rules"),
        PolicyError::Syntax { file, .. }
        | PolicyError::LineTooLong { file, .. }
        | PolicyError::Metadata { file, .. }
        | PolicyError::UnknownFunction { file, .. }
        | PolicyError::Recursion { file, .. } => module(file).unwrap_or_else(|| at("policy_dirs")),
        PolicyError::DuplicateRule { second, .. } => module(second).unwrap_or_else(|| at("policy_dirs")),
        // No argument is to blame for a file; its message names it.
        PolicyError::Settings(_) => Path::root(),
        _ => at("policy_dirs"),
    }
}

/// What is judged.
#[derive(Debug, Default)]
pub(crate) struct Judged {
    pub(crate) documents: Vec<Document>,
    /// Where the documents that are Terraform configuration are written.
    pub(crate) sources: Vec<Written>,
    /// Where the nearest `parapet.hcl` is looked for; the working directory when absent.
    pub(crate) directory: Option<PathBuf>,
}

/// Judges documents on all cores, off the threads that answer Terraform. `fail_on` goes before the settings file.
pub(crate) async fn judge(judged: Judged, selection: Selection, fail_on: Option<Severity>) -> Result<Report> {
    let report = tokio::task::spawn_blocking(move || {
        let policies = Settings::find(judged.directory.as_deref().unwrap_or(std::path::Path::new(".")))
            .map_err(PolicyError::from)
            .and_then(|settings| selection.load_with(settings))
            .map_err(|error| Refusal::Policies(Box::new((error, selection))))?;
        let engine =
            Engine::new(&policies, EngineOptions::default()).map_err(|error| Refusal::Engine(error.to_string()))?;
        let settings = policies.settings();
        let of_file = settings.and_then(|settings| settings.fail_on);
        let mut report = engine.check(&judged.documents, fail_on.or(of_file).unwrap_or(Severity::Medium));
        let comments = sources::read(&mut report, settings, &judged.sources);
        if let Some(error) = comments.errors().first() {
            return Err(Refusal::Comment(error.to_string()));
        }
        waiver::apply(&mut report, settings, &comments, waiver::today());
        if judged.sources.is_empty() {
            // The file speaks of the whole stack, and this is a part of it: what covers nothing here may be of use elsewhere.
            report.waivers.retain(|waiver| waiver.findings > 0);
        }
        Ok(report)
    });
    report.await.during("evaluating policies")?.map_err(|refusal| match refusal {
        Refusal::Policies(why) => {
            let (error, selection) = *why;
            Error::new("Unusable policies").detail(error.to_string()).at(place(&error, &selection))
        }
        Refusal::Engine(message) => Error::new("The policy engine cannot start").detail(message),
        Refusal::Comment(message) => Error::new("A comment that waives nothing").detail(message),
    })
}

enum Refusal {
    Policies(Box<(PolicyError, Selection)>),
    Engine(String),
    Comment(String),
}
