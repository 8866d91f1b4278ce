//! Loading the policies a configuration names, and judging documents with them.

use std::collections::BTreeMap;

use parapet_policy::{Document, Engine, EngineOptions, Policies, PolicyError, Report, Settings, Severity};
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
}

impl Selection {
    /// What the arguments of a data source or of the provider block say.
    pub(crate) fn configured(
        packs: Option<Vec<String>>,
        rules: Option<Vec<String>>,
        policies: Option<BTreeMap<String, String>>,
        policy_dirs: Option<Vec<String>>,
    ) -> Self {
        Self { packs, rules, modules: policies.unwrap_or_default(), directories: policy_dirs.unwrap_or_default() }
    }

    /// Loads and compiles them.
    pub(crate) fn load(&self) -> Result<Policies, PolicyError> {
        self.load_with(None)
    }

    /// Loads and compiles them; a settings file says what is not said here.
    pub(crate) fn load_with(&self, mut settings: Option<Settings>) -> Result<Policies, PolicyError> {
        if let (Some(settings), Some(_)) = (&mut settings, &self.packs) {
            settings.packs = None;
        }
        let mut builder = Policies::builder().settings(settings);
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
        _ => at("policy_dirs"),
    }
}

/// Judges documents on all cores, off the threads that answer Terraform.
pub(crate) async fn judge(documents: Vec<Document>, selection: Selection, fail_on: Severity) -> Result<Report> {
    let judged = tokio::task::spawn_blocking(move || {
        let policies = selection.load().map_err(|error| Refusal::Policies(Box::new((error, selection))))?;
        let engine =
            Engine::new(&policies, EngineOptions::default()).map_err(|error| Refusal::Engine(error.to_string()))?;
        Ok(engine.check(&documents, fail_on))
    });
    judged.await.during("evaluating policies")?.map_err(|refusal| match refusal {
        Refusal::Policies(why) => {
            let (error, selection) = *why;
            Error::new("Unusable policies").detail(error.to_string()).at(place(&error, &selection))
        }
        Refusal::Engine(message) => Error::new("The policy engine cannot start").detail(message),
    })
}

enum Refusal {
    Policies(Box<(PolicyError, Selection)>),
    Engine(String),
}
