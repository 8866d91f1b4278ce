//! Volumes, buckets, logs, keys and secrets.

use rust_decimal::Decimal;

use crate::estimate::input::{Read, View};
use crate::estimate::sheet::{Sheet, unpriced};

/// IOPS and MiB/s that every gp3 volume has without asking; AWS, "General Purpose SSD volumes".
const GP3_IOPS: u32 = 3_000;
const GP3_THROUGHPUT: u32 = 125;

/// A volume: what of a block device is billed.
pub(super) struct Volume<'a> {
    /// What it is called on the bill.
    pub(super) name: String,
    pub(super) kind: &'a str,
    /// The kind is an assumption.
    pub(super) assumed: bool,
    pub(super) size: Decimal,
    pub(super) iops: Option<Decimal>,
    pub(super) throughput: Option<Decimal>,
    /// How many of it.
    pub(super) count: Decimal,
}

impl Volume<'_> {
    /// Its lines: storage, and provisioned IOPS and throughput.
    pub(super) fn bill(&self, sheet: &mut Sheet<'_>) {
        let line = format!("{} storage, {}", self.name, self.kind);
        let price = sheet.unit("ebs", self.kind);
        let gigabytes = self.size * self.count;
        if self.assumed {
            sheet.assume(line, gigabytes, price)
        } else {
            sheet.add(line, gigabytes, price)
        }
        let above = |asked: Option<Decimal>, included: u32| {
            let more = asked? - Decimal::from(included);
            (more > Decimal::ZERO).then(|| more * self.count)
        };
        match self.kind {
            "gp3" => {
                if let Some(more) = above(self.iops, GP3_IOPS) {
                    let price = sheet.unit("ebs", "gp3-iops-above-3000");
                    sheet.add(format!("{} IOPS above {GP3_IOPS}", self.name), more, price);
                }
                if let Some(more) = above(self.throughput, GP3_THROUGHPUT) {
                    let price = sheet.unit("ebs", "gp3-throughput-above-125");
                    sheet.add(format!("{} throughput above {GP3_THROUGHPUT} MiB/s", self.name), more, price);
                }
            }
            "io1" | "io2" => {
                let line = format!("{} IOPS", self.name);
                match self.iops {
                    // Above 32,000 IOPS io2 has cheaper tiers, which no book carries.
                    Some(iops) if self.kind == "io2" && iops > Decimal::from(32_000) => {
                        sheet.gap(line, unpriced("no price book has the tiers of io2 above 32,000 IOPS"));
                    }
                    Some(iops) => {
                        let price = sheet.unit("ebs", &format!("{}-iops", self.kind));
                        sheet.add(line, iops * self.count, price);
                    }
                    None => sheet.not_known(line, "iops"),
                }
            }
            _ => {}
        }
    }
}

/// What a block of a device says: its volume, or the attribute that is missing.
pub(super) fn device<'a>(
    name: &str,
    block: &View<'a>,
    kind_of: &str,
    size_of: &str,
    count: Decimal,
) -> Result<Volume<'a>, &'static str> {
    let kind = match block.text(kind_of) {
        Read::Known(kind) => Some(kind),
        Read::Absent => None,
        Read::Unknown => return Err("volume_type"),
    };
    let size = block.number(size_of).known().ok_or("volume_size")?;
    Ok(Volume {
        name: name.to_owned(),
        // What EBS makes when nobody says a type.
        kind: kind.unwrap_or("gp2"),
        assumed: kind.is_none(),
        size,
        iops: block.number("iops").known(),
        throughput: block.number("throughput").known(),
        count,
    })
}

/// `aws_ebs_volume`
pub(in crate::estimate) fn volume(sheet: &mut Sheet<'_>) {
    let view = sheet.view.clone();
    let Some(kind) = sheet.need("Storage", "type", view.text("type").or("gp2")) else { return };
    let Some(size) = sheet.need("Storage", "size", view.number("size")) else { return };
    let volume = Volume {
        name: "Volume".to_owned(),
        kind,
        assumed: false,
        size,
        iops: view.number("iops").known(),
        throughput: view.number("throughput").known(),
        count: Decimal::ONE,
    };
    volume.bill(sheet);
    if kind == "standard" {
        let price = sheet.unit("ebs", "standard-requests");
        sheet.used("I/O requests", "requests_millions", 1, price);
    }
}

/// `aws_ebs_snapshot`, `aws_ebs_snapshot_copy`: only changed blocks are stored, so the size of the volume says little.
pub(in crate::estimate) fn snapshot(sheet: &mut Sheet<'_>) {
    let price = sheet.unit("ebs", "snapshot");
    sheet.used("Snapshot storage", "storage_gb", 1, price);
}

