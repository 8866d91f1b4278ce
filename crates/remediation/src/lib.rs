//! Recommendations on cost as edits of the Terraform configuration they are about.
//!
//! State and configuration say what runs ([`ListedResource`]); what should be otherwise is decided for one resource at a time.
//! Each argument to be changed is followed through variables, locals, `for_each` and module calls to the literal that sets
//! it, which is edited where it stands. Then the configuration is evaluated again with the edits: they are kept only when
//! exactly the intended arguments of the intended resources have changed. What cannot be done so is refused, with the place
//! and the reason.
//!
//! [`propose`] changes nothing; [`Patch::write`] does. Nothing here talks to AWS: what Terraform owns, Terraform changes.

mod advice;
mod edit;
mod effective;
mod layout;
mod patch;
mod propose;
mod saving;
mod verify;

use std::path::PathBuf;

use parapet_policy::input::ListedResource;
use parapet_policy::input::hcl::Variables;
use parapet_policy::{AttributePath, InputError};
use parapet_pricing::Book;

pub use advice::{Category, Change, Wishes};
pub use patch::{FileChange, Patch, WriteError};
pub use propose::propose;
pub use saving::Saving;

/// What a patch is made from.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// Directory of the root module.
    pub source: &'a std::path::Path,
    /// Values of its variables.
    pub variables: &'a Variables,
    /// What exists, from a state.
    pub resources: &'a [ListedResource],
    /// What is wanted.
    pub wishes: &'a Wishes,
    /// What things cost.
    pub book: &'a Book,
    /// Region of resources of which neither the state nor the configuration says it.
    pub region: Option<&'a str>,
}

/// A recommendation that the patch carries out.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The resource instance.
    pub address: String,
    /// Its family.
    pub category: Category,
    /// The arguments that change.
    pub changes: Vec<Change>,
    /// Why that is better.
    pub why: String,
    /// What it saves.
    pub saving: Saving,
    /// Files and lines that are edited for it, lines from 1.
    pub places: Vec<(PathBuf, u32)>,
}

/// A recommendation that nobody but a person can carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The resource instance.
    pub address: String,
    /// Its family.
    pub category: Category,
    /// The argument.
    pub path: AttributePath,
    /// What was recommended: `to gp3`.
    pub what: String,
    /// Where it ended; the directory of the configuration for what is not in it.
    pub file: PathBuf,
    /// Line of the file, from 1.
    pub line: Option<u32>,
    /// Why.
    pub reason: String,
}

/// Why no patch can be made.
#[derive(Debug, thiserror::Error)]
pub enum PatchError {
    /// Not all of the configuration was read: what an edit does to the rest is not known.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Source(Vec<InputError>),
    /// A file that has gone or cannot be read any more.
    #[error("{}: cannot be read: {error}; nothing was changed", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// What the operating system said.
        error: std::io::Error,
    },
}
