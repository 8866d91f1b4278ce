//! Inputs: what they are is recognised by their content, and they are read into [`Document`]s.

use base64::Engine as _;

use crate::Value;
use crate::error::InputError;

pub(crate) mod configuration;
mod embedded;
pub mod hcl;
pub(crate) mod json;
mod kubernetes;
mod listing;
mod omission;
pub(crate) mod plan_json;
mod recognise;
pub(crate) mod redact;
mod resource;
mod state;

use plan_json::Recognised;

pub use listing::{ListedResource, UnknownValue};
pub use plan_json::Plan;
pub use resource::Resource;

/// One input to check.
#[derive(Debug)]
#[non_exhaustive]
pub enum Document {
    /// A Terraform plan.
    Plan(Plan),
    /// A Kubernetes object from a manifest.
    Kubernetes(KubernetesObject),
    /// A Kubernetes `AdmissionReview`: the object it is about, and the review as it came (the input of plain packages).
    AdmissionReview {
        /// The object to be admitted: `request.object`, or `request.oldObject` of a deletion.
        object: KubernetesObject,
        /// The whole review.
        review: Value,
    },
    /// Any other value, for policies made for it.
    Value {
        /// Name for messages.
        name: String,
        /// The value as it came.
        value: Value,
        /// The Kubernetes object it is kept in, if it is.
        within: Option<Within>,
    },
}

/// Where in a Kubernetes object a document is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within {
    /// `Kind/namespace/name` of the object.
    pub address: String,
    /// Its kind.
    pub kind: String,
    /// What holds the document: `data["collector.yaml"]`.
    pub path: crate::path::AttributePath,
}

impl Document {
    /// File name; `-` for standard input.
    pub fn name(&self) -> &str {
        match self {
            Self::Plan(plan) => &plan.name,
            Self::Kubernetes(object) | Self::AdmissionReview { object, .. } => &object.document,
            Self::Value { name, .. } => name,
        }
    }

    /// What document rules name in `custom.documents`: `plan`, `kubernetes`, `admission-review`, `github_actions`, `gitlab_ci`,
    /// `sarif`, `cyclonedx`, `spdx`, `in_toto`, `grype`, `trivy`, `licenses`, `otel_collector`, `alertmanager`, `prometheus_rules`,
    /// `grafana_dashboard`, or `value` for anything else.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Plan(_) => "plan",
            Self::Kubernetes(_) => "kubernetes",
            Self::AdmissionReview { .. } => "admission-review",
            Self::Value { value, .. } => recognise::kind(value).unwrap_or("value"),
        }
    }
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

const WHAT_TO_GIVE: &str = "give a directory with .tf files, a plan (`terraform show -json tfplan`), a state, Kubernetes manifests (YAML or JSON), an AdmissionReview, or a pipeline of GitHub or GitLab";

/// Reads an input; what it is, is recognised by its content. `name` is the file name for messages, `-` for standard
/// input.
///
/// # Errors
/// [`InputError`] when the input is empty, not text, breaks off, or is nothing that can be checked.
pub fn read(name: &str, bytes: Vec<u8>) -> Result<Vec<Document>, InputError> {
    let text = text_of(name, bytes)?;
    let start = text.trim_start();
    let unrecognised = |looks_like: &str| InputError::Unrecognised {
        name: name.to_owned(),
        looks_like: looks_like.to_owned(),
        hint: WHAT_TO_GIVE.to_owned(),
    };
    if start.is_empty() {
        return Err(InputError::Empty { name: name.to_owned(), hint: WHAT_TO_GIVE.to_owned() });
    }
    if start.starts_with('{') {
        return match plan_json::read(name, text) {
            Ok(Recognised::Plan(plan)) => Ok(vec![Document::Plan(plan)]),
            Ok(Recognised::Other { text, keys }) if keys.iter().any(|key| key == "kind" || key == "apiVersion") => {
                kubernetes::read(name, text.as_bytes()).map(with_embedded)
            }
            Ok(Recognised::Other { text, keys }) => {
                recognised_json(name, &text).ok_or_else(|| unrecognised(&described(&keys)))
            }
            Err(error) => Err(error),
        };
    }
    if start.starts_with('[') && json::is_json(start) {
        return recognised_json(name, start).ok_or_else(|| unrecognised("a JSON list"));
    }
    let is_scalar = || json::is_json(start) || start.lines().nth(1).is_none() && !start.contains(':');
    if is_scalar() {
        return Err(unrecognised("a single value"));
    }
    let hcl = ["resource \"", "provider \"", "terraform {", "module \"", "variable \"", "data \""];
    if start.lines().any(|line| hcl.iter().any(|block| line.starts_with(block))) {
        return Err(InputError::Unrecognised {
            name: name.to_owned(),
            looks_like: "Terraform configuration".to_owned(),
            hint: "name its directory, or check its plan: `terraform plan -out=tfplan && terraform show -json tfplan > plan.json`"
                .to_owned(),
        });
    }
    if recognise::looks_like_yaml(&text) && !kubernetes::looks_like_yaml(&text) {
        let values = kubernetes::values(name, &text)?.into_iter().filter(|value| recognise::kind(value).is_some());
        let document = |value| Document::Value { name: name.to_owned(), value, within: None };
        let documents: Vec<Document> = values.map(document).collect();
        return if documents.is_empty() {
            Err(unrecognised("YAML without `apiVersion` and `kind`"))
        } else {
            Ok(documents)
        };
    }
    if !kubernetes::looks_like_yaml(&text) {
        return Err(unrecognised("text without `apiVersion` and `kind`"));
    }
    kubernetes::read(name, text.as_bytes()).map(with_embedded)
}

