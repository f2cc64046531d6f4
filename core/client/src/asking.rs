//! Asking: lists, search, timelines, disagreements, what is due, and how safe everything is. Always in
//! pages, always from rows.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use footbridge_model::time::Moment;
use footbridge_model::{
    Actor, Command, DocumentId, Facts, Fields, Kind, PersonId, Problem, Projection, Role, Timestamp, Vocabulary,
    document,
};
use footbridge_protocol::ErrorCode;
use footbridge_store::notices::NoticeRow;
use footbridge_store::outbox::{ItemKind, OutboxRow};
use footbridge_store::records::{Filter, Place, RecordRow};
use footbridge_store::unread::{self, UnreadRow};
use footbridge_store::{Snapshot, actors, outbox, records, search};
use footbridge_text::{Asked, Language, Lexicon, searched};
use serde::Serialize;
use serde_json::{Value, json};

use crate::error::FootbridgeError;
use crate::export::labels::{self, Labels};
use crate::revocation::{self, Revoked};
use crate::sync::give_back;
use crate::{Footbridge, erasing, export, identity, record, vocabulary};

/// The most items of one page.
const PAGE_MAX: usize = 1000;

/// Records that get their words for the search in one transaction.
const FILLED_AT_ONCE: usize = 2_000;

/// Some items of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// The items, in the order of the list.
    pub items: Vec<Fields>,
    /// Where the next page begins; absent on the last.
    pub next: Option<String>,
}

/// What is listed: the latest first.
#[derive(Debug, Clone, Default)]
pub struct ListQuery {
    /// The kind's name.
    pub kind: String,
    /// Not before this day or time (ISO 8601).
    pub since: Option<String>,
    /// Before this time, or up to the end of this day.
    pub until: Option<String>,
    /// In this district.
    pub district: Option<String>,
    /// By this person's id.
    pub author: Option<String>,
    /// In this state: draft, done, withdrawn, open, closed.
    pub state: Option<String>,
    /// On this record's id: its notes or follow-ups.
    pub on: Option<String>,
    /// So many; 50 where it is 0, at most 1,000.
    pub limit: usize,
    /// A page's `next`.
    pub after: Option<String>,
}

/// How safe everything is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// How many records of her own are in which state.
    pub receipts: BTreeMap<&'static str, u64>,
    /// How many records have something that the server lacks.
    pub unsent: u64,
    /// How many things asked of the server, which decides, wait to be sent.
    pub commands: u64,
    /// What the server would not take, and what to do.
    pub set_aside: Vec<SetAside>,
    /// What the server has and this version of the app cannot read. It is safe there.
    pub unread: Vec<Unread>,
    /// What was taken back of hers in the last weeks.
    pub taken_back: Vec<TakenBack>,
    /// When the last sync was done, in UTC.
    pub last_sync: Option<String>,
    /// Whether the device belongs to a programme.
    pub joined: bool,
    /// Which.
    pub programme: Option<String>,
    /// Whose device it is.
    pub person: Option<String>,
    /// As what she belongs to it.
    pub role: Option<&'static str>,
    /// The server's address.
    pub server: Option<String>,
    /// The rights of this device were taken away.
    pub revoked: Option<Revoked>,
    /// By how many seconds this device's clock is ahead of the server's (behind where negative), where that is more
    /// than a few minutes.
    pub clock_off_seconds: Option<i64>,
}

/// A record that the server would not take as it is. Nothing of it is lost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetAside {
    /// Which.
    pub id: String,
    /// The kind of record.
    pub record: String,
    /// Why, by its stable name.
    pub code: String,
    /// Why, for a person.
    pub reason: String,
    /// What she can do.
    pub what_to_do: String,
}

/// A record that the server has and this version of the app cannot read. Nothing of it is lost; it is asked for again at
/// each sync.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// Which.
    pub id: String,
    /// The kind of record, as far as it was told.
    pub record: String,
    /// Since when, in UTC.
    pub at: String,
}

/// A record that somebody took back: nothing of it is here but that it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TakenBack {
    /// The kind of record.
    pub record: String,
    /// When this device learnt it, in UTC.
    pub at: String,
    /// Whether something of hers in it had not been sent, and went with it.
    pub unsent: bool,
}

/// Of a clock that is off by no more than this nothing is said.
const CLOCK_OFF_MILLIS: i64 = 5 * 60 * 1000;

/// How records leave for another program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// One JSON object a line.
    Jsonl,
    /// A table that spreadsheets read.
    Csv,
}

