//! `parapet_failover_readiness`

use tfplugin::prelude::*;

use crate::provider::Clients;
use crate::resources::failover::readiness::{self, Readiness};
use crate::resources::failover::rehearsal::{self, Rehearsal};
use crate::resources::failover::{Fencing, PostPromotion, Site, Traffic};

/// Whether a failover could begin now: looks at the replica, its lag, backups, key and subnets, at endpoints and quotas, and changes nothing.
///
/// Use it in a `check` block, so that every plan says when a failover would not work.
#[derive(Clone, Debug, Model)]
#[model(name = "failover_readiness")]
pub(crate) struct FailoverReadiness {
    /// Region that writes now.
    active_region: String,
    /// Region that would take over. The other one, where there are two.
    target_region: Option<String>,
    /// Most data that may be lost, as replication lag in seconds.
    #[attr(default = 300, validate = range(0..=86_400))]
    rpo_seconds: i64,
    /// How far back the replication lag is looked at, in seconds: the highest value counts.
    #[attr(default = 300, validate = range(60..=3_600))]
    replica_lag_window_seconds: i64,
    /// A region that can write, as in `parapet_failover`.
    #[attr(block, min_items = 2)]
    region: Vec<Site>,
    /// How traffic would be moved, as in `parapet_failover`.
    #[attr(block)]
    traffic: Option<Traffic>,
    /// How the old writer would be fenced, as in `parapet_failover`.
    #[attr(block)]
    fencing: Option<Fencing>,
    /// What the promoted database would need, as in `parapet_failover`.
    #[attr(block)]
    post_promotion: Option<PostPromotion>,
    /// Whether nothing stands in the way and the lag is within `rpo_seconds`.
    ready: Computed<bool>,
    /// What was looked at.
    checks: Computed<Vec<CheckItem>>,
    /// How long a failover would probably take, in seconds.
    estimated_rto_seconds: Computed<i64>,
    /// How that was added up.
    estimated_rto_arithmetic: Computed<String>,
    /// Data that would be lost, in seconds: the highest lag of the window; null when it is unknown.
    estimated_rpo_seconds: Computed<f64>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct CheckItem {
    /// Short name, such as `replica_available`.
    name: Computed<String>,
    /// Whether it holds.
    passed: Computed<bool>,
    /// Whether a failover would refuse to begin without it.
    blocking: Computed<bool>,
    /// What was seen.
    detail: Computed<String>,
}

impl DataSource for FailoverReadiness {
    type Clients = Clients;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        let paths = Self::paths();
        rehearsal::check(config, &paths.region, &paths.active_region, &paths.traffic, &paths.fencing, problems);
    }

    async fn read(cx: &Context<Clients>, config: Self) -> Result<Self> {
        let rehearsal = Rehearsal {
            name: "readiness",
            active_region: &config.active_region,
            target_region: config.target_region.as_deref(),
            rpo_seconds: config.rpo_seconds,
            replica_lag_window_seconds: config.replica_lag_window_seconds,
            region: &config.region,
            traffic: config.traffic.as_ref(),
            fencing: config.fencing.as_ref(),
            post_promotion: config.post_promotion.as_ref(),
        };
        let group = rehearsal.group()?;
        let Readiness { ready, checks, rto, lag } =
            readiness::look(cx.aws().await?, &group, &config.active_region).await?;
        let items = checks.into_iter().map(|check| CheckItem {
            name: check.name.to_owned().into(),
            passed: check.passed.into(),
            blocking: check.blocking.into(),
            detail: check.detail.into(),
        });
        Ok(Self {
            ready: ready.into(),
            checks: items.collect::<Vec<_>>().into(),
            estimated_rto_seconds: rto.seconds.into(),
            estimated_rto_arithmetic: rto.arithmetic.into(),
            estimated_rpo_seconds: lag.seconds().into(),
            ..config
        })
    }
}
