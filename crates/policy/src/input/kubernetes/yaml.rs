//! YAML text to engine values, document by document, with bounds on what it may grow to.
//!
//! YAML is read as `kubectl` reads it: `privileged: yes` and `hostPID: on` are true, and `0644` is octal, as in
//! `defaultMode: 0644`; a stricter reader would pass what then runs. Merge keys (`<<`) are expanded. Duplicate keys are an error, because which one
//! the API server takes is not what the reader of the file sees.

use std::collections::BTreeMap;
use std::fmt;

use regorus::Value;
use serde::Deserialize;
use serde::de::{self, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{DuplicateKeyPolicy, Spanned};

use super::{Place, structure};
use crate::error::InputError;

/// Most nodes (mappings, sequences, scalars) written in one file. A full set of cluster CRDs has about 300,000.
const MAX_NODES: usize = 5_000_000;
/// Deepest nesting of one document. The deepest published CRDs stay under 70.
const MAX_DEPTH: usize = 128;
/// Most nodes that aliases may add to one file by repeating what they point to.
const MAX_ALIASED_NODES: usize = 200_000;
/// Most documents in one file.
const MAX_DOCUMENTS: usize = 100_000;
/// Bytes of stack for the reader, which recurses: six times what [`MAX_DEPTH`] levels need without optimisation, so that
/// the depth allowed does not depend on the thread that asks.
const STACK: usize = 16 * 1024 * 1024;

/// The documents of a YAML text with their places; empty ones are left out.
pub(super) fn documents(name: &str, yaml: &str) -> Result<Vec<(Place, Value)>, InputError> {
    with_large_stack(|| decode(name, yaml)).unwrap_or_else(|error| {
        let place = Place { document: 1, position: None, item: None };
        Err(structure(name, place, format!("no thread can be started to read the YAML: {error}")))
    })
}

/// Runs a reader on a thread whose stack is large enough for it.
///
/// # Errors
/// When no thread can be started.
pub(super) fn with_large_stack<T: Send>(read: impl FnOnce() -> T + Send) -> std::io::Result<T> {
    std::thread::scope(|scope| {
        let reader = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, read)?;
        reader.join().map_or_else(|panic| std::panic::resume_unwind(panic), Ok)
    })
}

fn decode(name: &str, yaml: &str) -> Result<Vec<(Place, Value)>, InputError> {
    let yaml = yaml.trim_start_matches('\u{feff}');
    let documents: Vec<Spanned<Node>> = serde_saphyr::from_str_multiple_with_options(yaml, options())
        .map_err(|error| yaml_error(name, yaml, &error))?;
    let numbers = DocumentNumbers::of(yaml);
    let placed = documents.into_iter().map(|document| {
        let (line, column) = (document.referenced.line(), document.referenced.column());
        (Place { document: numbers.at(line), position: Some((line, column)), item: None }, document.value.0)
    });
    Ok(placed.collect())
}

pub(super) fn options() -> serde_saphyr::Options {
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
        strict_booleans: false,
        legacy_octal_numbers: true,
        underscored_numbers_as_strings: true,
        emit_comments: false,
        with_snippet: false,
    }
}

fn yaml_error(name: &str, yaml: &str, error: &serde_saphyr::Error) -> InputError {
    use serde_saphyr::Error;
    let (line, column) = error.location().map_or((1, 1), |location| (location.line(), location.column()));
    let document = DocumentNumbers::of(yaml).at(line);
    let cause = match error.without_snippet() {
        Error::AliasError { error, .. } => error.as_ref(),
        other => other,
    };
    let exceeded = match cause {
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. } => {
            format!(
                "its aliases repeat more than {MAX_ALIASED_NODES} nodes, as a \"YAML bomb\" does; write the parts out"
            )
        }
        Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => {
            format!("it is nested deeper than {MAX_DEPTH} levels; no real manifest is")
        }
        Error::Budget { breach: BudgetBreach::Nodes { .. } | BudgetBreach::Events { .. }, .. } => {
            format!("it has more than {MAX_NODES} nodes; split the file")
        }
        Error::Budget { breach: BudgetBreach::Documents { .. }, .. } => {
            format!("it has more than {MAX_DOCUMENTS} documents; split the file")
        }
        Error::Budget { breach, .. } => format!("it exceeds a limit of the YAML reader ({breach:?}); split the file"),
        _ => {
            return InputError::Syntax {
                name: name.to_owned(),
                line: usize::try_from(line).unwrap_or(usize::MAX),
                column: usize::try_from(column).unwrap_or(usize::MAX),
                message: format!("document {document}: {}", without_location(&cause.to_string())),
                hint: String::new(),
            };
        }
    };
    let place = Place { document, position: Some((line, column)), item: None };
    structure(name, place, format!("the YAML was not read: {exceeded}"))
}

/// The parser appends "at line 3, column 5"; the place stands in front of the message already.
fn without_location(message: &str) -> String {
    match message.rfind(" at line ") {
        Some(at) => message.get(..at).unwrap_or(message).to_owned(),
        None => message.to_owned(),
    }
}

/// Numbers the documents of a YAML text as a reader counts them: by `---`, a comment-only head not counted.
pub(super) struct DocumentNumbers {
    /// Line numbers on which a document begins, ascending.
    starts: Vec<u64>,
}

impl DocumentNumbers {
    pub(super) fn of(yaml: &str) -> Self {
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
    pub(super) fn at(&self, line: u64) -> usize {
        self.starts.partition_point(|start| *start <= line).max(1)
    }
}

/// At the start of a line `---` always separates documents, even inside a block scalar.
pub(super) fn is_separator(line: &str) -> bool {
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
