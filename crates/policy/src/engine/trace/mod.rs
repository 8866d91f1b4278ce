//! Follows values of the input through a rule: references, local names, comprehensions, other rules, functions.
//!
//! An abstract evaluation: instead of a value, every expression has the places of the input it may come from. It never
//! takes back what it found, and goes over a body until nothing new is found, because Rego statements have no order.
//! What cannot be followed counts as a look at the whole input.

mod calls;
mod exact;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use regorus::unstable::{Expr, Literal, Query, Rule as AstRule, RuleHead};

use super::origin::{Frame, Origin};
use super::reads::{Depth, InputRead, Seg};
use crate::rules::modules::{Modules, rule_name, static_path, string};
use exact::Exact;

pub(super) use exact::{Dependence, dependence_of};

/// Function evaluations after which the rule counts as not traceable.
const BUDGET: usize = 20_000;
/// Rounds over a body; each finds at least one new thing, so that real bodies need two or three.
const ROUNDS: usize = 12;

/// Everything that evaluating a definition looks at.
pub(super) fn reads_of(modules: &Modules, definition: &str) -> BTreeSet<InputRead> {
    let mut tracer = Tracer::new(modules, None);
    tracer.all_of(definition);
    tracer.reads
}

struct Tracer<'a> {
    modules: &'a Modules,
    reads: BTreeSet<InputRead>,
    /// Definition and arguments -> result. In the beginning of an evaluation nothing, which also ends recursion.
    done: HashMap<(String, Vec<Origin>), Origin>,
    budget: usize,
    /// What to find beside reads, for who has to know all that the result depends on.
    exact: Option<Exact>,
}

impl<'a> Tracer<'a> {
    fn new(modules: &'a Modules, exact: Option<Exact>) -> Self {
        Self { modules, reads: BTreeSet::new(), done: HashMap::new(), budget: BUDGET, exact }
    }

    fn all_of(&mut self, definition: &str) {
        let result = self.definition(definition, &[]);
        self.look(&result, Depth::Deep);
    }

    fn look(&mut self, origin: &Origin, depth: Depth) {
        for path in &origin.paths {
            self.reads.insert((path.clone(), depth));
        }
        let inner = match depth {
            Depth::Exact => return,
            Depth::Elements => Depth::Exact,
            Depth::Deep => Depth::Deep,
        };
        origin.fields.values().chain(origin.elements.as_deref()).for_each(|part| self.look(part, inner));
    }

    fn not_traceable(&mut self) -> Origin {
        self.reads.insert((Vec::new(), Depth::Deep));
        Origin::input(Vec::new())
    }

    fn definition(&mut self, key: &str, args: &[Origin]) -> Origin {
        let call = (key.to_owned(), args.to_vec());
        if let Some(known) = self.done.get(&call) {
            return known.clone();
        }
        if self.budget == 0 {
            return self.not_traceable();
        }
        self.budget -= 1;
        self.done.insert(call.clone(), Origin::default());
        let modules = self.modules;
        let mut result = Origin::default();
        let mut answers = Vec::new();
        for (module, rule) in modules.rules_of(key) {
            let origin = self.rule(module, rule, args);
            result.merge(&origin);
            if matches!(rule.as_ref(), AstRule::Spec { head: RuleHead::Compr { .. } | RuleHead::Func { .. }, .. }) {
                answers.push(origin);
            }
        }
        self.compare_answers(&answers, args);
        self.done.insert(call, result.clone());
        result
    }

