//! `parapet cost estimate`

use std::path::Path;

use serde_json::{Value, json};

use super::Sandbox;

/// Changes of a plan in us-east-1: address, actions, before, after.
fn plan(changes: &[(&str, &[&str], Value, Value)]) -> String {
    let change = |(address, actions, before, after): &(&str, &[&str], Value, Value)| {
        let (kind, name) = address.split_once('.').unwrap();
        json!({"address": address, "mode": "managed", "type": kind, "name": name,
            "provider_name": "registry.terraform.io/hashicorp/aws",
            "change": {"actions": actions, "before": before, "after": after, "after_unknown": {}}})
    };
    let changes: Vec<Value> = changes.iter().map(change).collect();
    let resources: Vec<Value> = changes
        .iter()
        .map(|it| json!({"address": it["address"], "provider_config_key": "aws", "expressions": {}}))
        .collect();
    json!({"format_version": "1.2", "resource_changes": changes, "configuration": {
        "provider_config": {"aws": {"expressions": {"region": {"constant_value": "us-east-1"}}}},
        "root_module": {"resources": resources}}})
    .to_string()
}

fn volume(size: u32) -> Value {
    json!({"type": "gp3", "size": size, "tags_all": {"team": "<b>shop</b>"}})
}

/// Grows one volume, adds a NAT gateway, keeps a cluster.
fn grown(sandbox: &Sandbox) {
    let cluster = json!({"name": "main"});
    let changes = [
        ("aws_ebs_volume.data", ["update"].as_slice(), volume(100), volume(200)),
        ("aws_nat_gateway.main", ["create"].as_slice(), Value::Null, json!({})),
        ("aws_eks_cluster.main", ["no-op"].as_slice(), cluster.clone(), cluster),
        ("aws_redshift_cluster.old", ["no-op"].as_slice(), json!({}), json!({})),
        ("aws_iam_role.r", ["create"].as_slice(), Value::Null, json!({})),
    ];
    sandbox.file("plan.json", plan(&changes));
}

#[test]
fn a_plan_is_compared() {
    let sandbox = Sandbox::new();
    grown(&sandbox);
    let output = sandbox.run(&["cost", "estimate", "plan.json"]).exits(0);
    for line in [
        "~ aws_ebs_volume.data (us-east-1)",
        "200 GB-month × $0.08",
        "  aws_eks_cluster.main (us-east-1)",
        "+ aws_nat_gateway.main (us-east-1)",
        "usage not given: say `data_processed_gb` in the usage file",
        "[1] Parapet reference book, 2024-07-01",
        // 8 + 73 before; 8 and 32.85 more.
        "Total: +$40.85 a month in what is known (was $81.00, now $121.85, +50.4%)",
        "Not in it: 1 item that depends on usage, 1 resource that is not covered.",
        "not covered: aws_redshift_cluster",
        "1 resources are of types that cost nothing.",
    ] {
        assert!(output.stdout.contains(line), "{line}\n{}", output.stdout);
    }
}

#[test]
fn a_pull_request_reads_the_change_first() {
    let sandbox = Sandbox::new();
    grown(&sandbox);
    sandbox.file("usage.hcl", "resource \"aws_nat_gateway.main\" { data_processed_gb = 100 }\n");
    let output =
        sandbox.run(&["cost", "estimate", "--usage", "usage.hcl", "--format", "markdown", "plan.json"]).exits(0);
    let first = output.stdout.lines().next().unwrap();
    assert_eq!(first, "This change costs: **+$45.35 a month** (was $81.00, now $126.35, +56.0%)");
    assert!(output.stdout.contains("| + | `aws_nat_gateway.main` | $0.00 | $37.35 | +$37.35 |"), "{}", output.stdout);
    assert!(!output.stdout.contains("aws_eks_cluster"), "what stays is not in it: {}", output.stdout);
}

