//! Kubernetes manifests: YAML (multi-document) or JSON objects, `List` kinds and `AdmissionReview`s.

use std::collections::BTreeMap;
use std::fmt;

use regorus::Value;

use super::{Document, KubernetesObject};
use crate::error::InputError;

pub(crate) mod locate;
mod yaml;

#[cfg(test)]
mod tests;

/// A place in a file of one or more documents.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// Number of the document within the file, from 1.
    document: usize,
    /// Line and column in the file from 1, where known.
    position: Option<(u64, u64)>,
    /// Number of the item within a `List`, from 1.
    item: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "document {}", self.document)?;
        if let Some(item) = self.item {
            write!(f, ", item {item}")?;
        }
        match self.position {
            Some((line, column)) => write!(f, ", line {line}, column {column}"),
            None => Ok(()),
        }
    }
}

/// Whether a decoded value is a Kubernetes object: a mapping with `apiVersion` and `kind`.
pub(crate) fn is_object(value: &Value) -> bool {
    text(value, "apiVersion").is_some() && text(value, "kind").is_some()
}

/// The documents of a YAML text, whatever they are.
pub(crate) fn values(name: &str, yaml: &str) -> Result<Vec<Value>, InputError> {
    Ok(yaml::documents(name, yaml)?.into_iter().map(|(_, value)| value).collect())
}

/// Whether any document of a YAML text is a Kubernetes object, judged by its lines alone.
///
/// Cheap and tolerant on purpose: it decides which file of a directory is meant to be Kubernetes, so that a broken
/// manifest is reported as broken and not skipped as something else.
pub(crate) fn looks_like_yaml(text: &str) -> bool {
    let mut api_version = false;
    let mut kind = false;
    for line in text.lines() {
        if yaml::is_separator(line) {
            (api_version, kind) = (false, false);
        }
        let key = line.trim_start_matches("--- ").trim_start_matches('{').trim_start();
        api_version |= is_key(key, "apiVersion") || line.contains("\"apiVersion\"");
        kind |= is_key(key, "kind") || line.contains("\"kind\"");
        if api_version && kind {
            return true;
        }
    }
    false
}

fn is_key(line: &str, key: &str) -> bool {
    line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':'))
}

/// Reads the objects of a text, JSON or YAML; `name` is its file name.
///
/// # Errors
/// As [`from_yaml`], and for bytes that are not UTF-8.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Vec<Document>, InputError> {
    let text = std::str::from_utf8(bytes).map_err(|error| InputError::Encoding {
        name: name.to_owned(),
        offset: error.valid_up_to(),
        hint: "save the file as UTF-8".to_owned(),
    })?;
    // YAML includes JSON but for details: pairs of escaped surrogates ("\ud83d\ude00") and the length of keys.
    match text.trim_start().starts_with('{').then(|| serde_json::from_str(text)) {
        Some(Ok(value)) => from_value(name, value),
        _ => from_yaml(name, text),
    }
}

/// Reads the objects of a YAML text; `name` is its file name. Empty and comment-only documents are skipped.
///
/// # Errors
/// Text that is not YAML, exceeds a limit, or holds a document that is not a Kubernetes object.
pub(crate) fn from_yaml(name: &str, yaml: &str) -> Result<Vec<Document>, InputError> {
    let mut into = Vec::new();
    for (place, value) in yaml::documents(name, yaml)? {
        expand(name, value, place, &mut into)?;
    }
    Ok(into)
}

/// Reads the objects of one decoded value: an object, a `List` or an `AdmissionReview`; `name` is its file name.
///
/// # Errors
/// A value that is not a Kubernetes object, or a review with nothing to check.
pub(crate) fn from_value(name: &str, value: Value) -> Result<Vec<Document>, InputError> {
    let mut into = Vec::new();
    expand(name, value, Place { document: 1, position: None, item: None }, &mut into)?;
    Ok(into)
}

fn expand(name: &str, value: Value, place: Place, into: &mut Vec<Document>) -> Result<(), InputError> {
    let (Some(_), Some(kind)) = (text(&value, "apiVersion"), text(&value, "kind")) else {
        return Err(structure(name, place, shape(&value)));
    };
    if kind == "AdmissionReview" {
        into.push(admission_review(name, value, place)?);
        return Ok(());
    }
    if let (Some(item_kind), Some(Value::Array(items))) = (kind.strip_suffix("List"), field(&value, "items")) {
        for (index, item) in items.iter().enumerate() {
            let item = complete(item, &value, item_kind);
            expand(name, item, Place { item: Some(index + 1), ..place }, into)?;
        }
        return Ok(());
    }
    let kind = kind.to_owned();
    let namespace = field(&value, "metadata").and_then(|metadata| text(metadata, "namespace"));
    let address = address(&kind, namespace, object_name(&value), place);
    into.push(Document::Kubernetes(KubernetesObject {
        document: name.to_owned(),
        address,
        kind,
        actions: Vec::new(),
        object: value,
    }));
    Ok(())
}

