//! Sensitive values are visible to rules and to nobody else.

use std::collections::BTreeSet;

use crate::Value;
use crate::path::{AttributePath, Step};

/// What stands in for a sensitive value.
const REPLACEMENT: &str = "(sensitive value)";
/// Shorter values are not looked for: they would be found in the middle of words and give themselves away.
const SHORTEST: usize = 4;

/// The texts that must not be printed.
#[derive(Debug, Clone, Default)]
pub(crate) struct Secrets {
    /// Longest first, so that a secret within a secret does not leave its ends behind.
    texts: Vec<String>,
}

impl Secrets {
    /// The leaf values at the marked paths.
    pub(crate) fn of<'a>(marked: impl IntoIterator<Item = (&'a Value, &'a [AttributePath])>) -> Self {
        let mut texts = BTreeSet::new();
        for (value, paths) in marked {
            for path in paths {
                if let Some(value) = value_at(value, &path.0) {
                    leaves(value, &mut texts);
                }
            }
        }
        let mut texts: Vec<String> = texts.into_iter().collect();
        texts.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Self { texts }
    }

    /// The text without secrets, in whatever case a rule wrote them.
    pub(crate) fn redact(&self, text: &mut String) {
        for secret in &self.texts {
            if let Some(without) = without(text, secret) {
                *text = without;
            }
        }
    }
}

/// The text without a secret, if it is in there. Changing the case of ASCII moves no byte, so places in one are places in the other.
fn without(text: &str, secret: &str) -> Option<String> {
    let (lower, secret) = (text.to_ascii_lowercase(), secret.to_ascii_lowercase());
    let mut result = String::new();
    let mut end = 0;
    for (at, found) in lower.match_indices(&secret) {
        result.push_str(text.get(end..at)?);
        result.push_str(REPLACEMENT);
        end = at + found.len();
    }
    (end > 0).then(|| result + text.get(end..).unwrap_or_default())
}

/// The value at a path.
pub(crate) fn value_at<'a>(mut value: &'a Value, path: &[Step]) -> Option<&'a Value> {
    for step in path {
        value = match (step, value) {
            (Step::Key(key), Value::Object(fields)) => fields.get(&Value::from(key.as_str()))?,
            (Step::Index(index), Value::Array(items)) => items.get(*index)?,
            _ => return None,
        };
    }
    Some(value)
}

fn leaves(value: &Value, texts: &mut BTreeSet<String>) {
    let mut add = |text: String| {
        if text.chars().count() >= SHORTEST {
            texts.insert(text);
        }
    };
    match value {
        Value::String(text) => {
            add(text.to_string());
            // As it looks within JSON, quoted by `%q`, or line by line.
            let quoted = format!("{:?}", text.as_ref());
            add(quoted.trim_matches('"').to_owned());
            if let Ok(json) = serde_json::to_string(text.as_ref()) {
                add(json.trim_matches('"').to_owned());
            }
            text.lines()
                .map(str::trim)
                .filter(|line| line.chars().count() >= 2 * SHORTEST)
                .for_each(|line| add(line.to_owned()));
        }
        Value::Number(_) => add(value.to_string()),
        Value::Object(fields) => fields.iter().for_each(|(_, inner)| leaves(inner, texts)),
        Value::Array(items) => items.iter().for_each(|inner| leaves(inner, texts)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_get_out() {
        let value = Value::from_json_str(
            r#"{"password": "hunter22", "pin": 123456, "ok": true, "short": "abc", "nested": {"list": ["s3cr\"et", "hunter22-long"]}, "open": "hello"}"#,
        )
        .unwrap();
        let paths = ["password", "pin", "ok", "short", "nested", "absent"].map(|key| AttributePath(vec![key.into()]));
        let secrets = Secrets::of([(&value, paths.as_slice())]);
        let mut text = r#"hello hunter22, hunter22-long 123456 s3cr"et s3cr\"et abc true"#.to_owned();
        secrets.redact(&mut text);
        assert_eq!(
            text,
            "hello (sensitive value), (sensitive value) (sensitive value) (sensitive value) (sensitive value) abc true"
        );
        let mut shouted = "HUNTER22 für Hunter22!".to_owned();
        secrets.redact(&mut shouted);
        assert_eq!(shouted, "(sensitive value) für (sensitive value)!", "upper() hides nothing");
    }
}
