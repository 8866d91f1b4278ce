//! Functions with regular expressions.

use std::collections::BTreeMap;

use regex::Regex;

use super::Depth::Deep;
use super::{Answer, Depth, Function, text};
use crate::input::hcl::value::Val;

pub(super) const FUNCTIONS: &[(&str, Depth, Function)] = &[
    ("regex", Deep, |a| {
        let (pattern, whole) = (compile(&text(a, 0)?)?, text(a, 1)?);
        let found = pattern.captures(&whole).ok_or_else(|| "the pattern matches nothing in the text".to_owned())?;
        Ok(captured(&pattern, &found))
    }),
    ("regexall", Deep, |a| {
        let (pattern, whole) = (compile(&text(a, 0)?)?, text(a, 1)?);
        Ok(Val::list(pattern.captures_iter(&whole).map(|found| captured(&pattern, &found)).collect()))
    }),
    ("replace", Deep, replace),
];

fn compile(pattern: &str) -> Result<Regex, String> {
    Regex::new(pattern).map_err(|error| error.to_string().lines().last().unwrap_or_default().to_owned())
}

/// The whole match, or its groups when the pattern has some.
fn captured(pattern: &Regex, found: &regex::Captures<'_>) -> Val {
    let group = |group: Option<regex::Match<'_>>| group.map_or(Val::Null, |group| Val::from(group.as_str()));
    if pattern.captures_len() == 1 {
        return group(found.get(0));
    }
    let named: BTreeMap<String, Val> =
        pattern.capture_names().flatten().map(|name| (name.to_owned(), group(found.name(name)))).collect();
    if named.is_empty() { Val::list(found.iter().skip(1).map(group).collect()) } else { Val::map(named) }
}

/// A text between slashes is a regular expression.
fn replace(a: &[Val]) -> Answer {
    let (whole, wanted, by) = (text(a, 0)?, text(a, 1)?, text(a, 2)?);
    let inner = wanted.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')).filter(|_| wanted.len() > 1);
    Ok(Val::from(match inner {
        Some(pattern) => compile(pattern)?.replace_all(&whole, &*by).into_owned(),
        None => whole.replace(&*wanted, &by),
    }))
}
