//! Terraform's functions.
//!
//! A function that is not here, or whose answer depends on the moment or the machine, gives an unknown value: nothing is
//! guessed. `crates/policy/tests/hcl/functions.rs` holds them against what Terraform answers.

use hcl_edit::expr::FuncCall;

use super::eval::{Answer, eval};
use super::scope::Scope;
use super::value::Val;

mod collection;
mod convert;
mod encoding;
mod filesystem;
mod network;
mod numeric;
mod pattern;
mod printf;
mod set;
mod string;
#[cfg(test)]
mod tests;

/// A function of values.
type Function = fn(&[Val]) -> Answer;

/// Whether a function looks into its arguments, or only at their outside.
#[derive(Clone, Copy, PartialEq)]
enum Depth {
    /// Anything unknown in an argument makes the answer unknown.
    Deep,
    /// Elements are handed through as they are.
    Shallow,
}

/// Calls a function.
pub(super) fn call(call: &FuncCall, scope: &Scope) -> Answer {
    let name = call.name.name.as_str();
    let namespace: Vec<&str> = call.name.namespace.iter().map(|part| part.as_str()).collect();
    if !(namespace.is_empty() || namespace == ["core"]) {
        return Ok(Val::unknown(format!("{}::{name} is a function of a provider", namespace.join("::"))));
    }
    match name {
        "try" => {
            let mut last = "`try` needs a value".to_owned();
            for argument in call.args.iter() {
                match eval(argument, scope) {
                    Ok(value) => return Ok(value),
                    Err(message) => last = message,
                }
            }
            return Err(last);
        }
        "can" => {
            return Ok(match call.args.get(0).map(|argument| eval(argument, scope)) {
                Some(Ok(value)) => value.wholly_unknown().map_or(Val::Bool(true), Val::Unknown),
                _ => Val::Bool(false),
            });
        }
        _ => {}
    }
    let mut arguments = call.args.iter().map(|argument| eval(argument, scope)).collect::<Result<Vec<_>, _>>()?;
    if call.args.expand_final()
        && let Some(last) = arguments.pop()
    {
        match last.wholly_unknown() {
            Some(cause) => return Ok(Val::Unknown(cause)),
            None => arguments.extend(last.items()?.iter().cloned()),
        }
    }
    if let Some(answer) = filesystem::call(name, &arguments, scope) {
        return answer.map_err(|message| format!("{name}: {message}"));
    }
    if name == "sensitive" {
        arguments.iter().for_each(|value| scope.instance.world.keep_secret(value));
    }
    let Some((depth, function)) = find(name) else {
        return Ok(Val::unknown(format!("the function {name} is not evaluated before Terraform runs")));
    };
    let unknown = match depth {
        Depth::Deep => arguments.iter().find_map(Val::cause),
        Depth::Shallow => arguments.iter().find_map(Val::wholly_unknown),
    };
    // These know what to do with arguments of which nothing is known.
    let tolerant = ["coalesce", "coalescelist", "merge", "sensitive", "nonsensitive", "tolist", "tomap", "toset"];
    match unknown {
        Some(cause) if !tolerant.contains(&name) => Ok(Val::Unknown(cause)),
        _ => function(&arguments).map_err(|message| format!("{name}: {message}")),
    }
}

fn find(name: &str) -> Option<(Depth, Function)> {
    let tables = [
        string::FUNCTIONS,
        pattern::FUNCTIONS,
        printf::FUNCTIONS,
        numeric::FUNCTIONS,
        collection::FUNCTIONS,
        set::FUNCTIONS,
        convert::FUNCTIONS,
        encoding::FUNCTIONS,
        network::FUNCTIONS,
    ];
    let found = tables.iter().flat_map(|table| table.iter()).find(|(known, ..)| *known == name);
    found.map(|(_, depth, function)| (*depth, *function))
}

/// An argument by position.
fn argument(arguments: &[Val], position: usize) -> Result<&Val, String> {
    arguments.get(position).ok_or_else(|| format!("argument {} is missing", position + 1))
}

fn text(arguments: &[Val], position: usize) -> Result<std::rc::Rc<str>, String> {
    argument(arguments, position)?.text()
}

/// An argument that is a whole number.
fn whole(arguments: &[Val], position: usize) -> Result<i64, String> {
    use bigdecimal::ToPrimitive;
    let number = argument(arguments, position)?.to_number()?;
    number.is_integer().then(|| number.to_i64()).flatten().ok_or_else(|| "a whole number is needed".to_owned())
}
