//! What is not known is counted, and never nothing.

use parapet_pricing::Book;
use parapet_pricing::estimate::{Assumptions, Estimate, Planned, Reason, Usage, estimate};
use parapet_pricing::money::digits;
use serde_json::json;

use super::{created, estimated, linked};

/// Component and reason of everything without a figure.
fn gaps(estimate: &Estimate) -> Vec<(String, Reason)> {
    let all = estimate.unpriced.iter().chain(&estimate.not_estimated);
    all.map(|it| (it.component.clone(), it.gap.reason)).collect()
}

fn gap(component: &str, reason: Reason) -> (String, Reason) {
    (component.to_owned(), reason)
}

#[test]
fn prices_of_one_region_are_not_those_of_another() {
    let elsewhere = Planned { region: Some("eu-west-1".to_owned()), ..created("aws_nat_gateway.main", json!({})) };
    let estimate = estimated(&[elsewhere], "default \"aws_nat_gateway\" { data_processed_gb = 1 }");
    assert_eq!(
        gaps(&estimate),
        [gap("NAT gateway", Reason::PriceNotKnown), gap("Data processed", Reason::PriceNotKnown)]
    );
    assert!(estimate.unpriced[0].gap.message.contains("no price book has `nat-gateway` of vpc in eu-west-1"));
    assert_eq!((estimate.unpriced_count, digits(estimate.monthly_usd)), (2, "0".to_owned()));
}

#[test]
fn a_region_may_be_nowhere_to_be_found() {
    let nowhere = Planned { region: None, ..created("aws_eks_cluster.main", json!({})) };
    assert_eq!(gaps(&estimated(std::slice::from_ref(&nowhere), "")), [gap("Control plane", Reason::RegionNotKnown)]);
    let by_zone = Planned { after: Some(json!({"availability_zone": "us-east-1a"})), ..nowhere.clone() };
    assert_eq!(digits(estimated(&[by_zone], "").monthly_usd), "73");
    let usage = Usage::default();
    let with = Assumptions { book: Book::reference(), usage: &usage, region: Some("us-east-1"), compares: false };
    assert_eq!(digits(estimate(&[nowhere], &with).unwrap().monthly_usd), "73");
}

#[test]
fn what_configuration_cannot_tell_says_what_to_state() {
    let estimate = estimated(&[created("aws_instance.web", json!({"instance_type": "t3.medium"}))], "");
    assert_eq!(gaps(&estimate), [gap("Root volume storage, as large as the image's", Reason::UsageNotGiven)]);
    assert_eq!(estimate.not_estimated[0].gap.message, "say `root_volume_gb` in the usage file");
    assert_eq!((estimate.unpriced_count, estimate.not_estimated_count), (0, 1));
}

#[test]
fn what_is_known_after_apply_may_be_stated() {
    let database = Planned {
        unknown: vec!["engine".to_owned(), "allocated_storage".to_owned()],
        ..created("aws_db_instance.x", json!({"instance_class": "db.m5.large"}))
    };
    let without = estimated(std::slice::from_ref(&database), "");
    assert_eq!(
        gaps(&without),
        [gap("db.m5.large, Single-AZ", Reason::ValueNotKnown), gap("Storage", Reason::ValueNotKnown)]
    );
    let stated = "resource \"aws_db_instance.x\" {\n  engine = \"mysql\"\n  allocated_storage = 10\n}\n";
    // 730 x 0.171 + 10 x 0.115
    assert_eq!(digits(estimated(&[database], stated).monthly_usd), "125.98");
}

