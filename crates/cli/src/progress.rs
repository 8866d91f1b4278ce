//! What is being done, on a terminal, when it takes longer than a second.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// What is done faster than this is not worth a word.
const PATIENCE: Duration = Duration::from_secs(1);

/// Between two updates of the line.
const INTERVAL: Duration = Duration::from_millis(200);

/// A line on standard error that says what is being done; gone when this is dropped. Nothing at all when nobody watches.
pub(crate) struct Progress {
    running: Option<(Sender<String>, JoinHandle<()>)>,
}

impl Progress {
    /// Begins with a first thing to do. Silent when standard error is no terminal, or `quiet`.
    pub(crate) fn start(quiet: bool, doing: &str) -> Self {
        if quiet || !io::stderr().is_terminal() {
            return Self { running: None };
        }
        let (sender, receiver) = mpsc::channel();
        let first = doing.to_owned();
        let show = move || {
            let begun = Instant::now();
            let mut line = Line { doing: first, width: 0 };
            loop {
                let wait = PATIENCE.saturating_sub(begun.elapsed()).max(INTERVAL);
                match receiver.recv_timeout(wait) {
                    Ok(next) => line.doing = next,
                    Err(RecvTimeoutError::Disconnected) => break,
                    Err(RecvTimeoutError::Timeout) => {}
                }
                if begun.elapsed() >= PATIENCE {
                    line.show(&mut io::stderr(), begun.elapsed());
                }
            }
            line.clear(&mut io::stderr());
        };
        Self { running: Some((sender, thread::spawn(show))) }
    }

    /// Goes on to the next thing.
    pub(crate) fn next(&self, doing: &str) {
        if let Some((sender, _)) = &self.running {
            // The thread only ends after this.
            let _ = sender.send(doing.to_owned());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.running.take() {
            drop(sender);
            let _ = thread.join();
        }
    }
}

struct Line {
    doing: String,
    /// Columns that the last one took.
    width: usize,
}

impl Line {
    fn show(&mut self, out: &mut impl Write, elapsed: Duration) {
        let text = format!("{} ... {} s", self.doing, elapsed.as_secs());
        let width = text.chars().count();
        // Nobody is left to tell when standard error itself is closed.
        let _ = write!(out, "\r{text:<before$}", before = self.width);
        let _ = out.flush();
        self.width = width;
    }

    fn clear(&mut self, out: &mut impl Write) {
        if self.width > 0 {
            let _ = write!(out, "\r{:width$}\r", "", width = self.width);
            let _ = out.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shorter_line_covers_the_longer_one_and_the_end_leaves_nothing() {
        let mut out = Vec::new();
        let mut line = Line { doing: "reading inputs".to_owned(), width: 0 };
        line.clear(&mut out);
        assert!(out.is_empty());
        line.show(&mut out, Duration::from_secs(2));
        line.doing = "writing".to_owned();
        line.show(&mut out, Duration::from_secs(3));
        line.clear(&mut out);
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, format!("\rreading inputs ... 2 s\rwriting ... 3 s       \r{:15}\r", ""));
    }

    #[test]
    fn quiet_starts_nothing() {
        let progress = Progress::start(true, "reading inputs");
        progress.next("writing");
        assert!(progress.running.is_none());
    }
}
