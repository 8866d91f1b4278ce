//! Which providers a command will use, and where each really comes from.

use std::path::PathBuf;

use crate::error::GuardError;
use crate::inspect::Provider;
use crate::launch::Address;
use crate::lock::Locked;
use crate::overrides;
use crate::package;
use crate::reattach::{self, Reattach};
use crate::session::{Options, Unguarded};
use crate::workdir::WorkingDirectory;

/// All of them.
pub(crate) struct Sources {
    /// Where Terraform works; providers are started in it.
    pub(crate) directory: PathBuf,
    /// Those to put behind the guard.
    pub(crate) found: Vec<Source>,
    /// Those left out.
    pub(crate) unguarded: Vec<Unguarded>,
    /// What was in `TF_REATTACH_PROVIDERS` and is passed on as it is.
    pub(crate) left: Reattach,
}

/// One provider. Its protocol is known only after it was started, unless somebody else did that.
pub(crate) struct Source {
    /// Source address.
    pub(crate) address: String,
    /// Locked version, or empty.
    pub(crate) version: String,
    /// Where it comes from.
    pub(crate) origin: Origin,
}

/// Where a real provider comes from.
pub(crate) enum Origin {
    /// The package that `init` installed, to be verified.
    Package(Locked, PathBuf),
    /// The program that a developer put in its place.
    Override(PathBuf),
    /// A process that somebody else started, with its protocol.
    Attached(Address, u8),
}

impl Sources {
    /// What Terraform would use: first what runs already, then what a developer put in its place, then what is locked.
    ///
    /// # Errors
    /// The directory is not initialised, or one of the files that say so cannot be read.
    pub(crate) fn of(options: &Options) -> Result<Self, GuardError> {
        let variable = |name: &str| std::env::var(name).ok();
        let program = options.command.first().ok_or(GuardError::NoCommand)?;
        let data = std::env::var_os("TF_DATA_DIR");
        let workdir = WorkingDirectory::of(&options.directory, &options.command, data.as_deref());
        let locked = workdir.locked()?;
        let running = reattach::parse(&variable(reattach::VARIABLE).unwrap_or_default())?;
        let overrides = overrides::overrides(program.as_ref(), variable)?;

        let version = |address: &str| {
            locked.iter().find(|it| it.source == address).map(|it| it.version.clone()).unwrap_or_default()
        };
        let mut sources =
            Self { directory: workdir.path.clone(), found: Vec::new(), unguarded: Vec::new(), left: Reattach::new() };
        for (address, entry) in running {
            match entry.address() {
                Some(at) => sources.add(version(&address), address, Origin::Attached(at, entry.protocol_version)),
                None => {
                    sources.leave(&address, "TF_REATTACH_PROVIDERS names it with a protocol other than gRPC");
                    sources.left.insert(address, entry);
                }
            }
        }
        for (address, directory) in overrides {
            if !sources.knows(&address) {
                match package::program(&address, &directory) {
                    Ok(program) => sources.add(version(&address), address, Origin::Override(program)),
                    Err(error) => sources.leave(&address, &format!("of dev_overrides: {error}")),
                }
            }
        }
        for locked in &locked {
            if !sources.knows(&locked.source)
                && let Some(package) = workdir.package(locked)
            {
                let (version, address) = (locked.version.clone(), locked.source.clone());
                sources.add(version, address, Origin::Package(locked.clone(), package));
            }
        }
        Ok(sources)
    }

    fn knows(&self, address: &str) -> bool {
        self.found.iter().any(|it| it.address == address) || self.unguarded.iter().any(|it| it.source == address)
    }

    fn add(&mut self, version: String, address: String, origin: Origin) {
        self.found.push(Source { address, version, origin });
    }

    fn leave(&mut self, address: &str, reason: &str) {
        self.unguarded.push(Unguarded { source: address.to_owned(), reason: reason.to_owned() });
    }
}

impl Source {
    /// With the protocol it speaks.
    pub(crate) fn speaking(&self, protocol: u8) -> Provider {
        Provider { source: self.address.clone(), version: self.version.clone(), protocol }
    }
}
