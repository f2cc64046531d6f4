//! Numbers and lists as each language writes them, by CLDR through ICU4X. Western digits in every language: what is
//! counted here stands beside telephone numbers and days that were typed so.

use icu_decimal::DecimalFormatter;
use icu_decimal::input::Decimal;
use icu_list::ListFormatter;
use icu_list::options::{ListFormatterOptions, ListLength};
use icu_plurals::{PluralCategory, PluralRules};

use crate::language::Language;

/// A number with its thousands apart: "10 000", "10,000".
pub fn number(language: Language, number: i64) -> String {
    match DecimalFormatter::try_new(language.locale().into(), Default::default()) {
        Ok(formatter) => formatter.format(&Decimal::from(number)).to_string(),
        // The data of every language is compiled in; a test asks each.
        Err(_) => number.to_string(),
    }
}

/// Things that stand beside each other: "arabiska, somaliska", "العربية، الصومالية". Nothing where there are none.
pub fn list<S: AsRef<str>>(language: Language, things: &[S]) -> String {
    let options = ListFormatterOptions::default().with_length(ListLength::Short);
    match ListFormatter::try_new_unit(language.locale().into(), options) {
        Ok(formatter) => formatter.format_to_string(things.iter().map(AsRef::as_ref)),
        Err(_) => things.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", "),
    }
}

/// Which form of a sentence so many things take.
pub(crate) fn category(language: Language, count: i64) -> &'static str {
    let Ok(rules) = PluralRules::try_new_cardinal(language.locale().into()) else { return "other" };
    match rules.category_for(count) {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arabic_counts_by_the_last_two_digits() {
        let said = |count| category(Language::Arabic, count);
        for (count, form) in [
            (0, "zero"),
            (1, "one"),
            (2, "two"),
            (3, "few"),
            (10, "few"),
            (11, "many"),
            (99, "many"),
            (100, "other"),
            (102, "other"),
            (103, "few"),
            (110, "few"),
            (111, "many"),
            (603, "few"),
            (3_306, "few"),
        ] {
            assert_eq!(said(count), form, "{count}");
        }
        assert_eq!((category(Language::Swedish, 1), category(Language::Swedish, 101)), ("one", "other"));
    }

    #[test]
    fn things_beside_each_other_stand_apart_as_each_language_writes_it() {
        let things = ["a", "b", "c"];
        assert_eq!(list(Language::Swedish, &things), "a, b, c");
        assert_eq!(list(Language::Bokmal, &things), "a, b, c");
        assert_eq!(list(Language::English, &things), "a, b, c");
        let arabic = list(Language::Arabic, &["التركية", "السويدية", "العربية"]);
        assert!(!arabic.contains(','), "{arabic}");
        assert_eq!(list::<&str>(Language::Swedish, &[]), "");
        assert_eq!(list(Language::Arabic, &["التركية"]), "التركية");
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(number(Language::Swedish, 10_000), "10\u{a0}000");
        assert_eq!(number(Language::Bokmal, 1_234_567), "1\u{a0}234\u{a0}567");
        assert_eq!(number(Language::English, 10_000), "10,000");
        assert_eq!(number(Language::Arabic, 10_000), "10,000");
    }
}
