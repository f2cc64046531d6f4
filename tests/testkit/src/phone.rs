//! A phone in a terminal: the binary `footbridge` over a store folder of its own.
//!
//! Used by every story. Invariant: every call is a process of its own, as when an app is killed
//! between two taps; what it prints with `--json` is read strictly.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::binaries::binary;
use crate::link::Link;
use crate::process::{Ended, Errors, Running, live_later, run};
use crate::server::{Server, copy_folder};

/// A phone (or tablet) and who holds it. Dropping it removes its store.
pub struct Phone {
    name: String,
    folder: TempDir,
    link: Option<Arc<Link>>,
    passphrase: Option<String>,
    days_later: i64,
    environment: Vec<(String, OsString)>,
}

/// How a call was refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusal {
    /// The exit code.
    pub code: i32,
    /// The public kind of error.
    pub error: String,
    /// The sentence for a person.
    pub message: String,
    /// The field, where it is about one.
    pub field: Option<String>,
    /// All of it.
    pub whole: Value,
}

impl Phone {
    /// A phone out of the box, far from any network.
    #[track_caller]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            folder: tempfile::Builder::new().prefix("footbridge-").tempdir().expect("a folder for the phone"),
            link: None,
            passphrase: None,
            days_later: 0,
            environment: Vec::new(),
        }
    }

    /// A second phone with a copy of everything in this one's folder. It shares the link, whose
    /// address is in the copied store.
    #[track_caller]
    pub fn copied(&self) -> Self {
        let copy = Self {
            link: self.link.clone(),
            passphrase: self.passphrase.clone(),
            days_later: self.days_later,
            ..Self::new(&self.name)
        };
        copy_folder(self.folder.path(), copy.folder.path());
        copy
    }

    /// Who holds it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The folder of its store.
    pub fn store(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// A folder beside the store, for files to import and the like.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// From now on every call is given this passphrase.
    pub fn unlock_with(&mut self, passphrase: Option<&str>) {
        self.passphrase = passphrase.map(str::to_owned);
    }

    /// From now on its clock is so many days ahead.
    pub fn live_days_later(&mut self, days: i64) {
        self.days_later = days;
    }

    /// From now on this is its link.
    pub(crate) fn over(mut self, link: Link) -> Self {
        self.link = Some(Arc::new(link));
        self
    }

    /// From now on every call has these variables in its environment, and those of before no more.
    pub fn surround_with(&mut self, environment: Vec<(String, OsString)>) {
        self.environment = environment;
    }

    /// Its link to the server, once it has one.
    #[track_caller]
    pub fn link(&self) -> &Link {
        self.link.as_ref().expect("a phone that has joined has a link")
    }

    /// A call of its binary with `--json`.
    pub fn call(&self, arguments: &[&str]) -> Command {
        let mut command = self.plain_call(&["--json"]);
        command.args(arguments);
        command
    }

    /// A call of its binary for a person's eyes.
    pub fn plain_call(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary("footbridge"));
        command.arg("--store").arg(self.store()).args(arguments).env_remove("FOOTBRIDGE_PASSPHRASE");
        if let Some(passphrase) = &self.passphrase {
            command.env("FOOTBRIDGE_PASSPHRASE", passphrase);
        }
        live_later(&mut command, self.days_later);
        command.envs(self.environment.iter().cloned());
        command
    }

    /// The same phone with this link, over which it then joins.
    pub fn linked(mut self, link: Link) -> Self {
        self.link = Some(Arc::new(link));
        self
    }

    /// Runs a call with `--json` to its end within so much memory, however that is.
    #[track_caller]
    pub fn run_within(&self, kilobytes: u64, arguments: &[&str]) -> Ended {
        let call = self.call(arguments);
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -v \"$1\"; shift; exec \"$@\"", "sh", &kilobytes.to_string()]);
        command.arg(call.get_program()).args(call.get_args()).env("MALLOC_ARENA_MAX", "1");
        run(command, "")
    }

    /// Runs a call with `--json` to its end, however that is.
    #[track_caller]
    pub fn run(&self, arguments: &[&str], input: &str) -> Ended {
        run(self.call(arguments), input)
    }

    /// Runs a call for a person's eyes to its end and gives what it printed.
    #[track_caller]
    pub fn read(&self, arguments: &[&str]) -> String {
        let ended = run(self.plain_call(arguments), "");
        assert_eq!(ended.code, Some(0), "{}: {arguments:?}: {}", self.name, ended.stderr);
        ended.stdout
    }

    /// Starts a call that runs on, such as `sync --watch`.
    #[track_caller]
    pub fn start(&self, arguments: &[&str]) -> Watch {
        Watch(Running::start(self.call(arguments), "", &Errors::Kept))
    }

    /// Runs a call that succeeds, and gives the JSON values it printed, one a line.
    #[track_caller]
    pub fn lines(&self, arguments: &[&str], input: &str) -> Vec<Value> {
        let ended = self.run(arguments, input);
        assert_eq!(ended.code, Some(0), "{}: {arguments:?} {input}: {}", self.name, ended.stderr);
        values(&ended.stdout)
    }

    /// Runs a call that succeeds with exactly one JSON value.
    #[track_caller]
    pub fn ask(&self, arguments: &[&str]) -> Value {
        self.ask_with(arguments, "")
    }

    /// The same, with this standard input.
    #[track_caller]
    pub fn ask_with(&self, arguments: &[&str], input: &str) -> Value {
        let mut values = self.lines(arguments, input);
        assert_eq!(values.len(), 1, "{}: {arguments:?} prints one value: {values:?}", self.name);
        values.remove(0)
    }

    /// Runs a call that is refused, with one error and no answer.
    #[track_caller]
    pub fn refused(&self, arguments: &[&str], input: &str) -> Refusal {
        let ended = self.run(arguments, input);
        let code = ended.code.unwrap_or_else(|| panic!("{}: {arguments:?} was ended by a signal", self.name));
        assert_ne!(code, 0, "{}: {arguments:?} {input} is refused, but answered {}", self.name, ended.stdout);
        let mut errors = values(&ended.stderr);
        errors.retain(|value| value.get("error").is_some());
        assert_eq!(errors.len(), 1, "{}: {arguments:?} says one error: {}", self.name, ended.stderr);
        refusal(code, errors.remove(0))
    }

    /// Joins by an invitation, over a link of its own.
    #[track_caller]
    pub fn join(&mut self, server: &Server, invitation: &str) -> Value {
        let url = self.routed(server, invitation);
        self.ask(&["join", &url])
    }

    /// The invitation as it leads over this phone's own link, which is made where there is none.
    #[track_caller]
    pub fn routed(&mut self, server: &Server, invitation: &str) -> String {
        let link = self.link.get_or_insert_with(|| Arc::new(server.link()));
        let (scheme, rest) = invitation.split_once("://").expect("an invitation is an address");
        let (_, rest) = rest.split_once("/join#").expect("an invitation leads to /join and has a fragment");
        format!("{scheme}://{}/join#{rest}", link.address())
    }

    /// Records one thing and gives its id.
    #[track_caller]
    pub fn add(&self, kind: &str, fields: &Value) -> String {
        id(&self.ask_with(&["add", kind], &fields.to_string()))
    }

    /// Records a visit in the street of Dalhem today, with these fields more or instead.
    #[track_caller]
    pub fn visit(&self, fields: &Value) -> String {
        let mut visit = json!({"happened_at": "2026-03-02T10:00:00+01:00", "kind": "street", "district": "Dalhem"});
        for (name, value) in fields.as_object().expect("fields") {
            visit[name] = value.clone();
        }
        self.add("visit", &visit)
    }

    /// Records a note on a visit or contact.
    #[track_caller]
    pub fn note(&self, on: &str, text: &str) -> String {
        self.add("note", &json!({"on": on, "text": text}))
    }

    /// Changes fields of a record.
    #[track_caller]
    pub fn edit(&self, id: &str, fields: &Value) {
        self.lines(&["edit", id], &fields.to_string());
    }

    /// A record as it is shown.
    #[track_caller]
    pub fn show(&self, id: &str) -> Value {
        self.ask(&["show", id])
    }

    /// True where a record can be shown here.
    #[track_caller]
    pub fn has(&self, id: &str) -> bool {
        let ended = self.run(&["show", id], "");
        if ended.code == Some(0) {
            return true;
        }
        let errors = values(&ended.stderr);
        assert_eq!(errors.last().map(|error| &error["error"]), Some(&json!("not_found")), "{}", ended.stderr);
        false
    }

    /// The items of a list that is asked for whole.
    #[track_caller]
    pub fn items(&self, arguments: &[&str]) -> Vec<Value> {
        let answer = self.ask(arguments);
        answer["items"].as_array().unwrap_or_else(|| panic!("{arguments:?} answers with items: {answer}")).clone()
    }

    /// The ids of such a list, in its order.
    #[track_caller]
    pub fn ids(&self, arguments: &[&str]) -> Vec<String> {
        self.items(arguments).iter().map(id).collect()
    }

    /// Syncs to the end.
    #[track_caller]
    pub fn sync(&self) -> Value {
        self.ask(&["sync"])
    }
}

