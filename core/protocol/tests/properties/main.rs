//! What holds of any message, and of any bytes at all.

mod messages;

use std::fmt::Debug;

use footbridge_protocol::{
    DigestsMessage, DigestsRequest, DocumentsMessage, DocumentsRequest, EnvelopeMessage, ErrorBody, HelloMessage,
    HelloRequest, Invitation, InvitationToken, JoinMessage, JoinedMessage, Message, PublicKey, PullMessage,
    PullRequest, PushedMessage, QuarantineMessage, QuarantineRequest, RevocationMessage, SessionMessage,
    SessionOpenedMessage, SigningKey, decode, encode,
};
use proptest::prelude::*;
use proptest::sample::Index;

/// How a byte string is damaged.
#[derive(Debug, Clone)]
enum Damage {
    Flip(Index, u8),
    Cut(Index),
    Put(Index, u8),
    Drop(Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<Index>(), 1..=255_u8).prop_map(|(at, bits)| Damage::Flip(at, bits)),
        any::<Index>().prop_map(Damage::Cut),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Put(at, byte)),
        any::<Index>().prop_map(Damage::Drop),
    ]
}

fn damaged(bytes: &[u8], damages: &[Damage]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for damage in damages {
        if bytes.is_empty() {
            break;
        }
        match damage {
            Damage::Flip(at, bits) => {
                let at = at.index(bytes.len());
                bytes[at] ^= bits;
            }
            Damage::Cut(at) => bytes.truncate(at.index(bytes.len())),
            Damage::Put(at, byte) => bytes.insert(at.index(bytes.len()), *byte),
            Damage::Drop(at) => drop(bytes.remove(at.index(bytes.len()))),
        }
    }
    bytes
}

/// Decoding is the inverse of encoding, and damage is noticed or harmless: what still decodes is a
/// message that decodes again to itself.
fn holds<M: Message + PartialEq + Debug>(message: &M, damages: &[Damage]) -> Result<(), TestCaseError> {
    let bytes = encode(message).expect("within the limits");
    let decoded: M = decode(&bytes).expect("what was just encoded");
    prop_assert_eq!(&decoded, message);
    prop_assert_eq!(encode(&decoded), Ok(bytes.clone()));
    whole_or_refused::<M>(&damaged(&bytes, damages))
}

fn whole_or_refused<M: Message + PartialEq + Debug>(bytes: &[u8]) -> Result<(), TestCaseError> {
    if let Ok(message) = decode::<M>(bytes) {
        let again = encode(&message).expect("what was decoded can be encoded");
        prop_assert!(again.len() <= bytes.len());
        prop_assert_eq!(decode::<M>(&again), Ok(message));
    }
    Ok(())
}

macro_rules! any_message_comes_back {
    ($($test:ident: $message:ident;)*) => {
        proptest! {
            $(
                #[test]
                fn $test(message in messages::$message(), damages in prop::collection::vec(damage(), 1..4)) {
                    holds(&message, &damages)?;
                }
            )*
        }
    };
}

any_message_comes_back! {
    any_hello_request_comes_back: hello_request;
    any_hello_comes_back: hello;
    any_join_comes_back: join;
    any_joined_comes_back: joined;
    any_session_comes_back: session;
    any_session_opened_comes_back: session_opened;
    any_envelope_comes_back: envelope;
    any_pushed_comes_back: pushed;
    any_pull_request_comes_back: pull_request;
    any_frame_comes_back: frame;
    any_documents_request_comes_back: documents_request;
    any_documents_come_back: documents;
    any_error_body_comes_back: error_body;
    any_digests_request_comes_back: digests_request;
    any_digests_come_back: digests;
    any_quarantine_comes_back: quarantine;
    any_revocation_comes_back: revocation;
}

/// What a messenger, a mail or a page makes of a link, at any place of it.
const DECORATIONS: [fn(&str, usize) -> String; 13] = [
    |link, _| link.replacen("/join#", "/join?lang=ar#", 1),
    |link, place| inserted(link, place, ["\u{200b}", "\u{200e}", "\u{200f}", "\u{feff}", "\u{ad}"][place % 5]),
    |link, _| format!("\u{2066}{link}\u{2069}"),
    |link, place| format!("{link}{}", [".", ",", ")", ">", "\"", "»", "!", " ;", "_", "*"][place % 10]),
    |link, _| format!("<{link}>"),
    |link, _| format!("\"{link}\""),
    |link, _| link.replace('&', "&amp;"),
    |link, _| link.replacen('#', "%23", 1),
    |link, place| inserted(link, place, "\n"),
    |link, place| inserted(link, place, "\r\n> "),
    |link, _| format!("Hei Amina! Lenken din: {link} Hilsen Kari & alle"),
    |link, _| link.replacen("https://", "HTTPS://", 1),
    |link, _| {
        let (scheme, rest) = link.split_once("://").unwrap_or(("", link));
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        format!("{scheme}://{}/{path}", host.to_uppercase())
    },
];

