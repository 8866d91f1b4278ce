//! When nothing fulfils the requirements: which one to relax, how far, and what that brings.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rust_decimal::{Decimal, RoundingStrategy};

use super::assess::{Assessed, Reasons};
use super::requirements::{GpuNeed, Requirements, RequirementsError};
use super::select::{groups, suffices};
use super::selection::Reason;
use crate::instance::InstanceType;

/// One way to make the requirements feasible: everything named in it at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relaxation {
    /// Attribute, what is asked now, and what would do.
    pub changes: Vec<(&'static str, String, String)>,
    /// The types that would then be there to choose from, sorted.
    pub brings: Vec<InstanceType>,
}

impl fmt::Display for Relaxation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (attribute, from, to)) in self.changes.iter().enumerate() {
            let and = if index == 0 { "" } else { ", and " };
            write!(f, "{and}{attribute}: {to} instead of {from}")?;
        }
        let names: Vec<&str> = self.brings.iter().take(5).map(InstanceType::as_str).collect();
        let more = self.brings.len().saturating_sub(names.len());
        let types = if self.brings.len() == 1 { "type" } else { "types" };
        write!(f, " brings {} {types}: {}", self.brings.len(), names.join(", "))?;
        if more > 0 { write!(f, " and {more} more") } else { Ok(()) }
    }
}

/// No group of instance types fulfils the requirements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Infeasible {
    /// Requirements that contradict themselves; nothing else is said then.
    pub contradiction: Option<RequirementsError>,
    /// How many candidates there were.
    pub considered: usize,
    /// How many fit, in groups that are too small.
    pub fitting: usize,
    /// Fewest types that were asked for.
    pub min_instance_types: usize,
    /// How many were left out, by the first reason of each.
    pub left_out: BTreeMap<Reason, usize>,
    /// What would help, the smallest number of changes first; empty when no one or two changes do.
    pub relaxations: Vec<Relaxation>,
}

impl Infeasible {
    pub(super) fn contradiction(error: RequirementsError) -> Self {
        Self {
            contradiction: Some(error),
            considered: 0,
            fitting: 0,
            min_instance_types: 0,
            left_out: BTreeMap::new(),
            relaxations: Vec::new(),
        }
    }
}

impl fmt::Display for Infeasible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(error) = &self.contradiction {
            return write!(f, "the requirements contradict themselves: {error}");
        }
        write!(
            f,
            "no group of at least {} instance types of equal vCPU, memory, architecture and GPUs fulfils the requirements; \
             of {} types {} fit",
            self.min_instance_types, self.considered, self.fitting
        )?;
        for (reason, count) in &self.left_out {
            write!(f, "\n  {count} left out: {}", reason.phrase())?;
        }
        match self.relaxations.as_slice() {
            [] => f.write_str(
                "\nNo one or two requirements are to blame: start from the largest number above, or supply the data it lacks.",
            ),
            relaxations => {
                f.write_str("\nAny one of these would do:")?;
                relaxations.iter().try_for_each(|it| write!(f, "\n  {it}"))
            }
        }
    }
}

impl std::error::Error for Infeasible {}

/// A requirement that can be relaxed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Knob {
    Savings,
    Interruption,
    Placement,
    Zones,
    Types,
    Families,
    Generations,
    Burstable,
    BareMetal,
    Architectures,
    Allowed,
    Excluded,
    Memory,
    Vcpu,
    Gpu,
}

/// In the order in which they are proposed: first what costs money or calm, last what changes the kind of machine.
const KNOBS: [Knob; 15] = [
    Knob::Savings,
    Knob::Interruption,
    Knob::Placement,
    Knob::Zones,
    Knob::Types,
    Knob::Families,
    Knob::Generations,
    Knob::Burstable,
    Knob::BareMetal,
    Knob::Architectures,
    Knob::Allowed,
    Knob::Excluded,
    Knob::Memory,
    Knob::Vcpu,
    Knob::Gpu,
];

