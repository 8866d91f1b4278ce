//! From a path to the resources that are priced.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use parapet_policy::Document;
use parapet_policy::cost::priced;
use parapet_policy::input::{self, hcl};
use parapet_pricing::estimate::Planned;

use crate::cost::undeclared;

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
    /// What Terraform left out of the plan; none when that is complete.
    pub(super) left_out: Option<String>,
}

pub(super) fn read(path: &Path, variables: &hcl::Variables) -> anyhow::Result<Input> {
    let name = path.display().to_string();
    if path.is_dir() {
        if !hcl::is_module(path) {
            bail!("{name}: there is no .tf file in it; name a directory of Terraform configuration, a plan or a state");
        }
        let configured = hcl::read(path, variables)?;
        let resources = match &configured.document {
            Document::Plan(plan) => priced(plan)?,
            _ => Vec::new(),
        };
        let mut problems: Vec<String> = configured.problems.iter().map(ToString::to_string).collect();
        // What cannot be read may declare it.
        if problems.is_empty() {
            problems.extend(undeclared(variables, Some(&configured.source)));
        }
        return Ok(Input { name, resources, compares: false, problems, notes: configured.notes, left_out: None });
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
            resources: priced(plan)?,
            compares: !plan.is_state(),
            problems: undeclared(variables, None),
            notes: Vec::new(),
            left_out: plan.left_out(),
            name,
        }),
        _ => bail!(
            "{name}: nothing in it has a price; give a plan (`terraform show -json tfplan`), a state or a directory"
        ),
    }
}
