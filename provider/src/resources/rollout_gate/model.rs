//! `parapet_rollout_gate` as configuration and state.

use std::collections::BTreeMap;

use tfplugin::prelude::*;

use super::rules;

/// A rollout that goes on only while metrics allow it: changing `release_id` sends the new release more and more traffic, and judges it
/// against the release that runs beside it after every window.
///
/// A gate that fails moves all traffic back to the stable release, says for each metric why, and keeps the last good release in the state.
/// Too little data is never a pass. A release that is no worse than allowed is rolled back with a probability of at most
/// `false_positive_rate`, over the whole rollout. Interrupted at any point, the next apply goes on from its step. Progress is in
/// Terraform's log from level `INFO` on.
#[derive(Clone, Debug, Model)]
#[model(name = "rollout_gate")]
pub(crate) struct RolloutGate {
    /// Name of the gate, which is also the service in reports: letters, digits, `-`, `_` and `.`.
    #[attr(key, validate = rules::service_name())]
    pub(crate) name: String,
    /// What is rolled out, such as a version or a digest. A change starts a rollout; the first value is taken as the release that runs.
    #[attr(validate = length(1..=200))]
    pub(crate) release_id: String,
    /// `canary`: traffic moves in steps. `blue_green`: the new release is judged while somebody else sends it traffic (mirrored or
    /// synthetic), then gets all at once. `shadow`: it is judged, and the traffic is never moved.
    #[attr(default = "canary", validate = one_of(&["canary", "blue_green", "shadow"]))]
    pub(crate) strategy: String,
    /// A step of the rollout, in order. Without any, a canary has the weights 1, 5, 10, 25, 50, 75 and 100; the others are judged in one
    /// step of weight 0.
    #[attr(block)]
    pub(crate) step: Vec<Step>,
    /// Where metrics are kept. Exactly one of `prometheus` and `cloudwatch`.
    #[attr(block)]
    pub(crate) prometheus: Option<Prometheus>,
    /// Metrics of CloudWatch, in place of Prometheus.
    #[attr(block)]
    pub(crate) cloudwatch: Option<CloudWatch>,
    /// A metric of both releases.
    #[attr(block, min_items = 1)]
    pub(crate) metric: Vec<Metric>,
    /// What stands for `$arm` in queries about the new release, such as `track="canary"`.
    pub(crate) canary_matchers: Option<String>,
    /// What stands for `$arm` in queries about the stable release.
    pub(crate) baseline_matchers: Option<String>,
    /// What stands for `$arm` for two halves of the stable release: history then shows how much equal releases differ. Without them the
    /// stable release is compared with itself a window later.
    #[attr(validate = length(2..=2))]
    pub(crate) half_matchers: Option<Vec<String>>,
    /// Turns on the test for shifts of all metrics together, which alone sees gauges.
    #[attr(block)]
    pub(crate) anomaly: Option<Anomaly>,
    /// Probability of rolling back a release that is no worse than allowed: above 0 and at most 0.5.
    #[attr(default = 0.05)]
    pub(crate) false_positive_rate: f64,
    /// Length of a window, such as `1m`.
    #[attr(default = "1m", validate = crate::aws::duration_text())]
    pub(crate) window: String,
    /// What is left out at the start of the rollout, such as `2m`.
    #[attr(default = "0s", validate = crate::aws::duration_text())]
    pub(crate) warm_up: String,
    /// What to do when a step has no data of both releases (in three windows at least), or nobody answers for five windows: `hold` (stop where it is; the next apply
    /// goes on), `rollback`, or `extend` (wait).
    #[attr(default = "rollback", validate = one_of(rules::REACTIONS))]
    pub(crate) on_no_data: String,
    /// What to do when a step is over and data do not decide: `hold`, `rollback` or `extend`.
    #[attr(default = "extend", validate = one_of(rules::REACTIONS))]
    pub(crate) on_inconclusive: String,
    /// Longest time for the rollout. What is undecided by then is rolled back.
    #[attr(default = "3h", validate = crate::aws::duration_text())]
    pub(crate) max_duration: String,
    /// How traffic is moved.
    #[attr(block)]
    pub(crate) traffic: Option<Traffic>,
    /// Something else that has to hold.
    #[attr(block)]
    pub(crate) check: Vec<Check>,
    /// Moves all traffic back to the stable release when the gate fails. Otherwise it stays where it is then.
    #[attr(default = true)]
    pub(crate) rollback_on_failure: bool,
    /// What is left behind of a rollout.
    #[attr(block)]
    pub(crate) report: Option<Report>,
    /// How the last rollout ended, or stands: `promote`, `rollback` or `inconclusive`. Null before the first.
    #[attr(keep)]
    pub(crate) verdict: Computed<String>,
    /// How unusual the last rollout was, from 0 to 1; null without `anomaly`.
    #[attr(keep)]
    pub(crate) anomaly_score: Computed<f64>,
    /// Each metric of the last rollout, and why it was judged so.
    #[attr(keep)]
    pub(crate) metric_results: Computed<Vec<MetricResult>>,
    /// Share of the traffic that the new release gets, in percent.
    #[attr(keep)]
    pub(crate) current_weight: Computed<i64>,
    /// Steps of the last rollout that were passed.
    #[attr(keep)]
    pub(crate) steps_completed: Computed<i64>,
    /// Release whose rollout was interrupted or is held: the next apply goes on with it. Setting `release_id` back takes it back.
    #[attr(keep)]
    pub(crate) pending_release_id: Computed<String>,
    /// When the last rollout began, in seconds since 1970.
    #[attr(keep)]
    pub(crate) started_at: Computed<i64>,
    /// File with the evidence of the last rollout: each step with its time, chained by hashes. Null without `report.directory`.
    #[attr(keep)]
    pub(crate) evidence: Computed<String>,
    /// SHA-256 of the evidence of the last rollout that ended.
    #[attr(keep)]
    pub(crate) evidence_sha256: Computed<String>,
}

