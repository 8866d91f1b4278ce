//! Where the value of an argument is set: the literal behind variables, locals, `for_each` and module calls.

mod variable;

use std::ops::Range;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use bigdecimal::ToPrimitive;
use hcl_edit::expr::{Conditional, Expression, FuncCall, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::structure::{Block, Body};
use hcl_edit::template::Element;
use hcl_edit::{Span, parser};

use super::eval::eval;
use super::expand::Key;
use super::file::{Drafts, File};
use super::scope::{Instance, Scope};
use super::value::Val;
use super::variables::Variables;
use crate::path::{AttributePath, Step};

/// References that are followed; a longer chain is a circle.
const MAX_STEPS: usize = 100;

/// What sets an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A literal.
    Literal(Place),
    /// Nothing: the argument is not written in this block, which is the one it would stand in.
    Absent(Place),
}

/// A stretch of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, as the configuration was read.
    pub file: PathBuf,
    /// In bytes, not counting a byte order mark.
    pub span: Range<usize>,
    /// Line of its beginning, from 1.
    pub line: u32,
}

/// Why it cannot be said what sets an argument, or why that cannot be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// The file in which following it ended.
    pub file: PathBuf,
    /// Line from 1.
    pub line: u32,
    /// What stands there: `the value comes from data.aws_ami.linux`.
    pub reason: String,
}

/// What is the same for all questions about a configuration.
pub(super) struct Given<'a> {
    pub(super) root: &'a std::path::Path,
    pub(super) variables: &'a Variables,
    pub(super) drafts: &'a Drafts,
}

/// Where an expression stands, and what names in it mean.
#[derive(Clone)]
struct Frame {
    file: Arc<File>,
    scope: Scope,
    /// The resource or module call around it: `each` is of that.
    block: Option<Arc<Block>>,
}

impl Frame {
    fn instance(&self) -> &Rc<Instance> {
        &self.scope.instance
    }

    fn obstacle(&self, at: Option<Range<usize>>, reason: impl Into<String>) -> Obstacle {
        let line = self.file.line(at.map_or(0, |span| span.start));
        Obstacle { file: self.file.path.clone(), line, reason: reason.into() }
    }

    fn place(&self, span: Range<usize>) -> Place {
        Place { file: self.file.path.clone(), line: self.file.line(span.start), span }
    }
}

