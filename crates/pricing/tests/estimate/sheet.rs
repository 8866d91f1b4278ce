//! Every type that is priced, against a sheet computed by hand.

use parapet_pricing::estimate::Planned;
use parapet_pricing::money::{decimal, digits};
use serde_json::json;

use super::{created, estimated, linked};

/// Item, quantity, unit price, a month. Hours are 730 a month for each thing that runs.
const SHEET: &str = "
aws_autoscaling_group.app
  m5.large, Linux, on demand                       | 2190     | 0.096        | 210.24
  /dev/xvda storage, gp3                           | 60       | 0.08         | 4.8
aws_cloudwatch_log_group.app
  Data ingested                                    | 10       | 0.5          | 5
  Data stored                                      | 50       | 0.03         | 1.5
aws_cloudwatch_metric_alarm.cpu
  Alarm                                            | 1        | 0.1          | 0.1
aws_db_instance.orders
  db.m5.large, postgres, Multi-AZ                  | 730      | 0.356        | 259.88
  Storage, gp3                                     | 100      | 0.23         | 23
  IOPS above 3000                                  | 1000     | 0.04         | 40
aws_db_instance.reader
  db.t3.micro, mysql, Single-AZ                    | 730      | 0.017        | 12.41
  Storage, gp2                                     | 20       | 0.115        | 2.3
aws_db_instance.small
  db.t3.micro, mysql, Single-AZ                    | 730      | 0.017        | 12.41
  Storage, gp2                                     | 20       | 0.115        | 2.3
aws_dynamodb_table.asked
  Write requests                                   | 3        | 0.625        | 1.875
  Read requests                                    | 8        | 0.125        | 1
  Storage                                          | 10       | 0.25         | 2.5
  Point-in-time recovery                           | 10       | 0.2          | 2
aws_dynamodb_table.provisioned
  Write capacity                                   | 21900    | 0.00065      | 14.235
  Read capacity                                    | 29200    | 0.00013      | 3.796
  Storage                                          | 10       | 0.25         | 2.5
aws_ebs_snapshot.daily
  Snapshot storage                                 | 40       | 0.05         | 2
aws_ebs_volume.cold
  Volume storage, sc1                              | 500      | 0.015        | 7.5
aws_ebs_volume.default
  Volume storage, gp2                              | 100      | 0.1          | 10
aws_ebs_volume.fast
  Volume storage, io2                              | 100      | 0.125        | 12.5
  Volume IOPS                                      | 1000     | 0.065        | 65
aws_ebs_volume.magnetic
  Volume storage, standard                         | 10       | 0.05         | 0.5
  I/O requests                                     | 2        | 0.05         | 0.1
aws_ebs_volume.streamed
  Volume storage, st1                              | 500      | 0.045        | 22.5
aws_ecr_repository.app
  Storage of images                                | 30       | 0.1          | 3
aws_efs_file_system.home
  Storage                                          | 10       | 0.3          | 3
aws_eip.nat
  Public IPv4 address                              | 730      | 0.005        | 3.65
aws_eks_cluster.main
  Control plane                                    | 730      | 0.1          | 73
aws_eks_node_group.default
  t3.medium, Linux, on demand                      | 1460     | 0.0416       | 60.736
  Node storage, gp2                                | 40       | 0.1          | 4
aws_elasticache_cluster.sessions
  cache.t3.micro, memcached                        | 1460     | 0.017        | 24.82
aws_elasticache_replication_group.sharded
  cache.r6g.large, redis                           | 2920     | 0.206        | 601.52
aws_elasticache_replication_group.small
  cache.t4g.micro, valkey                          | 1460     | 0.0128       | 18.688
aws_elb.old
  Classic load balancer                            | 730      | 0.025        | 18.25
  Data processed                                   | 100      | 0.008        | 0.8
aws_globalaccelerator_accelerator.front
  Accelerator                                      | 730      | 0.025        | 18.25
  Public IPv4 addresses                            | 1460     | 0.005        | 7.3
  Data between North America and Europe, premium   | 100      | 0.015        | 1.5