pub(super) fn diagnose(requirements: &Requirements, assessed: &[Assessed<'_>]) -> Infeasible {
    let mut left_out = BTreeMap::new();
    for reason in assessed.iter().filter_map(|it| it.reasons.first()) {
        *left_out.entry(reason).or_insert(0) += 1;
    }
    let relax = |knobs: &[Knob]| relaxed(requirements, assessed, knobs);
    let mut relaxations: Vec<Relaxation> = KNOBS.iter().filter_map(|knob| relax(&[*knob])).collect();
    if relaxations.is_empty() {
        let pairs = KNOBS.iter().enumerate().flat_map(|(index, a)| KNOBS.iter().skip(index + 1).map(move |b| [*a, *b]));
        relaxations = pairs.filter_map(|pair| relax(&pair)).take(5).collect();
    }
    Infeasible {
        contradiction: None,
        considered: assessed.len(),
        fitting: assessed.iter().filter(|it| it.reasons.is_empty()).count(),
        min_instance_types: requirements.min_instance_types,
        left_out,
        relaxations,
    }
}

/// The nearest group that suffices when some requirements are relaxed.
fn relaxed(requirements: &Requirements, assessed: &[Assessed<'_>], knobs: &[Knob]) -> Option<Relaxation> {
    let ignored = knobs.iter().fold(Reasons::default(), |all, knob| all.and(knob.reasons()));
    let types = if knobs.contains(&Knob::Types) { 1 } else { requirements.min_instance_types };
    let families = if knobs.contains(&Knob::Families) { 1 } else { requirements.min_families };
    // What is unknown stays out: no value of a requirement lets it in.
    let distances =
        |it: &Assessed<'_>| knobs.iter().map(|knob| knob.distance(requirements, it)).collect::<Option<Vec<_>>>();
    let pool = assessed.iter().filter(|it| it.reasons.without(ignored).is_empty() && distances(it).is_some());
    let nearest = groups(pool).into_values().filter_map(|mut group| {
        group.sort_by_cached_key(|it| (distances(it), it.name().to_owned()));
        let enough = if types == 1 && knobs.contains(&Knob::Types) || knobs.contains(&Knob::Families) {
            // The most there are, not the fewest that would do.
            suffices(&group, types, families).then_some(group.len())
        } else {
            (1..=group.len()).find(|count| suffices(group.get(..*count).unwrap_or_default(), types, families))
        }?;
        let reached = group.get(..enough)?.iter().map(|it| distances(it)).max()?;
        group.retain(|it| distances(it) <= reached);
        Some((reached, group))
    });
    let (_, group) =
        nearest.min_by(|(a, a_group), (b, b_group)| a.cmp(b).then_with(|| b_group.len().cmp(&a_group.len())))?;
    let changes: Option<Vec<_>> = knobs
        .iter()
        .map(|knob| {
            let (from, to) = knob.change(requirements, &group)?;
            (from != to).then_some((knob.attribute(), from, to))
        })
        .collect();
    let mut brings: Vec<InstanceType> = group.iter().map(|it| it.candidate.instance_type.clone()).collect();
    brings.sort_unstable();
    Some(Relaxation { changes: changes?, brings })
}

impl Knob {
    fn attribute(self) -> &'static str {
        match self {
            Self::Savings => "min_savings_percent",
            Self::Interruption => "max_interruption_rate_percent",
            Self::Placement => "min_placement_score",
            Self::Zones => "min_availability_zones",
            Self::Types => "min_instance_types",
            Self::Families => "min_families",
            Self::Generations => "generations",
            Self::Burstable => "burstable",
            Self::BareMetal => "bare_metal",
            Self::Architectures => "architectures",
            Self::Allowed => "allowed_instance_types",
            Self::Excluded => "excluded_instance_types",
            Self::Memory => "memory_mib",
            Self::Vcpu => "vcpu_count",
            Self::Gpu => "gpu",
        }
    }

    /// What no longer leaves a type out.
    fn reasons(self) -> Reasons {
        Reasons::of(match self {
            Self::Savings => &[Reason::Savings],
            Self::Interruption => &[Reason::Interruption],
            Self::Placement => &[Reason::Placement],
            Self::Zones => &[Reason::Zones],
            Self::Types | Self::Families => &[],
            Self::Generations => &[Reason::Generation],
            Self::Burstable => &[Reason::Burstable],
            Self::BareMetal => &[Reason::BareMetal],
            Self::Architectures => &[Reason::Architecture],
            Self::Allowed => &[Reason::NotAllowed],
            Self::Excluded => &[Reason::Excluded],
            Self::Memory => &[Reason::MemoryMib],
            Self::Vcpu => &[Reason::VcpuCount],
            Self::Gpu => &[Reason::Gpu],
        })
    }

    /// How far a type is from what is asked; none when that cannot be said.
    fn distance(self, requirements: &Requirements, it: &Assessed<'_>) -> Option<Decimal> {
        let shape = &it.candidate.shape;
        let outside = |value: u64, min: Option<u64>, max: Option<u64>| {
            let below = min.map_or(0, |min| min.saturating_sub(value));
            let above = max.map_or(0, |max| value.saturating_sub(max));
            Decimal::from(below.max(above))
        };
        let not = |fits: Reasons| Decimal::from(u8::from(it.reasons.without(fits) != it.reasons));
        Some(match self {
            Self::Savings => -it.savings?,
            Self::Interruption => it.candidate.interruption.as_ref()?.bucket.at_most().into(),
            Self::Placement => -Decimal::from(it.candidate.placement_score?),
            Self::Zones => {
                let zones = it.zones.filter(|zones| *zones > 0)?;
                -Decimal::from(zones)
            }
            Self::Memory => outside(shape.memory_mib, requirements.memory_mib.min, requirements.memory_mib.max),
            Self::Vcpu => {
                let bounds = requirements.vcpu_count;
                outside(shape.vcpu.into(), bounds.min.map(u64::from), bounds.max.map(u64::from))
            }
            Self::Types | Self::Families => Decimal::ZERO,
            knob => not(knob.reasons()),
        })
    }

    /// What is asked, and what would let this group in.
    fn change(self, requirements: &Requirements, group: &[&Assessed<'_>]) -> Option<(String, String)> {
        let listed = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>().join(", ");
        let asked = |names: BTreeSet<String>| if names.is_empty() { "any".to_owned() } else { listed(names) };
        let all = |text: fn(&Assessed<'_>) -> String| listed(group.iter().map(|it| text(it)).collect());
        let left = |knob: Self| {
            let those = group.iter().filter(|it| it.reasons.without(knob.reasons()) != it.reasons);
            listed(those.map(|it| it.name().to_owned()).collect())
        };
        Some(match self {
            Self::Savings => {
                let least = group.iter().filter_map(|it| it.savings).min()?;
                // Towards less, so that the figure lets the last one in.
                let least = least.round_dp_with_strategy(1, RoundingStrategy::ToNegativeInfinity).normalize();
                let to = if least < Decimal::ZERO { "none".to_owned() } else { least.to_string() };
                (requirements.min_savings_percent?.normalize().to_string(), to)
            }
            Self::Interruption => {
                let most =
                    group.iter().filter_map(|it| it.candidate.interruption.as_ref()).map(|it| it.bucket.at_most());
                (requirements.max_interruption_rate_percent?.to_string(), most.max()?.to_string())
            }
            Self::Placement => {
                let least = group.iter().filter_map(|it| it.candidate.placement_score).min()?;
                (requirements.min_placement_score?.to_string(), least.to_string())
            }
            Self::Zones => {
                let least = group.iter().filter_map(|it| it.zones).min()?;
                (requirements.min_availability_zones.to_string(), least.to_string())
            }
            Self::Types => (requirements.min_instance_types.to_string(), group.len().to_string()),
            Self::Families => {
                let families: BTreeSet<&str> = group.iter().map(|it| it.family()).collect();
                (requirements.min_families.to_string(), families.len().to_string())
            }
            Self::Generations => {
                let from = requirements.generations.iter().map(ToString::to_string).collect();
                let number = |it: &Assessed<'_>| {
                    it.candidate.instance_type.generation().map_or(String::new(), |n| n.to_string())
                };
                (asked(from), all(number))
            }
            Self::Burstable => (requirements.burstable.as_str().to_owned(), "included".to_owned()),
            Self::BareMetal => (requirements.bare_metal.as_str().to_owned(), "included".to_owned()),
            Self::Architectures => {
                let from = requirements.architectures.iter().map(ToString::to_string).collect();
                (asked(from), all(|it| it.candidate.shape.architecture.to_string()))
            }
            Self::Allowed => {
                let from = requirements.allowed_instance_types.iter().map(|it| it.as_str().to_owned()).collect();
                (asked(from), format!("also {}", left(self)))
            }
            Self::Excluded => {
                let from = requirements.excluded_instance_types.iter().map(|it| it.as_str().to_owned()).collect();
                (listed(from), format!("without {}", left(self)))
            }
            Self::Memory => (requirements.memory_mib.to_string(), all(|it| it.candidate.shape.memory_mib.to_string())),
            Self::Vcpu => (requirements.vcpu_count.to_string(), all(|it| it.candidate.shape.vcpu.to_string())),
            Self::Gpu => {
                let from = match &requirements.gpu {
                    GpuNeed::Any => "any".to_owned(),
                    GpuNeed::Without => "none".to_owned(),
                    GpuNeed::With { count, names, manufacturers } => {
                        let kinds = names.iter().chain(manufacturers).cloned().collect();
                        format!("{count} of {}", asked(kinds))
                    }
                };
                let gpu = |it: &Assessed<'_>| {
                    it.candidate
                        .shape
                        .gpu
                        .as_ref()
                        .map_or("none".to_owned(), |gpu| format!("{} {}", gpu.count, gpu.name))
                };
                (from, all(gpu))
            }
        })
    }
}
