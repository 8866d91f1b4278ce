//! The provider's schema changes only on purpose.

#[test]
fn the_schema_is_the_reviewed_one() {
    insta::assert_json_snapshot!(xtask::schema::json().unwrap());
}
