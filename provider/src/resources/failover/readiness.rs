//! Whether a failover could begin now: the preflight, and what a failover would not refuse over but nobody wants to find out then.

use std::collections::BTreeMap;

use aws_sdk_rds::types::AccountQuota;
use tfplugin::prelude::*;

use super::checks::{Check, preflight, reason};
use super::database::Database;
use super::estimate::{Estimate, recovery_time};
use super::lag::{self, Lag};
use super::model::{Failover, Site};
use crate::aws::{Aws, AwsResult};

/// The answer.
#[derive(Debug)]
pub(crate) struct Readiness {
    pub(crate) ready: bool,
    pub(crate) checks: Vec<Check>,
    pub(crate) rto: Estimate,
    pub(crate) lag: Lag,
}

/// Looks at everything a failover of `group` (to its `active_region`) from `from` needs.
pub(crate) async fn look(aws: &Aws, group: &Failover, from: &str) -> Result<Readiness> {
    let missing = |region: &str| Error::new(format!("There is no `region` block for {region}"));
    let old = group.site(from).ok_or_else(|| missing(from))?;
    let new = group.site(&group.active_region).ok_or_else(|| missing(&group.active_region))?;
    let looked = preflight(aws, group, old, new).await?;
    let (old_seen, new_seen) = (looked.old, looked.new);
    let mut checks = looked.checks;

    let lag = lag::look(aws, new, group.replica_lag_window_seconds).await?;
    #[expect(clippy::cast_precision_loss, reason = "seconds of a day at most")]
    let within = lag.seconds().is_some_and(|seconds| seconds <= group.rpo_seconds as f64);
    let detail = format!(
        "the highest lag of the last {} s is {lag}; {} s are allowed",
        group.replica_lag_window_seconds, group.rpo_seconds
    );
    checks.push(Check { name: "lag_within_rpo", passed: within, blocking: true, detail });
    if let (Some(old), Some(new)) = (old_seen.there(), new_seen.there()) {
        checks.extend(parity(old, new));
    }
    let (before, after) = tokio::join!(quotas(aws, old), quotas(aws, new));
    checks.extend(quota_checks((&old.name, before), (&new.name, after)));

    let ready = checks.iter().all(|check| check.passed || !check.blocking);
    Ok(Readiness { ready, checks, rto: recovery_time(group), lag })
}

/// What the replica should have because the writer has it.
fn parity(old: &Database, new: &Database) -> Vec<Check> {
    let same = |name, passed, what: &str, old: &str, new: &str| Check {
        name,
        passed,
        blocking: false,
        detail: format!("{what}: {old} in the active region, {new} in the other"),
    };
    let days = |database: &Database| database.backup_retention_period.to_string();
    let az = |database: &Database| if database.multi_az { "with a standby" } else { "without a standby" };
    vec![
        same("same_capacity", old.class == new.class, "instance class", &old.class, &new.class),
        same(
            "same_version",
            old.engine_version == new.engine_version,
            "engine version",
            &old.engine_version,
            &new.engine_version,
        ),
        same("same_standby", new.multi_az || !old.multi_az, "multi-AZ", az(old), az(new)),
        same(
            "same_backups",
            new.backup_retention_period >= old.backup_retention_period,
            "backup retention in days",
            &days(old),
            &days(new),
        ),
    ]
}

/// Quota of RDS to what is used of it, and the most there may be.
type Quotas = BTreeMap<String, (i64, i64)>;

async fn quotas(aws: &Aws, site: &Site) -> Result<Quotas> {
    let answer = aws.rds(&site.name).describe_account_attributes().send().await.doing("reading the quotas")?;
    let quota = |quota: AccountQuota| Some((quota.account_quota_name?, (quota.used?, quota.max?)));
    Ok(answer.account_quotas.unwrap_or_default().into_iter().filter_map(quota).collect())
}

/// Quotas that what runs in the active region needs in the other one, too.
const NEEDED: [&str; 4] = ["DBInstances", "AllocatedStorage", "ReadReplicasPerMaster", "ManualSnapshots"];

