//! What a team would get wrong: the plan stops, and says what and where.

use anyhow::{Context as _, Result};
use parapet_tests::process::Run;
use parapet_tests::tools::Terraform;

use crate::example;

/// The plan of a stack that uses one module.
fn plan(terraform: &Terraform, module: &str, stack: &str) -> Result<Run> {
    let workspace = example::stack(terraform, module)?;
    workspace.write("main.tf", stack)?;
    workspace.init()?.succeeds();
    workspace.plan(&[])
}

pub(crate) fn flags(terraform: &Terraform) -> Result<()> {
    let stack = r#"
module "flags" {
  source    = "./modules/feature-flags"
  namespace = "shop"
  as_of     = "2026-11-23"
  flags = jsonencode({ flags = {
    banner   = { state = "on", variants = { on = true, off = "no" }, defaultVariant = "of", metadata = { owner = "x" } }
    Checkout = { state = "ENABLED", variants = { on = true }, defaultVariant = "on", metadata = { expires = "2026-01-01" } }
    search   = { state = "ENABLED", varients = { on = true }, defaultVariant = "on", metadata = { owner = "x", expires = "soon" } }
    split = {
      state = "ENABLED", variants = { on = true, off = false }, defaultVariant = "on", metadata = { owner = "x" }
      targeting = { fractional = [["on", 10], ["of", 80.5]] }
    }
    target = {
      state = "ENABLED", variants = { on = true, off = false }, defaultVariant = "on", metadata = { owner = "x" }
      targeting = { if = [{ equals = [{ var = "tier" }, "beta"] }, "onn", { if = [{ "$ref" = "beta" }, 1, "of"] }] }
    }
    twice = {
      state = "ENABLED", variants = { on = true, off = false }, defaultVariant = "on", metadata = { owner = "x" }
      targeting = { if = [{ "==" = [1, 1], "!=" = [1, 2] }, "on", "off"] }
    }
    empty = { state = null, variants = {}, defaultVariant = "on", metadata = { owner = "x" } }
    bare  = true
  } })
}
"#;
    plan(terraform, "feature-flags", stack)?
        .fails()
        .says("flag banner: its state is \"on\"; it is ENABLED or DISABLED")
        .says("flag banner: its variants are of different types (boolean, string)")
        .says("flag banner: defaultVariant is \"of\", which is none of its variants (off, on)")
        .says("flag Checkout: a name is lower case letters")
        .says("flag Checkout: has expired on 2026-01-01")
        .says("flag Checkout: metadata has no owner")
        .says("flag search: \"varients\" is not part of a flag")
        .says("flag search: has no variants")
        .says("flag search: metadata.expires is \"soon\"")
        .says("flag split: the shares of `fractional` sum to 90.5, not to 100")
        .says("flag split: the share of \"of\" is 80.5; it is a whole number")
        .says("flag split: `fractional` gives \"of\" a share")
        .says("flag target: flagd knows no operator \"equals\"")
        .says("flag target: its targeting results in \"onn\", which is none of its variants (off, on)")
        .says("flag target: its targeting results in 1")
        .says("flag target: its targeting results in \"of\"")
        .says("flag target: `$ref` names \"beta\", which is none of `$evaluators`")
        .says("flag twice: an operation has one operator, and here are !=, ==")
        .says("flag empty: has no state")
        .says("flag empty: `variants` is no object with at least one variant")
        .says("flag bare: is no object")
        .says("with module.flags.data.parapet_policy_check.flags");
    Ok(())
}

pub(crate) fn experiments(terraform: &Terraform) -> Result<()> {
    let experiments = |namespace: &str| {
        format!(
            r#"
module "chaos" {{
  source             = "./modules/chaos"
  allowed_namespaces = ["shop"]
  experiments = {{
    large = {{
      kind = "PodChaos", action = "pod-failure", namespace = "{namespace}", labels = {{ app = "web" }}
      mode = "random-max-percent", value = 80, duration = "10m", every_minutes = 5
    }}
    many = {{ kind = "PodChaos", action = "pod-kill", namespace = "shop", labels = {{ app = "web" }}, mode = "fixed", value = 10 }}
    none = {{ kind = "StressChaos", namespace = "shop", labels = {{ app = "web" }}, mode = "fixed", value = 0, stress = {{ cpu_workers = 1 }} }}
  }}
}}
"#
        )
    };
    plan(terraform, "chaos", &experiments("shop"))?
        .fails()
        .says("large disturbs 80% of the pods, the limit is 30%")
        .says("large lasts 600 seconds, the limit is 300")
        .says("large repeats every 5 minutes, the limit is 10")
        .says("large repeats before it has ended")
        .says("many disturbs 10 pods, the limit is 3")
        .says("none disturbs no pod: 0");
    plan(terraform, "chaos", &experiments("billing"))?
        .fails()
        .says("Outside the allowed namespaces (shop): large is for billing");
    Ok(())
}

pub(crate) fn dashboards(terraform: &Terraform) -> Result<()> {
    let workspace = example::example(terraform, "observability")?;
    workspace.write("checkout.json", r#"{"dashboard": {"title": "Checkout", "panels": []}}"#)?;
    workspace.plan(&[])?.fails().says("Grafana finds no dashboard in this file, only the wrapping of its API");
    let panels = r#"{"title": "Checkout", "uid": "checkout", "panels": [
        {"id": 1, "title": "Requests", "type": "graph", "targets": [{"expr": "sum(rate(http_requests_total[5m])"}]},
        {"id": 2, "title": "Errors", "type": "stat", "targets": [{"expr": ""}]}
    ]}"#;
    workspace.write("checkout.json", panels)?;
    workspace
        .plan(&[])?
        .fails()
        .says("use `timeseries`")
        .says("asks nothing")
        .says("observability-grafana-queries-parse")
        .says("with module.observability.data.parapet_admission_review.configuration");
    Ok(())
}

pub(crate) fn manifests(terraform: &Terraform) -> Result<()> {
    let workspace = example::example(terraform, "progressive-delivery")?;
    let main = std::fs::read_to_string(workspace.path().join("main.tf"))?;
    let (before, after) = main.split_once("traffic_policy = {").context("the example has no traffic policy")?;
    // Something that validations of variables do not know, and a rule of the pack does.
    let shadow = "shadow = { env = { PAYMENT_API_KEY = \"sk-4f9a8d7c6b5e\" } }\n\n  traffic_policy = {";
    workspace.write("main.tf", &format!("{before}{shadow}{after}"))?;
    workspace
        .plan(&[])?
        .fails()
        .says("in plain text in PAYMENT_API_KEY")
        .says("with module.delivery[\"search\"].data.parapet_admission_review.delivery")
        .never_says("sk-4f9a8d7c6b5e");
    Ok(())
}
