//! The page of an account's costs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use jiff::civil::Date;
use parapet_pricing::Decimal;
use parapet_pricing::money::dollars;
use parapet_pricing::recommend::{Bill, Report};

use crate::cost::page::{self, Column, columns, plot};
use crate::cost::recommend::{html, sentence};
use crate::gate::outcome::escaped;

/// Most months that are drawn.
const MONTHS: usize = 12;

pub(super) fn render(report: &Report, tag: Option<&str>, today: Date) -> String {
    let months = months(&report.spend);
    // A month that is not over says nothing about a month.
    let latest = months.iter().rev().find(|(_, (_, open))| !open).or_else(|| months.last_key_value());
    let title = match latest {
        Some((month, (sum, open))) => {
            format!("{}{} in {}", dollars(*sum), if *open { " so far" } else { "" }, named(*month))
        }
        None => "Costs".to_owned(),
    };
    let mut out = page::head(&escaped(&title));
    // Writing into a string cannot fail, here and below.
    let _ = writeln!(
        out,
        "<h1>{}</h1>\n<p>{}</p>\n<p class=\"soft\">{today}, in USD, from AWS Cost Explorer; dashed months are not final</p>",
        escaped(&title),
        escaped(&sentence(report))
    );
    html::failures(&mut out, report);
    trend(&mut out, &months);
    match latest {
        Some((month, _)) => {
            let of = |name: fn(&Bill) -> Option<&String>| -> Vec<(String, Decimal)> {
                let bills = report.spend.iter().filter(|it| it.month == *month);
                bills.filter_map(|it| Some((name(it)?.clone(), it.usd))).collect()
            };
            let services = of(|it| it.service.as_ref()).into_iter().map(|(name, usd)| (brief(name), usd)).collect();
            plot(&mut out, &format!("By service, {}", named(*month)), services);
            let tagged = of(|it| it.tag_value.as_ref()).into_iter();
            let tagged =
                tagged.map(|(value, usd)| (if value.is_empty() { "(without)".to_owned() } else { value }, usd));
            let title = format!("By tag {}, {}", escaped(tag.unwrap_or_default()), named(*month));
            plot(&mut out, &title, tagged.collect());
        }
        None => out.push_str("<p>Cost Explorer has no bills of this account.</p>\n"),
    }
    html::savings(&mut out, &report.found);
    out + page::END
}

/// The sum of each month, and whether it is not final.
fn months(bills: &[Bill]) -> BTreeMap<Date, (Decimal, bool)> {
    let mut months: BTreeMap<Date, (Decimal, bool)> = BTreeMap::new();
    for bill in bills.iter().filter(|it| it.service.is_some()) {
        let (sum, open) = months.entry(bill.month).or_default();
        *sum = sum.saturating_add(bill.usd);
        *open |= bill.estimated;
    }
    months
}

fn trend(out: &mut String, months: &BTreeMap<Date, (Decimal, bool)>) {
    let skipped = months.len().saturating_sub(MONTHS);
    let drawn: Vec<Column> = months
        .iter()
        .skip(skipped)
        .map(|(month, (sum, open))| Column { name: named(*month), sum: *sum, open: *open })
        .collect();
    columns(out, "By month", &drawn);
}

/// Cost Explorer says of nearly every service whose it is.
fn brief(service: String) -> String {
    let name = service.strip_prefix("Amazon ").or_else(|| service.strip_prefix("AWS "));
    name.map(str::to_owned).unwrap_or(service)
}

/// `2026-10`
fn named(month: Date) -> String {
    month.strftime("%Y-%m").to_string()
}
