//! Versions out of standard support, for which AWS charges more.
//!
//! A table and no clock: the same estimate comes of the same input, and the rules about versions go by the same table (a test
//! holds them equal). Sources: the release calendars of EKS, RDS and Aurora.

use rust_decimal::Decimal;

/// The newest minor version of Kubernetes 1 whose standard support on EKS has ended.
const EKS_ENDED: u32 = 33;

/// Engine, the oldest major version in standard support, and the oldest in the first two years after it: those before that are
/// in the third year, which costs more.
const RDS: &[(&str, u32, u32)] =
    &[("aurora-mysql", 8, 5), ("aurora-postgresql", 14, 12), ("mysql", 8, 8), ("postgres", 14, 12)];

/// Whether a version of Kubernetes is in extended support on EKS.
pub(super) fn eks_extended(version: &str) -> bool {
    let minor = version.strip_prefix("1.").and_then(|minor| minor.parse::<u32>().ok());
    minor.is_some_and(|minor| minor <= EKS_ENDED)
}

/// The SKU of the extended support of an engine; none in standard support.
pub(super) fn rds_extended(engine: &str, version: &str) -> Option<&'static str> {
    let (_, supported, first_years) = RDS.iter().find(|(name, ..)| *name == engine)?;
    let major: u32 = version.split('.').next()?.parse().ok()?;
    match major {
        major if major >= *supported => None,
        major if major >= *first_years => Some("extended-support-yr1"),
        _ => Some("extended-support-yr3"),
    }
}

/// vCPUs of a class; none for those whose name does not say it.
pub(super) fn vcpus(class: &str) -> Option<Decimal> {
    let (family, size) = class.strip_prefix("db.")?.split_once('.')?;
    let count = match (family, size) {
        ("t2", "micro" | "small") | ("m1" | "m3", "medium") => 1,
        (_, "micro" | "small" | "medium" | "large") => 2,
        (_, "xlarge") => 4,
        (_, larger) => larger.strip_suffix("xlarge")?.parse::<u32>().ok()?.checked_mul(4)?,
    };
    Some(Decimal::from(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of the rules, which are beside the crates.
    fn rule(path: &str) -> String {
        std::fs::read_to_string(format!("{}/../../policies/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    #[test]
    fn the_rules_know_the_same_versions() {
        let eks = rule("lib/aws_eks.rego");
        let ended = eks.split('"').filter_map(|text| text.strip_prefix("1.")?.parse::<u32>().ok());
        assert_eq!(ended.max(), Some(EKS_ENDED));
        let rds = rule("cost/rds/extended_support.rego");
        for (engine, supported, _) in RDS {
            assert!(rds.contains(&format!("\"{engine}\": {supported},")), "{engine} {supported}");
        }
        let oldest = rds.split("oldest := {").nth(1).and_then(|rest| rest.split('}').next()).unwrap();
        assert_eq!(oldest.matches("\": ").count(), RDS.len(), "an engine of the rule has no price here");
    }

    #[test]
    fn classes_say_their_vcpus() {
        for (class, count) in
            [("db.t3.micro", 2), ("db.t2.small", 1), ("db.m5.large", 2), ("db.r6g.xlarge", 4), ("db.r5.24xlarge", 96)]
        {
            assert_eq!(vcpus(class), Some(Decimal::from(count)), "{class}");
        }
        assert_eq!((vcpus("db.r5.large.tpc1.mem2x"), vcpus("db.serverless")), (None, None));
    }

    #[test]
    fn the_third_year_is_told_from_the_first_two() {
        assert_eq!(rds_extended("postgres", "16.4"), None);
        assert_eq!(rds_extended("postgres", "13"), Some("extended-support-yr1"));
        assert_eq!(rds_extended("postgres", "11.22"), Some("extended-support-yr3"));
        assert_eq!(rds_extended("aurora-mysql", "5.7.mysql_aurora.2.11.1"), Some("extended-support-yr1"));
        assert_eq!(rds_extended("mariadb", "10.4"), None);
    }
}
