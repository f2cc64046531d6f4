//! What a clean text is. A text that people gave holds no character that steers what stands around it, in a terminal, on
//! a page or in a table; and a name can be seen. Devices clean what is typed or pasted, the server refuses what is
//! not clean, and whatever is shown goes through [`shown`] or [`shown_lines`] all the same.
//!
//! Invariant: every text that [`line()`] or [`prose`] gives is clean, and cleaning it again changes nothing.

use std::borrow::Cow;

use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup, WhiteSpace};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Stands where a character was that is not shown.
const REPLACED: char = '\u{fffd}';

/// Takes space, has no mark, and is no space to Unicode.
const BRAILLE_BLANK: char = '\u{2800}';

/// Whether the character steers what stands around it: control characters (escape, bell, C1), separators of lines and
/// paragraphs, and those that turn the direction of the text behind them. Marks that join letters or give one of them
/// its direction (ZWNJ, ZWJ, LRM, RLM, ALM) are part of how people write, and steer nothing.
pub fn steers(character: char) -> bool {
    character.is_control() || is_line_end(character) || turns(character)
}

const fn is_line_end(character: char) -> bool {
    matches!(character, '\u{2028}' | '\u{2029}')
}

/// Embeddings, overrides and isolates. Telephones put them around a number that is copied.
const fn turns(character: char) -> bool {
    matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether somebody who reads the text sees anything: a character that is no space, no mark alone, and not ignorable,
/// formatting, or control. Empty text is not visible.
pub fn is_visible(text: &str) -> bool {
    text.chars().any(is_seen)
}

fn is_seen(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_graphic();
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    let unseen = GeneralCategoryGroup::Mark.contains(category)
        || matches!(category, GeneralCategory::Format | GeneralCategory::Control | GeneralCategory::Surrogate)
        || CodePointSetData::new::<WhiteSpace>().contains(character)
        || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character);
    !unseen && character != BRAILLE_BLANK
}

/// Whether the text can be a name or another single line: visible, and nothing in it steers.
pub fn is_clean_line(text: &str) -> bool {
    !text.chars().any(steers) && is_visible(text)
}

/// Whether the text can be prose: nothing in it steers but line feeds and tabs. It may be empty.
pub fn is_clean_prose(text: &str) -> bool {
    !text.chars().any(|character| steers(character) && !matches!(character, '\n' | '\t'))
}

/// One line as it is kept: without what turns the direction of text, and without space around it. `None` where it
/// holds a control character or the end of a line, or where nothing of it is visible.
pub fn line(text: &str) -> Option<Cow<'_, str>> {
    let text = match text.contains(turns) {
        true => Cow::Owned(text.replace(turns, "")),
        false => Cow::Borrowed(text),
    };
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    };
    is_clean_line(&text).then_some(text)
}

/// Prose as it is kept: every end of a line as `\n`, and without anything else that steers but tabs. Words stay as they
/// were written. `None` where nothing of it is visible.
pub fn prose(text: &str) -> Option<String> {
    let mut kept = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => {
                characters.next_if_eq(&'\n');
                kept.push('\n');
            }
            '\u{85}' | '\u{2028}' | '\u{2029}' => kept.push('\n'),
            '\n' | '\t' => kept.push(character),
            _ if steers(character) => {}
            _ => kept.push(character),
        }
    }
    is_visible(&kept).then_some(kept)
}

/// A text as it may be shown within one line, wherever it came from: each character that steers is replaced.
pub fn shown(text: &str) -> Cow<'_, str> {
    replaced(text, steers)
}

/// A text as it may be shown where its lines stand apart: as [`shown`], with line feeds and tabs left.
pub fn shown_lines(text: &str) -> Cow<'_, str> {
    replaced(text, |character| steers(character) && !matches!(character, '\n' | '\t'))
}

fn replaced(text: &str, steers: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&steers) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|character| if steers(character) { REPLACED } else { character }).collect())
}

/// A page as it may be sent: as [`shown_lines`], but with isolates left, which pages set around names themselves.
pub fn shown_page(page: &str) -> Cow<'_, str> {
    replaced(page, |character| steers(character) && !matches!(character, '\n' | '\t' | '\u{2066}'..='\u{2069}'))
}

