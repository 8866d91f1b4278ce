//! `parapet eval`: a query against the policies, for those who write them.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use parapet_policy::engine::Explored;
use parapet_policy::{Engine, EngineOptions, Value};

use crate::selection::Selection;
use crate::{duration, output};

/// Exit code when the query has no value.
const EXIT_UNDEFINED: u8 = 1;

/// Evaluate a Rego query against the policies.
///
/// The value is printed as JSON. What rules see of a resource is at `input.resource`, as docs/guides/writing-policies.md says: give an
/// input that looks like it, or query functions and data without one.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// The query, as in `data.parapet.aws.s3.tls.deny` or `1 + 1`
    #[arg(value_name = "QUERY")]
    query: String,

    /// The input, in JSON or YAML; `-` is standard input
    #[arg(long, short, value_name = "FILE")]
    input: Option<PathBuf>,

    /// Show which lines of the policies were evaluated
    #[arg(long)]
    trace: bool,

    /// Longest time of the evaluation, as in 500ms, 2s or 1m
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration::parse)]
    timeout: Duration,

    #[command(flatten)]
    selection: Selection,
}

const EXAMPLES: &str = "\
Examples:
  parapet eval 'data.parapet.aws.rds.storage_encrypted.deny' --input resource.json --trace
  parapet eval --policies ./policies --no-builtin-packs 'data.main.deny' --input plan.json
  echo '{\"a\": [1, 2]}' | parapet eval 'sum(input.a)' --input -

Exit codes:
  0  the query has a value
  1  the query is undefined
  2  the query, the input, a policy or the command line is bad";

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let policies = args.selection.load()?;
    let input = args.input.as_deref().map(input).transpose()?;
    let options = EngineOptions { evaluation_timeout: args.timeout, threads: Some(1) };
    let explored = Engine::new(&policies, options)?.explore(&args.query, input, args.trace)?;
    for printed in &explored.printed {
        output::note(&format!("printed: {printed}"));
    }
    let undefined = matches!(explored.value, Value::Undefined);
    let value = if undefined { "undefined".to_owned() } else { serde_json::to_string_pretty(&explored.value)? };
    output::text(&format!("{value}\n{}", trace(&explored)))?;
    Ok(if undefined { EXIT_UNDEFINED } else { 0 })
}

fn input(path: &Path) -> anyhow::Result<Value> {
    let name = path.display().to_string();
    let mut text = String::new();
    if name == "-" {
        std::io::stdin().lock().read_to_string(&mut text).context("standard input cannot be read")?;
    } else {
        text = std::fs::read_to_string(path).with_context(|| format!("{name}: cannot be read"))?;
    }
    let is_json = text.trim_start().starts_with(['{', '[', '"']);
    let value = if is_json { Value::from_json_str(&text) } else { Value::from_yaml_str(&text) };
    value.map_err(|error| anyhow::anyhow!("{name}: this is neither JSON nor YAML: {error}"))
}

fn trace(explored: &Explored) -> String {
    let mut text = String::new();
    for file in &explored.evaluated {
        let _ = writeln!(text, "\n{}", file.file);
        for (number, line) in &file.lines {
            let _ = writeln!(text, "{number:5}  {line}");
        }
    }
    text
}
