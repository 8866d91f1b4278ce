//! `parapet cost report`: past bills and what could be saved, as a page.

use std::path::PathBuf;

use anyhow::Context as _;
use parapet_policy::waiver;

use super::recommend::{self, Account};
use crate::output;

mod page;
#[cfg(test)]
mod tests;

/// Write a page about an account: what it cost by service, by tag and month by month, and what could be saved.
///
/// Past bills come from Cost Explorer, which AWS bills at one cent a request; recommendations are those of `parapet cost recommend`. The
/// page needs nothing but itself: no scripts, no fonts, no network.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    account: Account,

    /// Tag by which bills are split; it has to be activated as a cost allocation tag
    #[arg(long, value_name = "KEY")]
    cost_tag: Option<String>,

    /// Where the page is written
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  parapet cost report --region eu-west-1 --out cost.html
  parapet cost report --region eu-west-1,us-east-1 --cost-tag team --out cost.html

Exit codes:
  0  the page is written
  2  a service could not be read (the page has the rest), or the provider, the credentials or the command line are bad";

pub(super) fn run(args: &Args) -> anyhow::Result<u8> {
    let report = args.account.read(args.cost_tag.as_deref(), &[])?;
    let page = page::render(&report, args.cost_tag.as_deref(), waiver::today());
    std::fs::write(&args.out, page).with_context(|| format!("{}: cannot be written", args.out.display()))?;
    output::text(&format!("{}: {}\n", args.out.display(), recommend::sentence(&report)))?;
    Ok(recommend::code(&report))
}
