//! DB instances that exist: describe, reboot, stop, start, delete.

use super::model::{Effect, Instance, Store, arn};
use super::{Result, bad_state, combination, listed, shapes, snapshots};
use crate::protocol::ApiError;
use crate::protocol::query::Params;
use crate::protocol::xml::Xml;
use crate::services::Call;

/// Simulated seconds, about what AWS takes for a small instance.
const REBOOT: u32 = 60;
const STOP: u32 = 180;
const START: u32 = 300;
const DELETE: u32 = 120;

/// The ARN that an identifier or an ARN names.
pub(super) fn arn_of(call: &Call, named: &str) -> String {
    if named.starts_with("arn:") {
        named.to_owned()
    } else {
        arn(&call.region, &call.account, "db", &named.to_lowercase())
    }
}

pub(super) fn not_found(named: &str) -> ApiError {
    ApiError::new("DBInstanceNotFound", format!("DBInstance {named} not found.")).with_status(404)
}

/// The instance a call names, in its own region.
pub(super) fn of<'a>(store: &'a mut Store, call: &Call, params: &Params) -> Result<&'a mut Instance> {
    let named = params.required("DBInstanceIdentifier")?;
    let found = store.instances.get_mut(&arn_of(call, &named));
    found.filter(|it| it.account == call.account && it.region == call.region).ok_or_else(|| not_found(&named))
}

/// Refuses unless the instance is available.
pub(super) fn require_available(instance: &Instance) -> Result<()> {
    if instance.is_available() {
        return Ok(());
    }
    let status = instance.status.status();
    let status = if status == "available" { "modifying" } else { status };
    Err(bad_state(format!("Instance {} is not in available state. Its state is {status}.", instance.id)))
}

/// The answer of most operations.
pub(super) fn answer(store: &Store, arn: &str) -> Result<Xml> {
    let instance = store.instances.get(arn).ok_or_else(|| not_found(arn))?;
    let mut xml = Xml::default();
    xml.element("DBInstance", |inside| shapes::instance(inside, store, instance));
    Ok(xml)
}

pub(super) fn describe(store: &Store, call: &Call, params: &Params) -> Result<Xml> {
    let mut own: Vec<&Instance> =
        store.instances.values().filter(|it| it.account == call.account && it.region == call.region).collect();
    if let Some(named) = params.text("DBInstanceIdentifier") {
        let arn = arn_of(call, &named);
        own.retain(|it| it.arn == arn);
        if own.is_empty() {
            return Err(not_found(&named.to_lowercase()));
        }
    }
    for filter in params.structures("Filters") {
        let values = filter.texts("Values");
        let any = |text: &str| values.iter().any(|value| value == text);
        match filter.get("Name").unwrap_or_default() {
            "db-instance-id" => own.retain(|it| any(&it.id) || any(&it.arn)),
            "db-cluster-id" => own.retain(|it| {
                it.cluster.as_deref().is_some_and(|id| any(id) || any(&arn(&it.region, &it.account, "cluster", id)))
            }),
            "engine" => own.retain(|it| any(&it.settings.engine)),
            "dbi-resource-id" => own.retain(|it| any(&shapes::resource_id(&it.arn))),
            other => return Err(super::invalid(format!("Unrecognized filter name: {other}"))),
        }
    }
    listed(params, "DBInstances", "DBInstance", own, |xml, it| shapes::instance(xml, store, it))
}

pub(super) fn reboot(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let force = params.flag("ForceFailover")?.unwrap_or(false);
    let instance = of(store, call, params)?;
    require_available(instance)?;
    if force && !instance.settings.multi_az {
        return Err(combination("Force failover can only be specified when a DB instance is configured for Multi-AZ."));
    }
    instance.status.go(call.now, [("rebooting", REBOOT, None)], "available");
    let arn = instance.arn.clone();
    answer(store, &arn)
}

pub(super) fn stop(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let instance = of(store, call, params)?;
    require_available(instance)?;
    if instance.source.is_some() {
        return Err(bad_state(format!("Cannot stop the read replica {}.", instance.id)));
    }
    instance.status.go(call.now, [("stopping", STOP, None)], "stopped");
    let arn = instance.arn.clone();
    answer(store, &arn)
}

pub(super) fn start(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let instance = of(store, call, params)?;
    if instance.status.status() != "stopped" {
        return Err(bad_state(format!("Instance {} is not in stopped state.", instance.id)));
    }
    instance.status.go(call.now, [("starting", START, None)], "available");
    let arn = instance.arn.clone();
    answer(store, &arn)
}

pub(super) fn delete(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let skip = params.flag("SkipFinalSnapshot")?.unwrap_or(false);
    let last = params.text("FinalDBSnapshotIdentifier");
    let instance = of(store, call, params)?;
    if instance.status.status() == "deleting" {
        return Err(bad_state(format!("Instance {} is already being deleted.", instance.id)));
    }
    if instance.settings.deletion_protection {
        return Err(combination(
            "Cannot delete protected DB Instance, please disable deletion protection and try again.",
        ));
    }
    match (skip, &last) {
        (true, Some(_)) => {
            return Err(combination(
                "FinalDBSnapshotIdentifier can not be specified when skip final snapshot is true.",
            ));
        }
        (_, Some(_)) if instance.source.is_some() => {
            return Err(combination(
                "FinalDBSnapshotIdentifier can not be specified when deleting a replica instance.",
            ));
        }
        (false, None) if instance.cluster.is_none() && instance.source.is_none() => {
            return Err(combination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."));
        }
        _ => {}
    }
    let arn = instance.arn.clone();
    if let Some(last) = last {
        snapshots::take(store, call, &arn, &last, "manual", params)?;
    }
    if let Some(instance) = store.instances.get_mut(&arn) {
        instance.status.go(call.now, [("deleting", DELETE, Some(Effect::Deleted))], "deleted");
    }
    answer(store, &arn)
}
