//! From HCL to [`Settings`]: every argument and block is known, of the right type, and there once.

mod cost;

use std::ops::Range;
use std::path::{Path, PathBuf};

use hcl_edit::Span;
use hcl_edit::expr::Expression;
use hcl_edit::structure::{Attribute, Block, Body, Structure};
use jiff::civil::Date;

use super::{Level, RuleSetting, Settings, SettingsError, Source, WaiverSetting, Written};
use crate::rules::{Verification, nearest};
use crate::severity::Severity;

const TOP: [&str; 8] =
    ["packs", "fail_on", "policy_dirs", "default_owner", "bundle_verification", "cost", "rule", "waiver"];
const OF_RULE: [&str; 1] = ["severity"];
const OF_VERIFICATION: [&str; 4] = ["key", "algorithm", "key_id", "scope"];
const OF_WAIVER: [&str; 4] = ["address", "reason", "owner", "expires"];

pub(super) fn read(path: &Path, source: Source) -> Result<Settings, SettingsError> {
    let body: Body = hcl_edit::parser::parse_body(&source.text).map_err(|error| {
        let at = error.location().offset();
        source.fault(&(at..at), format!("this is not valid HCL: {}", error.message()))
    })?;
    let mut settings = Settings {
        path: path.to_owned(),
        packs: None,
        fail_on: None,
        policy_dirs: Vec::new(),
        rules: Vec::new(),
        waivers: Vec::new(),
        default_owner: None,
        bundle_verification: None,
        cost: None,
        source: source.clone(),
    };
    let reader = Reader { source: &source };
    for structure in body.iter() {
        match structure {
            Structure::Attribute(attribute) => reader.top(path, attribute, &mut settings)?,
            Structure::Block(block) => reader.block(block, &mut settings)?,
        }
    }
    Ok(settings)
}

struct Reader<'a> {
    source: &'a Source,
}

fn span(of: &impl Span) -> Range<usize> {
    of.span().unwrap_or_default()
}

