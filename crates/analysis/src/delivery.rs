//! The four measures of software delivery (DORA: deployment frequency, lead time for changes, time to recover from a failed
//! deployment, change failure rate), out of finished rollouts.
//!
//! A rollout that was promoted or rolled back is a deployment. One that ended inconclusive is none: it is counted beside them.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::report::{Report, Verdict};

/// What `format` of a report's JSON says. Fields may be added without a new number.
pub const FORMAT: &str = "parapet-rollout/1";

/// The JSON report of one finished rollout.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct RolloutReport<'a> {
    format: &'static str,
    #[serde(flatten)]
    rollout: &'a Rollout,
    analysis: &'a Report,
}

impl<'a> RolloutReport<'a> {
    /// A rollout and what its verdict rests on.
    #[must_use]
    pub fn new(rollout: &'a Rollout, analysis: &'a Report) -> Self {
        Self { format: FORMAT, rollout, analysis }
    }
}

/// A finished rollout, as its JSON report has it at the top. Times are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rollout {
    /// What was rolled out, such as a version or a commit.
    pub release: String,
    /// Of what; services recover each by themselves.
    pub service: String,
    /// How it ended.
    pub verdict: Verdict,
    /// When the canary got its first request.
    pub started_at: i64,
    /// When it was decided.
    pub finished_at: i64,
    /// When the change was committed: the start of its lead time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub committed_at: Option<i64>,
    /// When, after a rollback, all traffic was with the last good release again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restored_at: Option<i64>,
}

impl Rollout {
    /// Whether its times follow each other; otherwise what does not.
    ///
    /// # Errors
    /// Which times contradict each other.
    pub fn validate(&self) -> Result<(), String> {
        if self.finished_at < self.started_at {
            return Err("finished_at is before started_at".to_owned());
        }
        if self.committed_at.is_some_and(|at| at > self.finished_at) {
            return Err("committed_at is after finished_at".to_owned());
        }
        if self.restored_at.is_some_and(|at| at < self.started_at) {
            return Err("restored_at is before started_at".to_owned());
        }
        Ok(())
    }
}

/// Whether a name of a service can be part of an address: letters, digits, `-`, `_` and `.`.
#[must_use]
pub fn is_service(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    !name.is_empty() && name != "." && name != ".." && name.chars().all(plain)
}

/// The series of a rollout, in the text format of Prometheus, to be pushed into a group with the labels `job` and `service`.
///
/// Each has the labels `release` and `rollout`, which is `started_at`: the same release may be rolled out again.
#[must_use]
pub fn exposition(rollout: &Rollout) -> String {
    let escaped = rollout.release.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let labels = format!("release=\"{escaped}\",rollout=\"{}\"", rollout.started_at);
    let verdicts = [Verdict::Promote, Verdict::Rollback, Verdict::Inconclusive];
    let times = [
        ("started", Some(rollout.started_at)),
        ("finished", Some(rollout.finished_at)),
        ("committed", rollout.committed_at),
        ("restored", rollout.restored_at),
    ];
    let mut out = String::new();
    // Writing into a string cannot fail, here and below.
    let _infallible = writeln!(
        out,
        "# TYPE deployment_duration_seconds gauge\ndeployment_duration_seconds{{{labels}}} {}\n\
         # TYPE deployment_info gauge\ndeployment_info{{{labels},verdict=\"{}\"}} 1\n# TYPE deployment_verdict gauge",
        rollout.finished_at - rollout.started_at,
        rollout.verdict,
    );
    for verdict in verdicts {
        let holds = u8::from(verdict == rollout.verdict);
        let _infallible = writeln!(out, "deployment_verdict{{{labels},verdict=\"{verdict}\"}} {holds}");
    }
    for (name, time) in times {
        if let Some(time) = time {
            let name = format!("deployment_{name}_timestamp_seconds");
            let _infallible = writeln!(out, "# TYPE {name} gauge\n{name}{{{labels}}} {time}");
        }
    }
    out
}

/// The four measures over a period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Delivery {
    /// Length of the period.
    pub days: f64,
    /// Rollouts promoted or rolled back in it.
    pub deployments: usize,
    /// Those rolled back.
    pub failed: usize,
    /// Rollouts that ended inconclusive.
    pub inconclusive: usize,
    /// Deployments in a day.
    pub per_day: f64,
    /// From commit to the end of the rollout, of promoted rollouts that say when the change was committed.
    pub lead_time: Option<Times>,
    /// From the start of a failed rollout until traffic was restored: `restored_at`, or the end of the rollout that was rolled back.
    pub recovery: Option<Times>,
    /// Share of deployments that were rolled back.
    pub failure_rate: Option<f64>,
}

/// Lengths of time, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Times {
    /// How many.
    pub count: usize,
    /// Half are no longer than this.
    pub median: f64,
    /// Nine out of ten are no longer than this.
    pub p90: f64,
}

