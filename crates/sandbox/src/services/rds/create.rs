//! New DB instances.

use std::collections::BTreeMap;

use super::model::{Cluster, Effect, Instance, Pending, Settings, Store, arn};
use super::resource::Resource;
use super::{Facts, Result, combination, engines, identifier, invalid, quotas, subnet_groups, tags};
use crate::protocol::ApiError;
use crate::protocol::query::Params;
use crate::protocol::xml::Xml;
use crate::services::timeline::Timeline;
use crate::services::{Call, digest};

/// Simulated seconds: AWS takes five to ten minutes for a small instance, and a minute or so for its first backup.
const CREATE: u32 = 300;
pub(super) const FIRST_BACKUP: u32 = 60;

pub(super) fn create(store: &mut Store, call: &Call, params: &Params, facts: &Facts) -> Result<Xml> {
    let id = free(store, call, params)?;
    let engine = params.required("Engine")?;
    params.required("DBInstanceClass")?;
    let cluster = params.text("DBClusterIdentifier").map(|id| id.to_lowercase());
    let mut settings = match &cluster {
        Some(cluster) => in_cluster(store, call, params, cluster, &engine)?,
        None => alone(call, params, facts, &engine)?,
    };
    chosen(&mut settings, params)?;
    place(store, call, params, facts, &mut settings)?;
    let arn = arn(&call.region, &call.account, "db", &id);
    let family = match &cluster {
        Some(cluster) => super::model::arn(&call.region, &call.account, "cluster", cluster),
        None => arn.clone(),
    };
    let instance = new(call, id, settings, family, cluster, tags::given(params));
    start(store, call, instance)
}

/// The identifier of a new instance, not taken; there is room for one more.
pub(super) fn free(store: &Store, call: &Call, params: &Params) -> Result<String> {
    let id = identifier(params, "DBInstanceIdentifier")?;
    if store.instances.contains_key(&arn(&call.region, &call.account, "db", &id)) {
        return Err(ApiError::new("DBInstanceAlreadyExists", "DB instance already exists"));
    }
    quotas::check_instances(store, call)?;
    Ok(id)
}

/// An instance that can write and has not been started.
pub(super) fn new(
    call: &Call,
    id: String,
    settings: Settings,
    family: String,
    cluster: Option<String>,
    tags: BTreeMap<String, String>,
) -> Instance {
    Instance {
        account: call.account.clone(),
        region: call.region.clone(),
        arn: arn(&call.region, &call.account, "db", &id),
        id,
        status: Timeline::at("creating"),
        source: None,
        replication: "replicating".to_owned(),
        writable: cluster.is_none(),
        family,
        created: call.wall,
        cluster,
        settings,
        pending: Pending::default(),
        tags,
    }
}

/// Starts to create an instance, with a first backup if it is to have backups.
pub(super) fn start(store: &mut Store, call: &Call, mut instance: Instance) -> Result<Xml> {
    let none: Option<Effect> = None;
    if instance.settings.backup_retention > 0 && instance.cluster.is_none() {
        instance.status.go(call.now, [("creating", CREATE, none), ("backing-up", FIRST_BACKUP, None)], "available");
    } else {
        instance.status.go(call.now, [("creating", CREATE, none)], "available");
    }
    let arn = instance.arn.clone();
    store.instances.insert(arn.clone(), instance);
    Instance::answer(store, &arn)
}

fn alone(call: &Call, params: &Params, facts: &Facts, engine: &str) -> Result<Settings> {
    if engines::is_aurora(engine) {
        return Err(invalid("The engine needs a DB cluster: name one with DBClusterIdentifier."));
    }
    let mut settings = basic(engine, params)?;
    settings.username = Some(
        params
            .text("MasterUsername")
            .ok_or_else(|| invalid("The parameter MasterUsername must be provided and must not be blank."))?,
    );
    password(params)?;
    settings.allocated_storage = params.number("AllocatedStorage")?.unwrap_or(0);
    if settings.allocated_storage < 5 {
        return Err(invalid(format!(
            "Invalid storage size for engine name {engine} and storage type {}: {}",
            settings.storage_type, settings.allocated_storage
        )));
    }
    settings.encrypted = params.flag("StorageEncrypted")?.unwrap_or(false);
    settings.kms_key = encryption_key(call, params, facts, settings.encrypted)?;
    Ok(settings)
}

fn in_cluster(store: &Store, call: &Call, params: &Params, id: &str, engine: &str) -> Result<Settings> {
    let arn = arn(&call.region, &call.account, "cluster", id);
    let cluster = store.clusters.get(&arn).ok_or_else(|| Cluster::not_found(id))?;
    if cluster.settings.engine != engine {
        return Err(combination(format!(
            "The engine name requested for your DB instance ({engine}) doesn't match the engine name of your DB cluster ({}).",
            cluster.settings.engine
        )));
    }
    for own in ["MasterUsername", "MasterUserPassword", "AllocatedStorage", "StorageEncrypted", "KmsKeyId"] {
        if params.text(own).is_some() {
            return Err(combination(format!(
                "The requested DB Instance will be a member of a DB Cluster. Set {own} for the DB Cluster."
            )));
        }
    }
    Ok(Settings {
        parameter_group: Some(engines::parameter_group(engine, &cluster.settings.engine_version)),
        promotion_tier: Some(1),
        deletion_protection: false,
        ..cluster.settings.clone()
    })
}

