//! A local AWS for one test.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// Longest wait for the server to accept connections: a loaded machine takes its time to start Python.
const START: Duration = Duration::from_secs(120);

/// A running `moto_server`; it ends with this value.
pub(crate) struct Moto {
    child: Child,
    /// `http://127.0.0.1:PORT`
    pub(crate) endpoint: String,
}

impl Moto {
    pub(crate) fn start(program: &Path) -> Result<Self> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new(program)
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut moto = Self { child, endpoint: format!("http://127.0.0.1:{port}") };
        let started = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if let Some(status) = moto.child.try_wait()? {
                bail!("moto_server ends with {status}");
            }
            if started.elapsed() > START {
                bail!("moto_server does not answer after {START:?}");
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(moto)
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // There is nobody left to tell.
        let _gone = self.child.kill().and_then(|()| self.child.wait());
    }
}
