//! `parapet gate canary`: canary against baseline, out of Prometheus.

use std::time::{Duration, SystemTime};

use anyhow::{Context as _, ensure};
use parapet_analysis::{Analysis, Anomaly, Observations, Report, Trained, Verdict};
use parapet_metrics::{MetricsError, Prometheus, Queries, Range};

use crate::gate::outcome::{self, Case, Format, Outcome};
use crate::gate::prometheus::Access;
use crate::{duration, output};

mod html;
mod metrics;
mod publish;
mod text;

/// Exit code of a verdict that the data do not allow; a rollback is 1.
const EXIT_INCONCLUSIVE: u8 = outcome::EXIT_TOO_LITTLE;
const EXIT_ROLLBACK: u8 = 1;

/// Judge a canary by the metrics in Prometheus, with a stated error rate.
///
/// Canary and baseline have to run at the same time. In queries `$arm` stands for the label matchers of an arm and `$window` for the
/// length of a window. A canary no worse than allowed is rolled back with the probability --false-positive-rate at most, over the whole
/// rollout and however often one looks. Too little data is inconclusive. See docs/guides/rollout-gates.md.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Address of Prometheus, as in http://prometheus:9090
    #[arg(long, value_name = "URL")]
    prometheus: String,

    #[command(flatten)]
    access: Access,

    #[command(flatten)]
    queries: metrics::Asking,

    /// Length of a window
    #[arg(long, value_name = "DURATION", default_value = "1m", value_parser = duration::long)]
    window: Duration,

    /// Length of the rollout: what is looked back on, or watched
    #[arg(long, value_name = "DURATION", default_value = "30m", value_parser = duration::long)]
    duration: Duration,

    /// What is left out of it at the start
    #[arg(long, value_name = "DURATION", value_parser = duration::long)]
    warm_up: Option<Duration>,

    /// How far before the rollout to learn what equal arms look like; this turns the anomaly test on, which needs 1,100 windows of
    /// halves, or 2,200 of the baseline alone
    #[arg(long, value_name = "DURATION", value_parser = duration::long)]
    history: Option<Duration>,

    /// Probability of rolling back a canary that is no worse than allowed
    #[arg(long, value_name = "PROBABILITY", default_value_t = 0.05)]
    false_positive_rate: f64,

    /// Seed of the anomaly test
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    seed: u64,

    /// Start now, look after each window, and end as soon as the canary has to go
    #[arg(long)]
    watch: bool,

    /// How to write the report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    #[command(flatten)]
    publish: publish::Publishing,
}

const EXAMPLES: &str = "\
Examples:
  parapet gate canary --prometheus http://prometheus:9090 --watch \\
    --canary 'track=\"canary\"' --baseline 'track=\"stable\"' \\
    --errors 'sum(increase(http_requests_total{code=~\"5..\",$arm}[$window]))' \\
    --total 'sum(increase(http_requests_total{$arm}[$window]))' \\
    --latency 'sum by (le) (increase(http_request_duration_seconds_bucket{$arm}[$window]))'
  parapet gate canary --prometheus http://prometheus:9090 --metrics gate.hcl --history 24h --format json

Exit codes:
  0  promote
  1  roll back
  2  Prometheus, a query or the command line is bad; the message says which and why
  3  inconclusive: the data do not say";

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let publisher = args.publish.publisher(&args.access)?;
    let gate = Gate::new(args)?;
    let Judged { report, started_at, finished_at } = if args.watch { gate.watch()? } else { gate.look_back()? };
    match args.format {
        Format::Json => output::data(|out| {
            serde_json::to_writer_pretty(&mut *out, &report)?;
            out.write_all(b"\n")
        })?,
        Format::Text => output::text(&text::render(&report, output::colour()))?,
        format @ (Format::Junit | Format::Markdown) => {
            output::text(&outcome::render("canary", &cases(&report), format))?;
        }
    }
    let code = match report.verdict {
        Verdict::Promote => 0,
        Verdict::Rollback => EXIT_ROLLBACK,
        Verdict::Inconclusive => EXIT_INCONCLUSIVE,
    };
    match publisher.publish(&report, started_at, finished_at, gate.window) {
        // A rollback stays one, whoever could not be told of it.
        Err(error) if code != 0 => {
            output::error(&format!("{error:#}"));
            Ok(code)
        }
        result => result.map(|()| code),
    }
}

/// The metrics, the anomaly test and the verdict, for reports of a CI.
fn cases(report: &Report) -> Vec<Case> {
    let outcome = |verdict: Option<Verdict>| match verdict {
        Some(Verdict::Rollback) => Outcome::Fail,
        Some(Verdict::Inconclusive) => Outcome::TooLittle,
        Some(Verdict::Promote) | None => Outcome::Pass,
    };
    let case = |name: &str, verdict: Option<Verdict>, text: &str| Case {
        name: name.to_owned(),
        outcome: outcome(verdict),
        text: text.to_owned(),
        data: serde_json::Value::Null,
    };
    // What is not critical decides nothing, and so fails nothing.
    let metrics = report.metrics.iter().map(|it| case(&it.name, it.verdict.filter(|_| it.critical), &it.reason));
    let anomaly = report.anomaly.iter().map(|it| case("anomaly test", Some(it.verdict), &it.reason));
    let text = format!("{} after {} windows", report.verdict, report.windows);
    metrics.chain(anomaly).chain([case("verdict", Some(report.verdict), &text)]).collect()
}

