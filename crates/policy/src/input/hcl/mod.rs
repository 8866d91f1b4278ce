//! Terraform configuration: a directory of `.tf` and `.tf.json` files, evaluated as far as that goes without a provider.
//!
//! What comes out is a plan that creates everything, in the format of `terraform show -json`: rules about resources and
//! about plans run on it as on any other. What cannot be known from the source alone is unknown, with its cause.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::InputError;
use crate::finding::Finding;
use crate::rules::nearest;
use crate::severity::Verdict;

use super::Document;
use super::plan_json::{self, Recognised};

mod data;
mod eval;
mod expand;
mod file;
mod functions;
mod json_syntax;
mod locate;
mod module;
mod operators;
mod origin;
mod plan;
mod policy_document;
mod provider;
mod reference;
mod references;
mod resource;
mod schema;
mod scope;
mod statements;
mod survey;
mod tags;
mod template;
mod types;
mod value;
mod variables;

pub use file::Drafts;
pub use origin::{Obstacle, Origin, Place};
pub use statements::{Says, Statement, Statements};
pub use survey::{Question, Survey, Surveyed, survey};
pub use variables::Variables;

pub(crate) use plan::{Causes, Regions};

/// Bytes of stack for evaluation: expressions refer to each other by the hundred. Only used pages count.
const STACK_BYTES: usize = 256 << 20;

/// The source of a configuration: where its resources are written.
#[derive(Debug)]
pub struct Source {
    root: Arc<module::Module>,
    /// Names of all files read.
    files: Vec<String>,
}

/// A configuration, read and evaluated.
#[derive(Debug)]
pub struct Configured {
    /// A plan that creates everything the configuration declares.
    pub document: Document,
    /// Where everything is written.
    pub source: Source,
    /// Files that could not be read; the others were.
    pub problems: Vec<InputError>,
    /// What was left out, and why.
    pub notes: Vec<String>,
    /// Values in files that nothing takes; none when there are problems, since what cannot be read may declare them.
    pub unclaimed: Vec<Unclaimed>,
}

/// A value in a `.tfvars` file for a variable that the root module does not declare. Terraform passes over it with a warning,
/// since one file may serve several configurations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclaimed {
    /// The file that gives the value.
    pub file: PathBuf,
    /// The name there.
    pub name: String,
    /// A variable of the configuration with a name that is nearly the same.
    pub meant: Option<String>,
}

/// Whether a directory holds Terraform configuration, not looking further down.
pub fn is_module(directory: &Path) -> bool {
    module::is_module(directory)
}

/// The directories of modules that the module in a directory calls, its own included.
pub fn modules_of(source: &Source) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![source.root.clone()];
    while let Some(module) = todo.pop() {
        todo.extend(module.calls.values().filter_map(|call| call.module.as_ref().ok().cloned()));
        found.push(module.directory.clone());
    }
    found
}

/// Reads and evaluates the module in a directory, and the modules it calls.
///
/// # Errors
/// [`InputError`] when nothing of it can be evaluated; what is wrong with single files is among the problems.
pub fn read(directory: &Path, variables: &Variables) -> Result<Configured, InputError> {
    let name = directory.display().to_string();
    let mut loader = module::Loader::new(directory);
    let root = loader.load();
    let mut problems = loader.problems;
    let evaluated = on_a_large_stack(directory, || evaluate(directory, &root, variables))?;
    let Evaluated { text, causes, regions, notes, mut unclaimed, faults } = evaluated;
    problems.extend(faults);
    if !problems.is_empty() {
        unclaimed.clear();
    }
    let Recognised::Plan(mut plan) = plan_json::read(&name, text)? else {
        return Err(InputError::Unrecognised {
            name,
            looks_like: "no Terraform configuration".to_owned(),
            hint: "name a directory with .tf files".to_owned(),
        });
    };
    plan.state_causes(causes, regions);
    let source = Source::of(root);
    Ok(Configured { document: Document::Plan(plan), source, problems, notes, unclaimed })
}

/// Reads the source of a configuration without evaluating it: for findings that a plan of it gives.
pub fn open(directory: &Path) -> (Source, Vec<InputError>) {
    let mut loader = module::Loader::new(directory);
    let root = loader.load();
    (Source::of(root), loader.problems)
}

/// Evaluates something of the configuration in a directory.
fn on_a_large_stack<T: Send>(directory: &Path, work: impl FnOnce() -> T + Send) -> Result<T, InputError> {
    let done = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        thread.ok().and_then(|thread| thread.join().ok())
    });
    done.ok_or_else(|| InputError::Structure {
        name: directory.display().to_string(),
        place: "evaluation".to_owned(),
        message: "it broke off, please report this with the configuration; check its plan instead".to_owned(),
    })
}