#[test]
fn a_long_change_is_folded() {
    let sandbox = Sandbox::new();
    let names: Vec<String> = (0..300).map(|index| format!("aws_nat_gateway.n{index}")).collect();
    let changes: Vec<(&str, &[&str], Value, Value)> =
        names.iter().map(|name| (name.as_str(), ["create"].as_slice(), Value::Null, json!({}))).collect();
    sandbox.file("plan.json", plan(&changes));
    let output = sandbox.run(&["cost", "estimate", "--format", "markdown", "plan.json"]).exits(0);
    let (before, folded) = output.stdout.split_once("<details>").unwrap();
    assert_eq!(before.matches("`aws_nat_gateway.").count(), 10);
    assert!(folded.contains("<summary>290 more resources</summary>") && folded.contains("and 90 more"), "{folded}");
    assert!(output.stdout.len() < 65_536, "{} bytes", output.stdout.len());
}

#[test]
fn programs_get_decimals_as_text() {
    let sandbox = Sandbox::new();
    grown(&sandbox);
    let json = sandbox.run(&["cost", "estimate", "--format", "json", "plan.json"]).exits(0).json();
    assert_eq!((&json["monthly_usd"], &json["change_usd"]), (&json!("121.85"), &json!("40.85")));
    assert_eq!((&json["unpriced_count"], &json["not_estimated_count"]), (&json!(0), &json!(1)));
    assert_eq!(json["resources"][0]["previous_components"][0]["monthly_usd"], "8");
}

#[test]
fn the_page_needs_nothing_else_and_escapes_what_it_shows() {
    let sandbox = Sandbox::new();
    grown(&sandbox);
    let page = sandbox.run(&["cost", "estimate", "--format", "html", "plan.json"]).exits(0).stdout;
    assert!(page.contains("<h2>By service</h2>\n<svg") && page.contains("<h2>By tag team</h2>\n<svg"), "{page}");
    assert!(page.contains("&lt;b&gt;shop") && !page.contains("<b>shop"), "{page}");
    for outside in ["<script", "<link", "src=", "http://", "https://"] {
        assert!(!page.contains(outside), "{outside}");
    }
}

#[test]
fn empty_plans_and_plans_that_only_delete_are_estimated() {
    let sandbox = Sandbox::new();
    sandbox.file("empty.json", plan(&[]));
    sandbox.file("gone.json", plan(&[("aws_ebs_volume.data", &["delete"], volume(100), Value::Null)]));
    sandbox.run(&["cost", "estimate", "empty.json"]).exits(0).prints("Total: no change: $0.00 a month");
    sandbox
        .run(&["cost", "estimate", "gone.json"])
        .exits(0)
        .prints("Total: -$8.00 a month (was $8.00, now $0.00, -100.0%)");
}

#[test]
fn a_state_has_no_before() {
    let sandbox = Sandbox::new();
    let state = json!({"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "l", "resources": [
        {"mode": "managed", "type": "aws_ebs_volume", "name": "data",
         "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
         "instances": [
            {"index_key": 0, "attributes": {"type": "gp2", "size": 10, "availability_zone": "us-east-1a"}},
            {"index_key": 1, "attributes": {"type": "gp2", "size": 20, "arn": "arn:aws:ec2:us-east-1:1:volume/v"}}]}]});
    sandbox.file("terraform.tfstate", state.to_string());
    let output = sandbox.run(&["cost", "estimate", "terraform.tfstate"]).exits(0).prints("Total: $3.00 a month");
    assert!(output.stdout.contains("aws_ebs_volume.data[1] (us-east-1)"), "{}", output.stdout);
}

