//! The link by which a person joins: `https://server.example/join#v=1&s=…&t=…`. What is secret stands in
//! the fragment, which no browser sends; opening the link consumes nothing.

use std::fmt;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::bytes::InvitationToken;
use crate::codec::FixedBytes;
use crate::error::ProtocolError;
use crate::limits;
use crate::signature::PublicKey;

mod pasted;

/// What comes after the server's address.
pub const PAGE: &str = "/join";

/// The part of a link that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InvitationPart {
    /// It is longer than a link can be.
    Length,
    /// There are several links that differ.
    Several,
    /// Neither `https` nor `http`; or `http` beyond this machine, which the person who runs the server did not allow.
    Scheme,
    /// Whose server it is.
    Host,
    /// The page to join.
    Path,
    /// Its version, or one that this version does not know.
    Version,
    /// The server's identity.
    Server,
    /// The right to join.
    Token,
    /// The fingerprint of the server's certificate.
    Fingerprint,
}

impl fmt::Display for InvitationPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Length => "its length",
            Self::Several => "one link and no other",
            Self::Scheme => "https://",
            Self::Host => "the server's address",
            Self::Path => "the page /join",
            Self::Version => "its version (v)",
            Self::Server => "the server's identity (s)",
            Self::Token => "its token (t)",
            Self::Fingerprint => "the fingerprint of the server's certificate (f)",
        })
    }
}

/// An invitation, as a coordinator hands it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The server's address, without a slash at its end: `https://server.example`.
    pub server: String,
    /// The server's identity.
    pub identity: PublicKey,
    /// The right to join.
    pub token: InvitationToken,
    /// Where no public authority has signed the server's certificate: the SHA-256 of its
    /// SubjectPublicKeyInfo (RFC 5280), by which the device then knows it instead.
    pub fingerprint: Option<[u8; 32]>,
    /// Whether the person who runs the server said that phones may reach it without encryption.
    pub is_plain: bool,
}

/// Whether an address reaches a server without encryption, and beyond this machine.
pub fn is_in_the_clear(server: &str) -> bool {
    let Some(rest) = server.strip_prefix("http://") else { return false };
    let place = rest.split('/').next().unwrap_or_default();
    let host = match place.strip_prefix('[') {
        Some(inside) => inside.split(']').next().unwrap_or_default(),
        None => place.split(':').next().unwrap_or_default(),
    };
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    !is_loopback && !host.eq_ignore_ascii_case("localhost")
}

impl Invitation {
    /// The link.
    pub fn to_url(&self) -> String {
        let identity = URL_SAFE_NO_PAD.encode(self.identity.as_bytes());
        let token = URL_SAFE_NO_PAD.encode(self.token.as_bytes());
        let mut url = format!("{}{PAGE}#v=1&s={identity}&t={token}", self.server.trim_end_matches('/'));
        if let Some(fingerprint) = &self.fingerprint {
            url.push_str("&f=");
            url.push_str(&URL_SAFE_NO_PAD.encode(fingerprint));
        }
        if self.is_plain {
            url.push_str("&p=1");
        }
        url
    }

    /// Read from what a person pasted: the link, and whatever a messenger, a mail or a page put around or into it.
    /// Takes a query before the fragment, invisible characters, quotes, brackets and words around it, escapes
    /// (`&amp;`, `%23`), line breaks inside, and capitals in scheme and host. What [`Invitation::parse`] takes means
    /// the same here.
    ///
    /// # Errors
    /// [`ProtocolError::Invitation`] with the part that is wrong; also where `text` holds two links that differ.
    pub fn from_pasted(text: &str) -> Result<Self, ProtocolError> {
        pasted::invitation(text)
    }

    /// Read from a link in the form in which it is made; space around it is forgiven.
    pub fn parse(url: &str) -> Result<Self, ProtocolError> {
        let wrong = |part| ProtocolError::Invitation { part };
        let url = url.trim();
        if url.len() > limits::INVITATION_BYTES {
            return Err(wrong(InvitationPart::Length));
        }
        let (address, fragment) = url.split_once('#').unwrap_or((url, ""));
        let server = server(address)?;
        let values = Values::of(fragment);
        if values.version != Some("1") {
            return Err(wrong(InvitationPart::Version));
        }
        let identity = values.identity.and_then(decode_base64).ok_or(wrong(InvitationPart::Server))?;
        let token = values.token.and_then(decode_base64).ok_or(wrong(InvitationPart::Token))?;
        let fingerprint = match values.fingerprint {
            Some(text) => {
                let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
                Some(bytes.ok_or(wrong(InvitationPart::Fingerprint))?)
            }
            None => None,
        };
        let is_plain = values.plain == Some("1");
        if is_in_the_clear(&server) && !is_plain {
            return Err(wrong(InvitationPart::Scheme));
        }
        Ok(Self { server, identity, token, fingerprint, is_plain })
    }
}

