//! Pull: newest first at a cold start, on from where it stopped, started over when the log is another.

use std::collections::BTreeSet;

use axum::body::Body;
use footbridge_model::{Command, DocumentId, Recipient, Scope};
use footbridge_protocol::{Answer, Epoch, FrameMessage, Item, Mark, PulledContent, event};
use http_body_util::BodyExt;

use super::support::{Office, Phone, Recorded, from_the_start, from_there, set};

fn ids(frames: &[FrameMessage]) -> Vec<DocumentId> {
    frames.iter().flat_map(|frame| &frame.items).map(|item| item.id).collect()
}

/// So many visits of Amina's, oldest first.
async fn visits(office: &Office, amina: &mut Phone, count: usize) -> Vec<Recorded> {
    let visits: Vec<_> = (0..count).map(|_| amina.visit()).collect();
    for part in visits.chunks(500) {
        let items: Vec<Item> = part.iter().map(Recorded::item).collect();
        assert!(amina.push(office, items).await.iter().all(|answer| *answer == Answer::Accepted));
    }
    visits
}

#[tokio::test]
async fn a_cold_start_comes_newest_first_in_frames() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let visits = visits(&office, &mut amina, 1200).await;
    let scope = vec![from_the_start(Scope::Coordinators)];
    let frames = kari.pull_first(&office, scope, Some(10_000)).await.unwrap();
    let newest_first: Vec<_> = visits.iter().rev().map(|visit| visit.id).collect();
    assert_eq!(ids(&frames), newest_first);
    let weight = |frame: &FrameMessage| frame.items.iter().map(footbridge_protocol::PulledItem::weight).sum::<usize>();
    assert!(frames.len() > 2 && weight(&frames[0]) <= 10_000, "{} {}", frames.len(), weight(&frames[0]));
    assert!(frames.iter().all(|frame| weight(frame) <= 256 * 1024));
    let mut left = 1200;
    for (place, frame) in frames.iter().enumerate() {
        left -= frame.items.len() as u64;
        assert_eq!((frame.remaining, frame.done, frame.reset), (left, place + 1 == frames.len(), false));
    }
    assert_eq!(frames.last().unwrap().cursor.below, None);
}

#[tokio::test]
async fn a_cold_start_goes_on_in_the_middle_and_misses_nothing_written_meanwhile() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let visits = visits(&office, &mut amina, 300).await;
    let scope = vec![from_the_start(Scope::Coordinators)];
    let first = kari.pull_first(&office, scope, Some(20_000)).await.unwrap().remove(0);
    assert!(first.cursor.below.is_some() && !first.done);
    // Meanwhile the oldest is edited, and one is new.
    let (edited, new) = (amina.edit(&visits[0], &[set("minutes", 5)]), amina.visit());
    amina.push(&office, vec![edited.item(), new.item()]).await;
    let office = office.restart().await;
    let rest = kari.pull(&office, vec![from_there(Scope::Coordinators, first.cursor)]).await.unwrap();
    assert!(rest.iter().all(|frame| !frame.reset) && rest.last().unwrap().done);
    let got: Vec<_> = ids(&[first]).into_iter().chain(ids(&rest)).collect();
    let once: BTreeSet<_> = got.iter().copied().collect();
    assert_eq!((got.len(), once.len()), (301, 301), "each once");
    assert_eq!(got[299..], [visits[0].id, new.id], "what came meanwhile comes last, oldest first");
}

