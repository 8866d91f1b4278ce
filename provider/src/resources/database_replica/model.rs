//! What the configuration of a replica says.

use std::time::Duration;

use tfplugin::prelude::*;
use tfplugin::validate::Validator;
use tfplugin::value::Value;

use crate::aws::{Deadline, Tags, Timeouts};

/// Role of an instance that follows a source.
pub(super) const REPLICA: &str = "replica";
/// Role of an instance that was promoted.
pub(super) const PRIMARY: &str = "primary";

/// Seconds between enhanced monitoring samples that AWS offers.
const MONITORING_INTERVALS: &[i64] = &[0, 1, 5, 10, 15, 30, 60];
/// Longest time for creating a replica or changing it: AWS copies a snapshot to another region.
const CREATE_TIMEOUT: Duration = Duration::from_secs(80 * 60);
/// Longest time for deleting a replica.
const DELETE_TIMEOUT: Duration = Duration::from_secs(60 * 60);

/// An RDS read replica in another region than its source: what a failover promotes.
///
/// A promotion, by `parapet_failover` or by hand, changes `role` from `replica` to `primary` and plans nothing: the instance is not
/// replaced, and higher values of `backup_retention_period` and `multi_az` that it was given then are left alone. A primary is never
/// replaced. Import by `region/identifier`.
#[derive(Clone, Debug, Model)]
#[model(name = "database_replica")]
pub(crate) struct DatabaseReplica {
    /// Region of the replica.
    #[attr(key, validate = length(1..=50))]
    pub(crate) region: String,
    /// Name of the replica in its region: lowercase letters, digits and hyphens, beginning with a letter.
    #[attr(key, validate = instance_identifier())]
    pub(crate) identifier: String,
    /// ARN of the instance to follow, in another region. A change replaces a replica; on a primary it has no effect.
    #[attr(validate = instance_arn())]
    pub(crate) source_db_instance_arn: String,
    /// Class such as `db.r6g.large`. That of the source when left out.
    #[attr(optional, keep, validate = instance_class())]
    pub(crate) instance_class: Computed<String>,
    /// KMS key of the replica's own region, by ARN, id or alias. Needed when the source is encrypted.
    #[attr(optional, keep)]
    pub(crate) kms_key_id: Computed<String>,
    /// Subnet group of the replica's region. The default VPC's when left out. A change replaces a replica.
    #[attr(optional, keep)]
    pub(crate) db_subnet_group_name: Computed<String>,
    /// Security groups of the replica. The VPC's default group when left out.
    #[attr(optional, keep)]
    pub(crate) vpc_security_group_ids: Computed<Set<String>>,
    /// Whether the replica has a standby in another zone.
    #[attr(default = false)]
    pub(crate) multi_az: bool,
    /// Port of the database. That of the source when left out.
    #[attr(optional, keep, validate = range(1150..=65535))]
    pub(crate) port: Computed<i64>,
    /// Seconds between enhanced monitoring samples: 0 (off), 1, 5, 10, 15, 30 or 60.
    #[attr(default = 0, validate = monitoring_interval())]
    pub(crate) monitoring_interval: i64,
    /// Role that writes enhanced monitoring to CloudWatch. Needed when it is on.
    pub(crate) monitoring_role_arn: Option<String>,
    /// Whether Performance Insights is on.
    #[attr(default = false)]
    pub(crate) performance_insights_enabled: bool,
    /// KMS key for Performance Insights. Left to AWS when left out, which begins with its own.
    pub(crate) performance_insights_kms_key_id: Option<String>,
    /// Days that Performance Insights keeps: 7, a multiple of 31, or 731. Left to AWS when left out, which begins with 7.
    #[attr(validate = range(7..=731))]
    pub(crate) performance_insights_retention_period: Option<i64>,
    /// Days that automated backups are kept. A promotion needs at least 1.
    #[attr(default = 7, validate = range(1..=35))]
    pub(crate) backup_retention_period: i64,
    /// Whether AWS refuses to delete the instance.
    #[attr(default = false)]
    pub(crate) deletion_protection: bool,
    /// Whether AWS upgrades minor engine versions by itself.
    #[attr(default = true)]
    pub(crate) auto_minor_version_upgrade: bool,
    /// Parameter group of the replica's region. The engine's default when left out.
    #[attr(optional, keep)]
    pub(crate) parameter_group_name: Computed<String>,
    /// Storage such as `gp3` or `io2`. That of the source when left out.
    #[attr(optional, keep)]
    pub(crate) storage_type: Computed<String>,
    /// Whether a primary is deleted without a final snapshot. A replica has none.
    #[attr(default = false)]
    pub(crate) skip_final_snapshot: bool,
    /// Name of the snapshot taken when a primary is deleted. Needed for that unless `skip_final_snapshot` is set.
    #[attr(validate = snapshot_identifier())]
    pub(crate) final_snapshot_identifier: Option<String>,
    /// Whether changes are made at once instead of in the next maintenance window.
    #[attr(default = false)]
    pub(crate) apply_immediately: bool,
    /// Tags of the replica, over those of the provider block.
    pub(crate) tags: Option<Tags>,
    /// All tags, those of the provider block among them.
    pub(crate) tags_all: Computed<Tags>,
    /// ARN of the replica.
    #[attr(keep)]
    pub(crate) arn: Computed<String>,
    /// Address and port, as `address:port`.
    #[attr(keep)]
    pub(crate) endpoint: Computed<String>,
    /// Name under which the instance is found.
    #[attr(keep)]
    pub(crate) address: Computed<String>,
    /// Status in AWS's words, such as `available`; `unknown` while the region does not answer.
    pub(crate) status: Computed<String>,
    /// `replica`, or `primary` after a promotion.
    #[attr(keep)]
    pub(crate) role: Computed<String>,
    /// Database engine, that of the source.
    #[attr(keep)]
    pub(crate) engine: Computed<String>,
    /// Version of the engine.
    #[attr(keep)]
    pub(crate) engine_version: Computed<String>,
    /// Whether storage is encrypted, as that of the source.
    #[attr(keep)]
    pub(crate) storage_encrypted: Computed<bool>,
    /// How long operations may take. 80 minutes for create and update, 60 for delete, when left out.
    #[attr(block)]
    pub(crate) timeouts: Option<Timeouts>,
}

