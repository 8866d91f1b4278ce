//! The socket in a provider's place, and who sits behind each connection to it.
//!
//! Terraform starts one process for each provider configuration (each alias) and each walk over the graph. All of them come
//! to the same socket here, so that each connection gets a real process of its own, which ends with it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::Incoming;
use hyper::server::conn::http2::Builder;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Mutex, OnceCell, watch};
use tokio::task::JoinSet;

use crate::carry::{Carrier, failure, method, success};
use crate::error::LaunchError;
use crate::launch::{Address, Body, BoxError, CONNECTION_WINDOW, Instance, MAX_HEADERS, Program, STREAM_WINDOW};

/// Where real providers come from.
pub(crate) enum Origin {
    /// A program that is started for every connection.
    Program(Program),
    /// Somebody else's process, which each connection is passed on to.
    Attached(Address),
}

/// A provider in whose place the guard serves.
pub(crate) struct Plugin {
    /// Carries its calls.
    pub(crate) carrier: Carrier,
    origin: Origin,
    /// Started to learn its protocol, or because a connection is expected, and used for the next one.
    spare: Mutex<Option<Instance>>,
    /// Whether a process of it ended by itself.
    crashed: AtomicBool,
    /// How often Terraform asked a provider to stop.
    stops: Arc<watch::Sender<u64>>,
}

impl Plugin {
    pub(crate) fn new(
        carrier: Carrier,
        origin: Origin,
        spare: Option<Instance>,
        stops: Arc<watch::Sender<u64>>,
    ) -> Self {
        Self { carrier, origin, spare: Mutex::new(spare), crashed: AtomicBool::new(false), stops }
    }

    /// Another command begins, with connections of its own.
    pub(crate) fn forget_crashes(&self) {
        self.crashed.store(false, Ordering::Relaxed);
    }

    async fn instance(&self) -> Result<Instance, LaunchError> {
        if let Some(spare) = self.spare.lock().await.take().filter(|spare| !*spare.gone().borrow()) {
            return Ok(spare);
        }
        match &self.origin {
            Origin::Program(program) => program.launch().await,
            Origin::Attached(address) => Instance::attach(address).await,
        }
    }

    /// Starts a process for the connection that is expected next, so that it does not have to wait for one. One that cannot be
    /// started is told to the connection that needs it.
    async fn prepare(&self, mut end: watch::Receiver<bool>) {
        let Origin::Program(program) = &self.origin else { return };
        // Held while it starts: a connection that comes in the meantime waits for this one and starts no other.
        let mut spare = self.spare.lock().await;
        if spare.as_ref().is_some_and(|spare| !*spare.gone().borrow()) {
            return;
        }
        tokio::select! {
            launched = program.launch() => *spare = launched.ok(),
            _ = end.wait_for(|end| *end) => {}
        }
    }

    /// Accepts connections until `end` becomes true; then ends whatever is still running.
    pub(crate) async fn serve(self: Arc<Self>, listener: UnixListener, end: watch::Receiver<bool>) {
        let carrier = self.carrier.clone();
        self.serve_with(carrier, listener, end).await;
    }

