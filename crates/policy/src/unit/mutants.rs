//! Mutants of the packs: every condition of every rule is negated, one at a time; the Rego tests beside the rule must
//! notice. A mutant they do not notice is a test that is missing.

use std::fs;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use regorus::unstable::{Expr, Literal, Module as Ast, Query, Rule as AstRule, Span};

use super::discover::{component, is_test_file};
use crate::engine::Engine;
use crate::engine::builtins;
use crate::rules::modules::{rule_name, static_path};

/// A rule, changed in one place.
struct Mutant {
    line: u32,
    change: String,
    text: String,
}

/// What became of the mutants of a rule.
struct Outcome {
    /// Mutants the tests notice.
    killed: usize,
    /// The others.
    survivors: Vec<String>,
}

fn packs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies")
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The policy files of the packs, libraries excluded.
fn rules(directory: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            if path.file_name().is_some_and(|name| name != "lib") {
                rules(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rego")
            && !is_test_file(&path.display().to_string())
        {
            found.push(path);
        }
    }
}

/// The libraries a module uses, and those they use.
fn libraries(text: &str, found: &mut Vec<PathBuf>) {
    const LIBRARY: &str = "data.parapet.lib.";
    for (start, _) in text.match_indices(LIBRARY) {
        let rest = &text[start + LIBRARY.len()..];
        let name = rest.split(|c: char| c != '_' && !c.is_ascii_alphanumeric()).next().unwrap();
        let path = packs().join(format!("lib/{name}.rego"));
        if !found.contains(&path) {
            let library = read(&path);
            found.push(path);
            libraries(&library, found);
        }
    }
}

/// The source with `new` in the place of a span.
fn replaced(source: &str, span: &Span, new: &str) -> String {
    let (start, end) = (span.start as usize, span.end as usize);
    format!("{}{new}{}", &source[..start], &source[end..])
}

fn mutants_of_query(source: &str, query: &Query, mutants: &mut Vec<Mutant>) {
    for statement in &query.stmts {
        let (negated, span) = match &statement.literal {
            // These bind names, and hold no condition.
            Literal::SomeVars { .. } | Literal::SomeIn { .. } => continue,
            Literal::Expr { expr, .. } if matches!(expr.as_ref(), Expr::AssignExpr { .. }) => continue,
            Literal::Expr { expr, .. } => (format!("not {}", expr.span().text()), expr.span()),
            Literal::NotExpr { expr, span } => (expr.span().text().to_owned(), span),
            // There is no negation of it in one statement.
            Literal::Every { span, .. } => ("false".to_owned(), span),
        };
        let change = format!("negated: {}", span.text().lines().next().unwrap_or_default());
        mutants.push(Mutant { line: span.line, change, text: replaced(source, span, &negated) });
    }
}

/// Every change of a rule that its tests should notice.
fn mutants(source: &str, ast: &Ast) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for rule in &ast.policy {
        let AstRule::Spec { bodies, .. } = rule.as_ref() else { continue };
        for body in bodies {
            mutants_of_query(source, &body.query, &mut mutants);
            // The body as a whole: never true.
            let Some(first) = body.query.stmts.first() else { continue };
            if rule_name(rule).first().is_none_or(|name| name != "deny") {
                continue;
            }
            let (start, end) = (first.span.start as usize, body.query.span.end as usize);
            let text = if source[..start].trim_end().ends_with('{') {
                format!("{}false\n{}", &source[..start], &source[start..])
            } else {
                format!("{}{{ false\n{} }}{}", &source[..start], &source[start..end], &source[end..])
            };
            mutants.push(Mutant { line: first.span.line, change: "never true: the body".to_owned(), text });
        }
    }
    mutants
}

fn tests_of(ast: &Ast) -> Vec<String> {
    let package = static_path(&ast.package.refr).unwrap();
    let names = ast.policy.iter().filter_map(|rule| rule_name(rule).into_iter().next());
    let tests = names.filter(|name| name.starts_with("test_"));
    let path = package.iter().fold("data".to_owned(), |path, part| path + &component(part));
    tests.map(|name| path.clone() + &component(&name)).collect()
}

/// Runs the tests of a rule on every mutant of it.
fn outcome(path: &Path) -> Outcome {
    let source = read(path);
    let test = path.with_file_name(format!("{}_test.rego", path.file_stem().unwrap().to_string_lossy()));
    let tests = read(&test);
    let mut needed = Vec::new();
    libraries(&source, &mut needed);
    libraries(&tests, &mut needed);

    let mut base = regorus::Engine::new();
    base.set_strict_builtin_errors(false);
    builtins::register(&mut base).unwrap();
    for library in &needed {
        base.add_policy(library.display().to_string(), read(library)).unwrap();
    }
    base.add_policy(test.display().to_string(), tests).unwrap();
    let tests = tests_of(base.get_modules().last().unwrap());
    let with = |text: &str| {
        let mut engine = base.clone();
        engine.add_policy(path.display().to_string(), text.to_owned()).ok()?;
        engine.set_input(crate::Value::Undefined);
        // Whatever does not compile is no mutant.
        engine.eval_query("true".to_owned(), false).ok()?;
        Some(engine)
    };
    let failing = |engine: &mut regorus::Engine| {
        tests.iter().find(|test| !matches!(engine.eval_rule((*test).clone()), Ok(crate::Value::Bool(true)))).cloned()
    };

    let mut original = with(&source).unwrap_or_else(|| panic!("{} does not compile", path.display()));
    let unchanged = path.strip_prefix(packs()).unwrap().display();
    if let Some(test) = failing(&mut original) {
        let why = format!("{unchanged}: {test} fails without any change: {:?}", original.eval_rule(test.clone()));
        return Outcome { killed: 1, survivors: vec![why] };
    }
    let ast = original.get_modules().last().unwrap().clone();
    let mut outcome = Outcome { killed: 0, survivors: Vec::new() };
    for mutant in mutants(&source, &ast) {
        match with(&mutant.text).map(|mut engine| failing(&mut engine).is_some()) {
            None => {}
            Some(true) => outcome.killed += 1,
            Some(false) => {
                outcome.survivors.push(format!("{unchanged}:{} {}", mutant.line, mutant.change));
            }
        }
    }
    outcome
}

#[test]
fn tests_notice_every_changed_condition() {
    let mut files = Vec::new();
    rules(&packs(), &mut files);
    let pool = rayon::ThreadPoolBuilder::new().stack_size(Engine::STACK_BYTES).build().unwrap();
    let outcomes: Vec<(PathBuf, Outcome)> = pool.install(|| {
        files
            .into_par_iter()
            .map(|file| {
                let outcome = outcome(&file);
                (file, outcome)
            })
            .collect()
    });
    let untested: Vec<String> = outcomes
        .iter()
        .filter(|(_, outcome)| outcome.killed == 0)
        .map(|(file, _)| file.display().to_string())
        .collect();
    assert!(untested.is_empty(), "no mutant of these was noticed, or none compiles: {untested:#?}");
    let killed: usize = outcomes.iter().map(|(_, outcome)| outcome.killed).sum();
    let survivors: Vec<&str> =
        outcomes.iter().flat_map(|(_, outcome)| &outcome.survivors).map(String::as_str).collect();
    assert!(
        survivors.is_empty(),
        "{killed} mutants were noticed, these {} were not; each wants a test beside its rule:\n{}",
        survivors.len(),
        survivors.join("\n")
    );
}