impl Given<'_> {
    /// What sets an argument of one instance of a resource.
    pub(super) fn origin(
        &self,
        instance: &Rc<Instance>,
        local: &str,
        key: Option<&Key>,
        path: &AttributePath,
    ) -> Result<Origin, Obstacle> {
        let Some(item) = instance.module.resources.get(local) else {
            let reason = format!("{} is not in the configuration", instance.address_of(local));
            return Err(Obstacle { file: instance.module.directory.clone(), line: 1, reason });
        };
        let scope = Scope::new(instance);
        let each = super::expand::of(&item.block, &scope).keys();
        let value = each.iter().find(|(have, _)| have.as_ref() == key).and_then(|(_, value)| value.clone());
        let scope = scope.of_key(key, value.as_ref());
        let frame = Frame { file: item.file.clone(), scope, block: Some(item.block.clone()) };
        let whole = item.block.span().unwrap_or_default();
        if frame.file.path.extension().is_some_and(|end| end == "json") {
            return Err(frame.obstacle(None, "it is written in the JSON syntax, which is not edited"));
        }
        self.in_body(&item.block.body, whole, &path.0, &frame)
    }

    fn in_body(&self, body: &Body, whole: Range<usize>, path: &[Step], frame: &Frame) -> Result<Origin, Obstacle> {
        let Some((Step::Key(name), rest)) = path.split_first() else {
            return Err(frame.obstacle(Some(whole), "no argument is named"));
        };
        if let Some(attribute) = body.get_attribute(name) {
            return self.follow(&attribute.value, rest, frame, 0);
        }
        let made = body.get_blocks("dynamic").any(|block| block.labels.first().is_some_and(|l| l.as_str() == name));
        if made {
            let reason = format!("`{name}` is made by a dynamic block");
            return Err(frame.obstacle(Some(whole), reason));
        }
        if rest.is_empty() {
            let written = frame.file.text.get(whole.clone()).is_some_and(|text| text.ends_with('}'));
            return if written && is_ours(frame) {
                Ok(Origin::Absent(frame.place(whole)))
            } else {
                Err(frame.obstacle(Some(whole), "the block is put together from several files"))
            };
        }
        let (position, rest) = match rest.split_first() {
            Some((Step::Index(position), rest)) => (*position, rest),
            _ => (0, rest),
        };
        match body.get_blocks(name).nth(position) {
            Some(block) => self.in_body(&block.body, block.span().unwrap_or(whole), rest, frame),
            None => Err(frame.obstacle(Some(whole), format!("there is no `{name}` block in it"))),
        }
    }

    fn follow(&self, value: &Expression, path: &[Step], frame: &Frame, depth: usize) -> Result<Origin, Obstacle> {
        let span = value.span();
        let refuse = |reason: String| Err(frame.obstacle(span.clone(), reason));
        if depth > MAX_STEPS {
            return refuse(format!("the value stands behind more than {MAX_STEPS} references"));
        }
        match (value, path.split_first()) {
            (Expression::String(_) | Expression::Number(_) | Expression::Bool(_) | Expression::Null(_), None) => {
                literal(value, frame)
            }
            (Expression::Parenthesis(inner), _) => self.follow(inner.inner(), path, frame, depth + 1),
            (Expression::StringTemplate(text), None) => match text.as_single_element() {
                Some(Element::Interpolation(inner)) => self.follow(&inner.expr, path, frame, depth + 1),
                _ => refuse("the value is put together from several parts".to_owned()),
            },
            (Expression::Array(items), Some((Step::Index(position), rest))) => match items.get(*position) {
                Some(item) => self.follow(item, rest, frame, depth + 1),
                None => refuse(format!("the list has no position {position}")),
            },
            (Expression::Object(object), Some((Step::Key(name), rest))) => {
                let found = object.iter().filter(|(key, _)| key_of(key, &frame.scope).as_deref() == Some(name)).last();
                match found {
                    Some((_, value)) => self.follow(value.expr(), rest, frame, depth + 1),
                    None => refuse(format!("`{name}` is not written in this object")),
                }
            }
            (Expression::Traversal(traversal), _) => self.reference(traversal, path, frame, depth + 1),
            (Expression::Conditional(conditional), _) => self.branch(conditional, path, frame, depth + 1),
            (Expression::FuncCall(call), _) => self.argument(call, path, frame, depth + 1, span.clone()),
            _ => refuse("the value is computed".to_owned()),
        }
    }

    /// The branch that counts here. The other is for other values, and stays.
    fn branch(&self, it: &Conditional, path: &[Step], frame: &Frame, depth: usize) -> Result<Origin, Obstacle> {
        match eval(&it.cond_expr, &frame.scope).and_then(|condition| condition.to_bool()) {
            Ok(true) => self.follow(&it.true_expr, path, frame, depth),
            Ok(false) => self.follow(&it.false_expr, path, frame, depth),
            Err(_) => {
                let reason = "the value depends on a condition that is not known here";
                Err(frame.obstacle(it.cond_expr.span(), reason))
            }
        }
    }

    /// Functions that hand one of their arguments through.
    fn argument(
        &self,
        call: &FuncCall,
        path: &[Step],
        frame: &Frame,
        depth: usize,
        span: Option<Range<usize>>,
    ) -> Result<Origin, Obstacle> {
        let name = call.name.name.as_str();
        let holds = |argument: &Expression| -> Option<Val> {
            let value = eval(argument, &frame.scope).ok()?;
            path.iter().try_fold(value, |value, step| below(&value, step))
        };
        let is_there = |argument: &&Expression| holds(argument).is_some_and(|value| value != Val::Null);
        let arguments: Vec<&Expression> = call.args.iter().collect();
        let chosen = match (name, arguments.as_slice()) {
            ("tostring" | "tonumber" | "tobool" | "tomap" | "tolist" | "sensitive" | "nonsensitive", [one]) => {
                Some((*one, path.to_vec()))
            }
            ("coalesce", all) => all.iter().copied().find(is_there).map(|it| (it, path.to_vec())),
            ("try", all) => all.iter().copied().find(|it| eval(it, &frame.scope).is_ok()).map(|it| (it, path.to_vec())),
            ("merge", all) if !path.is_empty() => {
                all.iter().rev().copied().find(|it| holds(it).is_some()).map(|it| (it, path.to_vec()))
            }
            ("lookup", [map, key, default @ ..]) => {
                let key = eval(key, &frame.scope).ok().and_then(|key| key.text().ok());
                key.and_then(|key| {
                    let step = Step::Key(key.to_string());
                    let found = eval(map, &frame.scope).ok().and_then(|map| below(&map, &step)).is_some();
                    let within = || std::iter::once(step).chain(path.iter().cloned()).collect();
                    if found { Some((*map, within())) } else { default.first().map(|it| (*it, path.to_vec())) }
                })
            }
            ("element", [list, position]) => {
                let length = eval(list, &frame.scope).ok().and_then(|list| list.items().ok().map(<[Val]>::len));
                let position = eval(position, &frame.scope).ok().and_then(|it| it.to_number().ok()?.to_usize());
                let at = position.zip(length).and_then(|(position, length)| position.checked_rem(length));
                at.map(|at| (*list, std::iter::once(Step::Index(at)).chain(path.iter().cloned()).collect()))
            }
            _ => None,
        };
        match chosen {
            Some((argument, path)) => self.follow(argument, &path, frame, depth),
            None => Err(frame.obstacle(span, format!("the value is computed by `{name}()`"))),
        }
    }

    fn reference(&self, it: &Traversal, path: &[Step], frame: &Frame, depth: usize) -> Result<Origin, Obstacle> {
        let refuse = |reason: String| Err(frame.obstacle(it.expr.span(), reason));
        let mut steps = Vec::new();
        for operator in &it.operators {
            steps.push(match operator.value() {
                TraversalOperator::GetAttr(name) => Step::Key(name.to_string()),
                TraversalOperator::LegacyIndex(position) => {
                    Step::Index(usize::try_from(*position.value()).unwrap_or(usize::MAX))
                }
                TraversalOperator::Index(key) => match eval(key, &frame.scope).ok().and_then(|key| step_of(&key)) {
                    Some(step) => step,
                    None => return refuse("the value is chosen by a key that is not known here".to_owned()),
                },
                TraversalOperator::FullSplat(_) | TraversalOperator::AttrSplat(_) => {
                    return refuse("the value is computed by a splat".to_owned());
                }
            });
        }
        let Expression::Variable(root) = &it.expr else {
            steps.extend_from_slice(path);
            return self.follow(&it.expr, &steps, frame, depth);
        };
        let mut steps = steps.into_iter().peekable();
        let mut name = || match steps.next() {
            Some(Step::Key(name)) => name,
            _ => String::new(),
        };
        let first = match root.as_str() {
            "path" | "terraform" | "self" | "count" => String::new(),
            _ => name(),
        };
        let rest = |steps: &mut dyn Iterator<Item = Step>| steps.chain(path.iter().cloned()).collect::<Vec<Step>>();
        match root.as_str() {
            "var" => self.variable(&first, &rest(&mut steps), frame, depth),
            "local" => match frame.instance().module.locals.get(&first) {
                Some(written) => {
                    let scope = Scope::new(frame.instance());
                    let there = Frame { file: written.file.clone(), scope, block: None };
                    self.follow(&written.value, &rest(&mut steps), &there, depth)
                }
                None => refuse(format!("there is no local.{first}")),
            },
            "each" if first == "value" => {
                let for_each = frame.block.as_ref().and_then(|block| block.body.get_attribute("for_each"));
                let each = frame.scope.bound("each");
                let key = each.and_then(|each| below(&each, &Step::Key("key".to_owned()))?.text().ok());
                match (for_each, key) {
                    (Some(for_each), Some(key)) => {
                        let mut steps = rest(&mut steps);
                        steps.insert(0, Step::Key(key.to_string()));
                        let there = Frame { scope: Scope::new(frame.instance()), ..frame.clone() };
                        self.follow(&for_each.value, &steps, &there, depth)
                    }
                    _ => refuse("`each.value` is not known here".to_owned()),
                }
            }
            "each" => refuse("the value is a key of `for_each`".to_owned()),
            "module" => self.output(&first, &mut steps, path, frame, depth),
            "data" => refuse(format!("the value comes from data.{first}.{}", name())),
            "path" | "terraform" | "self" | "count" => refuse(format!("the value comes from `{root}`")),
            kind if frame.scope.bound(kind).is_some() => refuse(format!("the value is an element of `{kind}`")),
            kind => refuse(format!("the value comes from {kind}.{first}")),
        }
    }

    fn output(
        &self,
        name: &str,
        steps: &mut std::iter::Peekable<std::vec::IntoIter<Step>>,
        path: &[Step],
        frame: &Frame,
        depth: usize,
    ) -> Result<Origin, Obstacle> {
        let refuse = |reason: String| Err(frame.obstacle(None, reason));
        let Some(children) = frame.instance().children(name) else {
            return refuse(format!("the value comes from module.{name}, which was not read"));
        };
        let child = match children.instances.as_slice() {
            [(None, child)] => Some(child),
            keyed => {
                let step = steps.next();
                let wanted = |key: &Key| match (key, &step) {
                    (Key::Index(have), Some(Step::Index(index))) => have == index,
                    (Key::Text(have), Some(Step::Key(key))) => have == key,
                    _ => false,
                };
                keyed.iter().find(|(key, _)| key.as_ref().is_some_and(wanted)).map(|(_, child)| child)
            }
        };
        let output = match (child, steps.next()) {
            (Some(child), Some(Step::Key(output))) => child.module.outputs.get(&output).map(|item| (child, item)),
            _ => None,
        };
        let Some((child, item)) = output else {
            return refuse(format!("the value comes from module.{name}"));
        };
        let there = Frame { file: item.file.clone(), scope: Scope::new(child), block: None };
        let rest: Vec<Step> = steps.chain(path.iter().cloned()).collect();
        match item.block.body.get_attribute("value") {
            Some(attribute) => self.follow(&attribute.value, &rest, &there, depth),
            None => refuse(format!("an output of module.{name} has no value")),
        }
    }
}

