//! RDS and Aurora instances.

use parapet_pricing::recommend::{Database, Failure, Gauge, kind};
use tfplugin::prelude::*;

use super::asked::Operation;
use super::metrics::{self, Ask, LEVEL, Metric, Stat};
use super::region::{Part, Region, tags};

const CPU: Metric = Metric { namespace: "AWS/RDS", name: "CPUUtilization", stats: LEVEL };
const CONNECTIONS: Metric = Metric { namespace: "AWS/RDS", name: "DatabaseConnections", stats: LEVEL };
const FREE: Metric = Metric { namespace: "AWS/RDS", name: "FreeableMemory", stats: &[Stat::Minimum] };
const ASKED: [&Metric; 3] = [&CPU, &CONNECTIONS, &FREE];

/// Databases with their metrics.
pub(super) async fn databases(region: &Region) -> Result<Part<Database>> {
    if !region.reads(&[kind::DATABASE]) {
        return Ok(Part::none());
    }
    let mut found = match described(region).await {
        Ok(found) => found,
        Err(failure) => return Ok(Part::failed(failure)),
    };
    let asks = found.iter().flat_map(|it| ASKED.map(|metric| Ask::of(metric, "DBInstanceIdentifier", &it.id)));
    let (answers, failures) = metrics::read(&region.cloudwatch, &region.name, region.days, asks.collect()).await?;
    for (it, figures) in found.iter_mut().zip(answers.chunks(ASKED.len())) {
        if let [cpu, connections, free] = figures {
            it.cpu_percent = metrics::gauge(cpu.as_ref());
            it.connections = metrics::gauge(connections.as_ref());
            let least = free.as_ref().filter(|it| it.days > 0 && it.min.is_finite()).map(|it| it.min);
            // A saturating cast: no memory has more bytes than that.
            it.least_free_bytes = least.map(|least| least as u64);
        }
    }
    Ok(Part { found, failures })
}

async fn described(region: &Region) -> Result<Vec<Database>, Failure> {
    const OPERATION: Operation = Operation::new("RDS", "rds", "DescribeDBInstances");
    let mut pages = region.rds.describe_db_instances().into_paginator().page_size(100).send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| OPERATION.failed(Some(&region.name), error))?;
        let databases = page.db_instances().iter().filter_map(|it| database(region, it));
        found.extend(databases.filter(|it| region.wants(&it.tags)));
    }
    Ok(found)
}

fn database(region: &Region, it: &aws_sdk_rds::types::DbInstance) -> Option<Database> {
    Some(Database {
        arn: it.db_instance_arn()?.to_owned(),
        id: it.db_instance_identifier()?.to_owned(),
        class: it.db_instance_class()?.to_owned(),
        engine: it.engine()?.to_owned(),
        engine_version: it.engine_version().unwrap_or_default().to_owned(),
        multi_az: it.multi_az().unwrap_or_default(),
        available: it.db_instance_status() == Some("available"),
        io_optimized: it.storage_type() == Some("aurora-iopt1"),
        replica: it.read_replica_source_db_instance_identifier().is_some_and(|it| !it.is_empty()),
        created: region.since(it.instance_create_time()),
        cpu_percent: Gauge::NotRead,
        connections: Gauge::NotRead,
        least_free_bytes: None,
        tags: tags(it.tag_list().iter().map(|tag| (tag.key(), tag.value()))),
    })
}
