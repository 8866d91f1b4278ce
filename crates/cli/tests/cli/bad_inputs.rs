//! Whatever is wrong with an input or a policy is exit code 2 and one clear message.

use super::{BUCKET_RULE, Sandbox};

#[test]
fn an_empty_file() {
    let sandbox = Sandbox::new();
    sandbox.file("empty.json", "");
    let out = sandbox.check(&["empty.json"]).exits(2).says("error: empty.json: the input is empty");
    assert_eq!(out.stdout, "");
    assert_eq!(out.stderr.lines().count(), 1, "{}", out.stderr);
}

#[test]
fn not_json() {
    let sandbox = Sandbox::new();
    sandbox.file("plan.json", "{\"format_version\": \"1.2\",\n  oops\n}");
    sandbox.check(&["plan.json"]).exits(2).says("error: plan.json:2:");
    sandbox.file("noise.json", [0xff, 0xfe, 0x00, 0x9f, 0x92, 0x96]);
    sandbox.check(&["noise.json"]).exits(2).says("error: noise.json");
    sandbox.file("tfplan", [0x50, 0x4b, 0x03, 0x04, 0x00, 0x08, 0xff, 0x00]);
    sandbox.check(&["tfplan"]).exits(2).says("error: tfplan").says("terraform show -json");
}

#[test]
fn a_plan_of_an_unknown_format_version() {
    let sandbox = Sandbox::new();
    sandbox.file("plan.json", r#"{"format_version": "9.0", "resource_changes": []}"#);
    sandbox.check(&["plan.json"]).exits(2).says("plan.json: plan format version 9.0 is not supported");
}

/// Terraform saves a plan with `-out` also when planning failed: with the resources that it had come to.
const PLAN: &str = r#"{"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {"root_module": {}},
    "resource_changes": [{"address": "aws_nat_gateway.a", "mode": "managed", "type": "aws_nat_gateway", "name": "a",
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {"actions": ["create"], "before": null, "after": {"region": "us-east-1"}, "after_unknown": {}}}],
    "configuration": {"root_module": {}}, "applyable": false, "complete": false, "errored": true}"#;

#[test]
fn a_plan_that_terraform_could_not_finish() {
    let sandbox = Sandbox::new();
    let whole =
        PLAN.replace("\"errored\": true", "\"errored\": false").replace("\"complete\": false", "\"complete\": true");
    sandbox.file("whole.json", &whole);
    sandbox.check(&["whole.json"]).exits(0);
    sandbox.file("plan.json", PLAN);
    let said = "plan.json: Terraform failed while it made this plan (`errored` is true)";
    sandbox.check(&["plan.json"]).exits(2).says(said);
    let estimate = sandbox.run(&["cost", "estimate", "plan.json"]).exits(2).says(said);
    assert_eq!(estimate.stdout, "", "no sum of a part");
    // A package made for other tools gets the whole plan, and no part of one either.
    sandbox.file("p/main.rego", "package main\nimport rego.v1\ndeny contains \"x\" if input.none\n");
    sandbox.run(&["check", "--no-builtin-packs", "--policies", "p", "plan.json"]).exits(2).says(said);
}

#[test]
fn a_plan_of_a_part_is_no_plan_of_everything() {
    let sandbox = Sandbox::new();
    let plan = PLAN.replace("\"errored\": true", "\"errored\": false");
    sandbox.file("plan.json", &plan);
    let why = "Terraform calls the plan incomplete, as it does one made with `-target`";
    sandbox.check(&["plan.json"]).exits(0).prints(why).prints("1 undetermined");
    for format in ["json", "markdown", "sarif", "junit", "html"] {
        let out = sandbox.check(&["--format", format, "plan.json"]).exits(0).stdout;
        assert!(out.contains("what it leaves out was not checked"), "{format}: {out}");
    }
    for format in ["text", "json", "markdown", "html"] {
        let out = sandbox.run(&["cost", "estimate", "--format", format, "plan.json"]).exits(0).stdout;
        assert!(out.contains("Terraform calls the plan incomplete"), "{format}: {out}");
    }
    sandbox.file("plan.json", plan.replace("\"applyable\"", "\"deferred_changes\": [{}, {}], \"applyable\""));
    sandbox.check(&["plan.json"]).exits(0).prints("Terraform has deferred 2 changes to a later plan");
}

