//! What every rule of the packs promises: it loads, it has a test and examples, the bad example is found and the good
//! one is not, and an unknown value leaves the question open.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test stops at the first surprise")]

mod aliases;
mod coverage;
mod peers;
mod reference;
mod terraform;

use std::path::{Path, PathBuf};

use parapet_policy::rules::packs::embedded_files;
use parapet_policy::{
    AttributePath, Engine, EngineOptions, Finding, Policies, Report, Rule, Settings, Severity, Step, Verdict, input,
};
use serde_json::{Value as Json, json};

fn packs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies")
}

fn policies() -> Policies {
    Policies::builder().embedded(false).directory(packs()).build().unwrap_or_else(|error| panic!("{error}"))
}

/// A file beside a rule, when it is there.
fn beside(rule: &Rule, suffix: &str) -> Option<PathBuf> {
    Some(PathBuf::from(format!("{}{suffix}", rule.file.trim_end_matches(".rego")))).filter(|path| path.exists())
}

/// An engine with this rule alone, as `parapet check --rule` has it; with the settings its examples are checked with, if it has any.
fn engine(rule: &Rule) -> Engine {
    let settings = beside(rule, ".hcl").map(|path| Settings::load(&path).unwrap_or_else(|error| panic!("{error}")));
    let policies = Policies::builder().embedded(false).directory(packs()).rules([rule.id.as_str()]).settings(settings);
    let policies = policies.build();
    let options = EngineOptions { threads: Some(1), ..EngineOptions::default() };
    Engine::new(&policies.unwrap_or_else(|error| panic!("{error}")), options).expect("threads")
}

fn check(engine: &Engine, name: &str, text: String) -> Result<Report, String> {
    let documents = input::read(name, text.into_bytes()).map_err(|error| error.to_string())?;
    Ok(engine.check(&documents, Severity::Info))
}

/// The example as an input: a plan for `.tf`, from what is in `.before.tf` where that is; the manifest itself for `.yaml`.
fn as_input(rule: &Rule, path: &Path) -> Result<String, String> {
    let read = |path: &Path| std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let text = read(path)?;
    if path.extension().is_none_or(|e| e != "tf") {
        return Ok(text);
    }
    let mut plan = terraform::plan(&text)?;
    if let Some(before) = beside(rule, ".before.tf") {
        terraform::existed(&mut plan, &terraform::plan(&read(&before)?)?);
    }
    Ok(plan.to_string())
}

fn example(rule: &Rule, kind: &str) -> Result<PathBuf, String> {
    let stem = rule.file.trim_end_matches(".rego");
    let found =
        ["tf", "yaml"].map(|ext| PathBuf::from(format!("{stem}.{kind}.{ext}"))).into_iter().find(|p| p.exists());
    found.ok_or_else(|| format!("there is no {kind} example beside {}", rule.file))
}

