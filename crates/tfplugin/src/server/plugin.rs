//! The plugin host's own services: standard streams, broker, shutdown.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio_stream::Stream;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tonic::{Request, Response, Status, Streaming};

use crate::proto::plugin::grpc_broker_server::GrpcBroker;
use crate::proto::plugin::grpc_controller_server::GrpcController;
use crate::proto::plugin::grpc_stdio_server::GrpcStdio;
use crate::proto::plugin::{ConnInfo, Empty, StdioData};

/// Implements all three.
#[derive(Clone, Debug)]
pub(crate) struct PluginServices {
    shutdown: CancellationToken,
}

impl PluginServices {
    pub(crate) fn new(shutdown: CancellationToken) -> Self {
        Self { shutdown }
    }

    fn silence<T>(&self) -> Silence<T> {
        Silence { end: Box::pin(self.shutdown.clone().cancelled_owned()), of: std::marker::PhantomData }
    }
}

/// A stream that stays open and empty until shutdown. Terraform takes an end of these streams for the end of the plugin; after
/// shutdown they must end, or the server would wait for them.
pub(crate) struct Silence<T> {
    end: Pin<Box<WaitForCancellationFutureOwned>>,
    of: std::marker::PhantomData<fn() -> T>,
}

impl<T> Stream for Silence<T> {
    type Item = Result<T, Status>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.end.as_mut().poll(cx).map(|()| None)
    }
}

#[tonic::async_trait]
impl GrpcStdio for PluginServices {
    type StreamStdioStream = Silence<StdioData>;

    /// Nothing is printed on standard output, and standard error is inherited.
    async fn stream_stdio(&self, _request: Request<Empty>) -> Result<Response<Self::StreamStdioStream>, Status> {
        Ok(Response::new(self.silence()))
    }
}

#[tonic::async_trait]
impl GrpcBroker for PluginServices {
    type StartStreamStream = Silence<ConnInfo>;

    /// No further connections are ever needed.
    async fn start_stream(
        &self,
        _request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        Ok(Response::new(self.silence()))
    }
}

#[tonic::async_trait]
impl GrpcController for PluginServices {
    async fn shutdown(&self, _request: Request<Empty>) -> Result<Response<Empty>, Status> {
        tracing::debug!("Terraform asked to shut down");
        self.shutdown.cancel();
        Ok(Response::new(Empty {}))
    }
}
