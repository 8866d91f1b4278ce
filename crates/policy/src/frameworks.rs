//! Compliance frameworks: what their controls ask for, and which of them infrastructure code can show.
//!
//! The data is `policies/frameworks/<id>.yaml`. Rules name controls by framework id and control id; a control that a
//! rule of a pack names exists here (a test of the packs).

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::rules::packs;

/// A framework and its controls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framework {
    /// What rules call it: `soc2`.
    pub id: String,
    /// What people call it.
    pub title: String,
    /// Which edition the controls are of.
    pub edition: String,
    /// Who publishes the official text, and its name.
    pub source: String,
    /// Controls, in the framework's own order within each kind of evidence: code first.
    pub controls: Vec<Control>,
}

/// One control of a framework.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// The framework's own id: `CC6.1`.
    pub id: String,
    /// What it asks for, in this project's words.
    pub title: String,
    /// What can show that it is met.
    pub evidence: Evidence,
}

/// What can show that a control is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Infrastructure code, at least in part.
    Code,
    /// People and procedures only.
    Process,
}

/// A framework file that cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("policies/{file}: {message}")]
pub struct FrameworkError {
    file: String,
    message: String,
}

/// The frameworks compiled into the binary, by id.
///
/// # Errors
/// [`FrameworkError`] when a file is not valid, or names a control twice.
pub fn frameworks() -> Result<Vec<Framework>, FrameworkError> {
    let files = packs::embedded_files();
    let of_frameworks = files.iter().filter_map(|file| {
        let id = file.path.strip_prefix("frameworks/")?.strip_suffix(".yaml")?;
        Some(parse(id, file.text).map_err(|message| FrameworkError { file: file.path.to_owned(), message }))
    });
    of_frameworks.collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    title: String,
    edition: String,
    source: String,
    code: Listed,
    process: Listed,
}

fn parse(id: &str, text: &str) -> Result<Framework, String> {
    let file: File = serde_saphyr::from_str(text).map_err(|error| error.without_snippet().to_string())?;
    let of = |listed: Listed, evidence| listed.0.into_iter().map(move |(id, title)| Control { id, title, evidence });
    let controls: Vec<Control> = of(file.code, Evidence::Code).chain(of(file.process, Evidence::Process)).collect();
    let mut seen = std::collections::HashSet::new();
    match controls.iter().find(|control| !seen.insert(control.id.as_str())) {
        Some(twice) => Err(format!("control {} is named twice", twice.id)),
        None => {
            Ok(Framework { id: id.to_owned(), title: file.title, edition: file.edition, source: file.source, controls })
        }
    }
}

/// A mapping in the order it is written: `1.10` comes after `1.9`.
struct Listed(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Listed;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("controls: id and title")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Listed, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Listed(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Policies;

    #[test]
    fn controls_keep_their_order() {
        let frameworks = frameworks().unwrap();
        let ids: Vec<&str> = frameworks.iter().map(|framework| framework.id.as_str()).collect();
        assert_eq!(ids, ["cis-aws", "cis-kubernetes", "gdpr", "iso-27001", "nist-800-53", "pci-dss", "soc2"]);
        let cis = frameworks.iter().find(|framework| framework.id == "cis-aws").unwrap();
        assert_eq!(cis.controls.len(), 62, "the recommendations of CIS AWS Foundations 3.0");
        let place = |id: &str| cis.controls.iter().position(|control| control.id == id);
        assert!(place("4.9") < place("4.10"));
        let iso = frameworks.iter().find(|framework| framework.id == "iso-27001").unwrap();
        assert_eq!(iso.controls.len(), 93, "the controls of Annex A");
    }

    #[test]
    fn every_control_that_a_rule_names_exists_and_can_be_read_from_code() {
        let frameworks = frameworks().unwrap();
        let policies = Policies::builder().build().unwrap();
        for rule in policies.rules() {
            for (framework, controls) in &rule.controls {
                let framework = frameworks.iter().find(|known| &known.id == framework);
                let framework = framework.unwrap_or_else(|| panic!("{}: no framework file", rule.id));
                for control in controls {
                    let known = framework.controls.iter().find(|known| &known.id == control);
                    let known = known.unwrap_or_else(|| panic!("{}: {} has no {control}", rule.id, framework.id));
                    assert_eq!(known.evidence, Evidence::Code, "{}: {} {control}", rule.id, framework.id);
                }
            }
        }
    }

    #[test]
    fn a_control_named_twice_is_an_error() {
        let text = "title: T\nedition: E\nsource: S\ncode: {A1: x}\nprocess: {A1: y}\n";
        assert_eq!(parse("t", text), Err("control A1 is named twice".to_owned()));
    }
}
