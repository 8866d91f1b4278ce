//! What to ask Prometheus for: flags or a file, as one set of queries.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, bail, ensure};
use parapet_analysis::{Kind, Metric};
use parapet_metrics::{ARM, Arms, Asked, Queries, Texts, WINDOW, per_second};

mod file;

use file::{Block, BlockKind, File};

/// The metrics, and how to tell the arms apart.
#[derive(clap::Args)]
pub(super) struct Asking {
    /// File with metrics (HCL), in place of the flags below
    #[arg(long, value_name = "FILE", conflicts_with_all = ["errors", "total", "latency", "gauges"])]
    metrics: Option<PathBuf>,

    /// Label matchers of the canary, put in place of $arm: 'track="canary"'
    #[arg(long, value_name = "MATCHERS")]
    canary: Option<String>,

    /// Label matchers of the baseline, which has to run at the same time
    #[arg(long, value_name = "MATCHERS")]
    baseline: Option<String>,

    /// Label matchers of one half of the baseline; given twice, history compares the halves. Otherwise it compares the baseline with
    /// itself a window later
    #[arg(long = "half", value_name = "MATCHERS")]
    halves: Vec<String>,

    /// Query for failed requests in a window, of one arm
    #[arg(long, value_name = "QUERY", requires = "total")]
    errors: Option<String>,

    /// Query for all requests in a window, of one arm
    #[arg(long, value_name = "QUERY", requires = "errors")]
    total: Option<String>,

    /// Query for a latency histogram of a window, of one arm: a series for each `le`
    #[arg(long, value_name = "QUERY")]
    latency: Option<String>,

    /// Query for a number that should not grow, of one arm, as in memory=avg(avg_over_time(rss{$arm}[$window])); part of the anomaly test.
    /// Can be given again
    #[arg(long = "gauge", value_name = "NAME=QUERY")]
    gauges: Vec<String>,

    /// Ratio of rates, canary to baseline, that is still accepted; a file may have its own for each metric
    #[arg(long, value_name = "RATIO", default_value_t = 1.1)]
    max_ratio: f64,
}

/// What to ask for.
pub(super) fn queries(args: &Asking) -> anyhow::Result<Queries> {
    let file = match &args.metrics {
        Some(path) => file::read(path)?,
        None => from_flags(args)?,
    };
    let arm = |flag: &Option<String>, file: Option<String>, name: &str| {
        flag.clone()
            .or(file)
            .with_context(|| format!("label matchers of the {name} are needed: --{name} 'track=\"{name}\"'"))
    };
    let canary = arm(&args.canary, file.canary, "canary")?;
    let baseline = arm(&args.baseline, file.baseline, "baseline")?;
    ensure!(
        canary != baseline,
        "canary and baseline have the same matchers, {canary}: there would be nothing to compare"
    );
    let halves = match (if args.halves.is_empty() { file.halves } else { args.halves.clone() }).as_slice() {
        [] => None,
        [one, other] if one != other => Some((one.clone(), other.clone())),
        other => bail!("{} halves of the baseline are given; give two that differ, or none", other.len()),
    };
    ensure!(
        !file.metric.is_empty(),
        "there is no metric: give --errors and --total, --latency, --gauge, or --metrics FILE"
    );
    let metrics = file
        .metric
        .into_iter()
        .map(|(name, block)| {
            let at = format!("{}metric {name:?}", block.at);
            asked(&name, block, args.max_ratio).context(at)
        })
        .collect::<anyhow::Result<Vec<Asked>>>()?;
    Ok(Queries { metrics, arms: Arms { canary, baseline, halves } })
}

fn from_flags(args: &Asking) -> anyhow::Result<File> {
    let block =
        |kind: BlockKind, query: &str| Block { kind: Some(kind), query: Some(query.to_owned()), ..Block::default() };
    let mut metric = BTreeMap::new();
    if let Some(query) = &args.errors {
        let total_query = args.total.clone();
        metric.insert("errors".to_owned(), Block { total_query, ..block(BlockKind::ErrorRatio, query) });
    }
    if let Some(query) = &args.latency {
        metric.insert("latency".to_owned(), block(BlockKind::Latency, query));
    }
    for gauge in &args.gauges {
        let (name, query) = gauge.split_once('=').with_context(|| format!("--gauge {gauge}: write NAME=QUERY"))?;
        let earlier = metric.insert(name.to_owned(), block(BlockKind::Gauge, query));
        ensure!(earlier.is_none(), "--gauge {name}: there is a metric of this name already");
    }
    Ok(File { metric, ..File::default() })
}

