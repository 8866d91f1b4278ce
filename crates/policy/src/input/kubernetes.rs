//! Kubernetes manifests: YAML (multi-document) or JSON objects, `List` kinds and `AdmissionReview`s.
//!
//! YAML follows the 1.2 rules (`on` and `yes` stay strings), with the one exception Kubernetes itself makes: `0644`
//! is octal, as in `defaultMode: 0644`. Merge keys (`<<`) are expanded. Duplicate keys are an error, because which one
//! the API server takes is not what the reader of the file sees.

use std::collections::BTreeMap;
use std::fmt;

use regorus::Value;
use serde::Deserialize;
use serde::de::{self, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Spanned};

/// Most nodes (mappings, sequences, scalars) written in one file. A full set of cluster CRDs has about 300,000.
const MAX_NODES: usize = 5_000_000;
/// Deepest nesting of one document. The deepest published CRDs stay under 70.
const MAX_DEPTH: usize = 128;
/// Most nodes that aliases may add to one file by repeating what they point to.
const MAX_ALIASED_NODES: usize = 200_000;
/// Most documents in one file.
const MAX_DOCUMENTS: usize = 100_000;

/// One Kubernetes object to check.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// `Kind/namespace/name`; the namespace is left out when the object has none. An object without a name (a
    /// `Kustomization`, say) is named by its place: `Kind/(document 3)`.
    pub address: String,
    /// The object's kind, as in `Deployment`.
    pub kind: String,
    /// What an `AdmissionReview` asks for (`create`, `update`, `delete` or `connect`); empty for a plain manifest.
    pub actions: Vec<String>,
    /// The object: the manifest itself, or the `object` (`oldObject` on delete) of an `AdmissionReview`.
    pub object: Value,
    /// The whole `AdmissionReview` as it came, which is the `input` of rules written for admission control.
    pub review: Option<Value>,
}

/// Why a Kubernetes input cannot be checked. Lines and columns count from 1.
#[derive(Debug, thiserror::Error, PartialEq)]
#[non_exhaustive]
pub enum KubernetesError {
    /// The text is not YAML, or breaks a rule of it (duplicate keys included).
    #[error("{place}: {message}")]
    Yaml {
        /// Where in the text.
        place: Place,
        /// What the parser says.
        message: String,
    },
    /// The text grows beyond a limit when it is read: too many nodes, too deep, or aliases that multiply.
    #[error(
        "{place}: the YAML exceeds a safety limit: {message}. Such growth is how a \"YAML bomb\" works; write the repeated parts out, or split the file"
    )]
    Limit {
        /// Where the limit was passed.
        place: Place,
        /// Which limit.
        message: String,
    },
    /// A document that is not a Kubernetes object.
    #[error("{place}: {what}; a Kubernetes object has `apiVersion` and `kind`")]
    NotAnObject {
        /// Where the document starts.
        place: Place,
        /// What was found instead.
        what: String,
    },
    /// An `AdmissionReview` that holds nothing to check.
    #[error("{place}: {what}")]
    Review {
        /// Where the document starts.
        place: Place,
        /// What is missing, and what to do.
        what: String,
    },
}

/// A place in a file of one or more documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Number of the document within the file, from 1.
    pub document: usize,
    /// Line in the file from 1, where known.
    pub line: Option<u64>,
    /// Column in the line from 1, where known.
    pub column: Option<u64>,
    /// Number of the item within a `List`, from 1.
    pub item: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "document {}", self.document)?;
        if let Some(item) = self.item {
            write!(f, ", item {item}")?;
        }
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, ", line {line}, column {column}"),
            (Some(line), None) => write!(f, ", line {line}"),
            _ => Ok(()),
        }
    }
}

/// Whether a decoded value is a Kubernetes object: a mapping with `apiVersion` and `kind`.
pub fn is_object(value: &Value) -> bool {
    text(value, "apiVersion").is_some() && text(value, "kind").is_some()
}

