//! Who built it, and from what: in-toto statements with SLSA provenance 0.2 or 1.

use std::path::Path;

use anyhow::{Context as _, bail, ensure};
use base64::Engine as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::gate::inventory;
use crate::gate::outcome::{Case, Outcome};

/// What is expected.
pub(super) struct Expected<'a> {
    pub(super) builder: Option<&'a str>,
    pub(super) source: Option<&'a str>,
    /// Files that were built.
    pub(super) artifacts: &'a [std::path::PathBuf],
}

/// What a statement says.
#[derive(Debug, PartialEq)]
struct Statement {
    builder: Option<String>,
    /// Everything that may be the source: where the build's configuration comes from, and what it took in.
    sources: Vec<String>,
    /// Name and SHA-256 of what was built.
    subjects: Vec<(String, Option<String>)>,
}

pub(super) fn check(path: &Path, expected: &Expected<'_>) -> anyhow::Result<Vec<Case>> {
    let statements = read(&inventory::text(path)?).with_context(|| format!("{}", path.display()))?;
    let mut cases = Vec::new();
    if let Some(builder) = expected.builder {
        cases.push(each("provenance builder", &statements, |it| match &it.builder {
            Some(found) if is_builder(found, builder) => Ok(found.clone()),
            Some(found) => Err(format!("was built by {found}, not by {builder}")),
            None => Err("names no builder".to_owned()),
        }));
    }
    if let Some(source) = expected.source {
        cases.push(each("provenance source", &statements, |it| {
            match it.sources.iter().find(|found| repository(found) == repository(source)) {
                Some(found) => Ok(found.clone()),
                None if it.sources.is_empty() => Err("names no source".to_owned()),
                None => Err(format!("was built from {}, not from {source}", it.sources.join(", "))),
            }
        }));
    }
    for artifact in expected.artifacts {
        cases.push(covered(artifact, &statements)?);
    }
    Ok(cases)
}

/// Every statement of the file has to fit: one that does not is the one an attacker adds.
fn each(name: &str, statements: &[Statement], check: impl Fn(&Statement) -> Result<String, String>) -> Case {
    let found: Result<Vec<String>, String> = statements.iter().map(check).collect();
    let (outcome, text) = match found {
        Ok(mut found) => {
            found.dedup();
            (Outcome::Pass, found.join(", "))
        }
        Err(problem) => (Outcome::Fail, problem),
    };
    Case { name: name.to_owned(), outcome, text, data: json!(null) }
}

fn covered(artifact: &Path, statements: &[Statement]) -> anyhow::Result<Case> {
    let name = artifact.display();
    let bytes = std::fs::read(artifact).with_context(|| format!("{name}: cannot be read"))?;
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let subjects = || statements.iter().flat_map(|it| &it.subjects);
    let found = subjects().find(|(_, sha256)| sha256.as_ref().is_some_and(|it| it.eq_ignore_ascii_case(&digest)));
    let (outcome, text) = match found {
        Some((subject, _)) => (Outcome::Pass, format!("sha256:{digest} is {subject}")),
        None => {
            let known: Vec<&str> = subjects().map(|(subject, _)| subject.as_str()).collect();
            let text = format!("sha256:{digest} is not what was built, which is {}", known.join(", "));
            (Outcome::Fail, text)
        }
    };
    Ok(Case { name: format!("provenance of {name}"), outcome, text, data: json!({ "sha256": digest }) })
}

/// A builder is expected by its whole name, or without the version that follows an `@`.
fn is_builder(found: &str, expected: &str) -> bool {
    found == expected || found.split_once('@').is_some_and(|(name, _)| name == expected)
}

/// The same repository in its various spellings: `git+https://host/a/b.git@refs/heads/main` is `host/a/b`.
fn repository(uri: &str) -> String {
    let uri = uri.trim().trim_start_matches("git+");
    let uri = uri.split_once("://").map_or(uri, |(_, rest)| rest);
    // A user before the host has an `@` as well, which stands before the first slash.
    let path = uri.find('/').unwrap_or(uri.len());
    let end = uri.get(path..).and_then(|rest| rest.find(['@', '#', '?'])).map_or(uri.len(), |at| path + at);
    let uri = uri.get(..end).unwrap_or(uri).trim_end_matches('/');
    uri.strip_suffix(".git").unwrap_or(uri).to_lowercase()
}

/// Statements of a file: one, one a line, or wrapped in DSSE envelopes or Sigstore bundles.
fn read(text: &str) -> anyhow::Result<Vec<Statement>> {
    let values: Vec<Value> = serde_json::Deserializer::from_str(text)
        .into_iter()
        .collect::<Result<_, _>>()
        .context("this is no valid JSON, nor lines of JSON")?;
    ensure!(!values.is_empty(), "there is nothing in it");
    values.iter().map(|value| statement(&unwrapped(value)?)).collect()
}

