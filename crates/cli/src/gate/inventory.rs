//! What a build is made of: an SBOM, or a list of packages with their licences.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::Path;

use anyhow::{Context as _, bail};
use serde_json::Value;

/// One component.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Component {
    pub(super) name: String,
    pub(super) version: Option<String>,
    /// As written: an SPDX expression, or a name.
    pub(super) license: Option<String>,
    /// A package URL, or another name that is the same for everybody.
    pub(super) purl: Option<String>,
    /// What its document calls it.
    reference: Option<String>,
}

impl Component {
    /// Name and version.
    pub(super) fn title(&self) -> String {
        match &self.version {
            Some(version) => format!("{} {version}", self.name),
            None => self.name.clone(),
        }
    }
}

/// Components of one document.
#[derive(Debug)]
pub(super) struct Inventory {
    pub(super) components: Vec<Component>,
    /// What only an SBOM has.
    pub(super) sbom: Option<Sbom>,
}

/// What an SBOM says about itself.
#[derive(Debug)]
pub(super) struct Sbom {
    /// Name and version of the format.
    pub(super) format: String,
    pub(super) created: Option<String>,
    /// Tools, persons or organisations that made it.
    pub(super) authors: usize,
    /// Names, as the document has them, of everything on either side of a dependency.
    related: BTreeSet<String>,
}

impl Sbom {
    /// Whether anything is said of what a component depends on, or of what depends on it.
    pub(super) fn relates(&self, component: &Component) -> bool {
        component.reference.as_ref().is_some_and(|it| self.related.contains(it))
    }
}

/// Reads a file, or standard input when it is `-`.
pub(super) fn text(path: &Path) -> anyhow::Result<String> {
    let name = path.display();
    if path.as_os_str() == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("standard input cannot be read")?;
        return Ok(text);
    }
    std::fs::read_to_string(path).with_context(|| format!("{name}: cannot be read"))
}

pub(super) fn read(path: &Path) -> anyhow::Result<Inventory> {
    recognised(&text(path)?).with_context(|| format!("{}", path.display()))
}

fn recognised(text: &str) -> anyhow::Result<Inventory> {
    if !text.trim_start().starts_with(['{', '[']) {
        return Ok(list(go_licenses(text)?));
    }
    let value: Value = serde_json::from_str(text).context("this is no valid JSON")?;
    if value.get("bomFormat").is_some() {
        return Ok(cyclonedx(&value));
    }
    if value.get("spdxVersion").is_some() {
        return Ok(spdx(&value));
    }
    if value.get("workspace_members").is_some() {
        return Ok(list(cargo(&value)));
    }
    if let Value::Array(entries) = &value {
        return Ok(list(entries.iter().map(pip_licenses).collect::<anyhow::Result<_>>()?));
    }
    if let Some(entries) = value.as_object().filter(|it| it.values().any(|entry| entry.get("licenses").is_some())) {
        return Ok(list(entries.iter().map(|(key, entry)| npm(key, entry)).collect()));
    }
    bail!(
        "this is none of: CycloneDX, SPDX, `cargo metadata`, pip-licenses and license-checker (JSON), go-licenses (CSV)"
    );
}

fn list(components: Vec<Component>) -> Inventory {
    Inventory { components, sbom: None }
}

/// The text of a field that is not empty.
fn string(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Several licences that hold at once.
fn all_of(licenses: Vec<String>) -> Option<String> {
    match licenses.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(several.iter().map(|one| format!("({one})")).collect::<Vec<_>>().join(" AND ")),
    }
}

