//! Read replicas: how they are made and promoted.

use super::model::{Effect, Instance, Settings, Store};
use super::resource::Resource;
use super::{Facts, Result, bad_state, combination, create, instances, tags};
use crate::protocol::ApiError;
use crate::protocol::query::Params;
use crate::protocol::xml::Xml;
use crate::services::Call;
use crate::services::timeline::Timeline;

/// Simulated seconds. AWS says that a promotion takes several minutes; most of it is the reboot and what is before it.
const CREATE: u32 = 600;
/// The API accepts a promotion before the status shows it, and shows `available` again before the source is forgotten:
/// a caller who waits for `available` alone is deceived twice.
const UNNOTICED: u32 = 5;
const MODIFY: u32 = 120;
const REBOOT: u32 = 60;
const DETACH: u32 = 10;

pub(super) fn create(store: &mut Store, call: &Call, params: &Params, facts: &Facts) -> Result<Xml> {
    let id = create::free(store, call, params)?;
    let named = params.required("SourceDBInstanceIdentifier")?;
    let source = store
        .instances
        .get(&Instance::arn_of(call, &named))
        .filter(|it| it.account == call.account)
        .ok_or_else(|| Instance::not_found(&named))?;
    if source.region != call.region && !named.starts_with("arn:") {
        return Err(Instance::not_found(&named));
    }
    if source.settings.backup_retention == 0 {
        return Err(bad_state(
            "Automated backups are not enabled for this database instance. To enable automated backups, use \
             ModifyDBInstance to set the backup retention period to a non-zero value.",
        ));
    }
    instances::require_available(source)?;
    let elsewhere = source.region != call.region;
    if elsewhere && facts.dark.contains(&source.region) {
        return Err(ApiError::new("InternalFailure", format!("The region {} cannot be reached.", source.region))
            .with_status(500));
    }
    let from = source.settings.clone();
    let kms_key = match params.text("KmsKeyId") {
        Some(_) if !from.encrypted => {
            return Err(combination("You cannot create an encrypted Read Replica from an unencrypted DB instance."));
        }
        Some(key) => Some(create::existing_key(&key, facts)?),
        None if from.encrypted && elsewhere => {
            return Err(combination("Cannot create a cross region unencrypted read replica from encrypted source."));
        }
        None => from.kms_key.clone(),
    };
    let mut settings = Settings {
        kms_key,
        // A replica starts without backups, a standby, protection or roles of its own.
        backup_retention: 0,
        multi_az: false,
        deletion_protection: false,
        monitoring_interval: 0,
        monitoring_role: None,
        insights: false,
        insights_key: None,
        insights_retention: None,
        log_exports: Vec::new(),
        security_groups: Vec::new(),
        zone: None,
        vpc: if elsewhere { None } else { from.vpc.clone() },
        subnet_group: if elsewhere { None } else { from.subnet_group.clone() },
        ..from
    };
    let (source_arn, family) = (source.arn.clone(), source.family.clone());
    create::chosen(&mut settings, params)?;
    create::place(store, call, params, facts, &mut settings)?;
    let mut replica = create::new(call, id, settings, family, None, tags::given(params));
    replica.source = Some(source_arn);
    replica.writable = false;
    replica.status = Timeline::at("creating");
    replica.status.go(call.now, [("creating", CREATE, None)], "available");
    let arn = replica.arn.clone();
    store.instances.insert(arn.clone(), replica);
    Instance::answer(store, &arn)
}

pub(super) fn promote(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let instance = Instance::of(store, call, params)?;
    if instance.source.is_none() {
        return Err(bad_state(format!("DB Instance {} is not a read replica.", instance.id)));
    }
    instances::require_available(instance)?;
    let days = params.number("BackupRetentionPeriod")?.map_or(Ok(1), create::retention)?;
    if let Some(window) = params.text("PreferredBackupWindow") {
        instance.settings.backup_window = window;
    }
    instance.settings.backup_retention = days;
    instance.status.go(
        call.now,
        [
            ("available", UNNOTICED, None),
            ("modifying", MODIFY, None),
            ("rebooting", REBOOT, Some(Effect::Writable)),
            ("available", DETACH, Some(Effect::Promoted)),
        ],
        "available",
    );
    let arn = instance.arn.clone();
    Instance::answer(store, &arn)
}
