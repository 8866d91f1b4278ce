//! EC2 instances: idle, too large, of a previous generation, on x86, or on demand where Spot would do.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::cost::Cost;
use super::draft::{Desk, Draft, Evidence};
use super::family::{Offered, Options, Range};
use super::fit::{Carried, Fit, Use, enough, mib};
use super::inventory::{Instance, Lifecycle, Platform};
use super::kind;
use super::output::{Action, Confidence};
use crate::instance::InstanceType;
use crate::money::digits;

/// AWS Compute Optimizer calls an instance idle whose peak processor use is below 5% and whose network carries less than 5 MB a day.
const IDLE_CPU_PERCENT: f64 = 5.0;
const IDLE_BYTES_PER_DAY: f64 = 5_000_000.0;
const SECONDS_PER_DAY: f64 = 86_400.0;

pub(super) fn all(desk: &mut Desk<'_>) {
    let inventory = desk.inventory;
    let range = Range::new(desk.book, desk.region());
    let mut known: HashMap<&InstanceType, Option<Options>> = HashMap::new();
    let looked_at = inventory.instances.iter().filter(|it| it.running && it.lifecycle != Lifecycle::Other);
    for instance in looked_at.filter(|it| desk.looks_at(&it.tags)).collect::<Vec<_>>() {
        idle(desk, instance);
        to_spot(desk, instance);
        let options = known.entry(&instance.instance_type).or_insert_with(|| range.options(&instance.instance_type));
        if let Some(options) = options {
            rightsize(desk, instance, options);
            upgrade(desk, instance, options);
            to_graviton(desk, instance, options);
        }
    }
}

/// A month of a type as this instance is bought.
fn cost(desk: &Desk<'_>, instance: &Instance, instance_type: &InstanceType) -> Cost {
    match (&instance.platform, instance.lifecycle) {
        (_, Lifecycle::Spot | Lifecycle::Other) => {
            Cost::unknown("it is bought on the Spot market, at a price that changes")
        }
        (Platform::Windows, _) => Cost::unknown("no price book has Windows"),
        (Platform::Other(platform), _) => Cost::unknown(format!("no price book has {platform}")),
        _ if !instance.shared_tenancy => Cost::unknown("no price book has dedicated hardware"),
        (Platform::Linux, Lifecycle::OnDemand) => Cost::instance(desk.book, desk.region(), instance_type),
    }
}

fn draft<'a>(desk: &Desk<'_>, instance: &'a Instance, action: Action, recommended: String, then: Cost) -> Draft<'a> {
    Draft {
        action,
        kind: kind::INSTANCE,
        arn: desk.arn("ec2", &format!("instance/{}", instance.id)),
        id: &instance.id,
        tags: &instance.tags,
        current: instance.instance_type.to_string(),
        recommended,
        now: cost(desk, instance, &instance.instance_type),
        then,
        confidence: (Confidence::Low, String::new()),
        reason: String::new(),
        evidence: Evidence::default(),
        remediation: String::new(),
    }
}

/// How the type of an instance is changed.
fn change(instance: &Instance, to: &InstanceType) -> String {
    match &instance.auto_scaling_group {
        Some(group) => format!(
            "Set `instance_type = \"{to}\"` in the launch template of the Auto Scaling group {group}, and start an instance refresh."
        ),
        None => format!(
            "Set `instance_type = \"{to}\"` in its resource; it is stopped and started, so choose a window. Outside Terraform: stop \
             it, `aws ec2 modify-instance-attribute --instance-id {} --instance-type {to}`, start it.",
            instance.id
        ),
    }
}

