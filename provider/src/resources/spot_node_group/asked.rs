//! What is asked of the instance types: from arguments to what the selector takes.

use std::collections::BTreeSet;

use parapet_pricing::spot::{self, GpuNeed, Inclusion, Requirements};
use parapet_pricing::{Architecture, Decimal, InstanceType};
use tfplugin::path::Path;
use tfplugin::prelude::*;

use super::model::{self, InstanceRequirements, SpotNodeGroup};

/// What is asked, every part of it known.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) requirements: Option<InstanceRequirements>,
    pub(crate) instance_types: Option<Set<String>>,
    pub(crate) min_instance_types: i64,
    pub(crate) max_instance_types: i64,
    pub(crate) min_families: i64,
    pub(crate) min_availability_zones: i64,
    pub(crate) min_savings_percent: i64,
    pub(crate) max_interruption_rate_percent: Option<i64>,
    pub(crate) min_placement_score: Option<i64>,
    /// Image of the nodes, when it is given.
    pub(crate) ami_type: Option<String>,
    /// Nodes that are bought on the Spot market at creation; with none, nothing is asked of that market.
    pub(crate) on_spot: bool,
    /// Zones of the subnets; empty when they are not known.
    pub(crate) zones: BTreeSet<String>,
}

impl Asked {
    /// Of a whole resource.
    pub(super) fn of(group: &SpotNodeGroup, on_spot: bool) -> Self {
        Self {
            requirements: group.instance_requirements.clone(),
            instance_types: group.instance_types.clone(),
            min_instance_types: group.min_instance_types,
            max_instance_types: group.max_instance_types,
            min_families: group.min_families,
            min_availability_zones: group.min_availability_zones,
            min_savings_percent: group.min_savings_percent,
            max_interruption_rate_percent: group.max_interruption_rate_percent,
            min_placement_score: group.min_placement_score,
            ami_type: group.ami_type.known().cloned(),
            on_spot,
            zones: BTreeSet::new(),
        }
    }

    /// Of a plan; nothing while a part is unknown.
    pub(super) fn planned(plan: &Plan<'_, SpotNodeGroup>, on_spot: bool) -> Option<Self> {
        let paths = SpotNodeGroup::paths();
        Some(Self {
            requirements: known(plan.get(&paths.instance_requirements))?,
            instance_types: known(plan.get(&paths.instance_types))?,
            min_instance_types: plan.get(&paths.min_instance_types).value()?,
            max_instance_types: plan.get(&paths.max_instance_types).value()?,
            min_families: plan.get(&paths.min_families).value()?,
            min_availability_zones: plan.get(&paths.min_availability_zones).value()?,
            min_savings_percent: plan.get(&paths.min_savings_percent).value()?,
            max_interruption_rate_percent: known(plan.get(&paths.max_interruption_rate_percent))?,
            min_placement_score: known(plan.get(&paths.min_placement_score))?,
            // A value that AWS or an earlier plan gave does not bind.
            ami_type: known(plan.config().get(&paths.ami_type))?,
            on_spot,
            zones: BTreeSet::new(),
        })
    }

    /// For the selector.
    pub(crate) fn requirements(&self) -> Result<Requirements> {
        let base = match (&self.instance_types, &self.requirements) {
            (Some(names), _) => explicit(names)?,
            (None, Some(given)) => self.described(given)?,
            (None, None) => {
                return Err(Error::new("No instance types are asked for")
                    .detail("Say what the types have to be in `instance_requirements { ... }`, or name them in `instance_types`."));
            }
        };
        let savings = (self.min_savings_percent > 0 && self.on_spot).then(|| Decimal::from(self.min_savings_percent));
        let all = Requirements {
            min_families: size(self.min_families),
            zones: self.zones.clone(),
            min_availability_zones: size(self.min_availability_zones),
            min_savings_percent: savings,
            max_interruption_rate_percent: self.max_interruption_rate_percent.filter(|_| self.on_spot).map(small),
            min_placement_score: self.min_placement_score.filter(|_| self.on_spot).map(small),
            ..base
        };
        all.check().map_err(|error| {
            Error::new("Requirements exclude each other")
                .detail(format!("{}.", error.message))
                .at(path_of(error.attribute))
        })?;
        Ok(all)
    }

