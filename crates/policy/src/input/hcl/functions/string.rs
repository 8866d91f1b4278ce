//! Functions of text.

use super::Depth::{Deep, Shallow};
use super::{Answer, Depth, Function, argument, text, whole};
use crate::input::hcl::value::Val;

pub(super) const FUNCTIONS: &[(&str, Depth, Function)] = &[
    ("chomp", Deep, |a| Ok(Val::from(text(a, 0)?.trim_end_matches(['\n', '\r'])))),
    ("lower", Deep, |a| Ok(Val::from(text(a, 0)?.to_lowercase()))),
    ("upper", Deep, |a| Ok(Val::from(text(a, 0)?.to_uppercase()))),
    ("title", Deep, |a| Ok(Val::from(title(&text(a, 0)?)))),
    ("trimspace", Deep, |a| Ok(Val::from(text(a, 0)?.trim()))),
    ("trim", Deep, |a| {
        let cut: Vec<char> = text(a, 1)?.chars().collect();
        Ok(Val::from(text(a, 0)?.trim_matches(cut.as_slice())))
    }),
    ("trimprefix", Deep, |a| {
        let (whole, prefix) = (text(a, 0)?, text(a, 1)?);
        Ok(Val::from(whole.strip_prefix(&*prefix).unwrap_or(&whole)))
    }),
    ("trimsuffix", Deep, |a| {
        let (whole, suffix) = (text(a, 0)?, text(a, 1)?);
        Ok(Val::from(whole.strip_suffix(&*suffix).unwrap_or(&whole)))
    }),
    ("startswith", Deep, |a| Ok(Val::Bool(text(a, 0)?.starts_with(&*text(a, 1)?)))),
    ("endswith", Deep, |a| Ok(Val::Bool(text(a, 0)?.ends_with(&*text(a, 1)?)))),
    ("strcontains", Deep, |a| Ok(Val::Bool(text(a, 0)?.contains(&*text(a, 1)?)))),
    ("strrev", Deep, |a| Ok(Val::from(text(a, 0)?.chars().rev().collect::<String>()))),
    ("substr", Deep, substr),
    ("split", Deep, |a| {
        let (separator, whole) = (text(a, 0)?, text(a, 1)?);
        let parts: Vec<Val> = match (&*separator, &*whole) {
            (_, "") => vec![Val::from("")],
            ("", whole) => whole.chars().map(|c| Val::from(c.to_string())).collect(),
            (separator, whole) => whole.split(separator).map(Val::from).collect(),
        };
        Ok(Val::list(parts))
    }),
    ("join", Deep, |a| {
        let mut parts = Vec::new();
        for list in a.iter().skip(1) {
            for item in list.items()? {
                parts.push(item.text()?.to_string());
            }
        }
        Ok(Val::from(parts.join(&text(a, 0)?)))
    }),
    ("indent", Deep, |a| {
        let spaces = usize::try_from(whole(a, 0)?).map_err(|_| "spaces cannot be negative".to_owned())?;
        Ok(Val::from(text(a, 1)?.replace('\n', &format!("\n{}", " ".repeat(spaces.min(1000))))))
    }),
    ("sensitive", Shallow, |a| argument(a, 0).cloned()),
    ("nonsensitive", Shallow, |a| argument(a, 0).cloned()),
    ("issensitive", Deep, |_| Ok(Val::unknown("whether a value is sensitive is known when Terraform runs"))),
];

fn title(text: &str) -> String {
    let mut before = ' ';
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        // What separates words for Go: everything that is no letter, digit or underscore.
        if before.is_alphanumeric() || before == '_' {
            out.push(c);
        } else {
            out.extend(c.to_uppercase());
        }
        before = c;
    }
    out
}

/// Positions count characters; a negative length means to the end.
fn substr(a: &[Val]) -> Answer {
    let (all, offset, length) = (text(a, 0)?, whole(a, 1)?, whole(a, 2)?);
    let characters: Vec<char> = all.chars().collect();
    let size = i64::try_from(characters.len()).unwrap_or(i64::MAX);
    let start = if offset < 0 { (offset + size).max(0) } else { offset.min(size) };
    let end = if length < 0 { size } else { start.saturating_add(length).min(size) };
    let position = |n: i64| usize::try_from(n).unwrap_or_default();
    Ok(Val::from(characters.get(position(start)..position(end)).unwrap_or_default().iter().collect::<String>()))
}
