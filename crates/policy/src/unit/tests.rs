use super::*;

/// Files in a new directory.
fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

fn run_in(dir: &tempfile::TempDir, options: &UnitOptions) -> UnitReport {
    super::run(dir.path(), options).unwrap_or_else(|error| panic!("{error}"))
}

fn report(files: &[(&str, &str)]) -> UnitReport {
    run_in(&tree(files), &UnitOptions::default())
}

fn status<'a>(report: &'a UnitReport, name: &str) -> &'a TestStatus {
    &report
        .tests
        .iter()
        .find(|test| test.name.ends_with(name))
        .unwrap_or_else(|| panic!("no {name}: {report:?}"))
        .status
}

const POLICY: &str = "package main\nimport rego.v1\n\ndeny contains \"too many\" if {\n\tinput.count > data.main.limit\n}\n\nlimit := 3\n";

#[test]
fn tests_pass_fail_and_break_each_on_its_own() {
    let tests = r#"package main_test
import rego.v1
import data.main

test_passes if { count(main.deny) == 1 with input as {"count": 4} }

test_with_data if { count(main.deny) == 0 with input as {"count": 4} with data.main.limit as 10 }

test_is_undefined if {
	print("count is", 2)
	count(main.deny) == 1 with input as {"count": 2}
	print("never")
}

test_is_false := false

test_breaks if {
	x := {"a": y | some y in [1, 2]}
	count(x) == 1
}

todo_test_later if { 1 == 2 }

helper if { true }
"#;
    let report = report(&[("a/main.rego", POLICY), ("a/main_test.rego", tests)]);
    assert_eq!(report.counts(), UnitCounts { passed: 2, failed: 2, errors: 1, todo: 1 });
    assert_eq!(status(&report, "test_passes"), &TestStatus::Passed);
    assert_eq!(status(&report, "test_with_data"), &TestStatus::Passed);
    assert_eq!(status(&report, "test_is_false"), &TestStatus::Failed { value: "false".into(), reached: Some(15) });
    assert_eq!(status(&report, "later"), &TestStatus::Todo);
    let TestStatus::Error { message } = status(&report, "test_breaks") else { panic!("{report:?}") };
    assert!(message.contains("main_test.rego:18:"), "{message}");

    let undefined = report.tests.iter().find(|test| test.name == "main_test.test_is_undefined").unwrap();
    assert_eq!(undefined.status, TestStatus::Failed { value: "undefined".into(), reached: Some(11) });
    assert_eq!(undefined.line, 9);
    assert!(undefined.file.ends_with("main_test.rego"));
    let [printed] = undefined.printed.as_slice() else { panic!("{undefined:?}") };
    assert!(printed.ends_with("main_test.rego:10: count is 2"), "{printed}");
}

#[test]
fn input_is_undefined_unless_a_test_sets_it() {
    let report = report(&[
        ("main.rego", POLICY),
        ("main_test.rego", "package main_test\nimport rego.v1\ntest_no_input if not input\n"),
    ]);
    assert_eq!(report.counts().passed, 1, "{report:?}");
}

#[test]
fn the_filter_chooses_by_name() {
    let dir = tree(&[
        ("main.rego", POLICY),
        ("main_test.rego", "package main_test\nimport rego.v1\ntest_a if true\ntest_b if true\ntest_ab if true\n"),
    ]);
    let report = run_in(&dir, &UnitOptions { filter: Some("test_a".into()), ..UnitOptions::default() });
    assert_eq!(
        report.tests.iter().map(|test| test.name.as_str()).collect::<Vec<_>>(),
        ["main_test.test_a", "main_test.test_ab"]
    );
    assert_eq!(report.filtered_out, 1);
}

#[test]
fn coverage_names_lines_also_of_files_no_test_touches() {
    let policy = "package main\nimport rego.v1\n\ndeny contains \"a\" if {\n\tinput.a\n\tinput.b\n}\n";
    let other = "package other\nimport rego.v1\n\nf(x) := y if {\n\ty := x + 1\n}\n";
    let test = "package main_test\nimport rego.v1\ntest_a if { count(data.main.deny) == 0 with input as {\"c\": 1} }\n";
    let dir = tree(&[("main.rego", policy), ("other.rego", other), ("main_test.rego", test)]);
    let report = run_in(&dir, &UnitOptions { coverage: true, ..UnitOptions::default() });
    let files = report.coverage.as_ref().unwrap();
    let of = |name: &str| files.iter().find(|file| file.file.ends_with(name)).unwrap();
    assert_eq!((&of("main.rego").covered[..], &of("main.rego").not_covered[..]), (&[5][..], &[4, 6][..]));
    assert_eq!((&of("other.rego").covered[..], &of("other.rego").not_covered[..]), (&[][..], &[4, 5][..]));
    assert_eq!(files.len(), 2, "neither tests nor built-in policies: {files:?}");
    assert_eq!(report.coverage_percent(), Some(20.0));
}

#[test]
fn a_test_that_loops_is_stopped() {
    let test = "package main_test\nimport rego.v1\ntest_long if { count([1 | some i in numbers.range(1, 100000); some j in numbers.range(1, 100000); i == j]) == 0 }\ntest_short if true\n";
    let dir = tree(&[("main.rego", POLICY), ("main_test.rego", test)]);
    let report = run_in(&dir, &UnitOptions { timeout: Duration::from_millis(200), ..UnitOptions::default() });
    assert_eq!(
        status(&report, "test_long"),
        &TestStatus::Error { message: "took longer than 200ms and was stopped".into() }
    );
    assert_eq!(status(&report, "test_short"), &TestStatus::Passed);
}