/// A literal that stands where its file says.
fn literal(value: &Expression, frame: &Frame) -> Result<Origin, Obstacle> {
    let Some(span) = value.span().filter(|span| !span.is_empty()) else {
        return Err(frame.obstacle(None, "it is written in the JSON syntax, which is not edited"));
    };
    // An argument of an override file has replaced that of the block it is read as.
    let written = frame.file.text.get(span.clone()).and_then(|text| parser::parse_expr(text).ok());
    if !written.is_some_and(|written| same(&written, value)) {
        return Err(frame.obstacle(Some(span), "an override file sets it"));
    }
    if !is_ours(frame) {
        let reason = "the module was downloaded by `terraform init`; change it at its source, or pass the value to it";
        return Err(frame.obstacle(Some(span), reason));
    }
    Ok(Origin::Literal(frame.place(span)))
}

fn same(a: &Expression, b: &Expression) -> bool {
    match (a, b) {
        (Expression::String(a), Expression::String(b)) => a.value() == b.value(),
        (Expression::Number(a), Expression::Number(b)) => a.value() == b.value(),
        (Expression::Bool(a), Expression::Bool(b)) => a.value() == b.value(),
        (Expression::Null(_), Expression::Null(_)) => true,
        _ => false,
    }
}

/// Whether the file belongs to the author of the configuration.
fn is_ours(frame: &Frame) -> bool {
    !frame.file.path.components().any(|part| part.as_os_str() == ".terraform")
}

fn key_of(key: &ObjectKey, scope: &Scope) -> Option<String> {
    match key {
        ObjectKey::Ident(name) => Some(name.to_string()),
        ObjectKey::Expression(Expression::Variable(name)) => Some(name.to_string()),
        ObjectKey::Expression(key) => eval(key, scope).ok()?.text().ok().map(|text| text.to_string()),
    }
}

fn step_of(key: &Val) -> Option<Step> {
    match key {
        Val::Number(number) => Some(Step::Index(number.to_usize()?)),
        Val::String(text) => Some(Step::Key(text.to_string())),
        _ => None,
    }
}

/// What of a value stands at a step; nothing when that is not known.
fn below(value: &Val, step: &Step) -> Option<Val> {
    match (value, step) {
        (Val::Map(fields) | Val::Open(fields, _), Step::Key(name)) => fields.get(name).cloned(),
        (Val::List(items), Step::Index(position)) => items.get(*position).cloned(),
        _ => None,
    }
}
