//! Loading of policies: what is accepted, what is refused and in which words.

use std::fs;

use parapet_policy::{Policies, Scope};

use crate::plan_file::rule;

fn refuse(modules: &[&str]) -> String {
    let builder = Policies::builder().embedded(false);
    let built = modules.iter().enumerate().fold(builder, |b, (i, text)| b.module(format!("m{i}.rego"), *text)).build();
    built.err().unwrap_or_else(|| panic!("accepted: {modules:?}")).to_string()
}

#[test]
fn faults_are_named_with_file_and_line() {
    let good = rule("r", "", "deny contains {\"message\": \"m\"} if true");
    let long = format!("package a\n\n# {}\n", "x".repeat(1100));
    for (module, expected) in [
        (good.replace("deny contains", "denny contains"), "m0.rego:7:1: the rule defines no `deny`"),
        (good.replace("if true", "if {"), "m0.rego:12:"),
        (good.replace("severity", "sevrity"), "m0.rego:4: METADATA: unknown field `sevrity`"),
        (good.replace("# METADATA", "# metadata"), "m0.rego:7: METADATA: there is no `# METADATA` block"),
        (good.replace("if true", "if { startswth(\"a\", \"b\") }"), "m0.rego:11: `startswth` is called but does not"),
        (good.replace("if true", "if { x := [1 | data.lib.nope(1)]; x }"), "m0.rego:11: `data.lib.nope` is called"),
        (good.replace("if true", "if http.send({}).status_code == 200"), "`http.send` is switched off"),
        (good.replace("if true", "if io.jwt.decode(\"x\")"), "no cryptographic builtins"),
        (
            good.replace("if true", "if f(1)\nf(x) := g(x)\ng(x) := f(x)"),
            "m0.rego:12: rule `parapet.test.r.f` is recursive (parapet.test.r.f -> parapet.test.r.g -> parapet.test.r.f)",
        ),
        (good.replace("if true", "if x > 1"), "m0.rego:11:"),
        (long, "m0.rego:3: the line has 1102 columns, the engine reads up to 1024"),
        ("packge a".to_owned(), "m0.rego:1:1:"),
        (String::new(), "m0.rego:1:"),
        ("package a\n\ndeny[msg] {\n  msg := 1 +\n x := 2}".to_owned(), "m0.rego:5:4: expecting `}`"),
        (format!("package a\np := {}1{}", "(".repeat(900), ")".repeat(900)), "m0.rego:2:"),
    ] {
        let error = refuse(&[&module]);
        assert!(error.contains(expected), "{expected:?} expected: {error}\n{module}");
        assert!(error.lines().skip(1).all(|line| line.contains('|')), "one line, and an excerpt: {error}");
    }
    let error = refuse(&["package a\n\nimport rego.v1\n\nx := 1 )\n"]);
    assert!(error.ends_with("\n  |\n5 | x := 1 )\n  |        ^"), "{error}");
    let error = refuse(&[&good, &good]);
    assert!(error.contains("m1.rego: rule test-r is already defined in m0.rego"), "{error}");
}

#[test]
fn libraries_and_other_names_do_not_confuse_the_checks() {
    let lib = "package parapet.lib.t\nimport rego.v1\nhalf(x) := x / 2\nnested.twice(x) := x * 2";
    let body = "import data.parapet.lib.t as lib\nname(name_) := name_\ndeny contains {\"message\": \"m\"} if {\n\tlib.half(4) == 2\n\tdata.parapet.lib.t.half(2) == 1\n\tlib.nested.twice(1) == 2\n\tname(1) == 1\n\tprint(\"x\")\n}";
    let user = rule("r", "", body);
    let policies = Policies::builder().embedded(false).module("lib.rego", lib).module("r.rego", user).build().unwrap();
    assert_eq!(policies.rules().len(), 1);
    let rule = &policies.rules()[0];
    assert_eq!((rule.id.as_str(), rule.pack.as_str(), rule.scope), ("test-r", "test", Scope::Resource));
    assert_eq!((rule.file.as_str(), rule.line), ("r.rego", 1));
    assert!(policies.source(rule).unwrap().contains("package parapet.test.r"));
}

