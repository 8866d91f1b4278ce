//! `parapet cost recommend` and `parapet cost report` where nothing can be asked. The provider itself is asked in the end-to-end tests.

use super::Sandbox;

#[test]
fn without_a_provider_it_says_where_one_is_looked_for() {
    let sandbox = Sandbox::new();
    for args in [&["cost", "recommend"][..], &["cost", "report", "--out", "cost.html"]] {
        let run = sandbox.run(&[args, &["--provider", "./missing"]].concat());
        run.exits(2).says("missing cannot be executed: No such file or directory");
    }
    let program = sandbox.file("ends.sh", "#!/bin/sh\necho 'no plugin today' >&2\nexit 3\n");
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let run = sandbox.run(&["cost", "recommend", "--provider", "./ends.sh"]);
    run.exits(2).says("ended before its handshake (exit status: 3)").says("no plugin today");
    assert!(!sandbox.path().join("cost.html").exists());
}

#[test]
fn what_is_mistyped_is_named() {
    let sandbox = Sandbox::new();
    for (args, says) in [
        (["--action", "Rightsiz"], "`Rightsiz` is not an action; write one of Delete, Stop, Rightsize"),
        (["--min-savings", "-3"], "-3 is below zero"),
        (["--min-savings", "ten"], "`ten` is not an amount"),
        (["--days", "0"], "0 is not in 1..=90"),
        (["--tag", "team"], "write NAME=VALUE"),
        (["--format", "pdf"], "possible values: text, json, markdown, html, csv"),
    ] {
        sandbox.run(&[&["cost", "recommend"][..], &args].concat()).exits(2).says(says);
    }
    sandbox.run(&["cost", "report"]).exits(2).says("--out <FILE>");
}