#[test]
fn mistakes_say_where_they_are() {
    let sandbox = Sandbox::new();
    grown(&sandbox);
    let book = |rest: &str| {
        format!("{{\n\"format\": \"parapet-price-book/1\", \"name\": \"x\", \"date\": \"2026-01-01\",\n{rest}}}")
    };
    let price = |usd: &str| {
        book(&format!(r#""services": {{"us-east-1": {{"ebs": {{"gp3": {{"unit": "GB-month", "usd": {usd}}}}}}}}}"#))
    };
    sandbox.file("negative.json", price("-0.08"));
    sandbox.file("zero.json", price("0"));
    sandbox.file("euro.json", book("\"currency\": \"EUR\""));
    sandbox.file("typo.hcl", "resource \"aws_nat_gateway.main\" {\n  data_procesed_gb = 5\n}\n");
    sandbox.file("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n");
    let fails = |args: &[&str], message: &str| {
        sandbox.run(&[&["cost", "estimate"], args].concat()).exits(2).says(message);
    };
    fails(&["--price-book", "negative.json", "plan.json"], "negative.json: line 3, column");
    fails(&["--price-book", "negative.json", "plan.json"], "-0.08 is not a price");
    fails(&["--price-book", "zero.json", "plan.json"], "0 is not a price");
    fails(&["--price-book", "euro.json", "plan.json"], "euro.json: line 3, column");
    fails(&["--price-book", "euro.json", "plan.json"], "the currency `EUR` is not supported; prices are in USD");
    fails(
        &["--usage", "typo.hcl", "plan.json"],
        "typo.hcl:2:3: `data_procesed_gb` is nothing that aws_nat_gateway takes",
    );
    fails(&["--usage", "nowhere.hcl", "plan.json"], "nowhere.hcl: cannot be read");
    fails(&["nowhere.json"], "nowhere.json: cannot be read");
    fails(&["policies"], "policies: there is no .tf file in it");
    fails(&["pod.yaml"], "nothing in it has a price");
    sandbox.file("other.hcl", "resource \"aws_nat_gateway.mian\" { data_processed_gb = 5 }\n");
    sandbox
        .run(&["cost", "estimate", "--usage", "other.hcl", "plan.json"])
        .exits(0)
        .says("other.hcl:1: `aws_nat_gateway.mian` is no resource of the input");
}

#[test]
fn a_missing_price_is_counted_and_fails_nothing() {
    let sandbox = Sandbox::new();
    sandbox.file("main.tf", "provider \"aws\" {\n  region = \"eu-west-1\"\n}\nresource \"aws_nat_gateway\" \"a\" {\n  count = 2\n  subnet_id = \"s\"\n}\n");
    let output = sandbox.run(&["cost", "estimate", "."]).exits(0).prints("Total: at least $0.00 a month");
    assert!(output.stdout.contains("price not known: 2"), "{}", output.stdout);
    assert!(output.stdout.contains("aws_nat_gateway.a[1] (eu-west-1)"), "{}", output.stdout);
    let book = r#"{"format": "parapet-price-book/1", "name": "Ours", "date": "2026-11-01",
        "services": {"eu-west-1": {"vpc": {"nat-gateway": {"unit": "hour", "usd": 0.048}}}}}"#;
    sandbox.file("book.json", book);
    // 2 x 730 x 0.048
    sandbox.run(&["cost", "estimate", "--price-book", "book.json", "."]).exits(0).prints("at least $70.08 a month");
}

#[test]
fn a_region_and_a_variable_that_are_not_there_are_refused() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "main.tf",
        "variable \"number\" {\n  default = 1\n}\nresource \"aws_nat_gateway\" \"a\" {\n  count = var.number\n}\n",
    );
    let refused = sandbox.run(&["cost", "estimate", "--region", "eu-wets-1", "."]).exits(2);
    let refused = refused.says("no price book has anything of the region `eu-wets-1`; known are eu-");
    assert_eq!(refused.stdout, "");
    sandbox.run(&["cost", "estimate", "--region", "us-east-1", "."]).exits(0).prints("$32.85 a month");
    let book = r#"{"format": "parapet-price-book/1", "name": "Ours", "date": "2026-11-01",
        "services": {"xx-test-1": {"vpc": {"nat-gateway": {"unit": "hour", "usd": 0.1}}}}}"#;
    sandbox.file("book.json", book);
    sandbox.run(&["cost", "estimate", "--region", "xx-test-1", "--price-book", "book.json", "."]).exits(0);
    sandbox
        .run(&["cost", "estimate", "--region", "us-east-1", "--var", "numbr=2", "."])
        .exits(2)
        .says("--var numbr: no configuration that is checked declares the variable `numbr`; is `number` meant?");
    sandbox.run(&["cost", "estimate", "--region", "us-east-1", "--var", "number=2", "."]).exits(0);
    // Nothing in a plan takes a value any more.
    sandbox.file("plan.json", plan(&[("aws_nat_gateway.a", &["create"], Value::Null, json!({}))]));
    sandbox.run(&["cost", "estimate", "--var", "number=2", "plan.json"]).exits(2).says("--var number: ");
}