/// Whether any document of a YAML text is a Kubernetes object, judged by its lines alone.
///
/// Cheap and tolerant on purpose: it decides which file of a directory is meant to be Kubernetes, so that a broken
/// manifest is reported as broken and not skipped as something else.
pub fn looks_like_yaml(text: &str) -> bool {
    let mut api_version = false;
    let mut kind = false;
    for line in text.lines() {
        if is_separator(line) {
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

/// Reads the objects of a YAML text. Empty and comment-only documents are skipped.
///
/// # Errors
/// Text that is not YAML, exceeds a limit, or holds a document that is not a Kubernetes object.
pub fn from_yaml(yaml: &str) -> Result<Vec<Manifest>, KubernetesError> {
    let yaml = yaml.trim_start_matches('\u{feff}');
    let documents: Vec<Spanned<Node>> =
        serde_saphyr::from_str_multiple_with_options(yaml, options()).map_err(|error| yaml_error(yaml, &error))?;
    let numbers = DocumentNumbers::of(yaml);
    let mut manifests = Vec::with_capacity(documents.len());
    for document in documents {
        let line = document.referenced.line();
        let place = Place { document: numbers.at(line), line: Some(line), ..Place::default() };
        expand(document.value.0, place, &mut manifests)?;
    }
    Ok(manifests)
}

/// Reads the objects of one decoded document: an object, a `List` or an `AdmissionReview`.
///
/// # Errors
/// A value that is not a Kubernetes object, or a review with nothing to check.
pub fn from_value(value: Value) -> Result<Vec<Manifest>, KubernetesError> {
    let mut manifests = Vec::new();
    expand(value, Place { document: 1, ..Place::default() }, &mut manifests)?;
    Ok(manifests)
}

fn expand(value: Value, place: Place, into: &mut Vec<Manifest>) -> Result<(), KubernetesError> {
    let (Some(_), Some(kind)) = (text(&value, "apiVersion"), text(&value, "kind")) else {
        return Err(KubernetesError::NotAnObject { place, what: shape(&value) });
    };
    if kind == "AdmissionReview" {
        into.push(review(value, place)?);
        return Ok(());
    }
    if let (Some(item_kind), Some(Value::Array(items))) = (kind.strip_suffix("List"), field(&value, "items")) {
        for (index, item) in items.iter().enumerate() {
            let item = complete(item, &value, item_kind);
            expand(item, Place { item: Some(index + 1), ..place }, into)?;
        }
        return Ok(());
    }
    let kind = kind.to_owned();
    let namespace = field(&value, "metadata").and_then(|metadata| text(metadata, "namespace"));
    let address = address(&kind, namespace, name(&value), place);
    into.push(Manifest { address, kind, actions: Vec::new(), object: value, review: None });
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

fn review(review: Value, place: Place) -> Result<Manifest, KubernetesError> {
    let missing = |what: &str| KubernetesError::Review { place, what: what.to_owned() };
    let Some(request @ Value::Object(_)) = field(&review, "request") else {
        return Err(missing(
            "the AdmissionReview has no `request`; only what an API server sends to a webhook can be checked, not the webhook's answer",
        ));
    };
    let operation = text(request, "operation").unwrap_or("CREATE").to_ascii_lowercase();
    let (from, absent) = match operation.as_str() {
        "delete" => (
            "oldObject",
            "the AdmissionReview deletes an object but has no `request.oldObject`, which is what is checked",
        ),
        "create" | "update" | "connect" => {
            ("object", "the AdmissionReview has no `request.object`, which is what is checked")
        }
        other => {
            let what = format!(
                "the AdmissionReview has the unknown `request.operation` {:?}; it is CREATE, UPDATE, DELETE or CONNECT",
                other.to_ascii_uppercase()
            );
            return Err(KubernetesError::Review { place, what });
        }
    };
    let Some(object @ Value::Object(_)) = field(request, from) else { return Err(missing(absent)) };
    let Some(kind) =
        text(object, "kind").or_else(|| field(request, "kind").and_then(|kind| text(kind, "kind"))).map(str::to_owned)
    else {
        return Err(missing("neither the object of the AdmissionReview nor its `request.kind` names a kind"));
    };
    let namespace = field(object, "metadata")
        .and_then(|metadata| text(metadata, "namespace"))
        .or_else(|| text(request, "namespace"));
    let address = address(&kind, namespace, name(object).or_else(|| text(request, "name")), place);
    Ok(Manifest { address, kind, actions: vec![operation], object: object.clone(), review: Some(review) })
}

fn name(object: &Value) -> Option<&str> {
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
            format!("the document has no {}", missing.join(" and no "))
        }
        Value::Array(_) => "the document is a list, not an object".to_owned(),
        Value::String(_) => "the document is a plain text, not an object".to_owned(),
        Value::Number(_) => "the document is a number, not an object".to_owned(),
        Value::Bool(_) => "the document is true or false, not an object".to_owned(),
        _ => "the document is empty".to_owned(),
    }
}

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_nodes: MAX_NODES,
            max_events: MAX_NODES * 2,
            max_depth: MAX_DEPTH,
            max_documents: MAX_DOCUMENTS,
            max_total_scalar_bytes: 512 * 1024 * 1024,
            // Aliases are bounded by what they add, below; their number alone says nothing.
            enforce_alias_anchor_ratio: false,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: MAX_ALIASED_NODES },
        duplicate_keys: DuplicateKeyPolicy::Error,
        strict_booleans: true,
        legacy_octal_numbers: true,
        underscored_numbers_as_strings: true,
        emit_comments: false,
        with_snippet: false,
    }
}

