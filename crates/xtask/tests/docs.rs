//! The generated documentation is current.

use parapet_tests::provider::built;
use xtask::{checkout, docs};

#[test]
fn generated_pages_are_current() {
    let pages = docs::pages(&built("parapet").unwrap()).unwrap();
    let stale = docs::stale(&pages, checkout::root()).unwrap();
    assert!(stale.is_empty(), "{}\nRun `{}` and commit what it writes.", stale.join("\n"), docs::COMMAND);
}