/// The estimate of a stack under `examples/`.
fn example(name: &str, usage: &str, args: &[&str]) -> Value {
    let sandbox = Sandbox::new();
    let usage = sandbox.file("usage.hcl", usage).display().to_string();
    let stack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name).display().to_string();
    sandbox.run(&[&["cost", "estimate", "--format", "json", "--usage", &usage, &stack], args].concat()).exits(0).json()
}

/// Holds an estimate to lines of `address | item | quantity | unit price | a month`, computed by hand.
#[track_caller]
fn holds(estimate: &Value, sheet: &str) {
    let mut lines = Vec::new();
    for resource in estimate["resources"].as_array().unwrap() {
        for line in resource["components"].as_array().unwrap() {
            let shown = |name: &str| line[name].as_str().unwrap_or("-").to_owned();
            let address = resource["address"].as_str().unwrap();
            lines.push([
                address.to_owned(),
                shown("name"),
                shown("quantity"),
                shown("unit_price_usd"),
                shown("monthly_usd"),
            ]);
        }
    }
    for row in sheet.trim().lines() {
        let cells: Vec<String> = row.split('|').map(|cell| cell.trim().to_owned()).collect();
        assert!(lines.iter().any(|line| line.as_slice() == cells), "{row}\nis not in\n{lines:#?}");
    }
}

#[test]
fn the_multi_region_example_costs_what_its_sheet_says() {
    let usage = r#"
        default "aws_lb" { lcu_hours = 730 }
        default "aws_kms_key" { requests = 10000 }
        default "parapet_global_accelerator" { dt_premium_na_to_na_gb = 100 }
        resource "parapet_database_replica.standby" {
          engine            = "postgres"
          allocated_storage = 100
        }
    "#;
    let both = ["--var", "primary_region=us-east-1", "--var", "standby_region=us-east-1"];
    holds(
        &example("multi-region-dr", usage, &both),
        "
        aws_db_instance.primary[0]       | db.r6g.large, postgres, Single-AZ  | 730  | 0.225  | 164.25
        aws_db_instance.primary[0]       | Storage, gp2                       | 100  | 0.115  | 11.5
        parapet_database_replica.standby | db.r6g.large, postgres, Single-AZ  | 730  | 0.225  | 164.25
        parapet_database_replica.standby | Storage, gp2                       | 100  | 0.115  | 11.5
        parapet_global_accelerator.this  | Accelerator                        | 730  | 0.025  | 18.25
        parapet_global_accelerator.this  | Public IPv4 addresses              | 1460 | 0.005  | 7.3
        parapet_global_accelerator.this  | Data within North America, premium | 100  | 0.015  | 1.5
        module.primary.aws_kms_key.this  | Key                                | 1    | 1      | 1
        module.primary.aws_kms_key.this  | Requests                           | 1    | 0.03   | 0.03
        module.primary.aws_lb.this       | Network load balancer              | 730  | 0.0225 | 16.425
        module.primary.aws_lb.this       | Capacity units                     | 730  | 0.006  | 4.38
        module.standby.aws_lb.this       | Network load balancer              | 730  | 0.0225 | 16.425
        ",
    );
    // As it is written it is in Europe: nothing there passes for a price of Virginia.
    let europe = example("multi-region-dr", usage, &[]);
    holds(
        &europe,
        "
        aws_db_instance.primary[0]      | Storage, gp2          | 100 | - | -
        module.primary.aws_lb.this      | Network load balancer | 730 | - | -
        parapet_global_accelerator.this | Accelerator           | 730 | 0.025 | 18.25
        ",
    );
    let reasons: Vec<&str> =
        europe["unpriced"].as_array().unwrap().iter().map(|it| it["reason"].as_str().unwrap()).collect();
    assert!(!reasons.is_empty() && reasons.iter().all(|reason| *reason == "price_not_known"), "{reasons:?}");
}

