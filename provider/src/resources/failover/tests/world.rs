//! A group of two regions on a sandbox of its own.

use aws_sdk_globalaccelerator::types::{EndpointConfiguration, PortRange, Protocol};
use parapet_sandbox::services::cloudwatch::Lag;
use parapet_sandbox::{Backend, Options, Sandbox};
use serde_json::{Value as Json, json};
use tfplugin::testing::{Harness, State};

use super::store::Store;
use super::{NEW, OLD, TYPE};
use crate::Parapet;
use crate::aws::{Aws, Endpoints, Settings};

/// A promotion, three minutes at AWS, takes a hundredth of a second.
const SPEED: f64 = 20_000.0;
/// The bucket with records and evidence.
pub(super) const RECORD: &str = "/records/parapet/failover/orders.json";
/// Database that writes at first.
pub(super) const PRIMARY: &str = "arn:aws:rds:eu-west-1:123456789012:db:orders";
/// Its replica.
pub(super) const REPLICA: &str = "arn:aws:rds:eu-central-1:123456789012:db:orders-standby";

pub(super) struct World {
    pub(super) sandbox: Sandbox,
    pub(super) store: Store,
    pub(super) aws: Aws,
    pub(super) harness: Harness<Parapet>,
    /// Where evidence is written.
    pub(super) directory: tempfile::TempDir,
    accelerator: String,
    groups: Vec<String>,
}

impl World {
    pub(super) async fn start() -> Self {
        let options = Options { speed: SPEED, moto: Backend::None, ..Options::default() };
        let (sandbox, store) = (Sandbox::start(options).unwrap(), Store::start().await);
        let (local, other) = (|| Some(sandbox.endpoint.clone()), || Some(store.endpoint.clone()));
        let endpoints = Endpoints {
            cloudwatch: local(),
            globalaccelerator: local(),
            rds: local(),
            ec2: other(),
            s3: other(),
            ..Endpoints::default()
        };
        let aws = Aws::connect(&Settings::at(endpoints)).await.unwrap();
        databases(&aws, &sandbox).await;
        let (accelerator, groups) = front(&aws).await;
        sandbox.control().settle();
        sandbox.control().set_lag(REPLICA, Lag::Value(2.5)).unwrap();
        let harness = harness(&sandbox.endpoint, &store.endpoint).await;
        let directory = tempfile::tempdir().unwrap();
        Self { sandbox, store, aws, harness, directory, accelerator, groups }
    }

    /// Another process of the provider, which knows nothing of the first.
    pub(super) async fn restart(&mut self) {
        self.harness = harness(&self.sandbox.endpoint, &self.store.endpoint).await;
    }

    /// The regions, as blocks of a configuration.
    pub(super) fn regions(&self) -> Json {
        json!([
            { "name": OLD, "db_instance_identifier": "orders", "endpoint_group_arn": self.groups[0] },
            { "name": NEW, "db_instance_identifier": "orders-standby", "endpoint_group_arn": self.groups[1] },
        ])
    }

    pub(super) fn config(&self) -> Json {
        json!({
            "name": "orders", "active_region": OLD, "rpo_seconds": 60, "region": self.regions(),
            "traffic": { "accelerator_arn": self.accelerator, "dial_steps": [50, 100], "step_interval_seconds": 0 },
            "fencing": { "mode": "remove_endpoints", "required": true },
            "post_promotion": { "backup_retention_period": 14 },
            "coordination": { "s3_bucket": "records", "lease_seconds": 1 },
            "evidence": { "path": self.directory.path().to_str().unwrap() },
        })
    }

    /// A configuration that fails over.
    pub(super) fn failed_over(&self) -> Json {
        let mut config = self.config();
        config["active_region"] = NEW.into();
        config["confirm_region"] = NEW.into();
        config
    }

    pub(super) async fn created(&self) -> State {
        self.harness.apply(TYPE, None, &self.config()).await.unwrap()
    }

    pub(super) async fn refreshed(&self, state: &State) -> State {
        self.harness.refresh(TYPE, state).await.unwrap().unwrap()
    }