/// A step of the rollout.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Step {
    /// Share of the traffic that the new release gets, in percent.
    #[attr(validate = range(0..=100))]
    pub(crate) weight: i64,
    /// Shortest time of the step; `5m` when left out. Of the last step of a canary: how long to wait before the checks after it.
    #[attr(validate = crate::aws::duration_text())]
    pub(crate) min_duration: Option<String>,
    /// Fewest requests to the new release before the step can end; 100 when left out. Gauges alone count none.
    #[attr(validate = range(0..=1_000_000_000))]
    pub(crate) min_requests: Option<i64>,
}

/// How to ask Prometheus.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Prometheus {
    /// Address, such as `http://prometheus:9090`.
    #[attr(validate = rules::http_address())]
    pub(crate) url: String,
    /// Bearer token. Never stored; Terraform 1.11 or newer. Older ones put it into `headers`.
    #[attr(write_only)]
    pub(crate) bearer_token: Option<String>,
    /// Headers of each request, such as `X-Scope-OrgID`.
    #[attr(sensitive)]
    pub(crate) headers: Option<BTreeMap<String, String>>,
    /// Certificates.
    #[attr(block)]
    pub(crate) tls: Option<Tls>,
}

/// Certificates, in PEM.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Tls {
    /// Certificates to trust in place of the system's.
    pub(crate) ca_certificate: Option<String>,
    /// Certificate with which the provider shows who it is.
    pub(crate) client_certificate: Option<String>,
    /// Its private key. Never stored; Terraform 1.11 or newer.
    #[attr(write_only)]
    pub(crate) client_key: Option<String>,
}

/// How to ask CloudWatch. Queries are expressions of metric math that answer one series, with `$period` for the length of a window.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct CloudWatch {
    /// Region of the metrics. That of the provider when left out.
    pub(crate) region: Option<String>,
    /// How late data may be: a window is looked at so long after its end. `2m` when left out.
    #[attr(validate = crate::aws::duration_text())]
    pub(crate) delay: Option<String>,
}

