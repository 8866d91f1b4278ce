//! Where things are in this checkout.

use std::path::{Path, PathBuf};

/// The root of the checkout.
#[must_use]
pub fn root() -> &'static Path {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap_or(tests)
}

/// Tools, mirrors and working directories of the end-to-end tests.
#[must_use]
pub fn e2e() -> PathBuf {
    root().join("target/e2e")
}

/// A directory or file under `tests/fixtures`.
#[must_use]
pub fn fixture(name: &str) -> PathBuf {
    root().join("tests/fixtures").join(name)
}
