//! The catalogues: `catalogues/LANGUAGE/*.ftl` in Fluent, compiled in, parsed once. Called by whoever says
//! something to a person. A key that a language lacks is answered in English; a test lets none be lacking.
//!
//! To add a key: one line in the same file of each language. A key is small letters, digits and hyphens;
//! `message.attribute` asks for an attribute.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::memoizer::MemoizerKind;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::language::Language;
use crate::numbers;

mod plurals;

#[cfg(test)]
mod tests;

type Bundle = FluentBundle<FluentResource>;

/// Where a language's files are, one line a file.
macro_rules! files {
    ($language:literal) => {
        &[
            include_str!(concat!("../catalogues/", $language, "/words.ftl")),
            include_str!(concat!("../catalogues/", $language, "/problems.ftl")),
            include_str!(concat!("../catalogues/", $language, "/import.ftl")),
            include_str!(concat!("../catalogues/", $language, "/terminal.ftl")),
            include_str!(concat!("../catalogues/", $language, "/review.ftl")),
        ]
    };
}

/// The files of a language. Arabic has those of the server's pages.
const fn files(language: Language) -> &'static [&'static str] {
    match language {
        Language::Bokmal => files!("nb"),
        Language::Swedish => files!("sv"),
        Language::English => files!("en"),
        Language::Arabic => &[include_str!("../catalogues/ar/words.ftl"), include_str!("../catalogues/ar/review.ftl")],
    }
}

/// What fills a variable of a sentence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Arg<'a> {
    /// Words, put in as they are.
    Text(&'a str),
    /// A number: it chooses between one and many, and is grouped (10 000).
    Number(i64),
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Arg<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<i32> for Arg<'_> {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for Arg<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for Arg<'_> {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Arg<'_> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// The sentence `key` in `language`, its variables filled. Where no language has the key, the key itself:
/// somebody sees it and tells us, and nothing breaks.
pub fn text(language: Language, key: &str, arguments: &[(&str, Arg<'_>)]) -> String {
    try_text(language, key, arguments).unwrap_or_else(|| key.to_owned())
}

/// The sentence `key` in `language`, in English where that language lacks it, or nothing.
pub fn try_text(language: Language, key: &str, arguments: &[(&str, Arg<'_>)]) -> Option<String> {
    format(bundle(language), key, arguments).or_else(|| format(bundle(Language::English), key, arguments))
}

/// Every key there is, those of attributes as `message.attribute`; for tests of rooms that build keys.
pub fn keys() -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for source in files(Language::English) {
        let resource = parse(source);
        for entry in resource.entries() {
            let fluent_syntax::ast::Entry::Message(message) = entry else { continue };
            if message.value.is_some() {
                keys.insert(message.id.name.to_owned());
            }
            for attribute in &message.attributes {
                keys.insert(format!("{}.{}", message.id.name, attribute.id.name));
            }
        }
    }
    keys
}

fn format(bundle: &Bundle, key: &str, arguments: &[(&str, Arg<'_>)]) -> Option<String> {
    let (id, attribute) = match key.split_once('.') {
        Some((id, attribute)) => (id, Some(attribute)),
        None => (key, None),
    };
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        Some(attribute) => message.get_attribute(attribute)?.value(),
        None => message.value()?,
    };
    let mut filled = FluentArgs::with_capacity(arguments.len());
    for (name, argument) in arguments {
        match *argument {
            Arg::Text(text) => filled.set(*name, text),
            Arg::Number(number) => filled.set(*name, number),
        }
    }
    // A variable that was not given stands in the text by its name; the rest of the sentence still helps.
    let mut errors = Vec::new();
    Some(bundle.format_pattern(pattern, Some(&filled), &mut errors).into_owned())
}

fn bundle(language: Language) -> &'static Bundle {
    static BOKMAL: OnceLock<Bundle> = OnceLock::new();
    static SWEDISH: OnceLock<Bundle> = OnceLock::new();
    static ENGLISH: OnceLock<Bundle> = OnceLock::new();
    static ARABIC: OnceLock<Bundle> = OnceLock::new();
    let cell = match language {
        Language::Bokmal => &BOKMAL,
        Language::Swedish => &SWEDISH,
        Language::English => &ENGLISH,
        Language::Arabic => &ARABIC,
    };
    cell.get_or_init(|| build(language))
}

fn build(language: Language) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![language.identifier()]);
    // The marks that would isolate right-to-left names show up as boxes in some terminals.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match language {
        Language::Bokmal => in_bokmal,
        Language::Swedish => in_swedish,
        Language::English => in_english,
        Language::Arabic => in_arabic,
    }));
    // Fails where the name is taken, and no other function is added.
    let _ = bundle.add_function(plurals::CATEGORY, move |positional, _| plurals::category(language, positional));
    for source in files(language) {
        // Twice the same key keeps the first; the tests refuse it.
        let _ = bundle.add_resource(parse(&plurals::by_category(source)));
    }
    bundle
}

/// What can be read of a file. The tests refuse a file with anything that cannot.
fn parse(source: &str) -> FluentResource {
    FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, _)| readable)
}

fn in_bokmal<M: MemoizerKind>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    written(Language::Bokmal, value)
}

fn in_swedish<M: MemoizerKind>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    written(Language::Swedish, value)
}

fn in_english<M: MemoizerKind>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    written(Language::English, value)
}

fn in_arabic<M: MemoizerKind>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    written(Language::Arabic, value)
}

/// A number as the language writes it.
fn written(language: Language, value: &FluentValue<'_>) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    number.as_string().parse().ok().map(|number| numbers::number(language, number))
}
