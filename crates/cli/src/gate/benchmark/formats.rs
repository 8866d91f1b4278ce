//! Results of benchmark tools: name to time per operation. Of a throughput the reciprocal is taken, so that more is always slower; JMH,
//! whose unit is chosen for each run, is read in seconds.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use parapet_analysis::benchmark::Measurement;
use serde_json::Value;

type Results = BTreeMap<String, Measurement>;

/// Reads the results in a file, or in a directory of criterion.
pub(super) fn read(path: &Path) -> anyhow::Result<Results> {
    let name = path.display();
    let found = if path.is_dir() {
        let mut found = Results::new();
        directory(path, path, &mut found)?;
        ensure!(!found.is_empty(), "{name}: there is no new/sample.json of criterion below this directory");
        found
    } else {
        let text = fs::read_to_string(path).with_context(|| format!("{name}: cannot be read"))?;
        recognised(&text).with_context(|| format!("{name}"))?
    };
    ensure!(!found.is_empty(), "{name}: there is no benchmark in it");
    for (benchmark, measurement) in &found {
        let centre = measurement.centre();
        ensure!(!measurement.is_empty() && centre.is_finite(), "{name}: benchmark {benchmark:?} has no usable sample");
    }
    Ok(found)
}

fn recognised(text: &str) -> anyhow::Result<Results> {
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return match &value {
            Value::Array(_) => jmh(&value),
            value if value.get("benchmarks").is_some() => pytest(value),
            value if value.get("results").is_some() => hyperfine(value),
            value if value.get("iters").is_some() => {
                criterion_sample(value).map(|it| Results::from([("sample".to_owned(), it)]))
            }
            value if value.get("reason").is_some() || value.get("Action").is_some() => lines(text),
            _ => bail!("{UNKNOWN}"),
        };
    }
    if text.trim_start().starts_with('{') { lines(text) } else { go(text.lines()) }
}

const UNKNOWN: &str = "this is none of criterion, pytest-benchmark, go test -bench, hyperfine and JMH";

/// JSON lines: of cargo-criterion, or of `go test -json`.
fn lines(text: &str) -> anyhow::Result<Results> {
    let mut found = Results::new();
    let mut output = String::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let value: Value = serde_json::from_str(line).with_context(|| format!("line {} is no JSON", number + 1))?;
        if value.get("reason").and_then(Value::as_str) == Some("benchmark-complete") {
            let id = value.get("id").and_then(Value::as_str).context("a benchmark has no id")?;
            let (counts, times) = (numbers(value.get("iteration_count"))?, numbers(value.get("measured_values"))?);
            add(&mut found, id.to_owned(), per_iteration(&counts, &times)?)?;
        } else if value.get("Action").and_then(Value::as_str) == Some("output") {
            output += value.get("Output").and_then(Value::as_str).unwrap_or_default();
        }
    }
    if found.is_empty() { go(output.lines()) } else { Ok(found) }
}

/// `BenchmarkName-8   1000   1234 ns/op`, once for each of `-count`.
fn go<'a>(lines: impl Iterator<Item = &'a str>) -> anyhow::Result<Results> {
    let mut samples: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for line in lines {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [name, _, rest @ ..] = words.as_slice() else { continue };
        if !name.starts_with("Benchmark") {
            continue;
        }
        let value = rest.windows(2).find_map(|pair| match pair {
            [value, "ns/op"] => value.parse::<f64>().ok(),
            _ => None,
        });
        if let Some(value) = value {
            samples.entry((*name).to_owned()).or_default().push(value);
        }
    }
    ensure!(!samples.is_empty(), "{UNKNOWN}");
    Ok(samples.into_iter().map(|(name, samples)| (name, Measurement::Samples(samples))).collect())
}

/// Adds one; of two with one name the first would be lost, and with it a slowdown.
fn add(found: &mut Results, name: String, measurement: Measurement) -> anyhow::Result<()> {
    ensure!(!found.contains_key(&name), "there are two results of {name:?}: give each a name of its own, or keep one");
    found.insert(name, measurement);
    Ok(())
}

fn unique(results: impl Iterator<Item = anyhow::Result<(String, Measurement)>>) -> anyhow::Result<Results> {
    let mut found = Results::new();
    for result in results {
        let (name, measurement) = result?;
        add(&mut found, name, measurement)?;
    }
    Ok(found)
}

fn hyperfine(value: &Value) -> anyhow::Result<Results> {
    unique(array(value.get("results"))?.iter().map(|result| {
        let name = text(result, "command")?;
        let times = numbers(result.get("times")).with_context(|| format!("command {name:?}"))?;
        // Null is a run that a signal ended.
        let codes = result.get("exit_codes").and_then(Value::as_array);
        let failed = codes.map_or(0, |codes| codes.iter().filter(|code| code.as_i64() != Some(0)).count());
        ensure!(
            failed == 0,
            "command {name:?} failed in {failed} of {} runs, whose times say nothing: see its output with --show-output of hyperfine",
            times.len()
        );
        Ok((name, Measurement::Samples(times)))
    }))
}

