//! Storage of RDS instances.
//!
//! Limits are those of the RDS user guide, "Amazon RDS DB instance storage". From a size on, which depends on the engine,
//! storage is striped over four volumes: gp3 then has 12,000 IOPS and 500 MiB/s, below it 3,000 and 125, and neither can
//! be changed. gp2 has 3 IOPS for a GiB and sustains 256 KiB at each of them, a single volume at most 250 MiB/s.

use parapet_policy::Step;
use serde_json::{Value as Json, json};

use super::{Advice, Category, Change, number, path, text};

/// GiB up to which gp2 sustains no more than the 125 MiB/s of a single gp3 volume (128 at 170, its documented limit).
const SINGLE_GIB: u64 = 170;
/// GiB up to which gp2 sustains no more than the 500 MiB/s of four.
const STRIPED_GIB: u64 = 666;

pub(super) fn storage(values: &Json) -> Vec<Advice> {
    if text(values, "storage_type") != Some("gp2") {
        return Vec::new();
    }
    let at = path([Step::from("storage_type")]);
    let category = Category::RdsGp3;
    let refuse =
        |reason: String| vec![Advice::Refuse { category, path: at.clone(), what: "to gp3".to_owned(), reason }];
    let (Some(engine), Some(size)) = (text(values, "engine"), number(values, "allocated_storage")) else {
        return refuse("its engine or its size is not known".to_owned());
    };
    let striped_from = match engine {
        "mysql" | "mariadb" | "postgres" => Some(400),
        engine if engine.starts_with("oracle") => Some(200),
        engine if engine.starts_with("sqlserver") => None,
        _ => return refuse(format!("nothing is known of gp3 for the engine {engine}")),
    };
    let striped = striped_from.is_some_and(|from| size >= from);
    let (iops, throughput, most) = if striped { (12_000, 500, STRIPED_GIB) } else { (3_000, 125, SINGLE_GIB) };
    if size > most {
        let sustained = (size * 3 / 4).min(if striped { 1_000 } else { 250 });
        return refuse(format!(
            "gp2 of {size} GiB sustains {sustained} MiB/s, gp3 of this size has {throughput} for its price"
        ));
    }
    let why = format!(
        "gp3 costs what gp2 does, and has {iops} IOPS and {throughput} MiB/s where {size} GiB of gp2 sustain {} IOPS",
        (size * 3).max(100)
    );
    let change = Change { path: at, from: json!("gp2"), to: json!("gp3"), beside: &["allocated_storage"] };
    vec![Advice::Change { category, changes: vec![change], why }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gp3_is_taken_where_nothing_is_lost() {
        for (engine, size, changes) in [
            ("postgres", 20, true),
            ("postgres", 170, true),
            ("postgres", 171, false),
            ("postgres", 399, false),
            ("postgres", 400, true),
            ("mysql", 666, true),
            ("mysql", 667, false),
            ("oracle-se2", 200, true),
            ("sqlserver-ex", 100, true),
            ("sqlserver-ex", 500, false),
            ("db2-se", 50, false),
        ] {
            let advice = storage(&json!({"storage_type": "gp2", "engine": engine, "allocated_storage": size}));
            assert_eq!(matches!(advice[0], Advice::Change { .. }), changes, "{engine} {size}: {advice:?}");
        }
        assert!(storage(&json!({"storage_type": "gp3", "engine": "mysql", "allocated_storage": 20})).is_empty());
    }
}
