//! Reads a usage file.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Range;

use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block as Written, Body, Structure};
use rust_decimal::Decimal;

use super::{About, Block, Fact, Usage, UsageError};
use crate::estimate::catalogue;
use crate::estimate::input::LARGEST;
use crate::instance::Glob;
use crate::money;

/// The pseudo type of what is sent.
const TRANSFER: &str = "data_transfer";

pub(super) fn parse(file: &str, text: &str) -> Result<Usage, UsageError> {
    let body: Body = hcl_edit::parser::parse_body(text).map_err(|error| UsageError {
        file: file.to_owned(),
        line: error.location().line(),
        column: error.location().column(),
        message: format!("this is not valid HCL: {}", error.message()),
    })?;
    let reader = Reader { file, text };
    let mut usage = Usage { file: file.to_owned(), ..Usage::default() };
    for structure in &body {
        match structure {
            Structure::Attribute(attribute) => {
                let key = attribute.key.as_str();
                return Err(reader.fault(attribute, format!("`{key}` stands in no block; write {}", EXAMPLE)));
            }
            Structure::Block(block) => reader.block(block, &mut usage)?,
        }
    }
    Ok(usage)
}

const EXAMPLE: &str = "`resource \"aws_nat_gateway.main\" { data_processed_gb = 500 }`";

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
}

impl Reader<'_> {
    fn block(&self, block: &Written, usage: &mut Usage) -> Result<(), UsageError> {
        let ident = block.ident.as_str();
        if !["resource", "default", TRANSFER].contains(&ident) {
            let message =
                format!("there is no block `{ident}`; there are resource, default and {TRANSFER}: write {EXAMPLE}");
            return Err(self.fault(block, message));
        }
        let [label] = block.labels.as_slice() else {
            return Err(self.fault(block, format!("`{ident}` has one label; write {EXAMPLE}")));
        };
        let name = label.as_str();
        let (kind, about) = match ident {
            TRANSFER => {
                let facts = self.facts(&block.body, Some(TRANSFER))?;
                usage.transfers.entry(name.to_owned()).or_default().extend(facts);
                return Ok(());
            }
            "default" => {
                if catalogue::keys(name).is_empty() {
                    return Err(self.fault(label, format!("`{name}` is no type that usage is stated for")));
                }
                (Some(name), About::Kind(name.to_owned()))
            }
            _ => {
                let kind = name.split('.').find(|part| !catalogue::keys(part).is_empty());
                let glob = name.contains(['*', '?']);
                if kind.is_none() && !glob {
                    return Err(self.fault(label, format!("`{name}` names no type that usage is stated for")));
                }
                let pattern = About::Pattern { text: name.to_owned(), glob: Glob::of(name) };
                (kind, if glob { pattern } else { About::Address(name.to_owned()) })
            }
        };
        let facts = self.facts(&block.body, kind)?;
        usage.blocks.push(Block { about, facts, line: self.place(block).0 });
        Ok(())
    }

    /// The values of a block for a type, or for any when it names none.
    fn facts(&self, body: &Body, kind: Option<&str>) -> Result<BTreeMap<String, Fact>, UsageError> {
        let mut facts = BTreeMap::new();
        for structure in body {
            let attribute = match structure {
                Structure::Attribute(attribute) => attribute,
                Structure::Block(inner) => return Err(self.fault(inner, "usage has values only, no blocks")),
            };
            let key = attribute.key.as_str();
            match kind {
                Some(kind) if !catalogue::keys(kind).contains(&key) => {
                    let known = catalogue::keys(kind).join(", ");
                    return Err(
                        self.fault(attribute, format!("`{key}` is nothing that {kind} takes; it takes {known}"))
                    );
                }
                None if !catalogue::is_key(key) => {
                    return Err(self.fault(attribute, format!("`{key}` is nothing that any type takes")));
                }
                _ => {}
            }
            facts.insert(key.to_owned(), self.fact(&attribute.value)?);
        }
        Ok(facts)
    }

    fn fact(&self, value: &Expression) -> Result<Fact, UsageError> {
        let written = value.span().and_then(|span| self.text.get(span)).unwrap_or_default().trim();
        match value {
            Expression::String(text) => Ok(Fact::Text(text.as_str().to_owned())),
            // Its digits, not the binary float it was parsed into.
            Expression::Number(_) | Expression::UnaryOp(_) => {
                let amount = money::decimal(written).map_err(|error| self.fault(value, error.to_string()))?;
                if amount < Decimal::ZERO {
                    return Err(self.fault(value, format!("{amount} is below zero; usage is not")));
                }
                if amount > LARGEST {
                    return Err(
                        self.fault(value, format!("{amount} is more than anybody uses; the unit is in the name"))
                    );
                }
                Ok(Fact::Number(amount))
            }
            _ => Err(self.fault(value, "write a number or a text; nothing is evaluated here")),
        }
    }

    fn fault(&self, at: &impl Span, message: impl Display) -> UsageError {
        let (line, column) = self.place(at);
        UsageError { file: self.file.to_owned(), line, column, message: message.to_string() }
    }

    fn place(&self, at: &impl Span) -> (usize, usize) {
        let Range { start, .. } = at.span().unwrap_or_default();
        let before = self.text.get(..start).unwrap_or_default();
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        (before.matches('\n').count() + 1, column)
    }
}
