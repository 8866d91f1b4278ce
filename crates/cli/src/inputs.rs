//! From the paths on the command line to documents: files, directories and standard input.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder, WalkState};
use parapet_policy::input::hcl::{self, Configured, Source, Unclaimed, Variables};
use parapet_policy::report::Problem;
use parapet_policy::sources::Written;
use parapet_policy::{Document, InputError, input};
use rayon::prelude::*;

/// What was found at the paths.
#[derive(Default)]
pub(crate) struct Inputs {
    /// What can be checked, in the order given; within a directory by name.
    pub(crate) documents: Vec<Document>,
    /// Inputs that cannot be read.
    pub(crate) problems: Vec<Problem>,
    /// Files of a directory that are nothing to check, each with the reason.
    pub(crate) skipped: Vec<String>,
    /// Parts of configurations that could not be read, each with the reason.
    pub(crate) left_out: Vec<String>,
    /// Values in files that the configuration they are for does not take.
    unclaimed: Vec<Unclaimed>,
    /// Documents made of Terraform configuration, and where in it everything is written.
    pub(crate) sources: Vec<Written>,
    /// Values for the variables of configurations.
    variables: Variables,
    /// Files that `.gitignore` names are read as well.
    all_files: bool,
    seen: HashSet<PathBuf>,
}

/// Reads all inputs; of directories the files that `.gitignore` names only when `all_files` are wanted. Whatever is wrong with
/// one of them is kept as a problem, and the others are read.
pub(crate) fn read(paths: &[PathBuf], variables: Variables, all_files: bool) -> Inputs {
    let mut inputs = Inputs { variables, all_files, ..Inputs::default() };
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.stdin();
            continue;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => inputs.directory(path),
            Ok(_) => inputs.file(path),
            Err(error) => inputs.unreadable(path, &error),
        }
    }
    inputs
}

impl Inputs {
    /// Names given with `--var` that no configuration declares are problems: a misspelt one must not pass for the value it
    /// was meant to set.
    pub(crate) fn check_variables(&mut self) {
        // What cannot be read may declare it.
        if !self.problems.is_empty() {
            return;
        }
        let sources = || self.sources.iter().map(|written| &written.source);
        let wrong = |(name, _): &(String, String)| Some((name.clone(), Source::undeclared(name, sources())?));
        let wrong: Vec<(String, String)> = self.variables.given.iter().filter_map(wrong).collect();
        for (name, message) in wrong {
            self.problem(&format!("--var {name}"), format!("--var {name}: {message}"));
        }
    }

    /// Says of each file with values which variables nobody declares. A file named with `--var-file` is for all configurations,
    /// any other for the one beside it.
    pub(crate) fn unclaimed_values(&self) -> Vec<String> {
        const SHOWN: usize = 5;
        let sources = || self.sources.iter().map(|written| &written.source);
        let claimed = |value: &Unclaimed| {
            self.variables.files.contains(&value.file) && Source::undeclared(&value.name, sources()).is_none()
        };
        let mut files: BTreeMap<&Path, BTreeMap<&str, &Option<String>>> = BTreeMap::new();
        for value in self.unclaimed.iter().filter(|value| !claimed(value)) {
            files.entry(&value.file).or_default().entry(&value.name).or_insert(&value.meant);
        }
        let said = |(file, names): (&Path, BTreeMap<&str, &Option<String>>)| {
            let named = names.iter().take(SHOWN).map(|(name, meant)| match meant {
                Some(meant) => format!("`{name}` (is `{meant}` meant?)"),
                None => format!("`{name}`"),
            });
            let more = names.len().saturating_sub(SHOWN);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            let named = named.collect::<Vec<_>>().join(", ");
            format!("{}: ignored, for no variable of this name is declared: {named}{more}", file.display())
        };
        files.into_iter().map(said).collect()
    }

