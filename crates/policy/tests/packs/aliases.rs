//! Ids of other scanners: written as those write them, and each of few rules, so that a comment waives what it is about.

use std::collections::BTreeMap;

use super::policies;

/// Rules that may declare one id.
const MOST: usize = 2;

/// `CKV_AWS_18`, `CKV2_AWS_6`, `CKV_K8S_16`, `CKV_GHA_2`, `AVD-AWS-0089`, `AVD-KSV-0014`.
fn is_id(alias: &str) -> bool {
    let digits = |text: &str, most: usize| !text.is_empty() && text.len() <= most && text.parse::<u16>().is_ok();
    let checkov = ["CKV_AWS_", "CKV2_AWS_", "CKV_K8S_", "CKV_GHA_", "CKV2_GHA_"];
    let of_checkov = |prefix: &str| alias.strip_prefix(prefix).is_some_and(|number| digits(number, 3));
    let of_trivy =
        |prefix: &str| alias.strip_prefix(prefix).is_some_and(|number| number.len() == 4 && digits(number, 4));
    checkov.iter().any(|prefix| of_checkov(prefix)) || ["AVD-AWS-", "AVD-KSV-"].iter().any(|prefix| of_trivy(prefix))
}

#[test]
fn ids_of_other_scanners_are_written_as_theirs_and_shared_by_few_rules() {
    let policies = policies();
    let mut declared: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for rule in policies.rules() {
        for alias in &rule.aliases {
            assert!(is_id(alias), "{}: `{alias}` is no id of Checkov or Trivy", rule.id);
            declared.entry(alias).or_default().push(&rule.id);
        }
    }
    let shared: Vec<_> = declared.iter().filter(|(_, rules)| rules.len() > MOST).collect();
    assert!(shared.is_empty(), "a comment would waive too much: {shared:#?}");
    for (alias, rule) in [
        ("CKV_AWS_18", "aws-s3-access-logging"),
        ("AVD-AWS-0107", "aws-security-group-admin-ports"),
        ("CKV_K8S_16", "kubernetes-pod-security-privileged"),
    ] {
        assert_eq!(declared.get(alias).map(Vec::as_slice), Some([rule].as_slice()));
    }
}

#[test]
fn what_is_no_id_is_told_from_ids() {
    for wrong in ["CKV_AWS_", "CKV_AWS_x", "ckv_aws_18", "AVD-AWS-89", "AVD-AWS-00890", "AWS-0089", "s3-bucket-logging"]
    {
        assert!(!is_id(wrong), "{wrong}");
    }
}
