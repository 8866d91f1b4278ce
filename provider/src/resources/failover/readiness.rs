//! Whether a failover could begin now: the preflight, and what a failover would not refuse over but nobody wants to find out then.

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
    checks.push(quota(aws, new).await);

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

/// Whether the region has room for the replica that a failover leaves to be rebuilt.
async fn quota(aws: &Aws, site: &Site) -> Check {
    let name = "quota_for_rebuild";
    let answer = aws.rds(&site.name).describe_account_attributes().send().await;
    let quotas = match answer.doing("reading the quotas") {
        Ok(answer) => answer.account_quotas.unwrap_or_default(),
        Err(error) => return Check { name, passed: false, blocking: false, detail: reason(&error) },
    };
    let instances = quotas.iter().find(|quota| quota.account_quota_name() == Some("DBInstances"));
    let Some((used, max)) = instances.and_then(|quota| Some((quota.used()?, quota.max()?))) else {
        return Check {
            name,
            passed: false,
            blocking: false,
            detail: "AWS names no quota for DB instances".to_owned(),
        };
    };
    Check {
        name,
        passed: used < max,
        blocking: false,
        detail: format!("{used} of {max} DB instances are used in {}", site.name),
    }
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
}
