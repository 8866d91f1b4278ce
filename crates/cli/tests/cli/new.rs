//! `parapet new rule`: what it writes works at once.

use super::Sandbox;

#[test]
fn a_new_rule_passes_its_tests_and_judges() {
    let sandbox = Sandbox::new();
    let about = ["--resource", "aws_s3_bucket", "--attribute", "acl", "--severity", "high"];
    sandbox
        .run(&[&["new", "rule", "fresh/s3/has_acl"], about.as_slice()].concat())
        .exits(0)
        .prints("policies/fresh/s3/has_acl_test.rego");
    sandbox.run(&["new", "rule", "fresh/pods/team", "--kind", "Pod", "--attribute", "team"]).exits(0);
    sandbox.run(&["test", "policies"]).exits(0).prints("5 ");
    sandbox.check(&["bad.json", "--rule", "fresh-*"]).exits(1).prints("HIGH  fresh-s3-has-acl");
    sandbox.check(&["policies/fresh/pods/team.bad.yaml", "--rule", "fresh-*"]).exits(1).prints("Pod/example");
    sandbox.check(&["policies/fresh/pods/team.good.yaml", "--rule", "fresh-*"]).exits(0);
}

#[test]
fn nothing_is_overwritten_and_names_are_checked() {
    let sandbox = Sandbox::new();
    let rule = |name: &str| sandbox.run(&["new", "rule", name, "--kind", "Pod", "--attribute", "team"]);
    rule("fresh/pods/team").exits(0);
    let before = std::fs::read(sandbox.path().join("policies/fresh/pods/team.rego")).unwrap();
    rule("fresh/pods/team").exits(2).says("policies/fresh/pods/team.rego exists already; nothing was written");
    assert_eq!(std::fs::read(sandbox.path().join("policies/fresh/pods/team.rego")).unwrap(), before);
    rule("team").exits(2).says("is not PACK/SERVICE/NAME");
    rule("fresh/pods/Team-Label").exits(2).says("`Team-Label` cannot be part of a package");
    rule("../x/y").exits(2).says("`..` cannot be part of a package");
    sandbox.run(&["new", "rule", "a/b/c", "--attribute", "x"]).exits(2).says("--resource");
}
