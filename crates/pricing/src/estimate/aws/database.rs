//! RDS and Aurora.

use rust_decimal::Decimal;

use super::support;
use crate::estimate::input::{Read, View};
use crate::estimate::sheet::{Sheet, hours, unpriced};

const INSTANCES: &[&str] = &["aws_db_instance"];
const CLUSTERS: &[&str] = &["aws_rds_cluster"];

/// From this many GB on, gp3 of MySQL, MariaDB and PostgreSQL is striped over four volumes, and includes four times as many
/// IOPS; RDS, "gp3 storage".
const STRIPED_GB: u32 = 400;
const GP3_IOPS: u32 = 3_000;
const GP3_STRIPED_IOPS: u32 = 12_000;

/// `aws_db_instance`
pub(in crate::estimate) fn instance(sheet: &mut Sheet<'_>) {
    let source = sheet.linked("replicate_source_db", INSTANCES);
    bill(sheet, source.as_ref());
}

/// `parapet_database_replica`: engine and storage are those of its source.
pub(in crate::estimate) fn replica(sheet: &mut Sheet<'_>) {
    let source = sheet.linked("source_db_instance_arn", INSTANCES);
    bill(sheet, source.as_ref());
}

/// An attribute of the instance, or of the instance it replicates.
fn inherited<'a, T>(own: &View<'a>, source: Option<&View<'a>>, read: impl Fn(&View<'a>) -> Read<T>) -> Read<T> {
    match (read(own), source) {
        (Read::Known(value), _) => Read::Known(value),
        (_, Some(source)) => read(source),
        (other, None) => other,
    }
}

fn bill(sheet: &mut Sheet<'_>, source: Option<&View<'_>>) {
    let view = sheet.view.clone();
    let Some(multi_az) = sheet.need("Instance", "multi_az", view.flag("multi_az").or(false)) else { return };
    let deployment = if multi_az { "Multi-AZ" } else { "Single-AZ" };
    let engine = inherited(&view, source, |it| it.text("engine"));
    let class = inherited(&view, source, |it| it.text("instance_class"));
    let class = sheet.need("Instance", "instance_class", class);
    let line = format!("{}, {deployment}", class.unwrap_or("Instance"));
    if let (Some(class), Some(engine)) = (class, sheet.need(&line, "engine", engine)) {
        let edition = if multi_az { format!("{engine}-multi-az") } else { engine.to_owned() };
        let price = sheet.unit("rds", &format!("{edition}:{class}"));
        sheet.hours(format!("{class}, {engine}, {deployment}"), Decimal::ONE, price);
        let version = inherited(&view, source, |it| it.text("engine_version"));
        let instances = if multi_az { Decimal::TWO } else { Decimal::ONE };
        extended_support(sheet, &view, (engine, class, version), instances);
    }
    storage(sheet, &view, source, multi_az);
    sheet.used_if_stated("Backups beyond the size of the database", "backup_gb", 1, "rds", "backup");
}

/// What versions out of standard support cost by vCPU and hour, unless whoever runs them opted out of it.
fn extended_support(
    sheet: &mut Sheet<'_>,
    lifecycle: &View<'_>,
    (engine, class, version): (&str, &str, Read<&str>),
    instances: Decimal,
) {
    if lifecycle.text("engine_lifecycle_support").known() == Some("open-source-rds-extended-support-disabled") {
        return;
    }
    let Read::Known(version) = version else {
        if version == Read::Unknown {
            sheet.not_known("Extended support", "engine_version");
        }
        return;
    };
    let Some(sku) = support::rds_extended(engine, version) else { return };
    let line = format!("Extended support of {engine} {version}");
    match support::vcpus(class) {
        Some(vcpus) => {
            let price = sheet.unit("rds", sku);
            sheet.add(line, hours(vcpus * instances), price);
        }
        None => sheet.gap(line, unpriced(format!("how many vCPUs {class} has is not known"))),
    }
}