impl Footbridge {
    /// One record, with the `version` that an edit may name as seen. An app that shows it
    /// to her says so by [`Footbridge::seen`].
    ///
    /// # Errors
    /// [`FootbridgeError::NotFound`].
    pub fn show(&self, id: DocumentId) -> Result<Fields, FootbridgeError> {
        let zone = self.zone()?;
        let mut fields = self.inner.store.read(|snapshot| {
            let row = records::get(snapshot, id)?.ok_or(FootbridgeError::NotFound)?;
            if erasing::is_hidden(snapshot, erasing::hidden(snapshot, self.inner.now())?, &row)? {
                return Err(FootbridgeError::NotFound);
            }
            let version = record::version(&row)?;
            let mut fields = record::present(snapshot, row, me(snapshot)?, zone.as_ref())?;
            fields.insert("version".to_owned(), version.into());
            Ok::<_, FootbridgeError>(fields)
        })?;
        self.name_districts([&mut fields])?;
        Ok(fields)
    }

    /// A page of a list, the latest first.
    ///
    /// # Errors
    /// [`FootbridgeError::Invalid`] for a kind, time, author or cursor that is none.
    pub fn list(&self, query: &ListQuery) -> Result<Page, FootbridgeError> {
        let kind = Kind::from_name(&query.kind).ok_or_else(|| no_kind("kind"))?;
        let vocabulary = self.vocabulary()?;
        check_filter(query, kind)?;
        let district = query.district.as_deref().map(|typed| vocabulary.district_id(typed).to_owned());
        self.check_district(district.as_deref(), &vocabulary)?;
        let zone = &vocabulary.time_zone;
        let moment = |field: &str, text: &Option<String>| match text {
            None => Ok(None),
            Some(text) => Moment::parse(text)
                .map(Some)
                .map_err(|_| FootbridgeError::invalid(field, Problem::WrongForm, vec!["YYYY-MM-DD".to_owned()])),
        };
        let id = |field: &str, text: &Option<String>| match text {
            None => Ok(None),
            Some(text) => {
                let id = text.parse::<DocumentId>();
                id.map(Some).map_err(|_| FootbridgeError::invalid(field, Problem::WrongForm, vec!["id".to_owned()]))
            }
        };
        let filter = Filter {
            kind: kind.name().to_owned(),
            since: moment("since", &query.since)?.map(|moment| begins(&moment, zone)),
            until: moment("until", &query.until)?.map(|moment| ends(&moment, zone)),
            district,
            author: id("author", &query.author)?.map(PersonId::from),
            state: query.state.clone(),
            parent: id("on", &query.on)?,
            after: query.after.as_deref().map(parse_place).transpose()?,
            hide: None,
        };
        let limit = limit(query.limit);
        let now = self.inner.now();
        self.page(
            limit,
            |snapshot| {
                let hide = erasing::hidden(snapshot, now)?;
                Ok(records::list(snapshot, &Filter { hide, ..filter }, limit + 1)?)
            },
            place_of,
        )
    }

    /// Records that hold all these words, or words that begin so, in any script, the latest made first; and after them
    /// those with codes or languages that are called so in any language. Telephone numbers are found in any grouping.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`]; [`FootbridgeError::Invalid`] for a cursor that is none.
    pub fn search(&self, text: &str, limit: usize, after: Option<&str>) -> Result<Page, FootbridgeError> {
        // Whoever asks just after much has come waits for the rest of the words rather than finding half.
        while self.fill_search()? {}
        let limit = self::limit(limit);
        let before: Option<i64> = after.map(|after| after.parse().map_err(|_| no_cursor())).transpose()?;
        let asked = Asked::of(text);
        let now = self.inner.now();
        let by_codes = RefCell::new(BTreeSet::new());
        self.page(
            limit,
            |snapshot| {
                let hide = erasing::hidden(snapshot, now)?;
                let mut rows = match asked.exactly().filter(|_| before.is_none_or(|before| before > 0)) {
                    Some(words) => search::find(snapshot, &words, before, limit + 1, hide)?,
                    None => Vec::new(),
                };
                if let Some(codes) = asked.by_codes(&lexicon(snapshot)?).filter(|_| rows.len() <= limit) {
                    let before = before.filter(|before| *before < 0).map(|before| before.saturating_neg());
                    let more = search::find(snapshot, &codes, before, limit + 1 - rows.len(), hide)?;
                    by_codes.borrow_mut().extend(more.iter().map(|row| row.number));
                    rows.extend(more);
                }
                Ok(rows)
            },
            // From there on only codes are asked for: a number below nothing.
            |row| if by_codes.borrow().contains(&row.number) { -row.number } else { row.number }.to_string(),
        )
    }

