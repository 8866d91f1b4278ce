//! Heads of rules that may be undefined, rewritten before the engine sees them.
//!
//! By the semantics of Rego a rule says nothing of a binding for which its head is undefined, and goes on with the next. regorus
//! (0.14.1, `eval_output_expr_in_loop`) forgets what the rule has said of the bindings before: of `deny contains x.name if some x in xs`
//! nothing is left when the last `x` has no name. A value that is undefined in the body is handled right. So the engine is given
//!
//! ```rego
//! deny contains parapet_head_0 if { some x in xs; parapet_head_0 := x.name }
//! ```
//!
//! Every line of a body stays where it is, for messages and coverage. Everything that reads rules (what they depend on, how they
//! are documented) reads what the author wrote.

use std::ops::Range;

use regorus::unstable::{
    Expr, Literal, Module as Ast, Query, Ref, Rule as AstRule, RuleAssign, RuleBody, RuleHead, Span,
};

use super::modules::visit_expr;

/// Beginning of the names of the variables. A policy that uses it for something else is left alone.
const VARIABLE: &str = "parapet_head_";

/// The text of a module with its heads bound in the bodies; none when there is nothing to do.
pub(super) fn bound(text: &str, ast: &Ast) -> Option<String> {
    if text.contains(VARIABLE) {
        return None;
    }
    let mut edits = Vec::new();
    let mut variables = 0;
    for rule in &ast.policy {
        if let Some(of_rule) = edits_of(text, rule, ast.rego_v1, &mut variables) {
            edits.extend(of_rule);
        }
    }
    if edits.is_empty() {
        return None;
    }
    // From the end, so that the places before stay right; of two at the same place the one that was made first comes first.
    edits.reverse();
    edits.sort_by_key(|edit: &Edit| std::cmp::Reverse(edit.place.start));
    let mut out = text.to_owned();
    for Edit { place, with } in edits {
        out.replace_range(place, &with);
    }
    Some(out)
}

/// What becomes of a part of the text.
#[derive(Debug)]
struct Edit {
    place: Range<usize>,
    with: String,
}

/// A part of a head that may be undefined.
struct Part {
    place: Range<usize>,
    /// Its text on one line.
    line: String,
}

fn edits_of(text: &str, rule: &AstRule, is_v1: bool, variables: &mut usize) -> Option<Vec<Edit>> {
    let AstRule::Spec { head, bodies, .. } = rule else { return None };
    let parts = parts(text, head, bodies)?;
    if parts.is_empty() {
        return None;
    }
    let mut edits = Vec::new();
    let mut statements = Vec::new();
    for part in parts {
        let name = format!("{VARIABLE}{variables}");
        *variables += 1;
        // What comes after it stays in its line.
        let lines = text.get(part.place.clone())?.matches('\n').count();
        statements.push(format!("{name} := {}", part.line));
        edits.push(Edit { place: part.place, with: format!("{name}{}", "\n".repeat(lines)) });
    }
    let statements = statements.join("; ");
    let end = range(text, span_of(head))?.end;
    let bound: Vec<&RuleBody> = bodies.iter().filter(|body| !body.is_else).collect();
    if bound.is_empty() {
        let body = if is_v1 { format!(" if {{ {statements} }}") } else { format!(" {{ {statements} }}") };
        edits.push(Edit { place: end..end, with: body });
    }
    for body in bound {
        let (query, last) = (range(text, &body.query.span)?, range(text, &body.query.stmts.last()?.span)?);
        if query == last {
            // `if x > 1`, without braces.
            edits.push(Edit { place: query.start..query.start, with: "{ ".to_owned() });
            edits.push(Edit { place: query.end..query.end, with: format!("; {statements} }}") });
            continue;
        }
        let close = query.end.checked_sub(1).filter(|close| text.get(*close..query.end) == Some("}"))?;
        let is_own_line = text.get(last.end..close)?.contains('\n');
        let separator = if is_own_line { "" } else { "; " };
        edits.push(Edit { place: close..close, with: format!("{separator}{statements} ") });
    }
    Some(edits)
}

