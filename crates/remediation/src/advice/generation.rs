//! Instance types of older generations, and the type that takes their place: as many virtual processors and as much memory
//! at least, no local disks lost, the same architecture unless Graviton is asked for.
//!
//! Shapes are those of the pages "Amazon EC2 instance types", "Amazon RDS instance types" and "Supported node types" of
//! ElastiCache. Families that have local disks (m3, c3, r3, i2) have no successor here: what is on the disks would be lost.

use parapet_policy::{AttributePath, Step};
use parapet_pricing::recommend::runs_on_graviton;
use serde_json::{Value as Json, json};

use super::{Advice, Category, Change, path, text};

/// Family, sizes, and the family that has them as well.
type Row = (&'static str, &'static str, &'static str);

const EC2: [Row; 5] = [
    ("m4", "large xlarge 2xlarge 4xlarge 16xlarge", "m6i"),
    ("c4", "large xlarge 2xlarge 4xlarge", "c6i"),
    ("r4", "large xlarge 2xlarge 4xlarge 8xlarge 16xlarge", "r6i"),
    ("t2", "nano micro small medium large xlarge 2xlarge", "t3"),
    // Arm already.
    ("a1", "medium large xlarge 2xlarge 4xlarge", "c6g"),
];

/// The families every engine that runs on the older ones runs on.
const RDS: [Row; 5] = [
    ("m4", "large xlarge 2xlarge 4xlarge 16xlarge", "m5"),
    ("m3", "large xlarge 2xlarge", "m5"),
    ("r4", "large xlarge 2xlarge 4xlarge 8xlarge 16xlarge", "r5"),
    ("r3", "large xlarge 2xlarge 4xlarge 8xlarge", "r5"),
    ("t2", "micro small medium large xlarge 2xlarge", "t3"),
];

const RDS_GRAVITON: [Row; 8] = [
    ("m4", "large xlarge 2xlarge 4xlarge 16xlarge", "m6g"),
    ("m5", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge", "m6g"),
    ("m6i", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge", "m6g"),
    ("r4", "large xlarge 2xlarge 4xlarge 8xlarge 16xlarge", "r6g"),
    ("r5", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge", "r6g"),
    ("r6i", "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge", "r6g"),
    ("t2", "micro small medium large xlarge 2xlarge", "t4g"),
    ("t3", "micro small medium large xlarge 2xlarge", "t4g"),
];

/// Only r4 has a successor with as much memory: an m5 node has less than an m4 of its size, a t3 less than a t2.
const CACHE: [Row; 1] = [("r4", "large xlarge 2xlarge 4xlarge", "r5")];

const CACHE_GRAVITON: [Row; 3] = [
    ("r4", "large xlarge 2xlarge 4xlarge 8xlarge 16xlarge", "r6g"),
    ("r5", "large xlarge 2xlarge 4xlarge 12xlarge", "r6g"),
    ("m5", "large xlarge 2xlarge 4xlarge 12xlarge", "m6g"),
];

/// Families of which it is worth saying why nothing is recommended.
const PREVIOUS_EC2: [&str; 13] = ["t1", "t2", "m1", "m2", "m3", "m4", "c1", "c3", "c4", "r3", "r4", "i2", "a1"];
const WITH_LOCAL_DISKS: [&str; 8] = ["m1", "m2", "m3", "c1", "c3", "r3", "i2", "d2"];
const PREVIOUS_RDS: [&str; 6] = ["m1", "m3", "m4", "r3", "r4", "t2"];
const PREVIOUS_CACHE: [&str; 6] = ["m3", "m4", "r3", "r4", "t1", "t2"];

fn successor(rows: &[Row], family: &str, size: &str) -> Option<String> {
    let found = rows.iter().find(|(from, sizes, _)| *from == family && sizes.split(' ').any(|one| one == size));
    found.map(|(_, _, to)| format!("{to}.{size}"))
}

/// An EC2 instance or what launches one.
pub(super) fn instance(kind: &str, values: &Json) -> Vec<Advice> {
    let at = path([Step::from("instance_type")]);
    let Some(from) = text(values, "instance_type") else { return Vec::new() };
    let reason = (kind == "aws_launch_configuration")
        .then_some("a launch configuration cannot be changed, only replaced; move to a launch template");
    ec2(from, at, reason).into_iter().collect()
}

pub(super) fn node_group(values: &Json) -> Vec<Advice> {
    let types = values.get("instance_types").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let one = |(position, from): (usize, &Json)| {
        let at = path([Step::from("instance_types"), Step::from(position)]);
        ec2(from.as_str()?, at, Some("a node group is replaced when its types change; add a new one and drain this"))
    };
    types.iter().enumerate().filter_map(one).collect()
}

fn ec2(from: &str, at: AttributePath, fixed: Option<&str>) -> Option<Advice> {
    let category = Category::PreviousGeneration;
    let (family, size) = from.split_once('.')?;
    if !PREVIOUS_EC2.contains(&family) {
        return None;
    }
    // The one that has its processors in no family of its letter.
    let to = if from == "c4.8xlarge" { Some("c5.9xlarge".to_owned()) } else { successor(&EC2, family, size) };
    let refuse =
        |what: String, reason: &str| Advice::Refuse { category, path: at.clone(), what, reason: reason.to_owned() };
    Some(match (to, fixed) {
        (Some(to), Some(reason)) => refuse(format!("to {to}"), reason),
        (Some(to), None) => {
            let more = match family {
                "t2" => "; a t3 spends credits without limit unless `cpu_credits` is \"standard\"",
                "a1" => "",
                _ => "; the image needs drivers for ENA and NVMe, which current ones have",
            };
            let why = format!("{from} is of a previous generation; {to} has as many vCPUs and as much memory{more}");
            let change = Change { path: at, from: json!(from), to: json!(to), beside: &["ami"] };
            Advice::Change { category, changes: vec![change], why }
        }
        (None, _) if WITH_LOCAL_DISKS.contains(&family) => refuse(
            "to a current generation".to_owned(),
            "it may have local disks, and what is on them would be lost; choose a type by hand",
        ),
        (None, _) => refuse(
            "to a current generation".to_owned(),
            "no current type has as many vCPUs and as much memory; choose one by hand",
        ),
    })
}

pub(super) fn database(values: &Json, graviton: bool) -> Vec<Advice> {
    let Some(from) = text(values, "instance_class") else { return Vec::new() };
    let Some((family, size)) = from.strip_prefix("db.").and_then(|rest| rest.split_once('.')) else {
        return Vec::new();
    };
    let at = path([Step::from("instance_class")]);
    if graviton && let Some(to) = successor(&RDS_GRAVITON, family, size) {
        if can_be_on_graviton(values) {
            let why = format!("db.{to} has the vCPUs and the memory of {from} on Graviton, for less");
            return vec![changed(Category::Graviton, at, from, &format!("db.{to}"), why)];
        }
        let reason = format!(
            "the engine ({} {}) does not run on Graviton, or it is not known whether it does",
            text(values, "engine").unwrap_or("unknown"),
            text(values, "engine_version").unwrap_or("of an unknown version")
        );
        let refused =
            Advice::Refuse { category: Category::Graviton, path: at.clone(), what: format!("to db.{to}"), reason };
        return std::iter::once(refused).chain(next(&RDS, &PREVIOUS_RDS, "db", from, family, size, at)).collect();
    }
    next(&RDS, &PREVIOUS_RDS, "db", from, family, size, at).into_iter().collect()
}

pub(super) fn cache(kind: &str, values: &Json, graviton: bool) -> Vec<Advice> {
    let Some(from) = text(values, "node_type") else { return Vec::new() };
    let Some((family, size)) = from.strip_prefix("cache.").and_then(|rest| rest.split_once('.')) else {
        return Vec::new();
    };
    let at = path([Step::from("node_type")]);
    let advice = match successor(&CACHE_GRAVITON, family, size).filter(|_| graviton) {
        Some(to) => {
            let why = format!("cache.{to} has the vCPUs of {from} and as much memory on Graviton, for less");
            Some(changed(Category::Graviton, at, from, &format!("cache.{to}"), why))
        }
        None => next(&CACHE, &PREVIOUS_CACHE, "cache", from, family, size, at),
    };
    let replaced = kind == "aws_elasticache_cluster" && text(values, "engine") != Some("redis");
    let fixed = |advice: Advice| match advice {
        Advice::Change { category, changes, .. } if replaced => Advice::Refuse {
            category,
            path: changes.first().map(|change| change.path.clone()).unwrap_or_default(),
            what: changes
                .first()
                .and_then(|change| change.to.as_str())
                .map_or_else(String::new, |to| format!("to {to}")),
            reason: "a Memcached cluster is replaced when its node type changes, and loses what it holds".to_owned(),
        },
        advice => advice,
    };
    advice.map(fixed).into_iter().collect()
}

fn next(
    rows: &[Row],
    previous: &[&str],
    prefix: &str,
    from: &str,
    family: &str,
    size: &str,
    at: AttributePath,
) -> Option<Advice> {
    if !previous.contains(&family) {
        return None;
    }
    let category = Category::PreviousGeneration;
    Some(match successor(rows, family, size) {
        Some(to) => {
            let to = format!("{prefix}.{to}");
            let why = format!("{from} is of a previous generation; {to} has as many vCPUs and as much memory");
            changed(category, at, from, &to, why)
        }
        None => Advice::Refuse {
            category,
            path: at,
            what: "to a current generation".to_owned(),
            reason: "no type of the next generation has as many vCPUs and as much memory; choose one by hand"
                .to_owned(),
        },
    })
}

fn changed(category: Category, path: AttributePath, from: &str, to: &str, why: String) -> Advice {
    let change = Change { path, from: json!(from), to: json!(to), beside: &["engine", "identifier"] };
    Advice::Change { category, changes: vec![change], why }
}

/// Whether the engine runs on m6g, r6g and t4g.
fn can_be_on_graviton(values: &Json) -> bool {
    let version = text(values, "engine_version_actual").or_else(|| text(values, "engine_version")).unwrap_or_default();
    text(values, "engine").is_some_and(|engine| runs_on_graviton(engine, version))
}

#[cfg(test)]
mod tests {
    use parapet_pricing::{Book, InstanceType};

    use super::*;

    fn target(advice: &[Advice]) -> &str {
        match advice {
            [.., Advice::Change { changes, .. }] => changes[0].to.as_str().unwrap(),
            _ => "",
        }
    }

    #[test]
    fn a_successor_has_the_shape_of_what_it_follows() {
        let book = Book::reference();
        let shape = |name: String| book.shape(&name.parse::<InstanceType>().unwrap()).cloned().expect("in the book");
        for (family, sizes, to) in EC2 {
            for size in sizes.split(' ') {
                let (old, new) = (shape(format!("{family}.{size}")), shape(format!("{to}.{size}")));
                assert!(new.vcpu >= old.vcpu && new.memory_mib >= old.memory_mib, "{family}.{size} {to}");
                assert_eq!(new.architecture, old.architecture, "{family}.{size}");
            }
        }
        let (old, new) = (shape("c4.8xlarge".to_owned()), shape("c5.9xlarge".to_owned()));
        assert!(new.vcpu >= old.vcpu && new.memory_mib >= old.memory_mib);
    }

    #[test]
    fn instance_types_move_on() {
        for (from, to) in [
            ("m4.large", "m6i.large"),
            ("t2.micro", "t3.micro"),
            ("c4.8xlarge", "c5.9xlarge"),
            ("m4.10xlarge", ""),
            ("m3.large", ""),
            ("m5.large", ""),
            ("a1.large", "c6g.large"),
        ] {
            assert_eq!(target(&instance("aws_instance", &json!({"instance_type": from}))), to, "{from}");
        }
        assert!(instance("aws_instance", &json!({"instance_type": "m5.large"})).is_empty());
        assert_eq!(target(&instance("aws_launch_configuration", &json!({"instance_type": "m4.large"}))), "");
    }

    #[test]
    fn databases_go_to_graviton_only_when_asked_and_able() {
        let db = |class: &str, engine: &str, version: &str| json!({"instance_class": class, "engine": engine, "engine_version": version, "allocated_storage": 20});
        for (values, plain, graviton) in [
            (db("db.m4.large", "postgres", "13.4"), "db.m5.large", "db.m6g.large"),
            (db("db.m4.large", "postgres", "9.6.20"), "db.m5.large", "db.m5.large"),
            (db("db.t3.micro", "mysql", "8.0.28"), "", "db.t4g.micro"),
            (db("db.t3.micro", "mysql", "8.0"), "", ""),
            (db("db.r5.large", "oracle-se2", "19"), "", ""),
            (db("db.m4.10xlarge", "mysql", "8.0.28"), "", ""),
        ] {
            assert_eq!(target(&database(&values, false)), plain, "{values}");
            assert_eq!(target(&database(&values, true)), graviton, "{values}");
        }
    }

    #[test]
    fn caches_keep_their_memory() {
        let node = |kind: &str| json!({"node_type": kind, "engine": "redis"});
        let group = "aws_elasticache_replication_group";
        assert_eq!(target(&cache(group, &node("cache.r4.large"), false)), "cache.r5.large");
        assert_eq!(target(&cache(group, &node("cache.m4.large"), false)), "");
        assert_eq!(target(&cache(group, &node("cache.r4.8xlarge"), true)), "cache.r6g.8xlarge");
        let memcached = json!({"node_type": "cache.r4.large", "engine": "memcached"});
        assert_eq!(target(&cache("aws_elasticache_cluster", &memcached, false)), "");
    }
}
