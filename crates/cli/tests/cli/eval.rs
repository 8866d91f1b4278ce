//! `parapet eval`.

use crate::Sandbox;

const QUERY: &str = "data.parapet.house.s3.named.deny";

#[test]
fn a_query_has_a_value_of_policies_and_input() {
    let sandbox = Sandbox::new();
    let own = ["eval", "--no-settings", "--no-builtin-packs", "--policies", "policies"];
    let run = |args: &[&str], input: &str| sandbox.run_with(&[&own[..], args].concat(), input);
    let denied = run(&[QUERY, "--input", "-"], "{\"resource\": {\"values\": {}}}").exits(0).json();
    assert_eq!(denied[0]["message"], "the bucket has no name");
    run(&["sum(input.a)", "-i", "-"], "a: [1, 2]\n").exits(0).prints("3\n");
    run(&["data.nowhere.x"], "").exits(1).prints("undefined\n");
    let traced = run(&[QUERY, "--trace", "--input", "-"], "{\"resource\": {\"values\": {\"bucket\": \"b\"}}}").exits(0);
    traced.prints("[]\n").prints("named.rego\n").prints("not input.resource.values.bucket");
}

#[test]
fn what_cannot_be_evaluated_is_said() {
    let sandbox = Sandbox::new();
    for (query, said) in [
        ("1 +", "query:1:4: expecting expression\n  |\n1 | 1 +\n  |    ^"),
        ("x := 1\nx + y", "query:2:5: use of undefined variable `y` is unsafe\n  |\n2 | x + y\n  |     ^"),
        ("nothing(1)", "query:1:8: could not find function nothing\n  |\n1 | nothing(1)\n  |        ^"),
        ("", "query:1:1: expecting expression"),
    ] {
        sandbox.run(&["eval", query]).exits(2).says(said);
    }
    sandbox.run(&["eval", "input", "--input", "nowhere.json"]).exits(2).says("nowhere.json: cannot be read");
    sandbox.run_with(&["eval", "input", "--input", "-"], "{\"a\": ").exits(2).says("neither JSON nor YAML");
}
