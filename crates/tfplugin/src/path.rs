//! Where in a value something is.

use std::fmt;
use std::marker::PhantomData;

use crate::proto::tfplugin6 as pb;

/// One step into a value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Attribute or block of an object.
    Attribute(String),
    /// Element of a map.
    Key(String),
    /// Element of a list or tuple. Elements of a set have no address: a path ends at the set.
    Index(usize),
}

/// A path from the root of a value inwards.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Path(Vec<Step>);

impl Path {
    /// The whole value.
    pub fn root() -> Self {
        Self::default()
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// This path and one attribute more.
    #[must_use]
    pub fn attribute(&self, name: impl Into<String>) -> Self {
        self.step(Step::Attribute(name.into()))
    }

    /// This path and one map key more.
    #[must_use]
    pub fn key(&self, name: impl Into<String>) -> Self {
        self.step(Step::Key(name.into()))
    }

    /// This path and one list index more.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    /// This path and one step more.
    #[must_use]
    pub fn step(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// As the wire has it; `None` for the root, which stands for the whole resource.
    pub(crate) fn to_proto(&self) -> Option<pb::AttributePath> {
        use pb::attribute_path::step::Selector;
        if self.0.is_empty() {
            return None;
        }
        let steps = self.0.iter().map(|step| {
            let selector = match step {
                Step::Attribute(name) => Selector::AttributeName(name.clone()),
                Step::Key(name) => Selector::ElementKeyString(name.clone()),
                Step::Index(index) => Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX)),
            };
            pb::attribute_path::Step { selector: Some(selector) }
        });
        Some(pb::AttributePath { steps: steps.collect() })
    }
}

impl From<&Path> for Path {
    fn from(path: &Path) -> Self {
        path.clone()
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl fmt::Display for Path {
    /// As HCL would write it: `scaling.max`, `tags["a"]`, `rule[0].type`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => f.write_str(name)?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

/// The path of a field whose Rust type is `T`. `#[derive(Model)]` makes one for every field.
#[derive(Debug)]
pub struct Field<T> {
    path: Path,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Field<T> {
    fn clone(&self) -> Self {
        Self::new(self.path.clone())
    }
}

impl<T> Field<T> {
    /// The field at `path`. The caller answers for the type.
    pub fn new(path: Path) -> Self {
        Self { path, of: PhantomData }
    }

    /// The untyped path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl<T> From<Field<T>> for Path {
    fn from(field: Field<T>) -> Self {
        field.path
    }
}

impl<T> From<&Field<T>> for Path {
    fn from(field: &Field<T>) -> Self {
        field.path.clone()
    }
}
