//! The parsed modules of a policy set: which package defines what, and what a name in a module stands for.

use std::collections::HashMap;

use regorus::unstable::{Expr, Literal, Module as Ast, Query, Ref, Rule as AstRule, RuleHead};

/// One parsed module.
#[derive(Debug)]
pub(crate) struct Module {
    pub(crate) file: String,
    /// `[parapet, aws, rds, storage_encrypted]`
    pub(crate) package: Vec<String>,
    pub(crate) ast: Ref<Ast>,
    /// Local name -> path it stands for, `data` or `input` first.
    imports: HashMap<String, Vec<String>>,
}

/// All modules that are evaluated together.
#[derive(Debug, Default)]
pub(crate) struct Modules {
    pub(crate) list: Vec<Module>,
    /// Package and first name, joined by `\u{1f}` -> where its rules are: module, position in it.
    definitions: HashMap<String, Vec<(usize, usize)>>,
}

/// A name that some module defines.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Definition {
    /// Key of [`Modules::rules_of`].
    pub(crate) key: String,
    /// How many components of the path name the definition; the rest selects within its value.
    pub(crate) used: usize,
}

impl Modules {
    /// Adds a parsed module.
    pub(crate) fn push(&mut self, file: &str, ast: Ref<Ast>) {
        let package = static_path(&ast.package.refr).unwrap_or_default();
        let mut imports = HashMap::new();
        for import in &ast.imports {
            let Some(path) = static_path(&import.refr) else { continue };
            let alias = import.r#as.as_ref().map(|span| span.text().to_owned()).or_else(|| path.last().cloned());
            if let Some(alias) = alias
                && matches!(path.first().map(String::as_str), Some("data" | "input"))
            {
                imports.insert(alias, path);
            }
        }
        let module = self.list.len();
        for (position, rule) in ast.policy.iter().enumerate() {
            if let Some(name) = rule_name(rule).first() {
                self.definitions.entry(key(&package, name)).or_default().push((module, position));
            }
        }
        self.list.push(Module { file: file.to_owned(), package, ast, imports });
    }

    /// The rules behind a definition, each with the module it is in.
    pub(crate) fn rules_of<'a>(&'a self, key: &str) -> impl Iterator<Item = (usize, &'a Ref<AstRule>)> + use<'a> {
        let places = self.definitions.get(key).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|&(module, position)| Some((module, self.list.get(module)?.ast.policy.get(position)?)))
    }

    /// What `path`, as it is written in a module, stands for once imports are followed: its full path, `input` or
    /// `data` first, or `None` for a local name.
    pub(crate) fn absolute(&self, module: usize, path: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        if first == "data" || first == "input" {
            return Some(path.to_vec());
        }
        let mut full = self.list.get(module)?.imports.get(first)?.clone();
        full.extend_from_slice(rest);
        Some(full)
    }

    /// The definition that `path`, as it is written in a module, leads to.
    pub(crate) fn resolve(&self, module: usize, path: &[String]) -> Option<Definition> {
        let own = &self.list.get(module)?.package;
        let first = path.first()?;
        if let Some(full) = self.absolute(module, path) {
            let replaced = full.len() - path.len();
            let full = full.strip_prefix(&["data".to_owned()])?;
            // The longest package wins, as in OPA.
            return (1..full.len()).rev().find_map(|split| {
                let (package, rest) = full.split_at(split);
                let key = key(package, rest.first()?);
                let used = (split + 2).checked_sub(replaced)?;
                self.definitions.contains_key(&key).then_some(Definition { key, used })
            });
        }
        let key = key(own, first);
        self.definitions.contains_key(&key).then_some(Definition { key, used: 1 })
    }

    /// Whether a module of one of these packages names a path of data, or what is below it.
    pub(crate) fn mention(&self, path: &[&str], of: impl Fn(&[String]) -> bool) -> bool {
        let names = |full: &[String]| full.len() >= path.len() && full.iter().zip(path).all(|(name, it)| name == it);
        self.list.iter().enumerate().filter(|(_, module)| of(&module.package)).any(|(index, module)| {
            let mut found = module.imports.values().any(|import| names(import));
            let leads_there = |root: &str| {
                let import = module.imports.get(root);
                root == "data" || import.is_some_and(|full| full.iter().zip(path).all(|(name, it)| name == it))
            };
            for rule in &module.ast.policy {
                visit_rule(rule, &mut |expr| {
                    if !found && root(expr).is_some_and(leads_there) {
                        let full = static_path(expr).and_then(|named| self.absolute(index, &named));
                        found = full.is_some_and(|full| names(&full));
                    }
                });
            }
            found
        })
    }

    /// The names a package defines.
    pub(crate) fn names_in(&self, package: &[String]) -> impl Iterator<Item = &str> {
        let prefix = key(package, "");
        self.definitions.keys().filter_map(move |key| key.strip_prefix(prefix.as_str()))
    }
}

/// Key of a definition.
pub(crate) fn key(package: &[String], name: &str) -> String {
    let mut key = package.join("\u{1f}");
    key.push('\u{1e}');
    key.push_str(name);
    key
}