fn told(findings: &[Finding]) -> String {
    let lines = findings.iter().map(|f| {
        let path = f.path.as_ref().map(ToString::to_string).unwrap_or_default();
        format!(
            "    {} {} {path}: {} ({})",
            f.verdict,
            f.subject.address,
            f.message,
            f.cause.as_deref().unwrap_or("no cause")
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn for_every_rule(promise: impl Fn(&Rule) -> Result<(), String>) {
    let policies = policies();
    assert!(!policies.rules().is_empty());
    let faults: Vec<String> = policies
        .rules()
        .iter()
        .filter_map(|rule| promise(rule).err().map(|fault| format!("{} ({}): {fault}", rule.id, rule.file)))
        .collect();
    assert!(faults.is_empty(), "{} of {} rules:\n{}", faults.len(), policies.rules().len(), faults.join("\n"));
}

#[test]
fn what_is_embedded_is_what_is_in_the_repository() {
    let embedded = Policies::builder().build().unwrap_or_else(|error| panic!("{error}"));
    let ids = |policies: &Policies| policies.rules().iter().map(|rule| rule.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&embedded), ids(&policies()));
    assert_eq!(embedded.digest(), policies().digest());
    assert!(embedded_files().iter().any(|file| file.path == "lib/kubernetes.rego" && file.is_policy()));
    for rule in embedded.rules() {
        assert_eq!(embedded.examples(rule).len(), 2, "{}", rule.id);
    }
}

#[test]
fn every_rule_has_a_unit_test() {
    for_every_rule(|rule| {
        let test = rule.file.replace(".rego", "_test.rego");
        let text = std::fs::read_to_string(&test).map_err(|error| format!("{test}: {error}"))?;
        if text.contains(&format!("package {}_test", rule.package)) {
            Ok(())
        } else {
            Err(format!("{test} is in another package"))
        }
    });
}

#[test]
fn the_bad_example_is_found() {
    for_every_rule(|rule| {
        let path = example(rule, "bad")?;
        let report = check(&engine(rule), "bad", as_input(rule, &path)?)?;
        if report.exit_code() == 1 {
            Ok(())
        } else {
            Err(format!("{} is not found:\n{}", path.display(), told(&report.findings)))
        }
    });
}

#[test]
fn the_good_example_is_not_found() {
    for_every_rule(|rule| {
        let path = example(rule, "good")?;
        let report = check(&engine(rule), "good", as_input(rule, &path)?)?;
        if report.ledger.evaluations_done == 0 {
            return Err(format!("{} holds nothing the rule looks at", path.display()));
        }
        if report.findings.is_empty() {
            Ok(())
        } else {
            Err(format!("{}:\n{}", path.display(), told(&report.findings)))
        }
    });
}

/// What the bad example gets wrong may be known only after apply: then nobody knows yet.
#[test]
fn an_unknown_value_leaves_the_question_open() {
    for_every_rule(|rule| {
        let path = example(rule, "bad")?;
        if path.extension().is_some_and(|e| e == "yaml") {
            return Ok(());
        }
        let plan = as_input(rule, &path)?;
        let engine = engine(rule);
        let bad = check(&engine, "bad", plan.clone())?;
        let blamed = bad.findings.iter().filter(|f| f.verdict == Verdict::Fail);
        for finding in blamed {
            let Some(attribute) = finding.path.as_ref().filter(|path| !path.is_empty()) else { continue };
            let mut plan: Json = serde_json::from_str(&plan).map_err(|error| error.to_string())?;
            forget(&mut plan, &finding.subject.address, attribute);
            let report = check(&engine, "unknown", plan.to_string())?;
            let of_subject: Vec<&Finding> =
                report.findings.iter().filter(|f| f.subject.address == finding.subject.address).collect();
            let same =
                |f: &Finding| f.path.as_ref().is_some_and(|p| p.starts_with(attribute) || attribute.starts_with(p));
            let place = format!("with `{attribute}` of {} unknown", finding.subject.address);
            if of_subject.iter().any(|f| f.verdict == Verdict::Fail && same(f)) {
                return Err(format!("{place} it is a violation:\n{}", told(&report.findings)));
            }
            if !of_subject.iter().any(|f| f.verdict == Verdict::Undetermined) {
                return Err(format!("{place} it is silently a pass:\n{}", told(&report.findings)));
            }
            if of_subject.iter().any(|f| f.verdict == Verdict::Undetermined && f.cause.is_none()) {
                return Err(format!("{place} there is no cause:\n{}", told(&report.findings)));
            }
        }
        Ok(())
    });
}

/// Makes the value at a path of a resource unknown; when it is in something that is not there, that as a whole.
fn forget(plan: &mut Json, address: &str, path: &AttributePath) {
    let parts = plan.as_object_mut().expect("a plan").values_mut().filter_map(Json::as_array_mut);
    let change = parts.flatten().find(|change| change["address"] == address).expect("the resource of the finding");
    let (mut value, mut steps) = (&change["change"]["after"], 0);
    for step in &path.0 {
        steps += 1;
        let below = match step {
            Step::Key(key) => value.get(key),
            Step::Index(index) => value.get(index),
        };
        match below {
            Some(below) => value = below,
            None => break,
        }
    }
    // A position that is not there belongs to a list that is not known.
    if matches!(path.0.get(steps - 1), Some(Step::Index(_))) && value.is_object() {
        steps -= 1;
    }
    let open = &path.0[..steps];
    let after = std::mem::take(&mut change["change"]["after"]);
    change["change"]["after"] = without(after, open);
    let mask = std::mem::take(&mut change["change"]["after_unknown"]);
    change["change"]["after_unknown"] = marked(mask, open);
}

fn without(value: Json, path: &[Step]) -> Json {
    match (path, value) {
        ([], _) => Json::Null,
        ([Step::Key(key), rest @ ..], Json::Object(mut fields)) => {
            if let Some(inner) = fields.remove(key).filter(|_| !rest.is_empty()) {
                fields.insert(key.clone(), without(inner, rest));
            }
            Json::Object(fields)
        }
        ([Step::Index(index), rest @ ..], Json::Array(mut items)) => {
            if let Some(item) = items.get_mut(*index) {
                *item = without(item.take(), rest);
            }
            Json::Array(items)
        }
        (_, other) => other,
    }
}

fn marked(mask: Json, path: &[Step]) -> Json {
    match path {
        [] => json!(true),
        [Step::Key(key), rest @ ..] => {
            let mut fields = mask.as_object().cloned().unwrap_or_default();
            let inner = fields.remove(key).unwrap_or_default();
            fields.insert(key.clone(), marked(inner, rest));
            Json::Object(fields)
        }
        [Step::Index(index), rest @ ..] => {
            let mut items = mask.as_array().cloned().unwrap_or_default();
            items.resize((*index + 1).max(items.len()), json!(false));
            items[*index] = marked(items[*index].take(), rest);
            Json::Array(items)
        }
    }
}
