//! `footbridge-server --data DIR COMMAND`: reads the arguments, asks the server that runs or opens the folder itself,
//! and says what came of it. Called by `main`. Invariant: with `--json` standard output holds one JSON value a line and
//! standard error, beside the log, `{"error", "message"}`; without, sentences.

mod arguments;
mod sentences;

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Parser;
use footbridge_model::{Clock, clean};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use crate::admin::error::AdminErrorKind;
use crate::admin::{AdminError, AdminRequest, execute, socket};
use crate::backup::{self, BackupOptions};
use crate::environment::{SystemClock, SystemRandom};
use crate::error::ServerError;
use crate::restore::{self, RestoreOptions};
use crate::serve::{self, Listening, ServeOptions};
use crate::state::{self, DATABASE, ServerState};
use crate::{files, identity};
use arguments::{Arguments, Asked};

/// How long a command waits for another to be done with the folder, or for a server to come up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs the binary.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let wants_json = arguments.iter().any(|argument| argument == "--json");
    let parsed = match Arguments::try_parse_from(&arguments) {
        Ok(parsed) => parsed,
        Err(error) if wants_json && error.use_stderr() => {
            let message = error.render().to_string();
            return refuse(true, &AdminError::new(AdminErrorKind::Invalid, message.trim()));
        }
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let done = match parsed.asked() {
        Ok(Asked::Serve(options)) => serve(&parsed.data, parsed.json, options),
        Ok(Asked::Backup(options)) => backup(&parsed.data, &options, parsed.json)
            .map(|value| write_out(&if parsed.json { value.to_string() } else { sentences::backed_up(&value) })),
        Ok(Asked::Restore(options)) => restore(&parsed.data, &options)
            .map(|value| write_out(&if parsed.json { value.to_string() } else { sentences::restored(&value) })),
        Ok(Asked::Admin(request)) => administer(&parsed.data, &request).map(|value| say(parsed.json, &request, &value)),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(parsed.json, &error),
    }
}

fn refuse(as_json: bool, error: &AdminError) -> ExitCode {
    let line = if as_json {
        serde_json::to_string(error).unwrap_or_default()
    } else {
        format!("footbridge-server: {}", error.message)
    };
    let _ = writeln!(std::io::stderr(), "{}", harmless(as_json, &line));
    ExitCode::from(error.error.exit_code())
}

fn say(as_json: bool, request: &AdminRequest, value: &Value) {
    let is_terminal = std::io::stdout().is_terminal();
    let said = if as_json { value.to_string() } else { sentences::told(request, value, is_terminal) };
    write_out(&harmless(as_json, &said));
}

/// Without what could steer a terminal, whatever somebody is called.
fn harmless(as_json: bool, said: &str) -> std::borrow::Cow<'_, str> {
    if as_json { clean::shown_json(said) } else { clean::shown_lines(said) }
}

fn write_out(said: &str) {
    let _ = writeln!(std::io::stdout().lock(), "{said}");
}

/// Beside a server that runs as well as without one: it reads the folder itself.
fn backup(data: &Path, options: &BackupOptions, as_json: bool) -> Result<Value, AdminError> {
    let made = backup::make(data, options, SystemClock.now());
    lend_back(data)?;
    let made = made?;
    if options.to.is_empty() {
        let message =
            "the backup is not encrypted, and holds the server's key and all that was recorded: --to encrypts it";
        let warning = json!({ "warning": "not_encrypted", "message": message });
        let line = if as_json { warning.to_string() } else { format!("footbridge-server: {message}") };
        let _ = writeln!(std::io::stderr(), "{line}");
    }
    Ok(made)
}

/// What root did in a folder of somebody else's is hers.
fn lend_back(data: &Path) -> Result<(), AdminError> {
    files::give_to_owner(data).map_err(backup::failed_at("giving the files to the folder's owner", data))
}

/// Refuses a folder that no server was made in: a name that was mistyped makes nothing.
fn must_be_there(data: &Path) -> Result<(), AdminError> {
    if data.join(DATABASE).is_file() || data.join(identity::FILE).is_file() {
        return Ok(());
    }
    let message = format!(
        "data: there is no server in {}. `programme create` and `serve` make one there; --data names the folder",
        data.display()
    );
    Err(AdminError { error: AdminErrorKind::NotFound, message, field: Some("data".to_owned()) })
}