/// Whether the new region has room for a replica of its own, and may have as much as the old one.
fn quota_checks(old: (&str, Result<Quotas>), new: (&str, Result<Quotas>)) -> Vec<Check> {
    let check = |name, passed, detail: String| Check { name, passed, blocking: false, detail };
    let (rebuild, parity) = ("quota_for_rebuild", "quota_parity");
    let quotas = match new.1 {
        Ok(quotas) => quotas,
        Err(error) => return vec![check(rebuild, false, reason(&error)), check(parity, false, reason(&error))],
    };
    let room = match quotas.get("DBInstances") {
        Some((used, max)) => check(rebuild, used < max, format!("{used} of {max} DB instances are used in {}", new.0)),
        None => check(rebuild, false, "AWS names no quota for DB instances".to_owned()),
    };
    let same = match old.1 {
        Err(error) => check(parity, false, format!("{} cannot be compared with: {}", old.0, reason(&error))),
        Ok(before) => {
            let most = |quotas: &Quotas, name: &str| quotas.get(name).map(|(_, max)| *max);
            let less = NEEDED.iter().filter_map(|name| {
                let (before, after) = (most(&before, name)?, most(&quotas, name).unwrap_or_default());
                (after < before).then(|| format!("{name}: {after}, and {before} in {}", old.0))
            });
            let less: Vec<String> = less.collect();
            let detail =
                if less.is_empty() { format!("{} may have as much as {}", new.0, old.0) } else { less.join("; ") };
            check(parity, less.is_empty(), detail)
        }
    };
    vec![room, same]
}

#[cfg(test)]
mod tests {
    use super::super::database::Seen;
    use super::super::observe::tests::database;
    use super::*;

    #[test]
    fn parity_asks_that_the_replica_is_no_less() {
        let Seen::There(base) = database(None) else { panic!("a database") };
        assert!(parity(&base, &base).iter().all(|check| check.passed && !check.blocking));
        let better = Database { multi_az: true, backup_retention_period: 35, ..base.clone() };
        assert!(parity(&base, &better).iter().all(|check| check.passed));
        let failed: Vec<&str> =
            parity(&better, &base).into_iter().filter(|check| !check.passed).map(|check| check.name).collect();
        assert_eq!(failed, ["same_standby", "same_backups"]);
        let smaller = Database { class: "db.t4g.micro".into(), engine_version: "14.1".into(), ..base.clone() };
        let failed: Vec<&str> =
            parity(&base, &smaller).into_iter().filter(|check| !check.passed).map(|check| check.name).collect();
        assert_eq!(failed, ["same_capacity", "same_version"]);
    }

    #[test]
    fn quotas_ask_for_room_and_for_no_less_than_before() {
        let quotas = |instances: (i64, i64), storage: i64| -> Result<Quotas> {
            Ok(BTreeMap::from([("DBInstances".to_owned(), instances), ("AllocatedStorage".to_owned(), (0, storage))]))
        };
        let failed = |old, new| -> Vec<String> {
            let checks = quota_checks(("a", old), ("b", new));
            assert!(checks.len() == 2 && checks.iter().all(|check| !check.blocking));
            checks
                .into_iter()
                .filter(|check| !check.passed)
                .map(|check| format!("{}: {}", check.name, check.detail))
                .collect()
        };
        let none: [&str; 0] = [];
        assert_eq!(failed(quotas((39, 40), 100), quotas((1, 40), 100)), none);
        assert_eq!(
            failed(quotas((1, 40), 100), quotas((40, 40), 200)),
            ["quota_for_rebuild: 40 of 40 DB instances are used in b"]
        );
        assert_eq!(
            failed(quotas((1, 80), 100), quotas((1, 40), 50)),
            ["quota_parity: DBInstances: 40, and 80 in a; AllocatedStorage: 50, and 100 in a"]
        );
        let dark = || Err(Error::new("a does not answer"));
        assert_eq!(failed(dark(), quotas((1, 40), 100)).len(), 1);
        assert_eq!(failed(quotas((1, 40), 100), dark()).len(), 2);
        assert_eq!(failed(quotas((1, 40), 100), Ok(Quotas::new())).len(), 2);
    }
}
