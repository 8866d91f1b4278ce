//! Addresses, NAT gateways and load balancers that nobody uses.

use super::cost::Cost;
use super::draft::{Desk, Draft, Evidence};
use super::inventory::{Address, LoadBalancer, LoadBalancerKind, NatGateway};
use super::kind;
use super::output::{Action, Confidence};

pub(super) fn all(desk: &mut Desk<'_>) {
    let inventory = desk.inventory;
    for it in inventory.addresses.iter().filter(|it| desk.looks_at(&it.tags)).collect::<Vec<_>>() {
        address(desk, it);
    }
    for it in inventory.nat_gateways.iter().filter(|it| desk.looks_at(&it.tags)).collect::<Vec<_>>() {
        nat_gateway(desk, it);
    }
    for it in inventory.load_balancers.iter().filter(|it| desk.looks_at(&it.tags)).collect::<Vec<_>>() {
        load_balancer(desk, it);
    }
}

/// Since February 2024 every public IPv4 address is paid for, in use or not.
fn address(desk: &mut Desk<'_>, address: &Address) {
    let stopped = |id: &String| desk.inventory.instances.iter().any(|it| it.id == *id && !it.running);
    let (confidence, reason) = match (&address.association_id, &address.instance_id) {
        (None, _) => (
            (Confidence::Medium, "since when is not known; somebody outside may have it in an allow list".to_owned()),
            "it is associated with nothing".to_owned(),
        ),
        (Some(_), Some(id)) if stopped(id) => (
            (Confidence::Low, "the instance gets another address when it is started again".to_owned()),
            format!("it is associated with {id}, which is stopped"),
        ),
        _ => return,
    };
    let draft = Draft {
        action: Action::Delete,
        kind: kind::ADDRESS,
        arn: desk.arn("ec2", &format!("elastic-ip/{}", address.allocation_id)),
        id: &address.allocation_id,
        tags: &address.tags,
        current: address.public_ip.clone(),
        recommended: "nothing".to_owned(),
        now: Cost::month_of(desk.book, desk.region(), ("vpc", "public-ipv4")),
        then: Cost::nothing(),
        confidence,
        reason,
        evidence: Evidence::default()
            .with("association", address.association_id.as_deref().unwrap_or("none"))
            .with("public_ip", &address.public_ip),
        remediation: format!(
            "See that no DNS record and no allow list names {}, then remove its resource, or `aws ec2 release-address \
             --allocation-id {}`. An address that was released is gone for good.",
            address.public_ip, address.allocation_id
        ),
    };
    desk.add(draft);
}

fn nat_gateway(desk: &mut Desk<'_>, nat: &NatGateway) {
    let (days, lookback) = (desk.days_since(nat.created), desk.inventory.lookback_days);
    let young = days < desk.limits.grace_period_days.max(lookback);
    if nat.bytes.total() != Some(0.0) || young || lookback < desk.limits.days() {
        return;
    }
    let draft = Draft {
        action: Action::Delete,
        kind: kind::NAT_GATEWAY,
        arn: desk.arn("ec2", &format!("natgateway/{}", nat.id)),
        id: &nat.id,
        tags: &nat.tags,
        current: "NAT gateway".to_owned(),
        recommended: "nothing".to_owned(),
        now: Cost::month_of(desk.book, desk.region(), ("vpc", "nat-gateway")),
        then: Cost::nothing(),
        confidence: (
            Confidence::Medium,
            "it carried nothing; it may stand by for another zone, or for a job that runs less often".to_owned(),
        ),
        reason: format!("not a byte went through it in {lookback} days"),
        evidence: Evidence::default().with("bytes", 0).with("lookback_days", lookback).with("age_days", days),
        remediation: format!(
            "Take the routes to it away first, then remove its resource, or `aws ec2 delete-nat-gateway --nat-gateway-id {}`; release \
             its address afterwards. Gateway endpoints carry traffic to S3 and DynamoDB without one.",
            nat.id
        ),
    };
    desk.add(draft);
}

fn load_balancer(desk: &mut Desk<'_>, balancer: &LoadBalancer) {
    let (days, lookback) = (desk.days_since(balancer.created), desk.inventory.lookback_days);
    if days < desk.limits.grace_period_days.max(lookback) || lookback < desk.limits.days() {
        return;
    }
    // Redirects and fixed answers need no targets: traffic alone says that one is in use.
    let (confidence, reason) = match (balancer.traffic.total(), balancer.targets) {
        (Some(0.0), Some(0)) => (
            (Confidence::High, "neither targets nor traffic".to_owned()),
            format!("it has no targets, and had no traffic in {lookback} days"),
        ),
        (Some(0.0), _) => (
            (Confidence::Medium, "its targets may wait for traffic that comes less often".to_owned()),
            format!("it had no traffic in {lookback} days"),
        ),
        (None, Some(0)) => (
            (Confidence::Low, "its traffic could not be read; redirects need no targets".to_owned()),
            "it has no targets".to_owned(),
        ),
        _ => return,
    };
    let (name, sku, command) = match balancer.kind {
        LoadBalancerKind::Application => {
            ("Application Load Balancer", "alb", "elbv2 delete-load-balancer --load-balancer-arn")
        }
        LoadBalancerKind::Network => ("Network Load Balancer", "nlb", "elbv2 delete-load-balancer --load-balancer-arn"),
        LoadBalancerKind::Gateway => {
            ("Gateway Load Balancer", "gwlb", "elbv2 delete-load-balancer --load-balancer-arn")
        }
        LoadBalancerKind::Classic => ("Classic Load Balancer", "clb", "elb delete-load-balancer --load-balancer-name"),
    };
    let named = if balancer.kind == LoadBalancerKind::Classic { &balancer.name } else { &balancer.arn };
    let made_by_kubernetes =
        balancer.tags.keys().any(|key| key.starts_with("kubernetes.io/") || key.contains("k8s.aws/"));
    let remediation = if made_by_kubernetes {
        "A controller of Kubernetes made it: delete the Service or the Ingress that it is for.".to_owned()
    } else {
        format!("See that no DNS record names it, then remove its resource, or `aws {command} {named}`.")
    };
    let targets = balancer.targets.map_or_else(|| "not known".to_owned(), |it| it.to_string());
    let traffic = balancer.traffic.total().map_or_else(|| "not known".to_owned(), |it| format!("{it:.0}"));
    let draft = Draft {
        action: Action::Delete,
        kind: kind::LOAD_BALANCER,
        arn: balancer.arn.clone(),
        id: &balancer.name,
        tags: &balancer.tags,
        current: name.to_owned(),
        recommended: "nothing".to_owned(),
        now: Cost::month_of(desk.book, desk.region(), ("elb", sku)),
        then: Cost::nothing(),
        confidence,
        reason,
        evidence: Evidence::default()
            .with("targets", targets)
            .with("traffic", traffic)
            .with("lookback_days", lookback)
            .with("age_days", days),
        remediation,
    };
    desk.add(draft);
}
