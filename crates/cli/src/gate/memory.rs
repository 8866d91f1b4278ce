//! `parapet gate memory`: does it stay within its memory, and does it leak?

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use parapet_analysis::memory::{FEWEST_POINTS, Trend, trend};
use serde_json::{Value, json};

use super::outcome::{self, Case, Format, Outcome};

/// Check memory over time: its peak, and whether it grows.
///
/// A leak is growth from start to end of which even the lower limit of the 95% interval is above the threshold: the median of the slopes
/// of all pairs of samples (Theil and Sen), which spikes do not move.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Samples: lines of seconds and bytes, separated by a comma or blanks; JSON pairs [[seconds, bytes], ...]; or an answer of
    /// Prometheus to a range query, each series of which is checked
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Largest resident memory that is accepted, as in 8GiB or 500MB
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max: Option<f64>,

    /// Growth from start to end that is accepted
    #[arg(long, value_name = "SIZE", value_parser = size)]
    leak_threshold: Option<f64>,

    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  while sleep 1; do echo \"$(date +%s),$(($(ps -o rss= -p $PID) * 1024))\"; done > rss.csv &
  parapet gate memory --max 8GiB --leak-threshold 100MiB rss.csv

Exit codes:
  0  memory stays within what is accepted, as far as the samples tell
  1  it does not
  2  the file cannot be read
  3  there are too few samples to see growth";

const UNITS: [(&str, f64); 9] = [
    ("KiB", 1024.0),
    ("MiB", 1_048_576.0),
    ("GiB", 1_073_741_824.0),
    ("TiB", 1_099_511_627_776.0),
    ("kB", 1e3),
    ("MB", 1e6),
    ("GB", 1e9),
    ("TB", 1e12),
    ("B", 1.0),
];

fn size(text: &str) -> Result<f64, String> {
    let wrong = || format!("`{text}` is no size: write a number with a unit, as in 8GiB, 100MiB or 500MB");
    let (number, factor) =
        UNITS.iter().find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor))).ok_or_else(wrong)?;
    let number: f64 = number.trim().parse().map_err(|_| wrong())?;
    if number.is_finite() && number > 0.0 { Ok(number * factor) } else { Err(wrong()) }
}

fn shown(bytes: f64) -> String {
    let sign = if bytes < 0.0 { "-" } else { "" };
    let bytes = bytes.abs();
    match bytes {
        b if b >= 1_073_741_824.0 => format!("{sign}{:.2} GiB", b / 1_073_741_824.0),
        b if b >= 1_048_576.0 => format!("{sign}{:.1} MiB", b / 1_048_576.0),
        b => format!("{sign}{:.0} KiB", b / 1024.0),
    }
}

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    if args.max.is_none() && args.leak_threshold.is_none() {
        bail!("there is nothing to check: give --max, --leak-threshold or both");
    }
    let mut cases = Vec::new();
    for (name, samples) in read(&args.file)? {
        let found = trend(&samples)
            .with_context(|| format!("{}: {name} has no sample that is a number", args.file.display()))?;
        cases.extend(args.max.map(|max| peak(&name, &found, max)));
        cases.extend(args.leak_threshold.map(|threshold| leak(&name, &found, threshold)));
    }
    outcome::write("memory", &cases, args.format)
}

fn peak(name: &str, found: &Trend, max: f64) -> Case {
    let text = format!(
        "{} at its peak, {:.0} s after the start; {} are accepted",
        shown(found.peak),
        found.peak_at,
        shown(max)
    );
    let outcome = if found.peak > max { Outcome::Fail } else { Outcome::Pass };
    Case { name: format!("{name} peak"), outcome, text, data: json!({ "peak": found.peak, "max": max }) }
}

fn leak(name: &str, found: &Trend, threshold: f64) -> Case {
    let (outcome, text) = match (found.growth, found.interval) {
        (Some(growth), Some(interval)) => {
            let by = format!(
                "grows by {} ({} to {}) in {:.0} s",
                shown(growth),
                shown(interval.lower),
                shown(interval.upper),
                found.seconds
            );
            let limit = shown(threshold);
            if interval.lower > threshold {
                (Outcome::Fail, format!("{by}: more than {limit}"))
            } else if interval.upper <= threshold {
                (Outcome::Pass, format!("{by}: no more than {limit}"))
            } else {
                (Outcome::Unclear, format!("{by}: more than {limit} is not proven; a longer run would tell"))
            }
        }
        _ => (Outcome::TooLittle, format!("{} samples, {FEWEST_POINTS} are needed to see growth", found.samples)),
    };
    let data =
        json!({ "growth": found.growth, "interval": found.interval, "threshold": threshold, "samples": found.samples });
    Case { name: format!("{name} leak"), outcome, text, data }
}

