//! What plans cost, and what things cost by the unit, as rules see it.

use parapet_policy::cost::{Basis, Budget};
use parapet_policy::input::hcl::{self, Variables};
use parapet_policy::{Engine, EngineOptions, Policies, Report, Severity, Value};
use parapet_pricing::Book;
use serde_json::{Value as Json, json};

use crate::plan_file::{assert_balanced, change, documents, plan, rule};

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/guides/cost.md");

fn instance(kind: &str) -> Json {
    json!({"instance_type": kind, "availability_zone": "us-east-1a"})
}

/// An m5.large that becomes an m5.xlarge.
fn grown() -> Json {
    plan(vec![change("aws_instance.web", &["update"], instance("m5.large"), instance("m5.xlarge"), json!({}))])
}

fn engine(modules: &[String], basis: Basis) -> Engine {
    let builder = Policies::builder().embedded(false).cost(Some(basis));
    let builder = modules.iter().enumerate().fold(builder, |b, (i, text)| b.module(format!("m{i}.rego"), text));
    let policies = builder.build().unwrap_or_else(|error| panic!("{error}"));
    Engine::new(&policies, EngineOptions { threads: Some(1), ..EngineOptions::default() }).unwrap()
}

fn check(modules: &[String], basis: Basis, input: &Json) -> Report {
    let report = engine(modules, basis).check(&documents(input), Severity::Info);
    assert_balanced(&report);
    report
}

fn told(report: &Report) -> Vec<String> {
    let line = |finding: &parapet_policy::Finding| {
        let cause = finding.cause.as_ref().map(|cause| format!(" ({cause})")).unwrap_or_default();
        format!("{} {} {}: {}{cause}", finding.verdict, finding.rule, finding.subject.address, finding.message)
    };
    let mut lines: Vec<String> = report.findings.iter().map(line).collect();
    lines.sort();
    lines
}

/// A rule about plans.
fn about_plans(name: &str, body: &str) -> String {
    rule(name, "scope: plan", body).replace("#   resources: [aws_t]\n", "")
}

/// The rules, the configuration and the findings of the guide.
#[test]
fn the_example_of_the_guide_is_what_happens() {
    let guide = std::fs::read_to_string(GUIDE).unwrap();
    let (_, section) = guide.split_once("## Rules about cost").unwrap();
    let blocks = |language: &str| -> Vec<String> {
        let fence = format!("```{language}\n");
        let after = section.split(&fence).skip(1);
        after.map(|text| text.split("```").next().unwrap().to_owned()).collect()
    };
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("main.tf"), &blocks("terraform")[0]).unwrap();
    let configured = hcl::read(directory.path(), &Variables::default()).unwrap();
    let rules = blocks("rego");
    assert_eq!(rules.len(), 2);
    let report = engine(&rules, Basis::default()).check(&[configured.document], Severity::Info);
    assert_balanced(&report);
    assert_eq!(told(&report), blocks("text")[0].lines().collect::<Vec<_>>());
    assert!(report.findings.iter().all(|finding| finding.subject.kind == "aws_instance"), "each knows its resource");
}

#[test]
fn a_rule_that_reads_no_resources_leaves_them_alone() {
    let body = "deny contains {\"message\": sprintf(\"%v\", [input.cost.change_usd])} if input.cost.monthly_usd > 100";
    let report = check(&[about_plans("dear", body)], Basis::default(), &grown());
    assert_eq!(told(&report), ["fail test-dear : 70.08"]);
    assert_eq!((report.ledger.resources_evaluated, report.ledger.evaluations_done), (0, 1));
}

#[test]
fn a_rule_about_a_budget_waits_for_one() {
    let body = "deny contains {\"message\": \"m\"} if input.cost.monthly_usd > input.cost.budget.monthly_usd";
    let modules = [about_plans("budget", body)];
    let none = check(&modules, Basis::default(), &grown());
    assert_eq!((none.findings.len(), none.ledger.evaluations_expected), (0, 0));
    let basis = |monthly: &str| {
        let budget = Budget { monthly_usd: Some(monthly.parse().unwrap()), max_increase_percent: None };
        Basis { budget, ..Basis::default() }
    };
    assert_eq!(check(&modules, basis("140.1599"), &grown()).findings.len(), 1);
    let within = check(&modules, basis("140.16"), &grown());
    assert_eq!((within.findings.len(), within.ledger.evaluations_done), (0, 1));
    assert_ne!(within.policies.digest, check(&modules, basis("140.17"), &grown()).policies.digest);
}

#[test]
fn values_that_cannot_be_read_are_an_error_of_the_rule_that_asks() {
    let body = "deny contains {\"message\": \"m\"} if input.cost.monthly_usd > 1";
    let broken = json!({"instance_type": "m5.large", "availability_zone": "us-east-1a", "tags": "X"});
    let text = plan(vec![change("aws_instance.web", &["create"], Json::Null, broken, json!({}))]).to_string();
    let text = text.replace("\"X\"", "1e999999");
    let documents = parapet_policy::input::read("plan.json", text.into_bytes()).unwrap();
    let other = rule("other", "", "deny contains {\"message\": \"m\"} if input.resource.values.x == 1");
    let report = engine(&[about_plans("dear", body), other], Basis::default()).check(&documents, Severity::Info);
    assert_eq!(report.exit_code(), 2);
    let causes: Vec<&str> = report.findings.iter().filter_map(|finding| finding.cause.as_deref()).collect();
    assert!(report.findings.iter().any(|it| it.rule == "test-dear") && !causes.is_empty(), "{:#?}", report.findings);
}

#[test]
fn prices_are_there_for_those_who_name_them() {
    let lookup = |module: String, basis: Basis, query: &str| {
        let engine = engine(&[module], basis);
        engine.explore(&format!("data.parapet.prices{query}"), None, false).unwrap().value
    };
    let uses = || rule("uses", "", "deny contains {\"message\": \"m\"} if data.parapet.prices.currency == \"EUR\"");
    let imports = || {
        let body =
            "import data.parapet.prices as known\ndeny contains {\"message\": \"m\"} if known.currency == \"EUR\"";
        rule("imports", "", body)
    };
    let neither = rule("neither", "", "deny contains {\"message\": \"m\"} if input.resource.values.x == 1");
    let of = "[\"regions\"][\"us-east-1\"].ec2";
    assert_eq!(lookup(uses(), Basis::default(), &format!("{of}[\"m5.large\"].usd")), Value::from(0.096));
    assert_eq!(lookup(imports(), Basis::default(), &format!("{of}[\"m5.large\"].unit")), Value::from("hour"));
    assert_eq!(lookup(uses(), Basis::default(), &format!("{of}[\"p99.mega\"]")), Value::Undefined);
    assert_eq!(lookup(neither, Basis::default(), ".currency"), Value::Undefined);
    let own = br#"{"format": "parapet-price-book/1", "name": "Ours", "date": "2026-11-01", "instances": {"us-east-1": {"m5.large": 0.05}}}"#;
    let book = Book::parse("ours.json", own).unwrap().over(Book::reference());
    let basis = || Basis { book: book.clone(), ..Basis::default() };
    assert_eq!(lookup(uses(), basis(), &format!("{of}[\"m5.large\"].usd")), Value::from(0.05));
    let body = "deny contains {\"message\": sprintf(\"%v\", [input.cost.before_monthly_usd])} if input.cost.before_monthly_usd";
    assert_eq!(told(&check(&[about_plans("was", body)], basis(), &grown())), ["fail test-was : 36.5"]);
}
