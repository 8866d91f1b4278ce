//! The answer: what was chosen, and why the rest was not.

use std::collections::BTreeMap;
use std::fmt;

use rust_decimal::Decimal;
use sha2::{Digest as _, Sha256};

use super::candidate::Interruption;
use crate::instance::{Architecture, InstanceType};
use crate::money::{Money, MoneyError};
use crate::source::Price;

/// What all nodes of a group have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupShape {
    /// Virtual processors.
    pub vcpu: u32,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// Processor architecture.
    pub architecture: Architecture,
    /// Number of GPUs.
    pub gpus: u32,
}

impl fmt::Display for GroupShape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} vCPU, ", self.vcpu)?;
        if self.memory_mib.is_multiple_of(1024) {
            write!(f, "{} GiB", self.memory_mib / 1024)?;
        } else {
            write!(f, "{} MiB", self.memory_mib)?;
        }
        write!(f, ", {}", self.architecture)?;
        match self.gpus {
            0 => Ok(()),
            1 => f.write_str(", 1 GPU"),
            gpus => write!(f, ", {gpus} GPUs"),
        }
    }
}

/// Why a type was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Reason {
    /// Not among `allowed_instance_types`.
    NotAllowed,
    /// Among `excluded_instance_types`.
    Excluded,
    /// Another architecture.
    Architecture,
    /// Too few or too many processors.
    VcpuCount,
    /// Too little or too much memory.
    MemoryMib,
    /// GPUs that are not wanted, or not those wanted.
    Gpu,
    /// Burstable, or not.
    Burstable,
    /// Bare metal, or not.
    BareMetal,
    /// Another generation.
    Generation,
    /// Offered in too few zones.
    Zones,
    /// Where it is offered is not known.
    ZonesUnknown,
    /// The on-demand price, which savings are held against, is not known.
    OnDemandUnknown,
    /// The Spot price is not known.
    SpotUnknown,
    /// Saves too little.
    Savings,
    /// Interrupted too often.
    Interruption,
    /// How often it is interrupted is not known.
    InterruptionUnknown,
    /// A placement score that is too low.
    Placement,
    /// The placement score is not known.
    PlacementUnknown,
    /// Fits, but into a group of another shape than the one chosen.
    OtherShape,
    /// Fits, but there are enough, and better ones.
    Enough,
}

impl Reason {
    /// All, in the order in which a type is held against them: it counts under the first.
    pub const ALL: [Self; 20] = [
        Self::NotAllowed,
        Self::Excluded,
        Self::Architecture,
        Self::VcpuCount,
        Self::MemoryMib,
        Self::Gpu,
        Self::Burstable,
        Self::BareMetal,
        Self::Generation,
        Self::Zones,
        Self::ZonesUnknown,
        Self::OnDemandUnknown,
        Self::SpotUnknown,
        Self::Savings,
        Self::Interruption,
        Self::InterruptionUnknown,
        Self::Placement,
        Self::PlacementUnknown,
        Self::OtherShape,
        Self::Enough,
    ];

    /// A word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotAllowed => "not_allowed",
            Self::Excluded => "excluded",
            Self::Architecture => "architecture",
            Self::VcpuCount => "vcpu_count",
            Self::MemoryMib => "memory_mib",
            Self::Gpu => "gpu",
            Self::Burstable => "burstable",
            Self::BareMetal => "bare_metal",
            Self::Generation => "generation",
            Self::Zones => "zones",
            Self::ZonesUnknown => "zones_unknown",
            Self::OnDemandUnknown => "on_demand_unknown",
            Self::SpotUnknown => "spot_unknown",
            Self::Savings => "savings",
            Self::Interruption => "interruption",
            Self::InterruptionUnknown => "interruption_unknown",
            Self::Placement => "placement",
            Self::PlacementUnknown => "placement_unknown",
            Self::OtherShape => "other_shape",
            Self::Enough => "enough",
        }
    }

    /// A phrase for a person: "12 types: ...".
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::NotAllowed => "not among the allowed types",
            Self::Excluded => "excluded by name",
            Self::Architecture => "another architecture",
            Self::VcpuCount => "another number of vCPU",
            Self::MemoryMib => "another amount of memory",
            Self::Gpu => "GPUs or accelerators not as asked",
            Self::Burstable => "burstable or not, not as asked",
            Self::BareMetal => "bare metal or not, not as asked",
            Self::Generation => "another generation",
            Self::Zones => "offered in too few zones",
            Self::ZonesUnknown => "zones unknown",
            Self::OnDemandUnknown => "on-demand price unknown",
            Self::SpotUnknown => "Spot price unknown",
            Self::Savings => "saves too little",
            Self::Interruption => "interrupted too often",
            Self::InterruptionUnknown => "interruption rate unknown",
            Self::Placement => "placement score too low",
            Self::PlacementUnknown => "placement score unknown",
            Self::OtherShape => "fits, but into a group of another shape",
            Self::Enough => "fits, but others are better and enough",
        }
    }
}

