//! `parapet gate`: may this go on?

use clap::Subcommand;

mod benchmark;
mod canary;
mod memory;
mod outcome;

/// Decide whether a rollout or a build may go on
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Canary(Box<canary::Args>),
    Benchmark(benchmark::Args),
    Memory(memory::Args),
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    match &args.command {
        Command::Canary(args) => canary::run(args),
        Command::Benchmark(args) => benchmark::run(args),
        Command::Memory(args) => memory::run(args),
    }
}

/// Two decimals where they matter, none where they do not.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => format!("{value:.0}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    }
}
