//! The moto server: a child process that answers what the sandbox does not.

use std::env;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use thiserror::Error;
use tokio::net::TcpStream;
use tokio::sync::OnceCell;

/// The version the sandbox is made for: what it answers wrongly is known of this one.
pub const MOTO_VERSION: &str = "5.2.5";

/// Starting Python and importing moto takes two seconds on a fast machine, and many more on a busy one.
const PATIENCE: Duration = Duration::from_secs(120);
const POLL: Duration = Duration::from_millis(50);
const FAREWELL: Duration = Duration::from_secs(5);

/// Runs moto until standard input ends, which it does when the sandbox ends, however it ends.
const KEEPER: &str = r#""$@" </dev/null & moto=$!; read -r _; kill -9 "$moto" 2>/dev/null; wait"#;

/// Where moto comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Backend {
    /// `moto_server` of the virtual environment that is active, or on `PATH`.
    #[default]
    Find,
    /// This `moto_server`.
    Program(PathBuf),
    /// None: what the sandbox does not implement answers 501, every cluster, subnet, key and VPC that a call names is assumed to
    /// exist, the instance types of EC2 are those of the price book, and every security group lets somebody in.
    None,
}

/// Why moto does not run.
#[derive(Debug, Error)]
pub enum MotoError {
    /// There is no `moto_server`.
    #[error(
        "moto_server is neither in the active virtual environment nor on PATH; install it with `pip install 'moto[server]=={MOTO_VERSION}'`, or name it with --moto"
    )]
    Missing,
    /// It cannot be started.
    #[error("cannot start {}: {source}; check that it is an executable moto_server", program.display())]
    Start {
        /// What was to be executed.
        program: PathBuf,
        /// Why it was not.
        source: io::Error,
    },
    /// It ended, or never answered.
    #[error("moto_server does not answer; it said: {0}")]
    Silent(String),
}

/// A running moto server. It ends when this is dropped, or when this process ends.
#[derive(Debug)]
pub struct Moto {
    keeper: Mutex<Child>,
    address: SocketAddr,
    log: tempfile::NamedTempFile,
    ready: OnceCell<()>,
}

impl Moto {
    /// Starts moto on a free port, without waiting until it answers; `None` if there is to be none.
    ///
    /// # Errors
    /// There is no moto, or it cannot be started.
    pub fn start(backend: &Backend) -> Result<Option<Self>, MotoError> {
        let program = match backend {
            Backend::None => return Ok(None),
            Backend::Program(program) => program.clone(),
            Backend::Find => find().ok_or(MotoError::Missing)?,
        };
        let failed = |source| MotoError::Start { program: program.clone(), source };
        // A keeper would start all the same, and say what is wrong only in its log.
        if !program.is_file() {
            return Err(failed(io::Error::from(io::ErrorKind::NotFound)));
        }
        let address = free_address().map_err(failed)?;
        let log = tempfile::NamedTempFile::new().map_err(failed)?;
        let output = || log.reopen().map(Stdio::from);
        let keeper = Command::new("/bin/sh")
            .args(["-c", KEEPER, "moto"])
            .arg(&program)
            .args(["-H", "127.0.0.1", "-p", &address.port().to_string()])
            // Roles of real stacks attach policies that AWS provides.
            .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
            .env_remove("MOTO_ACCOUNT_ID")
            .stdin(Stdio::piped())
            .stdout(output().map_err(failed)?)
            .stderr(output().map_err(failed)?)
            .process_group(0)
            .spawn()
            .map_err(failed)?;
        Ok(Some(Self { keeper: Mutex::new(keeper), address, log, ready: OnceCell::new() }))
    }

    /// Its address, once it answers.
    ///
    /// # Errors
    /// It ended, or does not answer in two minutes.
    pub async fn address(&self) -> Result<SocketAddr, MotoError> {
        self.ready.get_or_try_init(|| self.wait()).await?;
        Ok(self.address)
    }

    async fn wait(&self) -> Result<(), MotoError> {
        let started = Instant::now();
        while TcpStream::connect(self.address).await.is_err() {
            if started.elapsed() > PATIENCE || self.port_is_lost() {
                return Err(MotoError::Silent(self.last_words()));
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    /// Whether moto says that it cannot listen; the keeper waits on, so its end would not show it.
    fn port_is_lost(&self) -> bool {
        let log = std::fs::read_to_string(self.log.path()).unwrap_or_default();
        log.contains("already in use") || log.contains("Traceback") || log.contains("not found")
    }

    fn last_words(&self) -> String {
        let log = std::fs::read_to_string(self.log.path()).unwrap_or_default();
        let last: Vec<&str> = log.lines().rev().filter(|line| !line.trim().is_empty()).take(3).collect();
        if last.is_empty() { "nothing".to_owned() } else { last.into_iter().rev().collect::<Vec<_>>().join(" / ") }
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let keeper = self.keeper.get_mut().unwrap_or_else(PoisonError::into_inner);
        drop(keeper.stdin.take());
        let started = Instant::now();
        while started.elapsed() < FAREWELL {
            if !matches!(keeper.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        if let Some(group) = i32::try_from(keeper.id()).ok().and_then(Pid::from_raw) {
            // An error means that nothing is left to kill.
            let _gone = kill_process_group(group, Signal::KILL);
        }
        let _reaped = keeper.wait();
    }
}

fn find() -> Option<PathBuf> {
    let active = env::var_os("VIRTUAL_ENV").map(|venv| Path::new(&venv).join("bin"));
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places = active.into_iter().chain(env::split_paths(&path));
    places.find_map(|dir| Some(dir.join("moto_server")).filter(|program| program.is_file()))
}

/// An address nobody listens on. Somebody may take it before moto does; then moto says so, and starting it again helps.
fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}
