//! The text of a settings file: places in it, and errors that show them.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

/// Where in a file something is written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// File name.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Settings that cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("{}: the settings cannot be read: {message}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        message: String,
    },
    /// Something in the file is wrong.
    #[error("{}:{}:{}: {message}\n{excerpt}", place.file, place.line, place.column)]
    Fault {
        /// Where.
        place: Place,
        /// What is wrong, and what is allowed.
        message: String,
        /// The line, with what is wrong underlined.
        excerpt: String,
    },
}

/// A value and the bytes of the file it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written<T> {
    /// The value.
    pub value: T,
    pub(crate) span: Range<usize>,
}

/// Name and text of a settings file; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) name: Arc<str>,
    pub(crate) text: Arc<str>,
}

impl Source {
    /// Line and column of a byte, and where its line begins.
    fn locate(&self, offset: usize) -> (u32, u32, usize) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before.get(start..).unwrap_or_default().chars().count() + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX), start)
    }

    pub(crate) fn place(&self, span: &Range<usize>) -> Place {
        let (line, column, _) = self.locate(span.start);
        Place { file: self.name.to_string(), line, column }
    }

    pub(crate) fn fault(&self, span: &Range<usize>, message: impl Into<String>) -> SettingsError {
        let (line, column, start) = self.locate(span.start);
        let text = self.text.get(start..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let on_line = start + text.len();
        let marked = self.text.get(span.start..span.end.min(on_line)).map_or(1, |part| part.chars().count().max(1));
        let number = line.to_string();
        let margin = " ".repeat(number.len());
        // Tabs stay tabs, so that the mark stands below what it marks.
        let lead: String = text
            .chars()
            .take(usize::try_from(column).unwrap_or(1).saturating_sub(1))
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        SettingsError::Fault {
            place: Place { file: self.name.to_string(), line, column },
            message: message.into(),
            excerpt: format!("{margin} |\n{number} | {text}\n{margin} | {lead}{}", "^".repeat(marked)),
        }
    }
}
