//! Comments that waive findings: `# parapet:ignore <rule> until=2027-03-31 reason="..." owner=...`, and those made for
//! Checkov and Trivy where a rule declares their id as an alias.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::scan::{self, Found};
use crate::finding::{Finding, Waived};
use crate::rules::matches;
use crate::settings::Place;

/// Language of a source file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// Terraform configuration.
    Hcl,
    /// Manifests and workflows.
    Yaml,
}

impl Syntax {
    /// The language of a file, by the end of its name. `None` when comments are not looked for in such files.
    pub fn of(name: &str) -> Option<Self> {
        let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| name.ends_with(suffix));
        match () {
            () if ends(&[".tf", ".tofu", ".hcl"]) => Some(Self::Hcl),
            () if ends(&[".yaml", ".yml"]) => Some(Self::Yaml),
            () => None,
        }
    }
}

/// A `parapet:ignore` comment that is not complete.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{}:{}:{}: {message}; write `# parapet:ignore <rule> until=2027-03-31 reason=\"...\" owner=...`",
    place.file, place.line, place.column
)]
pub struct CommentError {
    /// Where the comment is.
    pub place: Place,
    /// What is wrong.
    pub message: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Parapet,
    Foreign,
}

/// One comment that waives findings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comment {
    pub(super) kind: Kind,
    /// Id or pattern of rules; of a foreign comment the id of the other tool.
    pub(super) rule: String,
    pub(super) reason: String,
    pub(super) owner: String,
    pub(super) expires: Option<Date>,
    pub(super) place: Place,
    /// Lines it is about.
    target: RangeInclusive<u32>,
}

impl Comment {
    pub(super) fn expired(&self, today: Date) -> bool {
        self.expires.is_some_and(|date| date < today)
    }

    /// Whether the comment is about this finding of a rule with these aliases.
    pub(super) fn covers(&self, finding: &Finding, aliases: &[String]) -> bool {
        let Some(source) = &finding.source else { return false };
        let same_rule = match self.kind {
            Kind::Parapet => matches(&self.rule, &finding.rule),
            Kind::Foreign => aliases.iter().any(|alias| normal(alias) == normal(&self.rule)),
        };
        let here = source.file == self.place.file && self.target.contains(&source.line);
        // A comment at a module call is about everything in the module.
        let at_call =
            || finding.calls.iter().any(|call| call.file == self.place.file && self.target.contains(&call.line));
        same_rule && (here || at_call())
    }

    #[cfg(test)]
    pub(super) fn lines(&self) -> &RangeInclusive<u32> {
        &self.target
    }

    pub(super) fn waived(&self) -> Waived {
        Waived {
            reason: self.reason.clone(),
            owner: self.owner.clone(),
            expires: self.expires.map(|date| date.to_string()),
            place: self.place.to_string(),
        }
    }
}

/// Trivy writes its ids with and without `AVD-`.
fn normal(id: &str) -> String {
    let id = id.to_ascii_uppercase();
    id.strip_prefix("AVD-").map(str::to_owned).unwrap_or(id)
}

/// The comments of all sources of a run.
#[derive(Debug, Clone, Default)]
pub struct Comments {
    comments: Vec<Comment>,
    errors: Vec<CommentError>,
}

impl Comments {
    /// Collects the comments of a file. `default_owner` answers for those that name no owner.
    pub fn read(&mut self, file: &str, text: &str, syntax: Syntax, default_owner: Option<&str>) {
        // Most files have none, and need not be taken apart.
        if !["parapet:ignore", "checkov:skip=", "trivy:ignore:", "tfsec:ignore:"].iter().any(|mark| text.contains(mark))
        {
            return;
        }
        for found in scan::comments(text, syntax) {
            self.comment(file, &found, default_owner);
        }
    }

    /// The comments that are not complete, in the order read.
    pub fn errors(&self) -> &[CommentError] {
        &self.errors
    }

    pub(super) fn all(&self) -> &[Comment] {
        &self.comments
    }

