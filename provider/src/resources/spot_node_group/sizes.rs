//! How many nodes each of the two node groups has.

use parapet_pricing::spot::{OnDemandShare, Scaling, Split, SplitError, split};
use tfplugin::path::Path;
use tfplugin::prelude::*;

use super::model::{self, SpotNodeGroup};

/// What is said about sizes, as far as it is known.
pub(super) struct Sizes {
    scaling: model::Scaling,
    base: i64,
    percentage: i64,
}

impl Sizes {
    pub(super) fn of(group: &SpotNodeGroup) -> Self {
        Self {
            scaling: group.scaling.clone(),
            base: group.on_demand_base_capacity,
            percentage: group.on_demand_percentage_above_base,
        }
    }

    /// What is planned; nothing while a part is unknown.
    pub(super) fn planned(plan: &Plan<'_, SpotNodeGroup>) -> Option<Self> {
        let paths = SpotNodeGroup::paths();
        Some(Self {
            scaling: plan.get(&paths.scaling).value()?,
            base: plan.get(&paths.on_demand_base_capacity).value()?,
            percentage: plan.get(&paths.on_demand_percentage_above_base).value()?,
        })
    }

    /// What the state says; nothing on create.
    pub(super) fn before(plan: &Plan<'_, SpotNodeGroup>) -> Option<Self> {
        let paths = SpotNodeGroup::paths();
        Some(Self {
            scaling: plan.prior().get(&paths.scaling).value()?,
            base: plan.prior().get(&paths.on_demand_base_capacity).value()?,
            percentage: plan.prior().get(&paths.on_demand_percentage_above_base).value()?,
        })
    }

    /// Whether there are Spot nodes, and whether there are nodes on demand.
    pub(super) fn parts(&self) -> Option<(bool, bool)> {
        self.at(self.initial()).ok().map(|split| (split.spot.is_some(), split.on_demand.is_some()))
    }

    /// Nodes at creation.
    pub(super) fn initial(&self) -> u32 {
        number(self.scaling.desired_initial.unwrap_or(self.scaling.min))
    }

    /// The two groups when there are so many nodes in all.
    pub(super) fn at(&self, nodes: u32) -> Result<Split> {
        let (min, max) = (number(self.scaling.min), number(self.scaling.max));
        let share = OnDemandShare {
            base_capacity: number(self.base),
            percentage_above_base: u8::try_from(self.percentage).unwrap_or(100),
        };
        // An autoscaler, or a change of the bounds, may have led beyond them.
        let desired = nodes.max(min).min(max.max(min));
        split(Scaling { min, desired, max }, share).map_err(|error| blamed(&error))
    }
}

/// GiB of a node's disk: the API reference of `CreateNodegroup` has what it is when nothing is said.
pub(super) fn disk(said: Option<i64>, ami_type: &Computed<String>) -> i64 {
    let windows = ami_type.known().is_some_and(|ami| ami.starts_with("WINDOWS"));
    said.unwrap_or(if windows { 50 } else { 20 })
}

fn number(value: i64) -> u32 {
    u32::try_from(value).unwrap_or_default()
}

fn blamed(error: &SplitError) -> Error {
    let paths = SpotNodeGroup::paths();
    let at: Path = match error.attribute {
        "scaling.max" => paths.scaling.fields().max.into(),
        "scaling.desired_initial" => paths.scaling.fields().desired_initial.into(),
        _ => paths.on_demand_percentage_above_base.into(),
    };
    Error::new("Sizes exclude each other").detail(format!("{}.", error.message)).at(at)
}

/// Numbers out of order.
pub(super) fn check(config: View<'_, SpotNodeGroup>, problems: &mut Problems) {
    let paths = SpotNodeGroup::paths().scaling.fields();
    let known = |value: Known<i64>| value.value();
    let (min, max) = (known(config.get(&paths.min)), known(config.get(&paths.max)));
    let desired = known(config.get(&paths.desired_initial));
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        problems.error(&paths.max, "The most is below the fewest", format!("{max} nodes are fewer than `min`, {min}."));
        return;
    }
    if let Some(desired) = desired {
        let below = min.filter(|min| desired < *min).map(|min| format!("{desired} is below `min`, which is {min}."));
        let above = max.filter(|max| desired > *max).map(|max| format!("{desired} is above `max`, which is {max}."));
        if let Some(detail) = below.or(above) {
            problems.error(&paths.desired_initial, "Outside its bounds", detail);
        }
    }
}
