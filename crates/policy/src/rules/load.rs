//! Modules become [`Policies`]: parse, check METADATA and calls, select, prepare the engine once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::metadata;
use super::modules::Modules;
use super::packs::{EmbeddedFile, embedded_files};
use super::{Entry, Inner, OnUnknown, Policies, Program, Rule, Scope, calls, heads, select};
use crate::Value;
use crate::cost::{self, Basis};
use crate::engine::builtins;
use crate::engine::reads::Reads;
use crate::error::PolicyError;
use crate::settings::Settings;
use crate::severity::Severity;

/// Columns per line the parser of the engine reads.
const MAX_COLUMNS: usize = 1024;

/// Which sources were taken from the settings, and not given otherwise.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct FromFile {
    pub(super) packs: bool,
    pub(super) directories: bool,
}

/// Which of the loaded rules are used, and what the settings make of them.
pub(super) struct Choice<'a> {
    pub(super) packs: &'a [String],
    pub(super) patterns: &'a [String],
    pub(super) settings: Option<&'a Settings>,
    pub(super) from_file: FromFile,
}

impl Choice<'_> {
    fn select(&self, rules: &mut [Rule]) -> Result<(Vec<bool>, Vec<String>), PolicyError> {
        let unknown_pack = |error: PolicyError| match (error, self.settings) {
            (PolicyError::UnknownPack { pack, known }, Some(settings)) if self.from_file.packs => {
                let written = settings.packs.iter().flatten().find(|written| written.value == pack);
                let message = format!("there is no policy pack `{pack}`; there are: {}", known.join(", "));
                match written {
                    Some(written) => settings.fault(written, message).into(),
                    None => PolicyError::UnknownPack { pack, known },
                }
            }
            (error, _) => error,
        };
        let mut selected = select::select(rules, self.packs, self.patterns).map_err(unknown_pack)?;
        let off = match self.settings {
            Some(settings) => settings.adjust(rules, &mut selected, self.patterns, self.from_file.directories)?,
            None => Vec::new(),
        };
        Ok((selected, off))
    }
}

/// Ids of the rules compiled into the binary, found without parsing them.
pub(crate) fn embedded_ids() -> Vec<String> {
    let policies = embedded_files().into_iter().filter(EmbeddedFile::is_policy);
    let packages = policies.map(|file| package_of(file.text));
    packages
        .filter(|package| pack_of_rule(package).is_some())
        .map(|package| id_of(package.get(1..).unwrap_or_default()))
        .collect()
}

/// The pack a package is a rule of: `parapet.<pack>.<...>`, libraries excluded.
pub(super) fn pack_of_rule(package: &[String]) -> Option<String> {
    match package {
        [root, pack, _, ..] if root == "parapet" && pack != "lib" => Some(pack.clone()),
        _ => None,
    }
}

/// The package a source names, found without parsing it.
pub(super) fn package_of(text: &str) -> Vec<String> {
    let line = text.lines().find_map(|line| line.trim_start().strip_prefix("package "));
    line.map(|name| name.trim().split('.').map(str::to_owned).collect()).unwrap_or_default()
}

pub(super) struct Loader {
    pub(super) engine: regorus::Engine,
    pub(super) modules: Modules,
    /// Text of each module, in their order.
    texts: Vec<String>,
}

impl Loader {
    pub(super) fn new() -> Result<Self, PolicyError> {
        let mut engine = regorus::Engine::new();
        engine.set_strict_builtin_errors(false);
        builtins::register(&mut engine)?;
        Ok(Self { engine, modules: Modules::default(), texts: Vec::new() })
    }

