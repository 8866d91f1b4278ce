//! Where findings are.

use std::fs;

use parapet_policy::{Severity, input};

use crate::{directory, engine, here, judged, read};

/// Text of the source at a finding, and the lines of the module calls before it.
pub(crate) fn written(finding: &parapet_policy::Finding) -> String {
    let source = finding.source.as_ref().unwrap();
    let text = fs::read_to_string(&source.file).unwrap();
    let line = text.lines().nth(source.line as usize - 1).unwrap();
    let from = source.column as usize - 1;
    let to = if source.end_line == source.line { source.end_column as usize - 1 } else { line.chars().count() };
    let calls: Vec<String> = finding
        .calls
        .iter()
        .map(|call| {
            let text = fs::read_to_string(&call.file).unwrap();
            format!("{} > ", text.lines().nth(call.line as usize - 1).unwrap().trim_end_matches(" {"))
        })
        .collect();
    format!("{}{}", calls.concat(), line.chars().skip(from).take(to - from).collect::<String>())
}

#[test]
fn findings_point_at_the_argument_and_name_the_calls() {
    let report = judged(&engine(), read(&here("stack")));
    let at = |rule: &str, address: &str| -> Vec<String> {
        let of = |f: &&parapet_policy::Finding| f.rule == rule && f.subject.address == address;
        report.findings.iter().filter(of).map(written).collect()
    };
    assert_eq!(
        at("aws-rds-storage-encrypted", "module.database[1].aws_db_instance.this"),
        ["module \"database\" > storage_encrypted      = var.encrypted"]
    );
    assert_eq!(
        at("aws-security-group-admin-ports", "module.network[\"web\"].aws_security_group.this"),
        ["module \"network\" > cidr_blocks = var.source_ranges"]
    );
    // An argument that is not written: the block it should stand in.
    assert_eq!(
        at("aws-rds-multi-az", "module.database[0].aws_db_instance.this"),
        ["module \"database\" > resource \"aws_db_instance\" \"this\""]
    );
}

#[test]
fn a_plan_with_its_source_names_the_same_places() {
    let engine = engine();
    let from_source = judged(&engine, read(&here("stack")));
    let plan = input::read("plan.json", fs::read(here("stack.plan.json")).unwrap()).unwrap();
    let mut from_plan = engine.check(&plan, Severity::Info);
    let (source, problems) = input::hcl::open(&here("stack"));
    assert!(problems.is_empty());
    source.locate(&mut from_plan.findings, "plan.json", true);
    let places = |report: &parapet_policy::Report| {
        let mut places: Vec<String> =
            report.findings.iter().map(|f| format!("{} {} {}", f.rule, f.subject.address, written(f))).collect();
        places.sort();
        places
    };
    assert_eq!(places(&from_source), places(&from_plan));
}

#[test]
fn positions_within_sets_are_not_guessed() {
    // A plan sorts them: position 0 is not the first that is written.
    let files = [(
        "main.tf",
        "resource \"aws_security_group\" \"s\" {\n  ingress {\n    from_port = 9\n  }\n  ingress {\n    from_port = 1\n  }\n}\nresource \"aws_ebs_volume\" \"v\" {}\n",
    )];
    let directory = directory(&files);
    let (source, _) = input::hcl::open(directory.path());
    let mut finding = judged(&engine(), read(directory.path())).findings.remove(0);
    finding.subject.address = "aws_security_group.s".to_owned();
    finding.subject.kind = "aws_security_group".to_owned();
    finding.path = Some(["ingress".into(), 0.into(), "from_port".into()].into_iter().collect());
    for (sorted, expected) in [(true, 1), (false, 3)] {
        finding.source = None;
        let mut findings = [finding.clone()];
        let document = finding.subject.document.clone();
        source.locate(&mut findings, &document, sorted);
        assert_eq!(findings[0].source.as_ref().unwrap().line, expected);
    }
}
