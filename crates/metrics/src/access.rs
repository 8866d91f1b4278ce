//! How to get in: addresses, headers, certificates.

use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

use crate::MetricsError;

/// Longest wait for one answer; Prometheus itself gives up after two minutes.
const TIMEOUT: Duration = Duration::from_secs(130);

/// What a server asks of those who ask it.
#[derive(Clone, Default)]
pub struct Access {
    /// A bearer token.
    pub bearer_token: Option<String>,
    /// Further headers of each request.
    pub headers: Vec<(String, String)>,
    /// Certificates (PEM) to trust in place of the system's.
    pub roots: Option<Vec<u8>>,
    /// Certificates and private key (PEM both) with which the client shows who it is.
    pub identity: Option<(Vec<u8>, Vec<u8>)>,
}

/// Secrets do not get into a log.
impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access").finish_non_exhaustive()
    }
}

/// An address without the slash at its end.
///
/// # Errors
/// It is none of HTTP.
pub fn address(text: &str) -> Result<&str, MetricsError> {
    let valid = ["http://", "https://"].iter().any(|scheme| text.strip_prefix(scheme).is_some_and(|it| !it.is_empty()));
    if valid { Ok(text.trim_end_matches('/')) } else { Err(MetricsError::Address(text.to_owned())) }
}

/// What the network said, and what to do where that can be told.
pub(crate) fn cause(error: &ureq::Error) -> String {
    let said = error.to_string();
    // Alerts of TLS (RFC 8446, 6.2) from a server that was shown no certificate, or one that it does not like.
    let refusals = ["BadCertificate", "CertificateRequired", "CertificateUnknown", "CertificateExpired", "UnknownCA"];
    let hint = if refusals.iter().any(|alert| said.contains(&format!("received fatal alert: {alert}"))) {
        "; it wants a client certificate that it trusts"
    } else if said.contains("UnknownIssuer") {
        "; give the CA certificate that it is signed with"
    } else {
        ""
    };
    format!("{said}{hint}")
}

impl Access {
    pub(crate) fn all_headers(&self) -> Vec<(String, String)> {
        let token = self.bearer_token.iter().map(|token| ("Authorization".to_owned(), format!("Bearer {token}")));
        token.chain(self.headers.iter().cloned()).collect()
    }

    /// A client that trusts what is to be trusted.
    pub(crate) fn agent(&self) -> Result<ureq::Agent, MetricsError> {
        let roots = match &self.roots {
            None => RootCerts::PlatformVerifier,
            Some(pem) => RootCerts::Specific(Arc::new(certificates("CA certificates", pem)?)),
        };
        let identity = match &self.identity {
            None => None,
            Some((chain, key)) => {
                let key = PrivateKey::from_pem(key).map_err(|error| MetricsError::Certificates {
                    what: "client key",
                    problem: format!("it is no private key in PEM: {error}"),
                })?;
                Some(ClientCert::new_with_certs(&certificates("client certificate", chain)?, key))
            }
        };
        let tls = TlsConfig::builder()
            .root_certs(roots)
            .client_cert(identity)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .build();
        let config = ureq::Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .build();
        Ok(config.into())
    }
}

fn certificates(what: &'static str, pem: &[u8]) -> Result<Vec<Certificate<'static>>, MetricsError> {
    let wrong = |problem: String| MetricsError::Certificates { what, problem };
    let found = parse_pem(pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(Ok(certificate)),
            Ok(_) => None,
            Err(error) => Some(Err(wrong(format!("this is no PEM: {error}")))),
        })
        .collect::<Result<Vec<_>, _>>()?;
    if found.is_empty() { Err(wrong("there is no certificate in it".to_owned())) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_http() {
        assert_eq!(address("http://prometheus:9090/").unwrap(), "http://prometheus:9090");
        for bad in ["prometheus:9090", "", "ftp://x", "https://"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn what_is_no_certificate_is_said_and_tokens_are_not() {
        let bad = Access { roots: Some(b"nothing".to_vec()), ..Access::default() };
        assert_eq!(bad.agent().unwrap_err().to_string(), "the CA certificates: there is no certificate in it");
        let bad = Access { identity: Some((Vec::new(), b"key".to_vec())), ..Access::default() };
        assert!(bad.agent().unwrap_err().to_string().starts_with("the client key: it is no private key"));
        let secret = Access { bearer_token: Some("s3cret".to_owned()), ..Access::default() };
        assert!(!format!("{secret:?}").contains("s3cret"));
        assert_eq!(secret.all_headers(), [("Authorization".to_owned(), "Bearer s3cret".to_owned())]);
    }
}
