//! Whether a text is a PromQL query: its grammar and the kinds of values, by the documentation of Prometheus 3.
//!
//! Names of functions and metrics are not judged: other databases speak the language with more of them. Variables of
//! Grafana (`$job`, `${job:regex}`, `[[job]]`) stand for what nobody knows here; a query that fails with one outside of
//! its texts and ranges is given the benefit of the doubt.

mod tokens;

use tokens::{Token, described, tokens};

/// Deepest nesting; no query that a person reads comes near.
const MAX_DEPTH: usize = 100;

const AGGREGATIONS: [&str; 14] = [
    "sum",
    "avg",
    "min",
    "max",
    "count",
    "group",
    "stddev",
    "stdvar",
    "topk",
    "bottomk",
    "quantile",
    "count_values",
    "limitk",
    "limit_ratio",
];

/// Functions of samples over a time, and which of their arguments those are.
const OVER_TIME: [(&str, usize); 15] = [
    ("rate", 0),
    ("irate", 0),
    ("increase", 0),
    ("delta", 0),
    ("idelta", 0),
    ("deriv", 0),
    ("resets", 0),
    ("changes", 0),
    ("predict_linear", 0),
    ("holt_winters", 0),
    ("double_exponential_smoothing", 0),
    ("avg_over_time", 0),
    ("sum_over_time", 0),
    ("max_over_time", 0),
    ("quantile_over_time", 1),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A number or text.
    Plain,
    /// One sample of each series.
    Instant,
    /// Samples over a time.
    Range,
    /// A function or variable that is not known.
    Unknown,
}

/// What is wrong with a query; `None` when nothing is.
pub(super) fn fault(query: &str) -> Option<String> {
    let (tokens, variables) = match tokens(query) {
        Ok(found) => found,
        Err(fault) => return Some(fault),
    };
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0 };
    let parsed = parser.expression(0).and_then(|kind| match (parser.peek(), kind) {
        (Some(token), _) => Err(format!("{} is not expected", described(token))),
        (None, Kind::Range) => {
            Err("a range of samples is no result: it needs a function, as in `rate(...)`".to_owned())
        }
        (None, _) => Ok(()),
    });
    parsed.err().filter(|_| !variables)
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    depth: usize,
}

