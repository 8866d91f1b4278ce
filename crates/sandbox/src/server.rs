//! The socket: HTTP/1.1 on the loopback address.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};

use crate::admin;
use crate::dispatch::{Dispatcher, Dropped};
use crate::proxy::Body;

/// Binds a port of the loopback address; 0 is any that is free.
pub(crate) fn bind(port: u16) -> io::Result<(std::net::TcpListener, SocketAddr)> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Serves until the runtime ends.
pub(crate) async fn serve(listener: TcpListener, dispatcher: Arc<Dispatcher>) -> Infallible {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(converse(stream, Arc::clone(&dispatcher)));
            }
            // Out of file descriptors, most likely: others are about to be closed.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
        }
    }
}

async fn converse(stream: TcpStream, dispatcher: Arc<Dispatcher>) {
    // Best effort: without it an answer may wait for the caller's acknowledgement.
    let _set = stream.set_nodelay(true);
    let service = service_fn(|request| answer(Arc::clone(&dispatcher), request));
    // The connection ends here, whether the caller closed it, or it is dropped on purpose: nothing is left to be done.
    let _ended = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(dispatcher: Arc<Dispatcher>, request: Request<Incoming>) -> Result<Response<Body>, Dropped> {
    if request.uri().path().starts_with(admin::PREFIX) {
        return Ok(admin::answer(&dispatcher, request).await);
    }
    // On a task of its own: a caller who hangs up half-way does not stop what it started.
    tokio::spawn(async move { dispatcher.answer(request).await }).await.unwrap_or(Err(Dropped))
}
