//! Functions of lists and maps.

use std::collections::BTreeMap;
use std::rc::Rc;

use bigdecimal::{BigDecimal, Signed, Zero};

use super::Depth::{Deep, Shallow};
use super::{Answer, Depth, Function, argument, text, whole};
use crate::input::hcl::operators::equal;
use crate::input::hcl::value::Val;

/// Numbers that `range` makes, as in Terraform.
const MAX_RANGE: usize = 1024;

pub(super) const FUNCTIONS: &[(&str, Depth, Function)] = &[
    ("length", Shallow, |a| match argument(a, 0)? {
        Val::String(text) => Ok(Val::length(text.chars().count())),
        Val::Map(fields) => Ok(Val::length(fields.len())),
        value => Ok(Val::length(value.items()?.len())),
    }),
    ("alltrue", Deep, |a| all(a, true)),
    ("anytrue", Deep, |a| all(a, false)),
    ("chunklist", Shallow, |a| {
        let size = usize::try_from(whole(a, 1)?).map_err(|_| "the size cannot be negative".to_owned())?;
        let items = argument(a, 0)?.items()?;
        let size = if size == 0 { items.len().max(1) } else { size };
        Ok(Val::list(items.chunks(size).map(|chunk| Val::list(chunk.to_vec())).collect()))
    }),
    ("coalesce", Shallow, coalesce),
    ("coalescelist", Shallow, |a| {
        for list in a {
            match list {
                Val::Unknown(cause) => return Ok(Val::Unknown(cause.clone())),
                Val::Null => {}
                list if list.items()?.is_empty() => {}
                list => return Ok(list.clone()),
            }
        }
        Err("all lists are empty".to_owned())
    }),
    ("compact", Deep, |a| {
        let kept = argument(a, 0)?.items()?.iter().filter(|item| **item != Val::Null && **item != Val::from(""));
        Ok(Val::list(kept.cloned().collect()))
    }),
    ("concat", Shallow, |a| {
        let lists = a.iter().map(Val::items).collect::<Result<Vec<_>, _>>()?;
        Ok(Val::list(lists.concat()))
    }),
    ("contains", Deep, |a| Ok(Val::Bool(contains(argument(a, 0)?.items()?, argument(a, 1)?)))),
    ("distinct", Deep, |a| {
        let mut kept: Vec<Val> = Vec::new();
        for item in argument(a, 0)?.items()? {
            if !kept.iter().any(|have| equal(have, item)) {
                kept.push(item.clone());
            }
        }
        Ok(Val::list(kept))
    }),
    ("element", Shallow, |a| {
        let (items, position) = (argument(a, 0)?.items()?, whole(a, 1)?);
        if position < 0 {
            return Ok(Val::unknown("whether `element` takes negative positions depends on the version of Terraform"));
        }
        let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
        let position = usize::try_from(if length == 0 { -1 } else { position.rem_euclid(length) });
        position.ok().and_then(|at| items.get(at).cloned()).ok_or_else(|| "the list is empty".to_owned())
    }),
    ("flatten", Shallow, |a| {
        let mut flat = Vec::new();
        let unknown = flatten(argument(a, 0)?, &mut flat)?;
        Ok(unknown.unwrap_or_else(|| Val::list(flat)))
    }),
    ("index", Deep, |a| {
        let wanted = argument(a, 1)?;
        let found = argument(a, 0)?.items()?.iter().position(|item| equal(item, wanted));
        found.map(Val::length).ok_or_else(|| "the value is not in the list".to_owned())
    }),
    ("keys", Shallow, |a| Ok(Val::list(argument(a, 0)?.fields()?.keys().map(|key| Val::from(key.as_str())).collect()))),
    ("values", Shallow, |a| Ok(Val::list(argument(a, 0)?.fields()?.values().cloned().collect()))),
    ("lookup", Shallow, |a| {
        let (fields, key) = (argument(a, 0)?.fields()?, text(a, 1)?);
        let found = fields.get(&*key).or_else(|| a.get(2));
        found.cloned().ok_or_else(|| format!("there is no \"{key}\", and no default"))
    }),
    ("map", Shallow, pairs),
    ("list", Shallow, |a| Ok(Val::list(a.to_vec()))),
    ("matchkeys", Deep, |a| {
        let (values, keys, wanted) = (argument(a, 0)?.items()?, argument(a, 1)?.items()?, argument(a, 2)?.items()?);
        let kept = values.iter().zip(keys).filter(|(_, key)| contains(wanted, key)).map(|(value, _)| value.clone());
        Ok(Val::list(kept.collect()))
    }),
    ("merge", Shallow, merge),
    ("one", Shallow, |a| match argument(a, 0)?.items()? {
        [] => Ok(Val::Null),
        [single] => Ok(single.clone()),
        more => Err(format!("the list has {} elements", more.len())),
    }),
    ("range", Deep, range),
    ("reverse", Shallow, |a| Ok(Val::list(argument(a, 0)?.items()?.iter().rev().cloned().collect()))),
    ("slice", Shallow, |a| {
        let bounds = (usize::try_from(whole(a, 1)?), usize::try_from(whole(a, 2)?));
        let (Ok(from), Ok(to)) = bounds else { return Err("positions count from 0".to_owned()) };
        let part = argument(a, 0)?.items()?.get(from..to);
        part.map(|part| Val::list(part.to_vec())).ok_or_else(|| "the positions are beyond the list".to_owned())
    }),
    ("sort", Deep, |a| {
        let mut texts = argument(a, 0)?.items()?.iter().map(Val::text).collect::<Result<Vec<_>, _>>()?;
        texts.sort();
        Ok(Val::list(texts.into_iter().map(Val::String).collect()))
    }),
    ("transpose", Deep, |a| {
        let mut turned: BTreeMap<String, Vec<Val>> = BTreeMap::new();
        for (key, values) in argument(a, 0)?.fields()? {
            for value in values.items()? {
                turned.entry(value.text()?.to_string()).or_default().push(Val::from(key.as_str()));
            }
        }
        Ok(Val::map(turned.into_iter().map(|(key, values)| (key, Val::list(values))).collect()))
    }),
    ("zipmap", Shallow, |a| {
        let (keys, values) = (argument(a, 0)?.items()?, argument(a, 1)?.items()?);
        if keys.len() != values.len() {
            return Err("keys and values are of different number".to_owned());
        }
        let entry = |(key, value): (&Val, &Val)| Ok((key.text()?.to_string(), value.clone()));
        if let Some(cause) = keys.iter().find_map(Val::cause) {
            return Ok(Val::Unknown(cause));
        }
        Ok(Val::map(keys.iter().zip(values).map(entry).collect::<Result<_, String>>()?))
    }),
];

