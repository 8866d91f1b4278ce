//! What is asked of AWS beside EKS, on servers that stand in for S3 and EC2: interruption data, launch templates, and the price book
//! that goes before AWS.

use std::fs;
use std::path::Path;

use aws_sdk_ec2::types::{
    InstanceType, LaunchTemplateHibernationOptions, LaunchTemplateIamInstanceProfileSpecification,
    LaunchTemplateInstanceMarketOptions, LaunchTemplateInstanceNetworkInterfaceSpecification as Network,
    ResponseLaunchTemplateData,
};
use serde_json::{Value as Json, json};
use tfplugin::testing::Harness;

use super::rules::{TYPE, config};
use crate::Parapet;
use crate::aws::stub::{Answer, Request, serve};
use crate::resources::spot_node_group::template::refused;

const NOBODY: &str = "http://127.0.0.1:1";

/// The provider with some services at other addresses, and more in its block.
async fn provider(endpoints: Json, more: Json) -> Result<Harness<Parapet>, String> {
    let mut all = json!({ "ec2": NOBODY, "eks": NOBODY, "pricing": NOBODY, "s3": NOBODY });
    all.as_object_mut().unwrap().extend(endpoints.as_object().unwrap().clone());
    let mut block = json!({
        "region": "eu-west-1", "access_key": "AKIDEXAMPLE", "secret_key": "s", "max_retries": 0, "s3_use_path_style": true,
        "policy": { "packs": [] }, "endpoints": all,
    });
    block.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Harness::start(Parapet, &block).await.map_err(|failure| failure.text())
}

/// Two types and nothing else.
fn two(more: Json) -> Json {
    let mut two = json!({ "instance_requirements": null, "instance_types": ["m5.xlarge", "m6i.xlarge"] });
    two.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    config(two)
}

/// Answers with the advisor's data whoever signs for the bucket's region.
fn advisor(request: &Request) -> Answer {
    let signature = request.header("authorization").unwrap_or_default();
    let signed = signature.starts_with("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/")
        && signature.contains("/us-east-1/s3/aws4_request")
        && signature.contains("Signature=");
    let path = request.path.split('?').next().unwrap();
    if !signed || (request.method.as_str(), path) != ("GET", "/spot-bid-advisor/spot-advisor-data.json") {
        return Answer::new(403, "application/xml", "<Error><Code>AccessDenied</Code><Message>no</Message></Error>");
    }
    let linux = json!({ "m5.xlarge": { "s": 60, "r": 0 }, "m6i.xlarge": { "s": 55, "r": 1 }, "m7i.xlarge": { "s": 50, "r": 4 } });
    let data = json!({ "spot_advisor": { "eu-west-1": { "Linux": linux } } });
    let mut answer = Answer::new(200, "application/json", data.to_string());
    answer.headers.push(("last-modified", "Fri, 20 Nov 2026 10:00:00 GMT".to_owned()));
    answer
}

#[tokio::test]
async fn interruption_rates_are_read_with_a_signature() {
    let harness = provider(json!({ "s3": serve(advisor).await }), json!({})).await.unwrap();
    let calm = two(json!({ "max_interruption_rate_percent": 10 }));
    let planned = harness.plan(TYPE, None, Some(&calm)).await.unwrap();
    let rows = planned.value.attribute("selected_instance_types").to_string();
    assert!(rows.contains("<5%") && rows.contains("5-10%"), "{rows}");
    assert!(rows.contains("Spot: Spot Instance Advisor, estimated"), "the advisor's savings stand in: {rows}");
    let warnings = format!("{:?}", planned.warnings);
    assert!(!warnings.contains("Interruption rates are unknown"), "{warnings}");
    // Without a ceiling the file is not asked for.
    let planned = harness.plan(TYPE, None, Some(&two(json!({})))).await.unwrap();
    assert!(!planned.value.attribute("selected_instance_types").to_string().contains("<5%"));
    let often = config(json!({
        "instance_requirements": null, "instance_types": ["m5.xlarge", "m7i.xlarge"], "max_interruption_rate_percent": 10,
    }));
    let refused = harness.plan(TYPE, None, Some(&often)).await.unwrap_err().text();
    assert!(refused.contains("interrupted too often"), "{refused}");
    assert!(refused.contains("max_interruption_rate_percent: 100 instead of 10"), "{refused}");
}

