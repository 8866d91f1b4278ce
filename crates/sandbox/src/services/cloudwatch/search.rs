//! `SEARCH('{Namespace,Dimension} MetricName="x"', 'Sum', 60)`: which metrics a search finds.
//!
//! Terms stand beside each other and all have to hold. `OR`, `NOT` and parentheses are refused.

use super::metrics::Metric;
use crate::protocol::ApiError;

/// What a search asks for.
#[derive(Debug, PartialEq)]
pub(super) struct Search {
    /// Namespace, and the names of all dimensions.
    schema: Option<(String, Vec<String>)>,
    terms: Vec<Term>,
}

/// Text that has to be somewhere in a metric, or in the part that is named.
#[derive(Debug, PartialEq)]
struct Term {
    part: Option<String>,
    text: String,
    /// The whole value, not one word of it.
    is_whole: bool,
}

fn invalid(problem: impl std::fmt::Display) -> ApiError {
    ApiError::new("ValidationError", format!("Error in SEARCH: {problem}"))
}

/// Text up to its end: a quotation mark where it began with one, otherwise any of `ends`.
fn word<'a>(text: &'a str, ends: &[char]) -> Result<(&'a str, bool, &'a str), ApiError> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (inside, rest) = quoted.split_once('"').ok_or_else(|| invalid("a quotation mark is missing"))?;
        return Ok((inside, true, rest));
    }
    let end = text.find(|c: char| c.is_whitespace() || ends.contains(&c)).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    if word.is_empty() { Err(invalid(format!("unexpected {text:?}"))) } else { Ok((word, false, rest)) }
}

impl Search {
    pub(super) fn parse(text: &str) -> Result<Self, ApiError> {
        let mut rest = text.trim();
        let mut schema = None;
        if let Some(inside) = rest.strip_prefix('{') {
            let mut names = Vec::new();
            rest = inside;
            loop {
                let (name, _, after) = word(rest.trim_start(), &[',', '}'])?;
                names.push(name.to_owned());
                let after = after.trim_start();
                if let Some(next) = after.strip_prefix(',') {
                    rest = next;
                } else {
                    rest = after.strip_prefix('}').ok_or_else(|| invalid("the schema has no end }"))?;
                    break;
                }
            }
            let namespace = names.remove(0);
            names.sort();
            schema = Some((namespace, names));
        }
        let mut terms = Vec::new();
        loop {
            rest = rest.trim_start();
            if rest.is_empty() {
                return Ok(Self { schema, terms });
            }
            let (first, is_quoted, after) = word(rest, &['='])?;
            if !is_quoted && (matches!(first, "OR" | "NOT") || first.contains(['(', ')'])) {
                return Err(invalid(format!("the sandbox knows terms beside each other only, not {first:?}")));
            }
            let term = match after.strip_prefix('=') {
                Some(value) => {
                    let (value, is_whole, end) = word(value, &[])?;
                    rest = end;
                    Some(Term { part: Some(first.to_owned()), text: value.to_owned(), is_whole })
                }
                None => {
                    rest = after;
                    let is_and = first == "AND" && !is_quoted;
                    (!is_and).then(|| Term { part: None, text: first.to_owned(), is_whole: is_quoted })
                }
            };
            terms.extend(term);
        }
    }

    pub(super) fn finds(&self, metric: &Metric) -> bool {
        let is_of_schema = self.schema.as_ref().is_none_or(|(namespace, names)| {
            metric.namespace == *namespace && metric.dimensions.keys().eq(names.iter())
        });
        is_of_schema && self.terms.iter().all(|term| term.holds(metric))
    }
}

impl Term {
    fn holds(&self, metric: &Metric) -> bool {
        let fits = |value: &str| {
            if self.is_whole {
                value == self.text
            } else {
                let asked = self.text.to_lowercase();
                value.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|it| it == asked)
                    || value.to_lowercase() == asked
            }
        };
        match self.part.as_deref() {
            Some("MetricName") => fits(&metric.name),
            Some("Namespace") => fits(&metric.namespace),
            Some(dimension) => metric.dimensions.get(dimension).is_some_and(|value| fits(value)),
            None => {
                let named = metric.dimensions.iter().any(|(name, value)| fits(name) || fits(value));
                named || fits(&metric.name) || fits(&metric.namespace)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searches_are_read() {
        let search =
            Search::parse(r#"{AWS/ApplicationELB, "Load Balancer",A} MetricName="Requests" AND blue A=x"#).unwrap();
        let dimensions = vec!["A".to_owned(), "Load Balancer".to_owned()];
        assert_eq!(search.schema, Some(("AWS/ApplicationELB".to_owned(), dimensions)));
        let term = |part: Option<&str>, text: &str, is_whole| Term {
            part: part.map(str::to_owned),
            text: text.to_owned(),
            is_whole,
        };
        let expected =
            [term(Some("MetricName"), "Requests", true), term(None, "blue", false), term(Some("A"), "x", false)];
        assert_eq!(search.terms, expected);
    }

    #[test]
    fn searches_that_are_none_are_refused() {
        for bad in ["{A,B", "{}", "{A} \"x", "{A} x OR y", "{A} NOT x", "{A} (x)", "{A} x="] {
            assert!(Search::parse(bad).is_err(), "{bad}");
        }
    }
}
