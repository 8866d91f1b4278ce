//! What a node group asks of its instance types.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;

use crate::instance::{Architecture, Glob, InstanceType};

/// Most instance types of an EKS managed node group: `CreateNodegroup`, `instanceTypes`.
const MOST_INSTANCE_TYPES: usize = 20;

/// A lowest and a highest value, both of them allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds<T> {
    /// Lowest; none for no limit.
    pub min: Option<T>,
    /// Highest; none for no limit.
    pub max: Option<T>,
}

impl<T> Default for Bounds<T> {
    fn default() -> Self {
        Self { min: None, max: None }
    }
}

impl<T: Copy + PartialOrd> Bounds<T> {
    /// One value.
    pub fn exactly(value: T) -> Self {
        Self { min: Some(value), max: Some(value) }
    }

    /// No less than a value.
    pub fn at_least(value: T) -> Self {
        Self { min: Some(value), max: None }
    }

    /// Whether a value lies within.
    pub fn contain(&self, value: T) -> bool {
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

impl<T: fmt::Display + PartialEq> fmt::Display for Bounds<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.min, &self.max) {
            (Some(min), Some(max)) if min == max => write!(f, "{min}"),
            (Some(min), Some(max)) => write!(f, "{min} to {max}"),
            (Some(min), None) => write!(f, "{min} or more"),
            (None, Some(max)) => write!(f, "up to {max}"),
            (None, None) => f.write_str("any"),
        }
    }
}

/// Whether a kind of instance may, may not or has to be taken, in the words of EC2's own `InstanceRequirements`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Inclusion {
    /// May be.
    Included,
    /// May not be.
    #[default]
    Excluded,
    /// Only these.
    Required,
}

impl Inclusion {
    pub(super) fn accepts(self, is: bool) -> bool {
        match self {
            Self::Included => true,
            Self::Excluded => !is,
            Self::Required => is,
        }
    }

    /// `included`, `excluded` or `required`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Included => "included",
            Self::Excluded => "excluded",
            Self::Required => "required",
        }
    }
}

impl FromStr for Inclusion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "included" => Ok(Self::Included),
            "excluded" => Ok(Self::Excluded),
            "required" => Ok(Self::Required),
            _ => Err(format!("`{text}` is none of included, excluded, required")),
        }
    }
}

/// A generation of instance types.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Generation {
    /// What EC2 calls current.
    Current,
    /// What EC2 calls previous.
    Previous,
    /// The number in the family's name: 7 of `m7i`.
    Number(u8),
}

impl FromStr for Generation {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "current" => Ok(Self::Current),
            "previous" => Ok(Self::Previous),
            _ => text.parse().map(Self::Number).map_err(|_| {
                format!("`{text}` is not a generation; write current, previous, or the number in the family's name")
            }),
        }
    }
}

impl fmt::Display for Generation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Current => f.write_str("current"),
            Self::Previous => f.write_str("previous"),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}

/// Whether GPUs are needed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum GpuNeed {
    /// None, and no other accelerator either: it is paid for whether it is used or not.
    #[default]
    Without,
    /// With or without, as explicit instance types are.
    Any,
    /// With GPUs.
    With {
        /// How many.
        count: Bounds<u32>,
        /// Names such as `T4` or `A10G`, without regard to case; any when empty.
        names: BTreeSet<String>,
        /// Manufacturers such as `NVIDIA`, without regard to case; any when empty.
        manufacturers: BTreeSet<String>,
    },
}

/// What a node group asks of its instance types. Names are those of `parapet_spot_node_group`'s attributes.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirements {
    /// Virtual processors.
    pub vcpu_count: Bounds<u32>,
    /// Memory in MiB.
    pub memory_mib: Bounds<u64>,
    /// Architectures; any when empty. A group has one in the end.
    pub architectures: BTreeSet<Architecture>,
    /// Only these types; any when empty.
    pub allowed_instance_types: Vec<Glob>,
    /// None of these types, even when allowed.
    pub excluded_instance_types: Vec<Glob>,
    /// The T families.
    pub burstable: Inclusion,
    /// Without a hypervisor.
    pub bare_metal: Inclusion,
    /// Any of these generations; any when empty.
    pub generations: BTreeSet<Generation>,
    /// GPUs.
    pub gpu: GpuNeed,
    /// Fewest types to choose.
    pub min_instance_types: usize,
    /// Most types to choose.
    pub max_instance_types: usize,
    /// Fewest families among them: capacity runs out by family.
    pub min_families: usize,
    /// Zones of the group's subnets; all when empty.
    pub zones: BTreeSet<String>,
    /// Of these zones, how many have to offer a type.
    pub min_availability_zones: usize,
    /// Percent that Spot has to be below on-demand, for every type; none for no floor.
    pub min_savings_percent: Option<Decimal>,
    /// Highest interruption rate in percent; none for no ceiling.
    pub max_interruption_rate_percent: Option<u8>,
    /// Lowest placement score, 1 to 10; none for no floor.
    pub min_placement_score: Option<u8>,
}

