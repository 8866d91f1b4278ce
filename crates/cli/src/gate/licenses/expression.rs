//! SPDX licence expressions, annex D of the SPDX specification 2.3: is one satisfied by what is allowed?

/// Whether the licences allowed satisfy an expression; otherwise what of it is not allowed.
///
/// `A OR B` needs one, `A AND B` both. `A WITH exception` is satisfied by A as well, as exceptions only grant more. `A+` and
/// `A-or-later` are satisfied by A in that version. What is no expression is a name, compared as a whole.
pub(super) fn satisfied(license: &str, allowed: &[String]) -> Result<(), Vec<String>> {
    let words = words(license);
    let mut parser = Parser { words: &words, allowed };
    match parser.any() {
        Some(result) if parser.words.is_empty() => result,
        _ if permits(allowed, license) => Ok(()),
        _ => Err(vec![license.to_owned()]),
    }
}

fn words(text: &str) -> Vec<String> {
    text.replace('(', " ( ").replace(')', " ) ").split_whitespace().map(str::to_owned).collect()
}

fn permits(allowed: &[String], name: &str) -> bool {
    allowed.iter().any(|one| one.eq_ignore_ascii_case(name))
}

struct Parser<'a> {
    words: &'a [String],
    allowed: &'a [String],
}

/// `None` where the grammar does not fit.
type Found = Option<Result<(), Vec<String>>>;

impl Parser<'_> {
    fn any(&mut self) -> Found {
        let mut found = self.every()?;
        while self.takes("OR") {
            found = match (found, self.every()?) {
                (Err(mut one), Err(other)) => {
                    one.extend(other);
                    Err(one)
                }
                _ => Ok(()),
            };
        }
        Some(found)
    }

    fn every(&mut self) -> Found {
        let mut found = self.one()?;
        while self.takes("AND") {
            found = match (found, self.one()?) {
                (Err(mut one), Err(other)) => {
                    one.extend(other);
                    Err(one)
                }
                (Ok(()), other) | (other, Ok(())) => other,
            };
        }
        Some(found)
    }

    fn one(&mut self) -> Found {
        if self.takes("(") {
            let inner = self.any()?;
            return self.takes(")").then_some(inner);
        }
        let name = self.next()?;
        if ["AND", "OR", "WITH", ")"].iter().any(|word| word.eq_ignore_ascii_case(&name)) {
            return None;
        }
        let name_with = if self.takes("WITH") { Some(format!("{name} WITH {}", self.next()?)) } else { None };
        let later = ["+", "-or-later"].iter().find_map(|end| name.strip_suffix(end));
        let permitted = permits(self.allowed, &name)
            || name_with.as_ref().is_some_and(|it| permits(self.allowed, it))
            || later.is_some_and(|it| permits(self.allowed, it) || permits(self.allowed, &format!("{it}-only")));
        Some(if permitted { Ok(()) } else { Err(vec![name_with.unwrap_or(name)]) })
    }

    fn takes(&mut self, word: &str) -> bool {
        match self.words.split_first() {
            Some((first, rest)) if first.eq_ignore_ascii_case(word) => {
                self.words = rest;
                true
            }
            _ => false,
        }
    }

    fn next(&mut self) -> Option<String> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_satisfied_or_not() {
        let allowed: Vec<String> =
            ["MIT", "Apache-2.0", "LGPL-2.1-only", "The Old One"].iter().map(|it| (*it).to_owned()).collect();
        for good in [
            "MIT",
            "mit",
            "GPL-3.0-only OR MIT",
            "MIT AND Apache-2.0",
            "(MIT OR GPL-2.0-only) AND Apache-2.0",
            "Apache-2.0 WITH LLVM-exception",
            "LGPL-2.1-or-later",
            "LGPL-2.1+",
            "The Old One",
        ] {
            assert_eq!(satisfied(good, &allowed), Ok(()), "{good}");
        }
        for (bad, what) in [
            ("GPL-3.0-only", vec!["GPL-3.0-only"]),
            ("MIT AND GPL-3.0-only", vec!["GPL-3.0-only"]),
            ("MIT OR Apache-2.0 AND", vec!["MIT OR Apache-2.0 AND"]),
            ("ISC OR Zlib", vec!["ISC", "Zlib"]),
            ("MIT AND (ISC OR Zlib", vec!["MIT AND (ISC OR Zlib"]),
            ("GPL-2.0-only WITH Classpath-exception-2.0", vec!["GPL-2.0-only WITH Classpath-exception-2.0"]),
            ("Some name", vec!["Some name"]),
            ("", vec![""]),
        ] {
            let what: Vec<String> = what.into_iter().map(str::to_owned).collect();
            assert_eq!(satisfied(bad, &allowed), Err(what), "{bad}");
        }
    }
}
