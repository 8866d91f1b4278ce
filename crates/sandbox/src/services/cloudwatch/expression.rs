//! Metric math: numbers, ids of other queries, `+ - * /`, parentheses, `SUM`, `AVG`, `MIN`, `MAX` and `SEARCH`.

use std::collections::BTreeMap;

use crate::protocol::ApiError;

/// Values by time, in seconds since 1970.
pub(super) type Points = BTreeMap<i64, f64>;

/// What an expression comes to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    Number(f64),
    Series(Points),
    /// Several series, each with its label.
    Many(Vec<(String, Points)>),
}

/// What an expression may ask for.
pub(super) trait Known {
    /// The query of an id.
    fn query(&self, id: &str) -> Result<Outcome, ApiError>;
    /// The series that a search finds; the period where the search names one.
    fn search(&self, search: &str, statistic: &str, period: Option<i64>) -> Result<Vec<(String, Points)>, ApiError>;
}

fn invalid(problem: impl std::fmt::Display) -> ApiError {
    ApiError::new("ValidationError", format!("Error in expression: {problem}"))
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Number(f64),
    Name(String),
    Text(String),
    Sign(char),
}

fn tokens(text: &str) -> Result<Vec<Token>, ApiError> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let taken = |is_part: fn(char) -> bool| {
            let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
            rest.split_at(end)
        };
        let after = match first {
            '\'' | '"' => {
                let inside = rest.get(1..).unwrap_or_default();
                let (text, after) = inside.split_once(first).ok_or_else(|| invalid("a text has no end"))?;
                found.push(Token::Text(text.to_owned()));
                after
            }
            '0'..='9' | '.' => {
                let (number, after) = taken(|c| c.is_ascii_digit() || c == '.');
                found.push(Token::Number(number.parse().map_err(|_| invalid(format!("{number} is no number")))?));
                after
            }
            _ if first.is_ascii_alphabetic() => {
                let (name, after) = taken(|c| c.is_ascii_alphanumeric() || c == '_');
                found.push(Token::Name(name.to_owned()));
                after
            }
            '+' | '-' | '*' | '/' | '(' | ')' | ',' => {
                found.push(Token::Sign(first));
                rest.get(1..).unwrap_or_default()
            }
            other => return Err(invalid(format!("the sandbox does not know {other:?}"))),
        };
        rest = after.trim_start();
    }
    Ok(found)
}

/// Evaluates an expression.
pub(super) fn evaluate(text: &str, known: &dyn Known) -> Result<Outcome, ApiError> {
    let tokens = tokens(text)?;
    let mut reader = Reader { tokens: tokens.as_slice(), known };
    let outcome = reader.sum()?;
    if reader.tokens.is_empty() { Ok(outcome) } else { Err(invalid(format!("{text} goes on after its end"))) }
}

