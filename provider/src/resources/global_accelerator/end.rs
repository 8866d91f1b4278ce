//! Deleting an accelerator: switched off, emptied, then deleted.

use tfplugin::prelude::*;

use super::changes::Changes;
use super::remote::{self, GONE};
use crate::aws::AwsResult;

impl Changes<'_> {
    /// What is in the accelerator is asked of AWS, not of the state: a create that failed halfway leaves nothing behind.
    pub(super) async fn delete(&self) -> Result<()> {
        let Some(accelerator) = remote::accelerator(self.client, self.arn).await? else { return Ok(()) };
        if accelerator.enabled != Some(false) {
            let request = self.client.update_accelerator().accelerator_arn(self.arn).enabled(false);
            let answer = self.once_free(&[], || request.clone().send()).await?;
            if answer.unless(GONE, "switching the accelerator off")?.is_none() {
                return Ok(());
            }
        }
        self.settled().await?;
        for listener in remote::listeners(self.client, self.arn).await? {
            self.delete_listener(&listener).await?;
        }
        self.settled().await?;
        let busy = ["AcceleratorNotDisabledException", "AssociatedListenerFoundException"];
        let request = self.client.delete_accelerator().accelerator_arn(self.arn);
        let answer = self.once_free(&busy, || request.clone().send()).await?;
        answer.unless(GONE, "deleting the accelerator")?;
        Ok(())
    }
}
