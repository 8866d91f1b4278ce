//! `parapet frameworks`.

use super::Sandbox;

#[test]
fn frameworks_are_listed_with_what_code_can_show() {
    let out = Sandbox::new().run(&["frameworks"]).exits(0);
    for id in ["cis-aws", "cis-kubernetes", "gdpr", "iso-27001", "nist-800-53", "pci-dss", "soc2"] {
        assert!(out.stdout.lines().any(|line| line.starts_with(id)), "{id} is not in:\n{}", out.stdout);
    }
}

#[test]
fn a_control_shows_its_rules_or_that_code_cannot_answer_it() {
    Sandbox::new()
        .run(&["frameworks", "soc2"])
        .exits(0)
        .prints("aws-rds-storage-encrypted")
        .prints("CC1.1")
        .prints("cannot be read from infrastructure code");
    let json = Sandbox::new().run(&["frameworks", "cis-aws", "--format", "json"]).exits(0).json();
    let controls = json["controls"].as_array().unwrap();
    let control = |id: &str| controls.iter().find(|control| control["id"] == id).unwrap();
    assert_eq!(control("2.3.1")["rules"][0], "aws-rds-storage-encrypted");
    assert_eq!(control("1.1")["readable_from_code"], false);
}

#[test]
fn rules_of_ones_own_count_for_the_controls_they_name() {
    Sandbox::new()
        .run(&["frameworks", "soc2", "--no-builtin-packs", "--policies", "policies"])
        .exits(0)
        .prints("house-s3-named  Buckets have a name")
        .prints("1 of 19 controls that code can show have rules; 61 controls in all.");
}

#[test]
fn an_unknown_framework_is_an_error_that_names_the_known_ones() {
    Sandbox::new().run(&["frameworks", "sox"]).exits(2).says("there is no framework `sox`: known are cis-aws,");
}
