use std::path::Path;

use jiff::civil::date;

use super::*;
use crate::finding::SourceRange;
use crate::report::sample;

const STACK: &str = r#"# parapet:ignore aws-a until=2027-03-31 reason="above a block" owner=me
resource "aws_s3_bucket" "a" {
  bucket = "x" # parapet:ignore aws-b until=2027-03-31 reason="after an argument" owner=me
  # parapet:ignore aws-c until=2027-03-31 reason="above an argument" owner=me
  policy = jsonencode({
    a = "no # comment"
  })
  rule { // parapet:ignore aws-d until=2027-03-31 reason="after a block opens" owner=me
    on = <<-EOT
      # parapet:ignore aws-no until=2027-03-31 reason="inside a heredoc" owner=me
    EOT
  }
  #checkov:skip=CKV_AWS_18,CKV_AWS_21:logs of logs
  /* parapet:ignore aws-e until=2027-03-31 reason="at the end" owner=me */
}

#trivy:ignore:AVD-AWS-0086 trivy:ignore:AVD-AWS-0087:exp:2026-01-01
resource "aws_s3_bucket" "b" {
}
"#;

fn comments(text: &str, syntax: Syntax) -> Comments {
    let mut comments = Comments::default();
    comments.read("main.tf", text, syntax, None);
    comments
}

fn targets(text: &str, syntax: Syntax) -> Vec<(String, u32, u32)> {
    let comments = comments(text, syntax);
    assert_eq!(comments.errors(), []);
    comments.all().iter().map(|c| (c.rule.clone(), *c.lines().start(), *c.lines().end())).collect()
}

fn expect(found: &[(String, u32, u32)], expected: &[(&str, u32, u32)]) {
    let found: Vec<(&str, u32, u32)> = found.iter().map(|(rule, first, last)| (rule.as_str(), *first, *last)).collect();
    assert_eq!(found, expected);
}

#[test]
fn comments_in_hcl_are_about_what_they_stand_at() {
    expect(
        &targets(STACK, Syntax::Hcl),
        &[
            ("aws-a", 2, 15),
            ("aws-b", 3, 3),
            ("aws-c", 5, 7),
            ("aws-d", 8, 12),
            ("CKV_AWS_18", 2, 15),
            ("CKV_AWS_21", 2, 15),
            ("aws-e", 2, 15),
            ("AVD-AWS-0086", 18, 19),
            ("AVD-AWS-0087", 18, 19),
        ],
    );
}

#[test]
fn comments_in_yaml_are_about_what_they_stand_at() {
    let text = "\
# parapet:ignore k-doc until=2027-03-31 reason=r owner=o
apiVersion: v1
kind: Pod
spec:
  # parapet:ignore k-list until=2027-03-31 reason=r owner=o
  containers:
  - name: a
    image: \"a # b\" # parapet:ignore k-image until=2027-03-31 reason=r owner=o
    # parapet:ignore k-context until=2027-03-31 reason=r owner=o
    securityContext:
      privileged: true
  restartPolicy: Never
---
kind: Pod # parapet:ignore k-second until=2027-03-31 reason=r owner=o
";
    expect(
        &targets(text, Syntax::Yaml),
        &[("k-doc", 2, 12), ("k-list", 6, 11), ("k-image", 8, 8), ("k-context", 10, 11), ("k-second", 14, 14)],
    );
}

#[test]
fn incomplete_comments_are_errors_with_their_place() {
    for (comment, expected) in [
        ("parapet:ignore", "main.tf:1:3: the rule is missing"),
        ("parapet:ignore until=2027-03-31", "the rule is missing"),
        ("parapet:ignore aws-a reason=r owner=o", "`until` is missing"),
        ("parapet:ignore aws-a until=soon reason=r owner=o", "`soon` is not a date"),
        ("parapet:ignore aws-a until=2027-03-31 owner=o", "`reason` is missing"),
        ("parapet:ignore aws-a until=2027-03-31 reason=r", "`owner` is missing, and parapet.hcl sets no"),
        ("parapet:ignore aws-a until=2027-03-31 reason=two words owner=o", "`words` is not name=value"),
        ("parapet:ignore aws-a untill=2027-03-31", "there is no `untill`"),
        ("parapet:ignore aws-a reason=\"open", "a quotation mark is not closed"),
        ("parapet:ignore aws-a owner=a owner=b", "`owner` is there twice"),
        ("parapet:ignores aws-a", "`parapet:ignores` does not exist"),
    ] {
        let comments = comments(&format!("a=1#{comment}\n").replace("a=1#", "  # "), Syntax::Hcl);
        let error = comments.errors().first().map(ToString::to_string).unwrap_or_default();
        assert!(error.contains(expected), "{comment:?} gave {error:?}");
        assert!(comments.all().is_empty());
    }
}

#[test]
fn an_owner_may_come_from_the_settings() {
    let mut comments = Comments::default();
    comments.read("a.tf", "# parapet:ignore a until=2027-03-31 reason=r\n", Syntax::Hcl, Some("platform"));
    assert_eq!(comments.all()[0].owner, "platform");
}

