//! `parapet report delivery`: the four DORA measures.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use jiff::Timestamp;
use parapet_analysis::delivery::{Delivery, Rollout, Times, measure};
use serde_json::json;

use super::rollouts;
use crate::gate::outcome::{self, Case, Format, Outcome};
use crate::gate::prometheus::Access;
use crate::gate::short;
use crate::{duration, output};

/// Measure delivery: how often, how fast, how often it fails, and how soon that is over.
///
/// A rollout that was promoted or rolled back is a deployment. Lead time is from commit to the end of a promoted rollout, recovery from
/// the start of a rollout that was rolled back until traffic was with the last good release again; both are medians. Rollouts come from
/// JSON reports (`parapet gate canary --report`), or from Prometheus, which scraped them from a Pushgateway.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Reports of rollouts, or directories of them
    #[arg(value_name = "FILE", required_unless_present = "prometheus", conflicts_with = "prometheus")]
    files: Vec<PathBuf>,

    /// Address of Prometheus, as in http://prometheus:9090, in place of files
    #[arg(long, value_name = "URL")]
    prometheus: Option<String>,

    #[command(flatten)]
    access: Access,

    /// Service to measure; all of them otherwise
    #[arg(long, value_name = "NAME")]
    service: Option<String>,

    /// Length of the period
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u16).range(1..=3650))]
    days: u16,

    /// End of the period, as in 2026-01-31T00:00:00Z; now otherwise
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,

    /// Deployments in a day to reach
    #[arg(long, value_name = "NUMBER", default_value_t = 50.0, value_parser = positive, help_heading = "Targets")]
    target_per_day: f64,

    /// Median lead time to stay under
    #[arg(long, value_name = "DURATION", default_value = "2h", value_parser = duration::long, help_heading = "Targets")]
    target_lead_time: Duration,

    /// Median time to recover to stay under
    #[arg(long, value_name = "DURATION", default_value = "15m", value_parser = duration::long, help_heading = "Targets")]
    target_recovery: Duration,

    /// Share of deployments that fail to stay under
    #[arg(long, value_name = "PERCENT", default_value = "5%", value_parser = percent, help_heading = "Targets")]
    target_failure_rate: f64,

    /// Exit with 1 when a target is missed
    #[arg(long)]
    check: bool,

    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  parapet report delivery reports/ --days 7
  parapet report delivery --prometheus http://prometheus:9090 --service shop --check --format markdown

Exit codes:
  0  the measures are printed; with --check, no target is missed
  1  a target is missed (with --check)
  2  a report or Prometheus cannot be read";

fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|it| it.is_finite() && *it > 0.0);
    number.ok_or_else(|| format!("`{text}` is no number above zero"))
}

fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).parse::<f64>().ok().filter(|it| *it > 0.0 && *it <= 100.0);
    number.map(|it| it / 100.0).ok_or_else(|| format!("`{text}` is no percentage above 0: write 5%"))
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let until = args.until.unwrap_or_else(Timestamp::now).as_second();
    let seconds = i64::from(args.days) * 86_400;
    let mut found = match &args.prometheus {
        None => rollouts::from_files(&args.files)?,
        Some(address) => {
            let service = args.service.as_ref().map(|name| format!("service={name:?}")).unwrap_or_default();
            rollouts::from_prometheus(&args.access.prometheus(address)?, &service, until - seconds)
                .with_context(|| format!("rollouts in {address}"))?
        }
    };
    let all = found.len();
    if let Some(service) = &args.service {
        found.retain(|it| it.service == *service);
        ensure!(all == 0 || !found.is_empty(), "none of {all} rollouts is of the service {service}");
    }
    let measured = measure(&once(found), until - seconds, until);
    if measured.deployments + measured.inconclusive == 0 {
        output::warning(&format!("none of {all} rollouts finished in these {} days", args.days));
    }
    let code = outcome::write("delivery", &cases(&measured, args), args.format)?;
    Ok(if args.check { code } else { 0 })
}

/// Each rollout once, however many files tell of it: the one that knows of its recovery.
fn once(mut rollouts: Vec<Rollout>) -> Vec<Rollout> {
    let key = |it: &Rollout| (it.service.clone(), it.release.clone(), it.started_at);
    rollouts.sort_by_key(|it| (key(it), it.restored_at.is_none()));
    rollouts.dedup_by_key(|it| key(it));
    rollouts
}

fn cases(measured: &Delivery, args: &Args) -> Vec<Case> {
    let passed = |met: bool| if met { Outcome::Pass } else { Outcome::Fail };
    let case = |name: &str, outcome: Outcome, text: String, data| Case { name: name.to_owned(), outcome, text, data };
    let times = |name: &str, found: Option<Times>, target: Duration, none: &str| {
        let target = target.as_secs_f64();
        let data = json!({ "times": found, "target_seconds": target });
        match found {
            None => case(name, Outcome::Unclear, format!("{none}; the target is under {}", span(target)), data),
            Some(it) => {
                let text = format!(
                    "{} (median of {}, 9 of 10 within {}); the target is under {}",
                    span(it.median),
                    it.count,
                    span(it.p90),
                    span(target)
                );
                case(name, passed(it.median < target), text, data)
            }
        }
    };
    let deployed = measured.deployments;
    let rate = args.target_failure_rate;
    let percent = |share: f64| format!("{}%", short(share * 100.0));
    let mut frequency = format!(
        "{} a day ({deployed} in {} days); the target is {}",
        short(measured.per_day),
        short(measured.days),
        short(args.target_per_day)
    );
    if measured.inconclusive > 0 {
        frequency += &format!("; {} more ended inconclusive", measured.inconclusive);
    }
    let failure = match measured.failure_rate {
        None => (Outcome::Unclear, format!("there was no deployment; the target is under {}", percent(rate))),
        Some(found) => {
            let text = format!(
                "{} ({} of {deployed}); the target is under {}",
                percent(found),
                measured.failed,
                percent(rate)
            );
            (passed(found < rate), text)
        }
    };
    vec![
        case(
            "deployment frequency",
            passed(measured.per_day >= args.target_per_day),
            frequency,
            json!({ "per_day": measured.per_day, "deployments": deployed, "inconclusive": measured.inconclusive,
                "target_per_day": args.target_per_day }),
        ),
        times(
            "lead time for changes",
            measured.lead_time,
            args.target_lead_time,
            "no promoted rollout says when its change was committed (--committed-at)",
        ),
        times("time to recover", measured.recovery, args.target_recovery, "no rollout was rolled back"),
        case(
            "change failure rate",
            failure.0,
            failure.1,
            json!({ "failure_rate": measured.failure_rate, "failed": measured.failed, "target": rate }),
        ),
    ]
}

/// A length of time for people.
fn span(seconds: f64) -> String {
    match seconds {
        s if s < 120.0 => format!("{} s", short(s)),
        s if s < 7200.0 => format!("{} min", short(s / 60.0)),
        s if s < 172_800.0 => format!("{} h", short(s / 3600.0)),
        s => format!("{} days", short(s / 86_400.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_a_fitting_unit() {
        for (seconds, text) in [(30.0, "30 s"), (900.0, "15 min"), (7200.0, "2 h"), (259_200.0, "3 days")] {
            assert_eq!(span(seconds), text);
        }
    }
}
