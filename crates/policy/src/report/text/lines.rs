//! Lines of a given width: headings, items and wrapped paragraphs.

use anstyle::Style;

use super::TextOptions;

/// Text under construction.
pub(super) struct Lines {
    text: String,
    width: usize,
    colour: bool,
}

impl Lines {
    pub(super) fn new(options: &TextOptions) -> Self {
        Self { text: String::new(), width: options.width.max(20), colour: options.colour }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    /// An empty line, except at the beginning.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
    }

    /// `HIGH  rule-id  title`, set apart from what stands before.
    pub(super) fn heading(&mut self, style: Style, label: &str, rule: &str, title: &str) {
        self.gap();
        self.push_styled(style, label);
        self.text.push_str("  ");
        let mut used = width(label) + 2;
        if !rule.is_empty() {
            let rule = clean(rule);
            self.push_styled(Style::new().bold(), &rule);
            self.text.push_str("  ");
            used += width(&rule) + 2;
        }
        self.flow(title, used, 4);
    }

    /// A line that begins with a styled word.
    pub(super) fn verdict(&mut self, style: Style, label: &str, rest: &str) {
        self.push_styled(style, label);
        self.text.push_str(": ");
        self.flow(rest, width(label) + 2, 2);
    }

    /// `subject  what is said` on one line where that is all and fits, else what is said below the subject.
    pub(super) fn items(&mut self, level: usize, subject: &str, said: &[String]) {
        let indent = level * 2;
        let subject = clean(subject);
        self.indent(indent);
        self.push_styled(Style::new().bold(), &subject);
        match said {
            [one] if !one.contains('\n') && indent + width(&subject) + 2 + width(&clean(one)) <= self.width => {
                self.text.push_str("  ");
                self.text.push_str(&clean(one));
                self.text.push('\n');
            }
            _ => {
                self.text.push('\n');
                said.iter().for_each(|text| self.wrapped(level + 1, text));
            }
        }
    }

    /// `Fix: ...`, or nothing when there is nothing to say.
    pub(super) fn labelled(&mut self, label: &str, text: &str) {
        if !text.is_empty() {
            self.wrapped(1, &format!("{label}: {text}"));
        }
    }

    /// A paragraph, indented by two columns per level. Line breaks in the text are kept.
    pub(super) fn wrapped(&mut self, level: usize, text: &str) {
        for line in text.lines() {
            self.indent(level * 2);
            self.flow(line, level * 2, level * 2 + 2);
        }
    }

    /// Fills the current line, of which `used` columns are taken, and hangs the rest at `hang`.
    fn flow(&mut self, text: &str, used: usize, hang: usize) {
        let mut column = used;
        let mut fresh = true;
        for word in clean(text).split_whitespace() {
            let needed = width(word) + usize::from(!fresh);
            if column + needed > self.width && !(fresh && column <= hang) {
                trim_end(&mut self.text);
                self.text.push('\n');
                self.indent(hang);
                self.text.push_str(word);
                column = hang + width(word);
            } else {
                if !fresh {
                    self.text.push(' ');
                }
                self.text.push_str(word);
                column += needed;
            }
            fresh = false;
        }
        trim_end(&mut self.text);
        self.text.push('\n');
    }

    fn indent(&mut self, columns: usize) {
        self.text.extend(std::iter::repeat_n(' ', columns));
    }

    fn push_styled(&mut self, style: Style, text: &str) {
        if self.colour {
            self.text.push_str(&format!("{style}{text}{style:#}"));
        } else {
            self.text.push_str(text);
        }
    }
}

fn trim_end(text: &mut String) {
    text.truncate(text.trim_end_matches(' ').len());
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// Names and messages come from inputs: a control character among them must not steer the terminal.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || is_bidirectional(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Characters that reorder the text around them, so that it reads as something it is not.
fn is_bidirectional(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
}

/// `1 rule`, `1,355 rules`.
pub(in crate::report) fn count<N: TryInto<u64>>(number: N, noun: &str) -> String {
    let number = number.try_into().unwrap_or(u64::MAX);
    if number == 1 { format!("1 {noun}") } else { format!("{} {noun}s", thousands(number)) }
}

/// `1,355`.
pub(in crate::report) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!(["", "s"].map(|_| count(1u64, "rule")), ["1 rule", "1 rule"]);
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
        assert_eq!(count(0usize, "rule"), "0 rules");
    }

    #[test]
    fn paragraphs_wrap_and_keep_their_breaks() {
        let mut lines = Lines::new(&TextOptions { width: 24, ..TextOptions::default() });
        lines.wrapped(1, "one two three four five six\nsecond averyveryverylongwordwithoutabreak end");
        assert_eq!(
            lines.finish(),
            "  one two three four\n    five six\n  second\n    averyveryverylongwordwithoutabreak\n    end\n"
        );
    }

    #[test]
    fn control_characters_are_shown_and_not_obeyed() {
        assert_eq!(clean("a\u{1b}[2Jb\tc\u{202e}d"), "a\\u{1b}[2Jb c\\u{202e}d");
    }
}
