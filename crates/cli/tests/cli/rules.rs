//! `parapet rules`.

use super::Sandbox;

const OWN: [&str; 4] = ["rules", "--no-builtin-packs", "--policies", "policies"];

#[test]
fn rules_are_listed() {
    let sandbox = Sandbox::new();
    let out = sandbox.run(&OWN).exits(0);
    assert_eq!(
        out.stdout,
        "house-pods-team  low       Pods name their team\n\
         house-s3-named   high      Buckets have a name\n\n\
         2 rules; packs: house. `parapet rules ID` explains one.\n"
    );
    let json = sandbox.run(&[&OWN[..], &["--format", "json"]].concat()).exits(0).json();
    assert_eq!(json[1]["id"], "house-s3-named");
    assert_eq!(json.as_array().unwrap().len(), 2);
}

#[test]
fn the_built_in_packs_are_listed() {
    let json = Sandbox::new().run(&["rules", "--format", "json"]).exits(0).json();
    let packs: std::collections::BTreeSet<&str> =
        json.as_array().unwrap().iter().filter_map(|rule| rule["pack"].as_str()).collect();
    assert!(packs.contains("aws") && packs.contains("kubernetes"), "{packs:?}");
}

#[test]
fn one_rule_is_explained() {
    let sandbox = Sandbox::new();
    sandbox.file("policies/house/named.good.tf", "resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"b\"\n}\n");
    sandbox.file("policies/house/named.bad.tf", "resource \"aws_s3_bucket\" \"a\" {}\n");
    let out = sandbox.run(&[&OWN[..], &["house-s3-named"]].concat()).exits(0);
    insta::assert_snapshot!(out.stdout);
    let json = sandbox.run(&[&OWN[..], &["house-s3-named", "--format", "json"]].concat()).exits(0).json();
    assert_eq!(json["examples"].as_array().unwrap().len(), 2);
    assert!(json["source"].as_str().unwrap().contains("package parapet.house.s3.named"));
}

#[test]
fn a_built_in_rule_is_explained_with_its_examples() {
    let sandbox = Sandbox::new();
    let rules = sandbox.run(&["rules", "--packs", "kubernetes", "--format", "json"]).exits(0).json();
    let id = rules[0]["id"].as_str().unwrap();
    sandbox.run(&["rules", id]).exits(0).prints("Good (").prints("Bad (").prints("Remedy");
}

#[test]
fn an_unknown_rule_is_an_error_with_a_suggestion() {
    let sandbox = Sandbox::new();
    sandbox
        .run(&[&OWN[..], &["house-s3-name"]].concat())
        .exits(2)
        .says("there is no rule `house-s3-name`; similar: house-s3-named");
}
