//! Asking: pages of records, timelines and disagreements, how safe everything is, exports.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use footbridge_client as client;
use serde_json::Value as Json;

use crate::Footbridge;
use crate::error::{FootbridgeError, PlatformError};
use crate::people::Revoked;
use crate::record::{Record, millis};
use crate::recording::parsed;
use crate::value::{Value, text};
use crate::words::Language;

/// What is listed, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ListQuery {
    /// The kind's name.
    pub kind: String,
    /// Not before this day or time (ISO 8601).
    #[uniffi(default = None)]
    pub since: Option<String>,
    /// Before this time, or up to the end of this day.
    #[uniffi(default = None)]
    pub until: Option<String>,
    /// In this district.
    #[uniffi(default = None)]
    pub district: Option<String>,
    /// By this person's id.
    #[uniffi(default = None)]
    pub author: Option<String>,
    /// In this state: draft, done, withdrawn, open, closed.
    #[uniffi(default = None)]
    pub state: Option<String>,
    /// On this record's id: its notes or follow-ups.
    #[uniffi(default = None)]
    pub on: Option<String>,
    /// So many; 50 where it is 0, at most 1,000.
    #[uniffi(default = 0)]
    pub limit: u32,
    /// A page's `next`.
    #[uniffi(default = None)]
    pub after: Option<String>,
}

impl From<ListQuery> for client::ListQuery {
    fn from(query: ListQuery) -> Self {
        let ListQuery { kind, since, until, district, author, state, on, limit, after } = query;
        Self { kind, since, until, district, author, state, on, limit: size(limit), after }
    }
}

/// Some records of a list.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct RecordPage {
    /// They, in the order of the list.
    pub items: Vec<Record>,
    /// Where the next page begins; absent on the last.
    pub next: Option<String>,
}

impl From<client::Page> for RecordPage {
    fn from(client::Page { items, next }: client::Page) -> Self {
        Self { items: items.into_iter().map(Into::into).collect(), next }
    }
}

/// What somebody said in a field.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Answer {
    /// What.
    pub value: Value,
    /// Who; absent where it is not known on this device.
    pub author: Option<String>,
    /// When, in milliseconds since 1970, by her clock.
    pub at: i64,
}

impl From<client::Fields> for Answer {
    fn from(fields: client::Fields) -> Self {
        let mut json = Json::Object(fields);
        Self { at: at(&json), author: text(json["author"].take()), value: json["value"].take().into() }
    }
}

/// A field on which two people disagree, until a person settles it.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Disagreement {
    /// The record's id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Which field.
    pub field: String,
    /// All answers that stand there.
    pub answers: Vec<Answer>,
}

impl From<client::Fields> for Disagreement {
    fn from(mut fields: client::Fields) -> Self {
        let mut take = |name: &str| fields.remove(name).unwrap_or(Json::Null);
        Self {
            id: text(take("id")).unwrap_or_default(),
            kind: text(take("kind")).unwrap_or_default(),
            field: text(take("field")).unwrap_or_default(),
            answers: match take("answers") {
                Json::Array(answers) => answers.into_iter().filter_map(object).map(Into::into).collect(),
                _ => Vec::new(),
            },
        }
    }
}

/// Some disagreements.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct DisagreementPage {
    /// They.
    pub items: Vec<Disagreement>,
    /// Where the next page begins; absent on the last.
    pub next: Option<String>,
}

impl From<client::Page> for DisagreementPage {
    fn from(client::Page { items, next }: client::Page) -> Self {
        Self { items: items.into_iter().map(Into::into).collect(), next }
    }
}

/// One thing that somebody said in a record.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct TimelineEntry {
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Who.
    pub author: Option<String>,
    /// In which field.
    pub field: String,
    /// What.
    pub value: Value,
}

impl From<client::Fields> for TimelineEntry {
    fn from(fields: client::Fields) -> Self {
        let mut json = Json::Object(fields);
        Self {
            at: at(&json),
            author: text(json["author"].take()),
            field: text(json["field"].take()).unwrap_or_default(),
            value: json["value"].take().into(),
        }
    }
}