struct Reader<'a> {
    tokens: &'a [Token],
    known: &'a dyn Known,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first.clone())
    }

    fn sign(&mut self, of: &[char]) -> Option<char> {
        match self.tokens.first() {
            Some(Token::Sign(sign)) if of.contains(sign) => {
                let sign = *sign;
                self.next();
                Some(sign)
            }
            _ => None,
        }
    }

    fn expect(&mut self, sign: char) -> Result<(), ApiError> {
        self.sign(&[sign]).map(drop).ok_or_else(|| invalid(format!("{sign} is missing")))
    }

    fn sum(&mut self) -> Result<Outcome, ApiError> {
        let mut left = self.product()?;
        while let Some(sign) = self.sign(&['+', '-']) {
            left = combined(left, sign, self.product()?)?;
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Outcome, ApiError> {
        let mut left = self.atom()?;
        while let Some(sign) = self.sign(&['*', '/']) {
            left = combined(left, sign, self.atom()?)?;
        }
        Ok(left)
    }

    fn atom(&mut self) -> Result<Outcome, ApiError> {
        match self.next() {
            Some(Token::Number(number)) => Ok(Outcome::Number(number)),
            Some(Token::Sign('-')) => combined(Outcome::Number(0.0), '-', self.atom()?),
            Some(Token::Sign('(')) => {
                let inside = self.sum()?;
                self.expect(')')?;
                Ok(inside)
            }
            Some(Token::Name(name)) if self.sign(&['(']).is_some() => self.call(&name),
            Some(Token::Name(id)) => self.known.query(&id),
            _ => Err(invalid("something is missing")),
        }
    }

    fn call(&mut self, function: &str) -> Result<Outcome, ApiError> {
        let outcome = match function {
            "SEARCH" => self.search()?,
            "SUM" | "AVG" | "MIN" | "MAX" => reduced(function, self.sum()?),
            other => {
                return Err(invalid(format!(
                    "the sandbox has no function {other}: it has AVG, MAX, MIN, SEARCH and SUM"
                )));
            }
        };
        self.expect(')')?;
        Ok(outcome)
    }

    fn search(&mut self) -> Result<Outcome, ApiError> {
        let search = self.text("what to search for")?;
        self.expect(',')?;
        let statistic = self.text("a statistic")?;
        let period = match self.sign(&[',']).map(|_| self.next()) {
            None => None,
            // A saturating cast: a period that is none is refused by whoever searches.
            Some(Some(Token::Number(period))) => Some(period as i64),
            Some(_) => return Err(invalid("the period of SEARCH is a number")),
        };
        self.known.search(&search, &statistic, period).map(Outcome::Many)
    }

    fn text(&mut self, what: &str) -> Result<String, ApiError> {
        match self.next() {
            Some(Token::Text(text)) => Ok(text),
            _ => Err(invalid(format!("SEARCH needs {what}, in quotation marks"))),
        }
    }
}

/// All series in one, at each time of any; of one series alone a number.
fn reduced(function: &str, outcome: Outcome) -> Outcome {
    let of = |values: &[f64]| {
        let sum: f64 = values.iter().sum();
        match function {
            "MIN" => values.iter().copied().fold(f64::INFINITY, f64::min),
            "MAX" => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            "AVG" => sum / values.len() as f64,
            _ => sum,
        }
    };
    match outcome {
        Outcome::Number(number) => Outcome::Number(number),
        Outcome::Series(points) => Outcome::Number(of(&points.into_values().collect::<Vec<_>>())),
        Outcome::Many(series) => {
            let mut columns: BTreeMap<i64, Vec<f64>> = BTreeMap::new();
            for (at, value) in series.into_iter().flat_map(|(_, points)| points) {
                columns.entry(at).or_default().push(value);
            }
            Outcome::Series(columns.into_iter().map(|(at, values)| (at, of(&values))).collect())
        }
    }
}

fn combined(left: Outcome, sign: char, right: Outcome) -> Result<Outcome, ApiError> {
    let of = |a: f64, b: f64| match sign {
        '+' => a + b,
        '-' => a - b,
        '*' => a * b,
        _ => a / b,
    };
    // A quotient of nothing is no data point.
    let points = |points: &Points, with: &dyn Fn(i64, f64) -> Option<f64>| -> Points {
        let values = points.iter().filter_map(|(at, value)| Some((*at, with(*at, *value)?)));
        values.filter(|(_, value)| value.is_finite()).collect()
    };
    let each = |series: &[(String, Points)], with: &dyn Fn(i64, f64) -> Option<f64>| {
        Outcome::Many(series.iter().map(|(label, it)| (label.clone(), points(it, with))).collect())
    };
    Ok(match (&left, &right) {
        (Outcome::Number(a), Outcome::Number(b)) => Outcome::Number(of(*a, *b)),
        (Outcome::Series(a), Outcome::Number(b)) => Outcome::Series(points(a, &|_, it| Some(of(it, *b)))),
        (Outcome::Number(a), Outcome::Series(b)) => Outcome::Series(points(b, &|_, it| Some(of(*a, it)))),
        (Outcome::Series(a), Outcome::Series(b)) => {
            Outcome::Series(points(a, &|at, it| b.get(&at).map(|other| of(it, *other))))
        }
        (Outcome::Many(a), Outcome::Number(b)) => each(a, &|_, it| Some(of(it, *b))),
        (Outcome::Number(a), Outcome::Many(b)) => each(b, &|_, it| Some(of(*a, it))),
        (Outcome::Many(a), Outcome::Series(b)) => each(a, &|at, it| b.get(&at).map(|other| of(it, *other))),
        (Outcome::Series(a), Outcome::Many(b)) => each(b, &|at, it| a.get(&at).map(|other| of(*other, it))),
        (Outcome::Many(_), Outcome::Many(_)) => return Err(invalid(format!("two searches on both sides of {sign}"))),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Two;

    impl Known for Two {
        fn query(&self, id: &str) -> Result<Outcome, ApiError> {
            match id {
                "m1" => Ok(Outcome::Series(Points::from([(0, 6.0), (60, 8.0)]))),
                "m2" => Ok(Outcome::Series(Points::from([(60, 2.0), (120, 0.0)]))),
                other => Err(invalid(other)),
            }
        }

        fn search(
            &self,
            search: &str,
            statistic: &str,
            period: Option<i64>,
        ) -> Result<Vec<(String, Points)>, ApiError> {
            assert_eq!((search, statistic, period), ("{A} MetricName=\"x\"", "Sum", Some(60)));
            Ok(vec![("a".to_owned(), Points::from([(0, 1.0)])), ("b".to_owned(), Points::from([(0, 2.0), (60, 5.0)]))])
        }
    }

    fn points(expression: &str) -> Points {
        match evaluate(expression, &Two).unwrap() {
            Outcome::Series(points) => points,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn expressions_are_evaluated_at_each_time() {
        assert_eq!(points("SUM(SEARCH('{A} MetricName=\"x\"', 'Sum', 60))"), Points::from([(0, 3.0), (60, 5.0)]));
        assert_eq!(points("100 * m1 / (2 + 2)"), Points::from([(0, 150.0), (60, 200.0)]));
        assert_eq!(points("m1 / m2"), Points::from([(60, 4.0)]));
        assert_eq!(points("1 / m2"), Points::from([(60, 0.5)]));
        assert_eq!(points("m1 - -1"), Points::from([(0, 7.0), (60, 9.0)]));
        assert_eq!(evaluate("MAX(m1)", &Two).unwrap(), Outcome::Number(8.0));
    }

    #[test]
    fn expressions_that_are_none_are_refused() {
        for bad in ["", "m1 +", "(m1", "m1 m2", "FILL(m1, 0)", "SEARCH(m1)", "m3", "1 ? 2", "SUM('x'"] {
            assert!(evaluate(bad, &Two).is_err(), "{bad}");
        }
    }
}
