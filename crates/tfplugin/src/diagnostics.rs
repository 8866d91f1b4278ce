//! Problems shown to the person who runs Terraform, and the error type of resources.

use crate::path::Path;
use crate::proto::tfplugin6 as pb;

/// Whether a problem stops the operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Stops the operation.
    Error,
    /// Is shown, and the operation goes on.
    Warning,
}

/// One problem. With an attribute path, Terraform shows the line of the configuration that is to blame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it stops the operation.
    pub severity: Severity,
    /// What happened, in one line.
    pub summary: String,
    /// To what, why, and what to do next.
    pub detail: String,
    /// The attribute to blame; empty when no single one is.
    pub path: Path,
}

impl Diagnostic {
    /// An error.
    pub fn error(summary: impl Into<String>) -> Self {
        Self { severity: Severity::Error, summary: summary.into(), detail: String::new(), path: Path::root() }
    }

    /// A warning.
    pub fn warning(summary: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(summary) }
    }

    /// Adds what to know beyond the summary.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Names the attribute to blame.
    #[must_use]
    pub fn at(mut self, path: impl Into<Path>) -> Self {
        self.path = path.into();
        self
    }

    /// The message of the protocol.
    pub fn to_proto(&self) -> pb::Diagnostic {
        let severity = match self.severity {
            Severity::Error => pb::diagnostic::Severity::Error,
            Severity::Warning => pb::diagnostic::Severity::Warning,
        };
        pb::Diagnostic {
            severity: severity.into(),
            summary: self.summary.clone(),
            detail: self.detail.clone(),
            attribute: self.path.to_proto(),
        }
    }
}

/// Why an operation of a resource, data source or provider failed: one or more problems.
///
/// Any `std::error::Error` becomes one with `?`; [`During`] says what was being done. It is not itself a `std::error::Error`, so
/// that this conversion is possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    diagnostics: Vec<Diagnostic>,
}

/// `std::result::Result` with [`enum@Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// An error that says what happened.
    pub fn new(summary: impl Into<String>) -> Self {
        Self::from(Diagnostic::error(summary))
    }

    /// Adds what to know beyond the summary.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        if let Some(last) = self.diagnostics.last_mut() {
            last.detail = detail.into();
        }
        self
    }

    /// Names the attribute to blame.
    #[must_use]
    pub fn at(mut self, path: impl Into<Path>) -> Self {
        if let Some(last) = self.diagnostics.last_mut() {
            last.path = path.into();
        }
        self
    }

    /// Several problems at once.
    pub fn all(diagnostics: impl IntoIterator<Item = Diagnostic>) -> Self {
        Self { diagnostics: diagnostics.into_iter().collect() }
    }

    /// The problems, in order.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The problems, in order.
    pub fn into_diagnostics(self) -> Vec<Diagnostic> {
        self.diagnostics
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostics: vec![diagnostic] }
    }
}

impl<E: std::error::Error> From<E> for Error {
    fn from(error: E) -> Self {
        Self::new(with_causes(&error))
    }
}

/// The message of an error and of everything that caused it, without repeating what a message already says.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    text
}

/// Says what was being done when an error came.
pub trait During<T> {
    /// `client.create_nodegroup().send().await.during("creating the node group")?`
    fn during(self, doing: &str) -> Result<T>;
}

impl<T, E: std::error::Error> During<T> for std::result::Result<T, E> {
    fn during(self, doing: &str) -> Result<T> {
        self.map_err(|error| Error::new(format!("Failed while {doing}")).detail(with_causes(&error)))
    }
}

/// Problems found while looking at something; errors and warnings alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(Vec<Diagnostic>);

impl Problems {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds an error at an attribute.
    pub fn error(&mut self, at: impl Into<Path>, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic::error(summary).detail(detail).at(at));
    }

    /// Adds a warning at an attribute.
    pub fn warn(&mut self, at: impl Into<Path>, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic::warning(summary).detail(detail).at(at));
    }

    /// Adds all problems of an error.
    pub fn extend(&mut self, error: Error) {
        self.0.extend(error.diagnostics);
    }

    /// Whether anything stops the operation.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// The problems, in order.
    pub fn into_vec(self) -> Vec<Diagnostic> {
        self.0
    }
}

impl From<Error> for Problems {
    fn from(error: Error) -> Self {
        Self(error.diagnostics)
    }
}