#[test]
fn the_spot_example_costs_what_its_sheet_says() {
    let usage = r#"
        default "aws_kms_key" { requests = 10000 }
        resource "parapet_spot_node_group.system" { instance_type = "m5.large" }
    "#;
    let estimate = example("spot-node-groups", usage, &[]);
    holds(
        &estimate,
        "
        aws_eks_cluster.main                | Control plane               | 730  | 0.1   | 73
        parapet_spot_node_group.system      | m5.large, Linux, on demand  | 1460 | 0.096 | 140.16
        parapet_spot_node_group.system      | Node storage, gp2           | 40   | 0.1   | 4
        parapet_spot_node_group.application | Nodes Spot                  | -    | -     | -
        parapet_spot_node_group.application | Node storage, gp2           | 120  | 0.1   | 12
        ",
    );
    let gpu = estimate["resources"].as_array().unwrap().iter().find(|it| it["name"] == "gpu").unwrap();
    assert_eq!((&gpu["monthly_usd"], &gpu["components"]), (&json!("0"), &json!([])), "it starts without nodes");
}

#[test]
fn the_reference_platform_costs_what_its_sheet_says() {
    let usage = r#"default "parapet_global_accelerator" { dt_premium_na_to_eu_gb = 200 }"#;
    let estimate = example("reference-platform", usage, &[]);
    holds(
        &estimate,
        r#"
        module.primary_region.aws_db_instance.primary[0]                 | db.r6g.xlarge, postgres, Multi-AZ  | 730  | 1.007 | 735.11
        module.primary_region.aws_db_instance.read[0]                    | db.r6g.xlarge, postgres, Single-AZ | 730  | 0.504 | 367.92
        module.primary_region.aws_db_instance.read[1]                    | db.r6g.xlarge, postgres, Single-AZ | 730  | 0.504 | 367.92
        module.primary_region.aws_eks_node_group.on_demand["system"]     | m5.large, Linux, on demand         | 1460 | 0.107  | 156.22
        module.dr_region.aws_eks_node_group.on_demand["system"]          | m5.large, Linux, on demand         | 730  | 0.115  | 83.95
        module.failover.parapet_global_accelerator.this                  | Accelerator                        | 730  | 0.025  | 18.25
        module.failover.parapet_global_accelerator.this                  | Public IPv4 addresses              | 1460 | 0.005  | 7.3
        module.failover.parapet_global_accelerator.this                  | Data between North America and Europe, premium | 200 | 0.015 | 3
        module.primary_region.aws_eks_cluster.this                       | Control plane                      | 730  | -      | -
        "#,
    );
    // The whole of what is known, and not a cent of Virginia for what is not.
    assert_eq!(estimate["monthly_usd"], json!("1739.67"));
}

