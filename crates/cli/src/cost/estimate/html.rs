//! An estimate as a page with plots by service and by tag. It needs nothing but itself: no scripts, no fonts, no network.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;
use parapet_pricing::estimate::{Estimate, Missing, ResourceCost};
use parapet_pricing::money::dollars;

use super::headline;
use crate::cost::page::{self, plot};
use crate::gate::outcome::escaped;

/// Tags that have a plot: those on most resources.
const TAGS: usize = 4;

pub(super) fn render(estimate: &Estimate, left_out: Option<&str>, input: &str, today: Date) -> String {
    let sentence = escaped(&headline::sentence(estimate));
    let mut out = page::head(&format!("Cost: {sentence}"));
    // Writing into a string cannot fail, here and below.
    let _ = writeln!(
        out,
        "<h1>{sentence}</h1>\n<p class=\"soft\">{} on {today}, in USD, a month of {} hours</p>",
        escaped(input),
        estimate.hours_per_month
    );
    if let Some(without) = headline::without(estimate, left_out) {
        let _ = writeln!(out, "<p>{}</p>", escaped(&without));
    }
    let services = estimate.by_service().into_iter().map(|(name, sum)| (name.to_owned(), sum)).collect();
    plot(&mut out, "By service", services);
    for tag in tags(estimate) {
        let sums = estimate.by_tag(tag).into_iter();
        let named = sums.map(|(value, sum)| (value.unwrap_or("(without)").to_owned(), sum)).collect();
        plot(&mut out, &format!("By tag {}", escaped(tag)), named);
    }
    resources(&mut out, estimate);
    missing(&mut out, "Without a known price", &estimate.unpriced);
    missing(&mut out, "Not estimated: usage was not given", &estimate.not_estimated);
    if estimate.not_covered_count > 0 {
        let kinds = escaped(&headline::not_covered(estimate));
        let _ = writeln!(out, "<h2>Not covered</h2>\n<p>{kinds}</p>");
    }
    if !estimate.sources.is_empty() {
        out.push_str("<h2>Sources</h2>\n<ol>\n");
        for source in &estimate.sources {
            let _ = writeln!(out, "<li>{}</li>", escaped(&source.to_string()));
        }
        out.push_str("</ol>\n");
    }
    out + page::END
}

/// The tags on most resources.
fn tags(estimate: &Estimate) -> Vec<&str> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for tag in estimate.resources.iter().flat_map(|resource| resource.tags.keys()) {
        // A name says the same as the list of resources.
        if tag != "Name" {
            *counts.entry(tag).or_default() += 1;
        }
    }
    let mut names: Vec<(&str, usize)> = counts.into_iter().collect();
    names.sort_by_key(|(name, count)| (std::cmp::Reverse(*count), *name));
    names.into_iter().take(TAGS).map(|(name, _)| name).collect()
}

fn resources(out: &mut String, estimate: &Estimate) {
    if estimate.resources.is_empty() {
        return;
    }
    out.push_str("<h2>Resources</h2>\n<table><thead><tr><th>Resource</th><th>Service</th><th>Region</th>");
    if estimate.compares {
        out.push_str("<th class=\"n\">Before</th><th class=\"n\">Change</th>");
    }
    out.push_str("<th class=\"n\">A month</th></tr></thead>\n");
    for resource in &estimate.resources {
        let _ = write!(
            out,
            "<tbody><tr class=\"r\"><td>{} <code>{}</code></td><td>{}</td><td>{}</td>",
            if estimate.compares { headline::symbol(resource) } else { ' ' },
            escaped(&resource.address),
            resource.service,
            escaped(resource.region.as_deref().unwrap_or("not known")),
        );
        if estimate.compares {
            let _ = write!(
                out,
                "<td class=\"n\">{}</td><td class=\"n\">{}</td>",
                dollars(resource.previous_monthly_usd),
                headline::change(resource)
            );
        }
        let _ = writeln!(out, "<td class=\"n\">{}</td></tr>", headline::cost(resource));
        bill(out, estimate, resource);
        out.push_str("</tbody>\n");
    }
    out.push_str("</table>\n");
}

fn bill(out: &mut String, estimate: &Estimate, resource: &ResourceCost) {
    let columns = if estimate.compares { 4 } else { 2 };
    for component in resource.counted() {
        let said = headline::reason(component).unwrap_or_else(|| {
            format!("{} {}", headline::product(component), headline::mark(estimate, component.source.as_ref()))
        });
        let class = if component.gap.is_some() { " class=\"gap\"" } else { "" };
        let _ = writeln!(
            out,
            "<tr{class}><td class=\"c\">{}</td><td colspan=\"{columns}\">{}</td><td class=\"n\">{}</td></tr>",
            escaped(&component.name),
            escaped(&said),
            component.monthly_usd.map(dollars).unwrap_or_default()
        );
    }
}

fn missing(out: &mut String, title: &str, missing: &[Missing]) {
    if missing.is_empty() {
        return;
    }
    let _ = writeln!(out, "<h2>{title} ({})</h2>\n<ul>", missing.len());
    for it in missing {
        let _ = writeln!(
            out,
            "<li><code>{}</code>: {} <span class=\"soft\">{}</span></li>",
            escaped(&it.address),
            escaped(&it.component),
            escaped(&it.gap.message)
        );
    }
    out.push_str("</ul>\n");
}
