//! `parapet cost patch`; what becomes of stacks is tested in crates/remediation.

use serde_json::json;

use crate::Sandbox;

const STACK: &str = "resource \"aws_ebs_volume\" \"data\" {
  availability_zone = \"us-east-1a\"
  size              = 100
  type              = var.type # of all volumes
}

variable \"type\" {
  default = \"gp2\"
}
";

fn stack() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("stack/main.tf", STACK);
    let volume = json!({"availability_zone": "us-east-1a", "size": 100, "type": "gp2", "iops": 300});
    let state = json!({"version": 4, "lineage": "l", "serial": 1, "resources": [
        {"mode": "managed", "type": "aws_ebs_volume", "name": "data", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
         "instances": [{"attributes": volume}]},
        {"mode": "managed", "type": "aws_instance", "name": "gone", "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
         "instances": [{"attributes": {"instance_type": "t2.micro"}}]}]});
    sandbox.file("terraform.tfstate", state.to_string());
    sandbox
}

const PATCH: [&str; 6] = ["cost", "patch", "--state", "terraform.tfstate", "--source", "stack"];

#[test]
fn a_patch_is_shown_checked_written_and_then_done() {
    let sandbox = stack();
    let text = || std::fs::read_to_string(sandbox.path().join("stack/main.tf")).unwrap();
    sandbox
        .run(&PATCH)
        .exits(0)
        .prints("aws_ebs_volume.data [gp3] saves $2.00 a month")
        .prints("--- a/stack/main.tf\n+++ b/stack/main.tf\n")
        .prints("-  default = \"gp2\"\n+  default = \"gp3\"\n")
        .prints("stack: aws_instance.gone, `instance_type` to t3.micro\n    it is in the state, and not in this configuration")
        .prints("Nothing was written; --write does it.");
    sandbox.run(&[&PATCH[..], &["--check"]].concat()).exits(1);
    assert_eq!(text(), STACK);
    sandbox.run(&[&PATCH[..], &["--write"]].concat()).exits(0).prints("Written.");
    assert_eq!(text(), STACK.replace("gp2", "gp3"));
    sandbox.run(&[&PATCH[..], &["--check"]].concat()).exits(0).prints("stack: nothing to patch. 1 not patched.");
}

#[test]
fn the_region_is_that_of_the_provider_and_else_the_one_given() {
    let sandbox = stack();
    let state = std::fs::read_to_string(sandbox.path().join("terraform.tfstate")).unwrap();
    sandbox.file("terraform.tfstate", state.replace("\"availability_zone\":\"us-east-1a\",", ""));
    let bare = STACK.replace("  availability_zone = \"us-east-1a\"\n", "");
    sandbox.file("stack/main.tf", &bare);
    sandbox.run(&PATCH).exits(0).prints("saving unknown: its region is not known; say it with --region");
    sandbox.run(&[&PATCH[..], &["--region", "us-east-1"]].concat()).exits(0).prints("[gp3] saves $2.00 a month");
    sandbox
        .run(&[&PATCH[..], &["--region", "us-wets-1"]].concat())
        .exits(2)
        .says("no price book has anything of the region `us-wets-1`; known are us-");
    sandbox.run(&[&PATCH[..], &["--var", "tpye=gp2"]].concat()).exits(2).says("--var tpye: ").says("is `type` meant?");
    let provider =
        "provider \"aws\" {\n  region = var.region\n}\nvariable \"region\" {\n  default = \"us-east-1\"\n}\n";
    sandbox.file("stack/main.tf", provider.to_owned() + &bare);
    sandbox.run(&PATCH).exits(0).prints("[gp3] saves $2.00 a month");
}

#[test]
fn a_patch_is_read_by_programs() {
    let sandbox = stack();
    let patch = sandbox.run(&[&PATCH[..], &["--format", "json", "--only", "gp3,io1"]].concat()).exits(0).json();
    assert_eq!(patch["applied"][0]["monthly_saving_usd"], "2");
    assert_eq!(patch["applied"][0]["places"], json!([{"file": "stack/main.tf", "line": 8}]));
    assert_eq!((&patch["written"], &patch["refused"]), (&json!(false), &json!([])));
    let diff = sandbox.run(&[&PATCH[..], &["--format", "diff"]].concat()).exits(0).stdout;
    assert!(diff.starts_with("--- a/stack/main.tf\n"), "{diff}");
    sandbox
        .run(&[&PATCH[..], &["--var", "type=gp2"]].concat())
        .exits(0)
        .prints("stack/main.tf:7: aws_ebs_volume.data, `type` to gp3\n    var.type is set on the command line");
}

#[test]
fn what_is_no_state_or_no_configuration_is_said() {
    let sandbox = stack();
    let run = |state: &str, source: &str, more: &[&str]| {
        sandbox.run(&[&["cost", "patch", "--state", state, "--source", source], more].concat()).exits(2)
    };
    run("nowhere.tfstate", "stack", &[]).says("nowhere.tfstate: cannot be read");
    run("terraform.tfstate", "policies", &[]).says("policies: there is no .tf file");
    run("bad.json", "stack", &[]).says("this is a plan (create of aws_s3_bucket.a)");
    run("pod.yaml", "stack", &[]).says("pod.yaml: this is no state");
    run("terraform.tfstate", "stack", &["--only", "graviton"]).says("say so with --graviton");
    run("terraform.tfstate", "stack", &["--log-retention-days", "45"]).says("1, 3, 5, 7, 14, 30, 60");
    sandbox.file("stack/broken.tf", "resource \"aws_instance\" {");
    run("terraform.tfstate", "stack", &["--write"]).says("stack/broken.tf:1");
    assert_eq!(std::fs::read_to_string(sandbox.path().join("stack/main.tf")).unwrap(), STACK);
}