    fn rule(&mut self, module: usize, rule: &AstRule, args: &[Origin]) -> Origin {
        let mut frame = Frame { module, scopes: vec![HashMap::new()] };
        let (head, bodies) = match rule {
            AstRule::Default { value, .. } => return self.expr(&mut frame, value, Depth::Exact),
            AstRule::Spec { head, bodies, .. } => (head, bodies),
        };
        let mut result = Origin::default();
        let mut first = true;
        let mut bodies = bodies.iter();
        loop {
            let body = bodies.next();
            if body.is_none() && !first {
                return nested(rule, result);
            }
            first = false;
            frame.scopes = vec![HashMap::new()];
            if let RuleHead::Func { args: patterns, .. } = head {
                for (position, pattern) in patterns.iter().enumerate() {
                    let origin = args.get(position).cloned().unwrap_or_else(Origin::other);
                    self.bind(&mut frame, pattern, &origin);
                }
            }
            if let Some(body) = body
                && !self.query(&mut frame, &body.query)
            {
                continue;
            }
            let own = body.and_then(|b| b.assign.as_ref());
            let origin = match head {
                RuleHead::Compr { refr, assign, .. } => {
                    self.indexes(&mut frame, refr);
                    own.or(assign.as_ref()).map(|a| self.expr(&mut frame, &a.value, Depth::Exact))
                }
                RuleHead::Func { assign, .. } => {
                    own.or(assign.as_ref()).map(|a| self.expr(&mut frame, &a.value, Depth::Exact))
                }
                RuleHead::Set { key, .. } => {
                    key.as_ref().map(|k| Origin::of_elements(self.expr(&mut frame, k, Depth::Exact)))
                }
            };
            let origin = origin.unwrap_or_else(Origin::other);
            if matches!(head, RuleHead::Compr { refr, .. } if static_path(refr).is_none()) {
                self.compare(&origin);
            }
            result.merge(&origin);
            if body.is_some_and(|body| self.always(frame.module, &body.query)) {
                return nested(rule, result);
            }
        }
    }

    /// Looks at the variable parts of a rule head such as `p[x]`.
    fn indexes(&mut self, frame: &mut Frame, refr: &Expr) {
        match refr {
            Expr::RefBrack { refr, index, .. } => {
                self.indexes(frame, refr);
                self.expr(frame, index, Depth::Deep);
            }
            Expr::RefDot { refr, .. } => self.indexes(frame, refr),
            _ => {}
        }
    }

