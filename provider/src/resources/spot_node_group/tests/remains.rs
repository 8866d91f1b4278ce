//! Which node groups are whose, and which generation counts, whatever earlier runs have left behind.

use aws_sdk_eks::types::{
    AmiTypes, CapacityTypes, LaunchTemplateSpecification, Nodegroup, NodegroupScalingConfig, NodegroupStatus, Taint,
    TaintEffect,
};

use crate::aws::Tags;
use crate::resources::spot_node_group::model::{LaunchTemplate, Scaling, SpotNodeGroup, SpotNodeGroupKey};
use crate::resources::spot_node_group::observe::{generation, observed};
use crate::resources::spot_node_group::remote::{ADOPTED, Found, OWNER, Part, READY, eks_name, parse};
use crate::resources::spot_node_group::sizes::disk;
use crate::resources::spot_node_group::template::is_same;
use tfplugin::prelude::*;

fn found(part: Part, generation: i64, status: NodegroupStatus, ready: bool) -> Found {
    let mut group = Nodegroup::builder()
        .nodegroup_name(eks_name("workers", part, generation))
        .capacity_type(CapacityTypes::Spot)
        .status(status)
        .instance_types("m5.xlarge")
        .subnets("subnet-1")
        .node_role("role")
        .scaling_config(NodegroupScalingConfig::builder().min_size(1).max_size(4).desired_size(2).build())
        .taints(Taint::builder().key("b").effect(TaintEffect::NoSchedule).build())
        .taints(Taint::builder().key("a").value("").effect(TaintEffect::NoSchedule).build())
        .labels("team", "shop")
        .tags(OWNER, "workers")
        .tags("app", "orders");
    if ready {
        group = group.tags(READY, "true");
    }
    Found { part, generation, group: group.build() }
}

fn read(found: &[Found], prior: Option<&SpotNodeGroup>) -> Option<SpotNodeGroup> {
    let key = SpotNodeGroupKey { cluster_name: "main".to_owned(), name: "workers".to_owned() };
    observed(found, &key, prior, &Tags::new())
}

#[test]
fn names_tell_part_and_generation() {
    assert_eq!(parse("a-b-spot-12"), Some(("a-b", Part::Spot, 12)));
    assert_eq!(parse(&eks_name("a-spot-1", Part::OnDemand, 3)), Some(("a-spot-1", Part::OnDemand, 3)));
    for name in ["workers", "workers-spot", "workers-spot-", "workers-spot-x", "workers-spot-+1", "workers-gpu-1"] {
        assert_eq!(parse(name), None, "{name}");
    }
}

#[test]
fn what_somebody_else_made_keeps_its_name() {
    assert_eq!(eks_name("a-spot-1", Part::Spot, ADOPTED), "a-spot-1");
    let mut adopted = found(Part::Spot, ADOPTED, NodegroupStatus::Active, false);
    adopted.group = Nodegroup::builder()
        .nodegroup_name("workers")
        .launch_template(LaunchTemplateSpecification::builder().id("lt-1").name("nodes").version("3").build())
        .scaling_config(NodegroupScalingConfig::builder().min_size(0).max_size(2).build())
        .build();
    let imported = read(&[adopted.clone()], None).unwrap();
    assert_eq!(imported.generation, Computed::Known(ADOPTED));
    // Named both ways, so that either is the same template.
    let template = |id: Option<&str>, name: Option<&str>, version: &str| {
        Some(LaunchTemplate { id: id.map(str::to_owned), name: name.map(str::to_owned), version: version.to_owned() })
    };
    assert_eq!(imported.launch_template, template(Some("lt-1"), Some("nodes"), "3"));
    for (configured, same) in [
        (template(Some("lt-1"), None, "4"), true),
        (template(None, Some("nodes"), "3"), true),
        (template(Some("lt-2"), None, "3"), false),
        (None, false),
    ] {
        assert_eq!(is_same(imported.launch_template.as_ref(), configured.as_ref()), same, "{configured:?}");
    }
    // Afterwards the state names it as the configuration does.
    let by_name = SpotNodeGroup { launch_template: template(None, Some("nodes"), "3"), ..imported };
    assert_eq!(read(&[adopted], Some(&by_name)).unwrap().launch_template, by_name.launch_template);
}

#[test]
fn a_disk_of_the_usual_size_is_as_good_as_none() {
    let sized = |gib: i32, ami: AmiTypes| {
        let mut it = found(Part::Spot, 1, NodegroupStatus::Active, true);
        it.group = Nodegroup::builder().disk_size(gib).ami_type(ami).build();
        it
    };
    for (gib, ami, imported) in [
        (20, AmiTypes::Al2023X8664Standard, None),
        (50, AmiTypes::Al2023X8664Standard, Some(50)),
        (50, AmiTypes::WindowsCore2022X8664, None),
    ] {
        assert_eq!(read(&[sized(gib, ami.clone())], None).unwrap().disk_size, imported, "{gib} {ami}");
        assert_eq!(disk(imported, &Computed::Known(ami.as_str().to_owned())), i64::from(gib));
    }
}

#[test]
fn the_generation_of_the_state_counts_while_it_stands() {
    use NodegroupStatus::{Active, CreateFailed, Creating, Deleting};
    let old = || found(Part::Spot, 1, Active, true);
    for (groups, prior, expected) in [
        (vec![old()], Some(1), Some(1)),
        (vec![old(), found(Part::Spot, 2, Active, false)], Some(1), Some(1)),
        (vec![found(Part::Spot, 1, Deleting, true), found(Part::Spot, 2, Active, false)], Some(1), Some(2)),
        (vec![old(), found(Part::Spot, 2, Creating, false)], None, Some(1)),
        (vec![found(Part::Spot, 1, CreateFailed, false)], None, Some(1)),
        (vec![], Some(1), None),
    ] {
        assert_eq!(generation(&groups, prior), expected, "{groups:?}");
    }
}

#[test]
fn what_is_read_again_is_no_change() {
    let groups =
        [found(Part::OnDemand, 1, NodegroupStatus::Active, true), found(Part::Spot, 1, NodegroupStatus::Active, true)];
    let mut imported = read(&groups, None).unwrap();
    assert_eq!(imported.scaling, Scaling { min: 2, max: 8, desired_initial: None });
    assert_eq!((imported.on_demand_base_capacity, imported.on_demand_percentage_above_base), (4, 0));
    assert_eq!(imported.tags, Some(Tags::from([("app".to_owned(), "orders".to_owned())])));
    assert_eq!(imported.node_group_names.known().unwrap(), &["workers-od-1", "workers-spot-1"]);
    assert_eq!(format!("{:?}", read(&groups, Some(&imported)).unwrap()), format!("{imported:?}"));
    // The order of the configuration stays, and an empty value that was written.
    let mut taints = imported.taints.clone().unwrap();
    taints.reverse();
    taints[0].value = Some(String::new());
    imported.taints = Some(taints.clone());
    assert_eq!(read(&groups, Some(&imported)).unwrap().taints, Some(taints));
    // A leftover of an attempt shows, so that the next plan has something to do.
    let [first, second] = groups;
    let more = [first, second, found(Part::Spot, 2, NodegroupStatus::Active, false)];
    let seen = read(&more, Some(&imported)).unwrap();
    assert_eq!(seen.node_group_names.known().unwrap().len(), 3);
    assert_eq!(seen.generation, Computed::Known(1));
}