/// A metric of both releases. In queries `$arm` stands for `canary_matchers` or `baseline_matchers`, and `$window` for the length of a window.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Metric {
    /// Its name in reports.
    #[attr(validate = length(1..=100))]
    pub(crate) name: String,
    /// `error_ratio`: failed requests out of all. `latency`: a histogram, one series for each `le`. `gauge`: a number that should not grow;
    /// only the anomaly test judges it.
    #[attr(validate = one_of(&["error_ratio", "latency", "gauge"]))]
    pub(crate) kind: String,
    /// Query about the new release. Of an error ratio: what failed.
    pub(crate) canary_query: String,
    /// Query about the stable release. The same as `canary_query` when left out, which then needs `$arm`.
    pub(crate) baseline_query: Option<String>,
    /// Query for all requests, of an error ratio.
    pub(crate) total_query: Option<String>,
    /// Query for all requests to the stable release. The same as `total_query` when left out, which then needs `$arm`.
    pub(crate) baseline_total_query: Option<String>,
    /// Ratio of rates, new to stable, that is still accepted. 1.1 when left out.
    pub(crate) max_ratio: Option<f64>,
    /// A promotion needs data that would have shown a ratio of this size with 90% probability. 3 (errors), 2 (latency), or twice
    /// `max_ratio` when left out.
    pub(crate) detectable: Option<f64>,
    /// An error rate that is surely below this is good enough, however it compares. 0.001 when left out.
    pub(crate) tolerable: Option<f64>,
    /// Requests above this are slow: a bound of the histogram. Where a tenth of the stable release is above when left out.
    pub(crate) slow_above: Option<f64>,
    /// Which direction of a gauge is worse: `higher`, `lower` or `either`. `higher` when left out.
    #[attr(validate = one_of(&["higher", "lower", "either"]))]
    pub(crate) worse: Option<String>,
    /// Whether the gate depends on it. `true` when left out.
    pub(crate) critical: Option<bool>,
}

/// The test for shifts of all metrics together.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Anomaly {
    /// How far before the rollout to learn what equal releases look like, such as `24h`.
    #[attr(validate = crate::aws::duration_text())]
    pub(crate) training_window: String,
    /// Fewest windows to learn from; 600 when left out.
    #[attr(validate = range(100..=10_000))]
    pub(crate) min_windows: Option<i64>,
    /// Further windows, the latest, to calibrate on; 500 when left out.
    #[attr(validate = range(100..=10_000))]
    pub(crate) calibration_windows: Option<i64>,
    /// Seed; 0 when left out.
    #[attr(validate = range(0..=9_007_199_254_740_991))]
    pub(crate) seed: Option<i64>,
}

/// How traffic is moved: exactly one of the three.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Traffic {
    /// Two endpoints of a Global Accelerator endpoint group.
    #[attr(block)]
    pub(crate) global_accelerator: Option<GlobalAccelerator>,
    /// Two target groups behind a listener rule of an Application Load Balancer.
    #[attr(block)]
    pub(crate) load_balancer: Option<LoadBalancer>,
    /// Somebody else moves it; Parapet judges, and its weights are those it would set.
    #[attr(block)]
    pub(crate) external: Option<External>,
}

/// Two endpoints of an endpoint group. Leave their `weight` out where the group is managed, so that nothing moves it back.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct GlobalAccelerator {
    /// Endpoint group.
    pub(crate) endpoint_group_arn: String,
    /// Endpoint id of the release that runs.
    pub(crate) stable_endpoint: String,
    /// Endpoint id of the new release. After a promotion it has all traffic: swap the two for the next rollout.
    pub(crate) canary_endpoint: String,
}

/// Two target groups behind a listener rule.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct LoadBalancer {
    /// Listener rule that forwards to both; not the default rule of a listener.
    pub(crate) listener_rule_arn: String,
    /// Target group of the release that runs.
    pub(crate) stable_target_group_arn: String,
    /// Target group of the new release. After a promotion it has all traffic: swap the two for the next rollout.
    pub(crate) canary_target_group_arn: String,
}

/// Traffic that somebody else moves.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct External {}

/// Something else that has to hold: exactly one of `http`, `promql` and `policy`.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Check {
    /// Its name in messages.
    #[attr(validate = length(1..=100))]
    pub(crate) name: String,
    /// `before` the first step, or `after` the new release has all traffic. `before` when left out.
    #[attr(validate = one_of(&["before", "after"]))]
    pub(crate) when: Option<String>,
    /// A request that has to be answered.
    #[attr(block)]
    pub(crate) http: Option<HttpProbe>,
    /// A condition in PromQL.
    #[attr(block)]
    pub(crate) promql: Option<Condition>,
    /// Policies that have to pass.
    #[attr(block)]
    pub(crate) policy: Option<PolicyProbe>,
}

