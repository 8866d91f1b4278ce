//! Warns about Rego that is fast on a test and slow on a large plan. Every engine evaluates what is written: a loop over
//! the plan within a loop over the plan takes a million steps for a thousand resources.

use regorus::unstable::{Expr, Literal, Module as Ast, Query, Rule as AstRule};

use super::Warning;
use super::discover::{Policy, Suite};
use crate::rules::Scope;
use crate::rules::modules::{static_path, visit_rule};

const SCAN: &str = "a rule of scope resource is evaluated once per resource and looks at the whole plan each time; \
                    set `custom.scope: plan`, or look at `input.resource` only";
const JOIN: &str = "two loops over the plan in one body compare every resource with every other; build an object by the \
                    value to join on with one loop, and look it up in the other";
const WALK: &str = "`walk` visits every value of the plan; name the attributes to look at, or walk a single resource";

/// The parts of an input that grow with the plan.
const WHOLE_PLAN: [&[&str]; 4] = [&["plan"], &["resource_changes"], &["planned_values"], &["prior_state"]];

/// The slow patterns of all policy files.
pub(super) fn warnings(suite: &Suite) -> Vec<Warning> {
    let mut warnings = Vec::new();
    for policy in &suite.policies {
        let names = Names::of(&policy.ast);
        for rule in &policy.ast.policy {
            let mut warn = |line: u32, message: &str| {
                warnings.push(Warning { file: policy.file.clone(), line, message: message.to_owned() });
            };
            if let Some(line) = scan(policy, rule, &names) {
                warn(line, SCAN);
            }
            if let Some(line) = walk(policy, rule, &names) {
                warn(line, WALK);
            }
            if let AstRule::Spec { bodies, .. } = rule.as_ref() {
                for body in bodies {
                    let mut loops = Loops { names: &names, declared: Vec::new(), active: 0, second: None };
                    loops.query(&body.query);
                    if let Some(line) = loops.second {
                        warn(line, JOIN);
                    }
                }
            }
        }
    }
    warnings
}

/// Local names of a module that stand for something of the input.
struct Names(Vec<(String, Vec<String>)>);

impl Names {
    fn of(ast: &Ast) -> Self {
        let imports = ast.imports.iter().filter_map(|import| {
            let path = static_path(&import.refr).filter(|path| path.first().is_some_and(|root| root == "input"))?;
            let alias = import.r#as.as_ref().map(|span| span.text().to_owned()).or_else(|| path.last().cloned())?;
            Some((alias, path))
        });
        Self(imports.collect())
    }

    /// The path below `input` an expression begins with, as far as it is fixed; `None` for anything else.
    fn input_path(&self, expr: &Expr) -> Option<Vec<String>> {
        let path = fixed_part(expr)?;
        let (first, rest) = path.split_first()?;
        if first == "input" {
            return Some(rest.to_vec());
        }
        let (_, import) = self.0.iter().find(|(alias, _)| alias == first)?;
        Some(import.iter().skip(1).chain(rest).cloned().collect())
    }

    /// Whether an expression is the whole plan or a collection of its resources.
    fn is_plan(&self, expr: &Expr) -> bool {
        self.input_path(expr).is_some_and(|path| {
            WHOLE_PLAN.iter().any(|plan| path.len() >= plan.len() && path.iter().zip(*plan).all(|(a, b)| a == b))
        })
    }
}

/// The leading names of a reference, up to the first variable index.
fn fixed_part(expr: &Expr) -> Option<Vec<String>> {
    match expr {
        Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => static_path(expr).or_else(|| fixed_part(refr)),
        _ => static_path(expr),
    }
}

fn scan(policy: &Policy, rule: &AstRule, names: &Names) -> Option<u32> {
    if policy.scope != Some(Scope::Resource) {
        return None;
    }
    first(rule, |expr| names.is_plan(expr))
}

fn walk(policy: &Policy, rule: &AstRule, names: &Names) -> Option<u32> {
    let whole_input = |expr: &Expr| names.input_path(expr).is_some_and(|path| path.is_empty());
    // For a rule about one resource or object, the input is small; for the others it is the plan.
    let large_input = matches!(policy.scope, Some(Scope::Plan | Scope::Plain));
    first(rule, |expr| match expr {
        Expr::Call { fcn, params, .. } => {
            static_path(fcn).is_some_and(|path| path == ["walk"])
                && params.first().is_some_and(|param| names.is_plan(param) || (large_input && whole_input(param)))
        }
        _ => false,
    })
}

/// The line of the first expression that matches.
fn first(rule: &AstRule, matches: impl Fn(&Expr) -> bool) -> Option<u32> {
    let mut line = None;
    visit_rule(rule, &mut |expr| {
        if line.is_none() && matches(expr) {
            line = Some(expr.span().line);
        }
    });
    line
}

/// Counts the loops over the plan that multiply: one after another in a body, and those of a nested body that stands
/// behind a loop. Comprehensions side by side do not multiply.
struct Loops<'a> {
    names: &'a Names,
    /// Variables declared by `some i`: the first `[i]` loops, the next ones look up.
    declared: Vec<String>,
    active: usize,
    /// Line of the first loop within a loop.
    second: Option<u32>,
}

impl Loops<'_> {
    fn found(&mut self, line: u32) {
        self.active += 1;
        if self.active == 2 {
            self.second.get_or_insert(line);
        }
    }

    fn nested(&mut self, query: &Query) {
        let (active, declared) = (self.active, self.declared.len());
        self.query(query);
        self.active = active;
        self.declared.truncate(declared);
    }

    fn query(&mut self, query: &Query) {
        for statement in &query.stmts {
            match &statement.literal {
                Literal::SomeVars { vars, .. } => self.declared.extend(vars.iter().map(|var| var.text().to_owned())),
                Literal::SomeIn { collection, .. } => {
                    self.expr(collection);
                    if self.names.is_plan(collection) {
                        self.found(collection.span().line);
                    }
                }
                Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => self.expr(expr),
                Literal::Every { domain, query, .. } => {
                    let active = self.active;
                    self.expr(domain);
                    if self.names.is_plan(domain) {
                        self.found(domain.span().line);
                    }
                    self.nested(query);
                    self.active = active;
                }
            }
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match expr {
            Expr::RefDot { refr, .. } => self.expr(refr),
            Expr::RefBrack { refr, index, .. } => {
                self.expr(refr);
                self.expr(index);
                if self.names.is_plan(refr) && self.is_loop(index) {
                    self.found(expr.span().line);
                }
            }
            Expr::AssignExpr { lhs, rhs, .. }
            | Expr::BoolExpr { lhs, rhs, .. }
            | Expr::BinExpr { lhs, rhs, .. }
            | Expr::ArithExpr { lhs, rhs, .. } => {
                self.expr(lhs);
                self.expr(rhs);
            }
            Expr::Membership { value, collection, .. } => {
                self.expr(value);
                self.expr(collection);
            }
            Expr::Call { params, .. } => params.iter().for_each(|param| self.expr(param)),
            Expr::UnaryExpr { expr, .. } => self.expr(expr),
            Expr::ArrayCompr { query, .. } | Expr::SetCompr { query, .. } | Expr::ObjectCompr { query, .. } => {
                self.nested(query);
            }
            _ => {}
        }
    }

    fn is_loop(&mut self, index: &Expr) -> bool {
        let Expr::Var { span, .. } = index else { return false };
        let name = span.text();
        if name == "_" {
            return true;
        }
        let declared = self.declared.iter().position(|declared| declared == name);
        declared.map(|position| self.declared.remove(position)).is_some()
    }
}