/// A call that runs on.
pub struct Watch(Running);

impl Watch {
    /// The next JSON value that it prints.
    #[track_caller]
    pub fn value(&mut self) -> Value {
        let line = self.0.line().expect("it goes on");
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("one JSON value a line ({error}): {line}"))
    }

    /// Stops it as Ctrl-C does, and gives its exit code.
    #[track_caller]
    pub fn interrupt(self) -> Option<i32> {
        self.0.signal("INT").code()
    }

    /// Waits for its own end, and gives its exit code.
    #[track_caller]
    pub fn ended(self) -> Option<i32> {
        self.0.ended().code
    }

    /// Ends it at once, as when the battery is taken out.
    pub fn kill(mut self) {
        self.0.kill();
    }

    /// Ends it at once, and gives what it had said by then; its exit code is none where it had not ended by itself.
    #[track_caller]
    pub fn killed(mut self) -> Ended {
        self.0.strike();
        self.0.ended()
    }
}

/// The id of what was printed.
#[track_caller]
fn id(value: &Value) -> String {
    value["id"].as_str().unwrap_or_else(|| panic!("it has an id: {value}")).to_owned()
}

/// The JSON values of an output, one a line.
#[track_caller]
fn values(output: &str) -> Vec<Value> {
    let read = |line: &str| {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("one JSON value a line ({error}): {line}"))
    };
    output.lines().map(read).collect()
}

fn refusal(code: i32, whole: Value) -> Refusal {
    let text = |name: &str| whole[name].as_str().map(str::to_owned);
    Refusal {
        code,
        error: text("error").unwrap_or_default(),
        message: text("message").unwrap_or_default(),
        field: text("field"),
        whole,
    }
}
