//! Pages of the rules: one for each, and an index of each pack.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use parapet_policy::{OnUnknown, Policies, Rule, Scope};

use super::{Pages, page};

/// Adds the pages of all rules in the binary.
pub(super) fn add(pages: &mut Pages) -> Result<()> {
    let policies = Policies::builder().build().context("the rules of this checkout do not load")?;
    let mut packs: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in policies.rules() {
        packs.entry(&rule.pack).or_default().push(rule);
        let path = Path::new("docs/rules").join(&rule.pack).join(&rule.id).with_extension("md");
        pages.insert(path, rule_page(&policies, rule)?);
    }
    pages.insert("docs/rules/index.md".into(), index(&packs));
    for (pack, rules) in &packs {
        pages.insert(Path::new("docs/rules").join(pack).with_extension("md"), pack_page(pack, rules));
    }
    Ok(())
}

fn index(packs: &BTreeMap<&str, Vec<&Rule>>) -> String {
    let mut out = page::generated("the rules");
    out += "# Rules\n\n| pack | rules |\n|---|---|\n";
    for (pack, rules) in packs {
        out += &format!("| [{pack}]({pack}.md) | {} |\n", rules.len());
    }
    out
}

fn pack_page(pack: &str, rules: &[&Rule]) -> String {
    let mut out = page::generated("the rules");
    out += &format!(
        "# Pack {pack}\n\n{} rules.\n\n| rule | severity | what holds when it passes |\n|---|---|---|\n",
        rules.len()
    );
    for rule in rules {
        out += &format!("| [{0}]({pack}/{0}.md) | {1} | {2} |\n", rule.id, rule.severity, cell(&rule.title));
    }
    let controls = controls(rules);
    if !controls.is_empty() {
        out += "\n## By control\n\n| framework | control | rules |\n|---|---|---|\n";
        for ((framework, control), ids) in controls {
            let links: Vec<String> = ids.iter().map(|id| format!("[{id}]({pack}/{id}.md)")).collect();
            out += &format!("| {} | {} | {} |\n", framework_name(framework), cell(control), links.join(", "));
        }
    }
    out
}

fn controls<'a>(rules: &[&'a Rule]) -> BTreeMap<(&'a str, &'a str), Vec<&'a str>> {
    let mut found: BTreeMap<_, Vec<&str>> = BTreeMap::new();
    for rule in rules {
        for (framework, ids) in &rule.controls {
            for id in ids {
                found.entry((framework.as_str(), id.as_str())).or_default().push(&rule.id);
            }
        }
    }
    found
}

fn rule_page(policies: &Policies, rule: &Rule) -> Result<String> {
    let mut out = page::generated(&format!("`{}`", rule.file));
    out += &format!("# {}\n\n{}\n\n", rule.id, rule.title);
    if !rule.description.is_empty() {
        out += &format!("{}\n\n", rule.description);
    }
    out += "| | |\n|---|---|\n";
    out += &format!("| Severity | {} |\n", rule.severity);
    out += &format!("| Looks at | {} |\n", looks_at(rule));
    if !rule.actions.is_empty() {
        out += &format!("| Actions | {} |\n", rule.actions.join(", "));
    }
    for (framework, ids) in &rule.controls {
        out += &format!("| {} | {} |\n", framework_name(framework), cell(&ids.join(", ")));
    }
    out += &format!("| Unknown values | {} |\n", unknown(rule.on_unknown));
    // Pages lie in docs/rules/<pack>/.
    out += &format!("| Source | [{0}](../../../{0}) |\n", rule.file);
    out += &format!("\n## Remediation\n\n{}\n", rule.remediation);

    let examples = policies.examples(rule);
    for good in [false, true] {
        let example = examples.iter().find(|example| example.good == good).with_context(|| {
            let kind = if good { "good" } else { "bad" };
            format!("{}: there is no {kind} example beside it; see CONTRIBUTING.md", rule.file)
        })?;
        let title = if good { "Passes" } else { "Violates" };
        let language = if example.name.ends_with(".tf") { "terraform" } else { "yaml" };
        out += &format!("\n## {title}\n\n{}", page::code(language, &example.text));
    }
    ensure!(rule.file.starts_with("policies/"), "{}: not a file of this checkout", rule.file);
    Ok(out)
}

fn looks_at(rule: &Rule) -> String {
    let named = [&rule.resources, &rule.kinds, &rule.documents].into_iter().flatten().map(|name| format!("`{name}`"));
    let named = named.collect::<Vec<_>>().join(", ");
    match rule.scope {
        Scope::Resource => format!("each planned resource of {named}"),
        Scope::Plan if named.is_empty() => "the plan as a whole".to_owned(),
        Scope::Plan => format!("the plan as a whole: {named}"),
        Scope::Object => format!("each Kubernetes object of {named}"),
        Scope::Namespace => format!("all Kubernetes objects of a namespace together: {named}"),
        Scope::Document => format!("each document of {named}"),
        Scope::Plain => "the input as it is".to_owned(),
    }
}

fn unknown(on_unknown: OnUnknown) -> &'static str {
    match on_unknown {
        OnUnknown::Defer => "undetermined",
        OnUnknown::Warn => "undetermined, shown as a warning",
        OnUnknown::Deny => "a violation",
    }
}

/// A framework by the name it gives itself; others as they are written.
fn framework_name(id: &str) -> &str {
    match id {
        "soc2" => "SOC 2",
        "gdpr" => "GDPR",
        "cis-aws" => "CIS AWS Foundations",
        "cis-kubernetes" => "CIS Kubernetes",
        "nist-800-53" => "NIST SP 800-53",
        other => other,
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
