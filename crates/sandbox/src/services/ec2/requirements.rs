//! `GetInstanceTypesFromInstanceRequirements`: attributes instead of names.

use super::catalogue::Kind;
use super::{Facts, Result, cut, invalid, wildcard, write_token};
use crate::protocol::ApiError;
use crate::protocol::query::Params;
use crate::protocol::xml::Xml;
use crate::services::Call;

/// Attributes an instance type has to have. What is not said is not looked at, except that bare metal and burstable types are left
/// out. Prices play no part: price protection, which EC2 has on by default, is not carried out.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Requirements {
    architectures: Vec<String>,
    virtualization: Vec<String>,
    vcpus: Range,
    memory_mib: Range,
    memory_per_vcpu: Range,
    manufacturers: Vec<String>,
    excluded: Vec<String>,
    allowed: Vec<String>,
    generations: Vec<String>,
    bare_metal: Inclusion,
    burstable: Inclusion,
    hibernates: bool,
    interfaces: Range,
    local_storage: Inclusion,
    local_types: Vec<String>,
    local_gb: Range,
    ebs_mbps: Range,
    accelerator_types: Vec<String>,
    accelerator_count: Range,
    accelerator_manufacturers: Vec<String>,
    accelerator_names: Vec<String>,
    accelerator_mib: Range,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Range {
    min: Option<f64>,
    max: Option<f64>,
}

impl Range {
    fn of(params: &Params, name: &str) -> Result<Self> {
        let range = Self { min: params.decimal(&format!("{name}.Min"))?, max: params.decimal(&format!("{name}.Max"))? };
        if range.min.zip(range.max).is_some_and(|(min, max)| min > max) {
            return Err(invalid(format!("{name}: the minimum must not be greater than the maximum.")));
        }
        Ok(range)
    }