#[test]
fn addresses_match_with_and_without_keys() {
    for (pattern, address, expected) in [
        ("aws_instance.web", "aws_instance.web[0]", true),
        ("aws_instance.web[1]", "aws_instance.web[0]", false),
        ("module.a.*", "module.a[\"x.y\"].aws_instance.web[0]", true),
        ("module.a.aws_instance.web", "module.a[\"]\"].aws_instance.web", true),
        ("module.*.aws_instance.web", "module.a[\"x\"].module.b.aws_instance.web[\"k\"]", true),
        ("aws_instance.web", "module.a.aws_instance.web", false),
        ("*.aws_instance.web", "module.a.aws_instance.web", true),
        ("*", "", true),
        ("Deployment/prod/*", "Deployment/prod/api", true),
    ] {
        assert_eq!(address_matches(pattern, address), expected, "{pattern} {address}");
    }
}

fn waivers(rule: &str, address: &str, expires: &str) -> Settings {
    let text = format!(
        "waiver \"{rule}\" {{\n  address = \"{address}\"\n  reason = \"r\"\n  owner = \"o\"\n  expires = \"{expires}\"\n}}"
    );
    Settings::parse(Path::new("parapet.hcl"), &text).unwrap()
}

fn applied(settings: &Settings) -> Report {
    let mut report = sample::example();
    apply(&mut report, Some(settings), &Comments::default(), date(2026, 6, 30));
    report
}

#[test]
fn a_waived_finding_is_reported_and_fails_nothing() {
    let before = sample::example();
    assert_eq!(before.exit_code(), 1);
    let report = applied(&waivers("aws-rds-*", "aws_db_instance.main", "2026-06-30"));
    assert_eq!(report.findings.len(), before.findings.len());
    assert_eq!(report.exit_code(), 0, "its last day counts");
    assert_eq!((report.counts().waived, report.counts().failed), (1, 0));
    assert_eq!(report.waivers[0].state, WaiverState::Used);
    let waived = report.findings.iter().find_map(|finding| finding.waived.clone()).unwrap();
    assert_eq!((waived.owner.as_str(), waived.place.as_str()), ("o", "parapet.hcl:1"));
}

#[test]
fn every_waiver_that_covers_a_finding_is_of_use() {
    let waiver = |address: &str| {
        format!(
            "waiver \"aws-rds-*\" {{\n  address = \"{address}\"\n  reason = \"r\"\n  owner = \"o\"\n  expires = \"2027-01-01\"\n}}\n"
        )
    };
    let text = waiver("*") + &waiver("aws_db_instance.main");
    let report = applied(&Settings::parse(Path::new("parapet.hcl"), &text).unwrap());
    assert!(report.waivers.iter().all(|waiver| waiver.state == WaiverState::Used), "{:?}", report.waivers);
    assert_eq!((report.counts().waived, report.exit_code()), (1, 0));
}

#[test]
fn expired_and_unused_waivers_fail_the_run() {
    let expired = applied(&waivers("aws-rds-*", "aws_db_instance.main", "2026-06-29"));
    assert_eq!((expired.waivers[0].state, expired.exit_code()), (WaiverState::Expired, 1));
    assert_eq!(expired.counts().waived, 0);

    let mut unused = sample::clean();
    assert_eq!(unused.exit_code(), 0);
    apply(&mut unused, Some(&waivers("aws-rds-*", "*", "2027-01-01")), &Comments::default(), date(2026, 6, 30));
    assert_eq!((unused.waivers[0].state, unused.exit_code()), (WaiverState::Unused, 1));

    let mut idle = sample::clean();
    idle.policies.rules.iter_mut().for_each(|rule| rule.evaluated = 0);
    apply(&mut idle, Some(&waivers("aws-rds-*", "*", "2027-01-01")), &Comments::default(), date(2026, 6, 30));
    assert_eq!((idle.waivers[0].state, idle.exit_code()), (WaiverState::Idle, 0));
}

#[test]
fn an_evaluation_that_failed_is_never_waived() {
    let mut report = sample::everything();
    apply(&mut report, Some(&waivers("*", "*", "2027-01-01")), &Comments::default(), date(2026, 6, 30));
    assert_eq!(report.exit_code(), 2);
    assert!(report.findings.iter().all(|f| (f.verdict == Verdict::Error) == f.waived.is_none()));
}

#[test]
fn comments_cover_what_has_a_source_and_aliases_are_honoured() {
    let at = |line| SourceRange { file: "main.tf".into(), line, column: 1, end_line: line, end_column: 9 };
    let mut report = sample::example();
    report.findings.truncate(1);
    report.findings[0].source = Some(at(3));
    let without_alias = {
        let mut report = report.clone();
        apply(&mut report, None, &comments(STACK, Syntax::Hcl), date(2026, 6, 30));
        report
    };
    assert_eq!(without_alias.counts().waived, 0);

    report.policies.rules[0].aliases = vec!["CKV_AWS_18".to_owned()];
    apply(&mut report, None, &comments(STACK, Syntax::Hcl), date(2026, 6, 30));
    assert_eq!(report.counts().waived, 1);
    assert_eq!(report.findings[0].waived.as_ref().unwrap().reason, "logs of logs");
    assert_eq!(report.exit_code(), 0, "comments about rules that were not evaluated fail nothing");

    let mut in_module = sample::example();
    in_module.findings.truncate(1);
    in_module.findings[0].source = Some(SourceRange { file: "modules/db/main.tf".into(), ..at(1) });
    in_module.findings[0].calls = vec![at(18)];
    in_module.policies.rules[0].aliases = vec!["AWS-0086".to_owned()];
    apply(&mut in_module, None, &comments(STACK, Syntax::Hcl), date(2026, 6, 30));
    assert_eq!(in_module.counts().waived, 1);
}
