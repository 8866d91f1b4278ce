//! `parapet cost`: what infrastructure costs.

use clap::Subcommand;

mod estimate;
mod patch;

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
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    match &args.command {
        Command::Estimate(args) => estimate::run(args),
        Command::Patch(args) => patch::run(args),
    }
}
