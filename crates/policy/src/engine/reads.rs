//! Which attributes of a resource a rule reads, found from its source. A rule that reads an attribute whose value is
//! unknown until apply has not passed, even when it finds nothing.

use std::collections::BTreeSet;

use super::trace;
use crate::input::plan_json::MODULE_CALL;
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

/// The parts of a resource that say where it stands.
const PLACE: [&str; 3] = ["address", "name", "module"];

/// What a rule reads of the resources it is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reads {
    values: Vec<Read>,
    /// Type (or any) and attribute whose configuration is read: the rule has an answer for when the attribute as a
    /// whole is unknown, from what it refers to. For what is unknown within it, it has none.
    configured: BTreeSet<(Option<String>, String)>,
    /// `prior` is read.
    pub(crate) prior: bool,
    /// `config` is read.
    pub(crate) config: bool,
    /// The resources of the plan are looked at, in a rule about plans.
    pub(crate) plan: bool,
    /// What the plan costs is.
    pub(crate) cost: bool,
    /// What it may cost is: the rule is about a budget.
    pub(crate) budget: bool,
    /// Where the resource stands is read: its address, name or module.
    pub(crate) place: bool,
    /// Something is read that a provider is not told, and that the finished plan has: where the resource stands, or what
    /// its configuration refers to. Whether an argument is written, a provider is told as well.
    pub(crate) beyond_request: bool,
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
        for (path, depth) in reads {
            if scope == Scope::Plan && !found.of_plan(path, *depth) {
                continue;
            }
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
            found.place |= matches!(first, Seg::Key(part) if PLACE.contains(&part.as_str()));
            found.beyond_request |= PLACE.iter().any(|place| is(first, place));
            if is(first, "config") {
                found.config = true;
                found.beyond_request |= refers(rest, *depth);
                if let (Seg::Key(_), Some(Seg::Key(attribute))) = (first, rest.first()) {
                    found.configured.insert((kind.clone(), attribute.clone()));
                }
            }
            if is(first, "values") {
                found.values.push(Read { kind, path: rest.to_vec(), depth: *depth });
            }
        }
        found.values.sort();
        found.values.dedup();
        found
    }

    /// Notes which parts of the input of a rule about plans a read looks at; whether resources may be among them.
    fn of_plan(&mut self, path: &[Seg], depth: Depth) -> bool {
        let of = |name: &str| path.first().map_or(depth != Depth::Exact, |first| is(first, name));
        self.plan |= of("plan");
        self.cost |= of("cost");
        self.budget |= matches!(path, [Seg::Key(cost), Seg::Key(budget), ..] if cost == "cost" && budget == "budget");
        of("plan")
    }

    fn everything(&mut self, kind: Option<String>) {
        self.prior = true;
        self.config = true;
        self.beyond_request = true;
        self.values.push(Read { kind, path: Vec::new(), depth: Depth::Deep });
    }

    /// Whether the outcome may depend on the value at `unknown` of a resource of this type.
    pub(crate) fn depend_on(&self, kind: &str, unknown: &AttributePath) -> bool {
        let of_kind = |named: &Option<String>| named.as_deref().is_none_or(|named| named == kind);
        if let [Step::Key(attribute)] = unknown.0.as_slice()
            && self.configured.iter().any(|(kind, name)| of_kind(kind) && name == attribute)
        {
            return false;
        }
        let reaches = |read: &Read| kind != MODULE_CALL || read.reaches(unknown);
        self.values.iter().any(|read| of_kind(&read.kind) && read.meets(unknown) && reaches(read))
    }
}

impl Read {
    /// Whether the read is about what is unknown of the call of a module, and not only about what may be within it. There
    /// is no schema that says what a module takes: an unknown argument may hold anything, and a rule that looks for a name
    /// below every argument would be open for every call. Where it is not known whether there is a call, its arguments are
    /// known one by one, and a rule that finds nothing in them has its answer.
    fn reaches(&self, unknown: &AttributePath) -> bool {
        let mut on_the_way = self.path.iter().take(unknown.0.len());
        !unknown.is_empty() && (self.path.len() <= unknown.0.len() || on_the_way.any(|seg| matches!(seg, Seg::Key(_))))
    }

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

/// Whether a read of the configuration looks into an expression, and not only for one.
fn refers(path: &[Seg], depth: Depth) -> bool {
    let inside = |seg: &Seg| match seg {
        Seg::Key(key) => key == "references" || key == "constant_value",
        Seg::Any => depth != Depth::Exact,
    };
    depth == Depth::Deep || path.iter().any(inside)
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
