//! `parapet_spot_node_group` as configuration and state.

use std::collections::BTreeMap;
use std::time::Duration;

use tfplugin::prelude::*;

use super::validation::{ami_type, arn_of_role, group_name, most_types, taint_key, taint_value};
use crate::aws::{Deadline, Tags, Timeouts};

/// Longest time for creating node groups, changing or deleting them: AWS's own provider waits as long.
const PATIENCE: Duration = Duration::from_secs(60 * 60);

/// An EKS managed node group bought on the Spot market that picks its own instance types while Terraform plans, with a savings floor.
///
/// All chosen types have equal vCPU, memory, architecture and number of GPUs, as Cluster Autoscaler needs it. The choice is kept in the
/// state: a price that moves is never a change by itself. EKS cannot update instance types, subnets, role, image type or disk of a node
/// group; where one changes, a new generation is created, and once it is active the old one is deleted, so that there are never fewer
/// nodes than `scaling.min`. The number of nodes belongs to the autoscaler after the creation. In EKS the groups are named
/// `<name>-spot-<generation>` and `<name>-od-<generation>`. Import by `cluster_name:name`, also a node group of that name that Parapet
/// has not made: it keeps its name until a new generation is due.
#[derive(Clone, Debug, Model)]
#[model(name = "spot_node_group")]
pub(crate) struct SpotNodeGroup {
    /// Cluster the nodes join, in the region of the provider.
    #[attr(key, validate = length(1..=100))]
    pub(crate) cluster_name: String,
    /// Name of the node group, which stays the same in all generations: up to 45 letters, digits, `-` and `_`.
    #[attr(key, validate = group_name())]
    pub(crate) name: String,
    /// ARN of the role of the nodes.
    #[attr(validate = arn_of_role())]
    pub(crate) node_role_arn: String,
    /// Subnets of the nodes.
    #[attr(validate = length(1..=usize::MAX))]
    pub(crate) subnet_ids: Set<String>,
    /// How many nodes, on the Spot market and on demand together.
    #[attr(block)]
    pub(crate) scaling: Scaling,
    /// What the instance types have to be. Either this or `instance_types`.
    #[attr(block)]
    pub(crate) instance_requirements: Option<InstanceRequirements>,
    /// Exactly these types, at most 20 of equal shape. Either this or `instance_requirements`.
    #[attr(validate = most_types())]
    pub(crate) instance_types: Option<Set<String>>,
    /// Fewest types to choose. Without meaning beside `instance_types`.
    #[attr(default = 10, validate = range(1..=20))]
    pub(crate) min_instance_types: i64,
    /// Most types to choose; EKS takes 20. Without meaning beside `instance_types`.
    #[attr(default = 20, validate = range(1..=20))]
    pub(crate) max_instance_types: i64,
    /// Fewest families among the types: capacity runs out by family.
    #[attr(default = 1, validate = range(1..=20))]
    pub(crate) min_families: i64,
    /// In how many of the subnets' zones each type has to be offered.
    #[attr(default = 1, validate = range(1..=20))]
    pub(crate) min_availability_zones: i64,
    /// Nodes that are bought on demand before any is bought on the Spot market.
    #[attr(default = 0, validate = range(0..=450))]
    pub(crate) on_demand_base_capacity: i64,
    /// Percent of the nodes above the base that are bought on demand. On-demand nodes are a second node group of the same types, as EKS
    /// has no mixed ones; with 100 it is the only one.
    #[attr(default = 0, validate = range(0..=100))]
    pub(crate) on_demand_percentage_above_base: i64,
    /// Percent that the Spot price of every type has to be below its on-demand price, in the time-weighted mean of the seven days before today. 0
    /// asks for nothing, and lets types be chosen whose prices are unknown.
    #[attr(default = 30, validate = range(0..=99))]
    pub(crate) min_savings_percent: i64,
    /// Highest share of instances that were interrupted in the last month, in percent: 5, 10, 15, 20 or 100 in effect.
    #[attr(validate = range(5..=100))]
    pub(crate) max_interruption_rate_percent: Option<i64>,
    /// Lowest Spot placement score of the chosen types together, 1 to 10.
    #[attr(validate = range(1..=10))]
    pub(crate) min_placement_score: Option<i64>,
    /// Whether a choice that no longer fulfils the requirements is an `error` or a warning (`warn`).
    #[attr(default = "warn", validate = one_of(&["error", "warn"]))]
    pub(crate) on_breach: String,
    /// When to choose types again: `pinned` (when requirements are changed so that the types no longer fulfil them), `on_breach` (also when
    /// prices or interruptions are to blame) or `always` (whenever another choice would be made today).
    #[attr(default = "pinned", validate = one_of(&["pinned", "on_breach", "always"]))]
    pub(crate) reselection: String,
    /// Labels of the nodes.
    pub(crate) labels: Option<BTreeMap<String, String>>,
    /// Taints of the nodes.
    pub(crate) taints: Option<Vec<Taint>>,
    /// How many nodes an update of the nodes may take away at a time.
    #[attr(block)]
    pub(crate) update_config: Option<UpdateConfig>,
    /// Launch template of the nodes. It must not name an instance type, subnets, an instance profile, a Spot market or hibernation. Another
    /// version is a change in place, another template a new generation.
    #[attr(block)]
    pub(crate) launch_template: Option<LaunchTemplate>,
    /// Disk of a node in GiB. Belongs into the launch template where there is one.
    #[attr(validate = range(1..=16_384))]
    pub(crate) disk_size: Option<i64>,
    /// Image of the nodes, such as `AL2023_x86_64_STANDARD`. Amazon Linux 2023 of the chosen architecture when left out.
    #[attr(optional, keep, validate = ami_type())]
    pub(crate) ami_type: Computed<String>,
    /// Tags of the node groups, over those of the provider block.
    pub(crate) tags: Option<Tags>,
    /// All tags, those of the provider block among them.
    pub(crate) tags_all: Computed<Tags>,
    /// `cluster_name:name`.
    #[attr(keep)]
    pub(crate) id: Computed<String>,
    /// The types that were chosen, with what was known of them then.
    #[attr(keep)]
    pub(crate) selected_instance_types: Computed<Vec<SelectedType>>,
    /// What `scaling.desired_initial` nodes cost in a month, on-demand ones included; null when a price is unknown.
    #[attr(keep)]
    pub(crate) estimated_monthly_usd: Computed<f64>,
    /// What they cost less than on demand alone; null when a price is unknown.
    #[attr(keep)]
    pub(crate) estimated_monthly_savings_usd: Computed<f64>,
    /// Spot placement score of the chosen types together, 1 to 10, when they were chosen; null when unknown.
    #[attr(keep)]
    pub(crate) placement_score: Computed<i64>,
    /// SHA-256 of the names of the chosen types.
    #[attr(keep)]
    pub(crate) selection_hash: Computed<String>,
    /// Counts the times that the node groups were made anew, from 1. 0 for a node group that was imported and not made by Parapet.
    #[attr(keep)]
    pub(crate) generation: Computed<i64>,
    /// Names of the node groups in EKS.
    #[attr(keep)]
    pub(crate) node_group_names: Computed<Vec<String>>,
    /// What ails the node groups, as EKS says it.
    pub(crate) health_issues: Computed<Vec<HealthIssue>>,
    /// How long operations may take. 60 minutes each when left out.
    #[attr(block)]
    pub(crate) timeouts: Option<Timeouts>,
}

