//! Evidence of a failover: every step with its time, in a journal whose entries are chained by hashes.

use std::path::Path;

use parapet_evidence::Journal;
use serde_json::{Map, Value, json};
use tfplugin::prelude::*;

use super::model::Failover;
use crate::aws::{Aws, AwsResult};

/// The journal of one failover.
#[derive(Debug)]
pub(crate) struct Evidence {
    journal: Journal,
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
        Ok(Self { journal, object })
    }

    /// The journal of a drill, named after its time.
    pub(crate) fn open_drill(plan: &Failover) -> Result<Self> {
        Self::named(plan, &format!("drill-{}", now().replace(':', "-")))
    }

    /// Whether an earlier apply has written to it already.
    pub(crate) fn is_continued(&self) -> bool {
        !self.journal.is_empty()
    }

    /// Adds an entry.
    pub(crate) fn record(&mut self, event: &str, data: Value) -> Result<()> {
        tracing::info!(event, %data, "failover");
        self.journal.record(&now(), event, object(data)).during("writing evidence")
    }

    /// Adds the last entry, puts the journal where it belongs, and answers its digest.
    pub(crate) async fn close(mut self, aws: &Aws, region: &str, data: Value) -> Result<String> {
        let digest = self.journal.close(&now(), object(data)).during("writing evidence")?;
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
fn continued(directory: &Path, name: &str) -> Result<Journal, parapet_evidence::JournalError> {
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

/// The time, as evidence and records hold it.
pub(crate) fn now() -> String {
    jiff::Timestamp::now().round(jiff::Unit::Millisecond).unwrap_or_default().to_string()
}
