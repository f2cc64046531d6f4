//! The commands, one file a group. Called by `main` with what was typed. Invariant: a command asks the
//! device's core and shows the answer; it decides nothing about records.

mod answers;
mod export;
mod import;
mod membership;
mod people;
mod quarantine;
mod reading;
mod recording;
mod status;
mod sync;

use std::path::PathBuf;

use footbridge_client::{DocumentId, Fields, Footbridge, FootbridgeError, ListQuery, Page, PersonId};
use footbridge_text::{Arg, fold, text};
use serde_json::{Value, json};

use crate::arguments::{self, Arguments, Command};
use crate::exit::Failure;
use crate::opening::{self, Opened};
use crate::output::Output;
use crate::wording::Words;

/// What every command works with.
pub struct Terminal<'a> {
    output: &'a Output,
    phone: Footbridge,
    folder: PathBuf,
    words: Words,
    runtime: tokio::runtime::Runtime,
}

/// Does what was asked.
///
/// # Errors
/// Why it could not be done. Nothing is half done then, but lines of input that were answered stay.
pub fn run(arguments: Arguments, output: &Output) -> Result<(), Failure> {
    // Two threads, so that Ctrl-C is heard while the store is busy.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|_| Failure::Unstartable)?;
    let entered = runtime.enter();
    let Opened { phone, folder, environment } = opening::open(&arguments, output)?;
    drop(entered);
    let words = Words::new(phone.clone(), environment, output.language);
    let terminal = Terminal { output, phone, folder, words, runtime };
    let result = terminal.run(arguments.command);
    // Whatever still waits for the network is waited for no longer.
    terminal.runtime.shutdown_background();
    result
}

