//! What may be typed after `footbridge`: the commands, their arguments and the options that all of them
//! take. Called by `main`. Scripts rely on every name in this file: names are added, never changed.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use footbridge_client::Role;
use footbridge_text::Language;

/// How many items a list has unless `--limit` says otherwise.
pub const LIMIT: usize = 50;

/// A phone in a terminal: records conversations, with or without a network, and sends them when there is one.
#[derive(Debug, Parser)]
#[command(
    name = "footbridge",
    version,
    disable_help_subcommand = true,
    arg_required_else_help = true,
    after_help = "Exit codes and the JSON form of every command are in core/cli/README.md."
)]
pub struct Arguments {
    /// The folder in which this phone keeps everything; made where it is missing.
    #[arg(long, global = true, value_name = "DIR", env = "FOOTBRIDGE_STORE")]
    pub store: Option<PathBuf>,
    /// The file with the key of the store; made where it is missing [default: DIR/key].
    #[arg(long, global = true, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// The language to speak: nb, sv or en [default: that of the terminal].
    #[arg(long, global = true, value_name = "CODE", value_parser = language)]
    pub lang: Option<Language>,
    /// For scripts: one JSON value a line.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Join a programme by an invitation.
    Join {
        /// The whole link of the invitation.
        url: String,
        /// What you call this device, so that a coordinator knows which one is lost.
        #[arg(long, value_name = "NAME")]
        device: Option<String>,
    },
    /// Leave the programme; its records leave this phone.
    Leave {
        /// Also where something was not sent, which is then lost.
        #[arg(long)]
        even_unsent: bool,
    },
    /// Record something: a JSON object, or one on each line.
    Add {
        /// visit, note, contact, follow_up or code.
        kind: String,
        /// The file to read, or - for what comes in [default: what comes in].
        file: Option<PathBuf>,
    },
    /// Change fields of a record: a JSON object with these fields only; null clears.
    Edit {
        /// The record.
        id: String,
        /// The file to read, or - for what comes in [default: what comes in].
        file: Option<PathBuf>,
        /// How many notes the edit may erase, where nobody can be asked.
        #[arg(long, value_name = "NUMBER")]
        erases: Option<u64>,
    },
    /// Make a draft a record that others see.
    Done {
        /// The draft.
        id: String,
    },
    /// Take back a visit of your own; it is counted nowhere.
    Withdraw {
        /// The visit.
        id: String,
        /// Let it count again.
        #[arg(long)]
        undo: bool,
    },
    /// Delete a draft or note of your own, or, as a coordinator, any record with what is on it: everywhere, for good.
    Delete {
        /// The record.
        id: String,
    },
    /// Take back earlier words of a record of your own, its history included: a JSON object as for edit.
    Reword {
        /// The record.
        id: String,
        /// The file to read, or - for what comes in [default: what comes in].
        file: Option<PathBuf>,
    },
    /// Give a follow-up to a person, or open it to the volunteers of a district.
    Give {
        /// The follow-up.
        id: String,
        /// The person: her id, or her name as the programme has it.
        #[arg(long, value_name = "PERSON", conflicts_with = "open", required_unless_present = "open")]
        to: Option<String>,
        /// The district.
        #[arg(long, value_name = "DISTRICT")]
        open: Option<String>,
    },
    /// Show one record.
    Show {
        /// The record.
        id: String,
    },
    /// List records of a kind, the newest first.
    List(List),
    /// Search the words of all records.
    Search {
        /// Words, or how they begin.
        #[arg(required = true, value_name = "TEXT")]
        text: Vec<String>,
        #[command(flatten)]
        page: Page,
    },
    /// Who said what in a record, and when.
    Timeline {
        /// The record.
        id: String,
        #[command(flatten)]
        page: Page,
    },
    /// Where two people answered differently.
    Conflicts {
        #[command(flatten)]
        page: Page,
    },
    /// Choose an answer where two people answered differently.
    Settle {
        /// The record.
        id: String,
        /// The field.
        field: String,
        /// The answer: JSON, or else words as they are. It may be a third one.
        #[arg(allow_negative_numbers = true)]
        value: String,
    },
    /// Follow-ups that are open, the first due first.
    Due {
        #[command(flatten)]
        page: Page,
    },
    /// Whether everything is safe, and what needs doing.
    Status {
        /// Do not show again what was deleted.
        #[arg(long)]
        dismiss: bool,
    },
    /// Send what is here and fetch what is new.
    Sync {
        /// Go on until stopped (Ctrl-C).
        #[arg(long)]
        watch: bool,
    },
    /// Import a log that was kept in a spreadsheet (CSV).
    Import {
        /// The file.
        file: PathBuf,
        /// How its columns and words are meant [default: the conversation log's].
        #[arg(long, value_name = "FILE.toml")]
        mapping: Option<PathBuf>,
        /// Only show what would be done.
        #[arg(long)]
        dry_run: bool,
        /// Take rows that say the same as one before them for conversations of their own.
        #[arg(long)]
        repeated: bool,
    },
    /// Write all records of a kind to standard output.
    Export {
        /// The kind of record.
        kind: String,
        /// For scripts (jsonl) or for a spreadsheet (csv).
        #[arg(long)]
        format: Format,
        /// With what people read (names, labels) beside codes and ids, in your language.
        #[arg(long)]
        labels: bool,
    },
    /// The fields of a kind, as JSON Schema.
    Schema {
        /// The kind of record.
        kind: String,
    },
    /// For coordinators: invite somebody, or a further device of somebody who is there.
    Invite(Invite),
    /// For coordinators: make a person a volunteer of these districts, or a coordinator.
    Role {
        /// The person: her id, or her name as the programme has it.
        #[arg(long, value_name = "PERSON")]
        person: String,
        /// As what.
        role: RoleName,
        /// A district where she is a volunteer; may stand several times.
        #[arg(long = "district", value_name = "DISTRICT")]
        districts: Vec<String>,
    },
    /// For coordinators: take away the rights of a person with all her devices, or of one of them.
    Revoke {
        /// The person: her id, or her name as the programme has it.
        #[arg(long, value_name = "PERSON")]
        person: String,
        /// Only this device of hers.
        #[arg(long, value_name = "ID")]
        device: Option<String>,
        /// The device is lost: it tries once to hand over what it has not sent, and empties itself in any case.
        #[arg(long)]
        wipe: bool,
    },
    /// For coordinators: give a person her rights back.
    Reinstate {
        /// The person: her id, or her name as the programme has it.
        #[arg(long, value_name = "PERSON")]
        person: String,
    },
    /// For coordinators: a link that signs your own browser in to the review pages, once.
    Review,
    /// For coordinators: what revoked devices handed over.
    Quarantine,
    /// For coordinators: take an entry of the quarantine over.
    Take {
        /// The entry.
        id: String,
    },
    /// Throw away what the server would not take of a record; for coordinators, an entry of the quarantine.
    Discard {
        /// The record or the entry.
        id: String,
    },
}

