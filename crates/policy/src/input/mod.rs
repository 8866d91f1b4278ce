//! Inputs: what is recognised by its content and read into [`Document`]s.

use crate::Value;
use crate::error::InputError;

mod kubernetes;

/// One input to check.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Document {
    /// A Kubernetes object from a manifest.
    Kubernetes(KubernetesObject),
    /// A Kubernetes `AdmissionReview`: the object it is about, and the review as it came (the input of plain packages).
    AdmissionReview {
        /// The object to be admitted: `request.object`, or `request.oldObject` of a deletion.
        object: KubernetesObject,
        /// The whole review.
        review: Value,
    },
}

/// One Kubernetes object.
#[derive(Debug, Clone)]
pub struct KubernetesObject {
    /// File name; `-` for standard input.
    pub document: String,
    /// `Kind/namespace/name`; the namespace is left out when the object names none.
    pub address: String,
    /// `kind` of the object.
    pub kind: String,
    /// `create`, `update` or `delete` of an admission review; empty for a manifest.
    pub actions: Vec<String>,
    /// The object as it came, nulls included.
    pub object: Value,
}

/// Reads an input; what it is, is recognised by its content. `name` is the file name for messages, `-` for standard
/// input.
///
/// # Errors
/// [`InputError`] when the input is empty, not text, breaks off, or is nothing that can be checked.
pub fn read(name: &str, bytes: Vec<u8>) -> Result<Vec<Document>, InputError> {
    kubernetes::read(name, &bytes)
}

/// The same recognition for a value that is already decoded.
///
/// # Errors
/// As [`read`].
pub fn from_value(name: &str, value: Value) -> Result<Vec<Document>, InputError> {
    kubernetes::from_value(name, value)
}
