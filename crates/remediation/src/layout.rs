//! The layout that `terraform fmt` gives lines: the equals signs and the comments of lines that follow each other stand
//! below each other.
//!
//! The rules are those of `hclwrite`'s formatter: lines of the form `name = whole expression` make a chain, which a line of
//! any other form ends; so do lines with a comment behind them.

/// Parts of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cells<'a> {
    /// Up to the equals sign, or everything.
    lead: &'a str,
    /// From the equals sign on; empty when there is none, or its expression goes on in the next line.
    assign: &'a str,
    /// The comment behind it; empty when there is none.
    comment: &'a str,
}

impl<'a> Cells<'a> {
    fn of(line: &'a str) -> Self {
        let scanned = Scanned::of(line);
        let (code, comment) = line.split_at(scanned.comment.unwrap_or(line.len()));
        let (code, comment) = (code.trim_end(), comment.trim_end());
        if code.is_empty() {
            // A comment alone.
            return Self { lead: line.trim_end(), assign: "", comment: "" };
        }
        match scanned.equals.filter(|_| scanned.open == 0) {
            Some(at) => {
                let (lead, assign) = code.split_at(at.min(code.len()));
                Self { lead: lead.trim_end(), assign, comment }
            }
            None => Self { lead: code, assign: "", comment },
        }
    }

    fn width(&self) -> usize {
        columns(self.lead)
    }
}

fn columns(text: &str) -> usize {
    text.chars().count()
}

/// Where things are in a line.
#[derive(Default)]
struct Scanned {
    equals: Option<usize>,
    comment: Option<usize>,
    /// Brackets that are opened behind the equals sign, less those that are closed.
    open: i32,
}

impl Scanned {
    fn of(line: &str) -> Self {
        let mut found = Self::default();
        let bytes = line.as_bytes();
        let byte = |at: usize| bytes.get(at).copied().unwrap_or_default();
        let mut at = 0;
        // Depths of the templates that are open within strings.
        let mut templates: Vec<i32> = Vec::new();
        let mut quoted = false;
        while at < bytes.len() {
            match (byte(at), byte(at + 1)) {
                (b'\\', _) if quoted => at += 1,
                (b'$' | b'%', b'{') if quoted => {
                    templates.push(0);
                    quoted = false;
                    at += 1;
                }
                (b'"', _) => quoted = !quoted,
                _ if quoted => {}
                (b'{', _) if !templates.is_empty() => *templates.last_mut().unwrap_or(&mut 0) += 1,
                (b'}', _) if templates.last() == Some(&0) => {
                    templates.pop();
                    quoted = true;
                }
                (b'}', _) if !templates.is_empty() => *templates.last_mut().unwrap_or(&mut 0) -= 1,
                (b'#', _) | (b'/', b'/' | b'*') => {
                    found.comment = Some(at);
                    return found;
                }
                (b'=', b'=' | b'>') | (b'!' | b'<' | b'>', b'=') => at += 1,
                (b'=', _) if found.equals.is_none() => found.equals = Some(at),
                (b'(' | b'[' | b'{', _) if found.equals.is_some() => found.open += 1,
                (b')' | b']' | b'}', _) if found.equals.is_some() => found.open -= 1,
                _ => {}
            }
            at += 1;
        }
        found
    }
}