    /// Gives the next records that came in a cold start their words for the search. Says whether there may be more.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`].
    pub fn fill_search(&self) -> Result<bool, FootbridgeError> {
        let store = &self.inner.store;
        if !store.read(search::is_behind)? {
            return Ok(false);
        }
        store.write_progress(|writing| {
            let rows = search::behind(writing, FILLED_AT_ONCE)?;
            let words = |json: Option<String>| {
                let projection = json.and_then(|json| Projection::from_json(&json).ok());
                projection.as_ref().map_or_else(String::new, searched)
            };
            let rows: Vec<_> = rows.into_iter().map(|(number, json)| (number, words(json))).collect();
            search::catch_up(writing, &rows)?;
            Ok(!rows.is_empty())
        })
    }

    /// Open follow-ups that this person may answer, the earliest due first, those without a day last. `late`
    /// says whether the day has passed.
    ///
    /// # Errors
    /// As [`Footbridge::search`].
    pub fn due(&self, limit: usize, after: Option<&str>) -> Result<Page, FootbridgeError> {
        let limit = self::limit(limit);
        let after = after
            .map(|after| {
                let (day, number) = after.split_once('.').ok_or_else(no_cursor)?;
                Ok::<_, FootbridgeError>((day.to_owned(), number.parse().map_err(|_| no_cursor())?))
            })
            .transpose()?;
        let after = after.as_ref().map(|(day, number)| (day.as_str(), *number));
        let day_of = |row: &RecordRow| row.projection.text("due").unwrap_or("9999-12-31").to_owned();
        let mut page = self.page(
            limit,
            |snapshot| records::due_from(snapshot, after, limit + 1).map_err(Into::into),
            |row| format!("{}.{}", day_of(row), row.number),
        )?;
        let today = self.inner.now().day_in(&self.vocabulary()?.time_zone).to_string();
        for item in &mut page.items {
            let late = item.get("due").and_then(Value::as_str).is_some_and(|due| due < today.as_str());
            item.insert("late".to_owned(), late.into());
        }
        Ok(page)
    }

    /// Fields on which two people disagree, with all answers, who gave them and when.
    ///
    /// # Errors
    /// As [`Footbridge::search`].
    pub fn conflicts(&self, limit: usize, after: Option<&str>) -> Result<Page, FootbridgeError> {
        let limit = self::limit(limit);
        let after = after.map(parse_place).transpose()?;
        let vocabulary = self.vocabulary()?;
        let called = |value: &mut Value| vocabulary::present(value, &vocabulary);
        self.inner.store.read(|snapshot| {
            let mut rows = records::disputed(snapshot, after, limit + 1)?;
            let next = if rows.len() > limit { rows.get(limit - 1).map(place_of) } else { None };
            rows.truncate(limit);
            let hide = erasing::hidden(snapshot, self.inner.now())?;
            let mut items = Vec::new();
            for row in &rows {
                if erasing::is_hidden(snapshot, hide, row)? {
                    continue;
                }
                let stored = row.document()?.ok_or_else(FootbridgeError::damaged)?;
                for field in &row.projection.disagreements {
                    let mut answers = answers(snapshot, &stored, field)?;
                    if field == "district" {
                        answers.iter_mut().filter_map(|answer| answer.get_mut("value")).for_each(called);
                    }
                    let item = json!({
                        "id": row.id, "kind": row.projection.kind, "field": field, "answers": answers,
                    });
                    items.extend(item.as_object().cloned());
                }
            }
            Ok(Page { items, next })
        })
    }

