//! Weights of target groups behind a listener rule of an Application Load Balancer.

use aws_sdk_elasticloadbalancingv2::types::{Action, ActionTypeEnum, ForwardActionConfig, TargetGroupTuple};
use tfplugin::prelude::*;

use super::share;
use crate::aws::{Aws, AwsResult};
use crate::resources::rollout_gate::model::LoadBalancer;

/// The region of a rule is part of its ARN.
fn region(arn: &str) -> &str {
    arn.split(':').nth(3).unwrap_or_default()
}

async fn actions(aws: &Aws, settings: &LoadBalancer) -> Result<Vec<Action>> {
    let arn = &settings.listener_rule_arn;
    let answer = aws.elbv2(region(arn)).describe_rules().rule_arns(arn).send().await;
    let rule = answer.doing("reading the listener rule")?.rules.unwrap_or_default().into_iter().next();
    let rule = rule.ok_or_else(|| Error::new(format!("There is no listener rule {arn}")))?;
    if rule.is_default() == Some(true) {
        return Err(Error::new("The default rule of a listener cannot be changed").detail(format!(
            "{arn} is one. Give the rule that forwards to both target groups a condition, such as the path /*."
        )));
    }
    Ok(rule.actions.unwrap_or_default())
}

/// The target groups a rule forwards to, with what else belongs to forwarding.
fn forward(actions: &[Action]) -> Option<ForwardActionConfig> {
    let action = actions.iter().find(|it| it.r#type() == Some(&ActionTypeEnum::Forward))?;
    let single = || {
        let tuple = TargetGroupTuple::builder().set_target_group_arn(action.target_group_arn.clone()).weight(1).build();
        ForwardActionConfig::builder().target_groups(tuple).build()
    };
    Some(action.forward_config.clone().filter(|it| !it.target_groups().is_empty()).unwrap_or_else(single))
}

pub(super) async fn weight(aws: &Aws, settings: &LoadBalancer) -> Result<i64> {
    let actions = actions(aws, settings).await?;
    let Some(forward) = forward(&actions) else { return Err(no_forward(settings)) };
    let of = |arn: &str| {
        let found = forward.target_groups().iter().find(|it| it.target_group_arn() == Some(arn));
        i64::from(found.and_then(TargetGroupTuple::weight).unwrap_or_default())
    };
    let ours = [&settings.canary_target_group_arn, &settings.stable_target_group_arn];
    let is_other = |it: &&TargetGroupTuple| {
        it.weight().unwrap_or_default() > 0 && !ours.iter().any(|arn| it.target_group_arn() == Some(arn))
    };
    if let Some(other) = forward.target_groups().iter().find(is_other) {
        let arn = other.target_group_arn().unwrap_or_default();
        return Err(Error::new(format!("The target group {arn} gets traffic, too"))
            .detail("Weights are shares of two releases: take every other target group out of the rule."));
    }
    Ok(share(of(&settings.canary_target_group_arn), of(&settings.stable_target_group_arn)))
}

fn no_forward(settings: &LoadBalancer) -> Error {
    Error::new("The listener rule forwards nothing").detail(format!(
        "{} has no action `forward`: let it forward to the target group of the stable release.",
        settings.listener_rule_arn
    ))
}

pub(super) async fn shift(aws: &Aws, settings: &LoadBalancer, percent: i64) -> Result<()> {
    let before = actions(aws, settings).await?;
    let Some(old) = forward(&before) else { return Err(no_forward(settings)) };
    let percent = i32::try_from(percent.clamp(0, 100)).unwrap_or(0);
    let group = |arn: &str, weight: i32| TargetGroupTuple::builder().target_group_arn(arn).weight(weight).build();
    // Stickiness stays: it keeps a client with the release it has seen.
    let new = ForwardActionConfig::builder()
        .target_groups(group(&settings.stable_target_group_arn, 100 - percent))
        .target_groups(group(&settings.canary_target_group_arn, percent))
        .set_target_group_stickiness_config(old.target_group_stickiness_config)
        .build();
    // Authentication and the like come before it, and stay.
    let actions = before.into_iter().map(|mut action| {
        if action.r#type == Some(ActionTypeEnum::Forward) {
            action.target_group_arn = None;
            action.forward_config = Some(new.clone());
        }
        action
    });
    let arn = &settings.listener_rule_arn;
    let request = aws.elbv2(region(arn)).modify_rule().rule_arn(arn).set_actions(Some(actions.collect()));
    request.send().await.doing("setting the weights of the target groups")?;
    Ok(())
}