type Parsed = Result<Kind, String>;

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn word(&self) -> Option<String> {
        match self.peek() {
            Some(Token::Word(word)) => Some(word.clone()),
            _ => None,
        }
    }

    fn is_word(&self, words: &[&str]) -> bool {
        self.word().is_some_and(|word| words.iter().any(|known| word.eq_ignore_ascii_case(known)))
    }

    fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token::Sign(found)) if *found == sign)
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.take(sign) {
            return Ok(());
        }
        let found = self.peek().map_or_else(|| "the end".to_owned(), described);
        Err(format!("`{sign}` is expected, and not {found}"))
    }

    /// How strongly the operator that follows binds, and whether it compares.
    fn operator(&self) -> Option<(u8, bool)> {
        match self.peek()? {
            Token::Word(word) => match word.to_ascii_lowercase().as_str() {
                "or" => Some((1, false)),
                "and" | "unless" => Some((2, false)),
                "atan2" => Some((5, false)),
                _ => None,
            },
            Token::Sign(sign) => match *sign {
                "==" | "!=" | "<=" | ">=" | "<" | ">" => Some((3, true)),
                "+" | "-" => Some((4, false)),
                "*" | "/" | "%" => Some((5, false)),
                "^" => Some((6, false)),
                _ => None,
            },
            Token::Text => None,
        }
    }

    fn expression(&mut self, weakest: u8) -> Parsed {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("it is nested too deep".to_owned());
        }
        let mut left = self.unary()?;
        while let Some((strength, compares)) = self.operator().filter(|(strength, _)| *strength >= weakest) {
            self.at += 1;
            if self.is_word(&["bool"]) {
                if !compares {
                    return Err("`bool` goes with comparisons only".to_owned());
                }
                self.at += 1;
            }
            if self.is_word(&["on", "ignoring"]) {
                self.at += 1;
                self.labels()?;
                if self.is_word(&["group_left", "group_right"]) {
                    self.at += 1;
                    if self.is("(") {
                        self.labels()?;
                    }
                }
            }
            // To the power of binds to the right, the others to the left.
            let right = self.expression(if strength == 6 { strength } else { strength + 1 })?;
            if left == Kind::Range || right == Kind::Range {
                return Err("operators take no range of samples".to_owned());
            }
            left = match (left, right) {
                (Kind::Plain, Kind::Plain) => Kind::Plain,
                (Kind::Unknown, _) | (_, Kind::Unknown) => Kind::Unknown,
                _ => Kind::Instant,
            };
        }
        self.depth -= 1;
        Ok(left)
    }

    fn unary(&mut self) -> Parsed {
        if self.take("-") || self.take("+") {
            return self.expression(6);
        }
        let mut kind = self.primary()?;
        loop {
            if self.take("[") {
                kind = self.range(kind)?;
            } else if self.is_word(&["offset"]) {
                self.at += 1;
                self.take("-");
                self.duration()?;
            } else if self.take("@") {
                self.take("-");
                self.value("a time")?;
                if self.take("(") {
                    self.expect(")")?;
                }
            } else {
                return Ok(kind);
            }
        }
    }

    fn value(&mut self, what: &str) -> Result<(), String> {
        self.word().map(|_| self.at += 1).ok_or_else(|| format!("{what} is expected"))
    }

    /// `1h30m`, seconds as a number, or a variable of Grafana.
    fn duration(&mut self) -> Result<(), String> {
        let word = self.word();
        self.value("a duration")?;
        match word {
            Some(word) if word != "$" && !is_duration(&word) => {
                Err(format!("`{word}` is no duration; write whole numbers with y, w, d, h, m, s and ms, as in `7d12h`"))
            }
            _ => Ok(()),
        }
    }

    /// What stands between `[` and `]`: a duration, and of a subquery its step.
    fn range(&mut self, of: Kind) -> Parsed {
        self.duration()?;
        let is_subquery = self.take(":");
        if is_subquery && !self.is("]") {
            self.duration()?;
        }
        self.expect("]")?;
        match of {
            Kind::Instant | Kind::Unknown => Ok(Kind::Range),
            _ => Err("a range needs a series before it".to_owned()),
        }
    }

    fn primary(&mut self) -> Parsed {
        if self.take("(") {
            let kind = self.expression(0)?;
            self.expect(")")?;
            return Ok(kind);
        }
        if self.is("{") {
            self.selector()?;
            return Ok(Kind::Instant);
        }
        match self.peek() {
            Some(Token::Text) => {
                self.at += 1;
                Ok(Kind::Plain)
            }
            Some(Token::Word(word)) => {
                let word = word.to_ascii_lowercase();
                self.at += 1;
                self.named(&word)
            }
            Some(other) => Err(format!("{} is not expected", described(other))),
            None => Err("something is missing at the end".to_owned()),
        }
    }

    fn named(&mut self, word: &str) -> Parsed {
        if AGGREGATIONS.contains(&word) && (self.is("(") || self.is_word(&["by", "without"])) {
            return self.aggregation(word);
        }
        if self.take("(") {
            return self.call(word);
        }
        if self.is("{") {
            self.selector()?;
            return Ok(Kind::Instant);
        }
        let is_number = word.starts_with(|c: char| c.is_ascii_digit() || c == '.') || matches!(word, "inf" | "nan");
        Ok(if word == "$" {
            Kind::Unknown
        } else if is_number {
            Kind::Plain
        } else {
            Kind::Instant
        })
    }

    fn arguments(&mut self) -> Result<Vec<Kind>, String> {
        let mut kinds = Vec::new();
        while !self.take(")") {
            kinds.push(self.expression(0)?);
            if !self.is(")") {
                self.expect(",")?;
            }
        }
        Ok(kinds)
    }

    fn aggregation(&mut self, name: &str) -> Parsed {
        let grouped = self.grouping()?;
        self.expect("(")?;
        let arguments = self.arguments()?;
        if !grouped {
            self.grouping()?;
        }
        match arguments.last() {
            None => Err(format!("`{name}` aggregates nothing")),
            Some(Kind::Range) => Err(format!("`{name}` takes no range of samples")),
            Some(Kind::Plain) => Err(format!("`{name}` aggregates series, and not a number")),
            Some(_) => Ok(Kind::Instant),
        }
    }

    fn grouping(&mut self) -> Result<bool, String> {
        let grouped = self.is_word(&["by", "without"]);
        if grouped {
            self.at += 1;
            self.labels()?;
        }
        Ok(grouped)
    }

    fn call(&mut self, name: &str) -> Parsed {
        let arguments = self.arguments()?;
        if let Some((_, position)) = OVER_TIME.iter().find(|(known, _)| *known == name) {
            return match arguments.get(*position) {
                Some(Kind::Range | Kind::Unknown) => Ok(Kind::Instant),
                _ => Err(format!("`{name}` needs a range of samples, as in `{name}(x[5m])`")),
            };
        }
        Ok(if matches!(name, "time" | "pi" | "scalar") { Kind::Plain } else { Kind::Unknown })
    }

    /// `(a, b)`
    fn labels(&mut self) -> Result<(), String> {
        self.expect("(")?;
        while !self.take(")") {
            match self.peek() {
                Some(Token::Word(_) | Token::Text) => self.at += 1,
                _ => return Err("a label is expected".to_owned()),
            }
            if !self.is(")") {
                self.expect(",")?;
            }
        }
        Ok(())
    }

    /// `{a="b", c=~"d"}`
    fn selector(&mut self) -> Result<(), String> {
        self.expect("{")?;
        while !self.take("}") {
            let quoted = self.peek() == Some(&Token::Text);
            match self.peek() {
                Some(Token::Word(_) | Token::Text) => self.at += 1,
                _ => return Err("a label is expected in `{...}`".to_owned()),
            }
            let compared = ["=", "!=", "=~", "!~"].into_iter().any(|sign| self.take(sign));
            if compared && self.peek() != Some(&Token::Text) {
                return Err("the value of a label is a text in quotes".to_owned());
            }
            // A name of a metric may stand in quotes, alone.
            if !compared && !quoted {
                return Err("a label is compared with `=`, `!=`, `=~` or `!~`".to_owned());
            }
            self.at += usize::from(compared);
            if !self.is("}") && !self.is_word(&["or"]) {
                self.expect(",")?;
            } else if self.is_word(&["or"]) {
                self.at += 1;
            }
        }
        Ok(())
    }
}

