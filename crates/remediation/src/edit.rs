//! Edits of the text of a file: a literal is replaced, or an argument is added to a block. Nothing else of the text changes,
//! but for the layout of the lines around it.

use std::collections::BTreeMap;
use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::parser;
use hcl_edit::structure::{Attribute, Block, Body};
use serde_json::Value as Json;

use crate::layout::Draft;

/// One edit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Edit {
    /// A literal at these bytes gets this text.
    Replace(SpanOf, String),
    /// The block at these bytes gets an argument.
    Add {
        /// The block.
        block: SpanOf,
        /// The argument.
        name: String,
        /// The text of its value.
        value: String,
        /// It stands behind the first of these that the block has.
        beside: Vec<String>,
    },
}

impl Edit {
    /// The argument that is added.
    fn adds(&self) -> Option<&str> {
        match self {
            Self::Add { name, .. } => Some(name),
            Self::Replace(..) => None,
        }
    }
}

/// Bytes of a text, in the order of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SpanOf {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

impl From<&Range<usize>> for SpanOf {
    fn from(span: &Range<usize>) -> Self {
        Self { start: span.start, end: span.end }
    }
}

/// A value as an expression of HCL.
pub(crate) fn expression(value: &Json) -> String {
    match value {
        // Only names and numbers are written, none of which needs an escape.
        Json::String(text) => format!("\"{text}\""),
        other => other.to_string(),
    }
}

/// A stretch that becomes another text.
struct Splice {
    span: Range<usize>,
    text: String,
    /// The line before, and how many lines further down the one is that is new.
    anchor: usize,
    below: usize,
}

/// The text with all edits; `None` when one of them has no place in it.
pub(crate) fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let body = parser::parse_body(text).ok()?;
    let mut splices = Vec::new();
    let mut edits: Vec<Edit> = edits.to_vec();
    edits.sort();
    edits.dedup();
    let mut rest = edits.as_slice();
    while let Some((first, tail)) = rest.split_first() {
        let count = match first {
            Edit::Replace(span, value) => {
                let anchor = line_of(text, span.start);
                splices.push(Splice { span: span.start..span.end, text: value.clone(), anchor, below: 0 });
                1
            }
            Edit::Add { block, .. } => {
                let same = |edit: &&Edit| matches!(edit, Edit::Add { block: other, .. } if other == block);
                let count = 1 + tail.iter().take_while(same).count();
                let block = find(&body, *block)?;
                splices.extend(add(text, block, rest.get(..count)?)?);
                count
            }
        };
        rest = rest.get(count..)?;
    }
    splices.sort_by_key(|splice| splice.span.start);
    let overlap = splices.windows(2).any(|pair| matches!(pair, [a, b] if a.span.end > b.span.start));
    if overlap {
        return None;
    }
    let mut after = String::with_capacity(text.len() + 200);
    let mut at = 0;
    let mut touched = Vec::new();
    for splice in &splices {
        after.push_str(text.get(at..splice.span.start)?);
        let line = after.matches('\n').count();
        after.push_str(&splice.text);
        touched.push((splice.anchor, line + splice.below));
        at = splice.span.end;
    }
    after.push_str(text.get(at..)?);
    Some(Draft { before: text.to_owned(), after, touched }.laid_out())
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).map_or(0, |before| before.matches('\n').count())
}

/// The block at these bytes.
fn find(body: &Body, wanted: SpanOf) -> Option<&Block> {
    body.blocks().find_map(|block| {
        let span = block.span()?;
        if span == (wanted.start..wanted.end) { Some(block) } else { find(&block.body, wanted) }
    })
}

/// Adds arguments to one block.
fn add(text: &str, block: &Block, edits: &[Edit]) -> Option<Vec<Splice>> {
    let span = block.span()?;
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let whole = text.get(span.clone())?;
    let own = indent(text, span.start);
    if !whole.contains('\n') {
        return one_line(text, block, edits, own, newline).map(|splice| vec![splice]);
    }
    let mut splices: Vec<Splice> = Vec::new();
    // Name of an argument that was added -> where it is now.
    let mut placed: BTreeMap<&str, usize> = BTreeMap::new();
    let mut open: Vec<&Edit> = edits.iter().collect();
    while !open.is_empty() {
        let names: Vec<&str> = open.iter().filter_map(|edit| edit.adds()).collect();
        // One that stands behind another that is still to be placed waits for it.
        let waits = |edit: &Edit| match edit {
            Edit::Add { beside, .. } => {
                let first = beside.iter().find(|name| {
                    names.contains(&name.as_str())
                        || placed.contains_key(name.as_str())
                        || block.body.has_attribute(name.as_str())
                });
                first.is_some_and(|name| names.contains(&name.as_str()))
            }
            Edit::Replace(..) => false,
        };
        let next = open.iter().position(|edit| !waits(edit)).unwrap_or_default();
        let Edit::Add { name, value, beside, .. } = open.remove(next) else { return None };
        let before = beside.iter().find_map(|name| placed.get(name.as_str()).copied());
        let written = || beside.iter().find_map(|name| block.body.get_attribute(name.as_str()));
        let anchor = match before {
            Some(_) => None,
            None => written().or_else(|| last_plain(text, block)),
        };
        let (behind, indent) = match anchor.and_then(Span::span) {
            Some(anchor) => (anchor.end, indent(text, anchor.start).to_owned()),
            // Behind the line with the opening brace.
            None => {
                let brace = whole.find('{').map_or(span.start, |at| span.start + at);
                (brace, format!("{own}  "))
            }
        };
        let at = match before {
            Some(at) => at,
            None => {
                let end = behind + text.get(behind..)?.find('\n')? + 1;
                match splices.iter().position(|splice| splice.span.start == end) {
                    Some(at) => at,
                    None => {
                        let anchor = line_of(text, behind);
                        splices.push(Splice { span: end..end, text: String::new(), anchor, below: 0 });
                        splices.len() - 1
                    }
                }
            }
        };
        let splice = splices.get_mut(at)?;
        let indent = splice.text.lines().next().map_or(indent, |line| leading(line).to_owned());
        splice.below = splice.text.matches('\n').count();
        splice.text.push_str(&format!("{indent}{name} = {value}{newline}"));
        placed.insert(name, at);
    }
    Some(splices)
}

