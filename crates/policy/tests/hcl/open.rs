//! What cannot be known or read: it is said, and nothing is guessed.

use std::path::PathBuf;

use parapet_policy::Verdict;
use parapet_policy::input::hcl::{self, Variables};

use crate::{directory, engine, judged, line, read};

fn causes(files: &[(&str, &str)], rule: &str) -> Vec<String> {
    let directory = directory(files);
    let report = judged(&engine(), read(directory.path()));
    let of_rule = report.findings.iter().filter(|finding| finding.rule == rule);
    of_rule.map(|f| format!("{} {}: {}", f.verdict, f.subject.address, f.cause.as_deref().unwrap_or("-"))).collect()
}

#[test]
fn unknown_values_leave_a_rule_open_with_the_cause() {
    let volume = |encrypted: &str| format!("resource \"aws_ebs_volume\" \"v\" {{\n  encrypted = {encrypted}\n}}\n");
    for (encrypted, expected) in [
        ("false", "fail aws_ebs_volume.v: -"),
        ("var.encrypted", "undetermined aws_ebs_volume.v: var.encrypted is given no value"),
        ("aws_kms_key.k.arn == \"x\"", "undetermined aws_ebs_volume.v: unknown until aws_kms_key.k is created"),
        ("data.aws_region.r.name == \"x\"", "undetermined aws_ebs_volume.v: unknown until data.aws_region.r is read"),
        ("var.missing", "undetermined aws_ebs_volume.v: it cannot be evaluated: there is no variable \"missing\""),
        ("local.a", "undetermined aws_ebs_volume.v: it cannot be evaluated: local.a depends on itself"),
        (
            "timestamp() == \"x\"",
            "undetermined aws_ebs_volume.v: the function timestamp is not evaluated before Terraform runs",
        ),
    ] {
        let rest = "variable \"encrypted\" {}\nresource \"aws_kms_key\" \"k\" {}\ndata \"aws_region\" \"r\" {}\n\
                    locals {\n  a = local.b\n  b = local.a\n}\n";
        let text = format!("{}{rest}", volume(encrypted));
        assert_eq!(causes(&[("main.tf", &text)], "aws-ebs-encrypted"), [expected], "{encrypted}");
    }
}

#[test]
fn resources_that_may_not_exist_are_counted_and_left_open() {
    let files = [
        (
            "main.tf",
            "variable \"enabled\" {}\nresource \"aws_ebs_volume\" \"v\" {\n  count     = var.enabled ? 1 : 0\n  encrypted = false\n}\n\
         module \"m\" {\n  source   = \"./m\"\n  for_each = var.enabled\n}\n",
        ),
        ("m/main.tf", "resource \"aws_ebs_volume\" \"v\" {\n  encrypted = false\n}\n"),
    ];
    assert_eq!(
        causes(&files, "aws-ebs-encrypted"),
        [
            "undetermined aws_ebs_volume.v: `count` is not known: var.enabled is given no value",
            "undetermined module.m.aws_ebs_volume.v: `for_each` is not known: var.enabled is given no value",
        ]
    );
}

#[test]
fn modules_that_are_not_here_are_named() {
    let directory = directory(&[(
        "main.tf",
        "module \"vpc\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\nmodule \"own\" {\n  source = \"./own\"\n}\n\
         resource \"aws_ebs_volume\" \"v\" {\n  encrypted = module.vpc.encrypted\n}\n",
    )]);
    let configured = read(directory.path());
    assert_eq!(configured.notes.len(), 2, "{:?}", configured.notes);
    assert!(configured.notes[1].contains("module.vpc was not read: its source is terraform-aws-modules/vpc/aws"));
    let report = judged(&engine(), configured);
    let finding = report.findings.iter().find(|finding| finding.rule == "aws-ebs-encrypted").unwrap();
    assert_eq!(finding.verdict, Verdict::Undetermined, "{}", line(finding));
}

#[test]
fn installed_modules_are_read() {
    let manifest =
        r#"{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"vpc","Source":"x","Dir":".terraform/modules/vpc"}]}"#;
    let files = [
        ("main.tf", "module \"vpc\" {\n  source = \"example/vpc/aws\"\n}\n"),
        (".terraform/modules/modules.json", manifest),
        (".terraform/modules/vpc/main.tf", "resource \"aws_ebs_volume\" \"v\" {\n  encrypted = false\n}\n"),
    ];
    assert_eq!(causes(&files, "aws-ebs-encrypted"), ["fail module.vpc.aws_ebs_volume.v: -"]);
}

