//! An installed provider package: its checksum and its program.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::error::GuardError;
use crate::lock::Locked;

/// Bytes that are read at once.
const PART_BYTES: usize = 256 * 1024;
/// Parts under way between reading and hashing.
const PARTS: usize = 4;

/// Compares an installed package with the checksums its lock file trusts, as Terraform does before it starts a provider. Only
/// `h1:` says something about an unpacked package, and Terraform starts no other; `zh:` is the checksum of the archive it came
/// from, so that a lock file with nothing else matches none. One that leaves checksums out trusts any package.
///
/// # Errors
/// The package cannot be read, or matches none of them.
pub(crate) fn verify(locked: &Locked, package: &Path) -> Result<(), GuardError> {
    let Some(hashes) = &locked.hashes else { return Ok(()) };
    let found = content_hash(package).map_err(|source| GuardError::Read { path: package.to_owned(), source })?;
    if hashes.contains(&found) {
        return Ok(());
    }
    Err(GuardError::Checksum {
        provider: locked.source.clone(),
        version: locked.version.clone(),
        package: package.to_owned(),
        found,
        expected: expected(hashes),
    })
}

fn expected(hashes: &[String]) -> String {
    let content: Vec<&str> = hashes.iter().map(String::as_str).filter(|hash| hash.starts_with("h1:")).collect();
    if content.is_empty() {
        "an h1: checksum, of which the lock file has none; zh: is that of an archive and says nothing about an unpacked package"
            .to_owned()
    } else {
        content.join(" or ")
    }
}

/// `h1:`, the checksum of a directory's content as Go modules have it (`golang.org/x/mod/sumdb/dirhash`, `Hash1`): the SHA-256
/// of one line for each file, sorted by name, with the SHA-256 of the file.
fn content_hash(directory: &Path) -> io::Result<String> {
    let mut names = Vec::new();
    // The package itself may be a link into a mirror or a cache; links below it count as files.
    files(&directory.canonicalize()?, "", &mut names)?;
    names.sort_unstable_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
    let mut summary = Sha256::new();
    for (name, path) in names {
        if name.contains('\n') {
            return Err(io::Error::other(format!("a file name with a line break: {name:?}")));
        }
        summary.update(format!("{}  {name}\n", hex(&file_hash(&path)?)));
    }
    Ok(format!("h1:{}", STANDARD.encode(summary.finalize())))
}

fn files(directory: &Path, prefix: &str, found: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let name =
            entry.file_name().into_string().map_err(|name| io::Error::other(format!("{name:?} is not UTF-8")))?;
        let name = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            files(&entry.path(), &format!("{name}/"), found)?;
        } else {
            found.push((name, entry.path()));
        }
    }
    Ok(())
}

