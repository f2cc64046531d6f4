//! Digests: the count and sum told with the last frame of a scope are those of what is served in it, whatever was done
//! before; a row that was damaged is not sent, and does not change them.

use std::collections::BTreeMap;

use footbridge_model::{Command, DocumentId, Kind, Recipient, Scope};
use footbridge_protocol::pull::digest;
use footbridge_protocol::pull::digests::PATH;
use footbridge_protocol::{
    Answer, Cursor, DigestsMessage, DigestsRequest, ErrorCode, FrameMessage, PulledContent, ScopeDigest, ScopeRequest,
    decode, encode,
};
use footbridge_server::admin::AdminRequest;
use footbridge_server::state;
use rusqlite::params;
use serde_json::json;

use super::support::{Office, Phone, Recorded, draft, draft_body, from_the_start, set};

/// What a phone holds of a scope, and where it goes on.
#[derive(Default)]
struct Replica {
    held: BTreeMap<DocumentId, u64>,
    cursor: Option<Cursor>,
}

impl Replica {
    /// Takes frames of one scope; gives what the last of them told.
    fn take(&mut self, frames: &[FrameMessage]) -> Option<ScopeDigest> {
        for item in frames.iter().flat_map(|frame| &frame.items) {
            match &item.content {
                PulledContent::Document { document, .. } => {
                    self.held.insert(item.id, digest(item.id, item.generation, document));
                }
                PulledContent::Left | PulledContent::Erased => {
                    self.held.remove(&item.id);
                }
                PulledContent::Draft { .. } | PulledContent::Unreadable => {}
            }
        }
        let last = frames.last().unwrap();
        self.cursor = Some(last.cursor);
        last.digest
    }

    fn sum(&self) -> ScopeDigest {
        self.held.values().fold(ScopeDigest::default(), |sum, digest| sum.plus(*digest))
    }
}

async fn list(
    office: &Office,
    phone: &Phone,
    scope: Scope,
    after: Option<DocumentId>,
) -> Result<DigestsMessage, ErrorCode> {
    let token = phone.session(office).await.unwrap().token;
    let answer = office.post(PATH, Some(&token), encode(&DigestsRequest { scope, after }).unwrap()).await;
    answer.code().map_or_else(|| Ok(decode(&answer.body).unwrap()), Err)
}

/// Replicas of all scopes of a phone, followed from pull to pull.
#[derive(Default)]
struct Follower(BTreeMap<Scope, Replica>);

impl Follower {
    /// Pulls what is new: the replica is then what the server says, and so is what is served from the start.
    async fn agrees(&mut self, office: &Office, phone: &Phone, after: &str) {
        for scope in phone.session(office).await.unwrap().scopes {
            let replica = self.0.entry(scope.clone()).or_default();
            let request = ScopeRequest { scope: scope.clone(), cursor: replica.cursor };
            let told = replica.take(&phone.pull(office, vec![request]).await.unwrap());
            let mut fresh = Replica::default();
            let told_first = fresh.take(&phone.pull(office, vec![from_the_start(scope.clone())]).await.unwrap());
            assert_eq!(told, told_first, "{scope} after {after}");
            assert_eq!(replica.held, fresh.held, "{scope} after {after}");
            if matches!(scope, Scope::Drafts(_)) {
                assert_eq!(told, None);
                continue;
            }
            assert_eq!(told, Some(fresh.sum()), "{scope} after {after}");
            let listed = list(office, phone, scope, None).await.unwrap();
            assert_eq!(listed.entries, fresh.held.into_iter().collect::<Vec<_>>(), "after {after}");
            assert!(!listed.more);
        }
    }
}

fn dice(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    }
}