/// The parts of a head that may be undefined for one binding and not for another.
fn parts(text: &str, head: &RuleHead, bodies: &[RuleBody]) -> Option<Vec<Part>> {
    let mut found = Vec::new();
    match head {
        RuleHead::Set { span, refr, key } => {
            keys(text, refr, &mut found)?;
            if let Some(key) = key.as_ref().filter(|key| may_be_undefined(key)) {
                let (head, name) = (range(text, span)?, range(text, refr.span())?);
                let rest = text.get(name.end..head.end)?;
                // After `p`, or after `p[x]` without its bracket.
                let place = match rest.trim_start_matches(']').trim_start().strip_prefix("contains") {
                    Some(element) => head.end - element.trim_start().len()..head.end,
                    // `deny[msg]`
                    None => within_brackets(text, name.end..head.end)?,
                };
                found.push(part(text, place, key)?);
            }
        }
        RuleHead::Compr { refr, assign, .. } => {
            // Without a body and without a key there is one binding.
            if bodies.is_empty() && matches!(refr.as_ref(), Expr::Var { .. }) {
                return Some(found);
            }
            keys(text, refr, &mut found)?;
            value(text, assign.as_ref(), &mut found)?;
        }
        RuleHead::Func { assign, .. } => {
            if !bodies.is_empty() {
                value(text, assign.as_ref(), &mut found)?;
            }
        }
    }
    Some(found)
}

/// Keys of `p[x.name].y`.
fn keys(text: &str, mut refr: &Ref<Expr>, found: &mut Vec<Part>) -> Option<()> {
    loop {
        match refr.as_ref() {
            Expr::RefBrack { refr: inner, index, span, .. } => {
                if may_be_undefined(index) {
                    // The span of a reference in a head ends before its bracket.
                    let place = within_brackets(text, range(text, inner.span())?.end..range(text, span)?.end + 1)?;
                    found.push(part(text, place, index)?);
                }
                refr = inner;
            }
            Expr::RefDot { refr: inner, .. } => refr = inner,
            _ => return Some(()),
        }
    }
}

fn value(text: &str, assign: Option<&RuleAssign>, found: &mut Vec<Part>) -> Option<()> {
    let Some(assign) = assign.filter(|assign| may_be_undefined(&assign.value)) else { return Some(()) };
    let place = range(text, &assign.span)?;
    let written = text.get(place.clone())?;
    let value = written.strip_prefix(":=").or_else(|| written.strip_prefix('='))?.trim_start();
    found.push(part(text, place.end - value.len()..place.end, &assign.value)?);
    Some(())
}

fn part(text: &str, place: Range<usize>, expr: &Expr) -> Option<Part> {
    Some(Part { line: one_line(text, place.clone(), &separators(text, expr))?, place })
}

/// What is within the brackets of a text that begins and ends with one.
fn within_brackets(text: &str, place: Range<usize>) -> Option<Range<usize>> {
    let (open, close) = (place.start + 1, place.end.checked_sub(1)?);
    let is_bracketed = text.get(place.start..open) == Some("[") && text.get(close..place.end) == Some("]");
    is_bracketed.then_some(open..close)
}

fn span_of(head: &RuleHead) -> &Span {
    match head {
        RuleHead::Compr { span, .. } | RuleHead::Set { span, .. } | RuleHead::Func { span, .. } => span,
    }
}

/// Where a span is in the text. That of a string is without its quotes, and so is that of what begins or ends with one.
fn range(text: &str, span: &Span) -> Option<Range<usize>> {
    let (start, end) = (usize::try_from(span.start).ok()?, usize::try_from(span.end).ok()?);
    let is_quote = |c: char| matches!(c, '"' | '`');
    let before = text.get(..start)?.ends_with(is_quote);
    let after = text.get(end..)?.starts_with(is_quote);
    Some(start - usize::from(before)..end + usize::from(after))
}

/// Whether an expression may be undefined for one binding of the body's variables and not for another. A literal, a variable, a
/// comprehension and what is made of them alone never are; a path of the input is so for all bindings or for none.
fn may_be_undefined(expr: &Expr) -> bool {
    match expr {
        Expr::String { .. }
        | Expr::RawString { .. }
        | Expr::Number { .. }
        | Expr::Bool { .. }
        | Expr::Null { .. }
        | Expr::Var { .. }
        | Expr::ArrayCompr { .. }
        | Expr::SetCompr { .. }
        | Expr::ObjectCompr { .. } => false,
        Expr::Array { items, .. } | Expr::Set { items, .. } => items.iter().any(|item| may_be_undefined(item)),
        Expr::Object { fields, .. } => {
            fields.iter().any(|(_, key, value)| may_be_undefined(key) || may_be_undefined(value))
        }
        Expr::RefDot { .. } | Expr::RefBrack { .. } => !is_fixed(expr),
        // It is defined for every value there is.
        Expr::Call { fcn, params, .. } if fcn.span().text() == "sprintf" => {
            params.iter().any(|param| may_be_undefined(param))
        }
        _ => true,
    }
}

