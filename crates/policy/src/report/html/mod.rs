//! The report for an auditor: one HTML file that needs nothing else, neither a server nor a network.
//!
//! Summary, controls, rules and waivers are plain HTML. The findings are data that a script shows in pages, so that
//! 20,000 of them stay usable. The content security policy allows that one script, by its hash, and nothing else.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::text::{count, thousands as grouped};
use super::{Run, files};
use crate::ledger::{Report, RuleSummary};
use crate::severity::{Severity, Verdict};

mod data;

const CSS: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Writes the page. `made_at` is when, as it is to be shown.
pub fn render(run: &Run<'_>, made_at: &str) -> String {
    let report = run.report;
    let hash = BASE64_STANDARD.encode(Sha256::digest(SCRIPT.as_bytes()));
    let totals = Totals::of(report);
    let mut out = String::with_capacity(64 * 1024 + report.findings.len() * 256);
    // Writing into a string cannot fail.
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\">\n\
         <title>Parapet report</title>\n<style>\n{CSS}</style>\n</head>\n<body>\n"
    );
    head(&mut out, run, made_at);
    frameworks(&mut out, report, &totals);
    controls(&mut out, report, &totals);
    rules(&mut out, report, &totals);
    waivers(&mut out, report);
    findings(&mut out);
    let _ = write!(out, "<script type=\"application/json\" id=\"data\">{}</script>\n<script>", data::json(report));
    out.push_str(SCRIPT);
    out.push_str("</script>\n</body>\n</html>\n");
    out
}

/// Findings of one rule.
#[derive(Debug, Clone, Copy, Default)]
struct Total {
    failed: u64,
    undetermined: u64,
    waived: u64,
    errors: u64,
}

impl Total {
    fn add(&mut self, other: Self) {
        self.failed += other.failed;
        self.undetermined += other.undetermined;
        self.waived += other.waived;
        self.errors += other.errors;
    }
}

struct Totals<'a>(BTreeMap<&'a str, Total>);

impl<'a> Totals<'a> {
    fn of(report: &'a Report) -> Self {
        let mut totals: BTreeMap<&str, Total> = BTreeMap::new();
        for finding in &report.findings {
            let total = totals.entry(&finding.rule).or_default();
            match finding.verdict {
                Verdict::Error => total.errors += 1,
                _ if finding.waived.is_some() => total.waived += 1,
                Verdict::Undetermined => total.undetermined += 1,
                _ => total.failed += 1,
            }
        }
        Self(totals)
    }

    fn of_rule(&self, rule: &RuleSummary) -> Total {
        self.0.get(rule.id.as_str()).copied().unwrap_or_default()
    }
}

