//! What was put aside: `quarantine` lists what revoked devices handed over, `take` takes an entry over, and
//! `discard` throws one away, or what the server would not take of a record of one's own.

use footbridge_client::{DocumentId, Fields, FootbridgeError, Quarantined};
use serde_json::json;

use super::{Terminal, id};
use crate::exit::Failure;

impl Terminal<'_> {
    pub(super) fn quarantine(&self) -> Result<(), Failure> {
        let items = self.runtime.block_on(self.phone.quarantine())?;
        if self.output.json {
            return self.output.value(&json!({"items": items}));
        }
        if items.is_empty() {
            return self.output.sentence("quarantine-empty", &[]);
        }
        let heading = ["column-what", "column-who", "column-when"].map(|key| self.words.text(key, &[]));
        let rows = items.iter().map(|item| {
            let Quarantined { id, about: _, record: _, person, device: _, at, what: _, fields: _ } = item;
            let what = self.words.headline(&shown(item));
            vec![format!("{what}\n{id}"), self.words.person(person), self.words.moment(at)]
        });
        self.output.table(&heading, rows.collect())?;
        self.output.sentence("quarantine-how", &[])
    }

    pub(super) fn take(&self, typed: &str) -> Result<(), Failure> {
        let entry = id(typed)?;
        let asked = self.phone.take(entry)?;
        let is_sent = self.ask_at_once(&asked)?;
        self.told_of_asking(&entry.to_string(), is_sent, "quarantine-taken", &[])
    }

    pub(super) fn discard(&self, typed: &str) -> Result<(), Failure> {
        let id = id(typed)?;
        if self.phone.is_set_aside(id)? {
            return self.discard_own(id);
        }
        if self.phone.show(id).is_ok() {
            let named = Vec::new();
            return Err(Failure::Known { error: FootbridgeError::NotFound, key: "discard-nothing", named });
        }
        if !self.is_sure("quarantine-discard-ask") {
            return self.output.sentence("discard-not", &[]);
        }
        let asked = self.phone.discard_quarantined(id)?;
        let is_sent = self.ask_at_once(&asked)?;
        self.told_of_asking(&id.to_string(), is_sent, "quarantine-discarded", &[])
    }

    fn discard_own(&self, id: DocumentId) -> Result<(), Failure> {
        if !self.is_sure("discard-ask") {
            return self.output.sentence("discard-not", &[]);
        }
        self.phone.discard(id)?;
        self.acknowledge(id, "discarded", &[])
    }

    /// Asks, where somebody is there to be asked.
    fn is_sure(&self, key: &str) -> bool {
        let question = || format!("{} {}", self.words.text(key, &[]), self.words.text("cli-yes-or-no", &[]));
        !self.output.can_ask() || self.output.confirm(&question())
    }
}

/// An entry in the form of a record, for its headline.
fn shown(item: &Quarantined) -> Fields {
    let mut fields = item.fields.clone().unwrap_or_default();
    fields.insert("record".to_owned(), item.record.clone().into());
    fields
}
