//! An estimate as a comment on a pull request: what the change costs comes first, and the rest is folded.

use std::fmt::Write as _;

use parapet_pricing::estimate::{Estimate, Missing, ResourceCost};
use parapet_pricing::money::dollars;

use super::headline;

/// Rows that stay unfolded: with the headline and the folds, one screen.
const SHOWN: usize = 10;
/// Rows in a fold; a comment has at most 65,536 characters.
const FOLDED: usize = 200;

pub(super) fn render(estimate: &Estimate, left_out: Option<&str>) -> String {
    let mut out = String::new();
    let sentence = headline::sentence(estimate);
    let sentence = match sentence.split_once(" (") {
        Some((what, rest)) => format!("**{what}** ({rest}"),
        None => format!("**{sentence}**"),
    };
    let subject = if estimate.compares { "This change costs" } else { "This infrastructure costs" };
    // Writing into a string cannot fail, here and below.
    let _ = writeln!(out, "{subject}: {sentence}\n");
    if let Some(without) = headline::without(estimate, left_out) {
        let _ = writeln!(out, "{without}\n");
    }
    let mut changed: Vec<&ResourceCost> =
        estimate.resources.iter().filter(|it| !estimate.compares || !it.change_usd.is_zero()).collect();
    changed.sort_by_key(|it| std::cmp::Reverse(weight(estimate, it)));
    let (shown, rest) = changed.split_at(changed.len().min(SHOWN));
    if !shown.is_empty() {
        table(&mut out, estimate, shown);
    }
    if !rest.is_empty() {
        fold(&mut out, &format!("{} more resources", rest.len()), |out| {
            let (rest, beyond) = rest.split_at(rest.len().min(FOLDED));
            table(out, estimate, rest);
            more(out, beyond.len());
        });
    }
    missing(&mut out, "without a known price", &estimate.unpriced);
    missing(&mut out, "not estimated: usage was not given", &estimate.not_estimated);
    if estimate.not_covered_count > 0 {
        fold(&mut out, &format!("{} resources not covered", estimate.not_covered_count), |out| {
            let _ = writeln!(out, "{}\n", escaped(&headline::not_covered(estimate)));
        });
    }
    let sources: Vec<String> = estimate.sources.iter().map(|source| escaped(&source.to_string())).collect();
    if !sources.is_empty() {
        let _ = writeln!(
            out,
            "<sub>USD, a month of {} hours. Prices: {}.</sub>",
            estimate.hours_per_month,
            sources.join("; ")
        );
    }
    out
}

/// What a resource is sorted by: how much it changes, or what it costs.
fn weight(estimate: &Estimate, resource: &ResourceCost) -> parapet_pricing::Decimal {
    if estimate.compares { resource.change_usd.abs() } else { resource.monthly_usd }
}

fn table(out: &mut String, estimate: &Estimate, resources: &[&ResourceCost]) {
    if estimate.compares {
        out.push_str("| | resource | before | after | change |\n|---|---|---:|---:|---:|\n");
    } else {
        out.push_str("| resource | service | a month |\n|---|---|---:|\n");
    }
    for resource in resources {
        let address = code(&resource.address);
        let gaps = match resource.gaps() {
            0 => String::new(),
            1 => " (without 1 item)".to_owned(),
            gaps => format!(" (without {gaps} items)"),
        };
        let _ = if estimate.compares {
            writeln!(
                out,
                "| {} | {address}{gaps} | {} | {} | {} |",
                headline::symbol(resource),
                dollars(resource.previous_monthly_usd),
                headline::cost(resource),
                headline::change(resource)
            )
        } else {
            writeln!(out, "| {address}{gaps} | {} | {} |", resource.service, headline::cost(resource))
        };
    }
    out.push('\n');
}

fn missing(out: &mut String, what: &str, missing: &[Missing]) {
    if missing.is_empty() {
        return;
    }
    fold(out, &format!("{} {what}", missing.len()), |out| {
        for it in missing.iter().take(FOLDED) {
            let _ = writeln!(out, "- {}: {} ({})", code(&it.address), escaped(&it.component), escaped(&it.gap.message));
        }
        out.push('\n');
        more(out, missing.len().saturating_sub(FOLDED));
    });
}

fn more(out: &mut String, count: usize) {
    if count > 0 {
        let _ = writeln!(out, "and {count} more\n");
    }
}

fn fold(out: &mut String, summary: &str, content: impl FnOnce(&mut String)) {
    let _ = write!(out, "<details><summary>{summary}</summary>\n\n");
    content(out);
    out.push_str("</details>\n\n");
}

/// An address as code, also in a table.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace('|', "\\|").replace(['\n', '\r'], " "))
}

/// Text that is no markup. Backquotes of messages stay: they mark names.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('|', "\\|").replace(['\n', '\r'], " ")
}