    /// [`Self::serve`] with another carrier of its calls.
    pub(crate) async fn serve_with(
        self: Arc<Self>,
        carrier: Carrier,
        listener: UnixListener,
        mut end: watch::Receiver<bool>,
    ) {
        let mut seats = JoinSet::new();
        let ended = end.clone();
        loop {
            let accepted = tokio::select! {
                _ = end.wait_for(|end| *end) => break,
                Some(_) = seats.join_next() => continue,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) => {
                    drop(seats.spawn(Arc::clone(&self).connection(carrier.clone(), stream, ended.clone())))
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        while seats.join_next().await.is_some() {}
        if let Some(spare) = self.spare.lock().await.take() {
            spare.end().await;
        }
    }

    async fn connection(self: Arc<Self>, carrier: Carrier, stream: UnixStream, mut end: watch::Receiver<bool>) {
        let seat = Arc::new(Seat::of(self, carrier, end.clone()));
        let service = service_fn({
            let seat = Arc::clone(&seat);
            move |call| Arc::clone(&seat).call(call)
        });
        let connection = Builder::new(TokioExecutor::new())
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_header_list_size(MAX_HEADERS)
            .max_concurrent_streams(None)
            .auto_date_header(false)
            .serve_connection(TokioIo::new(stream), service);
        let mut gone = seat.gone.subscribe();
        tokio::select! {
            ended = connection => {
                if let Err(error) = ended {
                    tracing::debug!(%error, "Terraform's connection broke");
                }
            }
            // Dropped without a word, as a process that crashes does.
            _ = gone.wait_for(|gone| *gone) => {}
            _ = end.wait_for(|end| *end) => {}
        }
        seat.left.store(true, Ordering::Relaxed);
        if let Some(instance) = seat.instance.get() {
            instance.end().await;
        }
    }
}

/// One connection and the process that belongs to it.
struct Seat {
    plugin: Arc<Plugin>,
    carrier: Carrier,
    instance: OnceCell<Instance>,
    /// Whether the connection began as a plugin's host begins: with the services of go-plugin.
    greeted: AtomicBool,
    /// Whether another process is expected once this one has done its work, or is known not to be.
    expecting: AtomicBool,
    /// Whether Terraform is done with it.
    left: AtomicBool,
    end: watch::Receiver<bool>,
    gone: watch::Sender<bool>,
    /// Whether a process belongs to it.
    seated: watch::Sender<bool>,
}

impl Seat {
    fn of(plugin: Arc<Plugin>, carrier: Carrier, end: watch::Receiver<bool>) -> Self {
        let (greeted, expecting, left) = (AtomicBool::new(false), AtomicBool::new(false), AtomicBool::new(false));
        let (gone, seated) = (watch::Sender::new(false), watch::Sender::new(false));
        Self { plugin, carrier, instance: OnceCell::new(), greeted, expecting, left, end, gone, seated }
    }

    /// Terraform asks one process for the schema, lets another validate, configures a third and plans with it. What is asked of a
    /// process that is not configured tells that another one follows.
    fn foresee(&self, method: &str) {
        let configures = method.starts_with("Configure");
        if !(configures || is_asked_before_configuring(method)) || self.expecting.swap(true, Ordering::Relaxed) {
            return;
        }
        if !configures {
            let (plugin, end) = (Arc::clone(&self.plugin), self.end.clone());
            tokio::spawn(async move { plugin.prepare(end).await });
        }
    }

    async fn call(self: Arc<Self>, call: Request<Incoming>) -> Result<Response<Body>, BoxError> {
        if call.uri().path().starts_with("/plugin.") {
            self.greeted.store(true, Ordering::Relaxed);
        } else if self.plugin.crashed.load(Ordering::Relaxed) && !self.greeted.load(Ordering::Relaxed) {
            // gRPC connects anew by itself after a crash. The next process would know nothing of the configuration; without the
            // guard, there is none.
            self.gone.send_replace(true);
            return std::future::pending().await;
        }
        if matches!(method(&call), "Stop" | "StopProvider") {
            self.plugin.stops.send_modify(|stops| *stops += 1);
        }
        let call = match self.carrier.answer_known(call).await? {
            Ok(answer) => return Ok(answer),
            Err(call) => call,
        };
        // The services of go-plugin alone are no reason to start a process for a connection that may only ask for the schema.
        let of_plugin = call.uri().path().starts_with("/plugin.");
        if of_plugin && self.instance.get().is_none() && self.carrier.knows_schema() {
            if method(&call) == "Shutdown" {
                return Ok(success(&Bytes::new()));
            }
            let mut seated = self.seated.subscribe();
            // The sender lives as long as the seat does.
            let _seated = seated.wait_for(|seated| *seated).await;
        }
        let method = method(&call).to_owned();
        match self.instance.get_or_try_init(|| self.take_seat()).await {
            Ok(instance) => {
                self.foresee(&method);
                self.carrier.carry(instance, call).await
            }
            Err(error) => {
                let source = &self.carrier.provider.source;
                Ok(failure(&format!("parapet guard cannot start the provider {source}: {error}")))
            }
        }
    }

    async fn take_seat(self: &Arc<Self>) -> Result<Instance, LaunchError> {
        let instance = self.plugin.instance().await?;
        let mut gone = instance.gone();
        let seat = Arc::clone(self);
        tokio::spawn(async move {
            let _closed_either_way = gone.wait_for(|gone| *gone).await;
            if !seat.left.load(Ordering::Relaxed) {
                seat.plugin.crashed.store(true, Ordering::Relaxed);
            }
            seat.gone.send_replace(true);
        });
        self.seated.send_replace(true);
        Ok(instance)
    }
}

/// Whether Terraform asks this of processes that it does not configure: their schema, and what is wrong with a configuration. That
/// of the provider itself is validated in the process that is configured as well.
fn is_asked_before_configuring(method: &str) -> bool {
    let of_provider = method == "ValidateProviderConfig";
    matches!(method, "GetProviderSchema" | "GetSchema") || method.starts_with("Validate") && !of_provider
}

#[cfg(test)]
mod tests;