#[tokio::test]
async fn interruption_rates_that_cannot_be_read_are_unknown() {
    let denied =
        serve(|_| Answer::new(403, "application/xml", "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"));
    let garbled = serve(|_| Answer::new(200, "application/json", "{}"));
    for (endpoint, expected) in [
        (denied.await, "AccessDenied"),
        (garbled.await, "cannot be read as what the Spot Instance Advisor (spot-advisor-data.json) writes"),
    ] {
        let harness = provider(json!({ "s3": endpoint }), json!({})).await.unwrap();
        let calm = two(json!({ "max_interruption_rate_percent": 10 }));
        let refused = harness.plan(TYPE, None, Some(&calm)).await.unwrap_err().text();
        assert!(refused.contains("interruption rate unknown") && refused.contains(expected), "{refused}");
    }
}

fn book(directory: &Path, instances: Json) -> Json {
    let path = directory.join("prices.json");
    let book = json!({
        "format": "parapet-price-book/1", "name": "Our private rates", "date": "2026-11-01", "instances": { "eu-west-1": instances },
    });
    fs::write(&path, book.to_string()).unwrap();
    json!({ "price_book": path })
}

#[tokio::test]
async fn prices_of_ones_own_go_before_those_of_aws() {
    let directory = tempfile::tempdir().unwrap();
    let all = book(directory.path(), json!({ "m5.xlarge": 0.11, "m6i.xlarge": "0.12" }));
    let harness = provider(json!({}), all).await.unwrap();
    let planned = harness.plan(TYPE, None, Some(&two(json!({})))).await.unwrap();
    let rows = planned.value.attribute("selected_instance_types").to_string();
    assert!(rows.contains("0.11") && rows.contains("0.12") && rows.contains("on demand: Our private rates"), "{rows}");
    assert!(rows.contains("2026-11-01"), "{rows}");
    // AWS is not even asked.
    let warnings = format!("{:?}", planned.warnings);
    assert!(!warnings.contains("On-demand prices"), "{warnings}");
    // What it does not have is AWS's, and else the reference book's.
    let harness = provider(json!({}), book(directory.path(), json!({ "m6i.xlarge": 0.11 }))).await.unwrap();
    let planned = harness.plan(TYPE, None, Some(&two(json!({})))).await.unwrap();
    let rows = planned.value.attribute("selected_instance_types").to_string();
    assert!(rows.contains("Our private rates") && rows.contains("on demand: Parapet reference"), "{rows}");
    let warnings = format!("{:?}", planned.warnings);
    assert!(warnings.contains("On-demand prices are those of the price book"), "{warnings}");
}

/// A rule that says what an m5.xlarge costs, by the rates that `data.parapet.prices` has.
const PRICED: &str = r#"# METADATA
# title: Says what an hour costs
# custom:
#   severity: high
#   remediation: None.
#   resources: [aws_instance, parapet_spot_node_group]
package parapet.own.cost.priced

import rego.v1

deny contains {"message": message} if {
	message := sprintf("an hour costs $%v", [data.parapet.prices.regions["eu-west-1"].ec2["m5.xlarge"].usd])
}
"#;
/// A rule that says what a stack costs.
const ESTIMATED: &str = r#"# METADATA
# title: Says what a month costs
# custom:
#   severity: high
#   scope: plan
#   remediation: None.
package parapet.own.cost.estimated

import rego.v1

deny contains {"address": address, "message": message} if {
	some address, resource in input.cost.resources
	message := sprintf("%s costs $%v", [address, resource.monthly_usd])
}
"#;

