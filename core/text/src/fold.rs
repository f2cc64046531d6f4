//! Folding of text for search, the same for what is indexed and for what is asked, so that a note is found
//! in any script however it was typed: "soke" and "soeke" find "søke", unvowelled finds vowelled, with or without the
//! Arabic article, with or without the zero-width non-joiner; a telephone number in any grouping. Called by the stores,
//! which keep [`fold`]'s words in their index and ask it what [`crate::Asked`] says. What is shown stays as written.
//!
//! Invariant: words are letters and digits with single spaces between them, so that the index's tokenizer
//! splits where we did and nowhere else; and folding what is folded changes nothing.
//!
//! Marks are off in every script. Where marks carry vowels (Devanagari, Thai) a search so finds a little too
//! much rather than too little.

mod article;
mod letters;
pub(crate) mod telephone;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use icu_normalizer::DecomposingNormalizerBorrowed;

use letters::Class;

/// Which folding this is. What was indexed by another is not found by this one: whoever keeps an index, keeps this
/// beside it. To be raised with every change of what [`fold`] gives (a test holds the two together).
pub const FOLD_VERSION: u32 = 2;

/// A search asks for at most so many terms; a text pasted into the field is cut there.
const MAX_TERMS: usize = 32;

/// The words of `text` for the index, with single spaces between them: first each as it stands, then other
/// forms by which it can be asked for (without its article; each side of a zero-width non-joiner; telephone numbers).
pub fn fold(text: &str) -> String {
    let words = words(text);
    let mut folded = String::with_capacity(text.len());
    // First: what is made of digits that stand beside each other, before other words can come to stand there.
    let mut others = telephone::numbers(words.iter().map(|word| word.joined.as_str()));
    for word in &words {
        append(&mut folded, &word.joined);
        word.other_forms(&mut |form| {
            if !telephone::is_digits(form) {
                others.push(form.to_owned());
            }
        });
    }
    if !others.is_empty() {
        let mut indexed: BTreeSet<&str> = words.iter().map(|word| word.joined.as_str()).collect();
        for form in &others {
            if indexed.insert(form) {
                append(&mut folded, form);
            }
        }
    }
    folded
}

/// The terms that a search for `text` asks for, each as the beginning of a word: letters and digits only. None where
/// there is nothing to search for.
pub fn query(text: &str) -> Vec<String> {
    let mut terms: Vec<String> = Vec::new();
    for word in words(text) {
        let mut take = |term: &str| {
            if terms.len() < MAX_TERMS && !terms.iter().any(|known| known == term) {
                terms.push(term.to_owned());
            }
        };
        let pairs = pairs(&word.joined);
        if pairs.is_empty() {
            take(article::without(&word.joined));
        } else {
            pairs.into_iter().for_each(&mut take);
        }
    }
    terms
}

/// The words of a text as they stand in it, folded, each that is in it twice too.
pub(crate) fn folded_words(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.joined).collect()
}

/// A word of the text, folded.
#[derive(Debug, Default)]
struct Word {
    /// Without what may join its parts.
    joined: String,
    /// What stood between zero-width non-joiners or apostrophes, but for the last.
    parts: Vec<String>,
    /// The last.
    part: String,
    /// Whether it is in a script that writes no spaces.
    unspaced: bool,
}

impl Word {
    /// Each form besides `joined` by which it is found.
    fn other_forms(&self, found: &mut impl FnMut(&str)) {
        forms_of(&self.joined, found);
        if self.parts.is_empty() {
            return;
        }
        for part in self.parts.iter().chain([&self.part]) {
            found(part);
            forms_of(part, found);
        }
    }
}

fn forms_of(word: &str, found: &mut impl FnMut(&str)) {
    article::every_form_without(word, found);
    // The first pair is the beginning of the word itself.
    pairs(word).into_iter().skip(1).for_each(found);
}

/// Splits a text into folded words.
fn words(text: &str) -> Vec<Word> {
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let mut words = Vec::new();
    let mut word = Word::default();
    let mut joint = false;
    for character in decomposed.chars() {
        match letters::classify(character) {
            Class::Nothing => {}
            Class::Joint => joint = true,
            Class::Separator => {
                joint = false;
                finish(&mut word, &mut words);
            }
            Class::Letter { unspaced } => {
                if unspaced != word.unspaced {
                    joint = false;
                    finish(&mut word, &mut words);
                }
                if joint && !word.part.is_empty() {
                    let part = std::mem::take(&mut word.part);
                    word.parts.push(part);
                }
                joint = false;
                word.unspaced = unspaced;
                letters::push_folded(character, &mut word.joined);
                letters::push_folded(character, &mut word.part);
            }
        }
    }
    finish(&mut word, &mut words);
    words
}

fn finish(word: &mut Word, words: &mut Vec<Word>) {
    let word = std::mem::take(word);
    if !word.joined.is_empty() {
        words.push(word);
    }
}

/// The pairs of neighbouring letters by which a run of three or more is found from within, in a script that
/// writes no spaces; none for other words.
fn pairs(word: &str) -> Vec<&str> {
    if !word.chars().next().is_some_and(letters::is_unspaced) {
        return Vec::new();
    }
    let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
    if starts.len() <= 3 {
        return Vec::new();
    }
    starts.windows(3).filter_map(|window| word.get(*window.first()?..*window.last()?)).collect()
}

fn append(folded: &mut String, word: &str) {
    if !folded.is_empty() {
        folded.push(' ');
    }
    folded.push_str(word);
}
