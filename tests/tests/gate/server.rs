//! Prometheus and Pushgateway as processes that end with their test.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use parapet_tests::process::{self, Run};
use parapet_tests::provider;
use tempfile::TempDir;

/// Where the packages are unpacked.
#[derive(Clone)]
pub(crate) struct Tools {
    pub(crate) prometheus: PathBuf,
    pub(crate) pushgateway: PathBuf,
}

const READY: Duration = Duration::from_secs(60);
const RUN: Duration = Duration::from_secs(240);

/// A server that is ready.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

impl Server {
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A Prometheus with recorded series, and what it scrapes.
pub(crate) struct Prometheus {
    dir: TempDir,
    program: PathBuf,
}

impl Prometheus {
    /// Imports series in OpenMetrics; `scrape` is the `scrape_configs` of its configuration.
    pub(crate) fn new(tools: &Tools, series: &str, scrape: &str) -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let at = |name: &str| dir.path().join(name);
        let config = format!("global: {{scrape_interval: 1s, scrape_timeout: 1s}}\nscrape_configs: {scrape}\n");
        fs::write(at("prometheus.yml"), config)?;
        // The password is "secret", hashed by bcrypt with its lowest cost.
        let hash = "$2b$04$abcdefghijklmnopqrstuu2r9OfJnfCsdneAXAGHnS4UpFFP8WIrW";
        fs::write(at("web.yml"), format!("basic_auth_users: {{gate: \"{hash}\"}}\n"))?;
        fs::create_dir(at("data"))?;
        if !series.is_empty() {
            fs::write(at("series.txt"), series)?;
            let mut import = Command::new(tools.prometheus.join("usr/bin/promtool"));
            import.args(["tsdb", "create-blocks-from", "openmetrics", "--quiet"]).arg(at("series.txt")).arg(at("data"));
            process::run(import, RUN)?.succeeds();
        }
        Ok(Self { dir, program: tools.prometheus.join("usr/bin/prometheus") })
    }

    pub(crate) fn start(&self) -> Result<Server> {
        self.start_at(free_port(), false)
    }

    /// Starts with a web configuration of its own; it is ready when it says so, since not everybody may ask.
    pub(crate) fn start_with(&self, web: &str) -> Result<Server> {
        let at = |name: &str| self.dir.path().join(name);
        fs::write(at("web.yml"), web)?;
        let (port, log) = (free_port(), at("prometheus.log"));
        let mut command = self.command(port);
        command.arg(format!("--web.config.file={}", at("web.yml").display()));
        let is_ready =
            || fs::read_to_string(&log).is_ok_and(|text| text.contains("Server is ready to receive web requests"));
        started(command, &log, port, is_ready)
    }

    fn command(&self, port: u16) -> Command {
        let at = |name: &str| self.dir.path().join(name);
        let mut command = Command::new(&self.program);
        command
            .arg(format!("--config.file={}", at("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", at("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"));
        command
    }

    /// Starts on a port; `locked` asks for a password.
    pub(crate) fn start_at(&self, port: u16, locked: bool) -> Result<Server> {
        let at = |name: &str| self.dir.path().join(name);
        let mut command = self.command(port);
        if locked {
            command.arg(format!("--web.config.file={}", at("web.yml").display()));
        }
        let ready = if locked { "HTTP/1.1 401" } else { "HTTP/1.1 200" };
        started(command, &at("prometheus.log"), port, || says(port, ready))
    }
}

pub(crate) fn pushgateway(tools: &Tools, dir: &Path) -> Result<Server> {
    let port = free_port();
    let mut command = Command::new(tools.pushgateway.join("usr/bin/prometheus-pushgateway"));
    command.arg(format!("--web.listen-address=127.0.0.1:{port}"));
    started(command, &dir.join("pushgateway.log"), port, || says(port, "HTTP/1.1 200"))
}

/// Whether a server answers so when it is asked whether it is ready.
fn says(port: u16, ready: &str) -> bool {
    get(port, "/-/ready").is_ok_and(|answer| answer.starts_with(ready))
}

fn started(mut command: Command, log: &Path, port: u16, is_ready: impl Fn() -> bool) -> Result<Server> {
    let file = fs::File::create(log)?;
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file);
    let mut server = Server { child: command.spawn().with_context(|| format!("{command:?}"))?, port };
    let start = Instant::now();
    while !is_ready() {
        let alive = server.child.try_wait()?.is_none() && start.elapsed() < READY;
        ensure!(alive, "{command:?} is not ready:\n{}", fs::read_to_string(log)?);
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(server)
}

/// The answer of a server of this machine, with its head.
pub(crate) fn get(port: u16, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

pub(crate) fn parapet(args: &[&str]) -> Result<Command> {
    let mut command = Command::new(provider::built("parapet")?);
    command.args(args).env("NO_COLOR", "1");
    Ok(command)
}

/// Runs `parapet` to its end.
pub(crate) fn run(args: &[&str]) -> Result<Run> {
    Ok(process::run(parapet(args)?, RUN)?)
}

/// Starts `parapet`.
pub(crate) fn start(args: &[&str]) -> Result<process::Running> {
    Ok(process::start(parapet(args)?, RUN)?)
}