    /// Follows a body. Answers whether it can hold at all.
    fn query(&mut self, frame: &mut Frame, query: &Query) -> bool {
        if self.never(frame.module, query) {
            return false;
        }
        for _ in 0..ROUNDS {
            let before = (self.reads.len(), frame.size());
            for statement in &query.stmts {
                for modifier in &statement.with_mods {
                    self.expr(frame, &modifier.r#as, Depth::Deep);
                }
                self.literal(frame, &statement.literal);
            }
            if before == (self.reads.len(), frame.size()) {
                return true;
            }
        }
        self.not_traceable();
        true
    }

    fn literal(&mut self, frame: &mut Frame, literal: &Literal) {
        match literal {
            Literal::SomeVars { vars, .. } => vars.iter().for_each(|var| frame.bind(var.text(), &Origin::default())),
            Literal::SomeIn { key, value, collection, .. } => {
                let collection = self.expr(frame, collection, Depth::Elements);
                if let Some(key) = key {
                    self.bind(frame, key, &Origin::other());
                }
                self.bind(frame, value, &collection.at(&Seg::Any));
            }
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => {
                self.expr(frame, expr, Depth::Exact);
            }
            Literal::Every { key, value, domain, query, .. } => {
                let domain = self.expr(frame, domain, Depth::Elements);
                frame.scopes.push(HashMap::new());
                if let Some(key) = key {
                    frame.bind(key.text(), &Origin::other());
                }
                frame.bind(value.text(), &domain.at(&Seg::Any));
                self.query(frame, query);
                frame.scopes.pop();
            }
        }
    }

    /// Gives the names in a pattern their origin; whatever else stands in it is compared.
    fn bind(&mut self, frame: &mut Frame, pattern: &Expr, origin: &Origin) {
        match pattern {
            Expr::Var { span, .. } => frame.bind(span.text(), origin),
            Expr::Array { items, .. } => {
                self.look(origin, Depth::Exact);
                items.iter().for_each(|item| self.bind(frame, item, &origin.at(&Seg::Any)));
            }
            Expr::Object { fields, .. } => {
                self.look(origin, Depth::Exact);
                for (_, key, value) in fields {
                    let seg = string(key).map_or(Seg::Any, Seg::Key);
                    self.bind(frame, value, &origin.at(&seg));
                }
            }
            _ => {
                self.look(origin, Depth::Deep);
                self.expr(frame, pattern, Depth::Deep);
            }
        }
    }

    /// The origin of an expression, which is looked at to the given depth.
    fn expr(&mut self, frame: &mut Frame, expr: &Expr, depth: Depth) -> Origin {
        let origin = match expr {
            Expr::String { .. } | Expr::RawString { .. } => {
                Origin { constants: string(expr).into_iter().collect(), ..Origin::default() }
            }
            Expr::Number { .. } | Expr::Bool { .. } | Expr::Null { .. } => Origin::other(),
            Expr::Var { .. } | Expr::RefDot { .. } | Expr::RefBrack { .. } => self.reference(frame, expr),
            Expr::Array { items, .. } | Expr::Set { items, .. } => {
                let mut elements = Origin::default();
                for item in items {
                    let origin = self.expr(frame, item, Depth::Exact);
                    elements.merge(&origin);
                }
                Origin::of_elements(elements)
            }
            Expr::Object { fields, .. } => {
                let mut object = Origin::default();
                for (_, key, value) in fields {
                    let origin = self.expr(frame, value, Depth::Exact);
                    match string(key) {
                        Some(key) => object.fields.entry(key).or_default().merge(&origin),
                        None => {
                            self.expr(frame, key, Depth::Deep);
                            object.elements.get_or_insert_default().merge(&origin);
                        }
                    }
                }
                object
            }
            Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
                Origin::of_elements(self.comprehension(frame, query, None, term))
            }
            Expr::ObjectCompr { key, value, query, .. } => {
                let values = self.comprehension(frame, query, Some(key), value);
                self.compare(&values);
                Origin::of_elements(values)
            }
            Expr::Call { fcn, params, .. } => self.call(frame, fcn, params),
            Expr::UnaryExpr { expr, .. } => {
                self.expr(frame, expr, Depth::Deep);
                Origin::other()
            }
            Expr::BoolExpr { lhs, rhs, .. } => {
                // A comparison with null asks only whether there is a value.
                let null = |side: &Expr| matches!(side, Expr::Null { .. });
                let depth = if null(lhs) || null(rhs) { Depth::Exact } else { Depth::Deep };
                self.expr(frame, lhs, depth);
                self.expr(frame, rhs, depth);
                Origin::other()
            }
            Expr::BinExpr { lhs, rhs, .. } | Expr::ArithExpr { lhs, rhs, .. } => {
                let mut both = self.expr(frame, lhs, Depth::Deep);
                both.merge(&self.expr(frame, rhs, Depth::Deep));
                // Sets keep their elements; numbers have none.
                Origin { constants: BTreeSet::new(), other: true, ..both }
            }
            Expr::AssignExpr { op, lhs, rhs, .. } => {
                let unify = matches!(op, regorus::unstable::AssignOp::Eq);
                let depth = if unify { Depth::Deep } else { Depth::Exact };
                let origin = self.expr(frame, rhs, depth);
                self.bind(frame, lhs, &origin);
                if unify {
                    let left = self.expr(frame, lhs, Depth::Deep);
                    self.bind(frame, rhs, &left);
                }
                Origin::other()
            }
            Expr::Membership { key, value, collection, .. } => {
                key.iter().for_each(|key| drop(self.expr(frame, key, Depth::Deep)));
                self.expr(frame, value, Depth::Deep);
                self.expr(frame, collection, Depth::Deep);
                Origin::other()
            }
        };
        self.look(&origin, depth);
        origin
    }