/// Some of what was said in a record, the earliest first.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct TimelinePage {
    /// It.
    pub items: Vec<TimelineEntry>,
    /// Where the next page begins; absent on the last.
    pub next: Option<String>,
}

impl From<client::Page> for TimelinePage {
    fn from(client::Page { items, next }: client::Page) -> Self {
        Self { items: items.into_iter().map(Into::into).collect(), next }
    }
}

/// A record that the server would not take as it is. Nothing of it is lost.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SetAside {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// Why, by its stable name.
    pub code: String,
    /// Why, for a person.
    pub reason: String,
    /// What she can do.
    pub what_to_do: String,
}

impl From<client::SetAside> for SetAside {
    fn from(client::SetAside { id, record, code, reason, what_to_do }: client::SetAside) -> Self {
        Self { id, kind: record, code, reason, what_to_do }
    }
}

/// A record of hers that somebody took back: nothing of it is here but that it was.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct TakenBack {
    /// Its kind.
    pub kind: String,
    /// When this device learnt it, in milliseconds since 1970.
    pub at: i64,
    /// Whether something of hers in it had not been sent, and went with it.
    pub unsent: bool,
}

impl From<client::TakenBack> for TakenBack {
    fn from(client::TakenBack { record, at, unsent }: client::TakenBack) -> Self {
        Self { kind: record, at: millis(&at.into()).unwrap_or_default(), unsent }
    }
}

/// A record that the server has and this version of the app cannot read. Nothing of it is lost.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Unread {
    /// Which.
    pub id: String,
    /// Its kind, as far as it was told.
    pub kind: String,
    /// Since when, in milliseconds since 1970.
    pub at: i64,
}

impl From<client::Unread> for Unread {
    fn from(client::Unread { id, record, at }: client::Unread) -> Self {
        Self { id, kind: record, at: millis(&at.into()).unwrap_or_default() }
    }
}

/// How safe everything is.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Status {
    /// How many records are in which state: `device`, `server`, `seen`.
    pub receipts: HashMap<String, u64>,
    /// How many records have something that the server lacks.
    pub unsent: u64,
    /// How many things asked of the server wait to be sent.
    pub commands: u64,
    /// What the server would not take.
    pub set_aside: Vec<SetAside>,
    /// What the server has and this version of the app cannot read.
    pub unread: Vec<Unread>,
    /// What was taken back of hers in the last weeks.
    pub taken_back: Vec<TakenBack>,
    /// When the last sync was done, in milliseconds since 1970.
    pub last_sync: Option<i64>,
    /// Whether the device belongs to a programme.
    pub joined: bool,
    /// Which.
    pub programme: Option<String>,
    /// Whose device it is.
    pub person: Option<String>,
    /// As what she belongs to it: `volunteer`, `coordinator`.
    pub role: Option<String>,
    /// The server's address.
    pub server: Option<String>,
    /// The rights of this device were taken away.
    pub revoked: Option<Revoked>,
    /// By how many seconds this device's clock is ahead of the server's (behind where negative), where that is more
    /// than a few minutes: to be told to her.
    pub clock_off_seconds: Option<i64>,
}

impl From<client::Status> for Status {
    fn from(status: client::Status) -> Self {
        let client::Status {
            receipts,
            unsent,
            commands,
            set_aside,
            unread,
            taken_back,
            last_sync,
            joined,
            programme,
            person,
            role,
            server,
            revoked,
            clock_off_seconds,
        } = status;
        Self {
            receipts: receipts.into_iter().map(|(name, count)| (name.to_owned(), count)).collect(),
            unsent,
            commands,
            set_aside: set_aside.into_iter().map(Into::into).collect(),
            unread: unread.into_iter().map(Into::into).collect(),
            taken_back: taken_back.into_iter().map(Into::into).collect(),
            last_sync: last_sync.and_then(|at| millis(&at.into())),
            joined,
            programme,
            person,
            role: role.map(str::to_owned),
            server,
            revoked: revoked.map(Into::into),
            clock_off_seconds,
        }
    }
}

