//! `parapet cost`: what infrastructure costs.

use std::path::Path;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use parapet_policy::input::hcl;
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

/// Checks that a price book has something of a region given on the command line: a misspelt one must not pass for prices that
/// nobody knows. That of the environment is there for other tools as well, and may be any.
fn check_region(book: &Book, region: Option<&str>) -> anyhow::Result<()> {
    let Some(region) = region.filter(|region| std::env::var("AWS_REGION").as_deref() != Ok(*region)) else {
        return Ok(());
    };
    let mut known = book.priced_regions();
    if known.contains(&region) {
        return Ok(());
    }
    let near: String = region.chars().take(2).collect();
    known.sort_by_key(|it| !it.starts_with(&near));
    bail!(
        "no price book has anything of the region `{region}`; known are {}; --price-book takes prices of others",
        known.join(", ")
    );
}

/// What is wrong with the names given with `--var`: a misspelt one must not pass for the value it was meant to set.
fn undeclared(variables: &hcl::Variables, source: Option<&hcl::Source>) -> Vec<String> {
    let wrong = |(name, _): &(String, String)| {
        let message = hcl::Source::undeclared(name, source)?;
        Some(format!("--var {name}: {message}"))
    };
    variables.given.iter().filter_map(wrong).collect()
}

fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))
}
