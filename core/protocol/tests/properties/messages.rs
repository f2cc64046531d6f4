//! Any message, for properties.

use std::collections::BTreeSet;

use footbridge_model::{
    Actor, ChangeHash, DeviceId, DocumentId, PersonId, ProgrammeId, QuarantineId, Role, Scope, Timestamp, TokenHash,
};
use footbridge_protocol::*;
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;

macro_rules! from_bytes {
    ($($name:ident: $type:ty;)*) => {
        $(fn $name() -> impl Strategy<Value = $type> { any::<[u8; 16]>().prop_map(<$type>::from_bytes) })*
    };
}

from_bytes! {
    document: DocumentId;
    device: DeviceId;
    person: PersonId;
    programme: ProgrammeId;
    actor: Actor;
    nonce: Nonce;
    epoch: Epoch;
    command_id: CommandId;
}

fn mark() -> impl Strategy<Value = Mark> {
    any::<[u8; 8]>().prop_map(Mark::from_bytes)
}

fn public_key() -> impl Strategy<Value = PublicKey> {
    any::<[u8; 32]>().prop_map(PublicKey::from_bytes)
}

fn timestamp() -> impl Strategy<Value = Timestamp> {
    any::<i64>().prop_map(Timestamp)
}

fn name() -> impl Strategy<Value = String> {
    "\\PC{0,20}"
}

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![Just(Role::Volunteer), Just(Role::Coordinator)]
}

fn districts() -> impl Strategy<Value = BTreeSet<String>> {
    btree_set(name(), 0..4)
}

fn scope() -> impl Strategy<Value = Scope> {
    prop_oneof![
        Just(Scope::Programme),
        Just(Scope::Coordinators),
        person().prop_map(Scope::Person),
        person().prop_map(Scope::Drafts),
        "\\PC{1,20}".prop_map(Scope::District),
    ]
}

pub fn hello_request() -> impl Strategy<Value = HelloRequest> {
    (nonce(), vec(any::<u64>(), 0..5)).prop_map(|(client_nonce, versions)| HelloRequest { client_nonce, versions })
}

fn limits() -> impl Strategy<Value = LimitsMessage> {
    any::<[u64; 8]>().prop_map(|[a, b, c, d, e, f, g, h]| LimitsMessage {
        envelope_bytes: a,
        envelope_items: b,
        push_envelopes: c,
        push_bytes: d,
        document_bytes: e,
        draft_bytes: f,
        documents: g,
        scopes: h,
    })
}

pub fn hello() -> impl Strategy<Value = HelloMessage> {
    (nonce(), nonce(), timestamp(), any::<u64>(), name(), public_key(), limits()).prop_map(
        |(client_nonce, server_nonce, time, version, build, identity, limits)| HelloMessage {
            client_nonce,
            server_nonce,
            time,
            version,
            build,
            identity,
            limits,
        },
    )
}

pub fn join() -> impl Strategy<Value = JoinMessage> {
    (nonce(), public_key(), any::<[u8; 32]>(), device(), public_key(), name()).prop_map(
        |(server_nonce, identity, invitation, device, public_key, build)| JoinMessage {
            server_nonce,
            identity,
            invitation: InvitationToken::from_bytes(invitation),
            device,
            public_key,
            build,
        },
    )
}

pub fn joined() -> impl Strategy<Value = JoinedMessage> {
    (programme(), person(), role(), districts()).prop_map(|(programme, person, role, districts)| JoinedMessage {
        programme,
        person,
        role,
        districts,
    })
}

pub fn session() -> impl Strategy<Value = SessionMessage> {
    (nonce(), public_key(), device(), name(), any::<u64>(), option::of(name())).prop_map(
        |(server_nonce, identity, device, build, unsent, name)| SessionMessage {
            server_nonce,
            identity,
            device,
            build,
            unsent,
            name,
        },
    )
}

