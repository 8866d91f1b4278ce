//! Results of a gate that checks several things: text, JSON, JUnit and Markdown.

use std::fmt::Write as _;

use serde_json::json;

use crate::output;

/// How to write the results.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people
    Text,
    /// For programs
    Json,
    /// For test reports of a CI
    Junit,
    /// For a comment on a pull request
    Markdown,
}

/// How one thing came out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Pass,
    /// Nothing is proven, so that it does not fail.
    Unclear,
    /// Too little data to say anything, so that it does not pass.
    TooLittle,
    Fail,
}

impl Outcome {
    fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Unclear | Self::TooLittle => "unclear",
            Self::Fail => "fail",
        }
    }
}

/// One thing that was checked.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) outcome: Outcome,
    /// One sentence.
    pub(crate) text: String,
    /// For programs.
    pub(crate) data: serde_json::Value,
}

/// Exit code where there is too little data to say anything.
pub(crate) const EXIT_TOO_LITTLE: u8 = 3;

/// Writes the results; answers the exit code: 1 when something failed, [`EXIT_TOO_LITTLE`] when there is too little data.
pub(crate) fn write(gate: &str, cases: &[Case], format: Format) -> anyhow::Result<u8> {
    output::text(&render(gate, cases, format))?;
    Ok(if has(cases, Outcome::Fail) {
        1
    } else if has(cases, Outcome::TooLittle) {
        EXIT_TOO_LITTLE
    } else {
        0
    })
}

/// The results as text.
pub(crate) fn render(gate: &str, cases: &[Case], format: Format) -> String {
    match format {
        Format::Text => text(gate, cases),
        Format::Json => format!("{:#}\n", json(gate, cases)),
        Format::Junit => junit(gate, cases),
        Format::Markdown => markdown(gate, cases),
    }
}

fn has(cases: &[Case], outcome: Outcome) -> bool {
    cases.iter().any(|case| case.outcome == outcome)
}

fn summary(cases: &[Case]) -> String {
    let count = |outcome: Outcome| cases.iter().filter(|case| case.outcome == outcome).count();
    let unclear = count(Outcome::Unclear) + count(Outcome::TooLittle);
    let (fail, pass) = (count(Outcome::Fail), count(Outcome::Pass));
    let word = match (fail, unclear) {
        (0, 0) => "PASS",
        (0, _) => "UNCLEAR",
        _ => "FAIL",
    };
    format!("{word}: {fail} failed, {unclear} unclear, {pass} passed")
}

fn text(gate: &str, cases: &[Case]) -> String {
    let mut out = String::new();
    for case in cases {
        // Writing into a string cannot fail, here and below.
        let _infallible = writeln!(out, "{:<8}{}: {}", case.outcome.name(), case.name, case.text);
    }
    let _infallible = writeln!(out, "{gate} {}", summary(cases));
    out
}

fn json(gate: &str, cases: &[Case]) -> serde_json::Value {
    let cases_json: Vec<_> = cases
        .iter()
        .map(|case| json!({ "name": case.name, "outcome": case.outcome.name(), "text": case.text, "data": case.data }))
        .collect();
    json!({ "gate": gate, "passed": !has(cases, Outcome::Fail) && !has(cases, Outcome::TooLittle), "cases": cases_json })
}

fn junit(gate: &str, cases: &[Case]) -> String {
    let count = |counted: &[Outcome]| cases.iter().filter(|case| counted.contains(&case.outcome)).count();
    let (failures, skipped) = (count(&[Outcome::Fail, Outcome::TooLittle]), count(&[Outcome::Unclear]));
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _infallible = writeln!(
        out,
        "<testsuite name=\"parapet gate {gate}\" tests=\"{}\" failures=\"{failures}\" skipped=\"{skipped}\">",
        cases.len()
    );
    for case in cases {
        let (name, text) = (escaped(&case.name), escaped(&case.text));
        let inside = match case.outcome {
            // What does not end with 0 is no success in a CI that reads this in place of the exit code.
            Outcome::Fail | Outcome::TooLittle => format!("<failure message=\"{text}\"/>"),
            Outcome::Unclear => format!("<skipped message=\"{text}\"/>"),
            Outcome::Pass => format!("<system-out>pass: {text}</system-out>"),
        };
        let _infallible = writeln!(out, "  <testcase classname=\"{gate}\" name=\"{name}\">{inside}</testcase>");
    }
    out + "</testsuite>\n"
}

fn markdown(gate: &str, cases: &[Case]) -> String {
    let mut out = format!("**{gate} {}**\n\n| | what | result |\n|---|---|---|\n", summary(cases));
    let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
    for case in cases {
        let _infallible = writeln!(out, "| {} | {} | {} |", case.outcome.name(), cell(&case.name), cell(&case.text));
    }
    out
}

/// Text in XML or HTML: what has no place there at all becomes a replacement character.
pub(crate) fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            c if c.is_control() && !matches!(c, '\n' | '\t') => out.push('\u{fffd}'),
            c => out.push(c),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_written_in_every_format() {
        let case = |name: &str, outcome| Case {
            name: name.to_owned(),
            outcome,
            text: "x <1> | 2".to_owned(),
            data: json!(null),
        };
        let cases = [case("a&b", Outcome::Fail), case("c", Outcome::Unclear)];
        assert!(text("benchmark", &cases).ends_with("benchmark FAIL: 1 failed, 1 unclear, 0 passed\n"));
        assert!(junit("benchmark", &cases).contains("name=\"a&amp;b\"><failure message=\"x &lt;1&gt; | 2\"/>"));
        assert!(junit("benchmark", &cases).contains("failures=\"1\" skipped=\"1\""));
        assert!(junit("benchmark", &cases).contains("name=\"c\"><skipped message=\"x &lt;1&gt; | 2\"/>"));
        assert!(text("memory", &[case("c", Outcome::Unclear)]).ends_with("UNCLEAR: 0 failed, 1 unclear, 0 passed\n"));
        assert!(junit("canary", &[case("c", Outcome::TooLittle)]).contains("failures=\"1\""));
        assert_eq!(super::json("memory", &[case("c", Outcome::TooLittle)])["passed"], false);
        assert!(markdown("benchmark", &cases).contains("| fail | a&b | x <1> \\| 2 |"));
        assert_eq!(super::json("benchmark", &cases)["passed"], false);
    }
}
