//! The record of failovers outside Terraform's state: one at a time, and an interrupted one can be continued.
//!
//! Every write is conditional on the version that was read. A holder shows that it lives by raising `beat`; whoever wants to take over watches the
//! record for the length of the lease on its own clock, so that clocks never need to agree.

mod dynamodb;
mod s3;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tfplugin::prelude::*;

use super::fencing::Fence;
use super::model::{Coordination as Settings, Failover};
use crate::aws::Aws;

/// What the key of a record begins with; the name of the group follows.
pub(crate) const PREFIX: &str = "parapet/failover/";
/// What follows the name in the key of a record in a bucket.
pub(crate) const SUFFIX: &str = ".json";
/// Attribute that is the key in a table.
pub(crate) const TABLE_KEY: &str = "LockID";

/// What is recorded of the last failover of a group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Record {
    pub(crate) epoch: i64,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) status: Status,
    /// Process that runs it.
    pub(crate) holder: String,
    /// Raised while the holder lives.
    pub(crate) beat: u64,
    /// Steps that are done.
    pub(crate) steps: Vec<String>,
    /// Whether the promotion is asked for, or about to be: for a moment the database looks as if nothing had happened.
    #[serde(default)]
    pub(crate) promoting: bool,
    /// Replication lag before the promotion, in seconds; none when it was unknown, or is not looked at yet.
    #[serde(default)]
    pub(crate) lag_seconds: Option<f64>,
    /// When it began (RFC 3339).
    pub(crate) started_at: String,
    /// How long it took until its last step, in seconds, measured with a clock that nobody sets.
    #[serde(default)]
    pub(crate) elapsed_seconds: f64,
    /// Region -> what a fence has taken away there.
    #[serde(default)]
    pub(crate) fenced: BTreeMap<String, Fence>,
}

/// How far a failover is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Running,
    Complete,
    Aborted,
}

/// A record as it was read, and the version a write must still find.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    pub(crate) record: Record,
    pub(crate) version: String,
}

/// What became of a conditional write.
#[derive(Debug)]
pub(crate) enum Written {
    /// Done; the new version.
    Done(String),
    /// Somebody else has written since.
    Conflict,
}

/// Where records are kept.
#[derive(Clone, Debug)]
pub(crate) enum Coordinator {
    /// Nowhere: Terraform's state lock alone keeps failovers apart.
    None,
    DynamoDb {
        client: aws_sdk_dynamodb::Client,
        table: String,
        key: String,
    },
    S3 {
        client: aws_sdk_s3::Client,
        bucket: String,
        key: String,
    },
}

impl Coordinator {
    /// As the configuration says; `target` is the region failed over to.
    pub(crate) fn of(aws: &Aws, plan: &Failover, target: &str) -> Self {
        let Some(settings) = &plan.coordination else { return Self::None };
        let region = settings.region.as_deref().unwrap_or(target);
        match settings {
            Settings { dynamodb_table: Some(table), .. } => Self::DynamoDb {
                client: aws.dynamodb(region),
                table: table.clone(),
                key: format!("{PREFIX}{}", plan.name),
            },
            Settings { s3_bucket: Some(bucket), .. } => Self::S3 {
                client: aws.s3(region),
                bucket: bucket.clone(),
                key: format!("{PREFIX}{}{SUFFIX}", plan.name),
            },
            _ => Self::None,
        }
    }

    /// Reads the record.
    pub(crate) async fn load(&self) -> Result<Option<Stored>> {
        match self {
            Self::None => Ok(None),
            Self::DynamoDb { client, table, key } => dynamodb::load(client, table, key).await,
            Self::S3 { client, bucket, key } => s3::load(client, bucket, key).await,
        }
    }

    /// Writes the record if `expected` is still what is there; `None` expects nothing.
    pub(crate) async fn store(&self, record: &Record, expected: Option<&str>) -> Result<Written> {
        match self {
            Self::None => Ok(Written::Done(String::new())),
            Self::DynamoDb { client, table, key } => dynamodb::store(client, table, key, record, expected).await,
            Self::S3 { client, bucket, key } => s3::store(client, bucket, key, record, expected).await,
        }
    }

    /// Removes the record: the group is no more.
    pub(crate) async fn remove(&self) -> Result<()> {
        match self {
            Self::None => Ok(()),
            Self::DynamoDb { client, table, key } => dynamodb::remove(client, table, key).await,
            Self::S3 { client, bucket, key } => s3::remove(client, bucket, key).await,
        }
    }

    /// Waits until it is sure that nobody works on a record that says `running`.
    ///
    /// Fails when the holder shows that it lives.
    pub(crate) async fn abandoned<C>(&self, cx: &Context<C>, found: Stored, lease: Duration) -> Result<Stored> {
        let started = Instant::now();
        while started.elapsed() < lease {
            cx.sleep((lease / 10).max(Duration::from_millis(100))).await?;
            let Some(now) = self.load().await? else { return Ok(found) };
            if now.version != found.version {
                let Record { from, to, holder, .. } = &now.record;
                return Err(Error::new("Another failover of this group is running").detail(format!(
                    "It goes from {from} to {to} and is run by {holder}. Wait for it to end, or stop it and apply again after {} s.",
                    lease.as_secs()
                )));
            }
        }
        Ok(found)
    }
}

