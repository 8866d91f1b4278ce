//! References: `var`, `local`, `module`, `data`, `path`, `terraform`, bound names, and resources.

use std::collections::BTreeMap;
use std::rc::Rc;

use hcl_edit::Decorated;
use hcl_edit::expr::TraversalOperator;

use super::eval::{Answer, eval};
use super::expand::{Expansion, Key};
use super::scope::{Instance, Scope};
use super::value::{Val, number_text};

/// A name that stands alone.
pub(super) fn name(name: &str, scope: &Scope) -> Answer {
    scope.bound(name).ok_or_else(|| format!("`{name}` is no name that is known here"))
}

/// What the beginning of a traversal refers to, and how many of its steps that takes.
pub(super) fn resolve(
    root: &str,
    operators: &[Decorated<TraversalOperator>],
    scope: &Scope,
) -> Result<(Val, usize), String> {
    if let Some(value) = scope.bound(root) {
        return Ok((value, 0));
    }
    let instance = &scope.instance;
    let step = |position: usize| match operators.get(position).map(|operator| operator.value()) {
        Some(TraversalOperator::GetAttr(name)) => Some(name.as_str()),
        _ => None,
    };
    let needed = |position: usize| step(position).ok_or_else(|| format!("`{root}` needs a name after it"));
    match root {
        "var" => Ok((instance.variable(needed(0)?)?, 1)),
        "local" => Ok((instance.local(needed(0)?)?, 1)),
        "module" => module(needed(0)?, operators, scope),
        "path" => Ok((path(needed(0)?, instance)?, 1)),
        "terraform" | "tofu" => match needed(0)? {
            "workspace" => Ok((Val::from(instance.world.workspace.as_str()), 1)),
            other => Ok((Val::unknown(format!("terraform.{other} is known when Terraform runs")), 1)),
        },
        "each" | "count" | "self" => Err(format!("there is no `{root}` here")),
        "data" => {
            let local = format!("data.{}.{}", needed(0)?, needed(1)?);
            Ok((resource(&local, instance)?, 2))
        }
        "ephemeral" => Ok((Val::unknown("an ephemeral value is known when Terraform runs"), operators.len())),
        kind => {
            let local = format!("{kind}.{}", needed(0)?);
            Ok((resource(&local, instance)?, 1))
        }
    }
}

fn path(name: &str, instance: &Rc<Instance>) -> Answer {
    let text = |path: &std::path::Path| {
        // As Terraform says it: relative to the directory it runs in, which is the root module.
        let relative = path.strip_prefix(&instance.world.root).unwrap_or(path).display().to_string();
        Val::from(if relative.is_empty() { ".".to_owned() } else { relative })
    };
    match name {
        "module" => Ok(text(&instance.module.directory)),
        "root" => Ok(Val::from(".")),
        "cwd" => Ok(Val::unknown("path.cwd is known when Terraform runs")),
        other => Err(format!("there is no path.{other}")),
    }
}

fn module(name: &str, operators: &[Decorated<TraversalOperator>], scope: &Scope) -> Result<(Val, usize), String> {
    let instance = &scope.instance;
    let Some(call) = instance.module.calls.get(name) else { return Err(format!("there is no module \"{name}\"")) };
    if let Err(reason) = &call.module {
        return Ok((Val::unknown(format!("module.{name} was not read: {reason}")), operators.len()));
    }
    let Some(children) = instance.children(name) else { return Err(format!("there is no module \"{name}\"")) };
    if let Expansion::Unknown(cause) = &children.expansion {
        return Ok((Val::Unknown(cause.clone()), operators.len()));
    }
    let operator = |position: usize| operators.get(position).map(|operator| operator.value());
    // One output of one instance is evaluated alone: the others may need what is being evaluated.
    let (instances, used) = match (&children.expansion, operator(1)) {
        (Expansion::Single, _) => (children.instances.first(), 1),
        (_, Some(TraversalOperator::Index(key))) => {
            let key = match eval(key, scope)? {
                Val::Unknown(cause) => return Ok((Val::Unknown(cause), operators.len())),
                key => key,
            };
            let wanted = |(have, _): &&(Option<Key>, Rc<Instance>)| match (have, &key) {
                (Some(Key::Text(have)), key) => key.text().is_ok_and(|key| *key == **have),
                (Some(Key::Index(have)), key) => key.to_number().is_ok_and(|n| number_text(&n) == have.to_string()),
                (None, _) => false,
            };
            let found = children.instances.iter().find(wanted);
            (Some(found.ok_or_else(|| format!("module.{name} has no such instance"))?), 2)
        }
        _ => (None, 1),
    };
    if let Some((_, child)) = instances {
        return match operator(used) {
            Some(TraversalOperator::GetAttr(output)) => Ok((child.output(output.as_str())?, used + 1)),
            _ => Ok((outputs(child)?, used)),
        };
    }
    let value = match &children.expansion {
        Expansion::Each(_) => {
            let of_key = |(key, child): &(Option<Key>, Rc<Instance>)| {
                let Some(Key::Text(key)) = key else { return Err("an instance has no key".to_owned()) };
                Ok((key.clone(), outputs(child)?))
            };
            Val::map(children.instances.iter().map(of_key).collect::<Result<_, _>>()?)
        }
        _ => Val::list(children.instances.iter().map(|(_, child)| outputs(child)).collect::<Result<_, _>>()?),
    };
    Ok((value, 1))
}

fn outputs(child: &Rc<Instance>) -> Answer {
    let names = child.module.outputs.keys();
    let one = |name: &String| {
        // One that cannot be evaluated does not hide the others.
        let value = child.output(name).unwrap_or_else(Val::unknown);
        (name.clone(), value)
    };
    Ok(Val::map(names.map(one).collect::<BTreeMap<_, _>>()))
}

fn resource(local: &str, instance: &Rc<Instance>) -> Answer {
    if !instance.module.resources.contains_key(local) {
        return Err(format!("there is no resource {local}"));
    }
    match instance.resource(local) {
        Some(laid) => Ok(laid.value()),
        None => Ok(Val::unknown(format!("{} refers to itself", instance.address_of(local)))),
    }
}
