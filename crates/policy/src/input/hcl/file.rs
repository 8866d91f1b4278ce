//! Source files of a configuration, and places in them.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::finding::SourceRange;

/// Texts that are read in place of what stands in their files.
pub type Drafts = BTreeMap<PathBuf, String>;

/// What a file holds, or its draft.
pub(super) fn bytes<'a>(path: &Path, drafts: &'a Drafts) -> io::Result<Cow<'a, [u8]>> {
    match drafts.get(path) {
        Some(draft) => Ok(Cow::Borrowed(draft.as_bytes())),
        None => std::fs::read(path).map(Cow::Owned),
    }
}

/// A file of a module.
#[derive(Debug)]
pub(super) struct File {
    /// Name for messages: the path as the command was given it.
    pub(super) name: String,
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// Where each line starts.
    lines: Vec<usize>,
}

impl File {
    pub(super) fn new(path: PathBuf, text: String) -> Self {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        Self { name: path.display().to_string(), path, text, lines }
    }

    /// The place of a stretch of the text, given in bytes.
    pub(super) fn range(&self, span: &Range<usize>) -> SourceRange {
        let (line, column) = self.position(span.start);
        let (end_line, end_column) = self.position(span.end);
        SourceRange { file: self.name.clone(), line, column, end_line, end_column }
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> u32 {
        self.position(at).0
    }

    fn position(&self, at: usize) -> (u32, u32) {
        let line = self.lines.partition_point(|start| *start <= at);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
        let column = self.text.get(start..at).map_or(0, |before| before.chars().count()) + 1;
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (number(line), number(column))
    }
}
