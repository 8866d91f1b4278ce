//! `parapet cost`: what infrastructure costs.

use std::path::Path;

use anyhow::Context as _;
use clap::Subcommand;
use parapet_pricing::Book;

mod estimate;
mod page;
mod patch;
mod recommend;
mod report;

/// Know what infrastructure costs before it does
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Estimate(Box<estimate::Args>),
    Patch(Box<patch::Args>),
    Recommend(Box<recommend::Args>),
    Report(Box<report::Args>),
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    match &args.command {
        Command::Estimate(args) => estimate::run(args),
        Command::Patch(args) => patch::run(args),
        Command::Recommend(args) => recommend::run(args),
        Command::Report(args) => report::run(args),
    }
}

/// The prices of a file, and of the reference book where it has none.
fn price_book(path: Option<&Path>) -> anyhow::Result<Book> {
    Ok(match path {
        Some(path) => Book::parse(&path.display().to_string(), &bytes(path)?)?.over(Book::reference()),
        None => Book::reference().clone(),
    })
}

fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))
}
