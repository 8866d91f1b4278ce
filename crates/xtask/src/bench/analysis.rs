//! How often a rollout gate is wrong, by simulation, beside the gates in common use.

use std::fmt::Write as _;
use std::thread;

use anyhow::{Result, anyhow};
use parapet_analysis::Verdict;
use parapet_analysis::simulation::{Bound, SCENARIOS, Scenario, Tally, WINDOWS, run as simulate};

/// How much to simulate.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Rollouts of each scenario
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    rollouts: u64,
}

/// Simulates; answers the table as Markdown. The same number of rollouts always gives the same table.
///
/// # Errors
/// None in practice: simulated data fit the gate.
pub fn run(args: &Args) -> Result<String> {
    let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
    let share = args.rollouts.div_ceil(threads);
    let parts: Vec<_> = (0..threads)
        .map(|part| {
            let first = (part * share).min(args.rollouts);
            let runs = share.min(args.rollouts - first);
            // Seeds do not depend on the number of threads.
            thread::spawn(move || simulate(&SCENARIOS, 1 + first, runs))
        })
        .collect();
    let mut tallies = vec![Tally::default(); SCENARIOS.len()];
    for part in parts {
        let part = part.join().map_err(|_| anyhow!("a thread of the simulation panicked"))??;
        tallies.iter_mut().zip(&part).for_each(|(sum, tally)| sum.add(tally));
    }
    Ok(table(&tallies, args.rollouts))
}

fn table(tallies: &[Tally], rollouts: u64) -> String {
    let mut out = format!("{rollouts} rollouts of each kind, {WINDOWS} windows of a minute.\n\n");
    out += "| rollout | promote | rollback | inconclusive | clear after | to reach | | fixed thresholds | repeated Mann-Whitney | single-sample forest |\n";
    out += "|---|--:|--:|--:|--:|---|---|--:|--:|--:|\n";
    for (scenario, tally) in SCENARIOS.iter().zip(tallies) {
        let clear = match tally.rolled_back {
            0 => "-".to_owned(),
            count => format!("{:.1} min", tally.windows_to_rollback as f64 / count as f64),
        };
        let other = |count: usize| percent(count as f64 / tally.runs.max(1) as f64);
        // Writing into a string cannot fail.
        let _infallible = writeln!(
            out,
            "| {} | {} | {} | {} | {clear} | {} | {} | {} | {} | {} |",
            scenario.name,
            percent(tally.share(Verdict::Promote)),
            percent(tally.share(Verdict::Rollback)),
            percent(tally.share(Verdict::Inconclusive)),
            target(scenario),
            match scenario.met(tally) {
                Some(true) => "met",
                Some(false) => "**missed**",
                None => "",
            },
            other(tally.by_thresholds),
            other(tally.by_ranks),
            other(tally.by_single_sample),
        );
    }
    out
}

fn target(scenario: &Scenario) -> String {
    scenario.target.map_or_else(String::new, |(verdict, bound, share)| {
        let bound = if bound == Bound::AtLeast { "at least" } else { "at most" };
        format!("{verdict} {bound} {}", percent(share))
    })
}

fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_does_not_depend_on_threads() {
        let table = run(&Args { rollouts: 3 }).unwrap();
        let tallies = simulate(&SCENARIOS, 1, 3).unwrap();
        assert_eq!(table, super::table(&tallies, 3));
        assert!(table.contains("| errors x3 | 0.0% | 100.0% |"), "{table}");
    }
}
