//! examples/rollout-gate with the real hashicorp/aws: a release is promoted, the next one rolled back.
//!
//! hashicorp/aws waits a minute for a load balancer, whatever the sandbox says: that one is made by hand, and imported.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use parapet_sandbox::{Backend, Options, Sandbox};
use parapet_tests::provider::Provider;
use parapet_tests::tools::Terraform;
use parapet_tests::workspace::Workspace;
use parapet_tests::{calls, checkout};
use serde_json::{Value, json};

use super::judged::busy;
use crate::series::{self, ERRORS, Service};
use crate::server::{Prometheus, Tools};

/// Providers that ask the sandbox.
const SANDBOX: &str = r#"
provider "aws" {
  region                      = var.region
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true

  endpoints {
    ec2 = var.endpoint
    elb = var.endpoint
    sts = var.endpoint
  }
}

provider "parapet" {
  region     = var.region
  access_key = "test"
  secret_key = "test"

  endpoints {
    elbv2 = var.endpoint
  }
}
"#;

const STEPS: &str =
    r#"-var=steps=[{weight=5,min_duration="2s"},{weight=50,min_duration="2s"},{weight=100,min_duration="0s"}]"#;

struct Example {
    sandbox: Sandbox,
    workspace: Workspace,
}

impl Example {
    /// Calls an operation of the load balancer's service.
    fn ask(&self, action: &str) -> Result<String> {
        let body = format!("Action={action}&Version=2015-12-01");
        calls::form(&self.sandbox.endpoint, "eu-west-1", "elasticloadbalancing", &body)
    }

    /// Makes the load balancer as the example describes it, in its subnets, and has it imported.
    fn make_load_balancer(&self) -> Result<()> {
        let state = self.workspace.show_state()?;
        let resources = state.pointer("/values/root_module/resources").and_then(Value::as_array);
        let ids = |kind: &'static str| {
            let found = resources.into_iter().flatten().filter(move |it| it["type"] == json!(kind));
            found.filter_map(|it| it["values"]["id"].as_str())
        };
        let subnets: String =
            (1..).zip(ids("aws_subnet")).map(|(number, id)| format!("&Subnets.member.{number}={id}")).collect();
        let group = ids("aws_security_group").next().context("no security group")?;
        let made = self.ask(&format!(
            "CreateLoadBalancer&Name=shop&Scheme=internal&Type=application&SecurityGroups.member.1={group}{subnets}"
        ))?;
        let arn = within(&made, "LoadBalancerArn")?;
        let attributes = [
            ("routing.http.drop_invalid_header_fields.enabled", "true"),
            ("routing.http2.enabled", "true"),
            ("idle_timeout.timeout_seconds", "60"),
        ];
        let attributes: String = (1..)
            .zip(attributes)
            .map(|(number, (key, value))| {
                format!("&Attributes.member.{number}.Key={key}&Attributes.member.{number}.Value={value}")
            })
            .collect();
        self.ask(&format!("ModifyLoadBalancerAttributes&LoadBalancerArn={arn}{attributes}"))?;
        self.workspace.write("import.tf", &format!("import {{\n  to = aws_lb.this\n  id = \"{arn}\"\n}}\n"))
    }

    /// The shares of the target groups blue and green, as the load balancer has them.
    fn weights(&self) -> Result<(String, String)> {
        let balancers = self.ask("DescribeLoadBalancers")?;
        let balancer = within(&balancers, "LoadBalancerArn")?;
        let listeners = self.ask(&format!("DescribeListeners&LoadBalancerArn={balancer}"))?;
        let rules = self.ask(&format!("DescribeRules&ListenerArn={}", within(&listeners, "ListenerArn")?))?;
        let of = |name: &str| {
            let mut groups = rules.split("<TargetGroups>").skip(1).flat_map(|it| it.split("<member>"));
            let group = groups.find(|it| it.contains(&format!("targetgroup/shop-{name}/")) && it.contains("<Weight>"));
            within(group.with_context(|| format!("no rule forwards to {name}: {rules}"))?, "Weight")
        };
        Ok((of("blue")?, of("green")?))
    }

    fn stands(&self, (blue, green): (&str, &str), release: &str, verdict: &str) -> Result<()> {
        let weights = self.weights()?;
        ensure!((weights.0.as_str(), weights.1.as_str()) == (blue, green), "blue and green have {weights:?}");
        let outputs = self.workspace.outputs()?;
        let found = &outputs["release"];
        ensure!(found["release"] == json!(release) && found["verdict"] == json!(verdict), "{found:#}");
        Ok(())
    }
}

