//! Loading the policies a configuration names, and judging documents with them.

use std::collections::BTreeMap;

use parapet_policy::{Document, Engine, EngineOptions, Policies, PolicyError, Report, Severity};
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
    /// Loads and compiles them.
    pub(crate) fn load(&self) -> Result<Policies, PolicyError> {
        let mut builder = Policies::builder();
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

/// Where in a data source the parts of a [`Selection`] and the threshold stand, to be named by errors.
#[derive(Debug)]
pub(crate) struct Places {
    pub(crate) packs: Path,
    pub(crate) rules: Path,
    pub(crate) policies: Path,
    pub(crate) policy_dirs: Path,
}

impl Places {
    /// The attribute to blame for policies that cannot be used.
    fn of(&self, error: &PolicyError, selection: &Selection) -> Path {
        let module = |file: &str| selection.modules.contains_key(file).then(|| self.policies.key(file));
        match error {
            PolicyError::UnknownPack { .. } => self.packs.clone(),
            PolicyError::UnknownRule { .. } | PolicyError::Pattern { .. } => self.rules.clone(),
            PolicyError::Syntax { file, .. }
            | PolicyError::LineTooLong { file, .. }
            | PolicyError::Metadata { file, .. }
            | PolicyError::UnknownFunction { file, .. }
            | PolicyError::Recursion { file, .. } => module(file).unwrap_or_else(|| self.policy_dirs.clone()),
            PolicyError::DuplicateRule { second, .. } => module(second).unwrap_or_else(|| self.policy_dirs.clone()),
            _ => self.policy_dirs.clone(),
        }
    }
}

/// Judges documents on all cores, off the threads that answer Terraform.
pub(crate) async fn judge(
    documents: Vec<Document>,
    selection: Selection,
    fail_on: Severity,
    places: &Places,
) -> Result<Report> {
    let judged = tokio::task::spawn_blocking(move || {
        let policies = selection.load().map_err(|error| Refusal::Policies(Box::new((error, selection))))?;
        let engine =
            Engine::new(&policies, EngineOptions::default()).map_err(|error| Refusal::Engine(error.to_string()))?;
        Ok(engine.check(&documents, fail_on))
    });
    judged.await.during("evaluating policies")?.map_err(|refusal| match refusal {
        Refusal::Policies(why) => {
            let (error, selection) = *why;
            Error::new("Unusable policies").detail(error.to_string()).at(places.of(&error, &selection))
        }
        Refusal::Engine(message) => Error::new("The policy engine cannot start").detail(message),
    })
}

enum Refusal {
    Policies(Box<(PolicyError, Selection)>),
    Engine(String),
}