    /// Who said what in a record, when: each change after those that it stands on, whatever the clocks of phones said.
    ///
    /// # Errors
    /// [`FootbridgeError::NotFound`]; as [`Footbridge::search`].
    pub fn timeline(&self, id: DocumentId, limit: usize, after: Option<&str>) -> Result<Page, FootbridgeError> {
        let limit = self::limit(limit);
        let start: usize = after.map_or(Ok(0), str::parse).map_err(|_| no_cursor())?;
        let vocabulary = self.vocabulary()?;
        self.inner.store.read(|snapshot| {
            let row = records::get(snapshot, id)?.ok_or(FootbridgeError::NotFound)?;
            let Some(stored) = row.document()? else { return Ok(Page { items: Vec::new(), next: None }) };
            let facts = record::shown_facts(&row, &outbox::of(snapshot, id)?, me(snapshot)?);
            let mut lines = Vec::new();
            for line in document::timeline(&stored)? {
                let author = author_of(snapshot, line.actor)?;
                let (at, mut value) = (line.at.to_string(), json!(line.value));
                if line.field == "district" {
                    vocabulary::present(&mut value, &vocabulary);
                }
                lines.push(json!({"at": at, "author": author, "field": line.field, "value": value}));
            }
            // What the server decided is about the record as it stands after these.
            lines.extend(decisions(&facts));
            let is_more = lines.len() > start.saturating_add(limit);
            let page = lines.into_iter().skip(start).take(limit);
            let items = page.filter_map(|line| line.as_object().cloned()).collect();
            Ok(Page { items, next: is_more.then(|| (start + limit).to_string()) })
        })
    }

    /// How safe everything is, with reasons in a language. Also told while the device is locked.
    ///
    /// # Errors
    /// [`FootbridgeError::Storage`].
    pub fn status(&self, language: Language) -> Result<Status, FootbridgeError> {
        self.inner.store.read_locked(|snapshot| {
            let membership = identity::membership(snapshot)?;
            let me = membership.as_ref().map(|membership| membership.person);
            let unsent = give_back::only_here(snapshot)?;
            let all = records::count_recorded(snapshot, me)?;
            let set_aside = outbox::set_aside(snapshot)?.into_iter().map(|item| {
                let number = item.refused.and_then(|code| u16::try_from(code).ok()).unwrap_or_default();
                let code = ErrorCode::from_number(number).map_or("unknown", ErrorCode::name);
                let row = records::get(snapshot, item.record)?;
                let command = command_name(&item);
                let is_coordinator = membership.as_ref().is_some_and(|me| me.role == Role::Coordinator);
                Ok(SetAside {
                    id: item.record.to_string(),
                    record: row.map(|row| row.projection.kind).unwrap_or_default(),
                    code: code.to_owned(),
                    reason: footbridge_text::reason_of(language, code, command),
                    what_to_do: footbridge_text::what_to_do_of(language, code, command, is_coordinator),
                })
            });
            let own_unsent = outbox::count_recorded(snapshot, me)?;
            let seen = records::count_seen(snapshot, me)?;
            let there = all.saturating_sub(own_unsent).saturating_sub(seen);
            let lately = erasing::lately(snapshot, self.inner.now())?.into_iter();
            let taken_back =
                |row: NoticeRow| TakenBack { record: row.kind, at: row.at.to_string(), unsent: row.unsent };
            let unread = unread::all(snapshot)?.into_iter();
            let unread = unread.map(|UnreadRow { id, kind, bit: _, at }| Unread {
                id: id.to_string(),
                record: kind,
                at: at.to_string(),
            });
            Ok(Status {
                unread: unread.collect(),
                receipts: [("device", own_unsent), ("server", there), ("seen", seen)].into(),
                taken_back: lately.map(taken_back).collect(),
                unsent,
                commands: outbox::count_commands(snapshot)?,
                set_aside: set_aside.collect::<Result<_, FootbridgeError>>()?,
                last_sync: identity::last_sync(snapshot)?.map(|at| at.to_string()),
                joined: membership.is_some(),
                programme: membership.as_ref().map(|membership| membership.programme.to_string()),
                person: membership.as_ref().map(|membership| membership.person.to_string()),
                role: membership.as_ref().map(|membership| membership.role.name()),
                server: membership.map(|membership| membership.server),
                revoked: revocation::told(snapshot)?,
                clock_off_seconds: clock_off_seconds(identity::clock_off(snapshot)?),
            })
        })
    }

    /// Writes all records of a kind for another program. No cell of a table begins a formula.
    ///
    /// # Errors
    /// [`FootbridgeError::Invalid`] for a kind that is none; [`FootbridgeError::Storage`] where `out` fails.
    pub fn export(&self, kind: &str, format: ExportFormat, out: &mut dyn Write) -> Result<(), FootbridgeError> {
        self.export_all(kind, format, None, out)
    }

    /// The same, with a field `…_label` behind each field of codes, languages, people or contacts: what a person reads
    /// there, in this language.
    ///
    /// # Errors
    /// As [`Footbridge::export`].
    pub fn export_labelled(
        &self,
        kind: &str,
        format: ExportFormat,
        language: Language,
        out: &mut dyn Write,
    ) -> Result<(), FootbridgeError> {
        self.export_all(kind, format, Some(Labels::new(self, language)), out)
    }