/// One exchange of any kind, as the dice say. What is refused is as good.
async fn exchange(
    office: &Office,
    phones: &mut [Phone],
    recorded: &mut Vec<(usize, Recorded)>,
    roll: &mut impl FnMut(usize) -> usize,
) -> &'static str {
    let who = roll(phones.len());
    let people: Vec<_> = phones.iter().map(|phone| phone.person).collect();
    let phone = &mut phones[who];
    let mine: Vec<_> = (0..recorded.len()).filter(|at| recorded[*at].0 == who).collect();
    if mine.is_empty() || roll(4) == 0 {
        let visit = phone.visit();
        assert_eq!(phone.push(office, vec![visit.item()]).await, [Answer::Accepted]);
        recorded.push((who, visit));
        return "a visit";
    }
    let at = mine[roll(mine.len())];
    let (id, kind) = (recorded[at].1.id, recorded[at].1.kind);
    match roll(6) {
        0 => {
            let edited = match kind {
                Kind::Visit => phone.edit(&recorded[at].1, &[set("minutes", 1 + i64::try_from(roll(600)).unwrap())]),
                _ => return "nothing",
            };
            phone.push(office, vec![edited.item()]).await;
            recorded[at].1 = edited;
            "an edit"
        }
        1 if kind == Kind::Visit => {
            let note = phone.record(Kind::Note, json!({ "on": id, "text": "Hon ringer igen." }));
            phone.push(office, vec![note.item()]).await;
            recorded.push((who, note));
            "a note"
        }
        2 if kind == Kind::Visit => {
            let follow_up = phone.record(Kind::FollowUp, json!({ "about": id, "what": "work" }));
            phone.push(office, vec![follow_up.item()]).await;
            recorded.push((who, follow_up));
            "a follow-up"
        }
        3 => {
            let mark = u8::try_from(1 + roll(200)).unwrap();
            let draft_of = DocumentId::from_bytes([mark; 16]);
            phone.push(office, vec![draft(draft_of, mark, None, Some(&draft_body("{}")))]).await;
            if roll(2) == 0 {
                phone.push(office, vec![draft(draft_of, mark, Some(mark), None)]).await;
            }
            "a draft"
        }
        _ => {
            let command = match (kind, roll(5)) {
                (Kind::FollowUp, 0) => Command::Give { to: Recipient::Person(people[roll(people.len())]), seen: None },
                (Kind::FollowUp, 1) => Command::Give { to: Recipient::District("Närlunda".to_owned()), seen: None },
                (Kind::FollowUp, 2) => Command::Close { outcome: Some("done".to_owned()) },
                (Kind::FollowUp, _) => Command::Reopen,
                (_, 0 | 1) => Command::Attribute { person: people[roll(people.len())] },
                (_, _) => Command::Erase,
            };
            let item = phone.command(id, &command);
            phone.push(office, vec![item]).await;
            "a command"
        }
    }
}

#[tokio::test]
async fn after_every_kind_of_exchange_count_and_sum_are_those_of_what_is_served() {
    for seed in [1, 2, 3] {
        let office = Office::open().await;
        let mut phones = vec![office.amina().await, office.leila().await, office.kari().await];
        let mut followers: Vec<_> = phones.iter().map(|_| Follower::default()).collect();
        let (mut recorded, mut roll) = (Vec::new(), dice(seed));
        for step in 0..60 {
            let what = if step % 20 == 19 {
                office.live_days(100).await;
                "notes that expired"
            } else {
                exchange(&office, &mut phones, &mut recorded, &mut roll).await
            };
            let at = roll(phones.len());
            followers[at].agrees(&office, &phones[at], &format!("{what} (seed {seed}, step {step})")).await;
        }
        for (follower, phone) in followers.iter_mut().zip(&phones) {
            follower.agrees(&office, phone, "everything").await;
        }
    }
}

#[tokio::test]
async fn what_moves_between_scopes_counts_where_it_is() {
    let office = Office::open().await;
    let (mut amina, leila, kari) = (office.amina().await, office.leila().await, office.kari().await);
    let visit = amina.visit();
    let follow_up = amina.record(Kind::FollowUp, json!({ "about": visit.id, "what": "work" }));
    let give = |to| Command::Give { to, seen: None };
    let open = amina.command(follow_up.id, &give(Recipient::District("Närlunda".to_owned())));
    amina.push(&office, vec![visit.item(), follow_up.item(), open]).await;
    let district = Scope::District("Närlunda".to_owned());
    let mut replica = Replica::default();
    let told = replica.take(&leila.pull(&office, vec![from_the_start(district.clone())]).await.unwrap());
    assert_eq!((told, replica.held.len()), (Some(replica.sum()), 1));
    let back = amina.command(follow_up.id, &give(Recipient::Person(amina.person)));
    amina.push(&office, vec![back]).await;
    let request = ScopeRequest { scope: district, cursor: replica.cursor };
    assert_eq!(replica.take(&leila.pull(&office, vec![request]).await.unwrap()), Some(ScopeDigest::default()));
    assert!(replica.held.is_empty());
    for phone in [&amina, &leila, &kari] {
        Follower::default().agrees(&office, phone, "a follow-up that came back").await;
    }
}

