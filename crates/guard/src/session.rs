//! Real providers behind the guard, and Terraform commands in front of it.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::process::Command;
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::error::GuardError;
use crate::inspect::{self, Inspector, Provider};
use crate::outcome::Outcome;
use crate::running::Running;
use crate::saved::Names;
use crate::signals::{self, Signals};
use crate::sources::Sources;
use crate::workdir::WorkingDirectory;

/// How much Go's garbage may grow before it is collected, in percent of what is in use (`runtime`, environment variables). A
/// short command beside another one is done sooner, for some more memory, when it collects less than with 100.
const COLLECTOR: &str = "GOGC";
const COLLECTS_AT: &str = "400";

/// What to guard, and who looks at the calls.
#[derive(Clone)]
pub struct Options {
    /// Where the command is run. `-chdir` among its arguments is relative to it.
    pub directory: PathBuf,
    /// The program (`terraform`, `tofu`) and its arguments.
    pub command: Vec<OsString>,
    /// Environment variables that commands do not get: what they say is among the arguments already (`TF_CLI_ARGS`).
    pub unset: Vec<OsString>,
    /// Environment variables that commands get in addition.
    pub set: Vec<(OsString, OsString)>,
    /// Looks at calls on their way.
    pub inspector: Arc<dyn Inspector>,
}

impl Options {
    /// Where the command works: the directory it is run in, or the one that `-chdir` names.
    #[must_use]
    pub fn working_directory(&self) -> PathBuf {
        WorkingDirectory::of(&self.directory, &self.command, None).path
    }
}

/// A provider whose calls do not pass the guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unguarded {
    /// Its source address.
    pub source: String,
    /// Why it is left out.
    pub reason: String,
}

/// Runs one command behind the guard, to its end.
///
/// # Errors
/// See [`Session::start`] and [`Session::command`].
pub fn run(options: &Options) -> Result<Outcome, GuardError> {
    Session::start(options)?.command(options.command.iter().skip(1))
}

/// Runs a command that needs no guard, such as `terraform init`. As in a session, interrupts are the command's to heed: the
/// process that waits for it must not end first.
///
/// # Errors
/// It cannot be started.
pub fn attend(command: std::process::Command) -> Result<Outcome, GuardError> {
    let program = command.get_program().to_string_lossy().into_owned();
    let mut command = Command::from(command);
    let mut attended = || {
        tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
            let signals = Signals::receive()?;
            let mut interrupts = signals.begin();
            let stops = watch::Sender::new(0);
            signals::wait(&mut command.spawn()?, &mut interrupts, stops.subscribe()).await
        })
    };
    attended().map_err(|source| GuardError::Command { program, source })
}

/// One set of real providers, served in their place while commands run. They end with it.
///
/// From its start, Ctrl-C and its like no longer end the guard's process by themselves: while a command runs they are the
/// command's to heed, and between two commands they end the session in order and the process with it (code 128 plus the signal).
pub struct Session {
    program: OsString,
    directory: PathBuf,
    working_directory: PathBuf,
    /// The workspace that was selected.
    workspace: Option<String>,
    variables: Vec<(OsString, OsString)>,
    unset: Vec<OsString>,
    running: Arc<Running>,
    signals: Signals,
    runtime: Option<Runtime>,
}

impl Session {
    /// Verifies and starts the providers that the working directory of `options.command` has locked.
    ///
    /// # Errors
    /// The directory is not initialised, a package does not match the lock file, a provider cannot be started, or an interrupt
    /// came first.
    pub fn start(options: &Options) -> Result<Self, GuardError> {
        let program = options.command.first().ok_or(GuardError::NoCommand)?.clone();
        let sources = Sources::of(options)?;
        let system = |doing| move |source| GuardError::System { doing, source };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_stack_size(inspect::STACK_BYTES)
            .enable_all()
            .build()
            .map_err(system("start its threads"))?;
        let started = runtime.block_on(async {
            let signals = Signals::receive().map_err(system("receive signals"))?;
            let mut interrupted = signals.begin();
            tokio::select! {
                running = Running::start(sources, &options.inspector) => Ok((Arc::new(running?), signals)),
                _ = interrupted.recv() => Err(GuardError::Interrupted),
            }
        });
        let (running, mut signals): (Arc<Running>, Signals) = started?;
        runtime.block_on(async {
            let running = Arc::clone(&running);
            signals.when_idle(|| async move { running.close().await });
        });
        let data = std::env::var_os("TF_DATA_DIR");
        let variables = running.variable().into_iter().chain(options.set.iter().cloned()).collect();
        Ok(Self {
            program,
            directory: options.directory.clone(),
            working_directory: options.working_directory(),
            workspace: WorkingDirectory::of(&options.directory, &options.command, data.as_deref()).workspace(),
            variables,
            unset: options.unset.clone(),
            running,
            signals,
            runtime: Some(runtime),
        })
    }