/// How records leave for another program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ExportFormat {
    /// One JSON object a line.
    Jsonl,
    /// A table that spreadsheets read.
    Csv,
}

impl From<ExportFormat> for client::ExportFormat {
    fn from(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Jsonl => Self::Jsonl,
            ExportFormat::Csv => Self::Csv,
        }
    }
}

/// Where an export goes, piece by piece: the app decides whether it ever lies unencrypted on a disk.
#[uniffi::export(with_foreign)]
pub trait ExportSink: Send + Sync {
    /// Takes the next piece. An error ends the export.
    fn write(&self, bytes: Vec<u8>) -> Result<(), PlatformError>;
}

struct Sink(Arc<dyn ExportSink>);

impl io::Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes.to_vec()).map_err(io::Error::other)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[uniffi::export]
impl Footbridge {
    /// One record, with the `version` that an edit may name as seen.
    pub async fn show(&self, id: String) -> Result<Record, FootbridgeError> {
        self.on_disk(move |client| Ok(client.show(parsed("id", &id)?)?.into())).await
    }

    /// A page of a list, the latest first.
    pub async fn list(&self, query: ListQuery) -> Result<RecordPage, FootbridgeError> {
        self.on_disk(move |client| Ok(client.list(&query.into())?.into())).await
    }

    /// A page of the records that hold all these words, or words that begin so, in any script.
    pub async fn search(&self, text: String, limit: u32, after: Option<String>) -> Result<RecordPage, FootbridgeError> {
        self.on_disk(move |client| Ok(client.search(&text, size(limit), after.as_deref())?.into())).await
    }

    /// A page of the open follow-ups that this person may answer, the earliest due first. The field `late`
    /// says whether the day has passed.
    pub async fn due(&self, limit: u32, after: Option<String>) -> Result<RecordPage, FootbridgeError> {
        self.on_disk(move |client| Ok(client.due(size(limit), after.as_deref())?.into())).await
    }

    /// A page of the fields on which two people disagree.
    pub async fn conflicts(&self, limit: u32, after: Option<String>) -> Result<DisagreementPage, FootbridgeError> {
        self.on_disk(move |client| Ok(client.conflicts(size(limit), after.as_deref())?.into())).await
    }

    /// A page of who said what in a record, the earliest first.
    pub async fn timeline(
        &self,
        id: String,
        limit: u32,
        after: Option<String>,
    ) -> Result<TimelinePage, FootbridgeError> {
        self.on_disk(move |client| Ok(client.timeline(parsed("id", &id)?, size(limit), after.as_deref())?.into())).await
    }

    /// How safe everything is, with reasons in a language.
    pub async fn status(&self, language: Language) -> Result<Status, FootbridgeError> {
        self.on_disk(move |client| Ok(client.status(language.into())?.into())).await
    }

    /// Writes all records of a kind for another program. No cell of a table begins a formula.
    pub async fn export(
        &self,
        kind: String,
        format: ExportFormat,
        sink: Arc<dyn ExportSink>,
    ) -> Result<(), FootbridgeError> {
        self.on_disk(move |client| Ok(client.export(&kind, format.into(), &mut Sink(sink))?)).await
    }

    /// The JSON Schema (2020-12) of a kind, with the codes that this device offers at present.
    pub async fn schema(&self, kind: String) -> Result<String, FootbridgeError> {
        self.on_disk(move |client| Ok(client.schema(&kind)?.to_string())).await
    }
}

fn object(json: Json) -> Option<client::Fields> {
    match json {
        Json::Object(fields) => Some(fields),
        _ => None,
    }
}

fn at(json: &Json) -> i64 {
    millis(&json["at"]).unwrap_or_default()
}

fn size(limit: u32) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}
