//! The list of `parapet_failover`

use aws_sdk_dynamodb::types::AttributeValue;
use tfplugin::prelude::*;

use crate::aws::{Aws, AwsResult};
use crate::provider::Clients;
use crate::resources::Failover;
use crate::resources::failover::coordination::{PREFIX, SUFFIX, TABLE_KEY};

/// Lists failover groups that have a coordination record, under their names.
///
/// A group has a record from its first failover on, and only with a `coordination` block.
#[derive(Debug, Model)]
pub(crate) struct Failovers {
    /// Region of the table or bucket.
    #[attr(validate = length(1..=50))]
    region: String,
    /// DynamoDB table with coordination records. Exactly one of `dynamodb_table` and `s3_bucket`.
    dynamodb_table: Option<String>,
    /// S3 bucket with coordination records.
    s3_bucket: Option<String>,
}

impl List<Failover> for Failovers {
    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        let paths = Self::paths();
        match (config.get(&paths.dynamodb_table), config.get(&paths.s3_bucket)) {
            (Known::Null, Known::Null) | (Known::Value(_), Known::Value(_)) => problems.error(
                &paths.dynamodb_table,
                "Records are in one place",
                "Set exactly one of `dynamodb_table` and `s3_bucket`.",
            ),
            _ => {}
        }
    }

    async fn list(cx: &Context<Clients>, config: Self, found: &mut Found<Failover>) -> Result<()> {
        let aws = cx.aws().await?;
        if let Some(table) = &config.dynamodb_table {
            in_table(aws, &config.region, table, found).await?;
        }
        if let Some(bucket) = &config.s3_bucket {
            in_bucket(aws, &config.region, bucket, found).await?;
        }
        Ok(())
    }
}

async fn in_table(aws: &Aws, region: &str, table: &str, found: &mut Found<Failover>) -> Result<()> {
    let mut items = aws
        .dynamodb(region)
        .scan()
        .table_name(table)
        .consistent_read(true)
        .filter_expression("begins_with(#key, :prefix)")
        .projection_expression("#key")
        .expression_attribute_names("#key", TABLE_KEY)
        .expression_attribute_values(":prefix", AttributeValue::S(PREFIX.to_owned()))
        .into_paginator()
        .items()
        .send();
    while let Some(item) = items.next().await {
        let item = item.doing("listing coordination records")?;
        let key = item.get(TABLE_KEY).and_then(|key| key.as_s().ok());
        if let Some(name) = key.and_then(|key| name(key, "")) {
            found.key(name, Key::<Failover> { name: name.to_owned() }).await?;
        }
    }
    Ok(())
}

async fn in_bucket(aws: &Aws, region: &str, bucket: &str, found: &mut Found<Failover>) -> Result<()> {
    let mut pages = aws.s3(region).list_objects_v2().bucket(bucket).prefix(PREFIX).into_paginator().send();
    while let Some(page) = pages.next().await {
        for object in page.doing("listing coordination records")?.contents() {
            if let Some(name) = object.key().and_then(|key| name(key, SUFFIX)) {
                found.key(name, Key::<Failover> { name: name.to_owned() }).await?;
            }
        }
    }
    Ok(())
}

/// Name of the group that a record belongs to; `None` for the key of anything else.
fn name<'a>(key: &'a str, suffix: &str) -> Option<&'a str> {
    key.strip_prefix(PREFIX)?.strip_suffix(suffix).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Parapet;
    use serde_json::json;
    use tfplugin::testing::Harness;

    #[test]
    fn names_are_read_from_the_keys_of_records_only() {
        assert_eq!(name("parapet/failover/orders", ""), Some("orders"));
        assert_eq!(name("parapet/failover/orders.json", ""), Some("orders.json"));
        assert_eq!(name("parapet/failover/orders.json", SUFFIX), Some("orders"));
        assert_eq!(name("parapet/failover/a/b.json", SUFFIX), Some("a/b"));
        for (key, suffix) in [
            ("parapet/failover/", ""),
            ("parapet/failover/.json", SUFFIX),
            ("parapet/failover/orders", SUFFIX),
            ("terraform/state", ""),
        ] {
            assert_eq!(name(key, suffix), None, "{key}");
        }
    }

    #[tokio::test]
    async fn records_are_in_a_table_or_in_a_bucket() {
        let provider = Harness::start(Parapet, &json!({ "region": "eu-west-1" })).await.unwrap();
        for config in [
            json!({ "region": "eu-west-1" }),
            json!({ "region": "eu-west-1", "dynamodb_table": "t", "s3_bucket": "b" }),
        ] {
            let refused = provider.list("parapet_failover", &config, 10, false).await.unwrap_err();
            assert!(format!("{refused:?}").contains("Set exactly one of"), "{refused:?}");
        }
    }
}