/// JSON as it may be shown: each character that steers is written as an escape, so that its value stays the same. Only
/// texts of JSON hold such characters, and in them every one may be escaped.
pub fn shown_json(json: &str) -> Cow<'_, str> {
    let escaped = |character: char| steers(character) && !matches!(character, '\n' | '\t');
    if !json.contains(escaped) {
        return Cow::Borrowed(json);
    }
    let mut whole = String::with_capacity(json.len() + 16);
    for character in json.chars() {
        if escaped(character) {
            // All of them lie below U+FFFF.
            whole.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            whole.push(character);
        }
    }
    Cow::Owned(whole)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_that_nobody_sees_is_no_name() {
        for name in [
            "",
            " ",
            "\u{200b}",
            "\u{200b}\u{200c} \u{200d}",
            "\u{a0}\u{3000}",
            "\u{ad}",
            "\u{3164}",
            "\u{115f}",
            "\u{2800}",
            "\u{feff}",
            "\u{fe0f}",
            "\u{e0041}",
            "\u{34f}",
            "\u{200e}\u{200f}\u{61c}",
            "\u{301}",
            "\u{2060}\u{2063}",
            "\u{180e}",
            "\u{fff9}",
            "\u{202e}",
        ] {
            assert!(!is_visible(name), "{name:?}");
            assert_eq!(line(name), None, "{name:?}");
            assert_eq!(prose(name), None, "{name:?}");
        }
    }

    #[test]
    fn names_in_any_script_are_names() {
        for name in [
            "Amina",
            "Åse Ødegård",
            "ليلى",
            "می‌خواهم",
            "ትግርኛ",
            "சுந்தரி",
            "李",
            "Μαρία",
            "O'Neill",
            "🙂",
            "x\u{301}",
            "1",
        ] {
            assert_eq!(line(name).as_deref(), Some(name));
            assert_eq!(prose(name).as_deref(), Some(name));
        }
    }

    #[test]
    fn what_steers_a_terminal_is_in_no_line() {
        for wrong in ["a\u{1b}[2Jb", "a\u{7}", "a\nb", "a\rb", "a\tb", "a\u{9b}31m", "a\u{7f}", "a\u{2028}b", "\0a"] {
            assert_eq!(line(wrong), None, "{wrong:?}");
            assert!(!is_clean_line(wrong), "{wrong:?}");
        }
    }

    #[test]
    fn a_number_that_was_copied_from_a_telephone_loses_what_turned_it_and_stays() {
        assert_eq!(line("\u{202a}+46 70 111 22 33\u{202c}").as_deref(), Some("+46 70 111 22 33"));
        assert_eq!(line("\u{2068} Amina \u{2069}").as_deref(), Some("Amina"));
    }

    #[test]
    fn prose_keeps_its_words_and_lines_and_nothing_that_steers() {
        assert_eq!(
            prose("ett\r\ntvå\rtre\u{2028}fyra\u{85}fem\tsex").as_deref(),
            Some("ett\ntvå\ntre\nfyra\nfem\tsex")
        );
        assert_eq!(prose("\u{1b}[31mhej\u{7}\u{202e}").as_deref(), Some("[31mhej"));
        assert_eq!(prose("  hej \n").as_deref(), Some("  hej \n"));
    }

    #[test]
    fn what_is_shown_steers_nothing_and_json_keeps_its_value() {
        assert_eq!(shown("a\u{1b}[2J\nb\u{9b}\u{202e}"), "a\u{fffd}[2J\u{fffd}b\u{fffd}\u{fffd}");
        assert_eq!(shown_lines("a\u{1b}[2J\n\tb"), "a\u{fffd}[2J\n\tb");
        assert_eq!(
            shown_page("<b>\u{2068}\u{202e}a\u{1b}\u{2069}</b>\n"),
            "<b>\u{2068}\u{fffd}a\u{fffd}\u{2069}</b>\n"
        );
        let value = serde_json::json!({ "name": "a\u{1b}\u{9b}\u{7f}\u{202e}\u{2028}\n" });
        let json = value.to_string();
        let shown = shown_json(&json);
        assert!(!shown.chars().any(steers), "{shown:?}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).ok(), Some(value));
    }

    proptest! {
        #[test]
        fn what_was_cleaned_is_clean_and_stays_as_it_is(text in any::<String>()) {
            if let Some(clean) = line(&text) {
                prop_assert!(is_clean_line(&clean));
                let again = line(&clean);
                prop_assert_eq!(again.as_deref(), Some(clean.as_ref()));
            }
            if let Some(clean) = prose(&text) {
                prop_assert!(is_clean_prose(&clean) && is_visible(&clean));
                let again = prose(&clean);
                prop_assert_eq!(again.as_deref(), Some(clean.as_str()));
            }
            prop_assert!(!shown(&text).chars().any(steers));
        }
    }
}
