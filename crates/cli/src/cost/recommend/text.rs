//! Recommendations for a person: the sum first, then by action, each with its evidence below.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use parapet_pricing::recommend::{Confidence, Recommendation, Report};

use super::{amount, by_action, heading, not_counted, sentence, subject, words};
use crate::output;

/// Columns of an amount, and of what stands below it.
const AMOUNT: usize = 12;
const INDENT: usize = AMOUNT + 2;

pub(super) fn render(report: &Report, left_out: Option<&str>) -> String {
    let colour = output::colour();
    let style = |style: Style| if colour { style } else { Style::new() };
    let page = Page {
        width: output::width(),
        bold: style(Style::new().bold()),
        faint: style(Style::new().dimmed()),
        warn: style(AnsiColor::Yellow.on_default()),
    };
    page.render(report, left_out)
}

struct Page {
    width: usize,
    bold: Style,
    faint: Style,
    warn: Style,
}

impl Page {
    fn render(&self, report: &Report, left_out: Option<&str>) -> String {
        let (bold, warn) = (self.bold, self.warn);
        // Writing into a string cannot fail, here and below.
        let mut out = format!("{bold}{}{bold:#}\n", sentence(report));
        if !report.failures.is_empty() {
            let _ = writeln!(out, "{warn}Not everything could be read; the errors say what{warn:#}");
        }
        if let Some(left_out) = left_out {
            let _ = writeln!(out, "{left_out}.");
        }
        for (action, sum, all) in by_action(&report.found) {
            let _ = writeln!(out, "\n{bold}{}{bold:#}", heading(action, sum, all.len()));
            for it in all {
                self.recommendation(&mut out, it);
            }
        }
        let mut sources: Vec<&String> = report.found.recommendations.iter().flat_map(|it| &it.sources).collect();
        sources.sort_unstable();
        sources.dedup();
        if !sources.is_empty() {
            out.push_str("\nPrices, on demand and in USD, a month of 730 hours:\n");
            for source in sources {
                let _ = writeln!(out, "  {}", visible(source));
            }
        }
        out
    }

    fn recommendation(&self, out: &mut String, it: &Recommendation) {
        let (bold, faint) = (self.bold, self.faint);
        let _ = writeln!(
            out,
            "\n{bold}{:>AMOUNT$}{bold:#}  {bold}{}{bold:#}  {}  {} → {}",
            amount(it),
            visible(&subject(it)),
            visible(&it.region),
            visible(&it.current),
            visible(&it.recommended)
        );
        self.block(out, INDENT, &format!("Why: {}.", it.reason), Style::new());
        let certain = if it.confidence == Confidence::Low { self.warn } else { Style::new() };
        self.block(out, INDENT, &format!("Confidence {}: {}.", it.confidence, it.confidence_reason), certain);
        if it.monthly_savings_usd.is_none() {
            self.block(out, INDENT, &format!("Savings not known: {}.", it.savings_unknown), self.warn);
        }
        if let Some(why) = not_counted(it) {
            self.block(out, INDENT, &format!("{why}."), faint);
        }
        let figures: Vec<String> =
            it.evidence.iter().map(|(name, figure)| format!("{} {figure}", words(name))).collect();
        self.block(out, INDENT, &figures.join(", "), faint);
        self.block(out, INDENT, &format!("How: {}", it.remediation), Style::new());
    }

    /// Text in lines of the page's width, the same columns in.
    fn block(&self, out: &mut String, indent: usize, text: &str, style: Style) {
        let room = self.width.saturating_sub(indent).max(30);
        let mut line = String::new();
        let mut end = |line: &mut String| {
            if !line.is_empty() {
                let _ = writeln!(out, "{:indent$}{style}{line}{style:#}", "");
                line.clear();
            }
        };
        for word in visible(text).split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > room {
                end(&mut line);
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        end(&mut line);
    }
}

/// Names come from outside: a control character among them must not steer the terminal.
fn visible(text: &str) -> String {
    let shown = |c: char| if c.is_control() { c.escape_unicode().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_keep_to_the_width_and_control_characters_do_nothing() {
        let plain = Page { width: 40, bold: Style::new(), faint: Style::new(), warn: Style::new() };
        let mut out = String::new();
        plain.block(&mut out, 4, "one two three four five six seven eight nine ten", Style::new());
        assert_eq!(out, "    one two three four five six seven\n    eight nine ten\n");
        assert_eq!(visible("a\u{1b}[31mb"), "a\\u{1b}[31mb");
    }
}
