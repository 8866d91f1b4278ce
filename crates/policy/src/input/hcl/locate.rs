//! Where a resource, or an argument of it, is written: by its address, whatever the values came from.

use std::ops::Range;
use std::sync::Arc;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, Body, Structure};

use super::module::{Item, Module};
use super::schema::{self, Schema};
use crate::finding::{Finding, SourceRange};
use crate::path::Step;

/// What is known of where a finding is.
pub(super) struct Place {
    pub(super) source: SourceRange,
    pub(super) calls: Vec<SourceRange>,
    /// The argument itself was found; otherwise the block it should stand in.
    pub(super) is_argument: bool,
}

/// The place of a finding about a resource of these modules, or about a call of one that was not read.
///
/// In a plan of Terraform the elements of sets are `sorted`: a position then only says something in what is no set.
pub(super) fn place(root: &Arc<Module>, finding: &Finding, sorted: bool) -> Option<Place> {
    let mut module = root.clone();
    let mut calls = Vec::new();
    let mut steps = without_keys(&finding.subject.address).into_iter().peekable();
    while steps.next_if(|step| step == "module").is_some() {
        let name = steps.next()?;
        let call = module.calls.get(&name)?;
        let Ok(inner) = &call.module else {
            return steps.peek().is_none().then(|| in_block(&call.item, finding, sorted, calls));
        };
        calls.push(call.item.file.range(&header(&call.item.block)));
        module = inner.clone();
    }
    let local = steps.collect::<Vec<_>>().join(".");
    Some(in_block(module.resources.get(&local)?, finding, sorted, calls))
}

/// The place of a finding about what a block declares.
fn in_block(item: &Item, finding: &Finding, sorted: bool, calls: Vec<SourceRange>) -> Place {
    let path = finding.path.as_ref().map(|path| path.0.as_slice()).unwrap_or_default();
    let order = Order { sorted, schema: schema::of(&finding.subject.kind) };
    let (span, is_argument) = match in_body(&item.block.body, path, order) {
        Some(Spot { span, complete }) => (span, complete),
        None => (header(&item.block), false),
    };
    Place { source: item.file.range(&span), calls, is_argument }
}

/// `module.a["x"].aws_s3_bucket.b[0]` as its names.
fn without_keys(address: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for c in address.chars() {
        match c {
            '"' if depth > 0 && !escaped => quoted = !quoted,
            '[' if !quoted => depth += 1,
            ']' if !quoted => depth = depth.saturating_sub(1),
            '.' if depth == 0 => names.push(String::new()),
            c if depth == 0 => {
                if let Some(last) = names.last_mut() {
                    last.push(c);
                }
            }
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    names
}

/// The first line of a block: its type and labels.
fn header(block: &Block) -> Range<usize> {
    let whole = block.span().unwrap_or_default();
    let start = block.ident.span().unwrap_or(whole.clone()).start;
    let end = block.labels.last().and_then(|label| label.span()).or_else(|| block.ident.span());
    start..end.map_or(whole.end, |span| span.end)
}

/// Whether positions follow the order in the source.
#[derive(Clone, Copy)]
struct Order {
    sorted: bool,
    schema: Option<&'static Schema>,
}

impl Order {
    /// Whether a position within this argument or block is a position in the source.
    fn is_kept(self, name: &str) -> bool {
        !self.sorted || self.schema.is_some_and(|schema| !schema.is_set(name))
    }

    fn within(self, name: &str) -> Self {
        Self { schema: self.schema.and_then(|schema| schema.nested(name)), ..self }
    }
}

struct Spot {
    span: Range<usize>,
    complete: bool,
}

/// The argument at a path, else the innermost block or argument on the way to it.
fn in_body(body: &Body, path: &[Step], order: Order) -> Option<Spot> {
    let (Step::Key(name), rest) = path.split_first()? else { return None };
    if let Some(attribute) = body.get_attribute(name) {
        let whole = attribute.span().unwrap_or_default();
        let inner = in_expression(&attribute.value, rest, order.is_kept(name));
        return Some(inner.unwrap_or(Spot { span: whole, complete: true }));
    }
    let (position, rest) = match rest.split_first() {
        Some((Step::Index(position), rest)) => (Some(*position), rest),
        _ => (None, rest),
    };
    let makes = |structure: &Structure| match structure {
        Structure::Block(block) if block.ident.as_str() == name => Some(false),
        Structure::Block(block) if block.ident.as_str() == "dynamic" => {
            block.labels.first().is_some_and(|label| label.as_str() == name).then_some(true)
        }
        _ => None,
    };
    let blocks: Vec<(&Block, bool)> =
        body.iter().filter_map(|structure| Some((structure.as_block()?, makes(structure)?))).collect();
    let static_only = blocks.iter().all(|(_, is_dynamic)| !is_dynamic);
    let (block, is_dynamic) = match (blocks.as_slice(), position) {
        ([], _) => return None,
        ([one], _) => *one,
        // A dynamic block makes any number: the position says nothing about what follows it.
        (_, Some(position)) if static_only && order.is_kept(name) => *blocks.get(position)?,
        _ => return None,
    };
    let inner = if is_dynamic {
        block.body.get_blocks("content").next().map(|content| &content.body)
    } else {
        Some(&block.body)
    };
    let found = inner.and_then(|inner| in_body(inner, rest, order.within(name)));
    let complete = rest.is_empty();
    Some(found.unwrap_or(Spot { span: header(block), complete }))
}

/// The element at a path within an expression; `None` when the expression itself is all there is.
fn in_expression(expression: &Expression, path: &[Step], ordered: bool) -> Option<Spot> {
    let (step, rest) = path.split_first()?;
    let (span, value) = match (step, expression) {
        (Step::Index(position), Expression::Array(items)) if ordered || items.len() == 1 => {
            let item = items.get(*position)?;
            (item.span()?, item)
        }
        (Step::Key(name), Expression::Object(object)) => {
            let (key, value) = object.iter().find(|(key, _)| match key {
                ObjectKey::Ident(ident) => ident.as_str() == name,
                ObjectKey::Expression(Expression::Variable(ident)) => ident.as_str() == name,
                ObjectKey::Expression(key) => key.as_str() == Some(name),
            })?;
            let start = match key {
                ObjectKey::Ident(ident) => ident.span()?.start,
                ObjectKey::Expression(key) => key.span()?.start,
            };
            (start..value.expr().span()?.end, value.expr())
        }
        (_, Expression::Parenthesis(inner)) => return in_expression(inner.inner(), path, ordered),
        _ => return None,
    };
    Some(in_expression(value, rest, ordered).unwrap_or(Spot { span, complete: true }))
}