fn head(out: &mut String, run: &Run<'_>, made_at: &str) {
    let report = run.report;
    let counts = report.counts();
    let verdict = run.verdict();
    let said = match verdict {
        Verdict::Pass => "no violation that fails",
        Verdict::Undetermined => "no violation that fails; some answers depend on what is not known",
        Verdict::Fail => "violations, or waivers that have run out",
        Verdict::Error => "not everything could be checked: this is not a pass",
    };
    let _ = writeln!(
        out,
        "<header>\n<h1>Parapet report</h1>\n<p class=\"soft\">{} · parapet {} · fails at {}</p>\n\
         <p><span class=\"verdict {verdict}\">{}</span> {said}</p>\n\
         <nav class=\"screen\"><a href=\"#frameworks\">Frameworks</a><a href=\"#controls\">Controls</a><a href=\"#rules\">Rules</a>\
         <a href=\"#waivers\">Waivers</a><a href=\"#findings\">Findings</a><button id=\"print\" type=\"button\">Print</button></nav>\n</header>",
        escape(made_at),
        env!("CARGO_PKG_VERSION"),
        report.fail_on,
        verdict.as_str().to_uppercase(),
    );
    out.push_str("<ul class=\"cards\">\n");
    for severity in Severity::ALL.into_iter().rev() {
        let number = counts.by_severity.get(&severity).copied().unwrap_or_default();
        let _ = writeln!(out, "<li><b class=\"{severity}\">{}</b>{severity}</li>", grouped(number));
    }
    for (label, number) in [
        ("undetermined", counts.undetermined),
        ("warnings", counts.warnings),
        ("waived", counts.waived),
        ("errors", counts.errors),
        ("checks passed", counts.passed),
    ] {
        let _ = writeln!(out, "<li><b>{}</b>{label}</li>", grouped(number));
    }
    out.push_str("</ul>\n");
    for problem in run.problems {
        let _ = writeln!(out, "<p class=\"error\">{}</p>", escape(&problem.message));
    }
    let ledger = &report.ledger;
    let reasons: Vec<String> =
        ledger.skipped.iter().map(|(reason, number)| format!("{} {}", grouped(*number), escape(reason))).collect();
    let reasons = if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
    let _ = writeln!(
        out,
        "<p>{} resources: {} evaluated, {} skipped{reasons}. {} of {} rule evaluations done{}.</p>",
        grouped(ledger.resources_planned),
        grouped(ledger.resources_evaluated),
        grouped(ledger.resources_skipped),
        grouped(ledger.evaluations_done),
        grouped(ledger.evaluations_expected),
        if ledger.balanced() { "" } else { ": <strong>the run is incomplete</strong>" },
    );
    let inputs: Vec<String> = files(report)
        .iter()
        .take(20)
        .map(|file| {
            format!("<code>{}</code> ({}, {})", escape(&file.name), escape(&file.kind), grouped(file.resources))
        })
        .collect();
    let more = files(report).len().saturating_sub(inputs.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let _ = writeln!(out, "<p>Inputs: {}{more}.</p>", inputs.join(", "));
    let settings =
        report.policies.settings.as_deref().map(|file| format!(", settings of <code>{}</code>", escape(file)));
    let off: Vec<String> = report.policies.off.iter().map(|id| format!("<code>{}</code>", escape(id))).collect();
    let off = if off.is_empty() { String::new() } else { format!(" Switched off: {}.", off.join(", ")) };
    let _ = writeln!(
        out,
        "<p>{} rules{}, policy digest <code>sha256:{}</code>.{off}</p>",
        report.policies.rules.len(),
        settings.unwrap_or_default(),
        escape(&report.policies.digest),
    );
    if let Some(baseline) = &report.baseline {
        let file = escape(&baseline.file);
        let _ = writeln!(
            out,
            "<p>Baseline <code>{file}</code>: {} findings are known and not in this report.</p>",
            grouped(baseline.known)
        );
    }
}

/// Framework -> control -> rules.
fn by_framework(report: &Report) -> BTreeMap<&str, BTreeMap<Natural<'_>, Vec<&RuleSummary>>> {
    let mut frameworks: BTreeMap<&str, BTreeMap<Natural<'_>, Vec<&RuleSummary>>> = BTreeMap::new();
    for rule in &report.policies.rules {
        for (framework, controls) in &rule.controls {
            for control in controls {
                frameworks.entry(framework).or_default().entry(Natural(control)).or_default().push(rule);
            }
        }
    }
    frameworks
}

/// A name whose numbers are compared as numbers: `2.3` comes before `2.10`.
#[derive(Debug, PartialEq, Eq)]
struct Natural<'a>(&'a str);

impl Natural<'_> {
    fn parts(&self) -> Vec<(String, u64)> {
        let mut parts = vec![(String::new(), 0_u64)];
        let mut in_number = false;
        for c in self.0.chars() {
            if let Some(digit) = c.to_digit(10) {
                if let Some((_, number)) = parts.last_mut() {
                    *number = number.saturating_mul(10).saturating_add(u64::from(digit));
                }
                in_number = true;
            } else {
                if in_number {
                    parts.push((String::new(), 0));
                    in_number = false;
                }
                if let Some((text, _)) = parts.last_mut() {
                    text.push(c);
                }
            }
        }
        parts
    }
}

impl Ord for Natural<'_> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.parts().cmp(&other.parts()).then_with(|| self.0.cmp(other.0))
    }
}

impl PartialOrd for Natural<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

