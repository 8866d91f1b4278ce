use std::path::Path;

use super::*;
use crate::Policies;

const FULL: &str = r#"
packs         = ["aws", "kubernetes"]
fail_on       = "high"
policy_dirs   = ["policies", "/srv/policies"]
default_owner = "platform"

rule "aws-s3-access-logging" {
  severity = "low"
}

rule "kubernetes-images-*" { severity = "off" }

waiver "aws-rds-*" {
  address = "module.reporting.*"
  reason  = "Rebuilt nightly"
  owner   = "data"
  expires = "2027-03-31"
}

bundle_verification {
  key    = "keys/policies.pem"
  key_id = "release"
}
"#;

fn parse(text: &str) -> Result<Settings, String> {
    Settings::parse(Path::new("stack/parapet.hcl"), text).map_err(|error| error.to_string())
}

fn build(text: &str) -> Result<Policies, String> {
    let settings = Settings::parse(Path::new("parapet.hcl"), text).unwrap();
    Policies::builder().settings(Some(settings)).build().map_err(|error| error.to_string())
}

#[test]
fn reads_everything() {
    let settings = parse(FULL).unwrap();
    let packs: Vec<&str> = settings.packs.iter().flatten().map(|pack| pack.value.as_str()).collect();
    assert_eq!(packs, ["aws", "kubernetes"]);
    assert_eq!(settings.fail_on, Some(Severity::High));
    let directories: Vec<&Path> = settings.policy_dirs.iter().map(|dir| dir.value.as_path()).collect();
    assert_eq!(directories, [Path::new("stack/policies"), Path::new("/srv/policies")]);
    assert_eq!(settings.default_owner.as_deref(), Some("platform"));
    let key = settings.bundle_verification.unwrap();
    assert_eq!((key.key.as_path(), key.algorithm.as_str()), (Path::new("stack/keys/policies.pem"), "RS256"));
    assert_eq!((key.key_id.as_deref(), key.scope.as_deref()), (Some("release"), None));
    let levels: Vec<(&str, Level)> =
        settings.rules.iter().map(|rule| (rule.pattern.value.as_str(), rule.level)).collect();
    assert_eq!(
        levels,
        [("aws-s3-access-logging", Level::Severity(Severity::Low)), ("kubernetes-images-*", Level::Off)]
    );
    let waiver = &settings.waivers[0];
    assert_eq!((waiver.rule.value.as_str(), waiver.address.as_str()), ("aws-rds-*", "module.reporting.*"));
    assert_eq!((waiver.expires.to_string().as_str(), waiver.place.line), ("2027-03-31", 13));
}

#[test]
fn an_empty_file_changes_nothing() {
    let settings = parse("# nothing yet\n").unwrap();
    assert!(settings.packs.is_none() && settings.fail_on.is_none() && settings.rules.is_empty());
}

#[test]
fn every_fault_names_line_column_and_what_is_allowed() {
    let cases = [
        ("fail_on = \"hgih\"", "1:11: `hgih` is not a severity: use info, low, medium, high or critical"),
        ("fail_on = high", "1:11: `fail_on` takes a string in quotation marks"),
        ("\npack = [\"aws\"]", "2:1: there is no `pack`; did you mean `packs`?"),
        ("packs = \"aws\"", "1:9: `packs` takes a list of strings: packs = [\"...\"]"),
        ("packs = [\"aws\", 1]", "1:17: `packs` takes a string"),
        ("rules \"a\" {}", "1:1: there is no `rules`; did you mean `rule`?"),
        ("rule = \"a\"", "1:1: `rule` is a block"),
        ("fail_on {\n}", "1:1: `fail_on` is an argument"),
        ("rule \"a\" {\n}", "1:1: `severity` is missing"),
        ("rule {\n  severity = \"low\"\n}", "1:1: `rule` has one label"),
        ("rule \"a\" \"b\" {\n  severity = \"low\"\n}", "1:10: `rule` has one label"),
        ("rule \"a\" {\n  severity = \"of\"\n}", "2:14: `of` is not a severity: use \"info\""),
        ("rule \"a\" {\n  sevrity = \"low\"\n}", "2:3: there is no `sevrity`; did you mean `severity`?"),
        (
            "rule \"a\" {\n  severity = \"low\"\n}\nrule \"a\" {\n  severity = \"off\"\n}",
            "4:6: `a` is set in line 1 already",
        ),
        (
            "waiver \"a\" {\n  address = \"*\"\n  reason = \"r\"\n  expires = \"2027-03-31\"\n}",
            "1:1: `owner` is missing: who answers for it",
        ),
        (
            "waiver \"a\" {\n  address = \"*\"\n  reason = \" \"\n  owner = \"o\"\n  expires = \"2027-03-31\"\n}",
            "3:12: `reason` is empty",
        ),
        (
            "waiver \"a\" {\n  address = \"*\"\n  reason = \"r\"\n  owner = \"o\"\n  expires = \"31.3.2027\"\n}",
            "5:13: `31.3.2027` is not a date",
        ),
        ("packs = [\"aws\"", "1:14: this is not valid HCL"),
    ];
    for (text, expected) in cases {
        let error = parse(text).expect_err(text);
        assert!(error.starts_with("stack/parapet.hcl:"), "{error}");
        assert!(error.contains(expected), "{text:?} gave: {error}");
    }
}