#[test]
fn spot_prices_come_from_a_book_or_not_at_all() {
    let template = created(
        "aws_launch_template.t",
        json!({"instance_type": "m5.large", "block_device_mappings": [{"device_name": "a"}]}),
    );
    let group = created(
        "aws_autoscaling_group.g",
        json!({"desired_capacity": 4, "mixed_instances_policy": [{
            "instances_distribution": [{"on_demand_base_capacity": 1, "on_demand_percentage_above_base_capacity": 50}],
            "launch_template": [{"override": [{"instance_type": "m5.xlarge"}]}]}]}),
    );
    let resources = [template, linked(group, "mixed_instances_policy", "aws_launch_template.t")];
    let without = estimated(&resources, "");
    // One of the base, and half of the three above it rounded up: 3 x 730 x 0.192.
    assert_eq!(digits(without.monthly_usd), "420.48");
    assert_eq!(gaps(&without), [gap("m5.xlarge, Linux, Spot", Reason::PriceNotKnown)]);
    let book = r#"{"format": "parapet-price-book/1", "name": "Spot", "date": "2026-11-01",
        "services": {"us-east-1": {"ec2-spot": {"m5.xlarge": {"unit": "hour", "usd": 0.07}}}}}"#;
    let book = Book::parse("spot.json", book.as_bytes()).unwrap().over(Book::reference());
    let with = Assumptions { book: &book, usage: &Usage::default(), region: None, compares: true };
    let known = estimate(&resources, &with).unwrap();
    assert_eq!((digits(known.monthly_usd), known.unpriced_count), ("471.58".to_owned(), 0));
    let sources: Vec<String> = known.sources.iter().map(ToString::to_string).collect();
    assert!(sources.contains(&"Spot, 2026-11-01".to_owned()), "{sources:?}");
}

#[test]
fn a_price_by_another_unit_is_no_price() {
    let book = r#"{"format": "parapet-price-book/1", "name": "Ours", "date": "2026-11-01",
        "services": {"us-east-1": {"vpc": {"nat-gateway": {"unit": "month", "usd": 30}}}}}"#;
    let book = Book::parse("ours.json", book.as_bytes()).unwrap().over(Book::reference());
    let with = Assumptions { book: &book, usage: &Usage::default(), region: None, compares: true };
    let estimate = estimate(&[created("aws_nat_gateway.main", json!({}))], &with).unwrap();
    assert_eq!(
        estimate.unpriced[0].gap.message,
        "Ours, 2026-11-01 prices `nat-gateway` of vpc by `month`; write it by `hour`"
    );
}

#[test]
fn types_are_priced_free_or_counted_as_not_covered() {
    let estimate = estimated(
        &[
            created("aws_iam_role.r", json!({})),
            created("aws_redshift_cluster.a", json!({})),
            created("aws_redshift_cluster.b", json!({})),
        ],
        "",
    );
    assert_eq!((estimate.free_count, estimate.not_covered_count), (1, 2));
    assert_eq!(estimate.not_covered, [("aws_redshift_cluster".to_owned(), 2)].into());
}

#[test]
fn a_resource_that_may_not_be_there_has_no_price() {
    let maybe = Planned { unknown: vec![String::new()], after: None, ..created("aws_nat_gateway.main", json!({})) };
    assert_eq!(gaps(&estimated(&[maybe], "")), [gap("aws_nat_gateway", Reason::ValueNotKnown)]);
}

#[test]
fn the_json_has_the_documented_shape() {
    let web = Planned {
        actions: vec!["create".to_owned()],
        ..created("module.a.aws_eks_cluster.main", json!({"tags": {"team": "shop"}}))
    };
    let nat = created("aws_nat_gateway.main", json!({}));
    let json = serde_json::to_value(estimated(&[web, nat], "")).unwrap();
    assert_eq!(json["monthly_usd"], "105.85");
    assert_eq!(
        (&json["currency"], &json["hours_per_month"], &json["compares"]),
        (&json!("USD"), &json!(730), &json!(true))
    );
    let cluster = &json["resources"][1];
    assert_eq!(
        (&cluster["module"], &cluster["type"], &cluster["tags"]),
        (&json!("module.a"), &json!("aws_eks_cluster"), &json!({"team": "shop"}))
    );
    assert_eq!(
        cluster["components"],
        json!([{"name": "Control plane", "quantity": "730", "unit": "hour", "unit_price_usd": "0.1", "monthly_usd": "73",
            "estimated": false, "gap": null,
            "source": {"kind": "reference_book", "name": "Parapet reference book", "date": "2024-07-01"}}])
    );
    assert_eq!(
        json["not_estimated"],
        json!([{"address": "aws_nat_gateway.main", "component": "Data processed", "reason": "usage_not_given",
            "message": "say `data_processed_gb` in the usage file"}])
    );
    assert_eq!(
        json["sources"],
        json!([{"kind": "reference_book", "name": "Parapet reference book", "date": "2024-07-01"}])
    );
}

