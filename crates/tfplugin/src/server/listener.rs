//! Where Terraform connects: a unix socket in a private directory, or a loopback port where there are none.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_stream::Stream;
use tonic::transport::server::Connected;

use super::abandoned::{Client, Clients};
use super::handshake::{Handshake, HandshakeError};
use super::tls::Acceptor;

/// A bound socket.
pub(crate) struct Listener {
    socket: Socket,
    address: String,
    /// Removes the socket's directory at the end.
    _directory: Option<tempfile::TempDir>,
}

enum Socket {
    #[cfg(unix)]
    Unix(tokio::net::UnixListener),
    Tcp(tokio::net::TcpListener),
}

impl Listener {
    /// A unix socket where there are any. Where the socket's path cannot be used (longer than about 100 bytes, in a deep temporary
    /// directory), a loopback port does as well, provided that TLS keeps other users of the machine out.
    pub(crate) async fn bind(handshake: &Handshake) -> Result<Self, HandshakeError> {
        match Self::bind_private() {
            Err(error) if handshake.client_certificate().is_none() => Err(HandshakeError::Listen(error)),
            Err(_) => Self::bind_port(handshake.ports()).await.map_err(HandshakeError::Listen),
            Ok(listener) => Ok(listener),
        }
    }

    #[cfg(unix)]
    fn bind_private() -> io::Result<Self> {
        // Nobody else on the machine may reach the socket: without TLS there is no other lock.
        let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
        let directory = tempfile::Builder::new().prefix("tfplugin").permissions(private).tempdir()?;
        let path = directory.path().join("s");
        let socket = tokio::net::UnixListener::bind(&path)?;
        let address = format!("unix|{}", path.display());
        Ok(Self { socket: Socket::Unix(socket), address, _directory: Some(directory) })
    }

    #[cfg(not(unix))]
    fn bind_private() -> io::Result<Self> {
        Err(io::Error::from(io::ErrorKind::Unsupported))
    }

    async fn bind_port(ports: std::ops::RangeInclusive<u16>) -> io::Result<Self> {
        let mut last = io::Error::from(io::ErrorKind::AddrInUse);
        for port in ports {
            match tokio::net::TcpListener::bind(("127.0.0.1", port)).await {
                Ok(socket) => {
                    let address = format!("tcp|127.0.0.1:{port}");
                    return Ok(Self { socket: Socket::Tcp(socket), address, _directory: None });
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }

    /// Network and address as the handshake writes them.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Connections, each after its TLS handshake. A connection that fails it is dropped and the next one awaited.
    pub(crate) fn incoming(
        self,
        acceptor: Option<Acceptor>,
        clients: Clients,
    ) -> impl Stream<Item = io::Result<Connection>> {
        let (sender, receiver) = tokio::sync::mpsc::channel(8);
        tokio::spawn(async move {
            loop {
                let stream = match self.accept().await {
                    Ok(stream) => stream,
                    Err(error) => {
                        if sender.send(Err(error)).await.is_err() {
                            return;
                        }
                        continue;
                    }
                };
                let (acceptor, clients, sender) = (acceptor.clone(), clients.clone(), sender.clone());
                if sender.is_closed() {
                    return;
                }
                // A client that never finishes its handshake must not keep others waiting.
                tokio::spawn(async move {
                    let stream = match acceptor {
                        None => stream,
                        Some(acceptor) => match acceptor.accept(stream).await {
                            Ok(stream) => Box::new(stream),
                            Err(error) => {
                                tracing::warn!(%error, "refused a connection");
                                return;
                            }
                        },
                    };
                    // The server has ended when nobody receives any more.
                    let _ended = sender.send(Ok(Connection(stream, clients.arrive()))).await;
                });
            }
        });
        tokio_stream::wrappers::ReceiverStream::new(receiver)
    }

    async fn accept(&self) -> io::Result<Box<dyn ByteStream>> {
        match &self.socket {
            #[cfg(unix)]
            Socket::Unix(socket) => socket.accept().await.map(|(stream, _)| Box::new(stream) as Box<dyn ByteStream>),
            Socket::Tcp(socket) => socket.accept().await.map(|(stream, _)| Box::new(stream) as Box<dyn ByteStream>),
        }
    }
}

/// Bytes both ways.
pub(crate) trait ByteStream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> ByteStream for T {}

/// An accepted connection.
pub(crate) struct Connection(Box<dyn ByteStream>, #[expect(dead_code, reason = "dropped with the connection")] Client);

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Connection {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}
