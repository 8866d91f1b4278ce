//! What EKS refuses, in its own words where they are known.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::model::{Scaling, Taint, UpdateConfig};
use super::{Result, invalid};

/// Taints of a node group.
pub(super) const MOST_TAINTS: usize = 50;
/// Instance types of a node group.
pub(super) const MOST_TYPES: usize = 20;
/// Nodes of a node group.
const MOST_NODES: u32 = 450;
/// Tags of a resource.
const MOST_TAGS: usize = 50;
/// Characters of a label's or taint's name, its prefix not counted, and of its value.
const LONGEST: usize = 63;

const RESERVED: [&str; 3] = ["kubernetes.io/", "k8s.io/", "eks.amazonaws.com/"];

/// The scaling configuration of a call.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct GivenScaling {
    pub(super) min_size: Option<i64>,
    pub(super) max_size: Option<i64>,
    pub(super) desired_size: Option<i64>,
}

impl GivenScaling {
    /// What is given over what was before.
    fn over(self, before: Scaling) -> Result<Scaling> {
        let number = |name: &str, given: Option<i64>, before: u32, fewest: u32| match given {
            None => Ok(before),
            Some(number) => u32::try_from(number)
                .ok()
                .filter(|number| (fewest..=MOST_NODES).contains(number))
                .ok_or_else(|| invalid(format!("{name} is not valid"))),
        };
        Ok(Scaling {
            min_size: number("minSize", self.min_size, before.min_size, 0)?,
            max_size: number("maxSize", self.max_size, before.max_size, 1)?,
            desired_size: number("desiredSize", self.desired_size, before.desired_size, 0)?,
        })
    }

    /// That of a new node group.
    pub(super) fn create(self) -> Result<Scaling> {
        let scaling = self.over(Scaling { min_size: 1, max_size: 2, desired_size: 2 })?;
        if scaling.min_size > scaling.desired_size {
            return Err(invalid("minSize can't be greater than desiredSize"));
        }
        if scaling.desired_size > scaling.max_size {
            return Err(invalid("desiredSize can't be greater than maxSize"));
        }
        Ok(scaling)
    }

    /// That of a node group after an update.
    pub(super) fn update(self, before: Scaling) -> Result<Scaling> {
        let it = self.over(before)?;
        if it.min_size > it.desired_size {
            return Err(invalid(format!(
                "Minimum capacity {} can't be greater than desired size {}",
                it.min_size, it.desired_size
            )));
        }
        if it.desired_size > it.max_size {
            return Err(invalid(format!(
                "desired capacity {} can't be greater than max size {}",
                it.desired_size, it.max_size
            )));
        }
        Ok(it)
    }
}

pub(super) fn update_config(given: &UpdateConfig) -> Result<UpdateConfig> {
    let (number, share) = (given.max_unavailable, given.max_unavailable_percentage);
    if number.is_some() && share.is_some() {
        return Err(invalid("Cannot specify both maxUnavailable and maxUnavailablePercentage"));
    }
    for (name, value) in [("maxUnavailable", number), ("maxUnavailablePercentage", share)] {
        if value.is_some_and(|value| !(1..=100).contains(&value)) {
            return Err(invalid(format!("{name} must be between 1 and 100")));
        }
    }
    let strategy = given.update_strategy.clone().unwrap_or_else(|| "DEFAULT".to_owned());
    if !["DEFAULT", "MINIMAL"].contains(&strategy.as_str()) {
        return Err(invalid(format!("{strategy} is not a valid updateStrategy: it must be DEFAULT or MINIMAL")));
    }
    Ok(UpdateConfig {
        max_unavailable: number.or_else(|| share.is_none().then_some(1)),
        max_unavailable_percentage: share,
        update_strategy: Some(strategy),
    })
}

/// The name of a node group.
pub(super) fn name(given: &str) -> Result<()> {
    let ok = given.len() <= LONGEST
        && given.starts_with(|c: char| c.is_ascii_alphanumeric())
        && given.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if ok {
        return Ok(());
    }
    Err(invalid(
        "The nodegroup name parameter contains invalid characters. It must begin with a letter or digit, and have up to 63 letters, digits, hyphens and underscores.",
    ))
}

/// A name as Kubernetes allows it, of a label or a taint: `prefix/name` or `name`.
fn qualified(what: &str, key: &str) -> Result<()> {
    let (prefix, name) = key.split_once('/').map_or((None, key), |(prefix, name)| (Some(prefix), name));
    let prefix_ok = prefix.is_none_or(|prefix| {
        !prefix.is_empty()
            && prefix.len() <= 253
            && prefix.split('.').all(|part| {
                !part.is_empty()
                    && !part.starts_with('-')
                    && !part.ends_with('-')
                    && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            })
    });
    if prefix_ok && !name.is_empty() && is_name(name) {
        return Ok(());
    }
    Err(invalid(format!(
        "{what} key '{key}' is not valid: it must be a qualified name of Kubernetes, at most {LONGEST} characters after an optional DNS prefix"
    )))
}

