//! Aurora clusters.

use super::model::{Cluster, Effect, Instance, Settings, Store};
use super::resource::Resource;
use super::{Facts, Result, combination, create, engines, identifier, invalid, modify, tags};
use crate::protocol::ApiError;
use crate::protocol::query::Params;
use crate::protocol::xml::Xml;
use crate::services::Call;
use crate::services::timeline::Timeline;

/// Simulated seconds.
const CREATE: u32 = 60;
const MODIFY: u32 = 60;
const FAIL_OVER: u32 = 30;
const DELETE: u32 = 60;

pub(super) fn bad_state(message: impl Into<String>) -> ApiError {
    ApiError::new("InvalidDBClusterStateFault", message)
}

impl Store {
    /// The instances of a cluster, the oldest first.
    pub(super) fn members(&self, cluster: &Cluster) -> Vec<&Instance> {
        let here = |it: &&Instance| {
            it.account == cluster.account && it.region == cluster.region && it.cluster.as_ref() == Some(&cluster.id)
        };
        let mut members: Vec<&Instance> = self.instances.values().filter(here).collect();
        members.sort_by_key(|it| it.created);
        members
    }

    /// The instance of a cluster that would write.
    pub(super) fn writer_of(&self, cluster: &Cluster) -> Option<&Instance> {
        let members = self.members(cluster);
        let chosen = members.iter().find(|it| Some(&it.id) == cluster.writer.as_ref());
        chosen.or_else(|| members.iter().find(|it| it.is_up())).or_else(|| members.first()).copied()
    }

    /// The instance through which a cluster accepts writes now.
    #[must_use]
    pub fn open_writer(&self, cluster: &Cluster) -> Option<&Instance> {
        let writes = self.global_of(&cluster.arn).is_none_or(|it| it.is_writer(&cluster.arn) && !it.is_moving());
        self.writer_of(cluster).filter(|it| writes && it.is_up())
    }
}

pub(super) fn create(store: &mut Store, call: &Call, params: &Params, facts: &Facts) -> Result<Xml> {
    let id = identifier(params, "DBClusterIdentifier")?;
    let arn = Cluster::arn_of(call, &id);
    if store.clusters.contains_key(&arn) {
        return Err(ApiError::new("DBClusterAlreadyExistsFault", format!("DB Cluster already exists: {id}")));
    }
    let engine = params.required("Engine")?;
    if !engines::is_aurora(&engine) {
        return Err(invalid(format!("The sandbox has clusters of Aurora alone, not of {engine}.")));
    }
    let global = params.text("GlobalClusterIdentifier").map(|id| id.to_lowercase());
    let secondary = match &global {
        Some(global) => store.check_join(call, global, &engine)?,
        None => false,
    };
    let mut settings = Settings { storage_type: "aurora".to_owned(), ..create::basic(&engine, params)? };
    if secondary {
        for own in ["MasterUsername", "MasterUserPassword", "DatabaseName"] {
            if params.text(own).is_some() {
                return Err(combination(format!("Cannot specify {own} for a cross region replication cluster.")));
            }
        }
    } else {
        settings.username = Some(
            params
                .text("MasterUsername")
                .ok_or_else(|| invalid("The parameter MasterUsername must be provided and must not be blank."))?,
        );
        create::password(params)?;
    }
    settings.encrypted = params.flag("StorageEncrypted")?.unwrap_or_else(|| store.encrypts(call, global.as_deref()));
    if secondary && settings.encrypted && params.text("KmsKeyId").is_none() {
        return Err(combination("Cannot create a cross region unencrypted read replica from encrypted source."));
    }
    settings.kms_key = create::encryption_key(call, params, facts, settings.encrypted)?;
    create::chosen(&mut settings, params)?;
    create::place(store, call, params, facts, &mut settings)?;
    settings.db_name = params.text("DatabaseName");
    let capacity = params.under("ServerlessV2ScalingConfiguration");
    let version = settings.engine_version.clone();
    let mut cluster = Cluster {
        account: call.account.clone(),
        region: call.region.clone(),
        arn: arn.clone(),
        status: Timeline::at("creating"),
        family: arn.clone(),
        created: call.wall,
        zones: ["a", "b", "c"].iter().map(|zone| format!("{}{zone}", call.region)).collect(),
        engine_mode: params.text("EngineMode").unwrap_or_else(|| "provisioned".to_owned()),
        parameter_group: params
            .text("DBClusterParameterGroupName")
            .unwrap_or_else(|| engines::parameter_group(&engine, &version)),
        serverless: capacity.text("MinCapacity").zip(capacity.text("MaxCapacity")),
        http_endpoint: params.flag("EnableHttpEndpoint")?.unwrap_or(false),
        write_forwarding: params.flag("EnableGlobalWriteForwarding")?.unwrap_or(false),
        writer: None,
        tags: tags::given(params),
        settings,
        id,
    };
    cluster.status.go(call.now, [("creating", CREATE, None)], "available");
    if let Some(global) = global {
        cluster.family = store.join(call, &global, &cluster);
    }
    store.clusters.insert(arn.clone(), cluster);
    Cluster::answer(store, &arn)
}

