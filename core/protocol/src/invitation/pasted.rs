//! An invitation's link as people paste it. A messenger, a mail program or a page decorates what it shows: this
//! takes the decoration away, writes the link in its strict form, and has that read. Invariant: what is strict
//! already is read as it stands.

use super::{Invitation, InvitationPart};
use crate::error::ProtocolError;
use crate::limits;

/// How many characters of base64url an identity, a token and a fingerprint have: 32 bytes, without padding.
const ENCODED_LENGTH: usize = 43;

/// Escapes lie in escapes where a link went through several hands.
const ESCAPED_TIMES: usize = 8;

/// Entities of HTML that stand in a link or beside one.
const ENTITIES: [(&str, &str); 9] = [
    ("&amp;", "&"),
    ("&#38;", "&"),
    ("&#x26;", "&"),
    ("&#61;", "="),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&quot;", "\""),
    ("&#39;", "'"),
    ("&nbsp;", " "),
];

/// The invitation in `text`.
pub(super) fn invitation(text: &str) -> Result<Invitation, ProtocolError> {
    let wrong = |part| Err(ProtocolError::Invitation { part });
    if text.len() > limits::INVITATION_PASTED_BYTES {
        return wrong(InvitationPart::Length);
    }
    let plain = on_one_line(&unescaped(&text.chars().filter(|c| !is_invisible(*c)).collect::<String>()));
    // Only where nothing decorates it: a name behind a mark or an escape would else be skipped as one of a later version.
    if plain == text
        && let Ok(strict) = Invitation::parse(text)
    {
        return Ok(strict);
    }
    let starts = schemes(&plain);
    let mut found: Option<Invitation> = None;
    let mut nearest = None;
    for (place, start) in starts.iter().enumerate() {
        let end = starts.get(place.saturating_add(1)).copied().unwrap_or(plain.len());
        match plain.get(*start..end).map(link) {
            Some(Ok(invitation)) if found.as_ref().is_some_and(|found| *found != invitation) => {
                return wrong(InvitationPart::Several);
            }
            Some(Ok(invitation)) => found = Some(invitation),
            // What is wrong with the link that came furthest is what helps a person.
            Some(Err(ProtocolError::Invitation { part })) => nearest = nearest.max(Some(part)),
            Some(Err(error)) => return Err(error),
            None => {}
        }
    }
    match (found, nearest) {
        (Some(found), _) => Ok(found),
        (None, Some(part)) => wrong(part),
        (None, None) => wrong(InvitationPart::Scheme),
    }
}

