//! A server known by its certificate's fingerprint, which came with the invitation: for one whose certificate no public
//! authority signed. Called by [`super::http`]. Invariant: the certificate is of the very key that was named, and the
//! other side holds that key; its name, its times and who signed it do not matter, for a phone's clock may be wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use sha2::{Digest, Sha256};

/// Takes one key and no other.
#[derive(Debug)]
pub(super) struct Pinned {
    fingerprint: [u8; 32],
    provider: Arc<CryptoProvider>,
    /// Whether the last certificate was of another key.
    met_another: Arc<AtomicBool>,
}

impl Pinned {
    /// `met_another` is told whether the last certificate was of another key.
    pub(super) fn new(fingerprint: [u8; 32], provider: Arc<CryptoProvider>, met_another: Arc<AtomicBool>) -> Self {
        Self { fingerprint, provider, met_another }
    }
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let key = ParsedCertificate::try_from(end_entity)?.subject_public_key_info();
        let is_the_same = <[u8; 32]>::from(Sha256::digest(key)) == self.fingerprint;
        self.met_another.store(!is_the_same, Ordering::Relaxed);
        if is_the_same {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
