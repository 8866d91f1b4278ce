//! Records as objects of an S3 bucket, with S3's conditional writes.

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;
use tfplugin::prelude::*;

use super::{Record, Stored, Written};
use crate::aws::AwsResult;

pub(super) async fn load(client: &Client, bucket: &str, key: &str) -> Result<Option<Stored>> {
    let answer = client.get_object().bucket(bucket).key(key).send().await;
    let Some(answer) = answer.unless(&["NoSuchKey"], "reading the coordination record")? else { return Ok(None) };
    let version = answer.e_tag().unwrap_or_default().to_owned();
    let bytes = answer.body.collect().await.during("reading the coordination record")?.into_bytes();
    let record = serde_json::from_slice(&bytes).during("reading the coordination record")?;
    Ok(Some(Stored { record, version }))
}

pub(super) async fn store(
    client: &Client,
    bucket: &str,
    key: &str,
    record: &Record,
    expected: Option<&str>,
) -> Result<Written> {
    let body = ByteStream::from(serde_json::to_vec(record)?);
    let request = client.put_object().bucket(bucket).key(key).content_type("application/json").body(body);
    let request = match expected {
        None => request.if_none_match("*"),
        Some(version) => request.if_match(version),
    };
    match request.send().await {
        // 412: another version is there. 409: another conditional write is under way.
        Err(error) if matches!(error.code(), Some("PreconditionFailed" | "ConditionalRequestConflict")) => {
            // A request whose answer was lost is sent again by the SDK and then finds its own write.
            let found = load(client, bucket, key).await?;
            Ok(match found {
                Some(found) if found.record == *record => Written::Done(found.version),
                _ => Written::Conflict,
            })
        }
        answer => {
            let answer = answer.doing("writing the coordination record")?;
            Ok(Written::Done(answer.e_tag.unwrap_or_default()))
        }
    }
}

pub(super) async fn remove(client: &Client, bucket: &str, key: &str) -> Result<()> {
    let request = client.delete_object().bucket(bucket).key(key);
    // A bucket that is gone has no record: it may be destroyed together with the group.
    request.send().await.unless(&["NoSuchBucket"], "removing the coordination record")?;
    Ok(())
}
