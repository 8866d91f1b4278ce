//! Why a value is unknown until apply.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::input::Plan;
use crate::input::plan_json::Change;
use crate::path::AttributePath;

/// More names than this say nothing more.
const MAX_NAMES: usize = 4;

/// Answers for one plan; what it needs is made when the first question comes.
pub(crate) struct Causes<'a> {
    plan: &'a Plan,
    /// Address without the last instance key -> what happens to it.
    happening: OnceLock<HashMap<&'a str, &'static str>>,
}

impl<'a> Causes<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        Self { plan, happening: OnceLock::new() }
    }

    /// Why the value at `path` of a resource is unknown.
    pub(crate) fn of(&self, change: &Change, path: &AttributePath) -> String {
        if let Some(cause) = self.plan.cause(&change.address, path) {
            return cause.to_owned();
        }
        let local = format!("{}.{}", change.kind, change.name);
        let sources = self.plan.configuration().sources(&change.module, &local, path);
        let mut told: Vec<(String, Option<&'static str>)> =
            sources.resources.into_iter().map(|address| (address.clone(), self.happens_to(&address))).collect();
        // What stays as it is keeps nothing open, unless that is all there is.
        if told.iter().any(|(_, what)| *what != Some("unchanged")) {
            told.retain(|(_, what)| *what != Some("unchanged"));
        }
        let mut parts: Vec<String> = told
            .into_iter()
            .map(|(address, what)| match what {
                Some(what) if what != "unchanged" => format!("{address} is {what}"),
                _ => format!("{address} is known"),
            })
            .collect();
        if parts.is_empty() {
            parts.extend(sources.locals.into_iter().map(|local| format!("the values behind {local} are known")));
        }
        if parts.is_empty() {
            let what = verb(&change.actions);
            let what = if what == "unchanged" { "applied" } else { what };
            return format!("decided by the provider when {} is {what}", change.address);
        }
        let more = parts.len().saturating_sub(MAX_NAMES);
        if more > 0 {
            parts.truncate(MAX_NAMES);
            parts.push(format!("{more} more"));
        }
        match parts.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("unknown until {} and {last}", rest.join(", ")),
            _ => format!("unknown until {}", parts.concat()),
        }
    }

    fn happens_to(&self, address: &str) -> Option<&'static str> {
        let happening = self.happening.get_or_init(|| {
            let mut happening: HashMap<&str, &'static str> = HashMap::new();
            for change in self.plan.changes().iter().filter(|change| change.exists_afterwards()) {
                let what = verb(&change.actions);
                // Of several instances, the one that is changed keeps the value open.
                let known = happening.entry(base(&change.address)).or_insert(what);
                if *known == "unchanged" {
                    *known = what;
                }
            }
            happening
        });
        happening.get(base(address)).copied()
    }
}

/// An address without the instance key at its end.
fn base(address: &str) -> &str {
    if !address.ends_with(']') {
        return address;
    }
    // The last bracket that opens outside of a quoted key.
    let (mut in_string, mut escaped, mut opened) = (false, false, address.len());
    for (position, c) in address.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            '[' if !in_string => opened = position,
            _ => {}
        }
    }
    address.get(..opened).unwrap_or(address)
}

fn verb(actions: &[String]) -> &'static str {
    let does = |action: &str| actions.iter().any(|a| a == action);
    match () {
        () if does("create") && does("delete") => "replaced",
        () if does("create") => "created",
        () if does("update") => "updated",
        () if does("read") => "read",
        () => "unchanged",
    }
}

#[cfg(test)]
mod tests {
    use super::base;

    #[test]
    fn addresses_without_instance_key() {
        for (address, expected) in [
            ("t.n", "t.n"),
            ("t.n[0]", "t.n"),
            (r#"module.a["x[0]"].t.n"#, r#"module.a["x[0]"].t.n"#),
            (r#"module.a["x"].t.n["a[\"]b"]"#, r#"module.a["x"].t.n"#),
        ] {
            assert_eq!(base(address), expected);
        }
    }
}
