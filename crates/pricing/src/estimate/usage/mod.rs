//! What configuration cannot tell: how much is stored, sent, called.
//!
//! A usage file is HCL. All amounts are per month; the guide `docs/guides/cost.md` lists what each type takes.
//!
//! ```hcl
//! resource "aws_nat_gateway.main"       { data_processed_gb = 500 }
//! resource "module.*.aws_s3_bucket.*"   { storage_gb = 100 }
//! default  "aws_cloudwatch_log_group"   { ingested_gb = 5 }
//! data_transfer "us-east-1"             { internet_out_gb = 1000 }
//! ```
//!
//! An exact address counts before a pattern, a later pattern before an earlier one, and both before the default of the type.

mod parse;

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::input::Planned;
use crate::instance::Glob;

/// What is wrong with a usage file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct UsageError {
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What is wrong, and what to write.
    pub message: String,
}

/// One stated value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fact {
    Number(Decimal),
    Text(String),
}

/// Which resources a block is about.
#[derive(Debug, Clone)]
enum About {
    Address(String),
    Pattern { text: String, glob: Glob },
    Kind(String),
}

#[derive(Debug, Clone)]
struct Block {
    about: About,
    facts: BTreeMap<String, Fact>,
    line: usize,
}

/// A usage file; an empty one says nothing.
#[derive(Debug, Clone, Default)]
pub struct Usage {
    file: String,
    blocks: Vec<Block>,
    /// Region -> what is sent.
    pub(super) transfers: BTreeMap<String, BTreeMap<String, Fact>>,
}

impl Usage {
    /// Reads a usage file; `file` is named in errors.
    ///
    /// # Errors
    /// Text that is not HCL, blocks and values that there are not, amounts below zero.
    pub fn parse(file: &str, text: &str) -> Result<Self, UsageError> {
        parse::parse(file, text)
    }

    /// Blocks about resources that are none of these, each in words: most likely mistyped addresses.
    #[must_use]
    pub fn unused(&self, resources: &[Planned]) -> Vec<String> {
        let about_none = |block: &&Block| !resources.iter().any(|it| block.is_about(&it.address, &it.kind));
        let named = self.blocks.iter().filter(|block| !matches!(block.about, About::Kind(_))).filter(about_none);
        named
            .map(|block| format!("{}:{}: `{}` is no resource of the input", self.file, block.line, block.about.text()))
            .collect()
    }

    /// What is said of a resource.
    pub(super) fn of<'a>(&'a self, address: &str, kind: &str) -> Stated<'a> {
        let mut found: Vec<(u8, usize, &Block)> = self
            .blocks
            .iter()
            .enumerate()
            .filter(|(_, block)| block.is_about(address, kind))
            .map(|(index, block)| (block.about.rank(), index, block))
            .collect();
        // The strongest last.
        found.sort_by_key(|(rank, index, _)| (*rank, *index));
        Stated { facts: found.into_iter().rev().map(|(_, _, block)| &block.facts).collect() }
    }
}

impl About {
    fn rank(&self) -> u8 {
        match self {
            Self::Kind(_) => 0,
            Self::Pattern { .. } => 1,
            Self::Address(_) => 2,
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Kind(text) | Self::Address(text) | Self::Pattern { text, .. } => text,
        }
    }
}

impl Block {
    fn is_about(&self, address: &str, kind: &str) -> bool {
        match &self.about {
            About::Address(exact) => exact == address,
            About::Pattern { glob, .. } => glob.matches(address),
            About::Kind(of) => of == kind,
        }
    }
}

/// What is said of one resource, the strongest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Stated<'a> {
    facts: Vec<&'a BTreeMap<String, Fact>>,
}

impl<'a> Stated<'a> {
    #[cfg(test)]
    pub(super) fn none() -> Self {
        Self::default()
    }

    pub(super) fn of(facts: &'a BTreeMap<String, Fact>) -> Self {
        Self { facts: vec![facts] }
    }

