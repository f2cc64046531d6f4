//! Whether everything is safe: `status`.

use footbridge_client::{Role, SetAside, Status, TakenBack, Unread};
use footbridge_text::{Arg, kind_label, role_label};
use serde_json::Value;

use super::Terminal;
use crate::exit::Failure;
use crate::opening::recovered_sentences;
use crate::wording::{clock_is_wrong, visible};

/// More disagreements than this are not counted one by one.
const COUNTED: usize = 1000;

impl Terminal<'_> {
    pub(super) fn status(&self, dismiss: bool) -> Result<(), Failure> {
        if dismiss {
            self.phone.dismiss_notices()?;
        }
        let status = self.phone.status(self.output.language)?;
        let recovered = self.phone.recovered()?;
        if self.output.json {
            let mut whole = serde_json::to_value(&status).unwrap_or_default();
            whole["recovered"] = serde_json::to_value(&recovered).unwrap_or_default();
            return self.output.value(&whole);
        }
        self.output.sentence(is_safe(&status), &[])?;
        if status.revoked.as_ref().is_some_and(|revoked| revoked.emptied) {
            // Nothing is here that could be counted.
            return Ok(());
        }
        self.output.line("")?;
        self.output.fields(self.particulars(&status))?;
        if let Some(recovered) = &recovered {
            self.output.line("")?;
            for sentence in recovered_sentences(recovered, self.output.language) {
                self.output.line(&sentence)?;
            }
            self.output.aside(&self.words.text("cli-dismiss", &[]));
        }
        if let Some(seconds) = status.clock_off_seconds {
            self.output.line("")?;
            self.output.line(&clock_is_wrong(self.output.language, seconds))?;
        }
        self.notes_will_go(&status)?;
        self.set_aside(&status.set_aside)?;
        self.unread(&status.unread)?;
        self.taken_back(&status.taken_back)
    }

    /// That notes are about to be kept for fewer days, which she can take back.
    fn notes_will_go(&self, status: &Status) -> Result<(), Failure> {
        let programme = status.programme.as_ref().filter(|_| status.role == Some(Role::Coordinator.name()));
        let shown = programme.and_then(|id| id.parse().ok()).and_then(|id| self.phone.show(id).ok());
        let Some(shown) = shown else { return Ok(()) };
        let number = |field: &str| shown.get(field).and_then(Value::as_u64);
        let at = shown.get("shortens_at").and_then(Value::as_str);
        let (Some(at), Some(days), Some(kept)) = (at, number("note_days"), number("keeps_days")) else { return Ok(()) };
        let at = self.words.moment(at);
        self.output.line("")?;
        self.output
            .sentence("cli-notes-will-go", &[("days", days.into()), ("kept", kept.into()), ("at", Arg::Text(&at))])
    }

    fn particulars(&self, status: &Status) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        let mut row = |key: &str, said: String| rows.push(vec![self.words.text(key, &[]), said]);
        if status.joined {
            let programme = self.programme_name();
            if !programme.is_empty() {
                row("status-programme", programme);
            }
            row("status-person", self.who(status));
        }
        row("status-receipts", self.receipts(status));
        row("cli-status-unsent", self.words.text("status-unsent", &[("count", status.unsent.into())]));
        if status.commands > 0 {
            row("cli-status-commands", self.words.text("status-commands", &[("count", status.commands.into())]));
        }
        let last = status.last_sync.as_deref().map(|at| self.words.moment(at));
        row("status-last-sync", last.unwrap_or_else(|| self.words.text("status-never-synced", &[])));
        let disagreements = self.phone.conflicts(COUNTED, None).map_or(0, |page| page.items.len());
        if disagreements > 0 {
            row("cli-status-conflicts", self.words.text("status-conflicts", &[("count", disagreements.into())]));
        }
        rows
    }

    /// Her name and role.
    fn who(&self, status: &Status) -> String {
        let person = status.person.as_deref().unwrap_or_default();
        let name = self.phone.person_name(person).ok().flatten().map(|name| visible(&name));
        let role = status.role.map(|role| role_label(self.output.language, role));
        [name, role].into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// How many records have come how far.
    fn receipts(&self, status: &Status) -> String {
        let said = ["device", "server", "seen"].into_iter().filter_map(|receipt| {
            let count = status.receipts.get(receipt).copied().filter(|count| *count > 0)?;
            Some(self.words.text(&format!("cli-receipt-{receipt}"), &[("count", count.into())]))
        });
        let said: Vec<_> = said.collect();
        if said.is_empty() { self.words.text("value-none", &[]) } else { said.join(" · ") }
    }

    /// What was deleted of hers.
    fn taken_back(&self, items: &[TakenBack]) -> Result<(), Failure> {
        if items.is_empty() {
            return Ok(());
        }
        self.output.line("")?;
        self.output.sentence("status-taken-back", &[("count", items.len().into())])?;
        let heading = ["column-what", "column-when", "cli-column-state"].map(|key| self.words.text(key, &[]));
        let rows = items.iter().map(|TakenBack { record: kind, at, unsent }| {
            let lost = if *unsent { self.words.text("taken-back-unsent", &[]) } else { String::new() };
            vec![kind_label(self.output.language, kind), self.words.moment(at), lost]
        });
        self.output.table(&heading, rows.collect())?;
        self.output.aside(&self.words.text("cli-dismiss", &[]));
        Ok(())
    }

    /// What the server has and this version cannot read.
    fn unread(&self, items: &[Unread]) -> Result<(), Failure> {
        if items.is_empty() {
            return Ok(());
        }
        self.output.line("")?;
        self.output.sentence("status-unread", &[("count", items.len().into())])?;
        let heading = ["column-what", "column-when"].map(|key| self.words.text(key, &[]));
        let rows = items.iter().map(|Unread { id, record: kind, at }| {
            let what = format!("{}\n{id}", kind_label(self.output.language, kind));
            vec![what, self.words.moment(at)]
        });
        self.output.table(&heading, rows.collect())
    }

    /// What was not taken, why, and what to do.
    fn set_aside(&self, items: &[SetAside]) -> Result<(), Failure> {
        if items.is_empty() {
            return Ok(());
        }
        self.output.line("")?;
        self.output.sentence("status-set-aside", &[("count", items.len().into())])?;
        let heading = ["column-what", "column-reason", "column-what-to-do"].map(|key| self.words.text(key, &[]));
        let rows = items.iter().map(|item| {
            let SetAside { id, record: kind, code: _, reason, what_to_do } = item;
            let record = id.parse().ok().and_then(|id| self.phone.show(id).ok());
            let what = record.map(|record| self.words.headline(&record));
            let what = what.unwrap_or_else(|| kind_label(self.output.language, kind));
            vec![format!("{what}\n{id}"), reason.clone(), what_to_do.clone()]
        });
        self.output.table(&heading, rows.collect())
    }
}

/// In one sentence: can anything be lost?
fn is_safe(status: &Status) -> &'static str {
    match &status.revoked {
        Some(revoked) if revoked.emptied => return "cli-emptied",
        Some(_) => return "cli-revoked",
        None => {}
    }
    match (status.joined, status.unsent, status.set_aside.len()) {
        (false, ..) => "not-joined",
        (true, _, 1..) => "cli-some-set-aside",
        (true, 1.., 0) => "cli-all-kept",
        (true, 0, 0) => "cli-all-safe",
    }
}
