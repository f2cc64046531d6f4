//! Records in the words of a person: codes by their labels, days as they are said, people by their names.
//! Called by every command that shows something without `--json`. Invariant: whatever somebody typed into a
//! record, no control character of it reaches the terminal.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;

use footbridge_client::{Environment, Fields, Footbridge, Kind, clean};
use footbridge_text::{
    Arg, Language, field_label, kind_label, language_name, list, receipt_label, role_label, sort_by_words, state_label,
    text,
};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde_json::Value;

mod moments;

use moments::Said;

/// Fields that say what a record is, for one line of a list; of another kind, the first that have a value.
const HEADLINES: &[(&str, &[&str])] = &[
    ("visit", &["kind", "place", "district", "topics"]),
    ("note", &["text"]),
    ("contact", &["handle", "district", "needs"]),
    ("follow_up", &["what", "handle", "district"]),
    ("person", &["name", "role", "districts"]),
    ("code", &["list", "labels", "code"]),
    ("programme", &["name", "districts"]),
];

/// How many characters of a long text stand in a list.
const EXCERPT: usize = 72;

/// The words for one call.
pub struct Words {
    phone: Footbridge,
    environment: Environment,
    language: Language,
    zone: OnceCell<TimeZone>,
    me: OnceCell<Option<String>>,
    people: RefCell<BTreeMap<String, String>>,
}

impl Words {
    /// Words in this language about what is on this phone.
    pub fn new(phone: Footbridge, environment: Environment, language: Language) -> Self {
        Self { phone, environment, language, zone: OnceCell::new(), me: OnceCell::new(), people: RefCell::default() }
    }

