//! The METADATA comment block of a rule: found in the source, parsed as YAML, and checked field by field.
//!
//! Strict for rules of Parapet: a field that is unknown, missing or contradicts another is an error with its line.
//! Lenient for packages made for other tools: what can be used is used.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_saphyr::Spanned;

use super::{OnUnknown, Scope};
use crate::error::PolicyError;
use crate::severity::Severity;

/// The comment lines of one METADATA block, without their `#`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// Line of the `# METADATA` comment, from 1.
    pub(super) line: u32,
    yaml: String,
}

/// What a METADATA block says, checked.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) title: String,
    pub(super) description: String,
    pub(super) severity: Option<Severity>,
    pub(super) scope: Option<Scope>,
    pub(super) resources: Vec<String>,
    pub(super) kinds: Vec<String>,
    pub(super) documents: Vec<String>,
    pub(super) actions: Vec<String>,
    pub(super) controls: BTreeMap<String, Vec<String>>,
    pub(super) remediation: String,
    pub(super) on_unknown: OnUnknown,
    pub(super) aliases: Vec<String>,
}

/// Fields of Rego annotations; those Parapet has no use for are accepted and left alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Annotations {
    title: Option<Spanned<String>>,
    description: Option<String>,
    custom: Option<Custom>,
    #[serde(default, rename = "scope")]
    _scope: Option<IgnoredAny>,
    #[serde(default, rename = "organizations")]
    _organizations: Option<IgnoredAny>,
    #[serde(default, rename = "related_resources")]
    _related_resources: Option<IgnoredAny>,
    #[serde(default, rename = "authors")]
    _authors: Option<IgnoredAny>,
    #[serde(default, rename = "schemas")]
    _schemas: Option<IgnoredAny>,
    #[serde(default, rename = "entrypoint")]
    _entrypoint: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Custom {
    severity: Option<Spanned<String>>,
    scope: Option<Spanned<String>>,
    resources: Option<Spanned<Vec<String>>>,
    kinds: Option<Spanned<Vec<String>>>,
    documents: Option<Spanned<Vec<String>>>,
    actions: Option<Spanned<Vec<String>>>,
    controls: Option<BTreeMap<String, Vec<String>>>,
    remediation: Option<Spanned<String>>,
    on_unknown: Option<Spanned<String>>,
    aliases: Option<Vec<String>>,
}

/// What plain packages may say: everything optional, unknown fields ignored.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Loose {
    title: Option<String>,
    description: Option<String>,
    custom: Option<LooseCustom>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LooseCustom {
    severity: Option<String>,
    remediation: Option<String>,
}

const ACTIONS: [&str; 6] = ["create", "read", "update", "delete", "no-op", "forget"];

/// The METADATA block that belongs to the `package` statement: the last one before it.
pub(super) fn find_block(source: &str) -> Option<Block> {
    let mut found: Option<Block> = None;
    let mut open = false;
    for (number, line) in (1_u32..).zip(source.lines()) {
        let line = line.trim_end();
        let Some(comment) = line.trim_start().strip_prefix('#') else {
            open = false;
            if line.trim_start().starts_with("package") {
                break;
            }
            continue;
        };
        if comment.trim() == "METADATA" {
            found = Some(Block { line: number, yaml: String::new() });
            open = true;
        } else if open && let Some(block) = &mut found {
            block.yaml.push_str(comment.strip_prefix(' ').unwrap_or(comment));
            block.yaml.push('\n');
        }
    }
    found
}

struct Place<'a> {
    file: &'a str,
    block: u32,
}

impl Place<'_> {
    /// `line` is a line of the YAML text, from 1; 0 stands for the block as a whole.
    fn error(&self, line: u64, message: impl Into<String>) -> PolicyError {
        let line = self.block.saturating_add(u32::try_from(line).unwrap_or(0));
        PolicyError::Metadata { file: self.file.to_owned(), line, message: message.into() }
    }

    fn missing(&self, field: &str, what: &str) -> PolicyError {
        self.error(0, format!("`{field}` is missing: {what}"))
    }
}

fn line_of<T>(field: &Spanned<T>) -> u64 {
    field.defined.line()
}

