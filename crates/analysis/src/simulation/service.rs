//! A service with two arms.

use super::Shift;
use crate::random::Random;
use crate::windows::{Observations, Reading, Series};

pub(super) const ERRORS: &str = "errors";
pub(super) const LATENCY: &str = "latency";
pub(super) const CPU: &str = "cpu";
pub(super) const MEMORY: &str = "memory";
pub(super) const REQUEST_RATE: &str = "request_rate";
pub(super) const GC_PAUSE: &str = "gc_pause";
pub(super) const POOL_USE: &str = "pool_use";

/// Rate of errors.
const ERROR_RATE: f64 = 0.005;
/// Median latency in seconds, and the standard deviation of its logarithm.
const LATENCY_MEDIAN: f64 = 0.1;
const LATENCY_SPREAD: f64 = 0.5;
/// The default buckets of the Prometheus client libraries, in seconds.
const BOUNDS: [f64; 12] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, f64::INFINITY];

/// Correlation of a noise with itself one window earlier: of what both arms share, and of what is an arm's own.
const SHARED_MEMORY: f64 = 0.8;
const OWN_MEMORY: f64 = 0.5;

/// Quantities that are noisy. The order is that of the noises.
const QUANTITIES: usize = 7;
/// Standard deviations of the logarithms: requests, errors, latency, processor time, memory, pauses, pool.
const SHARED: [f64; QUANTITIES] = [0.20, 0.30, 0.08, 0.15, 0.05, 0.15, 0.15];
const OWN: [f64; QUANTITIES] = [0.03, 0.10, 0.02, 0.06, 0.05, 0.10, 0.08];

/// Autoregressive noise of order one, in its stationary distribution from the start.
struct Noise {
    state: [f64; QUANTITIES],
    memory: f64,
}

impl Noise {
    fn new(memory: f64, random: &mut Random) -> Self {
        Self { state: std::array::from_fn(|_| random.normal()), memory }
    }

    /// Factors of the next window, by the standard deviations of their logarithms.
    fn next(&mut self, deviations: &[f64; QUANTITIES], random: &mut Random) -> [f64; QUANTITIES] {
        let fresh = (1.0 - self.memory.powi(2)).sqrt();
        for state in &mut self.state {
            *state = self.memory * *state + fresh * random.normal();
        }
        let mut factors = self.state;
        for (factor, deviation) in factors.iter_mut().zip(deviations) {
            *factor = (*factor * deviation).exp();
        }
        factors
    }
}

/// A service under load.
pub(super) struct Service {
    requests: f64,
    random: Random,
    shared: Noise,
    own: [Noise; 2],
}

impl Service {
    pub(super) fn new(requests: f64, mut random: Random) -> Self {
        let shared = Noise::new(SHARED_MEMORY, &mut random);
        let own = [Noise::new(OWN_MEMORY, &mut random), Noise::new(OWN_MEMORY, &mut random)];
        Self { requests, random, shared, own }
    }

    /// So many windows, numbered from `offset`.
    pub(super) fn observe(&mut self, windows: usize, canary: &Shift, offset: usize) -> Observations {
        let series = |metric: &str, bounds: &[f64]| Series {
            metric: metric.to_owned(),
            bounds: bounds.to_vec(),
            canary: Vec::with_capacity(windows),
            baseline: Vec::with_capacity(windows),
        };
        let mut seen = Observations {
            times: (1..=windows).map(|index| (offset + index) as i64 * 60).collect(),
            series: vec![
                series(ERRORS, &[]),
                series(LATENCY, &BOUNDS),
                series(CPU, &[]),
                series(MEMORY, &[]),
                series(REQUEST_RATE, &[]),
                series(GC_PAUSE, &[]),
                series(POOL_USE, &[]),
            ],
        };
        for _ in 0..windows {
            let shared = self.shared.next(&SHARED, &mut self.random);
            let [of_canary, of_baseline] = &mut self.own;
            let readings = [(of_canary, canary), (of_baseline, &Shift::NONE)]
                .map(|(own, shift)| arm(self.requests, &shared, own, shift, &mut self.random));
            let [canary, baseline] = readings;
            for (series, (canary, baseline)) in seen.series.iter_mut().zip(canary.into_iter().zip(baseline)) {
                series.canary.push(canary);
                series.baseline.push(baseline);
            }
        }
        seen
    }
}