/// Units from the largest to the smallest, each once at most; a number alone is seconds (Prometheus 3).
fn is_duration(word: &str) -> bool {
    if word.parse::<f64>().is_ok_and(f64::is_finite) {
        return true;
    }
    let mut rest = word;
    for unit in ["y", "w", "d", "h", "m", "s", "ms"] {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, after) = rest.split_at_checked(digits).unwrap_or_default();
        let is_here = !number.is_empty() && after.starts_with(unit) && !(unit == "m" && after.starts_with("ms"));
        if let Some(after) = after.strip_prefix(unit).filter(|_| is_here) {
            rest = after;
        }
    }
    !word.is_empty() && rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn queries_parse() {
        for query in [
            "up",
            "sum(rate(http_requests_total{status_code=~\"5..\"}[5m])) / sum(rate(http_requests_total[5m]))",
            "histogram_quantile(0.95, sum(rate(http_request_duration_seconds_bucket[5m])) by (le, service))",
            "sum by (le) (rate(x_bucket{job!~'a|b',}[1h30m]))",
            "max_over_time(rate(x[5m])[30m:1m]) > bool 1e-3",
            "a and on (job) group_left (x) b unless ignoring() c",
            "rate(x[5m] offset -1d @ end())",
            "-x ^ 2 % 3 + time() # a comment",
            "{__name__=~\"job:.*\"}",
            "{\"http.requests\", method=\"GET\"}",
            "job:http:rate5m * 100",
            "topk(5, sum without (instance) (x))",
            "rate(x[$__rate_interval])",
            "rate(x[$__range:])",
            "sum(rate(${metric}_total{$filters}[5m])) by ($by)",
            "$agg(x)",
            "label_replace(x, \"a\", \"$1\", \"b\", \"(.*)\")",
            "clamp_max(x, 0x1F) * Inf",
            "count(x) by (job,)",
            "avg_over_time((a - b)[1h:5m])",
            "rate(x[1y2w3d4h5m6s7ms])",
            "rate(x[7.5])",
            "rate(x[1m500ms] offset 1w)",
        ] {
            assert_eq!(fault(query), None, "{query}");
        }
    }

    #[test]
    fn faults_are_found() {
        for query in [
            "",
            "sum(rate(x[5m])",
            "sum(rate(x[5m])))",
            "rate(x)",
            "rate(x[5m]",
            "sum(x[5m])",
            "x[5m]",
            "x{a=b}",
            "x{a=\"b}",
            "x{a}",
            "a +",
            "a b",
            "sum()",
            "sum(1)",
            "a bool b",
            "a + bool b",
            "by (x) y",
            "a & b",
            "x[]",
            "1[5m]",
            "a[5m] + b",
            "{=\"a\"}",
            "sum by job (x)",
            "count(x) by (,)",
            "rate(x[7.5d])",
            "rate(x[5m1h])",
            "rate(x[5m5m])",
            "rate(x[5min])",
            "rate(x[m])",
            "x offset 1.5h",
            "max_over_time(x[1h:5x])",
        ] {
            assert!(fault(query).is_some(), "{query}");
        }
        assert!(fault(&"(".repeat(10_000)).is_some_and(|fault| fault.contains("deep")));
    }
}
