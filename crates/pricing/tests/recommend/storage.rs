//! Volumes and snapshots.

use parapet_pricing::recommend::{
    Action, Confidence, Failure, Inventory, LastUse, Limits, Recommendation, Snapshot, Tags, Volume, gp3_for_gp2,
    recommend,
};

use super::{ago, book, evidence, inventory, of, savings, tags};

fn volume(kind: &str, size_gib: u32) -> Volume {
    Volume {
        id: "vol-1".to_owned(),
        kind: kind.to_owned(),
        size_gib,
        iops: None,
        throughput_mib: None,
        attached_to: vec!["i-1".to_owned()],
        created: ago(100),
        last_attached: LastUse::At(ago(0)),
        tags: Tags::new(),
    }
}

fn unattached(last_attached: LastUse) -> Volume {
    Volume { attached_to: Vec::new(), last_attached, ..volume("gp3", 100) }
}

fn deleted(volume: Volume) -> Option<Recommendation> {
    of(Action::Delete, &Inventory { volumes: vec![volume], ..inventory() }).into_iter().next()
}

#[test]
fn gp3_has_what_gp2_sustains() {
    for (size, expected) in [
        (1, (3_000, 125)),
        (166, (3_000, 125)),
        (167, (3_000, 126)),
        (200, (3_000, 150)),
        (334, (3_000, 250)),
        (1_000, (3_000, 250)),
        (1_001, (3_003, 250)),
        (5_333, (15_999, 250)),
        (5_334, (16_000, 250)),
        (u32::MAX, (16_000, 250)),
    ] {
        assert_eq!(gp3_for_gp2(size), expected, "{size} GiB");
    }
}

#[test]
fn gp2_becomes_gp3_with_what_is_bought_in_the_price() {
    for (size, expected) in [
        // 0.10 and 0.08 for a GiB.
        (100, "2"),
        // 25 MiB/s at 0.04 are bought.
        (200, "3"),
        (1_000, "15"),
        // 13,000 IOPS at 0.005 and 125 MiB/s.
        (5_334, "36.68"),
    ] {
        let found = of(Action::Upgrade, &Inventory { volumes: vec![volume("gp2", size)], ..inventory() });
        assert_eq!(savings(&found[0]), expected, "{size} GiB");
    }
    assert!(of(Action::Upgrade, &Inventory { volumes: vec![volume("gp3", 100)], ..inventory() }).is_empty());
}

#[test]
fn the_volume_of_a_claim_is_changed_where_kubernetes_says_what_it_is() {
    let told = |tags: Tags| {
        let it = Volume { tags, ..volume("gp2", 100) };
        of(Action::Upgrade, &Inventory { volumes: vec![it], ..inventory() }).first().unwrap().remediation.clone()
    };
    let claimed = told(tags(&[("kubernetes.io/created-for/pvc/name", "data-0")]));
    assert!(claimed.contains("VolumeAttributesClass") && !claimed.contains("Terraform"), "{claimed}");
    assert!(told(tags(&[("team", "shop")])).contains("In Terraform set `type = \"gp3\"`"));
}

#[test]
fn where_bought_iops_make_gp3_dearer_nothing_is_recommended() {
    let found = |services: &str, size: u32| {
        let inventory = Inventory { volumes: vec![volume("gp2", size)], ..inventory() };
        recommend(&inventory, &Limits::default(), &book(services)).unwrap().recommendations
    };
    let dear = r#"{"ebs": {"gp3-iops-above-3000": {"unit": "IOPS-month", "usd": 0.02}}}"#;
    // 2,000 GiB: 40 USD less, and 3,000 IOPS at 0.02 more.
    assert!(found(dear, 2_000).is_empty());
    assert_eq!(savings(&found(dear, 1_000)[0]), "15");
    let same = r#"{"ebs": {"gp3": {"unit": "GB-month", "usd": 0.1}}}"#;
    assert!(found(same, 100).is_empty(), "nothing is saved");
}

#[test]
fn without_prices_gp3_is_recommended_with_unknown_savings() {
    let elsewhere = Inventory { region: "xx-1".to_owned(), volumes: vec![volume("gp2", 100)], ..inventory() };
    let found = &of(Action::Upgrade, &elsewhere)[0];
    assert_eq!((savings(found).as_str(), found.confidence), ("not known", Confidence::Low));
    assert!(found.savings_unknown.contains("no price book has ebs gp2 in xx-1"));
}

#[test]
fn an_unattached_volume_waits_for_the_grace_period() {
    for (last, expected) in [
        (LastUse::At(ago(13)), None),
        (LastUse::At(ago(14)), Some(Confidence::High)),
        (LastUse::NotInLookback, Some(Confidence::High)),
        (LastUse::NotRead, Some(Confidence::Low)),
    ] {
        assert_eq!(deleted(unattached(last)).map(|it| it.confidence), expected, "{last:?}");
    }
    let young = Volume { created: ago(13), ..unattached(LastUse::NotInLookback) };
    assert!(deleted(young).is_none(), "it was made 13 days ago");
    assert!(deleted(volume("gp3", 100)).is_none(), "it is attached");
    let known = Volume { iops: Some(3_000), throughput_mib: Some(125), ..unattached(LastUse::NotInLookback) };
    let found = deleted(known).unwrap();
    assert_eq!((savings(&found).as_str(), evidence(&found, "snapshot_at_most_usd")), ("8", "$5.00"));
    assert!(found.remediation.contains("snapshot first"), "{}", found.remediation);
}

