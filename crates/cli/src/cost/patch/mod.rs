//! `parapet cost patch`: recommendations as edits of the configuration.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use parapet_policy::Document;
use parapet_policy::input::hcl::{self, Variables};
use parapet_policy::input::{self, ListedResource};
use parapet_remediation::{Category, Task, Wishes, propose};

use super::{check_region, price_book, undeclared};
use crate::check::variable;
use crate::output;

mod json;
mod text;

/// Exit code of `--check` when there is something to patch.
const EXIT_OPEN: u8 = 1;

/// Edit the Terraform configuration so that what runs costs less.
///
/// What can be recommended from state and configuration alone: volumes of older types, instance types of older generations,
/// log groups that keep everything. Each argument is followed through variables, .tfvars files, locals, for_each and module
/// calls to the place that sets it, and edited there; comments and layout stay. The configuration is then evaluated again: an
/// edit that would change anything else is not made, and its place and the reason are said. Nothing is asked of AWS, and no
/// resource is touched: the next `terraform apply` does that.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// State of what exists: a .tfstate file of version 4, or `terraform show -json`; `-` is standard input
    #[arg(long, value_name = "FILE")]
    state: PathBuf,

    /// Directory of the configuration it belongs to
    #[arg(long, value_name = "DIR")]
    source: PathBuf,

    /// Write the files; otherwise the changes are only shown
    #[arg(long, conflicts_with = "check")]
    write: bool,

    /// Fail with exit code 1 when there is something to patch
    #[arg(long)]
    check: bool,

    /// Recommendations to carry out, separated by commas [default: all that apply]
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = category())]
    only: Vec<Category>,

    /// Move managed databases and caches to Graviton, where their engine runs on it
    #[arg(long)]
    graviton: bool,

    /// Days that log groups without retention are to keep their events; CloudWatch deletes what is older
    #[arg(long, value_name = "DAYS", value_parser = retention)]
    log_retention_days: Option<u32>,

    /// Price book; what it does not know is taken from the reference book
    #[arg(long, value_name = "FILE")]
    price_book: Option<PathBuf>,

    /// Region of resources whose own is said neither by the state nor by the provider in the configuration
    #[arg(long, value_name = "REGION", env = "AWS_REGION")]
    region: Option<String>,

    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Output")]
    format: Format,

    /// Value of a variable of the configuration; TF_VAR_*, terraform.tfvars and *.auto.tfvars are read as well
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable, help_heading = "Terraform configuration")]
    var: Vec<(String, String)>,

    /// File with values of variables; it is edited where it sets what is to change
    #[arg(long, value_name = "FILE", help_heading = "Terraform configuration")]
    var_file: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people: what changes and why, and a unified diff that `git apply` takes
    Text,
    /// The unified diff alone
    Diff,
    /// For programs
    Json,
}

const EXAMPLES: &str = "\
Examples:
  parapet cost patch --state terraform.tfstate --source .
  terraform show -json | parapet cost patch --state - --source . --var-file production.tfvars --write
  parapet cost patch --state terraform.tfstate --source . --only gp3,previous-generation --format diff | git apply
  parapet cost patch --state terraform.tfstate --source . --log-retention-days 90 --check

Exit codes:
  0  done, or nothing to do
  1  with --check: there is something to patch
  2  the state, the configuration or the command line is bad; nothing was written";

fn category() -> impl TypedValueParser<Value = Category> {
    let names = Category::ALL.map(Category::as_str);
    PossibleValuesParser::new(names).try_map(|name| {
        Category::ALL.into_iter().find(|category| category.as_str() == name).ok_or("there is no such kind")
    })
}

/// Days that CloudWatch takes: <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>.
const RETENTIONS: [u32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

fn retention(text: &str) -> Result<u32, String> {
    let days = text.parse::<u32>().ok().filter(|days| RETENTIONS.contains(days));
    days.ok_or_else(|| {
        let all: Vec<String> = RETENTIONS.iter().map(u32::to_string).collect();
        format!("CloudWatch keeps events for {} days", all.join(", "))
    })
}

pub(super) fn run(args: &Args) -> anyhow::Result<u8> {
    if !hcl::is_module(&args.source) {
        bail!("{}: there is no .tf file; name the directory of the configuration", args.source.display());
    }
    if args.only.contains(&Category::Graviton) && !args.graviton {
        bail!("--only graviton changes the architecture of processors: say so with --graviton");
    }
    let book = price_book(args.price_book.as_deref())?;
    check_region(&book, args.region.as_deref())?;
    let variables = Variables { files: args.var_file.clone(), given: args.var.clone(), ..Variables::of_environment() };
    let (source, unread) = hcl::open(&args.source);
    // What cannot be read may declare it, and is said below.
    if let (Some(problem), true) = (undeclared(&variables, Some(&source)).first(), unread.is_empty()) {
        bail!("{problem}");
    }
    let wishes =
        Wishes { only: args.only.clone(), graviton: args.graviton, log_retention_days: args.log_retention_days };
    let resources = existing(&args.state)?;
    let task = Task {
        source: &args.source,
        variables: &variables,
        resources: &resources,
        wishes: &wishes,
        book: &book,
        region: args.region.as_deref(),
    };
    let patch = propose(task)?;
    if args.write {
        patch.write()?;
    }
    match args.format {
        Format::Text => output::text(&text::render(&patch, &args.source, args.write))?,
        Format::Diff => output::text(&patch.diff())?,
        Format::Json => output::text(&format!("{:#}\n", json::render(&patch, args.write)))?,
    }
    Ok(if args.check && !patch.is_empty() { EXIT_OPEN } else { 0 })
}

/// The resources of a state.
fn existing(path: &Path) -> anyhow::Result<Vec<ListedResource>> {
    let name = path.display().to_string();
    let bytes = if name == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).context("standard input cannot be read")?;
        bytes
    } else {
        std::fs::read(path).with_context(|| format!("{name}: cannot be read"))?
    };
    let documents = input::read(&name, bytes)?;
    let [Document::Plan(plan)] = documents.as_slice() else {
        bail!("{name}: this is no state; give a .tfstate file, or the output of `terraform show -json`");
    };
    let resources = plan.resources()?;
    if let Some(planned) = resources.iter().find(|resource| resource.actions != ["no-op"]) {
        bail!(
            "{name}: this is a plan ({} of {}), and a patch is made of what exists; give the state, `terraform show -json`",
            planned.actions.join(" and "),
            planned.address
        );
    }
    Ok(resources)
}