fn pytest(value: &Value) -> anyhow::Result<Results> {
    unique(array(value.get("benchmarks"))?.iter().map(|result| {
        let name = text(result, "fullname")?;
        let stats = result.get("stats").with_context(|| format!("benchmark {name:?} has no stats"))?;
        let number = |key: &str| {
            stats.get(key).and_then(Value::as_f64).with_context(|| format!("benchmark {name:?} has no {key}"))
        };
        // Samples are there with --benchmark-save-data only.
        let measurement = match stats.get("data") {
            Some(data) => Measurement::Samples(numbers(Some(data))?),
            None => Measurement::Summary {
                mean: number("mean")?,
                deviation: number("stddev")?,
                samples: number("rounds")? as usize,
            },
        };
        Ok((name, measurement))
    }))
}

fn jmh(value: &Value) -> anyhow::Result<Results> {
    unique(array(Some(value))?.iter().map(|result| {
        let mode = text(result, "mode")?;
        // One benchmark may run in several modes.
        let mut name = format!("{} ({mode})", text(result, "benchmark")?);
        if let Some(params) = result.get("params").and_then(Value::as_object) {
            let params: Vec<String> =
                params.iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap_or("?"))).collect();
            name = format!("{name} [{}]", params.join(", "));
        }
        let data = result.pointer("/primaryMetric/rawData");
        let mut samples = Vec::new();
        for fork in array(data).with_context(|| format!("benchmark {name:?} has no primaryMetric.rawData"))? {
            // In sample mode a fork is a list of pairs of value and count.
            samples.extend(
                numbers(Some(fork)).with_context(|| format!("benchmark {name:?}: only plain samples are read"))?,
            );
        }
        let unit = result.pointer("/primaryMetric/scoreUnit").and_then(Value::as_str);
        let unit = unit.with_context(|| format!("benchmark {name:?} has no primaryMetric.scoreUnit"))?;
        let (seconds, is_throughput) =
            jmh_unit(unit).with_context(|| format!("benchmark {name:?} is in {unit:?}, which is no unit of JMH"))?;
        for sample in &mut samples {
            *sample = seconds * if is_throughput { sample.recip() } else { *sample };
        }
        Ok((name, Measurement::Samples(samples)))
    }))
}

/// The seconds that the time in a unit of JMH stands for, and whether it is operations per time: `us/op`, `ops/ms`.
fn jmh_unit(unit: &str) -> Option<(f64, bool)> {
    let (time, is_throughput) = match unit.strip_prefix("ops/") {
        Some(time) => (time, true),
        None => (unit.strip_suffix("/op")?, false),
    };
    let seconds = match time {
        "ns" => 1e-9,
        "us" => 1e-6,
        "ms" => 1e-3,
        "s" => 1.0,
        "min" => 60.0,
        "hr" => 3600.0,
        "day" => 86_400.0,
        _ => return None,
    };
    Some((seconds, is_throughput))
}

/// Every `new/sample.json` below a directory; its name is the path to it.
fn directory(root: &Path, at: &Path, found: &mut Results) -> anyhow::Result<()> {
    let entries = fs::read_dir(at).with_context(|| format!("{}: cannot be read", at.display()))?;
    for entry in entries {
        let path = entry?.path();
        if !path.is_dir() {
            continue;
        }
        let sample = path.join("sample.json");
        if path.file_name().is_some_and(|name| name == "new") && sample.is_file() {
            let text = fs::read_to_string(&sample).with_context(|| format!("{}: cannot be read", sample.display()))?;
            let value: Value = serde_json::from_str(&text).with_context(|| format!("{}", sample.display()))?;
            let measurement = criterion_sample(&value).with_context(|| format!("{}", sample.display()))?;
            found.insert(at.strip_prefix(root)?.display().to_string(), measurement);
        } else {
            directory(root, &path, found)?;
        }
    }
    Ok(())
}

fn criterion_sample(value: &Value) -> anyhow::Result<Measurement> {
    per_iteration(&numbers(value.get("iters"))?, &numbers(value.get("times"))?)
}

fn per_iteration(counts: &[f64], times: &[f64]) -> anyhow::Result<Measurement> {
    ensure!(counts.len() == times.len(), "{} iteration counts, but {} times", counts.len(), times.len());
    Ok(Measurement::Samples(times.iter().zip(counts).map(|(time, count)| time / count).collect()))
}

fn array(value: Option<&Value>) -> anyhow::Result<&Vec<Value>> {
    value.and_then(Value::as_array).context("a list is missing")
}

fn numbers(value: Option<&Value>) -> anyhow::Result<Vec<f64>> {
    array(value)
        .context("the samples are missing")?
        .iter()
        .map(|it| it.as_f64().with_context(|| format!("{it} is no number")))
        .collect()
}

