//! Log lines as Terraform reads them from a plugin's standard error: one JSON object a line.

use std::fmt::{self, Write as _};
use std::io;

use serde_json::{Map, Value as Json};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// Starts logging at the level of `TF_LOG_PROVIDER`, else `TF_LOG`, else warnings only: Terraform itself shows nothing without
/// them.
pub(super) fn start() {
    let level = ["TF_LOG_PROVIDER", "TF_LOG"].iter().find_map(|name| std::env::var(name).ok()).unwrap_or_default();
    let level = match level.to_ascii_lowercase().as_str() {
        level @ ("trace" | "debug" | "info" | "warn" | "error" | "off") => level.to_owned(),
        "json" => "trace".to_owned(),
        _ => "warn".to_owned(),
    };
    // The transport below is Terraform's business, not the reader's.
    let filter = EnvFilter::new(format!("{level},h2=warn,hyper=warn,tonic=warn,rustls=warn,tower=warn"));
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Listened).event_format(HostFormat).finish();
    // A test process may have set its own already.
    let _already_set = tracing::subscriber::set_global_default(subscriber);
}

/// Standard error while somebody reads it. Once Terraform is gone it is closed, and complaining about that, there of all places,
/// would panic in whatever has something to log.
struct Listened;

impl io::Write for Listened {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _unheard = io::Write::write_all(&mut io::stderr(), bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The host's format.
struct HostFormat;

impl<S, N> FormatEvent<S, N> for HostFormat
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _cx: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut line = Line(Map::new());
        let level = event.metadata().level().to_string().to_ascii_lowercase();
        line.0.insert("@level".to_owned(), level.into());
        line.0.insert("@module".to_owned(), event.metadata().target().into());
        event.record(&mut line);
        writeln!(writer, "{}", Json::Object(line.0))
    }
}

struct Line(Map<String, Json>);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let mut text = String::new();
        if write!(text, "{value:?}").is_ok() {
            self.record_str(field, &text);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let name = if field.name() == "message" { "@message" } else { field.name() };
        self.0.insert(name.to_owned(), value.into());
    }
}