pub fn session_opened() -> impl Strategy<Value = SessionOpenedMessage> {
    let who = (programme(), person(), role(), districts());
    (any::<[u8; 32]>(), timestamp(), who, vec(scope(), 0..6), epoch(), 0..=footbridge_protocol::limits::COUNTER)
        .prop_map(|(token, expires_at, (programme, person, role, districts), scopes, epoch, counter)| {
            SessionOpenedMessage {
                token: SessionToken::from_bytes(token),
                expires_at,
                programme,
                person,
                role,
                districts,
                scopes,
                epoch,
                counter,
            }
        })
}

fn command() -> impl Strategy<Value = CommandMessage> {
    let given = (0..15_u64, option::of(person()), option::of(name()), option::of(name()));
    let rights =
        (option::of(name()), option::of(btree_set(name(), 0..4)), option::of(device()), option::of(any::<bool>()));
    let token = option::of(any::<[u8; 32]>().prop_map(TokenHash));
    let heads = (option::of(vec(change_hash(), 0..4)), option::of(any::<u64>()));
    let rest = (token, option::of(name()), option::of(any::<i64>()), heads);
    (given, rights, rest).prop_map(
        |(
            (verb, person, district, outcome),
            (role, districts, device, wipe),
            (token, name, expires_at, (heads, handed_on)),
        )| {
            CommandMessage {
                verb,
                person,
                district,
                outcome,
                role,
                districts,
                device,
                wipe,
                token,
                name,
                expires_at,
                heads,
                handed_on,
            }
        },
    )
}

fn change_hash() -> impl Strategy<Value = ChangeHash> {
    any::<[u8; 32]>().prop_map(ChangeHash)
}

fn drafts() -> impl Strategy<Value = Option<Vec<Mark>>> {
    option::of(vec(mark(), 0..3))
}

fn item() -> impl Strategy<Value = Item> {
    let draft = (document(), name(), mark(), option::of(mark()), option::of(name()), option::of(document()))
        .prop_map(|(id, kind, mark, base, body, on)| Item::Draft(DraftItem { id, kind, mark, base, body, on }));
    let given_back = (option::of(any::<bool>()), option::of(person()), option::of(person()), drafts());
    let change = (document(), name(), any::<u64>(), vec(any::<u8>(), 0..300), given_back).prop_map(
        |(id, kind, generation, change, (given_back, author, by, drafts))| {
            Item::Change(ChangeItem { id, kind, generation, change, given_back, author, by, drafts })
        },
    );
    let renewal = (document(), name(), any::<u64>(), vec(any::<u8>(), 0..300), vec(change_hash(), 0..4), drafts())
        .prop_map(|(id, kind, generation, document, seen, drafts)| {
            Item::Renewal(RenewalItem { id, kind, generation, document, seen, drafts })
        });
    let command = (document(), command_id(), command(), timestamp())
        .prop_map(|(id, command_id, command, at)| Item::Command(CommandItem { id, command_id, command, at }));
    let unreadable = prop_oneof![
        Just(vec![0xf6]),
        Just(vec![0x80]),
        Just(vec![0xa0]),
        (4..20_u8).prop_map(|item| vec![0xa1, 0x00, item]),
    ];
    prop_oneof![3 => draft, 3 => change, 3 => command, 1 => renewal, 1 => unreadable.prop_map(Item::Unreadable)]
}

pub fn envelope() -> impl Strategy<Value = EnvelopeMessage> {
    (public_key(), programme(), device(), 1..=footbridge_protocol::limits::COUNTER, vec(item(), 0..12)).prop_map(
        |(identity, programme, device, counter, items)| EnvelopeMessage { identity, programme, device, counter, items },
    )
}

fn answer() -> impl Strategy<Value = Answer> {
    any::<u16>().prop_map(Answer::from_number)
}

pub fn pushed() -> impl Strategy<Value = PushedMessage> {
    let items = vec(answer().prop_map(|answer| ItemAnswer { answer }), 0..20);
    let envelope =
        (any::<u64>(), answer(), items).prop_map(|(counter, answer, items)| EnvelopeAnswer { counter, answer, items });
    vec(envelope, 0..8).prop_map(|envelopes| PushedMessage { envelopes })
}

fn cursor() -> impl Strategy<Value = Cursor> {
    (epoch(), any::<u64>(), mark(), option::of(any::<u64>())).prop_map(|(epoch, seq, mark, below)| Cursor {
        epoch,
        seq,
        mark,
        below,
    })
}