#[test]
fn volumes_of_velero_and_csi_are_left_alone() {
    for key in [
        "velero.io/backup",
        "velero.io/storage-location",
        "ebs.csi.aws.com/cluster",
        "kubernetes.io/created-for/pvc/name",
        "kubernetes.io/cluster/shop",
        "CSIVolumeName",
    ] {
        let kept = Volume { tags: tags(&[(key, "x")]), ..unattached(LastUse::NotInLookback) };
        assert!(deleted(kept).is_none(), "{key}");
    }
    let other = Volume { tags: tags(&[("team", "shop")]), ..unattached(LastUse::NotInLookback) };
    assert!(deleted(other).is_some());
}

#[test]
fn what_a_volume_costs_follows_from_its_kind() {
    for (kind, iops, throughput, expected) in [
        ("gp3", Some(4_000), Some(225), "17"),
        ("gp3", None, Some(125), "not known"),
        ("io1", Some(1_000), None, "77.5"),
        ("io2", Some(32_001), None, "not known"),
        ("io1", None, None, "not known"),
        ("st1", None, None, "4.5"),
        ("gp9", None, None, "not known"),
    ] {
        let it =
            Volume { kind: kind.to_owned(), iops, throughput_mib: throughput, ..unattached(LastUse::NotInLookback) };
        assert_eq!(savings(&deleted(it).unwrap()), expected, "{kind} {iops:?} {throughput:?}");
    }
}

fn snapshot(id: &str, days: i64) -> Snapshot {
    Snapshot {
        id: id.to_owned(),
        volume_id: "vol-1".to_owned(),
        volume_size_gib: 100,
        full_bytes: Some(40 << 30),
        archived: false,
        started: ago(days),
        images: Some(Vec::new()),
        tags: Tags::new(),
    }
}

fn old(snapshots: Vec<Snapshot>, volumes: Vec<Volume>) -> Vec<(String, String, Confidence)> {
    let found = of(Action::Delete, &Inventory { snapshots, volumes, ..inventory() });
    found.iter().map(|it| (it.resource_id.clone(), savings(it), it.confidence)).collect()
}

#[test]
fn the_only_snapshot_of_a_volume_that_is_gone_stores_all_of_it() {
    assert_eq!(old(vec![snapshot("snap-1", 365)], vec![]), [("snap-1".to_owned(), "2".to_owned(), Confidence::Low)]);
    assert!(old(vec![snapshot("snap-1", 364)], vec![]).is_empty());
    let archived = Snapshot { archived: true, ..snapshot("snap-1", 400) };
    assert_eq!(old(vec![archived], vec![])[0].1, "not known");
}

#[test]
fn of_several_snapshots_nobody_knows_what_one_stores_alone() {
    let found = old(vec![snapshot("snap-1", 500), snapshot("snap-2", 400)], vec![volume("gp3", 100)]);
    // The newest of a volume that is there is its backup.
    assert_eq!(found, [("snap-1".to_owned(), "not known".to_owned(), Confidence::Medium)]);
}

#[test]
fn where_volumes_could_not_be_read_the_newest_snapshot_may_be_a_backup() {
    let failure = Failure {
        service: "EC2".to_owned(),
        operation: "DescribeVolumes".to_owned(),
        region: None,
        reason: "access denied".to_owned(),
        permission: Some("ec2:DescribeVolumes".to_owned()),
    };
    let snapshots = vec![snapshot("snap-1", 500), snapshot("snap-2", 400)];
    let found = of(Action::Delete, &Inventory { snapshots, failures: vec![failure], ..inventory() });
    assert_eq!(found.iter().map(|it| it.resource_id.as_str()).collect::<Vec<_>>(), ["snap-1"]);
    assert_eq!(found[0].evidence["volume_exists"], "not known");
}

#[test]
fn a_snapshot_that_something_needs_is_left_alone() {
    for kept in [
        Snapshot { images: Some(vec!["ami-1".to_owned()]), ..snapshot("snap-1", 500) },
        Snapshot { images: None, ..snapshot("snap-1", 500) },
        Snapshot { tags: tags(&[("velero.io/backup", "x")]), ..snapshot("snap-1", 500) },
        Snapshot { tags: tags(&[("aws:backup:source-resource", "x")]), ..snapshot("snap-1", 500) },
        Snapshot { tags: tags(&[("aws:dlm:lifecycle-policy-id", "x")]), ..snapshot("snap-1", 500) },
        Snapshot { tags: tags(&[("CSIVolumeSnapshotName", "x")]), ..snapshot("snap-1", 500) },
    ] {
        assert!(old(vec![kept.clone()], vec![]).is_empty(), "{kept:?}");
    }
}