    /// A sentence of the catalogues.
    pub fn text(&self, key: &str, arguments: &[(&str, Arg<'_>)]) -> String {
        text(self.language, key, arguments)
    }

    /// What a record is, in one line.
    pub fn headline(&self, record: &Fields) -> String {
        let kind = kind_of(record);
        let known = HEADLINES.iter().find(|(name, _)| *name == kind).map(|(_, fields)| *fields);
        let fields: Vec<&str> = match known {
            Some(fields) => fields.to_vec(),
            None => fields_of(kind).collect(),
        };
        let words: Vec<_> = fields.into_iter().filter_map(|field| self.short(record, field)).collect();
        if words.is_empty() { kind_label(self.language, kind) } else { shortened(&words.join(" · ")) }
    }

    /// The same as [`Words::field`], of labels only the one in our language.
    fn short(&self, record: &Fields, field: &str) -> Option<String> {
        match record.get(field) {
            Some(Value::Object(labels)) => labels.get(self.language.code()).and_then(Value::as_str).map(visible),
            _ => self.field(record, field),
        }
    }

    /// What stands in a field of a record; `None` where nothing does.
    pub fn field(&self, record: &Fields, field: &str) -> Option<String> {
        let value = record.get(field)?;
        let said = self.value(kind_of(record), field, value)?;
        let is_estimated = record.get(&format!("{field}_estimated")).and_then(Value::as_bool) == Some(true);
        Some(if is_estimated && value.is_number() {
            self.text("value-about", &[("count", Arg::Text(&said))])
        } else {
            said
        })
    }

    /// A value of a field of that kind; `None` where it is empty.
    pub fn value(&self, kind: &str, field: &str, value: &Value) -> Option<String> {
        match value {
            Value::Null => None,
            Value::Bool(is_so) => Some(self.text(if *is_so { "value-yes" } else { "value-no" }, &[])),
            Value::Number(number) => Some(match number.as_i64() {
                Some(number) => footbridge_text::number(self.language, number),
                None => number.to_string(),
            }),
            Value::String(words) if words.is_empty() => None,
            Value::String(word) => Some(self.word(kind, field, word)),
            Value::Array(members) => {
                let mut said: Vec<_> = members.iter().filter_map(|member| self.value(kind, field, member)).collect();
                // A set has no order of its own.
                sort_by_words(self.language, &mut said, |word| word);
                (!said.is_empty()).then(|| list(self.language, &said))
            }
            Value::Object(seen) if field == "seen" => {
                let words = [self.field(seen, "by"), self.field(seen, "at")];
                Some(words.into_iter().flatten().collect::<Vec<_>>().join(" "))
            }
            Value::Object(entries) => self.entries(kind, field, entries),
        }
    }

    /// Labels by language, or what was put into a set and taken out of it.
    fn entries(&self, kind: &str, field: &str, entries: &Fields) -> Option<String> {
        let said = entries.iter().filter_map(|(name, value)| {
            let value = self.value(kind, field, value)?;
            Some(match name.as_str() {
                "add" => format!("+ {value}"),
                "remove" => format!("− {value}"),
                language => format!("{value} ({language})"),
            })
        });
        let said: Vec<_> = said.collect();
        (!said.is_empty()).then(|| list(self.language, &said))
    }

    fn word(&self, kind: &str, field: &str, word: &str) -> String {
        match field {
            "author" | "given_to" | "closed_by" | "by" => self.person(word),
            "contact" | "on" | "about" => self.other_record(word),
            "happened_at" | "recorded_at" | "closed_at" | "revoked_at" | "due" | "at" => self.moment(word),
            "languages" => language_name(self.language, word),
            "receipt" => receipt_label(self.language, word),
            "record" => kind_label(self.language, word),
            "role" => role_label(self.language, word),
            "state" => state_label(self.language, word),
            "kind" if kind == "visit" => self.code("kind", word),
            "list" if kind == "code" => footbridge_text::list_label(self.language, word),
            _ => match list_of(kind, field) {
                Some(list) => self.code(list, word),
                None => visible(word),
            },
        }
    }

    /// A code by the programme's label, else by ours.
    fn code(&self, list: &str, code: &str) -> String {
        self.phone.label(self.language, list, code).map_or_else(|_| visible(code), |label| visible(&label))
    }

    /// A person by her name.
    pub fn person(&self, id: &str) -> String {
        if self.me.get_or_init(|| self.find_me()).as_deref() == Some(id) {
            return self.text("value-you", &[]);
        }
        let mut people = self.people.borrow_mut();
        people.entry(id.to_owned()).or_insert_with(|| self.find_name(id)).clone()
    }

    /// Who made a record: before the first join, whoever holds the phone.
    pub fn author(&self, record: &Fields) -> String {
        self.field(record, "author").unwrap_or_else(|| self.text("value-you", &[]))
    }

    fn find_me(&self) -> Option<String> {
        self.phone.status(self.language).ok()?.person
    }

    fn find_name(&self, id: &str) -> String {
        let name = self.phone.person_name(id).ok().flatten();
        name.map_or_else(|| self.text("value-somebody", &[]), |name| visible(&name))
    }

    /// Another record by what it is, where it is on this phone.
    fn other_record(&self, id: &str) -> String {
        let record = id.parse().ok().and_then(|id| self.phone.show(id).ok());
        record.map_or_else(|| id.to_owned(), |record| self.headline(&record))
    }

    /// A day or a time, short; "today" and "yesterday" by those words.
    pub fn moment(&self, written: &str) -> String {
        match moments::read(written, self.zone()) {
            Some(Said::Day(day)) => self.near_day(day),
            Some(Said::Time(time)) => format!("{} {:02}:{:02}", self.near_day(time.date()), time.hour(), time.minute()),
            None => visible(written),
        }
    }

    fn near_day(&self, day: jiff::civil::Date) -> String {
        let today = self.now().date();
        if day == today {
            self.text("date-today", &[])
        } else if Some(day) == today.yesterday().ok() {
            self.text("date-yesterday", &[])
        } else if day.year() == today.year() {
            footbridge_text::day_of_the_year(self.language, (day.year(), day.month(), day.day()))
        } else {
            footbridge_text::day(self.language, (day.year(), day.month(), day.day()))
        }
    }

    fn now(&self) -> DateTime {
        let now =
            jiff::Timestamp::from_millisecond(self.environment.clock.now().0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        now.to_zoned(self.zone().clone()).datetime()
    }

    /// The programme's time zone; before the first join, the terminal's.
    fn zone(&self) -> &TimeZone {
        self.zone.get_or_init(|| match self.phone.vocabulary() {
            Ok(vocabulary) if vocabulary.districts.is_some() => vocabulary.time_zone.clone(),
            _ => TimeZone::system(),
        })
    }

    /// The label of a field of a record of that kind.
    pub fn field_label(&self, kind: &str, field: &str) -> String {
        let (field, entry) = field.split_once('/').map_or((field, None), |(field, entry)| (field, Some(entry)));
        let label = field_label(self.language, kind, field);
        entry.map_or_else(|| label.clone(), |entry| format!("{label} ({entry})"))
    }
}

/// The kind of a record as it is shown.
pub fn kind_of(record: &Fields) -> &str {
    record.get("record").and_then(Value::as_str).unwrap_or_default()
}

/// The names of the fields of a kind, in order.
pub fn fields_of(kind: &str) -> impl Iterator<Item = &'static str> {
    Kind::from_name(kind).into_iter().flat_map(|kind| kind.spec().fields).map(|field| field.name)
}

/// The list that the codes of a field come from.
fn list_of(kind: &str, field: &str) -> Option<&'static str> {
    Kind::from_name(kind)?.spec().field(field)?.shape.list()
}

/// By how much this phone's clock is wrong (ahead by so many seconds, behind where negative), and what to do.
pub fn clock_is_wrong(language: Language, seconds: i64) -> String {
    let minutes = seconds.unsigned_abs() / 60;
    let how = match (minutes / 60 / 24, minutes / 60) {
        (days @ 2.., _) => format!("{days} d"),
        (_, hours @ 2..) => format!("{hours} h"),
        _ => format!("{minutes} min"),
    };
    let key = if seconds > 0 { "cli-clock-ahead" } else { "cli-clock-behind" };
    text(language, key, &[("how", Arg::Text(&how))])
}

/// Words without what could steer a terminal. Lines stay apart.
pub fn visible(words: &str) -> String {
    clean::shown_lines(words).into_owned()
}

/// One line of at most so many characters.
fn shortened(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= EXCERPT {
        return line;
    }
    let short: String = line.chars().take(EXCERPT - 1).collect();
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_of_a_record_steers_the_terminal() {
        assert_eq!(visible("a\u{1b}[2Jb\u{7}c\r\nd\u{9b}"), "a\u{fffd}[2Jb\u{fffd}c\u{fffd}\nd\u{fffd}");
        assert_eq!(visible("søke · ትግርኛ · می‌خواهم"), "søke · ትግርኛ · می‌خواهم");
    }

    #[test]
    fn a_long_text_is_one_short_line_in_a_list() {
        assert_eq!(shortened("two\nlines  and\tmore"), "two lines and more");
        let short = shortened(&"ord ".repeat(100));
        assert!(short.ends_with("ord…") && short.chars().count() <= EXCERPT, "{short}");
    }

    #[test]
    fn a_line_of_a_list_names_only_fields_that_there_are() {
        // Facts that the server sends beside a document.
        let facts = ["handle", "district", "role", "districts"];
        for kind in Kind::ALL {
            let (_, fields) = HEADLINES.iter().find(|(name, _)| *name == kind.name()).expect("every kind has a line");
            for field in *fields {
                assert!(fields_of(kind.name()).any(|name| name == *field) || facts.contains(field), "{field}");
            }
        }
    }
}