    /// Parses a module: as Rego v1, and packages made for other tools as v0 when that fails.
    pub(super) fn add(&mut self, file: &str, text: &str) -> Result<(), PolicyError> {
        if let Some((line, columns)) =
            (1_u32..).zip(text.lines().map(|l| l.chars().count())).find(|(_, columns)| *columns > MAX_COLUMNS)
        {
            return Err(PolicyError::LineTooLong { file: file.to_owned(), line, columns, limit: MAX_COLUMNS });
        }
        let before = self.engine.clone();
        let is_v0 = self.parse(file, text)?;
        if let Some(ast) = self.engine.get_modules().last().cloned() {
            if let Some(bound) = heads::bound(text, &ast) {
                self.engine = before;
                self.engine.set_rego_v0(is_v0);
                let parsed = self.engine.add_policy(file.to_owned(), bound);
                self.engine.set_rego_v0(false);
                parsed.map_err(|error| syntax_error(file, &error.to_string()))?;
            }
            self.modules.push(file, ast);
            self.texts.push(text.to_owned());
        }
        Ok(())
    }

    /// Whether it is v0.
    fn parse(&mut self, file: &str, text: &str) -> Result<bool, PolicyError> {
        let Err(error) = self.engine.add_policy(file.to_owned(), text.to_owned()) else { return Ok(false) };
        let v1 = syntax_error(file, &error.to_string());
        if package_of(text).first().is_some_and(|root| root == "parapet") {
            return Err(v1);
        }
        self.engine.set_rego_v0(true);
        let v0 = self.engine.add_policy(file.to_owned(), text.to_owned());
        self.engine.set_rego_v0(false);
        // A v0 module fails as v1 at its first rule; only there is the v0 error the one to show.
        match v0 {
            Ok(_) => Ok(true),
            Err(_) if text.contains("rego.v1") => Err(v1),
            Err(error) => Err(later(v1, syntax_error(file, &error.to_string()))),
        }
    }

    pub(super) fn finish(
        mut self,
        choice: &Choice<'_>,
        mut data: Vec<(String, Value)>,
        basis: Basis,
    ) -> Result<Policies, PolicyError> {
        calls::check(&self.modules, builtins::NAMES)?;
        let mut rules = self.rules()?;
        rules.sort_by(|a, b| a.0.id.cmp(&b.0.id));
        let (mut all, entries): (Vec<Rule>, Vec<Vec<Entry>>) = rules.into_iter().unzip();
        let (selected, off) = choice.select(&mut all)?;
        let left_out = unselected(&all, &selected);
        if self.modules.mention(&cost::PATH, |package| !left_out.contains(package.join(".").as_str())) {
            let name = cost::PATH.join(".");
            let prices = nested(cost::PATH.get(1..).unwrap_or_default(), cost::document(&basis.book));
            self.engine.add_data(prices.clone()).map_err(|error| PolicyError::Bundle {
                name: name.clone(),
                message: format!("{error}; this is where Parapet puts the prices: move your data elsewhere"),
            })?;
            data.push((name, prices));
        }

        // Preparation analyses all modules; whatever does not compile is found here and not by the first resource.
        self.engine.set_input(Value::new_object());
        self.engine.eval_query("true".to_owned(), false).map_err(|e| syntax_error("policies", &e.to_string()))?;

        let chosen = all.into_iter().zip(entries).zip(selected).filter(|(_, selected)| *selected).map(|(pair, _)| pair);
        let (mut rules, mut programs) = (Vec::new(), Vec::new());
        for (rule, entries) in chosen {
            let reads = match rule.scope {
                Scope::Resource | Scope::Plan => Reads::of_rule(&self.modules, &rule),
                _ => Reads::default(),
            };
            programs.push(Program { entries, reads });
            rules.push(rule);
        }
        if programs.iter().any(|program: &Program| program.reads.cost) {
            data.push(("cost".to_owned(), Value::from(format!("{basis:?}"))));
        }
        let digest = self.digest(&rules, &left_out, &data);
        let settings = choice.settings.cloned();
        let texts = self.modules.list.iter().map(|m| m.file.clone()).zip(self.texts).collect();
        let (engine, modules) = (self.engine, Arc::new(self.modules));
        Ok(Policies {
            inner: Arc::new(Inner { engine, rules, programs, modules, digest, off, settings, basis, texts }),
        })
    }