impl Times {
    fn of(mut seconds: Vec<f64>) -> Option<Self> {
        seconds.sort_by(f64::total_cmp);
        let count = seconds.len();
        // The smallest value that at least this share does not exceed.
        let at = |share: f64| seconds.get(((share * count as f64).ceil() as usize).max(1) - 1).copied();
        let middle = count.is_multiple_of(2).then(|| seconds.get(count / 2).copied()).flatten();
        let lower = at(0.5)?;
        Some(Self { count, median: middle.map_or(lower, |upper| f64::midpoint(lower, upper)), p90: at(0.9)? })
    }
}

/// Measures rollouts that finished after `from` and no later than `until`.
#[must_use]
pub fn measure(rollouts: &[Rollout], from: i64, until: i64) -> Delivery {
    let inside = || rollouts.iter().filter(|it| it.finished_at > from && it.finished_at <= until);
    let of = |verdict: Verdict| inside().filter(move |it| it.verdict == verdict);
    let seconds = |from: i64, until: i64| (until - from) as f64;
    let (promoted, failed) = (of(Verdict::Promote).count(), of(Verdict::Rollback).count());
    let deployments = promoted + failed;
    let days = seconds(from, until) / 86_400.0;
    let lead = of(Verdict::Promote).filter_map(|it| Some(seconds(it.committed_at?, it.finished_at)));
    let recovery = of(Verdict::Rollback).map(|it| seconds(it.started_at, it.restored_at.unwrap_or(it.finished_at)));
    Delivery {
        days,
        deployments,
        failed,
        inconclusive: of(Verdict::Inconclusive).count(),
        per_day: if days > 0.0 { deployments as f64 / days } else { 0.0 },
        lead_time: Times::of(lead.collect()),
        recovery: Times::of(recovery.collect()),
        failure_rate: (deployments > 0).then(|| failed as f64 / deployments as f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rollout(verdict: Verdict, started_at: i64, finished_at: i64) -> Rollout {
        Rollout {
            release: "v1".to_owned(),
            service: "shop".to_owned(),
            verdict,
            started_at,
            finished_at,
            committed_at: None,
            restored_at: None,
        }
    }

    #[test]
    fn rollouts_become_measures() {
        let lead = |hours: i64| Rollout {
            committed_at: Some(40_000 - hours * 3600),
            ..rollout(Verdict::Promote, 39_000, 40_000)
        };
        let rollouts = [
            lead(1),
            lead(2),
            lead(9),
            lead(4),
            Rollout { restored_at: Some(50_600), ..rollout(Verdict::Rollback, 50_000, 50_300) },
            rollout(Verdict::Inconclusive, 50_000, 50_300),
            rollout(Verdict::Rollback, -100, 0),
            rollout(Verdict::Promote, 86_400, 86_401),
        ];
        let found = measure(&rollouts, 0, 86_400);
        assert_eq!((found.deployments, found.failed, found.inconclusive), (5, 1, 1));
        assert_eq!((found.days, found.per_day, found.failure_rate), (1.0, 5.0, Some(0.2)));
        assert_eq!(found.lead_time, Some(Times { count: 4, median: 3.0 * 3600.0, p90: 9.0 * 3600.0 }));
        assert_eq!(found.recovery, Some(Times { count: 1, median: 600.0, p90: 600.0 }));
        let empty = measure(&[], 0, 86_400);
        assert_eq!((empty.per_day, empty.failure_rate, empty.lead_time), (0.0, None, None));
    }

    #[test]
    fn a_rollout_becomes_series() {
        let text = exposition(&Rollout { release: "a\"\\".to_owned(), ..rollout(Verdict::Rollback, 10, 25) });
        for line in [
            "deployment_duration_seconds{release=\"a\\\"\\\\\",rollout=\"10\"} 15",
            "verdict=\"rollback\"} 1",
            "deployment_finished_timestamp_seconds{",
        ] {
            assert!(text.contains(line), "{text}");
        }
        assert!(!text.contains("committed"));
    }

    #[test]
    fn a_service_has_a_plain_name() {
        assert!(is_service("shop-api_2.eu"));
        for bad in ["", "a/b", "..", "a b", "é"] {
            assert!(!is_service(bad), "{bad}");
        }
    }

    #[test]
    fn times_that_contradict_each_other_are_said() {
        assert_eq!(rollout(Verdict::Promote, 1, 2).validate(), Ok(()));
        assert!(rollout(Verdict::Promote, 2, 1).validate().is_err());
        assert!(Rollout { committed_at: Some(3), ..rollout(Verdict::Promote, 1, 2) }.validate().is_err());
        assert!(Rollout { restored_at: Some(0), ..rollout(Verdict::Rollback, 1, 2) }.validate().is_err());
    }
}