#[test]
fn the_guide_lists_what_may_be_stated() {
    let guide = include_str!("../../../../docs/guides/cost.md");
    for (kind, _, keys) in parapet_pricing::estimate::covered() {
        let row = guide.lines().find(|line| line.starts_with('|') && line.contains(&format!("`{kind}`")));
        let row = row.unwrap_or_else(|| panic!("docs/guides/cost.md has no row of {kind}"));
        for key in keys {
            assert!(row.contains(&format!("`{key}`")), "docs/guides/cost.md: {key} is missing from the row of {kind}");
        }
    }
}

/// Names of the lines, and what each costs or why it costs nothing known.
fn lines(estimate: &parapet_pricing::estimate::Estimate, address: &str) -> Vec<(String, String)> {
    let resource = estimate.resources.iter().find(|it| it.address == address).unwrap();
    let cost = |line: &parapet_pricing::estimate::Component| match (&line.gap, line.monthly_usd) {
        (Some(gap), _) => gap.message.clone(),
        (None, amount) => parapet_pricing::money::digits(amount.unwrap()),
    };
    resource.components.iter().map(|line| (line.name.clone(), cost(line))).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(name, cost)| ((*name).to_owned(), (*cost).to_owned())).collect()
}

#[test]
fn extended_support_is_in_the_bill() {
    let postgres = json!({"engine": "postgres", "engine_version": "13.2", "instance_class": "db.m5.large",
        "multi_az": true, "allocated_storage": 100, "storage_type": "gp3"});
    let mut without = postgres.clone();
    without["engine_lifecycle_support"] = json!("open-source-rds-extended-support-disabled");
    let mut third = postgres.clone();
    third["engine_version"] = json!("11.22");
    let unknown = Planned { unknown: vec!["version".to_owned()], ..created("aws_eks_cluster.unknown", json!({})) };
    let estimate = estimated(
        &[
            created("aws_eks_cluster.old", json!({"version": "1.23"})),
            created(
                "aws_eks_cluster.upgraded",
                json!({"version": "1.23", "upgrade_policy": [{"support_type": "STANDARD"}]}),
            ),
            created("aws_eks_cluster.new", json!({"version": "1.35"})),
            unknown,
            created("aws_db_instance.old", postgres),
            created("aws_db_instance.without", without),
            created("aws_db_instance.third", third),
        ],
        "",
    );
    assert_eq!(lines(&estimate, "aws_eks_cluster.old"), pairs(&[("Control plane, extended support of 1.23", "438")]));
    for name in ["upgraded", "new"] {
        assert_eq!(lines(&estimate, &format!("aws_eks_cluster.{name}")), pairs(&[("Control plane", "73")]));
    }
    let open = lines(&estimate, "aws_eks_cluster.unknown");
    assert_eq!(open[1], ("Extended support".to_owned(), "`version` is known only after apply".to_owned()));
    // 2 vCPUs of each of 2 instances, 730 hours, 0.1 USD.
    assert_eq!(
        lines(&estimate, "aws_db_instance.old")[1],
        ("Extended support of postgres 13.2".to_owned(), "292".to_owned())
    );
    assert!(lines(&estimate, "aws_db_instance.without").iter().all(|(name, _)| !name.contains("Extended")));
    let third = lines(&estimate, "aws_db_instance.third");
    assert_eq!(third[1].1, "no price book has `extended-support-yr3` of rds in us-east-1");
}

