//! What a document is found by besides its time, author and place: marks, the day by which it waits, words. Called by
//! `documents` whenever it writes a row. Invariant: all of it follows from the row, so it can be made again at any time.

use footbridge_model::{FollowUpState, Kind};
use serde_json::Value;

use super::documents::DocumentRow;

/// What a follow-up that waits has in the place of a day where it has none: stands behind every day.
pub const NO_DAY: &str = "none";

/// Who has a follow-up that was given to nobody.
pub const NOBODY: &str = "nobody";

/// What a document is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// Codes, each between bars.
    pub(super) marks: String,
    /// Of a follow-up that waits.
    pub(super) due: Option<String>,
    /// Folded words.
    pub(super) words: String,
}

/// A mark as it stands among others.
pub fn mark(field: &str, value: &str) -> String {
    format!("|{field}={value}|")
}

/// What this row is found by.
pub(super) fn of(row: &DocumentRow) -> Found {
    let is_open = row.kind == Kind::FollowUp && !row.facts.is_closed();
    let due = is_open.then(|| row.projection.text("due").unwrap_or(NO_DAY).to_owned());
    Found { marks: marks(row), due, words: words(row) }
}

fn marks(row: &DocumentRow) -> String {
    let mut marks = String::new();
    let mut add = |field: &str, value: &str| {
        if !value.is_empty() && !value.contains('|') {
            marks.push_str(&mark(field, value));
        }
    };
    match row.kind {
        Kind::Visit => {
            for field in ["kind", "state"] {
                add(field, row.projection.text(field).unwrap_or_default());
            }
            add("seen", if row.facts.seen.is_empty() { "no" } else { "yes" });
            for field in ["topics", "languages"] {
                let members = row.projection.fields.get(field).and_then(Value::as_array).into_iter().flatten();
                members.filter_map(Value::as_str).for_each(|member| add(field, member));
            }
        }
        Kind::FollowUp => {
            let state = row.facts.state.unwrap_or_default();
            add("state", if state == FollowUpState::Closed { "closed" } else { "open" });
            match (row.facts.given_to, &row.facts.open_to) {
                (Some(person), _) => add("given", &person.to_string()),
                (None, Some(district)) => add("open_to", district),
                (None, None) => add("given", NOBODY),
            }
        }
        Kind::Programme | Kind::Code | Kind::Person | Kind::Note | Kind::Contact => {}
    }
    marks
}

fn words(row: &DocumentRow) -> String {
    match row.kind {
        Kind::Visit | Kind::Note | Kind::Contact => footbridge_text::searched(&row.projection),
        Kind::FollowUp => {
            let handle = footbridge_text::fold(row.facts.handle.as_deref().unwrap_or_default());
            format!("{handle} {}", footbridge_text::searched(&row.projection)).trim().to_owned()
        }
        Kind::Programme | Kind::Code | Kind::Person => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{memory, visit, with_amina};
    use super::*;

    #[test]
    fn a_visit_is_marked_by_its_codes() {
        let (programme, device) = with_amina(&memory());
        let mut row = visit(programme, device.person, 1);
        row.projection.fields.insert("topics".to_owned(), serde_json::json!(["health", "work", "a|b"]));
        row.projection.fields.insert("place".to_owned(), "Søndre torg".into());
        let found = of(&row);
        assert_eq!(found.marks, "|kind=street||state=done||seen=no||topics=health||topics=work|");
        assert_eq!((found.due, found.words.as_str()), (None, "sondre torg _kind_street _topics_health _topics_work"));
    }

    #[test]
    fn a_follow_up_waits_for_its_day_until_it_is_closed() {
        let (programme, device) = with_amina(&memory());
        let mut row = visit(programme, device.person, 1);
        row.kind = Kind::FollowUp;
        row.projection.kind = Kind::FollowUp.name().to_owned();
        row.facts.handle = Some("Blå sjal".to_owned());
        assert_eq!(of(&row).due.as_deref(), Some(NO_DAY));
        row.projection.fields.insert("due".to_owned(), "2026-12-01".into());
        let found = of(&row);
        assert_eq!((found.due.as_deref(), found.words.as_str()), (Some("2026-12-01"), "bla sjal"));
        assert_eq!(found.marks, "|state=open||given=nobody|");
        row.facts.state = Some(FollowUpState::Closed);
        row.facts.given_to = Some(device.person);
        let found = of(&row);
        assert_eq!((found.due, found.marks), (None, format!("|state=closed||given={}|", device.person)));
    }
}
