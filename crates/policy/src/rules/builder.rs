//! Where policies come from, and which of them are wanted.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::Policies;
use super::bundle::{self, Found, Trust};
use super::load::{Choice, FromFile, Loader, pack_of_rule, package_of};
use super::packs::embedded_files;
use super::signature::Verification;
use crate::cost::Basis;
use crate::error::PolicyError;
use crate::settings::Settings;

/// Collects sources of policies; see [`Policies::builder`].
#[derive(Debug, Clone)]
pub struct PoliciesBuilder {
    embedded: bool,
    directories: Vec<PathBuf>,
    modules: Vec<(String, String)>,
    packs: Vec<String>,
    rules: Vec<String>,
    settings: Option<Settings>,
    verification: Option<Verification>,
    unverified: bool,
    basis: Option<Basis>,
    region: Option<String>,
}

impl Default for PoliciesBuilder {
    fn default() -> Self {
        Self {
            embedded: true,
            directories: vec![],
            modules: vec![],
            packs: vec![],
            rules: vec![],
            settings: None,
            verification: None,
            unverified: false,
            basis: None,
            region: None,
        }
    }
}

impl PoliciesBuilder {
    /// Whether the packs compiled into the binary are used; they are by default.
    #[must_use]
    pub fn embedded(mut self, embedded: bool) -> Self {
        self.embedded = embedded;
        self
    }

    /// Adds a directory of policies, a `.rego` file, or an OPA bundle (`.tar.gz`). When it holds rules of
    /// `parapet.<pack>`, they replace the embedded pack of that name.
    #[must_use]
    pub fn directory(mut self, path: impl Into<PathBuf>) -> Self {
        self.directories.push(path.into());
        self
    }

    /// Adds one Rego module; `name` stands for it in messages.
    #[must_use]
    pub fn module(mut self, name: impl Into<String>, source: impl Into<String>) -> Self {
        self.modules.push((name.into(), source.into()));
        self
    }

    /// Selects packs by name. Without any, all are selected.
    #[must_use]
    pub fn packs<S: Into<String>>(mut self, packs: impl IntoIterator<Item = S>) -> Self {
        self.packs.extend(packs.into_iter().map(Into::into));
        self
    }

    /// Selects rules by id; `*` and `?` match any text and any character. Without any, all are selected.
    #[must_use]
    pub fn rules<S: Into<String>>(mut self, patterns: impl IntoIterator<Item = S>) -> Self {
        self.rules.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// Applies a settings file. Packs and directories given otherwise take the place of those in the file.
    #[must_use]
    pub fn settings(mut self, settings: Option<Settings>) -> Self {
        self.settings = settings;
        self
    }

    /// Accepts only bundles that this key signed; those of the settings file otherwise.
    #[must_use]
    pub fn verification(mut self, verification: Option<Verification>) -> Self {
        self.verification = verification;
        self
    }

    /// Accepts bundles whatever their signatures say.
    #[must_use]
    pub fn unverified(mut self, unverified: bool) -> Self {
        self.unverified = unverified;
        self
    }

    /// Computes the cost of plans with this, in place of what the settings file says.
    #[must_use]
    pub fn cost(mut self, basis: Option<Basis>) -> Self {
        self.basis = basis;
        self
    }

    /// Region of resources whose cost is asked for, and which do not say theirs.
    #[must_use]
    pub fn region(mut self, region: Option<String>) -> Self {
        self.region = region;
        self
    }

    /// Loads, checks and prepares.
    ///
    /// # Errors
    /// [`PolicyError`] for the first fault found: what cannot be read or parsed, METADATA that is wrong, a function that
    /// does not exist, recursion, a selection that selects nothing.
    pub fn build(mut self) -> Result<Policies, PolicyError> {
        let from_file = self.take_settings()?;
        let mut found = Found::default();
        let of_file = || self.settings.as_ref().and_then(|settings| settings.bundle_verification.as_ref());
        let trust = match self.verification.as_ref().or_else(of_file) {
            _ if self.unverified => Trust::Unverified,
            Some(verification) => Trust::Key(verification),
            None => Trust::Nobody,
        };
        for path in &self.directories {
            bundle::read(path, trust, &mut found)?;
        }
        found.modules.extend(self.modules);

        let mut loader = Loader::new()?;
        for (file, text) in &found.modules {
            loader.add(file, text)?;
        }
        let replaced: BTreeSet<String> = loader.modules.list.iter().filter_map(|m| pack_of_rule(&m.package)).collect();
        let given: BTreeSet<Vec<String>> = loader.modules.list.iter().map(|m| m.package.clone()).collect();
        if self.embedded {
            for file in embedded_files().into_iter().filter(|file| file.is_policy() && !replaced.contains(file.pack()))
            {
                if !given.contains(&package_of(file.text)) {
                    loader.add(&format!("policies/{}", file.path), file.text)?;
                }
            }
        }
        for (name, value) in &found.data {
            let added = loader.engine.add_data(value.clone());
            added.map_err(|error| PolicyError::Bundle {
                name: name.clone(),
                message: format!("{error}; data of two files overlap"),
            })?;
        }
        let mut basis = match (self.basis, &self.settings) {
            (Some(basis), _) => basis,
            (None, Some(settings)) => Basis::of(settings)?,
            (None, None) => Basis::default(),
        };
        basis.region = basis.region.or(self.region);
        let choice = Choice { packs: &self.packs, patterns: &self.rules, settings: self.settings.as_ref(), from_file };
        loader.finish(&choice, found.data, basis)
    }

    /// What the settings say of sources, where nothing else was said.
    fn take_settings(&mut self) -> Result<FromFile, PolicyError> {
        let mut taken = FromFile::default();
        let Some(settings) = &self.settings else { return Ok(taken) };
        if let (true, Some(packs)) = (self.packs.is_empty(), &settings.packs) {
            taken.packs = true;
            self.embedded &= !packs.is_empty();
            self.packs = packs.iter().map(|pack| pack.value.clone()).collect();
        }
        if self.directories.is_empty() {
            for directory in &settings.policy_dirs {
                if !directory.value.exists() {
                    let message = format!("there is no file or directory {}", directory.value.display());
                    return Err(settings.fault(directory, message).into());
                }
                self.directories.push(directory.value.clone());
            }
            taken.directories = true;
        }
        Ok(taken)
    }
}
