//! `parapet gate`

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::{Value, json};

use super::{Output, Sandbox};

/// How a made-up Prometheus answers.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mood {
    /// With errors of the canary, out of 300 requests of each arm in a minute; 2 of the baseline fail.
    Serves { canary_errors: f64 },
    /// With not-a-number everywhere.
    Nan,
    /// With so many series.
    Series(usize),
    /// With a status and a reason.
    Refuses(u16, &'static str),
    /// With a page of something else.
    Page,
    /// With good numbers, and a warning that some are missing.
    Partial,
}

/// Serves on a port of its own until the test process ends; answers its address.
pub(super) fn prometheus(mood: Mood) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || serve(stream, mood));
        }
    });
    address
}

fn serve(mut stream: TcpStream, mood: Mood) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let form = String::from_utf8(body).ok()?;
    let (status, answer) = answer(mood, &form);
    let head = format!("HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", answer.len());
    stream.write_all((head + &answer).as_bytes()).ok()
}

fn answer(mood: Mood, form: &str) -> (u16, String) {
    let field = |name: &str| form.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    let number = |name: &str| field(name).and_then(|text| text.parse::<i64>().ok()).unwrap_or_default();
    let query = field("query").unwrap_or_default();
    let canary = query.contains("canary");
    let value = match mood {
        Mood::Refuses(status, reason) => {
            return (status, json!({ "status": "error", "errorType": "bad_data", "error": reason }).to_string());
        }
        Mood::Page => return (200, "<html>".to_owned()),
        Mood::Nan => "NaN".to_owned(),
        Mood::Serves { .. } | Mood::Series(_) | Mood::Partial if query.contains("total") => "300".to_owned(),
        Mood::Serves { canary_errors } if canary => canary_errors.to_string(),
        Mood::Serves { .. } | Mood::Series(_) | Mood::Partial => "2".to_owned(),
    };
    let step = usize::try_from(number("step")).unwrap_or(1).max(1);
    let values: Vec<Value> = (number("start")..=number("end")).step_by(step).map(|time| json!([time, value])).collect();
    let many = if let Mood::Series(many) = mood { many } else { 1 };
    let result: Vec<Value> =
        (0..many).map(|index| json!({ "metric": { "pod": index.to_string() }, "values": values })).collect();
    let warnings = if mood == Mood::Partial { json!(["store down"]) } else { json!([]) };
    let data = json!({ "resultType": "matrix", "result": result });
    (200, json!({ "status": "success", "warnings": warnings, "data": data }).to_string())
}

fn canary(mood: Mood, more: &[&str]) -> Output {
    let address = prometheus(mood);
    let args = [
        "gate",
        "canary",
        "--prometheus",
        &address,
        "--canary",
        "track=\"canary\"",
        "--baseline",
        "track=\"stable\"",
        "--errors",
        "errors{$arm}[$window]",
        "--total",
        "total{$arm}[$window]",
    ];
    Sandbox::new().run(&[&args, more].concat())
}

#[test]
fn the_exit_code_is_the_verdict() {
    canary(Mood::Serves { canary_errors: 2.0 }, &[]).exits(0).prints("PROMOTE after 30 windows");
    canary(Mood::Serves { canary_errors: 8.0 }, &[])
        .exits(1)
        .prints("ROLLBACK")
        .prints("2.67% of 9000 requests failed, 0.67% of 9000 on the baseline: x4.00");
    canary(Mood::Nan, &[]).exits(3).prints("INCONCLUSIVE").prints("30 no number");
    canary(Mood::Serves { canary_errors: 2.0 }, &["--duration", "5m"]).exits(3).prints("5 windows with data");
    canary(Mood::Serves { canary_errors: 2.0 }, &["--history", "24h"])
        .exits(3)
        .prints("history has 720 windows with every metric (of 720), 1100 are needed");
}

#[test]
fn a_report_in_json_has_every_number() {
    let report = canary(Mood::Serves { canary_errors: 8.0 }, &["--format", "json"]).exits(1).json();
    assert_eq!(report["verdict"], "rollback");
    assert_eq!(report["metrics"][0]["test"]["counts"]["canary"], 240.0);
    assert_eq!(report["metrics"][0]["points"].as_array().unwrap().len(), 30);
}

#[test]
fn watching_ends_as_soon_as_the_canary_has_to_go() {
    canary(Mood::Serves { canary_errors: 60.0 }, &["--watch", "--window", "1s", "--duration", "20s"])
        .exits(1)
        .says("window 1 of 20: rollback, errors x30.00");
}

#[test]
fn half_a_client_certificate_is_refused() {
    let both = "who shows a certificate needs both --client-certificate and --client-key";
    for (given, missing) in [("--client-certificate", "--client-key"), ("--client-key", "--client-certificate")] {
        canary(Mood::Nan, &[given, "absent.pem"]).exits(2).says(&format!("{missing} is missing: {both}"));
    }
    let absent = ["--client-certificate", "absent.pem", "--client-key", "absent.key"];
    canary(Mood::Nan, &absent).exits(2).says("absent.pem: cannot be read");
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    canary(Mood::Nan, &["--client-certificate", manifest, "--client-key", manifest])
        .exits(2)
        .says("the client key: it is no private key in PEM");
}

