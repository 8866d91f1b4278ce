//! Everything that runs during a session: real providers, the sockets in their place, the watcher.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;
use tokio::net::UnixListener;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinSet;

use crate::carry::Carrier;
use crate::error::{GuardError, LaunchError};
use crate::inspect::{Inspector, Provider};
use crate::launch::{Instance, Log, Program};
use crate::outcome::Outcome;
use crate::package;
use crate::reattach::{self, Entry, Reattach};
use crate::saved::{Names, Sparing};
use crate::serve::{self, Plugin};
use crate::session::Unguarded;
use crate::sources::{Origin, Source, Sources};
use crate::watcher::Watcher;

/// The longest directory in which a socket's path still fits what systems allow (104 bytes at least).
const MAX_DIRECTORY: usize = 80;

/// What runs.
pub(crate) struct Running {
    plugins: Vec<Arc<Plugin>>,
    guarded: Vec<Provider>,
    unguarded: Vec<Unguarded>,
    reattach: Reattach,
    stops: Arc<watch::Sender<u64>>,
    log: Arc<Log>,
    end: watch::Sender<bool>,
    /// How often sockets were made for commands that show a plan.
    sparing: AtomicUsize,
    served: Mutex<JoinSet<()>>,
    // After the sockets are closed, and before the watcher, which would remove it otherwise.
    directory: TempDir,
    _watcher: Arc<Watcher>,
}

/// What starting one provider came to.
type Started = Result<(Source, serve::Origin, Option<Instance>, u8), (Source, GuardError)>;

impl Running {
    /// Verifies and starts each of `sources`.
    ///
    /// # Errors
    /// One cannot be.
    pub(crate) async fn start(sources: Sources, inspector: &Arc<dyn Inspector>) -> Result<Self, GuardError> {
        let system = |doing| move |source| GuardError::System { doing, source };
        let directory = private_directory().map_err(system("make a private directory"))?;
        let watcher =
            Watcher::start(directory.path()).map_err(system("start the process that watches over it (`sh`)"))?;
        let log = Log::from_environment().map_err(system("open the file that TF_LOG_PATH names"))?;
        let (watcher, log) = (Arc::new(watcher), Arc::new(log));
        let stops = Arc::new(watch::Sender::new(0));
        let mut running = Self {
            plugins: Vec::new(),
            guarded: Vec::new(),
            unguarded: sources.unguarded,
            reattach: sources.left,
            stops,
            log: Arc::clone(&log),
            end: watch::Sender::new(false),
            sparing: AtomicUsize::new(0),
            served: Mutex::default(),
            directory,
            _watcher: Arc::clone(&watcher),
        };
        let mut starting = JoinSet::new();
        for source in sources.found {
            let (log, watcher, at) = (Arc::clone(&log), Arc::clone(&watcher), sources.directory.clone());
            let program = move |path: PathBuf| Program::new(path, at, log, watcher);
            starting.spawn(started(source, program));
        }
        let mut all = Vec::new();
        while let Some(started) = starting.join_next().await {
            all.push(started.map_err(|error| system("start a provider")(error.into()))?);
        }
        // In the order of their names, not in that of their start.
        all.sort_by(|a, b| address(a).cmp(address(b)));
        for started in all {
            match started {
                Ok((source, origin, spare, protocol)) => {
                    let provider = source.speaking(protocol);
                    running.serve(provider, origin, spare, inspector).map_err(system("listen for Terraform"))?;
                }
                // Terraform reports it, should it need the developer's program.
                Err((Source { origin: Origin::Override(_), address, .. }, error)) => {
                    running.unguarded.push(Unguarded { source: address, reason: error.to_string() });
                }
                Err((_, error)) => return Err(error),
            }
        }
        Ok(running)
    }

    fn serve(
        &mut self,
        provider: Provider,
        origin: serve::Origin,
        spare: Option<Instance>,
        inspector: &Arc<dyn Inspector>,
    ) -> std::io::Result<()> {
        let socket = self.directory.path().join(self.plugins.len().to_string());
        let listener = listen(&socket)?;
        self.reattach.insert(provider.source.clone(), Entry::guarded(provider.protocol, &socket));
        self.guarded.push(provider.clone());
        let carrier = Carrier { provider: Arc::new(provider), inspector: Arc::clone(inspector) };
        let plugin = Arc::new(Plugin::new(carrier, origin, spare, Arc::clone(&self.stops)));
        self.served.get_mut().spawn(Arc::clone(&plugin).serve(listener, self.end.subscribe()));
        self.plugins.push(plugin);
        Ok(())
    }

    /// What leads Terraform here; nothing if there is nothing to lead to.
    pub(crate) fn variable(&self) -> Option<(OsString, OsString)> {
        leading_to(&self.reattach)
    }

