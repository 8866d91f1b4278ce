//! Old EBS snapshots.
//!
//! Snapshots are incremental: what one alone stores is not known, unless it is the only one of its volume. Then it stores all its
//! blocks. The savings of others are unknown.

use std::collections::{HashMap, HashSet};

use rust_decimal::Decimal;

use super::cost::Cost;
use super::draft::{Desk, Draft, Evidence};
use super::inventory::{Snapshot, Tags};
use super::kind;
use super::output::{Action, Confidence};
use super::volume::is_kept_by_kubernetes;

const GIB: u64 = 1 << 30;
/// EC2's id where a snapshot is a copy, whose volume is not known.
const NO_VOLUME: &str = "vol-ffffffff";

pub(super) fn all(desk: &mut Desk<'_>) {
    let inventory = desk.inventory;
    let volumes: HashSet<&str> = inventory.volumes.iter().map(|it| it.id.as_str()).collect();
    let volumes_read = !inventory.failures.iter().any(|it| it.operation == "DescribeVolumes");
    let exists = |id: &str| volumes_read.then(|| volumes.contains(id));
    let mut of_volume: HashMap<&str, Vec<&Snapshot>> = HashMap::new();
    for snapshot in inventory.snapshots.iter().filter(|it| it.volume_id != NO_VOLUME) {
        of_volume.entry(&snapshot.volume_id).or_default().push(snapshot);
    }
    for snapshot in inventory.snapshots.iter().filter(|it| desk.looks_at(&it.tags)).collect::<Vec<_>>() {
        let siblings = of_volume.get(snapshot.volume_id.as_str()).map(Vec::as_slice).unwrap_or_default();
        old(desk, snapshot, siblings, exists(&snapshot.volume_id));
    }
}

/// AWS Backup and Data Lifecycle Manager delete by rules of their own.
fn has_a_lifecycle(tags: &Tags) -> bool {
    tags.keys().any(|key| key.starts_with("aws:backup:") || key.starts_with("aws:dlm:") || key.starts_with("dlm:"))
}

fn old(desk: &mut Desk<'_>, snapshot: &Snapshot, siblings: &[&Snapshot], volume_exists: Option<bool>) {
    let age = desk.days_since(snapshot.started);
    // An image that could not be asked for may stand on it.
    let backs_nothing = snapshot.images.as_ref().is_some_and(Vec::is_empty);
    if age < desk.limits.snapshot_age_days
        || !backs_nothing
        || has_a_lifecycle(&snapshot.tags)
        || is_kept_by_kubernetes(&snapshot.tags)
    {
        return;
    }
    let newest = siblings.iter().all(|other| (other.started, &other.id) <= (snapshot.started, &snapshot.id));
    // The newest of a volume in use is its backup; one that could not be read may be in use.
    if volume_exists != Some(false) && newest && snapshot.volume_id != NO_VOLUME {
        return;
    }
    let confidence = if snapshot.volume_id == NO_VOLUME {
        (Confidence::Low, "it is a copy, and its volume is not known".to_owned())
    } else if newest {
        (Confidence::Low, "its volume is gone, and this is the last that is left of it".to_owned())
    } else {
        (
            Confidence::Medium,
            "there is a newer snapshot of the same volume; who may restore this one is not known".to_owned(),
        )
    };
    let now = match (siblings, snapshot.full_bytes) {
        _ if snapshot.archived => Cost::unknown("no price book has the archive tier of snapshots"),
        ([_], Some(bytes)) => {
            let gib = Decimal::from(bytes) / Decimal::from(GIB);
            Cost::of(desk.book, desk.region(), ("ebs", "snapshot"), gib)
        }
        ([_], None) => Cost::unknown("how much it stores is not known"),
        _ => Cost::unknown("snapshots are incremental: what this one stores alone is not known"),
    };
    let full = snapshot.full_bytes.map_or_else(|| "not known".to_owned(), |it| it.to_string());
    let draft = Draft {
        action: Action::Delete,
        kind: kind::SNAPSHOT,
        arn: desk.arn("ec2", &format!("snapshot/{}", snapshot.id)),
        id: &snapshot.id,
        tags: &snapshot.tags,
        current: format!("snapshot of {}, {} GiB", snapshot.volume_id, snapshot.volume_size_gib),
        recommended: "nothing".to_owned(),
        now,
        then: Cost::nothing(),
        confidence,
        reason: format!("it is {age} days old, and no image stands on it"),
        evidence: Evidence::default()
            .with("age_days", age)
            .with("full_snapshot_bytes", full)
            .with("snapshots_of_the_volume", siblings.len().max(1))
            .with("volume_exists", volume_exists.map_or_else(|| "not known".to_owned(), |it| it.to_string())),
        remediation: format!(
            "Ask its owner, see that no other account uses it (`aws ec2 describe-snapshot-attribute --snapshot-id {id} --attribute \
             createVolumePermission`), then `aws ec2 delete-snapshot --snapshot-id {id}`. Data Lifecycle Manager keeps further ones from \
             growing old.",
            id = snapshot.id
        ),
    };
    desk.add(draft);
}
