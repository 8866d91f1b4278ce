//! Expressions against what `terraform console` answers.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::super::eval::eval;
use super::super::module::Module;
use super::super::scope::{Instance, Scope, World};
use super::super::value::Val;

/// Recorded answers: an expression on a line, its answer indented on the next.
const CONSOLE: &str = include_str!("../../../../tests/hcl/console.txt");
/// What is left open on purpose, whatever the answer.
const OPEN: [&str; 5] = ["sha1(", "md5(", "timeadd(", "formatdate(", "abspath("];

fn evaluate(expression: &str) -> Result<Val, String> {
    let world = World {
        given: BTreeMap::new(),
        workspace: "default".to_owned(),
        root: PathBuf::from("."),
        steps: Default::default(),
        awaited: Default::default(),
        secrets: Default::default(),
    };
    let instance = Instance::root(&Arc::new(Module::default()), world);
    let parsed = hcl_edit::parser::parse_expr(expression).map_err(|error| error.to_string())?;
    eval(&parsed, &Scope::new(&instance))
}

#[test]
fn expressions_are_what_terraform_makes_of_them() {
    let lines: Vec<&str> = CONSOLE.lines().filter(|line| !line.starts_with('#')).collect();
    let mut wrong = Vec::new();
    for pair in lines.chunks(2) {
        let [expression, expected] = pair else { panic!("an expression without an answer: {pair:?}") };
        let expected = expected.trim();
        let found = match evaluate(expression) {
            Err(_) => "error".to_owned(),
            Ok(value) => match value.cause() {
                Some(_) => "unknown".to_owned(),
                None => super::encoding::json_text(&value),
            },
        };
        let open = OPEN.iter().any(|name| expression.starts_with(name));
        if found != if open { "unknown" } else { expected } {
            wrong.push(format!("{expression}\n  Terraform: {expected}\n  here:      {found}"));
        }
    }
    assert!(lines.len() > 250, "the answers were read");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_unknown_stays_unknown() {
    for (expression, known) in
        [("upper(each_unknown)", false), ("length([unknown, 1])", true), ("merge({ a = 1 }, { b = 2 })", true)]
    {
        let expression = expression.replace("each_unknown", "timestamp()").replace("unknown", "timestamp()");
        let value = evaluate(&expression).unwrap();
        assert_eq!(value.cause().is_none(), known, "{expression}");
    }
    // One unknown element leaves the others known.
    assert_eq!(evaluate("[timestamp(), 1][1]"), Ok(Val::number(1)));
    assert_eq!(evaluate("false && timestamp() == \"x\""), Ok(Val::Bool(false)));
    assert!(evaluate("try(timestamp(), 1)").unwrap().cause().is_some());
    assert!(evaluate("merge({ a = timestamp() }, { b = 2 }).a").unwrap().cause().is_some());
    assert_eq!(evaluate("merge({ a = timestamp() }, { b = 2 }).b"), Ok(Val::number(2)));
}
