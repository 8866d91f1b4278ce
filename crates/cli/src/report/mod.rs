//! `parapet report`: what many runs say together.

use clap::Subcommand;

mod delivery;
mod rollouts;

/// Report on what was rolled out
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Delivery(Box<delivery::Args>),
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    match &args.command {
        Command::Delivery(args) => delivery::run(args),
    }
}