fn frameworks(out: &mut String, report: &Report, totals: &Totals<'_>) {
    out.push_str("<h2 id=\"frameworks\">By framework and severity</h2>\n<table>\n<thead><tr><th>Framework</th>");
    for severity in Severity::ALL.into_iter().rev() {
        let _ = write!(out, "<th class=\"number\">{severity}</th>");
    }
    out.push_str(
        "<th class=\"number\">undetermined</th><th class=\"number\">waived</th><th class=\"number\">controls with findings</th></tr></thead>\n<tbody>\n",
    );
    for (framework, controls) in by_framework(report) {
        // A rule that supports several controls of a framework counts once.
        let rules: BTreeMap<&str, &RuleSummary> =
            controls.values().flatten().map(|rule| (rule.id.as_str(), *rule)).collect();
        let _ = write!(out, "<tr><td>{}</td>", escape(framework));
        for severity in Severity::ALL.into_iter().rev() {
            let of = rules.values().filter(|rule| rule.severity == severity);
            let number: u64 = of.map(|rule| totals.of_rule(rule).failed).sum();
            let class = if number > 0 { severity.as_str() } else { "soft" };
            let _ = write!(out, "<td class=\"number {class}\">{}</td>", grouped(number));
        }
        let sum = |of: fn(Total) -> u64| -> u64 { rules.values().map(|rule| of(totals.of_rule(rule))).sum() };
        let with_findings = controls.values().filter(|rules| rules.iter().any(|rule| totals.of_rule(rule).failed > 0));
        let _ = writeln!(
            out,
            "<td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{} of {}</td></tr>",
            grouped(sum(|total| total.undetermined)),
            grouped(sum(|total| total.waived)),
            with_findings.count(),
            controls.len()
        );
    }
    out.push_str("</tbody>\n</table>\n");
}

const RULE_COLUMNS: &str = "<thead><tr><th>Rule</th><th>Severity</th><th class=\"number\">checks</th><th class=\"number\">passed</th>\
     <th class=\"number\">violations</th><th class=\"number\">undetermined</th><th class=\"number\">waived</th><th class=\"number\">errors</th></tr></thead>\n<tbody>\n";

fn controls(out: &mut String, report: &Report, totals: &Totals<'_>) {
    out.push_str(
        "<h2 id=\"controls\">Control by control</h2>\n<p class=\"soft\">A check is one rule on one resource. A control that no rule \
         supports is not listed; a rule supports a control, it does not prove it.</p>\n",
    );
    for (framework, controls) in by_framework(report) {
        let _ = writeln!(out, "<h3>{}</h3>", escape(framework));
        for (control, rules) in controls {
            let mut sum = Total::default();
            let mut passed = 0;
            for rule in &rules {
                sum.add(totals.of_rule(rule));
                passed += rule.passed;
            }
            let checked = rules.iter().any(|rule| rule.evaluated > 0);
            let (class, state) = match () {
                () if sum.errors > 0 => ("error", format!("{} failed", count(sum.errors, "check"))),
                () if sum.failed > 0 => ("fail", count(sum.failed, "violation")),
                () if sum.undetermined > 0 => ("undetermined", format!("{} undetermined", grouped(sum.undetermined))),
                () if checked => ("pass", format!("{} passed", count(passed, "check"))),
                () => ("soft", "nothing to check".to_owned()),
            };
            let waived = if sum.waived > 0 { format!(", {} waived", grouped(sum.waived)) } else { String::new() };
            let _ = write!(
                out,
                "<details><summary><strong>{}</strong> <span class=\"state {class}\">{state}</span><span class=\"soft\">{waived}, {}</span></summary><div><table>\n{RULE_COLUMNS}",
                escape(control.0),
                count(rules.len(), "rule")
            );
            rules.iter().for_each(|rule| rule_row(out, rule, totals));
            out.push_str("</tbody></table></div></details>\n");
        }
    }
}

fn rule_row(out: &mut String, rule: &RuleSummary, totals: &Totals<'_>) {
    let total = totals.of_rule(rule);
    let id = escape(&rule.id);
    let declared = match rule.severity == rule.declared_severity {
        true => String::new(),
        false => format!(" <span class=\"soft\">(declared {})</span>", rule.declared_severity),
    };
    let any = total.failed + total.undetermined + total.waived + total.errors > 0;
    let id = if any {
        format!("<a href=\"#findings\" data-rule=\"{id}\"><code>{id}</code></a>")
    } else {
        format!("<code>{id}</code>")
    };
    let _ = write!(
        out,
        "<tr><td>{id}<br>{}</td><td><span class=\"severity {}\">{}</span>{declared}</td>",
        escape(&rule.title),
        rule.severity,
        rule.severity
    );
    for number in [rule.evaluated, rule.passed, total.failed, total.undetermined, total.waived, total.errors] {
        let _ = write!(out, "<td class=\"number\">{}</td>", grouped(number));
    }
    out.push_str("</tr>\n");
}

fn rules(out: &mut String, report: &Report, totals: &Totals<'_>) {
    let _ = write!(out, "<h2 id=\"rules\">Rules</h2>\n<table>\n{RULE_COLUMNS}");
    report.policies.rules.iter().for_each(|rule| rule_row(out, rule, totals));
    out.push_str("</tbody>\n</table>\n");
}

