//! Where metrics come from, for questions that block.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::MetricDataQuery;
use parapet_analysis::Observations;
use parapet_metrics::{Access, Answer, MetricsError, Queries, Range, Source};
use tfplugin::path::Path;
use tfplugin::prelude::*;

use super::model::{CloudWatch, Prometheus, Tls};
use crate::aws::AwsResult as _;
use crate::provider::Clients;

/// Longer than any question may take.
const PATIENCE: Duration = Duration::from_secs(24 * 3600);

const NO_METRICS: &str = "Metrics cannot be had";

/// A source and what it is asked.
#[derive(Clone)]
pub(crate) struct Watcher {
    source: Arc<dyn Source + Send + Sync>,
    queries: Arc<Queries>,
}

/// Which windows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Of {
    Rollout,
    History,
}

impl Watcher {
    pub(crate) fn new(source: impl Source + Send + Sync + 'static, queries: Queries) -> Self {
        Self { source: Arc::new(source), queries: Arc::new(queries) }
    }

    /// Reads windows; ends at once when a person asks Terraform to stop.
    pub(crate) async fn observe<C>(&self, cx: &Context<C>, of: Of, range: Range) -> Result<Observations> {
        let Self { source, queries } = self.clone();
        asked(cx, NO_METRICS, move || match of {
            Of::Rollout => queries.rollout(source.as_ref(), range),
            Of::History => queries.history(source.as_ref(), range),
        })
        .await
    }

    /// Whether a query answers anything that is not 0 at a time.
    pub(crate) async fn holds<C>(&self, cx: &Context<C>, query: &str, at: i64) -> Result<bool> {
        let (source, query) = (Arc::clone(&self.source), query.to_owned());
        let answers =
            asked(cx, NO_METRICS, move || source.query(&query, Range { start: at, end: at, step: 60 })).await?;
        let holds = |value: f64| !value.is_nan() && value.abs() > 0.0;
        Ok(answers.iter().flat_map(|it| &it.samples).any(|(_, value)| holds(*value)))
    }
}

/// Runs what blocks beside what answers Terraform. `without` says what it means that there is no answer.
pub(crate) async fn asked<C, T: Send + 'static>(
    cx: &Context<C>,
    without: &str,
    question: impl FnOnce() -> Result<T, MetricsError> + Send + 'static,
) -> Result<T> {
    let answer = tokio::task::spawn_blocking(question);
    tokio::select! {
        answer = answer => {
            answer.during("waiting for an answer")?.map_err(|error| Error::new(without).detail(format!("{}.", error.full())))
        }
        stopped = cx.sleep(PATIENCE) => {
            stopped?;
            Err(Error::new(without).detail("There was no answer within a day."))
        }
    }
}

/// How to get into Prometheus.
pub(crate) struct Connection<'a> {
    pub(crate) url: &'a str,
    pub(crate) bearer_token: Option<&'a String>,
    pub(crate) headers: Option<&'a BTreeMap<String, String>>,
    pub(crate) ca_certificate: Option<&'a String>,
    pub(crate) client_certificate: Option<&'a String>,
    pub(crate) client_key: Option<&'a String>,
}

impl<'a> From<&'a Prometheus> for Connection<'a> {
    fn from(block: &'a Prometheus) -> Self {
        let tls = |of: fn(&Tls) -> Option<&String>| block.tls.as_ref().and_then(of);
        Self {
            url: &block.url,
            bearer_token: block.bearer_token.as_ref(),
            headers: block.headers.as_ref(),
            ca_certificate: tls(|it| it.ca_certificate.as_ref()),
            client_certificate: tls(|it| it.client_certificate.as_ref()),
            client_key: tls(|it| it.client_key.as_ref()),
        }
    }
}

impl Connection<'_> {
    /// Prometheus. A gate that looks again with the next window does not need to ask twice.
    pub(crate) fn open(&self, impatient: bool) -> Result<parapet_metrics::Prometheus> {
        let bytes = |text: Option<&String>| text.map(|it| it.as_bytes().to_vec());
        if self.client_certificate.is_some() != self.client_key.is_some() {
            let detail = "Who shows a certificate needs both `client_certificate` and `client_key`.";
            return Err(Error::new("Half of a client certificate")
                .detail(detail)
                .at(Path::root().attribute("prometheus")));
        }
        let headers = self.headers.into_iter().flatten();
        let access = Access {
            bearer_token: self.bearer_token.cloned(),
            headers: headers.map(|(name, value)| (name.clone(), value.clone())).collect(),
            roots: bytes(self.ca_certificate),
            identity: bytes(self.client_certificate).zip(bytes(self.client_key)),
        };
        let client = parapet_metrics::Prometheus::new(self.url, &access).during("preparing to ask Prometheus")?;
        Ok(if impatient { client.impatient() } else { client })
    }
}

/// Expressions of CloudWatch, one at a time.
pub(crate) struct CloudWatchSource {
    client: aws_sdk_cloudwatch::Client,
    runtime: tokio::runtime::Handle,
}