    fn fact(&self, name: &str) -> Option<&'a Fact> {
        self.facts.iter().find_map(|facts| facts.get(name))
    }

    pub(super) fn number(&self, name: &str) -> Option<Decimal> {
        match self.fact(name)? {
            Fact::Number(amount) => Some(*amount),
            Fact::Text(_) => None,
        }
    }

    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        match self.fact(name)? {
            Fact::Text(text) => Some(text),
            Fact::Number(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
default "aws_nat_gateway" { data_processed_gb = 1 }
resource "aws_nat_gateway.*" { data_processed_gb = 2 }
resource "aws_nat_gateway.main" { data_processed_gb = 3.5 }
resource "module.*.aws_db_instance.x[\"a\"]" {
  engine            = "postgres"
  allocated_storage = 20
}
data_transfer "us-east-1" { internet_out_gb = 0.1 }
"#;

    #[test]
    fn the_nearest_counts() {
        let usage = Usage::parse("usage.hcl", FILE).unwrap();
        let processed =
            |address: &str| usage.of(address, "aws_nat_gateway").number("data_processed_gb").unwrap().to_string();
        assert_eq!(processed("module.a.aws_nat_gateway.main"), "1");
        assert_eq!(processed("aws_nat_gateway.other"), "2");
        assert_eq!(processed("aws_nat_gateway.main"), "3.5");
        let database = usage.of("module.b.aws_db_instance.x[\"a\"]", "aws_db_instance");
        assert_eq!((database.text("engine"), database.number("engine")), (Some("postgres"), None));
        assert_eq!(usage.transfers["us-east-1"]["internet_out_gb"], Fact::Number("0.1".parse().unwrap()));
    }

    #[test]
    fn addresses_of_nothing_are_named() {
        let usage = Usage::parse("usage.hcl", FILE).unwrap();
        let nat = Planned {
            address: "aws_nat_gateway.a".to_owned(),
            kind: "aws_nat_gateway".to_owned(),
            ..Planned::default()
        };
        let unused = usage.unused(&[nat]);
        assert_eq!(unused.len(), 2);
        assert_eq!(unused[0], "usage.hcl:4: `aws_nat_gateway.main` is no resource of the input");
    }

    #[test]
    fn mistakes_have_line_and_column() {
        for (text, says) in [
            ("resource \"aws_nat_gateway.main\" {\n", "1:"),
            ("x = 1\n", "1:1: `x`"),
            ("\nresorce \"aws_nat_gateway.main\" {}\n", "2:1: there is no block `resorce`"),
            ("resource {}\n", "1:1: "),
            (
                "resource \"aws_nat_gateway.main\" {\n  data_procesed_gb = 5\n}\n",
                "2:3: `data_procesed_gb` is nothing that aws_nat_gateway takes; it takes data_processed_gb",
            ),
            (
                "default \"aws_nat_gateway\" {\n  data_processed_gb = 1e12\n}\n",
                "2:23: 1000000000000 is more than anybody uses",
            ),
            ("resource \"aws_nat_gateway.main\" {\n  data_processed_gb = -5\n}\n", "2:23: -5 is below zero"),
            ("resource \"aws_nat_gateway.main\" {\n  data_processed_gb = var.x\n}\n", "2:23: write a number or a text"),
            (
                "resource \"aws_iam_role.main\" {\n  x = 5\n}\n",
                "1:10: `aws_iam_role.main` names no type that usage is stated for",
            ),
            ("resource \"aws_*.main\" {\n  x = 5\n}\n", "2:3: `x` is nothing that any type takes"),
            ("default \"aws_nat\" {\n}\n", "1:9: `aws_nat` is no type that usage is stated for"),
            ("data_transfer \"us-east-1\" {\n  out_gb = 5\n}\n", "2:3: `out_gb` is nothing that data_transfer takes"),
            ("resource \"aws_nat_gateway.main\" {\n  inner {}\n}\n", "2:3: "),
        ] {
            let error = Usage::parse("usage.hcl", text).unwrap_err().to_string();
            assert!(error.starts_with("usage.hcl:") && error.contains(says), "{error}");
        }
    }
}
