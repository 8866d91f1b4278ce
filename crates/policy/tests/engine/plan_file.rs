//! Plans and rules for tests.

use parapet_policy::{Document, Engine, EngineOptions, Finding, Policies, Report, Severity, Verdict, input};
use serde_json::{Value as Json, json};

/// A change that creates `address` with these values.
pub(crate) fn create(address: &str, after: Json, after_unknown: Json) -> Json {
    change(address, &["create"], Json::Null, after, after_unknown)
}

pub(crate) fn change(address: &str, actions: &[&str], before: Json, after: Json, after_unknown: Json) -> Json {
    // The keys of module instances may hold dots: type and name are what follows the last bracket of a module.
    let (module, local) = match address.rfind("].").filter(|_| address.starts_with("module.")) {
        Some(at) => (Some(&address[..=at]), &address[at + 2..]),
        None => (None, address),
    };
    let parts: Vec<&str> = local.split('.').collect();
    let (mode, parts) = if parts[0] == "data" { ("data", &parts[1..]) } else { ("managed", &parts[..]) };
    json!({
        "address": address, "module_address": module, "mode": mode, "type": parts[0],
        "name": parts[1].split('[').next(), "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {"actions": actions, "before": before, "after": after, "after_unknown": after_unknown,
                   "before_sensitive": {}, "after_sensitive": {}}
    })
}

pub(crate) fn plan(changes: Vec<Json>) -> Json {
    json!({"format_version": "1.2", "terraform_version": "1.15.5", "resource_changes": changes, "configuration": {"root_module": {}}})
}

pub(crate) fn documents(input: &Json) -> Vec<Document> {
    input::read("plan.json", input.to_string().into_bytes()).expect("the input is read")
}

/// A rule about `aws_t` with this body; `custom` is added to its METADATA.
pub(crate) fn rule(name: &str, custom: &str, body: &str) -> String {
    let about = if custom.contains("resources:") { "" } else { "#   resources: [aws_t]\n" };
    let custom: String = custom.lines().map(|line| format!("#   {line}\n")).collect();
    // Imports stand before rules.
    let (imports, body): (Vec<&str>, Vec<&str>) = body.lines().partition(|line| line.starts_with("import "));
    format!(
        "# METADATA\n# title: Title of {name}\n# custom:\n#   severity: high\n{about}{custom}#   remediation: Mend it.\npackage parapet.test.{name}\n\nimport rego.v1\n{}\n{}\n",
        imports.join("\n"),
        body.join("\n")
    )
}

pub(crate) fn policies(modules: &[String]) -> Policies {
    let builder = Policies::builder().embedded(false);
    let modules = modules.iter().enumerate();
    modules.fold(builder, |b, (i, text)| b.module(format!("m{i}.rego"), text)).build().unwrap_or_else(|e| panic!("{e}"))
}

pub(crate) fn check(modules: &[String], input: &Json) -> Report {
    let options = EngineOptions { evaluation_timeout: std::time::Duration::from_millis(500), threads: Some(2) };
    Engine::new(&policies(modules), options).expect("threads").check(&documents(input), Severity::Medium)
}

/// `verdict address path` of each finding.
pub(crate) fn lines(report: &Report) -> Vec<String> {
    report.findings.iter().map(line).collect()
}

fn line(finding: &Finding) -> String {
    let path = finding.path.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{} {} {path}", finding.verdict, finding.subject.address).trim_end().to_owned()
}

pub(crate) fn assert_balanced(report: &Report) {
    assert!(report.ledger.balanced(), "{:#?}", report.ledger);
    assert_eq!(
        report.verdict() == Verdict::Error,
        report.exit_code() == 2,
        "an error is exit code 2 and nothing else is"
    );
}
