//! Pages written by hand that show commands: their commands are run, and their output is put into the page.
//!
//! `<!-- file: PATH -->` before a block makes it a file; `<!-- run: N -->` before a `console` block runs the command in its
//! first line, which has to end with exit code N, and puts its output below. `<!-- run: N, output varies -->` leaves the
//! output as it is. All blocks of a page share a directory, in which `examples` and `tests` are those of the checkout.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use crate::checkout;

/// The page with the output that its commands have now.
pub(super) fn refreshed(page: &str, parapet: &Path, root: &Path) -> Result<String> {
    let directory = tempfile::tempdir().context("cannot make a directory to run commands in")?;
    for shared in ["examples", "tests"] {
        std::os::unix::fs::symlink(root.join(shared), directory.path().join(shared)).context("cannot link")?;
    }
    let mut out = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let _infallible = writeln!(out, "{line}");
        let Some(mark) = Mark::of(line)? else { continue };
        let fence = lines.next().filter(|line| line.starts_with("```")).context("a mark without a block below it")?;
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        let _infallible = writeln!(out, "{fence}");
        let text = mark.block(&body, parapet, directory.path())?;
        let _infallible = writeln!(out, "{text}\n```");
    }
    Ok(out)
}

#[derive(Debug, PartialEq, Eq)]
enum Mark<'a> {
    File(&'a str),
    Run { code: i32, output_varies: bool },
}

impl<'a> Mark<'a> {
    fn of(line: &'a str) -> Result<Option<Self>> {
        let Some(mark) = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")) else { return Ok(None) };
        if let Some(path) = mark.strip_prefix("file: ") {
            return Ok(Some(Self::File(path)));
        }
        let Some(run) = mark.strip_prefix("run: ") else { return Ok(None) };
        let (code, output_varies) = match run.split_once(", ") {
            None => (run, false),
            Some((code, "output varies")) => (code, true),
            Some((_, other)) => bail!("`{line}`: {other:?} is no property of a run"),
        };
        let code = code.parse().with_context(|| format!("`{line}`: not an exit code"))?;
        Ok(Some(Self::Run { code, output_varies }))
    }

    /// What stands in the block: the same, except for output that changed.
    fn block(&self, body: &[&str], parapet: &Path, directory: &Path) -> Result<String> {
        let written = body.join("\n");
        match self {
            Self::File(path) => {
                checkout::write(&directory.join(path), format!("{written}\n"))?;
                Ok(written)
            }
            Self::Run { code, output_varies } => {
                let line = body.first().context("an empty block has no command")?;
                let command = line.strip_prefix("$ ").with_context(|| format!("not a command: {line}"))?;
                let output = run(command, *code, parapet, directory)?;
                Ok(if *output_varies { written } else { format!("{line}\n{output}").trim_end().to_owned() })
            }
        }
    }
}

/// What a command writes, standard output first.
fn run(command: &str, code: i32, parapet: &Path, directory: &Path) -> Result<String> {
    let path = std::env::var("PATH").unwrap_or_default();
    let bin = fs::canonicalize(parapet).with_context(|| format!("cannot find {}", parapet.display()))?;
    let bin = bin.parent().context("the command is in no directory")?.display();
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(directory)
        .env("PATH", format!("{bin}:{path}"))
        // The width of the page, whatever the terminal of whoever runs this.
        .env("COLUMNS", "100")
        .env("NO_COLOR", "1")
        .output()
        .context("cannot run sh")?;
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8(text).context("the output is not UTF-8")?;
    ensure!(output.status.code() == Some(code), "`{command}` ends with {}, not with {code}:\n{text}", output.status);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    Ok(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "Text.\n\n<!-- file: a/b.txt -->\n```text\nhello\n```\n\n<!-- run: 3 -->\n```console\n$ cat a/b.txt; exit 3\nold\nlines\n```\n\n```console\n$ untouched\n```\n";

    fn refreshed(page: &str) -> Result<String> {
        let root = tempfile::tempdir()?;
        super::refreshed(page, &std::env::current_exe()?, root.path())
    }

    #[test]
    fn output_is_replaced_by_what_the_command_says_now() {
        let page = refreshed(PAGE).unwrap();
        assert_eq!(page, PAGE.replace("old\nlines", "hello"));
        assert_eq!(refreshed(&page).unwrap(), page);
    }

    #[test]
    fn another_exit_code_is_an_error_that_shows_the_output() {
        let error = refreshed(&PAGE.replace("run: 3", "run: 0")).unwrap_err().to_string();
        assert!(error.contains("not with 0") && error.contains("hello"), "{error}");
    }

    #[test]
    fn output_that_varies_stays() {
        let page = PAGE.replace("run: 3", "run: 3, output varies");
        assert_eq!(refreshed(&page).unwrap(), page);
    }

    #[test]
    fn marks_that_make_no_sense_are_errors() {
        for (from, to) in [("run: 3", "run: x"), ("run: 3", "run: 3, maybe"), ("$ cat", "cat")] {
            assert!(refreshed(&PAGE.replace(from, to)).is_err(), "{to}");
        }
    }
}