fn yaml_error(yaml: &str, error: &serde_saphyr::Error) -> KubernetesError {
    use serde_saphyr::Error;
    let location = error.location();
    let place = Place {
        document: location.map_or(1, |location| DocumentNumbers::of(yaml).at(location.line())),
        line: location.map(|location| location.line()),
        column: location.map(|location| location.column()),
        item: None,
    };
    let inner = match error.without_snippet() {
        Error::AliasError { error, .. } => error.as_ref(),
        other => other,
    };
    match inner {
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. } => {
            KubernetesError::Limit { place, message: format!("its aliases repeat more than {MAX_ALIASED_NODES} nodes") }
        }
        Error::Budget { breach, .. } => KubernetesError::Limit { place, message: format!("{breach:?}") },
        _ => KubernetesError::Yaml { place, message: without_location(&inner.to_string()) },
    }
}

/// The parser appends "at line 3, column 5"; the place stands in front of the message already.
fn without_location(message: &str) -> String {
    match message.rfind(" at line ") {
        Some(at) => message.get(..at).unwrap_or(message).to_owned(),
        None => message.to_owned(),
    }
}

/// Numbers the documents of a YAML text as a reader counts them: by `---`, a comment-only head not counted.
struct DocumentNumbers {
    /// Line numbers on which a document begins, ascending.
    starts: Vec<u64>,
}

impl DocumentNumbers {
    fn of(yaml: &str) -> Self {
        let mut starts = Vec::new();
        let mut open = false;
        for (number, line) in (1..).zip(yaml.lines()) {
            if is_separator(line) {
                starts.push(number);
                open = true;
            } else if line.starts_with("...") {
                open = false;
            } else if !open && !line.trim().is_empty() && !line.trim_start().starts_with(['#', '%']) {
                starts.push(number);
                open = true;
            }
        }
        Self { starts }
    }

    /// Number of the document a line belongs to, from 1.
    fn at(&self, line: u64) -> usize {
        self.starts.partition_point(|start| *start <= line).max(1)
    }
}

/// At the start of a line `---` always separates documents, even inside a block scalar.
fn is_separator(line: &str) -> bool {
    line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r']))
}

/// A YAML node decoded straight into an engine value. Keys become strings, as they do on their way to an API server.
struct Node(Value);

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node(Value::Null))
    }

    fn visit_none<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node(Value::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node(value.into()))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        Value::deserialize(value.into_deserializer()).map(Node)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node(value.into()))
    }

    fn visit_string<E: de::Error>(self, value: String) -> Result<Node, E> {
        Ok(Node(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut array = Vec::new();
        while let Some(Node(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Node(Value::from(array)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut object = BTreeMap::new();
        while let Some(key) = entries.next_key::<String>()? {
            let Node(value) = entries.next_value()?;
            if object.insert(Value::from(key.as_str()), value).is_some() {
                // `1` and `"1"` are two keys to YAML but one to the API server.
                return Err(de::Error::custom(format!("duplicate mapping key: {key}")));
            }
        }
        Ok(Node(Value::from(object)))
    }
}
