//! One rule's trouble is its own, and every run ends.

use std::time::{Duration, Instant};

use parapet_policy::{Engine, EngineOptions, Value, Verdict};
use serde_json::json;

use crate::plan_file::{assert_balanced, check, create, lines, plan, policies, rule};

fn violation() -> String {
    rule("violation", "", "deny contains {\"message\": \"m\"} if true")
}

fn one() -> serde_json::Value {
    plan(vec![create("aws_t.a", json!({"n": 1}), json!({}))])
}

#[test]
fn an_error_in_one_rule_fails_the_run_and_hides_nothing() {
    let faulty = [
        ("conflict", "x := 1 if true\nx := 2 if true\ndeny contains {\"message\": \"m\"} if x == 1"),
        ("conflicting_function", "f(_) := 1\nf(_) := 2\ndeny contains {\"message\": \"m\"} if f(1) == 1"),
        ("number", "deny := 3"),
        ("path", "deny contains {\"path\": [true], \"message\": \"m\"} if true"),
        ("recursion", "a if b\nb if a\ndeny contains {\"message\": \"m\"} if a"),
    ];
    for (name, body) in faulty {
        let report = check(&[rule(name, "", body), violation()], &one());
        let errors: Vec<_> = report.findings.iter().filter(|f| f.verdict == Verdict::Error).collect();
        assert_eq!(errors.len(), 1, "{name}: {:#?}", report.findings);
        assert_eq!(errors[0].rule, format!("test-{}", name.replace('_', "-")));
        assert!(errors[0].cause.is_some(), "{name}");
        assert!(lines(&report).contains(&"fail aws_t.a".to_owned()), "{name}: {:#?}", report.findings);
        assert_eq!(report.exit_code(), 2);
        assert_balanced(&report);
    }
}

#[test]
fn builtin_errors_are_undefined_as_in_opa() {
    let body = "deny contains {\"message\": \"m\"} if not to_number(\"x\")\ndeny contains {\"message\": \"n\"} if not net.cidr_intersects(\"x\", \"10.0.0.0/8\")";
    let report = check(&[rule("r", "", body)], &one());
    assert_eq!(lines(&report), ["fail aws_t.a", "fail aws_t.a"]);
}

#[test]
fn a_rule_that_runs_too_long_is_stopped_and_named() {
    let numbers = "numbers.range(1, 2000)";
    let slow = [
        format!(
            "deny contains {{\"message\": \"m\"}} if {{ some a in {numbers}; some b in {numbers}; some c in {numbers}; a + b + c < 0 }}"
        ),
        format!(
            "deny contains {{\"message\": \"m\"}} if count([1 | some a in {numbers}; some b in {numbers}; some c in {numbers}; a * b * c == 0]) > 0"
        ),
        format!(
            "f(x) := y if {{ y := count([1 | some a in {numbers}; some b in {numbers}; a * b * x == -1]) }}\ndeny contains {{\"message\": \"m\"}} if {{ some a in {numbers}; f(a) == 1 }}"
        ),
        format!(
            "deny contains {{\"message\": \"m\"}} if {{ every a in {numbers} {{ every b in {numbers} {{ every c in {numbers} {{ a + b + c > 0 }} }} }} }}"
        ),
    ];
    for body in slow {
        let started = Instant::now();
        let report = check(&[rule("slow", "", &body), violation()], &one());
        assert!(started.elapsed() < Duration::from_secs(20), "{body}");
        let error = &report.findings[0];
        assert_eq!((error.rule.as_str(), error.verdict), ("test-slow", Verdict::Error), "{body}");
        assert!(error.message.contains("stopped after 500ms"), "{}", error.message);
        assert!(lines(&report).contains(&"fail aws_t.a".to_owned()));
        assert_eq!(report.exit_code(), 2);
    }
}

#[test]
fn an_engine_serves_on_after_an_error() {
    let body = "deny contains {\"message\": \"m\"} if x == 1\nx := input.resource.values.n\nx := 1";
    let input = plan(vec![
        create("aws_t.a", json!({"n": 1}), json!({})),
        create("aws_t.b", json!({"n": 2}), json!({})),
        create("aws_t.c", json!({"n": 1}), json!({})),
    ]);
    assert_eq!(lines(&check(&[rule("r", "", body)], &input)), ["error aws_t.b", "fail aws_t.a", "fail aws_t.c"]);
}

#[test]
fn queries() {
    let options = EngineOptions { evaluation_timeout: Duration::from_millis(300), threads: Some(1) };
    let engine = Engine::new(&policies(&[]), options).unwrap();
    let query = |query: &str, module: &str| {
        let result = engine.query(query, module, Value::from_json_str(r#"{"n": 2}"#).unwrap());
        result.map(|value| serde_json::to_string(&value).unwrap()).map_err(|error| error.to_string())
    };
    let module = "package t\nimport rego.v1\ndouble := input.n * 2\nall contains x if some x in [1, 2]";
    assert_eq!(query("data.t.double", module).unwrap(), "4");
    assert_eq!(query("x = data.t.double", module).unwrap(), r#"{"x":4}"#);
    assert_eq!(query("data.t", "package t\np { input.n == 2 }").unwrap(), r#"{"p":true}"#);
    assert_eq!(engine.query("data.t.nothing", module, Value::Null).unwrap(), Value::Undefined);
    let endless = "package t\nimport rego.v1\nx if { some a in numbers.range(1, 9999); some b in numbers.range(1, 9999); a * b < 0 }";
    for (text, module, expected) in [
        ("data.t.double", "package t\np := ", "module.rego:2:"),
        ("data.t.double +", module, "query:1:16: expecting expression\n  |\n1 | data.t.double +\n  |                ^"),
        ("data.t.x", "package t\nx := http.send({})", "`http.send` is switched off"),
        ("data.t.x", endless, "took longer than 300ms"),
    ] {
        let error = query(text, module).expect_err(text);
        assert!(error.contains(expected), "{error}");
    }
}
