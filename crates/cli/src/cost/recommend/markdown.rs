//! Recommendations for an issue or a pull request: the sum first, a table for each action, the evidence folded.

use std::fmt::Write as _;

use parapet_pricing::recommend::Report;

use super::{amount, by_action, heading, not_counted, sentence, subject, unread, words};

/// Rows of an action; a comment has at most 65,536 characters.
const ROWS: usize = 25;

pub(super) fn render(report: &Report, left_out: Option<&str>) -> String {
    // Writing into a string cannot fail, here and below.
    let mut out = format!("**{}**\n\n", escaped(&sentence(report)));
    for failure in unread(report) {
        let _ = writeln!(out, "- :warning: {}", escaped(&failure));
    }
    if !report.failures.is_empty() {
        out.push('\n');
    }
    if let Some(left_out) = left_out {
        let _ = writeln!(out, "{}.\n", escaped(left_out));
    }
    for (action, sum, all) in by_action(&report.found) {
        let _ = writeln!(out, "### {}\n", heading(action, sum, all.len()));
        out.push_str("| a month | resource | region | now | then | confidence |\n|---:|---|---|---|---|---|\n");
        let (shown, beyond) = all.split_at(all.len().min(ROWS));
        for it in shown {
            let mark = if not_counted(it).is_some() { " *" } else { "" };
            let _ = writeln!(
                out,
                "| {}{mark} | {} | {} | {} | {} | {} |",
                amount(it),
                code(&subject(it)),
                escaped(&it.region),
                escaped(&it.current),
                escaped(&it.recommended),
                it.confidence
            );
        }
        if !beyond.is_empty() {
            let _ = writeln!(out, "\nand {} more", beyond.len());
        }
        out.push_str("\n<details><summary>Evidence and how to do it</summary>\n\n");
        for it in shown {
            let figures: Vec<String> =
                it.evidence.iter().map(|(name, figure)| format!("{} {figure}", words(name))).collect();
            let unknown = match it.monthly_savings_usd {
                Some(_) => String::new(),
                None => format!(" Savings not known: {}.", escaped(&it.savings_unknown)),
            };
            let _ = writeln!(
                out,
                "- {}: {}. Confidence {}: {}.{unknown} {}. {}",
                code(&it.resource_id),
                escaped(&it.reason),
                it.confidence,
                escaped(&it.confidence_reason),
                escaped(&figures.join(", ")),
                escaped(&it.remediation)
            );
        }
        out.push_str("\n</details>\n\n");
    }
    if report.found.recommendations.iter().any(|it| not_counted(it).is_some()) {
        out.push_str(
            "<sub>* not counted in the total, or not all of it: other recommendations save the same money.</sub>\n",
        );
    }
    out
}

/// An id as code, also in a table.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'").replace('|', "\\|").replace(char::is_control, " "))
}

/// Text that is no markup.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('|', "\\|").replace(char::is_control, " ")
}
