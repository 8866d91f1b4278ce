//! Stacks as people write them: what becomes of each, and that a second run finds nothing more to do.
//!
//! `tests/stacks/NAME` has the stack (`before`), a state (`state.json`), how it is patched (`options.json`), the files that
//! change (`after`) and what is said (`expected.txt`). With `PARAPET_UPDATE=1` the last two are written anew, to be read.
//! `tests/tests/patch.rs` of the workspace holds the same stacks against Terraform.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what these helpers cannot do fails the test that asked"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use parapet_policy::input::{self, ListedResource};
use parapet_policy::{Document, input::hcl::Variables};
use parapet_pricing::Book;
use parapet_remediation::{Category, Patch, Saving, Task, Wishes, propose};
use serde_json::Value as Json;

fn stacks() -> Vec<PathBuf> {
    let all = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stacks")).unwrap();
    let mut all: Vec<PathBuf> = all.map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target)
        } else {
            fs::copy(entry.path(), target).map(|_| ()).unwrap()
        }
    }
}

fn files(directory: &Path, below: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, below, into);
        } else {
            into.insert(path.strip_prefix(below).unwrap().to_owned(), fs::read(&path).unwrap());
        }
    }
}

struct Stack {
    home: PathBuf,
    work: tempfile::TempDir,
    options: Json,
}

impl Stack {
    fn of(home: &Path) -> Self {
        let work = tempfile::tempdir().unwrap();
        copy(&home.join("before"), work.path());
        let options = fs::read_to_string(home.join("options.json")).map_or(Json::Null, |text| text.parse().unwrap());
        Self { home: home.to_owned(), work, options }
    }

    fn state(&self) -> Vec<ListedResource> {
        let documents = input::read("state.json", fs::read(self.home.join("state.json")).unwrap()).unwrap();
        match documents.as_slice() {
            [Document::Plan(plan)] => plan.resources().unwrap(),
            other => panic!("{other:?}"),
        }
    }

    fn propose(&self) -> Patch {
        let root = self.work.path().join(self.options["root"].as_str().unwrap_or_default());
        let list = |name: &str| self.options[name].as_array().cloned().unwrap_or_default();
        let environment = self.options["environment"].as_object().cloned().unwrap_or_default();
        let variables = Variables {
            environment: environment
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                .collect(),
            files: list("var_files").iter().map(|file| root.join(file.as_str().unwrap())).collect(),
            ..Variables::default()
        };
        let wishes = Wishes {
            only: Vec::new(),
            graviton: self.options["graviton"] == true,
            log_retention_days: self.options["log_retention_days"].as_u64().map(|days| u32::try_from(days).unwrap()),
        };
        let task = Task {
            source: &root,
            variables: &variables,
            resources: &self.state(),
            wishes: &wishes,
            book: Book::reference(),
            region: None,
        };
        propose(task).unwrap()
    }

    fn relative<'a>(&self, file: &'a Path) -> &'a Path {
        let file = file.strip_prefix(self.work.path()).unwrap_or(file);
        if file.as_os_str().is_empty() { Path::new(".") } else { file }
    }

    fn said(&self, patch: &Patch) -> String {
        let mut text = String::new();
        for applied in &patch.applied {
            let saving = match &applied.saving {
                Saving::Known { monthly_usd, .. } => format!("{monthly_usd} USD a month"),
                Saving::Unknown(why) => format!("unknown: {why}"),
            };
            writeln!(text, "{} [{}]\n  why: {}\n  saves {saving}", applied.address, applied.category, applied.why)
                .unwrap();
            for change in &applied.changes {
                writeln!(text, "  {}: {} -> {}", change.path, change.from, change.to).unwrap();
            }
            for (file, line) in &applied.places {
                writeln!(text, "  at {}:{line}", self.relative(file).display()).unwrap();
            }
        }
        for refused in &patch.refused {
            let line = refused.line.map_or_else(String::new, |line| format!(":{line}"));
            let file = format!("{}{line}", self.relative(&refused.file).display());
            let (address, category, path, what) = (&refused.address, refused.category, &refused.path, &refused.what);
            writeln!(text, "refused {address} {path} {what} [{category}]\n  {file}: {}", refused.reason).unwrap();
        }
        text
    }
}

#[test]
fn stacks_become_what_is_expected() {
    let update = std::env::var_os("PARAPET_UPDATE").is_some();
    let mut seen = 0;
    for home in stacks() {
        let name = home.file_name().unwrap().to_string_lossy().into_owned();
        let stack = Stack::of(&home);
        let patch = stack.propose();
        let said = stack.said(&patch);
        patch.write().unwrap();
        let (mut before, mut after, mut expected) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        files(&home.join("before"), &home.join("before"), &mut before);
        files(stack.work.path(), stack.work.path(), &mut after);
        after.retain(|file, content| before.get(file) != Some(content));
        if update {
            fs::write(home.join("expected.txt"), &said).unwrap();
            let _ = fs::remove_dir_all(home.join("after"));
            for (file, content) in &after {
                let target = home.join("after").join(file);
                fs::create_dir_all(target.parent().unwrap()).unwrap();
                fs::write(target, content).unwrap();
            }
        }
        files(&home.join("after"), &home.join("after"), &mut expected);
        let texts = |files: &BTreeMap<PathBuf, Vec<u8>>| {
            files
                .iter()
                .map(|(file, text)| (file.clone(), String::from_utf8(text.clone()).unwrap()))
                .collect::<Vec<_>>()
        };
        assert_eq!(texts(&after), texts(&expected), "{name}");
        assert_eq!(said, fs::read_to_string(home.join("expected.txt")).unwrap(), "{name}");
        let again = stack.propose();
        assert!(again.is_empty() && again.applied.is_empty(), "{name}, a second time:\n{}", again.diff());
        seen += 1;
    }
    assert!(seen >= 20, "{seen} stacks");
}

#[test]
fn only_what_is_asked_for_is_done() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stacks/web-server");
    let stack = Stack::of(&home);
    let resources = stack.state();
    let of = |only: &[Category]| {
        let wishes = Wishes { only: only.to_vec(), ..Wishes::default() };
        let variables = Variables::default();
        let book = Book::reference();
        let task = Task {
            source: stack.work.path(),
            variables: &variables,
            resources: &resources,
            wishes: &wishes,
            book,
            region: None,
        };
        propose(task).unwrap().applied.iter().map(|applied| applied.category).collect::<Vec<_>>()
    };
    assert_eq!(of(&[Category::PreviousGeneration]), [Category::PreviousGeneration]);
    assert_eq!(of(&[Category::Gp3]), [Category::Gp3, Category::Gp3]);
    assert!(of(&[Category::Io1, Category::LogRetention]).is_empty());
}

#[test]
fn a_configuration_that_cannot_be_read_is_not_patched() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stacks/web-server");
    let stack = Stack::of(&home);
    fs::write(stack.work.path().join("broken.tf"), "resource \"aws_instance\" {\n").unwrap();
    let (variables, wishes) = (Variables::default(), Wishes::default());
    let resources = stack.state();
    let task = Task {
        source: stack.work.path(),
        variables: &variables,
        resources: &resources,
        wishes: &wishes,
        book: Book::reference(),
        region: None,
    };
    let error = propose(task).unwrap_err().to_string();
    assert!(error.contains("broken.tf:1"), "{error}");
}
