//! Selection of rules by pack, id and glob.

use std::collections::BTreeSet;

use super::{Rule, Scope};
use crate::error::PolicyError;

/// At most this many names are suggested when one is not found.
const SUGGESTIONS: usize = 8;

/// Whether each rule is selected. No packs: all packs; no patterns: all rules. Packs choose among Parapet's own: a plain package, made
/// for other tools, is there because somebody gave it, and stays.
///
/// # Errors
/// A pack that does not exist, or a pattern that matches no rule of the selected packs.
pub(super) fn select(rules: &[Rule], packs: &[String], patterns: &[String]) -> Result<Vec<bool>, PolicyError> {
    let known: BTreeSet<&str> = rules.iter().map(|rule| rule.pack.as_str()).collect();
    if let Some(pack) = packs.iter().find(|pack| !known.contains(pack.as_str())) {
        let known = known.into_iter().map(str::to_owned).collect();
        return Err(PolicyError::UnknownPack { pack: pack.clone(), known });
    }
    let in_pack = |rule: &Rule| packs.is_empty() || rule.scope == Scope::Plain || packs.contains(&rule.pack);
    for pattern in patterns {
        if !rules.iter().any(|rule| in_pack(rule) && matches(pattern, &rule.id)) {
            let known = closest(pattern, rules.iter().filter(|rule| in_pack(rule)).map(|rule| rule.id.as_str()));
            return Err(PolicyError::UnknownRule { pattern: pattern.clone(), known });
        }
    }
    let by_pattern = |rule: &Rule| patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, &rule.id));
    Ok(rules.iter().map(|rule| in_pack(rule) && by_pattern(rule)).collect())
}

/// Whether a glob (`*` any text, `?` any character) matches all of `text`.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where to go on when what follows the last star does not match: one character later.
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || text.get(t) == Some(c) => {
                p += 1;
                t += 1;
            }
            _ => match retry {
                Some((star, from)) => {
                    retry = Some((star, from + 1));
                    p = star + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

/// The name that was probably meant: close enough for a slip of the hand.
pub(crate) fn nearest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (wanted.chars().count() / 3).max(2);
    let ranked = names.map(|name| (distance(wanted, name), name));
    ranked.filter(|(distance, _)| *distance <= allowed).min().map(|(_, name)| name)
}

/// The names most like `wanted`, best first.
fn closest<'a>(wanted: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut ranked: Vec<(usize, &str)> = names.map(|name| (distance(wanted, name), name)).collect();
    ranked.sort_unstable();
    ranked.into_iter().take(SUGGESTIONS).map(|(_, name)| name.to_owned()).collect()
}

/// Edit distance (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (j, cb) in b.chars().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or_default();
            let cost = (diagonal + usize::from(ca != cb)).min(above + 1).min(left + 1);
            diagonal = above;
            if let Some(cell) = row.get_mut(j) {
                *cell = left;
            }
            left = cost;
        }
        if let Some(cell) = row.last_mut() {
            *cell = left;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        for (pattern, text, expected) in [
            ("aws-*", "aws-s3-x", true),
            ("*s3*", "aws-s3-x", true),
            ("aws-s3", "aws-s3-x", false),
            ("aws-??-x", "aws-s3-x", true),
            ("*", "", true),
            ("a*b*c", "aXbXbXc", true),
            ("a*b*c", "aXbXbX", false),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn distances() {
        for (a, b, expected) in [("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("kitten", "sitting", 3)] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }
}
