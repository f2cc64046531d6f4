//! Messages of the protocol: CBOR, COSE, links.

use std::fmt::Debug;

use footbridge_model::{Command, DeviceId};
use footbridge_protocol::codec::strict as walk;
use footbridge_protocol::pull::{DigestsMessage, DigestsRequest};
use footbridge_protocol::signature::{self, KeyId};
use footbridge_protocol::{
    CommandMessage, DocumentsMessage, DocumentsRequest, EnvelopeMessage, ErrorBody, HelloMessage, HelloRequest,
    Invitation, Item, JoinMessage, JoinedMessage, Label, Message, Nonce, PublicKey, PullMessage, PullRequest,
    PushedMessage, QuarantineMessage, QuarantineRequest, RevocationMessage, SessionMessage, SessionOpenedMessage,
    SessionToken, SigningKey, decode, encode, limits,
};

const DEVICE: DeviceId = DeviceId::from_bytes([3; 16]);
/// The key of everybody here.
const KEY: [u8; 32] = [7; 32];

/// What is decoded is within its limits, and comes back the same from what it is encoded as, which is no longer and,
/// where nothing was skipped, the same bytes.
fn holds<M: Message + PartialEq + Debug>(bytes: &[u8]) -> Option<M> {
    let (message, again) = comes_back::<M>(bytes)?;
    assert!(again.len() < bytes.len() || again == bytes, "one form in bytes");
    Some(message)
}

/// The same of a message with a set in it, whose order says nothing.
fn comes_back<M: Message + PartialEq + Debug>(bytes: &[u8]) -> Option<(M, Vec<u8>)> {
    let message = decode::<M>(bytes).ok()?;
    assert!(bytes.len() <= M::MAX_BYTES);
    let again = encode(&message).expect("what was decoded can be encoded");
    assert!(again.len() <= bytes.len(), "what is skipped makes it shorter");
    assert_eq!(decode::<M>(&again).as_ref(), Ok(&message));
    Some((message, again))
}

/// The same of what is signed: as payload of somebody whose signature holds.
fn signed<M: Message + PartialEq + Debug>(label: Label, bytes: &[u8]) -> Option<M> {
    // A signature takes a hundred times longer than all else: what is no message is signed now and then.
    if !bytes.len().is_multiple_of(16) && decode::<M>(bytes).is_err() {
        return None;
    }
    let key = SigningKey::from_seed(&KEY);
    let sealed = signature::sign(label, KeyId::Device(DEVICE), bytes.to_vec(), &key).ok()?;
    let opened = signature::open_by_device::<M>(label, &sealed, |_| Some(key.public()));
    match (opened, decode::<M>(bytes)) {
        (Ok((device, opened)), Ok(message)) => {
            assert_eq!((device, &opened), (DEVICE, &message));
            Some(opened)
        }
        (Err(_), Err(_)) => None,
        // It fits by itself, and no more with its signature.
        (Err(_), Ok(_)) => {
            assert!(sealed.len() > M::MAX_BYTES);
            None
        }
        (Ok(_), Err(error)) => panic!("opened and not decoded: {error}"),
    }
}

pub(crate) fn strict(bytes: &[u8]) {
    if walk::check(bytes).is_ok() {
        let mut decoder = minicbor::Decoder::new(bytes);
        decoder.skip().expect("what is well formed can be walked");
        assert_eq!(decoder.position(), bytes.len(), "one item, and nothing after it");
        assert!(walk::check(&bytes[..bytes.len() - 1]).is_err());
    }
}

/// The same signed message with a signature that holds, where it has the form of one: else nothing gets past it.
fn resigned(label: Label, bytes: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = minicbor::Decoder::new(bytes);
    decoder.tag().ok()?;
    decoder.array().ok()?.filter(|length| *length == 4)?;
    let protected = decoder.bytes().ok()?;
    decoder.skip().ok()?;
    let payload = decoder.bytes().ok()?;
    let signature = decoder.bytes().ok().filter(|signature| signature.len() == 64)?;
    // RFC 9052, section 4.4.
    let mut signed = minicbor::Encoder::new(Vec::new());
    signed.array(4).ok()?.str("Signature1").ok()?.bytes(protected).ok()?;
    signed.bytes(label.as_str().as_bytes()).ok()?.bytes(payload).ok()?;
    let key = ed25519_dalek::SigningKey::from_bytes(&KEY);
    let again = ed25519_dalek::Signer::sign(&key, &signed.into_writer()).to_bytes();
    let (before, after) = bytes.split_at(decoder.position() - signature.len());
    Some([before, &again, after.get(signature.len()..)?].concat())
}

