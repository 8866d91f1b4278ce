//! EBS volumes: what an older type sustains, the newer one is to sustain as well.
//!
//! Limits are those of the EBS user guide, "Amazon EBS volume types". gp2: 3 IOPS for a GiB, at least 100 and at most
//! 16,000, bursting to 3,000; it sustains 256 KiB at each of them, at most 250 MiB/s. gp3: 3,000 IOPS and 125 MiB/s are
//! included, up to 16,000 and 1,000 can be had, at most 0.25 MiB/s for an IOPS. io1: at most 500 MiB/s up to 32,000 IOPS.

use parapet_policy::Step;
use parapet_pricing::recommend::gp3_for_gp2;
use serde_json::{Value as Json, json};

use super::{Advice, Category, Change, number, path, text};

/// What every gp3 volume has.
const GP3_IOPS: u64 = 3_000;
const GP3_MIBPS: u64 = 125;
/// What a gp3 volume can have.
const GP3_MOST_IOPS: u64 = 16_000;
const GP2_IOPS_PER_GIB: u64 = 3;
const IO1_MOST_MIBPS: u64 = 500;
/// IOPS at 256 KiB that make one MiB/s.
const IOPS_PER_MIBPS: u64 = 4;

/// Names of the arguments that make a volume.
struct Names {
    kind: &'static str,
    size: &'static str,
    /// Where arguments are added.
    behind_size: &'static [&'static str],
    behind_kind: &'static [&'static str],
    behind_iops: &'static [&'static str],
}

const OF_VOLUME: Names = Names {
    kind: "type",
    size: "size",
    behind_size: &["size"],
    behind_kind: &["type"],
    behind_iops: &["iops", "type"],
};
const OF_DEVICE: Names = Names {
    kind: "volume_type",
    size: "volume_size",
    behind_size: &["volume_size"],
    behind_kind: &["volume_type"],
    behind_iops: &["iops", "volume_type"],
};

pub(super) fn volume(values: &Json) -> Vec<Advice> {
    judge(values, &[], &OF_VOLUME).into_iter().collect()
}

pub(super) fn instance(values: &Json) -> Vec<Advice> {
    let root = devices(values, "root_block_device");
    let root = root.filter_map(|(at, device)| judge(device, &at, &OF_DEVICE));
    // The provider replaces the instance, and with it what is on the volume.
    let others = devices(values, "ebs_block_device").filter_map(|(at, device)| {
        let reason = "the provider replaces the instance when one of its `ebs_block_device` changes; make it an \
                      aws_ebs_volume with an aws_volume_attachment";
        Some(refused(judge(device, &at, &OF_DEVICE)?, reason))
    });
    root.chain(others).collect()
}

pub(super) fn launch_configuration(values: &Json) -> Vec<Advice> {
    let all = ["root_block_device", "ebs_block_device"].into_iter().flat_map(|name| devices(values, name));
    let reason = "a launch configuration cannot be changed, only replaced; move to a launch template";
    all.filter_map(|(at, device)| Some(refused(judge(device, &at, &OF_DEVICE)?, reason))).collect()
}

pub(super) fn template(values: &Json) -> Vec<Advice> {
    let mappings = devices(values, "block_device_mappings");
    let inner = mappings.flat_map(|(at, mapping)| {
        devices(mapping, "ebs").map(move |(below, device)| ([at.clone(), below].concat(), device)).collect::<Vec<_>>()
    });
    inner.filter_map(|(at, device)| judge(device, &at, &OF_DEVICE)).collect()
}

/// Blocks of a name with where they are.
fn devices<'a>(values: &'a Json, name: &'static str) -> impl Iterator<Item = (Vec<Step>, &'a Json)> {
    let blocks = values.get(name).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    blocks.iter().enumerate().map(move |(position, block)| (vec![Step::from(name), Step::from(position)], block))
}

fn refused(advice: Advice, reason: &str) -> Advice {
    match advice {
        Advice::Change { category, changes, .. } => {
            let what = changes.first().map_or_else(String::new, |change| format!("to {}", shown(&change.to)));
            let path = changes.into_iter().next().map(|change| change.path).unwrap_or_default();
            Advice::Refuse { category, path, what, reason: reason.to_owned() }
        }
        refused @ Advice::Refuse { .. } => refused,
    }
}

