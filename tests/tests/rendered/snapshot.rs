//! Rendered documents as they were reviewed.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use parapet_tests::checkout;
use serde_json::Value;

fn directory() -> PathBuf {
    checkout::root().join("tests/tests/rendered/snapshots")
}

/// Holds what was rendered against the snapshot with this name.
pub(crate) fn hold(name: &str, rendered: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(directory());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, rendered));
}

/// Every snapshot by name, without insta's head.
pub(crate) fn all() -> Result<Vec<(String, String)>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(directory())? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "snap") {
            continue;
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path)?;
        let body = text.splitn(3, "---\n").nth(2).with_context(|| format!("{}: no head", path.display()))?;
        all.push((name, body.to_owned()));
    }
    all.sort();
    anyhow::ensure!(!all.is_empty(), "no snapshots in {}", directory().display());
    Ok(all)
}

/// The objects of a snapshot.
pub(crate) fn objects(name: &str) -> Result<Vec<Value>> {
    let (_, text) =
        all()?.into_iter().find(|(found, _)| found == name).with_context(|| format!("no snapshot {name}"))?;
    documents(&text).with_context(|| name.to_owned())
}

/// The object of a snapshot that has this name.
pub(crate) fn object(snapshot: &str, name: &str) -> Result<Value> {
    let named = |object: &Value| object["metadata"]["name"] == name;
    objects(snapshot)?.into_iter().find(named).with_context(|| format!("{snapshot}: no object {name}"))
}

/// The documents of a YAML text.
pub(crate) fn documents(yaml: &str) -> Result<Vec<Value>> {
    Ok(serde_saphyr::from_str_multiple(yaml)?)
}
