//! Calls of modules that are not here: what they are given is judged.

use parapet_policy::{Engine, EngineOptions, Finding, Policies, Report};

use crate::places::written;
use crate::{directory, engine, judged, read};

const RULE: &str = "aws-eks-module-supported-version";

const BESIDE: &str = "variable \"open\" {}\nlocals {\n  version = \"1.28\"\n}\n";

fn report(files: &[(&str, &str)]) -> (tempfile::TempDir, Report) {
    let directory = directory(files);
    let report = judged(&engine(), read(directory.path()));
    assert!(report.ledger.balanced(), "{:?}", report.ledger);
    (directory, report)
}

/// What the rule says of a call with these arguments.
fn said(arguments: &str) -> Vec<String> {
    let text = format!("{BESIDE}module \"m\" {{\n  source = \"./absent\"\n{arguments}\n}}\n");
    said_of(&report(&[("main.tf", &text)]).1)
}

fn said_of(report: &Report) -> Vec<String> {
    let one = |finding: &Finding| {
        let path = finding.path.as_ref().map(ToString::to_string).unwrap_or_default();
        let cause = finding.cause.as_ref().map(|cause| format!(": {cause}")).unwrap_or_default();
        format!("{} {} {path}{cause}", finding.verdict, finding.subject.address)
    };
    report.findings.iter().filter(|finding| finding.rule == RULE).map(one).collect()
}

#[test]
fn arguments_are_judged_as_far_as_they_are_known() {
    let no_value = "var.open is given no value";
    for (arguments, expected) in [
        ("cluster_version = \"1.28\"", vec!["fail module.m cluster_version".to_owned()]),
        ("cluster_version = \"1.35\"", vec![]),
        ("cluster_version = local.version", vec!["fail module.m cluster_version".to_owned()]),
        ("eks = { main = { cluster_version = \"1.28\" } }", vec!["fail module.m eks.main.cluster_version".to_owned()]),
        ("cluster_version = var.open", vec![format!("undetermined module.m cluster_version: {no_value}")]),
        (
            "eks = { cluster_version = var.open }",
            vec![format!("undetermined module.m eks.cluster_version: {no_value}")],
        ),
        // What cannot be evaluated leaves what stands beside it.
        (
            "eks = { a = module.absent.b, cluster_version = \"1.28\" }",
            vec!["fail module.m eks.cluster_version".to_owned()],
        ),
        // What has another name may be anything, and keeps nothing open.
        ("cluster_version = \"1.35\"\nregion = var.open\neks = { network = var.open }", vec![]),
        ("cluster_version = \"1.28\"\nregion = var.open", vec!["fail module.m cluster_version".to_owned()]),
    ] {
        assert_eq!(said(arguments), expected, "{arguments}");
    }
}

#[test]
fn every_instance_is_judged_and_one_that_may_not_be_there_left_open() {
    let not_known = |what: &str| {
        vec![format!("undetermined module.m cluster_version: `{what}` is not known: var.open is given no value")]
    };
    for (arguments, expected) in [
        ("count = 0\ncluster_version = \"1.28\"", vec![]),
        (
            "count = 2\ncluster_version = \"1.2${count.index + 7}\"",
            vec!["fail module.m[0] cluster_version".to_owned(), "fail module.m[1] cluster_version".to_owned()],
        ),
        (
            "for_each = { old = \"1.28\", new = \"1.35\" }\ncluster_version = each.value",
            vec!["fail module.m[\"old\"] cluster_version".to_owned()],
        ),
        ("count = var.open\ncluster_version = \"1.28\"", not_known("count")),
        ("count = var.open\ncluster_version = \"1.35\"", vec![]),
        ("for_each = var.open\ncluster_version = each.value", not_known("for_each")),
    ] {
        assert_eq!(said(arguments), expected, "{arguments}");
    }
}