    /// What leads a command that shows a plan here: of schemas that are known it gets what the plan names.
    pub(crate) async fn sparing(&self, names: Names) -> std::io::Result<Option<(OsString, OsString)>> {
        let turn = self.sparing.fetch_add(1, Ordering::Relaxed);
        let Some(first) = self.plugins.first() else { return Ok(self.variable()) };
        let inspector: Arc<dyn Inspector> =
            Arc::new(Sparing { inspector: Arc::clone(&first.carrier.inspector), names });
        let mut reattach = self.reattach.clone();
        let mut served = self.served.lock().await;
        for (index, plugin) in self.plugins.iter().enumerate() {
            let socket = self.directory.path().join(format!("{index}.{turn}"));
            let listener = listen(&socket)?;
            let provider = Arc::clone(&plugin.carrier.provider);
            reattach.insert(provider.source.clone(), Entry::guarded(provider.protocol, &socket));
            let carrier = Carrier { provider, inspector: Arc::clone(&inspector) };
            served.spawn(Arc::clone(plugin).serve_with(carrier, listener, self.end.subscribe()));
        }
        Ok(leading_to(&reattach))
    }

    /// A command begins.
    pub(crate) fn begin(&self) {
        self.plugins.iter().for_each(|plugin| plugin.forget_crashes());
        drop(self.log.take_crashes());
    }

    /// Counts how often Terraform asked a provider to stop.
    pub(crate) fn stops(&self) -> watch::Receiver<u64> {
        self.stops.subscribe()
    }

    /// Prints what providers said when they crashed, as Terraform does at the end of a command that failed.
    #[expect(clippy::print_stderr, reason = "in Terraform's place, where Terraform prints it")]
    pub(crate) fn report_crashes(&self, outcome: Outcome) {
        for crash in self.log.take_crashes().into_iter().filter(|_| !outcome.success()) {
            eprintln!("{crash}");
        }
    }

    pub(crate) fn directory(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn guarded(&self) -> &[Provider] {
        &self.guarded
    }

    pub(crate) fn unguarded(&self) -> &[Unguarded] {
        &self.unguarded
    }

    /// Ends all providers and waits until they have ended.
    pub(crate) async fn close(&self) {
        self.end.send_replace(true);
        let mut served = self.served.lock().await;
        while served.join_next().await.is_some() {}
    }
}

/// A socket that nobody else may reach.
fn listen(socket: &Path) -> std::io::Result<UnixListener> {
    let listener = UnixListener::bind(socket)?;
    fs::set_permissions(socket, fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

fn leading_to(reattach: &Reattach) -> Option<(OsString, OsString)> {
    let value = serde_json::to_string(reattach).ok().filter(|_| !reattach.is_empty());
    value.map(|value| (reattach::VARIABLE.into(), value.into()))
}

/// Where sockets and files are that nobody else may reach. A deep temporary directory has no room for a socket's path.
fn private_directory() -> std::io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("parapet-").permissions(fs::Permissions::from_mode(0o700));
    let usual = std::env::temp_dir();
    if usual.as_os_str().len() <= MAX_DIRECTORY { builder.tempdir_in(usual) } else { builder.tempdir_in("/tmp") }
}

fn address(started: &Started) -> &str {
    match started {
        Ok((source, ..)) | Err((source, _)) => &source.address,
    }
}

async fn started(source: Source, program: impl FnOnce(PathBuf) -> Program) -> Started {
    let path = match &source.origin {
        Origin::Attached(at, protocol) => {
            let (origin, protocol) = (serve::Origin::Attached(at.clone()), *protocol);
            return Ok((source, origin, None, protocol));
        }
        Origin::Override(path) => Ok(path.clone()),
        Origin::Package(locked, package) => {
            let (locked, package) = (locked.clone(), package.clone());
            let verified = tokio::task::spawn_blocking(move || {
                package::verify(&locked, &package).and_then(|()| package::program(&locked.source, &package))
            });
            verified.await.unwrap_or_else(|error| {
                Err(GuardError::System { doing: "verify a provider package", source: error.into() })
            })
        }
    };
    let path = match path {
        Ok(path) => path,
        Err(error) => return Err((source, error)),
    };
    let program = program(path);
    let launched = program.launch().await.and_then(|instance| {
        let protocol = instance.protocol().ok_or_else(|| LaunchError::Handshake("no protocol".to_owned()))?;
        Ok((instance, protocol))
    });
    match launched {
        Ok((instance, protocol)) => Ok((source, serve::Origin::Program(program), Some(instance), protocol)),
        Err(error) => {
            let provider = source.address.clone();
            Err((source, GuardError::Launch { provider, source: error }))
        }
    }
}
