//! Recommendations as a page, and as a part of the cost report.

use std::fmt::Write as _;

use parapet_pricing::recommend::{Confidence, Recommendation, Recommendations, Report};

use super::{amount, by_action, heading, not_counted, sentence, subject, unread, words};
use crate::cost::page::{self, plot};
use crate::gate::outcome::escaped;

pub(super) fn render(report: &Report, left_out: Option<&str>) -> String {
    let sentence = escaped(&sentence(report));
    let mut out = page::head(&format!("Cost recommendations: {sentence}"));
    // Writing into a string cannot fail, here and below.
    let _ = writeln!(out, "<h1>{sentence}</h1>");
    if let Some(left_out) = left_out {
        let _ = writeln!(out, "<p class=\"soft\">{}.</p>", escaped(left_out));
    }
    failures(&mut out, report);
    savings(&mut out, &report.found);
    out + page::END
}

/// What could not be read.
pub(in crate::cost) fn failures(out: &mut String, report: &Report) {
    if report.failures.is_empty() {
        return;
    }
    let _ = writeln!(out, "<h2>Not read ({})</h2>\n<ul>", report.failures.len());
    for failure in unread(report) {
        let _ = writeln!(out, "<li class=\"gap\">{}</li>", escaped(&failure));
    }
    out.push_str("</ul>\n");
}

/// What could be saved: a plot, and tables with the evidence.
pub(in crate::cost) fn savings(out: &mut String, found: &Recommendations) {
    let actions = by_action(found);
    let sums = actions.iter().map(|(action, sum, _)| (action.to_string(), *sum)).collect();
    plot(out, "Savings found, by action", sums);
    for (action, sum, all) in actions {
        let _ = writeln!(
            out,
            "<h2>{}</h2>\n<table><thead><tr><th>Resource</th><th>Region</th><th>Now</th><th>Then</th>\
             <th>Confidence</th><th class=\"n\">A month</th></tr></thead>",
            heading(action, sum, all.len())
        );
        for it in all {
            row(out, it);
        }
        out.push_str("</table>\n");
    }
}

fn row(out: &mut String, it: &Recommendation) {
    let class = match it.confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
    };
    let _ = writeln!(
        out,
        "<tbody><tr class=\"r\"><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td><td class=\"{class}\">{}</td><td class=\"n\">{}</td></tr>",
        escaped(&subject(it)),
        escaped(&it.region),
        escaped(&it.current),
        escaped(&it.recommended),
        it.confidence,
        amount(it)
    );
    let mut said = vec![format!("{}.", it.reason), format!("Confidence {}: {}.", it.confidence, it.confidence_reason)];
    if it.monthly_savings_usd.is_none() {
        said.push(format!("Savings not known: {}.", it.savings_unknown));
    }
    said.extend(not_counted(it).map(|why| format!("{why}.")));
    let figures: Vec<String> = it.evidence.iter().map(|(name, figure)| format!("{} {figure}", words(name))).collect();
    let _ = writeln!(
        out,
        "<tr><td class=\"c\" colspan=\"6\">{}<br><span class=\"soft\">{}</span><br>{}</td></tr></tbody>",
        escaped(&said.join(" ")),
        escaped(&figures.join(", ")),
        escaped(&it.remediation)
    );
}
