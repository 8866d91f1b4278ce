use super::*;
use crate::clock::Moment;
use crate::protocol::Protocol;

const ACCOUNT: &str = "123456789012";

struct World {
    store: Store,
    now: Moment,
}

impl World {
    fn new() -> Self {
        Self { store: Store::default(), now: Moment(0) }
    }

    fn call(&mut self, region: &str, form: &str) -> Result<String> {
        self.store.advance(self.now);
        let params = Params::parse(form.as_bytes());
        let call = Call {
            account: ACCOUNT.to_owned(),
            region: region.to_owned(),
            service: "rds".to_owned(),
            operation: params.get("Action").unwrap().to_owned(),
            protocol: Protocol::Query,
            request_id: "id".to_owned(),
            now: self.now,
            wall: 1_700_000_000_000,
        };
        let facts = Facts::assumed(&wants(&self.store, &call, &params), &call);
        let answer = handle(&mut self.store, &call, &params, &facts)?;
        Ok(String::from_utf8(answer.body).unwrap())
    }

    fn done(&mut self, region: &str, form: &str) -> String {
        self.call(region, form).unwrap_or_else(|error| panic!("{form}: {error}"))
    }

    fn refused(&mut self, region: &str, form: &str) -> String {
        self.call(region, form).expect_err(form).code
    }

    fn pass(&mut self, seconds: u32) {
        let end = self.now.after(seconds);
        while let Some(at) = self.store.due().filter(|at| *at <= end) {
            self.store.advance(at);
        }
        self.now = end;
    }

    fn status(&self, arn: &str) -> &str {
        self.store.instances[arn].status.status()
    }

    /// A primary with backups in one region and a replica in another, both available.
    fn replicated(&mut self) {
        self.done(A, CREATE);
        self.pass(3600);
        self.done(
            B,
            &format!("Action=CreateDBInstanceReadReplica&DBInstanceIdentifier=copy&SourceDBInstanceIdentifier={MAIN}"),
        );
        self.pass(3600);
    }
}

const A: &str = "us-east-1";
const B: &str = "eu-west-1";
const MAIN: &str = "arn:aws:rds:us-east-1:123456789012:db:main";
const COPY: &str = "arn:aws:rds:eu-west-1:123456789012:db:copy";
const CREATE: &str = "Action=CreateDBInstance&DBInstanceIdentifier=main&Engine=postgres&DBInstanceClass=db.t3.medium\
                      &AllocatedStorage=20&MasterUsername=app&MasterUserPassword=long-enough&BackupRetentionPeriod=7";

#[test]
fn an_instance_is_created_backed_up_and_available() {
    let mut world = World::new();
    let answer = world.done(A, CREATE);
    assert!(
        answer.contains("<DBInstanceStatus>creating</DBInstanceStatus>") && !answer.contains("<Endpoint>"),
        "{answer}"
    );
    world.pass(300);
    assert_eq!(world.status(MAIN), "backing-up");
    world.pass(60);
    let answer = world.done(A, "Action=DescribeDBInstances&DBInstanceIdentifier=MAIN");
    for part in [
        "<DBInstanceStatus>available</DBInstanceStatus>",
        "<DBParameterGroupName>default.postgres16</DBParameterGroupName>",
        "<OptionGroupName>default:postgres-16</OptionGroupName>",
        "<Port>5432</Port>",
    ] {
        assert!(answer.contains(part), "{part} is not in {answer}");
    }
    assert_eq!(world.refused(A, CREATE), "DBInstanceAlreadyExists");
    assert_eq!(world.call(B, "Action=DescribeDBInstances&DBInstanceIdentifier=main").unwrap_err().status, 404);
}

#[test]
fn a_replica_needs_a_source_with_backups_that_is_available() {
    let mut world = World::new();
    world.done(A, &CREATE.replace("Period=7", "Period=0"));
    let replicate =
        format!("Action=CreateDBInstanceReadReplica&DBInstanceIdentifier=copy&SourceDBInstanceIdentifier={MAIN}");
    world.pass(3600);
    assert_eq!(world.refused(B, &replicate), "InvalidDBInstanceState");
    world.done(A, "Action=ModifyDBInstance&DBInstanceIdentifier=main&BackupRetentionPeriod=1&ApplyImmediately=true");
    assert_eq!(world.refused(B, &replicate), "InvalidDBInstanceState", "it is being modified");
    world.pass(3600);
    assert_eq!(world.refused(B, &replicate.replace(MAIN, "main")), "DBInstanceNotFound", "another region needs an ARN");
    let answer = world.done(B, &replicate);
    assert!(answer.contains(&format!("<ReadReplicaSourceDBInstanceIdentifier>{MAIN}<")), "{answer}");
    assert!(answer.contains("<BackupRetentionPeriod>0<"), "{answer}");
    assert!(world.done(A, "Action=DescribeDBInstances").contains(&format!("<ReadReplicaDBInstanceIdentifier>{COPY}<")));
    assert_eq!(
        world.refused(
            A,
            "Action=ModifyDBInstance&DBInstanceIdentifier=main&BackupRetentionPeriod=0&ApplyImmediately=true"
        ),
        "InvalidDBInstanceState"
    );
}