/// What the first element of a name contains.
fn within(xml: &str, name: &str) -> Result<String> {
    let inside = xml.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once('<'));
    inside.map(|(text, _)| text.to_owned()).with_context(|| format!("no {name} in {xml}"))
}

pub(crate) fn applied(terraform: &Terraform, tools: &Tools, aws: &Path, moto: &Path) -> Result<()> {
    let sandbox = Sandbox::start(Options { moto: Backend::Program(moto.to_owned()), ..Options::default() })?;
    let workspace = Workspace::new(terraform)?
        .with_provider(&Provider::parapet()?)?
        .with_mirror(aws)?
        .with_variable("TF_VAR_endpoint", &sandbox.endpoint);
    workspace.copy(&checkout::root().join("examples/rollout-gate"))?;
    workspace.write("endpoint.tf", "variable \"endpoint\" {\n  type = string\n}\n")?;
    workspace.write("sandbox_override.tf", SANDBOX)?;
    workspace.init()?.succeeds();
    let bad = Service { errors: 6.0 * ERRORS, ..busy("shop") };
    let (good, bad) = (series::quick(&[busy("shop")]), || series::quick(&[bad]));
    let prometheus = Prometheus::new(tools, &good, "[]")?;
    let server = prometheus.start()?;
    let url = |url: &str| format!("-var=prometheus_url={url}");
    let given = |more: &[&str], at: &str| {
        let mut all = vec![url(at), STEPS.to_owned(), "-var=window=1s".to_owned()];
        all.extend(more.iter().map(|it| (*it).to_owned()));
        all
    };
    let example = Example { sandbox, workspace };
    let apply = |more: &[&str], at: &str| {
        let given = given(more, at);
        example.workspace.apply(&given.iter().map(String::as_str).collect::<Vec<_>>())
    };
    apply(&["-target=aws_subnet.this", "-target=aws_security_group.this"], &server.url())?.succeeds();
    example.make_load_balancer()?;
    apply(&[], &server.url())?.succeeds().says("1 imported").says(" 0 changed");
    ensure!(example.weights()? == ("100".to_owned(), "0".to_owned()), "{:?}", example.weights()?);

    apply(&["-var=release_id=v2"], &server.url())?.succeeds();
    example.stands(("0", "100"), "v2", "promote")?;

    // Green is the stable one now; what replaces it in blue fails.
    let next = ["-var=release_id=v3", "-var=stable=green"];
    let prometheus = Prometheus::new(tools, &bad(), "[]")?;
    let failing = prometheus.start()?;
    apply(&next, &failing.url())?.fails().says("v3 was not promoted: rollback").says("errors: rollback:");
    let weights = example.weights()?;
    ensure!(weights == ("0".to_owned(), "100".to_owned()), "blue and green have {weights:?}");
    let moved = example.sandbox.control().called("elasticloadbalancing", "ModifyRule").succeeded;
    ensure!(moved >= 5, "the rule was changed {moved} times: to 5, 50 and 100, to 5 at least, and back");
    let given = given(&["-var=release_id=v2", "-var=stable=green"], &server.url());
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    example.workspace.apply(&given)?.succeeds();
    example.stands(("0", "100"), "v2", "rollback")?;
    Ok(())
}
