//! Starting a provider as Terraform does, and ending it again.

mod handshake;
mod instance;
mod log;
mod tls;

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

pub(crate) use handshake::Address;
pub(crate) use instance::{Body, BoxError, CONNECTION_WINDOW, Instance, MAX_HEADERS, STREAM_WINDOW};
pub(crate) use log::Log;

use crate::error::LaunchError;
use crate::watcher::Watcher;
use handshake::Answer;
use instance::Process;

/// How long Terraform waits for a provider's handshake (go-plugin's `StartTimeout`).
const START_LIMIT: Duration = Duration::from_secs(60);
/// Of what a provider wrote before it failed to start, the last lines are shown.
const LAST_WORDS: usize = 20;

/// A provider that can be started.
pub(crate) struct Program {
    /// The file to execute.
    pub(crate) path: PathBuf,
    /// Where Terraform works.
    pub(crate) directory: PathBuf,
    /// Where its standard error goes.
    pub(crate) log: Arc<Log>,
    /// Ends it should the guard be killed.
    pub(crate) watcher: Arc<Watcher>,
    /// How long to wait for its handshake.
    pub(crate) limit: Duration,
}

impl Program {
    /// A provider whose handshake is waited for as long as Terraform would.
    pub(crate) fn new(path: PathBuf, directory: PathBuf, log: Arc<Log>, watcher: Arc<Watcher>) -> Self {
        Self { path, directory, log, watcher, limit: START_LIMIT }
    }

    /// Starts a process and connects to it.
    ///
    /// # Errors
    /// The process cannot be started, does not answer as a plugin does, or cannot be reached.
    pub(crate) async fn launch(&self) -> Result<Instance, LaunchError> {
        let identity = tls::Identity::new()?;
        let child = Command::new(&self.path)
            .current_dir(&self.directory)
            .envs([handshake::COOKIE, handshake::PROTOCOLS])
            .envs(handshake::PORTS)
            .env(handshake::CERTIFICATE, identity.pem())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| LaunchError::Start { program: self.path.clone(), source })?;
        let mut process = Process::new(child, Arc::clone(&self.watcher));
        let said = Arc::new(Mutex::new(Vec::new()));
        let stderr = process.child.stderr.take().map(|stderr| self.forward(stderr, &said));
        let answered = timeout(self.limit, self.answer(&mut process.child, stderr, &said)).await;
        let answer = match answered {
            Ok(answer) => answer?,
            Err(_) => {
                let (program, said) = (self.path.clone(), last_words(&said));
                return Err(LaunchError::Silent { program, seconds: self.limit.as_secs(), said });
            }
        };
        let mut instance = Instance::connect(answer, identity).await?;
        instance.owns(process);
        Ok(instance)
    }

    async fn answer(
        &self,
        child: &mut Child,
        stderr: Option<JoinHandle<()>>,
        said: &Mutex<Vec<String>>,
    ) -> Result<Answer, LaunchError> {
        let unreadable = |source| LaunchError::Start { program: self.path.clone(), source };
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            let mut stdout = BufReader::new(stdout);
            stdout.read_line(&mut line).await.map_err(unreadable)?;
            // go-plugin logs what follows. A pipe that nobody reads would stop the provider once it is full.
            self.forward(stdout, &Arc::default());
        }
        if line.is_empty() {
            let status = child.wait().await.map_err(unreadable)?.to_string();
            if let Some(stderr) = stderr {
                let _finished = timeout(Duration::from_secs(1), stderr).await;
            }
            return Err(LaunchError::Ended { program: self.path.clone(), status, said: last_words(said) });
        }
        Answer::parse(&line)
    }

    /// Passes lines to the log until the process closes its end.
    fn forward(&self, from: impl AsyncRead + Unpin + Send + 'static, said: &Arc<Mutex<Vec<String>>>) -> JoinHandle<()> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let (log, said) = (Arc::clone(&self.log), Arc::clone(said));
        tokio::spawn(async move {
            let mut lines = log.lines_of(&name);
            let mut from = BufReader::new(from);
            let mut line = Vec::new();
            while from.read_until(b'\n', &mut line).await.is_ok_and(|read| read > 0) {
                let text = String::from_utf8_lossy(&line);
                let text = text.trim_end_matches(['\r', '\n']);
                lines.line(text);
                keep(&said, text);
                line.clear();
            }
        })
    }
}

fn keep(said: &Mutex<Vec<String>>, line: &str) {
    let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
    if said.len() == LAST_WORDS {
        said.remove(0);
    }
    said.push(line.to_owned());
}

fn last_words(said: &Mutex<Vec<String>>) -> String {
    let said = said.lock().unwrap_or_else(PoisonError::into_inner);
    if said.is_empty() { "It wrote nothing.".to_owned() } else { format!("It wrote:\n{}", said.join("\n")) }
}
