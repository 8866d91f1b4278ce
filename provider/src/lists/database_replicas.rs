//! The list of `parapet_database_replica`

use std::time::Duration;

use aws_sdk_rds::types::DbInstance;
use tfplugin::prelude::*;

use crate::aws::{AwsResult, is_unreachable};
use crate::provider::Clients;
use crate::resources::DatabaseReplica;

/// How long a list waits for a region that may be down.
const PATIENCE: Duration = Duration::from_secs(20);

/// Lists RDS instances that follow a source in another region, under `region/identifier`.
///
/// An instance that has been promoted follows nothing any more and is not listed. A region that does not answer is passed over with a
/// warning.
#[derive(Debug, Model)]
pub(crate) struct DatabaseReplicas {
    /// Regions to look for replicas in.
    #[attr(validate = length(1..=usize::MAX), validate = each(length(1..=50)))]
    regions: Set<String>,
}

impl List<DatabaseReplica> for DatabaseReplicas {
    async fn list(cx: &Context<Clients>, config: Self, found: &mut Found<DatabaseReplica>) -> Result<()> {
        let aws = cx.aws().await?;
        for region in config.regions.iter() {
            let mut instances = aws.rds(region).describe_db_instances().into_paginator().items().send();
            loop {
                let instance = match tokio::time::timeout(PATIENCE, instances.next()).await {
                    Ok(None) => break,
                    Ok(Some(Err(error))) if is_unreachable(&error) => {
                        out_of_sight(cx, region);
                        break;
                    }
                    Err(_) => {
                        out_of_sight(cx, region);
                        break;
                    }
                    Ok(Some(instance)) => instance.doing("listing database instances")?,
                };
                if let (true, Some(identifier)) = (is_replica(&instance, region), instance.db_instance_identifier()) {
                    let key = Key::<DatabaseReplica> { region: region.to_owned(), identifier: identifier.to_owned() };
                    found.key(format!("{region}/{identifier}"), key).await?;
                }
            }
        }
        Ok(())
    }
}

fn out_of_sight(cx: &Context<Clients>, region: &str) {
    cx.warn(
        Diagnostic::warning(format!("{region} does not answer"))
            .detail("Replicas in it may be missing from the list. List them when the region answers again."),
    );
}

/// Whether an instance of a region follows one in another region: RDS names such a source by its ARN.
fn is_replica(instance: &DbInstance, region: &str) -> bool {
    let source = instance.read_replica_source_db_instance_identifier();
    source.and_then(|source| source.split(':').nth(3)).is_some_and(|source| source != region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_follows_another_region_is_a_replica() {
        let follows = |source: Option<&str>| {
            let source = source.map(str::to_owned);
            let instance = DbInstance::builder().set_read_replica_source_db_instance_identifier(source).build();
            is_replica(&instance, "eu-central-1")
        };
        assert!(follows(Some("arn:aws:rds:eu-west-1:123456789012:db:orders")));
        assert!(!follows(Some("arn:aws:rds:eu-central-1:123456789012:db:orders")));
        assert!(!follows(Some("orders")), "a source in the same region is named without an ARN");
        assert!(!follows(Some("")));
        assert!(!follows(None));
    }
}
