//! TLS: the certificate and key, read when the server starts and again when the files change. Called by `serve`.
//! Invariant: only TLS 1.3 and 1.2; what cannot be used never replaces what can; a connection keeps what it began with.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, Error, RootCertStore, ServerConfig, version};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::admin::AdminError;

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// Where the certificate and its key are.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// The certificate and those between it and its authority, in PEM.
    pub certificate: PathBuf,
    /// Its key, in PEM.
    pub key: PathBuf,
}

/// What stands in the files at one moment.
struct Loaded {
    config: Arc<ServerConfig>,
    fingerprint: Option<[u8; 32]>,
}

/// The certificate in use.
pub(super) struct Tls {
    files: TlsFiles,
    loaded: RwLock<Loaded>,
}

impl Tls {
    /// Reads the files; they must be good.
    pub(super) fn load(files: TlsFiles) -> Result<Self, AdminError> {
        let loaded = read(&files).map_err(|what| AdminError::invalid("tls_cert", format!("TLS: {what}")))?;
        Ok(Self { files, loaded: RwLock::new(loaded) })
    }

    /// Takes a connection by the certificate of this moment.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        TlsAcceptor::from(Arc::clone(&self.loaded.read().unwrap_or_else(PoisonError::into_inner).config))
    }

    /// By what a device knows the certificate, where no public authority vouches for it.
    pub(super) fn fingerprint(&self) -> Option<[u8; 32]> {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner).fingerprint
    }

    /// Reads the files again whenever they change, until the server stops; `changed` hears of a new certificate.
    pub(super) async fn keep_reading<F: Future<Output = ()>>(
        &self,
        stopping: CancellationToken,
        changed: impl Fn(Option<[u8; 32]>) -> F,
    ) {
        let mut seen = stamps(&self.files);
        loop {
            tokio::select! {
                () = stopping.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            let now = stamps(&self.files);
            if now == seen {
                continue;
            }
            seen = now;
            match read(&self.files) {
                Ok(loaded) => {
                    let fingerprint = loaded.fingerprint;
                    *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = loaded;
                    tracing::info!("the certificate was replaced");
                    changed(fingerprint).await;
                }
                Err(what) => tracing::error!(what, "the new certificate cannot be used; the one before stays"),
            }
        }
    }
}

/// What tells that a file is another: times, size and where it lies.
type Stamp = Option<(i64, i64, i64, i64, u64, u64)>;

fn stamps(files: &TlsFiles) -> [Stamp; 2] {
    [&files.certificate, &files.key].map(|file| {
        let found = fs::metadata(file).ok()?;
        Some((found.mtime(), found.mtime_nsec(), found.ctime(), found.ctime_nsec(), found.len(), found.ino()))
    })
}

fn read(files: &TlsFiles) -> Result<Loaded, String> {
    let certificates = certificates(&files.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|error| format!("{} holds no key in PEM ({error})", files.key.display()))?;
    let fingerprint = if is_vouched_for(&certificates) { None } else { fingerprint(&certificates) };
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&version::TLS13, &version::TLS12])
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key))
        .map_err(|error| format!("the certificate and the key cannot be used together ({error})"))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Loaded { config: Arc::new(config), fingerprint })
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let wrong = |error| format!("{} holds no certificate in PEM ({error})", file.display());
    let certificates: Vec<_> = CertificateDer::pem_file_iter(file).and_then(Iterator::collect).map_err(wrong)?;
    if certificates.is_empty() {
        return Err(format!("{} holds no certificate in PEM", file.display()));
    }
    Ok(certificates)
}

/// SHA-256 of the key that the certificate is about: it stays when the certificate is renewed with the same key.
fn fingerprint(certificates: &[CertificateDer<'_>]) -> Option<[u8; 32]> {
    let parsed = ParsedCertificate::try_from(certificates.first()?).ok()?;
    Some(Sha256::digest(parsed.subject_public_key_info()).into())
}

/// Whether a public authority signed it, whatever the time is: one that has run out is renewed, and is no reason to
/// know it by its fingerprint from then on.
fn is_vouched_for(certificates: &[CertificateDer<'_>]) -> bool {
    let Some((first, rest)) = certificates.split_first() else { return false };
    let Ok(parsed) = ParsedCertificate::try_from(first) else { return false };
    let roots: RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    let algorithms = ring::default_provider().signature_verification_algorithms;
    let at =
        |now| rustls::client::verify_server_cert_signed_by_trust_anchor(&parsed, &roots, rest, now, algorithms.all);
    match at(UnixTime::now()) {
        Ok(()) => true,
        Err(Error::InvalidCertificate(CertificateError::ExpiredContext { not_after: then, .. }))
        | Err(Error::InvalidCertificate(CertificateError::NotValidYetContext { not_before: then, .. })) => {
            at(then).is_ok()
        }
        Err(_) => false,
    }
}
