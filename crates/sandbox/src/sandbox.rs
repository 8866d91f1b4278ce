//! A sandbox that runs in this process.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc;

use thiserror::Error;
use tokio::runtime::{Builder, Runtime};

use crate::control::{Control, ControlError, load};
use crate::dispatch::Dispatcher;
use crate::moto::{Backend, Moto, MotoError};
use crate::proxy::{Proxy, ProxyError};
use crate::server;

/// With it a promotion, three minutes at AWS, takes two thirds of a second.
pub const DEFAULT_SPEED: f64 = 300.0;

/// How a sandbox is started.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The port on the loopback address; 0 is any that is free.
    pub port: u16,
    /// How many times as fast as the clock on the wall simulated time runs; 0 stops it.
    pub speed: f64,
    /// A file the state is read from, and written to at the end.
    pub state: Option<PathBuf>,
    /// Where moto comes from.
    pub moto: Backend,
}

impl Default for Options {
    fn default() -> Self {
        Self { port: 0, speed: DEFAULT_SPEED, state: None, moto: Backend::Find }
    }
}

/// Why a sandbox does not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The port is taken.
    #[error("cannot listen on port {port} of 127.0.0.1: {source}; choose another, or 0 for any that is free")]
    Port {
        /// Which.
        port: u16,
        /// Why.
        source: io::Error,
    },
    /// The operating system has no threads left.
    #[error("cannot start threads: {0}")]
    Threads(io::Error),
    /// The state file or the speed cannot be used.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// Moto does not run.
    #[error(transparent)]
    Moto(#[from] MotoError),
}

/// A running sandbox; it stops, and moto with it, when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    /// What to give an SDK as its endpoint: `http://127.0.0.1:PORT`.
    pub endpoint: String,
    control: Arc<Control>,
    dispatcher: Option<Arc<Dispatcher>>,
    runtime: Option<Runtime>,
    state: Option<PathBuf>,
}

impl Sandbox {
    /// Starts a sandbox. It answers at once; calls for moto wait until moto does.
    ///
    /// # Errors
    /// The port is taken, the state file cannot be used, or there is no moto.
    pub fn start(options: Options) -> Result<Self, StartError> {
        let state = options.state.as_deref().map_or(Ok(Default::default()), load)?;
        if !options.speed.is_finite() || options.speed < 0.0 {
            return Err(ControlError::Speed(options.speed).into());
        }
        let control = Arc::new(Control::new(state, options.speed));
        let (listener, address) =
            server::bind(options.port).map_err(|source| StartError::Port { port: options.port, source })?;
        let proxy = Proxy::new(Moto::start(&options.moto)?);
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("sandbox")
            .enable_all()
            .build()
            .map_err(StartError::Threads)?;
        let dispatcher = Arc::new(Dispatcher::new(Arc::clone(&control), proxy));
        let listener = {
            let _entered = runtime.enter();
            tokio::net::TcpListener::from_std(listener)
                .map_err(|source| StartError::Port { port: options.port, source })?
        };
        runtime.spawn(server::serve(listener, Arc::clone(&dispatcher)));
        Ok(Self {
            endpoint: format!("http://{address}"),
            control,
            dispatcher: Some(dispatcher),
            runtime: Some(runtime),
            state: options.state,
        })
    }

    /// The switches of the sandbox, and what it saw.
    #[must_use]
    pub fn control(&self) -> &Control {
        &self.control
    }

    /// Waits until moto answers.
    ///
    /// # Errors
    /// It never does.
    pub fn wait_ready(&self) -> Result<(), ProxyError> {
        let (Some(runtime), Some(dispatcher)) = (&self.runtime, &self.dispatcher) else { return Ok(()) };
        if !dispatcher.proxy().has_moto() {
            return Ok(());
        }
        let (sender, receiver) = mpsc::channel();
        let dispatcher = Arc::clone(dispatcher);
        // Not `block_on`, which panics in a caller that is itself asynchronous.
        runtime.spawn(async move {
            // Nobody may be waiting any more.
            let _sent = sender.send(dispatcher.proxy().address().await.map(|_| ()));
        });
        receiver.recv().unwrap_or_else(|_| Err(ProxyError::Connection("the sandbox has ended".to_owned())))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
        if let Some(path) = &self.state {
            // There is nobody to tell; `Control::save` says why when it is called.
            let _saved = self.control.save(path);
        }
        self.dispatcher = None;
    }
}
