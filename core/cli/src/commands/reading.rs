//! Asking: `show`, `list`, `search`, `timeline`, `due` and `schema`.

use footbridge_client::{DocumentId, Fields, ListQuery};
use footbridge_text::{field_label, kind_label, kinds_label, list, state_label};
use serde_json::Value;

use super::{Terminal, id, kind_name};
use crate::arguments::{LIMIT, List, Page};
use crate::exit::Failure;
use crate::wording::{fields_of, kind_of};

/// Fields that stand beside the fields of its kind, in the order in which a person reads them.
const BESIDE: &[&str] = &[
    "handle",
    "district",
    "role",
    "districts",
    "revoked_at",
    "given_to",
    "open_to",
    "closed_by",
    "closed_at",
    "author",
    "recorded_at",
    "receipt",
    "seen",
    "deleting",
];

impl Terminal<'_> {
    pub(super) fn schema(&self, kind: &str) -> Result<(), Failure> {
        let schema = self.phone.schema(kind)?;
        if self.output.json {
            return self.output.value(&schema);
        }
        self.output.line(&serde_json::to_string_pretty(&schema).unwrap_or_default())
    }

    pub(super) fn show(&self, typed: &str) -> Result<(), Failure> {
        let id = id(typed)?;
        let record = self.phone.show(id)?;
        self.phone.seen(id)?;
        if self.output.json {
            return self.output.value(&Value::Object(record));
        }
        let kind = kind_of(&record);
        let beside = BESIDE.iter().copied().filter(|beside| fields_of(kind).all(|field| field != *beside));
        let rows = fields_of(kind).chain(beside).filter(|field| !field.ends_with("_estimated")).filter_map(|field| {
            let said = self.words.field(&record, field)?;
            // The id of a record that is not here tells a person nothing.
            let is_elsewhere = record.get(field).and_then(Value::as_str).is_some_and(|id| id == said && is_id(id));
            (!is_elsewhere).then(|| vec![self.words.field_label(kind, field), said])
        });
        self.output.line(&format!("{}: {}", kind_label(self.output.language, kind), self.words.headline(&record)))?;
        self.output.fields(rows.collect())?;
        if let Some(disagreements) = self.disagreements(&record) {
            self.output.line(&format!("{disagreements}. {}", self.words.text("cli-see-conflicts", &[])))?;
        }
        self.on(id, "note")?;
        self.on(id, "follow_up")
    }

    /// What of that kind is on a record.
    fn on(&self, id: DocumentId, kind: &str) -> Result<(), Failure> {
        let query = ListQuery { kind: kind.to_owned(), on: Some(id.to_string()), limit: LIMIT, ..ListQuery::default() };
        let page = self.phone.list(&query)?;
        if page.items.is_empty() {
            return Ok(());
        }
        self.output.line(&format!("\n{}", kinds_label(self.output.language, kind)))?;
        self.records(&page.items)
    }

    /// The fields on which people disagree, in words.
    fn disagreements(&self, record: &Fields) -> Option<String> {
        let kind = kind_of(record);
        let fields: Vec<_> = disagreements(record).map(|field| self.words.field_label(kind, field)).collect();
        let label = field_label(self.output.language, kind, "disagreements");
        (!fields.is_empty()).then(|| format!("{label}: {}", list(self.output.language, &fields)))
    }

    pub(super) fn list(&self, list: List) -> Result<(), Failure> {
        let List { kind, since, until, district, author, state, page } = list;
        let author = author.map(|author| self.person_named("author", &author)).transpose()?;
        let query = ListQuery {
            kind: kind_name(&kind),
            since,
            until,
            district,
            author: author.map(|author| author.to_string()),
            state,
            ..ListQuery::default()
        };
        let found = self.gather(&page, |limit, after| {
            self.phone.list(&ListQuery { limit, after: after.map(str::to_owned), ..query.clone() })
        })?;
        self.page(found, "list-empty", |items| self.records(items))
    }

    pub(super) fn search(&self, text: &str, page: &Page) -> Result<(), Failure> {
        let found = self.gather(page, |limit, after| self.phone.search(text, limit, after))?;
        self.page(found, "search-empty", |items| self.records(items))
    }

    pub(super) fn due(&self, page: &Page) -> Result<(), Failure> {
        let due = self.gather(page, |limit, after| self.phone.due(limit, after))?;
        self.page(due, "due-empty", |items| self.due_table(items))
    }

    /// Follow-ups with their day and who has them.
    pub(super) fn due_table(&self, items: &[Fields]) -> Result<(), Failure> {
        let heading = ["what", "due", "to"].map(|column| self.words.text(&format!("cli-column-{column}"), &[]));
        let rows = items.iter().map(|item| vec![self.titled(item), self.due_day(item), self.given_to(item)]);
        self.output.table(&heading, rows.collect())
    }

    pub(super) fn timeline(&self, typed: &str, page: &Page) -> Result<(), Failure> {
        let id = id(typed)?;
        let said = self.gather(page, |limit, after| self.phone.timeline(id, limit, after))?;
        let kind = self.phone.show(id).map(|record| kind_of(&record).to_owned()).unwrap_or_default();
        self.page(said, "list-empty", |items| {
            let heading =
                ["when", "who", "field", "answer"].map(|column| self.words.text(&format!("column-{column}"), &[]));
            let rows = items.iter().map(|item| self.said(&kind, item));
            self.output.narrow_table(&heading, rows.collect())
        })
    }

    fn said(&self, kind: &str, item: &Fields) -> Vec<String> {
        let field = item.get("field").and_then(Value::as_str).unwrap_or_default();
        let value = item.get("value").and_then(|value| self.words.value(kind, field, value));
        vec![
            self.words.field(item, "at").unwrap_or_default(),
            self.words.author(item),
            self.words.field_label(kind, field),
            value.unwrap_or_else(|| self.words.text("timeline-removed", &[])),
        ]
    }

    /// Records of any kind, the id under each for copying.
    fn records(&self, items: &[Fields]) -> Result<(), Failure> {
        let heading =
            ["column-what", "column-when", "column-who", "cli-column-state"].map(|key| self.words.text(key, &[]));
        let rows = items
            .iter()
            .map(|item| vec![self.titled(item), self.when(item), self.words.author(item), self.marks(item)]);
        self.output.table(&heading, rows.collect())
    }

    /// What a record is, and its id on a line of its own.
    fn titled(&self, record: &Fields) -> String {
        let id = record.get("id").and_then(Value::as_str).unwrap_or_default();
        format!("{}\n{id}", self.words.headline(record))
    }

    fn when(&self, record: &Fields) -> String {
        let when = self.words.field(record, "happened_at").or_else(|| self.words.field(record, "recorded_at"));
        when.unwrap_or_default()
    }

    /// How far a record has come, and what is special about it.
    fn marks(&self, record: &Fields) -> String {
        let mut marks = Vec::new();
        match record.get("state").and_then(Value::as_str) {
            None | Some("done") => {}
            Some(state) => marks.push(state_label(self.output.language, state)),
        }
        marks.extend(self.words.field(record, "receipt"));
        marks.extend(self.disagreements(record));
        marks.join("\n")
    }

    fn due_day(&self, record: &Fields) -> String {
        let Some(day) = record.get("due").and_then(Value::as_str) else { return String::new() };
        let said = self.words.moment(day);
        let is_late = record.get("late").and_then(Value::as_bool) == Some(true);
        if is_late { format!("{said}\n{}", self.words.text("due-overdue", &[])) } else { said }
    }

    fn given_to(&self, record: &Fields) -> String {
        let to = self.words.field(record, "given_to").or_else(|| self.words.field(record, "open_to"));
        let to = to.unwrap_or_default();
        let has_left = record.get("holder_left").and_then(Value::as_bool) == Some(true);
        if has_left { format!("{to}\n{}", self.words.text("cli-holder-left", &[])) } else { to }
    }
}

fn is_id(text: &str) -> bool {
    text.parse::<DocumentId>().is_ok()
}

fn disagreements(record: &Fields) -> impl Iterator<Item = &str> {
    record.get("disagreements").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}
