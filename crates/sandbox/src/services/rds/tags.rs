//! Tags of whatever has an ARN here.

use std::collections::BTreeMap;

use super::model::Store;
use super::{Result, invalid};
use crate::protocol::ApiError;
use crate::protocol::query::Params;
use crate::protocol::xml::Xml;

/// Whether a resource lives here, by its ARN.
pub(super) fn owns(arn: &str) -> bool {
    matches!(kind(arn), "db" | "cluster" | "global-cluster" | "subgrp" | "snapshot")
}

fn kind(arn: &str) -> &str {
    arn.split(':').nth(5).unwrap_or_default()
}

/// The tags of a create call.
pub(super) fn given(params: &Params) -> BTreeMap<String, String> {
    let pair = |tag: &Params| Some((tag.text("Key")?, tag.get("Value").unwrap_or_default().to_owned()));
    params.structures("Tags").iter().filter_map(pair).collect()
}

fn of<'a>(store: &'a mut Store, params: &Params) -> Result<&'a mut BTreeMap<String, String>> {
    let arn = params.required("ResourceName")?;
    let name = arn.split(':').nth(6).unwrap_or_default().to_owned();
    let (found, code, what) = match kind(&arn) {
        "db" => (store.instances.get_mut(&arn).map(|it| &mut it.tags), "DBInstanceNotFound", "DBInstance"),
        "cluster" => (store.clusters.get_mut(&arn).map(|it| &mut it.tags), "DBClusterNotFoundFault", "DBCluster"),
        "global-cluster" => {
            (store.global_clusters.get_mut(&arn).map(|it| &mut it.tags), "GlobalClusterNotFoundFault", "GlobalCluster")
        }
        "subgrp" => {
            (store.subnet_groups.get_mut(&arn).map(|it| &mut it.tags), "DBSubnetGroupNotFoundFault", "DBSubnetGroup")
        }
        "snapshot" => (store.snapshots.get_mut(&arn).map(|it| &mut it.tags), "DBSnapshotNotFound", "DBSnapshot"),
        _ => return Err(invalid(format!("Invalid resource name: {arn}"))),
    };
    found.ok_or_else(|| ApiError::new(code, format!("{what} {name} not found.")).with_status(404))
}

pub(super) fn add(store: &mut Store, params: &Params) -> Result<()> {
    of(store, params)?.extend(given(params));
    Ok(())
}

pub(super) fn remove(store: &mut Store, params: &Params) -> Result<()> {
    let keys = params.texts("TagKeys");
    of(store, params)?.retain(|key, _| !keys.contains(key));
    Ok(())
}

pub(super) fn list(store: &mut Store, params: &Params) -> Result<Xml> {
    let tags = of(store, params)?;
    let mut xml = Xml::default();
    write(&mut xml, tags);
    Ok(xml)
}

/// `<TagList>`
pub(super) fn write(xml: &mut Xml, tags: &BTreeMap<String, String>) {
    xml.list("TagList", "Tag", tags, |tag, (key, value)| {
        tag.text("Key", key).text("Value", value);
    });
}
