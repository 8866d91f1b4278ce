//! Finds comments in HCL and YAML, and the lines each of them is about.
//!
//! A comment after code is about what begins on its line: an argument or a block, to its end. A comment on a line of its
//! own is about what begins on the next line of code; at the end of a block, about the block.

use std::ops::{Range, RangeInclusive};

use hcl_edit::Span;
use hcl_edit::structure::{Body, Structure};

use super::comment::Syntax;

/// A comment, without its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) text: String,
    pub(super) line: u32,
    pub(super) column: u32,
    /// Lines it is about.
    pub(super) target: RangeInclusive<u32>,
    /// Lines of the top-level block (the document, in YAML) it stands in, else `target`.
    pub(super) enclosing: RangeInclusive<u32>,
}

/// Text of a comment and where it begins.
struct Raw<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

pub(super) fn comments(text: &str, syntax: Syntax) -> Vec<Found> {
    let lines = Lines::of(text);
    let raw = match syntax {
        Syntax::Hcl => hcl_comments(text),
        Syntax::Yaml => yaml_comments(text, &lines),
    };
    let code = code_lines(text, &lines, &raw);
    let structures = match syntax {
        Syntax::Hcl => hcl_structures(text, &lines),
        Syntax::Yaml => yaml_structures(text, &code),
    };
    raw.iter().map(|comment| found(text, &lines, &code, &structures, comment)).collect()
}

fn found(text: &str, lines: &Lines, code: &[bool], structures: &[Lined], comment: &Raw<'_>) -> Found {
    let (line, start) = lines.at(comment.start);
    let before = text.get(start..comment.start).unwrap_or_default();
    let trailing = !before.trim().is_empty();
    let last = u32::try_from(code.len()).unwrap_or(u32::MAX);
    let is_code = |line: u32| code.get(index(line)).copied().unwrap_or(false);
    let anchor = if trailing { line } else { (line + 1..=last).find(|next| is_code(*next)).unwrap_or(line) };
    let starting = structures.iter().filter(|s| s.first == anchor);
    let around = structures.iter().filter(|s| s.first < anchor && anchor <= s.last);
    // Of what begins on the line the outermost; else the innermost of what the line is inside of.
    let chosen = starting.max_by_key(|s| s.last - s.first).or_else(|| around.min_by_key(|s| s.last - s.first));
    let target = chosen.map_or(anchor..=anchor, |s| s.first..=s.last);
    let enclosing = structures.iter().find(|s| s.is_top && s.first <= line && line <= s.last);
    Found {
        text: comment.text.to_owned(),
        line,
        column: u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX),
        enclosing: enclosing.map_or_else(|| target.clone(), |s| s.first..=s.last),
        target,
    }
}

fn index(line: u32) -> usize {
    usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1)
}

/// Where lines begin.
struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    fn of(text: &str) -> Self {
        let after = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(after).collect() }
    }

    /// Line of a byte, from 1, and where it begins.
    fn at(&self, offset: usize) -> (u32, usize) {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or_default();
        (u32::try_from(line).unwrap_or(u32::MAX), start)
    }
}