fn storage(sheet: &mut Sheet<'_>, view: &View<'_>, source: Option<&View<'_>>, multi_az: bool) {
    let line = "Storage";
    let size = inherited(view, source, |it| it.number("allocated_storage"));
    let Some(size) = sheet.need(line, "allocated_storage", size) else { return };
    let iops = inherited(view, source, |it| it.number("iops")).known().filter(|iops| !iops.is_zero());
    // The provider's own default: io1 where IOPS are asked for, else gp2.
    let default = if iops.is_some() { "io1" } else { "gp2" };
    let kind = inherited(view, source, |it| it.text("storage_type")).or(default);
    let Some(kind) = sheet.need(line, "storage_type", kind) else { return };
    let zones = if multi_az { "multi-az" } else { "single-az" };
    let price = sheet.unit("rds", &format!("{kind}-{zones}"));
    sheet.add(format!("Storage, {kind}"), size, price);
    match (kind, iops) {
        ("io1" | "io2", Some(iops)) => {
            let price = sheet.unit("rds", &format!("{kind}-iops-{zones}"));
            sheet.add("Provisioned IOPS", iops, price);
        }
        ("io1" | "io2", None) => sheet.not_known("Provisioned IOPS", "iops"),
        ("gp3", Some(iops)) => {
            let included = if size < Decimal::from(STRIPED_GB) { GP3_IOPS } else { GP3_STRIPED_IOPS };
            let more = iops - Decimal::from(included);
            if more > Decimal::ZERO {
                let price = sheet.unit("rds", &format!("gp3-iops-{zones}"));
                sheet.add(format!("IOPS above {included}"), more, price);
            }
        }
        _ => {}
    }
}

/// `aws_db_snapshot`
pub(in crate::estimate) fn snapshot(sheet: &mut Sheet<'_>) {
    let price = sheet.unit("rds", "backup");
    sheet.used("Snapshot storage", "storage_gb", 1, price);
}

fn is_io_optimized(cluster: &View<'_>) -> bool {
    cluster.text("storage_type").known() == Some("aurora-iopt1")
}

/// `aws_rds_cluster`: what the instances of an Aurora cluster share.
pub(in crate::estimate) fn cluster(sheet: &mut Sheet<'_>) {
    let view = sheet.view.clone();
    let Some(engine) = sheet.need("Storage", "engine", view.text("engine").or("aurora-mysql")) else { return };
    if !engine.starts_with("aurora") {
        return sheet
            .gap("Instances and storage", unpriced("no price book has Multi-AZ clusters with readable standbys"));
    }
    if view.text("engine_mode").known() == Some("serverless") {
        return sheet.gap("Capacity", unpriced("no price book has Aurora Serverless v1"));
    }
    if is_io_optimized(&view) {
        let price = sheet.unit("aurora", "storage-io-optimized");
        sheet.used("Storage, I/O-Optimized", "storage_gb", 1, price);
    } else {
        let price = sheet.unit("aurora", "storage-standard");
        sheet.used("Storage", "storage_gb", 1, price);
        let price = sheet.unit("aurora", "io-standard");
        sheet.used("I/O requests", "io_millions", 1, price);
    }
    sheet.used_if_stated("Backups beyond the size of the database", "backup_gb", 1, "aurora", "backup");
}

/// `aws_rds_cluster_instance`
pub(in crate::estimate) fn cluster_instance(sheet: &mut Sheet<'_>) {
    let view = sheet.view.clone();
    let cluster = sheet.linked("cluster_identifier", CLUSTERS);
    let engine = match (view.text("engine"), &cluster) {
        (Read::Known(engine), _) => Read::Known(engine),
        (_, Some(cluster)) => cluster.text("engine"),
        (other, None) => other,
    };
    let Some(class) = sheet.need("Instance", "instance_class", view.text("instance_class")) else { return };
    let optimized = cluster.as_ref().is_some_and(is_io_optimized);
    if class == "db.serverless" {
        let sku = if optimized { "serverless-v2-io-optimized" } else { "serverless-v2" };
        let price = sheet.unit("aurora", sku);
        return sheet.used("Aurora Serverless v2 capacity", "acu_hours", 1, price);
    }
    let Some(engine) = sheet.need("Instance", "engine", engine) else { return };
    // I/O-Optimized instances cost more, and only those of the list are known.
    let edition = if optimized { format!("{engine}-io-optimized") } else { engine.to_owned() };
    let price = sheet.unit("rds", &format!("{edition}:{class}"));
    sheet.hours(format!("{class}, {edition}"), Decimal::ONE, price);
    let lifecycle = cluster.as_ref().unwrap_or(&view);
    let version = match view.text("engine_version") {
        Read::Known(version) => Read::Known(version),
        own => cluster.as_ref().map_or(own, |cluster| cluster.text("engine_version")),
    };
    extended_support(sheet, lifecycle, (engine, class, version), Decimal::ONE);
}
