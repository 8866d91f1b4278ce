//! Aurora global clusters: one writer region, others that follow it, and how the writer moves.

use std::collections::BTreeMap;

use super::clusters::bad_state;
use super::model::{Cluster, Effect, GlobalCluster, Move, Store};
use super::resource::Resource;
use super::{Facts, Result, combination, engines, invalid, listed, tags};
use crate::clock::Moment;
use crate::protocol::ApiError;
use crate::protocol::query::Params;
use crate::protocol::xml::Xml;
use crate::services::timeline::Timeline;
use crate::services::{Call, digest};

/// Simulated seconds: AWS documents minutes for a switchover, which waits for every region to catch up, and about one
/// minute for a failover that does not.
const SWITCH_OVER: u32 = 180;
const FAIL_OVER: u32 = 60;
const RESYNC: i64 = 600_000;
const CREATE: u32 = 10;

fn arn_of(call: &Call, id: &str) -> String {
    format!("arn:aws:rds::{}:global-cluster:{}", call.account, id.to_lowercase())
}

fn not_found(id: &str) -> ApiError {
    ApiError::new("GlobalClusterNotFoundFault", format!("Global cluster {id} not found")).with_status(404)
}

fn wrong_state(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidGlobalClusterStateFault", message)
}

fn of<'a>(store: &'a mut Store, call: &Call, params: &Params) -> Result<&'a mut GlobalCluster> {
    let id = params.required("GlobalClusterIdentifier")?;
    store.global_clusters.get_mut(&arn_of(call, &id)).ok_or_else(|| not_found(&id))
}

fn answer(it: &GlobalCluster) -> Xml {
    let mut xml = Xml::default();
    xml.element("GlobalCluster", |inside| shape(inside, it));
    xml
}

impl GlobalCluster {
    /// Whether a cluster is its writer.
    pub(super) fn is_writer(&self, arn: &str) -> bool {
        self.members.first().is_some_and(|writer| writer == arn)
    }

    /// Whether its writer is moving, so that nobody writes.
    pub(super) fn is_moving(&self) -> bool {
        self.move_to.is_some()
    }

    /// Completes the move of the writer.
    pub(super) fn moved(&mut self, now: Moment) {
        let Some(done) = self.move_to.take() else { return };
        self.members.retain(|it| *it != done.to);
        self.members.insert(0, done.to);
        if done.data_loss {
            // The old writer holds what was never replicated: AWS rebuilds it from the new one.
            self.resync.insert(done.from, now.0 + RESYNC);
        }
    }
}

impl Store {
    /// The global cluster that a cluster is in.
    pub(super) fn global_of(&self, arn: &str) -> Option<&GlobalCluster> {
        self.global_clusters.values().find(|it| it.members.iter().any(|member| member == arn))
    }

    /// Whether a cluster replicates another now.
    #[must_use]
    pub fn follows(&self, cluster: &Cluster) -> bool {
        self.global_of(&cluster.arn).is_some_and(|it| !it.is_writer(&cluster.arn))
    }

    /// Checks that a new cluster may join; whether it would be a secondary.
    pub(super) fn check_join(&self, call: &Call, id: &str, engine: &str) -> Result<bool> {
        let global = self.global_clusters.get(&arn_of(call, id)).ok_or_else(|| not_found(id))?;
        if global.engine.as_deref().is_some_and(|own| own != engine) {
            return Err(combination(format!(
                "The engine {engine} doesn't match the engine of the global cluster {id}."
            )));
        }
        let region = format!(":{}:", call.region);
        if global.members.iter().any(|member| member.contains(&region)) {
            return Err(wrong_state(format!("The global cluster {id} has a cluster in {} already.", call.region)));
        }
        let Some(writer) = global.members.first() else { return Ok(false) };
        if self.clusters.get(writer).is_none_or(|it| it.status.status() != "available") {
            return Err(bad_state("The source cluster is in an unsupported state. Please wait until it is available."));
        }
        Ok(true)
    }

    /// Makes a cluster a member; returns the family it belongs to.
    pub(super) fn join(&mut self, call: &Call, id: &str, cluster: &Cluster) -> String {
        let arn = arn_of(call, id);
        if let Some(global) = self.global_clusters.get_mut(&arn) {
            global.members.push(cluster.arn.clone());
            global.engine.get_or_insert_with(|| cluster.settings.engine.clone());
            global.engine_version.get_or_insert_with(|| cluster.settings.engine_version.clone());
        }
        arn
    }

