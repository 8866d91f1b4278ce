//! How to get into Prometheus, as the command line says it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use parapet_metrics::Prometheus;

/// How to get in.
#[derive(clap::Args)]
pub(crate) struct Access {
    /// File with a bearer token
    #[arg(long, value_name = "FILE", help_heading = "Connection")]
    bearer_token_file: Option<PathBuf>,

    /// A header of each request, as in X-Scope-OrgID=tenant
    #[arg(long = "header", value_name = "NAME=VALUE", help_heading = "Connection")]
    headers: Vec<String>,

    /// Certificates (PEM) to trust in place of the system's
    #[arg(long, value_name = "FILE", help_heading = "Connection")]
    ca_file: Option<PathBuf>,

    /// Certificate (PEM) that shows Prometheus who asks
    #[arg(long, value_name = "FILE", help_heading = "Connection")]
    client_certificate: Option<PathBuf>,

    /// Its private key (PEM)
    #[arg(long, value_name = "FILE", help_heading = "Connection")]
    client_key: Option<PathBuf>,
}

impl Access {
    /// A client for the address that `--prometheus` names.
    pub(crate) fn prometheus(&self, address: &str) -> anyhow::Result<Prometheus> {
        parapet_metrics::address(address).context("--prometheus")?;
        let mut access = self.of_servers()?;
        access.identity = self.identity()?;
        if let Some(file) = &self.bearer_token_file {
            let token = std::fs::read_to_string(file).with_context(|| format!("{}: cannot be read", file.display()))?;
            let token = token.trim();
            ensure!(!token.is_empty(), "{}: there is no token in it", file.display());
            access.bearer_token = Some(token.to_owned());
        }
        for header in &self.headers {
            let (name, value) =
                header.split_once('=').with_context(|| format!("--header {header}: write NAME=VALUE"))?;
            access.headers.push((name.to_owned(), value.to_owned()));
        }
        Ok(Prometheus::new(address, &access)?)
    }

    /// Certificate and private key.
    fn identity(&self) -> anyhow::Result<Option<(Vec<u8>, Vec<u8>)>> {
        match (&self.client_certificate, &self.client_key) {
            (None, None) => Ok(None),
            (Some(certificate), Some(key)) => Ok(Some((bytes(certificate)?, bytes(key)?))),
            (given, _) => {
                let missing = if given.is_some() { "--client-key" } else { "--client-certificate" };
                bail!("{missing} is missing: who shows a certificate needs both --client-certificate and --client-key")
            }
        }
    }

    /// What holds for every server; token, headers and client certificate are those of Prometheus.
    pub(crate) fn of_servers(&self) -> anyhow::Result<parapet_metrics::Access> {
        let roots = self.ca_file.as_deref().map(bytes).transpose()?;
        Ok(parapet_metrics::Access { roots, ..parapet_metrics::Access::default() })
    }
}

fn bytes(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("{}: cannot be read", file.display()))
}