aws_instance.web
  t3.medium, Linux, on demand                      | 730      | 0.0416       | 30.368
  Root volume storage, gp3                         | 50       | 0.08         | 4
  Root volume IOPS above 3000                      | 1000     | 0.005        | 5
  Root volume throughput above 125 MiB/s           | 125      | 0.04         | 5
  /dev/sdb storage, io1                            | 100      | 0.125        | 12.5
  /dev/sdb IOPS                                    | 500      | 0.065        | 32.5
  Public IPv4 address                              | 730      | 0.005        | 3.65
aws_kms_key.data
  Key                                              | 1        | 1            | 1
  Requests                                         | 2        | 0.03         | 0.06
aws_lambda_function.resize
  Requests                                         | 2        | 0.2          | 0.4
  Duration, 512 MB, arm64                          | 100000   | 0.0000133334 | 1.33334
aws_lb.gateway
  Gateway load balancer                            | 730      | 0.0125       | 9.125
  Capacity units                                   | 10       | 0.004        | 0.04
aws_lb.inside
  Network load balancer                            | 730      | 0.0225       | 16.425
  Capacity units                                   | 100      | 0.006        | 0.6
aws_lb.outside
  Application load balancer                        | 730      | 0.0225       | 16.425
  Capacity units                                   | 730      | 0.008        | 5.84
  Public IPv4 addresses                            | 1460     | 0.005        | 7.3
aws_nat_gateway.main
  NAT gateway                                      | 730      | 0.045        | 32.85
  Data processed                                   | 500      | 0.045        | 22.5
aws_rds_cluster.aurora
  Storage                                          | 50       | 0.1          | 5
  I/O requests                                     | 10       | 0.2          | 2
aws_rds_cluster_instance.serverless
  Aurora Serverless v2 capacity                    | 365      | 0.12         | 43.8
aws_rds_cluster_instance.writer
  db.r6g.large, aurora-postgresql                  | 730      | 0.26         | 189.8
aws_route53_zone.main
  Hosted zone                                      | 1        | 0.5          | 0.5
  Queries                                          | 5        | 0.4          | 2
aws_s3_bucket.data
  Storage, Standard                                | 100      | 0.023        | 2.3
  PUT, COPY, POST and LIST requests                | 10       | 0.005        | 0.05
  GET and other requests                           | 100      | 0.0004       | 0.04
aws_secretsmanager_secret.token
  Secret                                           | 1        | 0.4          | 0.4
  API requests                                     | 1        | 0.05         | 0.05
aws_vpc_endpoint.logs
  Endpoint, in each zone                           | 1460     | 0.01         | 14.6
  Data processed                                   | 100      | 0.01         | 1
aws_vpc_endpoint.s3
data_transfer.us-east-1
  To the internet, up to 10240 GB                  | 10240    | 0.09         | 921.6
  To the internet, up to 51200 GB                  | 9760     | 0.085        | 829.6
  Between zones, out and in                        | 200      | 0.01         | 2
parapet_global_accelerator.front
  Accelerator                                      | 730      | 0.025        | 18.25
  Data within North America, premium               | 10       | 0.015        | 0.15
parapet_spot_node_group.app
  Nodes on demand, mean of 2 types                 | 730      | 0.2          | 146
  Nodes Spot, mean of 2 types                      | 2190     | 0.07         | 153.3
  Node storage, gp2                                | 80       | 0.1          | 8
";

