//! Validation of a configuration against the rules that stand on attributes.

use super::walk;
use crate::diagnostics::Problems;
use crate::path::Path;
use crate::schema::{Block, Shape};
use crate::value::Value;

/// Checks every known value. Presence and the types of the schema have been checked by Terraform.
pub(crate) fn check_block(block: &Block, config: &Value, write_only_allowed: bool, problems: &mut Problems) {
    if let Some(message) = &block.deprecated {
        problems.warn(Path::root(), "Deprecated", message);
    }
    deprecated_blocks(block, config, &Path::root(), problems);
    let mut secrets: Vec<Path> = Vec::new();
    walk::attributes(block, config, &Path::root(), &mut |attribute, value, at| {
        // A configuration of unknown value is in use all the same.
        if let (Some(message), false) = (&attribute.deprecated, value.is_null()) {
            problems.warn(at, "Deprecated argument", message);
        }
        if value.is_null() || value.is_unknown() {
            return;
        }
        if attribute.write_only && !write_only_allowed {
            problems.error(
                at,
                "Write-only arguments need a newer Terraform",
                format!("{at} is sent to the provider and never stored, which Terraform can do since version 1.11."),
            );
        }
        // What is inside a secret is as secret.
        let hidden = attribute.sensitive
            || attribute.write_only
            || secrets.iter().any(|secret| at.steps().starts_with(secret.steps()));
        if hidden {
            secrets.push(at.clone());
        }
        // What is nested is visited by itself, with its defaults not filled in yet.
        if matches!(attribute.shape, Shape::Type(_))
            && value.is_wholly_known()
            && let Err(error) = (attribute.decodes)(value, at)
        {
            if hidden {
                problems.error(at, "Unexpected value", format!("{at} cannot be used as it is (sensitive value)."));
            } else {
                problems.extend(error);
            }
            return;
        }
        for rule in attribute.validators.iter().filter(|rule| !rule.accepts(value)) {
            let found = if hidden { "(sensitive value)".to_owned() } else { value.to_string() };
            problems.error(at, "Invalid value", format!("{at} must be {}, but is {found}.", rule.expectation));
        }
    });
}

/// Terraform leaves it to the provider to warn of what is deprecated.
fn deprecated_blocks(block: &Block, config: &Value, at: &Path, problems: &mut Problems) {
    for nested in &block.blocks {
        let path = at.attribute(&nested.name);
        let elements = walk::elements(nested.nesting, config.attribute(&nested.name), &path);
        if let (Some(message), false) = (&nested.block.deprecated, elements.is_empty()) {
            problems.warn(path, "Deprecated block", message);
        }
        for (element, path) in elements {
            deprecated_blocks(&nested.block, element, &path, problems);
        }
    }
}