    pub(super) fn lag(&self, lag: Lag) {
        self.sandbox.control().set_lag(REPLICA, lag).unwrap();
    }

    /// Refuses the next call of an operation.
    pub(super) fn refuse(&self, operation: &str, skip: u32) {
        let effect = json!({ "error": { "status": 400, "code": "AccessDeniedException", "message": "no" } });
        let fault = json!({ "operation": operation, "skip": skip, "count": 1, "effect": effect });
        self.sandbox.control().inject(serde_json::from_value(fault).unwrap());
    }

    pub(super) fn promotions(&self) -> u64 {
        self.sandbox.control().called("rds", "PromoteReadReplica").succeeded
    }

    /// Security groups and tags of a database.
    pub(super) fn database(&self, arn: &str) -> (Vec<String>, std::collections::BTreeMap<String, String>) {
        let state = self.sandbox.control().state();
        let instance = &state.rds.instances[arn];
        (instance.settings.security_groups.clone(), instance.tags.clone())
    }

    /// Evidence of an epoch, and what it says of itself.
    pub(super) fn evidence(&self, epoch: i64) -> (String, parapet_evidence::Summary) {
        let path = self.directory.path().join(format!("orders-epoch-{epoch}.jsonl"));
        let text = std::fs::read_to_string(path).unwrap();
        let summary = parapet_evidence::verify(text.as_bytes()).unwrap();
        (text, summary)
    }
}

async fn harness(sandbox: &str, store: &str) -> Harness<Parapet> {
    let config = json!({
        "region": OLD, "access_key": "a", "secret_key": "s", "max_retries": 1, "s3_use_path_style": true,
        "endpoints": { "cloudwatch": sandbox, "globalaccelerator": sandbox, "rds": sandbox, "ec2": store, "s3": store },
        "default_tags": { "tags": { "team": "core" } },
    });
    Harness::start(Parapet, &config).await.unwrap()
}

async fn databases(aws: &Aws, sandbox: &Sandbox) {
    for region in [OLD, NEW] {
        let group = aws.rds(region).create_db_subnet_group().db_subnet_group_name("orders");
        let group = group.db_subnet_group_description("subnets").subnet_ids("subnet-a").subnet_ids("subnet-b");
        group.send().await.unwrap();
    }
    let primary = aws.rds(OLD).create_db_instance().db_instance_identifier("orders").engine("postgres");
    let primary = primary.engine_version("16.4").db_instance_class("db.r6g.large").allocated_storage(100);
    let primary = primary.master_username("service").master_user_password("only-for-this-test");
    primary.backup_retention_period(7).db_subnet_group_name("orders").send().await.unwrap();
    sandbox.control().settle();
    let replica = aws.rds(NEW).create_db_instance_read_replica().db_instance_identifier("orders-standby");
    replica.source_db_instance_identifier(PRIMARY).db_subnet_group_name("orders").send().await.unwrap();
    sandbox.control().settle();
}

/// An accelerator, and its endpoint groups.
async fn front(aws: &Aws) -> (String, Vec<String>) {
    let client = aws.global_accelerator();
    let made = client.create_accelerator().name("orders").send().await.unwrap().accelerator.unwrap();
    let accelerator = made.accelerator_arn.unwrap();
    let listener = client.create_listener().accelerator_arn(&accelerator).protocol(Protocol::Tcp);
    let listener = listener.port_ranges(PortRange::builder().from_port(443).to_port(443).build());
    let listener = listener.send().await.unwrap().listener.unwrap().listener_arn.unwrap();
    let mut groups = Vec::new();
    for (region, endpoint, dial) in [(OLD, "eipalloc-a", 100.0), (NEW, "eipalloc-b", 0.0)] {
        let group = client.create_endpoint_group().listener_arn(&listener).endpoint_group_region(region);
        let group = group.traffic_dial_percentage(dial);
        let group = group.endpoint_configurations(EndpointConfiguration::builder().endpoint_id(endpoint).build());
        groups.push(group.send().await.unwrap().endpoint_group.unwrap().endpoint_group_arn.unwrap());
    }
    (accelerator, groups)
}