/// A request that has to be answered.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct HttpProbe {
    /// Address to GET.
    #[attr(validate = rules::http_address())]
    pub(crate) url: String,
    /// Status that is expected; 200 when left out.
    #[attr(validate = range(100..=599))]
    pub(crate) status: Option<i64>,
    /// Text that the body has to contain.
    pub(crate) contains: Option<String>,
    /// Longest wait for the answer; `10s` when left out.
    #[attr(validate = crate::aws::duration_text())]
    pub(crate) timeout: Option<String>,
}

/// A condition in PromQL, asked of `prometheus`.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Condition {
    /// Query that holds when it answers at least one series whose value is not 0, such as `up{job="shop"} == 1`.
    pub(crate) query: String,
}

/// Policies that have to pass.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct PolicyProbe {
    /// What is judged, as JSON: a plan or a state (`file("plan.json")`), or a Kubernetes object (`jsonencode(...)`).
    pub(crate) input: String,
    /// Packs to judge with. All of them when left out; none with `[]`.
    pub(crate) packs: Option<Vec<String>>,
    /// Rego policies of your own: file name to source.
    pub(crate) policies: Option<BTreeMap<String, String>>,
    /// Lowest severity that fails the check.
    #[attr(validate = one_of(crate::policy::SEVERITIES))]
    pub(crate) fail_on: Option<String>,
}

/// What is left behind of a rollout.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Report {
    /// Directory for the JSON report (`parapet report delivery` reads it) and the evidence, by which an interrupted rollout is continued.
    pub(crate) directory: Option<String>,
    /// Pushgateway that gets `deployment_duration_seconds`, `deployment_info` and the verdict.
    #[attr(validate = rules::http_address())]
    pub(crate) pushgateway_url: Option<String>,
    /// When the change was committed, such as `2027-01-31T09:30:00Z`: the start of its lead time.
    #[attr(validate = rules::timestamp())]
    pub(crate) committed_at: Option<String>,
}

/// How one metric was judged.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct MetricResult {
    /// Its name; `anomaly test` for the test of all together.
    pub(crate) name: Computed<String>,
    /// Whether the gate depends on it.
    pub(crate) critical: Computed<bool>,
    /// `promote`, `rollback` or `inconclusive`; null for a gauge, which has no test of its own.
    pub(crate) verdict: Computed<String>,
    /// Why.
    pub(crate) reason: Computed<String>,
    /// Ratio of rates as observed, new to stable.
    pub(crate) ratio: Computed<f64>,
    /// Lower limit of it (exact, 95%).
    pub(crate) ratio_lower: Computed<f64>,
    /// Upper limit of it; null when data put none.
    pub(crate) ratio_upper: Computed<f64>,
    /// Windows with data of both releases.
    pub(crate) windows: Computed<i64>,
    /// Windows without.
    pub(crate) windows_skipped: Computed<i64>,
}

impl RolloutGate {
    /// What is known right after an import: the name.
    pub(crate) fn imported(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            release_id: String::new(),
            strategy: "canary".to_owned(),
            step: Vec::new(),
            prometheus: None,
            cloudwatch: None,
            metric: Vec::new(),
            canary_matchers: None,
            baseline_matchers: None,
            half_matchers: None,
            anomaly: None,
            false_positive_rate: 0.05,
            window: "1m".to_owned(),
            warm_up: "0s".to_owned(),
            on_no_data: "rollback".to_owned(),
            on_inconclusive: "extend".to_owned(),
            max_duration: "3h".to_owned(),
            traffic: None,
            check: Vec::new(),
            rollback_on_failure: true,
            report: None,
            verdict: Computed::Null,
            anomaly_score: Computed::Null,
            metric_results: Computed::Null,
            current_weight: Computed::Null,
            steps_completed: Computed::Null,
            pending_release_id: Computed::Null,
            started_at: Computed::Null,
            evidence: Computed::Null,
            evidence_sha256: Computed::Null,
        }
    }
}