fn cyclonedx(value: &Value) -> Inventory {
    let mut components = Vec::new();
    nested(items(value, "components"), &mut components);
    let mut related = BTreeSet::new();
    for dependency in items(value, "dependencies") {
        related.extend(string(dependency, "ref"));
        related.extend(items(dependency, "dependsOn").iter().filter_map(Value::as_str).map(str::to_owned));
    }
    let metadata = value.get("metadata").unwrap_or(&Value::Null);
    // Tools are a list up to version 1.4, and an object of components and services since.
    let tools = metadata.get("tools").unwrap_or(&Value::Null);
    let authors = items(metadata, "tools").len()
        + items(metadata, "authors").len()
        + items(tools, "components").len()
        + items(tools, "services").len();
    let sbom = Sbom {
        format: format!("CycloneDX {}", string(value, "specVersion").unwrap_or_default()),
        created: string(metadata, "timestamp"),
        authors,
        related,
    };
    Inventory { components, sbom: Some(sbom) }
}

/// Components may contain components.
fn nested(values: &[Value], into: &mut Vec<Component>) {
    for value in values {
        let licenses = items(value, "licenses").iter().filter_map(|choice| {
            let license = choice.get("license").unwrap_or(&Value::Null);
            string(choice, "expression").or_else(|| string(license, "id")).or_else(|| string(license, "name"))
        });
        let name = string(value, "name").unwrap_or_default();
        into.push(Component {
            name: string(value, "group").map_or_else(|| name.clone(), |group| format!("{group}/{name}")),
            version: string(value, "version"),
            license: all_of(licenses.collect()),
            purl: string(value, "purl").or_else(|| string(value, "cpe")),
            reference: string(value, "bom-ref"),
        });
        nested(items(value, "components"), into);
    }
}

fn spdx(value: &Value) -> Inventory {
    let described: BTreeSet<&str> =
        items(value, "documentDescribes").iter().filter_map(Value::as_str).chain(described(value)).collect();
    let stated = |package: &Value, key: &str| string(package, key).filter(|it| it != "NOASSERTION" && it != "NONE");
    let packages = items(value, "packages").iter().filter(|package| {
        // What the document is about is not one of its own components.
        !string(package, "SPDXID").is_some_and(|id| described.contains(id.as_str()))
    });
    let components = packages.map(|package| {
        let references = items(package, "externalRefs").iter();
        let purl = references
            .filter(|it| string(it, "referenceType").is_some_and(|kind| kind == "purl" || kind.starts_with("cpe")))
            .find_map(|it| string(it, "referenceLocator"));
        Component {
            name: string(package, "name").unwrap_or_default(),
            version: string(package, "versionInfo"),
            license: stated(package, "licenseConcluded").or_else(|| stated(package, "licenseDeclared")),
            purl,
            reference: string(package, "SPDXID"),
        }
    });
    let related = items(value, "relationships").iter().flat_map(|relation| {
        string(relation, "spdxElementId").into_iter().chain(string(relation, "relatedSpdxElement"))
    });
    let creation = value.get("creationInfo").unwrap_or(&Value::Null);
    let sbom = Sbom {
        format: string(value, "spdxVersion").unwrap_or_default(),
        created: string(creation, "created"),
        authors: items(creation, "creators").len(),
        related: related.collect(),
    };
    Inventory { components: components.collect(), sbom: Some(sbom) }
}

fn described(value: &Value) -> impl Iterator<Item = &str> {
    items(value, "relationships")
        .iter()
        .filter(|it| it.get("relationshipType").and_then(Value::as_str) == Some("DESCRIBES"))
        .filter_map(|it| it.get("relatedSpdxElement").and_then(Value::as_str))
}

fn cargo(value: &Value) -> Vec<Component> {
    let own: BTreeSet<&str> = items(value, "workspace_members").iter().filter_map(Value::as_str).collect();
    items(value, "packages")
        .iter()
        .filter(|package| !string(package, "id").is_some_and(|id| own.contains(id.as_str())))
        .map(|package| Component {
            name: string(package, "name").unwrap_or_default(),
            version: string(package, "version"),
            // Cargo's old way to write OR.
            license: string(package, "license").map(|it| it.split('/').map(str::trim).collect::<Vec<_>>().join(" OR ")),
            purl: None,
            reference: None,
        })
        .collect()
}