/// Whom to invite.
#[derive(Debug, Args)]
pub struct Invite {
    /// What somebody new is called.
    #[arg(long, value_name = "NAME", required_unless_present = "person", requires = "role")]
    pub name: Option<String>,
    /// As what she joins.
    #[arg(long, requires = "name")]
    pub role: Option<RoleName>,
    /// A district where she is a volunteer; may stand several times.
    #[arg(long = "district", value_name = "DISTRICT", requires = "name")]
    pub districts: Vec<String>,
    /// Somebody who is there and has a further device: her id, or her name.
    #[arg(long, value_name = "PERSON", conflicts_with = "name")]
    pub person: Option<String>,
    /// For how many days it can be used, at most 7; a coordinator's for one [default: 7].
    #[arg(long, value_name = "N")]
    pub days: Option<u32>,
}

/// What a person is in a programme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Talks with women and records it.
    Volunteer,
    /// Sees everything that is done.
    Coordinator,
}

impl From<RoleName> for Role {
    fn from(role: RoleName) -> Self {
        match role {
            RoleName::Volunteer => Self::Volunteer,
            RoleName::Coordinator => Self::Coordinator,
        }
    }
}

/// Which records to list.
#[derive(Debug, Args)]
pub struct List {
    /// The kind of record.
    pub kind: String,
    /// Not before this day or time.
    #[arg(long, value_name = "T")]
    pub since: Option<String>,
    /// Not after this day or time.
    #[arg(long, value_name = "T")]
    pub until: Option<String>,
    /// Of this district.
    #[arg(long, value_name = "D")]
    pub district: Option<String>,
    /// By this person: her id, or her name as the programme has it.
    #[arg(long, value_name = "P")]
    pub author: Option<String>,
    /// In this state: draft, done, withdrawn, open or closed.
    #[arg(long, value_name = "S")]
    pub state: Option<String>,
    /// How many at most, and from where.
    #[command(flatten)]
    pub page: Page,
}

/// Which part of a long list.
#[derive(Debug, Clone, Args)]
pub struct Page {
    /// How many at most.
    #[arg(long, value_name = "N", default_value_t = LIMIT, value_parser = limit)]
    pub limit: usize,
    /// Go on from here: what the part before gave as "next".
    #[arg(long, value_name = "CURSOR")]
    pub after: Option<String>,
}

/// The form of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// A table for a spreadsheet.
    Csv,
}

/// Whether `--json` is among what was typed, before it is known to make sense.
pub fn ask_for_json(typed: &[OsString]) -> bool {
    typed.iter().take_while(|argument| *argument != "--").any(|argument| argument == "--json")
}

/// The language that the terminal speaks, by the variables of its surroundings in the order of POSIX.
pub fn surroundings_language(variable: impl Fn(&str) -> Option<OsString>) -> Language {
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(variable)
        .find(|value| !value.is_empty())
        .as_deref()
        .and_then(OsStr::to_str)
        .map_or(Language::English, Language::from_tag)
}

fn language(typed: &str) -> Result<Language, String> {
    Language::matching(typed).ok_or_else(|| Language::ALL.map(Language::code).join(", "))
}

fn limit(typed: &str) -> Result<usize, String> {
    match typed.parse() {
        Ok(number @ 1..=10_000) => Ok(number),
        _ => Err("1–10000".to_owned()),
    }
}

#[cfg(test)]
mod tests;
