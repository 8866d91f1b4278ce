//! `parapet rules`: which rules there are, and what one of them is about.

use std::fmt::Write as _;

use anstyle::Style;
use parapet_policy::{Policies, Rule, Scope};
use serde_json::{Value, json};

use crate::check::Format;
use crate::output;
use crate::selection::Selection;

/// List the rules, or explain one.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Rule to explain, by its id
    #[arg(value_name = "ID", conflicts_with = "rules")]
    id: Option<String>,

    #[command(flatten)]
    selection: Selection,

    /// How to write the rules
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Output")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  parapet rules
  parapet rules --packs kubernetes
  parapet rules --rule 'aws-s3-*' --format json
  parapet rules aws-rds-storage-encrypted
  parapet rules --policies ./policies main";

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let policies = args.selection.load()?;
    let Some(id) = &args.id else {
        match args.format {
            Format::Json => {
                let rules: Vec<Value> = policies.rules().iter().map(summary).collect();
                write_json(&json!(rules))?;
            }
            Format::Text => output::text(&list(policies.rules(), output::colour()))?,
        }
        return Ok(0);
    };
    let rule = find(&policies, id)?;
    match args.format {
        Format::Json => write_json(&detail(&policies, rule))?,
        Format::Text => output::text(&explain(&policies, rule, output::width(), output::colour()))?,
    }
    Ok(0)
}

pub(crate) fn write_json(value: &Value) -> anyhow::Result<()> {
    output::data(|out| {
        serde_json::to_writer_pretty(&mut *out, value)?;
        out.write_all(b"\n")
    })
}

fn find<'a>(policies: &'a Policies, id: &str) -> anyhow::Result<&'a Rule> {
    if let Some(rule) = policies.rules().iter().find(|rule| rule.id == id) {
        return Ok(rule);
    }
    let words: Vec<&str> = id.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let shared = |rule: &Rule| rule.id.split('-').filter(|part| words.contains(part)).count();
    let best = policies.rules().iter().map(shared).max().unwrap_or(0);
    let similar: Vec<&str> = policies
        .rules()
        .iter()
        .filter(|rule| best > 0 && shared(rule) == best)
        .take(5)
        .map(|rule| rule.id.as_str())
        .collect();
    let hint = if similar.is_empty() { String::new() } else { format!("; similar: {}", similar.join(", ")) };
    anyhow::bail!("there is no rule `{id}`{hint}; `parapet rules` lists all of them")
}

fn list(rules: &[Rule], colour: bool) -> String {
    let bold = if colour { Style::new().bold() } else { Style::new() };
    let width = rules.iter().map(|rule| rule.id.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in rules {
        let _ = writeln!(out, "{bold}{:width$}{bold:#}  {:8}  {}", rule.id, rule.severity, rule.title);
    }
    let packs: std::collections::BTreeSet<&str> = rules.iter().map(|rule| rule.pack.as_str()).collect();
    let packs: Vec<&str> = packs.into_iter().collect();
    let _ = writeln!(out, "\n{} rules; packs: {}. `parapet rules ID` explains one.", rules.len(), packs.join(", "));
    out
}

fn explain(policies: &Policies, rule: &Rule, width: usize, colour: bool) -> String {
    let bold = if colour { Style::new().bold() } else { Style::new() };
    let mut out = String::new();
    let _ = writeln!(out, "{bold}{}{bold:#}  {}\n", rule.id, rule.title);
    if !rule.description.is_empty() {
        let _ = writeln!(out, "{}\n", fill(&rule.description, width, 0));
    }
    let controls: Vec<String> =
        rule.controls.iter().map(|(framework, ids)| format!("{framework} {}", ids.join(", "))).collect();
    let looks_at = looks_at(rule);
    for (label, text) in [
        ("Severity", rule.severity.as_str()),
        ("Looks at", looks_at.as_str()),
        ("Controls", &controls.join("; ")),
        ("Remedy", &rule.remediation),
        ("Package", &rule.package),
        ("Source", &format!("{}:{}", rule.file, rule.line)),
    ] {
        if !text.is_empty() {
            let _ = writeln!(out, "{bold}{label:10}{bold:#}{}", fill(text, width, 10));
        }
    }
    for example in policies.examples(rule) {
        let kind = if example.good { "Good" } else { "Bad" };
        let _ = writeln!(out, "\n{bold}{kind}{bold:#} ({})\n", example.name);
        for line in example.text.trim_end().lines() {
            let _ = writeln!(out, "{}", format!("    {line}").trim_end());
        }
    }
    out
}

fn looks_at(rule: &Rule) -> String {
    let actions = if rule.actions.is_empty() { String::new() } else { format!(" ({})", rule.actions.join(", ")) };
    match rule.scope {
        Scope::Resource => format!("each {}{actions}", rule.resources.join(", ")),
        Scope::Plan if rule.resources.is_empty() => format!("the plan as a whole{actions}"),
        Scope::Plan => format!("all {} of the plan together{actions}", rule.resources.join(", ")),
        Scope::Object => format!("each {}{actions}", rule.kinds.join(", ")),
        Scope::Namespace => format!("all {} of a namespace together", rule.kinds.join(", ")),
        Scope::Document => format!("each {}", rule.documents.join(", ")),
        Scope::Plain => "each input as it comes".to_owned(),
    }
}

/// Wraps a paragraph; lines after the first hang at `indent`.
fn fill(text: &str, width: usize, indent: usize) -> String {
    let mut out = String::new();
    let mut column = indent;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if column > indent && column + 1 + length > width {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        }
        if column > indent {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

fn summary(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "pack": rule.pack,
        "title": rule.title,
        "severity": rule.severity.as_str(),
        "scope": rule.scope.as_str(),
    })
}

fn detail(policies: &Policies, rule: &Rule) -> Value {
    let examples = policies
        .examples(rule)
        .into_iter()
        .map(|example| json!({"name": example.name, "good": example.good, "text": example.text}));
    json!({
        "id": rule.id,
        "pack": rule.pack,
        "title": rule.title,
        "description": rule.description,
        "severity": rule.severity.as_str(),
        "scope": rule.scope.as_str(),
        "resources": rule.resources,
        "kinds": rule.kinds,
        "documents": rule.documents,
        "actions": rule.actions,
        "controls": rule.controls,
        "remediation": rule.remediation,
        "package": rule.package,
        "file": rule.file,
        "line": rule.line,
        "source": policies.source(rule),
        "examples": examples.collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_hang() {
        assert_eq!(fill("one two three four", 13, 4), "one two\n    three\n    four");
        assert_eq!(fill("averyverylongword b", 8, 2), "averyverylongword\n  b");
    }
}
