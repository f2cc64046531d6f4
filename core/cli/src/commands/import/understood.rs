//! What was understood of a log, shown to whoever decides whether it is imported.

use std::collections::BTreeMap;

use footbridge_client::import::{Column, Plan};
use footbridge_text::{Arg, field_label, kind_label};

use super::super::Terminal;
use crate::exit::Failure;
use crate::wording::{fields_of, visible};

/// How many rejected rows, words or codes are shown one by one.
const SHOWN: usize = 12;

impl Terminal<'_> {
    pub(super) fn understood(&self, plan: &Plan) -> Result<(), Failure> {
        let understood = &plan.understood;
        self.output.sentence("import-understood", &[])?;
        self.output.sentence("import-rows", &[("count", understood.data_rows.into())])?;
        if let Some((first, last)) = understood.days {
            self.output.line(&format!("{first} – {last}"))?;
        }
        for (header, column) in &understood.columns {
            let header = visible(header);
            match column.map(|column| self.column(column)) {
                Some(field) => {
                    let arguments = [("column", Arg::Text(&header)), ("field", Arg::Text(&field))];
                    self.output.sentence("import-column", &arguments)?;
                }
                None => self.output.sentence("import-column-unused", &[("column", Arg::Text(&header))])?,
            }
        }
        self.codes(plan)?;
        self.authors(plan)?;
        self.new_words(&plan.new_words)?;
        self.rejected(plan)?;
        self.left_out(plan)
    }

    /// Rows that are neither imported nor rejected.
    fn left_out(&self, plan: &Plan) -> Result<(), Failure> {
        let skipped = plan.understood.skipped.len();
        if skipped > 0 {
            self.output.sentence("cli-skipped", &[("count", skipped.into())])?;
        }
        self.repeated(plan)
    }

    /// Rows that say the same as one before them, each with the line of that one.
    fn repeated(&self, plan: &Plan) -> Result<(), Failure> {
        if plan.repeated.is_empty() {
            return Ok(());
        }
        self.output.sentence("cli-repeated", &[("count", plan.repeated.len().into())])?;
        for repeated in plan.repeated.iter().take(SHOWN) {
            let named = [("line", repeated.row.line.into()), ("like", repeated.like.into())];
            self.output.line(&format!("  {}", self.words.text("cli-repeated-line", &named)))?;
        }
        self.rest(plan.repeated.len())
    }

    /// What a column is read as.
    fn column(&self, column: Column) -> String {
        let language = self.output.language;
        match column {
            Column::Date | Column::Time => field_label(language, "visit", "happened_at"),
            Column::Note => kind_label(language, "note"),
            Column::Author
            | Column::District
            | Column::Kind
            | Column::Place
            | Column::Arose
            | Column::Languages
            | Column::Topics
            | Column::Help
            | Column::With
            | Column::Reached
            | Column::Minutes
            | Column::NextStep => field_label(language, "visit", column.name()),
        }
    }

    /// How often each code was found, the most frequent first.
    fn codes(&self, plan: &Plan) -> Result<(), Failure> {
        let found = fields_of("visit").filter_map(|field| Some((field, plan.understood.codes.get(field)?)));
        let rows = found.map(|(field, codes)| {
            let said = most(codes).map(|(code, count)| {
                let code = self.words.value("visit", field, &code.into()).unwrap_or_default();
                format!("{code} {count}")
            });
            vec![self.words.field_label("visit", field), said.collect::<Vec<_>>().join(" · ")]
        });
        self.output.fields(rows.collect())
    }

    fn authors(&self, plan: &Plan) -> Result<(), Failure> {
        let understood = &plan.understood;
        for (person, count) in &understood.people {
            let name = format!("{} ({count})", self.words.person(&person.to_string()));
            self.output.sentence("import-author", &[("name", Arg::Text(&name))])?;
        }
        if !understood.unknown_initials.is_empty() {
            let initials: Vec<_> = understood.unknown_initials.keys().map(|initials| visible(initials)).collect();
            let name = format!("{} ({})", self.words.text("value-you", &[]), initials.join(", "));
            self.output.sentence("import-author", &[("name", Arg::Text(&name))])?;
        }
        Ok(())
    }

    fn new_words(&self, new_words: &BTreeMap<String, BTreeMap<String, usize>>) -> Result<(), Failure> {
        let all: Vec<_> =
            new_words.iter().flat_map(|(list, words)| words.iter().map(move |word| (list, word))).collect();
        if all.is_empty() {
            return Ok(());
        }
        self.output.sentence("import-new-words", &[("count", all.len().into())])?;
        for (list, (word, count)) in all.iter().take(SHOWN) {
            let (word, field) = (visible(word), self.words.field_label("visit", list));
            let arguments = [("word", Arg::Text(&word)), ("field", Arg::Text(&field)), ("count", (**count).into())];
            self.output.line(&format!("  {}", self.words.text("import-new-word", &arguments)))?;
        }
        self.rest(all.len())
    }

    fn rejected(&self, plan: &Plan) -> Result<(), Failure> {
        self.output.sentence("import-rejected", &[("count", plan.rejected.len().into())])?;
        for row in plan.rejected.iter().take(SHOWN) {
            let problem = visible(&row.told(self.output.language, plan.header.len()));
            let arguments = [("line", row.line.into()), ("problem", Arg::Text(&problem))];
            self.output.line(&format!("  {}", self.words.text("line-problem", &arguments)))?;
        }
        self.rest(plan.rejected.len())
    }

    /// How many more there are than were shown.
    fn rest(&self, all: usize) -> Result<(), Failure> {
        match all.checked_sub(SHOWN) {
            None | Some(0) => Ok(()),
            Some(rest) => {
                self.output.line(&format!("  {}", self.words.text("cli-and-more", &[("count", rest.into())])))
            }
        }
    }
}

/// The most frequent first; equal ones by name.
fn most(counted: &BTreeMap<String, usize>) -> impl Iterator<Item = (String, usize)> {
    let mut counted: Vec<_> = counted.iter().map(|(name, count)| (name.clone(), *count)).collect();
    counted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counted.into_iter().take(SHOWN)
}
