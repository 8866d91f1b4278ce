//! Where in a YAML file the values are that findings blame.
//!
//! Manifests are decoded without places, because nearly all values are never blamed. A file with findings is read a second
//! time, with the place of every key.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;

use super::yaml::{self, DocumentNumbers};
use super::{Place, address};
use crate::finding::{Finding, SourceRange};
use crate::path::{AttributePath, Step};

/// Gives the findings about one file their place in it: the key to blame, or the nearest one above it that is there.
/// A text that cannot be read gives none.
pub(crate) fn attach(findings: &mut [&mut Finding], name: &str, text: &str) {
    let _ = yaml::with_large_stack(|| {
        let objects = objects(text);
        let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        let mut texts = HashMap::new();
        for finding in findings {
            let empty = AttributePath::default();
            let path = finding.path.as_ref().unwrap_or(&empty);
            finding.source = objects.get(&finding.subject.address).map(|object| {
                let (nearest, below) = object.find(path);
                let inside = embedded(nearest, below, &lines, &mut texts);
                inside.unwrap_or(nearest.place).range(name)
            });
        }
    });
}

/// Documents in texts, by the line of the text.
type Texts = HashMap<u64, Option<Located>>;

/// The place of something in a document that is written as a text (`collector.yaml: |`).
fn embedded(holder: &Located, below: &[Step], lines: &[&str], texts: &mut Texts) -> Option<Spot> {
    let Node::Text(text) = &holder.node else { return None };
    if below.is_empty() {
        return None;
    }
    let read = || {
        let documents: Result<Vec<Spanned<Node>>, _> =
            serde_saphyr::from_str_multiple_with_options(text, yaml::options());
        documents.ok().and_then(|documents| documents.into_iter().next()).map(Located::of)
    };
    let document = texts.entry(holder.place.line).or_insert_with(read).as_ref()?;
    let spot = document.find(&AttributePath(below.to_vec())).0.place;
    // Only a literal block has its lines one to one in the file; of any other text the key is the place.
    let inner = text.lines().nth(usize::try_from(spot.line.checked_sub(1)?).ok()?)?;
    let line = holder.place.line + spot.line;
    let outer = lines.get(usize::try_from(line.checked_sub(1)?).ok()?)?;
    let indent = outer.strip_suffix(inner).filter(|indent| indent.trim().is_empty())?;
    let indent = u64::try_from(indent.chars().count()).ok()?;
    Some(Spot { line, column: indent + spot.column, width: spot.width })
}

/// Address -> object. The only document of a file that is no object has the empty address.
fn objects(text: &str) -> HashMap<String, Located> {
    let mut objects = HashMap::new();
    let text = text.trim_start_matches('\u{feff}');
    let documents: Result<Vec<Spanned<Node>>, _> = serde_saphyr::from_str_multiple_with_options(text, yaml::options());
    let numbers = DocumentNumbers::of(text);
    let mut others = Vec::new();
    for document in documents.unwrap_or_default() {
        let line = document.referenced.line();
        if !document.value.is_object() {
            others.push(Located::of(document));
            continue;
        }
        collect(Located::of(document), Place { document: numbers.at(line), position: None, item: None }, &mut objects);
    }
    if others.len() == 1
        && let Some(only) = others.pop()
    {
        objects.insert(String::new(), only);
    }
    objects
}

fn collect(object: Located, place: Place, into: &mut HashMap<String, Located>) {
    let Some(kind) = object.text(&["kind"]).map(str::to_owned) else { return };
    let mut object = object;
    if let (Some(item_kind), Node::Map(fields)) = (kind.strip_suffix("List"), &mut object.node)
        && let Some((_, Located { node: Node::List(items), .. })) = fields.iter_mut().find(|(key, _)| key == "items")
    {
        for (index, mut item) in std::mem::take(items).into_iter().enumerate() {
            // As when they are decoded: items of a typed list have no kind of their own.
            if item.text(&["kind"]).is_none()
                && let Node::Map(fields) = &mut item.node
            {
                let kind = Located { place: Spot { width: 0, ..item.place }, node: Node::Text(item_kind.to_owned()) };
                fields.push(("kind".to_owned(), kind));
            }
            collect(item, Place { item: Some(index + 1), ..place }, into);
        }
        return;
    }
    let name = object.text(&["metadata", "name"]).or_else(|| object.text(&["metadata", "generateName"]));
    let address = address(&kind, object.text(&["metadata", "namespace"]), name, place);
    into.entry(address).or_insert(object);
}

/// A place in a text: line and column from 1, and the characters to blame.
#[derive(Debug, Clone, Copy)]
struct Spot {
    line: u64,
    column: u64,
    width: usize,
}

impl Spot {
    fn range(self, file: &str) -> SourceRange {
        let number = |value: u64| u32::try_from(value).unwrap_or(u32::MAX).max(1);
        let width = u64::try_from(self.width.max(1)).unwrap_or(1);
        SourceRange {
            file: file.to_owned(),
            line: number(self.line),
            column: number(self.column),
            end_line: number(self.line),
            end_column: number(self.column + width),
        }
    }
}

/// A node and where its key is written, or the node itself when it has none.
struct Located {
    place: Spot,
    node: Node,
}

/// What is in a YAML text.
enum Node {
    Map(Vec<(String, Located)>),
    List(Vec<Located>),
    Text(String),
    Other,
}

impl Node {
    /// Whether it has the `kind` of a Kubernetes object.
    fn is_object(&self) -> bool {
        matches!(self, Self::Map(fields) if fields.iter().any(|(key, _)| key == "kind"))
    }
}

