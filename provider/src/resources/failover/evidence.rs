//! Evidence of a failover: every step with its time, in a journal whose entries are chained by hashes.

use std::path::Path;

use parapet_evidence::{Journal, POLICIES};
use serde_json::{Map, Value, json};
use tfplugin::prelude::*;

use super::clock::{self, Clock};
use super::model::Failover;
use crate::aws::{Aws, AwsResult};
use crate::policy::Judges;

/// The journal of one failover.
#[derive(Debug)]
pub(crate) struct Evidence {
    journal: Journal,
    clock: Clock,
    /// Bucket and key the finished journal is put to.
    object: Option<(String, String)>,
}

impl Evidence {
    /// Begins the journal of an epoch, or continues the one that an interrupted apply has left.
    pub(crate) fn open(plan: &Failover, epoch: i64) -> Result<Self> {
        Self::named(plan, &format!("epoch-{epoch}"))
    }

    fn named(plan: &Failover, name: &str) -> Result<Self> {
        let target = plan.evidence.as_ref();
        let journal = match target.and_then(|target| target.path.as_deref()) {
            Some(directory) => continued(Path::new(directory), &format!("{}-{name}", plan.name)).map_err(|error| {
                Error::new("Evidence cannot be written").detail(error.to_string()).at(Failover::paths().evidence)
            })?,
            None => Journal::new(),
        };
        let bucket = target.and_then(|target| target.s3_bucket.clone());
        let object = bucket.map(|bucket| (bucket, format!("failover/{}/{name}.jsonl", plan.name)));
        let clock = Clock::after(journal.last_at());
        Ok(Self { journal, clock, object })
    }

    /// The journal of a drill, named after its time.
    pub(crate) fn open_drill(plan: &Failover) -> Result<Self> {
        Self::named(plan, &format!("drill-{}", clock::now().replace(':', "-")))
    }

    /// Whether an earlier apply has written to it already.
    pub(crate) fn is_continued(&self) -> bool {
        !self.journal.is_empty()
    }

    /// Adds an entry.
    pub(crate) fn record(&mut self, event: &str, data: Value) -> Result<()> {
        tracing::info!(event, %data, "failover");
        self.journal.record(&self.clock.now(), event, object(data)).during("writing evidence")
    }

    /// Adds which policies have judged what is about to be done.
    pub(crate) fn judged_by(&mut self, judges: &Judges) -> Result<()> {
        let Judges { sha256, rules, fail_on, enforcement } = judges;
        let data = json!({
            "sha256": sha256, "rules": rules, "fail_on": fail_on.to_string(), "enforcement": enforcement.name(),
        });
        self.record(POLICIES, data)
    }

    /// Adds the last entry, puts the journal where it belongs, and answers its digest.
    pub(crate) async fn close(mut self, aws: &Aws, region: &str, data: Value) -> Result<String> {
        let digest = self.journal.close(&self.clock.now(), object(data)).during("writing evidence")?;
        if let Some((bucket, key)) = &self.object {
            let body = self.journal.text().as_bytes().to_vec();
            let request =
                aws.s3(region).put_object().bucket(bucket).key(key).content_type("application/jsonl").body(body.into());
            request.send().await.doing("putting the evidence into its bucket")?;
        }
        Ok(digest)
    }
}

/// The journal of this name. One that has been closed stays as it is, and the next number is taken.
pub(crate) fn continued(directory: &Path, name: &str) -> Result<Journal, parapet_evidence::JournalError> {
    let mut journal = Journal::open(&directory.join(format!("{name}.jsonl")))?;
    let mut number = 2;
    while journal.is_closed() {
        journal = Journal::open(&directory.join(format!("{name}-{number}.jsonl")))?;
        number += 1;
    }
    Ok(journal)
}

fn object(data: Value) -> Map<String, Value> {
    match data {
        Value::Object(data) => data,
        other => json!({ "value": other }).as_object().cloned().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use parapet_policy::Severity;

    use super::*;
    use crate::policy::Enforcement;
    use crate::resources::failover::EvidenceTarget;

    fn group(directory: &Path) -> Failover {
        let path = directory.to_str().map(str::to_owned);
        Failover { evidence: Some(EvidenceTarget { path, s3_bucket: None }), ..Failover::imported("orders") }
    }

    #[test]
    fn the_policies_that_judged_are_in_the_journal() {
        let directory = tempfile::tempdir().unwrap();
        let mut evidence = Evidence::open(&group(directory.path()), 2).unwrap();
        let judges =
            Judges { sha256: "ab".repeat(32), rules: 7, fail_on: Severity::High, enforcement: Enforcement::Advisory };
        evidence.judged_by(&judges).unwrap();
        evidence.journal.close("2099-01-01T00:00:00Z", Map::new()).unwrap();
        let bytes = std::fs::read(directory.path().join("orders-epoch-2.jsonl")).unwrap();
        assert_eq!(parapet_evidence::verify(&bytes).unwrap().policies, ["ab".repeat(32)]);
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.contains(r#""enforcement":"advisory","fail_on":"high","rules":7"#), "{text}");
    }

    #[test]
    fn an_interrupted_journal_goes_on_in_order_when_the_clock_went_backwards() {
        let directory = tempfile::tempdir().unwrap();
        let group = group(directory.path());
        let later = "2099-01-01T00:00:00Z";
        Evidence::open(&group, 2).unwrap().journal.record(later, "started", Map::new()).unwrap();
        let mut again = Evidence::open(&group, 2).unwrap();
        assert!(again.is_continued());
        again.record("resumed", json!({})).unwrap();
        assert!(again.journal.last_at().unwrap().starts_with("2099-01-01T00:00:0"), "{:?}", again.journal.last_at());
    }
}
