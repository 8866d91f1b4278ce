//! AutoMTLS: both sides present certificates made for this one process.
//!
//! Terraform's certificate is self-signed, marked as a CA and on curve P-521. A chain check would refuse it, so that exactly this
//! certificate is required, byte for byte, together with the proof (the handshake signature) that the peer holds its key.

use std::sync::Arc;

use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::handshake::HandshakeError;
use super::listener::ByteStream;

/// Accepts exactly one client.
#[derive(Clone)]
pub(crate) struct Acceptor {
    tls: TlsAcceptor,
    certificate: CertificateDer<'static>,
}

impl Acceptor {
    /// Makes a certificate of our own and accepts only the client with the given one (PEM).
    pub(crate) fn for_client(pem: &str) -> Result<Self, HandshakeError> {
        let client = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|error| HandshakeError::Tls(format!("PLUGIN_CLIENT_CERT is not a certificate: {error}")))?;
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).map_err(tls_error)?;
        let certificate = own.cert.der().clone();
        let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).map_err(tls_error)?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let verifier = Arc::new(OnlyClient { client, provider: Arc::clone(&provider) });
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(tls_error)?
            .with_client_cert_verifier(verifier)
            .with_single_cert(vec![certificate.clone()], key)
            .map_err(tls_error)?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self { tls: TlsAcceptor::from(Arc::new(config)), certificate })
    }

    /// Our certificate, for the handshake line.
    pub(crate) fn certificate(&self) -> &[u8] {
        &self.certificate
    }

    pub(crate) async fn accept(&self, stream: Box<dyn ByteStream>) -> std::io::Result<TlsStream<Box<dyn ByteStream>>> {
        self.tls.accept(stream).await
    }
}

fn tls_error(error: impl std::fmt::Display) -> HandshakeError {
    HandshakeError::Tls(error.to_string())
}

#[derive(Debug)]
struct OnlyClient {
    client: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for OnlyClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if *end_entity == self.client {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(rustls::Error::General("the client is not the Terraform that started this provider".to_owned()))
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