/// A chosen type with its figures.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Its name.
    pub instance_type: InstanceType,
    /// Virtual processors.
    pub vcpu: u32,
    /// Memory in MiB.
    pub memory_mib: u64,
    /// On-demand USD per hour.
    pub on_demand: Price,
    /// Spot USD per hour: the mean over time of each zone, and of the zones.
    pub spot: Price,
    /// Percent that Spot is below on-demand, not rounded; none when a price is unknown.
    pub savings_percent: Option<Decimal>,
    /// How often it is taken back.
    pub interruption: Option<Interruption>,
    /// `GetSpotPlacementScores`.
    pub placement_score: Option<u8>,
    /// Zones that offer it; none when that is not known.
    pub zones: Option<usize>,
    /// 0 to 1000, comparable within one selection: up to 500 for the price (the cheapest of the group has 500, one of twice
    /// its price 250), 250 for a low interruption rate (62 less for each range above the lowest), 150 for the placement
    /// score (15 a point), 100 for the share of the group's zones that offer it. What is unknown earns nothing.
    pub score: u16,
    /// Why it was taken, as a phrase.
    pub why: &'static str,
}

/// A choice.
#[derive(Debug, Clone)]
pub struct Selection {
    /// What all chosen types have in common.
    pub shape: GroupShape,
    /// The types, the best score first.
    pub chosen: Vec<Chosen>,
    /// Mean of the on-demand prices per hour; none when one is unknown.
    pub mean_on_demand: Option<Money>,
    /// Mean of the Spot prices per hour; none when one is unknown.
    pub mean_spot: Option<Money>,
    /// [`hash`] of the chosen types.
    pub hash: String,
    /// How many candidates there were.
    pub considered: usize,
    /// How many were left out, by the first reason of each.
    pub left_out: BTreeMap<Reason, usize>,
}

impl Selection {
    /// Percent that the mean Spot price is below the mean on-demand price, not rounded; none when a price is unknown.
    #[must_use]
    pub fn savings_percent(&self) -> Option<Decimal> {
        super::assess::savings(self.mean_on_demand?.amount, self.mean_spot?.amount)
    }

    /// What so many nodes cost in a month at the mean Spot price; none when it is unknown.
    ///
    /// # Errors
    /// An amount beyond 28 digits.
    pub fn monthly_spot(&self, nodes: u32) -> Result<Option<Money>, MoneyError> {
        self.mean_spot.map(|hour| hour.times(nodes.into())?.per_month()).transpose()
    }

    /// What so many nodes save in a month against the mean on-demand price; none when a price is unknown.
    ///
    /// # Errors
    /// An amount beyond 28 digits.
    pub fn monthly_savings(&self, nodes: u32) -> Result<Option<Money>, MoneyError> {
        let Some((on_demand, spot)) = self.mean_on_demand.zip(self.mean_spot) else { return Ok(None) };
        Money::usd(on_demand.amount - spot.amount).times(nodes.into())?.per_month().map(Some)
    }

    /// The names, sorted: what EKS is given.
    #[must_use]
    pub fn instance_types(&self) -> Vec<String> {
        let mut names: Vec<String> = self.chosen.iter().map(|it| it.instance_type.as_str().to_owned()).collect();
        names.sort_unstable();
        names
    }
}

/// SHA-256 in hexadecimal of the sorted names: what a node group is made of. Prices do not enter, so that a moving market alone
/// is never a change.
#[must_use]
pub fn hash<'a>(instance_types: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = instance_types.into_iter().collect();
    names.sort_unstable();
    names.dedup();
    let digest = Sha256::digest(names.join("\n").as_bytes());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