/// The last argument that stands in one line and belongs to the provider.
fn last_plain<'a>(text: &str, block: &'a Block) -> Option<&'a Attribute> {
    let plain = |attribute: &&Attribute| {
        attribute.span().and_then(|span| text.get(span)).is_some_and(|text| !text.contains('\n'))
            && !["count", "for_each", "provider", "depends_on"].contains(&attribute.key.as_str())
    };
    block.body.attributes().filter(plain).last()
}

/// A block that stands in one line has room for one argument only: it gets lines.
fn one_line(text: &str, block: &Block, edits: &[Edit], own: &str, newline: &str) -> Option<Splice> {
    let span = block.span()?;
    let open = span.start + text.get(span.clone())?.find('{')?;
    let close = span.end.checked_sub(1)?;
    let mut lines: Vec<String> = Vec::new();
    let inner = text.get(open + 1..close)?.trim();
    if !inner.is_empty() {
        lines.push(inner.to_owned());
    }
    for edit in edits {
        let Edit::Add { name, value, .. } = edit else { return None };
        lines.push(format!("{name} = {value}"));
    }
    let below = lines.len();
    let body: String = lines.iter().map(|line| format!("{own}  {line}{newline}")).collect();
    let text_of = format!("{{{newline}{body}{own}}}");
    Some(Splice { span: open..span.end, text: text_of, anchor: line_of(text, span.start), below })
}

fn indent(text: &str, at: usize) -> &str {
    let start = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    leading(text.get(start..at).unwrap_or_default())
}

/// The spaces a line begins with.
fn leading(line: &str) -> &str {
    line.get(..line.len() - line.trim_start().len()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str, header: &str) -> SpanOf {
        let start = text.find(header).unwrap();
        let body = parser::parse_body(text).unwrap();
        fn spans(body: &Body, into: &mut Vec<Range<usize>>) {
            for block in body.blocks() {
                into.extend(block.span());
                spans(&block.body, into);
            }
        }
        let mut all = Vec::new();
        spans(&body, &mut all);
        SpanOf::from(all.iter().find(|span| span.start == start).unwrap())
    }

    fn added(block: SpanOf, name: &str, value: &str, beside: &[&str]) -> Edit {
        let beside = beside.iter().map(|name| (*name).to_owned()).collect();
        Edit::Add { block, name: name.to_owned(), value: value.to_owned(), beside }
    }

    #[test]
    fn an_argument_is_added_beside_another() {
        let text = "resource \"aws_ebs_volume\" \"a\" {\n  size = 10 # GiB\n  tags = {\n    a = 1\n  }\n}\n";
        let at = block(text, "resource");
        let expected =
            "resource \"aws_ebs_volume\" \"a\" {\n  size = 10 # GiB\n  type = \"gp3\"\n  tags = {\n    a = 1\n  }\n}\n";
        assert_eq!(apply(text, &[added(at, "type", "\"gp3\"", &["size"])]).unwrap(), expected);
    }

    #[test]
    fn several_edits_of_one_block_keep_its_layout() {
        let text = "resource \"aws_ebs_volume\" \"a\" {\n  type = \"gp2\"\n  size = 2000\n}";
        let at = block(text, "resource");
        let start = text.find("\"gp2\"").unwrap();
        let edits = [
            added(at, "throughput", "250", &["iops", "type"]),
            added(at, "iops", "6000", &["type"]),
            Edit::Replace(SpanOf { start, end: start + 5 }, "\"gp3\"".to_owned()),
        ];
        let expected = "resource \"aws_ebs_volume\" \"a\" {\n  type       = \"gp3\"\n  iops       = 6000\n  throughput = 250\n  size       = 2000\n}";
        assert_eq!(apply(text, &edits).unwrap(), expected);
    }

    #[test]
    fn a_block_in_one_line_gets_lines() {
        let text = "resource \"aws_instance\" \"a\" {\r\n  root_block_device { volume_size = 20 }\r\n}\r\n";
        let at = block(text, "root_block_device");
        let expected = "resource \"aws_instance\" \"a\" {\r\n  root_block_device {\r\n    volume_size = 20\r\n    volume_type = \"gp3\"\r\n  }\r\n}\r\n";
        assert_eq!(apply(text, &[added(at, "volume_type", "\"gp3\"", &["volume_size"])]).unwrap(), expected);
        let empty = "a \"b\" {}\n";
        let at = block(empty, "a");
        assert_eq!(apply(empty, &[added(at, "type", "1", &["x"])]).unwrap(), "a \"b\" {\n  type = 1\n}\n");
    }

    #[test]
    fn a_block_without_arguments_gets_its_first() {
        let text = "a \"b\" {\n  c {\n  }\n}\n";
        let at = block(text, "a");
        assert_eq!(apply(text, &[added(at, "type", "1", &["x"])]).unwrap(), "a \"b\" {\n  type = 1\n  c {\n  }\n}\n");
    }
}