#[test]
fn the_reference_platform_in_virginia_costs_what_its_sheet_says() {
    let usage = r#"
        default "aws_lb" {
          lcu_hours             = 730
          public_ipv4_addresses = 3
        }
        default "aws_kms_key" { requests = 10000 }
        default "aws_vpc_endpoint" {
          availability_zones = 3
          data_processed_gb  = 50
        }
        default "aws_s3_bucket" {
          storage_gb     = 200
          put_thousands  = 10
          get_thousands  = 100
        }
        default "aws_cloudwatch_log_group" {
          ingested_gb = 20
          stored_gb   = 60
        }
        default "aws_secretsmanager_secret" { requests = 20000 }
    "#;
    holds(
        &example("reference-platform", usage, &["--var", "primary_region=us-east-1", "--var", "dr_region=us-west-2"]),
        r#"
        module.primary_region.aws_eks_cluster.this                       | Control plane                      | 730  | 0.1     | 73
        module.primary_region.aws_eks_node_group.on_demand["system"]     | m5.large, Linux, on demand         | 1460 | 0.096   | 140.16
        module.primary_region.aws_eks_node_group.on_demand["system"]     | Detailed monitoring                | 14   | 0.3     | 4.2
        module.primary_region.aws_eks_node_group.on_demand["system"]     | /dev/xvda storage, gp3             | 100  | 0.08    | 8
        module.primary_region.parapet_spot_node_group.spot["application"] | /dev/xvda storage, gp3            | 300  | 0.08    | 24
        module.primary_region.aws_db_instance.primary[0]                 | db.r6g.xlarge, postgres, Multi-AZ  | 730  | 0.899   | 656.27
        module.primary_region.aws_db_instance.primary[0]                 | Storage, gp3                       | 100  | 0.23    | 23
        module.primary_region.aws_db_instance.read[1]                    | db.r6g.xlarge, postgres, Single-AZ | 730  | 0.45    | 328.5
        module.primary_region.aws_db_instance.read[1]                    | Storage, gp3                       | 100  | 0.115   | 11.5
        module.primary_region.aws_elasticache_replication_group.this     | cache.r6g.large, redis             | 2190 | 0.206   | 451.14
        module.primary_region.aws_lb.this[0]                             | Application load balancer          | 730  | 0.0225  | 16.425
        module.primary_region.aws_lb.this[0]                             | Capacity units                     | 730  | 0.008   | 5.84
        module.primary_region.aws_lb.this[0]                             | Public IPv4 addresses              | 2190 | 0.005   | 10.95
        module.primary_region.aws_vpc_endpoint.interface["ecr.api"]      | Endpoint, in each zone             | 2190 | 0.01    | 21.9
        module.primary_region.aws_vpc_endpoint.interface["ecr.api"]      | Data processed                     | 50   | 0.01    | 0.5
        module.primary_region.aws_s3_bucket.access_logs[0]               | Storage, Standard                  | 200  | 0.023   | 4.6
        module.primary_region.aws_cloudwatch_log_group.cluster           | Data ingested                      | 20   | 0.5     | 10
        module.primary_region.aws_cloudwatch_log_group.cluster           | Data stored                        | 60   | 0.03    | 1.8
        module.primary_region.aws_kms_key.this["database"]               | Key                                | 1    | 1       | 1
        module.primary_region.aws_kms_key.this["database"]               | Requests                           | 1    | 0.03    | 0.03
        module.primary_region.aws_secretsmanager_secret.database[0]      | Secret                             | 1    | 0.4     | 0.4
        module.primary_region.aws_secretsmanager_secret.database[0]      | API requests                       | 2    | 0.05    | 0.1
        module.dr_region.aws_eks_node_group.on_demand["system"]          | m5.large, Linux, on demand         | 730  | 0.096   | 70.08
        module.failover.parapet_global_accelerator.this                  | Accelerator                        | 730  | 0.025   | 18.25
        "#,
    );
}

#[test]
fn the_quickstart_costs_nothing_at_aws() {
    let estimate = example("quickstart", "", &[]);
    assert_eq!(
        (&estimate["monthly_usd"], &estimate["unpriced_count"], &estimate["free_count"]),
        (&json!("0"), &json!(0), &json!(2))
    );
}

#[test]
fn a_configuration_costs_what_its_plan_says() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    let bills = |input: &str| {
        let input = fixtures.join(input).display().to_string();
        let json = Sandbox::new().run(&["cost", "estimate", "--format", "json", &input]).exits(0).json();
        let resources = json["resources"].as_array().unwrap().clone();
        let bill = |it: Value| (it["address"].to_string(), it["region"].to_string(), it["components"].clone());
        (json["monthly_usd"].clone(), resources.into_iter().map(bill).collect::<Vec<_>>())
    };
    let (source, plan) = (bills("aws-stack"), bills("plans/aws-3.39.0-stack.json"));
    assert_eq!(source, plan);
    assert!(plan.1.len() > 15, "{}", plan.1.len());
}