/// Defaults of an engine.
pub(super) fn basic(engine: &str, params: &Params) -> Result<Settings> {
    let engine_version = engines::version(engine, params.text("EngineVersion").as_deref())?;
    Ok(Settings {
        parameter_group: Some(engines::parameter_group(engine, &engine_version)),
        option_group: Some(engines::option_group(engine, &engine_version)),
        port: engines::port(engine)?,
        license: Some(engines::license(engine)?),
        engine: engine.to_owned(),
        engine_version,
        storage_type: if params.text("Iops").is_some() { "io1" } else { "gp2" }.to_owned(),
        backup_retention: 1,
        backup_window: "03:14-03:44".to_owned(),
        maintenance_window: "sun:05:00-sun:05:30".to_owned(),
        auto_minor: true,
        ca: Some("rds-ca-rsa2048-g1".to_owned()),
        ..Settings::default()
    })
}

/// A password that is there and long enough; it is not kept.
pub(super) fn password(params: &Params) -> Result<()> {
    if params.flag("ManageMasterUserPassword")? == Some(true) {
        return Ok(());
    }
    match params.text("MasterUserPassword") {
        None => Err(invalid("The parameter MasterUserPassword must be provided and must not be blank.")),
        Some(password) if password.len() < 8 => Err(invalid(
            "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters.",
        )),
        Some(_) => Ok(()),
    }
}

/// The key of encrypted storage: the one given, which has to exist in the region, or the account's default.
pub(super) fn encryption_key(call: &Call, params: &Params, facts: &Facts, encrypted: bool) -> Result<Option<String>> {
    let Some(named) = params.text("KmsKeyId") else {
        let id = digest(&format!("aws/rds/{}/{}", call.account, call.region), 12);
        return Ok(encrypted.then(|| format!("arn:aws:kms:{}:{}:key/aws-rds-{id}", call.region, call.account)));
    };
    if !encrypted {
        return Err(combination("A KMS key can only be specified for encrypted storage: set StorageEncrypted."));
    }
    existing_key(&named, facts).map(Some)
}

pub(super) fn existing_key(named: &str, facts: &Facts) -> Result<String> {
    facts.key.clone().ok_or_else(|| {
        ApiError::new(
            "KMSKeyNotAccessibleFault",
            format!("The specified KMS key [{named}] does not exist, is not enabled or you do not have permissions to access it."),
        )
    })
}

/// Where the instance is: subnet group, zone, security groups.
pub(super) fn place(store: &Store, call: &Call, params: &Params, facts: &Facts, settings: &mut Settings) -> Result<()> {
    if let Some(name) = params.text("DBSubnetGroupName") {
        let group = subnet_groups::named(store, call, &name)?;
        settings.vpc = Some(group.vpc.clone());
        settings.zone = group.subnets.first().map(|subnet| subnet.zone.clone());
        settings.subnet_group = Some(group.name.clone());
    } else if settings.vpc.is_none() {
        settings.vpc.clone_from(&facts.vpc);
    }
    let zone = params.text("AvailabilityZone");
    if zone.is_some() && params.flag("MultiAZ")? == Some(true) {
        return Err(combination("Requesting a specific availability zone is not valid for Multi-AZ instances."));
    }
    if let Some(zone) = &zone
        && !zone.starts_with(&call.region)
    {
        return Err(invalid(format!("Invalid availability zone: {zone}")));
    }
    settings.zone = zone.or_else(|| settings.zone.take()).or_else(|| Some(format!("{}a", call.region)));
    if settings.security_groups.is_empty() {
        settings.security_groups = facts.security_group.clone().into_iter().collect();
    }
    Ok(())
}

/// Settings that create, replicate and restore take alike.
pub(super) fn chosen(to: &mut Settings, params: &Params) -> Result<()> {
    if let Some(class) = params.text("DBInstanceClass") {
        if !class.starts_with("db.") {
            return Err(invalid(format!("Invalid DB Instance class: {class}")));
        }
        to.class = class;
    }
    to.db_name = params.text("DBName").or_else(|| to.db_name.take());
    to.port = params.number("Port")?.unwrap_or(to.port);
    to.multi_az = params.flag("MultiAZ")?.unwrap_or(to.multi_az);
    to.iops = params.number("Iops")?.or(to.iops);
    to.throughput = params.number("StorageThroughput")?.or(to.throughput);
    to.license = params.text("LicenseModel").or_else(|| to.license.take());
    if let Some(storage_type) = params.text("StorageType") {
        to.storage_type = storage_type;
    }
    to.character_set = params.text("CharacterSetName").or_else(|| to.character_set.take());
    if let Some(period) = params.number("BackupRetentionPeriod")? {
        to.backup_retention = retention(period)?;
    }
    super::modify::immediate(to, params)
}

/// A backup retention period in days.
pub(super) fn retention(days: u32) -> Result<u32> {
    if days <= 35 {
        return Ok(days);
    }
    Err(invalid(format!("Invalid backup retention period: {days}. Must be between 0 and 35.")))
}
