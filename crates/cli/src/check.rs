//! `parapet check`: inputs against policies.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use parapet_policy::input::hcl::Variables;
use parapet_policy::report::{Problem, Run};
use parapet_policy::{Baseline, Engine, EngineOptions, Report, RuleCost, Severity, Verdict, sources, waiver};

use crate::progress::Progress;
use crate::reports::{self, Destination, Look};
use crate::selection::Selection;
use crate::{EXIT_CODES, EXIT_ERROR, duration, inputs, output};

/// Check Terraform configuration, Terraform plans and Kubernetes manifests against policies.
///
/// What an input is, is recognised by its content: directories with .tf files, the JSON of a plan (`terraform show -json`), Kubernetes objects in
/// YAML or JSON (several documents and List kinds included), or a Kubernetes AdmissionReview. A rule that depends on
/// what is not known (a value until apply, a price) is reported as undetermined: neither a violation nor a pass.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES, after_long_help = EXAMPLES_AND_EXIT_CODES.as_str())]
pub(crate) struct Args {
    /// Files or directories to check; `-` is standard input. Of a directory the Terraform configuration in it, and every
    /// .json, .yaml and .yml file below it that is recognised
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,

    /// Read also the files of a directory that .gitignore names
    #[arg(long)]
    no_ignore: bool,

    /// Lowest severity that fails the run [default: that of parapet.hcl, else medium]
    #[arg(long, value_name = "SEVERITY", value_parser = severity())]
    fail_on: Option<Severity>,

    /// Reports to write, separated by commas: text, json, sarif, junit, github, markdown, csv or html, each to standard output
    /// or, with `=FILE`, to a file
    #[arg(long, value_name = "FORMAT[=FILE]", value_delimiter = ',', default_value = "text", help_heading = "Output")]
    format: Vec<Destination>,

    /// Show every undetermined result; the text report otherwise folds them beyond ten
    #[arg(long, help_heading = "Output")]
    all: bool,

    /// Say nothing about a run that passes; otherwise only violations and errors
    #[arg(long, short, help_heading = "Output")]
    quiet: bool,

    /// Show on standard error which ten rules took longest: their time on all threads, their evaluations, and the time of one
    #[arg(long, help_heading = "Output")]
    profile: bool,

    /// Report only what this baseline does not know
    #[arg(long, value_name = "FILE", conflicts_with = "write_baseline")]
    baseline: Option<PathBuf>,

    /// Write a baseline of everything that is found now
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,

    /// Longest time one rule may take on one resource, as in 500ms, 2s or 1m
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = duration::parse)]
    evaluation_timeout: Duration,

    /// Value of a variable of Terraform configuration; TF_VAR_*, terraform.tfvars and *.auto.tfvars are read as well
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable, help_heading = "Terraform configuration")]
    var: Vec<(String, String)>,

    /// File with values of variables
    #[arg(long, value_name = "FILE", help_heading = "Terraform configuration")]
    var_file: Vec<PathBuf>,

    /// Directory of the configuration that a plan was made from: findings name its files and lines
    #[arg(long, value_name = "DIR", help_heading = "Terraform configuration")]
    source: Option<PathBuf>,

    #[command(flatten)]
    selection: Selection,
}

pub(crate) fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    Ok((name.trim().to_owned(), value.to_owned()))
}

const EXAMPLES: &str = "\
Examples:
  parapet check --var-file production.tfvars ./stack
  terraform show -json tfplan | parapet check -
  parapet check --packs kubernetes --fail-on high deploy/
  parapet check --rule 'aws-s3-*' --rule aws-kms-key-rotation plan.json
  parapet check --no-builtin-packs --policies ./policies --format json plan.json > report.json
  parapet check --format sarif=parapet.sarif,markdown=comment.md,text plan.json
  parapet check --write-baseline baseline.json plan.json && parapet check --baseline baseline.json plan.json";

static EXAMPLES_AND_EXIT_CODES: std::sync::LazyLock<String> =
    std::sync::LazyLock::new(|| format!("{EXAMPLES}\n\n{EXIT_CODES}"));

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs; the format is documented in docs/report-json.md
    Json,
}

