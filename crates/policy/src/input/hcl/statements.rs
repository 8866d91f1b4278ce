//! What a configuration says about its values beside its resources: conditions that have to hold, and the outputs of its root
//! module. Who edits a value has to know whether these say the same afterwards.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::Block;
use serde_json::Value as Json;

use super::eval::eval;
use super::expand::{Expansion, Key};
use super::module::Item;
use super::references;
use super::resource::One;
use super::scope::{Instance, Scope};
use super::survey::mask;
use super::value::Val;

/// A condition or an output.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// What it comes to.
    pub says: Says,
    /// Of one that is not wholly known: the texts, numbers and truths that it depends on and that are known, by reference.
    pub behind: BTreeMap<String, Json>,
    /// The file it stands in.
    pub file: PathBuf,
    /// Line of its block, from 1.
    pub line: u32,
}

/// What a statement comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Says {
    /// Whether a condition holds; none when it is not known, or cannot be evaluated.
    Condition(Option<bool>),
    /// The value of an output: what is known of it, and `true` in the places of what is not.
    Output(Json, Json),
}

/// `the validation of var.type` and its number among those of the same name, from 1 -> the statement.
pub type Statements = BTreeMap<(String, usize), Statement>;

/// Adds the statements of one module instance, those of the modules it calls left out.
pub(super) fn gather(instance: &Rc<Instance>, into: &mut Statements) {
    let scope = Scope::new(instance);
    for (name, item) in &instance.module.variables {
        let of = instance.address_of(&format!("var.{name}"));
        conditions(item, &item.block, "validation", &of, &scope, into);
    }
    for (local, item) in &instance.module.resources {
        of_resource(instance, local, item, into);
    }
    for (name, item) in &instance.module.outputs {
        let of = instance.address_of(&format!("output.{name}"));
        conditions(item, &item.block, "precondition", &of, &scope, into);
        if instance.address.is_empty() {
            let value = instance.output(name).unwrap_or_else(Val::unknown);
            let says = Says::Output(value.to_json(), mask(&value));
            let mut statement = statement(item, &item.block, says);
            if let (Some(_), Some(written)) = (value.cause(), item.block.body.get_attribute("value")) {
                depends(&written.value, &scope, &mut statement.behind);
            }
            into.insert((of, 1), statement);
        }
    }
    for (name, item) in &instance.module.checks {
        conditions(item, &item.block, "assert", &instance.address_of(&format!("check.{name}")), &scope, into);
    }
}

fn of_resource(instance: &Rc<Instance>, local: &str, item: &Item, into: &mut Statements) {
    let lifecycle: Vec<&Block> = item.block.body.get_blocks("lifecycle").collect();
    let has = |name: &str| lifecycle.iter().any(|block| block.body.has_blocks(name));
    if !has("precondition") && !has("postcondition") {
        return;
    }
    let Some(laid) = instance.resource(local) else { return };
    let scope = Scope::new(instance);
    let instances: Vec<(String, Scope)> = match &laid.expansion {
        Expansion::Unknown(cause) => {
            let any = scope.of_any(cause).with("self", Val::Unknown(cause.clone()));
            vec![(instance.address_of(local), any)]
        }
        known => {
            let of_one = |((key, value), one): ((Option<Key>, Option<Val>), &One)| {
                let scope = scope.of_key(key.as_ref(), value.as_ref()).with("self", one.values.clone());
                (one.address(instance, local), scope)
            };
            known.keys().into_iter().zip(&laid.instances).map(of_one).collect()
        }
    };
    for (address, scope) in instances {
        for block in &lifecycle {
            conditions(item, block, "precondition", &address, &scope, into);
            conditions(item, block, "postcondition", &address, &scope, into);
        }
    }
}

/// The conditions in the blocks of this name within `holder`.
fn conditions(item: &Item, holder: &Block, name: &str, of: &str, scope: &Scope, into: &mut Statements) {
    for (position, block) in holder.body.get_blocks(name).enumerate() {
        let Some(condition) = block.body.get_attribute("condition") else { continue };
        let holds = eval(&condition.value, scope).ok().and_then(|value| value.to_bool().ok());
        let mut statement = statement(item, block, Says::Condition(holds));
        if holds.is_none() {
            depends(&condition.value, scope, &mut statement.behind);
        }
        into.insert((format!("the {name} of {of}"), position + 1), statement);
    }
}

fn statement(item: &Item, block: &Block, says: Says) -> Statement {
    let at = block.span().or_else(|| item.block.span()).unwrap_or_default();
    let (file, line) = (item.file.path.clone(), item.file.line(at.start));
    Statement { says, behind: BTreeMap::new(), file, line }
}

/// Adds what an expression refers to and is known, also behind locals that are not known as a whole. Lists and objects are left
/// out: an expression that takes one attribute of theirs does not depend on the others.
fn depends(expression: &Expression, scope: &Scope, into: &mut BTreeMap<String, Json>) {
    let mut found = Vec::new();
    references::collect(expression, &mut Vec::new(), &mut found);
    for reference in found {
        if into.contains_key(&reference) {
            continue;
        }
        let Ok(parsed) = reference.parse::<Expression>() else { continue };
        match eval(&parsed, scope) {
            Ok(value @ (Val::String(_) | Val::Number(_) | Val::Bool(_))) => {
                into.insert(reference, value.to_json());
            }
            Ok(value) if value.cause().is_some() => {
                let local = reference.strip_prefix("local.").and_then(|name| scope.instance.module.locals.get(name));
                if let Some(local) = local {
                    // It stands there before it is followed: locals may refer to each other in a circle.
                    into.insert(reference, Json::Null);
                    depends(&local.value, &Scope::new(&scope.instance), into);
                }
            }
            _ => {}
        }
    }
}
