//! The file with metrics: HCL, each mistake with its line.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Range;
use std::path::Path;

use anyhow::{Context as _, anyhow};
use hcl_edit::Span;
use hcl_edit::structure::{Attribute, Block as Written, Body, Structure};
use parapet_analysis::Direction;
use serde::Deserialize;

/// A file with metrics.
#[derive(Debug, Default)]
pub(super) struct File {
    pub(super) canary: Option<String>,
    pub(super) baseline: Option<String>,
    pub(super) halves: Vec<String>,
    pub(super) metric: BTreeMap<String, Block>,
}

/// Arguments outside of blocks.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Top {
    canary: Option<String>,
    baseline: Option<String>,
    #[serde(default)]
    halves: Vec<String>,
}

/// One metric.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Block {
    pub(super) kind: Option<BlockKind>,
    pub(super) query: Option<String>,
    pub(super) total_query: Option<String>,
    pub(super) max_ratio: Option<f64>,
    pub(super) detectable: Option<f64>,
    pub(super) tolerable: Option<f64>,
    pub(super) slow_above: Option<f64>,
    pub(super) worse: Option<Direction>,
    pub(super) critical: Option<bool>,
    /// Where it is, in front of a message: `gate.hcl:4: `, or nothing for a flag.
    #[serde(skip)]
    pub(super) at: String,
}

#[derive(Debug, Deserialize, PartialEq, Eq, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(super) enum BlockKind {
    ErrorRatio,
    Latency,
    Gauge,
}

pub(super) fn read(path: &Path) -> anyhow::Result<File> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).with_context(|| format!("{name}: cannot be read"))?;
    Text { name, text: &text }.file()
}

struct Text<'a> {
    name: String,
    text: &'a str,
}

impl Text<'_> {
    fn file(&self) -> anyhow::Result<File> {
        let body: Body = hcl_edit::parser::parse_body(self.text).map_err(|error| {
            let location = error.location();
            anyhow!("{}:{}: this is not valid HCL: {}", self.name, location.line(), error.message())
        })?;
        let mut file = File::default();
        let mut top = Vec::new();
        for structure in body.iter() {
            match structure {
                Structure::Attribute(attribute) => top.push(attribute),
                Structure::Block(block) => {
                    let (label, found) = self.block(block)?;
                    if file.metric.insert(label.clone(), found).is_some() {
                        return Err(self.fault(block, format!("there is a metric {label:?} already")));
                    }
                }
            }
        }
        let Top { canary, baseline, halves } = self.arguments(&top)?;
        Ok(File { canary, baseline, halves, ..file })
    }

    fn block(&self, block: &Written) -> anyhow::Result<(String, Block)> {
        let ident = block.ident.as_str();
        if ident != "metric" {
            return Err(
                self.fault(block, format!("there is no block {ident:?}: metrics are `metric \"NAME\" {{ ... }}`"))
            );
        }
        let [label] = block.labels.as_slice() else {
            return Err(self.fault(block, "a metric has one label, its name: `metric \"errors\" { ... }`"));
        };
        let mut arguments = Vec::new();
        for structure in block.body.iter() {
            match structure {
                Structure::Attribute(attribute) => arguments.push(attribute),
                Structure::Block(inner) => return Err(self.fault(inner, "a metric has arguments only, no blocks")),
            }
        }
        let found = Block { at: format!("{}: ", self.place(block)), ..self.arguments(&arguments)? };
        Ok((label.as_str().to_owned(), found))
    }

    /// Arguments as a value; what is wrong with one of them is said at its line.
    fn arguments<T: for<'de> Deserialize<'de>>(&self, arguments: &[&Attribute]) -> anyhow::Result<T> {
        let mut together = String::new();
        for argument in arguments {
            let text = argument.span().and_then(|span| self.text.get(span)).unwrap_or_default();
            // A heredoc ends with a line of its own.
            let text = format!("{text}\n");
            hcl::from_str::<T>(&text).map_err(|error| {
                self.fault(*argument, format!("{}: {}", argument.key.as_str(), without_place(&error)))
            })?;
            together += &text;
        }
        hcl::from_str(&together).map_err(|error| anyhow!("{}: {error}", self.name))
    }

    fn fault(&self, at: &impl Span, message: impl Display) -> anyhow::Error {
        anyhow!("{}: {message}", self.place(at))
    }

    fn place(&self, at: &impl Span) -> String {
        let Range { start, .. } = at.span().unwrap_or_default();
        let line = self.text.get(..start).unwrap_or_default().matches('\n').count() + 1;
        format!("{}:{line}", self.name)
    }
}

/// The message alone: a position in one argument taken by itself would mislead.
fn without_place(error: &hcl::Error) -> String {
    match error {
        hcl::Error::Message(message) => message.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> anyhow::Result<File> {
        Text { name: "gate.hcl".to_owned(), text }.file()
    }

    #[test]
    fn a_file_is_read() {
        let file = read(
            "canary = \"a\"\nhalves = [\"x\", \"y\"]\nmetric \"m\" {\n  kind = \"gauge\"\n  query = <<EOT\nq\nEOT\n}\n",
        );
        let file = file.unwrap();
        assert_eq!((file.canary.as_deref(), file.halves.len()), (Some("a"), 2));
        assert_eq!(file.metric["m"].kind, Some(BlockKind::Gauge));
        assert_eq!(file.metric["m"].at, "gate.hcl:3: ");
    }

    #[test]
    fn a_mistake_has_its_line() {
        for (text, says) in [
            ("canary = \"a\"\nmetric \"m\" {\n", "gate.hcl:2"),
            ("\nmetric \"m\" {\n  kind = \"gauge\"\n  worst = \"higher\"\n}\n", "gate.hcl:4: worst"),
            ("metric \"m\" {\n  kind = \"gage\"\n}\n", "gate.hcl:2: kind"),
            ("metric \"m\" {\n  query = \"q\"\n  max_ratio = \"big\"\n}\n", "gate.hcl:3: max_ratio"),
            ("metric \"m\" {\n}\nmetric \"m\" {\n}\n", "gate.hcl:3: there is a metric \"m\" already"),
            ("metrics \"m\" {\n}\n", "gate.hcl:1: there is no block"),
            ("metric {\n}\n", "gate.hcl:1: a metric has one label"),
            ("baseline = \"b\"\ncanry = \"x\"\n", "gate.hcl:2: canry"),
        ] {
            let error = format!("{:#}", read(text).unwrap_err());
            assert!(error.contains(says), "{error}");
        }
    }
}
