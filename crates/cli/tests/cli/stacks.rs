//! Terraform configuration on the command line.

use crate::Sandbox;

const MAIN: &str = "variable \"open\" {\n  type    = bool\n  default = false\n}\n\nresource \"aws_db_instance\" \"d\" {\n  \
                    publicly_accessible = var.open\n}\n";
const RULE: &str = "aws-rds-public-access";

#[test]
fn a_directory_is_judged_with_the_values_of_its_variables() {
    let sandbox = Sandbox::new();
    sandbox.file("stack/main.tf", MAIN);
    let check = |more: &[&str]| sandbox.run(&[&["check", "--rule", RULE, "stack"], more].concat());
    check(&[]).exits(0);
    check(&["--var", "open=true"]).exits(1).prints("stack/main.tf:7");
    sandbox.file("open.tfvars", "open = true\n");
    check(&["--var-file", "open.tfvars"]).exits(1);
    check(&["--var-file", "absent.tfvars"]).exits(2).prints("absent.tfvars");
    check(&["--var", "open"]).exits(2).says("NAME=VALUE");
    check(&["--var", "opem=true"])
        .exits(2)
        .prints("no configuration that is checked declares the variable `opem`; is `open` meant?");
    check(&["--var", "open=maybe"]).exits(2).prints("`maybe` is no value");
    check(&["--var", "open=3"]).exits(2).prints("the value given for the variable `open`");
}

#[test]
fn values_in_files_that_nothing_takes_are_noted() {
    let sandbox = Sandbox::new();
    sandbox.file("all/one/main.tf", MAIN);
    sandbox.file("all/two/main.tf", "variable \"owner\" {\n  default = \"\"\n}\n");
    sandbox.file("all/one/terraform.tfvars", "opem = true\nowner = \"me\"\n");
    sandbox.file(
        "all/two/a.auto.tfvars.json",
        "{\"a\": 1, \"b\": 2, \"c\": 3, \"d\": 4, \"e\": 5, \"f\": 6, \"owner\": \"me\"}",
    );
    sandbox.file("all.tfvars", "open = true\nowner = \"us\"\nnobodys = 1\n");
    let check = |more: &[&str]| sandbox.run(&[&["check", "--rule", RULE], more].concat());
    let ignored = "ignored, for no variable of this name is declared:";

    // The other configuration declares `owner`, and has nothing to do with this file.
    let run = check(&["all"]).exits(0);
    run.says(&format!("note: all/one/terraform.tfvars: {ignored} `opem` (is `open` meant?), `owner`\n"))
        .says(&format!("note: all/two/a.auto.tfvars.json: {ignored} `a`, `b`, `c`, `d`, `e` and 1 more\n"));
    let run = check(&["all", "--var-file", "all.tfvars"]).exits(1);
    run.says(&format!("note: all.tfvars: {ignored} `nobodys`\n"));
    let run = check(&["all", "--quiet"]).exits(0);
    assert!(!run.stderr.contains("ignored"), "{}", run.stderr);

    // What cannot be read may declare it.
    sandbox.file("all/one/bad.tf", "variable \"opem\" {");
    let run = check(&["all"]).exits(2);
    assert!(!run.stderr.contains("opem"), "{}", run.stderr);
}

#[test]
fn comments_in_the_configuration_waive() {
    let sandbox = Sandbox::new();
    let waived = MAIN.replace(
        "  publicly",
        "  # parapet:ignore aws-rds-public-access until=2999-01-01 reason=\"test\" owner=me\n  publicly",
    );
    sandbox.file("stack/main.tf", &waived);
    sandbox.run(&["check", "--rule", RULE, "--var", "open=true", "stack"]).exits(0).prints("waived");
}

#[test]
fn comments_for_other_scanners_waive_the_same_check() {
    let sandbox = Sandbox::new();
    let plan = crate::plan(&[("aws_db_instance.d", "aws_db_instance", r#"{"publicly_accessible": true}"#, "{}")]);
    sandbox.file("plan.json", &plan);
    let check = |args: &[&str]| sandbox.run(&[&["check", "--rule", RULE], args].concat());
    for comment in
        ["#checkov:skip=CKV_AWS_17: behind a firewall", "# trivy:ignore:AVD-AWS-0180", "#trivy:ignore:AWS-0180"]
    {
        sandbox.file("stack/main.tf", MAIN.replace("  publicly", &format!("  {comment}\n  publicly")));
        check(&["--var", "open=true", "stack"]).exits(0).prints("1 waived");
        check(&["plan.json"]).exits(1);
        check(&["--source", "stack", "plan.json"]).exits(0).prints("1 waived");
    }
    sandbox.file("stack/main.tf", MAIN.replace("  publicly", "  #checkov:skip=CKV_AWS_18: another check\n  publicly"));
    check(&["--var", "open=true", "stack"]).exits(1);
}

#[test]
fn what_cannot_be_read_is_said() {
    let sandbox = Sandbox::new();
    sandbox.file("stack/main.tf", MAIN);
    sandbox.file("stack/bad.tf", "resource {");
    sandbox.run(&["check", "--rule", RULE, "--var", "open=true", "stack"]).exits(2).prints("bad.tf:1");
    sandbox.file("stack/bad.tf", "module \"far\" {\n  source = \"far/away/aws\"\n}\n");
    sandbox.run(&["check", "--rule", RULE, "stack"]).exits(0).says("module.far was not read");
}

#[test]
fn modules_are_judged_where_they_are_called() {
    let sandbox = Sandbox::new();
    sandbox.file("all/stack/main.tf", "module \"m\" {\n  source = \"../m\"\n  open   = true\n}\n");
    sandbox.file("all/m/main.tf", MAIN);
    let output = sandbox.run(&["check", "--rule", RULE, "all"]).exits(1);
    let output = output.prints("module.m.aws_db_instance.d");
    assert_eq!(output.stdout.matches("(plan, ").count(), 1, "{}", output.stdout);
}