/// The address before the page, with a scheme and a host.
fn server(address: &str) -> Result<String, ProtocolError> {
    let wrong = |part| ProtocolError::Invitation { part };
    let (scheme, rest) = address.split_once("://").ok_or(wrong(InvitationPart::Scheme))?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return Err(wrong(InvitationPart::Scheme));
    }
    let host = rest.split('/').next().unwrap_or_default();
    let is_clean = |text: &str| text.chars().all(|c| c.is_ascii_graphic() && !"@?\\\"<>".contains(c));
    if host.is_empty() || host.starts_with(':') || !is_clean(host) {
        return Err(wrong(InvitationPart::Host));
    }
    let place = rest.strip_suffix(PAGE).filter(|place| is_clean(place)).ok_or(wrong(InvitationPart::Path))?;
    let below = place.get(host.len()..).unwrap_or_default();
    Ok(format!("{}://{}{below}", scheme.to_ascii_lowercase(), host.to_ascii_lowercase()))
}

/// The values of the fragment; those of a later version are left aside, the first of each counts.
struct Values<'u> {
    version: Option<&'u str>,
    identity: Option<&'u str>,
    token: Option<&'u str>,
    fingerprint: Option<&'u str>,
    plain: Option<&'u str>,
}

impl<'u> Values<'u> {
    fn of(fragment: &'u str) -> Self {
        let value = |name: &str| {
            fragment.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| *key == name)).map(|(_, v)| v)
        };
        Self {
            version: value("v"),
            identity: value("s"),
            token: value("t"),
            fingerprint: value("f"),
            plain: value("p"),
        }
    }
}

fn decode_base64<T: FixedBytes>(text: &str) -> Option<T> {
    T::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amina() -> Invitation {
        Invitation {
            server: "https://footbridge.example:8443/bydel".to_owned(),
            identity: PublicKey::from_bytes([1; 32]),
            token: InvitationToken::from_bytes([2; 32]),
            fingerprint: None,
            is_plain: false,
        }
    }

    #[test]
    fn a_link_without_encryption_is_taken_on_this_machine_or_where_the_administrator_says_so() {
        let at = |server: &str, is_plain| Invitation { server: server.to_owned(), is_plain, ..amina() };
        for server in ["http://127.0.0.1:8787", "http://localhost:80/bru", "http://[::1]:8787", "https://bru.example"] {
            assert_eq!(Invitation::parse(&at(server, false).to_url()), Ok(at(server, false)), "{server}");
        }
        for server in
            ["http://bru.example", "http://10.0.0.1:8787", "http://127.0.0.1.evil.example", "http://[2001:db8::1]:80"]
        {
            let wrong = ProtocolError::Invitation { part: InvitationPart::Scheme };
            assert_eq!(Invitation::parse(&at(server, false).to_url()), Err(wrong), "{server}");
            assert_eq!(Invitation::parse(&at(server, true).to_url()), Ok(at(server, true)), "{server}");
        }
    }

    #[test]
    fn a_link_comes_back_as_it_was() {
        assert_eq!(Invitation::parse(&format!("  {}\n", amina().to_url())), Ok(amina()));
        let local = amina().to_url().replace("https://footbridge.example:8443/bydel", "HTTP://127.0.0.1:8787");
        assert_eq!(Invitation::parse(&local).map(|link| link.server), Ok("http://127.0.0.1:8787".to_owned()));
    }

    #[test]
    fn a_later_value_in_the_fragment_is_left_aside() {
        assert_eq!(Invitation::parse(&amina().to_url().replace("#v=1", "#x=abc&v=1")), Ok(amina()));
    }

    #[test]
    fn a_certificate_that_nobody_else_vouches_for_comes_with_its_fingerprint() {
        let pinned = Invitation { fingerprint: Some([9; 32]), ..amina() };
        assert_eq!(Invitation::parse(&pinned.to_url()), Ok(pinned.clone()));
        let cut = pinned.to_url();
        let wrong = ProtocolError::Invitation { part: InvitationPart::Fingerprint };
        assert_eq!(Invitation::parse(&cut[..cut.len() - 1]), Err(wrong));
    }

    #[test]
    fn the_wrong_part_of_a_link_is_named() {
        let url = amina().to_url();
        let token = url.find("&t=").unwrap_or_default();
        for (link, part) in [
            (String::new(), InvitationPart::Scheme),
            (url.replace("https", "ftp"), InvitationPart::Scheme),
            (url.replace("https://", "javascript:"), InvitationPart::Scheme),
            (url.replace("footbridge.example:8443/bydel", ""), InvitationPart::Host),
            (url.replace("footbridge.example", "kari@evil.example"), InvitationPart::Host),
            (url.replace("/join", "/leave"), InvitationPart::Path),
            (url.replace("/join", "/join?x=1"), InvitationPart::Path),
            (url.replace("bydel", "by del"), InvitationPart::Path),
            (url.replace("v=1", "v=2"), InvitationPart::Version),
            (url.split('#').next().unwrap_or_default().to_owned(), InvitationPart::Version),
            (url.replace("s=A", "s=!"), InvitationPart::Server),
            (url[..token].to_owned(), InvitationPart::Token),
            (url[..url.len() - 2].to_owned(), InvitationPart::Token),
            (format!("{url}={}", "x".repeat(3000)), InvitationPart::Length),
        ] {
            assert_eq!(Invitation::parse(&link), Err(ProtocolError::Invitation { part }), "{part}");
        }
    }

    #[test]
    fn an_invitation_does_not_show_its_token() {
        assert!(!format!("{:?}", amina()).contains("0202"));
    }
}
