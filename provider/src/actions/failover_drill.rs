//! `parapet_failover_drill`

use serde_json::json;
use tfplugin::prelude::*;

use crate::provider::Clients;
use crate::resources::failover::evidence::Evidence;
use crate::resources::failover::rehearsal::{self, Rehearsal};
use crate::resources::failover::{EvidenceTarget, Failover, Fencing, PostPromotion, Site, Traffic};
use crate::resources::failover::{readiness, rules};

/// Rehearses a failover: runs every check, times it, estimates the recovery time, writes evidence, and changes nothing.
///
/// The action fails when a failover could not begin now, so that a scheduled drill is noticed.
#[derive(Clone, Debug, Model)]
#[model(name = "failover_drill")]
pub(crate) struct FailoverDrill {
    /// Name of the failover group, for the evidence.
    name: String,
    /// Region that writes now.
    active_region: String,
    /// Region that would take over. The other one, where there are two.
    target_region: Option<String>,
    /// Most data that may be lost, as replication lag in seconds.
    #[attr(default = 300, validate = range(0..=86_400))]
    rpo_seconds: i64,
    /// Recovery time objective in minutes: what the estimate is compared with.
    #[attr(default = 15, validate = range(1..=1_440))]
    rto_minutes: i64,
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
    /// Where evidence of the drill is written.
    #[attr(block)]
    evidence: Option<EvidenceTarget>,
}

impl Action for FailoverDrill {
    type Clients = Clients;

    fn validate(config: View<'_, Self>, problems: &mut Problems) {
        let paths = Self::paths();
        rehearsal::check(config, &paths.region, &paths.active_region, &paths.traffic, &paths.fencing, problems);
        rules::evidence(config, &paths.evidence, problems);
    }

    async fn invoke(cx: &Context<Clients>, config: Self, progress: &Progress) -> Result<()> {
        let rehearsal = Rehearsal {
            name: &config.name,
            active_region: &config.active_region,
            target_region: config.target_region.as_deref(),
            rpo_seconds: config.rpo_seconds,
            replica_lag_window_seconds: config.replica_lag_window_seconds,
            region: &config.region,
            traffic: config.traffic.as_ref(),
            fencing: config.fencing.as_ref(),
            post_promotion: config.post_promotion.as_ref(),
        };
        let group =
            Failover { rto_minutes: config.rto_minutes, evidence: config.evidence.clone(), ..rehearsal.group()? };
        let aws = cx.aws().await?;
        let (from, to) = (&config.active_region, &group.active_region);
        progress.say(format!("drill of a failover of {} from {from} to {to}: nothing is changed", group.name));
        let mut evidence = Evidence::open_drill(&group)?;
        evidence.record("drill_started", json!({ "group": group.name, "from": from, "to": to }))?;

        let started = std::time::Instant::now();
        let found = readiness::look(aws, &group, from).await?;
        let seconds = started.elapsed().as_secs_f64();
        for check in &found.checks {
            let mark = if check.passed { "ok" } else { "NOT OK" };
            progress.say(format!("{mark}: {}: {}", check.name, check.detail));
            let entry = json!({ "name": check.name, "passed": check.passed, "blocking": check.blocking, "detail": check.detail });
            evidence.record("check", entry)?;
        }
        let objective = config.rto_minutes.saturating_mul(60);
        let within = found.rto.seconds <= objective;
        progress.say(format!(
            "checks took {seconds:.2} s; estimated recovery time {} s ({})",
            found.rto.seconds, found.rto.arithmetic
        ));
        let end = json!({
            "ready": found.ready, "check_seconds": seconds, "lag": found.lag.to_string(),
            "estimated_rto_seconds": found.rto.seconds, "estimated_rto_arithmetic": found.rto.arithmetic,
            "rto_objective_seconds": objective, "rpo_objective_seconds": config.rpo_seconds,
        });
        let digest = evidence.close(aws, to, end).await?;
        progress.say(format!("evidence sha256 {digest}"));
        if !within {
            cx.warn(Diagnostic::warning("The recovery time objective will probably be missed").detail(format!(
                "{} s are estimated, {objective} s are allowed: {}.",
                found.rto.seconds, found.rto.arithmetic
            )));
        }
        if found.ready {
            return Ok(());
        }
        let failed: Vec<String> = found
            .checks
            .iter()
            .filter(|check| check.blocking && !check.passed)
            .map(|check| format!("- {}: {}", check.name, check.detail))
            .collect();
        Err(Error::new(format!("{to} could not take over now")).detail(failed.join("\n")))
    }
}