/// What is signed, whoever sends it: opened only with the right key, for the right purpose, in its one form.
pub(crate) fn cose(bytes: &[u8]) {
    let key = SigningKey::from_seed(&KEY);
    let labels = [Label::Hello, Label::Join, Label::Session, Label::Envelope, Label::Revocation];
    // The last byte is one of the signature, which is made anew.
    let label = labels[usize::from(bytes.last().copied().unwrap_or(0)) % labels.len()];
    let other = if label == Label::Session { Label::Join } else { Label::Session };
    for bytes in std::iter::once(bytes.to_vec()).chain(resigned(label, bytes)) {
        if let Ok((kid, payload)) = signature::open::<Any>(label, &bytes, |_| Some(key.public())) {
            let again = signature::sign(label, kid, payload.0, &key).expect("it was signed");
            assert!(again == bytes, "it has one form");
            let elsewhere = signature::open::<Any>(other, &bytes, |_| Some(key.public()));
            assert!(elsewhere.is_err(), "it is good for one purpose");
        }
        drop(EnvelopeMessage::open(&bytes, |_| Some(key.public())));
        drop(SessionMessage::open(&bytes, |_| Some(key.public())));
        drop(JoinMessage::open(&bytes));
        drop(HelloMessage::open(&bytes, key.public(), Nonce::from_bytes([1; 16])));
        let _ = RevocationMessage::open(&bytes, key.public(), DEVICE);
    }
}

/// Any payload.
#[derive(Debug)]
struct Any(Vec<u8>);

impl Message for Any {
    const NAME: &'static str = "anything";
    const MAX_BYTES: usize = limits::ENVELOPE_BYTES;
}

impl<C> minicbor::Encode<C> for Any {
    fn encode<W: minicbor::encode::Write>(
        &self,
        encoder: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        encoder.writer_mut().write_all(&self.0).map_err(minicbor::encode::Error::write)
    }
}

impl<'b, C> minicbor::Decode<'b, C> for Any {
    fn decode(decoder: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        decoder.skip()?;
        Ok(Self(decoder.input().to_vec()))
    }
}

pub(crate) fn envelope(bytes: &[u8]) {
    let Some(envelope) =
        signed::<EnvelopeMessage>(Label::Envelope, bytes).or_else(|| comes_back(bytes).map(|(message, _)| message))
    else {
        return;
    };
    assert!(envelope.items.len() <= limits::ENVELOPE_ITEMS && envelope.counter > 0);
    for item in &envelope.items {
        let checked = item.check();
        assert!(!matches!((item, checked), (Item::Unreadable(_), Ok(()))), "what cannot be read is refused");
        let one = EnvelopeMessage { items: vec![item.clone()], ..envelope.clone() };
        let alone = minicbor::to_vec(&one).expect("it can be encoded").len();
        let none = EnvelopeMessage { items: Vec::new(), ..envelope.clone() };
        let without = minicbor::to_vec(&none).expect("it can be encoded").len();
        assert!(alone - without <= item.weight(), "an item takes no more than its weight");
        assert!(!format!("{item:?}").contains("Blåvinge"), "no content is shown");
    }
}

pub(crate) fn pushed(bytes: &[u8]) {
    if let Some(pushed) = holds::<PushedMessage>(bytes) {
        assert!(pushed.envelopes.len() <= limits::PUSH_ENVELOPES);
    }
}

pub(crate) fn command(bytes: &[u8]) {
    if walk::check(bytes).is_err() {
        return;
    }
    let Ok(message) = minicbor::decode::<CommandMessage>(bytes) else { return };
    if let Ok(command) = Command::try_from(message.clone()) {
        assert_eq!(CommandMessage::from(&command), message, "no key is lost");
    }
}

pub(crate) fn hello(bytes: &[u8]) {
    holds::<HelloRequest>(bytes);
    if let Some(mut hello) = holds::<HelloMessage>(bytes) {
        let limits = hello.limits.and(footbridge_protocol::LimitsMessage::of_this_version());
        assert!(limits.push_bytes <= footbridge_protocol::limits::PUSH_BYTES);
        // Of a server that is who it says.
        let key = SigningKey::from_seed(&KEY);
        hello.identity = key.public();
        let Ok(sealed) = hello.seal(&key) else { return };
        let opened = HelloMessage::open(&sealed, key.public(), hello.client_nonce);
        assert_eq!(opened.is_ok(), hello.version == footbridge_protocol::VERSION);
        let other = SigningKey::from_seed(&[8; 32]).public();
        assert!(HelloMessage::open(&sealed, other, hello.client_nonce).is_err(), "another server");
    }
}

