//! Times the choice among 1,400 instance types with 30 days of price history; prints JSON. `cargo xtask bench spot` runs it.

#![expect(clippy::print_stdout, reason = "the result of a benchmark is what it prints")]

use std::collections::BTreeMap;
use std::time::Instant;

use jiff::Timestamp;
use parapet_pricing::source::{Price, Quote, Source, SourceKind};
use parapet_pricing::spot::{Bounds, Candidate, Requirements, SpotPoint, SpotPrice, Window, select};
use parapet_pricing::{Architecture, Decimal, Money, Shape};

const TYPES: u32 = 1_400;
const ZONES: [&str; 3] = ["us-east-1a", "us-east-1b", "us-east-1c"];
const DAYS: i64 = 30;
/// AWS changes a Spot price about so often.
const CHANGES_PER_DAY: i64 = 4;
const DAY: i64 = 86_400;
const START: i64 = 1_790_000_000;
const RUNS: usize = 21;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let candidates = (0..TYPES).map(candidate).collect::<Result<Vec<_>, _>>()?;
    let window =
        Some(Window { from: Timestamp::from_second(START)?, until: Timestamp::from_second(START + DAYS * DAY)? });
    let requirements = Requirements { vcpu_count: Bounds::exactly(4), ..Requirements::default() };
    let mut seconds = Vec::new();
    let mut chosen = 0;
    for _ in 0..RUNS {
        let begin = Instant::now();
        chosen = select(&requirements, &candidates, window)?.chosen.len();
        seconds.push(begin.elapsed().as_secs_f64());
    }
    let points = i64::from(TYPES) * DAYS * CHANGES_PER_DAY * i64::try_from(ZONES.len())?;
    let result = serde_json::json!({"types": TYPES, "points": points, "chosen": chosen, "seconds": seconds});
    println!("{result}");
    Ok(())
}

/// A type of one of fourteen shapes, whose price wanders; newest first, as AWS answers.
fn candidate(number: u32) -> Result<Candidate, Box<dyn std::error::Error>> {
    let vcpu = [2, 4, 4, 8, 16, 32, 64].into_iter().nth(number as usize % 7).unwrap_or(4);
    let base = i64::from(vcpu) * (48_000 + i64::from(number * 37 % 9_000));
    let zones: BTreeMap<String, Vec<SpotPoint>> = ZONES
        .into_iter()
        .enumerate()
        .map(|(zone, name)| {
            let points = (0..DAYS * CHANGES_PER_DAY).rev().map(|change| {
                let wander = (change * 7_919 + i64::from(number) * 104_729 + zone as i64 * 1_299_709) % 20_011;
                let at = Timestamp::from_second(START + change * DAY / CHANGES_PER_DAY)?;
                Ok(SpotPoint { at, price: Decimal::new(base * (30_000 + wander) / 100_000, 6) })
            });
            Ok((name.to_owned(), points.collect::<Result<_, jiff::Error>>()?))
        })
        .collect::<Result<_, jiff::Error>>()?;
    let source = Source::new(SourceKind::SpotHistory, "benchmark", None);
    let money = Money::usd(Decimal::new(base, 6));
    Ok(Candidate {
        instance_type: format!("m{number}.xlarge").parse()?,
        shape: Shape {
            vcpu,
            memory_mib: u64::from(vcpu) * 4 * 1024,
            architecture: if number.is_multiple_of(3) { Architecture::Arm64 } else { Architecture::X86_64 },
            gpu: None,
            burstable: false,
            bare_metal: false,
            current_generation: true,
        },
        zones: Some(ZONES.map(str::to_owned).into()),
        on_demand: Price::Known(Quote { money, source: source.clone(), estimated: false }),
        spot: SpotPrice::History { zones, source },
        interruption: None,
        placement_score: None,
    })
}
