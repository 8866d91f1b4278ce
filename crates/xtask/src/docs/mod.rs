//! Generated documentation: pages made of the provider's schemas, the rules and the command line, and the output of commands
//! in pages written by hand; compared with what is in the checkout.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::{checkout, provider};

mod cli;
mod console;
mod functions;
mod modules;
mod page;
mod rules;
mod schema;
mod types;

/// Directories in which every file is generated.
const GENERATED: [&str; 6] =
    ["docs/actions", "docs/data-sources", "docs/functions", "docs/list-resources", "docs/resources", "docs/rules"];

/// Pages written by hand whose commands are run.
const WITH_COMMANDS: [&str; 3] = ["README.md", "docs/guides/getting-started.md", "docs/guides/writing-policies.md"];

/// The command that writes the pages.
pub const COMMAND: &str = "cargo xtask docs";

/// Path in the checkout to text.
pub type Pages = BTreeMap<PathBuf, String>;

/// Makes every page. `parapet` is the built command; its help is a page, and it is run for the pages that show it.
///
/// # Errors
/// An example is missing, a rule does not load, or the command cannot be run.
pub fn pages(parapet: &Path) -> Result<Pages> {
    let root = checkout::root();
    let offer = provider::offer()?;
    let mut pages = Pages::new();
    pages.insert("docs/index.md".into(), schema::index(root, &offer)?);
    let resources = offer.resources.iter();
    let resources = resources.map(|(name, it)| (page_of("docs/resources", name), schema::resource(root, name, it)));
    let data_sources = offer.data_sources.iter();
    let data_sources =
        data_sources.map(|(name, it)| (page_of("docs/data-sources", name), schema::data_source(root, name, it)));
    let actions = offer.actions.iter();
    let actions = actions.map(|(name, it)| (page_of("docs/actions", name), schema::action(root, name, it)));
    let lists = offer.list_resources.iter();
    let lists = lists.map(|(name, it)| (page_of("docs/list-resources", name), schema::list_resource(root, name, it)));
    let functions = offer.functions.values();
    let functions = functions
        .map(|it| (Path::new("docs/functions").join(&it.name).with_extension("md"), functions::page(root, it)));
    let mut problems = Vec::new();
    for (path, page) in resources.chain(data_sources).chain(actions).chain(lists).chain(functions) {
        match page {
            Ok(text) => drop(pages.insert(path, text)),
            Err(error) => problems.push(format!("{error:#}")),
        }
    }
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    rules::add(&mut pages)?;
    modules::add(root, &mut pages)?;
    pages.insert("docs/cli.md".into(), cli::page(parapet)?);
    for path in WITH_COMMANDS {
        let text = console::refreshed(&checkout::read(&root.join(path))?, parapet, root);
        pages.insert(path.into(), text.with_context(|| format!("{path} shows what is not so"))?);
    }
    Ok(pages)
}

/// `docs/data-sources/policy_check.md` for `parapet_policy_check`.
fn page_of(directory: &str, type_name: &str) -> PathBuf {
    let prefix = format!("{}_", provider::NAME);
    let name = type_name.strip_prefix(&prefix).unwrap_or(type_name);
    Path::new(directory).join(name).with_extension("md")
}

/// What is wrong with the pages of a checkout, one line each; empty when they are current.
///
/// # Errors
/// A file cannot be read.
pub fn stale(pages: &Pages, root: &Path) -> Result<Vec<String>> {
    let mut problems = Vec::new();
    for (path, text) in pages {
        let file = root.join(path);
        if !file.exists() {
            problems.push(format!("{}: missing", path.display()));
        } else if checkout::read(&file)? != *text {
            problems.push(format!("{}: not current", path.display()));
        }
    }
    problems.extend(left_over(pages, root)?.iter().map(|path| format!("{}: nothing makes it", path.display())));
    Ok(problems)
}

/// Writes the pages to a checkout, and removes what was generated once and no longer is. Answers how many files changed.
///
/// # Errors
/// A file cannot be written.
pub fn write(pages: &Pages, root: &Path) -> Result<usize> {
    let mut changed = 0;
    for (path, text) in pages {
        let file = root.join(path);
        if fs::read_to_string(&file).is_ok_and(|current| current == *text) {
            continue;
        }
        checkout::write(&file, text)?;
        changed += 1;
    }
    for path in left_over(pages, root)? {
        let file = root.join(path);
        fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
        changed += 1;
    }
    Ok(changed)
}

/// Files in the generated directories that no page is made for.
fn left_over(pages: &Pages, root: &Path) -> Result<BTreeSet<PathBuf>> {
    let mut files = BTreeSet::new();
    let mut directories: Vec<PathBuf> = GENERATED.iter().map(PathBuf::from).collect();
    while let Some(directory) = directories.pop() {
        let absolute = root.join(&directory);
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
        let root = tempfile::tempdir().unwrap();
        let pages: Pages = [("docs/index.md", "a"), ("docs/rules/aws.md", "b"), ("docs/rules/aws/x.md", "c")]
            .map(|(path, text)| (PathBuf::from(path), text.to_owned()))
            .into();
        checkout::write(&root.path().join("docs/index.md"), "old").unwrap();
        checkout::write(&root.path().join("docs/rules/aws.md"), "b").unwrap();
        checkout::write(&root.path().join("docs/rules/aws/gone.md"), "").unwrap();
        checkout::write(&root.path().join("docs/by-hand.md"), "").unwrap();

        let expected =
            ["docs/index.md: not current", "docs/rules/aws/x.md: missing", "docs/rules/aws/gone.md: nothing makes it"];
        assert_eq!(stale(&pages, root.path()).unwrap(), expected);
        assert_eq!(write(&pages, root.path()).unwrap(), 3);
        assert_eq!(stale(&pages, root.path()).unwrap(), Vec::<String>::new());
        assert!(root.path().join("docs/by-hand.md").exists());
        assert_eq!(write(&pages, root.path()).unwrap(), 0);
    }
}