/// `input.a.b["c"]`
fn is_fixed(expr: &Expr) -> bool {
    match expr {
        Expr::Var { span, .. } => matches!(span.text(), "input" | "data"),
        Expr::RefDot { refr, .. } => is_fixed(refr),
        Expr::RefBrack { refr, index, .. } => {
            matches!(index.as_ref(), Expr::String { .. } | Expr::RawString { .. } | Expr::Number { .. })
                && is_fixed(refr)
        }
        _ => false,
    }
}

/// Where statements of comprehensions end that only a new line separates from the next.
fn separators(text: &str, expr: &Expr) -> Vec<usize> {
    let mut found = Vec::new();
    visit_expr(expr, &mut |expr| {
        if let Expr::ArrayCompr { query, .. } | Expr::SetCompr { query, .. } | Expr::ObjectCompr { query, .. } = expr {
            of_query(text, query, &mut found);
        }
    });
    found
}

fn of_query(text: &str, query: &Query, found: &mut Vec<usize>) {
    for (statement, next) in query.stmts.iter().zip(query.stmts.iter().skip(1)) {
        if let (Some(this), Some(next)) = (range(text, &statement.span), range(text, &next.span))
            && text.get(this.end..next.start).is_some_and(|between| !between.trim_start().starts_with(';'))
        {
            found.push(this.end);
        }
    }
    for statement in &query.stmts {
        if let Literal::Every { query, .. } = &statement.literal {
            of_query(text, query, found);
        }
    }
}