pub(crate) fn severity() -> impl TypedValueParser<Value = Severity> {
    let names = Severity::ALL.map(Severity::as_str);
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Severity>())
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    reports::check(&args.format)?;
    let policies = args.selection.load()?;
    if policies.rules().is_empty() {
        anyhow::bail!("no rule is left to check with; see --packs, --rule and parapet.hcl");
    }
    let known = args.baseline.as_deref().map(Baseline::load).transpose()?;
    let options = EngineOptions { evaluation_timeout: args.evaluation_timeout, ..EngineOptions::default() };
    let engine = Engine::new(&policies, options)?;
    let engine = if args.profile { engine.profiled() } else { engine };

    let variables = Variables { files: args.var_file.clone(), given: args.var.clone(), ..Variables::of_environment() };
    let progress = Progress::start(args.quiet, "reading inputs");
    let mut inputs = inputs::read(&args.paths, variables, args.no_ignore);
    inputs.of_plans(args.source.as_deref());
    inputs.check_variables();
    drop(progress);
    if !args.quiet {
        for skipped in &inputs.skipped {
            output::note(&format!("skipped {skipped}"));
        }
        for unclaimed in inputs.unclaimed_values() {
            output::note(&unclaimed);
        }
    }
    for left_out in &inputs.left_out {
        output::warning(left_out);
    }
    let nothing = inputs.documents.is_empty();
    if nothing && inputs.problems.is_empty() {
        anyhow::bail!(
            "there is nothing to check: none of the files is Terraform configuration, a plan or a Kubernetes object; a plan is made with `terraform show -json`"
        );
    }
    let shows_text = reports::shows_text(&args.format);
    if nothing || !shows_text {
        for problem in &inputs.problems {
            output::error(&problem.message);
        }
    }
    if nothing && shows_text {
        return Ok(EXIT_ERROR);
    }

    let settings = policies.settings();
    let fail_on = args.fail_on.or(settings.and_then(|settings| settings.fail_on)).unwrap_or(Severity::Medium);
    let (documents, rules) = (inputs.documents.len(), policies.rules().len());
    let progress = Progress::start(args.quiet, &format!("checking {documents} inputs against {rules} rules"));
    let mut report = engine.check(&inputs.documents, fail_on);
    let costs = engine.profile();
    progress.next("finding the lines of findings");
    let comments = sources::read(&mut report, settings, &inputs.sources);
    drop(progress);
    for error in comments.errors() {
        if !shows_text {
            output::error(&error.to_string());
        }
        inputs.problems.push(Problem { document: error.place.file.clone(), message: error.to_string() });
    }
    waiver::apply(&mut report, settings, &comments, waiver::today());
    accept(args, known, &mut report, &inputs.problems)?;

    let run = Run { report: &report, problems: &inputs.problems };
    reports::write(&run, &args.format, Look { all: args.all, quiet: args.quiet })?;
    if let Some(costs) = costs {
        output::note(&slowest(&costs));
    }
    Ok(run.exit_code())
}

/// The rules that took longest, and all of them together.
fn slowest(costs: &[RuleCost]) -> String {
    const SHOWN: usize = 10;
    let millis = |time: Duration| format!("{:.3} ms", time.as_secs_f64() * 1000.0);
    let total: Duration = costs.iter().map(|cost| cost.time).sum();
    let evaluations: u64 = costs.iter().map(|cost| cost.evaluations).sum();
    let mut text = format!(
        "{} rules took {} in {evaluations} evaluations; the slowest:\n{:>14} {:>12} {:>14}  rule",
        costs.len(),
        millis(total),
        "time",
        "evaluations",
        "each"
    );
    for cost in costs.iter().take(SHOWN) {
        let (time, each) = (millis(cost.time), millis(cost.each()));
        let _ = write!(text, "\n{time:>14} {:>12} {each:>14}  {}", cost.evaluations, cost.rule);
    }
    text
}

/// Takes out what a baseline knows, after writing it when that is asked for.
fn accept(args: &Args, known: Option<Baseline>, report: &mut Report, problems: &[Problem]) -> anyhow::Result<()> {
    let Some(file) = &args.write_baseline else {
        if let (Some(known), Some(file)) = (known, &args.baseline) {
            known.apply(report, &file.display().to_string());
        }
        return Ok(());
    };
    if !problems.is_empty() || report.verdict() == Verdict::Error {
        output::warning(&format!("{}: not written, because not everything could be checked", file.display()));
        return Ok(());
    }
    let baseline = Baseline::of(report);
    let text = baseline.to_json()?;
    reports::into_file(file, |out| out.write_all(text.as_bytes()))?;
    baseline.apply(report, &file.display().to_string());
    Ok(())
}
