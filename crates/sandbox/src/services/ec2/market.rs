//! The Spot market: synthetic, the same in every run, and whatever the admin API says.
//!
//! A price is a share of the on-demand price. The share of a pool (instance type, zone) has a mean that depends on family and zone,
//! and follows a first-order autoregressive process around it, `x[n] = PHI * x[n-1] + noise`, one step every [`STEP`]; the moment
//! of a change is spread within its step, as the changes of real pools do not come together.

use parapet_pricing::{Book, InstanceType};
use serde::{Deserialize, Serialize};

use super::catalogue::Kind;

/// Between two changes of a price, on average.
pub const STEP: i64 = 6 * 3600 * 1000;
/// History goes back no further.
pub const HISTORY: i64 = 90 * 24 * 3600 * 1000;

const PHI: f64 = 0.85;
/// Standard deviation of a step, as a share of the mean.
const NOISE: f64 = 0.03;
/// With `PHI` to this power less than a percent of a step is left: further back nothing needs to be looked at.
const MEMORY: i64 = 30;

/// What images cost beside Linux, in USD per processor and hour: round figures of the licences.
const PRODUCTS: [(&str, f64); 4] =
    [("Linux/UNIX", 0.0), ("Red Hat Enterprise Linux", 0.0144), ("SUSE Linux", 0.0125), ("Windows", 0.046)];

/// A price the admin API sets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetPrice {
    /// The region; any when absent.
    #[serde(default)]
    pub region: Option<String>,
    /// The availability zone; any when absent.
    #[serde(default)]
    pub zone: Option<String>,
    /// The instance type; `*` and `?` stand for what they usually do.
    pub instance_type: String,
    /// How much it is.
    #[serde(flatten)]
    pub price: Amount,
    /// Since when, on the clock on the wall, in milliseconds since 1970.
    #[serde(default)]
    pub since: i64,
}

/// How much a set price is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amount {
    /// USD per hour.
    Price(f64),
    /// A share of the on-demand price: 0.8 saves a fifth.
    Share(f64),
}

impl SetPrice {
    fn meets(&self, pool: &Pool<'_>) -> bool {
        let is = |wanted: &Option<String>, given: &str| wanted.as_deref().is_none_or(|wanted| wanted == given);
        is(&self.region, pool.region)
            && is(&self.zone, pool.zone)
            && super::wildcard(&self.instance_type, &pool.kind.name)
    }
}

/// Capacity of one instance type in one zone.
#[derive(Debug, Clone, Copy)]
pub struct Pool<'a> {
    /// The region.
    pub region: &'a str,
    /// The availability zone.
    pub zone: &'a str,
    /// The instance type.
    pub kind: &'a Kind,
}

/// A price from a moment on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// When it changed to this, on the clock on the wall.
    pub at: i64,
    /// USD per hour.
    pub price: f64,
}

/// What images are sold.
pub(super) fn products() -> impl Iterator<Item = &'static str> {
    PRODUCTS.iter().map(|(name, _)| *name)
}

impl Pool<'_> {
    /// What the type costs per hour on demand, with Linux: as the project's price book has it; of a type it does not know, a
    /// figure of about the right size, so that every pool has a price.
    #[must_use]
    pub fn on_demand(&self) -> f64 {
        let named: Option<InstanceType> = self.kind.name.parse().ok();
        let book = Book::reference();
        let known = named.and_then(|name| {
            let there = book.on_demand(self.region, &name);
            let home = || book.on_demand("us-east-1", &name);
            there.known().map(|quote| quote.money.amount).or_else(|| home().known().map(|quote| quote.money.amount))
        });
        known.and_then(|amount| amount.to_string().parse().ok()).unwrap_or_else(|| {
            let (vcpus, memory) = (f64::from(self.kind.vcpus), f64::from(self.kind.memory_mib) / 1024.0);
            let accelerators = self.kind.accelerators.iter().map(|it| f64::from(it.count)).sum::<f64>();
            0.024 * vcpus + 0.004 * memory + 0.75 * accelerators
        })
    }

    /// The changes of the price from the one in force at `from` until `to`, the oldest first.
    #[must_use]
    pub fn history(&self, product: &str, from: i64, to: i64, set: &[SetPrice]) -> Vec<Point> {
        let on_demand = self.on_demand();
        let licence = PRODUCTS.iter().find(|(name, _)| *name == product).map_or(0.0, |(_, fee)| *fee);
        let licence = licence * f64::from(self.kind.vcpus);
        let mut points = Vec::new();
        for step in from.div_euclid(STEP) - 1..=to.div_euclid(STEP) {
            let at = step * STEP + self.spread(step);
            if at <= to {
                points.push(Point { at, price: on_demand * self.share(step) });
            }
        }
        for it in set.iter().filter(|it| it.meets(self) && it.since <= to) {
            let price = match it.price {
                Amount::Price(price) => price,
                Amount::Share(share) => on_demand * share,
            };
            points.retain(|point| point.at < it.since);
            points.push(Point { at: it.since, price });
        }
        let first = points.iter().rposition(|point| point.at <= from).unwrap_or(0);
        let points = points.into_iter().skip(first);
        points.map(|point| Point { price: rounded(point.price + licence), ..point }).collect()
    }

    /// The share of the on-demand price that a step has.
    fn share(&self, step: i64) -> f64 {
        let family = self.kind.name.split('.').next().unwrap_or_default();
        let mean = 0.27 + 0.18 * uniform(family, 0) + 0.06 * (uniform(self.zone, hash(&self.kind.name)) - 0.5);
        let mut noise = 0.0;
        for past in (step - MEMORY..=step).rev().zip(0_i32..) {
            noise += NOISE * PHI.powi(past.1) * self.shock(past.0);
        }
        (mean * (1.0 + noise)).clamp(0.1, 1.0)
    }

    /// About normal: the sum of four uniform numbers, with mean 0 and variance 1.
    fn shock(&self, step: i64) -> f64 {
        let seed = mix(hash(&self.kind.name) ^ hash(self.zone).rotate_left(17) ^ step.cast_unsigned());
        let sum: f64 = (0..4_u64).map(|part| fraction(mix(seed ^ part))).sum();
        (sum - 2.0) * 3.0_f64.sqrt()
    }

    fn spread(&self, step: i64) -> i64 {
        let part = mix(hash(self.zone) ^ hash(&self.kind.name).rotate_left(29) ^ step.cast_unsigned());
        i64::try_from(part % STEP.cast_unsigned()).unwrap_or(0)
    }
}