fn text(value: &Value, key: &str) -> anyhow::Result<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned).with_context(|| format!("a result has no {key}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn only(text: &str) -> (String, Measurement) {
        let found = recognised(text).unwrap();
        assert_eq!(found.len(), 1);
        found.into_iter().next().unwrap()
    }

    fn samples(values: &[f64]) -> Measurement {
        Measurement::Samples(values.to_vec())
    }

    #[test]
    fn every_tool_is_read() {
        let it = only(r#"{"results": [{"command": "x", "mean": 1.5, "times": [1.0, 2.0]}]}"#);
        assert_eq!(it, ("x".to_owned(), samples(&[1.0, 2.0])));
        let it = only(r#"{"benchmarks": [{"fullname": "t", "stats": {"data": [1.0], "mean": 1.0}}]}"#);
        assert_eq!(it, ("t".to_owned(), samples(&[1.0])));
        let it = only(r#"{"benchmarks": [{"fullname": "t", "stats": {"mean": 1.0, "stddev": 0.1, "rounds": 7}}]}"#);
        assert_eq!(it.1, Measurement::Summary { mean: 1.0, deviation: 0.1, samples: 7 });
        let go = "goos: linux\nBenchmarkX-8 \t 100 \t 12.5 ns/op \t 3 B/op\nBenchmarkX-8 200 13 ns/op\nPASS\n";
        assert_eq!(only(go), ("BenchmarkX-8".to_owned(), samples(&[12.5, 13.0])));
        let json = "{\"Action\":\"start\"}\n{\"Action\":\"output\",\"Output\":\"BenchmarkX-8 \\t\"}\n{\"Action\":\"output\",\"Output\":\" 100 12.5 ns/op\\n\"}\n";
        assert_eq!(only(json), ("BenchmarkX-8".to_owned(), samples(&[12.5])));
        let jmh = r#"[{"benchmark": "b", "mode": "thrpt", "params": {"n": "5"}, "primaryMetric": {"scoreUnit": "ops/ms", "rawData": [[2.0], [4.0]]}}]"#;
        assert_eq!(only(jmh), ("b (thrpt) [n=5]".to_owned(), samples(&[0.5e-3, 0.25e-3])));
        let it = only(r#"{"sampling_mode": "Linear", "iters": [1.0, 2.0], "times": [10.0, 30.0]}"#);
        assert_eq!(it.1, samples(&[10.0, 15.0]));
        let lines = "{\"reason\":\"benchmark-complete\",\"id\":\"f/1\",\"iteration_count\":[2,4],\"measured_values\":[2.0,8.0],\"unit\":\"ns\"}\n{\"reason\":\"group-complete\"}\n";
        assert_eq!(only(lines), ("f/1".to_owned(), samples(&[1.0, 2.0])));
    }

    #[test]
    fn modes_and_units_of_jmh_are_told_apart() {
        let one = |mode: &str, unit: &str, value: f64| {
            format!(
                r#"{{"benchmark": "b", "mode": "{mode}", "primaryMetric": {{"scoreUnit": "{unit}", "rawData": [[{value}]]}}}}"#
            )
        };
        let both = format!("[{}, {}]", one("thrpt", "ops/s", 1000.0), one("avgt", "us/op", 1000.0));
        let found = recognised(&both).unwrap();
        assert_eq!(found.keys().collect::<Vec<_>>(), ["b (avgt)", "b (thrpt)"]);
        for measurement in found.values() {
            assert!((measurement.centre() - 1e-3).abs() < 1e-12, "{measurement:?}");
        }
        let twice = format!("[{0}, {0}]", one("avgt", "ns/op", 1.0));
        assert!(format!("{:#}", recognised(&twice).unwrap_err()).contains("two results of \"b (avgt)\""));
    }

    #[test]
    fn a_directory_of_criterion_is_read() {
        let dir = tempfile::tempdir().unwrap();
        let new = dir.path().join("group/one/new");
        fs::create_dir_all(&new).unwrap();
        fs::create_dir_all(dir.path().join("group/one/base")).unwrap();
        fs::write(new.join("sample.json"), r#"{"iters": [2], "times": [4]}"#).unwrap();
        let found = read(dir.path()).unwrap();
        assert_eq!(found.into_iter().next(), Some(("group/one".to_owned(), samples(&[2.0]))));
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for (text, says) in [
            ("hello", "none of criterion"),
            ("{\"a\": 1}", "none of criterion"),
            (
                r#"{"results": [{"command": "x", "times": [1, 2, 3], "exit_codes": [0, 1, null]}]}"#,
                "failed in 2 of 3 runs",
            ),
            (
                r#"{"results": [{"command": "x", "times": [1]}, {"command": "x", "times": [2]}]}"#,
                "two results of \"x\"",
            ),
            (
                r#"[{"benchmark": "b", "mode": "avgt", "primaryMetric": {"rawData": [[2]]}}]"#,
                "no primaryMetric.scoreUnit",
            ),
            (
                r#"[{"benchmark": "b", "mode": "avgt", "primaryMetric": {"scoreUnit": "B/op", "rawData": [[2]]}}]"#,
                "no unit of JMH",
            ),
            (r#"{"results": [{"command": "x"}]}"#, "samples are missing"),
            (r#"{"iters": [1], "times": []}"#, "1 iteration counts, but 0 times"),
            ("{\"Action\":\"start\"}\nnonsense", "line 2"),
        ] {
            let error = format!("{:#}", recognised(text).unwrap_err());
            assert!(error.contains(says), "{error}");
        }
    }
}