/// A path of names and string keys; `None` when it holds anything else.
pub(crate) fn static_path(expr: &Expr) -> Option<Vec<String>> {
    match expr {
        Expr::Var { span, .. } => Some(vec![span.text().to_owned()]),
        Expr::RefDot { refr, field, .. } => {
            let mut path = static_path(refr)?;
            path.push(field.0.text().to_owned());
            Some(path)
        }
        Expr::RefBrack { refr, index, .. } => {
            let mut path = static_path(refr)?;
            path.push(string(index)?);
            Some(path)
        }
        _ => None,
    }
}

/// The name a reference begins with.
fn root(mut expr: &Expr) -> Option<&str> {
    loop {
        match expr {
            Expr::Var { span, .. } => return Some(span.text()),
            Expr::RefDot { refr, .. } | Expr::RefBrack { refr, .. } => expr = refr,
            _ => return None,
        }
    }
}

/// The value of a string literal.
pub(crate) fn string(expr: &Expr) -> Option<String> {
    match expr {
        Expr::String { value, .. } | Expr::RawString { value, .. } => value.as_string().ok().map(|s| s.to_string()),
        _ => None,
    }
}

/// The name a rule defines; empty when it has none.
pub(crate) fn rule_name(rule: &AstRule) -> Vec<String> {
    let mut refr = match rule {
        AstRule::Spec {
            head: RuleHead::Compr { refr, .. } | RuleHead::Set { refr, .. } | RuleHead::Func { refr, .. },
            ..
        }
        | AstRule::Default { refr, .. } => refr,
    };
    // `p[x]` with a variable names `p`.
    loop {
        if let Some(path) = static_path(refr) {
            return path;
        }
        match refr.as_ref() {
            Expr::RefDot { refr: inner, .. } | Expr::RefBrack { refr: inner, .. } => refr = inner,
            _ => return Vec::new(),
        }
    }
}

/// Calls `visit` for every expression of a rule, also those within comprehensions and `else` branches.
pub(crate) fn visit_rule(rule: &AstRule, visit: &mut dyn FnMut(&Expr)) {
    match rule {
        AstRule::Default { value, args, .. } => {
            args.iter().for_each(|arg| visit_expr(arg, visit));
            visit_expr(value, visit);
        }
        AstRule::Spec { head, bodies, .. } => {
            match head {
                RuleHead::Compr { refr, assign, .. } => {
                    visit_expr(refr, visit);
                    assign.iter().for_each(|a| visit_expr(&a.value, visit));
                }
                RuleHead::Set { refr, key, .. } => {
                    visit_expr(refr, visit);
                    key.iter().for_each(|k| visit_expr(k, visit));
                }
                RuleHead::Func { args, assign, .. } => {
                    args.iter().for_each(|arg| visit_expr(arg, visit));
                    assign.iter().for_each(|a| visit_expr(&a.value, visit));
                }
            }
            for body in bodies {
                body.assign.iter().for_each(|a| visit_expr(&a.value, visit));
                visit_query(&body.query, visit);
            }
        }
    }
}

fn visit_query(query: &Query, visit: &mut dyn FnMut(&Expr)) {
    for statement in &query.stmts {
        match &statement.literal {
            Literal::SomeVars { .. } => {}
            Literal::SomeIn { key, value, collection, .. } => {
                key.iter().for_each(|k| visit_expr(k, visit));
                visit_expr(value, visit);
                visit_expr(collection, visit);
            }
            Literal::Expr { expr, .. } | Literal::NotExpr { expr, .. } => visit_expr(expr, visit),
            Literal::Every { domain, query, .. } => {
                visit_expr(domain, visit);
                visit_query(query, visit);
            }
        }
        for modifier in &statement.with_mods {
            visit_expr(&modifier.r#as, visit);
        }
    }
}

pub(super) fn visit_expr(expr: &Expr, visit: &mut dyn FnMut(&Expr)) {
    visit(expr);
    match expr {
        Expr::String { .. }
        | Expr::RawString { .. }
        | Expr::Number { .. }
        | Expr::Bool { .. }
        | Expr::Null { .. }
        | Expr::Var { .. } => {}
        Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().for_each(|item| visit_expr(item, visit)),
        Expr::Object { fields, .. } => {
            for (_, key, value) in fields {
                visit_expr(key, visit);
                visit_expr(value, visit);
            }
        }
        Expr::ArrayCompr { term, query, .. } | Expr::SetCompr { term, query, .. } => {
            visit_expr(term, visit);
            visit_query(query, visit);
        }
        Expr::ObjectCompr { key, value, query, .. } => {
            visit_expr(key, visit);
            visit_expr(value, visit);
            visit_query(query, visit);
        }
        Expr::Call { params, .. } => params.iter().for_each(|param| visit_expr(param, visit)),
        Expr::UnaryExpr { expr, .. } => visit_expr(expr, visit),
        Expr::RefDot { refr, .. } => visit_expr(refr, visit),
        Expr::RefBrack { refr, index, .. } => {
            visit_expr(refr, visit);
            visit_expr(index, visit);
        }
        Expr::BinExpr { lhs, rhs, .. }
        | Expr::BoolExpr { lhs, rhs, .. }
        | Expr::ArithExpr { lhs, rhs, .. }
        | Expr::AssignExpr { lhs, rhs, .. } => {
            visit_expr(lhs, visit);
            visit_expr(rhs, visit);
        }
        Expr::Membership { key, value, collection, .. } => {
            key.iter().for_each(|k| visit_expr(k, visit));
            visit_expr(value, visit);
            visit_expr(collection, visit);
        }
    }
}
