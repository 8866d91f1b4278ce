mod changing;
mod plans;
mod rules;

use aws_sdk_rds::types::builders::DbInstanceBuilder;
use aws_sdk_rds::types::{DbInstance, Endpoint, Tag};
use serde_json::{Value as Json, json};
use tfplugin::testing::Harness;

use super::DatabaseReplica;
use super::model::DatabaseReplicaKey;
use super::observe::replica;
use crate::Parapet;
use crate::aws::Tags;

const TYPE: &str = "parapet_database_replica";
const SOURCE: &str = "arn:aws:rds:eu-west-1:123456789012:db:orders";

/// The provider, with an AWS that nobody can reach.
async fn offline() -> Harness<Parapet> {
    let nobody = "http://127.0.0.1:1";
    let config = json!({
        "region": "eu-west-1", "access_key": "a", "secret_key": "s", "max_retries": 0,
        "endpoints": { "rds": nobody, "kms": nobody },
    });
    Harness::start(Parapet, &config).await.unwrap()
}

fn config(more: Json) -> Json {
    let mut config = json!({ "region": "us-east-2", "identifier": "orders-replica", "source_db_instance_arn": SOURCE });
    config.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    config
}

/// What RDS says of the instance. A primary has no source.
fn remote(role: &str, change: impl Fn(DbInstanceBuilder) -> DbInstanceBuilder) -> DbInstance {
    let builder = DbInstance::builder()
        .db_instance_identifier("orders-replica")
        .db_instance_arn("arn:aws:rds:us-east-2:123456789012:db:orders-replica")
        .db_instance_class("db.r6g.large")
        .db_instance_status("available")
        .engine("postgres")
        .engine_version("16.3")
        .backup_retention_period(7)
        .multi_az(false)
        .auto_minor_version_upgrade(true)
        .storage_encrypted(true)
        .kms_key_id("arn:aws:kms:us-east-2:123456789012:key/1234")
        .storage_type("gp3")
        .endpoint(Endpoint::builder().address("orders-replica.x.us-east-2.rds.amazonaws.com").port(5432).build())
        .tag_list(Tag::builder().key("app").value("shop").build())
        .set_read_replica_source_db_instance_identifier((role == "replica").then(|| SOURCE.to_owned()));
    change(builder).build()
}

fn observed(remote: &DbInstance, prior: Option<&DatabaseReplica>) -> DatabaseReplica {
    let key = DatabaseReplicaKey { region: "us-east-2".to_owned(), identifier: "orders-replica".to_owned() };
    replica(remote, &key, prior, &Tags::new())
}
