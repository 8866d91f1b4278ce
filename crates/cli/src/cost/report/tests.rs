//! The page of the account that `recommend` renders in its tests.

use parapet_pricing::recommend::Report;

use super::page::render;
use crate::cost::recommend::tests::sample;

#[test]
fn a_page_without_its_style() {
    let page = render(&sample(), Some("team"), "2026-11-20".parse().unwrap());
    let (_, body) = page.split_once("</style>").unwrap();
    assert!(!body.contains("<gp2>") && !page.contains("<script") && !page.contains("http://"));
    let (past, _) = body.split_once("<h2>Savings found").unwrap();
    insta::assert_snapshot!(past);
}

#[test]
fn without_bills_the_page_says_so() {
    let page = render(&Report::default(), None, "2026-11-20".parse().unwrap());
    assert!(page.contains("Cost Explorer has no bills") && page.contains("Nothing to recommend"));
}