/// What an evaluation comes to.
struct Evaluated {
    /// The plan.
    text: String,
    causes: Causes,
    regions: Regions,
    notes: Vec<String>,
    unclaimed: Vec<Unclaimed>,
    faults: Vec<InputError>,
}

fn evaluate(directory: &Path, root: &Arc<module::Module>, variables: &Variables) -> Evaluated {
    let mut faults = Vec::new();
    let given = variables::gather(directory, variables, &Drafts::new(), &mut faults);
    let unclaimed = unclaimed(root, given.in_files);
    let instance = scope::Instance::root(root, scope::World::new(directory, given.values));
    for (name, item) in root.variables.iter().filter(|(name, _)| instance.world.given.contains_key(*name)) {
        if let Err(message) = instance.variable(name) {
            let (name, place) = (item.file.name.clone(), format!("the value given for the variable `{name}`"));
            faults.push(InputError::Structure { name, place, message });
        }
    }
    let mut found = plan::Found::default();
    found.gather(&instance);
    Evaluated {
        text: found.document(root),
        causes: found.causes,
        regions: found.regions,
        notes: found.notes.into_iter().collect(),
        unclaimed,
        faults,
    }
}

fn unclaimed(root: &module::Module, in_files: Vec<(PathBuf, Vec<String>)>) -> Vec<Unclaimed> {
    let one = |file: &PathBuf, name: String| {
        let meant = nearest(&name, root.variables.keys().map(String::as_str)).map(str::to_owned);
        Unclaimed { file: file.clone(), name, meant }
    };
    let of_file = |(file, names): (PathBuf, Vec<String>)| {
        let names = names.into_iter().filter(|name| !root.variables.contains_key(name));
        names.map(|name| one(&file, name)).collect::<Vec<_>>()
    };
    in_files.into_iter().flat_map(of_file).collect()
}

impl Source {
    fn of(root: Arc<module::Module>) -> Self {
        let mut source = Self { root, files: Vec::new() };
        let mut todo = vec![source.root.clone()];
        while let Some(module) = todo.pop() {
            todo.extend(module.calls.values().filter_map(|call| call.module.as_ref().ok().cloned()));
            source.files.extend(module.files.iter().map(|file| file.name.clone()));
        }
        source.files.sort();
        source.files.dedup();
        source
    }

    /// What is wrong with the name of a variable that is given a value on the command line: none of these configurations
    /// declares it. Terraform refuses such a name as well.
    pub fn undeclared<'a>(name: &str, sources: impl IntoIterator<Item = &'a Self>) -> Option<String> {
        let modules: Vec<&module::Module> = sources.into_iter().map(|source| &*source.root).collect();
        let declared = || modules.iter().flat_map(|module| module.variables.keys()).map(String::as_str);
        if declared().any(|one| one == name) {
            return None;
        }
        let hint = match nearest(name, declared()) {
            Some(meant) => format!("; is `{meant}` meant?"),
            None => "; declare it, or leave it out".to_owned(),
        };
        Some(format!("no configuration that is checked declares the variable `{name}`{hint}"))
    }

    /// Names of the files of all modules.
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// Gives findings about a document their place. Those that have one, and those whose resource is not here, are left
    /// alone. The elements of sets are `sorted` in a plan of Terraform, so that their positions say nothing.
    pub fn locate(&self, findings: &mut [Finding], document: &str, sorted: bool) {
        for finding in findings.iter_mut().filter(|f| f.source.is_none() && f.subject.document == document) {
            if let Some(place) = locate::place(&self.root, finding, sorted) {
                finding.source = Some(place.source);
                finding.calls = place.calls;
            }
        }
    }

    /// A violation at an argument that is not written, of a type whose provider is not known here, is no violation yet: a
    /// plan would show what the provider puts there.
    pub fn doubt(&self, findings: &mut [Finding], document: &str) {
        // Of a policy document everything that is not written is null.
        let is_open = |kind: &str| schema::of(kind).is_none() && kind != policy_document::KIND;
        let open =
            |f: &&mut Finding| f.subject.document == document && f.verdict == Verdict::Fail && is_open(&f.subject.kind);
        for finding in findings.iter_mut().filter(open) {
            let written = locate::place(&self.root, finding, false).is_none_or(|place| place.is_argument);
            if let (false, Some(path)) = (written, finding.path.as_ref().filter(|path| !path.is_empty())) {
                finding.verdict = Verdict::Undetermined;
                finding.cause =
                    Some(format!("`{path}` is not written, and only a plan shows what the provider puts there"));
            }
        }
    }
}
