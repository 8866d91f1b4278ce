//! Sizes derived from their family: prices and shapes on EC2 are proportional to the size, with few exceptions.

use std::collections::BTreeMap;
use std::str::FromStr;

use rust_decimal::{Decimal, RoundingStrategy};

use super::format;
use crate::instance::{Architecture, Gpu, InstanceType, Shape};

/// Virtual processors of an `xlarge`.
const VCPU_PER_XLARGE: u32 = 4;
const MIB_PER_GIB: u32 = 1024;

/// One size of a family.
#[derive(Debug, Clone)]
pub(super) struct Sized {
    pub(super) instance_type: InstanceType,
    pub(super) shape: Shape,
    /// In `xlarge`s.
    factor: Decimal,
    /// Price in the home region; does it follow from the family's?
    pub(super) home: Decimal,
    derived: bool,
}

/// A family of the book.
#[derive(Debug, Clone)]
pub(super) struct Family {
    unit: Decimal,
    decimals: u32,
    pub(super) sizes: Vec<Sized>,
}

impl Family {
    /// The price of a size where an `xlarge` costs `unit`; none where it does not follow.
    pub(super) fn elsewhere(&self, size: &Sized, unit: Decimal) -> Option<Decimal> {
        if unit == self.unit {
            return Some(size.home);
        }
        size.derived.then(|| rounded(unit, size.factor, self.decimals)).flatten()
    }
}

/// How many `xlarge`s a size counts; none for `metal`, which is as large as the largest of its family.
pub(super) fn factor(size: &str) -> Option<Decimal> {
    let number = |text: &str| text.parse::<u32>().ok().filter(|it| *it > 0).map(Decimal::from);
    Some(match size {
        "nano" => Decimal::new(3125, 5),
        "micro" => Decimal::new(625, 4),
        "small" => Decimal::new(125, 3),
        "medium" => Decimal::new(25, 2),
        "large" => Decimal::new(5, 1),
        "xlarge" => Decimal::ONE,
        _ => {
            let metal = size.strip_prefix("metal-").and_then(|rest| rest.strip_suffix("xl"));
            return number(metal.or_else(|| size.strip_suffix("xlarge"))?);
        }
    })
}

/// AWS rounds half up to the digits it prints.
pub(super) fn rounded(unit: Decimal, factor: Decimal, decimals: u32) -> Option<Decimal> {
    Some(unit.checked_mul(factor)?.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero).normalize())
}

/// Derives the sizes; the text of an error names the size or the field.
pub(super) fn family(name: &str, from: &format::Family) -> Result<Family, String> {
    let names: Vec<&str> = from.sizes.split_whitespace().collect();
    let known: BTreeMap<&str, Decimal> = names.iter().filter_map(|size| Some((*size, factor(size)?))).collect();
    let largest = known.values().max().copied();
    for (field, size) in from
        .exceptions
        .keys()
        .map(|size| ("exceptions", size))
        .chain(from.gpu.iter().flat_map(|gpu| gpu.count.keys()).map(|size| ("gpu.count", size)))
    {
        if !names.contains(&size.as_str()) {
            return Err(format!("{field} name `{size}`, which is not among the sizes"));
        }
    }
    let architecture = from.architecture.as_deref().map_or(Ok(Architecture::X86_64), Architecture::from_str)?;
    let sizes = names
        .iter()
        .map(|size| {
            let instance_type = InstanceType::from_str(&format!("{name}.{size}")).map_err(|error| error.to_string())?;
            let bare_metal = size.starts_with("metal");
            let factor = known.get(size).copied().or(largest.filter(|_| *size == "metal"));
            let factor = factor.ok_or_else(|| format!("how large is `{size}`? write large, 4xlarge, metal-24xl"))?;
            let exception = from.exceptions.get(*size);
            let derived = rounded(from.unit_usd.0, factor, from.decimals).ok_or("unit_usd is too large")?;
            let listed = exception.and_then(|it| it.usd).map(|usd| usd.0);
            let vcpu = whole(factor * Decimal::from(VCPU_PER_XLARGE)).unwrap_or(0).max(1);
            let memory = whole(factor * from.memory_gib.0 * Decimal::from(MIB_PER_GIB));
            let shape = Shape {
                vcpu: match exception.and_then(|it| it.vcpu) {
                    Some(vcpu) => vcpu,
                    None => u32::try_from(vcpu).map_err(|_| format!("`{size}` has too many processors"))?,
                },
                memory_mib: exception
                    .and_then(|it| it.memory_mib)
                    .or(memory)
                    .ok_or_else(|| format!("the memory of `{size}` is not a whole number of MiB"))?,
                architecture,
                gpu: from.gpu.as_ref().and_then(|gpu| {
                    let count = *gpu.count.get(*size)?;
                    Some(Gpu { manufacturer: gpu.manufacturer.clone(), name: gpu.name.clone(), count })
                }),
                burstable: is_burstable(name),
                bare_metal,
                current_generation: from.current,
            };
            let home = listed.unwrap_or(derived);
            Ok(Sized { instance_type, shape, factor, home, derived: listed.is_none() })
        })
        .collect::<Result<Vec<_>, String>>()?;
    if sizes.is_empty() {
        return Err("it has no sizes".to_owned());
    }
    Ok(Family { unit: from.unit_usd.0, decimals: from.decimals, sizes })
}

/// T and a number: `t3`, `t4g`, but not `trn1`.
fn is_burstable(family: &str) -> bool {
    family.strip_prefix('t').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

fn whole(number: Decimal) -> Option<u64> {
    number.is_integer().then(|| number.normalize().to_string().parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_count_in_xlarges() {
        for (size, expected) in [("nano", "0.03125"), ("large", "0.5"), ("12xlarge", "12"), ("metal-48xl", "48")] {
            assert_eq!(factor(size).unwrap().to_string(), expected, "{size}");
        }
        assert!(factor("metal").is_none() && factor("huge").is_none() && factor("0xlarge").is_none());
    }

    #[test]
    fn only_the_t_families_are_burstable() {
        assert!(is_burstable("t3a") && !is_burstable("trn1") && !is_burstable("m5"));
    }
}
