//! Runs the built `parapet` on files of a temporary directory.

#![expect(clippy::unwrap_used, reason = "what these helpers cannot do fails the test that asked")]

mod bad_inputs;
mod check;
mod cost;
mod eval;
mod evidence;
mod frameworks;
mod gate;
mod gate_reports;
mod gate_supply;
mod ignored;
mod new;
mod patch;
mod recommend;
mod report;
mod rules;
mod settings;
mod spot;
mod stacks;
mod trust;
mod unit_tests;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A directory of its own, with a rule for Terraform and one for Kubernetes.
struct Sandbox {
    dir: tempfile::TempDir,
}

/// What a run of `parapet` left behind.
struct Output {
    code: i32,
    stdout: String,
    stderr: String,
}

impl Output {
    /// Fails the test with both streams when the exit code is another one.
    #[track_caller]
    fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\nstdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "{text:?} is not in stderr:\n{}\nstdout:\n{}", self.stderr, self.stdout);
        self
    }

    #[track_caller]
    fn prints(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "{text:?} is not in stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.stdout, self.stderr))
    }
}

const BUCKET_RULE: &str = r#"# METADATA
# title: Buckets have a name
# description: A bucket without a name gets a random one.
# custom:
#   severity: high
#   resources: [aws_s3_bucket]
#   controls: {soc2: [CC6.1]}
#   remediation: Set `bucket`.
package parapet.house.s3.named

import rego.v1

deny contains {"path": ["bucket"], "message": "the bucket has no name"} if {
	not input.resource.values.bucket
}
"#;

const POD_RULE: &str = r#"# METADATA
# title: Pods name their team
# custom:
#   severity: low
#   kinds: [Pod]
#   remediation: Set the label `team`.
package parapet.house.pods.team

import rego.v1

deny contains {"path": ["metadata", "labels", "team"], "message": "there is no team"} if {
	not input.object.metadata.labels.team
}
"#;

impl Sandbox {
    fn new() -> Self {
        let sandbox = Self { dir: tempfile::tempdir().unwrap() };
        sandbox.file("policies/house/named.rego", BUCKET_RULE);
        sandbox.file("policies/house/team.rego", POD_RULE);
        sandbox.file("bad.json", plan(&[("aws_s3_bucket.a", "aws_s3_bucket", "{}", "{}")]));
        sandbox.file("good.json", plan(&[("aws_s3_bucket.a", "aws_s3_bucket", r#"{"bucket": "b"}"#, "{}")]));
        sandbox.file("pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: ns}\n");
        sandbox
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parapet"));
        command
            .args(args)
            .current_dir(self.path())
            .env_remove("AWS_REGION")
            .env_remove("NO_COLOR")
            .env_remove("CLICOLOR_FORCE");
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.run_with(args, "")
    }

    /// Runs with text on standard input.
    fn run_with(&self, args: &[&str], stdin: &str) -> Output {
        let mut command = self.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A command that does not read its input closes it.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        Output {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// `parapet check` with the rules of the sandbox only.
    fn check(&self, args: &[&str]) -> Output {
        self.run(&[&["check", "--no-builtin-packs", "--policies", "policies"], args].concat())
    }
}

/// Plan JSON that creates resources: address, type, `after`, `after_unknown`.
fn plan(resources: &[(&str, &str, &str, &str)]) -> String {
    let changes: Vec<String> = resources
        .iter()
        .map(|(address, kind, after, unknown)| {
            let name = address.rsplit('.').next().unwrap();
            format!(
                r#"{{"address": "{address}", "mode": "managed", "type": "{kind}", "name": "{name}",
                    "provider_name": "registry.terraform.io/hashicorp/aws",
                    "change": {{"actions": ["create"], "before": null, "after": {after}, "after_unknown": {unknown},
                    "before_sensitive": false, "after_sensitive": {{}}}}}}"#
            )
        })
        .collect();
    format!(
        r#"{{"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": [{}],
            "planned_values": {{"root_module": {{}}}}, "configuration": {{"root_module": {{}}}}}}"#,
        changes.join(",")
    )
}
