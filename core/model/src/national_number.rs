//! National numbers in free text. There is no field for one; a note that holds one is warned about before
//! it is saved. Found by form, by its date and by its control digits, so that a telephone number is not
//! taken for one.
//!
//! Sources: Norway, Skatteetaten, "Fødselsnummer" (11 digits, two control digits modulo 11; D-number: first
//! digit plus 4; synthetic numbers for tests add 40 or 80 to the month). Sweden, Skatteverket SKV 704
//! (10 or 12 digits, control digit by Luhn; samordningsnummer: day plus 60).

/// The country whose form a number has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NationalNumber {
    /// Fødselsnummer or D-number.
    Norwegian,
    /// Personnummer or samordningsnummer.
    Swedish,
}

/// The first national number in `text`, if there is one. Digits of any script count; spaces, hyphens,
/// dots and a plus sign may stand between them.
pub fn find(text: &str) -> Option<NationalNumber> {
    let mut digits: Vec<u32> = Vec::new();
    for character in text.chars().chain(std::iter::once('\n')) {
        match digit(character) {
            Some(digit) => digits.push(digit),
            None if matches!(character, ' ' | '-' | '.' | '+' | '–' | '\u{a0}') => {}
            None => {
                if let Some(found) = find_in_run(&digits) {
                    return Some(found);
                }
                digits.clear();
            }
        }
    }
    None
}

/// A digit by its value, in the scripts that volunteers type in: Latin, Arabic, Persian.
fn digit(character: char) -> Option<u32> {
    match character {
        '0'..='9' => character.to_digit(10),
        '\u{660}'..='\u{669}' => Some(character as u32 - 0x660),
        '\u{6f0}'..='\u{6f9}' => Some(character as u32 - 0x6f0),
        _ => None,
    }
}

fn find_in_run(digits: &[u32]) -> Option<NationalNumber> {
    (0..digits.len()).find_map(|start| {
        let rest = &digits[start..];
        if rest.get(..11).is_some_and(is_norwegian) {
            return Some(NationalNumber::Norwegian);
        }
        let short = rest.get(..10).is_some_and(is_swedish);
        let long = rest.get(..12).is_some_and(|digits| has_century(digits) && is_swedish(&digits[2..]));
        (short || long).then_some(NationalNumber::Swedish)
    })
}

fn is_norwegian(digits: &[u32]) -> bool {
    const FIRST: [u32; 10] = [3, 7, 6, 1, 8, 9, 4, 5, 2, 1];
    const SECOND: [u32; 11] = [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1];
    let remainder =
        |weights: &[u32]| weights.iter().zip(digits).map(|(weight, digit)| weight * digit).sum::<u32>() % 11;
    let day = pair(digits, 0);
    let month = pair(digits, 2) % 40;
    is_day(if day > 40 { day - 40 } else { day }, month) && remainder(&FIRST) == 0 && remainder(&SECOND) == 0
}

fn is_swedish(digits: &[u32]) -> bool {
    let doubled = digits.iter().enumerate().map(|(index, digit)| {
        let product = digit * (2 - index as u32 % 2);
        product / 10 + product % 10
    });
    let day = pair(digits, 4);
    is_day(if day > 60 { day - 60 } else { day }, pair(digits, 2)) && doubled.sum::<u32>().is_multiple_of(10)
}

fn has_century(digits: &[u32]) -> bool {
    matches!(pair(digits, 0), 18..=20)
}

fn pair(digits: &[u32], at: usize) -> u32 {
    digits[at] * 10 + digits[at + 1]
}

fn is_day(day: u32, month: u32) -> bool {
    (1..=31).contains(&day) && (1..=12).contains(&month)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Synthetic numbers: Skatteetaten's and Skatteverket's published test series.
    const NORWEGIAN: &str = "13116900216";
    const SWEDISH: &str = "19811218-9876";

    #[test]
    fn a_norwegian_number_is_found_however_it_is_spaced() {
        for text in ["13116900216", "hun har 131169 00216 i brevet", "nr.13 11 69 002 16."] {
            assert_eq!(find(text), Some(NationalNumber::Norwegian), "{text}");
        }
        assert_eq!(find(NORWEGIAN), Some(NationalNumber::Norwegian));
    }

    #[test]
    fn a_swedish_number_is_found_with_and_without_its_century() {
        for text in [SWEDISH, "811218-9876", "8112189876", "pnr ١٩٨١١٢١٨-٩٨٧٦"] {
            assert_eq!(find(text), Some(NationalNumber::Swedish), "{text}");
        }
    }

    #[test]
    fn telephone_numbers_dates_and_wrong_control_digits_are_left_alone() {
        for text in ["13116900217", "811218-9875", "ring 042-10 50 00", "+47 22 33 44 55", "2026-11-22 kl 14.30", ""] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
