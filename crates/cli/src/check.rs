//! `parapet check`: inputs against policies.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use parapet_policy::report::{Run, json, text};
use parapet_policy::{Engine, EngineOptions, Severity};

use crate::selection::Selection;
use crate::{EXIT_CODES, EXIT_ERROR, duration, inputs, output};

/// Check Terraform plans and Kubernetes manifests against policies.
///
/// What an input is, is recognised by its content: the JSON of a plan (`terraform show -json`), Kubernetes objects in
/// YAML or JSON (several documents and List kinds included), or a Kubernetes AdmissionReview. A rule that depends on
/// values known only after apply is reported as undetermined: neither a violation nor a pass.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = EXAMPLES_AND_EXIT_CODES.as_str())]
pub(crate) struct Args {
    /// Files or directories to check; `-` is standard input. Of a directory every .json, .yaml and .yml file below it
    /// that is recognised
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// Lowest severity that fails the run
    #[arg(long, value_name = "SEVERITY", default_value = "medium", value_parser = severity())]
    fail_on: Severity,

    /// How to write the report
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Output")]
    format: Format,

    /// Show every undetermined result; the text report otherwise folds them beyond ten
    #[arg(long, help_heading = "Output")]
    all: bool,

    /// Say nothing about a run that passes; otherwise only violations and errors
    #[arg(long, short, help_heading = "Output")]
    quiet: bool,

    /// Longest time one rule may take on one resource, as in 500ms, 2s or 1m
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = duration::parse)]
    evaluation_timeout: Duration,

    #[command(flatten)]
    selection: Selection,
}

const EXAMPLES: &str = "\
Examples:
  terraform show -json tfplan | parapet check -
  parapet check --packs kubernetes --fail-on high deploy/
  parapet check --rule 'aws-s3-*' --rule aws-kms-key-rotation plan.json
  parapet check --no-builtin-packs --policies ./policies --format json plan.json > report.json";

static EXAMPLES_AND_EXIT_CODES: std::sync::LazyLock<String> =
    std::sync::LazyLock::new(|| format!("{EXAMPLES}\n\n{EXIT_CODES}"));

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs; the format is documented in docs/report-json.md
    Json,
}

fn severity() -> impl TypedValueParser<Value = Severity> {
    let names = Severity::ALL.map(Severity::as_str);
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Severity>())
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let policies = args.selection.load()?;
    let options = EngineOptions { evaluation_timeout: args.evaluation_timeout, ..EngineOptions::default() };
    let engine = Engine::new(&policies, options)?;

    let inputs = inputs::read(&args.paths);
    if !args.quiet {
        for skipped in &inputs.skipped {
            output::note(&format!("skipped {skipped}"));
        }
    }
    let nothing = inputs.documents.is_empty();
    if nothing && inputs.problems.is_empty() {
        anyhow::bail!(
            "there is nothing to check: none of the files is a plan or a Kubernetes object; a plan is made with `terraform show -json`"
        );
    }
    if nothing || args.format == Format::Json {
        for problem in &inputs.problems {
            output::error(&problem.message);
        }
    }
    if nothing && args.format == Format::Text {
        return Ok(EXIT_ERROR);
    }

    let report = engine.check(&inputs.documents, args.fail_on);
    let run = Run { report: &report, problems: &inputs.problems };
    match args.format {
        Format::Json => output::data(|out| json::write(&run, out))?,
        Format::Text => {
            let options = text::TextOptions {
                width: output::width(),
                colour: output::colour(),
                all: args.all,
                quiet: args.quiet,
            };
            output::text(&text::render(&run, &options))?;
        }
    }
    Ok(run.exit_code())
}
