//! Which policies to use: the arguments that `check`, `rules` and `guard` share, and the settings file behind them.

use std::path::{Path, PathBuf};

use parapet_policy::{Policies, PolicyError, Settings, SettingsError, Verification};

/// Arguments that select policies.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Policies")]
pub(crate) struct Selection {
    /// Packs to use, separated by commas [default: those of parapet.hcl, else all]
    #[arg(long, value_name = "PACK", value_delimiter = ',')]
    packs: Vec<String>,

    /// Rule to use, by id or pattern, as in `aws-s3-*`; may be repeated [default: all]
    #[arg(long = "rule", value_name = "ID")]
    rules: Vec<String>,

    /// Directory of further Rego policies, or an OPA bundle (.tar.gz); may be repeated. A directory that holds a pack
    /// of Parapet's own takes the place of the built-in one [default: those of parapet.hcl]
    #[arg(long, value_name = "DIR")]
    policies: Vec<PathBuf>,

    /// Leave out the packs that are built into parapet; only --policies count then
    #[arg(long, requires = "policies")]
    no_builtin_packs: bool,

    /// Public key in PEM (or secret, for HS256) that signed the OPA bundles; unsigned ones are refused then [default: that of
    /// parapet.hcl]
    #[arg(long, value_name = "FILE")]
    verification_key: Option<PathBuf>,

    /// Algorithm of the signatures of bundles
    #[arg(long, value_name = "ALG", default_value = Verification::DEFAULT_ALGORITHM, requires = "verification_key")]
    signing_alg: String,

    /// Id of the key that the signatures have to name
    #[arg(long, value_name = "ID", requires = "verification_key")]
    verification_key_id: Option<String>,

    /// Scope that the signatures have to name
    #[arg(long, value_name = "SCOPE", requires = "verification_key")]
    scope: Option<String>,

    /// Accept bundles whatever their signatures say
    #[arg(long, conflicts_with = "verification_key")]
    skip_verify: bool,

    /// Settings file to use [default: the nearest parapet.hcl in this directory or one above it]
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,

    /// Use no settings file
    #[arg(long, conflicts_with = "settings")]
    no_settings: bool,
}

impl Selection {
    /// The settings file that counts for this run.
    ///
    /// # Errors
    /// A file that cannot be read, or says something that is not allowed.
    pub(crate) fn settings(&self) -> Result<Option<Settings>, SettingsError> {
        match &self.settings {
            _ if self.no_settings => Ok(None),
            Some(path) => Settings::load(path).map(Some),
            None => Settings::find(Path::new(".")),
        }
    }

    /// Loads and validates the policies; their settings are part of them.
    ///
    /// # Errors
    /// As [`Selection::settings`], and when the policies cannot be used.
    pub(crate) fn load(&self) -> Result<Policies, PolicyError> {
        let mut settings = self.settings()?;
        // What is left out cannot be chosen from.
        if let (Some(settings), true) = (&mut settings, self.no_builtin_packs) {
            settings.packs = None;
        }
        let verification = self.verification_key.as_ref().map(|key| Verification {
            key: key.clone(),
            algorithm: self.signing_alg.clone(),
            key_id: self.verification_key_id.clone(),
            scope: self.scope.clone(),
        });
        let mut builder = Policies::builder()
            .embedded(!self.no_builtin_packs)
            .settings(settings)
            .region(std::env::var("AWS_REGION").ok())
            .verification(verification)
            .unverified(self.skip_verify);
        for directory in &self.policies {
            builder = builder.directory(directory);
        }
        if !self.packs.is_empty() {
            builder = builder.packs(&self.packs);
        }
        if !self.rules.is_empty() {
            builder = builder.rules(&self.rules);
        }
        builder.build()
    }
}