    /// Findings of the plans among the documents name places in the configuration in this directory.
    pub(crate) fn of_plans(&mut self, source: Option<&Path>) {
        let Some(directory) = source else { return };
        let configured: HashSet<&str> = self.sources.iter().map(|written| written.document.as_str()).collect();
        let is_plan = |document: &&Document| document.kind() == "plan" && !configured.contains(document.name());
        let plans: Vec<String> = self.documents.iter().filter(is_plan).map(|plan| plan.name().to_owned()).collect();
        let name = directory.display().to_string();
        if !hcl::is_module(directory) {
            return self
                .problem(&name, format!("{name}: there is no .tf file; name the directory the plan was made in"));
        }
        for plan in plans {
            let (source, problems) = hcl::open(directory);
            self.sources.push(Written { document: plan, source, is_plan: true });
            for problem in problems {
                self.problem(&name, problem.to_string());
            }
        }
    }

    fn stdin(&mut self) {
        // A pipe can be read once; `- -` is the same input.
        if !self.seen.insert(PathBuf::from("-")) {
            return;
        }
        let mut bytes = Vec::new();
        match io::stdin().lock().read_to_end(&mut bytes) {
            Ok(_) => self.bytes("-", bytes),
            Err(error) => self.problem("-", format!("standard input cannot be read: {error}")),
        }
    }

    fn directory(&mut self, directory: &Path) {
        let (found, problems) = walk(directory, self.all_files);
        for (path, error) in problems {
            self.unreadable(&path, &error);
        }
        if found.files.is_empty() && found.modules.is_empty() {
            let name = directory.display().to_string();
            let ignored = if self.all_files { "" } else { ", or git ignores it (--no-ignore reads it all the same)" };
            self.problem(
                &name,
                format!(
                    "{name}: no .tf, .json, .yaml or .yml file is in this directory{ignored}; name the files to check"
                ),
            );
        }
        // Read on all cores, and taken in their order.
        let mut modules = roots(found.modules);
        modules.retain(|module| self.is_new(module));
        let configured: Vec<_> = modules.par_iter().map(|module| hcl::read(module, &self.variables)).collect();
        for (module, configured) in modules.iter().zip(configured) {
            self.module(module, configured);
        }
        let mut files = found.files;
        files.retain(|file| self.is_new(file));
        let read = |file: &PathBuf| fs::read(file).map(|bytes| input::read(&file.display().to_string(), bytes));
        let documents: Vec<_> = files.par_iter().map(read).collect();
        for (file, documents) in files.iter().zip(documents) {
            match documents {
                Ok(documents) => self.take(&file.display().to_string(), documents, true),
                Err(error) => self.unreadable(file, &error),
            }
        }
    }

    /// Whether a file or directory was not read before, under this name or another.
    fn is_new(&mut self, path: &Path) -> bool {
        path.canonicalize().map_or(true, |canonical| self.seen.insert(canonical))
    }

    /// Takes in Terraform configuration.
    fn module(&mut self, directory: &Path, configured: Result<Configured, InputError>) {
        let name = directory.display().to_string();
        match configured {
            Ok(configured) => {
                for problem in configured.problems {
                    self.problem(&name, problem.to_string());
                }
                self.left_out.extend(configured.notes.into_iter().map(|note| format!("{name}: {note}")));
                self.unclaimed.extend(configured.unclaimed);
                self.sources.push(Written { document: name, source: configured.source, is_plan: false });
                self.documents.push(configured.document);
            }
            Err(error) => self.problem(&name, error.to_string()),
        }
    }

    fn file(&mut self, path: &Path) {
        if !self.is_new(path) {
            return;
        }
        match fs::read(path) {
            Ok(bytes) => self.bytes(&path.display().to_string(), bytes),
            Err(error) => self.unreadable(path, &error),
        }
    }

    fn bytes(&mut self, name: &str, bytes: Vec<u8>) {
        self.take(name, input::read(name, bytes), false);
    }