/// Parses and checks the block of a Parapet rule.
pub(super) fn parse_strict(file: &str, block: &Block) -> Result<Metadata, PolicyError> {
    let place = Place { file, block: block.line };
    let annotations: Annotations = serde_saphyr::from_str(&block.yaml).map_err(|error| {
        let line = error.location().map_or(0, |location| location.line());
        place.error(line, first_line(&error.without_snippet().to_string()))
    })?;
    let title = required(&place, "title", annotations.title, "one line that says what holds when the rule passes")?;
    let custom = annotations
        .custom
        .ok_or_else(|| place.missing("custom", "it holds severity, resources (or kinds, documents) and remediation"))?;

    let severity =
        custom.severity.ok_or_else(|| place.missing("custom.severity", "use info, low, medium, high or critical"))?;
    let severity = severity.value.parse::<Severity>().map_err(|e| place.error(line_of(&severity), e.to_string()))?;
    let remediation = required(&place, "custom.remediation", custom.remediation, "how to put a violation right")?;
    let on_unknown = match custom.on_unknown {
        None => OnUnknown::Defer,
        Some(field) => match field.value.as_str() {
            "defer" => OnUnknown::Defer,
            "warn" => OnUnknown::Warn,
            "deny" => OnUnknown::Deny,
            other => {
                return Err(place
                    .error(line_of(&field), format!("`on_unknown: {other}` does not exist: use defer, warn or deny")));
            }
        },
    };
    if let Some(field) = &custom.actions
        && let Some(bad) = field.value.iter().find(|action| !ACTIONS.contains(&action.as_str()))
    {
        let known = ACTIONS.join(", ");
        return Err(place.error(line_of(field), format!("action `{bad}` does not exist: use {known}")));
    }
    let scope = scope(&place, &custom.scope, &custom.resources, &custom.kinds, &custom.documents)?;
    if let Some(field) = &custom.actions
        && !matches!(scope, Scope::Resource)
    {
        return Err(place.error(line_of(field), "`actions` is for rules about resources only"));
    }

    let list = |field: Option<Spanned<Vec<String>>>| field.map(|f| f.value).unwrap_or_default();
    Ok(Metadata {
        title,
        description: annotations.description.map(|d| d.trim().to_owned()).unwrap_or_default(),
        severity: Some(severity),
        scope: Some(scope),
        resources: list(custom.resources),
        kinds: list(custom.kinds),
        documents: list(custom.documents),
        actions: list(custom.actions),
        controls: custom.controls.unwrap_or_default(),
        remediation,
        on_unknown,
        aliases: custom.aliases.unwrap_or_default(),
    })
}

fn required(place: &Place<'_>, name: &str, field: Option<Spanned<String>>, what: &str) -> Result<String, PolicyError> {
    let field = field.ok_or_else(|| place.missing(name, what))?;
    let text = field.value.trim();
    if text.is_empty() {
        Err(place.error(line_of(&field), format!("`{name}` is empty: {what}")))
    } else {
        Ok(text.to_owned())
    }
}

/// The scope follows from what the rule is about; a scope that is named must agree with it.
fn scope(
    place: &Place<'_>,
    named: &Option<Spanned<String>>,
    resources: &Option<Spanned<Vec<String>>>,
    kinds: &Option<Spanned<Vec<String>>>,
    documents: &Option<Spanned<Vec<String>>>,
) -> Result<Scope, PolicyError> {
    let about = [
        ("resources", resources, Scope::Resource),
        ("kinds", kinds, Scope::Object),
        ("documents", documents, Scope::Document),
    ];
    let given = || about.iter().filter_map(|(name, field, scope)| field.as_ref().map(|f| (*name, f, *scope)));
    if let Some((name, field, _)) = given().find(|(_, field, _)| field.value.iter().all(|item| item.trim().is_empty()))
    {
        return Err(place.error(line_of(field), format!("`custom.{name}` is empty: name at least one")));
    }
    if let Some((name, field, _)) = given().nth(1) {
        let first = given().next().map_or("", |(first, ..)| first);
        return Err(place.error(line_of(field), format!("`custom.{name}` and `custom.{first}` exclude each other")));
    }
    let implied = given().next();
    let Some(field) = named else {
        return implied.map(|(_, _, scope)| scope).ok_or_else(|| {
            place.missing("custom.resources", "name the resource types (or `kinds`, or `documents`) the rule is about")
        });
    };
    let scope = match field.value.as_str() {
        "resource" => Scope::Resource,
        "plan" => Scope::Plan,
        "object" => Scope::Object,
        "namespace" => Scope::Namespace,
        "document" => Scope::Document,
        other => {
            return Err(place.error(
                line_of(field),
                format!("`scope: {other}` does not exist: use resource, plan, object, namespace or document"),
            ));
        }
    };
    match (scope, implied) {
        (Scope::Plan, None | Some((_, _, Scope::Resource))) | (Scope::Namespace, Some((_, _, Scope::Object))) => {
            Ok(scope)
        }
        (_, Some((_, _, implied))) if implied == scope => Ok(scope),
        (_, Some((name, ..))) => {
            Err(place.error(line_of(field), format!("`scope: {}` does not go with `custom.{name}`", field.value)))
        }
        (_, None) => {
            Err(place.error(line_of(field), format!("`scope: {}` needs to know what it is about", field.value)))
        }
    }
}

