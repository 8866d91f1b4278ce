//! `parapet.hcl`: which policies judge, how strictly, and what is accepted for a while.
//!
//! ```hcl
//! packs         = ["aws", "kubernetes"]
//! fail_on       = "high"
//! policy_dirs   = ["policies"]
//! default_owner = "platform@example.com"
//!
//! bundle_verification {
//!   key       = "keys/policies.pem"
//!   algorithm = "RS256"
//! }
//!
//! rule "aws-s3-access-logging" {
//!   severity = "low"
//! }
//!
//! rule "kubernetes-images-*" {
//!   severity = "off"
//! }
//!
//! waiver "aws-rds-multi-az" {
//!   address = "module.reporting.*"
//!   reason  = "Rebuilt nightly from the warehouse"
//!   owner   = "data@example.com"
//!   expires = "2027-03-31"
//! }
//!
//! cost {
//!   monthly_budget_usd   = 5000
//!   max_increase_percent = 20
//!   usage_file           = "usage.hcl"
//!   price_book           = "our-rates.json"
//! }
//! ```

use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::civil::Date;

use crate::cost::Budget;
use crate::rules::Verification;
use crate::severity::Severity;

mod adjust;
mod read;
mod source;

#[cfg(test)]
mod tests;

pub(crate) use source::Source;
pub use source::{Place, SettingsError, Written};

/// Name of the file.
pub const FILE_NAME: &str = "parapet.hcl";

/// What a settings file makes of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// It is evaluated, and its violations have this severity.
    Severity(Severity),
    /// It is not evaluated.
    Off,
}

/// `rule "<id or glob>" { severity = ... }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSetting {
    /// Id of a rule, or a pattern with `*` and `?`.
    pub pattern: Written<String>,
    /// What becomes of the rules it matches.
    pub level: Level,
}

/// `waiver "<id or glob>" { ... }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaiverSetting {
    /// Id of a rule, or a pattern with `*` and `?`.
    pub rule: Written<String>,
    /// Address of what is accepted, or a pattern with `*` and `?`. Without instance keys it means every instance.
    pub address: String,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Last day on which it holds, in UTC.
    pub expires: Date,
    /// Where it is written.
    pub place: Place,
}

/// `cost { ... }`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CostSettings {
    /// What a plan may cost.
    pub budget: Budget,
    /// How much is used of what configuration cannot tell, resolved against the directory of the file.
    pub usage_file: Option<Written<PathBuf>>,
    /// Prices that count before those of the reference book, resolved likewise.
    pub price_book: Option<Written<PathBuf>>,
}

/// The contents of a `parapet.hcl`. What the file does not say is `None` or empty; the command line and the provider
/// block override what it says.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The file.
    pub path: PathBuf,
    /// Packs to use; all of them when absent, none of Parapet's own when empty.
    pub packs: Option<Vec<Written<String>>>,
    /// Lowest severity that fails a run.
    pub fail_on: Option<Severity>,
    /// Directories of policies and OPA bundles, resolved against the directory of the file.
    pub policy_dirs: Vec<Written<PathBuf>>,
    /// Severities of rules, in the order written; the last one that matches a rule counts.
    pub rules: Vec<RuleSetting>,
    /// What is accepted for a while.
    pub waivers: Vec<WaiverSetting>,
    /// What signs the bundles that may be used.
    pub bundle_verification: Option<Verification>,
    /// Owner of the comments that waive a finding without naming one.
    pub default_owner: Option<String>,
    /// What plans may cost, and what their cost is computed with.
    pub cost: Option<CostSettings>,
    source: Source,
}

impl Settings {
    /// The settings of a directory: of the nearest `parapet.hcl` in it or in a directory above it. `None` when there is
    /// none.
    ///
    /// # Errors
    /// [`SettingsError`] when the file cannot be read, or says something that is not allowed.
    pub fn find(directory: &Path) -> Result<Option<Self>, SettingsError> {
        let here = directory.join(FILE_NAME);
        if here.is_file() {
            return Self::load(here.strip_prefix(".").unwrap_or(&here)).map(Some);
        }
        let absolute = std::path::absolute(directory)
            .map_err(|error| SettingsError::Read { path: here, message: error.to_string() })?;
        let above = absolute.ancestors().skip(1).map(|ancestor| ancestor.join(FILE_NAME)).find(|path| path.is_file());
        above.map(|path| Self::load(&path)).transpose()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// As [`Settings::find`], and when the file does not exist.
    pub fn load(path: &Path) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| SettingsError::Read { path: path.to_owned(), message: error.to_string() })?;
        Self::parse(path, &text)
    }

    /// Reads a text; `path` stands for it in messages, and its directory is what `policy_dirs` are relative to.
    ///
    /// # Errors
    /// [`SettingsError::Fault`] for the first thing that is not allowed.
    pub fn parse(path: &Path, text: &str) -> Result<Self, SettingsError> {
        let source = Source { name: Arc::from(path.display().to_string()), text: Arc::from(text) };
        read::read(path, source)
    }

    /// The place of something written in the file.
    pub fn place<T>(&self, written: &Written<T>) -> Place {
        self.source.place(&written.span)
    }

    pub(crate) fn fault<T>(&self, written: &Written<T>, message: impl Into<String>) -> SettingsError {
        self.source.fault(&written.span, message)
    }
}