/// `a`, `b` or `c`, in quotation marks.
fn alternatives(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

impl Reader<'_> {
    fn top(&self, path: &Path, attribute: &Attribute, into: &mut Settings) -> Result<(), SettingsError> {
        match attribute.key.as_str() {
            "packs" => into.packs = Some(self.strings(attribute)?),
            "fail_on" => {
                let text = self.string(attribute)?;
                let severity = text.value.parse::<Severity>().map_err(|e| self.source.fault(&text.span, e.to_string()));
                into.fail_on = Some(severity?);
            }
            "policy_dirs" => {
                let directory = path.parent().map(Path::to_owned).unwrap_or_default();
                let resolved = |dir: Written<String>| Written { value: directory.join(dir.value), span: dir.span };
                into.policy_dirs =
                    self.strings(attribute)?.into_iter().map(resolved).collect::<Vec<Written<PathBuf>>>();
            }
            "default_owner" => into.default_owner = Some(self.text(attribute)?),
            "bundle_verification" => {
                let message = "`bundle_verification` is a block: bundle_verification { key = \"...\" }".to_owned();
                return Err(self.source.fault(&span(&attribute.key), message));
            }
            "cost" => {
                let message = "`cost` is a block: cost { monthly_budget_usd = 5000 }".to_owned();
                return Err(self.source.fault(&span(&attribute.key), message));
            }
            name @ ("rule" | "waiver") => {
                let message = format!("`{name}` is a block: {name} \"<id of a rule, or a pattern>\" {{ ... }}");
                return Err(self.source.fault(&span(&attribute.key), message));
            }
            name => return Err(self.unknown(name, &span(&attribute.key), "a settings file", &TOP)),
        }
        Ok(())
    }

    fn unknown(&self, name: &str, at: &Range<usize>, holder: &str, known: &[&str]) -> SettingsError {
        let hint = nearest(name, known.iter().copied()).map(|near| format!("; did you mean `{near}`?"));
        let hint = hint.unwrap_or_default();
        self.source.fault(at, format!("there is no `{name}`{hint}\n{holder} has {}", alternatives(known)))
    }

    fn block(&self, block: &Block, into: &mut Settings) -> Result<(), SettingsError> {
        match block.ident.as_str() {
            "rule" => into.rules.push(self.rule(block, &into.rules)?),
            "waiver" => into.waivers.push(self.waiver(block)?),
            "bundle_verification" if into.bundle_verification.is_some() => {
                let message = "`bundle_verification` is there already; keep one of the two".to_owned();
                return Err(self.source.fault(&span(&block.ident), message));
            }
            "bundle_verification" => into.bundle_verification = Some(self.verification(&into.path, block)?),
            "cost" if into.cost.is_some() => {
                let message = "`cost` is there already; keep one of the two".to_owned();
                return Err(self.source.fault(&span(&block.ident), message));
            }
            "cost" => into.cost = Some(cost::read(self, &into.path, block)?),
            name if TOP.contains(&name) => {
                Err(self.source.fault(&span(&block.ident), format!("`{name}` is an argument: write `{name} = ...`")))?;
            }
            name => return Err(self.unknown(name, &span(&block.ident), "a settings file", &TOP)),
        }
        Ok(())
    }

    fn label(&self, block: &Block) -> Result<Written<String>, SettingsError> {
        let name = block.ident.as_str();
        let wanted = format!("`{name}` has one label, the id of a rule or a pattern: {name} \"aws-s3-*\" {{ ... }}");
        match block.labels.as_slice() {
            [label] if !label.as_str().trim().is_empty() => {
                Ok(Written { value: label.as_str().to_owned(), span: span(label) })
            }
            [] => Err(self.source.fault(&span(&block.ident), wanted)),
            [.., last] => Err(self.source.fault(&span(last), wanted)),
        }
    }

    /// The arguments of a block, each of them known.
    fn arguments<'b>(&self, block: &'b Block, known: &[&str]) -> Result<Vec<&'b Attribute>, SettingsError> {
        let holder = format!("a {} block", block.ident.as_str());
        let mut arguments = Vec::new();
        for structure in block.body.iter() {
            match structure {
                Structure::Attribute(attribute) if known.contains(&attribute.key.as_str()) => arguments.push(attribute),
                Structure::Attribute(attribute) => {
                    return Err(self.unknown(attribute.key.as_str(), &span(&attribute.key), &holder, known));
                }
                Structure::Block(inner) => {
                    return Err(self.unknown(inner.ident.as_str(), &span(&inner.ident), &holder, known));
                }
            }
        }
        Ok(arguments)
    }

    fn rule(&self, block: &Block, before: &[RuleSetting]) -> Result<RuleSetting, SettingsError> {
        let pattern = self.label(block)?;
        if let Some(first) = before.iter().find(|rule| rule.pattern.value == pattern.value) {
            let line = self.source.place(&first.pattern.span).line;
            let message = format!("`{}` is set in line {line} already; keep one of the two", pattern.value);
            return Err(self.source.fault(&pattern.span, message));
        }
        let arguments = self.arguments(block, &OF_RULE)?;
        let Some(severity) = arguments.first() else {
            let message = "`severity` is missing: use \"info\", \"low\", \"medium\", \"high\", \"critical\" or \"off\"";
            return Err(self.source.fault(&span(&block.ident), message));
        };
        let text = self.string(severity)?;
        let level = match text.value.as_str() {
            "off" => Level::Off,
            name => Level::Severity(name.parse().map_err(|_| {
                let message = format!(
                    "`{name}` is not a severity: use \"info\", \"low\", \"medium\", \"high\", \"critical\" or \"off\""
                );
                self.source.fault(&text.span, message)
            })?),
        };
        Ok(RuleSetting { pattern, level })
    }

    fn waiver(&self, block: &Block) -> Result<WaiverSetting, SettingsError> {
        let rule = self.label(block)?;
        let arguments = self.arguments(block, &OF_WAIVER)?;
        let required = |name: &str, what: &str| {
            arguments.iter().find(|attribute| attribute.key.as_str() == name).copied().ok_or_else(|| {
                self.source.fault(&span(&block.ident), format!("`{name}` is missing: {what}; every waiver needs one"))
            })
        };
        let address = self.text(required("address", "the address of what is accepted, `*` stands for any text")?)?;
        let reason = self.text(required("reason", "why this is accepted")?)?;
        let owner = self.text(required("owner", "who answers for it")?)?;
        let expires = self.string(required("expires", "the last day on which it holds, as \"2027-03-31\"")?)?;
        let date = expires.value.parse::<Date>().ok().filter(|date| date.to_string() == expires.value);
        let expires = date.ok_or_else(|| {
            let message = format!("`{}` is not a date: write year, month and day, as in \"2027-03-31\"", expires.value);
            self.source.fault(&expires.span, message)
        })?;
        let place = self.source.place(&span(&block.ident));
        Ok(WaiverSetting { rule, address, reason, owner, expires, place })
    }

    fn verification(&self, path: &Path, block: &Block) -> Result<Verification, SettingsError> {
        let arguments = self.arguments(block, &OF_VERIFICATION)?;
        let text = |name: &str| {
            let argument = arguments.iter().find(|attribute| attribute.key.as_str() == name);
            argument.map(|attribute| self.text(attribute)).transpose()
        };
        let Some(key) = text("key")? else {
            let message = "`key` is missing: the file with the public key, relative to this file".to_owned();
            return Err(self.source.fault(&span(&block.ident), message));
        };
        Ok(Verification {
            key: path.parent().map(Path::to_owned).unwrap_or_default().join(key),
            algorithm: text("algorithm")?.unwrap_or_else(|| Verification::DEFAULT_ALGORITHM.to_owned()),
            key_id: text("key_id")?,
            scope: text("scope")?,
        })
    }

    fn string(&self, attribute: &Attribute) -> Result<Written<String>, SettingsError> {
        self.string_of(attribute.key.as_str(), &attribute.value)
    }

    fn string_of(&self, name: &str, value: &Expression) -> Result<Written<String>, SettingsError> {
        match value.as_str() {
            Some(text) => Ok(Written { value: text.to_owned(), span: span(value) }),
            None => Err(self.source.fault(&span(value), format!("`{name}` takes a string in quotation marks"))),
        }
    }

    /// A string that says something.
    fn text(&self, attribute: &Attribute) -> Result<String, SettingsError> {
        let text = self.string(attribute)?;
        if text.value.trim().is_empty() {
            return Err(self.source.fault(&text.span, format!("`{}` is empty", attribute.key.as_str())));
        }
        Ok(text.value)
    }

    fn strings(&self, attribute: &Attribute) -> Result<Vec<Written<String>>, SettingsError> {
        let name = attribute.key.as_str();
        let Some(items) = attribute.value.as_array() else {
            let message = format!("`{name}` takes a list of strings: {name} = [\"...\"]");
            return Err(self.source.fault(&span(&attribute.value), message));
        };
        items.iter().map(|item| self.string_of(name, item)).collect()
    }
}