#[tokio::test]
async fn rules_see_the_prices_of_the_provider_block() {
    let directory = tempfile::tempdir().unwrap();
    let (rules, stack) = (directory.path().join("rules"), directory.path().join("stack"));
    for it in [&rules, &stack] {
        fs::create_dir(it).unwrap();
    }
    fs::write(rules.join("priced.rego"), PRICED).unwrap();
    let stack_of = "provider \"aws\" {\n  region = \"eu-west-1\"\n}\nresource \"aws_instance\" \"web\" {\n  instance_type = \"m5.xlarge\"\n}\n";
    fs::write(stack.join("main.tf"), stack_of).unwrap();
    // What else a settings file says of cost still counts.
    fs::write(stack.join("parapet.hcl"), "cost {\n  usage_file = \"usage.hcl\"\n  price_book = \"theirs.json\"\n}\n")
        .unwrap();
    fs::write(stack.join("usage.hcl"), "resource \"aws_instance.web\" {\n  root_volume_gb = 0\n}\n").unwrap();
    fs::rename(path_of(&book(directory.path(), json!({ "m5.xlarge": 0.5 }))), stack.join("theirs.json")).unwrap();
    let block = |own: Json| {
        let mut block = json!({ "policy": { "packs": [], "policy_dirs": [&rules] } });
        block.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        block
    };
    let check = json!({
        "configuration_dir": &stack, "packs": [], "enforcement": "advisory",
        "policies": { "priced.rego": PRICED, "estimated.rego": ESTIMATED },
    });
    // 730 hours at each rate.
    for (own, hour, month) in [
        (json!({}), "an hour costs $0.5", "aws_instance.web costs $365"),
        (book(directory.path(), json!({ "m5.xlarge": 0.11 })), "an hour costs $0.11", "aws_instance.web costs $80.3"),
    ] {
        let is_own = own.as_object().is_some_and(|it| !it.is_empty());
        let harness = provider(json!({}), block(own)).await.unwrap();
        let (answer, _) = harness.read_data("parapet_policy_check", &check).await.unwrap();
        let findings = answer["findings"].to_string();
        assert!(findings.contains(hour) && findings.contains(month), "{findings}");
        // The provider's own review reads no settings file of the stack here: without a book it sees the reference's prices.
        let refused = harness.plan(TYPE, None, Some(&two(json!({})))).await.unwrap_err().text();
        assert_eq!(refused.contains(hour), is_own, "{refused}");
        assert!(refused.contains("an hour costs $"), "{refused}");
    }
}

fn path_of(block: &Json) -> &str {
    block["price_book"].as_str().unwrap()
}

#[tokio::test]
async fn a_price_book_that_cannot_be_read_is_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let refused = provider(json!({}), json!({ "price_book": directory.path().join("no.json") })).await.err().unwrap();
    assert!(refused.contains("price_book: The price book cannot be read") && refused.contains("no.json"), "{refused}");
    let zero = book(directory.path(), json!({ "m5.xlarge": 0 }));
    let refused = provider(json!({}), zero).await.err().unwrap();
    assert!(refused.contains("price_book: The price book is not valid") && refused.contains("line 1"), "{refused}");
    let unnamed = book(directory.path(), json!({ "m5": 0.1 }));
    let refused = provider(json!({}), unnamed).await.err().unwrap();
    assert!(refused.contains("instances.eu-west-1"), "{refused}");
}