fn idle(desk: &mut Desk<'_>, instance: &Instance) {
    // What accelerators do is not among the metrics.
    let accelerated = desk.book.shape(&instance.instance_type).is_some_and(|it| it.gpu.is_some());
    let seen = enough(&instance.cpu_percent, desk.limits).zip(enough(&instance.network_bytes_per_second, desk.limits));
    let Some((cpu, network)) = seen.filter(|_| !accelerated && !instance.instance_type.has_other_accelerator()) else {
        return;
    };
    let bytes = network.mean * SECONDS_PER_DAY;
    if cpu.max >= IDLE_CPU_PERCENT || bytes >= IDLE_BYTES_PER_DAY {
        return;
    }
    let then = Cost::nothing();
    let what = draft(desk, instance, Action::Stop, "stopped".to_owned(), then);
    desk.add(Draft {
        confidence: if instance.auto_scaling_group.is_some() {
            (Confidence::Medium, "its group may keep it as a reserve".to_owned())
        } else {
            (Confidence::High, format!("its processors and its network were seen for {} days", cpu.days))
        },
        reason: format!("in {} days its processors never came to 5%, and less than 5 MB a day went over its network", cpu.days),
        evidence: Evidence::default()
            .measured("cpu_mean_percent", cpu.mean)
            .measured("cpu_max_percent", cpu.max)
            .measured("network_bytes_per_day", bytes)
            .with("days", cpu.days)
            .with("datapoints", cpu.datapoints),
        remediation: match &instance.auto_scaling_group {
            Some(group) => format!("Lower `min_size` and `desired_capacity` of the Auto Scaling group {group}."),
            None => format!(
                "Stop it (`aws ec2 stop-instances --instance-ids {}`); its volumes are kept and still paid for. Delete it, with a \
                 snapshot of its volumes, when nobody has missed it.",
                instance.id
            ),
        },
        ..what
    });
}

fn rightsize(desk: &mut Desk<'_>, instance: &Instance, options: &Options) {
    let Some(cpu) = enough(&instance.cpu_percent, desk.limits) else { return };
    let most = |gauge| enough(gauge, desk.limits).map(|it| it.max);
    let memory = enough(&instance.memory_percent, desk.limits);
    let seen = Use {
        cpu,
        memory_mib: memory.map(|it| it.max * mib(options.shape.memory_mib) / 100.0),
        carried: vec![
            Carried {
                name: "network bytes per second",
                most: most(&instance.network_bytes_per_second),
                ceiling: |it| it.network_bytes_per_second,
            },
            Carried { name: "EBS operations per second", most: most(&instance.ebs_iops), ceiling: |it| it.ebs_iops },
            Carried {
                name: "EBS bytes per second",
                most: most(&instance.ebs_bytes_per_second),
                ceiling: |it| it.ebs_bytes_per_second,
            },
        ],
    };
    let family = instance.instance_type.family();
    let fitting = options.smaller.iter().find_map(|it| {
        // Without a price only a smaller size of the same family is sure to cost less.
        if it.cost.usd().is_none() && it.instance_type.family() != family {
            return None;
        }
        let ceilings = desk.inventory.ceilings.get(&it.instance_type);
        match seen.fits(&options.shape, (&it.shape, &it.instance_type), ceilings, desk.limits) {
            Fit::Yes { unseen } => Some((it, unseen)),
            Fit::No => None,
        }
    });
    let Some((to, unseen)) = fitting else { return };
    let what = move_to(desk, instance, Action::Rightsize, to);
    let draft = Draft {
        confidence: seen.confidence(&unseen),
        reason: format!(
            "in {} days its processors were used {:.1}% at the 95th percentile and {:.1}% at most",
            cpu.days, cpu.p95, cpu.max
        ),
        evidence: seen.evidence(&options.shape, &to.shape),
        ..what
    };
    desk.add(with_disks(instance, draft));
}

fn move_to<'a>(desk: &Desk<'_>, instance: &'a Instance, action: Action, to: &Offered) -> Draft<'a> {
    let then = cost(desk, instance, &to.instance_type);
    let remediation = change(instance, &to.instance_type);
    Draft { remediation, ..draft(desk, instance, action, to.instance_type.to_string(), then) }
}

/// Says what becomes of local disks, where there are some: no metric tells whether anybody needs what is on them.
fn with_disks<'a>(instance: &Instance, draft: Draft<'a>) -> Draft<'a> {
    if !instance.instance_type.has_local_disks() {
        return draft;
    }
    let (_, why) = draft.confidence;
    Draft {
        confidence: (Confidence::Low, format!("{why}; whether its local disks are needed is not known from outside")),
        remediation: format!(
            "{} Its local disks do not come along, and {} has others or none: copy what is on them first.",
            draft.remediation, draft.recommended
        ),
        ..draft
    }
}

