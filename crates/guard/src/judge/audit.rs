//! The audit log: one line of JSON for each decision.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::Serialize;

/// Why there is no audit log, or no complete one.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// It cannot be opened.
    #[error("The audit log {path} cannot be opened: {source}. Nothing was run; name a file that can be written.", path = path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A decision could not be written.
    #[error("The audit log {path} is not complete: {message}.", path = path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
}

/// A file that decisions are appended to. Several guards may share it: each line is written at once, behind what is there.
#[derive(Debug)]
pub struct Audit {
    path: PathBuf,
    file: File,
    /// The first thing that went wrong.
    problem: Mutex<Option<String>>,
}

/// One line.
#[derive(Debug, Serialize)]
pub(super) struct Decision<'a> {
    /// When, in UTC.
    pub(super) time: String,
    /// `plan`, `apply`, or `whole-plan` for a finished plan.
    pub(super) stage: &'a str,
    /// Source address of the provider; null for a finished plan.
    pub(super) provider: Option<&'a str>,
    /// Resource type; `plan` for the plan as a whole.
    pub(super) r#type: &'a str,
    /// Terraform address; null while a provider is asked, which is not told it.
    pub(super) address: Option<&'a str>,
    /// What would be done.
    pub(super) actions: &'a [String],
    pub(super) rule: &'a str,
    pub(super) severity: &'a str,
    /// `pass`, `fail`, `undetermined` or `error`.
    pub(super) verdict: &'a str,
    /// The attribute to blame.
    pub(super) path: Option<String>,
    /// Whether the change was stopped for it.
    pub(super) denied: bool,
    /// Digest of the policies.
    pub(super) policies: &'a str,
}

impl Audit {
    /// Opens the file, which is made when it is not there.
    ///
    /// # Errors
    /// [`AuditError::Open`].
    pub fn open(path: &Path) -> Result<Self, AuditError> {
        let file = OpenOptions::new().append(true).create(true).open(path);
        let file = file.map_err(|source| AuditError::Open { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned(), file, problem: Mutex::default() })
    }

    /// Writes one line, in one call that nothing buffers.
    pub(super) fn write(&self, decision: &Decision<'_>) {
        let written = serde_json::to_string(decision)
            .map_err(io::Error::other)
            .and_then(|line| (&self.file).write_all(format!("{line}\n").as_bytes()));
        if let Err(error) = written {
            let mut problem = self.problem.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            problem.get_or_insert_with(|| error.to_string());
        }
    }

    /// What went wrong so far.
    pub(super) fn problem(&self) -> Option<AuditError> {
        let problem = self.problem.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        problem.as_ref().map(|message| AuditError::Write { path: self.path.clone(), message: message.clone() })
    }
}

/// The current time as an audit line has it.
pub(super) fn now() -> String {
    jiff::Timestamp::now().to_string()
}