#[test]
fn names_do_not_steer_the_terminal() {
    let sandbox = Sandbox::new();
    let address = "aws_nat_gateway.a[\"\u{1b}[2J\"]";
    sandbox.file("plan.json", plan(&[(address, &["create"], Value::Null, json!({}))]));
    let output = sandbox.run(&["cost", "estimate", "plan.json"]).exits(0).prints("\\u{1b}[2J");
    assert!(!output.stdout.contains('\u{1b}'), "{:?}", output.stdout);
}

#[test]
fn what_is_not_known_says_why() {
    let sandbox = Sandbox::new();
    let stack = "provider \"aws\" {\n  region = \"us-east-1\"\n}\nvariable \"size\" {}\nvariable \"many\" {}\n\
        resource \"aws_ebs_volume\" \"a\" {\n  size = var.size\n}\nresource \"aws_eip\" \"b\" {\n  count = var.many\n}\n";
    sandbox.file("main.tf", stack);
    let output = sandbox.run(&["cost", "estimate", "."]).exits(0);
    for line in [
        "`size` is not known: var.size is given no value; the usage file may say it",
        "how many there are depends on the rest: `count` is not known: var.many is given no value",
        "value not known yet: 2",
    ] {
        assert!(output.stdout.contains(line), "{line}\n{}", output.stdout);
    }
    sandbox
        .run(&["cost", "estimate", "--var", "size=10", "--var", "many=2", "."])
        .exits(0)
        .prints("Total: $8.30 a month");
}

#[test]
fn the_settings_name_budget_prices_and_usage() {
    let sandbox = Sandbox::new();
    grown(&sandbox);
    let settings = |text: &str| sandbox.file("parapet.hcl", format!("cost {{\n{text}\n}}\n"));
    let check = || sandbox.run(&["check", "--rule", "cost-budget-*", "plan.json"]);
    let book = r#"{"format": "parapet-price-book/1", "name": "Ours", "date": "2026-11-01",
        "services": {"us-east-1": {"ebs": {"gp3": {"unit": "GB-month", "usd": 0.04}}}}}"#;
    sandbox.file("ours.json", book);
    sandbox.file("usage.hcl", "resource \"aws_nat_gateway.main\" {\n  data_processed_gb = 100\n}\n");

    // 121.85 with the reference book.
    settings("monthly_budget_usd = 121.84");
    check().exits(1).prints("$121.85 a month is more than the budget of $121.84");
    settings("monthly_budget_usd = 121.85");
    check().exits(0);
    settings("max_increase_percent = 50");
    check().exits(1).prints("the bill is raised by 50.4%, from $81.00 to $121.85");

    // 8 less for the volume, 4.50 more for the data.
    settings("monthly_budget_usd = 118\nprice_book = \"ours.json\"\nusage_file = \"usage.hcl\"");
    check().exits(1).prints("$118.35 a month is more than the budget of $118.00");
    sandbox.run(&["cost", "estimate", "plan.json"]).exits(0).prints("now $118.35");

    settings("price_book = \"none.json\"");
    check().exits(2).says("parapet.hcl:2:14").says("none.json");
    sandbox.run(&["cost", "estimate", "plan.json"]).exits(2).says("none.json");
}

#[test]
fn a_module_that_could_not_be_read_does_not_cost_nothing() {
    let sandbox = Sandbox::new();
    let module = "module \"remote\" {\n  source  = \"terraform-aws-modules/eks/aws\"\n  version = \"20.0.0\"\n}\n";
    sandbox.file("main.tf", format!("provider \"aws\" {{\n  region = \"us-east-1\"\n}}\n\n{module}"));
    sandbox.file("parapet.hcl", "cost {\n  monthly_budget_usd = 5\n}\n");
    sandbox.run(&["cost", "estimate", "."]).exits(0).prints("at least $0.00").prints("module not read: 1");
    sandbox.run(&["cost", "estimate", ".", "--format", "json"]).exits(0).prints("\"module_not_read\"");
    sandbox
        .run(&["check", ".", "--rule", "cost-budget-monthly-budget"])
        .prints("0 violations, 1 undetermined")
        .prints("module.remote");
}