pub(super) fn modify(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let cluster = Cluster::of(store, call, params)?;
    if cluster.status.status() != "available" {
        return Err(bad_state(format!("DB cluster {} is not in available state.", cluster.id)));
    }
    if params.text("NewDBClusterIdentifier").is_some() {
        return Err(invalid("The sandbox does not rename DB clusters."));
    }
    let mut settings = cluster.settings.clone();
    modify::immediate(&mut settings, params)?;
    if let Some(days) = params.number("BackupRetentionPeriod")? {
        if days == 0 {
            return Err(invalid("Invalid backup retention period: 0. Must be between 1 and 35."));
        }
        settings.backup_retention = create::retention(days)?;
    }
    settings.port = params.number("Port")?.unwrap_or(settings.port);
    if let Some(version) = params.text("EngineVersion") {
        settings.engine_version = engines::version(&settings.engine, Some(&version))?;
    }
    cluster.settings = settings;
    if let Some(group) = params.text("DBClusterParameterGroupName") {
        cluster.parameter_group = group;
    }
    cluster.http_endpoint = params.flag("EnableHttpEndpoint")?.unwrap_or(cluster.http_endpoint);
    cluster.write_forwarding = params.flag("EnableGlobalWriteForwarding")?.unwrap_or(cluster.write_forwarding);
    let capacity = params.under("ServerlessV2ScalingConfiguration");
    cluster.serverless =
        capacity.text("MinCapacity").zip(capacity.text("MaxCapacity")).or_else(|| cluster.serverless.take());
    cluster.status.go(call.now, [("modifying", MODIFY, None)], "available");
    let arn = cluster.arn.clone();
    Cluster::answer(store, &arn)
}

pub(super) fn fail_over(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let target = params.text("TargetDBInstanceIdentifier").map(|id| id.to_lowercase());
    let cluster = Cluster::of(store, call, params)?;
    let arn = cluster.arn.clone();
    if cluster.status.status() != "available" {
        return Err(bad_state(format!("DB cluster {} is not in available state.", cluster.id)));
    }
    let cluster = cluster.clone();
    let members = store.members(&cluster);
    let writer = store.writer_of(&cluster).map(|it| it.id.clone());
    let next = match target {
        Some(target) => members.iter().find(|it| it.id == target).map(|it| it.id.clone()).ok_or_else(|| {
            bad_state(format!("The DB instance {target} is not a member of the DB cluster {}.", cluster.id))
        })?,
        None => members.iter().find(|it| Some(&it.id) != writer.as_ref()).map(|it| it.id.clone()).ok_or_else(|| {
            bad_state(format!("Cannot failover DB cluster {}: there are no reader instances.", cluster.id))
        })?,
    };
    if let Some(cluster) = store.clusters.get_mut(&arn) {
        cluster.writer = Some(next);
        cluster.status.go(call.now, [("failing-over", FAIL_OVER, None)], "available");
    }
    Cluster::answer(store, &arn)
}

pub(super) fn delete(store: &mut Store, call: &Call, params: &Params) -> Result<Xml> {
    let skip = params.flag("SkipFinalSnapshot")?.unwrap_or(false);
    let last = params.text("FinalDBSnapshotIdentifier");
    let cluster = Cluster::of(store, call, params)?.clone();
    if cluster.status.status() == "deleting" {
        return Err(bad_state(format!("DB cluster {} is already being deleted.", cluster.id)));
    }
    if cluster.settings.deletion_protection {
        return Err(combination("Cannot delete protected Cluster, please disable deletion protection and try again."));
    }
    if store.members(&cluster).iter().any(|it| it.status.status() != "deleting") {
        return Err(bad_state("Cluster cannot be deleted, it still contains DB instances in non-deleting state."));
    }
    if let Some(global) = store.global_of(&cluster.arn) {
        return Err(bad_state(format!(
            "This cluster is a part of a global cluster, please remove it from globalcluster {} first.",
            global.id
        )));
    }
    match (skip, last) {
        (true, Some(_)) => {
            return Err(combination(
                "FinalDBSnapshotIdentifier can not be specified when skip final snapshot is true.",
            ));
        }
        (false, None) => {
            return Err(combination("FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."));
        }
        (false, Some(_)) => return Err(invalid("The sandbox takes no snapshots of clusters: set SkipFinalSnapshot.")),
        (true, None) => {}
    }
    if let Some(cluster) = store.clusters.get_mut(&cluster.arn) {
        cluster.status.go(call.now, [("deleting", DELETE, Some(Effect::Deleted))], "deleted");
    }
    Cluster::answer(store, &cluster.arn)
}
