//! A certificate that no authority signed, and a connection that is encrypted by hand: both by the program `openssl`.
//!
//! Used by the tests of TLS. Invariant: its files stay where they are, whatever is written into them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::process::{Errors, Running, run};

/// A certificate with its key, in a folder of its own.
pub struct Certificate {
    folder: TempDir,
}

impl Certificate {
    /// A new key, and a certificate of it.
    #[track_caller]
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("footbridge-").tempdir().expect("a folder for the certificate");
        let certificate = Self { folder };
        certificate.replace();
        certificate
    }

    /// The file with the certificate.
    pub fn certificate(&self) -> PathBuf {
        self.folder.path().join("certificate.pem")
    }

    /// The file with its key.
    pub fn key(&self) -> PathBuf {
        self.folder.path().join("key.pem")
    }

    /// The options of `serve` that name both.
    pub fn options(&self) -> [String; 4] {
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        ["--tls-cert".to_owned(), text(self.certificate()), "--tls-key".to_owned(), text(self.key())]
    }

    /// Another key and another certificate in the same files.
    #[track_caller]
    pub fn replace(&self) {
        let curve = "ec_paramgen_curve:prime256v1";
        openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", curve, "-out", &self.key().to_string_lossy()]);
        self.renew();
    }

    /// Another certificate of the same key in the same file.
    #[track_caller]
    pub fn renew(&self) {
        let (key, certificate) = (self.key(), self.certificate());
        let new = certificate.with_extension("new");
        openssl(&[
            "req",
            "-x509",
            "-days",
            "30",
            "-subj",
            "/CN=bru.example",
            "-addext",
            "subjectAltName=DNS:bru.example",
            "-key",
            &key.to_string_lossy(),
            "-out",
            &new.to_string_lossy(),
        ]);
        std::fs::rename(new, certificate).expect("the new certificate takes the old one's place");
    }

    /// Its serial number, as `openssl` writes it.
    #[track_caller]
    pub fn serial(&self) -> String {
        openssl(&["x509", "-noout", "-serial", "-in", &self.certificate().to_string_lossy()])
    }
}

impl Default for Certificate {
    fn default() -> Self {
        Self::new()
    }
}

/// An encrypted connection to a server, on which a test writes what it likes.
pub struct Encrypted(Running);

impl Encrypted {
    /// Connects, whoever the server is.
    #[track_caller]
    pub fn open(to: SocketAddr) -> Self {
        let mut command = Command::new("openssl");
        command.args(["s_client", "-quiet", "-verify_quiet", "-connect", &to.to_string()]);
        Self(Running::start_listening(command, &Errors::Kept))
    }

    /// Asks for a path, keeps the connection, and gives the status and the last line of an answer with a body of one.
    #[track_caller]
    pub fn ask(&mut self, path: &str) -> (String, String) {
        self.0.write(&format!("GET {path} HTTP/1.1\r\nHost: bru.example\r\n\r\n"));
        let mut next = || self.0.line().expect("the connection stays");
        let status = next();
        while !next().trim().is_empty() {}
        (status.trim().to_owned(), next())
    }
}

/// The serial number of the certificate by which a server answers just now.
#[track_caller]
pub fn serial_at(to: SocketAddr) -> String {
    let mut command = Command::new("sh");
    command.args([
        "-c",
        "openssl s_client -connect \"$1\" < /dev/null 2> /dev/null | openssl x509 -noout -serial",
        "sh",
    ]);
    command.arg(to.to_string());
    run(command, "").stdout.trim().to_owned()
}

#[track_caller]
fn openssl(arguments: &[&str]) -> String {
    let mut command = Command::new("openssl");
    command.args(arguments);
    let ended = run(command, "");
    assert_eq!(ended.code, Some(0), "openssl {arguments:?}: {}", ended.stderr);
    ended.stdout.trim().to_owned()
}