#[test]
fn findings_point_into_the_arguments() {
    let main = "module \"outer\" {\n  source = \"./outer\"\n}\n";
    let outer = "module \"inner\" {\n  source = \"example/eks/aws\"\n  eks = {\n    name = \"a\"\n    cluster_version = \"1.28\"\n  }\n}\n";
    let (_directory, report) = report(&[("main.tf", main), ("outer/main.tf", outer)]);
    assert_eq!(said_of(&report), ["fail module.outer.module.inner eks.cluster_version"]);
    let finding = report.findings.iter().find(|finding| finding.rule == RULE).unwrap();
    assert_eq!(written(finding), "module \"outer\" > cluster_version = \"1.28\"");
    assert_eq!(finding.source.as_ref().unwrap().line, 5);
}

#[test]
fn a_call_within_a_module_that_may_not_be_there_is_left_open() {
    let main = format!("{BESIDE}module \"outer\" {{\n  source = \"./outer\"\n  count = var.open\n}}\n");
    let inner = "module \"inner\" {\n  source = \"./absent\"\n  cluster_version = \"1.28\"\n}\n";
    assert_eq!(
        said_of(&report(&[("main.tf", &main), ("outer/main.tf", inner)]).1),
        ["undetermined module.outer.module.inner cluster_version: `count` is not known: var.open is given no value"]
    );
}

#[test]
fn calls_are_no_resources() {
    let call =
        "module \"m\" {\n  source = \"./absent\"\n  providers = {\n    aws = aws.west\n  }\n  encrypted = false\n}\n";
    let volume = "resource \"aws_ebs_volume\" \"v\" {\n  encrypted = true\n}\n";
    let (_one, without) = report(&[("main.tf", volume)]);
    let text = format!("{volume}{call}");
    let (_other, with) = report(&[("main.tf", &text)]);
    let counts = |report: &Report| (report.ledger.resources_planned, report.ledger.skipped.clone());
    assert_eq!(counts(&with), counts(&without));
    assert_eq!(with.documents[0].resources, 1);
    // Rules about plans that name no types are about all resources, and about no call.
    assert!(with.findings.iter().all(|finding| !finding.subject.address.starts_with("module.")), "{:?}", with.findings);
    assert!(with.ledger.evaluations_done > without.ledger.evaluations_done, "the rules about calls are evaluated");
}

#[test]
fn rules_of_ones_own_see_source_version_and_arguments_and_print_no_secret() {
    let rule = "# METADATA\n# title: Modules\n# custom:\n#   severity: low\n#   resources: [module]\n#   controls: {soc2: [CC8.1]}\n\
         #   remediation: Mend it.\npackage parapet.own.modules.told\n\nimport rego.v1\n\n\
         deny contains {\"path\": [\"version\"], \"message\": message} if {\n\tr := input.resource\n\
         \tmessage := sprintf(\"%s %s %s %s %s\", [r.name, r.values.source, r.values.version, r.values.password, object.keys(r.values)])\n\
         \tr.config.password.references\n}\n";
    let policies = Policies::builder().embedded(false).module("own/modules/told.rego", rule).build().unwrap();
    let engine = Engine::new(&policies, EngineOptions { threads: Some(1), ..EngineOptions::default() }).unwrap();
    let directory = directory(&[
        (
            "main.tf",
            "variable \"password\" {\n  sensitive = true\n  default = \"correct-horse\"\n}\n\
         module \"m\" {\n  source = \"example/db/aws\"\n  version = \"1.2.3\"\n  password = var.password\n  depends_on = [module.n]\n}\n\
         module \"n\" {\n  source = \"./n\"\n}\n",
        ),
        ("n/main.tf", ""),
    ]);
    let report = judged(&engine, read(directory.path()));
    let told: Vec<&str> = report.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("m example/db/aws 1.2.3 "), "{told:?}");
    assert!(told[0].contains("\"password\", \"source\", \"version\""), "{told:?}");
    assert!(!told[0].contains("correct-horse"), "{told:?}");
}