#[test]
fn what_prometheus_cannot_answer_is_an_error() {
    canary(Mood::Refuses(400, "parse error: unexpected }"), &[])
        .exits(2)
        .says("metric \"errors\": the query errors{track=\"canary\"}[60s]")
        .says("400 Bad Request: parse error: unexpected }");
    canary(Mood::Refuses(401, "no"), &[]).exits(2).says("--bearer-token-file");
    canary(Mood::Page, &[]).exits(2).says("no JSON");
    canary(Mood::Partial, &[]).exits(2).says("numbers may be incomplete: store down");
    canary(Mood::Series(10_000), &["--duration", "2m"]).exits(2).says("answers 10000 series, one is needed");
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let metrics = ["--canary", "a", "--baseline", "b", "--gauge", "g=g{$arm}[$window]", "--history", "1h"];
    let address = format!("http://{nobody}");
    Sandbox::new()
        .run(&[&["gate", "canary", "--prometheus", &address], &metrics[..]].concat())
        .exits(2)
        .says("does not answer");
}

#[test]
fn what_is_wrong_on_the_command_line_is_said() {
    let of = |args: &[&str]| {
        Sandbox::new().run(&[&["gate", "canary", "--prometheus", "http://localhost:1"], args].concat()).exits(2)
    };
    of(&["--errors", "e{$arm}[$window]", "--total", "t{$arm}[$window]", "--baseline", "x"])
        .says("matchers of the canary are needed");
    of(&["--canary", "a", "--baseline", "b"]).says("there is no metric");
    of(&["--canary", "a", "--baseline", "a", "--latency", "l{$arm}[$window]"]).says("nothing to compare");
    of(&["--canary", "a", "--baseline", "b", "--latency", "l"]).says("has no $arm");
    of(&["--canary", "a", "--baseline", "b", "--latency", "l{$arm}"]).says("has no $window");
    of(&["--canary", "a", "--baseline", "b", "--gauge", "g=g{$arm}[$window]"]).says("no metric can decide");
    of(&["--canary", "a", "--baseline", "b", "--metrics", "none.hcl"]).says("none.hcl: cannot be read");
}

#[test]
fn a_slower_benchmark_fails_and_noise_does_not() {
    let sandbox = Sandbox::new();
    let times = |scale: f64, noise: f64| -> Vec<f64> {
        (0..20_i32).map(|i| scale * (1.0 + noise * f64::from(i * 7 % 20 - 10) / 10.0)).collect()
    };
    let file = |name: &str, times: Vec<f64>| {
        let results = json!({ "results": [{ "command": "tool", "times": times }] });
        std::fs::write(sandbox.path().join(name), results.to_string()).unwrap();
    };
    file("old.json", times(1.0, 0.02));
    file("slow.json", times(1.2, 0.02));
    file("noisy.json", times(1.06, 0.5));
    let gate = |current: &str, more: &[&str]| {
        let args = ["gate", "benchmark", "--baseline", "old.json", "--current", current];
        sandbox.run(&[&args, more].concat())
    };
    gate("slow.json", &[]).exits(1).prints("fail    tool: time +20.").prints("slower by more than 5%");
    gate("slow.json", &["--threshold", "30%"]).exits(0);
    gate("noisy.json", &[]).exits(0).prints("benchmark UNCLEAR: 0 failed, 1 unclear");
    gate("noisy.json", &["--format", "junit"]).exits(0).prints("<skipped message=");
    file("one.json", vec![1.0]);
    gate("one.json", &[]).exits(3).prints("benchmark UNCLEAR: 0 failed, 1 unclear");
    gate("old.json", &["--format", "junit"]).exits(0).prints("failures=\"0\"");
    gate("slow.json", &["--format", "markdown"]).exits(1).prints("| fail | tool |");
    assert_eq!(gate("slow.json", &["--format", "json"]).exits(1).json()["passed"], false);
    gate("gone.json", &[]).exits(2).says("gone.json: cannot be read");
}

#[test]
fn memory_that_grows_fails() {
    let sandbox = Sandbox::new();
    let file = |name: &str, growth: f64| {
        let lines: String = (0..100_u32)
            .map(|i| format!("{},{}\n", i * 10, 1e9 + growth * f64::from(i) / 99.0 + f64::from(i % 7) * 1e6))
            .collect();
        std::fs::write(sandbox.path().join(name), lines).unwrap();
    };
    file("leak.csv", 300e6);
    file("flat.csv", 0.0);
    let gate =
        |name: &str, max: &str| sandbox.run(&["gate", "memory", "--max", max, "--leak-threshold", "100MiB", name]);
    gate("leak.csv", "8GiB").exits(1).prints("memory leak: grows by 28").prints("pass    memory peak");
    gate("flat.csv", "8GiB").exits(0).prints("no more than 100.0 MiB");
    gate("flat.csv", "500MB").exits(1).prints("fail    memory peak");
    sandbox.run(&["gate", "memory", "flat.csv"]).exits(2).says("nothing to check");
    sandbox.file("one.csv", "1,1000\n");
    gate("one.csv", "8GiB").exits(3).prints("memory UNCLEAR: 0 failed, 1 unclear, 1 passed");
    sandbox.file("broken.csv", "1,10x\n2,1000\n");
    gate("broken.csv", "8GiB").exits(2).says("broken.csv: line 1");
}
