//! Queries that have to answer counts.

/// Functions of PromQL that answer events per second.
const PER_SECOND: [&str; 2] = ["rate", "irate"];

/// What is wrong with a query in PromQL for a number of events in a window: it answers events per second.
///
/// A test of counts takes 1,000 requests per second over a minute for 1,000 requests, and finds too few errors in them. A query that calls
/// `rate` or `irate` has to multiply, as in `rate(x[$window]) * $period`; whether by the right number nobody can tell.
#[must_use]
pub fn per_second(query: &str) -> Option<String> {
    let bare = without_texts(query);
    if bare.contains('*') {
        return None;
    }
    let called = bare.match_indices('(').find_map(|(at, _)| {
        let before = bare.get(..at)?.trim_end();
        PER_SECOND.into_iter().find(|name| {
            before
                .strip_suffix(name)
                .is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | ':')))
        })
    })?;
    Some(format!(
        "it answers events per second ({called}), where the events of a window are counted: write increase(...[$window]) in place of \
         {called}(...)"
    ))
}

/// The query without its texts and comments.
fn without_texts(query: &str) -> String {
    let mut bare = String::with_capacity(query.len());
    let mut rest = query.chars();
    while let Some(c) = rest.next() {
        match c {
            '"' | '\'' | '`' => {
                while let Some(inside) = rest.next() {
                    if inside == c {
                        break;
                    }
                    if inside == '\\' && c != '`' {
                        rest.next();
                    }
                }
            }
            '#' => {
                bare.push(' ');
                rest.by_ref().find(|c| *c == '\n');
            }
            c => bare.push(c),
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_per_second_are_no_counts() {
        for query in [
            "sum(rate(errors_total{$arm}[$window]))",
            "sum by (le) (irate (b{code=~\"5.*\",$arm}[$window])) or vector(0)",
            "rate(a[$window]) + rate(b[$window]) # * 60",
            "sum(rate(a{x=\"\\\" * \"}[$window]))",
        ] {
            assert!(per_second(query).is_some_and(|it| it.contains("increase(")), "{query}");
        }
        for query in [
            "sum(increase(errors_total{$arm}[$window]))",
            "sum(rate(errors_total{$arm}[$window])) * $period",
            "sum(increase(heart_rate{path=\"rate(\"}[$window]))",
            "my_rate(x[$window])",
            "sum(increase(rate[$window]))",
        ] {
            assert_eq!(per_second(query), None, "{query}");
        }
    }
}
