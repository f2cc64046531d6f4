//! Words of the file into codes: which word means what, which have no code, which say more than theirs.
//! The words themselves are the mapping's; names of languages that it does not have are CLDR's.

use std::collections::{BTreeMap, BTreeSet};

use icu_normalizer::ComposingNormalizerBorrowed;

use super::mapping::{List, Mapping, Meaning};

/// One spelling for comparing: composed (a letter and its dots may be two characters in a file), small
/// letters, single spaces. Stricter than the folding for search: "hal" and "häl" are two words.
pub(super) fn fold(text: &str) -> String {
    let text = ComposingNormalizerBorrowed::new_nfc().normalize(text);
    let mut folded = String::with_capacity(text.len());
    for word in
        text.split(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\u{200b}').filter(|word| !word.is_empty())
    {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    folded
}

/// A word of three letters or fewer is not taken for the name of a language, for most of them are some
/// language's code: "ja" is Japanese. The mapping may say otherwise.
const LONGEST_NO_NAME: usize = 3;

/// What the words of one cell came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Meant {
    /// Its codes.
    pub(super) codes: BTreeSet<String>,
    /// Codes of `with` that its phrases named.
    pub(super) with: BTreeSet<String>,
    /// The kind of visit that follows from the words.
    pub(super) kind: Option<String>,
    /// The file's own words that the codes do not say.
    pub(super) kept: Vec<String>,
    /// Words without a code, by list.
    pub(super) new: Vec<(List, String)>,
}

/// The mapping beside the codes that the programme has.
pub(super) struct Words<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) known: &'a BTreeMap<String, BTreeSet<String>>,
}

