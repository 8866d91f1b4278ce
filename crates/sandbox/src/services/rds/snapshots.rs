//! Snapshots of DB instances.

use super::model::{Instance, Snapshot, Store, arn};
use super::resource::Resource;
use super::{Facts, Result, bad_state, create, identifier, invalid, listed, shapes, tags};
use crate::protocol::ApiError;
use crate::protocol::query::Params;
use crate::protocol::xml::Xml;
use crate::services::Call;
use crate::services::timeline::Timeline;

/// Simulated seconds.
const TAKE: u32 = 120;
const COPY: u32 = 300;

fn arn_of(call: &Call, named: &str) -> String {
    if named.starts_with("arn:") {
        named.to_owned()
    } else {
        arn(&call.region, &call.account, "snapshot", &named.to_lowercase())
    }
}

fn not_found(named: &str) -> ApiError {
    ApiError::new("DBSnapshotNotFound", format!("DBSnapshot {named} not found.")).with_status(404)
}

fn answer(snapshot: &Snapshot) -> Xml {
    let mut xml = Xml::default();
    xml.element("DBSnapshot", |inside| shapes::snapshot(inside, snapshot));
    xml
}

/// Takes a snapshot; the instance is `backing-up` meanwhile, unless something else happens to it.
pub(super) fn take(
    store: &mut Store,
    call: &Call,
    instance: &str,
    id: &str,
    kind: &str,
    params: &Params,
) -> Result<String> {
    let from = store.instances.get_mut(instance).ok_or_else(|| Instance::not_found(instance))?;
    let id = id.to_lowercase();
    let arn = arn(&call.region, &call.account, "snapshot", &id);
    if store.snapshots.contains_key(&arn) {
        return Err(ApiError::new(
            "DBSnapshotAlreadyExists",
            format!("Cannot create the snapshot because a snapshot with the identifier {id} already exists."),
        ));
    }
    let mut snapshot = Snapshot {
        account: call.account.clone(),
        region: call.region.clone(),
        id,
        arn: arn.clone(),
        instance: from.id.clone(),
        instance_created: from.created,
        created: call.wall,
        status: Timeline::at("creating"),
        kind: kind.to_owned(),
        source: None,
        settings: from.settings.clone(),
        tags: if from.settings.copy_tags { from.tags.clone() } else { tags::given(params) },
    };
    snapshot.status.go(call.now, [("creating", TAKE, None)], "available");
    if from.is_available() {
        from.status.go(call.now, [("backing-up", TAKE, None)], "available");
    }
    store.snapshots.insert(arn.clone(), snapshot);
    Ok(arn)
}

pub(super) fn create(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let id = identifier(params, "DBSnapshotIdentifier")?;
    let instance = Instance::of(store, call, params)?;
    if !matches!(instance.status.status(), "available" | "stopped" | "storage-optimization") {
        return Err(bad_state(format!(
            "Cannot create a snapshot because the database instance {} is not currently in the available state.",
            instance.id
        )));
    }
    let instance = instance.arn.clone();
    let arn = take(store, call, &instance, &id, "manual", params)?;
    store.snapshots.get(&arn).map(answer).ok_or_else(|| not_found(&id))
}

pub(super) fn copy(store: &mut Store, call: &Call, params: &Params, facts: &Facts) -> Result<Xml> {
    let named = params.required("SourceDBSnapshotIdentifier")?;
    let id = identifier(params, "TargetDBSnapshotIdentifier")?;
    let source = store.snapshots.get(&arn_of(call, &named)).filter(|it| it.account == call.account);
    let source = source.ok_or_else(|| not_found(&named))?;
    if source.status.status() != "available" {
        return Err(ApiError::new("InvalidDBSnapshotState", format!("The snapshot {named} is not available.")));
    }
    let arn = arn_of(call, &id);
    if store.snapshots.contains_key(&arn) {
        return Err(ApiError::new(
            "DBSnapshotAlreadyExists",
            format!("Cannot create the snapshot because a snapshot with the identifier {id} already exists."),
        ));
    }
    let mut settings = source.settings.clone();
    match params.text("KmsKeyId") {
        Some(key) => {
            settings.kms_key = Some(create::existing_key(&key, facts)?);
            settings.encrypted = true;
        }
        None if settings.encrypted && source.region != call.region => {
            return Err(invalid("Must specify new KMS key for cross region encrypted snapshot copy."));
        }
        None => {}
    }
    let keep = params.flag("CopyTags")?.unwrap_or(false);
    let mut copy = Snapshot {
        account: call.account.clone(),
        region: call.region.clone(),
        id,
        arn: arn.clone(),
        created: call.wall,
        status: Timeline::at("creating"),
        kind: "manual".to_owned(),
        source: Some(source.arn.clone()),
        settings,
        tags: if keep { source.tags.clone() } else { tags::given(params) },
        ..source.clone()
    };
    copy.status.go(call.now, [("creating", COPY, None)], "available");
    let xml = answer(&copy);
    store.snapshots.insert(arn, copy);
    Ok(xml)
}

pub(super) fn describe(store: &Store, call: &Call, params: &Params) -> Result<Xml> {
    let mut own: Vec<&Snapshot> =
        store.snapshots.values().filter(|it| it.account == call.account && it.region == call.region).collect();
    if let Some(named) = params.text("DBSnapshotIdentifier") {
        let arn = arn_of(call, &named);
        own.retain(|it| it.arn == arn);
        if own.is_empty() {
            return Err(not_found(&named));
        }
    }
    if let Some(named) = params.text("DBInstanceIdentifier") {
        let arn = Instance::arn_of(call, &named);
        let id = arn.rsplit(':').next().unwrap_or_default();
        own.retain(|it| it.instance == id);
    }
    if let Some(kind) = params.text("SnapshotType") {
        own.retain(|it| it.kind == kind);
    }
    listed(params, "DBSnapshots", "DBSnapshot", own, shapes::snapshot)
}

pub(super) fn delete(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let named = params.required("DBSnapshotIdentifier")?;
    let snapshot = store.snapshots.get(&arn_of(call, &named)).ok_or_else(|| not_found(&named))?;
    if snapshot.status.status() != "available" {
        return Err(ApiError::new(
            "InvalidDBSnapshotState",
            format!("Cannot delete the snapshot {named} because it is not currently in the available state."),
        ));
    }
    let mut gone = snapshot.clone();
    gone.status = Timeline::at("deleted");
    store.snapshots.remove(&gone.arn);
    Ok(answer(&gone))
}

pub(super) fn restore(store: &mut Store, call: &Call, params: &Params, facts: &Facts) -> Result<Xml> {
    let id = create::free(store, call, params)?;
    let named = params.required("DBSnapshotIdentifier")?;
    let snapshot = store.snapshots.get(&arn_of(call, &named)).filter(|it| it.region == call.region);
    let mut settings = snapshot.ok_or_else(|| not_found(&named))?.settings.clone();
    settings.security_groups.clear();
    create::chosen(&mut settings, params)?;
    create::place(store, call, params, facts, &mut settings)?;
    let family = arn(&call.region, &call.account, "db", &id);
    let instance = create::new(call, id, settings, family, None, tags::given(params));
    create::start(store, call, instance)
}
