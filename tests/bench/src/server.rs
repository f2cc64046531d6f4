//! The server as a process over a folder, and its commands.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use crate::process::ourselves;

/// The first argument with which this executable is the server.
pub const OURSELVES: &str = "--server";

/// A server that runs. Dropping it stops it as an administrator does.
pub struct Server {
    data: PathBuf,
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts it over this folder and waits until it is ready.
    pub fn start(data: &Path) -> anyhow::Result<Self> {
        let mut child = ourselves()?
            .arg(OURSELVES)
            .arg("--data")
            .arg(data)
            .args(["--json", "serve", "--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("starting the server")?;
        let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
        let address = loop {
            let line = lines.next().context("the server says where it listens")??;
            let said: Value = serde_json::from_str(&line).unwrap_or_default();
            if let Some(address) = said["listening"].as_str().and_then(|address| address.parse().ok()) {
                break address;
            }
        };
        // What it says later is nobody's, and must not stop it.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { data: data.to_owned(), child, address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Runs one of its commands beside it.
    pub fn ask(&self, arguments: &[&str]) -> anyhow::Result<Value> {
        ask(&self.data, arguments)
    }

    /// An invitation into a programme.
    pub fn invitation(&self, programme: &str, role: &str, name: &str) -> anyhow::Result<String> {
        let answer = self.ask(&["invite", programme, "--role", role, "--name", name, "--district", "Dalhem"])?;
        answer["url"].as_str().map(str::to_owned).context("the invitation")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if pid.is_none_or(|pid| kill_process(pid, Signal::TERM).is_err()) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}

/// Runs one of the server's commands over a folder.
pub fn ask(data: &Path, arguments: &[&str]) -> anyhow::Result<Value> {
    let output = ourselves()?
        .arg(OURSELVES)
        .arg("--data")
        .arg(data)
        .arg("--json")
        .args(arguments)
        .output()
        .context("running a command of the server")?;
    if !output.status.success() {
        bail!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).context("what a command of the server answers")
}