    /// Whether clusters of a global cluster are encrypted unless they say otherwise.
    pub(super) fn encrypts(&self, call: &Call, id: Option<&str>) -> bool {
        id.and_then(|id| self.global_clusters.get(&arn_of(call, id))).is_some_and(|it| it.encrypted)
    }
}

pub(super) fn create(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let id = super::identifier(params, "GlobalClusterIdentifier")?;
    let arn = arn_of(call, &id);
    if store.global_clusters.contains_key(&arn) {
        return Err(ApiError::new("GlobalClusterAlreadyExistsFault", format!("Global cluster {id} already exists")));
    }
    let mut global = GlobalCluster {
        account: call.account.clone(),
        id,
        arn: arn.clone(),
        engine: params.text("Engine"),
        engine_version: params.text("EngineVersion"),
        database: params.text("DatabaseName"),
        encrypted: params.flag("StorageEncrypted")?.unwrap_or(false),
        deletion_protection: params.flag("DeletionProtection")?.unwrap_or(false),
        status: Timeline::at("creating"),
        members: Vec::new(),
        move_to: None,
        resync: BTreeMap::new(),
        tags: tags::given(params),
    };
    match params.text("SourceDBClusterIdentifier") {
        Some(named) => {
            if global.engine.is_some() {
                return Err(combination(
                    "When creating global cluster from existing db cluster, value for engineName should not be specified since it will be inherited from source cluster",
                ));
            }
            let source = Cluster::arn_of(call, &named);
            if store.global_of(&source).is_some() {
                return Err(bad_state(format!("The cluster {named} is in a global cluster already.")));
            }
            let source = store.clusters.get_mut(&source).ok_or_else(|| Cluster::not_found(&named))?;
            source.family.clone_from(&arn);
            global.engine = Some(source.settings.engine.clone());
            global.engine_version = Some(source.settings.engine_version.clone());
            global.database.clone_from(&source.settings.db_name);
            global.encrypted = source.settings.encrypted;
            global.members.push(source.arn.clone());
        }
        None => {
            let engine =
                global.engine.clone().ok_or_else(|| invalid("Engine is required when no source cluster is given."))?;
            if !engines::is_aurora(&engine) {
                return Err(invalid(format!("Invalid engine for a global cluster: {engine}")));
            }
            global.engine_version = Some(engines::version(&engine, global.engine_version.as_deref())?);
        }
    }
    global.status.go(call.now, [("creating", CREATE, None)], "available");
    let xml = answer(&global);
    store.global_clusters.insert(arn, global);
    Ok(xml)
}

pub(super) fn describe(store: &Store, call: &Call, params: &Params) -> Result<Xml> {
    let mut own: Vec<&GlobalCluster> = store.global_clusters.values().filter(|it| it.account == call.account).collect();
    if let Some(id) = params.text("GlobalClusterIdentifier") {
        own.retain(|it| it.id == id.to_lowercase());
        if own.is_empty() {
            return Err(not_found(&id));
        }
    }
    for filter in params.structures("Filters") {
        let values = filter.texts("Values");
        match filter.get("Name").unwrap_or_default() {
            "db-cluster-id" => own.retain(|it| it.members.iter().any(|member| values.contains(member))),
            other => return Err(invalid(format!("Unrecognized filter name: {other}"))),
        }
    }
    listed(params, "GlobalClusters", "GlobalClusterMember", own, shape)
}

pub(super) fn modify(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    if params.text("NewGlobalClusterIdentifier").is_some() {
        return Err(invalid("The sandbox does not rename global clusters."));
    }
    let global = of(store, call, params)?;
    global.deletion_protection = params.flag("DeletionProtection")?.unwrap_or(global.deletion_protection);
    global.engine_version = params.text("EngineVersion").or_else(|| global.engine_version.take());
    Ok(answer(global))
}

pub(super) fn switch_over(store: &mut Store, call: &Call, params: &Params, facts: &Facts) -> Result<Xml> {
    begin(store, call, params, facts, false)
}

pub(super) fn fail_over(store: &mut Store, call: &Call, params: &Params, facts: &Facts) -> Result<Xml> {
    let data_loss = params.flag("AllowDataLoss")?.unwrap_or(false);
    if data_loss && params.flag("Switchover")?.unwrap_or(false) {
        return Err(combination("AllowDataLoss and Switchover cannot both be specified."));
    }
    begin(store, call, params, facts, data_loss)
}