/// How many nodes.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Scaling {
    /// Fewest nodes.
    #[attr(validate = range(0..=450))]
    pub(crate) min: i64,
    /// Most nodes.
    #[attr(validate = range(1..=450))]
    pub(crate) max: i64,
    /// Nodes at creation. `min` when left out. A change has no effect: the number of nodes is the autoscaler's from then on.
    #[attr(validate = range(0..=450))]
    pub(crate) desired_initial: Option<i64>,
}

/// What the instance types have to be.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct InstanceRequirements {
    /// Virtual processors.
    #[attr(block)]
    pub(crate) vcpu_count: Option<Bounds>,
    /// Memory in MiB.
    #[attr(block)]
    pub(crate) memory_mib: Option<Bounds>,
    /// `x86_64`, `arm64` or both; the group has one in the end. That of `ami_type` when left out, and else `x86_64`.
    #[attr(validate = each(one_of(&["x86_64", "arm64"])))]
    pub(crate) architectures: Option<Set<String>>,
    /// Only types that match one of these patterns, such as `m7*.xlarge`.
    pub(crate) allowed_instance_types: Option<Vec<String>>,
    /// No types that match one of these patterns, even when allowed.
    pub(crate) excluded_instance_types: Option<Vec<String>>,
    /// Burstable types: `included`, `excluded` or `required`. `excluded` when left out.
    #[attr(validate = one_of(&["included", "excluded", "required"]))]
    pub(crate) burstable: Option<String>,
    /// Bare metal: `included`, `excluded` or `required`. `excluded` when left out.
    #[attr(validate = one_of(&["included", "excluded", "required"]))]
    pub(crate) bare_metal: Option<String>,
    /// Generations: `current`, `previous`, or the number in the family's name, such as `7`. Any when left out.
    pub(crate) generations: Option<Vec<String>>,
    /// GPUs. Types without one when left out.
    #[attr(block)]
    pub(crate) gpu: Option<GpuRequirement>,
}