/// One link, from its scheme on, with whatever comes after it.
fn link(text: &str) -> Result<Invitation, ProtocolError> {
    let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
    let address: String = address.chars().filter(|c| *c != '\n').collect();
    let address = address.split('?').next().unwrap_or_default();
    let address = address.strip_suffix('/').unwrap_or(address);
    let (scheme, rest) = address.split_once("://").unwrap_or(("", address));
    let (host, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    let mut strict = format!("{}://{}{path}#", scheme.to_ascii_lowercase(), host.to_ascii_lowercase());
    for (place, (name, value)) in pairs(fragment).iter().enumerate() {
        if place > 0 {
            strict.push('&');
        }
        strict.push_str(name);
        strict.push('=');
        strict.push_str(value);
    }
    Invitation::parse(&strict)
}

/// The names and values of the fragment, up to where something begins that is none.
fn pairs(fragment: &str) -> Vec<(String, String)> {
    let mut rest = fragment;
    let mut pairs = Vec::new();
    loop {
        rest = rest.trim_start_matches('\n');
        let (name, after) = taken(rest, |c| c.is_ascii_alphanumeric() || c == '_' || c == '\n', usize::MAX);
        let Some(after) = after.strip_prefix('=') else { return pairs };
        let (mut value, mut after) = match name.as_str() {
            "s" | "t" | "f" => taken(after, |c| is_encoding(c) || c == '\n', ENCODED_LENGTH),
            "v" => taken(after, |c| c.is_ascii_digit() || c == '\n', usize::MAX),
            _ => taken(after, is_encoding, usize::MAX),
        };
        // A link in italics ends with what could be a part of it; anything else that goes on is a wrong value.
        let (more, beyond) = taken(after, is_encoding, usize::MAX);
        if !more.chars().all(|c| c == '_' || c == '-') {
            value.push_str(&more);
        }
        after = beyond.trim_start_matches('\n');
        pairs.push((name, value));
        match after.strip_prefix('&') {
            Some(next) => rest = next,
            None => return pairs,
        }
    }
}

/// What `text` begins with, as long as `wanted` holds and at most `most` characters, line breaks left out.
fn taken(text: &str, wanted: impl Fn(char) -> bool, most: usize) -> (String, &str) {
    let mut taken = String::new();
    for (at, c) in text.char_indices() {
        if !wanted(c) || taken.len() >= most {
            return (taken, text.get(at..).unwrap_or_default());
        }
        if c != '\n' {
            taken.push(c);
        }
    }
    (taken, "")
}

fn is_encoding(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// Where addresses begin in `text`.
fn schemes(text: &str) -> Vec<usize> {
    let small = text.to_ascii_lowercase();
    small
        .match_indices("://")
        .filter_map(|(at, _)| {
            let before = small.get(..at)?;
            ["https", "http"]
                .iter()
                .find(|scheme| before.ends_with(*scheme))
                .map(|scheme| at.saturating_sub(scheme.len()))
        })
        .collect()
}

/// A character that nobody sees: marks of direction, joiners, soft hyphens, byte order marks, selectors, controls.
fn is_invisible(c: char) -> bool {
    let is_control = c.is_control() && !c.is_whitespace();
    is_control
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Entities and percent escapes as what they stand for, and dashes that a keyboard made of hyphens.
fn unescaped(text: &str) -> String {
    let mut text = text.replace(['\u{2010}', '\u{2011}', '\u{2013}', '\u{2212}'], "-").replace('\u{2014}', "--");
    for _ in 0..ESCAPED_TIMES {
        for (entity, letter) in ENTITIES {
            if text.contains(entity) {
                text = text.replace(entity, letter);
            }
        }
        text = without_percent(&text);
    }
    text
}

/// Each `%XX` that stands for a visible character of ASCII as that character.
fn without_percent(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        plain.push_str(before);
        let letter = after.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match letter.map(char::from).filter(char::is_ascii_graphic) {
            Some(letter) => {
                plain.push(letter);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                plain.push('%');
                rest = after;
            }
        }
    }
    plain.push_str(rest);
    plain
}

/// Each line break with the space around it, and the marks of a quotation after it, as one `\n`.
fn on_one_line(text: &str) -> String {
    let mut lines = text.lines();
    let mut joined = lines.next().unwrap_or_default().trim_end().to_owned();
    for line in lines {
        joined.push('\n');
        joined.push_str(line.trim_start_matches(|c: char| c.is_whitespace() || c == '>').trim_end());
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::InvitationToken;
    use crate::signature::PublicKey;

    fn amina() -> Invitation {
        Invitation {
            server: "https://footbridge.example:8443/bydel".to_owned(),
            identity: PublicKey::from_bytes([1; 32]),
            token: InvitationToken::from_bytes([0xfb; 32]),
            fingerprint: None,
            is_plain: false,
        }
    }

    #[test]
    fn a_link_is_read_as_people_paste_it() {
        let link = amina().to_url();
        let half = link.len() - 20;
        for pasted in [
            link.replace("/join#", "/join?lang=ar#"),
            link.replace("/join#", "/join/?fbclid=x&y=1#"),
            format!("\u{feff}\u{2066}{link}\u{2069}\u{200b}"),
            link.replace("&t", "\u{200e}&\u{200f}t"),
            format!("{link}."),
            format!("<{link}>,"),
            format!("«{link}»"),
            format!("\"{link}\")"),
            format!("_{link}_"),
            format!("[{link}]({link})"),
            link.replace('&', "&amp;amp;"),
            link.replace('#', "%23"),
            link.replace('#', "%2523").replace('&', "%26").replace('=', "%3D"),
            format!("{}\r\n> {}", &link[..half], &link[half..]),
            link.replace("/bydel", "\n/bydel"),
            format!("Hei Amina! Trykk her: {link} Hilsen Kari"),
            format!("أهلا {link}\nKari"),
            link.replace("https://footbridge.example", "HTTPS://Footbridge.EXAMPLE"),
            format!("https://wrap.example/?url={}&data=05", link.replace(':', "%3A").replace('/', "%2F")),
        ] {
            assert_eq!(Invitation::from_pasted(&pasted), Ok(amina()), "{pasted}");
        }
    }

    #[test]
    fn what_is_no_link_stays_none() {
        let link = amina().to_url();
        let other = Invitation { token: InvitationToken::from_bytes([7; 32]), ..amina() }.to_url();
        for (pasted, part) in [
            (String::new(), InvitationPart::Scheme),
            ("Hei Amina".to_owned(), InvitationPart::Scheme),
            (format!("{link} {other}"), InvitationPart::Several),
            (link[..link.len() - 3].to_owned(), InvitationPart::Token),
            (format!("{link}A"), InvitationPart::Token),
            (link.replace("bydel", "by del"), InvitationPart::Path),
            (link.replace("footbridge.example", "kari@evil.example"), InvitationPart::Host),
            (link.replace("v=1", "v=2"), InvitationPart::Version),
            (format!("{link}{}", " ".repeat(20_000) + "x"), InvitationPart::Length),
        ] {
            assert_eq!(Invitation::from_pasted(&pasted), Err(ProtocolError::Invitation { part }), "{pasted}");
        }
    }
}
