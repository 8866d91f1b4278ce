//! Range queries to Prometheus, or to whatever speaks its HTTP API.

use std::time::Duration;

use serde_json::Value;
use ureq::http::StatusCode;

use crate::access::{Access, address, cause};
use crate::{Answer, MetricsError, Range, Source};

/// Largest answer that is read: ten thousand series of a day.
const ANSWER_LIMIT: u64 = 64 << 20;
/// Times a query is tried, and the pause between two tries.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(2);

/// A client.
#[derive(Debug)]
pub struct Prometheus {
    agent: ureq::Agent,
    address: String,
    headers: Vec<(String, String)>,
    tries: u32,
}

impl Prometheus {
    /// A client for an address such as `http://prometheus:9090`. What may pass by itself is tried three times.
    ///
    /// # Errors
    /// It is no address, or the certificates cannot be used.
    pub fn new(text: &str, access: &Access) -> Result<Self, MetricsError> {
        let address = address(text)?.to_owned();
        Ok(Self { agent: access.agent()?, address, headers: access.all_headers(), tries: TRIES })
    }

    /// A client that asks once: for those who ask again by themselves.
    #[must_use]
    pub fn impatient(mut self) -> Self {
        self.tries = 1;
        self
    }

    fn ask(&self, query: &str, range: Range) -> Result<Vec<Answer>, MetricsError> {
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
        let address = || self.address.clone();
        let mut response = request
            .send_form(form)
            .map_err(|error| MetricsError::Unreachable { address: address(), cause: cause(&error) })?;
        let status = response.status();
        let body = response
            .body_mut()
            .with_config()
            .limit(ANSWER_LIMIT)
            .read_to_string()
            .map_err(|error| MetricsError::Unreadable { address: address(), cause: error.to_string() })?;
        if status.is_success() {
            let answer = json(&body).and_then(|answer| Ok((warnings(&answer), parse(&answer)?)));
            return match answer {
                Ok((None, answers)) => Ok(answers),
                Ok((Some(said), _)) => Err(MetricsError::Warned { address: address(), said }),
                Err(problem) => Err(MetricsError::Answer(format!("{}: {problem}", self.address))),
            };
        }
        let said = serde_json::from_str::<Value>(&body).ok();
        let said = said.as_ref().and_then(|it| it.get("error")).and_then(Value::as_str).unwrap_or("it gives no reason");
        let hint = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "; give a bearer token or a header that it accepts",
            StatusCode::NOT_FOUND => "; is the address that of Prometheus, with its path prefix?",
            _ => "",
        };
        Err(MetricsError::Refused {
            address: address(),
            status: status.to_string(),
            passing: status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS,
            said: said.to_owned(),
            hint,
        })
    }
}

impl Source for Prometheus {
    fn query(&self, query: &str, range: Range) -> Result<Vec<Answer>, MetricsError> {
        let mut tried = 0;
        loop {
            tried += 1;
            match self.ask(query, range) {
                Ok(answers) => return Ok(answers),
                Err(error) if error.is_passing() && tried < self.tries => std::thread::sleep(PAUSE),
                Err(error) => return Err(error.of_query(query)),
            }
        }
    }
}

fn json(body: &str) -> Result<Value, String> {
    serde_json::from_str(body)
        .map_err(|error| format!("the answer is no JSON: is this address that of Prometheus? ({error})"))
}

/// What the answer warns of: Thanos and Mimir leave out what a store did not send, Prometheus what does not fit together. The field
/// `infos` only comments on the query.
fn warnings(answer: &Value) -> Option<String> {
    let given = answer.get("warnings").and_then(Value::as_array).filter(|given| !given.is_empty())?;
    let said = given.iter().map(|it| it.as_str().map_or_else(|| it.to_string(), str::to_owned));
    Some(said.collect::<Vec<_>>().join("; "))
}

/// Reads the answer of `query_range`.
fn parse(answer: &Value) -> Result<Vec<Answer>, String> {
    if answer.get("status").and_then(Value::as_str) != Some("success") {
        return Err("the answer has no status \"success\": is this address that of Prometheus?".to_owned());
    }
    match answer.pointer("/data/resultType").and_then(Value::as_str) {
        Some("matrix") => {}
        other => return Err(format!("the answer is a {}, not a matrix", other.unwrap_or("nothing"))),
    }
    let series = answer.pointer("/data/result").and_then(Value::as_array).ok_or("the answer has no result")?;
    series.iter().map(one).collect()
}

fn one(series: &Value) -> Result<Answer, String> {
    let labels = series.get("metric").and_then(Value::as_object).ok_or("a series has no labels")?;
    let labels = labels.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect();
    let samples = series
        .get("values")
        .and_then(Value::as_array)
        .ok_or("a series has no values: native histograms are not read")?;
    let sample = |pair: &Value| {
        let time = pair.get(0).and_then(Value::as_f64)?;
        // Values are text, so that NaN and the infinities have a place; Rust reads the same words.
        let value = pair.get(1).and_then(Value::as_str)?.parse().ok()?;
        Some((time, value))
    };
    let samples = samples.iter().map(|pair| sample(pair).ok_or_else(|| format!("{pair} is no sample")));
    Ok(Answer { labels, samples: samples.collect::<Result<_, _>>()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        let body = r#"{"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{"le":"+Inf"},"values":[[60,"1.5"],[120.5,"NaN"],[180,"+Inf"]]}]}}"#;
        let answers = parse(&json(body).unwrap()).unwrap();
        assert_eq!(answers[0].labels["le"], "+Inf");
        assert_eq!(answers[0].samples[0], (60.0, 1.5));
        assert!(answers[0].samples[1].1.is_nan() && answers[0].samples[2].1.is_infinite());
    }

    #[test]
    fn warnings_are_seen_and_comments_are_not() {
        let of = |field: &str| warnings(&json(&format!("{{\"status\":\"success\"{field}}}")).unwrap());
        assert_eq!(of(r#","warnings":["store down","x"]"#).as_deref(), Some("store down; x"));
        for none in ["", r#","warnings":[]"#, r#","infos":["metric might not be a counter"]"#] {
            assert_eq!(of(none), None);
        }
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
            let error = json(body).and_then(|answer| parse(&answer)).unwrap_err();
            assert!(error.contains(text), "{error}");
        }
    }
}
