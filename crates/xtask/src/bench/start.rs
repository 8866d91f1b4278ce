//! How long the provider takes from its start to the schema it serves.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use tfplugin::proto::plugin::Empty;
use tfplugin::proto::plugin::grpc_controller_client::GrpcControllerClient;
use tfplugin::proto::tfplugin6::get_provider_schema;
use tfplugin::proto::tfplugin6::provider_client::ProviderClient;
use tonic::transport::{Channel, Endpoint};

use crate::provider::runtime;

/// What Terraform sets, so that a provider knows who starts it.
const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");
/// Longest wait for a provider to end after it was asked to.
const SHUTDOWN: Duration = Duration::from_secs(5);

/// Starts the provider, asks for its schema, ends it. Answers the seconds from the start to the answer.
pub(super) fn once(provider: &Path) -> Result<f64> {
    let runtime = runtime()?;
    let start = Instant::now();
    let mut running = Running::start(provider)?;
    let address = running.address()?;
    let (channel, seconds) = runtime.block_on(async {
        let channel = Endpoint::from_shared(format!("unix:{address}"))?.connect().await?;
        let answer = ProviderClient::new(channel.clone())
            .max_decoding_message_size(usize::MAX)
            .get_provider_schema(get_provider_schema::Request {})
            .await?;
        let seconds = start.elapsed().as_secs_f64();
        ensure!(answer.into_inner().provider.is_some(), "the provider serves no schema");
        Ok((channel, seconds))
    })?;
    runtime.block_on(shut_down(channel));
    // Closes the connection, which the provider waits for.
    drop(runtime);
    running.end()?;
    Ok(seconds)
}

/// The provider may end before its answer arrives, so that an error says nothing; [`Running::end`] sees whether it ends.
async fn shut_down(channel: Channel) {
    let _answer = GrpcControllerClient::new(channel).shutdown(Empty {}).await;
}

/// A provider process; killed unless it ends by itself.
struct Running(Child);

impl Running {
    fn start(provider: &Path) -> Result<Self> {
        let child = Command::new(provider)
            .env(COOKIE.0, COOKIE.1)
            .env("PLUGIN_PROTOCOL_VERSIONS", "6")
            // Without a certificate of the client there is no TLS, and the certificates of both are no part of the time.
            .env_remove("PLUGIN_CLIENT_CERT")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        child.map(Self).with_context(|| format!("cannot start {}", provider.display()))
    }

    /// The path of the socket, out of the line the provider announces itself with.
    fn address(&mut self) -> Result<String> {
        let mut line = String::new();
        let stdout = self.0.stdout.as_mut().context("the provider has no standard output")?;
        BufReader::new(stdout).read_line(&mut line).context("cannot read what the provider announces")?;
        match line.trim_end().split('|').collect::<Vec<_>>().as_slice() {
            ["1", "6", "unix", path, "grpc", ..] => Ok((*path).to_owned()),
            _ => bail!("the provider announces {line:?}, not a unix socket of protocol 6"),
        }
    }

    fn end(&mut self) -> Result<()> {
        let asked = Instant::now();
        while asked.elapsed() < SHUTDOWN {
            if let Some(status) = self.0.try_wait()? {
                ensure!(status.success(), "the provider ends with {status}");
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        bail!("the provider still runs {SHUTDOWN:?} after it was asked to end")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            // There is nobody left to tell.
            let _killed = self.0.kill().and_then(|()| self.0.wait());
        }
    }
}
