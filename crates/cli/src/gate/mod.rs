//! `parapet gate`: may this go on?

use clap::Subcommand;

mod benchmark;
mod canary;
mod evidence;
mod inventory;
mod licenses;
mod memory;
pub(crate) mod outcome;
pub(crate) mod prometheus;

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
    Licenses(licenses::Args),
    Evidence(evidence::Args),
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    match &args.command {
        Command::Canary(args) => canary::run(args),
        Command::Benchmark(args) => benchmark::run(args),
        Command::Memory(args) => memory::run(args),
        Command::Licenses(args) => licenses::run(args),
        Command::Evidence(args) => evidence::run(args),
    }
}

/// Two to four decimals where they matter, none where they do not.
pub(crate) fn short(value: f64) -> String {
    let text = match value.abs() {
        size if size >= 100.0 => return format!("{value:.0}"),
        size if size >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.4}"),
    };
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_short() {
        for (value, text) in
            [(5.0, "5"), (0.25, "0.25"), (7.000_000_1, "7"), (12.345, "12.35"), (100.0, "100"), (0.0, "0")]
        {
            assert_eq!(super::short(value), text);
        }
    }
}
