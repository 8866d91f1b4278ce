//! The list of `parapet_global_accelerator`

use aws_sdk_globalaccelerator::types::Accelerator;
use tfplugin::prelude::*;

use crate::aws::AwsResult;
use crate::provider::Clients;
use crate::resources::GlobalAccelerator;

/// Most accelerators in one answer of AWS.
const PAGE: usize = 100;

/// Lists the accelerators of the account, under their names.
#[derive(Debug, Model)]
pub(crate) struct GlobalAccelerators {
    /// What the name begins with. Every accelerator when left out.
    name_prefix: Option<String>,
}

impl List<GlobalAccelerator> for GlobalAccelerators {
    async fn list(cx: &Context<Clients>, config: Self, found: &mut Found<GlobalAccelerator>) -> Result<()> {
        let client = cx.aws().await?.global_accelerator();
        // With a prefix, those that are wanted can be anywhere.
        let size = if config.name_prefix.is_some() { PAGE } else { found.wanted().clamp(1, PAGE) };
        let mut accelerators = client.list_accelerators().into_paginator().page_size(page_size(size)).items().send();
        while let Some(accelerator) = accelerators.next().await {
            let accelerator = accelerator.doing("listing accelerators")?;
            if let Some((name, arn)) = config.wants(&accelerator) {
                found.key(name, Key::<GlobalAccelerator> { arn: arn.to_owned() }).await?;
            }
        }
        Ok(())
    }
}

impl GlobalAccelerators {
    /// Name and ARN of an accelerator that is asked for.
    fn wants<'a>(&self, accelerator: &'a Accelerator) -> Option<(&'a str, &'a str)> {
        let (name, arn) = (accelerator.name()?, accelerator.accelerator_arn()?);
        self.name_prefix.as_deref().is_none_or(|prefix| name.starts_with(prefix)).then_some((name, arn))
    }
}

fn page_size(size: usize) -> i32 {
    i32::try_from(size).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_compared_from_its_beginning() {
        let front = Accelerator::builder().name("front-eu").accelerator_arn("arn:front").build();
        let wants = |prefix: Option<&str>| {
            let list = GlobalAccelerators { name_prefix: prefix.map(str::to_owned) };
            list.wants(&front).map(|(name, arn)| (name.to_owned(), arn.to_owned()))
        };
        let found = Some(("front-eu".to_owned(), "arn:front".to_owned()));
        assert_eq!(wants(None), found);
        assert_eq!(wants(Some("front")), found);
        assert_eq!(wants(Some("eu")), None);
    }
}
