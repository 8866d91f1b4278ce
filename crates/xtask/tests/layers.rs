//! Dependencies between the crates of this workspace point one way, and only two crates know AWS.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use xtask::checkout;

/// Each crate and those of this workspace it may depend on in what it ships.
const LAYERS: [(&str, &[&str]); 14] = [
    ("tfplugin-derive", &[]),
    ("tfplugin", &["tfplugin-derive"]),
    ("parapet-analysis", &[]),
    ("parapet-metrics", &["parapet-analysis"]),
    ("parapet-policy", &["parapet-pricing"]),
    ("parapet-pricing", &[]),
    ("parapet-remediation", &["parapet-policy", "parapet-pricing"]),
    ("parapet-guard", &["parapet-policy", "tfplugin"]),
    ("parapet-evidence", &[]),
    ("parapet-sandbox", &["parapet-pricing"]),
    (
        "parapet-cli",
        &[
            "parapet-analysis",
            "parapet-evidence",
            "parapet-guard",
            "parapet-metrics",
            "parapet-policy",
            "parapet-pricing",
            "parapet-remediation",
        ],
    ),
    (
        "terraform-provider-parapet",
        &[
            "parapet-analysis",
            "parapet-evidence",
            "parapet-metrics",
            "parapet-policy",
            "parapet-pricing",
            "parapet-remediation",
            "tfplugin",
        ],
    ),
    ("parapet-tests", &["parapet-sandbox", "tfplugin"]),
    (
        "xtask",
        &[
            "parapet-analysis",
            "parapet-policy",
            "parapet-sandbox",
            "parapet-tests",
            "terraform-provider-parapet",
            "tfplugin",
        ],
    ),
];

/// Those that may talk to AWS.
const KNOW_AWS: [&str; 2] = ["terraform-provider-parapet", "parapet-sandbox"];

fn metadata() -> Result<Value> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .current_dir(checkout::root())
        .output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// Name of each package to the names of its dependencies for the shipped code; packages of the workspace only, or all.
fn dependencies(metadata: &Value, all: bool) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let list = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_array).cloned().with_context(|| format!("cargo metadata has no {key}"))
    };
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let members = list(metadata, "workspace_members")?;
    let mut found = BTreeMap::new();
    for package in list(metadata, "packages")? {
        if all || package.get("id").is_some_and(|id| members.contains(id)) {
            let dependencies = list(&package, "dependencies")?;
            // Without a kind: neither for tests nor for building.
            let shipped = dependencies.iter().filter(|it| it.get("kind").is_none_or(Value::is_null));
            let name = text(&package, "name").context("a package without a name")?;
            found.insert(name, shipped.filter_map(|it| text(it, "name")).collect());
        }
    }
    Ok(found)
}

#[test]
fn dependencies_point_one_way() {
    let crates = dependencies(&metadata().unwrap(), false).unwrap();
    for (name, found) in &crates {
        let Some((_, allowed)) = LAYERS.iter().find(|(layer, _)| layer == name) else {
            panic!("{name} is new: say in this file what it may depend on");
        };
        let inner: Vec<&String> = found.iter().filter(|dependency| crates.contains_key(*dependency)).collect();
        let wrong: Vec<_> = inner.iter().filter(|dependency| !allowed.contains(&dependency.as_str())).collect();
        assert!(wrong.is_empty(), "{name} may not depend on {wrong:?}");
    }
}

#[test]
fn only_the_provider_and_the_sandbox_know_aws() {
    for (name, found) in dependencies(&metadata().unwrap(), false).unwrap() {
        let aws: Vec<&String> = found.iter().filter(|name| name.starts_with("aws-")).collect();
        assert!(aws.is_empty() || KNOW_AWS.contains(&name.as_str()), "{name} may not depend on {aws:?}");
    }
}

#[test]
fn deny_toml_names_every_aws_crate() {
    let deny = checkout::read(&checkout::root().join("deny.toml")).unwrap();
    let all = dependencies(&metadata().unwrap(), true).unwrap();
    let sdk = all.keys().filter(|name| name.starts_with("aws-sdk-") || *name == "aws-config");
    let missing: Vec<&String> =
        sdk.filter(|name| !deny.contains(&format!("{{ crate = \"{name}\", wrappers ="))).collect();
    assert!(missing.is_empty(), "add to [bans] of deny.toml, with wrappers: {missing:?}");
}
