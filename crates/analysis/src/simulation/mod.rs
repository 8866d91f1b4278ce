//! Rollouts made up, to measure how often a gate is wrong, and how often the usual gates are.
//!
//! A service with two arms is observed for 30 windows of a minute. What moves both arms (load, a slow database) and what moves
//! each alone (a busy neighbour, garbage collection) are autoregressive noises of order one, so that neighbouring minutes resemble each
//! other. Requests are Poisson, errors and latency buckets multinomial.

use crate::config::{Analysis, AnalysisError, Anomaly, Direction, Kind, Metric};
use crate::judge::Trained;
use crate::random::Random;
use crate::report::Verdict;
use crate::windows::Observations;

mod rivals;
mod service;

use service::Service;

/// Windows of one rollout.
pub const WINDOWS: usize = 30;
/// Windows of history: those the forest is fitted to, and those it is calibrated on.
const HISTORY: usize = 1100;

/// What the canary does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scenario {
    /// Its name in the table.
    pub name: &'static str,
    /// Requests per minute of each arm.
    pub requests: f64,
    /// Factors of the canary.
    pub canary: Shift,
    /// What is to be reached: the verdict, whether that is the least or the largest share, and the share.
    pub target: Option<(Verdict, Bound, f64)>,
}

/// Which side of a target is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// So many at least.
    AtLeast,
    /// So many at most.
    AtMost,
}

/// By how much the canary differs: factors, 1 for none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// Of the error rate.
    pub errors: f64,
    /// Of every latency.
    pub latency: f64,
    /// Of processor time.
    pub cpu: f64,
    /// Of memory.
    pub memory: f64,
}

impl Shift {
    /// No difference.
    pub const NONE: Self = Self { errors: 1.0, latency: 1.0, cpu: 1.0, memory: 1.0 };
}

/// The rollouts of the table.
pub const SCENARIOS: [Scenario; 7] = [
    Scenario {
        name: "equal arms (A/A)",
        requests: 300.0,
        canary: Shift::NONE,
        target: Some((Verdict::Rollback, Bound::AtMost, 0.01)),
    },
    Scenario {
        name: "errors x3",
        requests: 300.0,
        canary: Shift { errors: 3.0, ..Shift::NONE },
        target: Some((Verdict::Rollback, Bound::AtLeast, 0.98)),
    },
    Scenario {
        name: "latency +20%",
        requests: 300.0,
        canary: Shift { latency: 1.2, ..Shift::NONE },
        target: Some((Verdict::Rollback, Bound::AtLeast, 0.98)),
    },
    Scenario {
        name: "CPU +30%, memory +20%",
        requests: 300.0,
        canary: Shift { cpu: 1.3, memory: 1.2, ..Shift::NONE },
        target: Some((Verdict::Rollback, Bound::AtLeast, 0.95)),
    },
    Scenario {
        name: "better canary",
        requests: 300.0,
        canary: Shift { errors: 0.5, latency: 0.85, cpu: 0.85, memory: 0.9 },
        target: Some((Verdict::Rollback, Bound::AtMost, 0.0)),
    },
    Scenario {
        name: "equal arms, 60 requests/min",
        requests: 60.0,
        canary: Shift::NONE,
        target: Some((Verdict::Promote, Bound::AtMost, 0.05)),
    },
    Scenario {
        name: "errors x3, 60 requests/min",
        requests: 60.0,
        canary: Shift { errors: 3.0, ..Shift::NONE },
        target: Some((Verdict::Promote, Bound::AtMost, 0.05)),
    },
];

/// How many rollouts of a scenario ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// All rollouts.
    pub runs: usize,
    /// Promoted by the gate.
    pub promoted: usize,
    /// Rolled back by the gate.
    pub rolled_back: usize,
    /// Rolled back, summed: the window at which it was clear.
    pub windows_to_rollback: usize,
    /// Rolled back by fixed thresholds: error rate above twice, or 95th percentile, processor time or memory above 1.2 times the
    /// baseline's, looked at once in each of six steps.
    pub by_thresholds: usize,
    /// Rolled back by a Mann-Whitney test of each metric below 0.05 at any look from the fifth window on.
    pub by_ranks: usize,
    /// Rolled back by an isolation forest fitted to one sample of the baseline, when any window scores above 0.6.
    pub by_single_sample: usize,
}

impl Tally {
    /// Neither promoted nor rolled back.
    #[must_use]
    pub fn inconclusive(&self) -> usize {
        self.runs - self.promoted - self.rolled_back
    }

    /// The share a target is about.
    #[must_use]
    pub fn share(&self, verdict: Verdict) -> f64 {
        let count = match verdict {
            Verdict::Promote => self.promoted,
            Verdict::Rollback => self.rolled_back,
            Verdict::Inconclusive => self.inconclusive(),
        };
        count as f64 / self.runs.max(1) as f64
    }

