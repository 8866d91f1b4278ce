//! Rules: what they are, and how they are loaded from the binary, directories, bundles and strings.

use std::collections::BTreeMap;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::cost::Basis;
use crate::engine::reads::Reads;
use crate::ledger::{PoliciesSummary, RuleSummary};
use crate::settings::Settings;
use crate::severity::Severity;

mod builder;
mod bundle;
mod calls;
mod heads;
mod load;
mod metadata;
pub(crate) mod modules;
pub mod packs;
mod select;
mod signature;

pub use builder::PoliciesBuilder;
pub(crate) use load::{embedded_ids, engine_message, single_module, syntax_error};
pub(crate) use modules::key;
pub(crate) use select::{matches, nearest};
pub use signature::Verification;

/// What a rule is evaluated on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Once per planned resource of its types; input `input.resource`.
    Resource,
    /// Once per plan; input `input.plan.resources` and `input.plan.by_type`.
    Plan,
    /// Once per Kubernetes object of its kinds; input `input.object`.
    Object,
    /// Once for the Kubernetes objects of a namespace together; input `input.by_kind`, `input.namespace` and
    /// `input.complete`.
    Namespace,
    /// Once per document of its kinds; input `input.document`.
    Document,
    /// A package made for other tools: once per document, which is the input as it came.
    Plain,
}

impl Scope {
    /// The lower-case name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Plan => "plan",
            Self::Object => "object",
            Self::Namespace => "namespace",
            Self::Document => "document",
            Self::Plain => "plain",
        }
    }
}

/// What becomes of a finding that depends on a value that is not known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnUnknown {
    /// Undetermined.
    #[default]
    Defer,
    /// Undetermined, and shown as a warning.
    Warn,
    /// A violation.
    Deny,
}

/// A rule: its METADATA and where it is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// `aws-rds-storage-encrypted`: the package without `parapet.`, words joined by `-`.
    pub id: String,
    /// `parapet.aws.rds.storage_encrypted`.
    pub package: String,
    /// Second component of the package: `aws`. For plain packages the first.
    pub pack: String,
    /// One line, says what holds when the rule passes.
    pub title: String,
    /// Why it matters. May be empty.
    pub description: String,
    /// How bad a violation is: as the settings say, else as its author says.
    pub severity: Severity,
    /// How bad its author says a violation is.
    pub declared_severity: Severity,
    /// What the rule is evaluated on.
    pub scope: Scope,
    /// Resource types the rule is about (`data.aws_iam_policy_document` for a data source). With plan scope: the types
    /// it needs, or none for all of them.
    pub resources: Vec<String>,
    /// Kubernetes kinds the rule is about.
    pub kinds: Vec<String>,
    /// Kinds of documents the rule is about.
    pub documents: Vec<String>,
    /// Actions the rule is about. Empty: every resource that exists after the plan.
    pub actions: Vec<String>,
    /// Framework -> controls.
    pub controls: BTreeMap<String, Vec<String>>,
    /// How to put a violation right. Empty for plain packages.
    pub remediation: String,
    /// What becomes of findings that depend on unknown values.
    pub on_unknown: OnUnknown,
    /// Ids of the same check in other tools, whose comments are honoured: `CKV_AWS_16`.
    pub aliases: Vec<String>,
    /// File the rule is defined in.
    pub file: String,
    /// Line of its METADATA block, or of its package; from 1.
    pub line: u32,
}

/// A Rego rule to evaluate.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// `data.parapet.aws.rds.storage_encrypted.deny`
    pub(crate) path: String,
    /// Its findings only warn.
    pub(crate) warning: bool,
}

/// What the engine needs to know of a rule.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) entries: Vec<Entry>,
    pub(crate) reads: Reads,
}