    fn comment(&mut self, file: &str, found: &Found, default_owner: Option<&str>) {
        let place = Place { file: file.to_owned(), line: found.line, column: found.column };
        let text = found.text.trim();
        if let Some(rest) = text.strip_prefix("parapet:ignore") {
            match parapet(rest, default_owner) {
                Ok((rule, reason, owner, expires)) => self.comments.push(Comment {
                    kind: Kind::Parapet,
                    rule,
                    reason,
                    owner,
                    expires: Some(expires),
                    place,
                    target: found.target.clone(),
                }),
                Err(message) => self.errors.push(CommentError { place, message }),
            }
            return;
        }
        let foreign = checkov(text).map(|ids| (ids, found.enclosing.clone()));
        let foreign = foreign.or_else(|| trivy(text).map(|ids| (ids, found.target.clone())));
        for (rule, reason, expires) in foreign.iter().flat_map(|(ids, _)| ids) {
            let target = foreign.as_ref().map_or_else(|| found.target.clone(), |(_, target)| target.clone());
            self.comments.push(Comment {
                kind: Kind::Foreign,
                rule: rule.clone(),
                reason: reason.clone(),
                owner: String::new(),
                expires: *expires,
                place: place.clone(),
                target,
            });
        }
    }
}

type Ids = Vec<(String, String, Option<Date>)>;

/// `checkov:skip=CKV_AWS_18,CKV_AWS_21:the reason`: about the block it stands in.
fn checkov(text: &str) -> Option<Ids> {
    let rest = text.split_once("checkov:skip=")?.1.trim_start();
    let (ids, reason) = rest.split_once(':').unwrap_or((rest, ""));
    let id = |id: &str| id.split_whitespace().next().map(str::to_owned);
    Some(ids.split(',').filter_map(id).map(|id| (id, reason.trim().to_owned(), None)).collect())
}

/// `trivy:ignore:AVD-AWS-0086 trivy:ignore:AVD-AWS-0087:exp:2027-03-31`: about the line, or what follows.
fn trivy(text: &str) -> Option<Ids> {
    let ids: Ids = text
        .split_whitespace()
        .filter_map(|word| word.strip_prefix("trivy:ignore:").or_else(|| word.strip_prefix("tfsec:ignore:")))
        .filter_map(|rest| {
            let mut parts = rest.split(':');
            let id = parts.next().filter(|id| !id.is_empty())?;
            let expires = match parts.next() {
                Some("exp") => Some(parts.next()?.parse::<Date>().ok()?),
                _ => None,
            };
            // `id[key=value]` narrows by values, which is not understood: nothing is better than too much.
            (!id.contains('[')).then(|| (id.to_owned(), String::new(), expires))
        })
        .collect();
    (!ids.is_empty()).then_some(ids)
}

/// Rule, reason, owner and last day of ` <rule> until=... reason="..." owner=...`.
fn parapet(rest: &str, default_owner: Option<&str>) -> Result<(String, String, String, Date), String> {
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return Err(format!("`parapet:ignore{}` does not exist", rest.split_whitespace().next().unwrap_or_default()));
    }
    let mut words = words(rest)?.into_iter();
    let rule = words.next().filter(|word| !word.contains('=')).ok_or("the rule is missing")?;
    let (mut reason, mut owner, mut until) = (None, None, None);
    for word in words {
        let (name, value) = word.split_once('=').ok_or_else(|| format!("`{word}` is not name=value"))?;
        let place = match name {
            "reason" => &mut reason,
            "owner" => &mut owner,
            "until" => &mut until,
            _ => return Err(format!("there is no `{name}`; there are `until`, `reason` and `owner`")),
        };
        if place.replace(value.to_owned()).is_some() {
            return Err(format!("`{name}` is there twice"));
        }
    }
    let filled = |value: Option<String>| value.filter(|value| !value.trim().is_empty());
    let until = filled(until).ok_or("`until` is missing: the last day on which it holds")?;
    let expires = until.parse::<Date>().ok().filter(|date| date.to_string() == until);
    let expires = expires.ok_or_else(|| format!("`{until}` is not a date"))?;
    let reason = filled(reason).ok_or("`reason` is missing")?;
    let owner = filled(owner).or_else(|| default_owner.map(str::to_owned));
    let owner = owner.ok_or("`owner` is missing, and parapet.hcl sets no `default_owner`")?;
    Ok((rule, reason, owner, expires))
}

/// Words separated by spaces; what stands in quotation marks is kept together.
fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for c in text.chars() {
        match c {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            c if c.is_whitespace() && !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    if quoted { Err("a quotation mark is not closed".to_owned()) } else { Ok(words) }
}
