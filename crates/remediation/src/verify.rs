//! Whether edits change what they are meant to, and nothing else: the configuration evaluated without and with them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use parapet_policy::input::hcl::{Says, Survey, Surveyed};
use parapet_policy::{AttributePath, Step};
use serde_json::Value as Json;

use crate::effective::{at, same};

/// Address and path -> the value that is to be there.
pub(crate) type Intended<'a> = BTreeMap<(&'a str, &'a AttributePath), &'a Json>;

/// Why an edit is not made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Objection {
    /// What stands against it: file and line; none when that is no block but the outcome.
    pub(crate) place: Option<(PathBuf, u32)>,
    pub(crate) reason: String,
}

impl From<String> for Objection {
    fn from(reason: String) -> Self {
        Self { place: None, reason }
    }
}

/// What is wrong with the outcome; nothing when it is exactly what was intended.
pub(crate) fn check(before: &Survey, after: &Survey, intended: &Intended<'_>) -> Result<(), Objection> {
    resources(before, after, intended)?;
    statements(before, after)
}

/// Conditions that hold go on to hold, and outputs stay as they are.
fn statements(before: &Survey, after: &Survey) -> Result<(), Objection> {
    for (name, was) in &before.statements {
        let what = &name.0;
        let becomes = after.statements.get(name).ok_or_else(|| format!("{what} would go with it"))?;
        // What it depends on is only there where it is not known itself.
        let changed = || was.behind.iter().find(|(reference, value)| becomes.behind.get(*reference) != Some(*value));
        let reason = match (&was.says, &becomes.says) {
            (Says::Condition(Some(true) | None), Says::Condition(Some(false))) => format!("{what} would not hold"),
            (Says::Condition(Some(true)), Says::Condition(None)) => {
                format!("whether {what} would still hold is not known")
            }
            (old @ Says::Output(..), new) if old != new => format!("it would also change {what}"),
            (Says::Condition(None), Says::Condition(None)) | (Says::Output(..), Says::Output(..)) => match changed() {
                Some((behind, _)) => format!("{what} depends on {behind}, and is not known before Terraform runs"),
                None => continue,
            },
            _ => continue,
        };
        return Err(Objection { place: Some((was.file.clone(), was.line)), reason });
    }
    Ok(())
}

fn resources(before: &Survey, after: &Survey, intended: &Intended<'_>) -> Result<(), String> {
    if let Some(problem) = after.problems.first() {
        return Err(format!("the configuration could not be read with the change: {problem}"));
    }
    let addresses: BTreeSet<&String> = before.instances.keys().chain(after.instances.keys()).collect();
    for address in addresses {
        let (Some(old), Some(new)) = (before.instances.get(address), after.instances.get(address)) else {
            return Err(format!("{address} would come or go with it"));
        };
        for path in differences(old, new) {
            match intended.get(&(address.as_str(), &path)) {
                Some(wanted) if same(at(&new.values, &path), wanted) => {}
                Some(_) => return Err(format!("{path} of {address} would become something else")),
                None if path.is_empty() => return Err(format!("it would also change {address}")),
                None => return Err(format!("it would also change {path} of {address}, which is to stay")),
            }
        }
    }
    for ((address, path), wanted) in intended {
        let arrived = after.instances.get(*address).is_some_and(|new| same(at(&new.values, path), wanted));
        if !arrived {
            return Err(format!("the change does not arrive at {path} of {address}"));
        }
    }
    Ok(())
}

/// Paths of what is different, as deep as it can be said.
fn differences(old: &Surveyed, new: &Surveyed) -> BTreeSet<AttributePath> {
    let mut found = BTreeSet::new();
    if old.values == new.values && old.unknown == new.unknown {
        return found;
    }
    compare(&old.values, &new.values, &mut Vec::new(), &mut found);
    compare(&pruned(&old.unknown), &pruned(&new.unknown), &mut Vec::new(), &mut found);
    found
}

