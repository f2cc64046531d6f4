//! The Arabic article and what it joins with: "الكتاب", "والكتاب" and "كتاب" are one word to who searches.
//!
//! A word is indexed both with and without, for the same letters may begin a word of their own (والدة is a
//! mother, and not "and the …"), and because who searches may not have typed the whole article yet.

/// What may stand before a word. None is the beginning of another, so at most one fits.
const JOINED: [&str; 8] = ["وبال", "وكال", "ولل", "وال", "بال", "فال", "كال", "ال"];

/// "To the": the article's own alef is not written, and with a word in lam neither is the word's.
const TO_THE: &str = "لل";

/// At least so many letters are left of a word.
const LEFT: usize = 3;

/// What is left of the word after what was taken off, if that is enough of a word.
fn rest<'a>(word: &'a str, before: &str) -> Option<&'a str> {
    word.strip_prefix(before).filter(|rest| rest.chars().count() >= LEFT)
}

/// The word without its article; again where another seems to follow, so that all forms of a word whose
/// own first letters look like one (ألعاب) meet in the same.
pub(super) fn without(word: &str) -> &str {
    let mut word = word;
    while let Some(rest) = once(word).next() {
        word = rest;
    }
    word
}

/// Each form of the word that is shorter by an article.
pub(super) fn every_form_without(word: &str, found: &mut impl FnMut(&str)) {
    for rest in once(word) {
        found(rest);
        every_form_without(rest, found);
    }
}

/// What one article off leaves: nothing, one, or for "to the" perhaps two readings, the likelier first.
fn once(word: &str) -> impl Iterator<Item = &str> {
    let joined = JOINED.iter().find_map(|before| rest(word, before));
    let to_the = rest(word, TO_THE);
    let to_the_word_in_lam = word
        .strip_prefix('ل')
        .filter(|rest| rest.starts_with('ل'))
        .and_then(|rest| if rest.chars().count() >= LEFT { Some(rest) } else { None });
    [joined, to_the, to_the_word_in_lam].into_iter().flatten()
}