    /// Every rule and the Rego rules to evaluate for it.
    fn rules(&self) -> Result<Vec<(Rule, Vec<Entry>)>, PolicyError> {
        let mut rules = Vec::new();
        let mut defined: BTreeMap<String, String> = BTreeMap::new();
        let mut plain: BTreeSet<&[String]> = BTreeSet::new();
        for (module, text) in self.modules.list.iter().zip(&self.texts) {
            let package = module.package.as_slice();
            let line = module.ast.package.span.line;
            let is_parapet = package.first().is_some_and(|root| root == "parapet");
            let rule = if is_parapet {
                if package.get(1).is_none_or(|second| second == "lib")
                    || package.last().is_some_and(|p| p.ends_with("_test"))
                {
                    continue;
                }
                strict_rule(&module.file, package, text, line)?
            } else {
                if !plain.insert(package) {
                    continue;
                }
                metadata::refuse_misplaced(&module.file, package, text)?;
                loose_rule(&module.file, package, text, line)
            };
            let entries = self.entries(package, is_parapet);
            if entries.is_empty() {
                if is_parapet {
                    let message = "the rule defines no `deny`: add `deny contains {\"path\": [...], \"message\": \"...\"} if {...}`";
                    return Err(PolicyError::Syntax {
                        file: rule.file,
                        line,
                        column: 1,
                        message: message.to_owned(),
                        excerpt: String::new(),
                    });
                }
                continue;
            }
            if let Some(first) = defined.insert(rule.id.clone(), rule.file.clone()) {
                return Err(PolicyError::DuplicateRule { id: rule.id, first, second: rule.file });
            }
            rules.push((rule, entries));
        }
        Ok(rules)
    }

    fn entries(&self, package: &[String], is_parapet: bool) -> Vec<Entry> {
        let is_entry = |name: &str| {
            let of = |kind: &str| name == kind || name.strip_prefix(kind).is_some_and(|rest| rest.starts_with('_'));
            if is_parapet { name == "deny" } else { of("deny") || of("violation") || of("warn") }
        };
        let mut names: Vec<&str> = self.modules.names_in(package).filter(|name| is_entry(name)).collect();
        names.sort_unstable();
        let path = package.iter().fold("data".to_owned(), |path, part| format!("{path}{}", component(part)));
        names
            .into_iter()
            .map(|name| Entry { path: format!("{path}.{name}"), warning: name.starts_with("warn") })
            .collect()
    }

