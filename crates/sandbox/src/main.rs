//! `parapet-sandbox`: a local AWS.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use parapet_sandbox::{Backend, DEFAULT_SPEED, Options, Sandbox};
use tokio::signal::unix::{SignalKind, signal};

/// A local AWS for demos and tests: one endpoint for every service, no account needed.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Port on 127.0.0.1; any that is free unless given.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// File the sandbox's state is read from, and written to at the end.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// How many times as fast as the clock on the wall simulated time runs.
    #[arg(long, value_name = "FACTOR", default_value_t = DEFAULT_SPEED)]
    speed: f64,
    /// The moto_server to run; that of the active virtual environment, or on PATH, unless given.
    #[arg(long, value_name = "PATH")]
    moto: Option<PathBuf>,
    /// Run without moto: only what the sandbox implements itself answers.
    #[arg(long, conflicts_with = "moto")]
    no_moto: bool,
}

#[expect(clippy::print_stdout, reason = "the endpoint is this command's result")]
#[expect(clippy::print_stderr, reason = "for the person who runs it; standard output is for results")]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let moto = match (arguments.no_moto, arguments.moto) {
        (true, _) => Backend::None,
        (false, Some(program)) => Backend::Program(program),
        (false, None) => Backend::Find,
    };
    let state = arguments.state.clone();
    let sandbox =
        match Sandbox::start(Options { port: arguments.port, speed: arguments.speed, state: arguments.state, moto }) {
            Ok(sandbox) => sandbox,
            Err(error) => {
                eprintln!("parapet-sandbox: {error}");
                return ExitCode::from(2);
            }
        };
    println!("{}", sandbox.endpoint);
    if let Err(error) = wait(&sandbox) {
        eprintln!("parapet-sandbox: {error:#}");
        return ExitCode::FAILURE;
    }
    if let Some(path) = state
        && let Err(error) = sandbox.control().save(&path)
    {
        eprintln!("parapet-sandbox: {error}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Waits until somebody stops the sandbox.
fn wait(sandbox: &Sandbox) -> anyhow::Result<()> {
    sandbox.wait_ready()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut stop = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            _ = stop.recv() => {}
        }
        Ok(())
    })
}
