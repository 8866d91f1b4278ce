//! An estimate as a tree for a person: modules, resources, and the lines of their bills.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use jiff::civil::Date;
use parapet_pricing::estimate::{Component, Estimate, Reason, ResourceCost};
use parapet_pricing::money::dollars;

use super::headline;
use crate::output;

/// Columns of an amount, `$123,456.78`.
const AMOUNT: usize = 13;
/// Age from which prices are called old, in days.
const OLD: u32 = 365;

/// One row: what is left, the product, what is right.
struct Row {
    left: String,
    product: String,
    amount: String,
    /// The change, or the reason that there is no amount.
    note: String,
    style: Style,
}

pub(super) fn render(estimate: &Estimate, left_out: Option<&str>, today: Date) -> String {
    let colour = output::colour();
    let style = |style: Style| if colour { style } else { Style::new() };
    let (bold, faint) = (style(Style::new().bold()), style(Style::new().dimmed()));
    let yellow = style(AnsiColor::Yellow.on_default());
    let mut rows = Vec::new();
    let mut module = "";
    for resource in &estimate.resources {
        if resource.module != module {
            module = &resource.module;
            rows.push(plain(format!("\n{}", visible(module)), bold));
        } else if !rows.is_empty() {
            rows.push(plain(String::new(), Style::new()));
        }
        let indent = if module.is_empty() { "" } else { "  " };
        rows.push(head(estimate, resource, indent, bold));
        let lines = resource.counted();
        for (index, component) in lines.iter().enumerate() {
            let branch = if index + 1 == lines.len() { "└─" } else { "├─" };
            let known = component.gap.is_none();
            rows.push(line(estimate, component, &format!("{indent}  {branch}"), if known { faint } else { yellow }));
        }
    }
    let width = |of: fn(&Row) -> &str| {
        let measured = rows.iter().filter(|row| !row.amount.is_empty() || !row.product.is_empty());
        measured.map(|row| of(row).chars().count()).max().unwrap_or(0)
    };
    let (left, product) = (width(|row| &row.left), width(|row| &row.product));
    let mut out = String::new();
    for row in rows {
        let Row { left: text, product: factors, amount, note, style } = row;
        let line = if factors.is_empty() && amount.is_empty() && note.is_empty() {
            text
        } else if amount.is_empty() {
            format!("{text:left$}  {note}")
        } else {
            format!("{text:left$}  {factors:product$}  {amount:>AMOUNT$}  {note}")
        };
        let _ = writeln!(out, "{style}{}{style:#}", line.trim_end());
    }
    summary(&mut out, estimate, left_out, today, bold);
    out
}

/// Names come from outside: a control character among them must not steer the terminal.
fn visible(text: &str) -> String {
    let shown = |c: char| if c.is_control() { c.escape_unicode().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

fn plain(left: String, style: Style) -> Row {
    Row { left, product: String::new(), amount: String::new(), note: String::new(), style }
}

fn head(estimate: &Estimate, resource: &ResourceCost, indent: &str, style: Style) -> Row {
    let symbol = if estimate.compares { format!("{} ", headline::symbol(resource)) } else { String::new() };
    let region = resource.region.as_deref().unwrap_or("region not known");
    let changed = estimate.compares && !resource.change_usd.is_zero();
    Row {
        left: visible(&format!("{indent}{symbol}{} ({region})", headline::local(resource))),
        product: String::new(),
        amount: headline::cost(resource),
        note: if changed { headline::change(resource) } else { String::new() },
        style,
    }
}

fn line(estimate: &Estimate, component: &Component, branch: &str, style: Style) -> Row {
    let reason = headline::reason(component);
    Row {
        left: visible(&format!("{branch} {}", component.name)),
        product: headline::product(component),
        amount: component.monthly_usd.map(dollars).unwrap_or_default(),
        note: reason
            .map(|reason| visible(&reason))
            .unwrap_or_else(|| headline::mark(estimate, component.source.as_ref())),
        style,
    }
}

fn summary(out: &mut String, estimate: &Estimate, left_out: Option<&str>, today: Date, bold: Style) {
    if !estimate.resources.is_empty() {
        out.push('\n');
    }
    let sentence = headline::sentence(estimate);
    let _ = writeln!(out, "{bold}Total: {sentence}{bold:#}, in USD, a month of {} hours", estimate.hours_per_month);
    if let Some(without) = headline::without(estimate, left_out) {
        let _ = writeln!(out, "{without}");
    }
    let by_reason: Vec<String> =
        estimate.gaps_by_reason().iter().map(|(reason, count)| format!("{}: {count}", reason.phrase())).collect();
    if !by_reason.is_empty() {
        let _ = writeln!(out, "  {}", by_reason.join(", "));
    }
    if estimate.gaps_by_reason().contains_key(&Reason::PriceNotKnown) {
        out.push_str(
            "  --price-book takes prices of your own; the reference book has all services in us-east-1 only\n",
        );
    }
    if estimate.not_covered_count > 0 {
        let _ = writeln!(out, "  not covered: {}", headline::not_covered(estimate));
    }
    if estimate.free_count > 0 {
        let _ = writeln!(out, "{} resources are of types that cost nothing.", estimate.free_count);
    }
    if estimate.sources.is_empty() {
        return;
    }
    out.push_str("\nsources\n");
    for (index, source) in estimate.sources.iter().enumerate() {
        let age = source.age_days(today).filter(|days| *days > OLD);
        let age = age.map(|days| format!(" ({days} days old)")).unwrap_or_default();
        let _ = writeln!(out, "  [{}] {source}{age}", index + 1);
    }
    let lines = estimate.resources.iter().flat_map(ResourceCost::counted);
    if lines.into_iter().any(|component| component.estimated && component.gap.is_none()) {
        out.push_str("  ~ rests on an assumption, or on a price derived from another\n");
    }
}
