//! The tokens of a PromQL query.

/// The smallest part of a query that has a meaning.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A name, a keyword, or a number with what follows it: `5m`.
    Word(String),
    Text,
    /// An operator or a bracket.
    Sign(&'static str),
}

const SIGNS: [&str; 26] = [
    "==", "!=", "=~", "!~", "<=", ">=", "=", "<", ">", "+", "-", "*", "/", "%", "^", "(", ")", "{", "}", "[", "]", ",",
    ":", "@", "|", "!",
];

/// The tokens, and whether a variable of Grafana is among them.
pub(super) fn tokens(query: &str) -> Result<(Vec<Token>, bool), String> {
    let mut tokens = Vec::new();
    let mut variables = false;
    let mut rest = query.trim_start();
    let mut in_range = false;
    while let Some(first) = rest.chars().next() {
        if first == '#' {
            rest = rest.find('\n').and_then(|end| rest.get(end..)).unwrap_or_default().trim_start();
            continue;
        }
        let length = if matches!(first, '"' | '\'' | '`') {
            tokens.push(Token::Text);
            text_length(rest, first).ok_or_else(|| format!("the text {first} begins has no end"))?
        } else if first == '$' || rest.starts_with("[[") {
            variables |= !in_range;
            tokens.push(Token::Word("$".to_owned()));
            variable_length(rest)
        } else if first.is_ascii_alphanumeric() || matches!(first, '_' | '.') || !first.is_ascii() {
            let exponent = |text: &str, at: usize| {
                let number = text.starts_with(|c: char| c.is_ascii_digit()) && !text.starts_with("0x");
                number && text.get(..at).is_some_and(|before| before.ends_with(['e', 'E']))
            };
            let inside = |(at, c): (usize, char)| {
                let of_word = c.is_alphanumeric() || matches!(c, '_' | '.' | ':');
                !(of_word && !(in_range && c == ':') || matches!(c, '+' | '-') && exponent(rest, at))
            };
            let end = rest.char_indices().find(|found| inside(*found)).map_or(rest.len(), |(at, _)| at);
            tokens.push(Token::Word(rest.get(..end).unwrap_or_default().to_owned()));
            end
        } else {
            let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
            let sign = sign.ok_or_else(|| format!("`{first}` is not expected"))?;
            in_range = sign == "[" || in_range && sign != "]";
            tokens.push(Token::Sign(sign));
            sign.len()
        };
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok((tokens, variables))
}

fn text_length(rest: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote != '`' => escaped = true,
            c if c == quote => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn variable_length(rest: &str) -> usize {
    for (open, close) in [("${", "}"), ("[[", "]]")] {
        if rest.starts_with(open) {
            return rest.find(close).map_or(rest.len(), |end| end + close.len());
        }
    }
    let named = rest.char_indices().skip(1).find(|(_, c)| !(c.is_alphanumeric() || *c == '_'));
    named.map_or(rest.len(), |(at, _)| at)
}

/// A token, as a message names it.
pub(super) fn described(token: &Token) -> String {
    match token {
        Token::Word(word) => format!("`{word}`"),
        Token::Sign(sign) => format!("`{sign}`"),
        Token::Text => "a text".to_owned(),
    }
}
