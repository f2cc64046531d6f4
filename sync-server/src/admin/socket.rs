//! How commands reach a server that runs: a socket in the data folder, one line of JSON each way. Called by `serve` and
//! by the command line. Invariant: whoever can open the socket owns the folder; the lock says who has the database.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;

use super::error::AdminErrorKind;
use super::{AdminError, AdminRequest, execute};
use crate::error::ServerError;
use crate::files::at;
use crate::state::ServerState;

/// The socket in the data folder.
const SOCKET: &str = "admin.sock";

/// Held by whoever has the database open.
const LOCK: &str = "lock";

/// The longest line.
const LINE_BYTES: u64 = 256 * 1024;

/// How long a command waits for the server's answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest address of a socket that every system takes.
const ADDRESS_BYTES: usize = 100;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Done(Value),
    Refused(AdminError),
}

/// The right to open the database; given back when it is dropped.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

/// Takes the folder, if nobody has it.
pub fn try_lock(data: &Path) -> Result<Option<FolderLock>, ServerError> {
    let path = data.join(LOCK);
    let failed = |source| ServerError::File { attempted: "locking the data folder", source: at(&path)(source) };
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&path).map_err(failed)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(FolderLock { _file: file })),
        Err(error) if error == rustix::io::Errno::WOULDBLOCK => Ok(None),
        Err(error) => Err(failed(error.into())),
    }
}

/// The socket's address. Where the folder's path is too long for one, by way of the open folder.
fn address(data: &Path) -> std::io::Result<(PathBuf, Option<File>)> {
    let path = data.join(SOCKET);
    if path.as_os_str().len() <= ADDRESS_BYTES {
        return Ok((path, None));
    }
    let folder = File::open(data)?;
    let short = PathBuf::from(format!("/proc/self/fd/{}/{SOCKET}", folder.as_raw_fd()));
    Ok((short, Some(folder)))
}

/// Answers commands until the server stops. The caller holds the folder's lock.
pub async fn serve(state: ServerState, data: PathBuf) -> Result<(), ServerError> {
    let named = data.join(SOCKET);
    let failed = |source| ServerError::File { attempted: "opening admin.sock", source: at(&named)(source) };
    match fs::remove_file(data.join(SOCKET)) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let (path, _folder) = address(&data).map_err(failed)?;
    let listener = UnixListener::bind(&path).map_err(failed)?;
    fs::set_permissions(data.join(SOCKET), Permissions::from_mode(0o600)).map_err(failed)?;
    tokio::spawn(async move {
        loop {
            let accepted = tokio::select! {
                () = state.stopping().cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            if let Ok((stream, _)) = accepted {
                let state = state.clone();
                tokio::spawn(async move {
                    if tokio::time::timeout(PATIENCE, answer(&state, stream)).await.is_err() {
                        tracing::warn!("a command on the socket took too long");
                    }
                });
            }
        }
        let _ = fs::remove_file(data.join(SOCKET));
    });
    Ok(())
}

async fn answer(state: &ServerState, stream: tokio::net::UnixStream) {
    let (reading, mut writing) = stream.into_split();
    let mut line = String::new();
    let read = tokio::io::BufReader::new(reading.take(LINE_BYTES)).read_line(&mut line).await;
    if read.is_err() {
        return;
    }
    let answer = match serde_json::from_str::<AdminRequest>(&line) {
        Ok(request) => match execute(state, request).await {
            Ok(value) => Answer::Done(value),
            Err(error) => Answer::Refused(error),
        },
        Err(_) => Answer::Refused(AdminError::new(
            AdminErrorKind::Invalid,
            "the running server does not know this command: use the same build for both",
        )),
    };
    let mut bytes = serde_json::to_vec(&answer).unwrap_or_default();
    bytes.push(b'\n');
    // Whoever asked may have gone.
    let _ = writing.write_all(&bytes).await;
}

/// Asks the server that runs. `None` where there is none.
pub fn ask(data: &Path, request: &AdminRequest) -> Option<Result<Value, AdminError>> {
    let (path, _folder) = address(data).ok()?;
    let stream = UnixStream::connect(path).ok()?;
    Some(
        exchange(stream, request)
            .unwrap_or_else(|_| Err(AdminError::new(AdminErrorKind::Locked, "the running server did not answer"))),
    )
}

fn exchange(mut stream: UnixStream, request: &AdminRequest) -> std::io::Result<Result<Value, AdminError>> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut bytes = serde_json::to_vec(request)?;
    bytes.push(b'\n');
    stream.write_all(&bytes)?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(match serde_json::from_str(&line)? {
        Answer::Done(value) => Ok(value),
        Answer::Refused(error) => Err(error),
    })
}