fn begin(store: &mut Store, call: &Call, params: &Params, facts: &Facts, data_loss: bool) -> Result<Xml> {
    let target = params.required("TargetDbClusterIdentifier")?;
    let global = of(store, call, params)?.clone();
    if !target.starts_with("arn:") {
        return Err(invalid(format!("The target {target} must be the ARN of a DB cluster.")));
    }
    if !global.members.contains(&target) {
        return Err(Cluster::not_found(&target));
    }
    if global.is_writer(&target) {
        return Err(bad_state(format!("The cluster {target} is the primary cluster of the global cluster already.")));
    }
    if global.is_moving() || global.status.status() != "available" {
        return Err(wrong_state(format!("The global cluster {} is not in available state.", global.id)));
    }
    let up = |store: &Store, arn: &String| {
        store.clusters.get(arn).is_some_and(|it| {
            it.status.status() == "available"
                && !facts.dark.contains(&it.region)
                && store.writer_of(it).is_some_and(super::Instance::is_up)
        })
    };
    if !up(store, &target) {
        return Err(bad_state(format!("The cluster {target} is not available, or has no DB instance that is.")));
    }
    if global.resync.contains_key(&target) {
        return Err(bad_state(format!("The cluster {target} is still being synchronized.")));
    }
    if !data_loss && !global.members.iter().all(|member| up(store, member)) {
        return Err(bad_state("A switchover needs every cluster of the global cluster to be available."));
    }
    let global = of(store, call, params)?;
    let from = global.members.first().cloned().unwrap_or_default();
    global.move_to = Some(Move { from, to: target, data_loss });
    let (status, seconds) = if data_loss { ("failing-over", FAIL_OVER) } else { ("switching-over", SWITCH_OVER) };
    // `Promoted` completes the move.
    global.status.go(call.now, [(status, seconds, Some(Effect::Promoted))], "available");
    Ok(answer(global))
}

pub(super) fn remove(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let named = params.required("DbClusterIdentifier")?;
    let arn = Cluster::arn_of(call, &named);
    let global = of(store, call, params)?;
    if !global.members.contains(&arn) {
        return Err(Cluster::not_found(&named));
    }
    if global.is_moving() {
        return Err(wrong_state(format!("The global cluster {} is not in available state.", global.id)));
    }
    if global.is_writer(&arn) && global.members.len() > 1 {
        return Err(wrong_state("The primary cluster can be removed only when no secondary cluster is left."));
    }
    global.members.retain(|member| *member != arn);
    global.resync.remove(&arn);
    Ok(answer(global))
}

pub(super) fn delete(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let global = of(store, call, params)?;
    if global.deletion_protection {
        return Err(combination(
            "Cannot delete protected Global Cluster, please disable deletion protection and try again.",
        ));
    }
    if !global.members.is_empty() {
        return Err(wrong_state(format!("Global Cluster {} is not empty", global.arn)));
    }
    global.status.go(call.now, [("deleting", CREATE, Some(Effect::Deleted))], "deleted");
    Ok(answer(global))
}

fn shape(xml: &mut Xml, it: &GlobalCluster) {
    xml.text("GlobalClusterIdentifier", &it.id)
        .text("GlobalClusterResourceId", format!("cluster-{}", digest(&it.arn, 16)))
        .text("GlobalClusterArn", &it.arn)
        .text("Status", it.status.status())
        .maybe("Engine", it.engine.as_ref())
        .maybe("EngineVersion", it.engine_version.as_ref())
        .maybe("DatabaseName", it.database.as_ref())
        .text("StorageEncrypted", it.encrypted)
        .text("DeletionProtection", it.deletion_protection)
        .text("Endpoint", format!("{}.global-{}.global.rds.amazonaws.com", it.id, digest(&it.account, 12)));
    xml.list("GlobalClusterMembers", "GlobalClusterMember", &it.members, |xml, member| {
        let writer = it.is_writer(member);
        xml.text("DBClusterArn", member).text("IsWriter", writer);
        let readers = it.members.iter().filter(|other| writer && *other != member);
        xml.texts("Readers", "member", readers);
        let synchronized = if it.resync.contains_key(member) { "pending-resync" } else { "connected" };
        xml.text("GlobalWriteForwardingStatus", "disabled").text("SynchronizationStatus", synchronized);
    });
    if let Some(under_way) = &it.move_to {
        xml.element("FailoverState", |state| {
            state
                .text("Status", if it.status.is_settled() { "pending" } else { "failing-over" })
                .text("FromDbClusterArn", &under_way.from)
                .text("ToDbClusterArn", &under_way.to)
                .text("IsDataLossAllowed", under_way.data_loss);
        });
    }
    tags::write(xml, &it.tags);
}
