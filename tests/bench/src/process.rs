//! Parts that are processes of their own: this executable, started anew in a role, or a program of another language.
//! Told and answering in JSON, one value a line. Invariant: a part ends when what started it is dropped.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The first argument of a part.
pub const ROLE: &str = "--role";

/// A part that runs.
pub struct Part {
    role: &'static str,
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
}

impl Part {
    /// Starts this executable in a role.
    pub fn start(role: &'static str) -> anyhow::Result<Self> {
        let mut command = ourselves()?;
        command.args([OsString::from(ROLE), role.into()]);
        Self::of(role, command)
    }

    /// Starts another program that speaks as a part does.
    pub fn of(role: &'static str, mut command: Command) -> anyhow::Result<Self> {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().with_context(|| format!("starting {role}"))?;
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().context("its output")?);
        Ok(Self { role, child, stdin, stdout })
    }

    /// Tells it something and waits for its answer.
    pub fn ask<T: DeserializeOwned>(&mut self, told: &impl Serialize) -> anyhow::Result<T> {
        self.tell(told)?;
        self.answer()
    }

    /// Tells it something.
    pub fn tell(&mut self, told: &impl Serialize) -> anyhow::Result<()> {
        let stdin = self.stdin.as_mut().context("it is told nothing more")?;
        let line = format!("{}\n", serde_json::to_string(told)?);
        stdin.write_all(line.as_bytes()).with_context(|| format!("telling {}", self.role))
    }

    /// Waits for its next answer.
    pub fn answer<T: DeserializeOwned>(&mut self) -> anyhow::Result<T> {
        let mut line = String::new();
        if self.stdout.read_line(&mut line)? == 0 {
            bail!("{} ended without an answer", self.role);
        }
        serde_json::from_str(&line).with_context(|| format!("what {} answers", self.role))
    }

    /// Its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // It ends when nothing more is said to it; where it does not, it has nothing to lose.
        drop(self.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// This executable, to be started anew.
pub fn ourselves() -> anyhow::Result<Command> {
    Ok(Command::new(std::env::current_exe().context("finding this executable")?))
}

/// The other end, in the part itself.
pub struct Talk {
    lines: std::io::Lines<std::io::StdinLock<'static>>,
}

impl Talk {
    /// Over this process' standard input and output.
    pub fn begin() -> Self {
        Self { lines: std::io::stdin().lines() }
    }

    /// What it is told next; `None` where it is to end.
    pub fn next<T: DeserializeOwned>(&mut self) -> anyhow::Result<Option<T>> {
        match self.lines.next() {
            Some(line) => Ok(Some(serde_json::from_str(&line?).context("what a part is told")?)),
            None => Ok(None),
        }
    }

    /// Answers.
    pub fn answer(&mut self, answer: &impl Serialize) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", serde_json::to_string(answer)?)?;
        out.flush().context("answering")
    }
}