    fn export_all(
        &self,
        kind: &str,
        format: ExportFormat,
        mut labels: Option<Labels<'_>>,
        out: &mut dyn Write,
    ) -> Result<(), FootbridgeError> {
        let known = Kind::from_name(kind).ok_or_else(|| no_kind("kind"))?;
        let mut columns = columns(known);
        if labels.is_some() {
            columns = labels::columns(known, columns);
        }
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let mut query = ListQuery { kind: kind.to_owned(), limit: PAGE_MAX, ..ListQuery::default() };
        let mut is_first = true;
        loop {
            let mut page = self.list(&query)?;
            if let Some(labels) = &mut labels {
                page.items.iter_mut().try_for_each(|record| labels.add(known, record))?;
            }
            let bytes = match format {
                ExportFormat::Jsonl => export::jsonl(&page.items),
                ExportFormat::Csv if is_first => export::csv(&columns, &page.items),
                ExportFormat::Csv => export::csv_rows(&columns, &page.items),
            };
            out.write_all(&bytes).map_err(|source| {
                FootbridgeError::from(footbridge_store::StoreError::Folder { attempt: "writing an export", source })
            })?;
            is_first = false;
            query.after = page.next;
            if query.after.is_none() {
                return Ok(());
            }
        }
    }

    fn page(
        &self,
        limit: usize,
        rows: impl FnOnce(&Snapshot<'_>) -> Result<Vec<RecordRow>, FootbridgeError>,
        cursor: impl Fn(&RecordRow) -> String,
    ) -> Result<Page, FootbridgeError> {
        let zone = self.zone()?;
        let mut page = self.inner.store.read(|snapshot| {
            let mut rows = rows(snapshot)?;
            let next = if rows.len() > limit { rows.get(limit - 1).map(cursor) } else { None };
            rows.truncate(limit);
            let me = me(snapshot)?;
            let nothing_waits = outbox::is_empty(snapshot)?;
            let present = |row: RecordRow| {
                let waiting = if nothing_waits { Vec::new() } else { outbox::of(snapshot, row.id)? };
                record::present_with(snapshot, row, &waiting, me, zone.as_ref())
            };
            let items = rows.into_iter().map(present).collect::<Result<_, _>>()?;
            Ok::<_, FootbridgeError>(Page { items, next })
        })?;
        self.name_districts(&mut page.items)?;
        Ok(page)
    }

    /// Errs where a filter names a district that the programme never had: one that was closed is still asked for by
    /// its records.
    fn check_district(&self, district: Option<&str>, vocabulary: &Vocabulary) -> Result<(), FootbridgeError> {
        let (Some(district), Some(districts)) = (district, &vocabulary.districts) else { return Ok(()) };
        if districts.contains(district) || vocabulary.district_names.contains_key(district) {
            return Ok(());
        }
        let used = self.inner.store.read(records::districts)?;
        if used.contains(district) {
            return Ok(());
        }
        let allowed = districts.union(&used).map(|id| vocabulary.district_name(id).to_owned());
        Err(FootbridgeError::invalid("district", Problem::NotAllowed, allowed.collect()))
    }
}

/// The name of a command that has sentences of its own where it is refused.
fn command_name(item: &OutboxRow) -> Option<&'static str> {
    match (item.item, serde_json::from_slice::<Command>(&item.payload)) {
        (ItemKind::Command, Ok(Command::Give { .. })) => Some("give"),
        _ => None,
    }
}

/// A difference between two clocks in seconds, where it is more than a few minutes.
pub(crate) fn clock_off_seconds(millis: i64) -> Option<i64> {
    (millis.saturating_abs() > CLOCK_OFF_MILLIS).then_some(millis / 1000)
}

/// The states by which records of a kind can be listed.
fn states(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Visit => &["draft", "done", "withdrawn"],
        Kind::FollowUp => &["draft", "open", "closed"],
        Kind::Note => &["draft"],
        Kind::Programme | Kind::Code | Kind::Person | Kind::Contact => &[],
    }
}

/// Errs where a filter names what there is none of.
fn check_filter(query: &ListQuery, kind: Kind) -> Result<(), FootbridgeError> {
    if let Some(state) = &query.state
        && !states(kind).contains(&state.as_str())
    {
        let allowed = states(kind).iter().map(|state| (*state).to_owned()).collect();
        return Err(FootbridgeError::invalid("state", Problem::NotAllowed, allowed));
    }
    Ok(())
}

