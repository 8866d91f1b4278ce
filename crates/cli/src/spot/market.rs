//! What is known of the market: the price book, and the files that say more.

use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use parapet_pricing::aws::{InterruptionData, SpotHistory};
use parapet_pricing::spot::{Candidate, Window};
use parapet_pricing::{Book, Currency};

use super::advise::Args;

/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// Candidates, and the time their price histories are averaged over.
pub(super) struct Market {
    pub(super) candidates: Vec<Candidate>,
    pub(super) window: Option<Window>,
}

/// Reads the files.
pub(super) fn read(args: &Args) -> anyhow::Result<Market> {
    let book = match &args.price_book {
        Some(path) => Book::parse(&path.display().to_string(), &bytes(path)?)?.over(Book::reference()),
        None => Book::reference().clone(),
    };
    let region = &args.region;
    let mut candidates = book.candidates(region);
    let mut window = None;
    if let Some(path) = &args.spot_history {
        let name = path.display().to_string();
        let history = SpotHistory::parse(&name, &bytes(path)?)?;
        let Some(latest) = history.latest() else {
            bail!("{name} has no price of Linux; ask for it with --product-descriptions Linux/UNIX");
        };
        if let Some(zone) = history.all_zones().into_iter().find(|zone| !zone.starts_with(region.as_str())) {
            bail!("{name} is of another region: {zone} is not in {region}");
        }
        // The last change still counts: the window ends a second after it.
        let until = latest.as_second() + 1;
        let at = |second| jiff::Timestamp::from_second(second).context("a time out of range");
        window = Some(Window { from: at(until - i64::from(args.days) * DAY)?, until: at(until)? });
        history.apply(&format!("Spot price history {name}"), &mut candidates);
    }
    if let Some(path) = &args.interruption_data {
        let name = path.display().to_string();
        let data =
            InterruptionData::parse(&format!("Spot Instance Advisor {name}"), &bytes(path)?, args.interruption_date)?;
        ensure!(data.knows(region), "{name} says nothing of {region}; is the name of the region right?");
        data.apply(region, &mut candidates);
    }
    let known = candidates.iter().any(|it| it.on_demand.known().is_some());
    let mut regions = book.regions();
    if !known && !regions.contains(&region.as_str()) {
        regions.sort_by_key(|it| !it.starts_with(region.get(..2).unwrap_or_default()));
        bail!("no price book has anything of `{region}`; known are {}", regions.join(", "));
    }
    let dollars = candidates.iter().filter_map(|it| it.on_demand.known()).all(|it| it.money.currency == Currency::USD);
    ensure!(dollars, "prices in other currencies than USD cannot be compared with Spot prices");
    Ok(Market { candidates, window })
}

fn bytes(path: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))
}