fn inserted(link: &str, place: usize, what: &str) -> String {
    let mut chars: Vec<char> = link.chars().collect();
    // Where the link itself begins: before it are only words.
    let begin = link.to_lowercase().find("://").map_or(0, |at| link[..at].chars().count() + 3);
    let place = place.max(begin).min(chars.len());
    chars.splice(place..place, what.chars());
    chars.into_iter().collect()
}

proptest! {
    #[test]
    fn no_bytes_make_a_decoder_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        whole_or_refused::<HelloRequest>(&bytes)?;
        whole_or_refused::<HelloMessage>(&bytes)?;
        whole_or_refused::<JoinMessage>(&bytes)?;
        whole_or_refused::<JoinedMessage>(&bytes)?;
        whole_or_refused::<SessionMessage>(&bytes)?;
        whole_or_refused::<SessionOpenedMessage>(&bytes)?;
        whole_or_refused::<EnvelopeMessage>(&bytes)?;
        whole_or_refused::<PushedMessage>(&bytes)?;
        whole_or_refused::<PullRequest>(&bytes)?;
        whole_or_refused::<PullMessage>(&bytes)?;
        whole_or_refused::<DocumentsRequest>(&bytes)?;
        whole_or_refused::<DocumentsMessage>(&bytes)?;
        whole_or_refused::<ErrorBody>(&bytes)?;
        whole_or_refused::<DigestsRequest>(&bytes)?;
        whole_or_refused::<DigestsMessage>(&bytes)?;
        whole_or_refused::<QuarantineRequest>(&bytes)?;
        whole_or_refused::<QuarantineMessage>(&bytes)?;
        whole_or_refused::<RevocationMessage>(&bytes)?;
        prop_assert!(JoinMessage::open(&bytes).is_err());
    }

    #[test]
    fn no_text_makes_an_invitation_panic(text in "(https://[a-z./]{0,9}/join)?#?\\PC{0,60}") {
        prop_assert!(Invitation::parse(&text).is_err());
        prop_assert!(Invitation::from_pasted(&text).is_err());
    }

    #[test]
    fn a_decorated_link_is_the_same_invitation(
        secrets in any::<([u8; 32], [u8; 32], Option<[u8; 32]>)>(),
        host in "[a-z][a-z0-9]{0,9}(\\.[a-z]{2,5}){0,2}(:[1-9][0-9]{1,3})?(/[a-z]{1,8})?",
        mut decorations in prop::collection::vec((0_usize..DECORATIONS.len(), any::<prop::sample::Index>()), 0..6),
    ) {
        let (identity, token, fingerprint) = secrets;
        let invitation = Invitation {
            server: format!("https://{host}"),
            identity: PublicKey::from_bytes(identity),
            token: InvitationToken::from_bytes(token),
            fingerprint,
            is_plain: false,
        };
        let mut pasted = invitation.to_url();
        // A mail breaks the lines of what was written, not of its escapes.
        decorations.sort_by_key(|(which, _)| !matches!(which, 8 | 9));
        for (which, place) in &decorations {
            pasted = DECORATIONS[*which](&pasted, place.index(pasted.chars().count()));
        }
        prop_assert_eq!(Invitation::from_pasted(&pasted), Ok(invitation), "{}", pasted);
    }

    #[test]
    fn no_damage_to_a_signed_message_goes_unnoticed(
        mut envelope in messages::envelope(),
        seed in any::<[u8; 32]>(),
        damages in prop::collection::vec(damage(), 1..3),
    ) {
        let key = SigningKey::from_seed(&seed);
        envelope.identity = PublicKey::from_bytes(seed);
        let signed = envelope.seal(&key).expect("within the limits");
        let lookup = |device| (device == envelope.device).then(|| key.public());
        prop_assert!(EnvelopeMessage::open(&signed, lookup).as_ref() == Ok(&envelope));
        let other = damaged(&signed, &damages);
        if other != signed {
            prop_assert!(EnvelopeMessage::open(&other, |_| Some(key.public())).is_err());
        }
    }
}

/// A key of a later version is skipped, whatever it holds but a floating-point number, which no version has.
#[test]
fn keys_of_a_later_version_are_skipped() -> Result<(), Box<dyn std::error::Error>> {
    let mut e = minicbor::Encoder::new(Vec::new());
    e.map(4)?.u8(0)?.bytes(&[7; 16])?.u8(1)?.array(1)?.u8(1)?;
    e.u8(9)?.array(2)?.i8(-5)?.map(1)?.str("x")?.null()?;
    e.u8(99)?.tag(minicbor::data::Tag::new(1))?.u8(1)?;
    let request: HelloRequest = decode(&e.into_writer())?;
    assert_eq!(request.versions, [1]);
    Ok(())
}
