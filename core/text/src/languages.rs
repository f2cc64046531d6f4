//! Names of the languages that women speak, from CLDR through ICU4X: none is written by hand here. Called
//! where a language is shown or chosen, and by the import, which meets them as words.
//!
//! Tags are canonical when they are looked up, so that `prs` and `fa-AF`, or `kmr` and `ku`, are one.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::OnceLock;

use footbridge_model::language::identifier;
use icu_locale::names::{DisplayNamesPreferences, LanguageIdentifierDisplayName};
use icu_locale::{LanguageIdentifier, Locale, LocaleDirectionality};
use writeable::TryWriteable;

use crate::fold::{fold, query};
use crate::language::Language;

/// Tags that say that a language is unknown, mixed or absent.
const NOT_LANGUAGES: [&str; 5] = ["mis", "mul", "root", "und", "zxx"];

/// What the language of this BCP 47 tag is called in `language`; the tag where nobody knows.
pub fn language_name(language: Language, tag: &str) -> String {
    let preferences = preferences(language);
    identifier(tag).and_then(|id| name_or_base(&preferences, id)).unwrap_or_else(|| tag.to_owned())
}

/// What the language calls itself, where CLDR knows.
pub fn endonym(tag: &str) -> Option<String> {
    let id = identifier(tag)?;
    name_or_base(&DisplayNamesPreferences::from(&Locale::from(id.clone())), id)
}

/// The tag as CLDR writes it (`prs` is `fa-AF`, `NB_no` is `nb-NO`); `None` where it is not a tag.
pub fn canonical_tag(tag: &str) -> Option<String> {
    Some(identifier(tag)?.to_string())
}

/// Whether text in the language of this tag runs from right to left.
pub fn is_right_to_left(tag: &str) -> bool {
    identifier(tag).is_some_and(|id| LocaleDirectionality::new_extended().is_right_to_left(&id))
}

/// Canonical tags of all the languages that CLDR can name, in the order of their tags.
pub fn known_languages() -> &'static BTreeSet<String> {
    static KNOWN: OnceLock<BTreeSet<String>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let english = preferences(Language::English);
        codes()
            .filter_map(|code| identifier(&code))
            .filter(|id| !NOT_LANGUAGES.contains(&id.language.as_str()) && name(&english, id).is_some())
            .map(|id| id.to_string())
            .collect()
    })
}

/// The tag of the language that somebody wrote as a word, in any of our languages or in its own
/// ("somaliska", "arabisk", "Kurmanji", "Soomaali"), or as its tag.
pub fn language_tag(word: &str) -> Option<String> {
    let found = named().get(&fold(word)).cloned();
    found.or_else(|| canonical_tag(word).filter(|tag| known_languages().contains(tag)))
}

/// The tags of the languages that are called by a folded word, or whose names begin so.
pub(crate) fn tags_called(folded: &str) -> BTreeSet<&'static str> {
    /// Shorter beginnings are of too many.
    const BEGUN: usize = 4;
    if folded.chars().count() < BEGUN {
        return named().get(folded).map(String::as_str).into_iter().collect();
    }
    let from = named().range::<str, _>((Bound::Included(folded), Bound::Unbounded));
    from.take_while(|(name, _)| name.starts_with(folded)).map(|(_, tag)| tag.as_str()).collect()
}

fn named() -> &'static BTreeMap<String, String> {
    static WORDS: OnceLock<BTreeMap<String, String>> = OnceLock::new();
    WORDS.get_or_init(words)
}

/// Each folded name with its tag. Whole names come before parts of names ("kurdisk (kurmanji)"), and where
/// two languages share a name, the one with the shorter tag is meant.
fn words() -> BTreeMap<String, String> {
    let mut known: Vec<_> = known_languages().iter().filter_map(|tag| Some((tag, identifier(tag)?))).collect();
    known.sort_by_key(|(tag, _)| tag.len());
    let mut words = BTreeMap::new();
    let mut mean = |name: &str, tag: &str| {
        words.entry(fold(name)).or_insert_with(|| tag.to_owned());
        // Without its article.
        if let [term] = query(name).as_slice() {
            words.entry(term.clone()).or_insert_with(|| tag.to_owned());
        }
    };
    for (tag, id) in &known {
        for language in Language::PAGES {
            if let Some(name) = name(&preferences(language), id) {
                mean(&name, tag);
            }
        }
    }
    for (tag, _) in &known {
        if let Some(name) = endonym(tag) {
            mean(&name, tag);
        }
    }
    for (tag, id) in known.iter().filter(|(_, id)| id.script.is_none() && id.region.is_none()) {
        for language in Language::PAGES {
            let name = name_in_menu(&preferences(language), id);
            if let Some(variety) = name.as_deref().and_then(|name| name.rsplit([' ', '(']).next()) {
                mean(variety, tag);
            }
        }
    }
    words
}

/// Every code of two or three letters: CLDR's data cannot be listed, but it can be asked.
fn codes() -> impl Iterator<Item = String> {
    let letters = || 'a'..='z';
    let two = letters().flat_map(move |a| letters().map(move |b| format!("{a}{b}")));
    two.clone().chain(two.flat_map(move |ab| letters().map(move |c| format!("{ab}{c}"))))
}

fn preferences(language: Language) -> DisplayNamesPreferences {
    match language {
        Language::Bokmal => icu_locale::locale!("nb"),
        Language::Swedish => icu_locale::locale!("sv"),
        Language::English => icu_locale::locale!("en"),
        Language::Arabic => icu_locale::locale!("ar"),
    }
    .into()
}

