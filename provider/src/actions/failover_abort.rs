//! `parapet_failover_abort`

use std::time::Duration;

use tfplugin::prelude::*;

use crate::provider::Clients;
use crate::resources::failover::abort::abort;
use crate::resources::failover::rules;
use crate::resources::failover::{Coordination, Failover, Site};

/// Gives up a failover that was interrupted before the promotion: takes the fence down, so that the old region goes on, and releases
/// the lock.
///
/// A failover that has promoted its database cannot be given up; it is finished by applying again.
#[derive(Clone, Debug, Model)]
#[model(name = "failover_abort")]
pub(crate) struct FailoverAbort {
    /// Name of the failover group.
    name: String,
    /// A region that can write, as in `parapet_failover`. With its `endpoint_group_arn` where the fence removes endpoints: they are put
    /// back there.
    #[attr(block, min_items = 2)]
    region: Vec<Site>,
    /// Where failovers are recorded, as in `parapet_failover`. Without a record there is nothing to give up.
    #[attr(block)]
    coordination: Coordination,
}

impl Action for FailoverAbort {
    type Clients = Clients;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        let paths = Self::paths();
        rules::regions(config, &paths.region, None, problems);
        rules::coordination(config, &paths.coordination.fields(), problems);
    }

    async fn invoke(cx: &Context<Clients>, config: Self, progress: &Progress) -> Result<()> {
        let lease = Duration::from_secs(u64::try_from(config.coordination.lease_seconds).unwrap_or(30));
        let group = Failover {
            region: config.region,
            coordination: Some(config.coordination),
            ..Failover::imported(&config.name)
        };
        abort(cx, cx.aws().await?, &group, lease, progress).await
    }
}
