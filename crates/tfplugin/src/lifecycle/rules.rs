//! Validation of a configuration against the rules that stand on attributes.

use super::walk;
use crate::diagnostics::Problems;
use crate::path::Path;
use crate::schema::Block;
use crate::value::Value;

/// Checks every known value. Presence and types have been checked by Terraform.
pub(crate) fn check_block(block: &Block, config: &Value, write_only_allowed: bool, problems: &mut Problems) {
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
        for rule in attribute.validators.iter().filter(|rule| !rule.accepts(value)) {
            let found = if attribute.sensitive || attribute.write_only { "(sensitive value)".to_owned() } else { value.to_string() };
            problems.error(at, "Invalid value", format!("{at} must be {}, but is {found}.", rule.expectation));
        }
    });
}