fn compare(old: &Json, new: &Json, path: &mut Vec<Step>, found: &mut BTreeSet<AttributePath>) {
    let mut within = |step: Step, old: &Json, new: &Json| {
        path.push(step);
        compare(old, new, path, found);
        path.pop();
    };
    match (old, new) {
        (Json::Object(old), Json::Object(new)) => {
            let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            for name in names {
                let value = |fields: &serde_json::Map<String, Json>| fields.get(name).cloned().unwrap_or(Json::Null);
                within(Step::from(name.as_str()), &value(old), &value(new));
            }
        }
        (Json::Array(old), Json::Array(new)) if old.len() == new.len() => {
            for (position, (old, new)) in old.iter().zip(new).enumerate() {
                within(Step::from(position), old, new);
            }
        }
        (old, new) if same(old, new) => {}
        _ => drop(found.insert(AttributePath(path.clone()))),
    }
}

/// A mask without what is known.
fn pruned(mask: &Json) -> Json {
    match mask {
        Json::Object(fields) => {
            let open =
                fields.iter().map(|(name, mask)| (name.clone(), pruned(mask))).filter(|(_, mask)| !mask.is_null());
            let open: serde_json::Map<String, Json> = open.collect();
            if open.is_empty() { Json::Null } else { Json::Object(open) }
        }
        Json::Array(items) => {
            let items: Vec<Json> = items.iter().map(pruned).collect();
            if items.iter().all(Json::is_null) { Json::Null } else { Json::Array(items) }
        }
        Json::Bool(true) => Json::Bool(true),
        _ => Json::Null,
    }
}

#[cfg(test)]
mod tests {
    use parapet_policy::input::hcl::Statement;
    use serde_json::json;

    use super::*;

    fn survey(values: Json, unknown: Json) -> Survey {
        let one = Surveyed { values, unknown, file: "main.tf".into(), line: 1, ignored: Vec::new(), region: None };
        Survey {
            instances: BTreeMap::from([("a.b".to_owned(), one)]),
            statements: BTreeMap::new(),
            origins: Vec::new(),
            problems: Vec::new(),
        }
    }

    #[test]
    fn only_what_is_intended_may_change() {
        let path: AttributePath = [Step::from("type")].into_iter().collect();
        let wanted = json!("gp3");
        let intended = Intended::from([(("a.b", &path), &wanted)]);
        let before = survey(json!({"type": "gp2", "size": 1}), json!({"id": true}));
        let judged = |values: Json, unknown: Json| check(&before, &survey(values, unknown), &intended);
        assert_eq!(judged(json!({"type": "gp3", "size": 1}), json!({"id": true})), Ok(()));
        for (values, unknown, said) in [
            (json!({"type": "gp3", "size": 2}), json!({"id": true}), "size of a.b"),
            (json!({"type": "gp2", "size": 1}), json!({"id": true}), "does not arrive"),
            (json!({"type": "io2", "size": 1}), json!({"id": true}), "something else"),
            (json!({"type": "gp3", "size": 1}), json!({"id": true, "arn": true}), "arn of a.b"),
        ] {
            let Objection { place, reason } = judged(values, unknown).unwrap_err();
            assert!(reason.contains(said) && place.is_none(), "{reason}");
        }
    }

    #[test]
    fn what_holds_goes_on_to_hold_and_outputs_stay() {
        let with = |says: Says| {
            let mut survey = survey(json!({}), json!({}));
            let statement = Statement { says, behind: BTreeMap::new(), file: "main.tf".into(), line: 7 };
            survey.statements.insert(("output.o".to_owned(), 1), statement);
            survey
        };
        let judged = |old: Says, new: Says| check(&with(old), &with(new), &Intended::new());
        let condition = |holds| Says::Condition(holds);
        let output = |value: Json, unknown: Json| Says::Output(value, unknown);
        for (old, new) in [
            (condition(Some(true)), condition(Some(false))),
            (condition(Some(true)), condition(None)),
            (condition(None), condition(Some(false))),
            (output(json!("a"), json!(false)), output(json!("b"), json!(false))),
            (output(json!({"a": 1}), json!({"b": true})), output(json!({"a": 1}), json!({}))),
        ] {
            let objection = judged(old.clone(), new.clone()).unwrap_err();
            assert_eq!(objection.place, Some(("main.tf".into(), 7)), "{old:?} {new:?}");
        }
        for (old, new) in [
            (condition(Some(true)), condition(Some(true))),
            (condition(Some(false)), condition(Some(false))),
            (condition(Some(false)), condition(Some(true))),
            (condition(None), condition(None)),
            (condition(None), condition(Some(true))),
            (output(json!("a"), json!(false)), output(json!("a"), json!(false))),
        ] {
            assert_eq!(judged(old, new), Ok(()));
        }
    }
}
