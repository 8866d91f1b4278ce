//! The configuration of a module as it is written: its blocks by what they declare, and the modules it calls.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body, Structure};
use rayon::prelude::*;

use super::file::{self, Drafts, File};
use super::json_syntax;
use crate::error::InputError;

/// Calls within calls that are followed; deeper ones are a module that calls itself.
const MAX_DEPTH: usize = 24;

/// A block, and the file it stands in.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) file: Arc<File>,
    pub(super) block: Arc<Block>,
}

/// An expression, and the file it stands in.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) file: Arc<File>,
    pub(super) value: Arc<Expression>,
}

/// A `module` block.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) item: Item,
    /// The module, or why it was not read.
    pub(super) module: Result<Arc<Module>, String>,
}

/// One module.
#[derive(Debug, Default)]
pub(super) struct Module {
    pub(super) directory: PathBuf,
    pub(super) files: Vec<Arc<File>>,
    /// `aws_kms_key.main`, `data.aws_ami.linux`.
    pub(super) resources: BTreeMap<String, Item>,
    pub(super) calls: BTreeMap<String, Call>,
    pub(super) variables: BTreeMap<String, Item>,
    pub(super) outputs: BTreeMap<String, Item>,
    pub(super) checks: BTreeMap<String, Item>,
    pub(super) locals: BTreeMap<String, Written>,
    /// `provider` blocks, as `aws` or `aws.alias`.
    pub(super) configured: BTreeMap<String, Item>,
    /// Local name of a provider -> its source address.
    pub(super) providers: BTreeMap<String, String>,
}

/// Reads modules, and keeps what is wrong with them.
pub(super) struct Loader {
    root: PathBuf,
    /// Key of `.terraform/modules/modules.json` (`net.inner`) -> directory.
    installed: BTreeMap<String, PathBuf>,
    drafts: Drafts,
    read: BTreeMap<PathBuf, Arc<Module>>,
    pub(super) problems: Vec<InputError>,
}

impl Loader {
    pub(super) fn new(root: &Path) -> Self {
        Self::with_drafts(root, Drafts::new())
    }

    /// Reads drafts in place of what stands in their files.
    pub(super) fn with_drafts(root: &Path, drafts: Drafts) -> Self {
        let (read, problems) = (BTreeMap::new(), Vec::new());
        Self { installed: installed(root), root: root.to_owned(), drafts, read, problems }
    }

    /// Reads the root module and everything it calls.
    pub(super) fn load(&mut self) -> Arc<Module> {
        let root = self.root.clone();
        self.module(&root, "", 0)
    }

    fn module(&mut self, directory: &Path, key: &str, depth: usize) -> Arc<Module> {
        // The same directory may stand for several keys only as long as it calls nothing that is installed by key.
        let cached = self.read.get(directory).cloned();
        if let Some(module) = cached.filter(|module| module.calls.values().all(|call| is_local(&call.item.block))) {
            return module;
        }
        let mut module = Module { directory: directory.to_owned(), ..Module::default() };
        let files = self.files(directory);
        let (main, overrides): (Vec<_>, Vec<_>) = files.into_iter().partition(|(file, _)| !is_override(&file.path));
        for (file, body) in main {
            self.declare(&mut module, &file, body, key, depth);
            module.files.push(file);
        }
        for (file, body) in overrides {
            self.override_with(&mut module, &file, body, key, depth);
            module.files.push(file);
        }
        let module = Arc::new(module);
        self.read.insert(directory.to_owned(), module.clone());
        module
    }