#[tokio::test]
async fn going_on_brings_only_what_is_new() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let visits = visits(&office, &mut amina, 20).await;
    let start = kari.pull(&office, vec![from_the_start(Scope::Coordinators)]).await.unwrap();
    let cursor = start.last().unwrap().cursor;
    let nothing = kari.pull(&office, vec![from_there(Scope::Coordinators, cursor)]).await.unwrap();
    assert_eq!((nothing.len(), nothing[0].items.len(), nothing[0].done), (1, 0, true));
    let edited = amina.edit(&visits[3], &[set("minutes", 5)]);
    let again = amina.edit(&edited, &[set("minutes", 6)]);
    amina.push(&office, vec![edited.item(), again.item()]).await;
    let news = kari.pull(&office, vec![from_there(Scope::Coordinators, nothing[0].cursor)]).await.unwrap();
    assert_eq!(ids(&news), [visits[3].id], "the latest only");
    let PulledContent::Document { projection, .. } = &news[0].items[0].content else { panic!("a document") };
    assert!(projection.contains(r#""minutes":6"#));
}

#[tokio::test]
async fn a_large_catch_up_comes_in_frames_oldest_first() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    let start = kari.pull(&office, vec![from_the_start(Scope::Coordinators)]).await.unwrap();
    let visits = visits(&office, &mut amina, 1_600).await;
    let asked = vec![from_there(Scope::Coordinators, start[0].cursor)];
    let frames = kari.pull_first(&office, asked, Some(10_000)).await.unwrap();
    assert!(frames.len() > 2);
    assert_eq!(ids(&frames), visits.iter().map(|visit| visit.id).collect::<Vec<_>>());
    let middle = vec![from_there(Scope::Coordinators, frames[0].cursor)];
    let rest = kari.pull(&office, middle).await.unwrap();
    assert_eq!(ids(&rest), ids(&frames[1..]));
}

#[tokio::test]
async fn a_cold_start_that_is_kept_is_followed_by_what_came_since_and_let_go_of_once_something_is_taken_back() {
    let office = Office::open().await;
    let (mut amina, mut kari) = (office.amina().await, office.kari().await);
    let visits = visits(&office, &mut amina, 1_200).await;
    let cold = || vec![from_the_start(Scope::Coordinators)];
    let first = kari.pull(&office, cold()).await.unwrap();
    let edited = amina.edit(&visits[3], &[set("minutes", 5)]);
    let new = amina.visit();
    amina.push(&office, vec![edited.item(), new.item()]).await;

    let second = kari.pull(&office, cold()).await.unwrap();
    assert_eq!(second[0].cursor, first[0].cursor, "the control: it is kept");
    assert_eq!(ids(&second)[..1_200], ids(&first)[..1_200]);
    assert_eq!(ids(&second)[1_200..], [visits[3].id, new.id], "what came since comes after it");
    assert!(second.last().unwrap().done && second.last().unwrap().digest.is_some());
    // Cut in the middle of what is kept, it goes on from there.
    let middle = vec![from_there(Scope::Coordinators, second[1].cursor)];
    let rest = kari.pull(&office, middle).await.unwrap();
    let all = |frames: &[FrameMessage]| ids(frames).into_iter().collect::<BTreeSet<_>>();
    assert_eq!(all(&rest), all(&second[2..]));
    assert_eq!(ids(&rest).len() + 1, ids(&second[2..]).len(), "what was edited since comes once");

    let erase = kari.command(visits[9].id, &Command::Erase);
    kari.push(&office, vec![erase]).await;
    let third = kari.pull(&office, cold()).await.unwrap();
    assert_ne!(third[0].cursor, first[0].cursor);
    let given = third.iter().flat_map(|frame| &frame.items).filter(|item| item.id == visits[9].id);
    assert!(given.into_iter().all(|item| item.content == PulledContent::Erased), "nothing of it is given any more");
}

#[tokio::test]
async fn a_cursor_of_another_log_starts_over_and_says_so() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    visits(&office, &mut amina, 3).await;
    let good = kari.pull(&office, vec![from_the_start(Scope::Coordinators)]).await.unwrap()[0].cursor;
    let mut other_mark = good;
    other_mark.mark = Mark::from_bytes([1; 8]);
    let mut other_epoch = good;
    other_epoch.epoch = Epoch::from_bytes([1; 16]);
    let mut from_the_future = good;
    from_the_future.seq += 1000;
    for cursor in [other_mark, other_epoch, from_the_future] {
        let frames = kari.pull(&office, vec![from_there(Scope::Coordinators, cursor)]).await.unwrap();
        assert!(frames[0].reset && frames[0].items.len() == 3, "{cursor:?}");
        assert_eq!(frames.last().unwrap().cursor, good);
    }
}