impl Words<'_> {
    /// A cell that holds any number of words of `list`.
    pub(super) fn set(&self, list: List, cell: &str) -> Meant {
        let mut meant = Meant::default();
        if self.take_whole(list, cell, &mut meant) {
            return meant;
        }
        for part in self.parts(cell) {
            if !self.take_part(list, part, &mut meant) {
                meant.kept.push(part.to_owned());
                meant.new.push((list, part.to_owned()));
            }
        }
        meant
    }

    /// A cell that holds one word of `list`. Where it names several, the first that has a code is taken
    /// and the others are kept as words.
    pub(super) fn single(&self, list: List, cell: &str) -> Meant {
        let mut meant = Meant::default();
        if self.take_whole(list, cell, &mut meant) {
            return meant;
        }
        for part in self.parts(cell) {
            let mut one = Meant::default();
            let has_code = self.take_part(list, part, &mut one);
            if has_code && meant.codes.is_empty() {
                one.kept.splice(0..0, meant.kept);
                one.new.splice(0..0, meant.new);
                meant = one;
                continue;
            }
            meant.kept.push(part.to_owned());
            if !has_code {
                meant.new.push((list, part.to_owned()));
            }
        }
        meant
    }

    fn parts<'c>(&self, cell: &'c str) -> Vec<&'c str> {
        let mut parts = vec![cell];
        for separator in &self.mapping.list_separators {
            parts = parts.into_iter().flat_map(|part| part.split(separator.as_str())).collect();
        }
        parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).collect()
    }

    /// Adds what `phrase` means as it stands in the tables; `false` where it has no code.
    fn take_whole(&self, list: List, phrase: &str, into: &mut Meant) -> bool {
        let folded = fold(phrase);
        if let Some(meaning) = self.mapping.meaning(list, &folded).filter(|meaning| self.knows(list, &meaning.code)) {
            self.add(meaning, phrase, into);
            return true;
        }
        if self.known.get(list.name()).is_some_and(|codes| codes.contains(&folded)) {
            into.codes.insert(folded);
            return true;
        }
        false
    }

    /// Adds what one part of a cell means: a word, the name of a language, a phrase with an opening.
    fn take_part(&self, list: List, phrase: &str, into: &mut Meant) -> bool {
        if self.take_whole(list, phrase, into) {
            return true;
        }
        let folded = fold(phrase);
        if list == List::Languages
            && folded.chars().count() > LONGEST_NO_NAME
            && let Some(tag) = footbridge_text::language_tag(&folded).filter(|tag| self.knows(list, tag))
        {
            into.codes.insert(tag);
            return true;
        }
        let Some((meaning, rest)) = self.mapping.opening(list, &folded) else { return false };
        if !self.knows(list, &meaning.code) {
            return false;
        }
        into.codes.insert(meaning.code.clone());
        match self.mapping.meaning(List::With, rest).filter(|with| self.knows(List::With, &with.code)) {
            Some(with) => {
                into.with.insert(with.code.clone());
                if meaning.keep || with.keep {
                    into.kept.push(phrase.to_owned());
                }
            }
            None => {
                into.kept.push(phrase.to_owned());
                into.new.push((List::With, rest.to_owned()));
            }
        }
        true
    }

    fn add(&self, meaning: &Meaning, phrase: &str, into: &mut Meant) {
        into.codes.insert(meaning.code.clone());
        if into.kind.is_none() {
            into.kind.clone_from(&meaning.kind);
        }
        let mut keep = meaning.keep;
        if let Some(with) = &meaning.with {
            if self.knows(List::With, with) {
                into.with.insert(with.clone());
            } else {
                into.new.push((List::With, phrase.to_owned()));
                keep = true;
            }
        }
        if keep {
            into.kept.push(phrase.to_owned());
        }
    }

    /// Whether the programme has the code. A list that it does not name takes whatever the mapping says.
    fn knows(&self, list: List, code: &str) -> bool {
        self.known.get(list.name()).is_none_or(|codes| codes.contains(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAPPING: &str = r#"
        version = 1
        list_separators = [",", " och "]
        [columns]
        date = "Datum"
        [words.topics]
        "hälsa" = "health"
        "helse" = "health"
        "familj" = "family"
        "mat, sömn" = "health"
        [words.next_step]
        "ringa" = "call_health_centre"
        "återkoppla nästa vecka" = { code = "get_back_to_her", keep = true }
        [words.place]
        "skolgården" = { code = "school", kind = "street" }
        [words.help]
        "följde med till *" = "came_along"
        "följde med till doktorn" = { code = "came_along", with = "health_centre" }
        "samtal" = "conversation"
        [words.languages]
        "so" = "so"
        "afghanska" = "prs"
        [words.with]
        "skolan" = "school"
        "rådhuset" = "town_hall"
    "#;

    fn known() -> BTreeMap<String, BTreeSet<String>> {
        footbridge_model::starter::LISTS
            .iter()
            .map(|(list, codes)| ((*list).to_owned(), codes.iter().map(|code| (*code).to_owned()).collect()))
            .collect()
    }

    fn read(list: List, cell: &str) -> Meant {
        let mapping = Mapping::parse(MAPPING).expect("it is a mapping");
        let known = known();
        let words = Words { mapping: &mapping, known: &known };
        if list.is_set() { words.set(list, cell) } else { words.single(list, cell) }
    }

    fn set(codes: &[&str]) -> BTreeSet<String> {
        codes.iter().map(|code| (*code).to_owned()).collect()
    }

    #[test]
    fn two_spellings_of_one_thing_are_one_code() {
        let meant = read(List::Topics, "Helse, familj och  HÄLSA");
        assert_eq!(meant, Meant { codes: set(&["family", "health"]), ..Meant::default() });
    }

    #[test]
    fn a_phrase_that_the_mapping_has_whole_is_not_split() {
        assert_eq!(read(List::Topics, "mat, sömn").codes, set(&["health"]));
    }

    #[test]
    fn a_word_without_a_code_is_kept_and_listed() {
        let meant = read(List::Topics, "hälsa, Simning");
        assert_eq!(meant.codes, set(&["health"]));
        assert_eq!(meant.kept, ["Simning"]);
        assert_eq!(meant.new, [(List::Topics, "Simning".to_owned())]);
    }

    #[test]
    fn a_code_written_as_a_word_is_that_code() {
        assert_eq!(read(List::Topics, "housing").codes, set(&["housing"]));
    }

    #[test]
    fn a_code_that_the_programme_does_not_have_is_a_word_without_a_code() {
        let meant = read(List::Help, "följde med till rådhuset");
        assert_eq!(meant.codes, set(&["came_along"]));
        assert_eq!(meant.with, set(&[]));
        assert_eq!(meant.kept, ["följde med till rådhuset"]);
        assert_eq!(meant.new, [(List::With, "rådhuset".to_owned())]);
    }

    #[test]
    fn a_phrase_names_with_whom() {
        let meant = read(List::Help, "samtal, följde med till skolan, följde med till doktorn");
        assert_eq!(meant.codes, set(&["came_along", "conversation"]));
        assert_eq!(meant.with, set(&["health_centre", "school"]));
        assert!(meant.kept.is_empty() && meant.new.is_empty());
    }

    #[test]
    fn words_that_say_more_than_their_code_are_kept_but_are_not_new() {
        let meant = read(List::NextStep, "återkoppla nästa vecka");
        assert_eq!(meant.codes, set(&["get_back_to_her"]));
        assert_eq!(meant.kept, ["återkoppla nästa vecka"]);
        assert!(meant.new.is_empty());
    }

    #[test]
    fn of_several_where_one_fits_the_first_is_the_code_and_the_rest_are_words() {
        let meant = read(List::NextStep, "bada, ringa, återkoppla nästa vecka");
        assert_eq!(meant.codes, set(&["call_health_centre"]));
        assert_eq!(meant.kept, ["bada", "återkoppla nästa vecka"]);
        assert_eq!(meant.new, [(List::NextStep, "bada".to_owned())]);
    }

    #[test]
    fn a_language_is_known_by_any_of_its_names_and_has_one_code() {
        assert_eq!(read(List::Languages, "somali, Somaliska, so").codes, set(&["so"]));
        assert_eq!(read(List::Languages, "dari, afghanska").codes, set(&["fa-AF"]));
        assert_eq!(read(List::Languages, "kurmanji").codes, set(&["ku"]));
        assert_eq!(read(List::Languages, "ja, hemspråket").kept, ["ja", "hemspråket"]);
    }

    #[test]
    fn a_letter_and_its_dots_may_be_two_characters() {
        assert_eq!(fold("A\u{30a}  Språ\u{a0}K\u{feff}"), "å språ k");
        assert_eq!(read(List::Topics, "ha\u{308}lsa").codes, set(&["health"]));
    }

    #[test]
    fn a_word_for_a_place_may_name_the_kind_of_visit() {
        assert_eq!(read(List::Place, "Skolgården").kind.as_deref(), Some("street"));
    }
}