fn shapes(options: &Options, to: &Offered) -> Evidence {
    Evidence::default()
        .with("vcpu", format!("{} to {}", options.shape.vcpu, to.shape.vcpu))
        .with("memory_mib", format!("{} to {}", options.shape.memory_mib, to.shape.memory_mib))
}

fn upgrade(desk: &mut Desk<'_>, instance: &Instance, options: &Options) {
    let Some(to) = options.newer.first() else { return };
    let what = move_to(desk, instance, Action::Upgrade, to);
    let draft = Draft {
        confidence: (
            Confidence::Medium,
            "it has as many processors and as much memory; its image needs the drivers for ENA and NVMe".to_owned(),
        ),
        reason: format!("{} is of a previous generation, which costs more for less", instance.instance_type),
        evidence: shapes(options, to),
        ..what
    };
    desk.add(with_disks(instance, draft));
}

fn to_graviton(desk: &mut Desk<'_>, instance: &Instance, options: &Options) {
    let Some(to) = options.graviton.first().filter(|_| instance.platform != Platform::Windows) else { return };
    let what = move_to(desk, instance, Action::MigrateToGraviton, to);
    let draft = Draft {
        confidence: (
            Confidence::Low,
            "whether its software and its image run on Arm is not known from outside".to_owned(),
        ),
        reason: format!("{} has as many processors and as much memory on Graviton, for less", to.instance_type),
        evidence: shapes(options, to),
        remediation: format!(
            "Build the image and the software for arm64, try it on one instance, then take an arm64 AMI and `instance_type = \"{}\"`.",
            to.instance_type
        ),
        ..what
    };
    desk.add(with_disks(instance, draft));
}

/// Whether an instance has one of the tags that allow Spot.
fn is_interruptible(desk: &Desk<'_>, instance: &Instance) -> bool {
    desk.limits.spot_tags.iter().any(|(key, wanted)| {
        instance.tags.get(key).is_some_and(|value| wanted.as_ref().is_none_or(|wanted| wanted == value))
    })
}

fn to_spot(desk: &mut Desk<'_>, instance: &Instance) {
    let bought = instance.lifecycle == Lifecycle::OnDemand && instance.platform == Platform::Linux;
    if !bought || !instance.shared_tenancy || !is_interruptible(desk, instance) {
        return;
    }
    let Some(market) = desk.inventory.spot.get(&instance.instance_type) else { return };
    let (then, now) = (Cost::hourly(&market.price), cost(desk, instance, &instance.instance_type));
    let (Some(spot), Some(on_demand), Some(interruption)) = (then.usd(), now.usd(), &market.interruption) else {
        return;
    };
    let below = on_demand.checked_mul(desk.limits.spot_price_ratio).is_some_and(|limit| spot < limit);
    if !below || interruption.bucket > desk.limits.max_interruption {
        return;
    }
    let share = spot.checked_div(on_demand).and_then(|it| it.checked_mul(Decimal::ONE_HUNDRED)).unwrap_or_default();
    let what = draft(desk, instance, Action::MigrateToSpot, format!("{} on Spot", instance.instance_type), then);
    desk.add(Draft {
        confidence: (
            Confidence::Medium,
            "its tags say that it may be interrupted; Spot prices and interruption rates are of the past".to_owned(),
        ),
        reason: format!(
            "Spot costs {}% of the on-demand price, and {} of the instances were interrupted in the last month",
            digits(share.round_dp(1)),
            interruption.bucket
        ),
        evidence: Evidence::default()
            .with("spot_percent_of_on_demand", digits(share.round_dp(1)))
            .with("interruption_rate", interruption.bucket)
            .with("interruption_source", &interruption.source),
        remediation: match &instance.auto_scaling_group {
            Some(group) => format!(
                "Give the Auto Scaling group {group} a `mixed_instances_policy` with many types and `spot_allocation_strategy = \
                 \"price-capacity-optimized\"`; for nodes of EKS use `parapet_spot_node_group`."
            ),
            None => "Launch it with `instance_market_options { market_type = \"spot\" }`, better from an Auto Scaling group with many \
                     types; an instance that exists cannot be turned into one on Spot."
                .to_owned(),
        },
        ..what
    });
}
