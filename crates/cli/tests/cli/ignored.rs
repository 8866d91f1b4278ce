//! What of a directory is checked: not what git ignores, unless it is asked for.

use crate::{Sandbox, plan};

fn repository() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("work/.git/HEAD", "ref: refs/heads/main\n");
    sandbox.file("work/.gitignore", "/build/\n*.generated.yaml\n!kept.generated.yaml\n");
    let pod = |name: &str| format!("apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: ns}}\n");
    sandbox.file("work/deploy/a.yaml", pod("plain"));
    sandbox.file("work/deploy/b.generated.yaml", pod("generated"));
    sandbox.file("work/deploy/kept.generated.yaml", pod("kept"));
    sandbox.file("work/build/c.yaml", pod("built"));
    sandbox.file("work/deploy/.gitignore", "local.json\n");
    sandbox.file("work/deploy/local.json", plan(&[("aws_s3_bucket.local", "aws_s3_bucket", "{}", "{}")]));
    sandbox
}

fn addresses(sandbox: &Sandbox, args: &[&str]) -> Vec<String> {
    let all = ["check", "--no-builtin-packs", "--policies", "policies", "--no-settings", "--format", "json"];
    let report = sandbox.run(&[&all[..], args].concat()).json();
    let findings = report.get("findings").and_then(|it| it.as_array()).unwrap().iter();
    let mut found: Vec<String> =
        findings.map(|it| it.get("address").and_then(|it| it.as_str()).unwrap().to_owned()).collect();
    found.sort();
    found
}

#[test]
fn what_git_ignores_is_not_checked() {
    let sandbox = repository();
    assert_eq!(addresses(&sandbox, &["work"]), ["Pod/ns/kept", "Pod/ns/plain"]);
    let all = ["Pod/ns/built", "Pod/ns/generated", "Pod/ns/kept", "Pod/ns/plain", "aws_s3_bucket.local"];
    assert_eq!(addresses(&sandbox, &["--no-ignore", "work"]), all);
}

#[test]
fn what_is_named_is_checked_whatever_git_says() {
    let sandbox = repository();
    assert_eq!(addresses(&sandbox, &["work/deploy/local.json"]), ["aws_s3_bucket.local"]);
    assert_eq!(addresses(&sandbox, &["work/build"]), ["Pod/ns/built"]);
}

#[test]
fn a_directory_of_which_git_ignores_everything_is_no_success() {
    let sandbox = repository();
    sandbox.file("work/all/.gitignore", "*\n");
    sandbox.file("work/all/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: ns}\n");
    sandbox.run(&["check", "work/all"]).exits(2).says("or git ignores it (--no-ignore reads it all the same)");
}
