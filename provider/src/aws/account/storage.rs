//! EBS volumes and snapshots.

use std::collections::BTreeMap;

use aws_sdk_ec2::types::{StorageTier, VolumeState};
use parapet_pricing::recommend::{Failure, LastUse, Snapshot, Volume, kind};
use tfplugin::prelude::*;

use super::asked::Operation;
use super::compute::PAGE;
use super::metrics::{self, Ask, Metric, Stat};
use super::region::{Part, Region, count, ec2_tags};

/// Written for attached volumes alone: its last sample says when a volume was last attached.
const IDLE: Metric = Metric { namespace: "AWS/EBS", name: "VolumeIdleTime", stats: &[Stat::Samples] };

/// Volumes; of those that are not attached, when they were.
pub(super) async fn volumes(region: &Region) -> Result<Part<Volume>> {
    // Which volumes exist says which snapshots are backups of something.
    if !region.reads(&[kind::VOLUME, kind::SNAPSHOT]) {
        return Ok(Part::none());
    }
    let mut found = match described(region).await {
        Ok(found) => found,
        Err(failure) => return Ok(Part::failed(failure)),
    };
    if !region.reads(&[kind::VOLUME]) {
        return Ok(Part { found, failures: Vec::new() });
    }
    let is_free = |it: &&mut Volume| it.attached_to.is_empty() && region.wants(&it.tags);
    let free: Vec<&mut Volume> = found.iter_mut().filter(is_free).collect();
    let asks = free.iter().map(|it| Ask::of(&IDLE, "VolumeId", &it.id)).collect();
    let (answers, failures) = metrics::read(&region.cloudwatch, &region.name, region.days, asks).await?;
    for (it, figures) in free.into_iter().zip(answers) {
        it.last_attached = metrics::last_use(figures.as_ref());
    }
    Ok(Part { found, failures })
}

async fn described(region: &Region) -> Result<Vec<Volume>, Failure> {
    const OPERATION: Operation = Operation::ec2("DescribeVolumes");
    let mut pages = region.ec2.describe_volumes().into_paginator().page_size(PAGE).send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| OPERATION.failed(Some(&region.name), error))?;
        // Those that nobody asked for may have snapshots that somebody did.
        found.extend(page.volumes().iter().filter_map(|it| volume(region, it)));
    }
    Ok(found)
}

fn volume(region: &Region, it: &aws_sdk_ec2::types::Volume) -> Option<Volume> {
    if !matches!(it.state(), Some(VolumeState::Available | VolumeState::InUse)) {
        return None;
    }
    // Attached to a task and not to an instance, it has a resource without an id of an instance.
    let user = |it: &aws_sdk_ec2::types::VolumeAttachment| {
        it.instance_id().or(it.associated_resource()).unwrap_or("unknown").to_owned()
    };
    Some(Volume {
        id: it.volume_id()?.to_owned(),
        kind: it.volume_type()?.as_str().to_owned(),
        size_gib: count(it.size())?,
        iops: count(it.iops()),
        throughput_mib: count(it.throughput()),
        attached_to: it.attachments().iter().map(user).collect(),
        created: region.since(it.create_time()),
        last_attached: LastUse::NotRead,
        tags: ec2_tags(it.tags()),
    })
}

/// Snapshots of the account, and the images they back.
pub(super) async fn snapshots(region: &Region) -> Part<Snapshot> {
    if !region.reads(&[kind::SNAPSHOT]) {
        return Part::none();
    }
    let (found, images) = tokio::join!(own_snapshots(region), images(region));
    let mut found = match found {
        Ok(found) => found,
        Err(failure) => return Part::failed(failure),
    };
    match images {
        Ok(mut images) => {
            for it in &mut found {
                it.images = Some(images.remove(&it.id).unwrap_or_default());
            }
            Part { found, failures: Vec::new() }
        }
        Err(failure) => Part { found, failures: vec![failure] },
    }
}

async fn own_snapshots(region: &Region) -> Result<Vec<Snapshot>, Failure> {
    const OPERATION: Operation = Operation::ec2("DescribeSnapshots");
    let mut pages = region.ec2.describe_snapshots().owner_ids("self").into_paginator().page_size(PAGE).send();
    let mut found = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| OPERATION.failed(Some(&region.name), error))?;
        // How many a volume has matters, whatever their tags.
        found.extend(page.snapshots().iter().filter_map(|it| snapshot(region, it)));
    }
    Ok(found)
}

fn snapshot(region: &Region, it: &aws_sdk_ec2::types::Snapshot) -> Option<Snapshot> {
    Some(Snapshot {
        id: it.snapshot_id()?.to_owned(),
        volume_id: it.volume_id().unwrap_or("vol-ffffffff").to_owned(),
        volume_size_gib: count(it.volume_size())?,
        full_bytes: it.full_snapshot_size_in_bytes().and_then(|it| u64::try_from(it).ok()),
        archived: it.storage_tier() == Some(&StorageTier::Archive),
        started: region.since(it.start_time()),
        images: None,
        tags: ec2_tags(it.tags()),
    })
}

/// Images of the account by the snapshots that back them.
async fn images(region: &Region) -> Result<BTreeMap<String, Vec<String>>, Failure> {
    const OPERATION: Operation = Operation::ec2("DescribeImages");
    // An image that is disabled or deprecated needs its snapshots no less.
    let request = region.ec2.describe_images().owners("self").include_deprecated(true).include_disabled(true);
    let mut pages = request.into_paginator().page_size(PAGE).send();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| OPERATION.failed(Some(&region.name), error))?;
        for image in page.images() {
            let snapshots = image.block_device_mappings().iter().filter_map(|it| it.ebs()?.snapshot_id());
            for snapshot in snapshots {
                let id = image.image_id().unwrap_or_default().to_owned();
                found.entry(snapshot.to_owned()).or_default().push(id);
            }
        }
    }
    Ok(found)
}