/// The stretch of lines around `at` for which something holds; empty when it does not hold there.
fn chain(lines: &[&str], at: usize, holds: impl Fn(&Cells<'_>) -> bool) -> std::ops::Range<usize> {
    let within = |line: &&str| holds(&Cells::of(line));
    if !lines.get(at).is_some_and(within) {
        return at..at;
    }
    let before = lines.iter().take(at).rev().take_while(|line| within(line)).count();
    let after = lines.iter().skip(at).take_while(|line| within(line)).count();
    at - before..at + after
}

/// The lines as they are laid out when those around `at` are. `lines` are without their ends.
fn laid_out(lines: &[&str], at: usize) -> Vec<String> {
    let mut new: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    let assigns = chain(lines, at, |cells| !cells.assign.is_empty());
    let chained = |range: &std::ops::Range<usize>| lines.get(range.clone()).unwrap_or_default().to_vec();
    let widest = chained(&assigns).iter().map(|line| Cells::of(line).width()).max().unwrap_or_default();
    for (line, new) in lines.iter().zip(&mut new).skip(assigns.start).take(assigns.len()) {
        let cells = Cells::of(line);
        let spaces = " ".repeat(widest - cells.width() + 1);
        let comment = line.get(cells.lead.len()..).and_then(|rest| rest.find(cells.assign).map(|it| (rest, it)));
        let behind = comment.and_then(|(rest, it)| rest.get(it + cells.assign.len()..)).unwrap_or_default();
        *new = format!("{}{spaces}{}{behind}", cells.lead, cells.assign);
    }
    // Comments stand behind what has moved: of the whole stretch, and of any that reaches into it.
    let mut at = assigns.start;
    while at < assigns.end.max(assigns.start + 1) {
        let moved: Vec<&str> = new.iter().map(String::as_str).collect();
        let comments = chain(&moved, at, |cells| !cells.comment.is_empty());
        let code = |line: &str| {
            let cells = Cells::of(line);
            line.get(..line.len() - cells.comment.len()).map_or(0, |code| columns(code.trim_end()))
        };
        let within = moved.get(comments.clone()).unwrap_or_default();
        let widest = within.iter().map(|line| code(line)).max().unwrap_or_default();
        let placed: Vec<String> = within
            .iter()
            .map(|line| {
                let comment = Cells::of(line).comment;
                let before = line.get(..line.trim_end().len() - comment.len()).unwrap_or_default().trim_end();
                format!("{before}{}{comment}", " ".repeat(widest - columns(before) + 1))
            })
            .collect();
        let next = comments.end.max(at + 1);
        new.splice(comments, placed);
        at = next;
    }
    new
}

/// A text, and the lines of it that were written anew.
pub(crate) struct Draft {
    /// The text as it was.
    pub(crate) before: String,
    /// The text with what is new.
    pub(crate) after: String,
    /// Line before, and the line it has become or the one that was added behind it; from 0.
    pub(crate) touched: Vec<(usize, usize)>,
}

impl Draft {
    /// The new text with the layout around what is new, where the old text had that layout.
    pub(crate) fn laid_out(self) -> String {
        let before: Vec<&str> = self.before.lines().collect();
        let mut text = self.after;
        for (old, new) in self.touched {
            if laid_out(&before, old).iter().map(String::as_str).ne(before.iter().copied()) {
                continue;
            }
            let ends: Vec<&str> = text.split_inclusive('\n').map(end).collect();
            let lines: Vec<&str> = text.lines().collect();
            let laid = laid_out(&lines, new);
            text = laid.into_iter().zip(ends).map(|(line, end)| line + end).collect();
        }
        text
    }
}

fn end(line: &str) -> &str {
    if line.ends_with("\r\n") {
        "\r\n"
    } else if line.ends_with('\n') {
        "\n"
    } else {
        ""
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_apart() {
        for (line, lead, assign, comment) in [
            ("  a   = 1 # x", "  a", "= 1", "# x"),
            ("  b = \"#${f(\"=\")}\" // y", "  b", "= \"#${f(\"=\")}\"", "// y"),
            ("  tags = { # z", "  tags = {", "", "# z"),
            ("  c = { d = 1 }", "  c", "= { d = 1 }", ""),
            ("  d == 1", "  d == 1", "", ""),
            ("# a = 1", "# a = 1", "", ""),
            ("  (e) = [\"}\"]", "  (e)", "= [\"}\"]", ""),
        ] {
            assert_eq!(Cells::of(line), Cells { lead, assign, comment }, "{line}");
        }
    }

    fn draft(before: &str, after: &str, touched: (usize, usize)) -> String {
        Draft { before: before.to_owned(), after: after.to_owned(), touched: vec![touched] }.laid_out()
    }

    #[test]
    fn a_line_that_is_added_moves_those_around_it() {
        let before = "x {\n  type = 1 # a\n  size = 22 # b\n\n  other = 1\n}\n";
        let after = "x {\n  type = 1 # a\n  throughput = 3\n  size = 22 # b\n\n  other = 1\n}\n";
        // Comments were not below each other: the layout is the author's own.
        assert_eq!(draft(before, after, (1, 2)), after);
        let before = before.replace("1 # a", "1  # a");
        let after = after.replace("1 # a", "1  # a");
        let expected = "x {\n  type       = 1 # a\n  throughput = 3\n  size       = 22 # b\n\n  other = 1\n}\n";
        assert_eq!(draft(&before, &after, (1, 2)), expected);
    }

    #[test]
    fn a_value_that_gets_longer_moves_comments() {
        let before = "a = \"m4.large\" # x\r\nbc = 1\r\n";
        assert_eq!(draft(before, "a = \"m6i.large\" # x\r\nbc = 1\r\n", (0, 0)), "a = \"m6i.large\" # x\r\nbc = 1\r\n");
        let before = "a  = \"m4.large\" # x\r\nbc = \"y\"        # z";
        let after = "a  = \"m6i.large\" # x\r\nbc = \"y\"        # z";
        assert_eq!(draft(before, after, (0, 0)), "a  = \"m6i.large\" # x\r\nbc = \"y\"         # z");
    }
}
