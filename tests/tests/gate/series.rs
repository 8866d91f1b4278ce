//! Recorded series: services whose canaries misbehave, each in its way, up to a few minutes from now.

use std::fmt::Write as _;
use std::time::SystemTime;

use serde_json::{Value, json};

/// Windows of recorded series, in seconds, and how far beyond now samples reach, so that a slow test does not run out of them.
const WINDOW: f64 = 60.0;
const AHEAD: f64 = 600.0;
/// The same of series for rollouts under way.
const QUICK_WINDOW: f64 = 1.0;
const QUICK_AHEAD: f64 = 240.0;

/// How one service behaves. Rates are per request, of the canary.
#[derive(Clone, Copy)]
pub(crate) struct Service {
    pub(crate) name: &'static str,
    pub(crate) errors: f64,
    pub(crate) slow: f64,
    /// Memory of the canary, in that of the baseline.
    pub(crate) memory: f64,
    /// Requests in a window.
    pub(crate) requests: u64,
    /// How many windows the series go back.
    pub(crate) windows: u64,
    /// Whether the requests of the canary are not a number.
    pub(crate) nan: bool,
}

pub(crate) const ERRORS: f64 = 0.005;
pub(crate) const SLOW: f64 = 0.05;

impl Service {
    pub(crate) const fn good(name: &'static str) -> Self {
        Self { name, errors: ERRORS, slow: SLOW, memory: 1.0, requests: 600, windows: 65, nan: false }
    }
}

/// A generator of xorshift: the same series each time.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn count(&mut self, trials: u64, rate: f64) -> u64 {
        (0..trials).filter(|_| self.next() < rate).count() as u64
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

/// All series in OpenMetrics.
pub(crate) fn recorded(services: &[Service]) -> String {
    all(services, WINDOW, AHEAD)
}

/// Series that go on while a rollout is judged in windows of a second.
pub(crate) fn quick(services: &[Service]) -> String {
    all(services, QUICK_WINDOW, QUICK_AHEAD)
}

fn all(services: &[Service], window: f64, ahead: f64) -> String {
    let mut out = String::new();
    for service in services {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let end = now() as f64 + ahead;
        let start = ((end - ahead) / window).floor() * window - service.windows as f64 * window;
        let samples = ((end - start) / window * 2.0) as u32;
        // Two samples in a window.
        let times: Vec<f64> = (0..=samples).map(|index| start + f64::from(index) * window / 2.0).collect();
        arm(&mut out, service, ("canary", "c"), service.requests, &times, &mut random);
        for half in ["a", "b"] {
            let baseline = Service { errors: ERRORS, slow: SLOW, memory: 1.0, nan: false, ..*service };
            arm(&mut out, &baseline, ("stable", half), service.requests / 2, &times, &mut random);
        }
    }
    out + "# EOF\n"
}

/// A sample: its time, requests, errors, requests up to 0.1 s, and memory.
type Row = (f64, u64, u64, u64, f64);

fn arm(
    out: &mut String,
    service: &Service,
    (track, half): (&str, &str),
    requests: u64,
    times: &[f64],
    random: &mut Random,
) {
    let labels = format!("service=\"{}\",track=\"{track}\",half=\"{half}\"", service.name);
    let mut rows: Vec<Row> = Vec::new();
    let (mut total, mut errors, mut fast) = (0, 0, 0);
    for time in times {
        let many = requests / 2;
        total += many;
        errors += random.count(many, service.errors);
        fast += many - random.count(many, service.slow);
        let memory = 500e6 * service.memory * (1.0 + 0.04 * (random.next() - 0.5));
        rows.push((*time, total, errors, fast, memory));
    }
    let mut series = |name: &str, more: &str, value: &dyn Fn(&Row) -> String| {
        for row in &rows {
            writeln!(out, "{name}{{{labels}{more}}} {} {}", value(row), row.0).unwrap();
        }
    };
    series("requests_total", "", &|row| if service.nan { "NaN".to_owned() } else { row.1.to_string() });
    series("errors_total", "", &|row| row.2.to_string());
    series("latency_bucket", ",le=\"0.1\"", &|row| row.3.to_string());
    series("latency_bucket", ",le=\"1.0\"", &|row| row.1.to_string());
    series("latency_bucket", ",le=\"+Inf\"", &|row| row.1.to_string());
    series("memory_bytes", "", &|row| row.4.to_string());
}

/// The requests of services and what failed of them, a second each, as bodies of CloudWatch's `PutMetricData`: those of a target group
/// `SERVICE-canary` and of another, `SERVICE-stable`.
pub(crate) fn counted(services: &[Service]) -> Vec<Value> {
    let mut data = Vec::new();
    for service in services {
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        for (track, errors) in [("canary", service.errors), ("stable", ERRORS)] {
            let group = format!("{}-{track}", service.name);
            let dimensions =
                json!([{ "Name": "LoadBalancer", "Value": "app/shop/1" }, { "Name": "TargetGroup", "Value": group }]);
            let now = now();
            for at in now - service.windows..now + QUICK_AHEAD as u64 {
                let failed = random.count(service.requests, errors);
                for (name, value) in [("RequestCount", service.requests), ("HTTPCode_Target_5XX_Count", failed)] {
                    data.push(json!({
                        "MetricName": name, "Dimensions": dimensions, "Timestamp": at, "Value": value, "StorageResolution": 1,
                    }));
                }
            }
        }
    }
    let calls = data.chunks(1000);
    calls.map(|data| json!({ "Namespace": "AWS/ApplicationELB", "MetricData": data })).collect()
}

/// So many pods of a canary and of a baseline, for the last few minutes.
pub(crate) fn pods(many: usize) -> String {
    let now = now();
    let mut out = String::new();
    for pod in 0..many {
        let track = if pod % 2 == 0 { "canary" } else { "stable" };
        for (name, step) in [("pod_requests_total", 30), ("pod_errors_total", 0)] {
            for (index, time) in (now - 300..now + 240).step_by(30).enumerate() {
                let labels = format!("track=\"{track}\",pod=\"{pod}\"");
                writeln!(out, "{name}{{{labels}}} {} {time}", index * step).unwrap();
            }
        }
    }
    out + "# EOF\n"
}

/// A service that answers so many requests a second, with a sample for each second around now.
pub(crate) fn dense(name: &str) -> String {
    let now = now();
    let mut random = Random(1);
    let mut out = String::new();
    for track in ["canary", "stable"] {
        let (mut total, mut errors) = (0, 0);
        let mut lines = [String::new(), String::new()];
        for time in now - 30..now + 240 {
            total += 2000;
            errors += random.count(2000, ERRORS);
            for (line, (name_of, value)) in lines.iter_mut().zip([("requests_total", total), ("errors_total", errors)])
            {
                writeln!(line, "{name_of}{{service=\"{name}\",track=\"{track}\"}} {value} {time}").unwrap();
            }
        }
        out += &lines.concat();
    }
    out + "# EOF\n"
}