#[test]
fn the_digest_stands_for_what_is_applied() {
    let a = rule("a", "", "deny contains {\"message\": \"m\"} if true");
    let b = rule("b", "", "deny contains {\"message\": \"m\"} if true");
    let digest = |modules: &[&str], rules: &[&str]| {
        let builder = Policies::builder().embedded(false).rules(rules.iter().copied());
        let built = modules.iter().enumerate().fold(builder, |p, (i, t)| p.module(format!("{i}.rego"), *t)).build();
        built.unwrap().digest().to_owned()
    };
    assert_eq!(digest(&[&a, &b], &[]).len(), 64);
    assert_eq!(digest(&[&a, &b], &[]), digest(&[&b, &a], &[]), "order and file names do not matter");
    assert_eq!(digest(&[&a, &b], &["test-a"]), digest(&[&a], &[]), "rules that are not selected do not matter");
    assert_ne!(digest(&[&a], &[]), digest(&[&a, &b], &[]));
    assert_ne!(digest(&[&a], &[]), digest(&[&a.replace("\"m\"", "\"n\"")], &[]));
}

#[test]
fn rules_are_selected_by_id_and_glob() {
    let module = |name: &str| rule(name, "", "deny contains {\"message\": \"m\"} if true");
    let build = |packs: &[&str], rules: &[&str]| {
        Policies::builder()
            .embedded(false)
            .module("one.rego", module("one"))
            .module("two.rego", module("two"))
            .packs(packs.iter().copied())
            .rules(rules.iter().copied())
            .build()
            .map(|policies| policies.rules().iter().map(|r| r.id.clone()).collect::<Vec<_>>().join(" "))
            .map_err(|error| error.to_string())
    };
    for (packs, rules, expected) in [
        (&[][..], &[][..], Ok("test-one test-two")),
        (&[], &["test-o*"], Ok("test-one")),
        (&["test"], &["*-two", "test-one"], Ok("test-one test-two")),
        (&["tset"], &[], Err("there is no policy pack `tset`; there are: test")),
        (&[], &["test-tow"], Err("no rule matches `test-tow`; there are: test-two, test-one")),
    ] {
        assert_eq!(build(packs, rules), expected.map(str::to_owned).map_err(str::to_owned), "{packs:?} {rules:?}");
    }
}

#[test]
fn a_directory_replaces_the_pack_it_holds_and_adds_the_rest() {
    let embedded = Policies::builder().build().unwrap_or_else(|e| panic!("{e}"));
    assert!(embedded.rules().iter().any(|rule| rule.pack == "kubernetes"));

    let dir = tempfile::tempdir().unwrap();
    let deep = dir.path().join("deep/er");
    let own = rule("x", "", "deny contains {\"message\": \"m\"} if true");
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("k.rego"), own.replace("parapet.test.x", "parapet.kubernetes.own")).unwrap();
    fs::write(deep.join("k_test.rego"), "this is not read").unwrap();
    fs::write(deep.join("data.json"), r#"{"list": [7]}"#).unwrap();
    let main = "package main\nimport rego.v1\nwarn contains \"x\" if data.deep.er.list[0] == 7";
    fs::write(dir.path().join("m.rego"), main).unwrap();
    let policies = Policies::builder().directory(dir.path()).build().unwrap();
    let of_pack =
        |pack: &str| policies.rules().iter().filter(|r| r.pack == pack).map(|r| r.id.as_str()).collect::<Vec<_>>();
    assert_eq!(of_pack("kubernetes"), ["kubernetes-own"]);
    assert_eq!(of_pack("main"), ["main"]);

    let empty = tempfile::tempdir().unwrap();
    let error = Policies::builder().directory(empty.path()).build().unwrap_err().to_string();
    assert!(error.contains("no .rego file"), "{error}");
    let error = Policies::builder().directory(empty.path().join("absent")).build().unwrap_err().to_string();
    assert!(error.starts_with("cannot read policies from "), "{error}");
}