/// AWS has prices in hundredths of a cent.
fn rounded(price: f64) -> f64 {
    (price * 10_000.0).round().max(1.0) / 10_000.0
}

/// FNV-1a.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The finaliser of SplitMix64.
pub(super) fn mix(state: u64) -> u64 {
    let state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let state = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    state ^ (state >> 31)
}

fn uniform(text: &str, seed: u64) -> f64 {
    fraction(mix(hash(text) ^ seed))
}

fn fraction(bits: u64) -> f64 {
    // The upper half: 32 bits are exact in a float.
    f64::from(u32::try_from(bits >> 32).unwrap_or(0)) / 4_294_967_296.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str) -> Kind {
        Kind { name: name.to_owned(), vcpus: 4, memory_mib: 16384, ..Kind::default() }
    }

    const DAY: i64 = 24 * 3600 * 1000;
    const NOW: i64 = 1_795_438_800_000;

    #[test]
    fn prices_move_a_little_around_a_mean_below_on_demand() {
        let kind = kind("m5.xlarge");
        let pool = Pool { region: "us-east-1", zone: "us-east-1a", kind: &kind };
        let points = pool.history("Linux/UNIX", NOW - 30 * DAY, NOW, &[]);
        assert!((115..=130).contains(&points.len()), "{}", points.len());
        assert!(points[0].at <= NOW - 30 * DAY && points[1].at > NOW - 30 * DAY, "the one in force comes first");
        assert!(points.windows(2).all(|two| two[0].at < two[1].at));
        let on_demand = pool.on_demand();
        assert!(points.iter().all(|it| (0.1..0.75).contains(&(it.price / on_demand))), "{points:?}");
        let distinct: std::collections::BTreeSet<_> = points.iter().map(|it| it.price.to_bits()).collect();
        assert!(distinct.len() > 20);
        let part = pool.history("Linux/UNIX", NOW - 5 * DAY, NOW - 2 * DAY, &[]);
        assert!(part.iter().skip(1).all(|it| points.contains(it)), "a part of the history is the same history");
        let other = Pool { zone: "us-east-1b", ..pool };
        assert_ne!(other.history("Linux/UNIX", NOW - DAY, NOW, &[]), pool.history("Linux/UNIX", NOW - DAY, NOW, &[]));
    }

    #[test]
    fn a_price_that_is_set_holds_from_then_on() {
        let kind = kind("m5.xlarge");
        let pool = Pool { region: "us-east-1", zone: "us-east-1a", kind: &kind };
        let set = |json: &str| serde_json::from_str::<SetPrice>(json).unwrap();
        let mut breach = set(r#"{"region": "us-east-1", "instance_type": "m5.*", "share": 0.9}"#);
        breach.since = NOW - 2 * DAY;
        let points = pool.history("Linux/UNIX", NOW - 5 * DAY, NOW, &[breach.clone()]);
        let last = points.last().unwrap();
        assert_eq!(last.at, NOW - 2 * DAY);
        assert!((last.price / pool.on_demand() - 0.9).abs() < 0.001);
        assert!(points.len() > 5);
        let elsewhere = Pool { region: "eu-west-1", zone: "eu-west-1a", ..pool };
        assert_ne!(elsewhere.history("Linux/UNIX", NOW - DAY, NOW, &[breach]).last().unwrap().at, NOW - 2 * DAY);
    }
}
