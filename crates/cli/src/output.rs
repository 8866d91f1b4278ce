//! Standard output and standard error: data to the first, messages to the second.

use std::io::{self, ErrorKind, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anyhow::Context as _;

/// Columns of text that goes to a file or a pipe.
const WIDTH_WITHOUT_TERMINAL: usize = 100;

/// Whether standard output is to be coloured: on a terminal, unless `NO_COLOR` is set.
pub(crate) fn colour() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Columns of standard output.
pub(crate) fn width() -> usize {
    if !io::stdout().is_terminal() {
        return WIDTH_WITHOUT_TERMINAL;
    }
    terminal_size::terminal_size().map_or(WIDTH_WITHOUT_TERMINAL, |(width, _)| usize::from(width.0))
}

/// Writes data to standard output.
///
/// # Errors
/// Output that cannot be written, except when its reader has gone: `parapet check x | head` is no failure.
pub(crate) fn data(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> anyhow::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {
            // What is still buffered has no reader; dropping the writer would try again.
            let _ = out.into_parts();
            Ok(())
        }
        result => result.context("standard output cannot be written"),
    }
}

/// Writes text to standard output, as [`data`].
///
/// # Errors
/// As [`data`].
pub(crate) fn text(text: &str) -> anyhow::Result<()> {
    data(|out| out.write_all(text.as_bytes()))
}

/// Says what went wrong.
pub(crate) fn error(message: &str) {
    say("error", anstyle::AnsiColor::Red, message);
}

/// Says what may be wrong.
pub(crate) fn warning(message: &str) {
    say("warning", anstyle::AnsiColor::Yellow, message);
}

/// Says what is good to know.
pub(crate) fn note(message: &str) {
    say("note", anstyle::AnsiColor::Cyan, message);
}

fn say(label: &str, colour: anstyle::AnsiColor, message: &str) {
    let style = colour.on_default().bold();
    // Names in messages come from outside: a control character among them must not steer the terminal.
    let message: String = message
        .chars()
        .flat_map(|c| match c {
            '\n' => vec![c],
            c if c.is_control() => c.escape_unicode().collect(),
            c => vec![c],
        })
        .collect();
    let mut out = anstream::stderr().lock();
    // Nobody is left to tell when standard error itself is closed.
    let _ = writeln!(out, "{style}{label}{style:#}: {message}");
}
