//! What provider processes write to standard error, put where Terraform would have put it.
//!
//! go-plugin reads it line by line: JSON as hclog writes it, or text with a level in brackets. Terraform shows the lines at the
//! level that `TF_LOG_PROVIDER` or `TF_LOG` names, on standard error or in the file `TF_LOG_PATH`, and keeps what follows a
//! panic to show it at the end.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use serde_json::{Map, Value};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
}

const LEVELS: [(&str, Level); 5] = [
    ("TRACE", Level::Trace),
    ("DEBUG", Level::Debug),
    ("INFO", Level::Info),
    ("WARN", Level::Warn),
    ("ERROR", Level::Error),
];

impl Level {
    fn named(name: &str) -> Option<Self> {
        LEVELS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, level)| *level)
    }

    fn name(self) -> &'static str {
        LEVELS.iter().find(|(_, level)| *level == self).map_or("", |(name, _)| name)
    }
}

/// Where lines go, and what providers said when they crashed.
pub(crate) struct Log {
    least: Option<Level>,
    json: bool,
    to: Mutex<Box<dyn Write + Send>>,
    crashes: Mutex<Vec<String>>,
}

impl Log {
    /// As Terraform's variables say.
    ///
    /// # Errors
    /// The file that `TF_LOG_PATH` names cannot be opened.
    pub(crate) fn from_environment() -> io::Result<Self> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let wanted = variable("TF_LOG_PROVIDER").or_else(|| variable("TF_LOG"));
        let path = variable("TF_LOG_PATH").filter(|_| wanted.is_some());
        let to: Box<dyn Write + Send> = match path {
            Some(path) => Box::new(OpenOptions::new().append(true).create(true).open(path)?),
            None => Box::new(io::stderr()),
        };
        Ok(Self::new(wanted.as_deref(), to))
    }

    fn new(wanted: Option<&str>, to: Box<dyn Write + Send>) -> Self {
        let json = wanted.is_some_and(|it| it.eq_ignore_ascii_case("json"));
        // Terraform takes a level it does not know for the most detailed one.
        let level = |it: &str| Level::named(it).unwrap_or(Level::Trace);
        let least = wanted.filter(|it| !it.eq_ignore_ascii_case("off")).map(level);
        Self { least, json, to: Mutex::new(to), crashes: Mutex::new(Vec::new()) }
    }

    /// A reader of one process's lines; `name` is that of its program.
    pub(super) fn lines_of(&self, name: &str) -> Lines<'_> {
        Lines { log: self, name: name.to_owned(), panic: Vec::new() }
    }

    /// What Terraform prints at its end about providers that crashed since the last call.
    pub(crate) fn take_crashes(&self) -> Vec<String> {
        std::mem::take(&mut *self.crashes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&self, line: &str) {
        let mut to = self.to.lock().unwrap_or_else(PoisonError::into_inner);
        // Like Terraform, the guard goes on when its log cannot be written.
        let _lost = writeln!(to, "{line}").and_then(|()| to.flush());
    }
}

/// The lines of one process.
pub(super) struct Lines<'a> {
    log: &'a Log,
    name: String,
    panic: Vec<String>,
}

impl Lines<'_> {
    /// The next line, without its end.
    pub(super) fn line(&mut self, line: &str) {
        let entry = serde_json::from_str::<Map<String, Value>>(line).ok().filter(|it| it.contains_key("@message"));
        if !self.panic.is_empty() || (entry.is_none() && is_panic(line)) {
            self.panic.push(line.to_owned());
        }
        let Some(least) = self.log.least else { return };
        let level = match &entry {
            Some(entry) => entry.get("@level").and_then(Value::as_str).and_then(Level::named).unwrap_or(Level::Debug),
            None if !self.panic.is_empty() => Level::Error,
            None => bracketed(line).unwrap_or(Level::Debug),
        };
        if level < least {
            return;
        }
        let written = match entry {
            Some(entry) if self.log.json => Value::Object(entry).to_string(),
            Some(entry) => self.text(level, &entry),
            None if self.log.json => serde_json::json!({
                "@level": level.name().to_lowercase(), "@message": line, "@module": format!("provider.{}", self.name),
                "@timestamp": now(),
            })
            .to_string(),
            None => format!("{} [{}] provider.{}: {line}", now(), level.name(), self.name),
        };
        self.log.write(&written);
    }

    fn text(&self, level: Level, entry: &Map<String, Value>) -> String {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).unwrap_or_default();
        let mut line = format!("{} [{}] provider.{}: {}", now(), level.name(), self.name, text("@message"));
        let mut separator = ": ";
        for (key, value) in entry.iter().filter(|(key, _)| !matches!(key.as_str(), "@message" | "@level")) {
            // Writing to a string cannot fail.
            let _written = match value {
                Value::String(text) if !text.contains([' ', '"', '\n']) => write!(line, "{separator}{key}={text}"),
                value => write!(line, "{separator}{key}={value}"),
            };
            separator = " ";
        }
        line
    }
}