fn is_name(text: &str) -> bool {
    text.len() <= LONGEST
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
        && text.chars().next().is_none_or(|c| c.is_ascii_alphanumeric())
        && text.chars().next_back().is_none_or(|c| c.is_ascii_alphanumeric())
}

fn value(what: &str, text: &str) -> Result<()> {
    if is_name(text) {
        return Ok(());
    }
    Err(invalid(format!(
        "{what} value '{text}' is not valid: it must have at most {LONGEST} letters, digits, '-', '_' and '.', and begin and end with a letter or digit"
    )))
}

pub(super) fn labels(labels: &BTreeMap<String, String>) -> Result<()> {
    for (key, text) in labels {
        if RESERVED.iter().any(|prefix| key.starts_with(prefix)) {
            return Err(invalid(format!("Label cannot contain reserved prefixes [{}]", RESERVED.join(", "))));
        }
        qualified("Label", key)?;
        value("Label", text)?;
    }
    Ok(())
}

pub(super) fn taints(taints: &[Taint]) -> Result<()> {
    const EFFECTS: [&str; 3] = ["NO_SCHEDULE", "NO_EXECUTE", "PREFER_NO_SCHEDULE"];
    if taints.len() > MOST_TAINTS {
        return Err(invalid(format!("A node group has at most {MOST_TAINTS} taints, not {}", taints.len())));
    }
    for (index, taint) in taints.iter().enumerate() {
        let key = taint.key.as_deref().unwrap_or_default();
        qualified("Taint", key)?;
        value("Taint", taint.value.as_deref().unwrap_or_default())?;
        if !EFFECTS.contains(&taint.effect.as_deref().unwrap_or_default()) {
            return Err(invalid(format!("Taint effect must be one of {}", EFFECTS.join(", "))));
        }
        let same = |it: &Taint| it.key == taint.key && it.effect == taint.effect;
        if taints.iter().skip(index + 1).any(same) {
            return Err(invalid(format!(
                "Duplicate taint with key {key} and effect {}",
                taint.effect.as_deref().unwrap_or_default()
            )));
        }
    }
    Ok(())
}

pub(super) fn tags(tags: &BTreeMap<String, String>) -> Result<()> {
    if tags.len() > MOST_TAGS {
        return Err(invalid(format!("A resource has at most {MOST_TAGS} tags")));
    }
    for (key, text) in tags {
        if key.is_empty() || key.chars().count() > 128 || text.chars().count() > 256 {
            return Err(invalid(format!(
                "The tag '{key}' is not valid: a key has 1 to 128 characters, a value up to 256"
            )));
        }
        if key.to_lowercase().starts_with("aws:") {
            return Err(invalid("aws: prefixed tag key names are not allowed for external use."));
        }
    }
    Ok(())
}

/// A Kubernetes version, as two numbers.
pub(super) fn version(text: &str) -> Result<(u32, u32)> {
    let parsed = text.split_once('.').and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    parsed.ok_or_else(|| invalid(format!("unsupported Kubernetes version {text}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_labels_are_those_of_kubernetes() {
        let checked = |key: &str, value: &str| labels(&BTreeMap::from([(key.to_owned(), value.to_owned())])).is_ok();
        for (key, value) in [("a", ""), ("team.example.com/a_b.c", "x-1"), (&"k".repeat(63), &"v".repeat(63))] {
            assert!(checked(key, value), "{key}={value}");
        }
        for (key, value) in [
            ("", "v"),
            ("-a", "v"),
            ("Team.example.com/a", "v"),
            ("/a", "v"),
            ("k8s.io/a", "v"),
            ("a", "a b"),
            (&"k".repeat(64), "v"),
            ("a", &"v".repeat(64)),
        ] {
            assert!(!checked(key, value), "{key}={value}");
        }
    }

    #[test]
    fn an_update_that_raises_only_the_minimum_is_refused_in_the_words_of_eks() {
        let before = Scaling { min_size: 1, max_size: 5, desired_size: 2 };
        let raise = GivenScaling { min_size: Some(3), ..GivenScaling::default() };
        assert_eq!(
            raise.update(before).unwrap_err().message,
            "Minimum capacity 3 can't be greater than desired size 2"
        );
        let both = GivenScaling { desired_size: Some(3), ..raise };
        assert_eq!(both.update(before).unwrap(), Scaling { min_size: 3, desired_size: 3, ..before });
        assert_eq!(GivenScaling::default().create().unwrap(), Scaling { min_size: 1, max_size: 2, desired_size: 2 });
    }
}
