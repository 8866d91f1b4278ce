//! EBS volumes: those that nobody uses, and gp2.
//!
//! gp2 sustains 3 IOPS for a GiB, at least 100 and at most 16,000, bursts to 3,000, and moves 256 KiB with each, at most 250 MiB/s.
//! gp3 includes 3,000 IOPS and 125 MiB/s; what a gp2 volume has beyond is bought, and is part of the price that is compared (EBS user
//! guide, "Amazon EBS volume types").

use rust_decimal::Decimal;

use super::cost::Cost;
use super::draft::{Desk, Draft, Evidence};
use super::inventory::{LastUse, Tags, Volume};
use super::kind;
use super::output::{Action, Confidence};
use crate::money::dollars;

const GP2_IOPS_PER_GIB: u32 = 3;
const GP2_LEAST_IOPS: u32 = 100;
const GP2_MOST_MIBPS: u32 = 250;
const GP3_IOPS: u32 = 3_000;
const GP3_MIBPS: u32 = 125;
const MOST_IOPS: u32 = 16_000;
/// IOPS at 256 KiB that make one MiB/s.
const IOPS_PER_MIBPS: u32 = 4;

pub(super) fn all(desk: &mut Desk<'_>) {
    for volume in desk.inventory.volumes.iter().filter(|it| desk.looks_at(&it.tags)).collect::<Vec<_>>() {
        if volume.attached_to.is_empty() {
            unattached(desk, volume);
        }
        if volume.kind == "gp2" {
            to_gp3(desk, volume);
        }
    }
}

/// Whether something else keeps and deletes a volume or snapshot: Velero restores from it, and a claim of Kubernetes is bound to a CSI
/// volume although no node has it at the moment.
pub(super) fn is_kept_by_kubernetes(tags: &Tags) -> bool {
    let marks = ["velero.io/", "ebs.csi.aws.com/", "kubernetes.io/created-for/", "kubernetes.io/cluster/"];
    tags.keys().any(|key| {
        let lower = key.to_ascii_lowercase();
        lower.contains("velero") || lower.starts_with("csivolume") || marks.iter().any(|mark| lower.starts_with(mark))
    })
}

/// Whether a claim of Kubernetes made it: its class decides what it is, whatever Terraform says.
fn is_claimed(tags: &Tags) -> bool {
    let marks = ["ebs.csi.aws.com/", "kubernetes.io/created-for/pv"];
    tags.keys().any(|key| {
        let lower = key.to_ascii_lowercase();
        lower.starts_with("csivolume") || marks.iter().any(|mark| lower.starts_with(mark))
    })
}

fn shown(volume: &Volume) -> String {
    format!("{}, {} GiB", volume.kind, volume.size_gib)
}

/// What a volume costs in a month as it is.
fn cost(desk: &Desk<'_>, volume: &Volume) -> Cost {
    let more = |said: Option<u32>, included: u32| said.map(|it| it.saturating_sub(included));
    match volume.kind.as_str() {
        "gp2" | "st1" | "sc1" | "standard" => storage(desk, &volume.kind, volume.size_gib),
        "gp3" => match (more(volume.iops, GP3_IOPS), more(volume.throughput_mib, GP3_MIBPS)) {
            (Some(iops), Some(mibps)) => gp3(desk, volume.size_gib, iops, mibps),
            _ => Cost::unknown("its IOPS or its throughput are not known"),
        },
        kind @ ("io1" | "io2") => match volume.iops {
            // Above 32,000 IOPS io2 has cheaper tiers, which no book carries.
            Some(iops) if kind == "io1" || iops <= 32_000 => {
                let sku = format!("{kind}-iops");
                let bought = Cost::of(desk.book, desk.region(), ("ebs", &sku), Decimal::from(iops));
                storage(desk, kind, volume.size_gib).plus(bought)
            }
            Some(_) => Cost::unknown("no price book has the tiers of io2 above 32,000 IOPS"),
            None => Cost::unknown("its IOPS are not known"),
        },
        other => Cost::unknown(format!("no price book has volumes of the type {other}")),
    }
}

fn storage(desk: &Desk<'_>, kind: &str, size_gib: u32) -> Cost {
    Cost::of(desk.book, desk.region(), ("ebs", kind), Decimal::from(size_gib))
}

/// A gp3 volume with so much beyond what is included.
fn gp3(desk: &Desk<'_>, size_gib: u32, iops: u32, mibps: u32) -> Cost {
    let bought = |sku: &str, count: u32| match count {
        0 => Cost::nothing(),
        count => Cost::of(desk.book, desk.region(), ("ebs", sku), Decimal::from(count)),
    };
    storage(desk, "gp3", size_gib)
        .plus(bought("gp3-iops-above-3000", iops))
        .plus(bought("gp3-throughput-above-125", mibps))
}

