//! Dependencies between the crates of this workspace point one way, and only two crates know AWS.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;
use xtask::checkout;

/// Each crate and those of this workspace it may depend on in what it ships.
const LAYERS: [(&str, &[&str]); 9] = [
    ("tfplugin-derive", &[]),
    ("tfplugin", &["tfplugin-derive"]),
    ("parapet-policy", &[]),
    ("parapet-evidence", &[]),
    ("parapet-sandbox", &[]),
    ("parapet-cli", &["parapet-evidence", "parapet-policy"]),
    ("terraform-provider-parapet", &["parapet-evidence", "parapet-policy", "tfplugin"]),
    ("parapet-tests", &["parapet-sandbox", "tfplugin"]),
    ("xtask", &["parapet-policy", "terraform-provider-parapet", "tfplugin"]),
];

/// Those that may talk to AWS.
const KNOW_AWS: [&str; 2] = ["terraform-provider-parapet", "parapet-sandbox"];

fn metadata() -> Value {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--locked", "--offline"])
        .current_dir(checkout::root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Name of each package to the names of its dependencies for the shipped code; packages of the workspace only, or all.
fn dependencies(metadata: &Value, all: bool) -> BTreeMap<String, BTreeSet<String>> {
    let members: Vec<&Value> = metadata["workspace_members"].as_array().unwrap().iter().collect();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .filter(|package| all || members.contains(&&package["id"]))
        .map(|package| {
            let shipped = package["dependencies"].as_array().unwrap().iter().filter(|it| it["kind"].is_null());
            let names = shipped.map(|it| it["name"].as_str().unwrap().to_owned());
            (package["name"].as_str().unwrap().to_owned(), names.collect())
        })
        .collect()
}

#[test]
fn dependencies_point_one_way() {
    let crates = dependencies(&metadata(), false);
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
    for (name, found) in dependencies(&metadata(), false) {
        let aws: Vec<&String> = found.iter().filter(|name| name.starts_with("aws-")).collect();
        assert!(aws.is_empty() || KNOW_AWS.contains(&name.as_str()), "{name} may not depend on {aws:?}");
    }
}

#[test]
fn deny_toml_names_every_aws_crate() {
    let deny = checkout::read(&checkout::root().join("deny.toml")).unwrap();
    let all = dependencies(&metadata(), true);
    let sdk = all.keys().filter(|name| name.starts_with("aws-sdk-") || *name == "aws-config");
    let missing: Vec<&String> =
        sdk.filter(|name| !deny.contains(&format!("{{ crate = \"{name}\", wrappers ="))).collect();
    assert!(missing.is_empty(), "add to [bans] of deny.toml, with wrappers: {missing:?}");
}