    /// Runs the program with these arguments (`-chdir` included), its standard streams inherited, to its end.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn command<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Result<Outcome, GuardError> {
        let mut command = self.prepared(args);
        self.running.begin();
        let ended = self.block_on(async {
            let mut interrupts = self.signals.begin();
            let mut child = command.spawn()?;
            signals::wait(&mut child, &mut interrupts, self.running.stops()).await
        });
        let outcome = ended.map_err(|source| self.not_started(source))?;
        self.running.report_crashes(outcome);
        Ok(outcome)
    }

    /// Runs the program with these arguments beside the command that runs, without input and with its output captured. Interrupts
    /// stay that command's to heed. It shows the saved `plan`: of the schemas of providers it gets what that one names. Should that
    /// not do, the program fails; [`Self::output`] then runs it with all of them.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn aside<A: AsRef<OsStr>>(&self, plan: &[u8], args: impl IntoIterator<Item = A>) -> Result<Output, GuardError> {
        let mut command = self.prepared(args);
        if let Some(names) = Names::of_plan(plan) {
            let variable = self.block_on(self.running.sparing(names)).map_err(|source| self.not_started(source))?;
            command.envs(variable);
        }
        if std::env::var_os(COLLECTOR).is_none() {
            command.env(COLLECTOR, COLLECTS_AT);
        }
        let output = self.block_on(async { command.stdin(Stdio::null()).output().await });
        output.map_err(|source| self.not_started(source))
    }

    /// Runs the program with these arguments, without input and with its output captured.
    ///
    /// # Errors
    /// It cannot be started.
    pub fn output<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Result<Output, GuardError> {
        let mut command = self.prepared(args);
        self.running.begin();
        let output = self.block_on(async {
            // An interrupt ends the command, and its output shows that.
            let _interrupts = self.signals.begin();
            command.stdin(Stdio::null()).output().await
        });
        output.map_err(|source| self.not_started(source))
    }

    /// The environment variables that lead Terraform to the guard, for a command that somebody else starts.
    #[must_use]
    pub fn env(&self) -> &[(OsString, OsString)] {
        &self.variables
    }

    /// Sets environment variables for the commands that follow, in addition to those of [`Options::set`].
    pub fn set(&mut self, variables: impl IntoIterator<Item = (OsString, OsString)>) {
        self.variables.extend(variables);
    }

    /// A directory that nobody else can read, for files such as a saved plan. It is removed with the session, however that ends.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.running.directory()
    }

    /// Where commands work: the directory they are run in, or the one that `-chdir` names.
    #[must_use]
    pub fn working_directory(&self) -> &Path {
        &self.working_directory
    }

    /// The workspace that the command works in: that of `TF_WORKSPACE`, else the one that is selected, else `default`.
    pub fn workspace(&self) -> String {
        let of_environment = std::env::var("TF_WORKSPACE").ok().filter(|name| !name.is_empty());
        of_environment.or_else(|| self.workspace.clone()).unwrap_or_else(|| "default".to_owned())
    }

    /// The providers behind the guard.
    #[must_use]
    pub fn guarded(&self) -> &[Provider] {
        self.running.guarded()
    }

    /// Providers that Terraform reaches without the guard.
    #[must_use]
    pub fn unguarded(&self) -> &[Unguarded] {
        self.running.unguarded()
    }

    /// Ends the providers, in order where they heed it. Dropping the session does the same.
    pub fn end(self) {}

    fn prepared<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = Command::new(&self.program);
        command.args(args).current_dir(&self.directory).envs(self.variables.iter().map(|(name, value)| (name, value)));
        for name in &self.unset {
            command.env_remove(name);
        }
        command
    }

    fn not_started(&self, source: io::Error) -> GuardError {
        GuardError::Command { program: self.program.to_string_lossy().into_owned(), source }
    }

    fn block_on<T>(&self, future: impl Future<Output = io::Result<T>>) -> io::Result<T> {
        match &self.runtime {
            Some(runtime) => runtime.block_on(future),
            None => Err(io::Error::other("the session has ended")),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.block_on(self.running.close());
            // An inspector that never returns must not keep the process.
            runtime.shutdown_timeout(Duration::from_secs(1));
        }
    }
}
