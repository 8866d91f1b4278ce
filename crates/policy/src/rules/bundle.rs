//! Policies from outside the binary: directories, single files, and OPA bundles.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use serde::Deserialize;

use super::load::package_of;
use super::signature::{self, Signed, Verification};
use crate::Value;
use crate::error::PolicyError;

/// Name of the file in which a bundle says what it is about.
const MANIFEST: &str = ".manifest";

/// Bytes a bundle may unpack to, and entries it may have: far above any real bundle, far below what would hurt.
const MAX_BUNDLE_BYTES: u64 = 64 << 20;
const MAX_BUNDLE_ENTRIES: usize = 10_000;
/// Directories deeper than this are a loop of links.
const MAX_DIRECTORY_DEPTH: usize = 32;

/// What was found: Rego modules and data, each with the name to show in messages.
#[derive(Default)]
pub(super) struct Found {
    pub(super) modules: Vec<(String, String)>,
    /// Name, and the data already placed below the path it belongs to.
    pub(super) data: Vec<(String, Value)>,
}

/// Whose bundles are accepted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Trust<'a> {
    /// Those that this key signed.
    Key(&'a Verification),
    /// Those without a signature: there is no key to verify one with.
    Nobody,
    /// All, whatever their signatures say.
    Unverified,
}

/// Reads a directory, a `.rego` file or a bundle.
pub(super) fn read(path: &Path, trust: Trust<'_>, found: &mut Found) -> Result<(), PolicyError> {
    let unreadable = |source| PolicyError::Read { path: path.to_owned(), source };
    // Data alone says what rules of other places are to allow.
    let size = |found: &Found| found.modules.len() + found.data.len();
    let before = size(found);
    if fs::metadata(path).map_err(unreadable)?.is_dir() {
        directory(path, &mut Vec::new(), trust, found)?;
    } else if is_bundle(path) {
        bundle(&path.display().to_string(), &fs::read(path).map_err(unreadable)?, trust, found)?;
    } else if is_policy(&path.to_string_lossy()) {
        let text = fs::read_to_string(path).map_err(unreadable)?;
        found.modules.push((path.display().to_string(), text));
    }
    if size(found) == before {
        return Err(PolicyError::NoPolicies { path: path.to_owned() });
    }
    Ok(())
}

fn is_bundle(path: &Path) -> bool {
    let name = path.to_string_lossy();
    name.ends_with(".tar.gz") || name.ends_with(".tgz")
}

fn is_policy(name: &str) -> bool {
    name.ends_with(".rego") && !name.ends_with("_test.rego")
}

fn directory(path: &Path, below: &mut Vec<String>, trust: Trust<'_>, found: &mut Found) -> Result<(), PolicyError> {
    let unreadable = |source| PolicyError::Read { path: path.to_owned(), source };
    if below.len() > MAX_DIRECTORY_DEPTH {
        return Err(unreadable(std::io::Error::other("directories are nested too deep: a link may lead back")));
    }
    let mut entries = fs::read_dir(path).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(unreadable)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let file_name = entry.file_name().to_string_lossy().into_owned();
        let inner = entry.path();
        if file_name.starts_with('.') {
            continue;
        }
        if inner.is_dir() {
            below.push(file_name);
            directory(&inner, below, trust, found)?;
            below.pop();
        } else if is_policy(&file_name) || is_data(&file_name) {
            let text =
                fs::read_to_string(&inner).map_err(|source| PolicyError::Read { path: inner.clone(), source })?;
            add(&inner.display().to_string(), &file_name, below, text, found)?;
        } else if is_bundle(&inner) {
            let bytes = fs::read(&inner).map_err(|source| PolicyError::Read { path: inner.clone(), source })?;
            bundle(&inner.display().to_string(), &bytes, trust, found)?;
        }
    }
    Ok(())
}

fn is_data(file_name: &str) -> bool {
    matches!(file_name, "data.json" | "data.yaml" | "data.yml")
}

fn add(name: &str, file_name: &str, below: &[String], text: String, found: &mut Found) -> Result<(), PolicyError> {
    if is_policy(file_name) {
        found.modules.push((name.to_owned(), text));
    } else if is_data(file_name) {
        let value = decode_data(name, file_name, &text)?;
        found.data.push((name.to_owned(), place(value, below)));
    }
    Ok(())
}

fn decode_data(name: &str, file_name: &str, text: &str) -> Result<Value, PolicyError> {
    let faulty = |message: String| PolicyError::Bundle { name: name.to_owned(), message };
    let value: Value = if file_name.ends_with(".json") {
        serde_json::from_str(text).map_err(|e| faulty(format!("not valid JSON: {e}")))?
    } else {
        serde_saphyr::from_str(text).map_err(|e| faulty(format!("not valid YAML: {}", e.without_snippet())))?
    };
    if matches!(value, Value::Object(_)) {
        Ok(value)
    } else {
        Err(faulty("data files hold an object; put the value under a name".to_owned()))
    }
}

