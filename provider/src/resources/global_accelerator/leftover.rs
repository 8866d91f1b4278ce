//! An accelerator that a run created and that no state knows: the provider or Terraform was killed before the state was written.
//!
//! While it is being created an accelerator carries a tag that says for whom. The next run for the same finds it by the tag and goes on
//! with it, so that none is left behind; nobody else's is ever taken over. (AWS's idempotency tokens cannot do this: nothing of the run
//! that was killed is known to the next, and AWS does not say for how long it remembers them.)

use std::path::Path;

use aws_sdk_globalaccelerator::Client;
use aws_sdk_globalaccelerator::types::Accelerator;
use tfplugin::prelude::*;

use super::changes::Changes;
use super::remote;
use crate::aws::AwsResult;

/// Tag of an accelerator that is being created.
pub(super) const CREATING: &str = "parapet:creating";

/// For whom an accelerator is created, as the value of [`CREATING`]: a digest of where Terraform runs, and in which workspace.
///
/// Two runs for one resource share a directory and a workspace, and Terraform's state lock keeps them apart. Runs of others differ in
/// one of them, even under the same name in the same account.
pub(super) fn owner(name: &str) -> String {
    let directory = std::env::current_dir().unwrap_or_default();
    let data = std::env::var_os("TF_DATA_DIR").map_or_else(|| directory.join(".terraform"), Into::into);
    let selected =
        std::env::var("TF_WORKSPACE").ok().or_else(|| std::fs::read_to_string(data.join("environment")).ok());
    owner_in(&directory, selected.as_deref().unwrap_or("default").trim(), name)
}

fn owner_in(directory: &Path, workspace: &str, name: &str) -> String {
    let whole = format!("{}\n{workspace}\n{name}", directory.display());
    parapet_evidence::digest(whole.as_bytes())
}

/// The accelerator that a killed run of `owner` has left. `made` are those that this process knows of.
///
/// # Errors
/// One of the name is being created for somebody else, or was left by a run somewhere else: which of the two cannot be told.
pub(super) async fn find(client: &Client, name: &str, owner: &str, made: &[String]) -> Result<Option<Accelerator>> {
    let mut accelerators = client.list_accelerators().into_paginator().items().send();
    while let Some(found) = accelerators.next().await {
        let found = found.doing("looking for an accelerator that an interrupted run has left")?;
        let Some(arn) =
            found.accelerator_arn().filter(|arn| found.name() == Some(name) && !made.iter().any(|it| it == arn))
        else {
            continue;
        };
        match remote::tags(client, arn).await?.get(CREATING) {
            Some(tag) if tag == owner => return Ok(Some(found)),
            Some(_) => return Err(not_ours(name, arn)),
            None => {}
        }
    }
    Ok(None)
}

fn not_ours(name: &str, arn: &str) -> Error {
    Error::new(format!("An accelerator named {name} is being created elsewhere")).detail(format!(
        "{arn} is not finished: another run creates it now, or one in another directory or workspace was killed. Wait for the other \
         run and apply again. If there is none, import the accelerator by its ARN, or delete it."
    ))
}

impl Changes<'_> {
    /// Makes what a killed run has left as if it had just been created.
    pub(super) async fn empty(&self) -> Result<()> {
        for listener in remote::listeners(self.client, self.arn).await? {
            self.delete_listener(&listener).await?;
        }
        Ok(())
    }

    /// From here on it is an accelerator like any other.
    pub(super) async fn finished(&self) -> Result<()> {
        let request = self.client.untag_resource().resource_arn(self.arn).tag_keys(CREATING).send();
        request.await.doing("taking the mark of an unfinished accelerator off")?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_is_a_directory_a_workspace_and_a_name() {
        let here = |workspace, name| owner_in(Path::new("/stack"), workspace, name);
        assert_eq!(here("default", "front"), here("default", "front"));
        assert_eq!(here("default", "front").len(), 64);
        for other in [here("test", "front"), here("default", "back"), owner_in(Path::new("/other"), "default", "front")]
        {
            assert_ne!(here("default", "front"), other);
        }
    }
}
