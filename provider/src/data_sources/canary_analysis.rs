//! `parapet_canary_analysis`

use std::collections::BTreeMap;

use parapet_analysis::{Observations, Trained};
use parapet_metrics::Range;
use tfplugin::prelude::*;

use crate::provider::Clients;
use crate::resources::rollout_gate::model::{Anomaly, CloudWatch, Metric, MetricResult};
use crate::resources::rollout_gate::results::results;
use crate::resources::rollout_gate::rules;
use crate::resources::rollout_gate::settings::{Asking, MOST_WINDOWS, cloudwatch_delay, seconds};
use crate::resources::rollout_gate::source::{CloudWatchSource, Connection, Of, Watcher};

/// Judges a canary by the metrics of the last while, as `parapet_rollout_gate` does, and moves no traffic.
///
/// Too little data is `inconclusive`, never a pass. Use it in a `check` block, or as a condition of what comes next.
#[derive(Clone, Debug, Model)]
#[model(name = "canary_analysis")]
pub(crate) struct CanaryAnalysis {
    /// Where metrics are kept. Exactly one of `prometheus` and `cloudwatch`.
    #[attr(block)]
    prometheus: Option<Server>,
    /// Metrics of CloudWatch, in place of Prometheus.
    #[attr(block)]
    cloudwatch: Option<CloudWatch>,
    /// A metric of both releases.
    #[attr(block, min_items = 1)]
    metric: Vec<Metric>,
    /// What stands for `$arm` in queries about the new release, such as `track="canary"`.
    canary_matchers: Option<String>,
    /// What stands for `$arm` in queries about the stable release.
    baseline_matchers: Option<String>,
    /// What stands for `$arm` for two halves of the stable release: history then shows how much equal releases differ.
    #[attr(validate = length(2..=2))]
    half_matchers: Option<Vec<String>>,
    /// Turns on the test for shifts of all metrics together, which alone sees gauges.
    #[attr(block)]
    anomaly: Option<Anomaly>,
    /// Probability of rolling back a release that is no worse than allowed: above 0 and at most 0.5.
    #[attr(default = 0.05)]
    false_positive_rate: f64,
    /// Length of a window, such as `1m`.
    #[attr(default = "1m", validate = crate::aws::duration_text())]
    window: String,
    /// How far to look back, such as `30m`.
    #[attr(default = "30m", validate = crate::aws::duration_text())]
    duration: String,
    /// What of that is left out at its start, such as `2m`.
    #[attr(default = "0s", validate = crate::aws::duration_text())]
    warm_up: String,
    /// `promote`, `rollback` or `inconclusive`.
    verdict: Computed<String>,
    /// A sentence for each metric that decided, or that keeps the verdict from being decided.
    reasons: Computed<Vec<String>>,
    /// How unusual the canary is, from 0 to 1; null without `anomaly`.
    anomaly_score: Computed<f64>,
    /// Each metric, and why it was judged so.
    metric_results: Computed<Vec<MetricResult>>,
}

/// How to ask Prometheus. A data source is kept in the state, as hidden values are, too.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Server {
    /// Address, such as `http://prometheus:9090`.
    url: String,
    /// Bearer token.
    #[attr(sensitive)]
    bearer_token: Option<String>,
    /// Headers of each request, such as `X-Scope-OrgID`.
    #[attr(sensitive)]
    headers: Option<BTreeMap<String, String>>,
    /// Certificates (PEM) to trust in place of the system's.
    ca_certificate: Option<String>,
    /// Certificate (PEM) with which the provider shows who it is.
    client_certificate: Option<String>,
    /// Its private key.
    #[attr(sensitive)]
    client_key: Option<String>,
}

impl<'a> From<&'a Server> for Connection<'a> {
    fn from(server: &'a Server) -> Self {
        Self {
            url: &server.url,
            bearer_token: server.bearer_token.as_ref(),
            headers: server.headers.as_ref(),
            ca_certificate: server.ca_certificate.as_ref(),
            client_certificate: server.client_certificate.as_ref(),
            client_key: server.client_key.as_ref(),
        }
    }
}

impl DataSource for CanaryAnalysis {
    type Clients = Clients;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        let paths = Self::paths();
        if rules::is_not_one(&[
            rules::given(&config.get(&paths.prometheus)),
            rules::given(&config.get(&paths.cloudwatch)),
        ]) {
            let detail = "Write exactly one of the blocks `prometheus` and `cloudwatch`.";
            problems.error(tfplugin::path::Path::root(), "One place for metrics is needed", detail);
        }
    }

    async fn read(cx: &Context<Clients>, config: Self) -> Result<Self> {
        let asking = Asking {
            metrics: &config.metric,
            canary: config.canary_matchers.as_deref(),
            baseline: config.baseline_matchers.as_deref(),
            halves: config.half_matchers.as_deref(),
            anomaly: config.anomaly.as_ref(),
            false_positive_rate: config.false_positive_rate,
            window: &config.window,
            warm_up: &config.warm_up,
            is_cloudwatch: config.cloudwatch.is_some(),
        };
        let judging = asking.judging(&Self::paths().metric)?;
        let windows = seconds(&config.duration)? / judging.window;
        if !(1..=MOST_WINDOWS).contains(&windows) {
            return Err(Error::new("A time that cannot be looked back on")
                .detail(format!("`duration` is {windows} windows; from 1 to {MOST_WINDOWS} are possible."))
                .at(Self::paths().duration));
        }
        let (watcher, delay) = match (&config.prometheus, &config.cloudwatch) {
            (Some(server), _) => (Watcher::new(Connection::from(server).open(false)?, judging.queries.clone()), 0),
            (None, Some(settings)) => {
                let source = CloudWatchSource::new(cx, settings).await?;
                (Watcher::new(source, judging.queries.clone()), cloudwatch_delay(settings)?)
            }
            (None, None) => return Err(Error::new("There is no place for metrics")),
        };
        let end = (jiff::Timestamp::now().as_second() - delay) / judging.window * judging.window;
        let history = if judging.history > 0 {
            let until = end - windows * judging.window;
            watcher.observe(cx, Of::History, Range::of_windows(judging.history, until, judging.window)).await?
        } else {
            Observations::default()
        };
        let trained = Trained::new(&judging.analysis, &history).during("learning from history")?;
        let seen = watcher.observe(cx, Of::Rollout, Range::of_windows(windows, end, judging.window)).await?;
        let report = trained.judge(&seen).during("judging the canary")?;
        Ok(Self {
            verdict: report.verdict.as_str().to_owned().into(),
            reasons: report.reasons.clone().into(),
            anomaly_score: report.anomaly_score.into(),
            metric_results: results(&report).into(),
            ..config
        })
    }
}
