//! A provider process, or one that somebody else started, and the HTTP/2 connection to it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::client::conn::http2::{Builder, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, UnixStream};
use tokio::process::Child;
use tokio::sync::{Mutex, watch};
use tokio::time::timeout;

use super::handshake::{Address, Answer};
use super::tls::Identity;
use crate::error::LaunchError;
use crate::watcher::Watcher;

/// Any error of a body.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;
/// What requests and answers carry.
pub(crate) type Body = UnsyncBoxBody<Bytes, BoxError>;

/// How long go-plugin waits for a plugin that was asked to end before it kills it.
const GRACE: Duration = Duration::from_secs(2);
/// How much of one stream, and of all of one connection, may be under way. Both sides are on one machine, so that this is about
/// fewer wake-ups, not about latency; it also bounds what the guard holds when Terraform reads slowly.
pub(crate) const STREAM_WINDOW: u32 = 1 << 20;
pub(crate) const CONNECTION_WINDOW: u32 = 4 << 20;
/// gRPC puts error messages into trailers, where HTTP/2 implementations expect small ones.
pub(crate) const MAX_HEADERS: u32 = 16 << 20;

/// A provider that answers calls.
pub(crate) struct Instance {
    protocol: Option<u8>,
    client: SendRequest<Body>,
    gone: watch::Receiver<bool>,
    process: Mutex<Option<Process>>,
}

/// A process that ends with its owner, and that the watcher knows until then.
pub(super) struct Process {
    pub(super) child: Child,
    pid: Option<u32>,
    watcher: Arc<Watcher>,
}

impl Process {
    pub(super) fn new(child: Child, watcher: Arc<Watcher>) -> Self {
        let pid = child.id();
        pid.into_iter().for_each(|pid| watcher.add(pid));
        Self { child, pid, watcher }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nothing happens to a process that has been waited for.
        let _ended_already = self.child.start_kill();
        self.pid.into_iter().for_each(|pid| self.watcher.remove(pid));
    }
}

/// Bytes both ways.
trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for T {}

impl Instance {
    pub(super) async fn connect(answer: Answer, identity: Identity) -> Result<Self, LaunchError> {
        let stream = dial(&answer.address).await?;
        let stream = identity.connect(answer.certificate, stream).await?;
        Self::over(stream, &answer.address, Some(answer.protocol)).await
    }

    /// One that somebody else started and ends, without TLS.
    ///
    /// # Errors
    /// It cannot be reached.
    pub(crate) async fn attach(address: &Address) -> Result<Self, LaunchError> {
        Self::over(dial(address).await?, address, None).await
    }

    async fn over(
        stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
        address: &Address,
        protocol: Option<u8>,
    ) -> Result<Self, LaunchError> {
        let (client, connection) = Builder::new(TokioExecutor::new())
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_header_list_size(MAX_HEADERS)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| LaunchError::Connect {
                address: address.to_string(),
                source: std::io::Error::other(error.to_string()),
            })?;
        let (ended, gone) = watch::channel(false);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "the connection to a provider broke");
            }
            ended.send_replace(true);
        });
        Ok(Self { protocol, client, gone, process: Mutex::new(None) })
    }

    pub(super) fn owns(&mut self, process: Process) {
        *self.process.get_mut() = Some(process);
    }

    /// The plugin protocol it chose; `None` if somebody else started it.
    pub(crate) fn protocol(&self) -> Option<u8> {
        self.protocol
    }

    /// Becomes true when its connection has ended.
    pub(crate) fn gone(&self) -> watch::Receiver<bool> {
        self.gone.clone()
    }

    /// Sends calls.
    pub(crate) fn client(&self) -> SendRequest<Body> {
        self.client.clone()
    }

    /// Ends a process that the guard started: in order if it heeds that in time, otherwise by killing it.
    pub(crate) async fn end(&self) {
        let Some(mut process) = self.process.lock().await.take() else { return };
        let in_order = async {
            if let Err(error) = shut_down(self.client()).await {
                tracing::debug!(%error, "a provider was asked to end and did not answer");
            }
            process.child.wait().await
        };
        if timeout(GRACE, in_order).await.is_err() {
            tracing::debug!(pid = process.pid, "a provider did not end in time and is killed");
            let _ended_already = process.child.kill().await;
        }
    }
}

/// `GRPCController/Shutdown`, as Terraform sends it.
async fn shut_down(mut client: SendRequest<Body>) -> Result<(), BoxError> {
    let empty = Full::new(Bytes::from_static(&[0; 5])).map_err(|never| match never {}).boxed_unsync();
    let request = Request::post("http://localhost/plugin.GRPCController/Shutdown")
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(empty)?;
    client.ready().await?;
    let answer: Response<Incoming> = client.send_request(request).await?;
    answer.into_body().collect().await?;
    Ok(())
}

async fn dial(address: &Address) -> Result<Box<dyn ByteStream>, LaunchError> {
    let stream = match address {
        Address::Unix(path) => UnixStream::connect(path).await.map(|stream| Box::new(stream) as Box<dyn ByteStream>),
        Address::Tcp(address) => {
            TcpStream::connect(address).await.map(|stream| Box::new(stream) as Box<dyn ByteStream>)
        }
    };
    stream.map_err(|source| LaunchError::Connect { address: address.to_string(), source })
}