/// What was decided about a follow-up, as far as its facts tell who and when.
fn decisions(facts: &Facts) -> Vec<Value> {
    let Some(at) = facts.closed_at else { return Vec::new() };
    let line = |field: &str, value: Value| json!({"at": at.to_string(), "author": facts.closed_by, "field": field, "value": value});
    let outcome = facts.outcome.clone().map(|outcome| line("outcome", outcome.into()));
    std::iter::once(line("state", "closed".into())).chain(outcome).collect()
}

/// What the codes of the programme are called, and the starter codes.
fn lexicon(snapshot: &Snapshot<'_>) -> Result<Lexicon, FootbridgeError> {
    let mut lexicon = Lexicon::of_the_catalogues();
    for row in records::all_of(snapshot, Kind::Code.name())? {
        lexicon.add_record(&row.projection);
    }
    Ok(lexicon)
}

/// Whose device it is.
pub(crate) fn me(snapshot: &Snapshot<'_>) -> Result<Option<PersonId>, FootbridgeError> {
    Ok(identity::membership(snapshot)?.map(|membership| membership.person))
}

/// The answers that stand in a field, as they are shown.
pub(crate) fn answers(snapshot: &Snapshot<'_>, stored: &[u8], field: &str) -> Result<Vec<Value>, FootbridgeError> {
    document::answers(stored, field)?
        .into_iter()
        .map(|answer| {
            let author = author_of(snapshot, answer.actor)?;
            Ok(json!({"value": answer.value, "author": author, "at": answer.at.to_string()}))
        })
        .collect()
}

/// Who writes with this actor: as the server says, or this device's own person.
fn author_of(snapshot: &Snapshot<'_>, actor: Actor) -> Result<Option<PersonId>, FootbridgeError> {
    if let Some(person) = actors::person(snapshot, actor)? {
        return Ok(Some(person));
    }
    if identity::actor(snapshot)? == actor { me(snapshot) } else { Ok(None) }
}

/// The columns of a table of this kind: what every record has, its fields, its facts.
fn columns(kind: Kind) -> Vec<String> {
    let mut columns: Vec<String> = ["id", "author", "recorded_at"].map(str::to_owned).into();
    columns.extend(kind.spec().fields.iter().map(|field| field.name.to_owned()));
    let facts: &[&str] = match kind {
        Kind::FollowUp => &["given_to", "open_to", "handle", "district", "closed_by", "closed_at"],
        Kind::Person => &["role", "districts", "revoked_at"],
        _ => &[],
    };
    columns.extend(facts.iter().map(|fact| (*fact).to_owned()));
    columns.extend(["receipt", "disagreements"].map(str::to_owned));
    columns
}

fn limit(asked: usize) -> usize {
    if asked == 0 { 50 } else { asked.min(PAGE_MAX) }
}

fn begins(moment: &Moment, zone: &jiff::tz::TimeZone) -> Timestamp {
    match moment {
        Moment::Day(day) => {
            let start = zone.to_zoned(day.at(0, 0, 0, 0));
            start.map_or(Timestamp(0), |start| Timestamp(start.timestamp().as_millisecond()))
        }
        Moment::Local(_) | Moment::Time(_) => moment.sort_at(zone),
    }
}

/// A day is meant to its end.
fn ends(moment: &Moment, zone: &jiff::tz::TimeZone) -> Timestamp {
    match moment {
        Moment::Day(day) => day.tomorrow().map_or(Timestamp(i64::MAX), |day| begins(&Moment::Day(day), zone)),
        Moment::Local(_) | Moment::Time(_) => moment.sort_at(zone),
    }
}

fn place_of(row: &RecordRow) -> String {
    format!("{}.{}", row.sort_at.0, row.number)
}

fn parse_place(text: &str) -> Result<Place, FootbridgeError> {
    let (sort_at, number) = text.split_once('.').ok_or_else(no_cursor)?;
    Ok(Place {
        sort_at: Timestamp(sort_at.parse().map_err(|_| no_cursor())?),
        number: number.parse().map_err(|_| no_cursor())?,
    })
}

fn no_cursor() -> FootbridgeError {
    FootbridgeError::invalid("after", Problem::WrongForm, vec!["the `next` of a page".to_owned()])
}

fn no_kind(field: &str) -> FootbridgeError {
    let kinds = Kind::ALL.iter().map(|kind| kind.name().to_owned());
    FootbridgeError::invalid(field, Problem::NotAllowed, kinds.collect())
}
