//! Which policies to use: the arguments that `check` and `rules` share.

use std::path::PathBuf;

use parapet_policy::{Policies, PolicyError};

/// Arguments that select policies.
#[derive(clap::Args)]
#[command(next_help_heading = "Policies")]
pub(crate) struct Selection {
    /// Packs to use, separated by commas [default: all]
    #[arg(long, value_name = "PACK", value_delimiter = ',')]
    packs: Vec<String>,

    /// Rule to use, by id or pattern, as in `aws-s3-*`; may be repeated [default: all]
    #[arg(long = "rule", value_name = "ID")]
    rules: Vec<String>,

    /// Directory of further Rego policies, or an OPA bundle (.tar.gz); may be repeated. A directory that holds a pack
    /// of Parapet's own takes the place of the built-in one
    #[arg(long, value_name = "DIR")]
    policies: Vec<PathBuf>,

    /// Leave out the packs that are built into parapet; only --policies count then
    #[arg(long, requires = "policies")]
    no_builtin_packs: bool,
}

impl Selection {
    /// Loads and validates the policies.
    pub(crate) fn load(&self) -> Result<Policies, PolicyError> {
        let mut builder = Policies::builder().embedded(!self.no_builtin_packs);
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