fn unattached(desk: &mut Desk<'_>, volume: &Volume) {
    if is_kept_by_kubernetes(&volume.tags) {
        return;
    }
    let exists = desk.days_since(volume.created);
    let lookback = desk.inventory.lookback_days;
    let (days, confidence) = match volume.last_attached {
        LastUse::At(then) => (
            desk.days_since(then).min(exists),
            (Confidence::High, "when it was last attached is known from its metrics".to_owned()),
        ),
        LastUse::NotInLookback => (
            exists.min(lookback),
            (Confidence::High, format!("it was not attached in {lookback} days, by its metrics")),
        ),
        LastUse::NotRead => {
            (exists, (Confidence::Low, "when it was last attached could not be read; only its age is known".to_owned()))
        }
    };
    if days < desk.limits.grace_period_days {
        return;
    }
    let snapshot = Cost::of(desk.book, desk.region(), ("ebs", "snapshot"), Decimal::from(volume.size_gib));
    let evidence = Evidence::default()
        .with("days_unattached_at_least", days)
        .with("days_since_created", exists)
        .with("size_gib", volume.size_gib)
        .with("snapshot_at_most_usd", snapshot.usd().map_or_else(|| "not known".to_owned(), dollars));
    let draft = Draft {
        action: Action::Delete,
        kind: kind::VOLUME,
        arn: desk.arn("ec2", &format!("volume/{}", volume.id)),
        id: &volume.id,
        tags: &volume.tags,
        current: shown(volume),
        recommended: "a snapshot, then nothing".to_owned(),
        now: cost(desk, volume),
        then: Cost::nothing(),
        confidence,
        reason: match volume.last_attached {
            LastUse::NotRead => "it is attached to nothing".to_owned(),
            _ => format!("it has been attached to nothing for {days} days or more"),
        },
        evidence,
        remediation: format!(
            "Take a snapshot first (`aws ec2 create-snapshot --volume-id {id}`), wait until it is completed, then delete the volume: \
             in Terraform by removing its resource, otherwise with `aws ec2 delete-volume --volume-id {id}`. Delete the snapshot when \
             nobody has missed it; until then it costs at most what `snapshot_at_most_usd` says.",
            id = volume.id
        ),
    };
    desk.add(draft);
}

/// IOPS and MiB/s that a gp3 volume needs to carry what a gp2 volume of a size sustains; it never has less than gp3 includes.
#[must_use]
pub fn gp3_for_gp2(size_gib: u32) -> (u32, u32) {
    let baseline = size_gib.saturating_mul(GP2_IOPS_PER_GIB);
    let throughput = baseline.div_ceil(IOPS_PER_MIBPS).clamp(GP3_MIBPS, GP2_MOST_MIBPS);
    (baseline.clamp(GP3_IOPS, MOST_IOPS), throughput)
}

fn to_gp3(desk: &mut Desk<'_>, volume: &Volume) {
    let (iops, mibps) = gp3_for_gp2(volume.size_gib);
    let had = volume.size_gib.saturating_mul(GP2_IOPS_PER_GIB).clamp(GP2_LEAST_IOPS, MOST_IOPS);
    let then = gp3(desk, volume.size_gib, iops - GP3_IOPS, mibps - GP3_MIBPS);
    let known = then.usd().is_some();
    let draft = Draft {
        action: Action::Upgrade,
        kind: kind::VOLUME,
        arn: desk.arn("ec2", &format!("volume/{}", volume.id)),
        id: &volume.id,
        tags: &volume.tags,
        current: shown(volume),
        recommended: format!("gp3, {} GiB, {iops} IOPS, {mibps} MiB/s", volume.size_gib),
        now: cost(desk, volume),
        then,
        confidence: if known {
            (Confidence::High, "the gp3 volume has at least the IOPS and the throughput that gp2 sustains".to_owned())
        } else {
            (Confidence::Low, "without prices it is not known whether gp3 costs less here".to_owned())
        },
        reason: format!("gp3 costs less for a GiB, and {iops} IOPS and {mibps} MiB/s are at least what it has now"),
        evidence: Evidence::default()
            .with("size_gib", volume.size_gib)
            .with("gp2_baseline_iops", had)
            .with("gp3_iops", iops)
            .with("gp3_throughput_mib", mibps)
            .with("gp3_iops_bought", iops - GP3_IOPS)
            .with("gp3_throughput_bought_mib", mibps - GP3_MIBPS),
        remediation: change_to_gp3(volume, iops, mibps),
    };
    desk.add(draft);
}

/// How a volume becomes gp3.
fn change_to_gp3(volume: &Volume, iops: u32, mibps: u32) -> String {
    if is_claimed(&volume.tags) {
        return format!(
            "It belongs to a PersistentVolumeClaim of Kubernetes. Name a VolumeAttributesClass with `type: gp3`, `iops: \"{iops}\"` and \
             `throughput: \"{mibps}\"` in the claim (it changes while it is in use), and set `type: gp3` in the StorageClass, so that \
             new volumes are not gp2."
        );
    }
    format!(
        "Changes while it is in use. In Terraform set `type = \"gp3\"`{}{}; otherwise `aws ec2 modify-volume --volume-id {} \
         --volume-type gp3 --iops {iops} --throughput {mibps}`. `parapet cost patch` writes the change.",
        if iops > GP3_IOPS { format!(", `iops = {iops}`") } else { String::new() },
        if mibps > GP3_MIBPS { format!(", `throughput = {mibps}`") } else { String::new() },
        volume.id
    )
}
