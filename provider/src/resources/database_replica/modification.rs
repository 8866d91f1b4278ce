//! What has to be changed on an instance for it to become what is planned.

use aws_sdk_rds::operation::modify_db_instance::builders::ModifyDBInstanceFluentBuilder;
use aws_sdk_rds::types::DbInstance;

use super::model::{DatabaseReplica, PRIMARY};
use super::observe::{Settings, is_alias, is_fenced, role, same_key};

/// Settings to send; `None` is left alone.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Modification {
    instance_class: Option<String>,
    security_groups: Option<Vec<String>>,
    multi_az: Option<bool>,
    port: Option<i64>,
    monitoring: Option<(i64, Option<String>)>,
    insights: Option<Insights>,
    backup_retention_period: Option<i64>,
    deletion_protection: Option<bool>,
    auto_minor_version_upgrade: Option<bool>,
    parameter_group: Option<String>,
    storage_type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Insights {
    enabled: bool,
    key: Option<String>,
    retention: Option<i64>,
}

impl Modification {
    /// `prior` is the state before; `None` right after the instance was created.
    pub(super) fn new(plan: &DatabaseReplica, remote: &DbInstance, prior: Option<&DatabaseReplica>) -> Self {
        let has = Settings::of(remote);
        let is_primary = role(remote) == PRIMARY;
        // What a failover raised when it promoted the instance is not lowered by a change of something else.
        let raised = |by_other: bool| is_primary && by_other;
        let retention_raised = raised(
            has.backup_retention_period > plan.backup_retention_period
                && prior.is_some_and(|prior| prior.backup_retention_period != has.backup_retention_period),
        );
        let standby_raised = raised(has.multi_az && prior.is_some_and(|prior| !prior.multi_az));
        Self {
            instance_class: differing(plan.instance_class.known(), has.instance_class.as_ref()),
            // A fence stays up: whoever put it there takes it down.
            security_groups: security_groups(plan, &has).filter(|_| !is_fenced(remote)),
            multi_az: (plan.multi_az != has.multi_az && !standby_raised).then_some(plan.multi_az),
            port: differing(plan.port.known(), has.port.as_ref()),
            monitoring: monitoring(plan, &has),
            insights: insights(plan, &has),
            backup_retention_period: (plan.backup_retention_period != has.backup_retention_period && !retention_raised)
                .then_some(plan.backup_retention_period),
            deletion_protection: (plan.deletion_protection != has.deletion_protection)
                .then_some(plan.deletion_protection),
            auto_minor_version_upgrade: (plan.auto_minor_version_upgrade != has.auto_minor_version_upgrade)
                .then_some(plan.auto_minor_version_upgrade),
            parameter_group: differing(plan.parameter_group_name.known(), has.parameter_group.as_ref()),
            storage_type: differing(plan.storage_type.known(), has.storage_type.as_ref()),
        }
    }

    /// Nothing to change.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Puts the settings into a request.
    pub(super) fn fill(self, request: ModifyDBInstanceFluentBuilder) -> ModifyDBInstanceFluentBuilder {
        let (interval, role) = self.monitoring.map_or((None, None), |(interval, role)| (Some(interval), role));
        let insights_on = self.insights.as_ref().map(|insights| insights.enabled);
        let insights = self.insights.unwrap_or_default();
        request
            .set_db_instance_class(self.instance_class)
            .set_vpc_security_group_ids(self.security_groups)
            .set_multi_az(self.multi_az)
            .set_db_port_number(self.port.map(whole))
            .set_monitoring_interval(interval.map(whole))
            .set_monitoring_role_arn(role)
            .set_enable_performance_insights(insights_on)
            .set_performance_insights_kms_key_id(insights.key)
            .set_performance_insights_retention_period(insights.retention.map(whole))
            .set_backup_retention_period(self.backup_retention_period.map(whole))
            .set_deletion_protection(self.deletion_protection)
            .set_auto_minor_version_upgrade(self.auto_minor_version_upgrade)
            .set_db_parameter_group_name(self.parameter_group)
            .set_storage_type(self.storage_type)
    }
}

/// What is wanted, where it is not what is there.
fn differing<T: Clone + PartialEq>(wanted: Option<&T>, has: Option<&T>) -> Option<T> {
    wanted.filter(|wanted| has != Some(*wanted)).cloned()
}

fn security_groups(plan: &DatabaseReplica, has: &Settings) -> Option<Vec<String>> {
    let wanted = plan.vpc_security_group_ids.known()?;
    let same = wanted.len() == has.security_groups.len() && wanted.iter().all(|id| has.security_groups.contains(id));
    (!same).then(|| wanted.iter().cloned().collect())
}

fn monitoring(plan: &DatabaseReplica, has: &Settings) -> Option<(i64, Option<String>)> {
    let role = plan.monitoring_role_arn.clone().filter(|_| plan.monitoring_interval > 0);
    let same_role = role.is_none() || role == has.monitoring_role_arn;
    (plan.monitoring_interval != has.monitoring_interval || !same_role).then_some((plan.monitoring_interval, role))
}

fn insights(plan: &DatabaseReplica, has: &Settings) -> Option<Insights> {
    if !plan.performance_insights_enabled {
        return has.insights.then(Insights::default);
    }
    let key = plan.performance_insights_kms_key_id.clone();
    let retention = plan.performance_insights_retention_period;
    let same_key = key
        .as_deref()
        .is_none_or(|key| is_alias(key) || has.insights_key.as_deref().is_some_and(|has| same_key(has, key)));
    let same = has.insights && same_key && retention.is_none_or(|retention| has.insights_retention == Some(retention));
    (!same).then_some(Insights { enabled: true, key, retention })
}

/// A number that validation has bounded.
pub(super) fn whole(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
