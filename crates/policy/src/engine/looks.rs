//! What a rule looks at in an input, as text that is equal for inputs that the rule cannot tell apart.

use std::collections::BTreeMap;

use super::reads::{Depth, Seg};
use super::trace::Dependence;
use crate::Value;

/// The parts of an input that a rule depends on, as a tree of their paths.
#[derive(Debug)]
pub(super) struct Looks {
    root: Look,
    /// Nothing is known of inputs without `input.pod`.
    needs_pod: bool,
    /// A message says more than is looked at: which container it is about.
    pub(super) says_more: bool,
}

/// How a value is looked at, and what is below it.
#[derive(Debug, Default)]
struct Look {
    /// `None`: only on the way to something below.
    depth: Option<Depth>,
    keys: BTreeMap<Value, Look>,
    /// At every element, and at which there are.
    any: Option<Box<Look>>,
}

impl Looks {
    /// `None` for a rule that looks at the whole input: no two are equal for it.
    pub(super) fn of(dependence: &Dependence) -> Option<Self> {
        let mut root = Look::default();
        for (path, depth) in &dependence.reads {
            let end = path.iter().fold(&mut root, Look::below);
            end.depth = end.depth.max(Some(*depth));
        }
        (root.depth != Some(Depth::Deep)).then_some(Self {
            root,
            needs_pod: dependence.needs_pod,
            says_more: dependence.names_containers,
        })
    }

    /// Writes what the rule can see of an input; `None` where that is not known.
    pub(super) fn seen(&self, input: &Value) -> Option<Vec<u8>> {
        if self.needs_pod && input["pod"] == Value::Undefined {
            return None;
        }
        let mut seen = Vec::with_capacity(256);
        self.root.write(input, &mut seen);
        Some(seen)
    }
}

impl Look {
    fn below(&mut self, seg: &Seg) -> &mut Self {
        match seg {
            Seg::Any => self.any.get_or_insert_default(),
            Seg::Key(name) => self.keys.entry(Value::from(name.as_str())).or_default(),
        }
    }

    /// Every value is written with its type and its size, so that no two things that differ are written the same.
    fn write(&self, value: &Value, seen: &mut Vec<u8>) {
        let elements = match self.depth {
            Some(Depth::Deep) => return write_all(value, seen),
            Some(Depth::Elements) => Some(&EXACT),
            _ => None,
        };
        let which = self.depth.is_some() || self.any.is_some();
        match value {
            Value::Array(items) => {
                seen.push(b'[');
                if which {
                    write_size(items.len(), seen);
                }
                for item in items.iter().filter(|_| elements.is_some() || self.any.is_some()) {
                    elements.into_iter().chain(self.any.as_deref()).for_each(|look| look.write(item, seen));
                }
            }
            Value::Set(items) => {
                seen.push(b'<');
                if which {
                    write_size(items.len(), seen);
                }
                for item in items.iter_sorted().filter(|_| elements.is_some() || self.any.is_some()) {
                    elements.into_iter().chain(self.any.as_deref()).for_each(|look| look.write(item, seen));
                }
            }
            Value::Object(fields) => {
                seen.push(b'{');
                if which {
                    write_size(fields.len(), seen);
                    for (key, field) in fields.iter_sorted() {
                        write_all(key, seen);
                        elements.into_iter().chain(self.any.as_deref()).for_each(|look| look.write(field, seen));
                    }
                }
            }
            scalar => write_all(scalar, seen),
        }
        for (key, look) in &self.keys {
            look.write(&value[key], seen);
        }
    }
}

/// How an element is looked at by who looks at which there are.
static EXACT: Look = Look { depth: Some(Depth::Exact), keys: BTreeMap::new(), any: None };

fn write_all(value: &Value, seen: &mut Vec<u8>) {
    match value {
        Value::Undefined => seen.push(b'?'),
        Value::Null => seen.push(b'0'),
        Value::Bool(false) => seen.push(b'f'),
        Value::Bool(true) => seen.push(b't'),
        Value::Number(_) => {
            seen.push(b'#');
            let text = value.to_json_str().unwrap_or_default();
            write_size(text.len(), seen);
            seen.extend_from_slice(text.as_bytes());
        }
        Value::String(text) => {
            seen.push(b'"');
            write_size(text.len(), seen);
            seen.extend_from_slice(text.as_bytes());
        }
        Value::Array(items) => {
            seen.push(b'[');
            write_size(items.len(), seen);
            items.iter().for_each(|item| write_all(item, seen));
        }
        Value::Set(items) => {
            seen.push(b'<');
            write_size(items.len(), seen);
            items.iter_sorted().for_each(|item| write_all(item, seen));
        }
        Value::Object(fields) => {
            seen.push(b'{');
            write_size(fields.len(), seen);
            for (key, field) in fields.iter_sorted() {
                write_all(key, seen);
                write_all(field, seen);
            }
        }
    }
}

/// A size below 255, as nearly all are, takes one byte.
fn write_size(size: usize, seen: &mut Vec<u8>) {
    match u8::try_from(size) {
        Ok(size) if size < u8::MAX => seen.push(size),
        _ => {
            seen.push(u8::MAX);
            seen.extend_from_slice(&size.to_le_bytes());
        }
    }
}
