//! Range queries to Prometheus, or to whatever speaks its HTTP API.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use serde_json::Value;
use ureq::http::StatusCode;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Largest answer that is read: ten thousand series of a day.
const ANSWER_LIMIT: u64 = 64 << 20;
/// Longest wait for one answer; Prometheus itself gives up after two minutes.
const TIMEOUT: Duration = Duration::from_secs(130);
/// Times a query is tried, and the pause between two tries.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(2);

/// How to get in.
#[derive(clap::Args)]
pub(crate) struct Access {
    /// File with a bearer token
    #[arg(long, value_name = "FILE", help_heading = "Connection")]
    bearer_token_file: Option<PathBuf>,

    /// A header of each request, as in X-Scope-OrgID=tenant
    #[arg(long = "header", value_name = "NAME=VALUE", help_heading = "Connection")]
    headers: Vec<String>,

    /// Certificates (PEM) to trust in place of the system's
    #[arg(long, value_name = "FILE", help_heading = "Connection")]
    ca_file: Option<PathBuf>,
}

/// A client.
pub(crate) struct Prometheus {
    agent: ureq::Agent,
    address: String,
    headers: Vec<(String, String)>,
}

/// One series of an answer: its labels, and its samples as time and value.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) samples: Vec<(f64, f64)>,
}

/// Times to evaluate a query at, in seconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) step: i64,
}

impl Range {
    pub(crate) fn times(self) -> Vec<i64> {
        let step = usize::try_from(self.step).unwrap_or(1).max(1);
        (self.start..=self.end).step_by(step).collect()
    }
}

/// An address without the slash at its end.
///
/// # Errors
/// It is none of HTTP.
pub(crate) fn trimmed<'a>(flag: &str, address: &'a str) -> anyhow::Result<&'a str> {
    let address = address.trim_end_matches('/');
    ensure!(
        address.starts_with("http://") || address.starts_with("https://"),
        "{flag} {address}: an address begins with http:// or https://"
    );
    Ok(address)
}

impl Access {
    /// A client that trusts what is to be trusted.
    pub(crate) fn agent(&self) -> anyhow::Result<ureq::Agent> {
        let roots = match &self.ca_file {
            None => RootCerts::PlatformVerifier,
            Some(file) => {
                let pem = std::fs::read(file).with_context(|| format!("{}: cannot be read", file.display()))?;
                let certificates: Vec<Certificate<'static>> = parse_pem(&pem)
                    .filter_map(|item| match item {
                        Ok(PemItem::Certificate(certificate)) => Some(Ok(certificate)),
                        Ok(_) => None,
                        Err(error) => Some(Err(error)),
                    })
                    .collect::<Result<_, _>>()
                    .with_context(|| format!("{}: is no PEM file", file.display()))?;
                ensure!(!certificates.is_empty(), "{}: there is no certificate in it", file.display());
                RootCerts::Specific(Arc::new(certificates))
            }
        };
        let tls = TlsConfig::builder()
            .root_certs(roots)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .build();
        let config = ureq::Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .build();
        Ok(config.into())
    }
}

impl Prometheus {
    /// A client for the address that `--prometheus` names.
    pub(crate) fn new(address: &str, args: &Access) -> anyhow::Result<Self> {
        let address = trimmed("--prometheus", address)?.to_owned();
        let mut headers = Vec::new();
        if let Some(file) = &args.bearer_token_file {
            let token = std::fs::read_to_string(file).with_context(|| format!("{}: cannot be read", file.display()))?;
            let token = token.trim();
            ensure!(!token.is_empty(), "{}: there is no token in it", file.display());
            headers.push(("Authorization".to_owned(), format!("Bearer {token}")));
        }
        for header in &args.headers {
            let (name, value) =
                header.split_once('=').with_context(|| format!("--header {header}: write NAME=VALUE"))?;
            headers.push((name.to_owned(), value.to_owned()));
        }
        Ok(Self { agent: args.agent()?, address, headers })
    }

