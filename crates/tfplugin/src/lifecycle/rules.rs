//! Validation of a configuration against the rules that stand on attributes.

use super::walk;
use crate::diagnostics::Problems;
use crate::path::Path;
use crate::schema::{Block, Shape};
use crate::value::Value;

/// Checks every known value. Presence and the types of the schema have been checked by Terraform.
pub(crate) fn check_block(block: &Block, config: &Value, write_only_allowed: bool, problems: &mut Problems) {
    let mut secrets: Vec<Path> = Vec::new();
    walk::attributes(block, config, &Path::root(), &mut |attribute, value, at| {
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