fn asked(name: &str, block: Block, max_ratio: f64) -> anyhow::Result<Asked> {
    let kind = block.kind.context("kind is needed: \"error_ratio\", \"latency\" or \"gauge\"")?;
    let query = block.query.context("query is needed: what to ask Prometheus for")?;
    for query in std::iter::once(&query).chain(&block.total_query) {
        ensure!(query.contains(ARM), "the query {query} has no {ARM}, so that it would ask the same of both arms");
        // An instant selector answers with samples of up to five minutes ago: a service that is gone would look steady.
        ensure!(
            query.contains(WINDOW),
            "the query {query} has no {WINDOW}, so that it would also see older samples; write increase(...[{WINDOW}]), or avg_over_time(...[{WINDOW}]) of a gauge"
        );
        if let Some(problem) = per_second(query).filter(|_| kind != BlockKind::Gauge) {
            bail!("the query {query}: {problem}");
        }
    }
    let max_ratio = block.max_ratio.unwrap_or(max_ratio);
    let mut tested = match kind {
        BlockKind::ErrorRatio => {
            ensure!(block.total_query.is_some(), "an error ratio needs total_query: all requests");
            Kind::error_ratio().accepting(max_ratio)
        }
        BlockKind::Latency => Kind::latency().accepting(max_ratio),
        BlockKind::Gauge => Kind::Gauge { worse: block.worse.unwrap_or_default() },
    };
    match &mut tested {
        Kind::ErrorRatio { detectable, tolerable, .. } => {
            *detectable = block.detectable.unwrap_or(*detectable);
            *tolerable = block.tolerable.unwrap_or(*tolerable);
        }
        Kind::Latency { detectable, slow_above, .. } => {
            *detectable = block.detectable.unwrap_or(*detectable);
            *slow_above = block.slow_above;
        }
        Kind::Gauge { .. } => {}
    }
    let only = |setting: &str, given: bool, of: BlockKind| {
        ensure!(!given || kind == of, "{setting} does not belong to this kind of metric");
        Ok(())
    };
    only("total_query", block.total_query.is_some(), BlockKind::ErrorRatio)?;
    only("tolerable", block.tolerable.is_some(), BlockKind::ErrorRatio)?;
    only("slow_above", block.slow_above.is_some(), BlockKind::Latency)?;
    ensure!(
        kind != BlockKind::Gauge || (block.max_ratio.is_none() && block.detectable.is_none()),
        "max_ratio and detectable do not belong to a gauge, which has no test of its own"
    );
    only("worse", block.worse.is_some(), BlockKind::Gauge)?;
    let metric = Metric { name: name.to_owned(), kind: tested, critical: block.critical.unwrap_or(true) };
    let texts = Texts { query, total: block.total_query };
    Ok(Asked { metric, canary: texts.clone(), baseline: texts })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str) -> anyhow::Result<Asked> {
        asked("m", hcl::from_str(text)?, 1.1)
    }

    #[test]
    fn a_block_becomes_queries_of_each_arm() {
        let asked = block(
            r#"
            kind = "error_ratio"
            query = "sum(increase(e{$arm}[$window]))"
            total_query = "sum(increase(t{$arm}[$window]))"
            max_ratio = 1.5
            "#,
        )
        .unwrap();
        assert_eq!(asked.canary, asked.baseline);
        let filled = asked.canary.filled("a=\"b\"", 30);
        assert_eq!(filled.query, "sum(increase(e{a=\"b\"}[30s]))");
        assert_eq!(filled.total.unwrap(), "sum(increase(t{a=\"b\"}[30s]))");
        assert!(matches!(asked.metric.kind, Kind::ErrorRatio { max_ratio, .. } if (max_ratio - 1.5).abs() < 1e-12));
    }

    #[test]
    fn a_gauge_may_be_a_rate() {
        assert!(block("kind = \"gauge\"\n query = \"rate(x{$arm}[$window])\"\n").is_ok());
    }

    #[test]
    fn what_is_wrong_with_a_block_is_said() {
        for (text, says) in [
            ("kind = \"gauge\"\n query = \"up\"\n", "no $arm"),
            ("kind = \"gauge\"\n query = \"up{$arm}\"\n", "avg_over_time"),
            ("kind = \"gauge\"\n", "query is needed"),
            ("query = \"x{$arm}[$window]\"\n", "kind is needed"),
            ("kind = \"error_ratio\"\n query = \"x{$arm}[$window]\"\n", "total_query"),
            ("kind = \"error_ratio\"\n query = \"rate(x{$arm}[$window])\"\n", "events per second (rate)"),
            ("kind = \"latency\"\n query = \"sum by (le) (rate(x{$arm}[$window]))\"\n", "write increase(...[$window])"),
            ("kind = \"gauge\"\n query = \"x{$arm}[$window]\"\n tolerable = 0.1\n", "tolerable"),
            ("kind = \"gauge\"\n query = \"x{$arm}[$window]\"\n max_ratio = 2\n", "max_ratio"),
            ("kind = \"latency\"\n query = \"x{$arm}[$window]\"\n worse = \"lower\"\n", "worse does not belong"),
        ] {
            let error = format!("{:#}", block(text).unwrap_err());
            assert!(error.contains(says), "{error}");
        }
    }
}