/// What one arm shows in one window, in the order of the series.
fn arm(requests: f64, shared: &[f64; QUANTITIES], own: &mut Noise, shift: &Shift, random: &mut Random) -> Vec<Reading> {
    let mut factors = own.next(&OWN, random);
    for (factor, shared) in factors.iter_mut().zip(shared) {
        *factor *= shared;
    }
    let [load, errors, latency, cpu, memory, pause, pool] = factors;
    let total = poisson(requests * load, random);
    let failed = binomial(total, (ERROR_RATE * errors * shift.errors).min(1.0), random);

    let median = (LATENCY_MEDIAN * latency * shift.latency).ln();
    let (mut left, mut above, mut cumulative) = (total, 1.0, 0);
    let counts = BOUNDS.iter().map(|bound| {
        let beyond = upper_tail((bound.ln() - median) / LATENCY_SPREAD);
        let inside = if above > 0.0 { ((above - beyond) / above).clamp(0.0, 1.0) } else { 1.0 };
        let here = binomial(left, inside, random);
        (left, above, cumulative) = (left - here, beyond, cumulative + here);
        Ok(f64::from(cumulative))
    });
    let buckets: Vec<_> = counts.collect();
    // Processor time per request, memory per pod, seconds of pauses per minute, share of the pool's connections that are used.
    vec![
        Reading::errors(Ok(f64::from(failed)), Ok(f64::from(total))),
        Reading::histogram(&buckets),
        Reading::gauge(Ok(0.02 * cpu * shift.cpu)),
        Reading::gauge(Ok(4e8 * memory * shift.memory)),
        Reading::gauge(Ok(f64::from(total) / 60.0)),
        Reading::gauge(Ok(0.3 * pause)),
        Reading::gauge(Ok(0.4 * pool)),
    ]
}

fn upper_tail(z: f64) -> f64 {
    if z.is_finite() { 0.5 * statrs::function::erf::erfc(z / std::f64::consts::SQRT_2) } else { 0.0 }
}

/// By inversion: the counts are small.
fn binomial(n: u32, p: f64, random: &mut Random) -> u32 {
    if p <= 0.0 || n == 0 {
        return 0;
    }
    if p > 0.5 {
        return n - binomial(n, 1.0 - p, random);
    }
    let odds = p / (1.0 - p);
    let mut probability = (1.0 - p).powi(n.cast_signed());
    let mut left = random.unit();
    let mut k = 0;
    while left > probability && k < n {
        left -= probability;
        probability *= odds * f64::from(n - k) / f64::from(k + 1);
        k += 1;
    }
    k
}

/// By inversion, as the sum of two when the mean is too large for it.
fn poisson(mean: f64, random: &mut Random) -> u32 {
    if mean > 500.0 {
        return poisson(mean / 2.0, random) + poisson(mean / 2.0, random);
    }
    let mut probability = (-mean).exp();
    let mut left = random.unit();
    let mut k = 0;
    while left > probability && f64::from(k) < mean * 2.0 + 100.0 {
        left -= probability;
        k += 1;
        probability *= mean / f64::from(k);
    }
    k
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_have_the_mean_and_variance_of_their_distribution() {
        let mut random = Random::new(4);
        let mut moments = |sample: &mut dyn FnMut(&mut Random) -> u32| {
            let values: Vec<f64> = (0..20_000).map(|_| f64::from(sample(&mut random))).collect();
            let mean = values.iter().sum::<f64>() / 20_000.0;
            (mean, values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 20_000.0)
        };
        for (n, p) in [(300, 0.005), (300, 0.8), (20, 0.5)] {
            let (mean, variance) = moments(&mut |random| binomial(n, p, random));
            let (m, v) = (f64::from(n) * p, f64::from(n) * p * (1.0 - p));
            assert!((mean / m - 1.0).abs() < 0.03 && (variance / v - 1.0).abs() < 0.06, "{n} {p}: {mean} {variance}");
        }
        for m in [2.0, 300.0, 900.0] {
            let (mean, variance) = moments(&mut |random| poisson(m, random));
            assert!((mean / m - 1.0).abs() < 0.03 && (variance / m - 1.0).abs() < 0.06, "{m}: {mean} {variance}");
        }
    }

    #[test]
    fn shifts_show_in_the_readings() {
        let shift = Shift { errors: 3.0, latency: 1.2, cpu: 1.3, memory: 1.2 };
        let seen = Service::new(300.0, Random::new(2)).observe(400, &shift, 0);
        let ratio = |metric: &str, of: &dyn Fn(&Reading) -> f64| {
            let series = seen.of(metric).unwrap();
            series.canary.iter().map(of).sum::<f64>() / series.baseline.iter().map(of).sum::<f64>()
        };
        let value = |reading: &Reading| match reading {
            Reading::Counts { events, .. } => *events,
            Reading::Buckets(counts) => counts.last().unwrap() - counts.get(5).unwrap(),
            Reading::Value(value) => *value,
            Reading::Absent(_) => 0.0,
        };
        for (metric, expected) in [(ERRORS, 3.0), (LATENCY, 2.1), (CPU, 1.3), (MEMORY, 1.2), (GC_PAUSE, 1.0)] {
            let found = ratio(metric, &value);
            assert!((found / expected - 1.0).abs() < 0.1, "{metric}: {found}");
        }
    }
}
