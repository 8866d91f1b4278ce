//! Reports that the tests of the writers share.

use std::collections::BTreeMap;

use super::Problem;
use crate::finding::{Finding, SourceRange, Subject, Waived};
use crate::ledger::{
    BaselineSummary, DocumentSummary, Ledger, PoliciesSummary, Report, RuleSummary, WaiverState, WaiverSummary,
};
use crate::path::{AttributePath, Step};
use crate::rules::Scope;
use crate::severity::{Severity, Verdict};

const RULES: [(&str, &str, Severity); 4] = [
    ("aws-rds-storage-encrypted", "RDS storage is encrypted at rest", Severity::High),
    ("aws-s3-public-access-blocked", "S3 buckets block public access", Severity::Critical),
    ("aws-tags-cost-center", "Resources name their cost centre", Severity::Low),
    ("kubernetes-pods-resource-limits", "Containers have CPU and memory limits", Severity::Medium),
];

fn rule(id: &str) -> (&'static str, &'static str, Severity) {
    RULES.into_iter().find(|(rule, _, _)| *rule == id).unwrap()
}

fn finding(id: &str, verdict: Verdict, document: &str, address: &str, path: &[Step], message: &str) -> Finding {
    let (id, title, severity) = rule(id);
    let kind = if address.contains('/') { address.split('/').next() } else { address.rsplit('.').nth(1) };
    Finding {
        rule: id.into(),
        title: title.into(),
        severity,
        verdict,
        subject: Subject {
            document: document.into(),
            address: address.into(),
            kind: kind.unwrap_or_default().into(),
            previous_address: None,
            actions: if address.contains('/') { Vec::new() } else { vec!["create".into()] },
        },
        path: (!path.is_empty()).then(|| AttributePath(path.to_vec())),
        message: message.into(),
        remediation: String::new(),
        controls: BTreeMap::new(),
        cause: None,
        warning: false,
        source: None,
        calls: Vec::new(),
        waived: None,
    }
}

fn encrypted(address: &str) -> Finding {
    Finding {
        remediation:
            "Set `storage_encrypted = true`; an existing instance is re-created from an encrypted snapshot copy.".into(),
        controls: BTreeMap::from([
            ("soc2".into(), vec!["CC6.1".into()]),
            ("gdpr".into(), vec!["Art. 32".into()]),
            ("cis-aws".into(), vec!["2.3.1".into()]),
        ]),
        ..finding(
            "aws-rds-storage-encrypted",
            Verdict::Fail,
            "plan.json",
            address,
            &["storage_encrypted".into()],
            "storage is not encrypted at rest",
        )
    }
}

fn undetermined(number: usize) -> Finding {
    Finding {
        cause: Some(format!("unknown until aws_kms_key.main[{number}] is created")),
        ..finding(
            "aws-s3-public-access-blocked",
            Verdict::Undetermined,
            "plan.json",
            &format!("module.storage.aws_s3_bucket.logs[{number}]"),
            &["bucket_policy".into(), 0.into(), "principal".into()],
            "the bucket is open to everyone",
        )
    }
}

fn report(findings: Vec<Finding>) -> Report {
    Report {
        findings,
        passed: 340,
        ledger: Ledger {
            resources_planned: 1_045,
            resources_evaluated: 1_040,
            resources_skipped: 5,
            skipped: BTreeMap::from([
                ("destroyed by the plan".into(), 2),
                ("no selected rule is about its type".into(), 3),
            ]),
            evaluations_expected: 1_355,
            evaluations_done: 1_355,
        },
        policies: PoliciesSummary {
            digest: "3f2a9c81d0e4b5a697887766554433221100ffeeddccbbaa9988776655443322".into(),
            rules: RULES
                .map(|(id, title, severity)| RuleSummary {
                    id: id.into(),
                    title: title.into(),
                    description: String::new(),
                    severity,
                    declared_severity: severity,
                    remediation: String::new(),
                    controls: BTreeMap::new(),
                    aliases: Vec::new(),
                    evaluated: 100,
                    passed: 90,
                    scope: if id.starts_with("kubernetes") { Scope::Object } else { Scope::Resource },
                })
                .into(),
            off: Vec::new(),
            settings: None,
        },
        fail_on: Severity::Medium,
        documents: vec![
            DocumentSummary { name: "plan.json".into(), kind: "plan".into(), resources: 1_043 },
            // Two objects of one file.
            DocumentSummary { name: "k8s/api.yaml".into(), kind: "kubernetes".into(), resources: 1 },
            DocumentSummary { name: "k8s/api.yaml".into(), kind: "kubernetes".into(), resources: 1 },
        ],
        waivers: Vec::new(),
        baseline: None,
    }
}