#[test]
fn a_test_that_does_not_parse_is_an_error_with_its_place() {
    let dir = tree(&[("main.rego", POLICY), ("x_test.rego", "package x_test\nimport rego.v1\ntest_a if {\n")]);
    let error = super::run(dir.path(), &UnitOptions::default()).unwrap_err().to_string();
    assert!(error.contains("x_test.rego:"), "{error}");
}

#[test]
fn a_test_that_calls_itself_or_nothing_is_an_error_with_its_place() {
    for (test, what) in [
        ("f(x) := f(x + 1)\ntest_a if f(1) == 2\n", "recursive"),
        ("test_a if no_such_function(1)\n", "`no_such_function` is called but does not exist"),
    ] {
        let dir = tree(&[("main.rego", POLICY), ("x_test.rego", &format!("package x_test\nimport rego.v1\n{test}"))]);
        let error = super::run(dir.path(), &UnitOptions::default()).unwrap_err().to_string();
        assert!(error.contains("x_test.rego:3") && error.contains(what), "{error}");
    }
}

#[test]
fn old_syntax_is_understood() {
    let report = report(&[
        ("main.rego", "package main\n\ndeny[msg] {\n\tinput.a\n\tmsg := \"a\"\n}\n"),
        (
            "main_test.rego",
            "package main_test\n\nimport data.main\n\ntest_a {\n\tcount(main.deny) == 1 with input as {\"a\": 1}\n}\n",
        ),
    ]);
    assert_eq!(report.counts().passed, 1, "{report:?}");
}

#[test]
fn tests_that_never_run_are_named() {
    let report = report(&[
        ("main.rego", "package main\nimport rego.v1\ndeny contains \"a\" if input.a\ntest_lost if true\n"),
        ("main_test.rego", "package main_test\nimport rego.v1\ntest_a if true\ntest_b if true\ntest_a if false\n"),
    ]);
    let warnings: Vec<(u32, &str)> =
        report.warnings.iter().map(|warning| (warning.line, warning.message.as_str())).collect();
    assert!(
        matches!(warnings[..], [(4, lost), (5, twice)] if lost.contains("`test_lost` is never run") && twice.contains("main_test.rego:3")),
        "{warnings:?}"
    );
    assert_eq!(report.counts().passed, 2);
}

const HEAD: &str = "# METADATA\n# title: t\n# custom:\n#   severity: low\n#   resources: [a_b]\n#   remediation: r\n";

/// Lines of the warnings about a rule with this scope and body.
fn slow(scope: &str, body: &str) -> Vec<(u32, String)> {
    let policy = format!(
        "{HEAD}#   scope: {scope}\npackage parapet.x.y.z\n\nimport rego.v1\n\ndeny contains {{\"path\": [], \"message\": \"m\"}} if {{\n{body}\n}}\n"
    );
    let report = report(&[("x.rego", &policy), ("x_test.rego", "package x_test\nimport rego.v1\ntest_a if true\n")]);
    report.warnings.into_iter().map(|warning| (warning.line, warning.message)).collect()
}

#[test]
fn slow_patterns_are_named() {
    for (scope, body, line, what) in [
        ("resource", "\tsome r in input.plan.resources\n\tr.type == \"c\"", 13, "custom.scope: plan"),
        ("plan", "\tsome a in input.plan.resources\n\tsome b in input.plan.by_type.c\n\ta.x == b.x", 14, "two loops"),
        ("plan", "\ta := input.plan.resources[_]\n\tb := input.plan.resources[_]\n\ta.x == b.x", 14, "two loops"),
        (
            "plan",
            "\tsome a in input.plan.resources\n\tn := [b | some b in input.plan.resources; b.x == a.x]\n\tcount(n) == 0",
            14,
            "two loops",
        ),
        ("plan", "\tsome i, j\n\tinput.plan.resources[i].x == input.plan.resources[j].x", 14, "two loops"),
        ("plan", "\twalk(input.plan, [path, value])\n\tvalue == 1", 13, "`walk`"),
        ("plan", "\twalk(input, [path, value])\n\tvalue == 1", 13, "`walk`"),
    ] {
        let warnings = slow(scope, body);
        assert!(
            matches!(&warnings[..], [(at, message)] if *at == line && message.contains(what)),
            "{body}: {warnings:?}"
        );
    }
}

#[test]
fn fast_rules_are_left_alone() {
    for (scope, body) in [
        ("resource", "\tsome a in input.resource.values.ingress\n\tsome b in a.cidr_blocks\n\tb == \"x\""),
        ("resource", "\twalk(input.resource.values, [path, value])\n\tvalue == 1"),
        (
            "plan",
            "\tby_x := {b.x: true | some b in input.plan.by_type.c}\n\tsome a in input.plan.resources\n\tnot by_x[a.x]",
        ),
        (
            "plan",
            "\tn := [b | some b in input.plan.resources]\n\tm := [b | some b in input.plan.resources]\n\tcount(n) > count(m)",
        ),
        ("plan", "\tsome i\n\tinput.plan.resources[i].x == 1\n\tinput.plan.resources[i].y == 2"),
        ("plan", "\tsome t in [\"a\", \"b\"]\n\tcount(input.plan.by_type[t]) == 0"),
    ] {
        assert_eq!(slow(scope, body), [], "{body}");
    }
}
