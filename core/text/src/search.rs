//! What a search asks of an index of folded words, in the language of FTS5. Called by both searches, the device's and
//! the review pages', so that they find alike.
//!
//! Invariant: what somebody types reaches an expression only as folded letters and digits within quotation marks.

use std::collections::BTreeSet;

use footbridge_model::{Kind, Projection, Shape, starter};
use serde_json::Value;

use crate::fold::telephone;
use crate::fold::{fold, folded_words, query};
use crate::labels::code_label;
use crate::language::Language;
use crate::languages;

/// A word stands for at most so many codes.
const CODES_MAX: usize = 24;

/// From so many letters on a word that is not finished may name a code.
const BEGUN: usize = 3;

/// What begins the word of a code in the index. Nothing that is folded holds it.
const CODE: char = '_';

/// The words by which a record is found: those of its text, and one for each of its codes and languages. Of codes
/// themselves there are none, and of a programme not its languages: who looks for a word wants what was recorded.
pub fn searched(projection: &Projection) -> String {
    if projection.known_kind() == Some(Kind::Code) {
        return String::new();
    }
    let mut words = fold(&projection.searched_text());
    for code in codes(projection) {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(&code);
    }
    words
}

/// The words of a record's codes.
fn codes(projection: &Projection) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let kind = projection.known_kind().filter(|kind| *kind != Kind::Programme);
    for field in kind.into_iter().flat_map(|kind| kind.spec().fields) {
        let list = match field.shape {
            Shape::LanguageSet => LANGUAGES,
            Shape::Fixed(_) if field.name == KIND => KIND,
            shape => match shape.list() {
                Some(list) => list,
                None => continue,
            },
        };
        match projection.fields.get(field.name) {
            Some(Value::String(code)) => found.extend(code_word(list, code)),
            Some(Value::Array(members)) => {
                found.extend(members.iter().filter_map(Value::as_str).filter_map(|code| code_word(list, code)));
            }
            _ => {}
        }
    }
    found
}

/// The list of kinds of visits, which no programme changes.
const KIND: &str = "kind";

const LANGUAGES: &str = "languages";

/// The word of a code in the index: one token. `None` for what is no code, such as a place in words of one's own.
fn code_word(list: &str, code: &str) -> Option<String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if code.is_empty() || !code.bytes().all(fits) {
        return None;
    }
    Some(format!("{CODE}{list}{CODE}{}", code.to_ascii_lowercase().replace('-', "_")))
}

/// What codes are called, in every language at once.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// A folded word of a label, without its article, and the word of its code.
    called: Vec<(String, String)>,
}

impl Lexicon {
    /// What the catalogues call the starter codes and the kinds of visits.
    pub fn of_the_catalogues() -> Self {
        let mut lexicon = Self::default();
        let kinds = match Kind::Visit.spec().field(KIND).map(|field| field.shape) {
            Some(Shape::Fixed(kinds)) => kinds,
            _ => &[],
        };
        for (list, codes) in starter::LISTS.iter().copied().chain([(KIND, kinds)]) {
            for code in codes {
                for language in Language::PAGES {
                    if let Some(label) = code_label(language, list, code) {
                        lexicon.add(list, code, &label);
                    }
                }
            }
        }
        lexicon
    }

    /// Adds a label that a programme has for a code.
    pub fn add(&mut self, list: &str, code: &str, label: &str) {
        if let Some(code) = code_word(list, code) {
            self.called.extend(query(label).into_iter().map(|word| (word, code.clone())));
        }
    }

    /// Adds every label of a code's record.
    pub fn add_record(&mut self, projection: &Projection) {
        let (Some(list), Some(code)) = (projection.text("list"), projection.text("code")) else { return };
        let labels = projection.fields.get("labels").and_then(Value::as_object);
        for label in labels.into_iter().flat_map(|labels| labels.values()).filter_map(Value::as_str) {
            self.add(list, code, label);
        }
    }

    /// The codes that are called so, and the languages.
    fn meant(&self, word: &str) -> BTreeSet<String> {
        let is_begun = word.chars().count() >= BEGUN;
        let is_so = |label: &str| label == word || (is_begun && label.starts_with(word));
        let codes = self.called.iter().filter(|(label, _)| is_so(label)).map(|(_, code)| code.clone());
        let languages = languages::tags_called(word);
        codes.chain(languages.iter().filter_map(|tag| code_word(LANGUAGES, tag))).take(CODES_MAX).collect()
    }
}

/// What somebody looks for.
#[derive(Debug)]
pub struct Asked {
    groups: Vec<Group>,
}

/// Something that has to be there, in one of its forms.
#[derive(Debug)]
struct Group {
    /// The beginnings of words, all of them.
    terms: Vec<String>,
    /// Words instead of them, each alone.
    instead: Vec<String>,
    /// The word without its article, by which codes are called.
    word: Option<String>,
}

impl Asked {
    /// What this text asks for.
    pub fn of(text: &str) -> Self {
        let mut groups: Vec<Group> = Vec::new();
        let mut digits: Vec<String> = Vec::new();
        for word in folded_words(text).into_iter().take(WORDS_MAX) {
            if telephone::is_digits(&word) {
                digits.push(word);
                continue;
            }
            groups.extend(number(&mut digits));
            let (terms, instead) = (query(&word), Vec::new());
            if !groups.iter().any(|group| group.terms == terms) {
                let word = terms.first().filter(|_| terms.len() == 1).cloned();
                groups.push(Group { terms, instead, word });
            }
        }
        groups.extend(number(&mut digits));
        Self { groups }
    }

    /// Records that hold the words themselves. `None` where nothing is asked for.
    pub fn exactly(&self) -> Option<String> {
        self.expression(|_| BTreeSet::new())
    }

    /// Records that do not, and have codes that are called so. `None` where no code is.
    pub fn by_codes(&self, lexicon: &Lexicon) -> Option<String> {
        let exactly = self.exactly()?;
        let widely = self.expression(|word| lexicon.meant(word))?;
        (widely != exactly).then(|| format!("({widely}) NOT ({exactly})"))
    }

    fn expression(&self, codes: impl Fn(&str) -> BTreeSet<String>) -> Option<String> {
        let groups: Vec<String> = self.groups.iter().map(|group| group.expression(&codes)).collect();
        (!groups.is_empty()).then(|| groups.join(" AND "))
    }
}

impl Group {
    fn expression(&self, codes: impl Fn(&str) -> BTreeSet<String>) -> String {
        let terms: Vec<_> = self.terms.iter().map(|term| format!("\"{term}\"*")).collect();
        let instead = self.instead.iter().map(|term| format!("\"{term}\"*"));
        let codes = self.word.as_deref().map(codes).unwrap_or_default();
        let codes = codes.iter().map(|code| format!("\"{code}\""));
        let forms: Vec<_> = std::iter::once(format!("({})", terms.join(" AND "))).chain(instead).chain(codes).collect();
        format!("({})", forms.join(" OR "))
    }
}

/// A search asks for at most so many words; a text pasted into the field is cut there.
const WORDS_MAX: usize = 32;

/// Digits that stand beside each other: as they were typed, or a telephone number in another grouping.
fn number(digits: &mut Vec<String>) -> Option<Group> {
    let digits = std::mem::take(digits);
    if digits.is_empty() {
        return None;
    }
    let instead = telephone::asked(&digits.concat());
    Some(Group { terms: digits, instead, word: None })
}

#[cfg(test)]
mod tests;