#[test]
fn an_error_shows_the_line() {
    insta::assert_snapshot!(parse("packs = [\"aws\"]\n\trule \"x\" { severity = \"hgih\" }\n").unwrap_err(), @r#"
    stack/parapet.hcl:2:24: `hgih` is not a severity: use "info", "low", "medium", "high", "critical" or "off"
      |
    2 | 	rule "x" { severity = "hgih" }
      | 	                      ^^^^^^
    "#);
}

#[test]
fn severities_and_switches_reach_the_rules_and_the_digest() {
    let plain = Policies::builder().build().unwrap();
    let same = build("rule \"aws-rds-storage-encrypted\" {\n  severity = \"high\"\n}").unwrap();
    assert_eq!(same.digest(), plain.digest(), "a severity that is the author's own changes nothing");

    let text = "rule \"aws-rds-*\" {\n  severity = \"off\"\n}\nrule \"aws-rds-multi-az\" {\n  severity = \"info\"\n}";
    let changed = build(text).unwrap();
    let multi_az = changed.rules().iter().find(|rule| rule.id == "aws-rds-multi-az").expect("the last match counts");
    assert_eq!(multi_az.severity, Severity::Info);
    assert_ne!(multi_az.declared_severity, Severity::Info);
    assert!(changed.off().contains(&"aws-rds-storage-encrypted".to_owned()));
    assert!(!changed.rules().iter().any(|rule| rule.id == "aws-rds-storage-encrypted"));
    assert_eq!(changed.rules().len() + changed.off().len(), plain.rules().len());
    assert_ne!(changed.digest(), plain.digest());
    let only_off = build("rule \"aws-rds-*\" {\n  severity = \"off\"\n}").unwrap();
    assert_ne!(only_off.digest(), changed.digest());
}

#[test]
fn what_is_named_outright_is_not_switched_off() {
    let settings = parse("rule \"aws-rds-*\" {\n  severity = \"off\"\n}").unwrap();
    let named = Policies::builder().settings(Some(settings.clone())).rules(["aws-rds-multi-az"]).build().unwrap();
    assert_eq!(named.rules().len(), 1);
    let by_pattern = Policies::builder().settings(Some(settings)).rules(["aws-rds-*"]).build().unwrap();
    assert_eq!(by_pattern.rules().len(), 0);
}

#[test]
fn names_that_do_not_exist_are_found_when_policies_are_loaded() {
    let error = build("rule \"aws-rds-multiaz\" {\n  severity = \"low\"\n}").unwrap_err();
    assert!(error.contains("parapet.hcl:1:6: no rule matches `aws-rds-multiaz`; did you mean `aws-rds-multi-az`?"));
    let error = build("packs = [\"aws\", \"kubernets\"]").unwrap_err();
    assert!(error.contains("parapet.hcl:1:17: there is no policy pack `kubernets`; there are: aws,"), "{error}");
    let error = build("policy_dirs = [\"nowhere\"]").unwrap_err();
    assert!(error.contains("parapet.hcl:1:16: there is no file or directory nowhere"), "{error}");
}

#[test]
fn the_command_line_overrides_the_file() {
    let settings = parse("packs = [\"aws\"]\npolicy_dirs = [\"nowhere\"]").unwrap();
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/kubernetes");
    let policies =
        Policies::builder().settings(Some(settings)).packs(["kubernetes"]).directory(directory).build().unwrap();
    assert!(policies.rules().iter().all(|rule| rule.pack == "kubernetes"));
}

#[test]
fn no_packs_are_no_packs() {
    assert!(build("packs = []").unwrap().rules().is_empty());
}

#[test]
fn the_nearest_file_counts() {
    let directory = tempfile::tempdir().unwrap();
    let inner = directory.path().join("a/b");
    std::fs::create_dir_all(&inner).unwrap();
    std::fs::write(directory.path().join(FILE_NAME), "fail_on = \"low\"").unwrap();
    let found = Settings::find(&inner).unwrap().expect("the file above");
    assert_eq!((found.fail_on, found.path), (Some(Severity::Low), directory.path().join(FILE_NAME)));
    std::fs::write(inner.join(FILE_NAME), "fail_on = \"high\"").unwrap();
    assert_eq!(Settings::find(&inner).unwrap().unwrap().fail_on, Some(Severity::High));
    std::fs::write(inner.join(FILE_NAME), "fail_on = 1").unwrap();
    assert!(Settings::find(&inner).is_err());
}

#[test]
fn costs_are_read_with_their_files_and_mistakes_have_their_place() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join(FILE_NAME);
    let basis = |text: &str| {
        let settings = Settings::parse(&file, text).map_err(|error| error.to_string())?;
        crate::cost::Basis::of(&settings).map_err(|error| error.to_string())
    };
    let rates = r#"{"format": "parapet-price-book/1", "name": "Ours", "date": "2026-11-01", "instances": {"xx-test-1": {"m5.large": 0.05}}}"#;
    std::fs::write(directory.path().join("rates.json"), rates).unwrap();
    std::fs::write(directory.path().join("usage.hcl"), "data_transfer \"us-east-1\" {\n  internet_out = 5\n}\n")
        .unwrap();
    let read =
        basis("cost {\n  monthly_budget_usd = 0.10\n  max_increase_percent = 0\n  price_book = \"rates.json\"\n}")
            .unwrap();
    assert_eq!(read.budget.monthly_usd.unwrap().to_string(), "0.10", "its digits");
    assert!(read.budget.max_increase_percent.unwrap().is_zero());
    assert!(read.book.priced_regions().contains(&"xx-test-1"), "its own prices");
    assert!(read.book.priced_regions().contains(&"us-east-1"), "and those of the reference book");
    assert!(basis("").unwrap().budget.is_empty());
    for (text, says) in [
        ("cost { monthly_budget_usd = -5 }", "1:29: `monthly_budget_usd` is below zero"),
        ("cost { monthly_budget_usd = 0 }", "1:29: a budget of 0 allows nothing"),
        ("cost { monthly_budget_usd = 1e12 }", "1:29: `monthly_budget_usd` is more than anybody pays"),
        (
            "cost { max_increase_percent = \"20%\" }",
            "1:31: `max_increase_percent` takes a number without quotation marks",
        ),
        ("cost { max_increase_percent = var.x }", "1:31: `max_increase_percent` takes a number"),
        ("cost {\n  budget = 5\n}", "2:3: there is no `budget`"),
        ("cost \"x\" {}", "1:6: `cost` has no label"),
        ("cost {}\ncost {}", "2:1: `cost` is there already"),
        ("cost = 5", "1:1: `cost` is a block"),
        ("cost { price_book = \"none.json\" }", "1:21: the price book "),
        ("cost { price_book = \"usage.hcl\" }", "usage.hcl: line 1, column 1: "),
        ("cost { usage_file = \"usage.hcl\" }", "usage.hcl:2:3: `internet_out` is nothing that data_transfer takes"),
        ("cost { usage_file = \"\" }", "1:21: `usage_file` is empty"),
    ] {
        let error = basis(text).map(drop).unwrap_err();
        assert!(error.starts_with(&file.display().to_string()) && error.contains(says), "{text}: {error}");
    }
}
