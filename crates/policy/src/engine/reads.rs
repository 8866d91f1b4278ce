//! Which attributes of a resource a rule reads, found from its source. A rule that reads an attribute whose value is
//! unknown until apply has not passed, even when it finds nothing.

use std::collections::BTreeSet;

use super::trace;
use crate::path::{AttributePath, Step};
use crate::rules::modules::Modules;
use crate::rules::{Rule, Scope};

/// One step of a path that is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Seg {
    /// This attribute or key.
    Key(String),
    /// Every element, or a key that is not known from the source.
    Any,
}

/// How far below its path a read looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Depth {
    /// Whether there is a value, and whether it is false.
    Exact,
    /// Also which elements there are.
    Elements,
    /// All of it.
    Deep,
}

/// A value of the input, and how much of it is looked at.
pub(crate) type InputRead = (Vec<Seg>, Depth);

/// One attribute that is read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Read {
    /// Resource type, when only resources of one type are meant.
    kind: Option<String>,
    path: Vec<Seg>,
    depth: Depth,
}

/// What a rule reads of the resources it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    values: Vec<Read>,
    /// `prior` is read.
    pub(crate) prior: bool,
    /// `config` is read.
    pub(crate) config: bool,
}

impl Reads {
    /// What the `deny` of a rule reads.
    pub(crate) fn of_rule(modules: &Modules, rule: &Rule) -> Self {
        let package: Vec<String> = rule.package.split('.').map(str::to_owned).collect();
        let reads = trace::reads_of(modules, &crate::rules::key(&package, "deny"));
        Self::from_input_reads(&reads, rule.scope)
    }

    fn from_input_reads(reads: &BTreeSet<InputRead>, scope: Scope) -> Self {
        let mut found = Self::default();
        let mut configured: BTreeSet<(Option<String>, String)> = BTreeSet::new();
        for (path, depth) in reads {
            let Some((kind, below)) = resource_part(path, scope) else {
                // The input, the plan or a list of resources: only a look at all of it says anything about attributes.
                if *depth == Depth::Deep {
                    found.everything(None);
                }
                continue;
            };
            let (first, rest) = match below.split_first() {
                Some((first, rest)) => (first, rest),
                None if *depth == Depth::Deep => {
                    found.everything(kind);
                    continue;
                }
                None => continue,
            };
            if is(first, "prior") {
                found.prior = true;
            }
            if is(first, "config") {
                found.config = true;
                if let (Seg::Key(_), Some(Seg::Key(attribute))) = (first, rest.first()) {
                    configured.insert((kind.clone(), attribute.clone()));
                }
            }
            if is(first, "values") {
                found.values.push(Read { kind, path: rest.to_vec(), depth: *depth });
            }
        }
        // A rule that looks into the configuration of an attribute has an answer for when its value is unknown.
        found.values.retain(|read| match read.path.first() {
            Some(Seg::Key(attribute)) => {
                !configured.iter().any(|(kind, name)| name == attribute && (kind.is_none() || *kind == read.kind))
            }
            _ => true,
        });
        found.values.sort();
        found.values.dedup();
        found
    }

    fn everything(&mut self, kind: Option<String>) {
        self.prior = true;
        self.config = true;
        self.values.push(Read { kind, path: Vec::new(), depth: Depth::Deep });
    }

    /// Whether the outcome may depend on the value at `unknown` of a resource of this type.
    pub(crate) fn depend_on(&self, kind: &str, unknown: &AttributePath) -> bool {
        self.values.iter().any(|read| read.kind.as_deref().is_none_or(|k| k == kind) && read.meets(unknown))
    }
}

impl Read {
    fn meets(&self, unknown: &AttributePath) -> bool {
        let compatible = self.path.iter().zip(&unknown.0).all(|(seg, step)| match (seg, step) {
            (Seg::Any, _) => true,
            (Seg::Key(key), Step::Key(other)) => key == other,
            (Seg::Key(_), Step::Index(_)) => false,
        });
        let beyond = unknown.0.len().saturating_sub(self.path.len());
        compatible
            && match self.depth {
                Depth::Exact => beyond == 0,
                Depth::Elements => beyond <= 1,
                Depth::Deep => true,
            }
    }
}

fn is(seg: &Seg, name: &str) -> bool {
    match seg {
        Seg::Key(key) => key == name,
        Seg::Any => true,
    }
}

/// Splits the path of an input into the type of the resource and the way within it: `input.resource.…`,
/// `input.plan.resources[_].…`, `input.plan.by_type.<type>[_].…`.
fn resource_part(path: &[Seg], scope: Scope) -> Option<(Option<String>, &[Seg])> {
    let (first, rest) = path.split_first()?;
    if scope == Scope::Resource {
        return is(first, "resource").then_some((None, rest));
    }
    let (list, rest) = if is(first, "plan") { rest.split_first()? } else { return None };
    if is(list, "by_type") && !matches!(list, Seg::Any) {
        let (kind, rest) = rest.split_first()?;
        let kind = if let Seg::Key(kind) = kind { Some(kind.clone()) } else { None };
        return rest.split_first().map(|(_, rest)| (kind, rest));
    }
    rest.split_first().map(|(_, rest)| (None, rest))
}