/// Takes from the block of a plain package what can be used; its absence or its faults are nobody's error.
pub(super) fn parse_loose(block: Option<&Block>) -> Metadata {
    let loose = block.and_then(|b| serde_saphyr::from_str::<Loose>(&b.yaml).ok()).unwrap_or_default();
    let custom = loose.custom.unwrap_or_default();
    Metadata {
        title: loose.title.unwrap_or_default(),
        description: loose.description.unwrap_or_default(),
        severity: custom.severity.and_then(|s| s.to_lowercase().parse().ok()),
        remediation: custom.remediation.unwrap_or_default(),
        ..Metadata::default()
    }
}

/// The fields that make a rule of Parapet, of a block that may be anybody's.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Claim {
    custom: BTreeMap<String, IgnoredAny>,
}

/// Refuses a plain package that is written as a rule of Parapet: it would be given the whole input, in which there is no
/// `input.resource`, and never find anything. What only looks like one, and reads its input as other tools give it, is left alone.
pub(super) fn refuse_misplaced(file: &str, package: &[String], source: &str) -> Result<(), PolicyError> {
    let Some(block) = find_block(source) else { return Ok(()) };
    let claim = serde_saphyr::from_str::<Claim>(&block.yaml).unwrap_or_default();
    let reads = ["input.resource.", "input.plan.", "input.object."].into_iter().find(|it| source.contains(it));
    let field = ["scope", "resources", "kinds", "documents"].into_iter().find(|name| claim.custom.contains_key(*name));
    let (Some(reads), Some(field)) = (reads, field) else { return Ok(()) };
    let (reads, package) = (reads.trim_end_matches('.'), package.join("."));
    let place = Place { file, block: block.line };
    Err(place.error(
        0,
        format!(
            "`custom.{field}` and `{reads}` are of a rule of Parapet, and package `{package}` is none, so that it would never find \
             anything: call it `parapet.{package}`"
        ),
    ))
}

