//! A Prometheus that asks for a password, answers too much, is slow, or goes away.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use parapet_tests::tools::Terraform;

use super::judged::{busy, judged_by};
use super::stack::Stack;
use crate::series;
use crate::server::{Prometheus, Tools, free_port};
use crate::troubled::delayed;

/// Nothing was changed: the traffic, the state, and no report.
pub(crate) fn is_untouched(stack: &Stack) -> Result<()> {
    stack.stands("v1", 0, None)?;
    let moved = stack.moves();
    ensure!(moved == 1, "traffic was moved {moved} times, not only at first");
    Ok(())
}

pub(crate) fn many_series(terraform: &Terraform, tools: &Tools) -> Result<()> {
    let (services, pods) = (series::quick(&[busy("good")]), series::pods(20_000));
    let prometheus = Prometheus::new(tools, &format!("{}{pods}", services.trim_end_matches("# EOF\n")), "[]")?;
    let server = prometheus.start()?;
    let stack = Stack::new(terraform, &server.url(), "good")?;
    let mut text = fs::read_to_string(stack.workspace.path().join("main.tf"))?;
    text = text.replace("sum(increase(errors_total{$arm}[$window]))", "increase(pod_errors_total{$arm}[$window])");
    text = text.replace("sum(increase(requests_total{$arm}[$window]))", "increase(pod_requests_total{$arm}[$window])");
    text = text.replace("service=\\\"${var.service}\\\",track", "track");
    stack.workspace.write("main.tf", &text)?;
    let run = stack.roll_out(&["-var=window=60s", "-var=max_duration=10m"])?;
    run.fails().says("answers 10000 series, one is needed").says("Nothing has been changed");
    is_untouched(&stack)
}

/// Passes connections on to a port when they show a token; answers its own port.
fn guarded(port: u16, token: &'static str) -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let own = listener.local_addr()?.port();
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            thread::spawn(move || pass_on(near, port, token));
        }
    });
    Ok(own)
}

fn pass_on(mut near: TcpStream, port: u16, token: &str) -> Option<()> {
    let mut begun = Vec::new();
    while !begun.windows(4).any(|it| it == b"\r\n\r\n") {
        let mut byte = [0];
        near.read_exact(&mut byte).ok()?;
        begun.extend(byte);
    }
    let head = String::from_utf8_lossy(&begun).to_lowercase();
    if !head.contains(&format!("authorization: bearer {}\r\n", token.to_lowercase())) {
        let answer = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        return near.write_all(answer.as_bytes()).ok();
    }
    let mut far = TcpStream::connect(("127.0.0.1", port)).ok()?;
    far.write_all(&begun).ok()?;
    let (mut from, mut to) = (near.try_clone().ok()?, far.try_clone().ok()?);
    thread::spawn(move || std::io::copy(&mut from, &mut to));
    std::io::copy(&mut far, &mut near).ok().map(drop)
}

pub(crate) fn authentication(terraform: &Terraform, tools: &Tools) -> Result<()> {
    let prometheus = Prometheus::new(tools, &series::quick(&[busy("good")]), "[]")?;
    let locked = prometheus.start_at(free_port(), true)?;
    let stack = Stack::new(terraform, &locked.url(), "good")?;
    let refused = |more: &[&str]| -> Result<()> {
        stack
            .roll_out(more)?
            .fails()
            .says("401 Unauthorized")
            .says("give a bearer token or a header")
            .says("Nothing has been changed");
        is_untouched(&stack)
    };
    refused(&[])?;
    // "gate:wrong".
    refused(&["-var=headers={Authorization=\"Basic Z2F0ZTp3cm9uZw==\"}"])?;
    drop(locked);

    let open = prometheus.start()?;
    let url = format!("-var=url=http://127.0.0.1:{}", guarded(open.port, "s3cret-token")?);
    refused(&[&url])?;
    let run = stack.roll_out(&[&url, "-var=bearer_token=s3cret-token"])?;
    if is_write_only_known(terraform) {
        run.succeeds().never_says("s3cret-token");
        stack.stands("v2", 100, Some("promote"))?;
        // The token is nowhere.
        let state = fs::read_to_string(stack.workspace.path().join("terraform.tfstate"))?;
        ensure!(!state.contains("s3cret-token"), "the token is in the state");
    } else {
        run.fails().says("Write-only");
    }
    Ok(())
}

/// Terraform 1.11 brought write-only arguments.
fn is_write_only_known(terraform: &Terraform) -> bool {
    let mut numbers = terraform.version.split('.').map(|part| part.parse::<u32>().unwrap_or_default());
    (numbers.next(), numbers.next()) >= (Some(1), Some(11))
}

pub(crate) fn slow(terraform: &Terraform, tools: &Tools) -> Result<()> {
    let prometheus = Prometheus::new(tools, &series::quick(&[busy("good")]), "[]")?;
    let server = prometheus.start()?;
    let port = delayed(server.port, Duration::from_millis(300))?;
    let stack = Stack::new(terraform, &format!("http://127.0.0.1:{port}"), "good")?;
    let begun = Instant::now();
    stack.roll_out(&[])?.succeeds();
    ensure!(begun.elapsed() >= Duration::from_secs(4), "a rollout with looks of a second took {:?}", begun.elapsed());
    stack.stands("v2", 100, Some("promote"))?;
    Ok(())
}

pub(crate) fn gone(terraform: &Terraform, tools: &Tools) -> Result<()> {
    let (stack, _prometheus, server) = judged_by(terraform, tools, busy("good"))?;
    let running = stack.start(&[])?;
    stack.wait_for_weight(50)?;
    drop(server);
    let run = running.wait()?.fails().says("v2 was not promoted: inconclusive");
    run.says("nobody has answered for").says("does not answer").says("All traffic goes to the stable release again");
    stack.stands("v1", 0, Some("inconclusive"))?;
    Ok(())
}