/// The document that a JSON text is, when it is recognised.
fn recognised_json(name: &str, text: &str) -> Option<Vec<Document>> {
    let value = signed_content(Value::from_json_str(text).ok()?);
    recognise::kind(&value)?;
    Some(vec![Document::Value { name: name.to_owned(), value, within: None }])
}

/// What a signed envelope (DSSE, as it is or in a Sigstore bundle) holds; any other value is left as it is.
fn signed_content(value: Value) -> Value {
    let envelope = if value["dsseEnvelope"].as_object().is_ok() { &value["dsseEnvelope"] } else { &value };
    let statement = || {
        let kind = envelope["payloadType"].as_string().ok()?;
        let payload = envelope["payload"].as_string().ok().filter(|_| kind.contains("in-toto"))?;
        let bytes = base64::engine::general_purpose::STANDARD.decode(payload.as_bytes()).ok()?;
        Value::from_json_str(std::str::from_utf8(&bytes).ok()?).ok()
    };
    statement().unwrap_or(value)
}

/// Adds the documents that Kubernetes objects carry.
fn with_embedded(documents: Vec<Document>) -> Vec<Document> {
    let with_its_own = |document: Document| {
        let embedded = match &document {
            Document::Kubernetes(object) => embedded::documents(object),
            _ => Vec::new(),
        };
        std::iter::once(document).chain(embedded)
    };
    documents.into_iter().flat_map(with_its_own).collect()
}

fn described(keys: &[String]) -> String {
    let named: Vec<String> =
        keys.iter().take(4).map(|key| format!("`{}`", key.chars().take(30).collect::<String>())).collect();
    if named.is_empty() {
        "an empty JSON object".to_owned()
    } else {
        format!("a JSON object with {}", named.join(", "))
    }
}

/// The text of an input: UTF-8, or the UTF-16 that PowerShell writes.
fn text_of(name: &str, bytes: Vec<u8>) -> Result<String, InputError> {
    let hint = if bytes.starts_with(b"PK\x03\x04") {
        "this is a plan as `-out` saves it: give Parapet the output of `terraform show -json` for it"
    } else {
        WHAT_TO_GIVE
    };
    let faulty = |offset: usize| InputError::Encoding { name: name.to_owned(), offset, hint: hint.to_owned() };
    let utf16 = match bytes.get(..2) {
        Some([0xFF, 0xFE]) => Some(u16::from_le_bytes as fn([u8; 2]) -> u16),
        Some([0xFE, 0xFF]) => Some(u16::from_be_bytes as fn([u8; 2]) -> u16),
        _ => None,
    };
    if let Some(decode) = utf16 {
        let units = bytes.chunks_exact(2).skip(1).map(|pair| match pair {
            [a, b] => decode([*a, *b]),
            _ => 0,
        });
        return char::decode_utf16(units).collect::<Result<String, _>>().map_err(|_| faulty(2));
    }
    let mut text = String::from_utf8(bytes).map_err(|error| faulty(error.utf8_error().valid_up_to()))?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    if text.starts_with("PK\u{3}\u{4}") || text.contains('\0') {
        return Err(faulty(text.find(['\0', '\u{3}']).unwrap_or_default()));
    }
    Ok(text)
}

/// Gives findings about Kubernetes objects and other documents their place in the YAML or JSON file they were read from. `text` is the content of
/// `document`; findings about other documents, and those that have a place, are left alone.
pub fn locate_in_yaml(findings: &mut [crate::Finding], document: &str, text: &str) {
    let mut open: Vec<&mut crate::Finding> =
        findings.iter_mut().filter(|f| f.source.is_none() && f.subject.document == document).collect();
    if !open.is_empty() {
        kubernetes::locate::attach(&mut open, document, text);
    }
}

/// The same recognition for a value that is already decoded. What is neither plan nor Kubernetes object is
/// [`Document::Value`]: who hands over a value, rather than a file found somewhere, means it.
///
/// # Errors
/// As [`read`].
pub fn from_value(name: &str, value: Value) -> Result<Vec<Document>, InputError> {
    if kubernetes::is_object(&value) {
        return kubernetes::from_value(name, value).map(with_embedded);
    }
    let has = |key: &str| !matches!(value[key], Value::Undefined);
    if !has("format_version") || !(has("resource_changes") || has("planned_values")) {
        return Ok(vec![Document::Value { name: name.to_owned(), value, within: None }]);
    }
    let text = value.to_json_str().map_err(|error| InputError::Structure {
        name: name.to_owned(),
        place: "the value".to_owned(),
        message: error.to_string(),
    })?;
    read(name, text.into_bytes())
}
