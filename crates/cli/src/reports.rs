//! Which reports to write, and where to: `--format sarif=out.sarif,text`.

use std::fmt;
use std::fs::Permissions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context as _, ensure};
use parapet_policy::report::{Run, csv, github, html, json, junit, markdown, sarif, text};
use parapet_policy::waiver;

use crate::output;

/// How to write a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Json,
    Sarif,
    Junit,
    Github,
    Markdown,
    Csv,
    Html,
}

impl Kind {
    const ALL: [(&str, Self); 8] = [
        ("text", Self::Text),
        ("json", Self::Json),
        ("sarif", Self::Sarif),
        ("junit", Self::Junit),
        ("github", Self::Github),
        ("markdown", Self::Markdown),
        ("csv", Self::Csv),
        ("html", Self::Html),
    ];
}

/// One report: its kind, and the file to write; standard output when there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Destination {
    pub(crate) kind: Kind,
    pub(crate) file: Option<PathBuf>,
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Kind::ALL.iter().find(|(_, kind)| *kind == self.kind).map_or("", |(name, _)| name);
        match &self.file {
            Some(file) => write!(f, "{name}={}", file.display()),
            None => f.write_str(name),
        }
    }
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, file) = match text.split_once('=') {
            Some((name, file)) => (name, Some(file)),
            None => (text, None),
        };
        let found = Kind::ALL.iter().find(|(known, _)| *known == name);
        let kind = found.map(|(_, kind)| *kind).ok_or_else(|| {
            let known: Vec<&str> = Kind::ALL.iter().map(|(name, _)| *name).collect();
            format!("there is no format `{name}`: use {}, each with `=FILE` to write a file", known.join(", "))
        })?;
        match file {
            Some("") => Err(format!("`{text}` names no file: use `{name}=FILE`, or `{name}` for standard output")),
            file => Ok(Self { kind, file: file.filter(|file| *file != "-").map(PathBuf::from) }),
        }
    }
}

/// How the text report is to look.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Look {
    pub(crate) all: bool,
    pub(crate) quiet: bool,
}

/// Refuses destinations that would write over each other.
///
/// # Errors
/// Two reports for standard output, or for one file.
pub(crate) fn check(destinations: &[Destination]) -> anyhow::Result<()> {
    for (position, one) in destinations.iter().enumerate() {
        let same = |other: &&Destination| other.file == one.file;
        if let Some(other) = destinations.iter().skip(position + 1).find(same) {
            match &one.file {
                Some(file) => anyhow::bail!("two reports would be written to {}", file.display()),
                None => anyhow::bail!(
                    "both {other} and {one} would be written to standard output; give one of them a file, as in `{other}=FILE`"
                ),
            }
        }
    }
    Ok(())
}

/// Whether people read standard output.
pub(crate) fn shows_text(destinations: &[Destination]) -> bool {
    destinations.iter().any(|one| one.kind == Kind::Text && one.file.is_none())
}

/// Writes all reports, the files first: what is on the screen then is true.
///
/// # Errors
/// A file, or standard output, that cannot be written.
pub(crate) fn write(run: &Run<'_>, destinations: &[Destination], look: Look) -> anyhow::Result<()> {
    let (files, streams): (Vec<_>, Vec<_>) = destinations.iter().partition(|one| one.file.is_some());
    for Destination { kind, file } in files.into_iter().chain(streams) {
        match file {
            Some(file) => into_file(file, |out| render(run, *kind, look, true, out))?,
            None => output::data(|out| render(run, *kind, look, false, out))?,
        }
    }
    Ok(())
}

fn render(run: &Run<'_>, kind: Kind, look: Look, to_file: bool, out: &mut dyn Write) -> io::Result<()> {
    let text = match kind {
        Kind::Json => return json::write(run, out),
        Kind::Sarif => return sarif::write(run, out),
        Kind::Text => {
            let Look { all, quiet } = look;
            let (width, colour) = if to_file { (100, false) } else { (output::width(), output::colour()) };
            text::render(run, &text::TextOptions { width, colour, all, quiet })
        }
        Kind::Junit => junit::render(run),
        Kind::Github => github::render(run),
        Kind::Markdown => markdown::render(run),
        Kind::Csv => csv::render(run),
        Kind::Html => html::render(run, &waiver::now()),
    };
    out.write_all(text.as_bytes())
}

/// Writes a file as a whole or not at all: who reads it never sees half of it, and a failure leaves the old one.
///
/// # Errors
/// When the file cannot be written.
pub(crate) fn into_file(file: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    let cannot = || format!("{}: cannot be written", file.display());
    // A device or a pipe cannot be replaced.
    if file.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        let mut out = io::BufWriter::new(std::fs::OpenOptions::new().write(true).open(file).with_context(cannot)?);
        return write(&mut out).and_then(|()| out.flush()).with_context(cannot);
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".parapet-");
    if let Some(permissions) = ordinary() {
        builder.permissions(permissions);
    }
    let temporary = builder.tempfile_in(directory(file)).with_context(cannot)?;
    let mut out = io::BufWriter::new(temporary);
    write(&mut out).with_context(cannot)?;
    let temporary = out.into_inner().map_err(io::IntoInnerError::into_error).with_context(cannot)?;
    temporary.persist(file).map_err(|error| error.error).with_context(cannot)?;
    Ok(())
}

/// Looks whether [`into_file`] could write a file: for those who have it only after a long time.
///
/// # Errors
/// When its directory is absent or takes no file.
pub(crate) fn can_write(file: &Path) -> anyhow::Result<()> {
    let cannot = || format!("{}: cannot be written", file.display());
    if let Ok(metadata) = file.metadata() {
        ensure!(!metadata.is_dir(), "{}: cannot be written, it is a directory", file.display());
        if !metadata.is_file() {
            // Whoever reads a pipe would see its end if it were opened and closed.
            return Ok(());
        }
    }
    tempfile::tempfile_in(directory(file)).map(drop).with_context(cannot)
}

/// Where a file is.
fn directory(file: &Path) -> &Path {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// What a file that is created anew gets; the umask of the user takes away from it.
#[cfg(unix)]
fn ordinary() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn ordinary() -> Option<Permissions> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_are_read_and_written() {
        for text in ["text", "sarif=out.sarif", "json=a/b.json", "csv"] {
            assert_eq!(text.parse::<Destination>().unwrap().to_string(), text);
        }
        assert_eq!("json=-".parse::<Destination>().unwrap().file, None);
        assert!("sarf=x".parse::<Destination>().unwrap_err().contains("use text, json, sarif"));
        assert!("sarif=".parse::<Destination>().unwrap_err().contains("names no file"));
    }

    #[test]
    fn destinations_exclude_each_other() {
        let all = |texts: &[&str]| -> Vec<Destination> { texts.iter().map(|text| text.parse().unwrap()).collect() };
        assert!(check(&all(&["text", "sarif=a", "json=b"])).is_ok());
        assert!(check(&all(&["text", "json"])).unwrap_err().to_string().contains("`json=FILE`"));
        assert!(check(&all(&["text=a", "json=a"])).is_err());
    }
}