/// Items of a typed list (`PodList`) come from the API server without `kind` and `apiVersion`; the list states them.
fn complete(item: &Value, list: &Value, kind: &str) -> Value {
    let Value::Object(fields) = item else { return item.clone() };
    if kind.is_empty() || text(item, "kind").is_some() {
        return item.clone();
    }
    let mut completed: BTreeMap<Value, Value> = fields.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
    completed.insert("kind".into(), kind.into());
    if let Some(version) = field(list, "apiVersion") {
        completed.entry("apiVersion".into()).or_insert_with(|| version.clone());
    }
    Value::from(completed)
}

fn admission_review(name: &str, review: Value, place: Place) -> Result<Document, InputError> {
    let missing = |what: &str| structure(name, place, what.to_owned());
    let Some(request @ Value::Object(_)) = field(&review, "request") else {
        return Err(missing(
            "the AdmissionReview has no `request`; pass what the API server sends to a webhook, not what the webhook answers",
        ));
    };
    // Reviews written by hand for tests often leave the operation out; the API server never does.
    let operation = text(request, "operation").unwrap_or("CREATE").to_ascii_lowercase();
    let (from, absent) = match operation.as_str() {
        "delete" => ("oldObject", "the AdmissionReview deletes an object but has no `request.oldObject` to check"),
        "create" | "update" | "connect" => ("object", "the AdmissionReview has no `request.object` to check"),
        other => {
            let what = format!(
                "the AdmissionReview has the unknown `request.operation` {:?}; it is CREATE, UPDATE, DELETE or CONNECT",
                other.to_ascii_uppercase()
            );
            return Err(missing(&what));
        }
    };
    let Some(object @ Value::Object(_)) = field(request, from) else { return Err(missing(absent)) };
    let kind = text(object, "kind").or_else(|| field(request, "kind").and_then(|kind| text(kind, "kind")));
    let Some(kind) = kind.map(str::to_owned) else {
        return Err(missing("neither the object of the AdmissionReview nor its `request.kind` names a kind"));
    };
    let namespace = field(object, "metadata")
        .and_then(|metadata| text(metadata, "namespace"))
        .or_else(|| text(request, "namespace"));
    let address = address(&kind, namespace, object_name(object).or_else(|| text(request, "name")), place);
    let object =
        KubernetesObject { document: name.to_owned(), address, kind, actions: vec![operation], object: object.clone() };
    Ok(Document::AdmissionReview { object, review })
}

fn object_name(object: &Value) -> Option<&str> {
    let metadata = field(object, "metadata")?;
    text(metadata, "name").or_else(|| text(metadata, "generateName"))
}

fn address(kind: &str, namespace: Option<&str>, name: Option<&str>, place: Place) -> String {
    let name = match (name, place.item) {
        (Some(name), _) => name.to_owned(),
        (None, Some(item)) => format!("(document {}, item {item})", place.document),
        (None, None) => format!("(document {})", place.document),
    };
    match namespace {
        Some(namespace) => format!("{kind}/{namespace}/{name}"),
        None => format!("{kind}/{name}"),
    }
}

fn field<'a>(value: &'a Value, key: &str) -> Option<&'a Value> {
    let Value::Object(fields) = value else { return None };
    fields.get(&Value::from(key))
}

/// A field that is a string and not empty.
fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    match field(value, key) {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    }
}

fn shape(value: &Value) -> String {
    match value {
        Value::Object(_) => {
            let missing: Vec<&str> =
                ["apiVersion", "kind"].into_iter().filter(|key| text(value, key).is_none()).collect();
            let missing: Vec<String> = missing.iter().map(|key| format!("`{key}`")).collect();
            format!("the document has no {}, so it is not a Kubernetes object", missing.join(" and no "))
        }
        Value::Array(_) => "the document is a list, not an object".to_owned(),
        Value::String(_) => "the document is a plain text, not an object".to_owned(),
        Value::Number(_) => "the document is a number, not an object".to_owned(),
        Value::Bool(_) => "the document is true or false, not an object".to_owned(),
        _ => "the document is empty".to_owned(),
    }
}

fn structure(name: &str, place: Place, message: String) -> InputError {
    InputError::Structure { name: name.to_owned(), place: place.to_string(), message }
}
