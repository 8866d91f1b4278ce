//! A selection as a table for a person.

use std::fmt::Write as _;
use std::sync::Arc;

use anstyle::Style;
use parapet_pricing::spot::{Chosen, Selection};
use parapet_pricing::{Decimal, Price, Source};

use jiff::civil::Date;

use crate::output;

/// Shown for what is not known.
const UNKNOWN: &str = "unknown";

/// Sources in the order in which they are first named.
#[derive(Default)]
struct Sources(Vec<Arc<Source>>);

impl Sources {
    /// `[1]`
    fn mark(&mut self, source: &Arc<Source>) -> String {
        let index = self.0.iter().position(|it| it == source).unwrap_or_else(|| {
            self.0.push(source.clone());
            self.0.len() - 1
        });
        format!("[{}]", index + 1)
    }

    fn price(&mut self, price: &Price) -> String {
        match price.known() {
            None => UNKNOWN.to_owned(),
            Some(quote) => {
                let about = if quote.estimated { "~" } else { "" };
                format!("{about}{} {}", amount(quote.money.amount), self.mark(&quote.source))
            }
        }
    }
}

/// At least four decimals, at most five.
fn amount(amount: Decimal) -> String {
    let rounded = amount.round_dp(5).normalize();
    format!("{:.*}", usize::try_from(rounded.scale().clamp(4, 5)).unwrap_or(5), rounded)
}

fn percent(percent: Option<Decimal>) -> String {
    // Downwards, so that 29.96 never reads as 30.0 under a floor of 30.
    percent.map_or(UNKNOWN.to_owned(), |it| format!("{:.1}%", (it * Decimal::TEN).floor() / Decimal::TEN))
}

pub(super) fn table(region: &str, selection: &Selection, today: Date) -> String {
    let bold = if output::colour() { Style::new().bold() } else { Style::new() };
    let mut sources = Sources::default();
    let head = ["type", "on demand", "spot", "saves", "interrupted", "zones", "score", "why"].map(str::to_owned);
    let mut rows: Vec<[String; 8]> = selection.chosen.iter().map(|it| row(it, &mut sources)).collect();
    let mean = |money: Option<parapet_pricing::Money>| money.map_or(UNKNOWN.to_owned(), |it| amount(it.amount));
    let empty = String::new;
    rows.push([
        "mean".to_owned(),
        mean(selection.mean_on_demand),
        mean(selection.mean_spot),
        percent(selection.savings_percent()),
        empty(),
        empty(),
        empty(),
        empty(),
    ]);
    let width = |column: usize| {
        let cells = rows.iter().chain(std::iter::once(&head)).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |row: &[String; 8]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{bold}{region}: {}; {} of {} types{bold:#}, USD per hour\n\n{}",
        selection.shape,
        selection.chosen.len(),
        selection.considered,
        line(&head)
    );
    for row in &rows {
        let _ = writeln!(out, "{}", line(row));
    }
    if selection.mean_on_demand.is_some() && selection.mean_spot.is_none() {
        out +=
            "\nSpot prices are unknown: on-demand prices decided. --spot-history or --interruption-data says more.\n";
    }
    out += "\nsources\n";
    for (index, source) in sources.0.iter().enumerate() {
        let age = source.age_days(today).map_or(String::new(), |days| format!(" ({days} days old)"));
        let _ = writeln!(out, "  [{}] {source}{age}", index + 1);
    }
    if selection
        .chosen
        .iter()
        .any(|it| [&it.on_demand, &it.spot].iter().any(|it| it.known().is_some_and(|it| it.estimated)))
    {
        out += "  ~ estimated: derived from another size, day or figure\n";
    }
    out += "\nleft out\n";
    for (reason, count) in &selection.left_out {
        let _ = writeln!(out, "  {count:4}  {}", reason.phrase());
    }
    out
}

fn row(it: &Chosen, sources: &mut Sources) -> [String; 8] {
    let interrupted = match &it.interruption {
        Some(rate) => format!("{} {}", rate.bucket, sources.mark(&rate.source)),
        None => UNKNOWN.to_owned(),
    };
    [
        it.instance_type.to_string(),
        sources.price(&it.on_demand),
        sources.price(&it.spot),
        percent(it.savings_percent),
        interrupted,
        it.zones.map_or(UNKNOWN.to_owned(), |zones| zones.to_string()),
        it.score.to_string(),
        it.why.to_owned(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_keep_their_digits() {
        let shown = |text: &str| amount(text.parse().unwrap());
        assert_eq!(shown("0.2"), "0.2000");
        assert_eq!(shown("0.16958"), "0.16958");
        assert_eq!(shown("0.0712345678"), "0.07123");
    }

    #[test]
    fn savings_are_never_rounded_up() {
        assert_eq!(percent(Some("29.96".parse().unwrap())), "29.9%");
        assert_eq!(percent(Some("-3.01".parse().unwrap())), "-3.1%");
        assert_eq!(percent(None), "unknown");
    }
}
