//! The agreement between Terraform and the provider process before they speak gRPC.

use std::ops::RangeInclusive;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// Proves that Terraform, not a person, started the process.
const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");
/// Version of the handshake itself.
const CORE_VERSION: u32 = 1;
/// The plugin protocol served.
const PROTOCOL_VERSION: u32 = 6;

/// Why the process cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum HandshakeError {
    /// Started by a person.
    #[error(
        "This is a Terraform provider. Terraform starts it by itself when a configuration uses it; it is not meant to be run by hand."
    )]
    NotTerraform,
    /// No common protocol version.
    #[error(
        "This provider speaks Terraform plugin protocol 6, but was offered {0}. Use Terraform 1.0 or newer, or OpenTofu."
    )]
    UnsupportedProtocol(String),
    /// The TLS set-up failed.
    #[error("Cannot set up TLS with Terraform: {0}")]
    Tls(String),
    /// The socket cannot be made.
    #[error("Cannot listen for Terraform: {0}")]
    Listen(#[source] std::io::Error),
    /// Standard output is gone.
    #[error("Cannot tell Terraform where to connect: {0}")]
    Announce(#[source] std::io::Error),
    /// The connection broke.
    #[error("The connection to Terraform failed: {0}")]
    Transport(#[source] tonic::transport::Error),
}

/// What Terraform said in the environment.
#[derive(Debug)]
pub(crate) struct Handshake {
    client_certificate: Option<String>,
    ports: RangeInclusive<u16>,
}

impl Handshake {
    pub(crate) fn from_environment() -> Result<Self, HandshakeError> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self, HandshakeError> {
        if variable(COOKIE.0).as_deref() != Some(COOKIE.1) {
            return Err(HandshakeError::NotTerraform);
        }
        // A host that names no versions predates the choice of versions.
        let offered = variable("PLUGIN_PROTOCOL_VERSIONS").unwrap_or_else(|| "an unnamed version".to_owned());
        if !offered.split(',').any(|version| version.trim().parse() == Ok(PROTOCOL_VERSION)) {
            return Err(HandshakeError::UnsupportedProtocol(offered));
        }
        let port = |name: &str, otherwise| variable(name).and_then(|port| port.parse().ok()).unwrap_or(otherwise);
        Ok(Self {
            client_certificate: variable("PLUGIN_CLIENT_CERT").filter(|certificate| !certificate.is_empty()),
            ports: port("PLUGIN_MIN_PORT", 10_000)..=port("PLUGIN_MAX_PORT", 25_000),
        })
    }

    /// The only client allowed, as PEM. Absent means no TLS.
    pub(crate) fn client_certificate(&self) -> Option<&str> {
        self.client_certificate.as_deref()
    }

    /// Where to listen when there are no unix sockets.
    pub(crate) fn ports(&self) -> RangeInclusive<u16> {
        self.ports.clone()
    }

    /// The line for standard output. `address` is network and address, such as `unix|/tmp/x.sock`.
    #[expect(clippy::unused_self, reason = "the answer belongs to the handshake")]
    pub(crate) fn answer(&self, address: &str, certificate: Option<&[u8]>) -> String {
        let certificate = certificate.map(|der| STANDARD_NO_PAD.encode(der)).unwrap_or_default();
        format!("{CORE_VERSION}|{PROTOCOL_VERSION}|{address}|grpc|{certificate}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Result<Handshake, HandshakeError> {
        Handshake::from_variables(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn a_person_is_told_what_this_is() {
        for variables in [vec![], vec![(COOKIE.0, "wrong"), ("PLUGIN_PROTOCOL_VERSIONS", "6")]] {
            assert!(matches!(with(&variables), Err(HandshakeError::NotTerraform)));
        }
    }

    #[test]
    fn the_offered_versions_are_named() {
        assert!(with(&[COOKIE, ("PLUGIN_PROTOCOL_VERSIONS", "5,6")]).is_ok());
        let refused = with(&[COOKIE, ("PLUGIN_PROTOCOL_VERSIONS", "4,5")]).unwrap_err();
        assert!(refused.to_string().contains("but was offered 4,5"), "{refused}");
    }

    #[test]
    fn the_answer_has_six_parts() {
        let handshake = with(&[COOKIE, ("PLUGIN_PROTOCOL_VERSIONS", "6")]).unwrap();
        assert_eq!(handshake.answer("unix|/tmp/x.sock", None), "1|6|unix|/tmp/x.sock|grpc|");
        assert_eq!(handshake.answer("unix|/x", Some(&[255, 254])), "1|6|unix|/x|grpc|//4");
        assert_eq!(handshake.ports(), 10_000..=25_000);
    }
}