/// Whether each line has anything but comments.
fn code_lines(text: &str, lines: &Lines, comments: &[Raw<'_>]) -> Vec<bool> {
    let ends = lines.starts.iter().skip(1).copied().chain([text.len()]);
    let mut comments = comments.iter().peekable();
    lines
        .starts
        .iter()
        .zip(ends)
        .map(|(start, end)| {
            let mut rest = *start;
            let mut has_code = false;
            while let Some(comment) = comments.peek().filter(|comment| comment.start < end) {
                has_code |= text.get(rest..comment.start).is_some_and(|part| !part.trim().is_empty());
                rest = comment.end.min(end);
                if comment.end > end {
                    break;
                }
                comments.next();
            }
            has_code || text.get(rest..end).is_some_and(|part| !part.trim().is_empty())
        })
        .collect()
}

/// Something that spans lines.
struct Lined {
    first: u32,
    last: u32,
    is_top: bool,
}

fn hcl_structures(text: &str, lines: &Lines) -> Vec<Lined> {
    fn collect(body: &Body, is_top: bool, lines: &Lines, into: &mut Vec<Lined>) {
        for structure in body.iter() {
            let span: Range<usize> = match structure {
                Structure::Attribute(attribute) => attribute.span(),
                Structure::Block(block) => block.span(),
            }
            .unwrap_or_default();
            let last = lines.at(span.end.saturating_sub(1).max(span.start)).0;
            into.push(Lined { first: lines.at(span.start).0, last, is_top });
            if let Structure::Block(block) = structure {
                collect(&block.body, false, lines, into);
            }
        }
    }
    let mut structures = Vec::new();
    // A file that does not parse is an error of its own input.
    if let Ok(body) = hcl_edit::parser::parse_body(text) {
        collect(&body, true, lines, &mut structures);
    }
    structures
}

/// Comments of HCL: `#`, `//` and `/* */` outside strings and heredocs.
fn hcl_comments(text: &str) -> Vec<Raw<'_>> {
    let bytes = text.as_bytes();
    let at = |index: usize| bytes.get(index).copied().unwrap_or_default();
    let line_end = |from: usize| bytes.iter().skip(from).position(|b| *b == b'\n').map_or(bytes.len(), |n| from + n);
    let mut comments = Vec::new();
    // One entry for each `"` or `${` that is open; true for a string.
    let mut open: Vec<bool> = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        if open.last() == Some(&true) {
            match at(i) {
                b'\\' => i += 1,
                b'"' => drop(open.pop()),
                // A string ends with its line at the latest, whatever is wrong in it.
                b'\n' => open.clear(),
                b'$' | b'%' if at(i + 1) == b'{' => {
                    open.push(false);
                    i += 1;
                }
                _ => {}
            }
            i += 1;
            continue;
        }
        match (at(i), at(i + 1)) {
            (b'"', _) => open.push(true),
            (b'{', _) if !open.is_empty() => open.push(false),
            (b'}', _) => drop(open.pop()),
            (b'#', _) | (b'/', b'/') => {
                let end = line_end(i);
                let marks = if at(i) == b'#' { 1 } else { 2 };
                comments.extend(text.get(i + marks..end).map(|text| Raw { text, start: i, end }));
                i = end;
                continue;
            }
            (b'/', b'*') => {
                let end = text.get(i + 2..).and_then(|rest| rest.find("*/")).map_or(bytes.len(), |n| i + 4 + n);
                let inner = text.get(i + 2..end.saturating_sub(2).max(i + 2));
                comments.extend(inner.map(|text| Raw { text, start: i, end }));
                i = end;
                continue;
            }
            (b'<', b'<') => {
                if let Some(end) = heredoc_end(text, i) {
                    i = end;
                    continue;
                }
            }
            _ => {}
        }
        i += 1;
    }
    comments
}

/// Where the heredoc that begins at `start` ends: before the line break after its last line.
fn heredoc_end(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start + 2..)?;
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let (mark, _) = rest.split_once('\n')?;
    let mark = mark.trim_end();
    let is_mark = !mark.is_empty() && mark.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    let mut end = text.len() - text.get(start..)?.split_once('\n')?.1.len();
    for line in text.get(end..)?.split_inclusive('\n') {
        if is_mark && line.trim() == mark {
            return Some(end + line.trim_end_matches('\n').len());
        }
        end += line.len();
    }
    is_mark.then_some(text.len())
}

/// Comments of YAML: `#` at the start of a line or after a space, outside quotation marks.
fn yaml_comments<'a>(text: &'a str, lines: &Lines) -> Vec<Raw<'a>> {
    let ends = lines.starts.iter().skip(1).map(|next| next - 1).chain([text.len()]);
    let of_line = |(start, end): (&usize, usize)| {
        let line = text.get(*start..end)?;
        let (mut quote, mut before) = (None, ' ');
        for (at, c) in line.char_indices() {
            match (quote, c) {
                (None, '#') if before.is_whitespace() => {
                    let comment = line.get(at + 1..)?.trim_end_matches('\r');
                    return Some(Raw { text: comment, start: start + at, end });
                }
                (None, '"' | '\'') if before.is_whitespace() || "[{,:".contains(before) => quote = Some(c),
                (Some(open), c) if open == c && before != '\\' => quote = None,
                _ => {}
            }
            before = c;
        }
        None
    };
    lines.starts.iter().zip(ends).filter_map(of_line).collect()
}

/// A line and what is indented below it; and the documents.
fn yaml_structures(text: &str, code: &[bool]) -> Vec<Lined> {
    let lines: Vec<&str> = text.lines().collect();
    let number = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let is_code = |index: usize| code.get(index).copied().unwrap_or(false);
    let separates = |line: &str| line.starts_with("---") || line.starts_with("...");
    let mut structures = Vec::new();
    for (index, line) in lines.iter().enumerate().filter(|(index, line)| is_code(*index) && !separates(line)) {
        let own = indent(line);
        let is_key = !line.trim_start().starts_with("- ");
        let below = lines.iter().enumerate().skip(index + 1).take_while(|(_, next)| {
            let deeper = indent(next) > own || (is_key && indent(next) == own && next.trim_start().starts_with('-'));
            next.trim().is_empty() || next.trim_start().starts_with('#') || (deeper && !separates(next))
        });
        let last = below.map(|(below, _)| below).filter(|below| is_code(*below)).last().unwrap_or(index);
        structures.push(Lined { first: number(index), last: number(last), is_top: false });
    }
    let mut first = 0;
    for end in (0..=lines.len()).filter(|index| lines.get(*index).is_none_or(|line| separates(line))) {
        if let Some(begin) = (first..end).find(|index| is_code(*index)) {
            structures.push(Lined { first: number(begin), last: number(end.saturating_sub(1)), is_top: true });
        }
        first = end + 1;
    }
    structures
}