    fn files(&mut self, directory: &Path) -> Vec<(Arc<File>, Body)> {
        let entries = match fs::read_dir(directory) {
            Ok(entries) => entries,
            Err(error) => {
                self.unreadable(directory, &error);
                return Vec::new();
            }
        };
        let mut paths: Vec<PathBuf> =
            entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_source(path)).collect();
        paths.sort();
        let parsed: Vec<_> = paths.into_par_iter().map(|path| parse(path, &self.drafts)).collect();
        let mut files = Vec::new();
        for result in parsed {
            match result {
                Ok((file, body)) => files.push((Arc::new(file), body)),
                Err(error) => self.problems.push(error),
            }
        }
        files
    }

    fn unreadable(&mut self, path: &Path, error: &std::io::Error) {
        self.problems.push(unreadable(path, error));
    }

    fn declare(&mut self, module: &mut Module, file: &Arc<File>, body: Body, key: &str, depth: usize) {
        for structure in body {
            let Structure::Block(block) = structure else { continue };
            let labels: Vec<String> = block.labels.iter().map(|label| label.as_str().to_owned()).collect();
            let kind = block.ident.as_str().to_owned();
            let item = Item { file: file.clone(), block: Arc::new(block) };
            match (kind.as_str(), labels.as_slice()) {
                ("resource", [kind, name]) => drop(module.resources.insert(format!("{kind}.{name}"), item)),
                ("data", [kind, name]) => drop(module.resources.insert(format!("data.{kind}.{name}"), item)),
                ("variable", [name]) => drop(module.variables.insert(name.clone(), item)),
                ("output", [name]) => drop(module.outputs.insert(name.clone(), item)),
                ("check", [name]) => drop(module.checks.insert(name.clone(), item)),
                ("module", [name]) => {
                    let key = if key.is_empty() { name.clone() } else { format!("{key}.{name}") };
                    let called = self.called(module, &item, &key, depth);
                    module.calls.insert(name.clone(), Call { item, module: called });
                }
                ("locals", []) => {
                    for attribute in item.block.body.attributes() {
                        let written = Written { file: file.clone(), value: Arc::new(attribute.value.clone()) };
                        module.locals.insert(attribute.key.to_string(), written);
                    }
                }
                ("terraform", []) => required_providers(&item.block, &mut module.providers),
                ("provider", [name]) => {
                    let alias = item.block.body.get_attribute("alias").and_then(|a| a.value.as_str());
                    let name = alias.map_or_else(|| name.clone(), |alias| format!("{name}.{alias}"));
                    module.configured.insert(name, item);
                }
                // Nothing in these is a value that rules see, or that an argument refers to.
                ("moved" | "import" | "removed" | "ephemeral" | "action", _) => {}
                _ => self.problems.push(InputError::Structure {
                    name: file.name.clone(),
                    place: format!("line {}", file.range(&item.block.span().unwrap_or_default()).line),
                    message: format!(
                        "`{kind}` with {} labels is no block of a Terraform module; `terraform validate` says more",
                        labels.len()
                    ),
                }),
            }
        }
    }

    /// Override files replace single arguments, and nested blocks by their type.
    fn override_with(&mut self, module: &mut Module, file: &Arc<File>, body: Body, key: &str, depth: usize) {
        let mut rest = Vec::new();
        for structure in body {
            let Structure::Block(block) = structure else { continue };
            let labels: Vec<&str> = block.labels.iter().map(|label| label.as_str()).collect();
            let place = match (block.ident.as_str(), labels.as_slice()) {
                ("resource", [kind, name]) => module.resources.get_mut(&format!("{kind}.{name}")),
                ("data", [kind, name]) => module.resources.get_mut(&format!("data.{kind}.{name}")),
                ("variable", [name]) => module.variables.get_mut(*name),
                ("output", [name]) => module.outputs.get_mut(*name),
                _ => None,
            };
            match place {
                Some(item) => item.block = Arc::new(merged(&item.block, &block)),
                None => rest.push(Structure::Block(block)),
            }
        }
        self.declare(module, file, rest.into_iter().collect(), key, depth);
    }

    fn called(&mut self, module: &Module, item: &Item, key: &str, depth: usize) -> Result<Arc<Module>, String> {
        let source = item.block.body.get_attribute("source").and_then(|attribute| attribute.value.as_str());
        let source = source.ok_or("its source is not a plain text")?;
        if depth >= MAX_DEPTH {
            return Err(format!("modules are nested deeper than {MAX_DEPTH} levels; does one call itself?"));
        }
        let directory = if is_local_source(source) {
            lexical(&module.directory.join(source))
        } else {
            self.installed.get(key).cloned().ok_or_else(|| {
                format!("its source is {source}, and it is not in .terraform/modules; run `terraform init` first")
            })?
        };
        if !directory.is_dir() {
            return Err(format!("its directory {} does not exist", directory.display()));
        }
        Ok(self.module(&directory, key, depth + 1))
    }
}

fn is_local_source(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../") || source == "." || source == ".."
}

fn is_local(call: &Block) -> bool {
    call.body.get_attribute("source").and_then(|a| a.value.as_str()).is_some_and(is_local_source)
}