    fn has(self, number: f64) -> bool {
        self.min.is_none_or(|min| number >= min) && self.max.is_none_or(|max| number <= max)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inclusion {
    Included,
    Required,
    Excluded,
}

impl Inclusion {
    fn of(params: &Params, name: &str, default: Self) -> Result<Self> {
        match params.get(name) {
            None | Some("") => Ok(default),
            Some("included") => Ok(Self::Included),
            Some("required") => Ok(Self::Required),
            Some("excluded") => Ok(Self::Excluded),
            Some(other) => Err(invalid(format!(
                "Value ({other}) for parameter {name} is invalid: use included, required or excluded."
            ))),
        }
    }

    fn lets(self, has: bool) -> bool {
        match self {
            Self::Included => true,
            Self::Required => has,
            Self::Excluded => !has,
        }
    }
}

impl Requirements {
    /// Reads `ArchitectureType`, `VirtualizationType` and `InstanceRequirements`.
    pub(super) fn read(params: &Params) -> Result<Self> {
        let it = params.under("InstanceRequirements");
        for name in ["NetworkBandwidthGbps", "BaselinePerformanceFactors"] {
            if it.has_list(name) {
                return Err(ApiError::new("UnsupportedOperation", format!("The sandbox does not look at {name}.")));
            }
        }
        for name in ["VCpuCount", "MemoryMiB"] {
            if it.text(&format!("{name}.Min")).is_none() {
                return Err(ApiError::new(
                    "MissingParameter",
                    format!("The request must contain the parameter InstanceRequirements.{name}.Min"),
                ));
            }
        }
        if it.has_list("ExcludedInstanceType") && it.has_list("AllowedInstanceType") {
            return Err(ApiError::new(
                "InvalidParameterCombination",
                "You can specify either AllowedInstanceTypes or ExcludedInstanceTypes, not both.",
            ));
        }
        Ok(Self {
            architectures: params.texts("ArchitectureType"),
            virtualization: params.texts("VirtualizationType"),
            vcpus: Range::of(&it, "VCpuCount")?,
            memory_mib: Range::of(&it, "MemoryMiB")?,
            memory_per_vcpu: Range::of(&it, "MemoryGiBPerVCpu")?,
            manufacturers: it.texts("CpuManufacturer"),
            excluded: it.texts("ExcludedInstanceType"),
            allowed: it.texts("AllowedInstanceType"),
            generations: it.texts("InstanceGeneration"),
            bare_metal: Inclusion::of(&it, "BareMetal", Inclusion::Excluded)?,
            burstable: Inclusion::of(&it, "BurstablePerformance", Inclusion::Excluded)?,
            hibernates: it.flag("RequireHibernateSupport")?.unwrap_or(false),
            interfaces: Range::of(&it, "NetworkInterfaceCount")?,
            local_storage: Inclusion::of(&it, "LocalStorage", Inclusion::Included)?,
            local_types: it.texts("LocalStorageType"),
            local_gb: Range::of(&it, "TotalLocalStorageGB")?,
            ebs_mbps: Range::of(&it, "BaselineEbsBandwidthMbps")?,
            accelerator_types: it.texts("AcceleratorType"),
            accelerator_count: Range::of(&it, "AcceleratorCount")?,
            accelerator_manufacturers: it.texts("AcceleratorManufacturer"),
            accelerator_names: it.texts("AcceleratorName"),
            accelerator_mib: Range::of(&it, "AcceleratorTotalMemoryMiB")?,
        })
    }

    /// Whether an instance type has them all.
    pub(super) fn meets(&self, kind: &Kind) -> bool {
        let one_of =
            |wanted: &[String], given: &[String]| wanted.is_empty() || wanted.iter().any(|it| given.contains(it));
        let named = |wanted: &[String], given: &str| wanted.iter().any(|it| simplified(it) == simplified(given));
        let generation = if kind.current { "current" } else { "previous" };
        let memory = f64::from(kind.memory_mib);
        let vcpus = f64::from(kind.vcpus);
        let storage = kind.storage.as_ref();
        let count: u32 = kind.accelerators.iter().map(|it| it.count).sum();
        let total: u32 = kind.accelerators.iter().map(|it| it.count * it.memory_mib).sum();
        let accelerated = |wanted: &[String], of: fn(&super::Accelerator) -> &str| {
            wanted.is_empty() || kind.accelerators.iter().any(|it| named(wanted, of(it)))
        };
        one_of(&self.architectures, &kind.architectures)
            && one_of(&self.virtualization, &kind.virtualization)
            && self.vcpus.has(vcpus)
            && self.memory_mib.has(memory)
            && self.memory_per_vcpu.has(memory / 1024.0 / vcpus.max(1.0))
            && (self.manufacturers.is_empty() || named(&self.manufacturers, manufacturer(&kind.manufacturer)))
            && !self.excluded.iter().any(|pattern| wildcard(pattern, &kind.name))
            && (self.allowed.is_empty() || self.allowed.iter().any(|pattern| wildcard(pattern, &kind.name)))
            && (self.generations.is_empty() || self.generations.iter().any(|it| it == generation))
            && self.bare_metal.lets(kind.bare_metal)
            && self.burstable.lets(kind.burstable)
            && (!self.hibernates || kind.hibernates)
            && self.interfaces.has(f64::from(kind.interfaces))
            && self.local_storage.lets(storage.is_some())
            && (self.local_types.is_empty() || storage.is_some_and(|(_, disk)| self.local_types.contains(disk)))
            && self.local_gb.has(f64::from(storage.map_or(0, |(size, _)| *size)))
            && self.ebs_mbps.has(f64::from(kind.ebs_mbps))
            && accelerated(&self.accelerator_types, |it| it.kind)
            && self.accelerator_count.has(f64::from(count))
            && accelerated(&self.accelerator_manufacturers, |it| &it.manufacturer)
            && accelerated(&self.accelerator_names, |it| &it.name)
            && self.accelerator_mib.has(f64::from(total))
    }
}

/// `amazon-web-services` is what requirements call what descriptions call `AWS`.
fn manufacturer(name: &str) -> &str {
    if name == "AWS" { "amazon-web-services" } else { name }
}

/// `a10g` and `A10G`, `radeon-pro-v520` and `Radeon Pro V520` are the same.
fn simplified(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

pub(super) fn types(call: &Call, params: &Params, facts: &Facts) -> Result<Xml> {
    for name in ["ArchitectureType", "VirtualizationType"] {
        if params.texts(name).is_empty() {
            return Err(ApiError::new("MissingParameter", format!("The request must contain the parameter {name}")));
        }
    }
    let required = Requirements::read(params)?;
    let kinds: Vec<&Kind> = facts.offered(&call.region).into_iter().filter(|kind| required.meets(kind)).collect();
    let (kinds, token) = cut(params, (1, 1000, 1000), kinds)?;
    let mut xml = Xml::default();
    xml.list("instanceTypeSet", "item", kinds, |item, kind| {
        item.text("instanceType", &kind.name);
    });
    write_token(&mut xml, token);
    Ok(xml)
}