impl DatabaseReplica {
    pub(super) fn create_deadline(&self) -> Result<Deadline> {
        Deadline::of(self.timeouts.as_ref().and_then(|timeouts| timeouts.create.as_ref()), CREATE_TIMEOUT)
    }

    pub(super) fn update_deadline(&self) -> Result<Deadline> {
        Deadline::of(self.timeouts.as_ref().and_then(|timeouts| timeouts.update.as_ref()), CREATE_TIMEOUT)
    }

    pub(super) fn delete_deadline(&self) -> Result<Deadline> {
        Deadline::of(self.timeouts.as_ref().and_then(|timeouts| timeouts.delete.as_ref()), DELETE_TIMEOUT)
    }
}

/// The parts of `arn:aws:rds:eu-west-1:123456789012:db:orders`.
#[derive(Debug, PartialEq)]
pub(super) struct InstanceArn<'a> {
    pub(super) region: &'a str,
    pub(super) identifier: &'a str,
}

impl<'a> InstanceArn<'a> {
    /// `None` for anything else than the ARN of an instance.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        match parts.as_slice() {
            ["arn", partition, "rds", region, account, "db", identifier]
                if !partition.is_empty() && !region.is_empty() && !account.is_empty() && !identifier.is_empty() =>
            {
                Some(Self { region, identifier })
            }
            _ => None,
        }
    }
}

fn text_rule(expectation: &str, fits: impl Fn(&str) -> bool + Send + Sync + 'static) -> Validator {
    Validator::new(expectation, move |value| matches!(value, Value::String(text) if fits(text)))
}

fn instance_arn() -> Validator {
    text_rule("the ARN of an RDS instance, such as \"arn:aws:rds:eu-west-1:123456789012:db:orders\"", |text| {
        InstanceArn::parse(text).is_some()
    })
}

fn instance_class() -> Validator {
    text_rule("an instance class such as \"db.r6g.large\"", |text| text.starts_with("db.") && text.len() > 3)
}

fn is_name(text: &str, longest: usize, allowed: impl Fn(char) -> bool) -> bool {
    let fits = text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.chars().all(allowed);
    fits && text.len() <= longest && !text.ends_with('-') && !text.contains("--")
}

fn instance_identifier() -> Validator {
    let allowed = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
    text_rule(
        "1 to 63 lowercase letters, digits and single hyphens, with a letter first and no hyphen last",
        move |text| is_name(text, 63, allowed),
    )
}

fn snapshot_identifier() -> Validator {
    let allowed = |character: char| character.is_ascii_alphanumeric() || character == '-';
    text_rule("1 to 255 letters, digits and single hyphens, with a letter first and no hyphen last", move |text| {
        is_name(text, 255, allowed)
    })
}

fn monitoring_interval() -> Validator {
    Validator::new("one of 0, 1, 5, 10, 15, 30, 60", |value| match value {
        Value::Number(number) => number.to_i64().is_some_and(|number| MONITORING_INTERVALS.contains(&number)),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns() {
        let arn = InstanceArn::parse("arn:aws:rds:eu-west-1:123456789012:db:orders").unwrap();
        assert_eq!(arn, InstanceArn { region: "eu-west-1", identifier: "orders" });
        for text in ["orders", "arn:aws:rds:eu-west-1:123456789012:cluster:orders", "arn:aws:rds::1:db:orders", ""] {
            assert_eq!(InstanceArn::parse(text), None, "{text}");
        }
    }

    #[test]
    fn names() {
        let (instance, snapshot) = (instance_identifier(), snapshot_identifier());
        for (text, is_instance, is_snapshot) in [
            ("orders-replica", true, true),
            ("Orders", false, true),
            ("1orders", false, false),
            ("orders-", false, false),
            ("or--ders", false, false),
            ("", false, false),
            (&"a".repeat(64), false, true),
        ] {
            let accepted = (instance.accepts(&text.into()), snapshot.accepts(&text.into()));
            assert_eq!(accepted, (is_instance, is_snapshot), "{text}");
        }
    }
}
