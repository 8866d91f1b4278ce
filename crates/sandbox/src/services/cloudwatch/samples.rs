//! Samples of a metric, and what is said of those in one period.

use serde::{Deserialize, Serialize};

use crate::protocol::ApiError;

/// One value, or several of one moment of which only the sum and the limits are known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Sample {
    /// Milliseconds since 1970.
    pub(super) at: i64,
    pub(super) count: f64,
    pub(super) sum: f64,
    pub(super) minimum: f64,
    pub(super) maximum: f64,
}

impl Sample {
    pub(super) fn of(at: i64, value: f64) -> Self {
        Self { at, count: 1.0, sum: value, minimum: value, maximum: value }
    }
}

/// The samples of one period.
#[derive(Debug)]
pub(super) struct Bucket {
    start: i64,
    samples: Vec<Sample>,
}

impl Bucket {
    /// Its start, in seconds since 1970.
    pub(super) fn start(&self) -> i64 {
        self.start / 1000
    }

    pub(super) fn statistic(&self, name: &str) -> Result<f64, ApiError> {
        let samples = || self.samples.iter();
        let (count, sum) = (samples().map(|it| it.count).sum::<f64>(), samples().map(|it| it.sum).sum::<f64>());
        match name {
            "Maximum" => Ok(samples().map(|it| it.maximum).fold(f64::NEG_INFINITY, f64::max)),
            "Minimum" => Ok(samples().map(|it| it.minimum).fold(f64::INFINITY, f64::min)),
            "Sum" => Ok(sum),
            "SampleCount" => Ok(count),
            "Average" => Ok(sum / count),
            other => match limits(other) {
                // The values between two limits are known only where they are all the same.
                Some((above, up_to)) => Ok(samples()
                    .filter(|it| it.minimum.total_cmp(&it.maximum).is_eq() && it.minimum > above && it.maximum <= up_to)
                    .map(|it| it.count)
                    .sum()),
                None => Err(ApiError::new(
                    "InvalidParameterValue",
                    format!(
                        "The sandbox has no statistic '{other}': it has Average, Maximum, Minimum, SampleCount, Sum and TC(a:b)."
                    ),
                )),
            },
        }
    }
}

/// The limits of `TC(a:b)`, the number of values above `a` and up to `b`; either may be left out.
fn limits(statistic: &str) -> Option<(f64, f64)> {
    let (above, up_to) = statistic.strip_prefix("TC(")?.strip_suffix(')')?.split_once(':')?;
    let limit = |text: &str, none: f64| if text.is_empty() { Some(none) } else { text.parse().ok() };
    Some((limit(above, f64::NEG_INFINITY)?, limit(up_to, f64::INFINITY)?))
}

/// Samples in the order of time, by periods of so many seconds; a period without any is left out.
pub(super) fn by_period(samples: impl IntoIterator<Item = Sample>, period: i64) -> Vec<Bucket> {
    let period = period * 1000;
    let mut buckets: Vec<Bucket> = Vec::new();
    for sample in samples {
        let start = sample.at.div_euclid(period) * period;
        match buckets.last_mut() {
            Some(last) if last.start == start => last.samples.push(sample),
            _ => buckets.push(Bucket { start, samples: vec![sample] }),
        }
    }
    buckets
}
