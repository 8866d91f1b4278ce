//! What can be wrong with an input, a policy or a query. Every message says what happened, to what, and what to do next.

use std::path::PathBuf;

/// An input that cannot be checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// There is nothing in the input.
    #[error("{name}: the input is empty; {hint}")]
    Empty {
        /// File name.
        name: String,
        /// What to do.
        hint: String,
    },
    /// The bytes are neither UTF-8 nor UTF-16 with a byte order mark.
    #[error("{name}: the input is not text: byte {offset} is not valid UTF-8; {hint}")]
    Encoding {
        /// File name.
        name: String,
        /// Offset of the first bad byte, from 0.
        offset: usize,
        /// What to do.
        hint: String,
    },
    /// The input breaks off or breaks the grammar of JSON or YAML.
    #[error("{name}:{line}:{column}: {message}{hint}")]
    Syntax {
        /// File name.
        name: String,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong there.
        message: String,
        /// What to do, with the punctuation before it; may be empty.
        hint: String,
    },
    /// Well-formed, but nothing that Parapet checks.
    #[error("{name}: this looks like {looks_like}; {hint}")]
    Unrecognised {
        /// File name.
        name: String,
        /// What the input seems to be.
        looks_like: String,
        /// What to do.
        hint: String,
    },
    /// A plan made by a Terraform of another generation.
    #[error(
        "{name}: plan format version {version} is not supported (1.x is); update parapet, or make the plan with Terraform 0.13 to 1.x"
    )]
    FormatVersion {
        /// File name.
        name: String,
        /// Version found.
        version: String,
    },
    /// A plan that Terraform saved although planning failed.
    #[error(
        "{name}: Terraform failed while it made this plan (`errored` is true), so that it holds only a part of what there is; mend what `terraform plan` reports and make the plan anew"
    )]
    Errored {
        /// File name.
        name: String,
    },
    /// A plan or manifest whose parts are not what its format says.
    #[error("{name}: {place}: {message}")]
    Structure {
        /// File name.
        name: String,
        /// Which part: `resource change 3 (aws_s3_bucket.a)`, `document 2, line 4, column 1`.
        place: String,
        /// What is wrong with it, and what to do.
        message: String,
    },
    /// Nested deeper than any real document.
    #[error("{name}: {place}: nested deeper than {limit} levels; no real plan or manifest is, so it was not read")]
    TooDeep {
        /// File name.
        name: String,
        /// Which part.
        place: String,
        /// Levels allowed.
        limit: usize,
    },
}

/// A policy that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// A file or directory cannot be read.
    #[error("cannot read policies from {}: {source}", path.display())]
    Read {
        /// File or directory.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A directory without a single policy.
    #[error("{}: no .rego file and no data.json is in this directory; name the directory that holds the policies", path.display())]
    NoPolicies {
        /// The directory.
        path: PathBuf,
    },
    /// An OPA bundle or a data file that cannot be used.
    #[error("{name}: {message}")]
    Bundle {
        /// Bundle, and the file within it.
        name: String,
        /// What is wrong, and what to do.
        message: String,
    },
    /// Rego that does not parse or compile.
    #[error("{file}:{line}:{column}: {message}{excerpt}")]
    Syntax {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u32,
        /// Column, from 1.
        column: u32,
        /// What the engine says about it.
        message: String,
        /// The line with a caret below the column, on lines of their own; empty when there is none to show.
        excerpt: String,
    },
    /// A line longer than the engine reads.
    #[error("{file}:{line}: the line has {columns} columns, the engine reads up to {limit}; break it up")]
    LineTooLong {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u32,
        /// Columns the line has.
        columns: usize,
        /// Columns allowed.
        limit: usize,
    },
    /// METADATA with a missing, misspelt or wrong field.
    #[error("{file}:{line}: METADATA: {message}")]
    Metadata {
        /// File name.
        file: String,
        /// Line of the field, or of the METADATA block for a field that is missing.
        line: u32,
        /// Which field, what is wrong with it, and what is allowed.
        message: String,
    },
    /// A call of something that is neither a builtin nor a function of the policies.
    #[error("{file}:{line}: `{function}` is called but does not exist; {hint}")]
    UnknownFunction {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u32,
        /// Name as it is called.
        function: String,
        /// What to do.
        hint: String,
    },
    /// A rule that needs itself.
    #[error(
        "{file}:{line}: rule `{rule}` is recursive ({cycle}); Rego allows no recursion: use `walk` or `graph.reachable`"
    )]
    Recursion {
        /// File name.
        file: String,
        /// Line, from 1.
        line: u32,
        /// Full path of the rule.
        rule: String,
        /// The way back to itself.
        cycle: String,
    },
    /// Two rules with one id.
    #[error("{second}: rule {id} is already defined in {first}; rename one of the packages")]
    DuplicateRule {
        /// Id of the rule.
        id: String,
        /// File of the first.
        first: String,
        /// File of the second.
        second: String,
    },
    /// A pack that does not exist.
    #[error("there is no policy pack `{pack}`; there are: {}", known.join(", "))]
    UnknownPack {
        /// Pack asked for.
        pack: String,
        /// Packs loaded.
        known: Vec<String>,
    },
    /// A rule id or glob that selects nothing.
    #[error("no rule matches `{pattern}`; there are: {}", known.join(", "))]
    UnknownRule {
        /// Id or glob asked for.
        pattern: String,
        /// The closest ids, or all of them when they are few.
        known: Vec<String>,
    },
    /// A settings file that cannot be used.
    #[error(transparent)]
    Settings(#[from] crate::settings::SettingsError),
    /// A glob that is not one.
    #[error("`{pattern}` is not a pattern for rule ids: {message}")]
    Pattern {
        /// Pattern given.
        pattern: String,
        /// What is wrong with it.
        message: String,
    },
}

/// A query or an engine that failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The module or the query is not valid Rego.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The evaluation took too long.
    #[error("{what} took longer than {limit:?} and was stopped; make it cheaper or raise the evaluation timeout")]
    Timeout {
        /// Rule or query.
        what: String,
        /// Time allowed.
        limit: std::time::Duration,
    },
    /// The evaluation failed.
    #[error("{what}: {message}")]
    Evaluation {
        /// Rule or query.
        what: String,
        /// What the engine said.
        message: String,
    },
    /// The threads asked for cannot be started.
    #[error("cannot start {threads} evaluation threads: {message}")]
    Threads {
        /// Threads asked for.
        threads: usize,
        /// What the operating system said.
        message: String,
    },
}
