//! `parapet cost estimate`: what a plan, a configuration or a state costs in a month.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use parapet_policy::cost::Basis;
use parapet_policy::input::hcl::Variables;
use parapet_policy::{Settings, waiver};
use parapet_pricing::estimate::{Assumptions, Estimate, Usage, estimate};

use super::{bytes, check_region, price_book};
use crate::check::variable;
use crate::{EXIT_ERROR, output};

mod headline;
mod html;
mod markdown;
mod resources;
mod text;

/// Estimate what infrastructure costs in a month, and how a plan changes that.
///
/// Nothing is asked of AWS: prices come from price books, and every figure names its source with its date. What is not known is
/// listed and counted, and never counts as 0: prices that no book has, values known only after apply, and usage that the
/// configuration cannot tell and a usage file does not say.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// A plan (`terraform show -json`), a state, or a directory of Terraform configuration; `-` is standard input
    #[arg(value_name = "PATH")]
    path: PathBuf,

    /// What configuration cannot tell: how much is stored, sent, called [default: that of parapet.hcl]
    #[arg(long, value_name = "FILE")]
    usage: Option<PathBuf>,

    /// Price book; what it does not know is taken from the reference book [default: that of parapet.hcl]
    #[arg(long, value_name = "FILE")]
    price_book: Option<PathBuf>,

    /// Region of resources that do not say theirs
    #[arg(long, value_name = "REGION", env = "AWS_REGION")]
    region: Option<String>,

    /// How to write the estimate
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Output")]
    format: Format,

    /// Value of a variable of Terraform configuration; TF_VAR_*, terraform.tfvars and *.auto.tfvars are read as well
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable, help_heading = "Terraform configuration")]
    var: Vec<(String, String)>,

    /// File with values of variables
    #[arg(long, value_name = "FILE", help_heading = "Terraform configuration")]
    var_file: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people: modules, resources and what each is billed for
    Text,
    /// For programs; the format is documented in docs/guides/cost.md
    Json,
    /// For a pull request: what the change costs in the first line
    Markdown,
    /// A page with plots by service and tag
    Html,
}

const EXAMPLES: &str = "\
Examples:
  terraform plan -out=tfplan && terraform show -json tfplan | parapet cost estimate -
  parapet cost estimate --usage usage.hcl ./stack
  parapet cost estimate --format markdown plan.json > comment.md
  parapet cost estimate --price-book our-rates.json --region eu-west-1 terraform.tfstate

Exit codes:
  0  estimated; what has no price is counted
  2  the input, the usage file, the price book or the command line is bad";

/// The estimate as JSON.
#[derive(serde::Serialize)]
struct ForPrograms<'a> {
    #[serde(flatten)]
    estimate: &'a Estimate,
    /// What the plan leaves out, when it is not complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    left_out: Option<&'a str>,
}

/// Prices and usage: those that were given, else those of parapet.hcl.
fn basis(args: &Args) -> anyhow::Result<Basis> {
    let settings = Settings::find(Path::new("."))?;
    let mut basis = settings.as_ref().map(Basis::of).transpose()?.unwrap_or_default();
    if let Some(path) = &args.price_book {
        basis.book = price_book(Some(path))?;
    }
    if let Some(path) = &args.usage {
        let name = path.display().to_string();
        let text = String::from_utf8(bytes(path)?).with_context(|| format!("{name}: this is not text in UTF-8"))?;
        basis.usage = Usage::parse(&name, &text)?;
    }
    Ok(basis)
}

pub(super) fn run(args: &Args) -> anyhow::Result<u8> {
    let Basis { book, usage, .. } = basis(args)?;
    check_region(&book, args.region.as_deref())?;
    let variables = Variables { files: args.var_file.clone(), given: args.var.clone(), ..Variables::of_environment() };
    let input = resources::read(&args.path, &variables)?;
    for problem in &input.problems {
        output::error(problem);
    }
    for note in &input.notes {
        output::warning(note);
    }
    for unused in usage.unused(&input.resources) {
        output::warning(&unused);
    }
    let assumptions =
        Assumptions { book: &book, usage: &usage, region: args.region.as_deref(), compares: input.compares };
    let estimate = estimate(&input.resources, &assumptions)?;
    let (today, left_out) = (waiver::today(), input.left_out.as_deref());
    match args.format {
        Format::Text => output::text(&text::render(&estimate, left_out, today))?,
        Format::Json => {
            let document = ForPrograms { estimate: &estimate, left_out };
            output::text(&format!("{}\n", serde_json::to_string_pretty(&document)?))?;
        }
        Format::Markdown => output::text(&markdown::render(&estimate, left_out))?,
        Format::Html => output::text(&html::render(&estimate, left_out, &input.name, today))?,
    }
    Ok(if input.problems.is_empty() { 0 } else { EXIT_ERROR })
}