    /// Hash over what decides a result: the selected rules, every library and other module, the data, and the severities
    /// that the settings change.
    fn digest(&self, rules: &[Rule], left_out: &BTreeSet<String>, data: &[(String, Value)]) -> String {
        let changed = rules.iter().filter(|rule| rule.severity != rule.declared_severity);
        let mut parts: Vec<(String, String)> = self
            .modules
            .list
            .iter()
            .zip(&self.texts)
            .map(|(module, text)| (module.package.join("."), text.clone()))
            .filter(|(package, _)| !left_out.contains(package))
            .chain(data.iter().map(|(_, value)| (String::new(), value.to_json_str().unwrap_or_default())))
            .chain(changed.map(|rule| (format!("severity {}", rule.package), rule.severity.to_string())))
            .collect();
        parts.sort();
        let mut hash = Sha256::new();
        for (package, text) in parts {
            for part in [package, text] {
                hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
                hash.update(part.as_bytes());
            }
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Packages of the rules that are not used.
fn unselected(rules: &[Rule], selected: &[bool]) -> BTreeSet<String> {
    let pairs = rules.iter().zip(selected).filter(|(_, selected)| !**selected);
    pairs.map(|(rule, _)| rule.package.clone()).collect()
}

/// A value below a path of names.
fn nested(path: &[&str], value: Value) -> Value {
    path.iter().rev().fold(value, |inner, name| Value::from(BTreeMap::from([(Value::from(*name), inner)])))
}

/// An engine with a single module, for a query against it.
///
/// # Errors
/// When the module is not valid Rego, or calls what does not exist.
pub(crate) fn single_module(file: &str, text: &str) -> Result<regorus::Engine, PolicyError> {
    let mut loader = Loader::new()?;
    loader.add(file, text)?;
    calls::check(&loader.modules, builtins::NAMES)?;
    Ok(loader.engine)
}

/// A component of a reference: `.name`, or `["name"]` when it is no identifier.
fn component(part: &str) -> String {
    let mut chars = part.chars();
    let is_name = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_name { format!(".{part}") } else { format!("[{part:?}]") }
}

fn id_of(package: &[String]) -> String {
    package.join("-").replace('_', "-")
}

fn strict_rule(file: &str, package: &[String], text: &str, line: u32) -> Result<Rule, PolicyError> {
    let block = metadata::find_block(text).ok_or_else(|| PolicyError::Metadata {
        file: file.to_owned(),
        line,
        message: "there is no `# METADATA` block before the package; every rule of Parapet has one".to_owned(),
    })?;
    let metadata = metadata::parse_strict(file, &block)?;
    Ok(rule(file, package, package.get(1..).unwrap_or_default(), metadata, Scope::Resource, block.line))
}

fn loose_rule(file: &str, package: &[String], text: &str, line: u32) -> Rule {
    let metadata = metadata::parse_loose(metadata::find_block(text).as_ref());
    let mut rule = rule(file, package, package, metadata, Scope::Plain, line);
    if rule.title.is_empty() {
        rule.title = format!("package {}", rule.package);
    }
    rule
}

fn rule(
    file: &str,
    package: &[String],
    named: &[String],
    metadata: metadata::Metadata,
    scope: Scope,
    line: u32,
) -> Rule {
    let severity = metadata.severity.unwrap_or(Severity::Medium);
    let on_unknown = if scope == Scope::Plain { OnUnknown::Defer } else { metadata.on_unknown };
    Rule {
        id: id_of(named),
        package: package.join("."),
        pack: named.first().cloned().unwrap_or_default(),
        title: metadata.title,
        description: metadata.description,
        severity,
        declared_severity: severity,
        scope: metadata.scope.unwrap_or(scope),
        resources: metadata.resources,
        kinds: metadata.kinds,
        documents: metadata.documents,
        actions: metadata.actions,
        controls: metadata.controls,
        remediation: metadata.remediation,
        on_unknown,
        aliases: metadata.aliases,
        file: file.to_owned(),
        line,
    }
}

/// The engine reports `\n--> file:line:column\n...source excerpt...\nerror: message`.
pub(crate) fn syntax_error(file: &str, report: &str) -> PolicyError {
    let place = report.lines().find_map(|line| line.trim_start().strip_prefix("--> "));
    let mut parts = place.unwrap_or_default().rsplitn(3, ':');
    let column = parts.next().and_then(|text| text.trim().parse().ok());
    let line = parts.next().and_then(|text| text.parse().ok());
    let named = parts.next().filter(|_| column.is_some() && line.is_some()).unwrap_or(file);
    PolicyError::Syntax {
        file: named.to_owned(),
        line: line.unwrap_or(1),
        column: column.unwrap_or(1),
        message: engine_message(report),
        excerpt: excerpt(report),
    }
}

/// The excerpt of an engine error, which stands between the place and the message.
fn excerpt(report: &str) -> String {
    let after = report.lines().skip_while(|line| !line.trim_start().starts_with("--> ")).skip(1);
    let lines = after.take_while(|line| !line.starts_with("error: "));
    lines.map(str::trim_end).filter(|line| !line.is_empty()).map(|line| format!("\n{line}")).collect()
}

/// The message of an engine error without its source excerpt.
pub(crate) fn engine_message(report: &str) -> String {
    let message = report.lines().rev().find_map(|line| line.trim().strip_prefix("error: "));
    message.unwrap_or_else(|| report.trim()).trim().to_owned()
}

/// Of two parse errors, the one that got further.
fn later(a: PolicyError, b: PolicyError) -> PolicyError {
    match (&a, &b) {
        (PolicyError::Syntax { line: la, column: ca, .. }, PolicyError::Syntax { line: lb, column: cb, .. })
            if (lb, cb) >= (la, ca) =>
        {
            b
        }
        _ => a,
    }
}
