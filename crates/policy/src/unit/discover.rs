//! Finds the tests of a directory and loads everything they need.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use regorus::unstable::{Module as Ast, Ref, Rule as AstRule, RuleHead};

use super::Warning;
use crate::error::PolicyError;
use crate::rules::modules::{rule_name, static_path};
use crate::rules::{Policies, Scope};

/// Directories deeper than this are a loop of links.
const MAX_DIRECTORY_DEPTH: usize = 32;

/// The tests of a directory and an engine that can evaluate them.
pub(super) struct Suite {
    /// Policies, data and tests, prepared.
    pub(super) engine: regorus::Engine,
    pub(super) tests: Vec<Test>,
    /// The policy files of the directory, tests and built-in files excluded.
    pub(super) policies: Vec<Policy>,
    /// Tests that would never run, or that hide one another.
    pub(super) warnings: Vec<Warning>,
}

/// One policy file of the directory.
pub(super) struct Policy {
    pub(super) file: String,
    pub(super) ast: Ref<Ast>,
    /// Scope of the rule the file defines; `None` for a library.
    pub(super) scope: Option<Scope>,
}

/// One test rule.
pub(super) struct Test {
    /// `parapet.aws.s3.x_test.test_y`
    pub(super) name: String,
    /// `data.parapet.aws.s3.x_test.test_y`, with components quoted that are no identifiers.
    pub(super) path: String,
    pub(super) file: String,
    /// First and last line of the rule, from 1.
    pub(super) lines: (u32, u32),
    /// Not ready: counted and not run.
    pub(super) todo: bool,
}

/// Loads a directory.
pub(super) fn suite(directory: &Path) -> Result<Suite, PolicyError> {
    let mut files = BTreeSet::new();
    walk(directory, 0, &mut files)?;
    // As modules of the policies, tests get the same checks: calls of functions that do not exist, and recursion.
    let mut tests = Policies::builder();
    for file in files.iter().filter(|file| is_test_file(file)) {
        let text = fs::read_to_string(file).map_err(|source| PolicyError::Read { path: file.into(), source })?;
        tests = tests.module(file, text);
    }
    let policies = match tests.clone().directory(directory).build() {
        // Only tests: they are about the built-in policies.
        Err(PolicyError::NoPolicies { .. }) if !files.is_empty() => tests.build()?,
        policies => policies?,
    };
    let mut engine = policies.inner.engine.clone();
    engine.set_input(regorus::Value::Undefined);

    let scopes: BTreeMap<&str, Scope> = policies.rules().iter().map(|rule| (rule.file.as_str(), rule.scope)).collect();
    let mut tests = Vec::new();
    let mut own = Vec::new();
    let mut warnings = Vec::new();
    for ast in engine.get_modules().iter() {
        let file = ast.package.span.source.file().clone();
        if !files.contains(&file) {
            continue;
        }
        let found = tests_of(&file, ast);
        if is_test_file(&file) {
            tests.extend(found);
        } else {
            warnings.extend(found.into_iter().map(|test| {
                let message = format!(
                    "`{}` is never run: tests stand in files that end in _test.rego",
                    test.name.rsplit('.').next().unwrap_or_default()
                );
                Warning { file: test.file, line: test.lines.0, message }
            }));
            let scope = scopes.get(file.as_str()).copied();
            own.push(Policy { file, ast: ast.clone(), scope });
        }
    }
    tests.sort_by(|a: &Test, b: &Test| (&a.file, a.lines, &a.name).cmp(&(&b.file, b.lines, &b.name)));
    let tests = without_duplicates(tests, &mut warnings);
    Ok(Suite { engine, tests, policies: own, warnings })
}

pub(super) fn is_test_file(file: &str) -> bool {
    file.ends_with("_test.rego")
}

/// The `.rego` files below a directory (or the file itself), named as the policies name them.
fn walk(path: &Path, depth: usize, files: &mut BTreeSet<String>) -> Result<(), PolicyError> {
    let unreadable = |source| PolicyError::Read { path: path.to_owned(), source };
    if depth > MAX_DIRECTORY_DEPTH {
        return Err(unreadable(std::io::Error::other("directories are nested too deep: a link may lead back")));
    }
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        if path.extension().is_some_and(|extension| extension == "rego") {
            files.insert(path.display().to_string());
        }
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            walk(&entry.path(), depth + 1, files)?;
        }
    }
    Ok(())
}

fn tests_of(file: &str, ast: &Ast) -> Vec<Test> {
    let package = static_path(&ast.package.refr).unwrap_or_default();
    let mut tests = Vec::new();
    for rule in &ast.policy {
        let AstRule::Spec { head: RuleHead::Compr { .. } | RuleHead::Set { .. }, .. } = rule.as_ref() else { continue };
        let names = rule_name(rule);
        let Some(first) = names.first() else { continue };
        let todo = first.starts_with("todo_test_");
        if !todo && !first.starts_with("test_") {
            continue;
        }
        let parts: Vec<&String> = package.iter().chain([first]).collect();
        let name = parts.iter().map(|part| part.as_str()).collect::<Vec<_>>().join(".");
        let path = parts.iter().fold("data".to_owned(), |path, part| path + &component(part));
        let span = rule.span();
        let height = span.text().trim_end().matches('\n').count();
        let last = span.line.saturating_add(u32::try_from(height).unwrap_or(u32::MAX));
        tests.push(Test { name, path, file: file.to_owned(), lines: (span.line, last), todo });
    }
    tests
}

/// `.name`, or `["name"]` when it is no identifier.
pub(super) fn component(part: &str) -> String {
    let mut chars = part.chars();
    let is_name = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_name { format!(".{part}") } else { format!("[{part:?}]") }
}

/// Rules of one name are one rule: it is true when any of them is, so that the failure of the others does not show.
fn without_duplicates(tests: Vec<Test>, warnings: &mut Vec<Warning>) -> Vec<Test> {
    let mut first: BTreeMap<String, (String, u32)> = BTreeMap::new();
    let mut unique = Vec::with_capacity(tests.len());
    for test in tests {
        match first.get(&test.name) {
            Some((file, line)) => warnings.push(Warning {
                message: format!(
                    "`{}` is defined at {file}:{line} already; together they pass when one of them does: rename one",
                    test.name.rsplit('.').next().unwrap_or_default()
                ),
                file: test.file,
                line: test.lines.0,
            }),
            None => {
                first.insert(test.name.clone(), (test.file.clone(), test.lines.0));
                unique.push(test);
            }
        }
    }
    unique
}