#[test]
fn an_encrypted_source_needs_a_key_of_the_other_region() {
    let mut world = World::new();
    world.done(A, &format!("{CREATE}&StorageEncrypted=true"));
    world.pass(3600);
    let replicate =
        format!("Action=CreateDBInstanceReadReplica&DBInstanceIdentifier=copy&SourceDBInstanceIdentifier={MAIN}");
    assert_eq!(world.refused(B, &replicate), "InvalidParameterCombination");
    let answer = world.done(B, &format!("{replicate}&KmsKeyId=key-b"));
    assert!(answer.contains("<KmsKeyId>arn:aws:kms:eu-west-1:123456789012:key/key-b<"), "{answer}");
}

#[test]
fn a_promotion_is_over_when_the_source_is_gone_and_not_before() {
    let mut world = World::new();
    world.replicated();
    let promote = "Action=PromoteReadReplica&DBInstanceIdentifier=copy&BackupRetentionPeriod=7";
    world.done(B, "Action=CreateDBSnapshot&DBSnapshotIdentifier=s&DBInstanceIdentifier=copy");
    assert_eq!(world.status(COPY), "backing-up");
    assert_eq!(world.refused(B, promote), "InvalidDBInstanceState");
    world.pass(3600);
    world.done(B, promote);
    assert_eq!(world.refused(B, promote), "InvalidDBInstanceState", "a second one while the first is under way");
    let mut seen = Vec::new();
    for _ in 0..200 {
        let it = &world.store.instances[COPY];
        let state = (it.status.status().to_owned(), it.source.is_some(), it.writable);
        if seen.last() != Some(&state) {
            seen.push(state);
        }
        world.pass(1);
    }
    let state = |status: &str, source, writable| (status.to_owned(), source, writable);
    assert_eq!(
        seen,
        [
            state("available", true, false),
            state("modifying", true, false),
            state("rebooting", true, false),
            state("available", true, true),
            state("available", false, true),
        ]
    );
    assert_eq!(world.store.instances[COPY].settings.backup_retention, 7);
    assert_eq!(world.refused(B, promote), "InvalidDBInstanceState", "it is no replica any more");
    assert_eq!(world.store.instances[COPY].family, MAIN);
}

#[test]
fn deletion_asks_for_a_last_snapshot() {
    let mut world = World::new();
    world.replicated();
    let delete = "Action=DeleteDBInstance&DBInstanceIdentifier=main";
    assert_eq!(world.refused(A, delete), "InvalidParameterCombination");
    world.done(A, "Action=ModifyDBInstance&DBInstanceIdentifier=main&DeletionProtection=true");
    world.pass(3600);
    assert_eq!(world.refused(A, &format!("{delete}&SkipFinalSnapshot=true")), "InvalidParameterCombination");
    world.done(A, "Action=ModifyDBInstance&DBInstanceIdentifier=main&DeletionProtection=false");
    world.pass(3600);
    world.done(A, &format!("{delete}&FinalDBSnapshotIdentifier=last"));
    assert_eq!(world.status(MAIN), "deleting");
    world.pass(3600);
    assert_eq!(world.refused(A, "Action=DescribeDBInstances&DBInstanceIdentifier=main"), "DBInstanceNotFound");
    assert!(world.done(A, "Action=DescribeDBSnapshots").contains("<DBSnapshotIdentifier>last<"));
    let copy = &world.store.instances[COPY];
    assert_eq!(
        (copy.replication.as_str(), copy.writable),
        ("terminated", false),
        "the replica waits for its promotion"
    );
}

#[test]
fn what_needs_downtime_waits_for_the_window_unless_told_otherwise() {
    let mut world = World::new();
    world.done(A, CREATE);
    world.pass(3600);
    let answer = world
        .done(A, "Action=ModifyDBInstance&DBInstanceIdentifier=main&DBInstanceClass=db.r6g.large&MonitoringInterval=0");
    assert!(answer.contains("<PendingModifiedValues><DBInstanceClass>db.r6g.large<"), "{answer}");
    assert_eq!(world.store.instances[MAIN].settings.class, "db.t3.medium");
    world.pass(8 * 24 * 3600);
    assert_eq!(world.store.instances[MAIN].settings.class, "db.r6g.large");
    world.done(A, "Action=ModifyDBInstance&DBInstanceIdentifier=main&MultiAZ=true&ApplyImmediately=true");
    assert_eq!(world.status(MAIN), "modifying");
    world.pass(300);
    assert!(world.store.instances[MAIN].settings.multi_az);
}

