//! The replication lag as a basis for a decision: the worst value counts, and what is not surely known is unknown.

use std::fmt;

use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat};
use tfplugin::prelude::*;

use super::model::Site;
use crate::aws::{Aws, AwsResult, is_unreachable};

/// Spacing of the data points, in seconds: CloudWatch keeps RDS metrics by the minute.
pub(crate) const PERIOD_SECONDS: i64 = 60;
/// A metric whose newest point is older than this is stale: three points are missing by then.
const STALE_SECONDS: i64 = 3 * PERIOD_SECONDS;
/// Points from the future, beyond what clocks differ by, mean that a clock is wrong.
const CLOCK_TOLERANCE_SECONDS: i64 = 2 * PERIOD_SECONDS;

/// One data point: Unix time in seconds, and the lag in seconds (-1: replication does not run).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) at: i64,
    pub(crate) seconds: f64,
}

/// What is known of the lag.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Lag {
    /// The highest value in the window, in seconds.
    Known(f64),
    /// Nothing to rely on, and why.
    Unknown(String),
}

impl Lag {
    pub(crate) fn seconds(&self) -> Option<f64> {
        if let Self::Known(seconds) = self { Some(*seconds) } else { None }
    }
}

impl fmt::Display for Lag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(seconds) => write!(f, "{seconds:.1} s"),
            Self::Unknown(reason) => write!(f, "unknown: {reason}"),
        }
    }
}

/// The worst replication lag of a replica in the last `window` seconds.
pub(crate) async fn look(aws: &Aws, site: &Site, window: i64) -> Result<Lag> {
    // Aurora reports milliseconds.
    let (metric, dimension, value, scale) = match (&site.db_instance_identifier, &site.db_cluster_arn) {
        (Some(identifier), _) => ("ReplicaLag", "DBInstanceIdentifier", identifier.as_str(), 1.0),
        (None, arn) => {
            let identifier = arn.as_deref().and_then(|arn| arn.rsplit(':').next()).unwrap_or_default();
            ("AuroraGlobalDBReplicationLag", "DBClusterIdentifier", identifier, 0.001)
        }
    };
    let now = jiff::Timestamp::now().as_second();
    let period = i32::try_from(PERIOD_SECONDS).unwrap_or(60);
    let stat = MetricStat::builder()
        .metric(
            Metric::builder()
                .namespace("AWS/RDS")
                .metric_name(metric)
                .dimensions(Dimension::builder().name(dimension).value(value).build())
                .build(),
        )
        .period(period)
        .stat("Maximum")
        .build();
    let query = MetricDataQuery::builder().id("lag").metric_stat(stat).build();
    let time = aws_sdk_cloudwatch::primitives::DateTime::from_secs;
    let answer = aws
        .cloudwatch(&site.name)
        .get_metric_data()
        .start_time(time(now - window - PERIOD_SECONDS))
        .end_time(time(now + PERIOD_SECONDS))
        .metric_data_queries(query)
        .send()
        .await;
    let answer = match answer {
        Err(error) if is_unreachable(&error) => return Ok(Lag::Unknown("CloudWatch does not answer".to_owned())),
        answer => answer.doing("reading the replication lag")?,
    };
    let points: Vec<Point> = answer
        .metric_data_results()
        .iter()
        .flat_map(|result| result.timestamps().iter().zip(result.values()))
        .map(|(at, value)| Point { at: at.secs(), seconds: if *value < 0.0 { *value } else { value * scale } })
        .collect();
    Ok(worst(&points, now, window))
}

/// Judges the points of the last `window` seconds before `now`.
pub(crate) fn worst(points: &[Point], now: i64, window: i64) -> Lag {
    if points.iter().any(|point| point.at > now + CLOCK_TOLERANCE_SECONDS) {
        return Lag::Unknown("CloudWatch answers data from the future, so that a clock is wrong".to_owned());
    }
    let recent: Vec<&Point> = points.iter().filter(|point| point.at >= now - window - PERIOD_SECONDS).collect();
    let Some(newest) = recent.iter().map(|point| point.at).max() else {
        return Lag::Unknown(format!("CloudWatch has no replication lag for the last {window} s"));
    };
    if now - newest > STALE_SECONDS {
        return Lag::Unknown(format!("the newest value is {} s old", now - newest));
    }
    if recent.iter().any(|point| !point.seconds.is_finite() || point.seconds < 0.0) {
        return Lag::Unknown("replication was not running at some time in the window (a lag of -1)".to_owned());
    }
    let wanted = window / PERIOD_SECONDS;
    let found = i64::try_from(recent.len()).unwrap_or(i64::MAX);
    // One point may be late and one may fall between two windows; more missing ones hide the peak that is looked for.
    if found < wanted - 2 {
        return Lag::Unknown(format!("only {found} of {wanted} values in the window are there"));
    }
    Lag::Known(recent.iter().map(|point| point.seconds).fold(0.0, f64::max))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_800_000_000;

    /// Points one minute apart, the newest `age` seconds old.
    fn points(age: i64, values: &[f64]) -> Vec<Point> {
        let minutes = (0..).map(|minute| NOW - age - minute * PERIOD_SECONDS);
        minutes.zip(values).map(|(at, seconds)| Point { at, seconds: *seconds }).collect()
    }

    #[test]
    fn the_maximum_counts_and_not_the_newest() {
        assert_eq!(worst(&points(30, &[1.0, 2.0, 45.0, 1.0, 0.0]), NOW, 300), Lag::Known(45.0));
        assert_eq!(worst(&points(30, &[0.0; 5]), NOW, 300), Lag::Known(0.0));
        // A peak before the window is over.
        assert_eq!(worst(&points(30, &[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 900.0]), NOW, 300), Lag::Known(1.0));
    }

    #[test]
    fn what_is_not_surely_known_is_unknown() {
        for (points, expected) in [
            (vec![], "no replication lag"),
            (points(30, &[1.0, -1.0, 1.0, 1.0, 1.0]), "not running"),
            (points(30, &[f64::NAN, 1.0, 1.0, 1.0, 1.0]), "not running"),
            (points(240, &[1.0; 5]), "240 s old"),
            (points(30, &[1.0, 1.0]), "only 2 of 5"),
            (points(-300, &[1.0; 8]), "from the future"),
            (points(5_000, &[1.0; 5]), "no replication lag"),
        ] {
            let lag = worst(&points, NOW, 300);
            assert!(matches!(&lag, Lag::Unknown(reason) if reason.contains(expected)), "{expected}: {lag}");
        }
    }
}