fn shown(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn judge(device: &Json, at: &[Step], names: &Names) -> Option<Advice> {
    match text(device, names.kind)? {
        "gp2" => Some(from_gp2(device, at, names)),
        "io1" => Some(from_io1(device, at, names)),
        _ => None,
    }
}

fn from_gp2(device: &Json, at: &[Step], names: &Names) -> Advice {
    let Some(size) = number(device, names.size) else {
        return Advice::Refuse {
            category: Category::Gp3,
            path: below(at, names.kind),
            what: "to gp3".to_owned(),
            reason: format!(
                "its size is not known (the image says it), so neither are its IOPS; write `{}`",
                names.size
            ),
        };
    };
    let (iops, throughput) = gp3_for_gp2(u32::try_from(size).unwrap_or(u32::MAX));
    let (iops, throughput) = (u64::from(iops), u64::from(throughput));
    let why = format!(
        "gp3 costs less for a GiB than gp2, and has {iops} IOPS and {throughput} MiB/s of its own where {size} GiB of gp2 \
         sustain {} IOPS",
        size.saturating_mul(GP2_IOPS_PER_GIB).clamp(100, GP3_MOST_IOPS)
    );
    let changes = changes(device, at, names, "gp3", iops, throughput);
    Advice::Change { category: Category::Gp3, changes, why }
}

fn from_io1(device: &Json, at: &[Step], names: &Names) -> Advice {
    let category = Category::Io1;
    let refuse = |what: &str, reason: &str| Advice::Refuse {
        category,
        path: below(at, names.kind),
        what: what.to_owned(),
        reason: reason.to_owned(),
    };
    let Some(provisioned) = number(device, "iops") else {
        return refuse("to gp3", "its IOPS are not known");
    };
    if device.get("multi_attach_enabled").and_then(Json::as_bool) == Some(true) {
        return refuse(
            "to gp3 or io2",
            "it is attached to several instances, which gp3 cannot be; io2 is changed by hand, detached",
        );
    }
    if provisioned > GP3_MOST_IOPS {
        let kind = Change { path: below(at, names.kind), from: json!("io1"), to: json!("io2"), beside: &[] };
        let why = format!(
            "io2 costs what io1 does, less above 32,000 IOPS, and fails a hundred times less; {provisioned} IOPS are more \
             than gp3 has"
        );
        return Advice::Change { category, changes: vec![kind], why };
    }
    let iops = provisioned.max(GP3_IOPS);
    let throughput = provisioned.div_ceil(IOPS_PER_MIBPS).clamp(GP3_MIBPS, IO1_MOST_MIBPS);
    let why = format!(
        "gp3 has the {provisioned} IOPS of this io1 volume and {throughput} MiB/s for less; both last as long, but io1 \
         promises its IOPS 99.9% of the time and gp3 99%"
    );
    Advice::Change { category, changes: changes(device, at, names, "gp3", iops, throughput), why }
}

fn changes(device: &Json, at: &[Step], names: &Names, kind: &str, iops: u64, throughput: u64) -> Vec<Change> {
    // io1 has its IOPS written; of gp2 the provider shows those that follow from the size.
    let written = text(device, names.kind) == Some("io1");
    let change = |name: &str, beside, to: Json| {
        let from = device.get(name).filter(|from| written || **from != to).filter(|from| from.as_u64() != Some(0));
        let from = from.cloned().unwrap_or(Json::Null);
        Change { path: below(at, name), from, to, beside }
    };
    let mut changes = vec![change(names.kind, names.behind_size, json!(kind))];
    if iops > GP3_IOPS || written && number(device, "iops") != Some(iops) {
        changes.push(change("iops", names.behind_kind, json!(iops)));
    }
    if throughput > GP3_MIBPS {
        changes.push(change("throughput", names.behind_iops, json!(throughput)));
    }
    changes.retain(|change| change.from != change.to);
    changes
}

fn below(at: &[Step], name: &str) -> parapet_policy::AttributePath {
    path(at.iter().cloned().chain([Step::from(name)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(advice: &Advice) -> Vec<String> {
        match advice {
            Advice::Change { changes, .. } => {
                changes.iter().map(|change| format!("{}={}", change.path, shown(&change.to))).collect()
            }
            Advice::Refuse { reason, .. } => vec![reason.clone()],
        }
    }

    #[test]
    fn gp3_has_what_gp2_sustains() {
        for (size, expected) in [
            (8, "type=gp3"),
            (166, "type=gp3"),
            (200, "type=gp3 throughput=150"),
            (334, "type=gp3 throughput=250"),
            (1_000, "type=gp3 throughput=250"),
            (1_001, "type=gp3 iops=3003 throughput=250"),
            (5_333, "type=gp3 iops=15999 throughput=250"),
            (16_384, "type=gp3 iops=16000 throughput=250"),
        ] {
            let advice = volume(&json!({"type": "gp2", "size": size, "iops": size * 3}));
            assert_eq!(targets(&advice[0]).join(" "), expected, "{size} GiB");
        }
    }

    #[test]
    fn io1_goes_where_its_iops_fit() {
        for (iops, expected) in [
            (100, "type=gp3 iops=3000"),
            (2_000, "type=gp3 iops=3000 throughput=500"),
            (8_000, "type=gp3 throughput=500"),
            (16_000, "type=gp3 throughput=500"),
            (16_001, "type=io2"),
        ] {
            let advice = volume(&json!({"type": "io1", "size": 500, "iops": iops}));
            assert_eq!(targets(&advice[0]).join(" "), expected, "{iops} IOPS");
        }
        let shared = volume(&json!({"type": "io1", "size": 500, "iops": 100, "multi_attach_enabled": true}));
        assert!(matches!(shared[0], Advice::Refuse { .. }));
    }

    #[test]
    fn nothing_is_said_of_current_types() {
        for kind in ["gp3", "io2", "st1", "standard"] {
            assert!(volume(&json!({"type": kind, "size": 10})).is_empty(), "{kind}");
        }
        assert!(volume(&json!({"size": 10})).is_empty());
    }

    #[test]
    fn a_size_that_is_not_known_says_nothing_of_iops() {
        let advice = template(&json!({"block_device_mappings": [{"ebs": [{"volume_type": "gp2", "volume_size": 0}]}]}));
        assert!(
            matches!(&advice[0], Advice::Refuse { path, .. }
            if path.to_string() == "block_device_mappings[0].ebs[0].volume_type"),
            "{advice:?}"
        );
    }
}