#[test]
fn json_of_something_else() {
    let sandbox = Sandbox::new();
    sandbox.file("package.json", r#"{"name": "web"}"#);
    sandbox.check(&["package.json"]).exits(2).says("error: package.json: ");
}

#[test]
fn a_path_that_does_not_exist() {
    let sandbox = Sandbox::new();
    sandbox.check(&["nowhere.json"]).exits(2).says("error: nowhere.json: cannot be read: ").says("check the spelling");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    let path = sandbox.file("secret.json", "{}");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&path).is_ok() {
        eprintln!("skipped: this user may read every file");
        return;
    }
    sandbox.check(&["secret.json"]).exits(2).says("error: secret.json: cannot be read: ");
}

#[test]
fn a_yaml_bomb() {
    let sandbox = Sandbox::new();
    let mut bomb =
        String::from("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..20 {
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(", ")));
    }
    sandbox.file("bomb.yaml", bomb);
    let out = sandbox.check(&["bomb.yaml"]).exits(2).says("error: bomb.yaml: document 1, line ").says("YAML bomb");
    assert_eq!(out.stderr.lines().count(), 1, "{}", out.stderr);
}

#[test]
fn a_manifest_that_breaks_off() {
    let sandbox = Sandbox::new();
    sandbox.file("m.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: a\n");
    sandbox.check(&["m.yaml"]).exits(2).says("error: m.yaml:");
    sandbox.file("dup.yaml", "apiVersion: v1\nkind: Pod\nkind: Job\n");
    sandbox.check(&["dup.yaml"]).exits(2).says("error: dup.yaml:3:1: document 1: ");
    sandbox.file("review.json", r#"{"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview"}"#);
    sandbox.check(&["review.json"]).exits(2).says("no `request`");
}

#[test]
fn rego_that_does_not_parse() {
    let sandbox = Sandbox::new();
    sandbox
        .file("policies/broken.rego", "package broken\nimport rego.v1\n\ndeny contains \"a\" if {\n\tinput.a ==\n}\n");
    let out = sandbox.check(&["good.json"]).exits(2).says("broken.rego:");
    assert_eq!(out.stdout, "");
}

#[test]
fn misspelt_metadata() {
    let sandbox = Sandbox::new();
    sandbox.file("policies/house/named.rego", BUCKET_RULE.replace("severity: high", "severety: high"));
    sandbox.check(&["good.json"]).exits(2).says("named.rego:").says("METADATA").says("severety");
    sandbox.file("policies/house/named.rego", BUCKET_RULE.replace("severity: high", "severity: hihg"));
    sandbox.check(&["good.json"]).exits(2).says("named.rego:5").says("hihg");
}

#[test]
fn a_policy_that_loops_long() {
    let sandbox = Sandbox::new();
    let slow = BUCKET_RULE.replace("house.s3.named", "house.s3.slow").replace(
        "\tnot input.resource.values.bucket",
        "\tsome i in numbers.range(1, 1000000)\n\tsome j in numbers.range(1, 1000000)\n\ti + j < 0",
    );
    sandbox.file("policies/house/slow.rego", slow);
    let start = std::time::Instant::now();
    let out = sandbox.check(&["bad.json", "--evaluation-timeout", "300ms"]).exits(2);
    out.prints("ERROR  house-s3-slow").prints("HIGH  house-s3-named").prints("ERROR: 1 rule evaluation failed");
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    sandbox.check(&["bad.json", "--evaluation-timeout", "fast"]).exits(2).says("is not a duration");
}

#[test]
fn policies_that_are_not_there() {
    let sandbox = Sandbox::new();
    sandbox.run(&["check", "--policies", "nowhere", "good.json"]).exits(2).says("nowhere");
    sandbox.file("none/readme.txt", "");
    sandbox.run(&["check", "--policies", "none", "good.json"]).exits(2).says("no .rego file");
    sandbox.run(&["check", "--no-builtin-packs", "good.json"]).exits(2).says("--policies");
}

#[test]
fn an_unknown_pack_or_rule() {
    let sandbox = Sandbox::new();
    sandbox
        .check(&["good.json", "--packs", "azure"])
        .exits(2)
        .says("there is no policy pack `azure`; there are: house");
    sandbox
        .check(&["good.json", "--rule", "house-s3-nmed"])
        .exits(2)
        .says("no rule matches `house-s3-nmed`")
        .says("house-s3-named");
}
