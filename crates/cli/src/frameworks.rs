//! `parapet frameworks`: what a compliance framework asks for, and which rules answer it.

use std::fmt::Write as _;

use anstyle::Style;
use parapet_policy::frameworks::{self, Control, Evidence, Framework};
use parapet_policy::{Policies, Rule};
use serde_json::{Value, json};

use crate::check::Format;
use crate::output;
use crate::rules::write_json;
use crate::selection::Selection;

/// List the compliance frameworks, or the controls of one with the rules that read them from code.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    /// Framework to show, by its id
    #[arg(value_name = "ID")]
    id: Option<String>,

    #[command(flatten)]
    selection: Selection,

    /// How to write the controls
    #[arg(long, value_enum, default_value_t = Format::Text, help_heading = "Output")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  parapet frameworks
  parapet frameworks soc2
  parapet frameworks cis-aws --packs aws --format json";

pub(crate) fn run(args: &Args) -> anyhow::Result<u8> {
    let frameworks = frameworks::frameworks()?;
    let policies = args.selection.load()?;
    let Some(id) = &args.id else {
        match args.format {
            Format::Json => {
                let all: Vec<Value> = frameworks.iter().map(|framework| summary(framework, &policies)).collect();
                write_json(&json!(all))?;
            }
            Format::Text => output::text(&list(&frameworks, &policies))?,
        }
        return Ok(0);
    };
    let known = frameworks.iter().map(|framework| framework.id.as_str()).collect::<Vec<_>>().join(", ");
    let framework = frameworks
        .iter()
        .find(|framework| &framework.id == id)
        .ok_or_else(|| anyhow::anyhow!("there is no framework `{id}`: known are {known}"))?;
    match args.format {
        Format::Json => write_json(&detail(framework, &policies))?,
        Format::Text => output::text(&explain(framework, &policies, output::colour()))?,
    }
    Ok(0)
}

fn answering<'a>(policies: &'a Policies, framework: &Framework, control: &Control) -> Vec<&'a Rule> {
    let names = |rule: &&Rule| rule.controls.get(&framework.id).is_some_and(|named| named.contains(&control.id));
    policies.rules().iter().filter(names).collect()
}

/// Controls with a rule, controls code could show, all controls.
fn counts(framework: &Framework, policies: &Policies) -> (usize, usize, usize) {
    let code = framework.controls.iter().filter(|control| control.evidence == Evidence::Code);
    let answered = code.clone().filter(|control| !answering(policies, framework, control).is_empty());
    (answered.count(), code.count(), framework.controls.len())
}

fn list(frameworks: &[Framework], policies: &Policies) -> String {
    let width = frameworks.iter().map(|framework| framework.id.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for framework in frameworks {
        let (answered, code, all) = counts(framework, policies);
        let _ = writeln!(
            out,
            "{:width$}  {} ({}): {answered} of {code} controls that code can show have rules; {all} in all",
            framework.id, framework.title, framework.edition
        );
    }
    out.push_str("\n`parapet frameworks ID` lists the controls of one.\n");
    out
}

fn explain(framework: &Framework, policies: &Policies, colour: bool) -> String {
    let bold = if colour { Style::new().bold() } else { Style::new() };
    let mut out = String::new();
    let _ = writeln!(out, "{bold}{}{bold:#}  {}\n{}\n", framework.title, framework.edition, framework.source);
    let width = framework.controls.iter().map(|control| control.id.chars().count()).max().unwrap_or(0);
    for control in &framework.controls {
        let _ = writeln!(out, "{bold}{:width$}{bold:#}  {}", control.id, control.title);
        let rules = answering(policies, framework, control);
        match control.evidence {
            Evidence::Process => {
                let _ = writeln!(out, "{:width$}    cannot be read from infrastructure code", "");
            }
            Evidence::Code if rules.is_empty() => {
                let _ = writeln!(out, "{:width$}    no rule of the selected packs", "");
            }
            Evidence::Code => {
                for rule in rules {
                    let _ = writeln!(out, "{:width$}    {}  {}", "", rule.id, rule.title);
                }
            }
        }
    }
    let (answered, code, all) = counts(framework, policies);
    let _ = writeln!(out, "\n{answered} of {code} controls that code can show have rules; {all} controls in all.");
    out
}

fn summary(framework: &Framework, policies: &Policies) -> Value {
    let (answered, code, all) = counts(framework, policies);
    json!({
        "id": framework.id,
        "title": framework.title,
        "edition": framework.edition,
        "source": framework.source,
        "controls": all,
        "controls_of_code": code,
        "controls_with_rules": answered,
    })
}

fn detail(framework: &Framework, policies: &Policies) -> Value {
    let controls = framework.controls.iter().map(|control| {
        let rules: Vec<&str> =
            answering(policies, framework, control).into_iter().map(|rule| rule.id.as_str()).collect();
        json!({
            "id": control.id,
            "title": control.title,
            "readable_from_code": control.evidence == Evidence::Code,
            "rules": rules,
        })
    });
    json!({
        "id": framework.id,
        "title": framework.title,
        "edition": framework.edition,
        "source": framework.source,
        "controls": controls.collect::<Vec<_>>(),
    })
}