fn pip_licenses(entry: &Value) -> anyhow::Result<Component> {
    let name = string(entry, "Name").context("a list of objects with Name, Version and License is expected")?;
    let license = string(entry, "License").filter(|it| it != "UNKNOWN");
    // pip-licenses separates several classifiers with a semicolon; all of them may apply.
    let license = license.map(|it| it.split(';').map(|one| one.trim().to_owned()).collect()).and_then(all_of);
    Ok(Component { name, version: string(entry, "Version"), license, purl: None, reference: None })
}

fn npm(key: &str, entry: &Value) -> Component {
    let (name, version) = key.rsplit_once('@').filter(|(name, _)| !name.is_empty()).unwrap_or((key, ""));
    let license = match entry.get("licenses") {
        Some(Value::Array(all)) => all_of(all.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        _ => string(entry, "licenses"),
    };
    Component {
        name: name.to_owned(),
        version: Some(version.to_owned()).filter(|it| !it.is_empty()),
        // A star marks a licence guessed from the text of a file.
        license: license.map(|it| it.trim_end_matches('*').to_owned()).filter(|it| it != "UNKNOWN"),
        purl: None,
        reference: None,
    }
}

fn go_licenses(text: &str) -> anyhow::Result<Vec<Component>> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let components: Vec<Component> = lines
        .map(|(index, line)| match line.split(',').map(str::trim).collect::<Vec<_>>().as_slice() {
            [name, _, license] => Ok(Component {
                name: (*name).to_owned(),
                version: None,
                license: Some((*license).to_owned()).filter(|it| !it.is_empty() && it != "Unknown"),
                purl: None,
                reference: None,
            }),
            _ => bail!(
                "line {}: {line:?} is not `package,address,licence` of go-licenses, and this is no JSON",
                index + 1
            ),
        })
        .collect::<anyhow::Result<_>>()?;
    if components.is_empty() {
        bail!("there is nothing in it");
    }
    Ok(components)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_packages_are_recognised() {
        for text in [
            r#"{"bomFormat": "CycloneDX", "components": [{"name": "a", "version": "1", "licenses": [{"license": {"id": "MIT"}}]}]}"#,
            r#"{"spdxVersion": "SPDX-2.3", "documentDescribes": ["root"], "packages": [{"SPDXID": "root", "name": "me"},
                {"SPDXID": "p", "name": "a", "versionInfo": "1", "licenseConcluded": "NOASSERTION", "licenseDeclared": "MIT"}]}"#,
            r#"{"workspace_members": ["me 1"], "packages": [{"id": "me 1", "name": "me"},
                {"id": "a 1", "name": "a", "version": "1", "license": "MIT"}]}"#,
            r#"[{"Name": "a", "Version": "1", "License": "MIT"}]"#,
            r#"{"a@1": {"licenses": "MIT*"}}"#,
            "a,https://example.com/LICENSE,MIT\n",
        ] {
            let found = recognised(text).unwrap().components;
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!((found[0].name.as_str(), found[0].license.as_deref()), ("a", Some("MIT")), "{text}");
        }
        for (text, says) in
            [("{}", "none of"), ("a b", "line 1"), ("", "nothing in it"), ("{", "no valid JSON"), ("[{}]", "Name")]
        {
            let error = format!("{:#}", recognised(text).unwrap_err());
            assert!(error.contains(says), "{error}");
        }
    }

    #[test]
    fn several_licences_hold_together_and_old_slashes_are_a_choice() {
        let text = r#"{"bomFormat": "CycloneDX", "components": [{"name": "a", "licenses":
            [{"license": {"id": "MIT"}}, {"expression": "ISC OR Zlib"}]}]}"#;
        assert_eq!(recognised(text).unwrap().components[0].license.as_deref(), Some("(MIT) AND (ISC OR Zlib)"));
        let text = r#"{"workspace_members": [], "packages": [{"id": "a", "name": "a", "license": "MIT/Apache-2.0"}]}"#;
        assert_eq!(recognised(text).unwrap().components[0].license.as_deref(), Some("MIT OR Apache-2.0"));
    }
}
