//! Finished rollouts: from JSON reports, or from what was pushed for Prometheus.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use jiff::Timestamp;
use parapet_analysis::Verdict;
use parapet_analysis::delivery::{FORMAT, Rollout};
use parapet_metrics::{Prometheus, Range, Source as _};
use serde::Deserialize as _;
use serde_json::Value;

/// Reads reports; of a directory every `.json` file that is one.
pub(super) fn from_files(paths: &[PathBuf]) -> anyhow::Result<Vec<Rollout>> {
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(from_file(path)?.with_context(|| {
                format!("{}: this is no report of a rollout: it has no \"format\": \"{FORMAT}\"", path.display())
            })?);
            continue;
        }
        let cannot = || format!("{}: cannot be read", path.display());
        let mut files: Vec<PathBuf> = std::fs::read_dir(path)
            .with_context(cannot)?
            .map(|entry| entry.map(|it| it.path()))
            .collect::<Result<_, _>>()
            .with_context(cannot)?;
        files.sort();
        files.retain(|file| file.extension().is_some_and(|it| it == "json"));
        for file in &files {
            found.extend(from_file(file)?);
        }
    }
    Ok(found)
}

/// The rollout of a file; `None` when it is a report of something else.
fn from_file(path: &Path) -> anyhow::Result<Option<Rollout>> {
    let name = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("{name}: cannot be read"))?;
    let value: Value = serde_json::from_str(&text).with_context(|| format!("{name}: this is no valid JSON"))?;
    match value.get("format").and_then(Value::as_str) {
        Some(FORMAT) => {}
        Some(other) if other.starts_with("parapet-rollout/") => {
            bail!("{name}: the format {other} is newer than this parapet, which reads {FORMAT}: update it");
        }
        _ => return Ok(None),
    }
    let rollout = Rollout::deserialize(&value).with_context(|| format!("{name}"))?;
    rollout.validate().map_err(|problem| anyhow::anyhow!("{name}: {problem}"))?;
    Ok(Some(rollout))
}

/// What tells one rollout from another: service, release, start.
type Key = (String, String, String);
/// The labels and the value of each rollout.
type Last = BTreeMap<Key, (BTreeMap<String, String>, f64)>;

/// Reads what was scraped since `from`, in seconds since 1970.
pub(super) fn from_prometheus(prometheus: &Prometheus, matchers: &str, from: i64) -> anyhow::Result<Vec<Rollout>> {
    // Up to now even of a period that ended: what finished at its end was pushed and scraped later. Now is within a second.
    let now = Timestamp::now().as_second() + 1;
    let range = Range { start: now, end: now, step: 60 };
    let seconds = (now - from).max(1);
    let last = |name: &str| -> anyhow::Result<Last> {
        let answers = prometheus.query(&format!("last_over_time({name}{{{matchers}}}[{seconds}s])"), range)?;
        answers
            .into_iter()
            .filter_map(|answer| answer.samples.last().map(|(_, value)| (answer.labels, *value)))
            .map(|(labels, value)| {
                let label = |name: &str| labels.get(name).cloned();
                let key = label("release").zip(label("rollout"));
                let (release, rollout) =
                    key.with_context(|| format!("a series {name} has no label release or rollout: {labels:?}"))?;
                let service = label("service").unwrap_or_default();
                Ok(((service, release, rollout), (labels, value)))
            })
            .collect()
    };
    let time = |name: &str| last(&format!("deployment_{name}_timestamp_seconds"));
    let (infos, started, finished) = (last("deployment_info")?, time("started")?, time("finished")?);
    let (committed, restored) = (time("committed")?, time("restored")?);
    let mut rollouts = Vec::new();
    for (key, (labels, _)) in infos {
        let at = |of: &Last| of.get(&key).map(|(_, value)| *value as i64);
        let (Some(started_at), Some(finished_at)) = (at(&started), at(&finished)) else {
            bail!("the rollout {} of {} has no time of its start or end", key.1, key.0);
        };
        let verdict = match labels.get("verdict").map(String::as_str) {
            Some("promote") => Verdict::Promote,
            Some("rollback") => Verdict::Rollback,
            Some("inconclusive") => Verdict::Inconclusive,
            other => bail!("the rollout {} of {} has the verdict {other:?}, which is none", key.1, key.0),
        };
        let rollout = Rollout {
            verdict,
            started_at,
            finished_at,
            committed_at: at(&committed),
            restored_at: at(&restored),
            release: key.1.clone(),
            service: key.0.clone(),
        };
        let valid = rollout.validate();
        ensure!(valid.is_ok(), "the rollout {} of {}: {}", key.1, key.0, valid.err().unwrap_or_default());
        rollouts.push(rollout);
    }
    Ok(rollouts)
}