pub(super) fn unreadable(path: &Path, error: &std::io::Error) -> InputError {
    InputError::Structure {
        name: path.display().to_string(),
        place: "reading it".to_owned(),
        message: format!("{error}; nothing of it was checked"),
    }
}

/// A path without `.` and `x/..`, as far as that can be said without looking at links.
fn lexical(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir if out.file_name().is_some() => drop(out.pop()),
            part => out.push(part),
        }
    }
    out
}

fn is_source(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    // Editors leave `.#main.tf` and `main.tf~` behind; Terraform passes over them as well.
    !name.starts_with(['.', '#'])
        && [".tf", ".tf.json", ".tofu"].iter().any(|end| name.ends_with(end))
        && path.is_file()
}

/// Whether a directory holds Terraform configuration.
pub(super) fn is_module(directory: &Path) -> bool {
    fs::read_dir(directory).is_ok_and(|entries| entries.flatten().any(|entry| is_source(&entry.path())))
}

fn is_override(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    stem == "override" || stem.ends_with("_override")
}

fn merged(base: &Block, over: &Block) -> Block {
    let mut block = base.clone();
    for structure in &over.body {
        match structure {
            Structure::Attribute(attribute) => drop(block.body.remove_attribute(attribute.key.as_str())),
            Structure::Block(inner) => drop(block.body.remove_blocks(inner.ident.as_str())),
        }
    }
    over.body.iter().for_each(|structure| block.body.push(structure.clone()));
    block
}

fn parse(path: PathBuf, drafts: &Drafts) -> Result<(File, Body), InputError> {
    let bytes = file::bytes(&path, drafts).map_err(|error| unreadable(&path, &error))?;
    let name = path.display().to_string();
    let text = String::from_utf8(bytes.into_owned()).map_err(|error| InputError::Encoding {
        name: name.clone(),
        offset: error.utf8_error().valid_up_to(),
        hint: "Terraform configuration is UTF-8".to_owned(),
    })?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    let body = if name.ends_with(".json") { json_syntax::body(&name, &text)? } else { parse_body(&name, &text)? };
    Ok((File::new(path, text), body))
}

/// Parses the text of a file, or of values for variables.
pub(super) fn parse_body(name: &str, text: &str) -> Result<Body, InputError> {
    hcl_edit::parser::parse_body(text).map_err(|error| InputError::Syntax {
        name: name.to_owned(),
        line: error.location().line(),
        column: error.location().column(),
        message: error.message().to_owned(),
        hint: "; nothing of this file was checked".to_owned(),
    })
}

fn required_providers(block: &Block, into: &mut BTreeMap<String, String>) {
    for required in block.body.get_blocks("required_providers") {
        for attribute in required.body.attributes() {
            let source = attribute.value.as_object().and_then(|object| {
                let named = |name: &str| {
                    object.iter().find(|(key, _)| match key {
                        hcl_edit::expr::ObjectKey::Ident(ident) => ident.as_str() == name,
                        hcl_edit::expr::ObjectKey::Expression(key) => key.as_str() == Some(name),
                    })
                };
                named("source").and_then(|(_, value)| value.expr().as_str())
            });
            if let Some(source) = source {
                let address = if source.matches('/').count() == 1 {
                    format!("registry.terraform.io/{source}")
                } else {
                    source.to_owned()
                };
                into.insert(attribute.key.to_string(), address);
            }
        }
    }
}

/// Where `terraform init` put the modules of other sources.
fn installed(root: &Path) -> BTreeMap<String, PathBuf> {
    #[derive(serde::Deserialize)]
    struct Manifest {
        #[serde(rename = "Modules")]
        modules: Vec<Entry>,
    }
    #[derive(serde::Deserialize)]
    struct Entry {
        #[serde(rename = "Key")]
        key: String,
        #[serde(rename = "Dir")]
        dir: PathBuf,
    }
    let text = fs::read_to_string(root.join(".terraform/modules/modules.json")).unwrap_or_default();
    let manifest: Option<Manifest> = serde_json::from_str(&text).ok();
    let entries = manifest.map(|manifest| manifest.modules).unwrap_or_default();
    entries.into_iter().map(|entry| (entry.key, lexical(&root.join(entry.dir)))).collect()
}
