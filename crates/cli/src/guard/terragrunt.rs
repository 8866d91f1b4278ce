//! Terragrunt runs Terraform in directories of its own making, once for each unit: the guard stands around each of these runs.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use super::command::Wrapped;

/// Options whose values are paths.
const PATHS: [&str; 3] = ["--policies", "--audit", "--settings"];
/// Names the Terraform that Terragrunt runs: the older name, and the current one.
const VARIABLES: [&str; 2] = ["TERRAGRUNT_TFPATH", "TG_TF_PATH"];

/// Runs Terragrunt with a Terraform that is this guard around the real one.
pub(super) fn run(wrapped: &Wrapped, arguments: &[OsString]) -> Result<u8> {
    let named = VARIABLES.iter().find_map(std::env::var_os);
    let terraform = named.unwrap_or_else(|| "terraform".into());
    let directory =
        tempfile::Builder::new().prefix("parapet-").tempdir().context("cannot make a temporary directory")?;
    let wrapper = directory.path().join("terraform");
    let own = std::env::current_exe().context("cannot find parapet itself")?;
    let here = std::env::current_dir().context("the working directory is gone")?;
    let options = options(std::env::args_os().skip(1), &here);
    let words: Vec<String> = [own.into_os_string()]
        .into_iter()
        .chain(options)
        .chain(["--".into(), terraform])
        .map(|word| quoted(&word))
        .collect();
    fs::write(&wrapper, format!("#!/bin/sh\nexec {} \"$@\"\n", words.join(" ")))
        .and_then(|()| fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o700)))
        .with_context(|| format!("cannot write {}", wrapper.display()))?;
    let mut command = Command::new(&wrapped.program);
    command.args(arguments);
    for name in VARIABLES {
        command.env(name, &wrapper);
    }
    Ok(parapet_guard::attend(command)?.code())
}

/// Everything before `--` as it was given, with paths that mean the same in the directory of a unit.
fn options(arguments: impl Iterator<Item = OsString>, here: &Path) -> Vec<OsString> {
    let mut options = Vec::new();
    let mut path_follows = false;
    for word in arguments.take_while(|word| word != "--") {
        let text = word.to_string_lossy();
        let of_path = text.split_once('=').filter(|(name, _)| PATHS.contains(name));
        options.push(match of_path {
            _ if path_follows => here.join(&word).into_os_string(),
            Some((name, path)) => format!("{name}={}", here.join(path).display()).into(),
            None => word.clone(),
        });
        path_follows = !path_follows && PATHS.iter().any(|name| *name == text);
    }
    options
}

/// A word as a POSIX shell takes it.
fn quoted(word: &OsStr) -> String {
    format!("'{}'", word.to_string_lossy().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_the_same_from_everywhere() {
        let given = [
            "guard",
            "--packs",
            "aws",
            "--policies",
            "own",
            "--audit=log",
            "--settings",
            "/etc/p.hcl",
            "--",
            "--policies",
            "x",
        ];
        let kept = options(given.iter().map(OsString::from), Path::new("/here"));
        let expected =
            ["guard", "--packs", "aws", "--policies", "/here/own", "--audit=/here/log", "--settings", "/etc/p.hcl"];
        assert_eq!(kept, expected.map(OsString::from));
        assert_eq!(quoted(OsStr::new("it's")), r"'it'\''s'");
    }
}
