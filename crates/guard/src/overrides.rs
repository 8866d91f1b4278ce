//! `dev_overrides` of Terraform's command line configuration: provider programs under development, used in place of installed
//! packages and without their checksums.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::GuardError;

/// Source addresses and the directories that hold their programs.
pub(crate) type Overrides = Vec<(String, PathBuf)>;

/// Reads those of every configuration file that `program` (`terraform`, `tofu`) reads.
///
/// # Errors
/// A file is there and cannot be read.
pub(crate) fn overrides(program: &Path, variable: impl Fn(&str) -> Option<String>) -> Result<Overrides, GuardError> {
    let tofu = program.file_name().is_some_and(|name| name.to_string_lossy().contains("tofu"));
    let mut found = Overrides::new();
    for path in files(tofu, &variable) {
        match fs::read_to_string(&path) {
            Ok(text) => found.extend(parse(&text, tofu)),
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {}
            Err(source) => return Err(GuardError::Read { path, source }),
        }
    }
    Ok(found)
}

fn files(tofu: bool, variable: &impl Fn(&str) -> Option<String>) -> Vec<PathBuf> {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = set("HOME");
    let in_home = |name: &str| home.as_ref().map(|home| home.join(name));
    let named = set("TF_CLI_CONFIG_FILE").or_else(|| set("TERRAFORM_CONFIG"));
    let own = named.or_else(|| {
        let xdg = set("XDG_CONFIG_HOME").or_else(|| in_home(".config")).map(|it| it.join("opentofu/tofurc"));
        let of_tofu = [in_home(".tofurc"), xdg].into_iter().flatten().find(|path| tofu && path.exists());
        of_tofu.or_else(|| in_home(".terraformrc"))
    });
    let mut files = Vec::from_iter(own);
    if let Some(entries) = in_home(".terraform.d").and_then(|directory| directory.read_dir().ok()) {
        let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        files.extend(paths.filter(|path| path.extension().is_some_and(|it| it == "tfrc")));
    }
    files
}

/// The pairs in each `dev_overrides` block. The file is HCL 1, whose keys may be strings, which readers of HCL 2 refuse; so that
/// only words, strings and braces are told apart here.
fn parse(text: &str, tofu: bool) -> Overrides {
    let mut tokens = Tokens(text).peekable();
    let mut found = Overrides::new();
    while let Some(token) = tokens.next() {
        if token != Token::Word("dev_overrides".to_owned()) || tokens.next_if_eq(&Token::Mark('{')).is_none() {
            continue;
        }
        while let Some(Token::Word(source) | Token::Text(source)) = tokens.next() {
            let Some(Token::Text(path)) = tokens.next_if_eq(&Token::Mark('=')).and_then(|_| tokens.next()) else {
                break;
            };
            found.push((qualified(&source, tofu), path.into()));
        }
    }
    found
}

fn qualified(source: &str, tofu: bool) -> String {
    let host = if tofu { "registry.opentofu.org" } else { "registry.terraform.io" };
    match source.split('/').count() {
        1 => format!("{host}/hashicorp/{source}"),
        2 => format!("{host}/{source}"),
        _ => source.to_owned(),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Mark(char),
}

struct Tokens<'a>(&'a str);

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            self.0 = self.0.trim_start();
            if self.0.starts_with('#') || self.0.starts_with("//") {
                self.0 = self.0.split_once('\n').map_or("", |(_, rest)| rest);
            } else if let Some(comment) = self.0.strip_prefix("/*") {
                self.0 = comment.split_once("*/").map_or("", |(_, rest)| rest);
            } else {
                break;
            }
        }
        let first = self.0.chars().next()?;
        if let Some(text) = self.0.strip_prefix('"') {
            return Some(self.text(text));
        }
        let word = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-' | '.');
        let end = self.0.find(|it| !word(it)).unwrap_or(self.0.len());
        let (token, rest) = self.0.split_at(if end == 0 { first.len_utf8() } else { end });
        self.0 = rest;
        Some(if end == 0 { Token::Mark(first) } else { Token::Word(token.to_owned()) })
    }
}

impl Tokens<'_> {
    fn text(&mut self, from: &str) -> Token {
        let mut text = String::new();
        let mut chars = from.char_indices();
        while let Some((at, char)) = chars.next() {
            match char {
                '"' => {
                    let after = self.0.len() - from.len() + at + 1;
                    self.0 = self.0.get(after..).unwrap_or_default();
                    return Token::Text(text);
                }
                '\\' => text.extend(chars.next().map(|(_, escaped)| escaped)),
                char => text.push(char),
            }
        }
        self.0 = "";
        Token::Text(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_developer_wrote() {
        let text = r##"
plugin_cache_dir = "$HOME/.cache" # dev_overrides { "not/this" = "/x" }
provider_installation {
  /* nor { this */
  dev_overrides {
    "parapet-io/parapet"                 = "/home/dev/target/debug"
    // with its registry
    "registry.example.com/team/thing" = "/home/\"dev\"/{x}"
  }
  direct { exclude = ["a/b"] }
}
"##;
        let expected = [
            ("registry.terraform.io/parapet-io/parapet", "/home/dev/target/debug"),
            ("registry.example.com/team/thing", "/home/\"dev\"/{x}"),
        ];
        let expected = expected.map(|(source, path)| (source.to_owned(), PathBuf::from(path)));
        assert_eq!(parse(text, false), expected);
        assert_eq!(parse(text, true)[0].0, "registry.opentofu.org/parapet-io/parapet");
        assert_eq!(parse("dev_overrides {", false), []);
        assert_eq!(parse("dev_overrides { \"a/b\" = ", false), []);
        assert_eq!(parse("provider_installation { direct {} }", false), []);
    }

    #[test]
    fn the_variable_names_the_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tfrc");
        fs::write(&path, "provider_installation {\n  dev_overrides {\n    \"a/b\" = \"/x\"\n  }\n}\n").unwrap();
        let variable = |name: &str| (name == "TF_CLI_CONFIG_FILE").then(|| path.display().to_string());
        assert_eq!(overrides(Path::new("/bin/terraform"), variable).unwrap().len(), 1);
        let home = |name: &str| (name == "HOME").then(|| dir.path().display().to_string());
        assert_eq!(overrides(Path::new("terraform"), home).unwrap(), []);
        fs::rename(&path, dir.path().join(".terraformrc")).unwrap();
        assert_eq!(overrides(Path::new("terraform"), home).unwrap().len(), 1);
    }
}