fn first_line(message: &str) -> String {
    message.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("not valid YAML").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "# Copyright\n\n# METADATA\n# title: T\n# description: >-\n#   long\n#   text\n# custom:\n#   severity: high\n#   resources: [aws_s3_bucket]\n#   controls: {soc2: [CC6.1], cis-aws: [\"2.3.1\"]}\n#   remediation: Do it.\npackage parapet.aws.s3.x\n";

    fn strict(source: &str) -> Result<Metadata, String> {
        parse_strict("r.rego", &find_block(source).expect("a block")).map_err(|e| e.to_string())
    }

    #[test]
    fn reads_every_field() {
        let metadata = strict(GOOD).unwrap();
        assert_eq!(metadata.title, "T");
        assert_eq!(metadata.description, "long text");
        assert_eq!(metadata.severity, Some(Severity::High));
        assert_eq!(metadata.scope, Some(Scope::Resource));
        assert_eq!(metadata.resources, ["aws_s3_bucket"]);
        assert_eq!(metadata.controls["cis-aws"], ["2.3.1"]);
        assert_eq!(metadata.remediation, "Do it.");
        assert_eq!(metadata.on_unknown, OnUnknown::Defer);
    }

    #[test]
    fn every_fault_is_named_with_its_line() {
        let cases = [
            ("#   severity: high", "#   severity: hgih", "r.rego:9: METADATA: `hgih` is not a severity"),
            ("#   severity: high\n", "", "r.rego:3: METADATA: `custom.severity` is missing"),
            ("# title: T\n", "", "r.rego:3: METADATA: `title` is missing"),
            ("# title: T", "# titel: T", "r.rego:4: METADATA: unknown field `titel`"),
            ("#   remediation: Do it.", "#   remedation: Do it.", "r.rego:12: METADATA: unknown field `remedation`"),
            ("#   remediation: Do it.", "#   remediation: \"\"", "r.rego:12: METADATA: `custom.remediation` is empty"),
            ("#   resources: [aws_s3_bucket]\n", "", "r.rego:3: METADATA: `custom.resources` is missing"),
            ("[aws_s3_bucket]", "[]", "r.rego:10: METADATA: `custom.resources` is empty"),
            ("[aws_s3_bucket]", "aws_s3_bucket", "r.rego:10: METADATA:"),
            (
                "#   severity: high",
                "#   severity: high\n#   kinds: [Pod]",
                "r.rego:10: METADATA: `custom.kinds` and `custom.resources`",
            ),
            (
                "#   severity: high",
                "#   severity: high\n#   scope: galaxy",
                "r.rego:10: METADATA: `scope: galaxy` does not exist",
            ),
            (
                "#   severity: high",
                "#   severity: high\n#   scope: object",
                "r.rego:10: METADATA: `scope: object` does not go",
            ),
            (
                "#   severity: high",
                "#   severity: high\n#   actions: [destroy]",
                "r.rego:10: METADATA: action `destroy`",
            ),
            (
                "#   severity: high",
                "#   severity: high\n#   on_unknown: maybe",
                "r.rego:10: METADATA: `on_unknown: maybe`",
            ),
            ("#   severity: high", "#   severity: [high", "METADATA:"),
        ];
        for (from, to, expected) in cases {
            let error = strict(&GOOD.replacen(from, to, 1)).expect_err(to);
            assert!(error.contains(expected), "{to:?} gave: {error}");
        }
    }

    #[test]
    fn plan_scope_needs_no_resources() {
        let source = GOOD.replace("#   resources: [aws_s3_bucket]", "#   scope: plan");
        assert_eq!(strict(&source).unwrap().scope, Some(Scope::Plan));
    }

    #[test]
    fn the_block_before_the_package_counts() {
        assert_eq!(find_block("package a\n# METADATA\n# title: of a rule\np := 1\n"), None);
        assert_eq!(find_block("# METADATA\n# title: x\n\npackage a\n").unwrap().line, 1);
    }

    #[test]
    fn a_rule_outside_of_parapet_is_refused_and_what_others_annotate_is_not() {
        let check = |custom: &str, body: &str| {
            let source = format!("# METADATA\n# title: x\n# custom: {custom}\npackage corp.whole\n\ndeny := {body}\n");
            refuse_misplaced("r.rego", &["corp".to_owned(), "whole".to_owned()], &source)
        };
        for (custom, body) in [("{scope: plan}", "input.plan.by_type"), ("{resources: [a]}", "input.resource.values")] {
            let error = check(custom, body).unwrap_err().to_string();
            assert!(error.starts_with("r.rego:1: METADATA: ") && error.contains("`parapet.corp.whole`"), "{error}");
        }
        for (custom, body) in [
            ("{severity: HIGH}", "input.resource.values"),
            ("{resources: [a]}", "input.resource_changes"),
            ("{kinds: [Pod]}", "input.kind"),
        ] {
            assert!(check(custom, body).is_ok(), "{custom} {body}");
        }
    }

    #[test]
    fn plain_packages_are_read_leniently() {
        let block =
            find_block("# METADATA\n# title: x\n# nonsense: 1\n# custom: {severity: HIGH}\npackage a\n").unwrap();
        let metadata = parse_loose(Some(&block));
        assert_eq!((metadata.title.as_str(), metadata.severity), ("x", Some(Severity::High)));
        assert_eq!(parse_loose(Some(&find_block("# METADATA\n# {[\npackage a\n").unwrap())), Metadata::default());
    }
}
