//! Words in the order in which a reader of a language looks for them: å, ä and ö last in Swedish, æ, ø and å last in
//! Norwegian. By CLDR through ICU4X.

use std::cmp::Ordering;

use icu_collator::options::CollatorOptions;
use icu_collator::{Collator, CollatorBorrowed};

use crate::language::Language;

/// The order of words in one language.
#[derive(Debug)]
pub struct Order(Option<CollatorBorrowed<'static>>);

impl Order {
    /// That of this language.
    pub fn of(language: Language) -> Self {
        // The data of every language is compiled in; without it the order would be that of the characters' numbers.
        Self(Collator::try_new(language.locale().into(), CollatorOptions::default()).ok())
    }

    /// Which of two words stands first. Words that look alike are equal.
    pub fn compare(&self, one: &str, other: &str) -> Ordering {
        self.0.as_ref().map_or_else(|| one.cmp(other), |collator| collator.compare(one, other))
    }
}

/// Sorts by a word of each; what has the same word stays as it stood.
pub fn sort_by_words<T>(language: Language, things: &mut [T], word: impl Fn(&T) -> &str) {
    let order = Order::of(language);
    things.sort_by(|one, other| order.compare(word(one), word(other)));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(language: Language, words: &[&str]) -> Vec<String> {
        let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        sort_by_words(language, &mut words, |word| word);
        words
    }

    #[test]
    fn each_language_has_its_own_last_letters() {
        assert_eq!(
            sorted(Language::Swedish, &["Öst", "Åse", "Ärla", "Zahra", "amina", "Berîvan"]),
            ["amina", "Berîvan", "Zahra", "Åse", "Ärla", "Öst"]
        );
        assert_eq!(
            sorted(Language::Bokmal, &["Åse", "Øst", "Ærlig", "Zahra", "Amina"]),
            ["Amina", "Zahra", "Ærlig", "Øst", "Åse"]
        );
        assert_eq!(sorted(Language::English, &["Zahra", "Åse", "Amina"]), ["Amina", "Åse", "Zahra"]);
        assert_eq!(sorted(Language::Swedish, &["Hur", "Hälsa"]), ["Hur", "Hälsa"]);
    }
}