/// EC2, which knows one launch template.
fn templates(request: &Request) -> Answer {
    let form = String::from_utf8(request.body.clone()).unwrap();
    let xml = |status, body: &str| Answer::new(status, "text/xml", body);
    let error = |code: &str| {
        xml(
            400,
            &format!("<Response><Errors><Error><Code>{code}</Code><Message>no</Message></Error></Errors></Response>"),
        )
    };
    if !form.contains("Action=DescribeLaunchTemplateVersions") {
        return error("UnauthorizedOperation");
    }
    if form.contains("lt-0secret") {
        return error("UnauthorizedOperation");
    }
    if !form.contains("LaunchTemplateId=lt-0nodes") {
        return error("InvalidLaunchTemplateId.NotFound");
    }
    let subnet = if form.contains("LaunchTemplateVersion.1=2") {
        "<networkInterfaceSet><item><subnetId>subnet-9</subnetId></item></networkInterfaceSet>"
    } else {
        "<ebsOptimized>true</ebsOptimized>"
    };
    xml(
        200,
        &format!(
            "<DescribeLaunchTemplateVersionsResponse><launchTemplateVersionSet><item><launchTemplateId>lt-0nodes</launchTemplateId>\
             <versionNumber>1</versionNumber><launchTemplateData>{subnet}</launchTemplateData></item></launchTemplateVersionSet>\
             </DescribeLaunchTemplateVersionsResponse>"
        ),
    )
}

#[tokio::test]
async fn a_launch_template_is_looked_at_while_planning() {
    let harness = provider(json!({ "ec2": serve(templates).await }), json!({})).await.unwrap();
    let with = |id: &str, version: &str| two(json!({ "launch_template": { "id": id, "version": version } }));
    let fits = harness.plan(TYPE, None, Some(&with("lt-0nodes", "1"))).await.unwrap();
    assert!(!format!("{:?}", fits.warnings).contains("launch template"), "{:?}", fits.warnings);
    for (id, version, expected) in [
        ("lt-0nodes", "2", "launch_template: EKS does not take this launch template: It names a subnet"),
        (
            "lt-0gone",
            "1",
            "launch_template: There is no such launch template: eu-west-1 has no launch template lt-0gone",
        ),
    ] {
        let refused = harness.plan(TYPE, None, Some(&with(id, version))).await.unwrap_err().text();
        assert!(refused.contains(expected), "{refused}");
    }
    let unseen = harness.plan(TYPE, None, Some(&with("lt-0secret", "1"))).await.unwrap();
    let warnings = format!("{:?}", unseen.warnings);
    assert!(
        warnings.contains("The launch template was not checked") && warnings.contains("Unauthorized"),
        "{warnings}"
    );
}

#[test]
fn what_eks_refuses_in_a_template_is_named() {
    let data = ResponseLaunchTemplateData::builder;
    let network = |subnet: &str| Network::builder().subnet_id(subnet).build();
    let hibernation = |on| LaunchTemplateHibernationOptions::builder().configured(on).build();
    let market = LaunchTemplateInstanceMarketOptions::builder().market_type("spot".into()).build();
    let profile = LaunchTemplateIamInstanceProfileSpecification::builder().name("nodes").build();
    for (data, ami_type, expected) in [
        (data().build(), None, None),
        (data().image_id("ami-1").build(), None, None),
        (data().image_id("ami-1").build(), Some("CUSTOM"), None),
        (data().network_interfaces(Network::builder().groups("sg-1").build()).build(), None, None),
        (data().hibernation_options(hibernation(false)).build(), None, None),
        (data().instance_type(InstanceType::M5Large).build(), None, Some("launch_template: It names an instance type")),
        (data().network_interfaces(network("subnet-1")).build(), None, Some("launch_template: It names a subnet")),
        (data().iam_instance_profile(profile).build(), None, Some("launch_template: It names an instance profile")),
        (data().instance_market_options(market).build(), None, Some("launch_template: It names a Spot market")),
        (data().hibernation_options(hibernation(true)).build(), None, Some("launch_template: It names hibernation")),
        (data().image_id("ami-1").build(), Some("AL2023_x86_64_STANDARD"), Some("ami_type: The template has an image")),
        (data().build(), Some("CUSTOM"), Some("ami_type: `CUSTOM` is the image that a launch template names")),
    ] {
        let said = refused(&data, ami_type).map(|(at, detail)| format!("{at}: {detail}"));
        match expected {
            Some(expected) => assert!(said.as_deref().is_some_and(|said| said.starts_with(expected)), "{said:?}"),
            None => assert_eq!(said, None),
        }
    }
}
