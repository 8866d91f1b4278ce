//! DB instances that exist: reboot, stop, start, delete.

use super::model::{Effect, Instance, Store};
use super::resource::Resource;
use super::{Result, bad_state, combination, snapshots};
use crate::protocol::query::Params;
use crate::protocol::xml::Xml;
use crate::services::Call;

/// Simulated seconds, about what AWS takes for a small instance.
const REBOOT: u32 = 60;
const STOP: u32 = 180;
const START: u32 = 300;
const DELETE: u32 = 120;

/// Refuses unless the instance is available.
pub(super) fn require_available(instance: &Instance) -> Result<()> {
    if instance.is_available() {
        return Ok(());
    }
    let status = instance.status.status();
    let status = if status == "available" { "modifying" } else { status };
    Err(bad_state(format!("Instance {} is not in available state. Its state is {status}.", instance.id)))
}

pub(super) fn reboot(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let force = params.flag("ForceFailover")?.unwrap_or(false);
    let instance = Instance::of(store, call, params)?;
    require_available(instance)?;
    if force && !instance.settings.multi_az {
        return Err(combination("Force failover can only be specified when a DB instance is configured for Multi-AZ."));
    }
    instance.status.go(call.now, [("rebooting", REBOOT, None)], "available");
    let arn = instance.arn.clone();
    Instance::answer(store, &arn)
}

pub(super) fn stop(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let instance = Instance::of(store, call, params)?;
    require_available(instance)?;
    if instance.source.is_some() {
        return Err(bad_state(format!("Cannot stop the read replica {}.", instance.id)));
    }
    instance.status.go(call.now, [("stopping", STOP, None)], "stopped");
    let arn = instance.arn.clone();
    Instance::answer(store, &arn)
}

pub(super) fn start(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let instance = Instance::of(store, call, params)?;
    if instance.status.status() != "stopped" {
        return Err(bad_state(format!("Instance {} is not in stopped state.", instance.id)));
    }
    instance.status.go(call.now, [("starting", START, None)], "available");
    let arn = instance.arn.clone();
    Instance::answer(store, &arn)
}

pub(super) fn delete(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let skip = params.flag("SkipFinalSnapshot")?.unwrap_or(false);
    let last = params.text("FinalDBSnapshotIdentifier");
    let instance = Instance::of(store, call, params)?;
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
    Instance::answer(store, &arn)
}