pub(crate) fn join(bytes: &[u8]) {
    holds::<JoinMessage>(bytes);
    signed::<JoinMessage>(Label::Join, bytes);
    comes_back::<JoinedMessage>(bytes);
}

pub(crate) fn session(bytes: &[u8]) {
    holds::<SessionMessage>(bytes);
    signed::<SessionMessage>(Label::Session, bytes);
    // A scope that this version does not know is left aside.
    comes_back::<SessionOpenedMessage>(bytes);
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Some(token) = SessionToken::from_authorization(text)
    {
        assert_eq!(SessionToken::from_authorization(&token.to_authorization()), Some(token));
    }
}

pub(crate) fn pull(bytes: &[u8]) {
    holds::<PullRequest>(bytes);
}

pub(crate) fn frame(bytes: &[u8]) {
    if let Some(PullMessage::Frame(frame)) = holds::<PullMessage>(bytes) {
        assert!(frame.items.len() <= limits::FRAME_ITEMS);
    }
}

pub(crate) fn documents(bytes: &[u8]) {
    holds::<DocumentsRequest>(bytes);
    if let Some(found) = holds::<DocumentsMessage>(bytes) {
        assert!(found.items.len() <= limits::DOCUMENTS && found.ask_again.len() <= limits::DOCUMENTS);
    }
}

pub(crate) fn digests(bytes: &[u8]) {
    holds::<DigestsRequest>(bytes);
    if let Some(found) = holds::<DigestsMessage>(bytes) {
        assert!(found.entries.len() <= limits::DIGESTS);
    }
}

pub(crate) fn quarantine(bytes: &[u8]) {
    holds::<QuarantineRequest>(bytes);
    if let Some(found) = holds::<QuarantineMessage>(bytes) {
        assert!(found.items.len() <= limits::QUARANTINED);
    }
}

pub(crate) fn revocation(bytes: &[u8]) {
    if let Some(mut message) = holds::<RevocationMessage>(bytes) {
        let key = SigningKey::from_seed(&KEY);
        message.device = DEVICE;
        let sealed = message.seal(&key).expect("it fits");
        assert_eq!(RevocationMessage::open(&sealed, key.public(), DEVICE), Ok(message));
        assert!(RevocationMessage::open(&sealed, key.public(), DeviceId::from_bytes([4; 16])).is_err(), "another's");
    }
    // Only what the server's key signed locks a device.
    let identity = SigningKey::from_seed(&[9; 32]).public();
    if RevocationMessage::open(bytes, identity, DEVICE).is_ok() {
        assert_eq!(bytes, own_revocation(), "nobody else has signed one");
    }
    assert!(RevocationMessage::open(bytes, PublicKey::from_bytes([0; 32]), DEVICE).is_err(), "a key of small order");
}

/// The one revocation that was ever signed with that key.
pub(crate) fn own_revocation() -> Vec<u8> {
    let message = RevocationMessage {
        device: DEVICE,
        programme: footbridge_model::ProgrammeId::from_bytes([1; 16]),
        revoked_at: footbridge_model::Timestamp(1_795_341_600_000),
        wipe: false,
    };
    message.seal(&SigningKey::from_seed(&[9; 32])).expect("a revocation")
}

pub(crate) fn error_body(bytes: &[u8]) {
    if let Some(body) = holds::<ErrorBody>(bytes) {
        assert!(body.notice.is_none_or(|notice| notice.len() <= limits::NOTICE_BYTES));
    }
}

pub(crate) fn invitation(bytes: &[u8]) {
    let Ok(link) = std::str::from_utf8(bytes) else { return };
    if let Ok(invitation) = Invitation::parse(link) {
        assert!(link.len() <= limits::INVITATION_BYTES);
        assert!(invitation.server.starts_with("http"));
        assert!(!invitation.server.contains(['#', '?', '@']), "an address without user, query or fragment");
        let url = invitation.to_url();
        assert_eq!(Invitation::parse(&url), Ok(invitation));
    }
}