/// Samples as seconds and bytes.
type Samples = Vec<(f64, f64)>;

fn read(path: &Path) -> anyhow::Result<Vec<(String, Samples)>> {
    let name = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("{name}: cannot be read"))?;
    let series = recognised(&text).with_context(|| format!("{name}"))?;
    ensure!(!series.is_empty(), "{name}: there is no series in it");
    Ok(series)
}

fn recognised(text: &str) -> anyhow::Result<Vec<(String, Samples)>> {
    if !text.trim_start().starts_with(['{', '[']) {
        return Ok(vec![("memory".to_owned(), lines(text)?)]);
    }
    let value: Value = serde_json::from_str(text).context("this is no JSON")?;
    if value.is_array() {
        return Ok(vec![("memory".to_owned(), pairs(&value)?)]);
    }
    let result = value.pointer("/data/result").and_then(Value::as_array);
    let result = result.context("this is neither pairs of seconds and bytes nor an answer of Prometheus")?;
    result
        .iter()
        .map(|series| {
            let labels = series.get("metric").map_or_else(|| "memory".to_owned(), ToString::to_string);
            let values = series.get("values").context("a series has no values: ask with query_range")?;
            Ok((labels, pairs(values)?))
        })
        .collect()
}

fn lines(text: &str) -> anyhow::Result<Samples> {
    let mut samples = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let words: Vec<&str> = line.split([',', ' ', '\t', ';']).filter(|word| !word.is_empty()).collect();
        let sample = match words.as_slice() {
            [] => continue,
            [time, value] => time.parse().ok().zip(value.parse().ok()),
            _ => None,
        };
        match sample {
            Some((_, bytes)) if bytes < 0.0 => bail!("line {}: {bytes} bytes cannot be", index + 1),
            Some(sample) => samples.push(sample),
            // The head of a table names its columns; a sample that is broken off names nothing.
            None if index == 0 && words.iter().all(|word| word.parse::<f64>().is_err() && is_name(word)) => {}
            None => bail!("line {}: {line:?} is not seconds and bytes", index + 1),
        }
    }
    ensure!(!samples.is_empty(), "there is no sample: lines of seconds and bytes are expected");
    Ok(samples)
}

/// Whether it is a word of a head, as `rss_bytes` or `"memory`.
fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '"' | '(' | '[' | '#'))
}

fn pairs(value: &Value) -> anyhow::Result<Samples> {
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
    value
        .as_array()
        .context("a list of pairs is expected")?
        .iter()
        .map(|pair| {
            let sample = pair.get(0).and_then(number).zip(pair.get(1).and_then(number));
            let sample = sample.with_context(|| format!("{pair} is not a pair of seconds and bytes"))?;
            ensure!(sample.1.is_nan() || sample.1 >= 0.0, "{pair}: {} bytes cannot be", sample.1);
            Ok(sample)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!((size("8GiB"), size("1.5 MB"), size("3B")), (Ok(8_589_934_592.0), Ok(1.5e6), Ok(3.0)));
        for bad in ["8", "GiB", "-1MiB", "8gib", "0MB", "NaNMB"] {
            assert!(size(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn samples_are_read_from_text_json_and_prometheus() {
        let expected = vec![(1.0, 10.0), (2.0, 20.0)];
        for text in [
            "seconds,rss\n1,10\n2,20\n",
            "1 10\n2\t20\n\n",
            "[[1, 10], [2, \"20\"]]",
            r#"{"data": {"result": [{"metric": {"pod": "a"}, "values": [[1, "10"], [2, "20"]]}]}}"#,
        ] {
            let found = recognised(text).unwrap();
            assert_eq!(found.first().map(|it| &it.1), Some(&expected), "{text}");
        }
        for (text, says) in [
            ("a b\nc d\n", "line 2"),
            ("1;2;3\n1 2\n", "line 1"),
            ("1,2x\n1 2\n", "line 1"),
            ("1,10\n2,-5\n", "line 2: -5 bytes"),
            ("[[1, -2]]", "-2 bytes"),
            ("", "no sample"),
            ("{}", "neither"),
            ("[[1]]", "pair"),
        ] {
            let error = format!("{:#}", recognised(text).unwrap_err());
            assert!(error.contains(says), "{error}");
        }
    }
}
