//! The walk over CBOR that did not come from us, before anything is built from it: one pass, no memory
//! but a stack of [`NESTING`] entries. It accepts the core deterministic encoding of RFC 8949 and nothing
//! else, so that a message has one form in bytes and no decoder meets a key twice.

use crate::limits::NESTING;

/// What is still open at one level.
#[derive(Clone, Copy)]
struct Open<'b> {
    /// Data items to come; a map counts its keys and values.
    left: u64,
    /// Of a map: the encoded key before this one.
    previous_key: Option<&'b [u8]>,
    is_map: bool,
}

/// Says what is wrong with `bytes`, unless they are exactly one well-formed, deterministic item.
pub fn check(bytes: &[u8]) -> Result<(), &'static str> {
    let mut reader = Reader { bytes, at: 0 };
    let mut open: Vec<Open<'_>> = Vec::with_capacity(NESTING);
    loop {
        let start = reader.at;
        let is_key = open.last().is_some_and(|level| level.is_map && level.left.is_multiple_of(2));
        let inner = reader.head()?;
        if is_key {
            if inner.is_some() {
                return Err("a key is neither a number nor a string");
            }
            let key = bytes.get(start..reader.at).unwrap_or_default();
            if let Some(level) = open.last_mut() {
                if level.previous_key.is_some_and(|previous| previous >= key) {
                    return Err("keys are not in order, or one is there twice");
                }
                level.previous_key = Some(key);
            }
        }
        if let Some(inner) = inner {
            if open.len() >= NESTING {
                return Err("it is nested too deep");
            }
            open.push(inner);
        } else if let Some(level) = open.last_mut() {
            level.left = level.left.saturating_sub(1);
        }
        while open.last().is_some_and(|level| level.left == 0) {
            open.pop();
            if let Some(level) = open.last_mut() {
                level.left = level.left.saturating_sub(1);
            }
        }
        if open.is_empty() {
            return if reader.at == bytes.len() { Ok(()) } else { Err("bytes follow its end") };
        }
    }
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Result<&'b [u8], &'static str> {
        let end = self.at.checked_add(count).ok_or("it ends too early")?;
        let taken = self.bytes.get(self.at..end).ok_or("it ends too early")?;
        self.at = end;
        Ok(taken)
    }

    /// Reads one head, and the string after it. Gives what it opened, unless it is complete.
    fn head(&mut self) -> Result<Option<Open<'b>>, &'static str> {
        let first = self.take(1)?.first().copied().unwrap_or_default();
        let (major, short) = (first >> 5, first & 0x1f);
        if major == 7 {
            return self.simple(short).map(|()| None);
        }
        let argument = self.argument(short)?;
        match major {
            0 | 1 => Ok(None),
            2 | 3 => {
                let taken = self.take(usize::try_from(argument).map_err(|_| "it ends too early")?)?;
                if major == 3 && std::str::from_utf8(taken).is_err() {
                    return Err("a text is not UTF-8");
                }
                Ok(None)
            }
            4 => self.opened(argument, false),
            5 => self.opened(argument.checked_mul(2).ok_or("it ends too early")?, true),
            _ => Ok(Some(Open { left: 1, previous_key: None, is_map: false })),
        }
    }

    fn opened(&self, left: u64, is_map: bool) -> Result<Option<Open<'b>>, &'static str> {
        let remaining = self.bytes.len().saturating_sub(self.at);
        if left > crate::codec::wide(remaining) {
            return Err("it ends too early");
        }
        Ok(Some(Open { left, previous_key: None, is_map }))
    }

    /// The number after a head, in its shortest form.
    fn argument(&mut self, short: u8) -> Result<u64, &'static str> {
        let (length, least) = match short {
            0..=23 => return Ok(u64::from(short)),
            24 => (1, 24),
            25 => (2, 0x100),
            26 => (4, 0x1_0000),
            27 => (8, 0x1_0000_0000),
            31 => return Err("a length is not given"),
            _ => return Err("it is not CBOR"),
        };
        let number = self.take(length)?.iter().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        if number < least { Err("a number is not in its shortest form") } else { Ok(number) }
    }

    /// False, true, null, undefined and other simple values. No message has a floating-point number, whose shortest form
    /// would have to be judged.
    fn simple(&mut self, short: u8) -> Result<(), &'static str> {
        match short {
            0..=23 => Ok(()),
            24 if self.take(1)?.first().is_some_and(|value| *value >= 32) => Ok(()),
            25..=27 => Err("a floating-point number is in no message"),
            _ => Err("it is not CBOR"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> Vec<u8> {
        (0..text.len() / 2).map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).unwrap_or_default()).collect()
    }

    #[test]
    fn deterministic_items_pass() {
        for good in ["00", "f6", "a0", "80", "a10042ffff", "a2000101818100", "d28443a1012640a04100", "63e282ac"] {
            assert_eq!(check(&hex(good)), Ok(()), "{good}");
        }
    }

    #[test]
    fn everything_else_is_named() {
        for (bad, why) in [
            ("", "it ends too early"),
            ("0000", "bytes follow its end"),
            ("1801", "a number is not in its shortest form"),
            ("590001ff", "a number is not in its shortest form"),
            ("9fff", "a length is not given"),
            ("5f4100ff", "a length is not given"),
            ("bfff", "a length is not given"),
            ("a200010001", "keys are not in order, or one is there twice"),
            ("a201000000", "keys are not in order, or one is there twice"),
            ("a18000", "a key is neither a number nor a string"),
            ("61ff", "a text is not UTF-8"),
            ("9affffffff", "it ends too early"),
            ("bbffffffffffffffff", "it ends too early"),
            ("5bffffffffffffffff", "it ends too early"),
            ("1c", "it is not CBOR"),
            ("f93c00", "a floating-point number is in no message"),
            ("a109fa3f800000", "a floating-point number is in no message"),
            ("fb3ff0000000000000", "a floating-point number is in no message"),
            ("f800", "it is not CBOR"),
            ("ff", "it is not CBOR"),
        ] {
            assert_eq!(check(&hex(bad)), Err(why), "{bad}");
        }
    }

    #[test]
    fn nesting_has_a_bottom() {
        let mut bytes = vec![0x81; NESTING];
        bytes.push(0);
        assert_eq!(check(&bytes), Ok(()));
        bytes.insert(0, 0x81);
        assert_eq!(check(&bytes), Err("it is nested too deep"));
        assert_eq!(check(&vec![0xc6; 100_000]), Err("it is nested too deep"));
    }
}
