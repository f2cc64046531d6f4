//! The languages that Footbridge speaks, and how one is chosen from what a phone, a browser or a terminal
//! asks for. English is where everything ends that we do not speak.

use unic_langid::LanguageIdentifier;

/// A language that Footbridge speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Norwegian Bokmål.
    Bokmal,
    /// Swedish.
    Swedish,
    /// English.
    English,
    /// Arabic: the pages of the server alone, and names of what is recorded.
    Arabic,
}

impl Language {
    /// All that speak everywhere, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Bokmal, Self::Swedish, Self::English];

    /// All in which the server's pages are read, in the order in which they are offered.
    pub const PAGES: [Self; 4] = [Self::Bokmal, Self::Swedish, Self::English, Self::Arabic];

    /// Its BCP 47 tag.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bokmal => "nb",
            Self::Swedish => "sv",
            Self::English => "en",
            Self::Arabic => "ar",
        }
    }

    /// Its own name for itself, for a choice of languages.
    pub fn own_name(self) -> String {
        crate::endonym(self.code()).unwrap_or_else(|| self.code().to_owned())
    }

    /// Whether it is written from right to left.
    pub fn rtl(self) -> bool {
        crate::is_right_to_left(self.code())
    }

    /// The language that `tag` means, if we speak it. Takes BCP 47 (`nb-NO`) and what a terminal has in
    /// `LANG` (`nb_NO.UTF-8`). Every Norwegian is answered in Bokmål.
    pub fn matching(tag: &str) -> Option<Self> {
        let first = tag.trim().split(['-', '_', '.', '@']).next()?;
        match first.to_ascii_lowercase().as_str() {
            "nb" | "no" | "nn" | "nob" | "nor" | "nno" => Some(Self::Bokmal),
            "sv" | "swe" => Some(Self::Swedish),
            "en" | "eng" => Some(Self::English),
            _ => None,
        }
    }

    /// The language of the server's pages that `tag` means, if they are read in it.
    pub fn of_pages(tag: &str) -> Option<Self> {
        let first = tag.trim().split(['-', '_']).next().unwrap_or_default();
        Self::matching(tag).or_else(|| first.eq_ignore_ascii_case("ar").then_some(Self::Arabic))
    }

    /// The language that `tag` means, or English.
    pub fn from_tag(tag: &str) -> Self {
        Self::matching(tag).unwrap_or(Self::English)
    }

    /// The first language in which the pages are read of an `Accept-Language` header, by its weights; else English.
    pub fn from_accept_language(header: &str) -> Self {
        let mut best: Option<(Self, u16)> = None;
        for range in header.split(',').take(32) {
            let mut parts = range.split(';');
            let Some(language) = parts.next().and_then(Self::of_pages) else { continue };
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, thousandths);
            if weight > best.map_or(0, |(_, weight)| weight) {
                best = Some((language, weight));
            }
        }
        best.map_or(Self::English, |(language, _)| language)
    }

    /// How CLDR is asked for it: days before months and a clock of 24 hours, as here; digits that everybody types.
    pub(crate) fn locale(self) -> icu_locale::Locale {
        match self {
            Self::Bokmal => icu_locale::locale!("nb"),
            Self::Swedish => icu_locale::locale!("sv"),
            Self::English => icu_locale::locale!("en-GB"),
            // Two keywords are more than what is read when the program is built.
            Self::Arabic => {
                icu_locale::Locale::try_from_str("ar-u-hc-h23-nu-latn").unwrap_or(icu_locale::locale!("ar"))
            }
        }
    }

    /// For Fluent.
    pub(crate) fn identifier(self) -> LanguageIdentifier {
        // Each of our codes is one; a test tells one from many in each.
        self.code().parse().unwrap_or_default()
    }
}

/// A weight such as `0.8` in thousandths; what cannot be read weighs nothing.
fn thousandths(weight: &str) -> u16 {
    match weight.trim().parse::<f32>() {
        // The range is checked, so the value fits and is not negative.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1000")]
        Ok(weight) if (0.0..=1.0).contains(&weight) => (weight * 1000.0).round() as u16,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_norwegian_is_answered_in_bokmal() {
        for tag in ["no", "nb", "nn", "nb-NO", "nn-NO", "NO", "nb_NO.UTF-8", "nor"] {
            assert_eq!(Language::from_tag(tag), Language::Bokmal, "{tag}");
        }
    }

    #[test]
    fn swedish_in_sweden_and_in_finland_is_swedish() {
        for tag in ["sv", "sv-SE", "sv-FI", "sv_SE@euro"] {
            assert_eq!(Language::from_tag(tag), Language::Swedish, "{tag}");
        }
    }

    #[test]
    fn what_we_do_not_speak_is_answered_in_english() {
        for tag in ["", "so", "ar-SY", "C", "nbx", "---", "💬"] {
            assert_eq!(Language::from_tag(tag), Language::English, "{tag}");
            assert_eq!(Language::matching(tag), None, "{tag}");
        }
    }

    #[test]
    fn a_browser_gets_the_language_it_weighs_most_among_ours() {
        assert_eq!(Language::from_accept_language("so,nn;q=0.9,en;q=0.8"), Language::Bokmal);
        assert_eq!(Language::from_accept_language("en;q=0.5, sv-SE"), Language::Swedish);
        assert_eq!(Language::from_accept_language("ar-SY, sv;q=0.9"), Language::Arabic);
        assert_eq!(Language::from_accept_language("so, ar;q=0.3"), Language::Arabic);
        assert_eq!(Language::from_accept_language("sv;q=0, so"), Language::English);
        assert_eq!(Language::from_accept_language("sv;q=abc,;;,q=1"), Language::English);
        assert_eq!(Language::from_accept_language(""), Language::English);
    }

    #[test]
    fn arabic_is_for_pages_and_runs_from_right_to_left() {
        assert_eq!(
            (Language::of_pages("ar-SY"), Language::of_pages("sv-SE")),
            (Some(Language::Arabic), Some(Language::Swedish))
        );
        assert_eq!((Language::of_pages("so"), Language::of_pages("")), (None, None));
        assert!(Language::Arabic.rtl());
        assert_eq!(Language::Arabic.own_name(), "العربية");
    }

    #[test]
    fn each_language_is_found_by_its_own_code_and_names_itself() {
        for language in Language::ALL {
            assert_eq!(Language::matching(language.code()), Some(language));
            assert!(!language.rtl());
        }
        assert_eq!(Language::Bokmal.own_name(), "norsk bokmål");
        assert_eq!(Language::Swedish.own_name(), "svenska");
        assert_eq!(Language::English.own_name(), "English");
    }
}
