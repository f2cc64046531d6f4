//! Telephone numbers. A number is written in groups, with a country code or with a zero in its place; what all ways
//! share is how it ends. So wherever digits stand beside each other, the last seven before the end of each group are
//! one word more of the index: "070-111 22 33", "+46 70 111 22 33" and "0701112233" have the same. And so that a number
//! is found while it is typed, all digits together are another.
//!
//! Invariant: both kinds of words begin with a letter, so that they never stand among digits themselves.

/// How many digits at its end tell a number from others: what is left of the shortest where its area code is off.
const TELLING: usize = 7;

/// What begins the word of a number's end.
const END: char = 't';

/// What begins the word of all digits together.
const WHOLE: char = 'n';

/// No number has more digits, with what is dialled before it; more are several numbers.
const LONGEST: usize = 17;

/// From so many digits on somebody may be typing a number, in another grouping than it is written in.
const BEGUN: usize = 4;

/// Whether the word is of digits alone.
pub(crate) fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// What the index has for the numbers among these words.
pub(super) fn numbers<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut found = Vec::new();
    let mut digits = String::new();
    for word in words {
        if is_digits(word) {
            digits.push_str(word);
            found.extend(ending(&digits));
        } else {
            found.extend(whole(&digits));
            digits.clear();
        }
    }
    found.extend(whole(&digits));
    found
}

/// The words by which a number that was typed so is asked for, each alone.
pub(crate) fn asked(digits: &str) -> Vec<String> {
    let begun = (digits.len() >= BEGUN).then(|| format!("{WHOLE}{digits}"));
    ending(digits).into_iter().chain(begun).collect()
}

fn ending(digits: &str) -> Option<String> {
    let from = digits.len().checked_sub(TELLING)?;
    digits.get(from..).map(|ending| format!("{END}{ending}"))
}

fn whole(digits: &str) -> Option<String> {
    (BEGUN..=LONGEST).contains(&digits.len()).then(|| format!("{WHOLE}{digits}"))
}