const USAGE: &str = r#"
resource "aws_cloudwatch_log_group.app" {
  ingested_gb = 10
  stored_gb   = 50
}
resource "aws_dynamodb_table.*" {
  write_millions = 3
  read_millions  = 8
  storage_gb     = 10
}
resource "aws_ebs_snapshot.daily" { storage_gb = 40 }
resource "aws_ebs_volume.magnetic" { requests_millions = 2 }
resource "aws_ecr_repository.app" { storage_gb = 30 }
resource "aws_efs_file_system.home" { storage_gb = 10 }
default "aws_elb" { data_processed_gb = 100 }
default "aws_globalaccelerator_accelerator" { dt_premium_na_to_eu_gb = 100 }
default "parapet_global_accelerator" { dt_premium_na_to_na_gb = 10 }
default "aws_kms_key" { requests = 20000 }
default "aws_lambda_function" {
  requests_millions   = 2
  average_duration_ms = 100
}
resource "aws_lb.gateway" { lcu_hours = 10 }
resource "aws_lb.inside" { lcu_hours = 100 }
resource "aws_lb.outside" { lcu_hours = 730 }
default "aws_nat_gateway" { data_processed_gb = 500 }
resource "aws_rds_cluster.aurora" {
  storage_gb  = 50
  io_millions = 10
}
resource "aws_rds_cluster_instance.serverless" { acu_hours = 365 }
default "aws_route53_zone" { queries_millions = 5 }
default "aws_s3_bucket" {
  storage_gb    = 100
  put_thousands = 10
  get_thousands = 100
}
default "aws_secretsmanager_secret" { requests = 10000 }
default "aws_vpc_endpoint" { data_processed_gb = 100 }
data_transfer "us-east-1" {
  internet_out_gb  = 20000
  between_zones_gb = 100
}
"#;

fn stack() -> Vec<Planned> {
    let rows = [
        ("aws_cloudwatch_log_group.app", json!({})),
        ("aws_cloudwatch_metric_alarm.cpu", json!({"period": 60})),
        (
            "aws_db_instance.orders",
            json!({"engine": "postgres", "instance_class": "db.m5.large", "multi_az": true,
            "storage_type": "gp3", "allocated_storage": 100, "iops": 4000}),
        ),
        ("aws_db_instance.small", json!({"engine": "mysql", "instance_class": "db.t3.micro", "allocated_storage": 20})),
        (
            "aws_dynamodb_table.asked",
            json!({"billing_mode": "PAY_PER_REQUEST", "point_in_time_recovery": [{"enabled": true}]}),
        ),
        (
            "aws_dynamodb_table.provisioned",
            json!({"write_capacity": 20, "read_capacity": 30,
            "global_secondary_index": [{"name": "i", "write_capacity": 10, "read_capacity": 10}]}),
        ),
        ("aws_ebs_snapshot.daily", json!({})),
        ("aws_ebs_volume.cold", json!({"type": "sc1", "size": 500})),
        ("aws_ebs_volume.default", json!({"size": 100})),
        ("aws_ebs_volume.fast", json!({"type": "io2", "size": 100, "iops": 1000})),
        ("aws_ebs_volume.magnetic", json!({"type": "standard", "size": 10})),
        ("aws_ebs_volume.streamed", json!({"type": "st1", "size": 500})),
        ("aws_ecr_repository.app", json!({})),
        ("aws_efs_file_system.home", json!({})),
        ("aws_eip.nat", json!({"vpc": true})),
        ("aws_eks_cluster.main", json!({"name": "main"})),
        ("aws_eks_node_group.default", json!({"scaling_config": [{"desired_size": 2, "min_size": 1, "max_size": 4}]})),
        (
            "aws_elasticache_cluster.sessions",
            json!({"engine": "memcached", "node_type": "cache.t3.micro", "num_cache_nodes": 2}),
        ),
        (
            "aws_elasticache_replication_group.sharded",
            json!({"node_type": "cache.r6g.large",
            "cluster_mode": [{"num_node_groups": 2, "replicas_per_node_group": 1}]}),
        ),
        (
            "aws_elasticache_replication_group.small",
            json!({"engine": "valkey", "node_type": "cache.t4g.micro", "num_cache_clusters": 2}),
        ),
        ("aws_elb.old", json!({"internal": true})),
        ("aws_globalaccelerator_accelerator.front", json!({"enabled": false})),
        (
            "aws_instance.web",
            json!({"instance_type": "t3.medium", "associate_public_ip_address": true,
            "root_block_device": [{"volume_type": "gp3", "volume_size": 50, "iops": 4000, "throughput": 250}],
            "ebs_block_device": [{"device_name": "/dev/sdb", "volume_type": "io1", "volume_size": 100, "iops": 500}]}),
        ),
        ("aws_kms_key.data", json!({})),
        ("aws_lambda_function.resize", json!({"memory_size": 512, "architectures": ["arm64"]})),
        (
            "aws_launch_template.app",
            json!({"instance_type": "m5.large",
            "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": [{"volume_type": "gp3", "volume_size": 20}]}]}),
        ),
        ("aws_lb.gateway", json!({"load_balancer_type": "gateway", "subnets": ["a"]})),
        ("aws_lb.inside", json!({"load_balancer_type": "network", "internal": true})),
        ("aws_lb.outside", json!({"subnets": ["a", "b"]})),
        ("aws_nat_gateway.main", json!({})),
        ("aws_rds_cluster.aurora", json!({"engine": "aurora-postgresql"})),
        (
            "aws_rds_cluster_instance.serverless",
            json!({"instance_class": "db.serverless", "engine": "aurora-postgresql"}),
        ),
        ("aws_route53_zone.main", json!({"name": "example.com"})),
        ("aws_s3_bucket.data", json!({})),
        ("aws_secretsmanager_secret.token", json!({})),
        ("aws_vpc_endpoint.logs", json!({"vpc_endpoint_type": "Interface", "subnet_ids": ["a", "b"]})),
        ("aws_vpc_endpoint.s3", json!({})),
        ("parapet_global_accelerator.front", json!({"ip_addresses": ["192.0.2.1"]})),
        (
            "parapet_spot_node_group.app",
            json!({"scaling": [{"min": 1, "max": 9, "desired_initial": 4}],
            "on_demand_base_capacity": 1, "on_demand_percentage_above_base": 0, "selected_instance_types": [
            {"instance_type": "m5.xlarge", "on_demand_usd_per_hour": 0.192, "spot_usd_per_hour": 0.06, "price_source": "s", "price_date": "2026-11-01"},
            {"instance_type": "m5a.xlarge", "on_demand_usd_per_hour": 0.208, "spot_usd_per_hour": 0.08, "price_source": "s", "price_date": "2026-11-01"}]}),
        ),
    ];
    let mut stack: Vec<Planned> = rows.into_iter().map(|(address, after)| created(address, after)).collect();
    let group = created(
        "aws_autoscaling_group.app",
        json!({"desired_capacity": 3, "min_size": 1, "launch_template": [{"version": "1"}]}),
    );
    stack.push(linked(group, "launch_template", "aws_launch_template.app"));
    let reader = created("aws_db_instance.reader", json!({"instance_class": "db.t3.micro"}));
    stack.push(linked(reader, "replicate_source_db", "aws_db_instance.small"));
    let writer = created("aws_rds_cluster_instance.writer", json!({"instance_class": "db.r6g.large"}));
    stack.push(linked(writer, "cluster_identifier", "aws_rds_cluster.aurora"));
    stack
}

