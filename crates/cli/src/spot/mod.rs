//! `parapet spot`: instance types on the Spot market.

use clap::Subcommand;

mod advise;
mod amounts;
mod json;
mod market;
mod table;

/// Choose instance types on the Spot market.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Advise(Box<advise::Args>),
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let Command::Advise(args) = &args.command;
    advise::run(args)
}
