//! Serving a provider to Terraform: handshake, transport, gRPC.

mod abandoned;
mod actions;
mod grpc;
mod handshake;
mod listener;
mod lists;
mod logging;
mod operations;
mod plugin;
mod tls;

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tonic::transport::Server;

pub use handshake::HandshakeError;
pub use operations::ProviderServer;

use crate::proto::plugin::grpc_broker_server::GrpcBrokerServer;
use crate::proto::plugin::grpc_controller_server::GrpcControllerServer;
use crate::proto::plugin::grpc_stdio_server::GrpcStdioServer;
use crate::proto::tfplugin6::provider_server::{Provider as ProviderCalls, ProviderServer as ProviderService};
use crate::provider::Provider;

/// How long operations that were asked to stop may take when nobody waits for them any more.
const LAST_WORDS: Duration = Duration::from_secs(60);

/// Runs the provider process: `fn main() -> ExitCode { tfplugin::server::serve(MyProvider) }`.
///
/// Answers 1, with one sentence on standard error, when the binary is run by hand or Terraform offers no common protocol version.
/// Ends when Terraform asks for it. Should Terraform be killed, running operations are asked to stop, and the process ends after them.
pub fn serve<P: Provider>(provider: P) -> ExitCode {
    let provider = ProviderServer::new(provider);
    let under_way = provider.under_way();
    start(provider, async move { under_way.end().await })
}

/// Runs the process of a provider that answers the calls of the protocol itself: one whose schemas are known only at run time.
/// Otherwise as [`serve`], without waiting for operations.
pub fn serve_calls<C: ProviderCalls>(calls: C) -> ExitCode {
    start(calls, std::future::ready(()))
}

/// `operations_end` asks what is running to stop, and is awaited when Terraform is gone.
fn start<C: ProviderCalls>(calls: C, operations_end: impl Future<Output = ()> + Send + 'static) -> ExitCode {
    let handshake = match handshake::Handshake::from_environment() {
        Ok(handshake) => handshake,
        Err(error) => return fail(&error),
    };
    logging::start();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    let result = runtime.block_on(run(calls, operations_end, &handshake));
    // A computation that never ends must not keep the process.
    runtime.shutdown_timeout(Duration::from_secs(2));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

async fn run<C: ProviderCalls>(
    calls: C,
    operations_end: impl Future<Output = ()> + Send + 'static,
    handshake: &handshake::Handshake,
) -> Result<(), HandshakeError> {
    let shutdown = CancellationToken::new();
    let (clients, parent) = (abandoned::Clients::none(), abandoned::parent());
    ignore_interrupts().map_err(HandshakeError::Listen)?;
    let acceptor = handshake.client_certificate().map(tls::Acceptor::for_client).transpose()?;
    let listener = listener::Listener::bind(handshake).await?;
    let line = handshake.answer(listener.address(), acceptor.as_ref().map(tls::Acceptor::certificate));
    announce(&line)?;

    let (health, health_service) = tonic_health::server::health_reporter();
    health.set_service_status("plugin", tonic_health::ServingStatus::Serving).await;
    let plugin = plugin::PluginServices::new(shutdown.clone());
    let alone = abandoned::abandoned(clients.clone(), parent, abandoned::parent, abandoned::PAUSE);
    let end = shutdown.clone();
    tokio::spawn(async move {
        alone.await;
        tracing::warn!("Terraform is gone without a word; ending");
        if tokio::time::timeout(LAST_WORDS, operations_end).await.is_err() {
            tracing::error!("an operation did not heed the stop and is cut off");
        }
        end.cancel();
    });
    let result = Server::builder()
        .add_service(health_service)
        .add_service(GrpcStdioServer::new(plugin.clone()))
        .add_service(GrpcBrokerServer::new(plugin.clone()))
        .add_service(GrpcControllerServer::new(plugin))
        .add_service(
            // Schemas and states are larger than gRPC's default limit of 4 MiB.
            ProviderService::new(calls).max_decoding_message_size(usize::MAX).max_encoding_message_size(usize::MAX),
        )
        .serve_with_incoming_shutdown(listener.incoming(acceptor, clients), shutdown.cancelled_owned())
        .await;
    result.map_err(HandshakeError::Transport)
}

/// The one line Terraform reads from standard output.
fn announce(line: &str) -> Result<(), HandshakeError> {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{line}").and_then(|()| stdout.flush()).map_err(HandshakeError::Announce)
}

/// Ctrl-C reaches the whole process group. Terraform decides what it means and says so with `StopProvider`; ending here would lose
/// what is being created.
///
/// Interrupts are ignored from the moment this function returns.
fn ignore_interrupts() -> std::io::Result<()> {
    #[cfg(unix)]
    let mut interrupts = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
    #[cfg(windows)]
    let mut interrupts = tokio::signal::windows::ctrl_c()?;
    tokio::spawn(async move {
        while interrupts.recv().await.is_some() {
            tracing::debug!("interrupt ignored; waiting for Terraform to say what to do");
        }
    });
    Ok(())
}

#[expect(clippy::print_stderr, reason = "before the handshake there is no other way to reach the person")]
fn fail(error: &dyn std::error::Error) -> ExitCode {
    eprintln!("{error}");
    ExitCode::from(1)
}
