//! From a path to the resources that are priced.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use parapet_policy::input::{self, ListedResource, Plan, hcl};
use parapet_policy::{Document, InputError};
use parapet_pricing::estimate::{Planned, links_of};

/// What was found at the path.
pub(super) struct Input {
    /// Its name.
    pub(super) name: String,
    pub(super) resources: Vec<Planned>,
    /// Whether there is a before to compare with: there is for a plan.
    pub(super) compares: bool,
    /// Files that could not be read; the rest was.
    pub(super) problems: Vec<String>,
    /// What was left out, and why.
    pub(super) notes: Vec<String>,
}

pub(super) fn read(path: &Path, variables: &hcl::Variables) -> anyhow::Result<Input> {
    let name = path.display().to_string();
    if path.is_dir() {
        if !hcl::is_module(path) {
            bail!("{name}: there is no .tf file in it; name a directory of Terraform configuration, a plan or a state");
        }
        let configured = hcl::read(path, variables)?;
        let resources = match &configured.document {
            Document::Plan(plan) => planned(plan)?,
            _ => Vec::new(),
        };
        let problems = configured.problems.iter().map(ToString::to_string).collect();
        return Ok(Input { name, resources, compares: false, problems, notes: configured.notes });
    }
    let bytes = if name == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes).context("standard input cannot be read")?;
        bytes
    } else {
        std::fs::read(path).with_context(|| format!("{name}: cannot be read"))?
    };
    match input::read(&name, bytes)?.as_slice() {
        [Document::Plan(plan)] => Ok(Input {
            name,
            resources: planned(plan)?,
            compares: !plan.is_state(),
            problems: Vec::new(),
            notes: Vec::new(),
        }),
        _ => bail!(
            "{name}: nothing in it has a price; give a plan (`terraform show -json tfplan`), a state or a directory"
        ),
    }
}

fn planned(plan: &Plan) -> Result<Vec<Planned>, InputError> {
    let with_links = |listed: ListedResource| {
        let links = links_of(&listed.kind).iter().map(|attribute| {
            let behind = plan.references(&listed, attribute);
            ((*attribute).to_owned(), behind)
        });
        Planned {
            links: links.collect(),
            unknown: listed.unknown.iter().map(|it| it.path.to_string()).collect(),
            causes: listed.unknown.into_iter().filter_map(|it| Some((it.path.to_string(), it.cause?))).collect(),
            address: listed.address,
            module: listed.module,
            kind: listed.kind,
            name: listed.name,
            actions: listed.actions,
            before: listed.before,
            after: listed.after,
            region: listed.region,
        }
    };
    Ok(plan.resources()?.into_iter().map(with_links).collect())
}