#[derive(Debug)]
pub(crate) struct Inner {
    /// Prepared; cloned for every thread.
    pub(crate) engine: regorus::Engine,
    pub(crate) rules: Vec<Rule>,
    /// Parallel to `rules`.
    pub(crate) programs: Vec<Program>,
    /// What the engine was prepared from.
    pub(crate) modules: Arc<modules::Modules>,
    pub(crate) digest: String,
    /// Ids of the rules that the settings switch off.
    pub(crate) off: Vec<String>,
    pub(crate) settings: Option<Settings>,
    /// What the cost of plans is computed with.
    pub(crate) basis: Basis,
    /// File -> text, of every module.
    pub(crate) texts: BTreeMap<String, String>,
}

impl Inner {
    /// As [`Policies::is_idle`].
    pub(crate) fn is_idle(&self, program: &Program) -> bool {
        program.reads.budget && self.basis.budget.is_empty()
    }
}

/// Policies that are loaded, checked and compiled. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Policies {
    pub(crate) inner: Arc<Inner>,
}

/// An example that stands beside a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// File name: `storage_encrypted.bad.tf`.
    pub name: String,
    /// Whether the rule finds nothing in it.
    pub good: bool,
    /// Its text.
    pub text: String,
}

impl Policies {
    /// Starts with the packs compiled into the binary and nothing else.
    pub fn builder() -> PoliciesBuilder {
        PoliciesBuilder::default()
    }

    /// The selected rules, by id.
    pub fn rules(&self) -> &[Rule] {
        &self.inner.rules
    }

    /// SHA-256 over the selected rules, their libraries and data; lower-case hex.
    pub fn digest(&self) -> &str {
        &self.inner.digest
    }

    /// The settings the policies were loaded with.
    pub fn settings(&self) -> Option<&Settings> {
        self.inner.settings.as_ref()
    }

    /// Ids of the rules that the settings switch off, sorted.
    pub fn off(&self) -> &[String] {
        &self.inner.off
    }

    /// What the cost of plans is computed with, and measured against.
    pub fn cost_basis(&self) -> &Basis {
        &self.inner.basis
    }

    /// Whether a rule has nothing to judge: it is about a budget (it reads `input.cost.budget`), and there is none.
    pub fn is_idle(&self, rule: &Rule) -> bool {
        let position = self.inner.rules.iter().position(|it| it.id == rule.id);
        let program = position.and_then(|position| self.inner.programs.get(position));
        program.is_some_and(|program| self.inner.is_idle(program))
    }

    /// Rego source of a rule.
    pub fn source(&self, rule: &Rule) -> Option<&str> {
        self.inner.texts.get(&rule.file).map(String::as_str)
    }

    /// The examples beside a rule: embedded ones, or files next to a rule from a directory.
    pub fn examples(&self, rule: &Rule) -> Vec<Example> {
        let Some(stem) = rule.file.strip_suffix(".rego") else { return Vec::new() };
        let names = ["bad.tf", "good.tf", "bad.yaml", "good.yaml"].map(|suffix| format!("{stem}.{suffix}"));
        let embedded = packs::embedded_files();
        let text_of = |name: &String| {
            let inside = name.strip_prefix("policies/").and_then(|path| embedded.iter().find(|file| file.path == path));
            inside.map(|file| file.text.to_owned()).or_else(|| std::fs::read_to_string(name).ok())
        };
        let examples = names.iter().filter_map(|name| {
            let file_name = name.rsplit('/').next().unwrap_or(name).to_owned();
            Some(Example { good: file_name.contains(".good."), name: file_name, text: text_of(name)? })
        });
        examples.collect()
    }

    pub(crate) fn summary(&self) -> PoliciesSummary {
        let rules = self.rules().iter().map(|rule| RuleSummary {
            id: rule.id.clone(),
            title: rule.title.clone(),
            description: rule.description.clone(),
            severity: rule.severity,
            declared_severity: rule.declared_severity,
            scope: rule.scope,
            remediation: rule.remediation.clone(),
            controls: rule.controls.clone(),
            aliases: rule.aliases.clone(),
            evaluated: 0,
            passed: 0,
        });
        PoliciesSummary {
            digest: self.digest().to_owned(),
            rules: rules.collect(),
            off: self.off().to_vec(),
            settings: self.settings().map(|settings| settings.path.display().to_string()),
        }
    }
}