fn waivers(out: &mut String, report: &Report) {
    out.push_str("<h2 id=\"waivers\">Waivers</h2>\n");
    if report.waivers.is_empty() {
        out.push_str("<p>There are none.</p>\n");
        return;
    }
    out.push_str(
        "<table>\n<thead><tr><th>Rule</th><th>Address</th><th>Reason</th><th>Owner</th><th>Expires</th><th>State</th>\
         <th class=\"number\">findings</th><th>Written in</th></tr></thead>\n<tbody>\n",
    );
    for waiver in &report.waivers {
        let state = waiver.state.as_str();
        let _ = writeln!(
            out,
            "<tr><td><code>{}</code></td><td><code>{}</code></td><td>{}</td><td>{}</td><td>{}</td><td class=\"state {state}\">{state}</td><td class=\"number\">{}</td><td><code>{}</code></td></tr>",
            escape(&waiver.rule),
            escape(&waiver.address),
            escape(&waiver.reason),
            escape(&waiver.owner),
            escape(waiver.expires.as_deref().unwrap_or("no date")),
            grouped(waiver.findings),
            escape(&waiver.place),
        );
    }
    out.push_str("</tbody>\n</table>\n");
}

fn findings(out: &mut String) {
    out.push_str("<h2 id=\"findings\">Findings</h2>\n<noscript><p>The findings are shown by a script; allow it, or use the CSV report.</p></noscript>\n");
    out.push_str("<div class=\"filters\"><label>Search <input id=\"text\" type=\"search\" placeholder=\"address, rule, message, file\"></label>\n");
    out.push_str("<label>Severity <select id=\"severity\"><option value=\"\">all</option>");
    for severity in Severity::ALL.into_iter().rev() {
        let _ = write!(out, "<option>{severity}</option>");
    }
    out.push_str("</select></label>\n<label>Verdict <select id=\"verdict\"><option value=\"\">all</option>");
    for verdict in ["fail", "undetermined", "waived", "error"] {
        let _ = write!(out, "<option>{verdict}</option>");
    }
    out.push_str(
        "</select></label>\n<label>Framework <select id=\"framework\"><option value=\"\">all</option></select></label>\n\
         <label>Rule <select id=\"rule\"><option value=\"\">all</option></select></label>\n<button id=\"reset\" type=\"button\">Reset</button></div>\n\
         <p id=\"count\" aria-live=\"polite\"></p>\n<table>\n<thead><tr><th>Severity</th><th>Where</th><th>What</th></tr></thead>\n<tbody id=\"rows\"></tbody>\n</table>\n\
         <button id=\"more\" type=\"button\" hidden></button>\n",
    );
}

/// Text as HTML, also in attributes.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_page_holds_everything_and_asks_for_nothing_outside() {
        let report = sample::waived();
        let page = render(&Run { report: &report, problems: &sample::problems() }, "2026-06-30 12:00 UTC");
        for part in [
            "2026-06-30 12:00 UTC",
            "soc2",
            "CC6.1",
            "expired",
            "1,045 resources",
            "broken.json",
            "aws-s3-access-logging",
        ] {
            assert!(page.contains(part), "{part}");
        }
        for outside in ["src=\"http", "href=\"http", "url(http", "@import", "fetch(", "XMLHttpRequest"] {
            assert!(!page.contains(outside), "{outside}");
        }
    }

    #[test]
    fn nothing_from_outside_becomes_markup() {
        let mut report = sample::example();
        let evil = "</script><script>alert(1)</script><!-- \" ' &";
        for finding in &mut report.findings {
            evil.clone_into(&mut finding.message);
            evil.clone_into(&mut finding.subject.address);
        }
        evil.clone_into(&mut report.policies.rules[0].title);
        evil.clone_into(&mut report.documents[0].name);
        let page = render(&Run { report: &report, problems: &[] }, evil);
        assert!(!page.contains("alert(1)</script><!--"), "{page}");
        assert_eq!(page.matches("<script").count(), 2);
        assert_eq!(page.matches("</script>").count(), 2);
    }

    #[test]
    fn controls_are_in_the_order_people_count() {
        let mut names = ["2.10", "2.3", "CC6.1", "10.1", "2.3.1", "Art. 32", "Art. 5"].map(Natural);
        names.sort();
        assert_eq!(names.map(|name| name.0), ["2.3", "2.3.1", "2.10", "10.1", "Art. 5", "Art. 32", "CC6.1"]);
    }
}