    fn comprehension(&mut self, frame: &mut Frame, query: &Query, key: Option<&Expr>, term: &Expr) -> Origin {
        frame.scopes.push(HashMap::new());
        self.query(frame, query);
        key.iter().for_each(|key| drop(self.expr(frame, key, Depth::Deep)));
        let origin = self.expr(frame, term, Depth::Exact);
        frame.scopes.pop();
        origin
    }

    fn reference(&mut self, frame: &mut Frame, expr: &Expr) -> Origin {
        let mut steps = Vec::new();
        let mut root = expr;
        while let Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } = root {
            steps.push(root);
            root = refr;
        }
        steps.reverse();
        let Expr::Var { span, .. } = root else {
            let base = self.expr(frame, root, Depth::Exact);
            return self.follow(frame, base, &steps);
        };
        let name = span.text();
        if let Some(local) = frame.get(name) {
            let base = local.clone();
            return self.follow(frame, base, &steps);
        }
        if name == "input" {
            return self.follow(frame, Origin::input(Vec::new()), &steps);
        }
        let names: Vec<String> =
            [Some(name.to_owned())].into_iter().chain(steps.iter().map(|s| step_name(s))).map_while(|n| n).collect();
        if let Some(definition) = self.modules.resolve(frame.module, &names) {
            let base = self.definition(&definition.key, &[]);
            return self.follow(frame, base, steps.get(definition.used.saturating_sub(1)..).unwrap_or_default());
        }
        match self.modules.absolute(frame.module, &[name.to_owned()]) {
            Some(path) if path.first().is_some_and(|root| root == "input") => {
                let base = Origin::input(path.into_iter().skip(1).map(Seg::Key).collect());
                self.follow(frame, base, &steps)
            }
            Some(_) => {
                let full = self.modules.absolute(frame.module, &names).unwrap_or_default();
                let is_package = full.len() > 1
                    && full
                        .split_first()
                        .is_some_and(|(_, path)| self.modules.list.iter().any(|m| m.package.starts_with(path)));
                // A package as a whole evaluates all its rules, and so may all of `data`; anything else is plain data.
                if is_package || full.len() == 1 {
                    return self.not_traceable();
                }
                self.follow(frame, Origin::other(), &steps)
            }
            None => self.follow(frame, Origin::default(), &steps),
        }
    }

    fn follow(&mut self, frame: &mut Frame, mut origin: Origin, steps: &[&Expr]) -> Origin {
        for step in steps {
            let segs = match (step_name(step), step) {
                (Some(name), _) => vec![Seg::Key(name)],
                (None, Expr::RefBrack { index, .. }) => {
                    let chosen = self.expr(frame, index, Depth::Deep);
                    if !matches!(index.as_ref(), Expr::Var { span, .. } if span.text() == "_") {
                        self.compare_elements(&origin);
                    }
                    chosen.as_steps()
                }
                _ => vec![Seg::Any],
            };
            let mut below = Origin::default();
            segs.iter().for_each(|seg| below.merge(&origin.at(seg)));
            origin = below;
        }
        origin
    }
}

/// `p.q := v` and `p[x] := v` define objects below `p`.
fn nested(rule: &AstRule, value: Origin) -> Origin {
    let AstRule::Spec { head: RuleHead::Compr { refr, .. }, .. } = rule else { return value };
    let names = rule_name(rule);
    let dynamic = static_path(refr).is_none();
    let value = if dynamic { Origin::of_elements(value) } else { value };
    names
        .into_iter()
        .skip(1)
        .rev()
        .fold(value, |inner, name| Origin { fields: BTreeMap::from([(name, inner)]), ..Origin::default() })
}

fn step_name(step: &Expr) -> Option<String> {
    match step {
        Expr::RefDot { field, .. } => Some(field.0.text().to_owned()),
        Expr::RefBrack { index, .. } => string(index),
        _ => None,
    }
}
