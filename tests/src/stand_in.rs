//! The stand-in for hashicorp/aws, for configuration that asks for a newer one than can be had without the registry.

use std::path::{Path, PathBuf};

use crate::checkout;
use crate::provider::Provider;
use crate::tools::Skip;

/// The version whose schemas the stand-in serves.
pub const VERSION: &str = "6.47.0";

/// The output of `terraform providers schema -json` that the stand-in serves; not part of the checkout.
#[must_use]
pub fn schema_file() -> PathBuf {
    let beside = checkout::root().parent().unwrap_or_else(|| checkout::root());
    beside.join(format!("shared/terraform/aws-provider-{VERSION}-schema.json"))
}

/// The stand-in, to be installed as hashicorp/aws. `binary` is `terraform-provider-aws-stand-in`.
///
/// # Errors
/// The schemas are not beside the checkout.
pub fn provider(binary: &Path) -> Result<Provider, Skip> {
    let schemas = schema_file();
    if !schemas.is_file() {
        return Err(Skip(format!("schemas of hashicorp/aws {VERSION}: no {}", schemas.display())));
    }
    Ok(Provider { source: "hashicorp/aws".to_owned(), version: VERSION.to_owned(), binary: binary.to_owned() })
}
