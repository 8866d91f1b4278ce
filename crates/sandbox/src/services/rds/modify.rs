//! Changes of DB instances: at once, or pending until the maintenance window.

use super::create::{FIRST_BACKUP, retention};
use super::instances::require_available;
use super::model::{Effect, Instance, Pending, Settings, Store};
use super::resource::Resource;
use super::{Result, advance, bad_state, engines, invalid};
use crate::protocol::query::Params;
use crate::protocol::xml::Xml;
use crate::services::Call;

/// Simulated seconds: a change that needs no new host takes AWS a minute or two, a new class or a standby several more.
const QUICK: u32 = 60;
const SLOW: u32 = 300;

pub(super) fn modify(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let at_once = params.flag("ApplyImmediately")?.unwrap_or(false);
    let is_source = {
        let arn = Instance::of(store, call, params)?.arn.clone();
        store.instances.values().any(|it| it.source.as_deref() == Some(&arn))
    };
    let instance = Instance::of(store, call, params)?;
    require_available(instance)?;
    if params.text("NewDBInstanceIdentifier").is_some() {
        return Err(invalid("The sandbox does not rename DB instances."));
    }
    let asked = pending(params, &instance.settings)?;
    if is_source && asked.backup_retention == Some(0) {
        return Err(bad_state(
            "Automated backups cannot be disabled for a DB instance that is the source of a read replica.",
        ));
    }
    let before = instance.settings.clone();
    let mut settings = before.clone();
    immediate(&mut settings, params)?;
    instance.settings = settings;
    merge(&mut instance.pending, asked);
    let starts_backups = before.backup_retention == 0 && instance.pending.backup_retention.is_some_and(|days| days > 0);
    if at_once && !instance.pending.is_empty() {
        let slow = instance.pending.class.is_some() || instance.pending.multi_az == Some(true);
        let seconds = if slow { SLOW } else { QUICK };
        if starts_backups {
            let steps = [("modifying", seconds, Some(Effect::Modified)), ("backing-up", FIRST_BACKUP, None)];
            instance.status.go(call.now, steps, "available");
        } else {
            instance.status.go(call.now, [("modifying", seconds, Some(Effect::Modified))], "available");
        }
    } else if instance.pending.backup_retention.is_some() || instance.pending.password {
        // Neither needs downtime, so that neither waits for the maintenance window.
        let later = Pending { backup_retention: None, password: false, ..instance.pending.clone() };
        let soon = Pending {
            backup_retention: instance.pending.backup_retention,
            password: instance.pending.password,
            ..Pending::default()
        };
        instance.pending = soon;
        instance.apply_pending();
        instance.pending = later;
        instance.status.go(call.now, [("modifying", QUICK, None)], "available");
    } else if instance.settings != before {
        instance.status.go(call.now, [("modifying", QUICK, None)], "available");
    }
    if !instance.pending.is_empty() {
        instance.pending.window = Some(advance::next_window(&instance.settings.maintenance_window, call.now));
    }
    let arn = instance.arn.clone();
    Instance::answer(store, &arn)
}

