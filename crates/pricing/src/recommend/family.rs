//! Which instance types may take the place of one: smaller ones of its kind, the next generation, Graviton.
//!
//! The name of a family says its kind: letters, generation, processor (`i` Intel, `a` AMD, `g` Graviton) and extras (`d` local disks,
//! `n` network, ...), as on the page "Amazon EC2 instance type naming conventions". Extras are kept: a type without local disks takes no
//! place of one with them.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use super::cost::Cost;
use crate::book::Book;
use crate::instance::{Architecture, InstanceType, Shape};

/// Families of previous generations, as "Previous generation instances" of EC2 lists them, with the fourth, which AWS Compute Optimizer
/// replaces as well. The same as in the rule `parapet-cost-compute-previous-generation`.
const PREVIOUS: [&str; 17] =
    ["t1", "t2", "m1", "m2", "m3", "m4", "c1", "c3", "c4", "r3", "r4", "i2", "g2", "g3", "p2", "d2", "hs1"];
/// Compute, general purpose and memory: the same machines with 2, 4 and 8 GiB for a processor.
const BALANCED: [&str; 3] = ["c", "m", "r"];
/// The first Graviton that is not the first try (a1).
const FIRST_GRAVITON: u8 = 6;

/// A family taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kin {
    letters: String,
    generation: u8,
    processor: char,
    extras: String,
    flex: bool,
}

impl Kin {
    fn of(instance_type: &InstanceType) -> Option<Self> {
        let family = instance_type.family();
        let (family, flex) = family.strip_suffix("-flex").map_or((family, false), |family| (family, true));
        let letters = family.split(|c: char| !c.is_ascii_lowercase()).next()?;
        let rest = family.get(letters.len()..)?.trim_start_matches(|c: char| c.is_ascii_digit());
        if letters.is_empty() || !rest.chars().all(|c| c.is_ascii_lowercase()) {
            return None;
        }
        let named = rest.starts_with(['i', 'a', 'g']);
        let (processor, extras) = if named { rest.split_at(1) } else { ("i", rest) };
        Some(Self {
            letters: letters.to_owned(),
            generation: instance_type.generation()?,
            processor: processor.chars().next()?,
            extras: extras.to_owned(),
            flex,
        })
    }
}

/// A type that can be had, and what it costs.
#[derive(Debug, Clone)]
pub(super) struct Offered {
    pub(super) instance_type: InstanceType,
    pub(super) shape: Shape,
    /// A month, Linux on demand.
    pub(super) cost: Cost,
    kin: Kin,
}

/// What can take the place of a type, the cheapest of each first; types without a known price last.
#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) shape: Shape,
    /// With fewer processors or less memory, and not more of either than now: except that a family with more memory for a processor may
    /// keep the memory.
    pub(super) smaller: Vec<Offered>,
    /// Same size, next generations. Only for previous generations.
    pub(super) newer: Vec<Offered>,
    /// Same size on Graviton.
    pub(super) graviton: Vec<Offered>,
}

/// The types of a region.
pub(super) struct Range {
    types: Vec<Offered>,
}

impl Range {
    pub(super) fn new(book: &Book, region: &str) -> Self {
        let known = book.candidates(region).into_iter().filter(|it| !it.shape.bare_metal && it.shape.gpu.is_none());
        let types = known.filter_map(|it| {
            let kin = Kin::of(&it.instance_type)?;
            Some(Offered { cost: Cost::hourly(&it.on_demand), instance_type: it.instance_type, shape: it.shape, kin })
        });
        Self { types: types.collect() }
    }

    /// What can take the place of a type; none when its shape is not known.
    pub(super) fn options(&self, instance_type: &InstanceType) -> Option<Options> {
        let now = self.types.iter().find(|it| it.instance_type == *instance_type)?;
        let (kin, shape) = (&now.kin, &now.shape);
        let same_size = |it: &Offered| {
            it.instance_type.size() == instance_type.size()
                && it.kin.letters == kin.letters
                && it.kin.extras == kin.extras
                && it.shape.vcpu >= shape.vcpu
                && it.shape.memory_mib >= shape.memory_mib
        };
        let balanced = |letters: &str| BALANCED.contains(&letters);
        let smaller = |it: &Offered| {
            let related = it.kin.letters == kin.letters || balanced(&it.kin.letters) && balanced(&kin.letters);
            let same = Kin { letters: kin.letters.clone(), ..it.kin.clone() } == *kin;
            // What has fewer processors has fewer disks, and no metric says whether they are used.
            !instance_type.is_built_around_disks()
                && related
                && same
                && it.shape.vcpu <= shape.vcpu
                && it.shape.memory_mib <= shape.memory_mib
                && (it.shape.vcpu, it.shape.memory_mib) != (shape.vcpu, shape.memory_mib)
        };
        let newer = |it: &Offered| {
            PREVIOUS.contains(&instance_type.family())
                && same_size(it)
                && it.kin.processor == kin.processor
                && it.kin.generation > kin.generation
                && it.kin.flex == kin.flex
                && it.shape.architecture == shape.architecture
        };
        let graviton = |it: &Offered| {
            let first = if kin.letters == "t" { 0 } else { FIRST_GRAVITON.max(kin.generation) };
            shape.architecture == Architecture::X86_64
                && it.shape.architecture == Architecture::Arm64
                && it.kin.generation >= first
                && same_size(it)
        };
        Some(Options {
            shape: shape.clone(),
            smaller: self.chosen(smaller),
            newer: self.chosen(newer),
            graviton: self.chosen(graviton),
        })
    }

    fn chosen(&self, fits: impl Fn(&Offered) -> bool) -> Vec<Offered> {
        let mut found: Vec<Offered> = self.types.iter().filter(|it| fits(it)).cloned().collect();
        found.sort_by(|a, b| {
            let price = |it: &Offered| it.cost.usd().unwrap_or(Decimal::MAX);
            let shape = |it: &Offered| (it.shape.vcpu, it.shape.memory_mib);
            price(a)
                .cmp(&price(b))
                .then_with(|| b.kin.generation.cmp(&a.kin.generation))
                .then_with(|| shape(a).cmp(&shape(b)))
                .then_with(|| a.instance_type.cmp(&b.instance_type))
        });
        found
    }
}

/// The types that may be recommended in the place of one. Who reads an account asks EC2 for what they can carry
/// ([`Inventory::ceilings`](super::Inventory::ceilings)).
#[must_use]
pub fn counterparts(instance_type: &InstanceType, book: &Book, region: &str) -> BTreeSet<InstanceType> {
    let options = Range::new(book, region).options(instance_type);
    let all = options.into_iter().flat_map(|it| it.smaller.into_iter().chain(it.newer).chain(it.graviton));
    all.map(|it| it.instance_type).collect()
}
