//! Records as items of a DynamoDB table with the partition key `LockID`, as Terraform's own lock tables have it.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::AttributeValue;
use tfplugin::prelude::*;

use super::{Record, Stored, TABLE_KEY, Written};
use crate::aws::AwsResult;

const BODY: &str = "Record";
const VERSION: &str = "Version";

pub(super) async fn load(client: &Client, table: &str, key: &str) -> Result<Option<Stored>> {
    let request =
        client.get_item().table_name(table).key(TABLE_KEY, AttributeValue::S(key.to_owned())).consistent_read(true);
    let answer = request.send().await.doing("reading the coordination record")?;
    let Some(item) = answer.item else { return Ok(None) };
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned();
    match (text(BODY), text(VERSION)) {
        (Some(body), Some(version)) => {
            let record = serde_json::from_str(&body).during("reading the coordination record")?;
            Ok(Some(Stored { record, version }))
        }
        _ => Err(Error::new("The coordination record cannot be read").detail(format!(
            "Item {key:?} of table {table} was not written by Parapet. Remove it, or choose another table."
        ))),
    }
}

pub(super) async fn store(
    client: &Client,
    table: &str,
    key: &str,
    record: &Record,
    expected: Option<&str>,
) -> Result<Written> {
    let version = format!("{}:{}:{}", record.epoch, record.holder, record.beat);
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let item = HashMap::from([
        (TABLE_KEY.to_owned(), text(key)),
        (BODY.to_owned(), text(&serde_json::to_string(record)?)),
        (VERSION.to_owned(), text(&version)),
    ]);
    let request =
        client.put_item().table_name(table).set_item(Some(item)).expression_attribute_names("#key", TABLE_KEY);
    let request = match expected {
        None => request.condition_expression("attribute_not_exists(#key)"),
        Some(expected) => request
            .condition_expression("attribute_exists(#key) AND #version = :expected")
            .expression_attribute_names("#version", VERSION)
            .expression_attribute_values(":expected", text(expected)),
    };
    match request.send().await {
        Err(error) if error.code() == Some("ConditionalCheckFailedException") => {
            retried(client, table, key, version).await
        }
        answer => {
            answer.doing("writing the coordination record")?;
            Ok(Written::Done(version))
        }
    }
}

/// A request whose answer was lost is sent again by the SDK and then finds its own write.
async fn retried(client: &Client, table: &str, key: &str, version: String) -> Result<Written> {
    let found = load(client, table, key).await?;
    Ok(if found.is_some_and(|found| found.version == version) { Written::Done(version) } else { Written::Conflict })
}

pub(super) async fn remove(client: &Client, table: &str, key: &str) -> Result<()> {
    let request = client.delete_item().table_name(table).key(TABLE_KEY, AttributeValue::S(key.to_owned()));
    // A table that is gone has no record: it may be destroyed together with the group.
    request.send().await.unless(&["ResourceNotFoundException"], "removing the coordination record")?;
    Ok(())
}
