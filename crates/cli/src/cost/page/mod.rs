//! What the pages of costs share: their head, and plots as pictures in the page. They need nothing but themselves: no scripts, no fonts,
//! no network.

use std::fmt::Write as _;

use parapet_pricing::Decimal;
use parapet_pricing::money::dollars;

use crate::gate::outcome::escaped;

const STYLE: &str = include_str!("style.css");

/// What ends a page.
pub(super) const END: &str = "</body></html>\n";

/// Bars of a plot; the smallest beyond are one together.
const BARS: usize = 15;
/// Width of the longest bar and height of a row, in units of the picture.
const LONGEST: u32 = 400;
const ROW: usize = 26;
/// Height of the highest column, and the room of one.
const HIGHEST: u32 = 160;
const COLUMN: usize = 58;

/// The beginning of a page. The title is HTML already.
pub(super) fn head(title: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\
         <title>{title}</title><style>\n{STYLE}</style></head><body>\n"
    )
}

/// Bars, the longest first. The title is HTML already.
pub(super) fn plot(out: &mut String, title: &str, sums: Vec<(String, Decimal)>) {
    let mut sums: Vec<(String, Decimal)> = sums.into_iter().filter(|(_, sum)| !sum.is_zero()).collect();
    sums.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let Some(largest) = sums.first().map(|(_, sum)| *sum).filter(|it| *it > Decimal::ZERO) else { return };
    if sums.len() > BARS {
        let rest = sums.split_off(BARS - 1);
        sums.push((format!("{} others", rest.len()), rest.iter().map(|(_, sum)| *sum).sum()));
    }
    let largest = sums.iter().map(|(_, sum)| *sum).max().unwrap_or(largest);
    let _ = write!(
        out,
        "<h2>{title}</h2>\n<svg viewBox=\"0 0 760 {}\" role=\"img\" aria-label=\"{title}\">",
        sums.len() * ROW
    );
    for (index, (name, sum)) in sums.iter().enumerate() {
        let length = (*sum / largest * Decimal::from(LONGEST)).round_dp(1).max(Decimal::ONE);
        let (top, text) = (index * ROW, index * ROW + 16);
        let name = shortened(name);
        let _ = write!(
            out,
            "<text x=\"200\" y=\"{text}\" text-anchor=\"end\">{}</text><rect x=\"210\" y=\"{}\" width=\"{length}\" height=\"18\" rx=\"2\"/>\
             <text x=\"{}\" y=\"{text}\">{}</text>",
            escaped(&name),
            top + 3,
            length + Decimal::from(220),
            dollars(*sum)
        );
    }
    out.push_str("</svg>\n");
}

/// What fits beside a bar.
fn shortened(name: &str) -> String {
    const ROOM: usize = 28;
    match name.char_indices().nth(ROOM) {
        Some(_) => name.chars().take(ROOM - 1).chain(['…']).collect(),
        None => name.to_owned(),
    }
}

/// One column of [`columns`].
pub(super) struct Column {
    pub(super) name: String,
    pub(super) sum: Decimal,
    /// Drawn as a frame: not final.
    pub(super) open: bool,
}

/// Columns side by side, in their order. The title is HTML already.
pub(super) fn columns(out: &mut String, title: &str, columns: &[Column]) {
    let highest = columns.iter().map(|it| it.sum).max().filter(|it| *it > Decimal::ZERO);
    let Some(highest) = highest else { return };
    let width = columns.len() * COLUMN + 20;
    // Few months do not become a poster.
    let _ = write!(
        out,
        "<h2>{title}</h2>\n<svg viewBox=\"0 0 {width} 215\" style=\"max-width:{width}px\" role=\"img\" aria-label=\"{title}\">"
    );
    for (index, column) in columns.iter().enumerate() {
        let share = column.sum.max(Decimal::ZERO) / highest;
        let height = (share * Decimal::from(HIGHEST)).round_dp(1).max(Decimal::ONE);
        let top = Decimal::from(HIGHEST + 25) - height;
        let (left, middle) = (index * COLUMN + 18, index * COLUMN + 39);
        let class = if column.open { " class=\"open\"" } else { "" };
        let sum = dollars(column.sum.round());
        let sum = sum.strip_suffix(".00").unwrap_or(&sum);
        let _ = write!(
            out,
            "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{sum}</text>\
             <rect{class} x=\"{left}\" y=\"{top}\" width=\"42\" height=\"{height}\" rx=\"2\"/>\
             <text x=\"{middle}\" y=\"203\" text-anchor=\"middle\">{}</text>",
            top - Decimal::from(6),
            escaped(&column.name)
        );
    }
    out.push_str("</svg>\n");
}