impl Default for Requirements {
    /// The defaults of `parapet_spot_node_group`: 10 to 20 types with savings of 30% or more, neither burstable nor bare metal.
    fn default() -> Self {
        Self {
            vcpu_count: Bounds::default(),
            memory_mib: Bounds::default(),
            architectures: BTreeSet::new(),
            allowed_instance_types: Vec::new(),
            excluded_instance_types: Vec::new(),
            burstable: Inclusion::Excluded,
            bare_metal: Inclusion::Excluded,
            generations: BTreeSet::new(),
            gpu: GpuNeed::Without,
            min_instance_types: 10,
            max_instance_types: MOST_INSTANCE_TYPES,
            min_families: 1,
            zones: BTreeSet::new(),
            min_availability_zones: 1,
            min_savings_percent: Some(Decimal::new(30, 0)),
            max_interruption_rate_percent: None,
            min_placement_score: None,
        }
    }
}

/// Requirements that contradict themselves.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{attribute}: {message}")]
pub struct RequirementsError {
    /// The attribute to blame.
    pub attribute: &'static str,
    /// What is wrong with it.
    pub message: String,
}

impl Requirements {
    /// Exactly these types, all of them, whatever their shape is, as long as it is one.
    ///
    /// # Errors
    /// More types than EKS takes, or none.
    pub fn explicit(instance_types: &[InstanceType]) -> Result<Self, RequirementsError> {
        let names: BTreeSet<&str> = instance_types.iter().map(InstanceType::as_str).collect();
        let allowed = names.iter().filter_map(|name| name.parse().ok()).collect();
        let all = Self {
            allowed_instance_types: allowed,
            burstable: Inclusion::Included,
            bare_metal: Inclusion::Included,
            gpu: GpuNeed::Any,
            min_instance_types: names.len(),
            max_instance_types: names.len(),
            ..Self::default()
        };
        all.check().map_err(|error| RequirementsError { attribute: "instance_types", ..error })?;
        Ok(all)
    }

    /// Whether they can be fulfilled at all.
    ///
    /// # Errors
    /// Bounds or counts that exclude each other, with the attribute to blame.
    pub fn check(&self) -> Result<(), RequirementsError> {
        let fail = |attribute, message: String| Err(RequirementsError { attribute, message });
        let crossed = |min: Option<u64>, max: Option<u64>| min.zip(max).filter(|(min, max)| min > max);
        if let Some((min, max)) = crossed(self.vcpu_count.min.map(u64::from), self.vcpu_count.max.map(u64::from)) {
            return fail("vcpu_count", format!("at least {min} and at most {max} exclude each other"));
        }
        if let Some((min, max)) = crossed(self.memory_mib.min, self.memory_mib.max) {
            return fail("memory_mib", format!("at least {min} and at most {max} exclude each other"));
        }
        let (min, max) = (self.min_instance_types, self.max_instance_types);
        if !(1..=MOST_INSTANCE_TYPES).contains(&max) {
            return fail(
                "max_instance_types",
                format!("{max} is not between 1 and {MOST_INSTANCE_TYPES}, the most types an EKS node group takes"),
            );
        }
        if !(1..=max).contains(&min) {
            return fail(
                "min_instance_types",
                format!("{min} is not between 1 and max_instance_types, which is {max}"),
            );
        }
        if self.min_families > max {
            return fail("min_families", format!("{} families do not fit into {max} types", self.min_families));
        }
        let zones = self.zones.len();
        if zones > 0 && self.min_availability_zones > zones {
            let wanted = self.min_availability_zones;
            return fail("min_availability_zones", format!("{wanted} are asked, and the subnets are in {zones}"));
        }
        let percent = Decimal::ZERO..Decimal::ONE_HUNDRED;
        if let Some(floor) = self.min_savings_percent.filter(|it| !percent.contains(it)) {
            return fail("min_savings_percent", format!("{floor} is not from 0 to below 100"));
        }
        if let Some(score) = self.min_placement_score.filter(|it| !(1..=10).contains(it)) {
            return fail("min_placement_score", format!("{score} is not from 1 to 10"));
        }
        if let Some(rate) = self.max_interruption_rate_percent.filter(|it| !(5..=100).contains(it)) {
            return fail(
                "max_interruption_rate_percent",
                format!("{rate} is not from 5 to 100; rates are known in steps of 5, 10, 15 and 20 percent"),
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contradictions_name_the_attribute() {
        let base = Requirements::default;
        let cases = [
            ("vcpu_count", Requirements { vcpu_count: Bounds { min: Some(8), max: Some(4) }, ..base() }),
            ("max_instance_types", Requirements { max_instance_types: 21, ..base() }),
            ("min_instance_types", Requirements { min_instance_types: 9, max_instance_types: 5, ..base() }),
            ("min_families", Requirements { min_families: 21, ..base() }),
            ("min_savings_percent", Requirements { min_savings_percent: Some(Decimal::ONE_HUNDRED), ..base() }),
            ("min_placement_score", Requirements { min_placement_score: Some(11), ..base() }),
            ("max_interruption_rate_percent", Requirements { max_interruption_rate_percent: Some(1), ..base() }),
        ];
        for (attribute, requirements) in cases {
            assert_eq!(requirements.check().unwrap_err().attribute, attribute);
        }
        assert_eq!(base().check(), Ok(()));
        assert_eq!(Requirements::explicit(&[]).unwrap_err().attribute, "instance_types");
    }

    #[test]
    fn bounds_read_as_they_are_meant() {
        assert_eq!(Bounds::exactly(4).to_string(), "4");
        assert_eq!(Bounds { min: Some(2), max: Some(4) }.to_string(), "2 to 4");
        assert_eq!(Bounds::at_least(2).to_string(), "2 or more");
        assert!(Bounds::at_least(2).contain(2) && !Bounds::exactly(4).contain(5) && Bounds::<u8>::default().contain(0));
    }
}
