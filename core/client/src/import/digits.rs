//! Digits of every script, as dates, times and numbers are read. Invariant: a digit becomes the one of the same value, and
//! nothing else is touched but the Arabic decimal and thousands separators.

use std::borrow::Cow;

/// The zero of each script's decimal digits (Unicode's `Nd`), in order; nine more follow each.
const ZEROS: [u32; 65] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6, 0xE50, 0xED0, 0xF20,
    0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0,
    0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0,
    0x11450, 0x114D0, 0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11C50, 0x11D50, 0x11DA0, 0x16A60, 0x16AC0,
    0x16B50, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0, 0x1E950, 0x1FBF0,
];

/// The text with its digits as 0 to 9.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| digit(c).unwrap_or(c)).collect())
}

fn digit(c: char) -> Option<char> {
    match c {
        c if c.is_ascii() => None,
        '\u{66b}' => Some(','),
        '\u{66c}' => Some(' '),
        c => {
            let zero = ZEROS.get(ZEROS.partition_point(|zero| *zero <= u32::from(c)).checked_sub(1)?)?;
            char::from_digit(u32::from(c) - zero, 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_script_are_the_same_digits() {
        for (written, read) in [
            ("٤/٢ ٢٠١٩", "4/2 2019"),
            ("۱۳:۰۵", "13:05"),
            ("२०१९-०२-०४", "2019-02-04"),
            ("１６．３０", "16．30"),
            ("٢٫٥", "2,5"),
            ("𝟘𝟡𝟎𝟗", "0909"),
            ("½ två ² ፪", "½ två ² ፪"),
        ] {
            assert_eq!(plain(written), read);
        }
    }
}
