//! The same account in every format.

use parapet_pricing::recommend::{Recommendations, Report};

use super::*;

/// A report of everything there is.
pub(in crate::cost) fn sample() -> Report {
    let mut report: Report = serde_json::from_str(include_str!("sample.json")).unwrap();
    report.found = Recommendations::merged([report.found]).unwrap();
    report
}

#[test]
fn text_for_a_person() {
    insta::assert_snapshot!(text::render(&sample(), Some("One more saves less than $3.00 a month and is left out")));
}

#[test]
fn markdown_for_a_pull_request() {
    insta::assert_snapshot!(markdown::render(&sample(), None));
}

#[test]
fn csv_for_a_spreadsheet() {
    insta::assert_snapshot!(csv::render(&sample()).replace("\r\n", "\n"));
}

#[test]
fn html_without_its_style() {
    let page = html::render(&sample(), None);
    let (_, body) = page.split_once("</style>").unwrap();
    assert!(!body.contains("<b>") && !page.contains("<script"));
    insta::assert_snapshot!(body);
}

#[test]
fn the_sentence_counts_what_is_known_and_what_is_not() {
    let report = sample();
    assert_eq!(
        sentence(&report),
        "$326.02 a month could be saved with 3 recommendations (and an alternative to one of them); the savings of one more are not known"
    );
    let empty = Report::default();
    assert_eq!(sentence(&empty), "Nothing to recommend");
    assert_eq!(sentence(&Report { failures: report.failures, ..empty }), "Nothing to recommend in what could be read");
}

#[test]
fn failures_of_one_reason_are_one_sentence() {
    let report = sample();
    assert_eq!(
        unread(&report),
        [
            "RDS DescribeDBInstances in eu-west-1 (allow rds:DescribeDBInstances), EC2 DescribeSnapshots in eu-west-1 (allow \
          ec2:DescribeSnapshots) could not be read: access denied"
        ]
    );
    assert_eq!((code(&report), code(&Report::default())), (EXIT_ERROR, 0));
}

#[test]
fn small_savings_are_left_out_and_unknown_ones_stay() {
    #[derive(clap::Parser)]
    struct Command {
        #[command(flatten)]
        args: Args,
    }
    let kept = |arguments: &[&str]| {
        let command = ["recommend"].iter().chain(arguments);
        let args = <Command as clap::Parser>::try_parse_from(command).unwrap().args;
        let mut report = sample();
        let said = keep(&mut report, &args).unwrap();
        let ids: Vec<String> = report.found.recommendations.iter().map(|it| it.resource_id.clone()).collect();
        (ids.join(" "), dollars(report.found.total_monthly_savings_usd), said)
    };
    let (ids, total, said) = kept(&["--min-savings", "5.01"]);
    assert_eq!((ids.as_str(), total.as_str()), ("compute i-0a1 i-0a1 snap-0c3", "$321.02"));
    assert_eq!(said.unwrap(), "One more saves less than $5.01 a month and is left out");
    let (_, total, said) = kept(&["--min-savings", "$5"]);
    assert_eq!((total.as_str(), said), ("$326.02", None));
}