    /// Evaluates a query; what may pass by itself is tried again.
    pub(crate) fn query(&self, query: &str, range: Range) -> anyhow::Result<Vec<Answer>> {
        let mut tried = 0;
        loop {
            tried += 1;
            match self.ask(query, range) {
                Ok(answers) => return Ok(answers),
                Err(failure) if failure.passing && tried < TRIES => std::thread::sleep(PAUSE),
                Err(failure) => return Err(failure.error.context(format!("the query {query}"))),
            }
        }
    }

    fn ask(&self, query: &str, range: Range) -> Result<Vec<Answer>, Failure> {
        let url = format!("{}/api/v1/query_range", self.address);
        let mut request = self.agent.post(&url);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let form = [
            ("query", query.to_owned()),
            ("start", range.start.to_string()),
            ("end", range.end.to_string()),
            ("step", range.step.to_string()),
        ];
        let mut response = request.send_form(form).map_err(|error| Failure {
            passing: true,
            error: anyhow::anyhow!("{} does not answer: {error}", self.address),
        })?;
        let status = response.status();
        let body = response.body_mut().with_config().limit(ANSWER_LIMIT).read_to_string().map_err(|error| Failure {
            passing: false,
            error: anyhow::anyhow!("the answer of {} cannot be read (up to 64 MiB are): {error}", self.address),
        })?;
        if status.is_success() {
            return parse(&body).map_err(|error| Failure { passing: false, error });
        }
        let said = serde_json::from_str::<Value>(&body).ok();
        let said = said.as_ref().and_then(|it| it.get("error")).and_then(Value::as_str).unwrap_or("it gives no reason");
        let hint = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "; give --bearer-token-file or --header",
            StatusCode::NOT_FOUND => "; is the address that of Prometheus, with its path prefix?",
            _ => "",
        };
        Err(Failure {
            passing: status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS,
            error: anyhow::anyhow!("{} refuses with {status}: {said}{hint}", self.address),
        })
    }
}

struct Failure {
    /// Whether it may pass by itself.
    passing: bool,
    error: anyhow::Error,
}

/// Reads the answer of `query_range`.
fn parse(body: &str) -> anyhow::Result<Vec<Answer>> {
    let answer: Value =
        serde_json::from_str(body).context("the answer is no JSON: is this address that of Prometheus?")?;
    if answer.get("status").and_then(Value::as_str) != Some("success") {
        bail!("the answer has no status \"success\": is this address that of Prometheus?");
    }
    let kind = answer.pointer("/data/resultType").and_then(Value::as_str);
    ensure!(kind == Some("matrix"), "the answer is a {}, not a matrix", kind.unwrap_or("nothing"));
    let series = answer.pointer("/data/result").and_then(Value::as_array).context("the answer has no result")?;
    series.iter().map(one).collect()
}

fn one(series: &Value) -> anyhow::Result<Answer> {
    let labels = series.get("metric").and_then(Value::as_object).context("a series has no labels")?;
    let labels = labels.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect();
    let samples = series
        .get("values")
        .and_then(Value::as_array)
        .context("a series has no values: native histograms are not read")?;
    let sample = |pair: &Value| {
        let time = pair.get(0).and_then(Value::as_f64)?;
        // Values are text, so that NaN and the infinities have a place; Rust reads the same words.
        let value = pair.get(1).and_then(Value::as_str)?.parse().ok()?;
        Some((time, value))
    };
    let samples = samples.iter().map(|pair| sample(pair).with_context(|| format!("{pair} is no sample")));
    Ok(Answer { labels, samples: samples.collect::<anyhow::Result<_>>()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        let body = r#"{"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{"le":"+Inf"},"values":[[60,"1.5"],[120.5,"NaN"],[180,"+Inf"]]}]}}"#;
        let answers = parse(body).unwrap();
        assert_eq!(answers[0].labels["le"], "+Inf");
        assert_eq!(answers[0].samples[0], (60.0, 1.5));
        assert!(answers[0].samples[1].1.is_nan() && answers[0].samples[2].1.is_infinite());
    }

    #[test]
    fn other_answers_are_refused() {
        for (body, text) in [
            ("<html>", "no JSON"),
            ("{}", "status"),
            (r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#, "a vector"),
            (
                r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,2]]}]}}"#,
                "no sample",
            ),
        ] {
            let error = format!("{:#}", parse(body).unwrap_err());
            assert!(error.contains(text), "{error}");
        }
    }
}
