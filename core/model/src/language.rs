//! Tags of languages. Invariant: one language is one tag, as CLDR writes it: `kmr` is `ku`, `prs` is `fa-AF`, `iw` is
//! `he`, `tl` is `fil`, `NB_no` is `nb-NO`.

use icu_locale::{LanguageIdentifier, Locale, LocaleCanonicalizer};

/// The tag in its one form; `None` where it is no well-formed tag of BCP 47, or names no language. No list of languages
/// is asked: none is complete, and a volunteer's language must not be refused.
pub fn canonical(tag: &str) -> Option<String> {
    identifier(tag).filter(|id| !id.language.is_unknown()).map(|id| id.to_string())
}

/// The same, for whoever goes on with its parts. What is no part of a language (`-u-nu-latn`, `-x-home`) is left out.
pub fn identifier(tag: &str) -> Option<LanguageIdentifier> {
    let mut locale: Locale = tag.trim().replace('_', "-").parse().ok()?;
    LocaleCanonicalizer::new_extended().canonicalize(&mut locale);
    Some(locale.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_one_language_are_one() {
        for (tag, one) in [
            ("kmr", "ku"),
            ("kmr-Latn", "ku-Latn"),
            ("prs", "fa-AF"),
            ("prs-AF", "fa-AF"),
            ("pes", "fa"),
            ("iw", "he"),
            ("tl", "fil"),
            ("tgl", "fil"),
            ("NB_no", "nb-NO"),
            ("SOM", "so"),
            ("arb", "ar"),
            ("swh", "sw"),
            ("in", "id"),
            ("ji", "yi"),
            ("mo", "ro"),
            ("sh", "sr-Latn"),
            ("cmn", "zh"),
            ("als", "sq"),
            ("gaz", "om"),
            ("pbu", "ps"),
            ("azj", "az"),
            ("so-u-nu-latn", "so"),
            ("ku", "ku"),
            ("ckb", "ckb"),
            ("fa-AF", "fa-AF"),
        ] {
            assert_eq!(canonical(tag).as_deref(), Some(one), "{tag}");
            assert_eq!(canonical(one).as_deref(), Some(one), "{one}");
        }
    }

    #[test]
    fn what_is_no_tag_is_none() {
        for wrong in ["", "somaliska", "and-what-is-this-language", "not a tag", "und", "x-private", "💬", "s"] {
            assert_eq!(canonical(wrong), None, "{wrong}");
        }
    }
}
