//! The line a plugin answers with before anybody speaks gRPC (go-plugin's handshake, seen from the host).

use std::fmt;
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls::pki_types::CertificateDer;

use crate::error::LaunchError;

/// Proves to the provider that Terraform, not a person, started it.
pub(super) const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");
/// The plugin protocols every Terraform from 1.0 speaks.
pub(super) const PROTOCOLS: (&str, &str) = ("PLUGIN_PROTOCOL_VERSIONS", "5,6");
/// Where a provider listens on a system without unix sockets: go-plugin's defaults.
pub(super) const PORTS: [(&str, &str); 2] = [("PLUGIN_MIN_PORT", "10000"), ("PLUGIN_MAX_PORT", "25000")];
/// Our certificate, as PEM.
pub(super) const CERTIFICATE: &str = "PLUGIN_CLIENT_CERT";

/// Where a plugin listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// A unix socket.
    Unix(PathBuf),
    /// A host and port.
    Tcp(String),
}

impl Address {
    /// From the two words that go-plugin uses for it.
    pub(crate) fn new(network: &str, address: &str) -> Option<Self> {
        match network {
            "unix" => Some(Self::Unix(address.into())),
            "tcp" => Some(Self::Tcp(address.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Tcp(address) => write!(f, "tcp:{address}"),
        }
    }
}

/// What a plugin answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// The plugin protocol it chose: 5 or 6.
    pub(super) protocol: u8,
    pub(super) address: Address,
    /// The only certificate it will present.
    pub(super) certificate: CertificateDer<'static>,
}

impl Answer {
    /// Reads `1|6|unix|/path/to.sock|grpc|CERTIFICATE`. Further parts are for features that the guard does not ask for.
    pub(super) fn parse(line: &str) -> Result<Self, LaunchError> {
        let unusable = |why: &str| {
            let shown: String = line.chars().take(200).collect();
            LaunchError::Handshake(format!("{why} in {shown:?}"))
        };
        let parts: Vec<&str> = line.trim().split('|').collect();
        let [core, protocol, network, address, kind, certificate, ..] = parts.as_slice() else {
            return Err(unusable("six parts are expected"));
        };
        if *core != "1" {
            return Err(unusable("an unknown version of the handshake"));
        }
        let protocol = protocol.parse().ok().filter(|it| matches!(it, 5 | 6));
        if *kind != "grpc" {
            return Err(unusable("no gRPC"));
        }
        let der = STANDARD_NO_PAD.decode(certificate.trim_end_matches('=')).ok().filter(|der| !der.is_empty());
        Ok(Self {
            protocol: protocol.ok_or_else(|| unusable("another protocol"))?,
            address: Address::new(network, address).ok_or_else(|| unusable("an unknown kind of address"))?,
            certificate: der.ok_or_else(|| unusable("no certificate"))?.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_line_of_a_plugin() {
        let answer = Answer::parse("1|5|unix|/tmp/plugin1|grpc|//4\n").unwrap();
        assert_eq!((answer.protocol, answer.address), (5, Address::Unix("/tmp/plugin1".into())));
        assert_eq!(answer.certificate.as_ref(), [255, 254]);
        let answer = Answer::parse("1|6|tcp|127.0.0.1:10000|grpc|AAA|false").unwrap();
        assert_eq!((answer.protocol, answer.address.to_string()), (6, "tcp:127.0.0.1:10000".to_owned()));
    }

    #[test]
    fn says_what_is_wrong_with_any_other_line() {
        for (line, why) in [
            ("Hello", "six parts"),
            ("1|6|unix|/x|grpc", "six parts"),
            ("2|6|unix|/x|grpc|AAA", "version of the handshake"),
            ("1|4|unix|/x|grpc|AAA", "another protocol"),
            ("1|6|pipe|/x|grpc|AAA", "kind of address"),
            ("1|6|unix|/x|netrpc|AAA", "no gRPC"),
            ("1|6|unix|/x|grpc|", "no certificate"),
            ("1|6|unix|/x|grpc|*", "no certificate"),
        ] {
            let error = Answer::parse(line).unwrap_err().to_string();
            assert!(error.contains(why), "{line}: {error}");
        }
    }
}