/// The name, without script and region where CLDR does not know those.
fn name_or_base(preferences: &DisplayNamesPreferences, id: LanguageIdentifier) -> Option<String> {
    name(preferences, &id).or_else(|| name(preferences, &LanguageIdentifier::from(id.language)))
}

/// The name as a menu has it, with the variety behind: "Kurdish (Kurmanji)".
fn name_in_menu(preferences: &DisplayNamesPreferences, id: &LanguageIdentifier) -> Option<String> {
    let name = LanguageIdentifierDisplayName::try_new_menu_heavy(*preferences, id.clone(), Default::default()).ok()?;
    name.as_borrowed().try_write_to_string().ok().map(Into::into)
}

/// The name in the language of `preferences`; `None` where CLDR lacks any part of it.
fn name(preferences: &DisplayNamesPreferences, id: &LanguageIdentifier) -> Option<String> {
    let name = LanguageIdentifierDisplayName::try_new_heavy(*preferences, id.clone(), Default::default()).ok()?;
    name.as_borrowed().try_write_to_string().ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_languages_of_the_two_programmes_have_names_in_all_three_of_ours() {
        let spoken = [
            "so", "ti", "ar", "fa", "prs", "fa-AF", "ku", "kmr", "ckb", "sq", "nb", "no", "sv", "en", "uk", "pl", "am",
            "ur", "ps", "th", "om", "sw", "fr", "es", "ru", "tr", "vi", "fil", "bs", "rom", "bn", "ta", "pa", "my",
            "rw", "aeb", "ary", "din", "tig",
        ];
        for language in Language::ALL {
            for tag in spoken {
                let name = language_name(language, tag);
                assert!(name.chars().count() > 3 && name != tag, "{tag} in {}: {name}", language.code());
            }
        }
    }

    #[test]
    fn a_name_is_said_as_each_language_says_it() {
        assert_eq!(language_name(Language::Bokmal, "so"), "somali");
        assert_eq!(language_name(Language::Swedish, "so"), "somaliska");
        assert_eq!(language_name(Language::English, "so"), "Somali");
        assert_eq!(language_name(Language::Swedish, "sq"), "albanska");
        assert_eq!(endonym("so").as_deref(), Some("Soomaali"));
        assert_eq!(endonym("ti").as_deref(), Some("ትግርኛ"));
        assert_eq!(endonym("ar").as_deref(), Some("العربية"));
    }

    #[test]
    fn two_tags_of_one_language_are_one() {
        assert_eq!(canonical_tag("prs").as_deref(), Some("fa-AF"));
        assert_eq!(canonical_tag("kmr").as_deref(), Some("ku"));
        assert_eq!(canonical_tag("nb_no").as_deref(), Some("nb-NO"));
        assert_eq!(canonical_tag("not a tag"), None);
        for language in Language::ALL {
            assert_eq!(language_name(language, "prs"), language_name(language, "fa-AF"));
            assert_eq!(language_name(language, "kmr"), language_name(language, "ku"));
        }
        assert_eq!(language_name(Language::Bokmal, "prs"), "dari");
    }

    #[test]
    fn a_tag_that_nobody_knows_is_shown_as_it_is() {
        for tag in ["xx", "xx-YY", "", "💬", "not a tag"] {
            assert_eq!(language_name(Language::Bokmal, tag), tag);
            assert_eq!(endonym(tag), None);
        }
        assert_eq!(language_name(Language::English, "so-XQ"), "Somali");
    }

    #[test]
    fn the_direction_follows_the_script() {
        for tag in ["ar", "fa", "prs", "ur", "ps", "ckb", "he", "ku-Arab"] {
            assert!(is_right_to_left(tag), "{tag}");
        }
        for tag in ["so", "ti", "ku", "sv", "xx", ""] {
            assert!(!is_right_to_left(tag), "{tag}");
        }
    }

    #[test]
    fn a_language_is_known_by_its_word_in_any_of_ours_and_in_its_own() {
        for (word, tag) in [
            ("somali", "so"),
            ("somaliska", "so"),
            ("Soomaali", "so"),
            ("tigrinja", "ti"),
            ("Tigrinya", "ti"),
            ("arabiska", "ar"),
            ("arabisk", "ar"),
            ("العربية", "ar"),
            ("dari", "fa-AF"),
            ("albanska", "sq"),
            ("Albansk", "sq"),
            ("SVENSKA", "sv"),
            ("Kurmanji", "ku"),
            ("kurmandji", "ku"),
            ("sorani", "ckb"),
            ("norsk", "no"),
            ("engelsk", "en"),
            ("ukrainska", "uk"),
            ("ti", "ti"),
            ("prs", "fa-AF"),
        ] {
            assert_eq!(language_tag(word).as_deref(), Some(tag), "{word}");
        }
        for word in ["", "vet inte", "svenska och arabiska", "xx"] {
            assert_eq!(language_tag(word), None, "{word}");
        }
    }

    #[test]
    fn all_that_is_known_has_a_name_in_each_of_ours() {
        assert!(known_languages().len() > 400, "{}", known_languages().len());
        assert!(known_languages().iter().all(|tag| canonical_tag(tag).as_ref() == Some(tag)));
        assert!(!known_languages().contains("und"));
    }
}
