//! How long a failover will probably take. The figures are what AWS's services take as a rule, not promises; a drill measures the tool's own
//! part.

use super::model::Failover;

/// Lock, preflight and lag: a few calls.
const PREPARATION_SECONDS: i64 = 5;
/// Until a database has taken another security group.
const SECURITY_GROUP_SECONDS: i64 = 30;
/// Until an accelerator has given up endpoints.
const ENDPOINTS_SECONDS: i64 = 10;
/// Until a promoted RDS instance has rebooted and writes: minutes, more with much to replay.
const PROMOTE_INSTANCE_SECONDS: i64 = 300;
/// Until another Aurora cluster writes.
const PROMOTE_CLUSTER_SECONDS: i64 = 60;
/// Until a change of retention or standby no longer keeps the instance busy.
const MODIFY_SECONDS: i64 = 60;
/// Until a traffic dial is deployed.
const DIAL_SECONDS: i64 = 30;

/// An estimate, and how it was reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Estimate {
    pub(crate) seconds: i64,
    pub(crate) arithmetic: String,
}

/// Adds up the steps of a failover of this group.
pub(crate) fn recovery_time(group: &Failover) -> Estimate {
    let mut parts = vec![(PREPARATION_SECONDS, "preparation".to_owned())];
    match group.fencing_mode() {
        "security_group" => parts.push((SECURITY_GROUP_SECONDS, "fence".to_owned())),
        "remove_endpoints" => parts.push((ENDPOINTS_SECONDS, "fence".to_owned())),
        _ => {}
    }
    let aurora = group.region.iter().any(|site| site.db_cluster_arn.is_some());
    parts.push((if aurora { PROMOTE_CLUSTER_SECONDS } else { PROMOTE_INSTANCE_SECONDS }, "promotion".to_owned()));
    if group.post_promotion.is_some() {
        parts.push((MODIFY_SECONDS, "backups and standby".to_owned()));
    }
    if let Some(traffic) = &group.traffic {
        let steps = i64::try_from(traffic.steps().len()).unwrap_or(i64::MAX);
        parts.push((steps.saturating_mul(DIAL_SECONDS), format!("{steps} dial steps of {DIAL_SECONDS}")));
        let pauses = (steps - 1).max(0);
        let interval = traffic.step_interval_seconds;
        parts.push((pauses.saturating_mul(interval), format!("{pauses} pauses of {interval}")));
    }
    let seconds = parts.iter().fold(0_i64, |sum, (part, _)| sum.saturating_add(*part));
    let terms: Vec<String> = parts.iter().map(|(part, name)| format!("{part} ({name})")).collect();
    Estimate { seconds, arithmetic: format!("{} = {seconds}", terms.join(" + ")) }
}

#[cfg(test)]
mod tests {
    use super::super::model::{Fencing, PostPromotion, Traffic};
    use super::*;

    #[test]
    fn the_arithmetic_is_shown() {
        let group = Failover::imported("orders");
        assert_eq!(recovery_time(&group).arithmetic, "5 (preparation) + 300 (promotion) = 305");
        let group = Failover {
            fencing: Some(Fencing { mode: "security_group".into(), required: true }),
            post_promotion: Some(PostPromotion { backup_retention_period: Some(7), multi_az: None }),
            traffic: Some(Traffic { accelerator_arn: "a".into(), dial_steps: None, step_interval_seconds: 20 }),
            ..group
        };
        let estimate = recovery_time(&group);
        assert_eq!(estimate.seconds, 5 + 30 + 300 + 60 + 90 + 40);
        assert!(estimate.arithmetic.ends_with("90 (3 dial steps of 30) + 40 (2 pauses of 20) = 525"), "{estimate:?}");
    }
}
