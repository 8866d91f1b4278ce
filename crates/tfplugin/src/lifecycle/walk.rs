//! Walking a value along its schema.

use crate::path::Path;
use crate::schema::{Attribute, Block, Nesting, Shape};
use crate::value::Value;

/// The objects inside a nested attribute or block, each with its path. Elements of a set have no address of their own: their path
/// is the set's.
pub(crate) fn elements<'v>(nesting: Nesting, value: &'v Value, at: &Path) -> Vec<(&'v Value, Path)> {
    match (nesting, value) {
        (Nesting::Single, Value::Map(_)) => vec![(value, at.clone())],
        (Nesting::List, Value::List(items)) => {
            items.iter().enumerate().map(|(index, item)| (item, at.index(index))).collect()
        }
        (Nesting::Set, Value::List(items)) => items.iter().map(|item| (item, at.clone())).collect(),
        (Nesting::Map, Value::Map(entries)) => entries.iter().map(|(key, item)| (item, at.key(key))).collect(),
        _ => Vec::new(),
    }
}

/// Calls `visit` with every attribute that has a place in `value`, nested ones after the one they are in.
pub(crate) fn attributes(block: &Block, value: &Value, at: &Path, visit: &mut impl FnMut(&Attribute, &Value, &Path)) {
    for attribute in &block.attributes {
        let (inner, path) = (value.attribute(&attribute.name), at.attribute(&attribute.name));
        visit(attribute, inner, &path);
        if let Shape::Nested { nesting, object } = &attribute.shape {
            for (element, path) in elements(*nesting, inner, &path) {
                attributes(object, element, &path, visit);
            }
        }
    }
    for nested in &block.blocks {
        let path = at.attribute(&nested.name);
        for (element, path) in elements(nested.nesting, value.attribute(&nested.name), &path) {
            attributes(&nested.block, element, &path, visit);
        }
    }
}

/// Calls `edit` with every attribute of the configuration and the value that stands in its place in `value`, outermost first.
///
/// `config` and `value` belong together: lists by index, maps by key, and sets by what the configuration says of an element, since
/// elements of a set are known by nothing else. `edit` answers whether to go on inside.
pub(crate) fn edit(
    block: &Block,
    config: &Value,
    value: &mut Value,
    edit_one: &mut impl FnMut(&Attribute, &Value, &mut Value) -> bool,
) {
    let Value::Map(entries) = value else { return };
    for attribute in &block.attributes {
        let configured = config.attribute(&attribute.name);
        let here = entries.entry(attribute.name.clone()).or_default();
        if !edit_one(attribute, configured, here) {
            continue;
        }
        if let Shape::Nested { nesting, object } = &attribute.shape {
            edit_elements(*nesting, object, configured, here, edit_one);
        }
    }
    for nested in &block.blocks {
        let configured = config.attribute(&nested.name);
        if let Some(here) = entries.get_mut(&nested.name) {
            edit_elements(nested.nesting, &nested.block, configured, here, edit_one);
        }
    }
}

fn edit_elements(
    nesting: Nesting,
    block: &Block,
    config: &Value,
    value: &mut Value,
    edit_one: &mut impl FnMut(&Attribute, &Value, &mut Value) -> bool,
) {
    match (nesting, config, value) {
        (Nesting::Single, config, value @ Value::Map(_)) => edit(block, config, value, edit_one),
        (Nesting::List, Value::List(configured), Value::List(items)) => {
            for (config, item) in configured.iter().zip(items) {
                edit(block, config, item, edit_one);
            }
        }
        (Nesting::Set, Value::List(configured), Value::List(items)) => {
            let mut free: Vec<usize> = (0..items.len()).collect();
            for config in configured {
                let belongs = |index: &usize| items.get(*index).is_some_and(|item| agrees(config, item));
                let Some(position) = free.iter().position(belongs) else { continue };
                let index = free.swap_remove(position);
                if let Some(item) = items.get_mut(index) {
                    edit(block, config, item, edit_one);
                }
            }
        }
        (Nesting::Map, Value::Map(configured), Value::Map(items)) => {
            for (key, item) in items {
                if let Some(config) = configured.get(key) {
                    edit(block, config, item, edit_one);
                }
            }
        }
        _ => {}
    }
}

/// Whether `value` holds everything that the configuration says.
fn agrees(config: &Value, value: &Value) -> bool {
    match (config, value) {
        (Value::Null, _) => true,
        (Value::Map(configured), Value::Map(_)) => {
            configured.iter().all(|(name, config)| agrees(config, value.attribute(name)))
        }
        (Value::List(configured), Value::List(items)) => {
            configured.len() == items.len() && configured.iter().zip(items).all(|(config, item)| agrees(config, item))
        }
        _ => config == value,
    }
}
