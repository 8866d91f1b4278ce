//! A configuration with all its values and where they are set: for those who are to change it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::Block;
use serde_json::{Value as Json, json};

use super::expand::Key;
use super::file::Drafts;
use super::module;
use super::origin::{Given, Obstacle, Origin};
use super::provider;
use super::resource;
use super::scope::{Instance, Scope, World};
use super::statements::{self, Statements};
use super::value::Val;
use super::variables::{self, Variables};
use crate::error::InputError;
use crate::path::AttributePath;

/// Which argument a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Address of the resource instance.
    pub address: String,
    /// The argument.
    pub path: AttributePath,
}

/// What was found out about a configuration.
#[derive(Debug)]
pub struct Survey {
    /// Address -> every instance of a resource or data source, and every call of a module that was not read.
    pub instances: BTreeMap<String, Surveyed>,
    /// Conditions of all modules, and the outputs of the root module.
    pub statements: Statements,
    /// What sets the arguments that were asked for, in the order of the questions.
    pub origins: Vec<Result<Origin, Obstacle>>,
    /// Files that could not be read; the others were.
    pub problems: Vec<InputError>,
}

/// An instance of a resource, as the configuration says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Surveyed {
    /// Known values; what is unknown is left out.
    pub values: Json,
    /// `true` in the places of what is unknown.
    pub unknown: Json,
    /// The file its block stands in.
    pub file: PathBuf,
    /// Line of its block, from 1.
    pub line: u32,
    /// First steps of the paths in `lifecycle.ignore_changes`; `all` for all.
    pub ignored: Vec<String>,
    /// Region of its provider, where the configuration says it.
    pub region: Option<String>,
}

/// Evaluates the module in a directory and the modules it calls, and says what sets certain arguments. `drafts` are read
/// in place of what stands in their files.
///
/// # Errors
/// [`InputError`] when nothing of it can be evaluated; what is wrong with single files is among the problems.
pub fn survey(
    directory: &Path,
    variables: &Variables,
    drafts: &Drafts,
    questions: &[Question],
) -> Result<Survey, InputError> {
    let mut loader = module::Loader::with_drafts(directory, drafts.clone());
    let root = loader.load();
    let mut problems = loader.problems;
    let found = super::on_a_large_stack(directory, || {
        let mut faults = Vec::new();
        let given = variables::read(directory, variables, drafts, &mut faults);
        let instance = Instance::root(&root, World::new(directory, given));
        let (mut all, mut statements) = (BTreeMap::new(), Statements::new());
        gather(&instance, &mut all, &mut statements);
        let given = Given { root: directory, variables, drafts };
        let answer = |question: &Question| match all.get(&question.address) {
            Some(One { instance, local, key, .. }) => given.origin(instance, local, key.as_ref(), &question.path),
            None => Err(Obstacle {
                file: directory.to_owned(),
                line: 1,
                reason: format!("{} is not in the configuration", question.address),
            }),
        };
        let origins: Vec<_> = questions.iter().map(answer).collect();
        let instances: BTreeMap<String, Surveyed> = all.into_iter().map(|(address, one)| (address, one.said)).collect();
        (instances, statements, origins, faults)
    })?;
    let (instances, statements, origins, faults) = found;
    problems.extend(faults);
    Ok(Survey { instances, statements, origins, problems })
}

struct One {
    instance: Rc<Instance>,
    local: String,
    key: Option<Key>,
    said: Surveyed,
}

fn gather(instance: &Rc<Instance>, all: &mut BTreeMap<String, One>, said: &mut Statements) {
    statements::gather(instance, said);
    for (local, item) in &instance.module.resources {
        let Some(laid) = instance.resource(local) else { continue };
        let span = item.block.span().unwrap_or_default();
        let said = |values: &Val| Surveyed {
            values: values.to_json(),
            unknown: mask(values),
            file: item.file.path.clone(),
            line: item.file.line(span.start),
            ignored: ignored(&item.block),
            region: provider::region(instance, &item.block, resource::kind(local)),
        };
        let one = |key: Option<Key>, said| One { instance: instance.clone(), local: local.clone(), key, said };
        if let (Some(cause), _) | (None, super::expand::Expansion::Unknown(cause)) =
            (&instance.uncertain, &laid.expansion)
        {
            all.insert(instance.address_of(local), one(None, said(&Val::Unknown(cause.clone()))));
            continue;
        }
        for laid in &laid.instances {
            all.insert(laid.address(instance, local), one(laid.key.clone(), said(&laid.values)));
        }
    }
    for (name, call) in &instance.module.calls {
        if let Some(children) = instance.children(name) {
            children.instances.iter().for_each(|(_, child)| gather(child, all, said));
            continue;
        }
        let values = resource::arguments(&call.item.block, &Scope::new(instance));
        let said = Surveyed {
            values: values.to_json(),
            unknown: mask(&values),
            file: call.item.file.path.clone(),
            line: call.item.file.line(call.item.block.span().unwrap_or_default().start),
            ignored: Vec::new(),
            region: None,
        };
        let local = format!("module.{name}");
        let address = instance.address_of(&local);
        all.insert(address, One { instance: instance.clone(), local, key: None, said });
    }
}

pub(super) fn mask(value: &Val) -> Json {
    match value {
        Val::Unknown(_) => json!(true),
        Val::List(items) | Val::Set(items) => items.iter().map(mask).collect(),
        Val::Map(fields) | Val::Open(fields, _) => {
            let open = fields.iter().filter(|(_, value)| value.cause().is_some());
            Json::Object(open.map(|(name, value)| (name.clone(), mask(value))).collect())
        }
        _ => json!(false),
    }
}

fn ignored(block: &Block) -> Vec<String> {
    let lists = block.body.get_blocks("lifecycle").filter_map(|block| block.body.get_attribute("ignore_changes"));
    let named = |value: &Expression| match value {
        Expression::Variable(name) => Some(name.to_string()),
        Expression::Traversal(traversal) => traversal.expr.as_variable().map(|name| name.to_string()),
        Expression::String(name) => name.value().split(['.', '[']).next().map(str::to_owned),
        _ => None,
    };
    let of_list = |value: &Expression| match value {
        Expression::Array(items) => items.iter().filter_map(named).collect(),
        other => named(other).into_iter().collect::<Vec<_>>(),
    };
    lists.flat_map(|attribute| of_list(&attribute.value)).collect()
}