    fn described(&self, given: &InstanceRequirements) -> Result<Requirements> {
        let paths = SpotNodeGroup::paths().instance_requirements.fields();
        let parse_all = |texts: &Option<Vec<String>>, at: &Path| {
            let texts = texts.iter().flatten();
            texts.map(|text| text.parse().map_err(|error| invalid(&error, at))).collect::<Result<Vec<_>>>()
        };
        let generations = given.generations.iter().flatten();
        Ok(Requirements {
            vcpu_count: bounds(given.vcpu_count.as_ref()),
            memory_mib: bounds(given.memory_mib.as_ref()),
            architectures: self.architectures(given),
            allowed_instance_types: parse_all(&given.allowed_instance_types, paths.allowed_instance_types.path())?,
            excluded_instance_types: parse_all(&given.excluded_instance_types, paths.excluded_instance_types.path())?,
            burstable: inclusion(given.burstable.as_deref()),
            bare_metal: inclusion(given.bare_metal.as_deref()),
            generations: generations
                .map(|text| text.parse().map_err(|error| invalid(&error, paths.generations.path())))
                .collect::<Result<_>>()?,
            gpu: gpu(given.gpu.as_ref()),
            min_instance_types: size(self.min_instance_types),
            max_instance_types: size(self.max_instance_types),
            ..Requirements::default()
        })
    }

    /// Images that were built for one architecture do not start on another, so that there is always one to go by.
    fn architectures(&self, given: &InstanceRequirements) -> BTreeSet<Architecture> {
        if let Some(named) = given.architectures.as_ref().filter(|named| !named.is_empty()) {
            return named.iter().filter_map(|name| name.parse().ok()).collect();
        }
        match self.ami_type.as_deref() {
            Some(ami) if ami.contains("ARM_64") => [Architecture::Arm64].into(),
            _ => [Architecture::X86_64].into(),
        }
    }
}

/// Something, nothing, or not yet known.
fn known<T>(value: Known<T>) -> Option<Option<T>> {
    match value {
        Known::Unknown => None,
        Known::Null => Some(None),
        Known::Value(value) => Some(Some(value)),
    }
}

fn explicit(names: &Set<String>) -> Result<Requirements> {
    let at = SpotNodeGroup::paths().instance_types;
    let types: Vec<InstanceType> =
        names.iter().map(|name| name.parse().map_err(|error| invalid(&error, at.path()))).collect::<Result<_>>()?;
    Requirements::explicit(&types).map_err(|error| invalid(&error.message, at.path()))
}

fn invalid(error: &dyn std::fmt::Display, at: &Path) -> Error {
    Error::new("Invalid value").detail(format!("{error}.")).at(at)
}

fn size(value: i64) -> usize {
    usize::try_from(value).unwrap_or_default()
}

fn small(value: i64) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

fn bounds<T: TryFrom<i64>>(given: Option<&model::Bounds>) -> spot::Bounds<T> {
    let one = |value: Option<i64>| value.and_then(|value| T::try_from(value).ok());
    given.map_or(spot::Bounds { min: None, max: None }, |it| spot::Bounds { min: one(it.min), max: one(it.max) })
}

fn inclusion(text: Option<&str>) -> Inclusion {
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn gpu(given: Option<&model::GpuRequirement>) -> GpuNeed {
    let Some(given) = given else { return GpuNeed::Without };
    let names = |set: &Option<Set<String>>| set.iter().flat_map(|set| set.iter().cloned()).collect();
    let mut count = bounds(given.count.as_ref());
    count.min = count.min.or(Some(1));
    GpuNeed::With { count, names: names(&given.names), manufacturers: names(&given.manufacturers) }
}

/// Where an attribute of the selector stands in the configuration.
pub(super) fn path_of(attribute: &str) -> Path {
    let paths = SpotNodeGroup::paths();
    let required = paths.instance_requirements.fields();
    match attribute {
        "vcpu_count" => required.vcpu_count.into(),
        "memory_mib" => required.memory_mib.into(),
        "architectures" | "architecture" => required.architectures.into(),
        "allowed_instance_types" | "not_allowed" => required.allowed_instance_types.into(),
        "excluded_instance_types" | "excluded" => required.excluded_instance_types.into(),
        "burstable" => required.burstable.into(),
        "bare_metal" => required.bare_metal.into(),
        "generations" | "generation" => required.generations.into(),
        "gpu" => required.gpu.into(),
        "min_instance_types" => paths.min_instance_types.into(),
        "max_instance_types" => paths.max_instance_types.into(),
        "min_families" => paths.min_families.into(),
        "min_availability_zones" | "zones" | "zones_unknown" => paths.min_availability_zones.into(),
        "min_savings_percent" | "savings" | "spot_unknown" | "on_demand_unknown" => paths.min_savings_percent.into(),
        "max_interruption_rate_percent" | "interruption" | "interruption_unknown" => {
            paths.max_interruption_rate_percent.into()
        }
        "min_placement_score" | "placement" | "placement_unknown" => paths.min_placement_score.into(),
        "instance_types" => paths.instance_types.into(),
        _ => Path::root(),
    }
}
