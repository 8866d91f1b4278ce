//! The list of `parapet_spot_node_group`

use std::collections::BTreeSet;

use tfplugin::prelude::*;

use crate::aws::AwsResult;
use crate::provider::Clients;
use crate::resources::SpotNodeGroup;
use crate::resources::spot_node_group::{names, owner};

/// Lists the node groups that Parapet has made in the region of the provider, under `cluster_name:name`.
#[derive(Debug, Model)]
pub(crate) struct SpotNodeGroups {
    /// Cluster to look in. All clusters when left out.
    cluster_name: Option<String>,
}

impl List<SpotNodeGroup> for SpotNodeGroups {
    async fn list(cx: &Context<Clients>, config: Self, found: &mut Found<SpotNodeGroup>) -> Result<()> {
        let aws = cx.aws().await?;
        let client = aws.eks(aws.region());
        let clusters = match config.cluster_name {
            Some(name) => vec![name],
            None => {
                let mut pages = client.list_clusters().into_paginator().items().send();
                let mut clusters = Vec::new();
                while let Some(name) = pages.next().await {
                    clusters.push(name.doing("listing clusters")?);
                }
                clusters
            }
        };
        for cluster in clusters {
            // Two node groups and several generations are one resource.
            let mut seen = BTreeSet::new();
            for eks_name in names(&client, &cluster).await? {
                let Some(name) = owner(&client, &cluster, &eks_name).await? else { continue };
                if seen.insert(name.clone()) {
                    let key = Key::<SpotNodeGroup> { cluster_name: cluster.clone(), name: name.clone() };
                    found.key(format!("{cluster}:{name}"), key).await?;
                }
            }
        }
        Ok(())
    }
}
