//! Generated documentation: pages made of the provider's schemas, the rules and the command line, compared with `docs/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::{checkout, provider};

mod cli;
mod functions;
mod page;
mod rules;
mod schema;
mod types;

/// Directories below `docs/` in which every file is generated.
const GENERATED: [&str; 4] = ["data-sources", "functions", "resources", "rules"];

/// The command that writes the pages.
pub const COMMAND: &str = "cargo xtask docs";

/// Path below `docs/` to text.
pub type Pages = BTreeMap<PathBuf, String>;

/// Makes every page. `parapet` is the built command; its help is a page.
///
/// # Errors
/// An example is missing, a rule does not load, or the command cannot be run.
pub fn pages(parapet: &Path) -> Result<Pages> {
    let root = checkout::root();
    let offer = provider::offer()?;
    let mut pages = Pages::new();
    pages.insert("index.md".into(), schema::index(root, &offer)?);
    for (name, schema) in &offer.resources {
        pages.insert(page_of("resources", name), schema::resource(root, name, schema)?);
    }
    for (name, schema) in &offer.data_sources {
        pages.insert(page_of("data-sources", name), schema::data_source(root, name, schema)?);
    }
    for function in offer.functions.values() {
        let path = Path::new("functions").join(&function.name).with_extension("md");
        pages.insert(path, functions::page(root, function)?);
    }
    rules::add(&mut pages)?;
    pages.insert("cli.md".into(), cli::page(parapet)?);
    Ok(pages)
}

/// `data-sources/policy_check.md` for `parapet_policy_check`.
fn page_of(directory: &str, type_name: &str) -> PathBuf {
    let prefix = format!("{}_", provider::NAME);
    let name = type_name.strip_prefix(&prefix).unwrap_or(type_name);
    Path::new(directory).join(name).with_extension("md")
}

/// What is wrong with the pages in `docs`, one line each; empty when they are current.
///
/// # Errors
/// A file cannot be read.
pub fn stale(pages: &Pages, docs: &Path) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for (path, text) in pages {
        let file = docs.join(path);
        if !file.exists() {
            problems.push(format!("docs/{}: missing", path.display()));
        } else if checkout::read(&file)? != *text {
            problems.push(format!("docs/{}: not current", path.display()));
        }
    }
    problems.extend(left_over(pages, docs)?.iter().map(|path| format!("docs/{}: nothing makes it", path.display())));
    Ok(problems)
}

/// Writes the pages to `docs`, and removes what was generated once and no longer is. Answers how many files changed.
///
/// # Errors
/// A file cannot be written.
pub fn write(pages: &Pages, docs: &Path) -> Result<usize> {
    let mut changed = 0;
    for (path, text) in pages {
        let file = docs.join(path);
        if fs::read_to_string(&file).is_ok_and(|current| current == *text) {
            continue;
        }
        checkout::write(&file, text)?;
        changed += 1;
    }
    for path in left_over(pages, docs)? {
        let file = docs.join(path);
        fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        changed += 1;
    }
    Ok(changed)
}

/// Files in the generated directories that no page is made for.
fn left_over(pages: &Pages, docs: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    let mut directories: Vec<PathBuf> = GENERATED.iter().map(PathBuf::from).collect();
    while let Some(directory) = directories.pop() {
        let absolute = docs.join(&directory);
        if !absolute.is_dir() {
            continue;
        }
        for entry in fs::read_dir(&absolute).with_context(|| format!("cannot read {}", absolute.display()))? {
            let entry = entry?;
            let path = directory.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                directories.push(path);
            } else if !pages.contains_key(&path) {
                files.insert(path);
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_missing_and_left_over_pages_are_named_and_mended() {
        let docs = tempfile::tempdir().unwrap();
        let pages: Pages = [("index.md", "a"), ("rules/aws.md", "b"), ("rules/aws/x.md", "c")]
            .map(|(path, text)| (PathBuf::from(path), text.to_owned()))
            .into();
        checkout::write(&docs.path().join("index.md"), "old").unwrap();
        checkout::write(&docs.path().join("rules/aws.md"), "b").unwrap();
        checkout::write(&docs.path().join("rules/aws/gone.md"), "").unwrap();
        checkout::write(&docs.path().join("by-hand.md"), "").unwrap();

        let expected =
            ["docs/index.md: not current", "docs/rules/aws/x.md: missing", "docs/rules/aws/gone.md: nothing makes it"];
        assert_eq!(stale(&pages, docs.path()).unwrap(), expected);
        assert_eq!(write(&pages, docs.path()).unwrap(), 3);
        assert_eq!(stale(&pages, docs.path()).unwrap(), Vec::<String>::new());
        assert!(docs.path().join("by-hand.md").exists());
        assert_eq!(write(&pages, docs.path()).unwrap(), 0);
    }
}