impl CloudWatchSource {
    pub(crate) async fn new(cx: &Context<Clients>, settings: &CloudWatch) -> Result<Self> {
        let aws = cx.aws().await?;
        let client = aws.cloudwatch(settings.region.as_deref().unwrap_or_else(|| aws.region()));
        Ok(Self { client, runtime: tokio::runtime::Handle::current() })
    }

    async fn ask(&self, expression: &str, range: Range) -> Result<Vec<Answer>> {
        let period = i32::try_from(range.step).unwrap_or(60);
        let query = MetricDataQuery::builder().id("asked").expression(expression).period(period).build();
        let mut series: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
        let mut next = None;
        loop {
            // CloudWatch names a window by its beginning.
            let request = self
                .client
                .get_metric_data()
                .metric_data_queries(query.clone())
                .start_time(DateTime::from_secs(range.start - range.step))
                .end_time(DateTime::from_secs(range.end))
                .set_next_token(next);
            let answer = request.send().await.doing("reading metrics of CloudWatch")?;
            for result in answer.metric_data_results() {
                let samples = series.entry(result.label().unwrap_or_default().to_owned()).or_default();
                for (at, value) in result.timestamps().iter().zip(result.values()) {
                    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970")]
                    samples.push(((at.secs() + range.step) as f64, *value));
                }
            }
            next = answer.next_token;
            if next.is_none() {
                break;
            }
        }
        // An expression that finds nothing answers a series without a sample.
        let series = series.into_values().filter(|samples| !samples.is_empty());
        Ok(series.map(|samples| Answer { samples, ..Answer::default() }).collect())
    }
}

impl Source for CloudWatchSource {
    fn query(&self, query: &str, range: Range) -> Result<Vec<Answer>, MetricsError> {
        self.runtime.block_on(self.ask(query, range)).map_err(|error| {
            let problem = error.diagnostics().first();
            let text = problem.map(|it| format!("{}: {}", it.summary, it.detail)).unwrap_or_default();
            MetricsError::Service(format!("the expression {query}: {text}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::stub::{Answer as Stubbed, serve};
    use crate::aws::{Aws, Endpoints, Settings};

    /// Texts, lists and maps of up to 23 in CBOR (RFC 8949), the protocol of CloudWatch.
    fn text(text: &str) -> Vec<u8> {
        [&[0x60 + text.len() as u8], text.as_bytes()].concat()
    }

    fn list(items: &[Vec<u8>]) -> Vec<u8> {
        [&[0x80 + items.len() as u8], items.concat().as_slice()].concat()
    }

    fn map(entries: &[(&str, Vec<u8>)]) -> Vec<u8> {
        let inside: Vec<u8> = entries.iter().flat_map(|(name, value)| [text(name), value.clone()].concat()).collect();
        [&[0xA0 + entries.len() as u8], inside.as_slice()].concat()
    }

    fn number(value: f64) -> Vec<u8> {
        [&[0xFB], value.to_be_bytes().as_slice()].concat()
    }

    /// Tag 1: seconds since 1970.
    fn time(seconds: f64) -> Vec<u8> {
        [&[0xC1], number(seconds).as_slice()].concat()
    }

    async fn ask(results: Vec<Vec<u8>>) -> Result<Vec<Answer>, MetricsError> {
        let body = map(&[("MetricDataResults", list(&results))]);
        let endpoint = serve(move |request| {
            let asked = String::from_utf8_lossy(&request.body).into_owned();
            assert!(asked.contains("SUM(e)") && request.path.ends_with("/GetMetricData"), "{request:?}");
            let mut answer = Stubbed::new(200, "application/cbor", body.clone());
            answer.headers.push(("smithy-protocol", "rpc-v2-cbor".to_owned()));
            answer
        })
        .await;
        let endpoints = Endpoints { cloudwatch: Some(endpoint), ..Endpoints::default() };
        let aws = Aws::connect(&Settings::at(endpoints)).await.unwrap();
        let source =
            CloudWatchSource { client: aws.cloudwatch("eu-west-1"), runtime: tokio::runtime::Handle::current() };
        let range = Range { start: 120, end: 180, step: 60 };
        tokio::task::spawn_blocking(move || source.query("SUM(e)", range)).await.unwrap()
    }

    #[tokio::test]
    async fn windows_of_cloudwatch_are_named_by_their_end() {
        let series = |label: &str, values: &[(f64, f64)]| {
            map(&[
                ("Id", text("asked")),
                ("Label", text(label)),
                ("Timestamps", list(&values.iter().map(|(at, _)| time(*at)).collect::<Vec<_>>())),
                ("Values", list(&values.iter().map(|(_, value)| number(*value)).collect::<Vec<_>>())),
            ])
        };
        let one = ask(vec![series("a", &[(120.0, 7.0), (60.0, 5.0)])]).await.unwrap();
        assert_eq!(one, [Answer { samples: vec![(180.0, 7.0), (120.0, 5.0)], ..Answer::default() }]);
        // What finds nothing has no samples, and is no series.
        assert_eq!(ask(vec![series("a", &[])]).await.unwrap(), []);
        assert_eq!(ask(vec![series("a", &[(60.0, 1.0)]), series("b", &[(60.0, 2.0)])]).await.unwrap().len(), 2);
    }
}
