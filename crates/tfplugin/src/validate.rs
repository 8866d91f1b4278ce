//! Rules for single attributes, checked while Terraform validates. Unknown and null values are not judged.

use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::value::Value;

/// A rule for a known value. It answers what is wrong with it.
#[derive(Clone)]
pub struct Validator {
    /// What the rule asks for, in words, for messages and docs: "between 3 and 20".
    pub expectation: String,
    accepts: Arc<dyn Fn(&Value) -> bool + Send + Sync>,
}

impl fmt::Debug for Validator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Validator").field(&self.expectation).finish()
    }
}

impl Validator {
    /// A rule of one's own. `expectation` completes the sentence "must be ...".
    pub fn new(expectation: impl Into<String>, accepts: impl Fn(&Value) -> bool + Send + Sync + 'static) -> Self {
        Self { expectation: expectation.into(), accepts: Arc::new(accepts) }
    }

    /// Whether a known value is accepted.
    pub fn accepts(&self, value: &Value) -> bool {
        (self.accepts)(value)
    }
}

/// A number within bounds, both included.
pub fn range(bounds: RangeInclusive<i64>) -> Validator {
    let (low, high) = bounds.into_inner();
    #[expect(clippy::cast_precision_loss, reason = "bounds written by a person are far below 2^53")]
    let (from, to) = (low as f64, high as f64);
    Validator::new(
        format!("between {low} and {high}"),
        move |value| matches!(value, Value::Number(number) if (from..=to).contains(&number.to_f64())),
    )
}

/// One of the given strings.
pub fn one_of(choices: &'static [&'static str]) -> Validator {
    let quoted: Vec<String> = choices.iter().map(|choice| format!("{choice:?}")).collect();
    Validator::new(
        format!("one of {}", quoted.join(", ")),
        move |value| matches!(value, Value::String(text) if choices.contains(&text.as_str())),
    )
}

/// A string, list, set or map with a number of characters or elements within bounds, both included.
pub fn length(bounds: RangeInclusive<usize>) -> Validator {
    let (low, high) = (*bounds.start(), *bounds.end());
    let expectation = match (low, high) {
        (low, usize::MAX) => format!("at least {low} long"),
        (0, high) => format!("at most {high} long"),
        (low, high) => format!("{low} to {high} long"),
    };
    Validator::new(expectation, move |value| {
        let length = match value {
            Value::String(text) => text.chars().count(),
            Value::List(items) => items.len(),
            Value::Map(entries) => entries.len(),
            _ => return true,
        };
        bounds.contains(&length)
    })
}

/// Applies a rule to each element of a list, set or map.
pub fn each(rule: Validator) -> Validator {
    let expectation = format!("made of elements that are {}", rule.expectation);
    let accepts = move |value: &Value| value.is_null() || value.is_unknown() || rule.accepts(value);
    Validator::new(expectation, move |value| match value {
        Value::List(items) => items.iter().all(&accepts),
        Value::Map(entries) => entries.values().all(&accepts),
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_accept_what_they_say() {
        assert!(range(3..=20).accepts(&Value::from(3)) && range(3..=20).accepts(&Value::from(20)));
        assert!(!range(3..=20).accepts(&Value::from(2)) && !range(3..=20).accepts(&Value::from(20.5)));
        assert_eq!(range(3..=20).expectation, "between 3 and 20");
        assert!(one_of(&["a", "b"]).accepts(&"b".into()) && !one_of(&["a", "b"]).accepts(&"c".into()));
        assert_eq!(one_of(&["a", "b"]).expectation, r#"one of "a", "b""#);
        assert!(length(1..=2).accepts(&"äö".into()) && !length(1..=2).accepts(&"".into()));
        assert_eq!(length(1..=usize::MAX).expectation, "at least 1 long");
        let list = Value::List(vec![Value::from(1), Value::unknown()]);
        assert!(each(range(1..=2)).accepts(&list) && !each(range(5..=6)).accepts(&list));
    }
}