/// Every verdict, two documents, warnings, controls, a fold of undetermined findings.
pub(crate) fn everything() -> Report {
    let mut findings = vec![
        Finding {
            cause: Some("evaluation took longer than 2s and was stopped".into()),
            ..finding(
                "aws-tags-cost-center",
                Verdict::Error,
                "plan.json",
                "aws_instance.web",
                &[],
                "the rule could not be evaluated",
            )
        },
        finding(
            "aws-s3-public-access-blocked",
            Verdict::Fail,
            "plan.json",
            "module.storage.module.replica[\"eu-west-1\"].aws_s3_bucket.customer_documents_archive",
            &["acl".into()],
            "the bucket can be read by everyone on the internet, listing and all its objects included",
        ),
        encrypted("aws_db_instance.main"),
        Finding {
            path: Some(AttributePath(vec!["kms_key_id".into()])),
            message: "no key of your own encrypts the storage".into(),
            ..encrypted("aws_db_instance.main")
        },
        encrypted("module.db.aws_db_instance.replica[0]"),
        finding(
            "kubernetes-pods-resource-limits",
            Verdict::Fail,
            "k8s/api.yaml",
            "Deployment/prod/api",
            &["spec".into(), "template".into(), "spec".into(), "containers".into(), 0.into()],
            "container \"api\" has no memory limit",
        ),
        finding(
            "aws-tags-cost-center",
            Verdict::Fail,
            "plan.json",
            "aws_instance.\u{1b}[31mred",
            &["tags".into(), "Cost Center".into()],
            "there is no cost centre",
        ),
        Finding {
            warning: true,
            ..finding("aws-tags-cost-center", Verdict::Fail, "plan.json", "aws_instance.b", &[], "owner is missing")
        },
    ];
    findings.extend((0..13).map(undetermined));
    report(findings)
}

/// One input and one violation.
pub(crate) fn example() -> Report {
    let mut report = report(vec![encrypted("aws_db_instance.main"), undetermined(0)]);
    report.documents.truncate(1);
    report.documents.iter_mut().for_each(|document| document.resources = report.ledger.resources_planned);
    report
}

/// Sources, module calls, waivers of every state, a baseline, and rules that settings change.
pub(crate) fn waived() -> Report {
    let range = |file: &str, line, column, end_column| SourceRange {
        file: file.into(),
        line,
        column,
        end_line: line,
        end_column,
    };
    let mut report = everything();
    report.findings.retain(|finding| finding.verdict != Verdict::Error);
    for finding in report.findings.iter_mut().filter(|finding| finding.rule == "aws-rds-storage-encrypted") {
        finding.source = Some(range("modules/db/main.tf", 12, 3, 28));
        finding.calls = vec![range("main.tf", 4, 1, 12), range("modules/data/main.tf", 9, 1, 12)];
    }
    let waiver = |rule: &str, address: &str, line: u32, state: WaiverState, findings| WaiverSummary {
        rule: rule.into(),
        address: address.into(),
        reason: "Rebuilt nightly from the warehouse".into(),
        owner: "data@example.com".into(),
        expires: Some(if state == WaiverState::Expired { "2026-01-31" } else { "2027-03-31" }.into()),
        place: format!("parapet.hcl:{line}"),
        state,
        findings,
    };
    report.waivers = vec![
        waiver("aws-rds-*", "module.db.*", 12, WaiverState::Used, 1),
        waiver("aws-s3-public-access-blocked", "*", 19, WaiverState::Expired, 0),
        waiver("aws-tags-cost-center", "aws_instance.old", 26, WaiverState::Unused, 0),
        waiver("kubernetes-*", "*", 33, WaiverState::Idle, 0),
    ];
    if let Some(finding) = report.findings.iter_mut().find(|finding| finding.subject.address.starts_with("module.db."))
    {
        finding.waived = Some(Waived {
            reason: "Rebuilt nightly from the warehouse".into(),
            owner: "data@example.com".into(),
            expires: Some("2027-03-31".into()),
            place: "parapet.hcl:12".into(),
        });
    }
    report.baseline = Some(BaselineSummary { file: "baseline.json".into(), known: 41, moved: 2, gone: 3 });
    report.policies.off = vec!["aws-s3-access-logging".into()];
    report.policies.settings = Some("parapet.hcl".into());
    for rule in &mut report.policies.rules {
        rule.description = format!("Why `{}` matters.", rule.title);
        rule.remediation = "Set the argument <here> & now.".into();
        rule.controls = BTreeMap::from([("soc2".into(), vec!["CC6.1".into()])]);
        rule.aliases = vec!["CKV_AWS_16".into()];
    }
    report
}

/// Nothing to say.
pub(crate) fn clean() -> Report {
    report(Vec::new())
}

pub(crate) fn problems() -> Vec<Problem> {
    vec![Problem { document: "broken.json".into(), message: "broken.json:1:2: this is not JSON".into() }]
}