/// Read on one thread and hashed on another: programs have hundreds of megabytes, and nothing starts before this is done.
fn file_hash(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = File::open(path)?;
    let (full, filled) = sync_channel::<(Vec<u8>, usize)>(PARTS);
    let (empty, emptied) = sync_channel(PARTS);
    for _ in 0..PARTS {
        // There is room for all of them.
        let _room = empty.try_send(vec![0; PART_BYTES]);
    }
    thread::scope(|scope| {
        let reader =
            thread::Builder::new().name("package".to_owned()).spawn_scoped(scope, move || -> io::Result<()> {
                // Each side ends when the other one has gone.
                while let Ok(mut part) = emptied.recv() {
                    let read = file.read(&mut part)?;
                    if read == 0 || full.send((part, read)).is_err() {
                        break;
                    }
                }
                Ok(())
            })?;
        let mut hash = Sha256::new();
        while let Ok((part, read)) = filled.recv() {
            hash.update(part.get(..read).unwrap_or_default());
            // The reader may be at the end of the file.
            let _back = empty.send(part);
        }
        drop(empty);
        reader.join().map_err(|_| io::Error::other("the thread that reads it broke down"))??;
        Ok(hash.finalize().into())
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The provider's program in its package, found as Terraform finds it: the first file named `terraform-provider-TYPE`, with
/// whatever follows an underscore or a dot.
///
/// # Errors
/// There is none.
pub(crate) fn program(source: &str, package: &Path) -> Result<PathBuf, GuardError> {
    let kind = source.rsplit('/').next().unwrap_or(source);
    let wanted = format!("terraform-provider-{kind}");
    let is_program = |name: &str| {
        name.strip_prefix(&wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('_') || rest.starts_with('.'))
    };
    let entries = fs::read_dir(package).map_err(|source| GuardError::Read { path: package.to_owned(), source })?;
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file() && path.file_name().and_then(|it| it.to_str()).is_some_and(is_program))
        .collect();
    found.sort();
    let missing = || GuardError::NoProgram { provider: source.to_owned(), package: package.to_owned(), wanted };
    found.into_iter().next().ok_or_else(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        dir
    }

    #[test]
    fn the_content_hash_is_that_of_go_modules() {
        let dir = package(&[("xyz/def", "data for xyz/def"), ("abc", "data for abc")]);
        // As `(sha256sum abc; sha256sum xyz/def) | sha256sum` has it, in base64.
        let expected = "h1:43RW0QQpXR5aU4Ue+JJF97RGPFLWTf0KCr5gD+lYg+M=";
        assert_eq!(content_hash(dir.path()).unwrap(), expected);
        let links = tempfile::tempdir().unwrap();
        let link = links.path().join("linux_amd64");
        std::os::unix::fs::symlink(dir.path(), &link).unwrap();
        assert_eq!(content_hash(&link).unwrap(), expected, "a package in a mirror is linked");
    }

    #[test]
    fn a_file_is_hashed_to_its_last_byte() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("program");
        for length in [0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PARTS * PART_BYTES + 7] {
            let content: Vec<u8> = (0..length).map(|position| u8::try_from(position % 251).unwrap()).collect();
            fs::write(&path, &content).unwrap();
            assert_eq!(file_hash(&path).unwrap(), <[u8; 32]>::from(Sha256::digest(&content)), "{length} bytes");
        }
        assert!(file_hash(dir.path()).is_err(), "a directory");
    }

    #[test]
    fn names_are_sorted_as_bytes_across_directories() {
        let mut names = Vec::new();
        let dir = package(&[("a/b", ""), ("a-b", ""), ("B", "")]);
        files(dir.path(), "", &mut names).unwrap();
        names.sort_unstable_by(|a, b| a.0.as_bytes().cmp(b.0.as_bytes()));
        assert_eq!(names.into_iter().map(|it| it.0).collect::<Vec<_>>(), ["B", "a-b", "a/b"]);
    }

    #[test]
    fn one_matching_checksum_is_enough_and_none_says_what_to_do() {
        let dir = package(&[("terraform-provider-b_v1", "binary")]);
        let found = content_hash(dir.path()).unwrap();
        let mut locked = Locked {
            source: "registry.terraform.io/a/b".to_owned(),
            version: "1.0.0".to_owned(),
            hashes: Some(vec!["h1:other".to_owned(), "zh:00".to_owned(), found.clone()]),
        };
        verify(&locked, dir.path()).unwrap();
        locked.hashes = Some(vec!["h1:other".to_owned(), "zh:00".to_owned()]);
        let error = verify(&locked, dir.path()).unwrap_err().to_string();
        for part in ["registry.terraform.io/a/b 1.0.0", "h1:other", &found, "terraform init"] {
            assert!(error.contains(part), "{part:?} is not in: {error}");
        }
        assert!(!error.contains("zh:00"), "says nothing about an unpacked package: {error}");
        locked.hashes = Some(vec!["zh:00".to_owned()]);
        let error = verify(&locked, dir.path()).unwrap_err().to_string();
        assert!(error.contains("an h1: checksum, of which the lock file has none"), "{error}");
        locked.hashes = None;
        verify(&locked, dir.path()).unwrap();
    }

    #[test]
    fn the_program_has_the_name_of_its_type() {
        let dir =
            package(&[("LICENSE", ""), ("terraform-provider-awscc_v1", ""), ("terraform-provider-aws_v3.39.0_x5", "")]);
        let found = program("registry.terraform.io/hashicorp/aws", dir.path()).unwrap();
        assert!(found.ends_with("terraform-provider-aws_v3.39.0_x5"), "{found:?}");
        assert!(program("registry.terraform.io/hashicorp/google", dir.path()).is_err());
    }
}