/// Settings that change without downtime, whatever `ApplyImmediately` says.
pub(super) fn immediate(to: &mut Settings, params: &Params) -> Result<()> {
    if let Some(window) = params.text("PreferredBackupWindow") {
        to.backup_window = window;
    }
    if let Some(window) = params.text("PreferredMaintenanceWindow") {
        to.maintenance_window = window.to_lowercase();
    }
    let groups = params.texts("VpcSecurityGroupIds");
    if !groups.is_empty() {
        to.security_groups = groups;
    }
    to.public = params.flag("PubliclyAccessible")?.unwrap_or(to.public);
    to.auto_minor = params.flag("AutoMinorVersionUpgrade")?.unwrap_or(to.auto_minor);
    to.parameter_group = params.text("DBParameterGroupName").or_else(|| to.parameter_group.take());
    to.option_group = params.text("OptionGroupName").or_else(|| to.option_group.take());
    to.copy_tags = params.flag("CopyTagsToSnapshot")?.unwrap_or(to.copy_tags);
    to.monitoring_interval = params.number("MonitoringInterval")?.unwrap_or(to.monitoring_interval);
    to.monitoring_role = params.text("MonitoringRoleArn").or_else(|| to.monitoring_role.take());
    if to.monitoring_interval == 0 {
        to.monitoring_role = None;
    } else if to.monitoring_role.is_none() {
        return Err(super::combination(
            "A MonitoringRoleARN value is required if you specify a MonitoringInterval value other than 0.",
        ));
    }
    to.iam_auth = params.flag("EnableIAMDatabaseAuthentication")?.unwrap_or(to.iam_auth);
    to.insights = params.flag("EnablePerformanceInsights")?.unwrap_or(to.insights);
    to.insights_key = params.text("PerformanceInsightsKMSKeyId").or_else(|| to.insights_key.take());
    to.insights_retention = params.number("PerformanceInsightsRetentionPeriod")?.or(to.insights_retention);
    if to.insights && to.insights_retention.is_none() {
        to.insights_retention = Some(7);
    }
    to.deletion_protection = params.flag("DeletionProtection")?.unwrap_or(to.deletion_protection);
    to.promotion_tier = params.number("PromotionTier")?.or(to.promotion_tier);
    to.max_allocated_storage = params.number("MaxAllocatedStorage")?.or(to.max_allocated_storage);
    for log in params
        .texts("EnableCloudwatchLogsExports")
        .into_iter()
        .chain(params.texts("CloudwatchLogsExportConfiguration.EnableLogTypes"))
    {
        if !to.log_exports.contains(&log) {
            to.log_exports.push(log);
        }
    }
    let stop = params.texts("CloudwatchLogsExportConfiguration.DisableLogTypes");
    to.log_exports.retain(|log| !stop.contains(log));
    Ok(())
}

/// What a call changes that cannot be changed silently: only what differs from what is in force.
fn pending(params: &Params, now: &Settings) -> Result<Pending> {
    fn other<T: PartialEq>(asked: Option<T>, now: &T) -> Option<T> {
        asked.filter(|asked| asked != now)
    }
    let class = other(params.text("DBInstanceClass"), &now.class);
    if let Some(class) = &class
        && !class.starts_with("db.")
    {
        return Err(invalid(format!("Invalid DB Instance class: {class}")));
    }
    let version = params.text("EngineVersion").map(|it| engines::version(&now.engine, Some(&it))).transpose()?;
    let allocated_storage = other(params.number("AllocatedStorage")?, &now.allocated_storage);
    if allocated_storage.is_some_and(|size| size < now.allocated_storage) {
        return Err(invalid("Requested storage size must not be smaller than the current storage size."));
    }
    if params.text("MasterUserPassword").is_some_and(|it| it.len() < 8) {
        return Err(invalid(
            "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.",
        ));
    }
    Ok(Pending {
        class,
        allocated_storage,
        password: params.text("MasterUserPassword").is_some(),
        port: other(params.number("DBPortNumber")?, &now.port),
        backup_retention: other(
            params.number("BackupRetentionPeriod")?.map(retention).transpose()?,
            &now.backup_retention,
        ),
        multi_az: other(params.flag("MultiAZ")?, &now.multi_az),
        engine_version: other(version, &now.engine_version),
        license: params.text("LicenseModel").filter(|it| Some(it) != now.license.as_ref()),
        iops: params.number("Iops")?.filter(|it| Some(*it) != now.iops),
        throughput: params.number("StorageThroughput")?.filter(|it| Some(*it) != now.throughput),
        storage_type: other(params.text("StorageType"), &now.storage_type),
        ca: params.text("CACertificateIdentifier").filter(|it| Some(it) != now.ca.as_ref()),
        window: None,
    })
}

fn merge(to: &mut Pending, from: Pending) {
    to.class = from.class.or_else(|| to.class.take());
    to.allocated_storage = from.allocated_storage.or(to.allocated_storage);
    to.password |= from.password;
    to.port = from.port.or(to.port);
    to.backup_retention = from.backup_retention.or(to.backup_retention);
    to.multi_az = from.multi_az.or(to.multi_az);
    to.engine_version = from.engine_version.or_else(|| to.engine_version.take());
    to.license = from.license.or_else(|| to.license.take());
    to.iops = from.iops.or(to.iops);
    to.throughput = from.throughput.or(to.throughput);
    to.storage_type = from.storage_type.or_else(|| to.storage_type.take());
    to.ca = from.ca.or_else(|| to.ca.take());
}
