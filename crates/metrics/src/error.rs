//! What goes wrong between a question and windows.

/// A metric cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// It is no address.
    #[error("{0}: an address begins with http:// or https://")]
    Address(String),
    /// Certificates or a key that cannot be used.
    #[error("the {what}: {problem}")]
    Certificates {
        /// Which.
        what: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// No connection, or no answer in time.
    #[error("{address} does not answer: {cause}")]
    Unreachable {
        /// Who was asked.
        address: String,
        /// What the network said.
        cause: String,
    },
    /// The answer is broken off, or too large.
    #[error("the answer of {address} cannot be read: {cause}")]
    Unreadable {
        /// Who was asked.
        address: String,
        /// Why.
        cause: String,
    },
    /// An answer that is a refusal.
    #[error("{address} refuses with {status}: {said}{hint}")]
    Refused {
        /// Who was asked.
        address: String,
        /// The status of HTTP, with its name.
        status: String,
        /// Whether the same question may succeed later.
        passing: bool,
        /// The reason that was given.
        said: String,
        /// What to do, where that can be told.
        hint: &'static str,
    },
    /// Something answers that is not what it should be.
    #[error("{0}")]
    Answer(String),
    /// An answer with warnings: part of the data may be missing, and nobody knows which.
    #[error("{address} answers with a warning, so that its numbers may be incomplete: {said}")]
    Warned {
        /// Who was asked.
        address: String,
        /// The warnings.
        said: String,
    },
    /// A service that is not asked over this crate's own connections.
    #[error("{0}")]
    Service(String),
    /// The query whose answer it was.
    #[error("the query {query}")]
    Query {
        /// Its text.
        query: String,
        /// What happened.
        source: Box<MetricsError>,
    },
    /// The metric that was asked for.
    #[error("metric {metric:?}")]
    Metric {
        /// Its name.
        metric: String,
        /// What happened.
        source: Box<MetricsError>,
    },
}

impl MetricsError {
    pub(crate) fn of_query(self, query: &str) -> Self {
        Self::Query { query: query.to_owned(), source: Box::new(self) }
    }

    pub(crate) fn of_metric(self, metric: &str) -> Self {
        Self::Metric { metric: metric.to_owned(), source: Box::new(self) }
    }

    /// Whether it may pass by itself.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Warned { .. } => true,
            Self::Refused { passing, .. } => *passing,
            _ => false,
        }
    }

    /// Whether the server refuses who asks, and not what is asked.
    #[must_use]
    pub fn refuses_access(&self) -> bool {
        match self {
            Self::Query { source, .. } | Self::Metric { source, .. } => source.refuses_access(),
            Self::Refused { status, .. } => status.starts_with("401") || status.starts_with("403"),
            _ => false,
        }
    }

    /// The message with everything that led to it.
    #[must_use]
    pub fn full(&self) -> String {
        match self {
            Self::Query { source, .. } | Self::Metric { source, .. } => format!("{self}: {}", source.full()),
            other => other.to_string(),
        }
    }
}