/// Whether a list holds a value of the same type.
fn contains(items: &[Val], wanted: &Val) -> bool {
    items.iter().any(|item| equal(item, wanted))
}

/// Whether all are true; else whether any is.
fn all(a: &[Val], wanted: bool) -> Answer {
    for item in argument(a, 0)?.items()? {
        let value = *item != Val::Null && item.to_bool()?;
        if value != wanted {
            return Ok(Val::Bool(!wanted));
        }
    }
    Ok(Val::Bool(wanted))
}

/// The first value that is neither null nor an empty text.
fn coalesce(a: &[Val]) -> Answer {
    let texts = a.iter().any(|value| matches!(value, Val::String(_)));
    for value in a {
        match value {
            Val::Unknown(cause) => return Ok(Val::Unknown(cause.clone())),
            Val::Null => {}
            Val::String(text) if text.is_empty() => {}
            value if texts => return Ok(value.text().map_or_else(|_| value.clone(), Val::String)),
            value => return Ok(value.clone()),
        }
    }
    Err("all values are null or empty".to_owned())
}

fn flatten(value: &Val, flat: &mut Vec<Val>) -> Result<Option<Val>, String> {
    for item in value.items()? {
        match item {
            // It may be a list, of any length.
            Val::Unknown(_) => return Ok(Some(item.clone())),
            Val::List(_) | Val::Set(_) => {
                if let Some(unknown) = flatten(item, flat)? {
                    return Ok(Some(unknown));
                }
            }
            item => flat.push(item.clone()),
        }
    }
    Ok(None)
}

fn pairs(a: &[Val]) -> Answer {
    let entry = |pair: &[Val]| Ok((text(pair, 0)?.to_string(), argument(pair, 1)?.clone()));
    Ok(Val::map(a.chunks(2).map(entry).collect::<Result<_, String>>()?))
}

/// What follows an unknown map is known; what came before it may have been replaced.
fn merge(a: &[Val]) -> Answer {
    let mut fields = BTreeMap::new();
    let mut open = None;
    for value in a {
        match value {
            Val::Null => {}
            Val::Unknown(cause) => {
                fields.clear();
                open = Some(cause.clone());
            }
            Val::Open(more, cause) => {
                fields.clear();
                fields.extend((**more).clone());
                open = Some(cause.clone());
            }
            value => fields.extend(value.fields()?.clone()),
        }
    }
    Ok(match open {
        None => Val::map(fields),
        Some(cause) if fields.is_empty() => Val::Unknown(cause),
        Some(cause) => Val::Open(Rc::new(fields), cause),
    })
}

fn range(a: &[Val]) -> Answer {
    let numbers = a.iter().map(Val::to_number).collect::<Result<Vec<_>, _>>()?;
    let zero = BigDecimal::zero();
    let (start, end, step) = match numbers.as_slice() {
        [end] => (zero.clone(), end.clone(), None),
        [start, end] => (start.clone(), end.clone(), None),
        [start, end, step] => (start.clone(), end.clone(), Some(step.clone())),
        _ => return Err("one to three numbers are needed".to_owned()),
    };
    let step = step.unwrap_or_else(|| BigDecimal::from(if end < start { -1 } else { 1 }));
    if step.is_zero() {
        return Err("the step cannot be 0".to_owned());
    }
    let mut numbers = Vec::new();
    let mut next = start;
    while if step.is_positive() { next < end } else { next > end } {
        if numbers.len() >= MAX_RANGE {
            return Err(format!("more than {MAX_RANGE} numbers"));
        }
        numbers.push(Val::Number(next.clone()));
        next += &step;
    }
    Ok(Val::list(numbers))
}