impl Terminal<'_> {
    fn run(&self, command: Command) -> Result<(), Failure> {
        let _entered = self.runtime.enter();
        self.carry_out(command).map_err(|failure| self.explained(failure))
    }

    /// A phone that was revoked says so, and not only that it is locked or refused.
    fn explained(&self, failure: Failure) -> Failure {
        let is_of_it = match &failure {
            Failure::Core(FootbridgeError::Locked) => true,
            Failure::Core(FootbridgeError::Refused { code }) => matches!(code.as_str(), "revoked" | "not_joined"),
            _ => false,
        };
        let revoked = self.phone.status(self.output.language).ok().and_then(|status| status.revoked);
        match (failure, revoked) {
            (Failure::Core(error), Some(revoked)) if is_of_it => {
                let key = if revoked.emptied { "cli-emptied" } else { "cli-revoked" };
                Failure::Known { error, key, named: Vec::new() }
            }
            (failure, _) => failure,
        }
    }

    fn carry_out(&self, command: Command) -> Result<(), Failure> {
        match command {
            Command::Join { url, device } => self.join(&url, device),
            Command::Leave { even_unsent } => self.leave(even_unsent),
            Command::Add { kind, file } => self.add(&kind_name(&kind), file.as_deref()),
            Command::Edit { id, file, erases } => self.edit(&id, file.as_deref(), erases),
            Command::Done { id } => self.done(&id),
            Command::Withdraw { id, undo } => self.withdraw(&id, undo),
            Command::Delete { id } => self.delete(&id),
            Command::Reword { id, file } => self.reword(&id, file.as_deref()),
            Command::Give { id, to, open } => self.give(&id, to.as_deref(), open),
            Command::Show { id } => self.show(&id),
            Command::List(list) => self.list(list),
            Command::Search { text, page } => self.search(&text.join(" "), &page),
            Command::Timeline { id, page } => self.timeline(&id, &page),
            Command::Conflicts { page } => self.conflicts(&page),
            Command::Settle { id, field, value } => self.settle(&id, &field, &value),
            Command::Due { page } => self.due(&page),
            Command::Status { dismiss } => self.status(dismiss),
            Command::Sync { watch: false } => self.sync(),
            Command::Sync { watch: true } => self.watch(),
            Command::Import { file, mapping, dry_run, repeated } => {
                self.import(&file, mapping.as_deref(), dry_run, repeated)
            }
            Command::Export { format, kind, labels } => self.export(&kind_name(&kind), format, labels),
            Command::Schema { kind } => self.schema(&kind_name(&kind)),
            Command::Invite(invite) => self.invite(invite),
            Command::Role { person, role, districts } => self.role(&person, role, districts),
            Command::Revoke { person, device, wipe } => self.revoke(&person, device.as_deref(), wipe),
            Command::Reinstate { person } => self.reinstate(&person),
            Command::Review => self.review(),
            Command::Quarantine => self.quarantine(),
            Command::Take { id } => self.take(&id),
            Command::Discard { id } => self.discard(&id),
        }
    }

    /// Says that something was done to a record.
    fn acknowledge(&self, id: DocumentId, key: &str, arguments: &[(&str, Arg<'_>)]) -> Result<(), Failure> {
        if self.output.json {
            return self.output.value(&json!({"id": id.to_string()}));
        }
        self.output.sentence(key, arguments)
    }

    /// As much of a list as was asked for, however little the core gives at once.
    fn gather(
        &self,
        asked: &arguments::Page,
        ask: impl Fn(usize, Option<&str>) -> Result<Page, FootbridgeError>,
    ) -> Result<Page, Failure> {
        let mut gathered = ask(asked.limit, asked.after.as_deref())?;
        while let Some(after) = &gathered.next
            && gathered.items.len() < asked.limit
        {
            let more = ask(asked.limit - gathered.items.len(), Some(after))?;
            gathered.items.extend(more.items);
            gathered.next = more.next;
        }
        Ok(gathered)
    }

    /// Part of a list: as it is for a script, else by `show`, with how to go on.
    fn page(
        &self,
        page: Page,
        empty: &str,
        show: impl FnOnce(&[Fields]) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let Page { items, next } = page;
        if self.output.json {
            return self.output.value(&json!({"items": items, "next": next}));
        }
        if items.is_empty() {
            return self.output.sentence(empty, &[]);
        }
        show(&items)?;
        if let Some(cursor) = next {
            self.output.aside(&text(self.output.language, "list-more", &[("cursor", Arg::Text(&cursor))]));
        }
        Ok(())
    }

    /// The name of the programme that the phone belongs to; empty where it does not know it yet.
    fn programme_name(&self) -> String {
        let query = ListQuery { kind: "programme".to_owned(), limit: 1, ..ListQuery::default() };
        let programme = self.phone.list(&query).ok().and_then(|page| page.items.into_iter().next());
        programme.and_then(|programme| self.words.field(&programme, "name")).unwrap_or_default()
    }

    /// The person whose id or name this is.
    fn person_named(&self, field: &str, typed: &str) -> Result<PersonId, Failure> {
        if let Ok(id) = typed.parse() {
            return Ok(id);
        }
        let mut known = Vec::new();
        let mut after = None;
        loop {
            let query = ListQuery { kind: "person".to_owned(), limit: 1000, after, ..ListQuery::default() };
            let page = self.phone.list(&query)?;
            known.extend(page.items.iter().filter_map(Named::of));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let wanted = fold(typed);
        let found: Vec<_> = known.iter().filter(|person| fold(&person.name) == wanted).collect();
        match found.as_slice() {
            [one] => Ok(one.id),
            [] => Err(Failure::invalid(field, known.iter().map(Named::told_apart).collect())),
            // Several have that name: only they are named, with what tells them apart.
            several => Err(Failure::invalid(field, several.iter().map(|person| person.told_apart()).collect())),
        }
    }
}

/// A person as she is chosen by her name.
struct Named {
    name: String,
    id: PersonId,
    districts: Vec<String>,
}

impl Named {
    fn of(person: &Fields) -> Option<Self> {
        let text = |field| person.get(field).and_then(Value::as_str);
        let districts = person.get("districts").and_then(Value::as_array).into_iter().flatten();
        let districts = districts.filter_map(|district| district.as_str().map(str::to_owned)).collect();
        Some(Self { name: text("name")?.to_owned(), id: text("id")?.parse().ok()?, districts })
    }

    /// Her name, where she is a volunteer, and her id.
    fn told_apart(&self) -> String {
        let Self { name, id, districts } = self;
        let place = if districts.is_empty() { String::new() } else { format!("{}; ", districts.join(" + ")) };
        format!("{name} ({place}{id})")
    }
}

/// The id of a record, as typed.
fn id(typed: &str) -> Result<DocumentId, Failure> {
    typed.trim().parse().map_err(|_| {
        Failure::Core(FootbridgeError::Invalid {
            field: "id".to_owned(),
            problem: "wrong_form",
            allowed: vec!["01234567-89ab-7cde-8f01-23456789abcd".to_owned()],
        })
    })
}

/// The name of a kind, forgiving a hyphen for the underscore.
fn kind_name(typed: &str) -> String {
    typed.replace('-', "_")
}
