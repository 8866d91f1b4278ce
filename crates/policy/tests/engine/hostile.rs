//! Inputs that are broken, or meant to break something: one clear error, never a panic.

use parapet_policy::{Engine, EngineOptions, Report, Severity, Verdict, input};
use proptest::prelude::*;
use serde_json::json;

use crate::plan_file::{create, plan, policies, rule};

fn refuse(bytes: &[u8]) -> String {
    match input::read("in.json", bytes.to_vec()) {
        Err(error) => error.to_string(),
        Ok(documents) => panic!("accepted: {} documents", documents.len()),
    }
}

fn check(condition: &str, text: &str) -> Option<Report> {
    let documents = input::read("plan.json", text.as_bytes().to_vec()).ok()?;
    let body = format!("deny contains {{\"message\": \"m\"}} if {condition}");
    let engine = Engine::new(&policies(&[rule("r", "", &body)]), EngineOptions::default()).unwrap();
    Some(engine.check(&documents, Severity::Low))
}

#[test]
fn faults_are_named() {
    let good = plan(vec![create("aws_t.a", json!({}), json!({}))]).to_string();
    let damaged = |from: &str, to: &str| good.replace(from, to).into_bytes();
    let resource = |change: serde_json::Value| {
        json!({"format_version": "1.2", "resource_changes": [change]}).to_string().into_bytes()
    };
    let deep = format!(
        r#"{{"format_version": "1.2", "resource_changes": [{{"address": "aws_t.a", "type": "aws_t", "change": {{"actions": ["create"], "after": {}{}}}}}]}}"#,
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let utf16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain("not a plan".encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let state = br#"{"format_version": "1.0", "values": {"root_module": {"resources": [{}]}}}"#;
    let no_actions = json!({"address": "x.y", "type": "x", "change": {"actions": []}});
    for (bytes, expected) in [
        (b"".to_vec(), "in.json: the input is empty"),
        (b" \n\t".to_vec(), "in.json: the input is empty"),
        (b"[1, 2]".to_vec(), "in.json"),
        (b"{}".to_vec(), "in.json: this looks like an empty JSON object"),
        (br#"{"a": 1, "b": 2}"#.to_vec(), "in.json: this looks like a JSON object with `a`, `b`"),
        (b"{\"a\":\n  tru}".to_vec(), "in.json:2:"),
        (good.as_bytes()[..good.len() / 2].to_vec(), "the file breaks off"),
        (damaged("\"1.2\"", "\"2.0\""), "plan format version 2.0 is not supported"),
        (damaged("\"1.2\"", "\"0.2\""), "plan format version 0.2 is not supported"),
        (damaged("\"1.2\"", "7"), "plan format version 7 is not supported"),
        (br#"{"resource_changes": []}"#.to_vec(), "plan format version (none) is not supported"),
        (br#"{"format_version": "1.2", "resource_changes": 3}"#.to_vec(), "resource_changes: this is not a list"),
        (resource(json!(3)), "resource change 1: this is not an object"),
        (resource(json!({})), "resource change 1: it has no `address`"),
        (resource(json!({"address": "x.y", "type": "x"})), "resource change 1 (x.y): it has no `change`"),
        (resource(no_actions), "its change has no `actions`"),
        (deep.into_bytes(), "resource change 1 (aws_t.a): nested deeper than 120 levels"),
        ("[".repeat(100_000).into_bytes(), "in.json"),
        ("{\"a\":".repeat(100_000).into_bytes(), "in.json"),
        (b"\xC3\x28".to_vec(), "byte 0 is not valid UTF-8"),
        (b"PK\x03\x04\xFF\xFE".to_vec(), "this is a plan as `-out` saves it"),
        (b"PK\x03\x04 all text".to_vec(), "this is a plan as `-out` saves it"),
        (b"{\"format_version\": \"1.2\"\0}".to_vec(), "in.json"),
        (utf16, "in.json"),
        (state.to_vec(), "in.json: resource 1: it is not complete"),
        (br#"{"version": 3, "serial": 1, "lineage": "x", "resources": []}"#.to_vec(), "only state files of version 4"),
        (b"{\"@level\":\"info\"}\n{\"@level\":\"info\"}\n".to_vec(), "log of `terraform plan -json`"),
        (b"resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"x\"\n}\n".to_vec(), "Terraform configuration"),
    ] {
        let error = refuse(&bytes);
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(80)]).into_owned();
        assert!(error.contains(expected), "{shown:?}: {error}");
        assert!(error.starts_with("in.json") && !error.contains('\n') && error.len() < 500, "{error}");
    }
}

#[test]
fn a_byte_order_mark_and_utf16_are_read() {
    let text = plan(vec![]).to_string();
    let utf8 = [b"\xEF\xBB\xBF".as_slice(), text.as_bytes()].concat();
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for bytes in [utf8, utf16] {
        assert_eq!(input::read("plan", bytes).unwrap().len(), 1);
    }
}

#[test]
fn a_resource_that_cannot_be_decoded_is_an_error_of_its_own() {
    let input =
        plan(vec![create("aws_t.a", json!({"n": 1}), json!({})), create("aws_t.b", json!({"n": 2}), json!({}))]);
    let broken = input.to_string().replace("\"n\":1", "\"n\":1e999999");
    let report = check("input.resource.values.n == 2", &broken).unwrap();
    assert!(report.ledger.balanced());
    let verdicts: Vec<_> = report.findings.iter().map(|f| (f.verdict, f.subject.address.as_str())).collect();
    assert_eq!(verdicts, [(Verdict::Error, "aws_t.a"), (Verdict::Fail, "aws_t.b")]);
    assert_eq!(report.exit_code(), 2);
}

#[test]
fn duplicate_keys_and_huge_integers_are_read() {
    let text = r#"{"format_version": "0.1", "format_version": "1.2", "resource_changes": [{"address": "x", "address": "aws_t.a",
        "type": "aws_t", "change": {"actions": ["create"], "after": {"n": 123456789012345678901234567890, "m": -9223372036854775808}}}]}"#;
    let report = check("input.resource.values.n > 5", text).unwrap();
    assert_eq!((report.exit_code(), report.findings[0].subject.address.as_str()), (1, "aws_t.a"));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = input::read("x", bytes);
    }

    #[test]
    fn no_damaged_plan_makes_it_panic(position in 0_usize..2000, byte in 0_u8..128, cut in 0_usize..40) {
        let changes = vec![create("module.a[\"x\"].aws_t.a[0]", json!({"n": [1, {"x": null}]}), json!({"arn": true}))];
        let mut bytes = plan(changes).to_string().into_bytes();
        let position = position % bytes.len();
        bytes[position] = byte;
        if cut < 10 {
            bytes.truncate(bytes.len() - cut);
        }
        if let Some(report) = check("input.resource.values.n", &String::from_utf8_lossy(&bytes)) {
            prop_assert!(report.ledger.balanced());
        }
    }
}