#[tokio::test]
async fn the_list_comes_in_pages_and_not_to_whom_the_scope_is_not() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let visits: Vec<_> = (0..9).map(|_| amina.visit()).collect();
    amina.push(&office, visits.iter().map(Recorded::item).collect()).await;
    let whole = list(&office, &kari, Scope::Coordinators, None).await.unwrap();
    assert_eq!(whole.entries.len(), 9);
    assert!(whole.entries.is_sorted());
    let rest = list(&office, &kari, Scope::Coordinators, Some(whole.entries[3].0)).await.unwrap();
    assert_eq!(rest.entries, whole.entries[4..]);
    for scope in [Scope::Coordinators, Scope::Person(kari.person), Scope::District("Närlunda".to_owned())] {
        assert_eq!(list(&office, &amina, scope, None).await, Err(ErrorCode::NotFound));
    }
    let answer =
        office.post(PATH, None, encode(&DigestsRequest { scope: Scope::Programme, after: None }).unwrap()).await;
    assert_eq!(answer.code(), Some(ErrorCode::ExpiredSession));
}

#[tokio::test]
async fn a_row_that_was_damaged_is_not_sent_and_changes_nothing_that_devices_are_told() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let (flipped, deleted, sound) = (amina.visit(), amina.visit(), amina.visit());
    amina.push(&office, [&flipped, &deleted, &sound].map(Recorded::item).to_vec()).await;
    let mut replica = Replica::default();
    let told = replica.take(&kari.pull(&office, vec![from_the_start(Scope::Coordinators)]).await.unwrap());
    assert_eq!(told, Some(replica.sum()));
    {
        let connection = rusqlite::Connection::open(office.data().join(state::DATABASE)).unwrap();
        let mut bytes = flipped.made.stored.clone();
        *bytes.last_mut().unwrap() ^= 1;
        let changed =
            connection.execute("UPDATE documents SET stored = ?2 WHERE id = ?1", params![flipped.id.as_bytes(), bytes]);
        assert_eq!(changed.unwrap(), 1);
        connection.execute("DELETE FROM documents WHERE id = ?1", params![deleted.id.as_bytes()]).unwrap();
    }
    let mut fresh = Replica::default();
    let told_now = fresh.take(&kari.pull(&office, vec![from_the_start(Scope::Coordinators)]).await.unwrap());
    assert_eq!(told_now, told, "whoever has them has them right");
    assert_eq!(fresh.held.keys().copied().collect::<Vec<_>>(), [sound.id]);
    let listed = list(&office, &kari, Scope::Coordinators, None).await.unwrap();
    assert_eq!(listed.entries, replica.held.into_iter().collect::<Vec<_>>());
    let answered = kari.documents(&office, &[flipped.id, deleted.id, sound.id]).await;
    assert_eq!(answered.items.iter().map(|item| item.id).collect::<Vec<_>>(), [sound.id]);
    let edits = [amina.edit(&flipped, &[set("minutes", 5)]), amina.edit(&sound, &[set("minutes", 5)])];
    let answers = amina.push(&office, edits.iter().map(Recorded::item).collect()).await;
    assert_eq!(answers, [Answer::Refused(ErrorCode::Internal), Answer::Accepted], "hers waits, and holds up nothing");
    let mut damaged = vec![flipped.id, deleted.id];
    damaged.sort_unstable();
    let found = office.ask(AdminRequest::Check).await;
    assert_eq!((&found["damaged"], &found["scopes_mended"]), (&json!(damaged), &json!(0)));
}

#[tokio::test]
async fn what_devices_are_told_of_a_scope_is_put_right_where_it_was_damaged() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let visits: Vec<_> = (0..3).map(|_| amina.visit()).collect();
    amina.push(&office, visits.iter().map(Recorded::item).collect()).await;
    let found = office.ask(AdminRequest::Check).await;
    assert_eq!((&found["damaged"], &found["scopes_mended"]), (&json!([]), &json!(0)));
    let damages = [
        "UPDATE scopes SET sum = sum + 1 WHERE name = 'coordinators'",
        "UPDATE scopes SET documents = 7 WHERE name = 'coordinators'",
        "UPDATE entries SET digest = digest + 1 WHERE seq = (SELECT max(seq) FROM entries)
            AND scope = (SELECT number FROM scopes WHERE name = 'coordinators')",
        "UPDATE entries SET digest = NULL WHERE seq = (SELECT max(seq) FROM entries)
            AND scope = (SELECT number FROM scopes WHERE name = 'coordinators')",
    ];
    for sql in damages {
        let connection = rusqlite::Connection::open(office.data().join(state::DATABASE)).unwrap();
        assert_eq!(connection.execute(sql, []).unwrap(), 1, "{sql}");
        drop(connection);
        let found = office.ask(AdminRequest::Check).await;
        assert_eq!((&found["damaged"], &found["scopes_mended"]), (&json!([]), &json!(1)), "{sql}");
        for phone in [&amina, &kari] {
            Follower::default().agrees(&office, phone, sql).await;
        }
    }
}