/// Puts data below the directories it was found in, as OPA does.
fn place(value: Value, below: &[String]) -> Value {
    below.iter().rev().fold(value, |inner, name| {
        let mut object = regorus::Value::new_object();
        if let Ok(fields) = object.as_object_mut() {
            fields.insert(Value::from(name.as_str()), inner);
        }
        object
    })
}

/// Reads a bundle: its signature first, then what its manifest says, then what it holds.
fn bundle(name: &str, bytes: &[u8], trust: Trust<'_>, found: &mut Found) -> Result<(), PolicyError> {
    let faulty = |message: String| PolicyError::Bundle { name: name.to_owned(), message };
    let mut files = unpack(bytes).map_err(faulty)?;
    let signatures = files.remove(signature::FILE);
    match (&signatures, trust) {
        (_, Trust::Unverified) | (None, Trust::Nobody) => {}
        (Some(signatures), Trust::Key(key)) => {
            key.verify(&Signed { files: &files, signatures }).map_err(faulty)?;
        }
        (None, Trust::Key(_)) => {
            return Err(faulty(
                "the bundle is not signed, and only signed ones are accepted; sign it with `opa sign`".to_owned(),
            ));
        }
        (Some(_), Trust::Nobody) => {
            return Err(faulty(
                "the bundle is signed, and there is no key to verify it with: give --verification-key or a bundle_verification \
                 block in parapet.hcl, or accept it as it is with --skip-verify"
                    .to_owned(),
            ));
        }
    }
    let manifest = files.get(MANIFEST).map(|bytes| serde_json::from_slice::<Manifest>(bytes));
    let manifest = manifest.transpose().map_err(|error| faulty(format!("{MANIFEST}: {error}")))?.unwrap_or_default();
    for (path, bytes) in files {
        let mut below: Vec<String> = path.split('/').map(str::to_owned).collect();
        let Some(file_name) = below.pop() else { continue };
        if !(is_policy(&file_name) || is_data(&file_name)) {
            continue;
        }
        let text = String::from_utf8(bytes).map_err(|error| faulty(format!("{path}: {error}")))?;
        let place = if is_policy(&file_name) { package_of(&text) } else { below.clone() };
        if !manifest.owns(&place) {
            let message = format!("{path} is about `{}`, which is not below the roots of {MANIFEST}", place.join("/"));
            return Err(faulty(message));
        }
        add(&format!("{name}/{path}"), &file_name, &below, text, found)?;
    }
    Ok(())
}

/// The files of an archive, each with its path from the root of the bundle.
fn unpack(bytes: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, String> {
    // Room for the headers of all entries; the sizes they name are added up below.
    let unpacked = GzDecoder::new(bytes).take(2 * MAX_BUNDLE_BYTES);
    let mut archive = tar::Archive::new(unpacked);
    let mut total = 0_u64;
    let mut files = BTreeMap::new();
    let entries = archive.entries().map_err(|e| format!("not a gzipped tar archive: {e}"))?;
    for (count, entry) in entries.enumerate() {
        if count >= MAX_BUNDLE_ENTRIES {
            return Err(format!("the bundle has more than {MAX_BUNDLE_ENTRIES} entries; it was not read"));
        }
        let mut entry = entry.map_err(|e| format!("not a gzipped tar archive, or it breaks off: {e}"))?;
        total = total.saturating_add(entry.size());
        if total > MAX_BUNDLE_BYTES {
            return Err(format!("the bundle unpacks to more than {} MiB; it was not read", MAX_BUNDLE_BYTES >> 20));
        }
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = entry.path().map_err(|e| e.to_string())?.to_string_lossy().into_owned();
        let path: Vec<&str> = path.split('/').filter(|c| !c.is_empty() && *c != ".").collect();
        let mut contents = Vec::new();
        entry.read_to_end(&mut contents).map_err(|e| format!("{}: {e}", path.join("/")))?;
        files.insert(path.join("/"), contents);
    }
    Ok(files)
}

/// `.manifest` of a bundle, as far as it decides something here.
#[derive(Default, Deserialize)]
struct Manifest {
    /// What the bundle is about: paths of packages and data. Everything when left out.
    #[serde(default)]
    roots: Option<Vec<String>>,
}

impl Manifest {
    fn owns(&self, place: &[String]) -> bool {
        let Some(roots) = &self.roots else { return true };
        roots.iter().any(|root| {
            let mut root = root.split('/').filter(|step| !step.is_empty());
            let mut place = place.iter();
            root.all(|step| place.next().is_some_and(|own| own == step))
        })
    }
}