fn unwrapped(value: &Value) -> anyhow::Result<Value> {
    let envelope = value.get("dsseEnvelope").unwrap_or(value);
    let Some(payload) = envelope.get("payload").and_then(Value::as_str) else { return Ok(value.clone()) };
    let bytes = base64::engine::general_purpose::STANDARD.decode(payload).context("the payload is no base64")?;
    serde_json::from_slice(&bytes).context("the payload is no JSON")
}

fn statement(value: &Value) -> anyhow::Result<Statement> {
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let kind = text("/predicateType").context("this is no in-toto statement: it has no predicateType")?;
    let list = |pointer: &str| value.pointer(pointer).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let uris = |pointer: &str| -> Vec<String> {
        let uri = |it: &Value| it.get("uri").and_then(Value::as_str).map(str::to_owned);
        list(pointer).iter().filter_map(uri).collect()
    };
    let (builder, sources) = match kind.as_str() {
        "https://slsa.dev/provenance/v1" => {
            let parameters = "/predicate/buildDefinition/externalParameters";
            let own = ["/workflow/repository", "/source", "/source/uri", "/repository"];
            let mut sources: Vec<String> = own.iter().filter_map(|it| text(&format!("{parameters}{it}"))).collect();
            if sources.is_empty() {
                sources = uris("/predicate/buildDefinition/resolvedDependencies");
            }
            (text("/predicate/runDetails/builder/id"), sources)
        }
        "https://slsa.dev/provenance/v0.2" | "https://slsa.dev/provenance/v0.1" => {
            let source = text("/predicate/invocation/configSource/uri");
            let sources = source.map_or_else(|| uris("/predicate/materials"), |it| vec![it]);
            (text("/predicate/builder/id"), sources)
        }
        other => bail!("the statement is {other}; SLSA provenance is expected, https://slsa.dev/provenance/v1 or v0.2"),
    };
    let subjects = list("/subject").iter().map(|it| {
        let field = |pointer: &str| it.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        (field("/name").unwrap_or_default(), field("/digest/sha256"))
    });
    Ok(Statement { builder, sources, subjects: subjects.collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const V1: &str = r#"{"_type": "https://in-toto.io/Statement/v1", "predicateType": "https://slsa.dev/provenance/v1",
        "subject": [{"name": "app", "digest": {"sha256": "ab"}}],
        "predicate": {"buildDefinition": {"externalParameters": {"workflow": {"repository": "https://github.com/a/b"}}},
            "runDetails": {"builder": {"id": "https://github.com/slsa/builder@refs/tags/v2"}}}}"#;

    fn bundle(statement: &str) -> String {
        let payload = base64::engine::general_purpose::STANDARD.encode(statement);
        json!({ "dsseEnvelope": { "payload": payload, "payloadType": "application/vnd.in-toto+json" } }).to_string()
    }

    #[test]
    fn statements_are_read_bare_and_wrapped() {
        let bare = read(V1).unwrap();
        assert_eq!(bare, read(&bundle(V1)).unwrap());
        assert_eq!(read(&format!("{}\n{}\n", bundle(V1), bundle(V1))).unwrap().len(), 2);
        assert_eq!(bare[0].sources, ["https://github.com/a/b"]);
        let old = r#"{"predicateType": "https://slsa.dev/provenance/v0.2", "subject": [],
            "predicate": {"builder": {"id": "b"}, "materials": [{"uri": "git+https://github.com/a/b@refs/heads/main"}]}}"#;
        assert_eq!(read(old).unwrap()[0].builder.as_deref(), Some("b"));
        for (text, says) in [
            ("{}", "no in-toto"),
            ("{", "no valid JSON"),
            ("", "nothing"),
            (r#"{"predicateType": "x"}"#, "SLSA"),
            (r#"{"payload": "%"}"#, "base64"),
        ] {
            let error = format!("{:#}", read(text).unwrap_err());
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn repositories_and_builders_have_several_spellings() {
        for uri in [
            "git+https://github.com/a/b@refs/heads/main",
            "https://github.com/A/b.git",
            "github.com/a/b/",
            "https://github.com/a/b#x",
        ] {
            assert_eq!(repository(uri), "github.com/a/b", "{uri}");
        }
        assert_ne!(repository("https://github.com/a/bb"), repository("https://github.com/a/b"));
        assert!(is_builder("https://x/y@v1", "https://x/y") && is_builder("https://x/y@v1", "https://x/y@v1"));
        assert!(!is_builder("https://x/y@v1", "https://x/y@v2") && !is_builder("https://x/yz", "https://x/y"));
    }

    #[test]
    fn one_statement_that_does_not_fit_fails_all() {
        let other = V1.replace("slsa/builder", "evil/builder");
        let statements = read(&format!("{V1}{other}")).unwrap();
        let case = each("builder", &statements, |it| match &it.builder {
            Some(found) if is_builder(found, "https://github.com/slsa/builder") => Ok(found.clone()),
            other => Err(format!("{other:?}")),
        });
        assert!(case.outcome == Outcome::Fail && case.text.contains("evil"));
    }
}
