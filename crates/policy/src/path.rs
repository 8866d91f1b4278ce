//! Where in a resource or object something is: `ingress[0].cidr_blocks`.

use std::fmt;

use regorus::Value;
use serde::{Deserialize, Serialize};

/// One step of an [`AttributePath`]. Serialised as a string or a number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Step {
    /// An attribute, a block or the key of a map.
    Key(String),
    /// A position in a list, from 0.
    Index(usize),
}

/// The way from the root of a resource (or object) to one of its values. Displayed as `ingress[0].cidr_blocks`,
/// with keys that are not identifiers quoted: `tags["a b"]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttributePath(pub Vec<Step>);

impl AttributePath {
    /// Reads the `path` of a finding: an array of strings and non-negative integers.
    /// `None` when the value is anything else.
    pub fn from_value(value: &Value) -> Option<Self> {
        let steps = value.as_array().ok()?.iter().map(|step| match step {
            Value::String(key) => Some(Step::Key(key.to_string())),
            Value::Number(_) => step.as_u64().ok().and_then(|i| usize::try_from(i).ok()).map(Step::Index),
            _ => None,
        });
        steps.collect::<Option<Vec<_>>>().map(Self)
    }

    /// Whether this path is `other` or lies under it.
    pub fn starts_with(&self, other: &Self) -> bool {
        self.0.starts_with(&other.0)
    }

    /// The first attribute of the path.
    pub fn root(&self) -> Option<&str> {
        match self.0.first() {
            Some(Step::Key(key)) => Some(key),
            _ => None,
        }
    }

    /// Whether there is no step at all: the path of the whole resource.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Step> for AttributePath {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Self::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Index(index)
    }
}

fn is_identifier(key: &str) -> bool {
    let mut chars = key.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Key(key) if is_identifier(key) => {
                    if position > 0 {
                        f.write_str(".")?;
                    }
                    f.write_str(key)?;
                }
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(json: &str) -> Option<AttributePath> {
        AttributePath::from_value(&Value::from_json_str(json).unwrap())
    }

    #[test]
    fn displays_as_a_person_writes_it() {
        for (json, text) in [
            (r#"["ingress", 0, "cidr_blocks"]"#, "ingress[0].cidr_blocks"),
            (r#"["tags", "a b"]"#, r#"tags["a b"]"#),
            (r#"["a\"b"]"#, r#"["a\"b"]"#),
            ("[]", ""),
        ] {
            assert_eq!(path(json).unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_what_is_not_a_path() {
        for json in ["null", r#""a""#, "[null]", "[-1]", "[1.5]", "[[]]"] {
            assert_eq!(path(json), None, "{json}");
        }
    }

    #[test]
    fn serialises_as_plain_strings_and_numbers() {
        let json = r#"["ingress",0,"cidr_blocks"]"#;
        assert_eq!(serde_json::to_string(&path(json).unwrap()).unwrap(), json);
        assert_eq!(serde_json::from_str::<AttributePath>(json).unwrap(), path(json).unwrap());
    }
}
