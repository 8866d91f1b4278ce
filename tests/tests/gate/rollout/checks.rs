//! What has to hold before and after a rollout, beside metrics.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

use anyhow::{Result, ensure};
use parapet_tests::tools::Terraform;
use serde_json::json;

use super::judged::{busy, judged_by};
use super::stack::Stack;
use super::troubled::is_untouched;
use crate::server::Tools;

/// Answers every path with 200 and `ready`, but `/broken` with 503; answers its port.
fn service() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Who goes away needs no answer.
            let _answered = answer(&stream);
        }
    });
    Ok(port)
}

fn answer(mut stream: &TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    reader.read_line(&mut request).ok()?;
    let mut line = String::new();
    while reader.read_line(&mut line).ok()? > 2 {
        line.clear();
    }
    let status = if request.starts_with("GET /broken ") { "503 Service Unavailable" } else { "200 OK" };
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
    stream.write_all(format!("{head}ready").as_bytes()).ok()
}

const POLICY: &str = r#"
      packs = []

      policies = {
        "owner.rego" = "package main\n\ndeny contains sprintf(\"%s has no owner\", [input.metadata.name]) if not input.metadata.labels.owner\n"
      }
"#;

/// What the policy judges.
fn release(labels: &str) -> String {
    format!(
        "{{ apiVersion = \"v1\", kind = \"ConfigMap\", metadata = {{ name = \"release-v2\", labels = {labels} }} }}"
    )
}

/// A check of the gate, with what is inside the block of its kind.
fn check(name: &str, when: &str, kind: &str, inside: &str) -> String {
    format!("  check {{\n    name = \"{name}\"\n    when = \"{when}\"\n\n    {kind} {{\n{inside}\n    }}\n  }}\n")
}

impl Stack {
    fn checked(&self, checks: &[String]) -> Result<()> {
        self.differs(&format!("resource \"parapet_rollout_gate\" \"this\" {{\n{}}}\n", checks.concat()))
    }
}

/// A check of each kind, and where the service is that answers them.
struct Checks {
    port: u16,
}

impl Checks {
    fn http(&self, when: &str, path: &str, more: &str) -> String {
        check("http", when, "http", &format!("url = \"http://127.0.0.1:{}/{path}\"\n{more}", self.port))
    }

    /// Those that hold.
    fn holding(&self, when: &str) -> [String; 3] {
        let requests = "sum(increase(requests_total{service=\"good\"}[5s])) > 0";
        [self.http(when, "", "contains = \"ready\""), promql(when, requests), policy(when, "{ owner = \"payments\" }")]
    }
}

fn promql(when: &str, query: &str) -> String {
    check("promql", when, "promql", &format!("query = {query:?}"))
}

fn policy(when: &str, labels: &str) -> String {
    check("policy", when, "policy", &format!("input = jsonencode({})\n{POLICY}", release(labels)))
}

/// Adds checks to the gate of the service `good` that all hold, before and after.
pub(crate) fn hold(stack: &Stack) -> Result<()> {
    let checks = Checks { port: service()? };
    let expected = checks.http("after", "broken", "status = 503");
    stack.checked(&[&checks.holding("before")[..], &checks.holding("after"), &[expected]].concat())
}

pub(crate) fn before_and_after(terraform: &Terraform, tools: &Tools) -> Result<()> {
    let (stack, _prometheus, _server) = judged_by(terraform, tools, busy("good"))?;
    let checks = Checks { port: service()? };

    // Each kind says what does not hold, all of them at once, and nothing has happened.
    stack.checked(&[
        checks.http("before", "healthy", "contains = \"prepared\""),
        checks.http("before", "broken", ""),
        promql("before", "vector(0)"),
        policy("before", "{}"),
    ])?;
    stack
        .roll_out(&[])?
        .fails()
        .says("v2 is not ready to be rolled out")
        .says("Nothing has been changed")
        .says("does not contain \"prepared\"")
        .says("/broken answers 503, not 200")
        .says("check promql: vector(0) does not hold")
        .says("check policy:")
        .says("release-v2 has no owner");
    is_untouched(&stack)?;
    stack.checked(&["  check {\n    name = \"none\"\n  }\n".to_owned()])?;
    stack.roll_out(&[])?.fails().says("The check none has nothing to look at");

    // What does not hold afterwards takes all traffic back, whatever the metrics say.
    stack.checked(&[&checks.holding("before")[..], &[checks.http("after", "broken", "")]].concat())?;
    stack.roll_out(&[])?.fails().says("v2 was not promoted: rollback").says("check http:").says("answers 503");
    let gate = stack.stands("v1", 0, Some("rollback"))?;
    ensure!(gate["metric_results"][0]["verdict"] == json!("promote"), "{gate:#}");
    let evidence = stack.evidence()?;
    ensure!(evidence.contains("\"verdict\":\"rollback\"") && evidence.contains("answers 503"), "{evidence}");
    Ok(())
}
