//! What becomes of one character, after compatibility decomposition.

use icu_casemap::CaseMapper;
use icu_properties::props::{DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup, Script};
use icu_properties::{CodePointMapData, CodePointSetData};

/// What a character does to the word it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// It is part of the word.
    Letter {
        /// Its script writes no spaces between words.
        unspaced: bool,
    },
    /// It is left out, and the word goes on: marks, the tatweel, what cannot be seen.
    Nothing,
    /// It may be written or not within a word: zero-width non-joiner, apostrophe.
    Joint,
    /// The word ends.
    Separator,
}

const ZERO_WIDTH_SPACE: char = '\u{200b}';
const ZERO_WIDTH_NON_JOINER: char = '\u{200c}';
const TATWEEL: char = 'ـ';

pub(super) fn classify(character: char) -> Class {
    match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' => Class::Letter { unspaced: false },
        ZERO_WIDTH_NON_JOINER => Class::Joint,
        // Somali su'aal, Ukrainian м'ята, Uzbek oʻzbek: typed with any of these, or with none.
        '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | 'ʽ' | 'ʾ' | 'ʿ' | '＇' => Class::Joint,
        ZERO_WIDTH_SPACE => Class::Separator,
        TATWEEL => Class::Nothing,
        _ if character.is_ascii() => Class::Separator,
        _ => classify_by_properties(character),
    }
}

fn classify_by_properties(character: char) -> Class {
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    let unseen = || CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character);
    if GeneralCategoryGroup::Mark.contains(category) || unseen() {
        Class::Nothing
    } else if GeneralCategoryGroup::Letter.contains(category) || GeneralCategoryGroup::Number.contains(category) {
        Class::Letter { unspaced: is_unspaced(character) }
    } else {
        Class::Separator
    }
}

/// Whether the character's script writes no spaces between words.
pub(super) fn is_unspaced(character: char) -> bool {
    // Thai is the first of them; nothing before it needs to be asked.
    character >= '\u{e00}'
        && matches!(
            CodePointMapData::<Script>::new().get(character),
            Script::Thai
                | Script::Lao
                | Script::Khmer
                | Script::Myanmar
                | Script::Han
                | Script::Hiragana
                | Script::Katakana
        )
        && ascii_digit(character).is_none()
}

/// Appends the character as it is indexed.
pub(super) fn push_folded(character: char, word: &mut String) {
    if character.is_ascii() {
        push_one(character.to_ascii_lowercase(), word);
        return;
    }
    let character = CaseMapper::new().simple_fold(character);
    match special(character) {
        Some(letters) => letters.chars().for_each(|letter| push_one(letter, word)),
        None => push_one(ascii_digit(character).unwrap_or_else(|| of_one_sound(character)), word),
    }
}

/// Appends a letter, but for one that only says how the vowel before it sounds: å is written aa where a keyboard lacks
/// it, ä and æ ae, ö and ø oe, ü ue. Both writings come to the bare vowel, so each finds the other; and what is typed
/// of a word so far comes to the beginning of what the word comes to.
fn push_one(letter: char, word: &mut String) {
    let is_written_out = match letter {
        'a' => word.ends_with('a'),
        'e' => word.ends_with(['a', 'o', 'u']),
        _ => false,
    };
    if !is_written_out {
        word.push(letter);
    }
}

/// Of the letters of the Ethiopic script that sound alike in Amharic, and are written one for the other in Tigrinya
/// too, one; in each of its vowels.
fn of_one_sound(character: char) -> char {
    let (row, first) = match character {
        'ሐ'..='ሗ' => ('ሐ', 'ሀ'),
        'ኀ'..='ኇ' => ('ኀ', 'ሀ'),
        'ሠ'..='ሧ' => ('ሠ', 'ሰ'),
        'ዐ'..='ዖ' => ('ዐ', 'አ'),
        'ፀ'..='ፇ' => ('ፀ', 'ጸ'),
        _ => (character, character),
    };
    let vowel = u32::from(character) - u32::from(row);
    match char::from_u32(u32::from(first) + vowel).unwrap_or(character) {
        // With h and the glottal stop the first vowel and the fourth are one.
        'ሃ' => 'ሀ',
        'ኣ' => 'አ',
        letter => letter,
    }
}

/// Letters that people write in another way where their keyboard lacks them, and that no decomposition
/// takes apart.
const fn special(character: char) -> Option<&'static str> {
    Some(match character {
        // Nordic, Sami, and other Latin.
        'ø' => "o",
        'æ' => "ae",
        'œ' => "oe",
        'đ' | 'ð' | 'ɗ' => "d",
        'þ' => "th",
        'ł' => "l",
        'ß' => "ss",
        'ı' => "i",
        'ŧ' => "t",
        'ŋ' => "n",
        'ħ' => "h",
        'ɓ' => "b",
        'ƙ' => "k",
        'ƴ' => "y",
        'ə' | 'ǝ' => "e",
        // Arabic and the alphabets that grew from it. Hamza above and below has gone as a mark by now.
        'ٱ' => "ا",
        'ى' | 'ی' | 'ې' | 'ۍ' | 'ے' | 'ێ' => "ي",
        'ک' | 'ڪ' => "ك",
        'ګ' => "گ",
        'ة' | 'ۃ' | 'ە' | 'ہ' | 'ھ' => "ه",
        'ۆ' => "و",
        // Sorani.
        'ڕ' => "ر",
        'ڵ' => "ل",
        _ => return None,
    })
}

/// The zeros of the digits that the volunteers' keyboards have.
const ZEROS: [char; 10] =
    ['\u{660}', '\u{6f0}', '\u{7c0}', '\u{966}', '\u{9e6}', '\u{a66}', '\u{e50}', '\u{ed0}', '\u{1040}', '\u{17e0}'];

fn ascii_digit(character: char) -> Option<char> {
    ZEROS.into_iter().find_map(|zero| {
        let value = u32::from(character).checked_sub(u32::from(zero))?;
        if value <= 9 { char::from_digit(value, 10) } else { None }
    })
}