/// Only where no server runs.
fn restore(data: &Path, options: &RestoreOptions) -> Result<Value, AdminError> {
    state::make_folder(data)?;
    let Some(_lock) = socket::try_lock(data)? else {
        let message = "the data folder is in use: stop the server that runs in it, then restore";
        return Err(AdminError::new(AdminErrorKind::Locked, message));
    };
    let restored = restore::restore(data, options, Arc::new(SystemClock), Arc::new(SystemRandom));
    runtime(Builder::new_current_thread())?.block_on(restored)
}

/// Logs where a thread panicked, and not with which words: they may hold what somebody told.
fn tell_where_it_panicked(panicked: &std::panic::PanicHookInfo<'_>) {
    let (file, line) = panicked.location().map_or(("", 0), |place| (place.file(), place.line()));
    tracing::error!(file, line, "a thread panicked");
}

fn serve(data: &Path, as_json: bool, options: ServeOptions) -> Result<(), AdminError> {
    log_to_stderr(as_json);
    std::panic::set_hook(Box::new(tell_where_it_panicked));
    let runtime = runtime(Builder::new_multi_thread())?;
    state::make_folder(data)?;
    let Some(_lock) = socket::try_lock(data)? else {
        let message = "the data folder is in use: another server runs in it";
        return Err(AdminError::new(AdminErrorKind::Locked, message));
    };
    runtime.block_on(async {
        let state = open(data).await?;
        let identity = sentences::hex(state.identity().public().as_bytes());
        let ready = |at: Listening| {
            let Listening { address, url, redirecting } = at;
            let line = if as_json {
                let redirecting = redirecting.map(|address| address.to_string());
                json!({ "listening": address.to_string(), "url": url, "redirecting": redirecting, "identity": identity })
                    .to_string()
            } else {
                format!("Footbridge listens on {url} (identity {identity}). Stop it with Ctrl-C.")
            };
            let mut out = std::io::stdout().lock();
            let _ = writeln!(out, "{line}").and_then(|()| out.flush());
        };
        serve::run(state, data, options, ready).await
    })
}

/// Asks the server that runs; where none does, opens the folder itself.
fn administer(data: &Path, request: &AdminRequest) -> Result<Value, AdminError> {
    if matches!(request, AdminRequest::CreateProgramme { .. }) {
        state::make_folder(data)?;
    } else {
        must_be_there(data)?;
    }
    let begun = Instant::now();
    loop {
        if let Some(lock) = socket::try_lock(data)? {
            let runtime = runtime(Builder::new_current_thread())?;
            let answer = runtime.block_on(async {
                let state = open(data).await?;
                let answer = execute(&state, request.clone()).await;
                state.stop().await;
                answer
            });
            drop(lock);
            lend_back(data)?;
            return answer;
        }
        if let Some(answer) = socket::ask(data, request) {
            return answer;
        }
        if begun.elapsed() > PATIENCE {
            let message = "the data folder is in use, and no server answers in it";
            return Err(AdminError::new(AdminErrorKind::Locked, message));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

async fn open(data: &Path) -> Result<ServerState, ServerError> {
    ServerState::open(data, Arc::new(SystemClock), Arc::new(SystemRandom)).await
}

fn runtime(mut builder: Builder) -> Result<Runtime, AdminError> {
    builder
        .enable_all()
        .build()
        .map_err(|error| AdminError::new(AdminErrorKind::Listen, format!("cannot start: {error}")))
}

/// The log: routes, statuses and durations; nothing of a record, no address, no device. A panic is logged by where it
/// was, not by what it said.
fn log_to_stderr(as_json: bool) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("FOOTBRIDGE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    // It would tell of what is in the documents, and takes its time to.
    let filter = match "automerge=off".parse() {
        Ok(silent) => filter.add_directive(silent),
        Err(_) => filter,
    };
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    // A second logger in one process, as in tests, is no harm.
    let _ = if as_json { log.json().flatten_event(true).try_init() } else { log.try_init() };
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "a panic");
    }));
}