impl Located {
    fn of(spanned: Spanned<Node>) -> Self {
        let (line, column) = (spanned.referenced.line(), spanned.referenced.column());
        let width = if let Node::Text(text) = &spanned.value { text.chars().count() } else { 1 };
        Self { place: Spot { line, column, width }, node: spanned.value }
    }

    fn step(&self, step: &Step) -> Option<&Self> {
        match (&self.node, step) {
            (Node::Map(fields), Step::Key(key)) => fields.iter().find(|(name, _)| name == key).map(|(_, field)| field),
            (Node::List(items), Step::Index(index)) => items.get(*index),
            _ => None,
        }
    }

    fn text(&self, keys: &[&str]) -> Option<&str> {
        let found = keys.iter().try_fold(self, |here, key| here.step(&Step::Key((*key).to_owned())))?;
        match &found.node {
            Node::Text(text) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// What is at the path, or the nearest thing above it and the rest of the path.
    fn find<'a, 'p>(&'a self, path: &'p AttributePath) -> (&'a Self, &'p [Step]) {
        let mut here = self;
        let mut rest = path.0.as_slice();
        while let Some((step, below)) = rest.split_first() {
            let Some(next) = here.step(step) else { break };
            (here, rest) = (next, below);
        }
        (here, rest)
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NodeVisitor;
        impl<'de> Visitor<'de> for NodeVisitor {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a YAML value")
            }

            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Other)
            }

            fn visit_none<E>(self) -> Result<Node, E> {
                Ok(Node::Other)
            }

            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
                Node::deserialize(deserializer)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
                Ok(Node::Other)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Node, E> {
                Ok(Node::Other)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Node, E> {
                Ok(Node::Other)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Node, E> {
                Ok(Node::Other)
            }

            fn visit_str<E>(self, text: &str) -> Result<Node, E> {
                Ok(Node::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element::<Spanned<Node>>()? {
                    list.push(Located::of(item));
                }
                Ok(Node::List(list))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
                let mut fields = Vec::new();
                while let Some(key) = entries.next_key::<Spanned<String>>()? {
                    if key.value == "<<" {
                        entries.next_value::<IgnoredAny>()?;
                        continue;
                    }
                    let node: Node = entries.next_value()?;
                    let width = key.value.chars().count();
                    let (line, column) = (key.referenced.line(), key.referenced.column());
                    fields.push((key.value, Located { place: Spot { line, column, width }, node }));
                }
                Ok(Node::Map(fields))
            }
        }
        deserializer.deserialize_any(NodeVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# a comment
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: ns}
spec:
  containers:
  - name: a
    securityContext:
      privileged: true
  - name: b
---
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Service
  metadata:
    name: s
";

    fn place(text: &str, address: &str, path: &[Step]) -> Option<(u64, u64)> {
        let objects = objects(text);
        let path = AttributePath(path.to_vec());
        let (nearest, below) = objects.get(address)?.find(&path);
        let lines: Vec<&str> = text.lines().collect();
        let place = embedded(nearest, below, &lines, &mut HashMap::new()).unwrap_or(nearest.place);
        Some((place.line, place.column))
    }

    #[test]
    fn keys_are_found_and_else_what_is_above_them() {
        let containers = |index: usize| vec!["spec".into(), "containers".into(), index.into()];
        let privileged = [containers(0), vec!["securityContext".into(), "privileged".into()]].concat();
        assert_eq!(place(TEXT, "Pod/ns/p", &privileged), Some((9, 7)));
        assert_eq!(place(TEXT, "Pod/ns/p", &[containers(1), vec!["image".into()]].concat()), Some((10, 5)));
        assert_eq!(place(TEXT, "Pod/ns/p", &["status".into()]), Some((2, 1)));
        assert_eq!(place(TEXT, "Service/s", &["metadata".into(), "name".into()]), Some((18, 5)));
        assert_eq!(place(TEXT, "Pod/other", &[]), None);
        assert_eq!(place(TEXT, "", &[]), None);
    }

    #[test]
    fn documents_that_are_no_objects_are_found() {
        let workflow = "on: push\njobs:\n  test:\n    steps:\n    - run: x\n";
        assert_eq!(place(workflow, "", &["jobs".into(), "test".into(), "runs-on".into()]), Some((3, 3)));
        let json = "{\n\t\"packages\": [\n\t\t{\"name\": \"a\"}\n\t]\n}\n";
        assert_eq!(place(json, "", &["packages".into(), 0.into(), "name".into()]), Some((3, 4)));
    }

    #[test]
    fn documents_in_texts_have_the_lines_of_the_file() {
        let text = "kind: ConfigMap\nmetadata: {name: c}\ndata:\n  a.yaml: |\n    exporters:\n      otlp:\n        tls: {insecure: true}\n  b: \"x: {y: 1}\"\n";
        let path = |file: &str, keys: &[&str]| {
            ["data", file].iter().chain(keys).map(|key| Step::from(*key)).collect::<Vec<_>>()
        };
        let of = |file: &str, keys: &[&str]| place(text, "ConfigMap/c", &path(file, keys));
        assert_eq!(of("a.yaml", &["exporters", "otlp", "tls"]), Some((7, 9)));
        assert_eq!(of("a.yaml", &["exporters", "debug"]), Some((5, 5)));
        assert_eq!(of("a.yaml", &[]), Some((4, 3)));
        assert_eq!(of("b", &["x", "y"]), Some((8, 3)), "a quoted text has no lines of its own");
    }
}
