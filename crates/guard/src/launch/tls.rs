//! AutoMTLS as the plugin's host: both sides present certificates made for this one process.
//!
//! The plugin's certificate is self-signed and may be marked as a CA, which a chain check refuses. Exactly the certificate of
//! the handshake is required, byte for byte, together with the proof (the handshake signature) that the peer holds its key.

use std::sync::Arc;

use rcgen::{CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::error::LaunchError;

/// Who we are to one provider process.
pub(super) struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
    pem: String,
}

impl Identity {
    /// A new certificate and its key.
    pub(super) fn new() -> Result<Self, LaunchError> {
        let mut params = CertificateParams::new(["localhost".to_owned()]).map_err(unusable)?;
        params.distinguished_name.push(DnType::CommonName, "localhost");
        // Go accepts a certificate that is its own root only if it may be one.
        params.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyCertSign];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth, ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate().map_err(unusable)?;
        let certificate = params.self_signed(&key).map_err(unusable)?;
        Ok(Self {
            pem: pem(certificate.der()),
            certificate: certificate.der().clone(),
            key: PrivateKeyDer::try_from(key.serialize_der()).map_err(unusable)?,
        })
    }

    /// For the provider's environment.
    pub(super) fn pem(&self) -> &str {
        &self.pem
    }

    /// TLS over `stream` with the one server that holds the key of `server`.
    pub(super) async fn connect<S: AsyncRead + AsyncWrite + Unpin>(
        self,
        server: CertificateDer<'static>,
        stream: S,
    ) -> Result<TlsStream<S>, LaunchError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = OnlyServer { server, provider: Arc::clone(&provider) };
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_client_auth_cert(vec![self.certificate], self.key)
            .map_err(unusable)?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        let name = ServerName::try_from("localhost").map_err(unusable)?;
        TlsConnector::from(Arc::new(config)).connect(name, stream).await.map_err(unusable)
    }
}

fn unusable(error: impl std::fmt::Display) -> LaunchError {
    LaunchError::Tls(error.to_string())
}

fn pem(der: &CertificateDer<'_>) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).filter_map(|line| str::from_utf8(line).ok()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

#[derive(Debug)]
struct OnlyServer {
    server: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for OnlyServer {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if *end_entity == self.server {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(rustls::Error::General("the server is not the provider that was started".to_owned()))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
