use super::*;
use crate::finding::SourceRange;
use crate::report::sample;

fn filtered(baseline: &Baseline, mut report: Report) -> Report {
    baseline.apply(&mut report, "baseline.json");
    report
}

#[test]
fn what_is_known_is_left_out_and_errors_never_are() {
    let report = sample::everything();
    let baseline = Baseline::of(&report);
    let after = filtered(&baseline, report.clone());
    assert!(after.findings.iter().all(|finding| finding.verdict == Verdict::Error) && !after.findings.is_empty());
    let summary = after.baseline.unwrap();
    assert_eq!(usize::try_from(summary.known).unwrap(), report.findings.len() - after.findings.len());
    assert_eq!((summary.gone, summary.moved), (0, 0));
}

#[test]
fn lines_files_and_messages_do_not_count() {
    let report = sample::example();
    let baseline = Baseline::of(&report);
    let mut later = report;
    for finding in &mut later.findings {
        finding.subject.document = "renamed.json".to_owned();
        finding.message = "said in other words".to_owned();
        finding.source = Some(SourceRange { file: "b.tf".into(), line: 7, column: 3, end_line: 7, end_column: 9 });
    }
    assert!(filtered(&baseline, later).findings.is_empty());
}

#[test]
fn a_second_finding_and_an_answered_question_are_new() {
    let report = sample::example();
    let baseline = Baseline::of(&report);
    let mut twice = report.clone();
    twice.findings.push(twice.findings[0].clone());
    assert_eq!(filtered(&baseline, twice).findings.len(), 1);

    let mut answered = report;
    answered.findings.iter_mut().for_each(|finding| finding.verdict = Verdict::Fail);
    let after = filtered(&baseline, answered);
    assert_eq!(after.findings.len(), 1, "an undetermined finding became a violation");
    assert_eq!(after.baseline.unwrap().gone, 1);
}

#[test]
fn a_resource_that_moves_is_still_known() {
    let report = sample::example();
    let baseline = Baseline::of(&report);
    let mut moved = report;
    for finding in &mut moved.findings {
        let before = std::mem::replace(&mut finding.subject.address, "module.new.aws_db_instance.x".to_owned());
        finding.subject.previous_address = Some(before);
    }
    let after = filtered(&baseline, moved);
    assert!(after.findings.is_empty());
    assert_eq!(after.baseline.unwrap().moved, 2);
}

#[test]
fn a_file_is_read_as_it_was_written_and_others_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("baseline.json");
    let baseline = Baseline::of(&sample::everything());
    std::fs::write(&path, baseline.to_json().unwrap()).unwrap();
    assert_eq!(Baseline::load(&path).unwrap(), baseline);
    std::fs::write(&path, "{\"format_version\": \"1.0\"}").unwrap();
    assert!(Baseline::load(&path).unwrap_err().to_string().contains("missing field `findings`"));
    std::fs::write(&path, "{\"format_version\": \"2.0\", \"findings\": []}").unwrap();
    assert!(Baseline::load(&path).unwrap_err().to_string().contains("format version is 2.0"));
    assert!(Baseline::load(&directory.path().join("none")).unwrap_err().to_string().contains("--write-baseline"));
}