#[test]
fn bills_are_those_of_the_sheet() {
    let estimate = estimated(&stack(), USAGE);
    assert_eq!((estimate.unpriced, estimate.not_estimated), (vec![], vec![]));
    assert_eq!(estimate.free_count, 1, "the launch template");
    let mut found = String::from("\n");
    for resource in &estimate.resources {
        found += &format!("{}\n", resource.address);
        for line in &resource.components {
            let [quantity, price, monthly] =
                [line.quantity, line.unit_price_usd, line.monthly_usd].map(|it| digits(it.unwrap()));
            assert!(line.source.as_ref().is_some_and(|source| source.date.is_some()), "{line:?}");
            found += &format!("  {:<49}| {quantity:<9}| {price:<13}| {monthly}\n", line.name);
        }
    }
    assert_eq!(found, SHEET);
}

#[test]
fn the_total_is_the_sum_of_the_sheet() {
    // The last column, and each product by itself.
    let mut total = decimal("0").unwrap();
    for line in SHEET.lines().filter(|line| line.contains('|')) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, quantity, price, monthly] = cells[..] else { panic!("{line}") };
        let [quantity, price, monthly] = [quantity, price, monthly].map(|it| decimal(it).unwrap());
        assert_eq!(quantity * price, monthly, "{line}");
        total += monthly;
    }
    let estimate = estimated(&stack(), USAGE);
    assert_eq!(estimate.monthly_usd, total);
    assert_eq!(estimate.by_service().values().sum::<parapet_pricing::Decimal>(), total);
}