    /// Adds those of other rollouts.
    pub fn add(&mut self, other: &Self) {
        self.runs += other.runs;
        self.promoted += other.promoted;
        self.rolled_back += other.rolled_back;
        self.windows_to_rollback += other.windows_to_rollback;
        self.by_thresholds += other.by_thresholds;
        self.by_ranks += other.by_ranks;
        self.by_single_sample += other.by_single_sample;
    }
}

impl Scenario {
    /// Whether a tally reaches the target; `None` when there is none.
    #[must_use]
    pub fn met(&self, tally: &Tally) -> Option<bool> {
        self.target.map(|(verdict, bound, share)| match bound {
            Bound::AtLeast => tally.share(verdict) >= share,
            Bound::AtMost => tally.share(verdict) <= share,
        })
    }
}

/// The gate that is measured: the defaults, with every metric of the simulated service.
#[must_use]
pub fn gate(seed: u64) -> Analysis {
    let gauge = |name: &str, worse: Direction| Metric::new(name, Kind::Gauge { worse });
    Analysis {
        metrics: vec![
            Metric::new(service::ERRORS, Kind::error_ratio()),
            Metric::new(service::LATENCY, Kind::latency()),
            gauge(service::CPU, Direction::Higher),
            gauge(service::MEMORY, Direction::Higher),
            gauge(service::REQUEST_RATE, Direction::Either),
            gauge(service::GC_PAUSE, Direction::Higher),
            gauge(service::POOL_USE, Direction::Higher),
        ],
        anomaly: Some(Anomaly { seed, ..Anomaly::default() }),
        ..Analysis::default()
    }
}

/// Runs rollouts `first..first + runs` of each scenario; the same numbers always give the same tallies. Each run has a history of its
/// own, which its scenarios of one request rate share.
///
/// # Errors
/// None in practice: the simulated data fit the gate.
pub fn run(scenarios: &[Scenario], first: u64, runs: u64) -> Result<Vec<Tally>, AnalysisError> {
    let mut tallies = vec![Tally::default(); scenarios.len()];
    for seed in first..first + runs {
        let mut trained: Vec<(f64, Trained)> = Vec::new();
        for (index, (scenario, tally)) in (0_u64..).zip(scenarios.iter().zip(&mut tallies)) {
            let known = trained.iter().find(|(requests, _)| requests.total_cmp(&scenario.requests).is_eq());
            let gate = match known {
                Some((_, gate)) => gate.clone(),
                None => {
                    let stream = Random::split(seed, scenario.requests as u64);
                    let history = Service::new(scenario.requests, stream).observe(HISTORY, &Shift::NONE, 0);
                    let gate = Trained::new(&gate(seed), &history)?;
                    trained.push((scenario.requests, gate.clone()));
                    gate
                }
            };
            let stream = Random::split(seed.wrapping_add(1 << 40), index);
            let rollout = Service::new(scenario.requests, stream).observe(WINDOWS, &scenario.canary, HISTORY);
            tally.add(&judged(&gate, &rollout)?);
        }
    }
    Ok(tallies)
}

fn judged(gate: &Trained, rollout: &Observations) -> Result<Tally, AnalysisError> {
    let report = gate.judge(rollout)?;
    let at = report.decided_at.and_then(|at| rollout.times.iter().position(|time| *time == at));
    Ok(Tally {
        runs: 1,
        promoted: usize::from(report.verdict == Verdict::Promote),
        rolled_back: usize::from(report.verdict == Verdict::Rollback),
        windows_to_rollback: at.map_or(0, |at| at + 1),
        by_thresholds: usize::from(rivals::thresholds(rollout)),
        by_ranks: usize::from(rivals::ranks(rollout)),
        by_single_sample: usize::from(rivals::single_sample(rollout)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gate_keeps_its_promises_in_two_hundred_rollouts() {
        let tallies = run(&SCENARIOS, 1, 200).unwrap();
        for (scenario, tally) in SCENARIOS.iter().zip(&tallies) {
            // Of 200, a gate that is just good enough may miss by two, or so.
            let (verdict, bound, share) = scenario.target.unwrap();
            let slack = if share > 0.0 { 0.01 } else { 0.0 };
            let found = tally.share(verdict);
            let good = if bound == Bound::AtLeast { found >= share - slack } else { found <= share + slack };
            assert!(good, "{}: {tally:?}", scenario.name);
        }
        let [equal, ..] = tallies.as_slice() else { panic!("no tally") };
        assert!(equal.share(Verdict::Promote) > 0.9, "{equal:?}");
        assert!(equal.by_thresholds > 150 && equal.by_ranks > 40 && equal.by_single_sample == 0, "{equal:?}");
    }

    #[test]
    fn a_run_can_be_repeated() {
        let one = SCENARIOS.get(..2).unwrap();
        assert_eq!(run(one, 7, 3).unwrap(), run(one, 7, 3).unwrap());
    }
}