    /// Takes in what was read of a file; one of a directory may be nothing to check.
    fn take(&mut self, name: &str, documents: Result<Vec<Document>, InputError>, in_directory: bool) {
        match documents {
            Ok(documents) if documents.is_empty() && in_directory => {
                self.skipped.push(format!("{name}: holds only comments"));
            }
            Ok(documents) if documents.is_empty() => {
                let what = "holds nothing to check; a plan (`terraform show -json`) or Kubernetes objects are expected";
                self.problem(name, format!("{name}: {what}"));
            }
            Ok(documents) => self.documents.extend(documents),
            Err(InputError::Unrecognised { looks_like, .. }) if in_directory => {
                self.skipped.push(format!("{name}: looks like {looks_like}"));
            }
            Err(InputError::Empty { .. }) if in_directory => self.skipped.push(format!("{name}: is empty")),
            Err(error) => self.problem(name, error.to_string()),
        }
    }

    fn unreadable(&mut self, path: &Path, error: &io::Error) {
        let name = path.display().to_string();
        let hint = match error.kind() {
            io::ErrorKind::NotFound => "check the spelling of the path",
            io::ErrorKind::PermissionDenied => "make it readable for this user",
            _ => "nothing of it was checked",
        };
        self.problem(&name, format!("{name}: cannot be read: {error}; {hint}"));
    }

    fn problem(&mut self, document: &str, message: String) {
        self.problems.push(Problem { document: document.to_owned(), message });
    }
}

/// Collects what a directory holds, in parallel and by name. Hidden directories (`.git`, `.terraform`) hold no input but for
/// workflows, and links to directories may lead back.
fn walk(directory: &Path, all_files: bool) -> (Found, Vec<(PathBuf, io::Error)>) {
    let is_searched = |entry: &DirEntry| {
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
        entry.depth() == 0 || !is_directory || !hidden || entry.file_name() == ".github"
    };
    let mut walk = WalkBuilder::new(directory);
    // What a machine's own settings ignore must not decide what is checked.
    walk.standard_filters(false).git_ignore(!all_files).git_exclude(!all_files).parents(!all_files);
    walk.filter_entry(is_searched);
    let found: Mutex<(Found, Vec<(PathBuf, io::Error)>)> = Mutex::default();
    walk.build_parallel().run(|| {
        Box::new(|entry| {
            match entry {
                Ok(entry) => {
                    let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
                    let is_module = is_directory && hcl::is_module(entry.path());
                    let is_file = !is_directory && is_candidate(entry.path());
                    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
                    if is_module {
                        found.0.modules.push(entry.into_path());
                    } else if is_file {
                        found.0.files.push(entry.into_path());
                    }
                }
                Err(error) => {
                    let problem = unread(directory, error);
                    found.lock().unwrap_or_else(PoisonError::into_inner).1.push(problem);
                }
            }
            WalkState::Continue
        })
    });
    let (mut found, mut problems) = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    found.files.sort();
    found.modules.sort();
    problems.sort_by(|(a, _), (b, _)| a.cmp(b));
    (found, problems)
}

/// Whether a file of a directory may be something to check; links to directories are not followed.
fn is_candidate(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let of_terraform = name.ends_with(".tf.json") || name.ends_with(".tfvars.json");
    !of_terraform && [".json", ".yaml", ".yml"].iter().any(|end| name.ends_with(end)) && !path.is_dir()
}

/// What could not be read, and why.
fn unread(directory: &Path, error: ignore::Error) -> (PathBuf, io::Error) {
    match error {
        ignore::Error::WithPath { path, err } => (path.clone(), unread(&path, *err).1),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => unread(directory, *err),
        ignore::Error::Io(error) => (directory.to_owned(), error),
        other => (directory.to_owned(), io::Error::other(other.to_string())),
    }
}

/// What a directory holds.
#[derive(Default)]
struct Found {
    files: Vec<PathBuf>,
    /// Directories with Terraform configuration.
    modules: Vec<PathBuf>,
}

/// The modules that no other of them calls: those are checked where they are called, with the values they get there.
fn roots(modules: Vec<PathBuf>) -> Vec<PathBuf> {
    if modules.len() < 2 {
        return modules;
    }
    let canonical = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut called = HashSet::new();
    for module in &modules {
        let (source, _) = hcl::open(module);
        let own = canonical(module);
        called.extend(hcl::modules_of(&source).iter().map(|path| canonical(path)).filter(|path| *path != own));
    }
    modules.into_iter().filter(|module| !called.contains(&canonical(module))).collect()
}