/// A lowest and a highest value.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Bounds {
    /// Lowest. No limit when left out.
    #[attr(validate = range(1..=100_000_000))]
    pub(crate) min: Option<i64>,
    /// Highest. No limit when left out.
    #[attr(validate = range(1..=100_000_000))]
    pub(crate) max: Option<i64>,
}

/// Which GPUs.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct GpuRequirement {
    /// How many. One or more when left out.
    #[attr(block)]
    pub(crate) count: Option<Bounds>,
    /// Names such as `T4`. Any when left out.
    pub(crate) names: Option<Set<String>>,
    /// Manufacturers such as `NVIDIA`. Any when left out.
    pub(crate) manufacturers: Option<Set<String>>,
}

/// A taint.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct Taint {
    /// Key.
    #[attr(validate = taint_key())]
    pub(crate) key: String,
    /// Value. None when left out.
    #[attr(validate = taint_value())]
    pub(crate) value: Option<String>,
    /// `NO_SCHEDULE`, `NO_EXECUTE` or `PREFER_NO_SCHEDULE`.
    #[attr(validate = one_of(&["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"]))]
    pub(crate) effect: String,
}

/// How many nodes may be away.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct UpdateConfig {
    /// A number. Exactly one of this and `max_unavailable_percentage`.
    #[attr(validate = range(1..=100))]
    pub(crate) max_unavailable: Option<i64>,
    /// A share in percent.
    #[attr(validate = range(1..=100))]
    pub(crate) max_unavailable_percentage: Option<i64>,
}

/// A launch template.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct LaunchTemplate {
    /// Its id. Exactly one of this and `name`.
    pub(crate) id: Option<String>,
    /// Its name.
    pub(crate) name: Option<String>,
    /// Its version, a number.
    pub(crate) version: String,
}

/// A type that was chosen.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct SelectedType {
    /// Name, such as `m7i.xlarge`.
    pub(crate) instance_type: Computed<String>,
    /// Virtual processors.
    pub(crate) vcpu: Computed<i64>,
    /// Memory in MiB.
    pub(crate) memory_mib: Computed<i64>,
    /// On-demand USD per hour; null when unknown.
    pub(crate) on_demand_usd_per_hour: Computed<f64>,
    /// Spot USD per hour, the time-weighted mean; null when unknown.
    pub(crate) spot_usd_per_hour: Computed<f64>,
    /// Percent that the one is below the other, rounded to a tenth; null when unknown.
    pub(crate) savings_percent: Computed<f64>,
    /// Range of interruption rates in the last month, such as `5-10%`; null when unknown.
    pub(crate) interruption_bucket: Computed<String>,
    /// Points out of 1000 within its group, for price, interruptions, placement and zones.
    pub(crate) score: Computed<i64>,
    /// Why it was chosen.
    pub(crate) reason: Computed<String>,
    /// Who says the on-demand price, and who the Spot price.
    pub(crate) price_source: Computed<String>,
    /// Day of the older of the two prices.
    pub(crate) price_date: Computed<String>,
}

/// Something that ails a node group.
#[derive(Clone, Debug, PartialEq, Model)]
pub(crate) struct HealthIssue {
    /// Name of the node group in EKS.
    pub(crate) node_group: Computed<String>,
    /// EKS's code, such as `InsufficientFreeAddresses`.
    pub(crate) code: Computed<String>,
    /// EKS's words.
    pub(crate) message: Computed<String>,
    /// What is concerned.
    pub(crate) resource_ids: Computed<Vec<String>>,
}

impl SpotNodeGroup {
    pub(super) fn create_deadline(&self) -> Result<Deadline> {
        Deadline::of(self.timeouts.as_ref().and_then(|it| it.create.as_ref()), PATIENCE)
    }

    pub(super) fn update_deadline(&self) -> Result<Deadline> {
        Deadline::of(self.timeouts.as_ref().and_then(|it| it.update.as_ref()), PATIENCE)
    }

    pub(super) fn delete_deadline(&self) -> Result<Deadline> {
        Deadline::of(self.timeouts.as_ref().and_then(|it| it.delete.as_ref()), PATIENCE)
    }
}