/// A part of the text on one line, without comments.
fn one_line(text: &str, place: Range<usize>, separators: &[usize]) -> Option<String> {
    let mut out = String::new();
    let mut rest = text.get(place.clone())?.char_indices();
    while let Some((index, c)) = rest.next() {
        if separators.contains(&(place.start + index)) {
            out.push(';');
        }
        match c {
            '#' => {
                rest.by_ref().find(|(_, c)| *c == '\n');
                out.push(' ');
            }
            '\n' | '\r' | '\t' => out.push(' '),
            '"' => {
                out.push(c);
                let mut is_escaped = false;
                for (_, c) in rest.by_ref() {
                    out.push(c);
                    if c == '"' && !is_escaped {
                        break;
                    }
                    is_escaped = c == '\\' && !is_escaped;
                }
            }
            // A raw string may have several lines; quoted it has one.
            '`' => {
                let raw: String = rest.by_ref().map(|(_, c)| c).take_while(|c| *c != '`').collect();
                out.push_str(&serde_json::to_string(&raw).ok()?);
            }
            c => out.push(c),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::packs::{EmbeddedFile, embedded_files};

    fn bound_of(text: &str) -> Option<String> {
        let mut engine = regorus::Engine::new();
        engine.add_policy("t.rego".to_owned(), text.to_owned()).unwrap();
        let ast = engine.get_modules().last().unwrap().clone();
        bound(text, &ast)
    }

    /// The value of `data.t.p`, as the rewritten text gives it.
    fn value_of(rules: &str) -> String {
        let text = format!("package t\n\nimport rego.v1\n\n{rules}\n");
        let mut engine = regorus::Engine::new();
        engine.add_policy("t.rego".to_owned(), bound_of(&text).unwrap_or(text)).unwrap();
        let found = engine.eval_query("data.t.p".to_owned(), false).unwrap();
        found.result.first().map(|it| it.expressions[0].value.to_string()).unwrap_or_default()
    }

    #[test]
    fn bindings_without_a_head_are_skipped_and_the_others_kept() {
        for (rules, expected) in [
            (r#"p contains x.v if { some x in [{"v": 1}, {}] }"#, "[1]"),
            (r#"p contains x.v if { some x in [{}, {"v": 1}] }"#, "[1]"),
            (r#"p contains x.v if some x in [{"v": 1}, {}]"#, "[1]"),
            (r#"p contains {"m": x.v} if { some x in [{"v": 1}, {}] }"#, r#"[{"m":1}]"#),
            (r#"p contains sprintf("%v", [x.v]) if { some x in [{"v": 1}, {}, {"v": 2}] }"#, r#"["1","2"]"#),
            (r#"p contains (x.v + 1) * 2 if { some x in [{"v": 1}, {}] } # why"#, "[4]"),
            (r#"p contains x["v"] if { some x in [{"v": 1}, {}]; x != "}" }"#, "[1]"),
            (r#"p[x.k] := x.v if { some x in [{"k": "a", "v": 1}, {"k": "b"}, {"v": 3}] }"#, r#"{"a":1}"#),
            (r#"p[x.k] := x.v if { some x in [{"k": "b"}, {"k": "a", "v": 1}] }"#, r#"{"a":1}"#),
            (r#"p[x.k] contains x.v if { some x in [{"k": "a", "v": 1}, {"k": "b"}, {"v": 3}] }"#, r#"{"a":[1]}"#),
            (r#"p := x.v if { some x in [{"v": 1}, {}] }"#, "1"),
            (r#"p := f([{"v": 1}, {}]) f(xs) := x.v if { some x in xs }"#.replace(") f", ")\nf").as_str(), "1"),
            ("p contains x.v if { some x in [{}] }\np contains 7 if { true }", "[7]"),
            ("p contains [{}, {\"v\": 4}][_].v", "[4]"),
            // Comments, raw strings and comprehensions of several lines.
            (
                "p contains {\n  # what `it` is\n  \"a\": `x # \ny`,\n  \"b\": [y |\n    some y in x.v\n    y > 1\n  ], # all\n  \"c\": x.w,\n} if {\n  some x in [{\"v\": [1, 2], \"w\": 3}, {\"v\": []}] # some\n\n  # done\n}",
                "[{\"a\":\"x # \\ny\",\"b\":[2],\"c\":3}]",
            ),
        ] {
            assert_eq!(value_of(rules).replace(": ", ":").replace(", ", ","), expected, "{rules}");
        }
    }

    #[test]
    fn the_old_syntax_has_heads_as_well() {
        let text = "package t\n\np[x.v] {\n  x := [{\"v\": 1}, {}][_]\n}\n";
        let mut engine = regorus::Engine::new();
        engine.set_rego_v0(true);
        engine.add_policy("t.rego".to_owned(), text.to_owned()).unwrap();
        let ast = engine.get_modules().last().unwrap().clone();
        let bound = bound(text, &ast).unwrap();
        let mut engine = regorus::Engine::new();
        engine.set_rego_v0(true);
        engine.add_policy("t.rego".to_owned(), bound).unwrap();
        let found = engine.eval_query("data.t.p".to_owned(), false).unwrap();
        assert_eq!(found.result[0].expressions[0].value.to_string(), "[1]");
    }

    #[test]
    fn lines_stay_where_they_are_and_what_is_always_defined_is_left_alone() {
        let text =
            "package t\n\nimport rego.v1\n\np contains {\n  \"a\": x.v,\n} if {\n  some x in input.xs\n}\n\nq := 1\n";
        let bound = bound_of(text).unwrap();
        let line = |text: &str, of: &str| text.lines().position(|line| line.contains(of));
        for of in ["some x", "q := 1"] {
            assert_eq!(line(&bound, of), line(text, of), "{bound}");
        }
        for rule in [
            "p contains {\"a\": m, \"b\": sprintf(\"%v %v\", [m, input.name])} if { some m in input.xs }",
            "p contains input.a.b if { some x in input.xs; x }",
            "p := data.a.b",
            "p if { input.x }",
        ] {
            assert_eq!(bound_of(&format!("package t\n\nimport rego.v1\n\n{rule}\n")), None, "{rule}");
        }
    }

    #[test]
    fn every_head_of_the_packs_is_bound() {
        let mut count = 0;
        for file in embedded_files().into_iter().filter(EmbeddedFile::is_policy) {
            let mut engine = regorus::Engine::new();
            engine.add_policy("t.rego".to_owned(), file.text.to_owned()).unwrap();
            let ast = engine.get_modules().last().unwrap().clone();
            let mut variables = 0;
            for rule in &ast.policy {
                let AstRule::Spec { head, bodies, .. } = rule.as_ref() else { continue };
                let parts = parts(file.text, head, bodies).unwrap_or_else(|| panic!("{}", head_text(head)));
                if !parts.is_empty() {
                    assert!(edits_of(file.text, rule, true, &mut variables).is_some(), "{}", head_text(head));
                    count += 1;
                }
            }
        }
        assert!(count > 50, "{count}");
    }

    fn head_text(head: &RuleHead) -> String {
        span_of(head).text().to_owned()
    }
}
