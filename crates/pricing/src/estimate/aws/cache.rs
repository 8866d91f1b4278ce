//! ElastiCache.

use rust_decimal::Decimal;

use crate::estimate::input::Read;
use crate::estimate::sheet::Sheet;

fn nodes(sheet: &mut Sheet<'_>, kind: &str, engine: &str, count: Decimal) {
    let price = sheet.unit("elasticache", &format!("{engine}:{kind}"));
    sheet.hours(format!("{kind}, {engine}"), count, price);
    sheet.used_if_stated("Backups", "backup_gb", 1, "elasticache", "backup");
}

/// `aws_elasticache_cluster`
pub(in crate::estimate) fn cluster(sheet: &mut Sheet<'_>) {
    let view = sheet.view.clone();
    let Some(kind) = sheet.need("Nodes", "node_type", view.text("node_type")) else { return };
    // A member of a replication group is one node, and says no engine.
    let is_member = view.text("replication_group_id") != Read::Absent;
    let engine = if is_member { view.text("engine").or("redis") } else { view.text("engine") };
    let Some(engine) = sheet.need("Nodes", "engine", engine) else { return };
    let Some(count) = sheet.need("Nodes", "num_cache_nodes", view.number("num_cache_nodes").or(Decimal::ONE)) else {
        return;
    };
    nodes(sheet, kind, engine, count);
}

/// `aws_elasticache_replication_group`: a primary and its replicas, times the shards.
pub(in crate::estimate) fn replication_group(sheet: &mut Sheet<'_>) {
    let view = sheet.view.clone();
    if view.text("global_replication_group_id") != Read::Absent && view.text("node_type") == Read::Absent {
        return sheet.not_known("Nodes", "node_type");
    }
    let Some(kind) = sheet.need("Nodes", "node_type", view.text("node_type")) else { return };
    let Some(engine) = sheet.need("Nodes", "engine", view.text("engine").or("redis")) else { return };
    // Providers before version 5 have a block for the shards.
    let block = view.block("cluster_mode");
    let shards = match &block {
        Some(mode) => mode.number("num_node_groups"),
        None => view.number("num_node_groups"),
    };
    let replicas = match &block {
        Some(mode) => mode.number("replicas_per_node_group"),
        None => view.number("replicas_per_node_group"),
    };
    let clusters = match view.number("num_cache_clusters") {
        Read::Absent => view.number("number_cache_clusters"),
        known => known,
    };
    let count = match (view.stated().number("nodes"), shards, replicas, clusters) {
        (Some(nodes), ..) => Read::Known(nodes),
        (None, Read::Absent, Read::Absent, clusters) => clusters.or(Decimal::ONE),
        (None, Read::Unknown, ..) | (None, _, Read::Unknown, _) => Read::Unknown,
        (None, shards, replicas, _) => {
            let per_shard = Decimal::ONE + replicas.known().unwrap_or(Decimal::ZERO);
            Read::Known(shards.known().unwrap_or(Decimal::ONE) * per_shard)
        }
    };
    let Some(count) = sheet.need("Nodes", "nodes", count) else { return };
    nodes(sheet, kind, engine, count);
}
