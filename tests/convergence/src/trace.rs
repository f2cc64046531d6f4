//! What happened in a run, line by line, and one number for all of it. Invariant: two runs of a seed have the same
//! number, or something in them did not follow from the seed.

use sha2::{Digest, Sha256};

/// The lines so far.
#[derive(Debug, Default)]
pub struct Trace {
    lines: Vec<String>,
    hash: Sha256,
}

impl Trace {
    /// Adds a line.
    pub fn line(&mut self, line: String) {
        self.hash.update(line.as_bytes());
        self.hash.update(b"\n");
        self.lines.push(line);
    }

    /// Adds bytes that crossed the network: to the number, not to the lines.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.hash.update(Sha256::digest(bytes));
    }

    /// The number of everything so far.
    pub fn hash(&self) -> String {
        self.hash.clone().finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// The lines so far.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}