impl Drop for Lines<'_> {
    /// The process has ended. The text is Terraform's own.
    fn drop(&mut self) {
        if self.panic.is_empty() {
            return;
        }
        let (name, trace) = (&self.name, self.panic.join("\n"));
        let crash = format!(
            "\nStack trace from the {name} plugin:\n\n{trace}\n\nError: The {name} plugin crashed!\n\nThis is always \
             indicative of a bug within the plugin. It would be immensely\nhelpful if you could report the crash with the \
             plugin's maintainers so that it\ncan be fixed. The output above should help diagnose the issue.\n"
        );
        self.log.crashes.lock().unwrap_or_else(PoisonError::into_inner).push(crash);
    }
}

fn is_panic(line: &str) -> bool {
    line.starts_with("panic: ") || line.starts_with("fatal error: ")
}

fn bracketed(line: &str) -> Option<Level> {
    let (name, _) = line.strip_prefix('[')?.split_once(']')?;
    Level::named(name)
}

fn now() -> String {
    format!("{:.3}", Timestamp::now())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(wanted: Option<&str>, lines: &[&str]) -> (Vec<String>, Vec<String>) {
        let to = Shared::default();
        let log = Log::new(wanted, Box::new(to.clone()));
        let mut reader = log.lines_of("terraform-provider-x_v1");
        lines.iter().for_each(|line| reader.line(line));
        drop(reader);
        let text = String::from_utf8(to.0.lock().unwrap().clone()).unwrap();
        // Without the time, which is never the same.
        let shown = text.lines().map(|line| line.split_once(" [").map_or(line, |(_, rest)| rest).to_owned());
        (shown.collect(), log.take_crashes())
    }

    const JSON: &str = r#"{"@level":"info","@message":"created","@module":"sdk","id":"a b"}"#;

    #[test]
    fn nothing_is_shown_unless_asked_for() {
        for wanted in [None, Some("OFF")] {
            assert_eq!(written(wanted, &["[ERROR] x", JSON]), (vec![], vec![]));
        }
    }

    #[test]
    fn lines_have_the_level_they_say() {
        let lines = ["[WARN] careful", "[DEBUG] detail", "plain", JSON];
        let careful = "WARN] provider.terraform-provider-x_v1: [WARN] careful";
        let created = "INFO] provider.terraform-provider-x_v1: created: @module=sdk id=\"a b\"";
        assert_eq!(written(Some("info"), &lines).0, [careful, created]);
        assert_eq!(written(Some("TRACE"), &lines).0.len(), 4);
        assert_eq!(written(Some("json"), &[JSON]).0, [JSON]);
    }

    #[test]
    fn a_crash_is_kept_for_the_end() {
        let (shown, crashes) = written(None, &["before", "panic: oops", "", "goroutine 1 [running]:"]);
        assert_eq!(shown, Vec::<String>::new());
        let [crash] = crashes.as_slice() else { panic!("{crashes:?}") };
        assert!(
            crash.contains(
                "panic: oops\n\ngoroutine 1 [running]:\n\nError: The terraform-provider-x_v1 plugin crashed!"
            )
        );
        assert!(!crash.contains("before"));
    }
}