/// A report, and the times it is about, in seconds since 1970.
struct Judged {
    report: Report,
    started_at: i64,
    finished_at: i64,
}

/// A gate that is about to look.
struct Gate {
    prometheus: Prometheus,
    queries: Queries,
    analysis: Analysis,
    /// In seconds.
    window: i64,
    /// Number of windows of the rollout.
    windows: i64,
    /// Number of windows of history.
    history: i64,
}

impl Gate {
    fn new(args: &Args) -> anyhow::Result<Self> {
        let queries = metrics::queries(&args.queries)?;
        let window = i64::try_from(args.window.as_secs()).context("--window is too long")?;
        ensure!(window >= 1, "--window is below a second");
        let windows = |duration: Duration| i64::try_from(duration.as_secs()).map(|seconds| seconds / window);
        let total = windows(args.duration)?;
        ensure!(total >= 1, "--duration is shorter than one window");
        let warm_up = usize::try_from(args.warm_up.map_or(Ok(0), windows)?)?;
        ensure!(i64::try_from(warm_up)? < total, "--warm-up leaves nothing of --duration");
        let history = args.history.map_or(Ok(0), windows)?;
        // Prometheus refuses more points than this in one answer.
        ensure!(
            history <= 11_000 && total <= 11_000,
            "more than 11,000 windows: take a longer --window or a shorter --history"
        );
        let analysis = Analysis {
            metrics: queries.metrics.iter().map(|asked| asked.metric.clone()).collect(),
            false_positive_rate: args.false_positive_rate,
            warm_up,
            anomaly: (history > 0).then(|| Anomaly { seed: args.seed, ..Anomaly::default() }),
            ..Analysis::default()
        };
        analysis.validate()?;
        Ok(Self {
            prometheus: args.access.prometheus(&args.prometheus)?,
            queries,
            analysis,
            window,
            windows: total,
            history,
        })
    }

    /// The rollout up to the last whole window.
    fn look_back(&self) -> anyhow::Result<Judged> {
        let end = self.last_end()?;
        let start = end - self.windows * self.window;
        let trained = self.learn(start)?;
        let report = trained.judge(&self.observe(end, self.windows)?)?;
        Ok(Judged { report, started_at: start, finished_at: end })
    }

    /// From now on, until the canary has to go or the time is over.
    fn watch(&self) -> anyhow::Result<Judged> {
        let start = self.last_end()?;
        let trained = self.learn(start)?;
        let mut failure = None;
        for done in 1..=self.windows {
            let end = start + done * self.window;
            sleep_until(end)?;
            let report = match self.observe(end, done) {
                Ok(seen) => trained.judge(&seen)?,
                // Windows are asked for again with the next: a Prometheus that restarts costs nothing.
                Err(error) => {
                    output::warning(&format!("window {done} of {}: {error:#}", self.windows));
                    failure = Some(error);
                    continue;
                }
            };
            failure = None;
            output::note(&format!("window {done} of {}: {}", self.windows, text::progress(&report)));
            if report.verdict == Verdict::Rollback || done == self.windows {
                return Ok(Judged { report, started_at: start, finished_at: end });
            }
        }
        Err(failure.unwrap_or_else(|| anyhow::anyhow!("there was no window")))
    }

    fn learn(&self, until: i64) -> anyhow::Result<Trained> {
        if self.history == 0 {
            return Ok(Trained::new(&self.analysis, &Observations::default())?);
        }
        let range = Range::of_windows(self.history, until, self.window);
        let history = self.queries.history(&self.prometheus, range).map_err(told)?;
        Ok(Trained::new(&self.analysis, &history)?)
    }

    fn observe(&self, end: i64, windows: i64) -> anyhow::Result<Observations> {
        self.queries.rollout(&self.prometheus, Range::of_windows(windows, end, self.window)).map_err(told)
    }

    /// The end of the last whole window, on a grid that does not depend on when one looks.
    fn last_end(&self) -> anyhow::Result<i64> {
        let now = i64::try_from(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs())?;
        Ok(now / self.window * self.window)
    }
}

/// Which arguments help where Prometheus refuses who asks.
fn told(error: MetricsError) -> anyhow::Error {
    if error.refuses_access() {
        anyhow::anyhow!("{} (--bearer-token-file, --header)", error.full())
    } else {
        error.into()
    }
}

/// Waits until a time in seconds since 1970, and a moment longer for the last scrape to arrive.
fn sleep_until(time: i64) -> anyhow::Result<()> {
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(time)?) + Duration::from_secs(1);
    if let Ok(left) = time.duration_since(SystemTime::now()) {
        std::thread::sleep(left);
    }
    Ok(())
}
