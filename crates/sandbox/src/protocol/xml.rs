//! XML out.

use std::fmt::{Display, Write as _};

/// An XML fragment that grows.
#[derive(Debug, Default)]
pub struct Xml(String);

impl Xml {
    /// A document with the declaration in front.
    #[must_use]
    pub fn document() -> Self {
        Self("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned())
    }

    /// A fragment that is XML already.
    #[must_use]
    pub fn read(fragment: &str) -> Self {
        Self(fragment.to_owned())
    }

    /// `<name>value</name>`
    pub fn text(&mut self, name: &str, value: impl Display) -> &mut Self {
        // Writing to a String cannot fail.
        let _written = write!(self.0, "<{name}>{}</{name}>", escaped(&value.to_string()));
        self
    }

    /// Text inside the element that is open.
    pub fn content(&mut self, value: impl Display) -> &mut Self {
        self.0.push_str(&escaped(&value.to_string()));
        self
    }

    /// [`text`](Self::text), or nothing at all.
    pub fn maybe(&mut self, name: &str, value: Option<impl Display>) -> &mut Self {
        if let Some(value) = value {
            self.text(name, value);
        }
        self
    }

    /// `<name>…</name>` around what `inside` writes.
    pub fn element(&mut self, name: &str, inside: impl FnOnce(&mut Self)) -> &mut Self {
        let _written = write!(self.0, "<{name}>");
        inside(self);
        // Attributes belong to the opening tag alone.
        let _written = write!(self.0, "</{}>", name.split(' ').next().unwrap_or(name));
        self
    }

    /// `<name><member>…</member>…</name>`; an empty list is an empty element.
    pub fn list<T>(
        &mut self,
        name: &str,
        member: &str,
        items: impl IntoIterator<Item = T>,
        mut item: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        self.element(name, |list| {
            for each in items {
                list.element(member, |inside| item(inside, each));
            }
        })
    }

    /// `<name><member>text</member>…</name>`
    pub fn texts<T: Display>(&mut self, name: &str, member: &str, items: impl IntoIterator<Item = T>) -> &mut Self {
        self.element(name, |list| {
            for each in items {
                list.text(member, each);
            }
        })
    }

    /// Appends another fragment.
    pub fn append(&mut self, fragment: &Self) -> &mut Self {
        self.0.push_str(&fragment.0);
        self
    }

    /// The text.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.0.into_bytes()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_elements_lists_and_escapes() {
        let mut xml = Xml::default();
        xml.element("A xmlns=\"u\"", |a| {
            a.text("B", "x<y&z").maybe("C", None::<&str>).texts("L", "member", [1, 2]);
        });
        assert_eq!(xml.as_str(), "<A xmlns=\"u\"><B>x&lt;y&amp;z</B><L><member>1</member><member>2</member></L></A>");
    }
}
