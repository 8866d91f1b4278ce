//! Values for the variables of a root module, in the order in which Terraform takes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::file::{self, Drafts};
use super::module::{parse_body, unreadable};
use super::types;
use super::value::Val;
use crate::error::InputError;

/// Where values come from beside the files of the module.
#[derive(Debug, Clone, Default)]
pub struct Variables {
    /// `TF_VAR_name` of the environment, without the prefix.
    pub environment: Vec<(String, String)>,
    /// Files named on the command line.
    pub files: Vec<PathBuf>,
    /// `name=value` of the command line.
    pub given: Vec<(String, String)>,
    /// Values with their types, before which nothing goes.
    pub values: Vec<(String, serde_json::Value)>,
}

impl Variables {
    /// What the environment of this process says, and nothing else.
    #[must_use]
    pub fn of_environment() -> Self {
        let named = |(name, value): (String, String)| Some((name.strip_prefix("TF_VAR_")?.to_owned(), value));
        Self { environment: std::env::vars().filter_map(named).collect(), ..Self::default() }
    }
}

/// What all sources together say.
pub(super) struct Given {
    pub(super) values: BTreeMap<String, Val>,
    /// Names that have a value in a file, file by file.
    pub(super) in_files: Vec<(PathBuf, Vec<String>)>,
}

/// All values, as [`gather`] finds them.
pub(super) fn read(
    root: &Path,
    from: &Variables,
    drafts: &Drafts,
    problems: &mut Vec<InputError>,
) -> BTreeMap<String, Val> {
    gather(root, from, drafts, problems).values
}

/// All values, and the files they are in. Later sources win: environment, `terraform.tfvars`, `terraform.tfvars.json`,
/// `*.auto.tfvars` by name, the files named, the values named, the values with a type.
pub(super) fn gather(root: &Path, from: &Variables, drafts: &Drafts, problems: &mut Vec<InputError>) -> Given {
    let (mut values, mut in_files) = (BTreeMap::new(), Vec::new());
    let text = |(name, value): &(String, String)| (name.clone(), Val::from(value.as_str()));
    values.extend(from.environment.iter().map(text));
    for file in files(root, from) {
        match file_values(&file, drafts) {
            Ok(read) => {
                in_files.push((file, read.keys().cloned().collect()));
                values.extend(read);
            }
            Err(error) => problems.push(error),
        }
    }
    values.extend(from.given.iter().map(text));
    values.extend(from.values.iter().map(|(name, value)| (name.clone(), Val::from_json(value))));
    Given { values, in_files }
}

/// The files that give values; later ones win.
pub(super) fn files(root: &Path, from: &Variables) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    for name in ["terraform.tfvars", "terraform.tfvars.json"] {
        files.extend(Some(root.join(name)).filter(|path| path.is_file()));
    }
    let entries = fs::read_dir(root).map(|entries| entries.flatten().map(|entry| entry.path()).collect::<Vec<_>>());
    let mut automatic = entries.unwrap_or_default();
    automatic.retain(|path| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json")
    });
    automatic.sort();
    files.extend(automatic);
    files.extend(from.files.iter().cloned());
    files
}

/// The text of a file with values.
pub(super) fn text(path: &Path, drafts: &Drafts) -> Result<String, InputError> {
    let bytes = file::bytes(path, drafts).map_err(|error| unreadable(path, &error))?;
    String::from_utf8(bytes.into_owned())
        .map_err(|error| unreadable(path, &std::io::Error::new(std::io::ErrorKind::InvalidData, error)))
}

fn file_values(path: &Path, drafts: &Drafts) -> Result<BTreeMap<String, Val>, InputError> {
    let name = path.display().to_string();
    let text = text(path, drafts)?;
    let fault = |message: String| InputError::Structure {
        name: name.clone(),
        place: "values of variables".to_owned(),
        message,
    };
    if name.ends_with(".json") {
        let json: serde_json::Value = serde_json::from_str(&text).map_err(|error| fault(error.to_string()))?;
        let fields = json.as_object().ok_or_else(|| fault("an object is expected".to_owned()))?;
        return Ok(fields.iter().map(|(key, value)| (key.clone(), Val::from_json(value))).collect());
    }
    let body = parse_body(&name, &text)?;
    let value = |attribute: &hcl_edit::structure::Attribute| {
        let value = types::written(&attribute.value)
            .map_err(|message| fault(format!("{}: {message}", attribute.key.as_str())))?;
        Ok((attribute.key.to_string(), value))
    };
    body.attributes().map(value).collect()
}