#[test]
fn values_of_variables_come_in_the_order_of_terraform() {
    let directory = directory(&[
        (
            "main.tf",
            "variable \"e\" {\n  type    = bool\n  default = true\n}\nresource \"aws_ebs_volume\" \"v\" {\n  encrypted = var.e\n}\n",
        ),
        ("a.tfvars", "e = false\n"),
        ("b.tfvars.json", "{\"e\": true}"),
    ]);
    let file = |name: &str| directory.path().join(name);
    let given = |environment: &str, files: Vec<PathBuf>, value: &str| {
        let pair = |value: &str| if value.is_empty() { vec![] } else { vec![("e".to_owned(), value.to_owned())] };
        let variables = Variables { environment: pair(environment), files, given: pair(value), values: vec![] };
        let report = judged(&engine(), hcl::read(directory.path(), &variables).unwrap());
        report.findings.iter().all(|finding| finding.rule != "aws-ebs-encrypted")
    };
    assert!(given("", vec![], ""));
    assert!(!given("false", vec![], ""));
    assert!(!given("true", vec![file("a.tfvars")], ""));
    assert!(given("", vec![file("a.tfvars"), file("b.tfvars.json")], ""));
    assert!(!given("", vec![file("b.tfvars.json")], "false"));
}

#[test]
fn a_bad_file_is_named_and_the_others_are_read() {
    let directory = directory(&[
        ("bad.tf", "resource \"aws_ebs_volume\" {\n  encrypted = = false\n}\n"),
        ("bad.tf.json", "{\"resource\": "),
        ("good.tf", "resource \"aws_ebs_volume\" \"v\" {\n  encrypted = false\n}\n"),
    ]);
    let configured = read(directory.path());
    let problems: Vec<String> = configured.problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].contains("bad.tf:2:"), "{problems:?}");
    assert!(judged(&engine(), configured).findings.iter().any(|finding| finding.rule == "aws-ebs-encrypted"));
}

#[test]
fn policy_documents_are_known() {
    let files = [(
        "main.tf",
        "data \"aws_iam_policy_document\" \"d\" {\n  statement {\n    actions   = [\"*\"]\n    resources = [\"*\"]\n  }\n}\n\
         resource \"aws_iam_policy\" \"p\" {\n  policy = data.aws_iam_policy_document.d.json\n}\n",
    )];
    let directory = directory(&files);
    let report = judged(&engine(), read(directory.path()));
    let found = report.findings.iter().find(|f| f.rule.starts_with("aws-iam-") && f.verdict == Verdict::Fail);
    assert!(found.is_some(), "{:?}", report.findings.iter().map(line).collect::<Vec<_>>());
}

#[test]
fn modules_that_call_themselves_end() {
    let directory =
        directory(&[("main.tf", "module \"m\" {\n  source = \"./\"\n}\nresource \"aws_ebs_volume\" \"v\" {}\n")]);
    let configured = read(directory.path());
    assert!(configured.notes.iter().any(|note| note.contains("does one call itself")), "{:?}", configured.notes);
}

#[test]
fn what_is_made_sensitive_is_not_printed() {
    let rule = "# METADATA\n# title: Names\n# custom:\n#   severity: low\n#   resources: [aws_sns_topic]\n#   remediation: Mend it.\n\
                package parapet.house.sns.name\n\nimport rego.v1\n\n\
                deny contains {\"path\": [\"name\"], \"message\": input.resource.values.name}\n";
    let directory = directory(&[
        ("main.tf", "resource \"aws_sns_topic\" \"t\" {\n  name = \"x-${sensitive(\"hunter22\")}\"\n}\n"),
        ("policies/name.rego", rule),
    ]);
    let policies = parapet_policy::Policies::builder().embedded(false).directory(directory.path().join("policies"));
    let options = parapet_policy::EngineOptions { threads: Some(1), ..Default::default() };
    let engine = parapet_policy::Engine::new(&policies.build().unwrap(), options).unwrap();
    let report = judged(&engine, read(directory.path()));
    assert_eq!(report.findings.iter().map(|f| f.message.as_str()).collect::<Vec<_>>(), ["(sensitive value)"]);
}
