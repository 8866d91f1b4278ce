//! What stops the guard.

use std::io;
use std::path::PathBuf;

/// Why the guard cannot run a command.
#[derive(Debug, thiserror::Error)]
pub enum GuardError {
    /// There is no command to run.
    #[error("There is nothing to guard. Name a command after `--`, as in `parapet guard -- terraform plan`.")]
    NoCommand,
    /// The command cannot be started.
    #[error("Cannot start `{program}`: {source}")]
    Command {
        /// The program.
        program: String,
        /// Why.
        source: io::Error,
    },
    /// Providers are locked, but none is installed.
    #[error(
        "{} is not initialised: it has a lock file, but no {}. In it, run `terraform init` first (`tofu init` for OpenTofu).",
        directory.display(), data.display()
    )]
    NotInitialised {
        /// The working directory.
        directory: PathBuf,
        /// The directory that is missing.
        data: PathBuf,
    },
    /// A file or directory cannot be read.
    #[error("Cannot read {}: {source}", path.display())]
    Read {
        /// What.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The lock file is damaged.
    #[error("{} is not a dependency lock file: {message}. `terraform init` writes a new one.", path.display())]
    LockFile {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        message: String,
    },
    /// An installed package is not what the lock file trusts.
    #[error(
        "The installed package of {provider} {version} does not match the dependency lock file, so it is not started.\n  \
         package:  {}\n  found:    {found}\n  expected: {expected}\n\
         Somebody changed the package or the lock file. If you did, run `terraform init` (or `terraform providers lock` for a \
         platform the lock file does not know); if not, remove the package and find out who did.",
        package.display()
    )]
    Checksum {
        /// Source address.
        provider: String,
        /// Locked version.
        version: String,
        /// Where it is installed.
        package: PathBuf,
        /// Its checksum.
        found: String,
        /// The checksums that would have done.
        expected: String,
    },
    /// A package without a program.
    #[error("The package of {provider} in {} has no file named {wanted}. Run `terraform init` to install it again.", package.display())]
    NoProgram {
        /// Source address.
        provider: String,
        /// Where it is installed.
        package: PathBuf,
        /// The name it should have.
        wanted: String,
    },
    /// A provider cannot be started.
    #[error("Cannot start the provider {provider}: {source}")]
    Launch {
        /// Source address.
        provider: String,
        /// Why.
        source: LaunchError,
    },
    /// `TF_REATTACH_PROVIDERS` is set to something that is not understood.
    #[error("TF_REATTACH_PROVIDERS is not what Terraform expects: {0}. Correct it, or unset it.")]
    Reattach(String),
    /// The guard's own sockets, processes or signals fail.
    #[error("The guard cannot {doing}: {source}")]
    System {
        /// What it was about to do.
        doing: &'static str,
        /// Why.
        source: io::Error,
    },
    /// A signal came before the command was started.
    #[error("Interrupted before the command was started.")]
    Interrupted,
}

/// Why a provider's process is of no use.
#[derive(Debug, thiserror::Error)]
pub enum LaunchError {
    /// It is no program that can be run.
    #[error("{} cannot be executed: {source}", program.display())]
    Start {
        /// The program.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It ended at once.
    #[error("{} ended before its handshake ({status}). {said}", program.display())]
    Ended {
        /// The program.
        program: PathBuf,
        /// How it ended.
        status: String,
        /// What it wrote.
        said: String,
    },
    /// It says nothing.
    #[error("{} did not answer the plugin handshake within {seconds} seconds. {said}", program.display())]
    Silent {
        /// The program.
        program: PathBuf,
        /// How long it was waited for.
        seconds: u64,
        /// What it wrote.
        said: String,
    },
    /// It says something else than a plugin does.
    #[error("its handshake is not one of a Terraform plugin of protocol 5 or 6: {0}")]
    Handshake(String),
    /// TLS cannot be set up.
    #[error("TLS with it cannot be set up: {0}")]
    Tls(String),
    /// It cannot be reached.
    #[error("no connection to {address}: {source}")]
    Connect {
        /// Where it says that it listens.
        address: String,
        /// Why.
        source: io::Error,
    },
}
