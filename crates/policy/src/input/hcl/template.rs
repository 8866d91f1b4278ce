//! Templates: text with interpolations and directives.

use hcl_edit::template::{Directive, Element};

use super::eval::{Answer, eval as eval_expression};
use super::scope::Scope;
use super::value::{Cause, Val};

/// Bytes that one template may make.
const MAX_BYTES: usize = 4 << 20;

/// Evaluates a template. One that is a single interpolation is the value itself.
pub(super) fn eval<'a>(elements: impl Iterator<Item = &'a Element>, scope: &Scope) -> Answer {
    let elements: Vec<&Element> = elements.collect();
    if let [Element::Interpolation(single)] = elements.as_slice() {
        return eval_expression(&single.expr, scope);
    }
    let mut text = Text::default();
    text.append(&elements, scope)?;
    Ok(text.finish())
}

#[derive(Default)]
struct Text {
    out: String,
    unknown: Option<Cause>,
    /// White space up to the next line break is left out.
    strip_next: bool,
}

impl Text {
    fn finish(self) -> Val {
        self.unknown.map_or_else(|| Val::from(self.out), Val::Unknown)
    }

    fn literal(&mut self, text: &str) {
        let text = if self.strip_next { strip_start(text) } else { text };
        self.strip_next = false;
        self.out.push_str(text);
    }

    fn strip(&mut self, start: bool) {
        if start {
            let kept = strip_end(&self.out).len();
            self.out.truncate(kept);
        }
    }

    fn append(&mut self, elements: &[&Element], scope: &Scope) -> Result<(), String> {
        for element in elements {
            if self.out.len() > MAX_BYTES {
                return Err(format!("the text is longer than {MAX_BYTES} bytes"));
            }
            match element {
                Element::Literal(text) => self.literal(text.value()),
                Element::Interpolation(part) => {
                    self.strip(part.strip.strip_start());
                    match eval_expression(&part.expr, scope)? {
                        Val::Unknown(cause) => drop(self.unknown.get_or_insert(cause)),
                        value => self.out.push_str(&value.text()?),
                    }
                    self.strip_next = part.strip.strip_end();
                }
                Element::Directive(directive) => self.directive(directive, scope)?,
            }
        }
        Ok(())
    }

    fn directive(&mut self, directive: &Directive, scope: &Scope) -> Result<(), String> {
        match directive {
            Directive::If(part) => {
                self.strip(part.if_expr.strip.strip_start());
                let condition = match eval_expression(&part.if_expr.cond_expr, scope)? {
                    Val::Unknown(cause) => {
                        self.unknown.get_or_insert(cause);
                        return Ok(());
                    }
                    condition => condition.to_bool()?,
                };
                if condition {
                    self.strip_next = part.if_expr.strip.strip_end();
                    self.append(&part.if_expr.template.iter().collect::<Vec<_>>(), scope)?;
                    if let Some(other) = &part.else_expr {
                        self.strip(other.strip.strip_start());
                    }
                } else if let Some(other) = &part.else_expr {
                    self.strip_next = other.strip.strip_end();
                    self.append(&other.template.iter().collect::<Vec<_>>(), scope)?;
                }
                self.strip(part.endif_expr.strip.strip_start());
                self.strip_next = part.endif_expr.strip.strip_end();
            }
            Directive::For(part) => {
                self.strip(part.for_expr.strip.strip_start());
                let entries: Vec<(Val, Val)> = match eval_expression(&part.for_expr.collection_expr, scope)? {
                    Val::Unknown(cause) | Val::Open(_, cause) => {
                        self.unknown.get_or_insert(cause);
                        return Ok(());
                    }
                    Val::List(items) => items.iter().enumerate().map(|(at, v)| (Val::length(at), v.clone())).collect(),
                    Val::Set(items) => items.iter().map(|v| (v.clone(), v.clone())).collect(),
                    Val::Map(fields) => fields.iter().map(|(k, v)| (Val::from(k.as_str()), v.clone())).collect(),
                    other => return Err(format!("`for` cannot go through a {}", other.type_name())),
                };
                let inner: Vec<&Element> = part.for_expr.template.iter().collect();
                for (key, value) in entries {
                    let mut scope = scope.with(part.for_expr.value_var.as_str(), value);
                    if let Some(name) = &part.for_expr.key_var {
                        scope = scope.with(name.as_str(), key);
                    }
                    self.strip_next = part.for_expr.strip.strip_end();
                    self.append(&inner, &scope)?;
                    self.strip(part.endfor_expr.strip.strip_start());
                }
                self.strip_next = part.endfor_expr.strip.strip_end();
            }
        }
        Ok(())
    }
}

/// Without the white space at its start, up to and with the first line break.
fn strip_start(text: &str) -> &str {
    let trimmed = text.trim_start_matches([' ', '\t', '\r']);
    trimmed.strip_prefix('\n').unwrap_or(trimmed)
}

/// Without the white space at its end, up to and with the last line break.
fn strip_end(text: &str) -> &str {
    let trimmed = text.trim_end_matches([' ', '\t']);
    let trimmed = trimmed.strip_suffix('\n').unwrap_or(trimmed);
    trimmed.strip_suffix('\r').unwrap_or(trimmed)
}