#[test]
fn subnet_groups_cover_two_zones_and_are_kept_while_used() {
    let mut world = World::new();
    let create = "Action=CreateDBSubnetGroup&DBSubnetGroupName=Group&DBSubnetGroupDescription=d&SubnetIds.SubnetIdentifier.1=subnet-1";
    assert_eq!(world.refused(A, create), "DBSubnetGroupDoesNotCoverEnoughAZs");
    world.done(A, &format!("{create}&SubnetIds.SubnetIdentifier.2=subnet-2&Tags.Tag.1.Key=k&Tags.Tag.1.Value=v"));
    world.done(A, &format!("{CREATE}&DBSubnetGroupName=group"));
    assert_eq!(
        world.refused(A, "Action=DeleteDBSubnetGroup&DBSubnetGroupName=group"),
        "InvalidDBSubnetGroupStateFault"
    );
    let tags = world.done(A, "Action=ListTagsForResource&ResourceName=arn:aws:rds:us-east-1:123456789012:subgrp:group");
    assert!(tags.contains("<Tag><Key>k</Key><Value>v</Value></Tag>"), "{tags}");
    assert_eq!(
        world.refused(A, &format!("{}&DBSubnetGroupName=other", CREATE.replace("=main", "=two"))),
        "DBSubnetGroupNotFoundFault"
    );
}

#[test]
fn quotas_show_what_is_used_and_hold() {
    let mut world = World::new();
    let quota = |text: &str, name: &str| {
        let rest = text.split_once(&format!("<AccountQuotaName>{name}</AccountQuotaName>")).unwrap().1;
        rest.split_once("</AccountQuota>").unwrap().0.to_owned()
    };
    world.done(A, CREATE);
    let text = world.done(A, "Action=DescribeAccountAttributes");
    assert_eq!(quota(&text, "DBInstances"), "<Used>1</Used><Max>40</Max>");
    assert_eq!(quota(&text, "AllocatedStorage"), "<Used>20</Used><Max>100000</Max>");
    assert_eq!(quota(&world.done(B, "Action=DescribeAccountAttributes"), "DBInstances"), "<Used>0</Used><Max>40</Max>");
    world.store.quotas.insert(format!("{ACCOUNT}/{A}/DBInstances"), 1);
    assert_eq!(world.refused(A, &CREATE.replace("=main", "=other")), "InstanceQuotaExceeded");
    world.done(B, CREATE);
}

#[test]
fn filters_that_do_not_exist_are_refused() {
    let mut world = World::new();
    world.done(A, CREATE);
    let filter =
        |name: &str, value: &str| format!("Filters.Filter.1.Name={name}&Filters.Filter.1.Values.Value.1={value}");
    let ask = |name: &str, value: &str| format!("Action=DescribeDBInstances&{}", filter(name, value));
    assert_eq!(world.done(A, &ask("engine", "postgres")).matches("<DBInstance>").count(), 1);
    assert_eq!(world.done(A, &ask("engine", "mysql")).matches("<DBInstance>").count(), 0);
    assert_eq!(world.refused(A, &ask("colour", "red")), "InvalidParameterValue");
    assert_eq!(world.done(A, &ask("db-instance-id", MAIN)).matches("<DBInstance>").count(), 1);
}

#[test]
fn lists_are_cut_into_pages() {
    let mut world = World::new();
    for number in 0..25 {
        world.done(A, &CREATE.replace("=main", &format!("=db{number:02}")));
    }
    let first = world.done(A, "Action=DescribeDBInstances&MaxRecords=20");
    assert_eq!(first.matches("<DBInstance>").count(), 20);
    assert!(first.contains("<Marker>page-20</Marker>"));
    let rest = world.done(A, "Action=DescribeDBInstances&MaxRecords=20&Marker=page-20");
    assert_eq!((rest.matches("<DBInstance>").count(), rest.contains("<Marker>")), (5, false));
    assert_eq!(world.refused(A, "Action=DescribeDBInstances&MaxRecords=5"), "InvalidParameterValue");
}

#[test]
fn bad_requests_are_refused_as_rds_refuses_them() {
    let mut world = World::new();
    for (from, to, code) in [
        ("=main", "=1main", "InvalidParameterValue"),
        ("=main", "=ma--in", "InvalidParameterValue"),
        ("=postgres", "=dbase", "InvalidParameterValue"),
        ("=db.t3.medium", "=t3.medium", "InvalidParameterValue"),
        ("long-enough", "short", "InvalidParameterValue"),
        ("Period=7", "Period=36", "InvalidParameterValue"),
        ("Period=7", "Period=week", "InvalidParameterValue"),
        ("&MasterUsername=app", "", "InvalidParameterValue"),
        ("&DBInstanceClass=db.t3.medium", "", "MissingParameter"),
        ("Action=CreateDBInstance&", "Action=Unheard&", "InvalidAction"),
    ] {
        assert_eq!(world.refused(A, &CREATE.replace(from, to)), code, "{to}");
    }
    assert!(world.store.instances.is_empty());
}
