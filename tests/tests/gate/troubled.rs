//! A Prometheus that asks for a password, is slow, or goes away.

use std::fs;
use std::io::{Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use parapet_tests::process::Running;

use super::recorded::judge;
use super::series::{self, Service};
use super::server::{Prometheus, Tools, free_port, start};

pub(crate) fn authentication(tools: &Tools) -> Result<()> {
    let prometheus = Prometheus::new(tools, &series::recorded(&[Service::good("good")]), "[]")?;
    let server = prometheus.start_at(free_port(), true)?;
    let of = |more: &[&str]| judge(&server.url(), "good", &[&["--duration", "60m"], more].concat());
    of(&[])?.exits(2).says("401 Unauthorized").says("give a bearer token or a header");
    // "gate:wrong", then "gate:secret".
    of(&["--header", "Authorization=Basic Z2F0ZTp3cm9uZw=="])?.exits(2).says("401 Unauthorized");
    of(&["--header", "Authorization=Basic Z2F0ZTpzZWNyZXQ="])?.exits(0).says("PROMOTE");
    let dir = tempfile::tempdir()?;
    let token = dir.path().join("token");
    fs::write(&token, "no such token\n")?;
    let run = of(&["--bearer-token-file", &token.to_string_lossy()])?;
    run.exits(2).says("401 Unauthorized").never_says("no such token");
    Ok(())
}

/// Carries connections to a port, each answer after a pause; answers its own port.
pub(crate) fn delayed(port: u16, pause: Duration) -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let own = listener.local_addr()?.port();
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            let Ok(far) = TcpStream::connect(("127.0.0.1", port)) else { continue };
            let (Ok(near_in), Ok(far_out)) = (near.try_clone(), far.try_clone()) else { continue };
            thread::spawn(move || carry(near_in, far_out, Duration::ZERO));
            thread::spawn(move || carry(far, near, pause));
        }
    });
    Ok(own)
}

fn carry(mut from: impl Read, mut to: TcpStream, pause: Duration) {
    let mut buffer = [0; 65_536];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        thread::sleep(pause);
        if to.write_all(buffer.get(..length).unwrap_or_default()).is_err() {
            return;
        }
    }
}

pub(crate) fn slow(tools: &Tools) -> Result<()> {
    let prometheus = Prometheus::new(tools, &series::recorded(&[Service::good("good")]), "[]")?;
    let server = prometheus.start()?;
    let port = delayed(server.port, Duration::from_secs(2))?;
    let begun = Instant::now();
    judge(&format!("http://127.0.0.1:{port}"), "good", &["--duration", "60m"])?.exits(0).says("PROMOTE");
    ensure!(begun.elapsed() >= Duration::from_secs(8), "four answers took {:?}: nothing was slow", begun.elapsed());
    Ok(())
}

/// Watches the service for so many seconds, in windows of two.
fn watched(url: &str, seconds: u32) -> Result<Running> {
    let duration = format!("{seconds}s");
    let arms = ["--canary", "service=\"dense\",track=\"canary\"", "--baseline", "service=\"dense\",track=\"stable\""];
    let queries = [
        "--errors",
        "sum(increase(errors_total{$arm}[$window]))",
        "--total",
        "sum(increase(requests_total{$arm}[$window]))",
    ];
    let args = ["gate", "canary", "--prometheus", url, "--watch", "--window", "2s", "--duration", &duration];
    start(&[&args[..], &arms, &queries].concat())
}

pub(crate) fn restarted(tools: &Tools) -> Result<()> {
    let prometheus = Prometheus::new(tools, &series::dense("dense"), "[]")?;
    let server = prometheus.start()?;
    let (port, url) = (server.port, server.url());
    let mut gate = watched(&url, 28)?;
    gate.wait_for("window 2 of 14:")?;
    drop(server);
    gate.wait_for("warning: window")?;
    let _server = prometheus.start_at(port, false)?;
    gate.wait()?.exits(0).says("PROMOTE after 14 windows");
    Ok(())
}

pub(crate) fn gone(tools: &Tools) -> Result<()> {
    let prometheus = Prometheus::new(tools, &series::dense("dense"), "[]")?;
    let server = prometheus.start()?;
    let mut gate = watched(&server.url(), 12)?;
    gate.wait_for("window 2 of 6:")?;
    drop(server);
    gate.wait()?.exits(2).says("does not answer").never_says("PROMOTE");
    Ok(())
}