#[tokio::test]
async fn several_scopes_come_in_the_order_asked_for() {
    let office = Office::open().await;
    let mut amina = office.amina().await;
    visits(&office, &mut amina, 2).await;
    let asked = [Scope::Person(amina.person), Scope::Drafts(amina.person), Scope::Programme];
    let frames = amina.pull(&office, asked.iter().cloned().map(from_the_start).collect()).await.unwrap();
    let mut scopes: Vec<_> = frames.iter().filter(|frame| frame.done).map(|frame| frame.scope.clone()).collect();
    assert_eq!(scopes, asked);
    scopes.dedup();
    assert_eq!(frames.iter().find(|frame| frame.scope == asked[1]).unwrap().items, []);
}

#[tokio::test]
async fn a_record_that_leaves_a_scope_says_so() {
    let office = Office::open().await;
    let (mut amina, leila) = (office.amina().await, office.leila().await);
    let visit = amina.visit();
    let follow_up =
        amina.record(footbridge_model::Kind::FollowUp, serde_json::json!({ "about": visit.id, "what": "work" }));
    let give = |to| Command::Give { to, seen: None };
    let open = amina.command(follow_up.id, &give(Recipient::District("Närlunda".to_owned())));
    amina.push(&office, vec![visit.item(), follow_up.item(), open]).await;
    let district = Scope::District("Närlunda".to_owned());
    let frames = leila.pull(&office, vec![from_the_start(district.clone())]).await.unwrap();
    assert_eq!(ids(&frames), [follow_up.id]);
    let back = amina.command(follow_up.id, &give(Recipient::Person(amina.person)));
    amina.push(&office, vec![back]).await;
    let asked = vec![from_there(district, frames[0].cursor)];
    let frames = leila.pull(&office, asked).await.unwrap();
    assert_eq!((frames[0].items[0].id, &frames[0].items[0].content), (follow_up.id, &PulledContent::Left));
}

#[tokio::test]
async fn who_begins_to_listen_is_told_at_once_of_what_came_since_she_pulled() {
    let office = Office::open().await;
    let (mut amina, kari) = (office.amina().await, office.kari().await);
    amina.push(&office, vec![amina.visit().item()]).await;
    let frames = kari.pull(&office, vec![from_the_start(Scope::Coordinators)]).await.unwrap();
    let there = event::path_since(frames.last().unwrap().cursor.seq);
    let token = kari.session(&office).await.unwrap().token;
    let mut up_to_date = office.listen(&there, &token).await;
    amina.push(&office, vec![amina.visit().item()]).await;
    // The first heard it as it came; only then do the others begin. One has missed it, one does not say where she stands.
    begins(&mut up_to_date).await;
    hears_news(&mut up_to_date).await;
    let mut late = office.listen(&there, &token).await;
    begins(&mut late).await;
    hears_news(&mut late).await;
    let mut from_now_on = office.listen(event::PATH, &token).await;
    begins(&mut from_now_on).await;
    office.state.stop().await;
    assert!(from_now_on.frame().await.is_none(), "nothing has come since it listens");
}

async fn begins(stream: &mut Body) {
    let begun = stream.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(begun.starts_with(b":"));
}

async fn hears_news(stream: &mut Body) {
    let heard = stream.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(&heard[..], b"event: news\ndata:\n\n");
}

#[tokio::test]
async fn news_are_told_to_whom_they_concern() {
    let office = Office::open().await;
    let (mut amina, leila, kari) = (office.amina().await, office.leila().await, office.kari().await);
    let mut kari_hears = office.listen(event::PATH, &kari.session(&office).await.unwrap().token).await;
    let mut leila_hears = office.listen(event::PATH, &leila.session(&office).await.unwrap().token).await;
    begins(&mut kari_hears).await;
    begins(&mut leila_hears).await;
    amina.push(&office, vec![amina.visit().item()]).await;
    hears_news(&mut kari_hears).await;
    office.state.stop().await;
    office.state.stop().await;
    assert!(leila_hears.frame().await.is_none(), "nothing of hers, and it ends with the server");
}