/// `aws_s3_bucket`
pub(in crate::estimate) fn bucket(sheet: &mut Sheet<'_>) {
    for (line, key, sku) in [
        ("Storage, Standard", "storage_gb", "standard"),
        ("PUT, COPY, POST and LIST requests", "put_thousands", "standard-put"),
        ("GET and other requests", "get_thousands", "standard-get"),
    ] {
        let price = sheet.unit("s3", sku);
        sheet.used(line, key, 1, price);
    }
    for (line, key, sku) in [
        ("Storage, Standard-IA", "standard_ia_gb", "standard-ia"),
        ("Storage, One Zone-IA", "one_zone_ia_gb", "one-zone-ia"),
        ("Storage, Glacier Flexible Retrieval", "glacier_flexible_gb", "glacier-flexible"),
        ("Storage, Glacier Deep Archive", "glacier_deep_gb", "glacier-deep"),
    ] {
        sheet.used_if_stated(line, key, 1, "s3", sku);
    }
}

/// `aws_ecr_repository`
pub(in crate::estimate) fn images(sheet: &mut Sheet<'_>) {
    let price = sheet.unit("ecr", "storage");
    sheet.used("Storage of images", "storage_gb", 1, price);
}

/// `aws_efs_file_system`
pub(in crate::estimate) fn file_system(sheet: &mut Sheet<'_>) {
    let one_zone = sheet.view.text("availability_zone_name") != Read::Absent;
    let sku = if one_zone { "one-zone" } else { "standard" };
    let price = sheet.unit("efs", sku);
    sheet.used("Storage", "storage_gb", 1, price);
    sheet.used_if_stated("Storage, infrequent access", "infrequent_access_gb", 1, "efs", &format!("{sku}-ia"));
    if sheet.view.number("provisioned_throughput_in_mibps").known().is_some_and(|it| !it.is_zero()) {
        sheet.gap("Provisioned throughput", unpriced("no price book has the throughput that is included"));
    }
}

/// `aws_cloudwatch_log_group`
pub(in crate::estimate) fn log_group(sheet: &mut Sheet<'_>) {
    let price = match sheet.view.text("log_group_class").or("STANDARD").known() {
        Some("STANDARD") => sheet.unit("cloudwatch", "logs-ingest"),
        _ => Err(unpriced("no price book has log groups of other classes than STANDARD")),
    };
    sheet.used("Data ingested", "ingested_gb", 1, price);
    let price = sheet.unit("cloudwatch", "logs-storage");
    sheet.used("Data stored", "stored_gb", 1, price);
    sheet.used_if_stated("Data scanned by queries", "scanned_gb", 1, "cloudwatch", "logs-insights");
}

/// `aws_cloudwatch_metric_alarm`: one alarm for each metric it watches.
pub(in crate::estimate) fn alarm(sheet: &mut Sheet<'_>) {
    let view = sheet.view.clone();
    let queries = view.blocks("metric_query");
    let metrics: Vec<View<'_>> = queries.iter().filter_map(|query| query.block("metric")).collect();
    let period = |view: &View<'_>| view.number("period").known().unwrap_or(Decimal::from(60));
    let shortest = metrics.iter().map(period).min().unwrap_or_else(|| period(&view));
    let price = if shortest < Decimal::from(60) {
        sheet.unit("cloudwatch", "alarm-high-resolution")
    } else {
        sheet.unit("cloudwatch", "alarm-standard")
    };
    sheet.add("Alarm", Decimal::from(metrics.len().max(1)), price);
}

/// `aws_kms_key` and its relatives.
pub(in crate::estimate) fn key(sheet: &mut Sheet<'_>) {
    let price = sheet.unit("kms", "key");
    sheet.add("Key", Decimal::ONE, price);
    let symmetric =
        sheet.view.text("customer_master_key_spec").or("SYMMETRIC_DEFAULT").known() == Some("SYMMETRIC_DEFAULT");
    let price = if symmetric {
        sheet.unit("kms", "requests")
    } else {
        Err(unpriced("no price book has requests of asymmetric keys"))
    };
    sheet.used("Requests", "requests", 10_000, price);
}

/// `aws_secretsmanager_secret`: every replica is a secret.
pub(in crate::estimate) fn secret(sheet: &mut Sheet<'_>) {
    let price = sheet.unit("secretsmanager", "secret");
    sheet.add("Secret", Decimal::ONE, price);
    let view = sheet.view.clone();
    for replica in view.blocks("replica") {
        let line = format!("Replica in {}", replica.text("region").known().unwrap_or("another region"));
        let price = replica.text("region").known().map_or_else(
            || Err(unpriced("its region is not known")),
            |region| sheet.unit_elsewhere(region, "secretsmanager", "secret"),
        );
        sheet.add(line, Decimal::ONE, price);
    }
    let price = sheet.unit("secretsmanager", "requests");
    sheet.used("API requests", "requests", 10_000, price);
}
