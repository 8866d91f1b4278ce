//! From the paths on the command line to documents: files, directories and standard input.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use parapet_policy::report::Problem;
use parapet_policy::{Document, InputError, input};

/// What was found at the paths.
#[derive(Default)]
pub(crate) struct Inputs {
    /// What can be checked, in the order given; within a directory by name.
    pub(crate) documents: Vec<Document>,
    /// Inputs that cannot be read.
    pub(crate) problems: Vec<Problem>,
    /// Files of a directory that are nothing to check, each with the reason.
    pub(crate) skipped: Vec<String>,
    seen: HashSet<PathBuf>,
}

/// Reads all inputs. Whatever is wrong with one of them is kept as a problem, and the others are read.
pub(crate) fn read(paths: &[PathBuf]) -> Inputs {
    let mut inputs = Inputs::default();
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.stdin();
            continue;
        }
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => inputs.directory(path),
            Ok(_) => inputs.file(path, false),
            Err(error) => inputs.unreadable(path, &error),
        }
    }
    inputs
}

impl Inputs {
    fn stdin(&mut self) {
        // A pipe can be read once; `- -` is the same input.
        if !self.seen.insert(PathBuf::from("-")) {
            return;
        }
        let mut bytes = Vec::new();
        match io::stdin().lock().read_to_end(&mut bytes) {
            Ok(_) => self.bytes("-", bytes, false),
            Err(error) => self.problem("-", format!("standard input cannot be read: {error}")),
        }
    }

    fn directory(&mut self, directory: &Path) {
        let mut files = Vec::new();
        self.walk(directory, &mut files);
        if files.is_empty() {
            let name = directory.display().to_string();
            self.problem(
                &name,
                format!("{name}: no .json, .yaml or .yml file is in this directory; name the files to check"),
            );
        }
        for file in files {
            self.file(&file, true);
        }
    }

    /// Collects the candidates by name. Hidden directories (`.git`, `.terraform`) hold no input, and links to
    /// directories may lead back.
    fn walk(&mut self, directory: &Path, files: &mut Vec<PathBuf>) {
        let entries = match fs::read_dir(directory).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
            Ok(entries) => entries,
            Err(error) => return self.unreadable(directory, &error),
        };
        let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if path.is_dir() {
                if !hidden && !path.is_symlink() {
                    self.walk(&path, files);
                }
            } else if path.extension().is_some_and(|ext| ["json", "yaml", "yml"].iter().any(|known| ext == *known)) {
                files.push(path);
            }
        }
    }

    fn file(&mut self, path: &Path, in_directory: bool) {
        if let Ok(canonical) = path.canonicalize()
            && !self.seen.insert(canonical)
        {
            return;
        }
        match fs::read(path) {
            Ok(bytes) => self.bytes(&path.display().to_string(), bytes, in_directory),
            Err(error) => self.unreadable(path, &error),
        }
    }

    fn bytes(&mut self, name: &str, bytes: Vec<u8>, in_directory: bool) {
        match input::read(name, bytes) {
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