pub fn pull_request() -> impl Strategy<Value = PullRequest> {
    let scopes = (scope(), option::of(cursor())).prop_map(|(scope, cursor)| ScopeRequest { scope, cursor });
    (vec(scopes, 0..8), option::of(any::<u64>()))
        .prop_map(|(scopes, first_frame_bytes)| PullRequest { scopes, first_frame_bytes })
}

fn pulled_item() -> impl Strategy<Value = PulledItem> {
    let document_content =
        (vec(any::<u8>(), 0..300), name(), any::<u64>(), name()).prop_map(|(document, projection, version, facts)| {
            // Both come, or neither.
            let projection_version = if projection.is_empty() { 0 } else { version };
            PulledContent::Document { document, projection, projection_version, facts }
        });
    let draft =
        (mark(), name(), option::of(document())).prop_map(|(mark, body, on)| PulledContent::Draft { mark, body, on });
    let content = prop_oneof![document_content, draft, Just(PulledContent::Left), Just(PulledContent::Erased)];
    (document(), any::<u64>(), name(), content).prop_map(|(id, generation, kind, content)| PulledItem {
        id,
        generation,
        kind,
        content,
    })
}

fn actors() -> impl Strategy<Value = Vec<ActorMessage>> {
    vec((actor(), person()).prop_map(|(actor, person)| ActorMessage { actor, person }), 0..4)
}

pub fn frame() -> impl Strategy<Value = PullMessage> {
    let place = (scope(), cursor(), any::<bool>(), any::<u64>(), any::<bool>());
    let digest = option::of((any::<u64>(), any::<u64>()).prop_map(|(count, sum)| ScopeDigest { count, sum }));
    let frame = (place, vec(pulled_item(), 0..12), actors(), digest).prop_map(
        |((scope, cursor, done, remaining, reset), items, actors, digest)| {
            PullMessage::Frame(FrameMessage { scope, cursor, items, done, remaining, actors, reset, digest })
        },
    );
    prop_oneof![9 => frame, 1 => Just(PullMessage::End)]
}

pub fn documents_request() -> impl Strategy<Value = DocumentsRequest> {
    vec(document(), 0..20).prop_map(|ids| DocumentsRequest { ids })
}

pub fn documents() -> impl Strategy<Value = DocumentsMessage> {
    (vec(pulled_item(), 0..8), actors(), vec(document(), 0..8))
        .prop_map(|(items, actors, ask_again)| DocumentsMessage { items, actors, ask_again })
}

pub fn error_body() -> impl Strategy<Value = ErrorBody> {
    (any::<u16>(), name(), option::of(vec(any::<u8>(), 0..300))).prop_map(|(number, name, notice)| ErrorBody {
        number,
        name,
        notice,
    })
}

pub fn digests_request() -> impl Strategy<Value = DigestsRequest> {
    (scope(), option::of(document())).prop_map(|(scope, after)| DigestsRequest { scope, after })
}

pub fn digests() -> impl Strategy<Value = DigestsMessage> {
    (vec((document(), any::<u64>()), 0..20), any::<bool>()).prop_map(|(entries, more)| DigestsMessage { entries, more })
}

pub fn quarantine() -> impl Strategy<Value = QuarantineMessage> {
    let who = (any::<[u8; 16]>().prop_map(QuarantineId::from_bytes), document(), person(), device());
    let what = (name(), timestamp(), any::<u64>(), option::of(name()));
    let item = (who, what).prop_map(|((id, record, person, device), (kind, at, what, projection))| QuarantinedItem {
        id,
        record,
        kind,
        person,
        device,
        at,
        what,
        projection,
    });
    (vec(item, 0..6), any::<bool>()).prop_map(|(items, more)| QuarantineMessage { items, more })
}

pub fn revocation() -> impl Strategy<Value = RevocationMessage> {
    (device(), programme(), timestamp(), any::<bool>())
        .prop_map(|(device, programme, revoked_at, wipe)| RevocationMessage { device, programme, revoked_at, wipe })
}