#[test]
fn what_a_launch_template_adds_is_not_free() {
    let template = json!({"id": "lt-1", "instance_type": "m5.large", "placement": [{"tenancy": "dedicated"}],
        "network_interfaces": [{"associate_public_ip_address": "true"}], "monitoring": [{"enabled": true}]});
    let group = json!({"desired_capacity": 2, "launch_template": [{"id": "lt-1"}]});
    let nodes = json!({"scaling_config": [{"desired_size": 3}], "launch_template": [{"id": "lt-1"}]});
    let instance = json!({"launch_template": [{"id": "lt-1"}]});
    let windows = json!({"scaling_config": [{"desired_size": 1}], "ami_type": "WINDOWS_CORE_2022_x86_64",
        "instance_types": ["m5.large"]});
    let estimate = estimated(
        &[
            created("aws_launch_template.t", template),
            created("aws_autoscaling_group.g", group),
            created("aws_eks_node_group.n", nodes),
            created("aws_eks_node_group.w", windows),
            created("aws_instance.i", instance),
        ],
        "",
    );
    for (address, what, addresses) in [
        ("aws_autoscaling_group.g", "Instances, dedicated", "7.3"),
        ("aws_eks_node_group.n", "Nodes, dedicated", "10.95"),
        ("aws_instance.i", "m5.large, dedicated", "3.65"),
    ] {
        let found = lines(&estimate, address);
        let of = |name: &str| found.iter().find(|(line, _)| line == name).map(|(_, cost)| cost.as_str());
        assert_eq!(of(what), Some("no price book has dedicated tenancy"), "{found:?}");
        assert_eq!(of("Public IPv4 address"), Some(addresses), "{found:?}");
        assert!(of("Detailed monitoring").is_some(), "{found:?}");
    }
    let windows = lines(&estimate, "aws_eks_node_group.w");
    assert_eq!(windows[0].1, "no price book has instances with a Windows licence");
}

#[test]
fn addresses_monitoring_and_temporary_storage_are_told() {
    let open = Planned {
        unknown: vec!["associate_public_ip_address".to_owned()],
        ..created("aws_instance.open", json!({"instance_type": "m5.large", "monitoring": true}))
    };
    let function = created("aws_lambda_function.f", json!({"ephemeral_storage": [{"size": 1536}]}));
    let usage = "resource \"aws_lambda_function.f\" {\n  requests_millions = 1\n  average_duration_ms = 1000\n}\n";
    let estimate =
        estimated(&[open, function, created("aws_ebs_volume.v", json!({"type": "gp3", "size": -10}))], usage);
    let open = lines(&estimate, "aws_instance.open");
    assert!(
        open.contains(&(
            "Public IPv4 address".to_owned(),
            "`associate_public_ip_address` is known only after apply".to_owned()
        )),
        "{open:?}"
    );
    assert!(open.iter().any(|(name, _)| name == "Detailed monitoring"), "{open:?}");
    let storage = lines(&estimate, "aws_lambda_function.f").pop().unwrap();
    assert_eq!(storage.0, "Temporary storage above 512 MB");
    assert!(lines(&estimate, "aws_ebs_volume.v")[0].1.starts_with("`size` is -10, for which there is no price"));
}

#[test]
fn a_change_to_the_unknown_is_unknown() {
    let open = Planned {
        before: Some(json!({"type": "gp2", "size": 10})),
        unknown: vec!["size".to_owned()],
        actions: vec!["update".to_owned()],
        ..created("aws_ebs_volume.v", json!({"type": "gp2"}))
    };
    let estimate = estimated(&[open], "");
    assert!(estimate.resources[0].is_change_unknown());
}
