//! Where values may come from, and what the names of a rule stand for: the values of the abstract evaluation in
//! `trace`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::reads::Seg;

/// Where a value may come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Origin {
    /// It is the input at one of these places.
    pub(super) paths: BTreeSet<Vec<Seg>>,
    /// It is one of these strings.
    pub(super) constants: BTreeSet<String>,
    /// It may be something else.
    pub(super) other: bool,
    /// It is an object made in the policy with these fields.
    pub(super) fields: BTreeMap<String, Origin>,
    /// It is a collection made in the policy of these elements.
    pub(super) elements: Option<Box<Origin>>,
}

impl Origin {
    pub(super) fn other() -> Self {
        Self { other: true, ..Self::default() }
    }

    pub(super) fn input(path: Vec<Seg>) -> Self {
        Self { paths: BTreeSet::from([path]), ..Self::default() }
    }

    pub(super) fn of_elements(origin: Self) -> Self {
        Self { elements: Some(Box::new(origin)), ..Self::default() }
    }

    pub(super) fn merge(&mut self, from: &Self) {
        self.paths.extend(from.paths.iter().cloned());
        self.constants.extend(from.constants.iter().cloned());
        self.other |= from.other;
        for (name, field) in &from.fields {
            self.fields.entry(name.clone()).or_default().merge(field);
        }
        if let Some(elements) = &from.elements {
            self.elements.get_or_insert_default().merge(elements);
        }
    }

    /// What is below it.
    pub(super) fn at(&self, seg: &Seg) -> Self {
        let extended = self.paths.iter().map(|path| path.iter().cloned().chain([seg.clone()]).collect());
        let mut below = Self { paths: extended.collect(), other: self.other, ..Self::default() };
        match seg {
            Seg::Key(key) => self.fields.get(key).into_iter().for_each(|field| below.merge(field)),
            Seg::Any => self.fields.values().for_each(|field| below.merge(field)),
        }
        if let Some(elements) = &self.elements {
            below.merge(elements);
        }
        below
    }

    /// The steps it makes as an index.
    pub(super) fn as_steps(&self) -> Vec<Seg> {
        if self.other || !self.paths.is_empty() || self.constants.is_empty() {
            vec![Seg::Any]
        } else {
            self.constants.iter().cloned().map(Seg::Key).collect()
        }
    }
}

/// Local names, innermost last.
pub(super) struct Frame {
    pub(super) module: usize,
    pub(super) scopes: Vec<HashMap<String, Origin>>,
}

impl Frame {
    pub(super) fn get(&self, name: &str) -> Option<&Origin> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name))
    }

    pub(super) fn bind(&mut self, name: &str, origin: &Origin) {
        if name != "_"
            && let Some(scope) = self.scopes.last_mut()
        {
            scope.entry(name.to_owned()).or_default().merge(origin);
        }
    }

    pub(super) fn size(&self) -> usize {
        fn weigh(origin: &Origin) -> usize {
            1 + origin.paths.len()
                + origin.constants.len()
                + usize::from(origin.other)
                + origin.fields.values().map(weigh).sum::<usize>()
                + origin.elements.as_deref().map_or(0, weigh)
        }
        self.scopes.iter().flat_map(HashMap::values).map(weigh).sum()
    }
}