/// The right to fail over, kept alive in the background.
#[derive(Debug)]
pub(crate) struct Lease {
    coordinator: Coordinator,
    held: std::sync::Arc<tokio::sync::Mutex<Stored>>,
    heart: Option<tokio::task::JoinHandle<()>>,
}

impl Lease {
    /// Writes `record` as ours and begins to beat.
    pub(crate) async fn take(
        coordinator: Coordinator,
        record: Record,
        expected: Option<&str>,
        lease: Duration,
    ) -> Result<Self> {
        let version = match coordinator.store(&record, expected).await? {
            Written::Done(version) => version,
            Written::Conflict => {
                return Err(Error::new("Another failover of this group has just begun")
                    .detail("Apply again when it has ended."));
            }
        };
        let held = std::sync::Arc::new(tokio::sync::Mutex::new(Stored { record, version }));
        let heart = (!matches!(coordinator, Coordinator::None)).then(|| {
            let (coordinator, held) = (coordinator.clone(), std::sync::Arc::clone(&held));
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep((lease / 4).max(Duration::from_millis(100))).await;
                    // A beat that fails is noticed by the next step, which writes for itself.
                    if let Err(error) = write(&coordinator, &held, |record| record.beat += 1).await {
                        tracing::warn!(?error, "cannot renew the failover lease");
                    }
                }
            })
        });
        Ok(Self { coordinator, held, heart })
    }

    /// Records a finished step, and the seconds until then. Fails when somebody else has taken over: then nothing more may be changed.
    pub(crate) async fn step(&self, step: &str, elapsed_seconds: f64) -> Result<()> {
        write(&self.coordinator, &self.held, |record| {
            record.beat += 1;
            record.elapsed_seconds = elapsed_seconds;
            if !record.steps.iter().any(|done| done == step) {
                record.steps.push(step.to_owned());
            }
        })
        .await
    }

    /// Records the replication lag that the promotion is decided by: after the promotion nobody can measure it again.
    pub(crate) async fn measured(&self, lag_seconds: Option<f64>) -> Result<()> {
        write(&self.coordinator, &self.held, |record| {
            record.beat += 1;
            record.lag_seconds = lag_seconds;
        })
        .await
    }

    /// Records what a fence is about to take away. One that an interrupted run has recorded stays: what is there now is less.
    pub(crate) async fn fencing(&self, region: &str, fence: &Fence) -> Result<Fence> {
        write(&self.coordinator, &self.held, |record| {
            record.beat += 1;
            record.fenced.entry(region.to_owned()).or_insert_with(|| fence.clone());
        })
        .await?;
        Ok(self.held.lock().await.record.fenced.get(region).unwrap_or(fence).clone())
    }

    /// Forgets a fence that is down.
    pub(crate) async fn unfenced(&self, region: &str) -> Result<()> {
        write(&self.coordinator, &self.held, |record| {
            record.beat += 1;
            record.fenced.remove(region);
        })
        .await
    }

    /// Makes sure that the lease is still ours.
    pub(crate) async fn confirm(&self) -> Result<()> {
        write(&self.coordinator, &self.held, |record| record.beat += 1).await
    }

    /// Makes sure that the lease is still ours, and records that the promotion is asked for next.
    pub(crate) async fn promoting(&self) -> Result<()> {
        write(&self.coordinator, &self.held, |record| {
            record.beat += 1;
            record.promoting = true;
        })
        .await
    }

    /// The record as it stands.
    pub(crate) async fn record(&self) -> Record {
        self.held.lock().await.record.clone()
    }

    /// Ends it.
    pub(crate) async fn end(&self, status: Status) -> Result<()> {
        if let Some(heart) = &self.heart {
            heart.abort();
        }
        write(&self.coordinator, &self.held, |record| {
            record.beat += 1;
            record.status = status;
            record.promoting = false;
        })
        .await
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Some(heart) = self.heart.take() {
            heart.abort();
        }
    }
}

async fn write(
    coordinator: &Coordinator,
    held: &tokio::sync::Mutex<Stored>,
    change: impl FnOnce(&mut Record),
) -> Result<()> {
    let mut held = held.lock().await;
    let mut record = held.record.clone();
    change(&mut record);
    match coordinator.store(&record, Some(&held.version)).await? {
        Written::Done(version) => {
            *held = Stored { record, version };
            Ok(())
        }
        Written::Conflict => Err(Error::new("The failover was taken over by another process")
            .detail("This one has stopped and changes nothing more. Apply again when the other has ended.")),
    }
}
